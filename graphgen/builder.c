#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "builder.h"

void sg_i_builder_reset(sg_i_builder *b)
{
    sg_i_names_reset(&b->names);
    b->n_nodes = b->n_edges = b->n_values = 0;
}

void sg_i_builder_clear(sg_i_builder *b)
{
    sg_i_names_clear(&b->names);
    free(b->node_of);
    free(b->node);
    free(b->edge);
    free(b->value);
    memset(b, 0, sizeof *b);
}

static int grow(void **array, int *cap, int count, size_t size)
{
    if (count < *cap)
        return 1;
    int c = *cap ? 2 * *cap : 64;
    void *p = realloc(*array, (size_t)c * size);
    if (!p)
        return 0;
    *array = p;
    *cap = c;
    return 1;
}

static sg_status no_memory(sg_error *err)
{
    return sg_fail(err, SG_ENOMEM, "no memory for nodes and edges");
}

/* The number of a name; new ones are no node yet. */
static sg_status number_of(sg_i_builder *b, const char *name, size_t len, int *number,
                           sg_error *err)
{
    if (!grow((void **)&b->node_of, &b->cap_names, b->names.n, sizeof *b->node_of))
        return no_memory(err);
    b->node_of[b->names.n] = -1;
    return sg_i_names_put(&b->names, name, len, SG_GRAPH_MAX_NODES, number, err);
}

sg_status sg_i_builder_node(sg_i_builder *b, const char *name, size_t len, sg_error *err)
{
    int number;
    sg_status s = number_of(b, name, len, &number, err);
    if (s == SG_OK && b->node_of[number] >= 0)
        s = sg_fail(err, SG_EINVAL, "two nodes have the id \"%.60s\"",
                    sg_i_names_get(&b->names, number));
    if (s == SG_OK && !grow((void **)&b->node, &b->cap_nodes, b->n_nodes, sizeof *b->node))
        s = no_memory(err);
    if (s != SG_OK)
        return s;
    b->node_of[number] = b->n_nodes;
    b->node[b->n_nodes++] = (sg_i_node){0, 0};
    return SG_OK;
}

sg_status sg_i_builder_edge(sg_i_builder *b, const char *from, size_t from_len, const char *to,
                            size_t to_len, long line, sg_error *err)
{
    sg_i_edge e = {.line = line, .label = 1, .weight = 1};
    sg_status s = number_of(b, from, from_len, &e.a, err);
    if (s == SG_OK)
        s = number_of(b, to, to_len, &e.b, err);
    if (s == SG_OK && b->n_edges >= SG_GRAPH_MAX_EDGES)
        s = sg_fail(err, SG_ELIMIT, "more than %d edges", SG_GRAPH_MAX_EDGES);
    if (s == SG_OK && !grow((void **)&b->edge, &b->cap_edges, b->n_edges, sizeof *b->edge))
        s = no_memory(err);
    if (s == SG_OK)
        b->edge[b->n_edges++] = e;
    return s;
}

sg_status sg_i_builder_value(sg_i_builder *b, int column, double x, sg_error *err)
{
    if (b->n_values >= 1 << 28)
        return sg_fail(err, SG_ELIMIT, "too many attributes of nodes");
    if (!grow((void **)&b->value, &b->cap_values, b->n_values, sizeof *b->value))
        return no_memory(err);
    b->value[b->n_values++] = (sg_i_value){b->n_nodes - 1, column, x};
    return SG_OK;
}

static const char *name_of(const sg_i_builder *b, int node)
{
    for (int i = 0; i < b->names.n; i++)
        if (b->node_of[i] == node)
            return sg_i_names_get(&b->names, i);
    return "";
}

static sg_status labels(sg_i_builder *b, sg_graph *g, const char *file, long line, sg_error *err)
{
    int some = 0;
    for (int i = 0; i < b->n_nodes; i++)
        some |= b->node[i].has_label;
    sg_status s = some ? sg_graph_make_labels(g, err) : SG_OK;
    for (int i = 0; some && s == SG_OK && i < b->n_nodes; i++) {
        if (!b->node[i].has_label)
            return sg_fail_at(err, SG_EPARSE, file, line, 0,
                              "node \"%.60s\" has no label, others have", name_of(b, i));
        g->node_label[i] = b->node[i].label;
    }
    return s;
}

static sg_status values(sg_i_builder *b, sg_graph *g, const char *file, long line, sg_error *err)
{
    int column[SG_GRAPH_MAX_X] = {0}, n = 0, used = 0;
    for (int k = 0; k < b->n_values; k++)
        column[b->value[k].column] = 1;
    for (int k = 0; k < SG_GRAPH_MAX_X; k++)
        n += column[k];
    if (!n)
        return SG_OK;
    for (int k = 0; k < SG_GRAPH_MAX_X; k++)
        column[k] = column[k] ? used++ : -1;
    sg_status s = sg_graph_make_x(g, n, err);
    size_t size = (size_t)b->n_nodes * (size_t)n;
    unsigned char *seen = s == SG_OK ? calloc(size + 1, 1) : NULL;
    if (s == SG_OK && !seen)
        s = no_memory(err);
    for (int k = 0; s == SG_OK && k < b->n_values; k++) {
        size_t at = (size_t)b->value[k].node * (size_t)n + (size_t)column[b->value[k].column];
        g->x[at] = b->value[k].x;
        seen[at] = 1;
    }
    for (size_t i = 0; s == SG_OK && i < size; i++)
        if (!seen[i])
            s = sg_fail_at(err, SG_EPARSE, file, line, 0,
                           "node \"%.60s\" lacks an attribute that others have",
                           name_of(b, (int)(i / (size_t)n)));
    free(seen);
    return s;
}

static sg_status edges(sg_i_builder *b, sg_graph *g, const char *file, long line, sg_error *err)
{
    sg_error e = {0};
    for (int k = 0; k < b->n_edges; k++) {
        const sg_i_edge *d = &b->edge[k], *first = &b->edge[0];
        if (d->has_label != first->has_label || d->has_weight != first->has_weight)
            return sg_fail_at(err, SG_EPARSE, file, d->line, 0, "only some edges have a %s",
                              d->has_label != first->has_label ? "label" : "weight");
        int u = b->node_of[d->a], v = b->node_of[d->b];
        if (u < 0 || v < 0)
            return sg_fail_at(err, SG_EPARSE, file, d->line, 0, "edge of an unknown node \"%.60s\"",
                              sg_i_names_get(&b->names, u < 0 ? d->a : d->b));
        sg_status s = sg_graph_add_edge(g, u, v, d->label, d->weight, &e);
        if (s != SG_OK)
            return sg_fail_at(err, s == SG_EINVAL ? SG_EPARSE : s, file, d->line, 0, "%s", e.text);
    }
    g->has_edge_labels = b->n_edges && b->edge[0].has_label;
    g->has_weights = b->n_edges && b->edge[0].has_weight;
    return sg_graph_sort(g, &e) == SG_OK ? SG_OK
                                         : sg_fail_at(err, SG_EPARSE, file, line, 0, "%s", e.text);
}

sg_status sg_i_builder_finish(sg_i_builder *b, sg_graph *g, const char *file, long line,
                              sg_error *err)
{
    sg_status s = sg_graph_set_nodes(g, b->n_nodes, err);
    if (s == SG_OK)
        s = labels(b, g, file, line, err);
    if (s == SG_OK)
        s = values(b, g, file, line, err);
    return s == SG_OK ? edges(b, g, file, line, err) : s;
}
