/* Orbits of subgraphs of 5 nodes: every connected one is visited once [Wer06] and its nodes' orbits
 * are looked up by its adjacency. */
#include <config.h>
#include <sigen/graph_metrics.h>

#include <stdlib.h>
#include <string.h>

#include "adj.h"

enum { NODES = 5, MASKS = 1 << 10, OWN = SG_GRAPH_ORBITS5 - SG_GRAPH_ORBITS };
#define MOST_VISITS 2e10

/* Bit of the pair a, b of a mask. */
static int bit(int a, int b)
{
    return 1 << (a > b ? a * (a - 1) / 2 + b : b * (b - 1) / 2 + a);
}

static int edges_of(int mask)
{
    return __builtin_popcount((unsigned)mask);
}

static int degree_of(int mask, int i)
{
    int d = 0;
    for (int k = 0; k < NODES; k++)
        d += k != i && mask & bit(i, k);
    return d;
}

static int is_connected(int mask)
{
    int seen = 1;
    for (int round = 0; round < NODES; round++)
        for (int a = 0; a < NODES; a++)
            for (int b = 0; b < NODES; b++)
                if (a != b && seen >> a & 1 && mask & bit(a, b))
                    seen |= 1 << b;
    return seen == (1 << NODES) - 1;
}

/* The mask with the names i and i + 1 exchanged. */
static int exchange(int mask, int i)
{
    int to = 0;
    for (int a = 1; a < NODES; a++)
        for (int b = 0; b < a; b++) {
            int x = a == i ? i + 1 : a == i + 1 ? i : a, y = b == i ? i + 1 : b == i + 1 ? i : b;
            if (mask & bit(a, b))
                to |= bit(x, y);
        }
    return to;
}

static int find(int *up, int x)
{
    while (up[x] != x)
        x = up[x] = up[up[x]];
    return x;
}

static void join(int *up, int a, int b)
{
    a = find(up, a);
    b = find(up, b);
    up[a > b ? a : b] = a < b ? a : b;
}

typedef struct kind {
    int edges, graph, degree, at; /* graph: least mask of the isomorphic ones */
} kind;

static int before(const void *pa, const void *pb)
{
    const kind *a = pa, *b = pb;
    int d = a->edges - b->edges;
    d = d ? d : a->graph - b->graph;
    d = d ? d : a->degree - b->degree;
    return d ? d : a->at - b->at;
}

typedef struct table {
    unsigned char orbit[MASKS][NODES]; /* number among the own; of connected masks */
    int rooted[MASKS * NODES], plain[MASKS];
} table;

/* Classes of (graph, node) under exchanges of names, which generate all renumberings. */
static void tabulate(table *t)
{
    kind k[OWN];
    int n = 0;
    for (int x = 0; x < MASKS * NODES; x++)
        t->rooted[x] = x;
    for (int m = 0; m < MASKS; m++)
        t->plain[m] = m;
    for (int m = 0; m < MASKS; m++)
        for (int i = 0; i + 1 < NODES; i++) {
            int to = exchange(m, i);
            join(t->plain, m, to);
            for (int r = 0; r < NODES; r++)
                join(t->rooted, m * NODES + r, to * NODES + (r == i ? i + 1 : r == i + 1 ? i : r));
        }
    for (int x = 0; x < MASKS * NODES; x++) {
        int m = x / NODES;
        if (t->rooted[x] == x && is_connected(m) && n < OWN)
            k[n++] = (kind){edges_of(m), find(t->plain, m), degree_of(m, x % NODES), x};
    }
    qsort(k, (size_t)n, sizeof *k, before);
    for (int x = 0; x < MASKS * NODES; x++)
        for (int o = 0; o < n; o++)
            if (k[o].at == find(t->rooted, x))
                t->orbit[x / NODES][x % NODES] = (unsigned char)o;
}

typedef struct walk {
    sg_i_adj a;
    size_t words;
    uint64_t *bits; /* (n, words) adjacency */
    int *mark;      /* (n) how many of sub are neighbours or the node itself */
    int *next;      /* (NODES, n) nodes that may follow */
    int sub[NODES];
    int64_t *count;
    table t;
} walk;

static int joined(const walk *w, int u, int v)
{
    return w->bits[(size_t)u * w->words + (size_t)v / 64] >> (v % 64) & 1;
}

static void last(walk *w, const int *list, int n)
{
    int base = 0;
    for (int a = 1; a < NODES - 1; a++)
        for (int b = 0; b < a; b++)
            base |= joined(w, w->sub[a], w->sub[b]) ? bit(a, b) : 0;
    for (int k = 0; k < n; k++) {
        int mask = base;
        w->sub[NODES - 1] = list[k];
        for (int b = 0; b < NODES - 1; b++)
            mask |= joined(w, list[k], w->sub[b]) ? bit(NODES - 1, b) : 0;
        for (int i = 0; i < NODES; i++)
            w->count[(size_t)w->sub[i] * SG_GRAPH_ORBITS5 + SG_GRAPH_ORBITS +
                     w->t.orbit[mask][i]]++;
    }
}

static void near(walk *w, int v, int by)
{
    for (int k = w->a.start[v]; k < w->a.start[v + 1]; k++)
        w->mark[w->a.nbr[k]] += by;
}

/* All that contain sub[0..size) and no node before sub[0]; list: (n) nodes that may join. */
static void extend(walk *w, int size, const int *list, int n)
{
    if (size == NODES - 1) {
        last(w, list, n);
        return;
    }
    int *more = w->next + (size_t)size * (size_t)w->a.n;
    for (; n > 0; n--) {
        int v = list[n - 1], m = n - 1;
        memcpy(more, list, (size_t)m * sizeof *more);
        for (int k = w->a.start[v]; k < w->a.start[v + 1]; k++) {
            int u = w->a.nbr[k];
            if (u > w->sub[0] && w->mark[u] == 0)
                more[m++] = u;
        }
        w->sub[size] = v;
        near(w, v, 1);
        extend(w, size + 1, more, m);
        near(w, v, -1);
    }
}

static sg_status make(walk *w, const sg_graph *g, sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    double visits = 0;
    sg_status s = sg_i_adj_make(&w->a, g, err);
    for (int i = 0; s == SG_OK && i < g->n_nodes; i++) {
        double d = sg_i_degree(&w->a, i);
        visits += d * (d - 1) * (d - 2) * (d - 3) / 24;
    }
    if (s != SG_OK)
        return s;
    if (visits > MOST_VISITS || n > SG_GRAPH_MAX_SPECTRUM)
        return sg_fail(err, SG_ELIMIT, "too many subgraphs of 5 nodes in a graph of %zu", n);
    w->words = (n + 63) / 64;
    w->bits = calloc(n * w->words + 1, sizeof *w->bits);
    w->mark = calloc(n + 1, sizeof *w->mark);
    w->next = malloc((NODES * n + 1) * sizeof *w->next);
    if (!w->bits || !w->mark || !w->next)
        return sg_fail(err, SG_ENOMEM, "no memory for the orbits of %zu nodes", n);
    for (size_t i = 0; i < n; i++)
        for (int k = w->a.start[i]; k < w->a.start[i + 1]; k++)
            w->bits[i * w->words + (size_t)w->a.nbr[k] / 64] |= (uint64_t)1 << (w->a.nbr[k] % 64);
    tabulate(&w->t);
    return SG_OK;
}

sg_status sg_graph_orbits5(const sg_graph *g, int64_t *count, sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    int64_t *four = malloc((n * SG_GRAPH_ORBITS + 1) * sizeof *four);
    walk *w = calloc(1, sizeof *w);
    sg_status s = four && w ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory for orbits");
    if (s == SG_OK)
        s = sg_graph_orbits(g, four, err);
    if (s == SG_OK)
        s = make(w, g, err);
    if (s == SG_OK) {
        memset(count, 0, n * SG_GRAPH_ORBITS5 * sizeof *count);
        w->count = count;
        for (size_t i = 0; i < n; i++)
            memcpy(count + i * SG_GRAPH_ORBITS5, four + i * SG_GRAPH_ORBITS,
                   SG_GRAPH_ORBITS * sizeof *count);
    }
    for (int v = 0; s == SG_OK && v < g->n_nodes; v++) {
        int m = 0;
        for (int k = w->a.start[v]; k < w->a.start[v + 1]; k++)
            if (w->a.nbr[k] > v)
                w->next[m++] = w->a.nbr[k];
        w->sub[0] = v;
        w->mark[v]++;
        near(w, v, 1);
        extend(w, 1, w->next, m);
        near(w, v, -1);
        w->mark[v]--;
    }
    if (w) {
        sg_i_adj_clear(&w->a);
        free(w->bits);
        free(w->mark);
        free(w->next);
    }
    free(w);
    free(four);
    return s;
}
