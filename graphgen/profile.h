/* Descriptors of the graphs of a set. */
#ifndef SG_GRAPH_PROFILE_H
#define SG_GRAPH_PROFILE_H

#include <sigen/graph_metrics.h>

struct sg_graph_profile {
    size_t n;
    size_t len[SG_GRAPH_STATS];  /* 0: not asked for */
    double *row[SG_GRAPH_STATS]; /* (n, len) */
};

/* Bin of x among `bins` equal ones on [lo, hi], the last closed, with NumPy's edges
 * lo + i ((hi - lo) / bins); -1 outside. */
int sg_i_bin(double x, double lo, double hi, int bins);

#endif
