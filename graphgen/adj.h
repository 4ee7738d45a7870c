/* Sorted neighbour lists of a graph. */
#ifndef SG_GRAPH_ADJ_H
#define SG_GRAPH_ADJ_H

#include <sigen/graph.h>

typedef struct sg_i_adj {
    int n;
    int *start; /* (n + 1) */
    int *nbr;   /* (2 n_edges) ascending within a node */
} sg_i_adj;

SG_MUST_CHECK sg_status sg_i_adj_make(sg_i_adj *a, const sg_graph *g, sg_error *err);
void sg_i_adj_clear(sg_i_adj *a);

static inline int sg_i_degree(const sg_i_adj *a, int i)
{
    return a->start[i + 1] - a->start[i];
}

#endif
