/* Kernels between descriptors. */
#ifndef SG_GRAPH_MMD_H
#define SG_GRAPH_MMD_H

#include "profile.h"

/* One statistic of a profile, ready for a suite's distance. */
typedef struct sg_i_rows {
    const sg_graph_suite *suite;
    sg_graph_stat stat;
    size_t n, len;
    double pad;      /* what a row goes on with behind its end */
    const double *v; /* (n, len) */
    double *own;     /* the same when it had to be made, or NULL */
} sg_i_rows;

/* SG_EINVAL: no graphs or no such statistic; SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_rows_make(sg_i_rows *r, const sg_graph_profile *p,
                                       const sg_graph_suite *suite, sg_graph_stat stat,
                                       sg_error *err);
void sg_i_rows_clear(sg_i_rows *r);

double sg_i_kernel(const sg_i_rows *a, size_t i, const sg_i_rows *b, size_t j);

/* sum (a->n) out: sum_j k(a_i, b_j); rows in parallel. */
void sg_i_row_sums(double *sum, const sg_i_rows *a, const sg_i_rows *b);
/* sum_i sum_j k(a_i, a_j). work (a->n). */
double sg_i_self_sum(const sg_i_rows *a, double *work);

#endif
