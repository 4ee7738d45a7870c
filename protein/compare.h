/* How much the chains of a set resemble each other and those of another. */
#ifndef SG_PROTEIN_COMPARE_H
#define SG_PROTEIN_COMPARE_H

#include <sigen/protein_metrics.h>

/* A CA trace. */
typedef struct sg_i_trace {
    double *ca; /* (n,3) */
    size_t n;
} sg_i_trace;

/* Of chain k of p; ca is to be freed. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_trace_make(sg_i_trace *t, const sg_protein *p, size_t k,
                                        sg_error *err);

/* Mean TM-score over pairs, each pair the mean of both normalisations, and the share over 0.5: all
 * pairs, or `limit` of them drawn with a fixed seed. NaN without a pair. */
SG_MUST_CHECK sg_status sg_i_diversity(double *mean, double *same_fold, const sg_i_trace *t,
                                       size_t n, size_t limit, sg_error *err);

/* Largest TM-score, over the length of a, to a trace of 0.75 to 1.35 times that length: a quick
 * search, and a full one for its best ten. NaN without such a trace. stop: asked now and then,
 * nonzero ends it with SG_EINTR; may be NULL. best (n) out. */
SG_MUST_CHECK sg_status sg_i_novelty(double *best, const sg_i_trace *a, size_t n,
                                     const sg_i_trace *train, size_t n_train, int (*stop)(void),
                                     sg_error *err);

#endif
