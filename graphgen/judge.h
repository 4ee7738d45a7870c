/* Two or three sets of graphs compared: what eval prints and report shows. */
#ifndef SG_GRAPH_JUDGE_H
#define SG_GRAPH_JUDGE_H

#include <sigen/graph_io.h>
#include <sigen/graph_metrics.h>

typedef struct sg_graph_sizes {
    double mean;
    int min, max;
} sg_graph_sizes;

/* A file and what is counted over it. */
typedef struct sg_graph_part {
    const char *path; /* NULL: not given */
    sg_graph_set set;
    sg_graph_profile *profile;
    sg_graph_counts counts;
    sg_graph_sizes nodes, edges;
} sg_graph_part;

typedef struct sg_graph_judgement {
    sg_graph_part ref, gen, train;
    const sg_graph_suite *suite;
    unsigned stats;            /* bits 1 << sg_graph_stat: the suite's, or more */
    const sg_graph_rule *rule; /* NULL: none */
    sg_graph_comparison cmp;
    sg_graph_discrepancy apart, apart_floor; /* per_class 0: too few graphs */
} sg_graph_judgement;

/* Reads the parts whose path is set (ref and gen must be) and compares them; suite and rule are
 * set. from: format, NULL by the names. Everything is freed by sg_graph_judgement_clear, also after
 * a failure. */
SG_MUST_CHECK sg_status sg_graph_judge(sg_graph_judgement *e, const sg_graph_format *from,
                                       size_t floor_subsets, uint64_t seed, sg_error *err);
void sg_graph_judgement_clear(sg_graph_judgement *e);

#endif
