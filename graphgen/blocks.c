#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/graph_metrics.h>
#include <sigen/rng.h>
#include "adj.h"
#include "blocks.h"

enum { MOST = SG_GRAPH_MAX_BLOCKS, STARTS = 8, SWEEPS = 50 };

typedef struct model {
    sg_i_adj a;
    int n, count;
    int *block; /* (n) */
    int size[MOST];
    int edges[MOST][MOST];    /* symmetric; within a block counted once */
    double *lf;               /* ln k!, k = 0 .. pairs + something */
    double *vectors, *centre; /* (n, n), (MOST, MOST) */
} model;

static double choose(const double *lf, int n, int k)
{
    return lf[n] - lf[k] - lf[n - k];
}

/* What the pairs of blocks r and s cost. */
static double pair_cost(const model *m, int r, int s)
{
    int pairs = r == s ? m->size[r] * (m->size[r] - 1) / 2 : m->size[r] * m->size[s];
    return choose(m->lf, pairs, m->edges[r][s]);
}

static double length(const model *m)
{
    double dl = m->lf[m->n];
    int e = 0, used = 0;
    for (int r = 0; r < m->count; r++) {
        used += m->size[r] > 0;
        dl -= m->lf[m->size[r]];
        for (int s = 0; s <= r; s++) {
            e += m->edges[r][s];
            dl += pair_cost(m, r, s);
        }
    }
    return dl + choose(m->lf, used * (used + 1) / 2 + e - 1, e) + choose(m->lf, m->n - 1, used - 1);
}

static void count_edges(model *m)
{
    memset(m->size, 0, sizeof m->size);
    memset(m->edges, 0, sizeof m->edges);
    for (int i = 0; i < m->n; i++) {
        m->size[m->block[i]]++;
        for (int k = m->a.start[i]; k < m->a.start[i + 1]; k++) {
            int r = m->block[i], s = m->block[m->a.nbr[k]];
            if (r != s || m->a.nbr[k] < i)
                m->edges[r][s]++;
        }
    }
}

static void move(model *m, int i, int to, const int *links)
{
    int from = m->block[i];
    for (int s = 0; s < m->count; s++) {
        m->edges[from][s] -= links[s];
        if (s != from)
            m->edges[s][from] -= links[s];
        m->edges[to][s] += links[s];
        if (s != to)
            m->edges[s][to] += links[s];
    }
    m->size[from]--;
    m->size[to]++;
    m->block[i] = to;
}

/* Nodes go where the length falls most, until none does. */
static double descend(model *m)
{
    double now = length(m);
    for (int sweep = 0, moved = 1; sweep < SWEEPS && moved; sweep++) {
        moved = 0;
        for (int i = 0; i < m->n; i++) {
            int links[MOST] = {0}, home = m->block[i], best = home;
            for (int k = m->a.start[i]; k < m->a.start[i + 1]; k++)
                links[m->block[m->a.nbr[k]]]++;
            for (int r = 0; r < m->count; r++) {
                if (r == m->block[i])
                    continue;
                move(m, i, r, links);
                double l = length(m);
                if (l < now - 1e-9) {
                    now = l;
                    best = r;
                }
            }
            if (m->block[i] != best)
                move(m, i, best, links);
            moved += best != home;
        }
    }
    return now;
}

/* Places of node i: coordinates 1 .. count-1 of the eigenvectors. */
static double gap(const model *m, int i, const double *c)
{
    double d = 0;
    for (int k = 1; k < m->count; k++) {
        double x = m->vectors[(size_t)k * (size_t)m->n + (size_t)i] - c[k];
        d += x * x;
    }
    return d;
}

static void take(const model *m, int i, double *c)
{
    for (int k = 1; k < m->count; k++)
        c[k] = m->vectors[(size_t)k * (size_t)m->n + (size_t)i];
}

/* k-means with centres drawn far from each other [AV07]. */
static void k_means(model *m, double *weight, sg_rng *rng)
{
    double *c = m->centre;
    int known = 1;
    take(m, (int)sg_rng_below(rng, (uint32_t)m->n), c);
    for (; known < m->count; known++) {
        double sum = 0;
        for (int i = 0; i < m->n; i++) {
            weight[i] = INFINITY;
            for (int k = 0; k < known; k++)
                weight[i] = fmin(weight[i], gap(m, i, c + k * MOST));
            sum += weight[i];
        }
        take(m, sum > 0 ? (int)sg_rng_choice(rng, weight, (size_t)m->n) : 0, c + known * MOST);
    }
    for (int round = 0; round < 20; round++) {
        double sums[MOST][MOST] = {{0}};
        int n[MOST] = {0};
        for (int i = 0; i < m->n; i++) {
            int best = 0;
            for (int k = 1; k < m->count; k++)
                best = gap(m, i, c + k * MOST) < gap(m, i, c + best * MOST) ? k : best;
            m->block[i] = best;
            n[best]++;
            for (int k = 1; k < m->count; k++)
                sums[best][k] += m->vectors[(size_t)k * (size_t)m->n + (size_t)i];
        }
        for (int b = 0; b < m->count; b++)
            for (int k = 1; k < m->count && n[b]; k++)
                c[b * MOST + k] = sums[b][k] / n[b];
    }
}

/* Numbers without gaps, in the order of the nodes. */
static int renumber(int *to, const int *block, int n)
{
    int name[MOST], count = 0;
    for (int b = 0; b < MOST; b++)
        name[b] = -1;
    for (int i = 0; i < n; i++) {
        if (name[block[i]] < 0)
            name[block[i]] = count++;
        to[i] = name[block[i]];
    }
    return count;
}

static sg_status make(model *m, const sg_graph *g, double **work, sg_error *err)
{
    size_t n = (size_t)g->n_nodes, top = n * n / 2 + (size_t)g->n_edges + MOST * MOST + n + 2;
    sg_status s = sg_i_adj_make(&m->a, g, err);
    if (s != SG_OK)
        return s;
    m->n = g->n_nodes;
    *work = malloc((top + n * n + MOST * MOST + 2 * n) * sizeof **work);
    m->block = malloc(n * sizeof *m->block);
    if (!*work || !m->block)
        return sg_fail(err, SG_ENOMEM, "no memory for the blocks of %zu nodes", n);
    m->lf = *work;
    m->vectors = m->lf + top;
    m->centre = m->vectors + n * n;
    m->lf[0] = 0;
    for (size_t k = 1; k < top; k++)
        m->lf[k] = m->lf[k - 1] + log((double)k);
    return sg_graph_spectrum(g, m->centre + MOST * MOST + n, m->vectors, err);
}

sg_status sg_graph_blocks(const sg_graph *g, int *block, int *count, double *dl, sg_error *err)
{
    model m = {.n = 0};
    double *work = NULL, best = INFINITY;
    sg_rng rng;
    sg_status s = make(&m, g, &work, err);
    sg_rng_init(&rng, (uint64_t)g->n_nodes, (uint64_t)g->n_edges, 0);
    for (m.count = 1; s == SG_OK && m.count <= MOST && m.count <= g->n_nodes; m.count++)
        for (int start = 0; start < (m.count == 1 ? 1 : STARTS); start++) {
            k_means(&m, m.centre + MOST * MOST, &rng);
            count_edges(&m);
            double l = descend(&m);
            if (l < best - 1e-9) {
                best = l;
                *count = renumber(block, m.block, m.n);
            }
        }
    if (dl)
        *dl = best;
    sg_i_adj_clear(&m.a);
    free(m.block);
    free(work);
    return s;
}

static double p_value(double edges, double pairs, double p)
{
    double q = edges / (pairs + 1e-6), w = (q - p) * (q - p) / (q * (1 - q) + 1e-6);
    return erfc(sqrt(fabs(w) / 2));
}

double sg_graph_blocks_wald(const sg_graph *g, const int *block, int count, double p_in,
                            double p_out, int *least, int *most)
{
    double edges[MOST][MOST] = {{0}}, sum = 0;
    int size[MOST] = {0};
    for (int i = 0; i < g->n_nodes; i++)
        size[block[i]]++;
    for (int e = 0; e < g->n_edges; e++) {
        int r = block[g->edge[e].u], s = block[g->edge[e].v];
        edges[r][s]++;
        edges[s][r]++; /* within a block: twice, as pairs are counted below */
    }
    *least = *most = size[0];
    for (int r = 0; r < count; r++) {
        *least = size[r] < *least ? size[r] : *least;
        *most = size[r] > *most ? size[r] : *most;
        for (int s = 0; s < count; s++) {
            double pairs = r == s ? (double)size[r] * (size[r] - 1) : (double)size[r] * size[s];
            sum += p_value(edges[r][s], pairs, r == s ? p_in : p_out);
        }
    }
    return sum / ((double)count * count);
}
