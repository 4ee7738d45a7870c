/* Graph sets as NumPy arrays: n, ptr, edge_index and what nodes, edges and graphs carry
 * [sigen-npz(5)]. */
#include <config.h>

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "npy.h"
#include "npz.h"
#include "pairs.h"

enum { N, PTR, EDGE_INDEX, NODE_LABEL, X, EDGE_LABEL, EDGE_WEIGHT, Y, ARRAYS };
static const char *const names[ARRAYS] = {"n", "ptr",        "edge_index",  "node_label",
                                          "x", "edge_label", "edge_weight", "y"};

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct parsing {
    const char *file;
    sg_error *err;
    sg_i_npy a[ARRAYS];
    sg_graph_set set;
    int64_t *start;
    sg_i_pair *pair;
    size_t n_pairs;
} parsing;

static sg_status bad(const parsing *p, int array, const char *what)
{
    return sg_fail_at(p->err, SG_EPARSE, p->file, 0, 0, "array %s: %s", names[array], what);
}

static sg_status no_memory(const parsing *p)
{
    return sg_fail(p->err, SG_ENOMEM, "no memory for graphs");
}

/* Whole numbers, one for each of `count`. */
static sg_status is_column(const parsing *p, int array, size_t count)
{
    const sg_i_npy *a = &p->a[array];
    if (a->n_dim != 1 || a->dim[0] != count)
        return bad(p, array, "its length does not fit");
    return a->kind != 'f' ? SG_OK : bad(p, array, "expected whole numbers");
}

static sg_status label(const parsing *p, int array, size_t i, int *out)
{
    int64_t x = sg_i_npy_whole(&p->a[array], i);
    if (x < INT_MIN || x > INT_MAX)
        return bad(p, array, "a label beyond 2^31");
    *out = (int)x;
    return SG_OK;
}

static sg_status nodes(parsing *p)
{
    const sg_i_npy *n = &p->a[N], *ptr = &p->a[PTR];
    if (!n->data && !ptr->data)
        return bad(p, N, "is missing, and so is ptr");
    if (!n->data && ptr->count == 0)
        return bad(p, PTR, "is empty");
    size_t count = n->data ? n->count : ptr->count - 1;
    sg_status s = n->data ? is_column(p, N, count) : SG_OK;
    if (s == SG_OK && ptr->data)
        s = is_column(p, PTR, count + 1);
    p->start = s == SG_OK ? calloc(count + 1, sizeof *p->start) : NULL;
    if (s == SG_OK && !p->start)
        return no_memory(p);
    if (s == SG_OK && ptr->data && sg_i_npy_whole(ptr, 0) != 0)
        return bad(p, PTR, "does not begin with 0");
    for (size_t i = 0; i < count && s == SG_OK; i++) {
        sg_graph g = {0};
        int64_t at = p->start[i], size = n->data ? sg_i_npy_whole(n, i) : -1;
        if (ptr->data) {
            int64_t next = sg_i_npy_whole(ptr, i + 1);
            if (next < at || next - at > SG_GRAPH_MAX_NODES || (n->data && next - at != size))
                return bad(p, PTR, "does not fit n, falls, or steps by more than 32768");
            size = next - at;
        }
        if (size < 0 || size > SG_GRAPH_MAX_NODES)
            return bad(p, N, "a number of nodes outside 0 to 32768");
        p->start[i + 1] = at + size;
        s = sg_graph_set_take(&p->set, &g, p->err);
        if (s == SG_OK)
            s = sg_graph_set_nodes(&p->set.g[i], (int)size, p->err);
    }
    return s;
}

static sg_status edges(parsing *p)
{
    const sg_i_npy *e = &p->a[EDGE_INDEX], *w = &p->a[EDGE_WEIGHT];
    if (!e->data)
        return bad(p, EDGE_INDEX, "is missing");
    if (e->n_dim != 2 || e->dim[0] != 2 || e->kind == 'f')
        return bad(p, EDGE_INDEX, "expected whole numbers in two rows");
    size_t m = p->n_pairs = e->dim[1];
    int labels = p->a[EDGE_LABEL].data != NULL;
    sg_status s = labels ? is_column(p, EDGE_LABEL, m) : SG_OK;
    if (s == SG_OK && w->data && (w->n_dim != 1 || w->count != m))
        s = bad(p, EDGE_WEIGHT, "its length does not fit");
    p->pair = s == SG_OK ? malloc((m + 1) * sizeof *p->pair) : NULL;
    if (s == SG_OK && !p->pair)
        return no_memory(p);
    for (size_t k = 0; k < m && s == SG_OK; k++) {
        p->pair[k] = (sg_i_pair){sg_i_npy_whole(e, sg_i_npy_at(e, 0, k)),
                                 sg_i_npy_whole(e, sg_i_npy_at(e, 1, k)), 1, 1, 0};
        if (labels)
            s = label(p, EDGE_LABEL, k, &p->pair[k].label);
        if (w->data)
            p->pair[k].weight = sg_i_npy_real(w, k);
        if (s == SG_OK && !isfinite(p->pair[k].weight))
            s = bad(p, EDGE_WEIGHT, "a weight is not finite");
    }
    for (size_t i = 0; i < p->set.n; i++) {
        p->set.g[i].has_edge_labels = labels;
        p->set.g[i].has_weights = w->data != NULL;
    }
    return s == SG_OK ? sg_i_pairs_add(&p->set, p->start, p->pair, m, p->file, p->err) : s;
}

static sg_status node_values(parsing *p)
{
    size_t n = (size_t)p->start[p->set.n];
    const sg_i_npy *x = &p->a[X];
    int labels = p->a[NODE_LABEL].data != NULL;
    sg_status s = labels ? is_column(p, NODE_LABEL, n) : SG_OK;
    if (s == SG_OK && x->data && (x->n_dim != 2 || x->dim[0] != n || x->dim[1] > SG_GRAPH_MAX_X))
        s = bad(p, X, "expected a row of at most 256 numbers for each node");
    int n_x = s == SG_OK && x->data ? (int)x->dim[1] : 0;
    for (size_t i = 0; i < p->set.n && s == SG_OK; i++) {
        sg_graph *g = &p->set.g[i];
        if (labels)
            s = sg_graph_make_labels(g, p->err);
        if (s == SG_OK && n_x)
            s = sg_graph_make_x(g, n_x, p->err);
        for (int k = 0; labels && k < g->n_nodes && s == SG_OK; k++)
            s = label(p, NODE_LABEL, (size_t)(p->start[i] + k), &g->node_label[k]);
        for (size_t k = 0; s == SG_OK && k < (size_t)g->n_nodes * (size_t)n_x; k++) {
            size_t row = (size_t)p->start[i] + k / (size_t)n_x;
            g->x[k] = sg_i_npy_real(x, sg_i_npy_at(x, row, k % (size_t)n_x));
            if (!isfinite(g->x[k]))
                s = bad(p, X, "an attribute is not finite");
        }
    }
    return s;
}

static sg_status graph_labels(parsing *p)
{
    if (!p->a[Y].data)
        return SG_OK;
    sg_status s = is_column(p, Y, p->set.n);
    for (size_t i = 0; i < p->set.n && s == SG_OK; i++) {
        p->set.g[i].has_label = 1;
        s = label(p, Y, i, &p->set.g[i].label);
    }
    return s;
}

sg_status sg_i_npz_parse(sg_graph_set *set, const char *buf, size_t len, const char *file,
                         sg_error *err)
{
    static sg_status (*const step[])(parsing *) = {nodes, edges, node_values, graph_labels};
    parsing p = {.file = file, .err = err};
    sg_i_zip z;
    sg_status s = sg_i_zip_open(&z, buf, len, file, err);
    for (int k = 0; k < ARRAYS && s == SG_OK; k++)
        s = sg_i_npy_get(&p.a[k], &z, names[k], err);
    for (size_t k = 0; k < sizeof step / sizeof *step && s == SG_OK; k++)
        s = step[k](&p);
    size_t before = set->n;
    for (size_t i = 0; i < p.set.n && s == SG_OK; i++)
        s = sg_graph_set_take(set, &p.set.g[i], err);
    while (s != SG_OK && set->n > before)
        sg_graph_clear(&set->g[--set->n]);
    for (int k = 0; k < ARRAYS; k++)
        sg_i_npy_clear(&p.a[k]);
    sg_graph_set_clear(&p.set);
    free(p.start);
    free(p.pair);
    return s;
}

static sg_status npz_read_set(sg_graph_set *set, const char *path, sg_error *err)
{
    char *buf;
    size_t len;
    sg_status s = sg_file_read(path, SG_GRAPH_FILE_LIMIT, &buf, &len, err);
    if (s != SG_OK)
        return s;
    s = sg_i_npz_parse(set, buf, len, path, err);
    free(buf);
    return s;
}

/* ---- writing --------------------------------------------------------------------------------- */

static int has(const sg_graph *g, int array)
{
    switch (array) {
    case NODE_LABEL:
        return g->node_label != NULL;
    case X:
        return g->n_x;
    case EDGE_LABEL:
        return g->has_edge_labels;
    case EDGE_WEIGHT:
        return g->has_weights;
    case Y:
        return g->has_label;
    default:
        return 1;
    }
}

/* *out: what all graphs have of the array. */
static sg_status in_common(const sg_graph_set *s, int array, int *out, sg_error *err)
{
    int want = -1;
    for (size_t i = 0; i < s->n; i++) {
        const sg_graph *g = &s->g[i];
        int nothing = array == EDGE_LABEL || array == EDGE_WEIGHT ? g->n_edges == 0
                      : array == NODE_LABEL || array == X         ? g->n_nodes == 0
                                                                  : 0;
        if (nothing)
            continue;
        if (want >= 0 && has(g, array) != want)
            return sg_fail(err, SG_EINVAL, "graph %zu differs from others in the array %s", i + 1,
                           names[array]);
        want = has(g, array);
    }
    *out = want > 0 ? want : 0;
    return SG_OK;
}

static size_t fill(void *data, const sg_graph_set *s, int array, size_t n_edges)
{
    int32_t *i4 = data;
    int64_t *i8 = data, first = 0;
    double *f8 = data;
    size_t at = 0;
    if (array == PTR)
        i8[at++] = 0;
    for (size_t i = 0; i < s->n; i++) {
        const sg_graph *g = &s->g[i];
        int count = array == EDGE_INDEX || array == EDGE_LABEL || array == EDGE_WEIGHT ? g->n_edges
                    : array == NODE_LABEL                                              ? g->n_nodes
                    : array == X ? g->n_nodes * g->n_x
                                 : 1;
        for (int k = 0; k < count; k++, at++)
            switch (array) {
            case N:
                i4[at] = g->n_nodes;
                break;
            case PTR:
                i8[at] = first + g->n_nodes;
                break;
            case EDGE_INDEX:
                i8[at] = first + g->edge[k].u;
                i8[n_edges + at] = first + g->edge[k].v;
                break;
            case NODE_LABEL:
                i4[at] = g->node_label[k];
                break;
            case X:
                f8[at] = g->x[k];
                break;
            case EDGE_LABEL:
                i4[at] = g->edge[k].label;
                break;
            case EDGE_WEIGHT:
                f8[at] = g->edge[k].weight;
                break;
            default:
                i4[at] = g->label;
            }
        first += g->n_nodes;
    }
    return at;
}

static sg_status print_array(sg_i_zip_out *z, const sg_graph_set *s, int array, sg_error *err)
{
    static const char *const type[ARRAYS] = {"<i4", "<i8", "<i8", "<i4",
                                             "<f8", "<i4", "<f8", "<i4"};
    size_t nodes_in_all = 0, edges_in_all = 0, room;
    int width = 0;
    sg_status st = in_common(s, array, &width, err);
    if (st != SG_OK || (!width && array > EDGE_INDEX))
        return st;
    for (size_t i = 0; i < s->n; i++) {
        nodes_in_all += (size_t)s->g[i].n_nodes;
        edges_in_all += (size_t)s->g[i].n_edges;
    }
    room = s->n + 1 + 2 * edges_in_all + nodes_in_all * (size_t)(width > 1 ? width : 1);
    double *data = calloc(room + 1, sizeof *data);
    if (!data)
        return sg_fail(err, SG_ENOMEM, "no memory for the arrays of %zu graphs", s->n);
    size_t count = fill(data, s, array, edges_in_all);
    if (array == EDGE_INDEX)
        st = sg_i_npy_put(z, names[array], type[array], data, 2, 2, edges_in_all, err);
    else if (array == X)
        st = sg_i_npy_put(z, names[array], type[array], data, 2, nodes_in_all, (size_t)width, err);
    else
        st = sg_i_npy_put(z, names[array], type[array], data, 1, count, 0, err);
    free(data);
    return st;
}

sg_status sg_i_npz_print(sg_out *o, const sg_graph_set *s, sg_error *err)
{
    sg_i_zip_out z = {.out = o};
    sg_status st = SG_OK;
    for (int k = 0; k < ARRAYS && st == SG_OK; k++)
        st = print_array(&z, s, k, err);
    if (st == SG_OK)
        return sg_i_zip_end(&z, err);
    sg_out_discard(z.directory);
    return st;
}

static sg_status npz_write_set(const char *path, const sg_graph_set *s, sg_error *err)
{
    sg_out *o = sg_out_open(path, err);
    if (!o)
        return SG_EIO;
    sg_status st = sg_i_npz_print(o, s, err);
    if (st == SG_OK)
        return sg_out_commit(o, err);
    sg_out_discard(o);
    return st;
}

const sg_graph_format sg_graph_npz = {
    .name = "npz",
    .extensions = ".npz",
    .summary = "NumPy arrays, no pickles; labels, weights, attributes",
    .read_set = npz_read_set,
    .write_set = npz_write_set,
    .keeps = SG_GRAPH_KEEPS_NODE_LABELS | SG_GRAPH_KEEPS_EDGE_LABELS | SG_GRAPH_KEEPS_WEIGHTS |
             SG_GRAPH_KEEPS_X | SG_GRAPH_KEEPS_LABEL,
};
