/* Numbers that tell something of one graph. */
#include <config.h>
#include <sigen/graph_metrics.h>

#include <stdlib.h>
#include <string.h>

#include "adj.h"

static double none(int n)
{
    (void)n;
    return 0;
}

static double one(int n)
{
    (void)n;
    return 1;
}

static double all(int n)
{
    return n;
}

static double most_edges(int n)
{
    return n * (n - 1.0) / 2;
}

static double most_triangles(int n)
{
    return n * (n - 1.0) * (n - 2.0) / 6;
}

static double most_degree(int n)
{
    return n - 1;
}

static sg_status nodes(const sg_graph *g, double *v, sg_error *err)
{
    (void)err;
    *v = g->n_nodes;
    return SG_OK;
}

static sg_status edges(const sg_graph *g, double *v, sg_error *err)
{
    (void)err;
    *v = g->n_edges;
    return SG_OK;
}

/* Over edges i < j, the common neighbours below i. */
static sg_status triangles(const sg_graph *g, double *v, sg_error *err)
{
    sg_i_adj a;
    sg_status s = sg_i_adj_make(&a, g, err);
    int64_t count = 0;
    if (s != SG_OK)
        return s;
    for (int e = 0; e < g->n_edges; e++) {
        const int *p = a.nbr + a.start[g->edge[e].u], *q = a.nbr + a.start[g->edge[e].v];
        while (*p < g->edge[e].u && *q < g->edge[e].u) { /* both lists hold a node >= u: v and u */
            count += *p == *q;
            int step = *p <= *q;
            q += *q <= *p;
            p += step;
        }
    }
    sg_i_adj_clear(&a);
    *v = (double)count;
    return SG_OK;
}

static sg_status components(const sg_graph *g, double *v, sg_error *err)
{
    int *comp = malloc(((size_t)g->n_nodes + 1) * sizeof *comp);
    if (!comp)
        return sg_fail(err, SG_ENOMEM, "no memory for %d nodes", g->n_nodes);
    *v = sg_graph_components(g, comp);
    free(comp);
    return SG_OK;
}

static sg_status max_degree(const sg_graph *g, double *v, sg_error *err)
{
    int *deg = malloc(((size_t)g->n_nodes + 1) * sizeof *deg), top = 0;
    if (!deg)
        return sg_fail(err, SG_ENOMEM, "no memory for %d nodes", g->n_nodes);
    sg_graph_degrees(g, deg);
    for (int i = 0; i < g->n_nodes; i++)
        top = deg[i] > top ? deg[i] : top;
    free(deg);
    *v = top;
    return SG_OK;
}

static sg_status clustering(const sg_graph *g, double *v, sg_error *err)
{
    double *c = malloc(((size_t)g->n_nodes + 1) * sizeof *c), sum = 0;
    if (!c)
        return sg_fail(err, SG_ENOMEM, "no memory for %d nodes", g->n_nodes);
    sg_status s = sg_graph_clustering(g, c, err);
    for (int i = 0; s == SG_OK && i < g->n_nodes; i++)
        sum += c[i];
    free(c);
    *v = g->n_nodes > 0 ? sum / g->n_nodes : 0;
    return s;
}

/* clang-format off */
static const sg_graph_statistic table[] = {
    {"nodes",      "number of nodes",                        1,    all,  all,            nodes},
    {"edges",      "number of edges",                        1,    none, most_edges,     edges},
    {"triangles",  "number of triangles",                    1,    none, most_triangles, triangles},
    {"components", "number of connected components",         1,    one,  all,            components},
    {"max-degree", "largest degree",                         1,    none, most_degree,    max_degree},
    {"clustering", "mean of the clustering coefficients",    0.01, none, one,            clustering},
};
/* clang-format on */
const sg_graph_statistic *const sg_graph_statistics[] = {&table[0], &table[1], &table[2], &table[3],
                                                         &table[4], &table[5], NULL};

const sg_graph_statistic *sg_graph_statistic_find(const char *name, size_t len)
{
    for (size_t i = 0; sg_graph_statistics[i]; i++)
        if (strlen(sg_graph_statistics[i]->name) == len &&
            memcmp(sg_graph_statistics[i]->name, name, len) == 0)
            return sg_graph_statistics[i];
    return NULL;
}
