#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "graph.h"

enum { MAX_NODES = 512, MAX_EDGES = 1024 };

/* The part of a graph that can lie on cycles, and the search from one root. */
typedef struct search {
    const sg_i_graph *g;
    int *degree;                       /* 0: pruned */
    int *dist, *up, *up_edge, *branch; /* of the tree of shortest paths */
    int *queue;
    int components;
    int words, count, cap; /* candidates: length and edges as bits */
    int *length;
    uint64_t *bits;
} search;

/* Takes away what hangs on cycles by a single bond; returns how many nodes and edges stay. */
static int prune(search *s, int *edges)
{
    const sg_i_graph *g = s->g;
    int nodes = g->n, last = 0;
    *edges = g->n_edges;
    for (int i = 0; i < g->n; i++) {
        s->degree[i] = g->start[i + 1] - g->start[i];
        if (s->degree[i] <= 1)
            s->queue[last++] = i;
    }
    for (int q = 0; q < last; q++) {
        int i = s->queue[q];
        nodes--;
        *edges -= s->degree[i];
        for (int k = g->start[i]; k < g->start[i + 1] && s->degree[i]; k++)
            if (s->degree[g->nbr[k]] > 0 && --s->degree[g->nbr[k]] == 1)
                s->queue[last++] = g->nbr[k];
        s->degree[i] = 0;
    }
    return nodes;
}

static int reach(search *s, int root) /* breadth first; returns how many nodes */
{
    const sg_i_graph *g = s->g;
    int last = 0;
    for (int i = 0; i < g->n; i++)
        s->dist[i] = -1;
    s->dist[root] = 0;
    s->branch[root] = s->up[root] = s->up_edge[root] = -1;
    s->queue[last++] = root;
    for (int q = 0; q < last; q++) {
        int i = s->queue[q];
        for (int k = g->start[i]; k < g->start[i + 1]; k++) {
            int j = g->nbr[k];
            if (!s->degree[j] || s->dist[j] >= 0)
                continue;
            s->dist[j] = s->dist[i] + 1;
            s->up[j] = i;
            s->up_edge[j] = g->edge[k];
            s->branch[j] = i == root ? j : s->branch[i];
            s->queue[last++] = j;
        }
    }
    return last;
}

static int keep(search *s, int e, int x, int y)
{
    if (s->count == s->cap) {
        int cap = s->cap ? 2 * s->cap : 64;
        int *length = realloc(s->length, sizeof *length * (size_t)cap);
        if (length)
            s->length = length;
        uint64_t *bits = realloc(s->bits, sizeof *bits * (size_t)cap * (size_t)s->words);
        if (bits)
            s->bits = bits;
        if (!length || !bits)
            return 0;
        s->cap = cap;
    }
    uint64_t *b = s->bits + (size_t)s->count * (size_t)s->words;
    memset(b, 0, sizeof *b * (size_t)s->words);
    s->length[s->count++] = s->dist[x] + s->dist[y] + 1;
    b[e / 64] |= (uint64_t)1 << e % 64;
    for (int v = x; s->up[v] >= 0; v = s->up[v])
        b[s->up_edge[v] / 64] |= (uint64_t)1 << s->up_edge[v] % 64;
    for (int v = y; s->up[v] >= 0; v = s->up[v])
        b[s->up_edge[v] / 64] |= (uint64_t)1 << s->up_edge[v] % 64;
    return 1;
}

/* Candidates [Hor87]: an edge and the shortest paths from its ends to a root that meet only there.
 */
static int candidates(search *s)
{
    const sg_i_graph *g = s->g;
    for (int root = 0; root < g->n; root++) {
        if (!s->degree[root])
            continue;
        int reached = reach(s, root), first = 1;
        for (int k = 0; k < reached; k++)
            first &= s->queue[k] >= root;
        s->components += first;
        for (int e = 0; e < g->n_edges; e++) {
            int x = g->end[2 * e], y = g->end[2 * e + 1];
            if (!s->degree[x] || !s->degree[y] || s->dist[x] < 0 || s->up_edge[x] == e ||
                s->up_edge[y] == e)
                continue;
            if (s->branch[x] != s->branch[y] && !keep(s, e, x, y))
                return 0;
        }
    }
    return 1;
}

static int lowest(const uint64_t *b, int words)
{
    for (int w = 0; w < words; w++)
        if (b[w])
            return w * 64 + __builtin_ctzll(b[w]);
    return -1;
}

/* Shortest candidates that are independent modulo 2; pivot: (n_edges) row whose lowest bit it is.
 */
static int eliminate(search *s, int rank, int *pivot, int *count)
{
    size_t words = (size_t)s->words;
    int found = 0, longest = 0;
    for (int e = 0; e < s->g->n_edges; e++)
        pivot[e] = -1;
    for (int c = 0; c < s->count; c++)
        longest = s->length[c] > longest ? s->length[c] : longest;
    for (int length = 2; length <= longest && found < rank; length++)
        for (int c = 0; c < s->count && found < rank; c++) {
            uint64_t *b = s->bits + (size_t)c * words;
            int low;
            if (s->length[c] != length)
                continue;
            while ((low = lowest(b, s->words)) >= 0 && pivot[low] >= 0)
                for (size_t w = 0; w < words; w++)
                    b[w] ^= s->bits[(size_t)pivot[low] * words + w];
            if (low < 0)
                continue;
            pivot[low] = c;
            found++;
            count[length < SG_I_RING_MAX ? length : SG_I_RING_MAX]++;
        }
    return found;
}

int sg_i_ring_sizes(const sg_i_graph *g, int count[SG_I_RING_MAX + 1], sg_error *err)
{
    size_t n = (size_t)g->n;
    int edges = 0, rings = -1;
    search s = {.g = g, .words = (g->n_edges + 63) / 64};
    int *work = malloc(sizeof *work * (6 * n + (size_t)g->n_edges + 1));
    if (!work) {
        sg_fail(err, SG_ENOMEM, "no memory for rings");
        return -1;
    }
    s.degree = work;
    s.dist = work + n;
    s.up = work + 2 * n;
    s.up_edge = work + 3 * n;
    s.branch = work + 4 * n;
    s.queue = work + 5 * n;
    int nodes = prune(&s, &edges);
    if (nodes == 0) {
        rings = 0;
    } else if (nodes > MAX_NODES || edges > MAX_EDGES) {
        sg_fail(err, SG_ELIMIT, "%d atoms in rings, at most %d", nodes, MAX_NODES);
    } else if (!candidates(&s)) {
        sg_fail(err, SG_ENOMEM, "no memory for rings");
    } else {
        int rank = edges - nodes + s.components; /* cyclomatic number */
        rings = eliminate(&s, rank, work + 6 * n, count);
    }
    free(work);
    free(s.length);
    free(s.bits);
    return rings;
}
