#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <sigen/space.h>
#include "data.h"
#include "layout.h"
#include "weights.h"

struct sg_graph_data {
    long count;
    double jitter;
    int *n;
    size_t *node0, *pair0; /* (count) */
    int *cls;
    unsigned char *edge;
    float *xyz; /* NULL without a layout */
    float *y;   /* NULL without weights */
};

/* ---- labels ---------------------------------------------------------------------------------- */

/* Inserts label into the ascending list; 0 if it is full. */
static int insert(int *list, int *n, int max, int label)
{
    int k = 0;
    while (k < *n && list[k] < label)
        k++;
    if (k < *n && list[k] == label)
        return 1;
    if (*n == max)
        return 0;
    memmove(list + k + 1, list + k, (size_t)(*n - k) * sizeof *list);
    list[k] = label;
    ++*n;
    return 1;
}

sg_status sg_graph_config_from(sg_graph_config *c, const sg_graph_set *s, sg_error *err)
{
    double degree = 0, nodes = 0;
    c->n_node_labels = c->n_edge_labels = c->labelled = c->max_nodes = c->max_degree = 0;
    memset(c->sizes, 0, sizeof c->sizes);
    for (size_t k = 0; k < s->n; k++) {
        const sg_graph *g = &s->g[k];
        int deg[SG_GRAPH_NET_NODES] = {0};
        if (g->n_nodes < 1 || g->n_nodes > SG_GRAPH_NET_NODES)
            return sg_fail(err, SG_ELIMIT, "graph %zu has %d nodes, allowed are 1 to %d", k + 1,
                           g->n_nodes, SG_GRAPH_NET_NODES);
        c->sizes[g->n_nodes]++;
        c->max_nodes = g->n_nodes > c->max_nodes ? g->n_nodes : c->max_nodes;
        degree += 2.0 * g->n_edges;
        nodes += g->n_nodes;
        c->labelled |= g->node_label != NULL;
        for (int i = 0; i < g->n_nodes; i++)
            if (!insert(c->node_label, &c->n_node_labels, SG_GRAPH_NODE_CLASSES,
                        g->node_label ? g->node_label[i] : 0))
                return sg_fail(err, SG_ELIMIT, "more than %d node labels", SG_GRAPH_NODE_CLASSES);
        for (int e = 0; e < g->n_edges; e++)
            if (!insert(c->edge_label, &c->n_edge_labels, SG_GRAPH_EDGE_CLASSES, g->edge[e].label))
                return sg_fail(err, SG_ELIMIT, "more than %d edge labels", SG_GRAPH_EDGE_CLASSES);
        for (int e = 0; e < g->n_edges; e++) {
            deg[g->edge[e].u]++;
            deg[g->edge[e].v]++;
        }
        for (int i = 0; i < g->n_nodes; i++)
            c->max_degree = deg[i] > c->max_degree ? deg[i] : c->max_degree;
    }
    if (s->n == 0)
        return sg_fail(err, SG_EINVAL, "no graph in the data");
    if (c->n_edge_labels == 0)
        c->edge_label[c->n_edge_labels++] = 1;
    c->mean_degree = degree / nodes;
    return SG_OK;
}

/* ---- encoding -------------------------------------------------------------------------------- */

static sg_status encode_weights(float *y, const sg_graph_config *c, const sg_graph *g, long k,
                                sg_error *err)
{
    memset(y, 0, sg_graph_pairs(g->n_nodes) * sizeof *y);
    if (g->n_edges && !g->has_weights)
        return sg_fail(err, SG_ENOTSUP, "graph %ld has no edge weights, the model generates some",
                       k + 1);
    for (int e = 0; e < g->n_edges; e++) {
        const sg_graph_edge *q = &g->edge[e];
        if (!(q->weight > 0))
            return sg_fail(err, SG_EDOM, "graph %ld: weight %g of edge %d-%d is not positive",
                           k + 1, q->weight, q->u, q->v);
        y[sg_pair_index((size_t)q->u, (size_t)q->v, (size_t)g->n_nodes)] =
            (float)sg_graph_weight_chart(c, q->weight);
    }
    return SG_OK;
}

static sg_status encode(sg_graph_data *d, const sg_graph_config *c, const sg_graph *g, long k,
                        const sg_graph_layout_kind *kind, sg_error *err)
{
    int n = g->n_nodes;
    int *cls = d->cls + d->node0[k];
    unsigned char *edge = d->edge + d->pair0[k];
    if (n > c->max_nodes)
        return sg_fail(err, SG_ENOTSUP, "graph %ld has %d nodes, the model knows up to %d", k + 1,
                       n, c->max_nodes);
    for (int i = 0; i < n; i++) {
        int label = g->node_label ? g->node_label[i] : 0;
        cls[i] = sg_graph_node_class(c, label);
        if (cls[i] < 0)
            return sg_fail(err, SG_ENOTSUP, "graph %ld: the model does not know node label %d",
                           k + 1, label);
    }
    memset(edge, 0, sg_graph_pairs(n));
    for (int e = 0; e < g->n_edges; e++) {
        int cl = sg_graph_edge_class(c, g->edge[e].label);
        int u = g->edge[e].u, v = g->edge[e].v;
        if (cl < 0)
            return sg_fail(err, SG_ENOTSUP, "graph %ld: the model does not know edge label %d",
                           k + 1, g->edge[e].label);
        edge[u * (2 * n - u - 1) / 2 + v - u - 1] = (unsigned char)cl;
    }
    sg_status s = d->y ? encode_weights(d->y + d->pair0[k], c, g, k, err) : SG_OK;
    if (s != SG_OK)
        return s;
    if (!kind)
        return SG_OK; /* a network without a layout */
    double *x = malloc(3 * (size_t)n * sizeof *x);
    if (!x)
        return sg_fail(err, SG_ENOMEM, "no memory for a layout");
    s = sg_graph_layout(kind, g, x, err);
    for (int i = 0; i < 3 * n && s == SG_OK; i++)
        d->xyz[3 * d->node0[k] + (size_t)i] = (float)x[i];
    free(x);
    return s;
}

sg_graph_data *sg_graph_data_new(const sg_graph_config *c, const sg_graph_set *s, sg_error *err)
{
    const sg_graph_layout_kind *kind = NULL;
    if (c->layout[0] && !(kind = sg_graph_layout_find(c->layout))) {
        sg_fail(err, SG_ENOTSUP, "the model was trained beside a layout \"%s\", which is unknown",
                c->layout);
        return NULL;
    }
    sg_graph_data *d = calloc(1, sizeof *d);
    size_t nodes = 0, pairs = 0;
    for (size_t k = 0; k < s->n; k++) {
        nodes += (size_t)s->g[k].n_nodes;
        pairs += sg_graph_pairs(s->g[k].n_nodes);
    }
    if (d) {
        d->n = malloc(s->n * sizeof *d->n + 1);
        d->node0 = malloc(s->n * sizeof *d->node0 + 1);
        d->pair0 = malloc(s->n * sizeof *d->pair0 + 1);
        d->cls = malloc(nodes * sizeof *d->cls + 1);
        d->edge = malloc(pairs + 1);
        d->xyz = kind ? malloc(3 * nodes * sizeof *d->xyz + 1) : NULL;
        d->y = c->weighted ? malloc(pairs * sizeof *d->y + 1) : NULL;
    }
    if (!d || (c->weighted && !d->y) || (kind && !d->xyz) || !d->n || !d->node0 || !d->pair0 ||
        !d->cls || !d->edge) {
        sg_graph_data_free(d);
        sg_fail(err, SG_ENOMEM, "no memory for %zu graphs", s->n);
        return NULL;
    }
    nodes = pairs = 0;
    for (size_t k = 0; k < s->n; k++) {
        d->n[k] = s->g[k].n_nodes;
        d->node0[k] = nodes;
        d->pair0[k] = pairs;
        nodes += (size_t)s->g[k].n_nodes;
        pairs += sg_graph_pairs(s->g[k].n_nodes);
        if (encode(d, c, &s->g[k], (long)k, kind, err) != SG_OK) {
            sg_graph_data_free(d);
            return NULL;
        }
    }
    d->count = (long)s->n;
    d->jitter = kind ? kind->jitter : 0;
    return d;
}

void sg_graph_data_free(sg_graph_data *d)
{
    if (!d)
        return;
    free(d->n);
    free(d->node0);
    free(d->pair0);
    free(d->cls);
    free(d->edge);
    free(d->xyz);
    free(d->y);
    free(d);
}

long sg_graph_data_count(const sg_graph_data *d)
{
    return d->count;
}

void sg_graph_data_get(const sg_graph_data *d, long i, sg_graph_example *e)
{
    *e = (sg_graph_example){d->n[i],
                            d->cls + d->node0[i],
                            d->edge + d->pair0[i],
                            d->xyz ? d->xyz + 3 * d->node0[i] : NULL,
                            d->jitter,
                            d->y ? d->y + d->pair0[i] : NULL};
}
