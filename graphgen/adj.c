#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "adj.h"

sg_status sg_i_adj_make(sg_i_adj *a, const sg_graph *g, sg_error *err)
{
    size_t n = (size_t)g->n_nodes, m = (size_t)g->n_edges;
    a->n = g->n_nodes;
    a->start = calloc(n + 2, sizeof *a->start);
    a->nbr = malloc((2 * m + 1) * sizeof *a->nbr);
    if (!a->start || !a->nbr) {
        sg_i_adj_clear(a);
        return sg_fail(err, SG_ENOMEM, "no memory for the neighbours in a graph of %zu edges", m);
    }
    for (size_t k = 0; k < m; k++) {
        a->start[g->edge[k].u + 2]++;
        a->start[g->edge[k].v + 2]++;
    }
    for (size_t i = 2; i <= n + 1; i++)
        a->start[i] += a->start[i - 1];
    /* edges lie by v, then u: each list comes out ascending */
    for (size_t k = 0; k < m; k++) {
        a->nbr[a->start[g->edge[k].u + 1]++] = g->edge[k].v;
        a->nbr[a->start[g->edge[k].v + 1]++] = g->edge[k].u;
    }
    return SG_OK;
}

void sg_i_adj_clear(sg_i_adj *a)
{
    free(a->start);
    free(a->nbr);
    memset(a, 0, sizeof *a);
}
