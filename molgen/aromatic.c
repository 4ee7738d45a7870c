#include <config.h>

#include <stdlib.h>

#include "graph.h"

enum { SMALL = 7, LARGE = 18, BUDGET = 200000 };

/* electrons of the outer shell, and bonds when neutral; 0: never in an aromatic ring */
static const struct {
    unsigned char element, outer, bonds;
} kinds[] = {{5, 3, 3},  {6, 4, 4},  {7, 5, 3},  {8, 6, 2},  {14, 4, 4},
             {15, 5, 3}, {16, 6, 2}, {33, 5, 3}, {34, 6, 2}, {52, 6, 2}};

static int kind(int element)
{
    for (int k = 0; k < (int)(sizeof kinds / sizeof kinds[0]); k++)
        if (kinds[k].element == element)
            return k;
    return -1;
}

/* Pi electrons node i gives to a ring, -1: not aromatic; ring: (n_edges) edge on some cycle. */
static int electrons(const sg_i_graph *g, const unsigned char *ring, int i)
{
    const sg_mol_atom *a = &g->mol->atom[g->atom[i]];
    int k = kind(a->element), degree = g->hyd[i], sum = g->hyd[i], inside = 0, doubles = 0;
    int partner = -1;
    for (int q = g->start[i]; q < g->start[i + 1]; q++) {
        int e = g->edge[q], order = g->kekule[e];
        degree++;
        sum += order;
        inside += ring[e];
        if (order > 2)
            return -1;
        if (order == 2) {
            doubles++;
            if (!ring[e])
                partner = g->mol->atom[g->atom[g->nbr[q]]].element;
        }
    }
    if (k < 0 || inside < 2 || degree > 3 || doubles > 1)
        return -1;
    if (sum > kinds[k].bonds + (kinds[k].outer > 4 ? a->charge : -abs(a->charge)))
        return -1; /* hypervalent */
    if (doubles) {
        int p = partner < 0 ? -1 : kind(partner);
        return partner >= 0 && p >= 0 && kinds[p].outer > kinds[k].outer ? 0 : 1;
    }
    int left = kinds[k].outer - a->charge - sum; /* electrons not in single bonds */
    return left >= 2 ? 2 : left == 0 ? 0 : -1;
}

typedef struct walk {
    sg_i_graph *g;
    const signed char *pi; /* (n) */
    unsigned char *on;     /* (n) in the path */
    unsigned char *mark;   /* (n_edges) found aromatic */
    long steps, budget;
    int max, path[LARGE], via[LARGE];
    void (*each)(void *ctx, const int *node, int n);
    void *ctx;
} walk;

static void close_cycle(walk *w, int length, int sum)
{
    if (sum % 4 != 2 || w->path[1] > w->path[length - 1])
        return;
    for (int k = 1; k < length; k++)
        if (w->path[k] < w->path[0])
            return; /* found from its first node */
    for (int k = 0; k < length; k++)
        w->mark[w->via[k]] = 1;
    if (w->each && length <= SMALL)
        w->each(w->ctx, w->path, length);
}

/* All simple paths of candidates from path[0]: as many whatever the numbering, so that the budget
 * cuts in the same molecules. via[k]: the edge into path[k], via[0] the closing one. */
static void extend(walk *w, int length, int sum)
{
    const sg_i_graph *g = w->g;
    int last = w->path[length - 1];
    if (++w->steps > w->budget)
        return;
    for (int q = g->start[last]; q < g->start[last + 1]; q++) {
        int j = g->nbr[q];
        if (j == w->path[0] && length > 2) {
            w->via[0] = g->edge[q];
            close_cycle(w, length, sum);
        } else if (w->pi[j] >= 0 && !w->on[j] && length < w->max) {
            w->on[j] = 1;
            w->path[length] = j;
            w->via[length] = g->edge[q];
            extend(w, length + 1, sum + w->pi[j]);
            w->on[j] = 0;
        }
    }
}

/* Edges on cycles: those that are no bridges, by the low-point rule, without recursion. */
static void cycle_edges(const sg_i_graph *g, unsigned char *ring, int *work)
{
    int *in = work, *low = work + g->n, *at = work + 2 * g->n, *stack = work + 3 * g->n;
    int *by = work + 4 * g->n, clock = 0;
    for (int i = 0; i < g->n; i++)
        in[i] = 0;
    for (int root = 0; root < g->n; root++) {
        int top = 0;
        if (in[root])
            continue;
        stack[0] = root;
        by[root] = -1;
        in[root] = low[root] = ++clock;
        at[root] = g->start[root];
        while (top >= 0) {
            int i = stack[top];
            if (at[i] < g->start[i + 1]) {
                int q = at[i]++, j = g->nbr[q], e = g->edge[q];
                if (e == by[i])
                    continue;
                ring[e] = 1; /* until it shows itself as a bridge */
                if (in[j]) {
                    low[i] = in[j] < low[i] ? in[j] : low[i];
                } else {
                    by[j] = e;
                    in[j] = low[j] = ++clock;
                    at[j] = g->start[j];
                    stack[++top] = j;
                }
                continue;
            }
            if (--top < 0)
                break;
            int up = stack[top];
            low[up] = low[i] < low[up] ? low[i] : low[up];
            if (low[i] > in[up])
                ring[by[i]] = 0;
        }
    }
}

sg_status sg_i_aromatic(sg_i_graph *g, void (*each)(void *ctx, const int *node, int n), void *ctx,
                        sg_error *err)
{
    size_t n = (size_t)g->n, m = (size_t)g->n_edges;
    if (m < 3)
        return SG_OK;
    int *work = malloc(sizeof *work * (5 * n + 1));
    unsigned char *ring = calloc(2 * m + 2 * n + 1, 1);
    if (!work || !ring) {
        free(work);
        free(ring);
        return sg_fail(err, SG_ENOMEM, "no memory for rings");
    }
    signed char *pi = (signed char *)ring + 2 * m;
    walk w = {.g = g, .pi = pi, .mark = ring + m, .on = ring + 2 * m + n, .each = each, .ctx = ctx};
    cycle_edges(g, ring, work);
    for (int i = 0; i < g->n; i++)
        pi[i] = (signed char)electrons(g, ring, i);
    for (int pass = 0; pass < 2; pass++) {
        w.max = pass ? LARGE : SMALL;
        w.budget = pass ? BUDGET : (long)1 << 60;
        w.steps = 0;
        w.each = pass ? NULL : each;
        for (int i = 0; i < g->n && w.steps <= w.budget; i++)
            if (pi[i] >= 0) {
                w.on[i] = 1;
                w.path[0] = i;
                extend(&w, 1, pi[i]);
                w.on[i] = 0;
            }
        if (w.steps > w.budget)
            break;
        for (int e = 0; e < g->n_edges; e++)
            if (w.mark[e])
                g->order[e] = SG_I_AROMATIC;
    }
    free(work);
    free(ring);
    return SG_OK;
}
