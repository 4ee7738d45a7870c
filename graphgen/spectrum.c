/* Eigenvalues and eigenvectors of a symmetric matrix, written so that all inner loops run along
 * rows: Householder reduction to a tridiagonal matrix, then QL steps with implicit shifts. */
#include <config.h>
#include <sigen/graph_metrics.h>

#include <float.h>
#include <math.h>
#include <stdlib.h>

#include "adj.h"

static double dot(const double *x, const double *y, int n)
{
    double s = 0;
#pragma omp simd reduction(+ : s)
    for (int i = 0; i < n; i++)
        s += x[i] * y[i];
    return s;
}

/* a (n,n), symmetric, becomes tridiagonal: d (n), e (n-1). The k-th reflection 1 - beta u u^T acts
 * on coordinates k+1..; u stays in row k of a behind the diagonal, beta in beta (n). p (n) is work
 * space. */
static void tridiagonal(double *a, int n, double *d, double *e, double *beta, double *p)
{
    size_t ld = (size_t)n;
    for (int k = 0; k + 1 < n; k++) {
        int m = n - k - 1;
        double *u = a + (size_t)k * ld + k + 1, *sub = u + ld; /* rows k+1.. from column k+1 on */
        d[k] = a[(size_t)k * ld + (size_t)k];
        double tail = dot(u + 1, u + 1, m - 1);
        beta[k] = 0;
        e[k] = u[0];
        if (tail == 0)
            continue;
        double norm = sqrt(u[0] * u[0] + tail);
        e[k] = u[0] > 0 ? -norm : norm;
        u[0] -= e[k];
        double b = beta[k] = 2 / (u[0] * u[0] + tail), half = 0;
        for (int i = 0; i < m; i++)
            p[i] = b * dot(sub + (size_t)i * ld, u, m);
        half = b / 2 * dot(p, u, m);
        for (int i = 0; i < m; i++)
            p[i] -= half * u[i];
        for (int i = 0; i < m; i++) {
            double *row = sub + (size_t)i * ld, ui = u[i], pi = p[i];
#pragma omp simd
            for (int j = 0; j < m; j++)
                row[j] -= ui * p[j] + pi * u[j];
        }
    }
    d[n - 1] = a[(size_t)(n - 1) * ld + (size_t)(n - 1)];
}

/* v (n,n) out: rows are the columns of the product of the reflections. */
static void reflections(double *v, const double *a, int n, const double *beta)
{
    size_t ld = (size_t)n;
    for (size_t i = 0; i < ld * ld; i++)
        v[i] = i % (ld + 1) == 0;
    for (int k = n - 2; k >= 0; k--) {
        const double *u = a + (size_t)k * ld + k + 1;
        int m = n - k - 1;
        for (int j = k + 1; j < n && beta[k] != 0; j++) {
            double *row = v + (size_t)j * ld + k + 1, s = beta[k] * dot(row, u, m);
#pragma omp simd
            for (int i = 0; i < m; i++)
                row[i] -= s * u[i];
        }
    }
}

static void rotate(double *x, double *y, int n, double c, double s)
{
#pragma omp simd
    for (int i = 0; i < n; i++) {
        double t = y[i];
        y[i] = s * x[i] + c * t;
        x[i] = c * x[i] - s * t;
    }
}

/* One QL step on the block l..m whose ends e[l-1], e[m] vanish; shift from its upper corner. */
static void ql_step(double *d, double *e, double *v, int n, int l, int m)
{
    double g = (d[l + 1] - d[l]) / (2 * e[l]), r = hypot(g, 1);
    g = d[m] - d[l] + e[l] / (g + copysign(r, g));
    double s = 1, c = 1, p = 0;
    int i;
    for (i = m - 1; i >= l; i--) {
        double f = s * e[i], b = c * e[i];
        r = hypot(f, g);
        e[i + 1] = r;
        if (r == 0) { /* the block falls apart here */
            d[i + 1] -= p;
            e[m] = 0;
            break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - p;
        r = (d[i] - g) * s + 2 * c * b;
        p = s * r;
        d[i + 1] = g + p;
        g = c * r - b;
        if (v)
            rotate(v + (size_t)i * (size_t)n, v + (size_t)(i + 1) * (size_t)n, n, c, s);
    }
    if (r == 0 && i >= l)
        return;
    d[l] -= p;
    e[l] = g;
    e[m] = 0;
}

/* d (n), e (n, the last unused) -> eigenvalues in d; v's rows are rotated along. The matrix has
 * norm 2 at most, so that an element below epsilon is none. */
static int ql(double *d, double *e, double *v, int n)
{
    e[n - 1] = 0;
    for (int l = 0; l < n; l++)
        for (int turn = 0;; turn++) {
            int m = l;
            while (m < n - 1 && fabs(e[m]) > DBL_EPSILON)
                m++;
            if (m == l)
                break;
            if (turn == 60)
                return 0;
            ql_step(d, e, v, n, l, m);
        }
    return 1;
}

static void laplacian(double *a, const sg_graph *g, const int *deg)
{
    size_t n = (size_t)g->n_nodes;
    for (size_t i = 0; i < n * n; i++)
        a[i] = 0;
    for (size_t i = 0; i < n; i++)
        a[i * n + i] = deg[i] > 0;
    for (int k = 0; k < g->n_edges; k++) {
        size_t u = (size_t)g->edge[k].u, v = (size_t)g->edge[k].v;
        a[u * n + v] = a[v * n + u] = -1 / sqrt((double)deg[u] * deg[v]);
    }
}

/* ascending, vectors along */
static void sort(double *d, double *v, int n)
{
    for (int i = 0; i + 1 < n; i++) {
        int k = i;
        for (int j = i + 1; j < n; j++)
            if (d[j] < d[k])
                k = j;
        if (k == i)
            continue;
        double t = d[i];
        d[i] = d[k];
        d[k] = t;
        for (int j = 0; v && j < n; j++) {
            t = v[(size_t)i * (size_t)n + (size_t)j];
            v[(size_t)i * (size_t)n + (size_t)j] = v[(size_t)k * (size_t)n + (size_t)j];
            v[(size_t)k * (size_t)n + (size_t)j] = t;
        }
    }
}

sg_status sg_graph_spectrum(const sg_graph *g, double *lambda, double *v, sg_error *err)
{
    int n = g->n_nodes;
    if (n > SG_GRAPH_MAX_SPECTRUM)
        return sg_fail(err, SG_ELIMIT, "the spectrum of %d nodes, at most %d", n,
                       SG_GRAPH_MAX_SPECTRUM);
    if (n == 0)
        return SG_OK;
    size_t size = (size_t)n;
    double *a = malloc((size * size + 3 * size) * sizeof *a);
    int *deg = malloc(size * sizeof *deg);
    if (!a || !deg) {
        free(a);
        free(deg);
        return sg_fail(err, SG_ENOMEM, "no memory for the spectrum of %d nodes", n);
    }
    double *e = a + size * size, *beta = e + size, *p = beta + size;
    sg_graph_degrees(g, deg);
    laplacian(a, g, deg);
    tridiagonal(a, n, lambda, e, beta, p);
    if (v)
        reflections(v, a, n, beta);
    sg_status s =
        ql(lambda, e, v, n) ? SG_OK : sg_fail(err, SG_ECONV, "no eigenvalues of %d nodes", n);
    if (s == SG_OK)
        sort(lambda, v, n);
    for (int i = 0; i < n; i++)
        lambda[i] = lambda[i] < 0 ? 0 : lambda[i] > 2 ? 2 : lambda[i];
    free(a);
    free(deg);
    return s;
}
