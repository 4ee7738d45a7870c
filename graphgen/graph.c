#include <config.h>
#include <sigen/graph.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

void sg_graph_reset(sg_graph *g)
{
    free(g->node_label);
    free(g->x);
    sg_graph kept = {.edge = g->edge, .cap_edges = g->cap_edges};
    *g = kept;
}

void sg_graph_clear(sg_graph *g)
{
    sg_graph_reset(g);
    free(g->edge);
    memset(g, 0, sizeof *g);
}

static sg_status reserve(sg_graph *g, int n_edges, sg_error *err)
{
    if (n_edges <= g->cap_edges)
        return SG_OK;
    if (n_edges > SG_GRAPH_MAX_EDGES)
        return sg_fail(err, SG_ELIMIT, "more than %d edges", SG_GRAPH_MAX_EDGES);
    int cap = n_edges < 2 * g->cap_edges ? 2 * g->cap_edges : n_edges;
    cap = cap < 32 ? 32 : cap;
    sg_graph_edge *e = realloc(g->edge, (size_t)cap * sizeof *e);
    if (!e)
        return sg_fail(err, SG_ENOMEM, "no memory for %d edges", cap);
    g->edge = e;
    g->cap_edges = cap;
    return SG_OK;
}

sg_status sg_graph_set_nodes(sg_graph *g, int n_nodes, sg_error *err)
{
    if (n_nodes < 0)
        return sg_fail(err, SG_EINVAL, "%d nodes", n_nodes);
    if (n_nodes > SG_GRAPH_MAX_NODES)
        return sg_fail(err, SG_ELIMIT, "%d nodes, at most %d", n_nodes, SG_GRAPH_MAX_NODES);
    if (n_nodes != g->n_nodes && (g->node_label || g->x))
        return sg_fail(err, SG_EINVAL, "the number of nodes is fixed by their labels");
    g->n_nodes = n_nodes;
    return SG_OK;
}

sg_status sg_graph_add_edge(sg_graph *g, int u, int v, int label, double weight, sg_error *err)
{
    if (u < 0 || v < 0 || u >= g->n_nodes || v >= g->n_nodes)
        return sg_fail(err, SG_EINVAL, "edge %d-%d in a graph of %d nodes", u, v, g->n_nodes);
    if (u == v)
        return sg_fail(err, SG_EINVAL, "node %d is joined to itself", u);
    if (!isfinite(weight))
        return sg_fail(err, SG_ENAN, "weight of edge %d-%d is not finite", u, v);
    sg_status s = reserve(g, g->n_edges + 1, err);
    if (s == SG_OK)
        g->edge[g->n_edges++] = (sg_graph_edge){u < v ? u : v, u < v ? v : u, label, weight};
    return s;
}

static int by_place(const void *pa, const void *pb)
{
    const sg_graph_edge *a = pa, *b = pb;
    return a->v != b->v ? (a->v > b->v) - (a->v < b->v) : (a->u > b->u) - (a->u < b->u);
}

sg_status sg_graph_sort(sg_graph *g, sg_error *err)
{
    int sorted = 1;
    for (int k = 1; k < g->n_edges && sorted; k++)
        sorted = by_place(&g->edge[k - 1], &g->edge[k]) < 0;
    if (sorted)
        return SG_OK;
    qsort(g->edge, (size_t)g->n_edges, sizeof *g->edge, by_place);
    for (int k = 1; k < g->n_edges; k++)
        if (by_place(&g->edge[k - 1], &g->edge[k]) == 0)
            return sg_fail(err, SG_EINVAL, "edge %d-%d is given twice", g->edge[k].u, g->edge[k].v);
    return SG_OK;
}

sg_status sg_graph_make_labels(sg_graph *g, sg_error *err)
{
    int *label = calloc((size_t)g->n_nodes + 1, sizeof *label);
    if (!label)
        return sg_fail(err, SG_ENOMEM, "no memory for %d labels", g->n_nodes);
    free(g->node_label);
    g->node_label = label;
    return SG_OK;
}

sg_status sg_graph_make_x(sg_graph *g, int n_x, sg_error *err)
{
    if (n_x < 1)
        return sg_fail(err, SG_EINVAL, "%d attributes of a node", n_x);
    if (n_x > SG_GRAPH_MAX_X)
        return sg_fail(err, SG_ELIMIT, "%d attributes of a node, at most %d", n_x, SG_GRAPH_MAX_X);
    double *x = calloc((size_t)g->n_nodes * (size_t)n_x + 1, sizeof *x);
    if (!x)
        return sg_fail(err, SG_ENOMEM, "no memory for %d attributes of %d nodes", n_x, g->n_nodes);
    free(g->x);
    g->x = x;
    g->n_x = n_x;
    return SG_OK;
}

sg_status sg_graph_copy(sg_graph *dst, const sg_graph *src, sg_error *err)
{
    sg_graph_reset(dst);
    dst->n_nodes = src->n_nodes;
    sg_status s = reserve(dst, src->n_edges, err);
    if (s == SG_OK && src->node_label)
        s = sg_graph_make_labels(dst, err);
    if (s == SG_OK && src->n_x)
        s = sg_graph_make_x(dst, src->n_x, err);
    if (s != SG_OK) {
        sg_graph_reset(dst);
        return s;
    }
    size_t n = (size_t)src->n_nodes;
    if (src->n_edges)
        memcpy(dst->edge, src->edge, (size_t)src->n_edges * sizeof *dst->edge);
    if (src->node_label)
        memcpy(dst->node_label, src->node_label, n * sizeof *dst->node_label);
    if (src->n_x)
        memcpy(dst->x, src->x, n * (size_t)src->n_x * sizeof *dst->x);
    dst->n_edges = src->n_edges;
    dst->has_edge_labels = src->has_edge_labels;
    dst->has_weights = src->has_weights;
    dst->has_label = src->has_label;
    dst->label = src->label;
    memcpy(dst->title, src->title, sizeof dst->title);
    return SG_OK;
}

sg_status sg_graph_to_packed(const sg_graph *g, int *a, sg_error *err)
{
    for (int k = 0; k < g->n_edges; k++)
        if (g->edge[k].label == 0)
            return sg_fail(err, SG_EINVAL, "edge %d-%d has the label 0, which means no edge",
                           g->edge[k].u, g->edge[k].v);
    size_t pairs = sg_graph_pairs(g->n_nodes);
    if (pairs)
        memset(a, 0, pairs * sizeof *a);
    for (int k = 0; k < g->n_edges; k++)
        a[sg_graph_pair(g->edge[k].u, g->edge[k].v)] = g->edge[k].label;
    return SG_OK;
}

sg_status sg_graph_from_packed(sg_graph *g, int n_nodes, const int *a, sg_error *err)
{
    sg_graph_reset(g);
    sg_status s = sg_graph_set_nodes(g, n_nodes, err);
    for (int v = 1; v < n_nodes && s == SG_OK; v++)
        for (int u = 0; u < v && s == SG_OK; u++, a++)
            if (*a) {
                s = sg_graph_add_edge(g, u, v, *a, 1, err);
                g->has_edge_labels |= *a != 1;
            }
    if (s != SG_OK)
        sg_graph_reset(g);
    return s;
}

void sg_graph_degrees(const sg_graph *g, int *deg)
{
    for (int i = 0; i < g->n_nodes; i++)
        deg[i] = 0;
    for (int k = 0; k < g->n_edges; k++) {
        deg[g->edge[k].u]++;
        deg[g->edge[k].v]++;
    }
}

static int root(int *parent, int i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

int sg_graph_components(const sg_graph *g, int *comp)
{
    for (int i = 0; i < g->n_nodes; i++)
        comp[i] = i;
    for (int k = 0; k < g->n_edges; k++) {
        int a = root(comp, g->edge[k].u), b = root(comp, g->edge[k].v);
        comp[a < b ? b : a] = a < b ? a : b; /* roots stay the smallest node */
    }
    int count = 0;
    for (int i = 0; i < g->n_nodes;
         i++) /* root(i) <= i is numbered already; -1 - k marks number k */
        comp[i] = comp[i] == i ? -1 - count++ : comp[comp[i]];
    for (int i = 0; i < g->n_nodes; i++)
        comp[i] = -1 - comp[i];
    return count;
}

static sg_status set_room(sg_graph_set *s, sg_error *err)
{
    if (s->n < s->cap)
        return SG_OK;
    size_t cap = s->cap ? 2 * s->cap : 16;
    sg_graph *g = realloc(s->g, cap * sizeof *g);
    if (!g)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu graphs", cap);
    s->g = g;
    s->cap = cap;
    return SG_OK;
}

sg_status sg_graph_set_add(sg_graph_set *s, const sg_graph *g, sg_error *err)
{
    sg_graph copy = {0};
    sg_status st = sg_graph_copy(&copy, g, err);
    if (st == SG_OK)
        st = sg_graph_set_take(s, &copy, err);
    sg_graph_clear(&copy);
    return st;
}

sg_status sg_graph_set_take(sg_graph_set *s, sg_graph *g, sg_error *err)
{
    sg_status st = set_room(s, err);
    if (st == SG_OK) {
        s->g[s->n++] = *g;
        memset(g, 0, sizeof *g);
    }
    return st;
}

void sg_graph_set_clear(sg_graph_set *s)
{
    for (size_t i = 0; i < s->n; i++)
        sg_graph_clear(&s->g[i]);
    free(s->g);
    memset(s, 0, sizeof *s);
}
