#include <config.h>
#include <sigen/align.h>

#include <math.h>

/* Row potentials u and column potentials v keep cost[i,j] - u[i] - v[j] >= 0, with equality on the
 * pairs made so far. */
typedef struct problem {
    const double *cost;
    size_t n;
    double *u, *v, *dist; /* dist[j]: length of the shortest alternating path to column j */
    size_t *row, *from;   /* row paired with column j (n: none); row before j on its path */
    unsigned char *done;  /* dist[j] is final */
} problem;

size_t sg_assign_work(size_t n)
{
    return n * (3 * sizeof(double) + 2 * sizeof(size_t) + 1);
}

/* Finds the nearest free column from row `start`; returns it and its distance, n if the costs are
 * not numbers. */
static size_t nearest_free(problem *p, size_t start, double *length)
{
    size_t n = p->n, i = start;
    double reached = 0;
    for (size_t j = 0; j < n; j++) {
        p->dist[j] = INFINITY;
        p->done[j] = 0;
    }
    for (;;) {
        const double *c = p->cost + i * n;
        double low = INFINITY;
        size_t best = n;
        for (size_t j = 0; j < n; j++) {
            if (p->done[j])
                continue;
            double d = reached + (c[j] - p->u[i] - p->v[j]);
            if (d < p->dist[j]) {
                p->dist[j] = d;
                p->from[j] = i;
            }
            if (p->dist[j] < low) {
                low = p->dist[j];
                best = j;
            }
        }
        if (best == n)
            return n;
        reached = low;
        p->done[best] = 1;
        if (p->row[best] == n) {
            *length = reached;
            return best;
        }
        i = p->row[best];
    }
}

static void augment(problem *p, size_t start, size_t sink, double length, size_t *to)
{
    size_t n = p->n;
    p->u[start] += length;
    for (size_t j = 0; j < n; j++) {
        if (!p->done[j] || j == sink)
            continue;
        p->u[p->row[j]] += length - p->dist[j];
        p->v[j] -= length - p->dist[j];
    }
    for (size_t j = sink;;) {
        size_t i = p->from[j], next = to[i];
        p->row[j] = i;
        to[i] = j;
        if (i == start)
            return;
        j = next;
    }
}

static sg_status too_large(sg_error *err)
{
    return sg_fail(err, SG_ENAN, "the costs to pair by overflow when added");
}

sg_status sg_assign(size_t *to, double *total, const double *cost, size_t n, void *work,
                    sg_error *err)
{
    problem p = {.cost = cost, .n = n};
    p.u = work;
    p.v = p.u + n;
    p.dist = p.v + n;
    p.row = (size_t *)(p.dist + n);
    p.from = p.row + n;
    p.done = (unsigned char *)(p.from + n);
    for (size_t k = 0; k < n * n; k++)
        if (!isfinite(cost[k]))
            return sg_fail(err, SG_ENAN, "cost of row %zu and column %zu is not finite", k / n,
                           k % n);
    for (size_t j = 0; j < n; j++) {
        p.u[j] = p.v[j] = 0;
        p.row[j] = n;
        to[j] = n;
    }
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double length;
        size_t sink = nearest_free(&p, i, &length);
        if (sink == n)
            return too_large(err);
        augment(&p, i, sink, length, to);
    }
    for (size_t i = 0; i < n; i++)
        sum += cost[i * n + to[i]];
    if (!isfinite(sum))
        return too_large(err);
    if (total)
        *total = sum;
    return SG_OK;
}
