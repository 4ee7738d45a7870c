#include <config.h>

#include <math.h>
#include <stdlib.h>

#include <sigen/graph_metrics.h>
#include <sigen/rng.h>
#include "adj.h"
#include "stress.h"

enum { SWEEPS = 1000, PAIRS = 200000000, DIM = 3 }; /* sweeps over at most PAIRS pairs in all */

/* Breadth-first from every node. */
static void distances(double *d, const sg_i_adj *a, size_t n, int *queue)
{
    double far = 0;
    for (size_t i = 0; i < n; i++) {
        double *row = d + i * n;
        int head = 0, tail = 0;
        for (size_t j = 0; j < n; j++)
            row[j] = INFINITY;
        row[i] = 0;
        queue[tail++] = (int)i;
        while (head < tail) {
            int u = queue[head++];
            for (int k = a->start[u]; k < a->start[u + 1]; k++)
                if (isinf(row[a->nbr[k]])) {
                    row[a->nbr[k]] = row[u] + 1;
                    queue[tail++] = a->nbr[k];
                }
        }
        far = fmax(far, row[queue[tail - 1]]);
    }
    for (size_t i = 0; i < n * n; i++)
        d[i] = fmin(d[i], far + 1);
}

static double length(const double *a, const double *b, int dim)
{
    double sum = 0;
    for (int c = 0; c < dim; c++)
        sum += (a[c] - b[c]) * (a[c] - b[c]);
    return sqrt(sum);
}

/* Where majorisation begins. Nodes of like neighbours fall together in eigenvectors, a small
 * displacement parts them. lambda (n), v (n, n): the Laplacian's. */
static void spectral(double *x, const double *lambda, const double *v, const double *d, size_t n,
                     int dim, int n_edges)
{
    size_t w = (size_t)dim;
    double top = 0, num = 0, den = 0;
    sg_rng r;
    for (size_t i = 0; i < n * w; i++) {
        size_t k = i % w + 1; /* eigenvector */
        x[i] = k < n ? v[k * n + i / w] / sqrt(lambda[k] + 0.1) : 0;
        top = fmax(top, fabs(x[i]));
    }
    sg_rng_init(&r, n, (uint64_t)n_edges, 0);
    for (size_t i = 0; i < n * w; i++)
        x[i] += 0.02 * (top > 0 ? top : 1) * sg_rng_normal(&r);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++) {
            double l = length(x + w * i, x + w * j, dim) / d[i * n + j];
            num += l;
            den += l * l;
        }
    for (size_t i = 0; i < n * w && den > 0; i++)
        x[i] *= num / den;
}

/* Each node in turn goes to the minimum of its bound: the mean of where the others want it. */
static void majorise(double *x, const double *d, size_t n, int dim)
{
    size_t most = PAIRS / (n * n) < SWEEPS ? PAIRS / (n * n) : SWEEPS, w = (size_t)dim;
    double moved = 1;
    for (size_t sweep = 0; sweep < most && moved > 1e-4; sweep++) {
        moved = 0;
        for (size_t i = 0; i < n; i++) {
            double sum[DIM] = {0}, all = 0, *at = x + w * i;
            for (size_t j = 0; j < n; j++) {
                if (j == i)
                    continue;
                const double *y = x + w * j;
                double u = 1 / (d[i * n + j] * d[i * n + j]), l = length(at, y, dim);
                double f = l > 1e-9 ? d[i * n + j] / l : 0;
                all += u;
                for (int c = 0; c < dim; c++)
                    sum[c] += u * (y[c] + f * (at[c] - y[c]));
            }
            for (int c = 0; c < dim && all > 0; c++) {
                moved = fmax(moved, fabs(at[c] - sum[c] / all));
                at[c] = sum[c] / all;
            }
        }
    }
}

sg_status sg_graph_stress(const sg_graph *g, int dim, double *x, sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    sg_i_adj a;
    sg_status s = sg_i_adj_make(&a, g, err);
    if (s != SG_OK)
        return s;
    double *d = malloc((2 * n * n + n) * sizeof *d), *v = d + n * n, *lambda = v + n * n;
    int *queue = malloc(n * sizeof *queue);
    if (d && queue) {
        distances(d, &a, n, queue);
        s = sg_graph_spectrum(g, lambda, v, err);
    } else {
        s = sg_fail(err, SG_ENOMEM, "no memory to place %zu nodes", n);
    }
    if (s == SG_OK) {
        spectral(x, lambda, v, d, n, dim, g->n_edges);
        majorise(x, d, n, dim);
    }
    free(d);
    free(queue);
    sg_i_adj_clear(&a);
    return s;
}
