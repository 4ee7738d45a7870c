#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/lab.h>
#include "layout.h"
#include "walks.h"

/* L = I - D^-1/2 A D^-1/2, isolated nodes have L_ii = 0 */
static void laplacian(const sg_graph *g, const int *deg, double *a)
{
    size_t n = (size_t)g->n_nodes;
    memset(a, 0, n * n * sizeof *a);
    for (size_t i = 0; i < n; i++)
        a[i * n + i] = deg[i] > 0;
    for (int e = 0; e < g->n_edges; e++) {
        size_t u = (size_t)g->edge[e].u, v = (size_t)g->edge[e].v;
        a[u * n + v] = a[v * n + u] = -1 / sqrt((double)deg[u] * deg[v]);
    }
}

static void place(double *x, const double *vectors, const double *values, size_t n, double sd)
{
    double sum = 0;
    memset(x, 0, 3 * n * sizeof *x);
    for (size_t c = 0; c < 3 && c + 1 < n; c++) {
        double scale = 1 / sqrt(values[c + 1] + 0.1), mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += vectors[(c + 1) * n + i] / (double)n;
        for (size_t i = 0; i < n; i++) {
            x[3 * i + c] = scale * (vectors[(c + 1) * n + i] - mean);
            sum += x[3 * i + c] * x[3 * i + c];
        }
    }
    double f = sum > 0 ? sd / sqrt(sum / (3.0 * (double)n)) : 0;
    for (size_t i = 0; i < 3 * n; i++)
        x[i] *= f;
}

sg_status sg_graph_layout(const sg_graph *g, double *x, sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    double *a = malloc((2 * n * n + n) * sizeof *a);
    int *deg = malloc(n * sizeof *deg);
    if (!a || !deg) {
        free(a);
        free(deg);
        return sg_fail(err, SG_ENOMEM, "no memory for the layout of %zu nodes", n);
    }
    sg_graph_degrees(g, deg);
    laplacian(g, deg, a);
    sg_status s = sg_lab_eigen_symmetric(a, n, a + 2 * n * n, a + n * n, err);
    if (s == SG_OK)
        place(x, a + n * n, a + 2 * n * n, n, sg_graph_layout_sd(g->n_nodes));
    free(a);
    free(deg);
    return s;
}
