/* Chains of files judged beside real ones: what eval prints and report shows. */
#ifndef SG_PROTEIN_JUDGE_H
#define SG_PROTEIN_JUDGE_H

#include "cmd.h"
#include "summary.h"

/* clang-format off */
#define SG_PROTEIN_JUDGE_OPTIONS                                                                   \
    {"from", 0, SG_OPT_TEXT, "NAME", "input format, whatever the extension", NULL, 0, 0, NULL},    \
    {"rebuild", 0, SG_OPT_FLAG, NULL,                                                              \
     "place N, C and O of chains that lack some from their CA trace", NULL, 0, 0, NULL},           \
    {"train", 0, SG_OPT_TEXT, "FILE", "training structures, for tm_novelty", NULL, 0, 0, NULL},    \
    {"novelty", 0, SG_OPT_INT, "N", "chains compared with the training structures", "50", 0, 1e6,  \
     NULL},                                                                                        \
    {"pairs", 0, SG_OPT_INT, "N", "pairs of chains compared for tm_diversity", "1000", 0, 1e8,     \
     NULL}
/* clang-format on */

/* The chains of a set of files. */
typedef struct sg_protein_chains {
    sg_protein *p; /* (n) one chain each */
    char **name;   /* (n) file:model:chain */
    size_t n, cap, small;
    sg_protein_dropped dropped;
} sg_protein_chains;

typedef struct sg_protein_judgement {
    sg_protein_chains set, train;
    sg_protein_scores *score; /* (n) */
    sg_i_summary all, real;
    const sg_i_reference_set *ref;
    size_t rebuilt;
    size_t partial; /* chains without all backbone atoms */
} sg_protein_judgement;

/* Reads the operands, rebuilt if so asked; judge measures them too, as the options above say. *e is
 * to be cleared in any case. */
SG_MUST_CHECK sg_status sg_protein_cmd_read(sg_cli *c, sg_protein_judgement *e, sg_error *err);
SG_MUST_CHECK sg_status sg_protein_cmd_judge(sg_cli *c, sg_protein_judgement *e, sg_error *err);
void sg_protein_judgement_clear(sg_protein_judgement *e);

/* What was left out, on standard error. */
void sg_protein_cmd_remark(const sg_cli *c, const sg_protein_judgement *e);

#endif
