/* A set of chains in numbers: one table of statistics for sg-protein eval, for its reference
 * columns, and for the tool that makes those. */
#ifndef SG_PROTEIN_SUMMARY_H
#define SG_PROTEIN_SUMMARY_H

#include <sigen/protein_metrics.h>

enum { SG_I_STATS_MAX = 80 };

/* How a number is shown. */
typedef enum sg_i_unit { SG_I_NUMBER, SG_I_SHARE } sg_i_unit;

typedef struct sg_i_stat {
    const char *key, *label;
    sg_i_unit unit;
} sg_i_stat;

extern const sg_i_stat sg_i_stats[]; /* key NULL behind the last */

/* Names of the criteria, in their order. */
extern const char *const sg_i_criteria[SG_PROTEIN_CRITERIA];

typedef struct sg_i_summary {
    size_t n;
    double value[SG_I_STATS_MAX], sd[SG_I_STATS_MAX]; /* NaN: not measured, no spread */
    double plausible, criteria[SG_PROTEIN_CRITERIA];  /* shares of the n chains */
} sg_i_summary;

/* Index of a key; -1 if there is none. */
int sg_i_stat_index(const char *key);

/* All statistics but those of structure alignment, which stay NaN. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_summarize(sg_i_summary *m, const sg_protein_scores *s, size_t n,
                                       sg_error *err);

/* Real chains to stand beside: the narrowest set of lengths that holds nearly all of the n lengths.
 */
typedef struct sg_i_reference_set {
    const char *name;
    size_t lo, hi, chains;
} sg_i_reference_set;

typedef struct sg_i_reference_chain {
    unsigned short n;
    float helix, strand, rg;
} sg_i_reference_chain;

/* NULL: the table is empty. *k its number. */
const sg_i_reference_set *sg_i_reference_pick(const sg_protein_scores *s, size_t n, int *k);
void sg_i_reference(sg_i_summary *m, int k);

/* All real chains; those of set k are the ones of its lengths. */
const sg_i_reference_chain *sg_i_reference_chains(size_t *n);

/* Energy distance [SR13] between the (helix, strand) shares of the chains and those of the set's
 * real chains. */
double sg_i_structure_distance(const sg_protein_scores *s, size_t n, int k);

#endif
