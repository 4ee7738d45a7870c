/* Orbits of subgraphs of 2 to 4 nodes. Subgraphs that need not be induced are easy to count from
 * degrees, triangles and common neighbours; each such count is a sum of induced ones, the complete
 * graph's known, so that the induced ones follow one after another. The idea is of [HD14]. */
#include <config.h>
#include <sigen/graph_metrics.h>

#include <stdlib.h>
#include <string.h>

#include "adj.h"

typedef struct counter {
    sg_i_adj a;
    int *t;       /* (2 m) triangles on the edge from i to its k-th neighbour */
    int64_t *tri; /* (n) triangles at a node */
    int64_t *k4;  /* (n) complete graphs of 4 */
    int *mark;    /* (n) */
    int *list;    /* (n) */
} counter;

static void clear(counter *c)
{
    sg_i_adj_clear(&c->a);
    free(c->t);
    free(c->tri);
    free(c->k4);
    free(c->mark);
    free(c->list);
}

static sg_status make(counter *c, const sg_graph *g, sg_error *err)
{
    size_t n = (size_t)g->n_nodes + 1;
    sg_status s = sg_i_adj_make(&c->a, g, err);
    if (s != SG_OK)
        return s;
    c->t = calloc(2 * (size_t)g->n_edges + 1, sizeof *c->t);
    c->tri = calloc(n, sizeof *c->tri);
    c->k4 = calloc(n, sizeof *c->k4);
    c->mark = calloc(n, sizeof *c->mark);
    c->list = calloc(n, sizeof *c->list);
    if (!c->t || !c->tri || !c->k4 || !c->mark || !c->list)
        return sg_fail(err, SG_ENOMEM, "no memory to count triangles of %d nodes", g->n_nodes);
    return SG_OK;
}

static void triangles(counter *c)
{
    const sg_i_adj *a = &c->a;
    for (int x = 0; x < a->n; x++) {
        int64_t twice = 0;
        for (int k = a->start[x]; k < a->start[x + 1]; k++)
            c->mark[a->nbr[k]] = 1;
        for (int k = a->start[x]; k < a->start[x + 1]; k++) {
            int y = a->nbr[k], t = 0;
            for (int l = a->start[y]; l < a->start[y + 1]; l++)
                t += c->mark[a->nbr[l]];
            c->t[k] = t;
            twice += t;
        }
        c->tri[x] = twice / 2;
        for (int k = a->start[x]; k < a->start[x + 1]; k++)
            c->mark[a->nbr[k]] = 0;
    }
}

/* Every u < v < z < w once. */
static void complete(counter *c)
{
    const sg_i_adj *a = &c->a;
    for (int u = 0; u < a->n; u++) {
        for (int k = a->start[u]; k < a->start[u + 1]; k++)
            c->mark[a->nbr[k]] = 1;
        for (int k = a->start[u]; k < a->start[u + 1]; k++) {
            int v = a->nbr[k], n = 0;
            if (v < u || c->t[k] < 2)
                continue;
            for (int l = a->start[v]; l < a->start[v + 1]; l++)
                if (a->nbr[l] > v && c->mark[a->nbr[l]])
                    c->list[n++] = a->nbr[l];
            for (int i = 0; i < n; i++)
                c->mark[c->list[i]] = 2;
            for (int i = 0; i < n; i++) {
                int z = c->list[i];
                for (int l = a->start[z]; l < a->start[z + 1]; l++) {
                    int w = a->nbr[l];
                    if (w > z && c->mark[w] == 2) {
                        c->k4[u]++;
                        c->k4[v]++;
                        c->k4[z]++;
                        c->k4[w]++;
                    }
                }
            }
            for (int i = 0; i < n; i++)
                c->mark[c->list[i]] = 1;
        }
        for (int k = a->start[u]; k < a->start[u + 1]; k++)
            c->mark[a->nbr[k]] = 0;
    }
}

static int64_t choose2(int64_t n)
{
    return n * (n - 1) / 2;
}

/* Cycles of 4 through x, induced or not: pairs of ways from x to w over a common neighbour. */
static int64_t cycles(counter *c, int x)
{
    const sg_i_adj *a = &c->a;
    int n = 0;
    int64_t sum = 0;
    for (int k = a->start[x]; k < a->start[x + 1]; k++) {
        int y = a->nbr[k];
        for (int l = a->start[y]; l < a->start[y + 1]; l++) {
            int w = a->nbr[l];
            if (w != x && c->mark[w]++ == 0)
                c->list[n++] = w;
        }
    }
    for (int i = 0; i < n; i++) {
        sum += choose2(c->mark[c->list[i]]);
        c->mark[c->list[i]] = 0;
    }
    return sum;
}

/* Sums over the triangles x, y, z at x, of t(yz) - 1 and of deg(y) - 2 + deg(z) - 2. */
static void around(counter *c, int x, int64_t *opposite, int64_t *tails)
{
    const sg_i_adj *a = &c->a;
    int64_t o = 0, t = 0;
    for (int k = a->start[x]; k < a->start[x + 1]; k++)
        c->mark[a->nbr[k]] = 1;
    for (int k = a->start[x]; k < a->start[x + 1]; k++) {
        int y = a->nbr[k];
        t += (int64_t)c->t[k] * (sg_i_degree(a, y) - 2);
        for (int l = a->start[y]; l < a->start[y + 1]; l++)
            if (c->mark[a->nbr[l]])
                o += c->t[l] - 1; /* met from y and from z */
    }
    for (int k = a->start[x]; k < a->start[x + 1]; k++)
        c->mark[a->nbr[k]] = 0;
    *opposite = o / 2;
    *tails = t;
}

static void node(counter *c, int x, int64_t o[SG_GRAPH_ORBITS])
{
    const sg_i_adj *a = &c->a;
    int64_t d = sg_i_degree(a, x), tri = c->tri[x];
    int64_t ends3 = 0, shared = 0, tails9 = 0, claws = 0, inner = 0, ends = -2 * tri, opposite,
            tails;
    for (int k = a->start[x]; k < a->start[x + 1]; k++) {
        int y = a->nbr[k], t = c->t[k];
        int64_t dy = sg_i_degree(a, y);
        ends3 += dy - 1;
        shared += choose2(t);
        tails9 += c->tri[y] - t;
        claws += choose2(dy - 1);
        inner += (d - 1) * (dy - 1) - t;
        for (int l = a->start[y]; l < a->start[y + 1]; l++)
            if (a->nbr[l] != x)
                ends += sg_i_degree(a, a->nbr[l]) - 1;
    }
    around(c, x, &opposite, &tails);
    o[0] = d;
    o[3] = tri;
    o[1] = ends3 - 2 * tri;
    o[2] = choose2(d) - tri;
    o[14] = c->k4[x];
    o[13] = shared - 3 * o[14];
    o[12] = opposite - 3 * o[14];
    o[11] = tri * (d - 2) - 2 * o[13] - 3 * o[14];
    o[10] = tails - 2 * o[13] - 2 * o[12] - 6 * o[14];
    o[9] = tails9 - 2 * o[12] - 3 * o[14];
    o[8] = cycles(c, x) - o[12] - o[13] - 3 * o[14];
    o[7] = d * (d - 1) * (d - 2) / 6 - o[11] - o[13] - o[14];
    o[6] = claws - o[9] - o[10] - 2 * o[12] - o[13] - 3 * o[14];
    o[5] = inner - 2 * o[8] - 2 * o[11] - o[10] - 2 * o[12] - 4 * o[13] - 6 * o[14];
    o[4] = ends - 2 * o[8] - 2 * o[9] - o[10] - 4 * o[12] - 2 * o[13] - 6 * o[14];
}

sg_status sg_graph_orbits(const sg_graph *g, int64_t *count, sg_error *err)
{
    counter c = {0};
    sg_status s = make(&c, g, err);
    if (s == SG_OK) {
        triangles(&c);
        complete(&c);
        for (int x = 0; x < g->n_nodes; x++)
            node(&c, x, count + (size_t)x * SG_GRAPH_ORBITS);
    }
    clear(&c);
    return s;
}

sg_status sg_graph_clustering(const sg_graph *g, double *coefficient, sg_error *err)
{
    counter c = {0};
    sg_status s = make(&c, g, err);
    if (s == SG_OK) {
        triangles(&c);
        for (int x = 0; x < g->n_nodes; x++) {
            double d = sg_i_degree(&c.a, x);
            coefficient[x] = d < 2 ? 0 : 2 * (double)c.tri[x] / (d * (d - 1));
        }
    }
    clear(&c);
    return s;
}
