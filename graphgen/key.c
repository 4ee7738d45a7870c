/* Canonical keys: igraph's BLISS numbers the nodes the same way for isomorphic graphs [JK07]. */
#include <config.h>
#include <sigen/graph_metrics.h>

#include <stdlib.h>
#include <string.h>

#include <sigen/sha256.h>

#ifdef SG_HAVE_IGRAPH
#include <igraph/igraph.h>
#include <pthread.h>

/* igraph of Debian keeps its list of things to free on failure in one global variable. */
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static int ints_ascending(const void *pa, const void *pb)
{
    int a = *(const int *)pa, b = *(const int *)pb;
    return (a > b) - (a < b);
}

/* The distinct values among n, ascending in place; returns how many. */
static int distinct(int *x, int n)
{
    int k = 0;
    qsort(x, (size_t)n, sizeof *x, ints_ascending);
    for (int i = 0; i < n; i++)
        if (i == 0 || x[i] != x[i - 1])
            x[k++] = x[i];
    return k;
}

static int rank_of(int value, const int *sorted, int n)
{
    const int *p = bsearch(&value, sorted, (size_t)n, sizeof *sorted, ints_ascending);
    return p ? (int)(p - sorted) : 0;
}

/* Colours of the nodes in `sorted` ranks of their labels; with edge labels each edge becomes a node
 * between its ends, coloured by its own label. */
static void colour(igraph_vector_int_t *ends, igraph_vector_int_t *colours, const sg_graph *g,
                   int *sorted)
{
    int n = g->n_nodes, m = g->n_edges, kinds = 1;
    if (g->node_label) {
        memcpy(sorted, g->node_label, (size_t)n * sizeof *sorted);
        kinds = distinct(sorted, n);
    }
    for (int i = 0; i < n; i++)
        VECTOR(*colours)[i] = g->node_label ? rank_of(g->node_label[i], sorted, kinds) : 0;
    if (!g->has_edge_labels) {
        for (int k = 0; k < m; k++) {
            VECTOR(*ends)[2 * k] = g->edge[k].u;
            VECTOR(*ends)[2 * k + 1] = g->edge[k].v;
        }
        return;
    }
    for (int k = 0; k < m; k++)
        sorted[k] = g->edge[k].label;
    int labels = distinct(sorted, m);
    for (int k = 0; k < m; k++) {
        VECTOR(*colours)[n + k] = kinds + rank_of(g->edge[k].label, sorted, labels);
        VECTOR(*ends)[4 * k] = g->edge[k].u;
        VECTOR(*ends)[4 * k + 1] = VECTOR(*ends)[4 * k + 2] = n + k;
        VECTOR(*ends)[4 * k + 3] = g->edge[k].v;
    }
}

/* place (nodes) out: the canonical number of each. */
static igraph_error_t bliss(igraph_integer_t *place, const sg_graph *g, int *sorted)
{
    igraph_integer_t m = g->n_edges, nodes = g->n_nodes + (g->has_edge_labels ? m : 0);
    igraph_vector_int_t ends, colours, labels;
    igraph_t ig;
    igraph_error_t e = igraph_vector_int_init(&ends, g->has_edge_labels ? 4 * m : 2 * m);
    if (e != IGRAPH_SUCCESS)
        return e;
    e = igraph_vector_int_init(&colours, nodes);
    if (e == IGRAPH_SUCCESS) {
        e = igraph_vector_int_init(&labels, nodes);
        if (e == IGRAPH_SUCCESS) {
            colour(&ends, &colours, g, sorted);
            e = igraph_create(&ig, &ends, nodes, IGRAPH_UNDIRECTED);
            if (e == IGRAPH_SUCCESS) {
                e = igraph_canonical_permutation(&ig, &colours, &labels, IGRAPH_BLISS_FL, NULL);
                for (igraph_integer_t i = 0; e == IGRAPH_SUCCESS && i < nodes; i++)
                    place[i] = VECTOR(labels)[i];
                igraph_destroy(&ig);
            }
            igraph_vector_int_destroy(&labels);
        }
        igraph_vector_int_destroy(&colours);
    }
    igraph_vector_int_destroy(&ends);
    return e;
}

typedef struct line {
    int32_t v, u, label;
} line;

static int by_line(const void *pa, const void *pb)
{
    const line *a = pa, *b = pb;
    return a->v != b->v ? (a->v > b->v) - (a->v < b->v) : (a->u > b->u) - (a->u < b->u);
}

static void put(sg_sha256 *h, int32_t x)
{
    unsigned char b[4];
    for (int k = 0; k < 4; k++)
        b[k] = (unsigned char)((uint32_t)x >> (8 * k));
    sg_sha256_update(h, b, 4);
}

/* Numbers, labels and edges in canonical order. order (nodes): node of each place. */
static void digest(unsigned char key[SG_GRAPH_KEY], const sg_graph *g,
                   const igraph_integer_t *place, igraph_integer_t nodes, int *order, int *number,
                   line *lines)
{
    sg_sha256 h;
    int n = 0;
    for (igraph_integer_t i = 0; i < nodes; i++)
        order[place[i]] = (int)i;
    for (igraph_integer_t p = 0; p < nodes; p++) /* places without those of edges */
        if (order[p] < g->n_nodes) {
            number[order[p]] = n;
            order[n++] = order[p];
        }
    for (int k = 0; k < g->n_edges; k++) {
        int a = number[g->edge[k].u], b = number[g->edge[k].v];
        lines[k] = (line){a > b ? a : b, a > b ? b : a, g->edge[k].label};
    }
    qsort(lines, (size_t)g->n_edges, sizeof *lines, by_line);
    sg_sha256_init(&h);
    put(&h, g->n_nodes);
    put(&h, g->n_edges);
    put(&h, (g->node_label != NULL) + 2 * g->has_edge_labels);
    for (int i = 0; g->node_label && i < n; i++)
        put(&h, g->node_label[order[i]]);
    for (int k = 0; k < g->n_edges; k++) {
        put(&h, lines[k].u);
        put(&h, lines[k].v);
        if (g->has_edge_labels)
            put(&h, lines[k].label);
    }
    sg_sha256_final(&h, key);
}

sg_status sg_graph_key(const sg_graph *g, unsigned char key[SG_GRAPH_KEY], sg_error *err)
{
    size_t nodes = (size_t)g->n_nodes + (g->has_edge_labels ? (size_t)g->n_edges : 0);
    size_t most = (size_t)g->n_nodes + (size_t)g->n_edges + 1;
    int *sorted = malloc(3 * most * sizeof *sorted);
    igraph_integer_t *place = malloc((nodes + 1) * sizeof *place);
    line *lines = malloc(((size_t)g->n_edges + 1) * sizeof *lines);
    igraph_error_t e = IGRAPH_ENOMEM;
    if (sorted && place && lines) {
        pthread_mutex_lock(&one_at_a_time);
        igraph_error_handler_t *before = igraph_set_error_handler(igraph_error_handler_ignore);
        e = bliss(place, g, sorted);
        igraph_set_error_handler(before);
        pthread_mutex_unlock(&one_at_a_time);
    }
    if (e == IGRAPH_SUCCESS)
        digest(key, g, place, (igraph_integer_t)nodes, sorted + most, sorted + 2 * most, lines);
    free(sorted);
    free(place);
    free(lines);
    return e == IGRAPH_SUCCESS ? SG_OK
                               : sg_fail(err, SG_ENOMEM, "no canonical form of %d nodes: %s",
                                         g->n_nodes, igraph_strerror(e));
}
#else
sg_status sg_graph_key(const sg_graph *g, unsigned char key[SG_GRAPH_KEY], sg_error *err)
{
    (void)g;
    memset(key, 0, SG_GRAPH_KEY);
    return sg_fail(err, SG_ENOTSUP, "this build cannot tell isomorphic graphs: it lacks igraph");
}
#endif
