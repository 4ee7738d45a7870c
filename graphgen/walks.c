#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/lab.h>
#include "walks.h"

double sg_graph_layout_sd(int n)
{
    return 0.35 * sqrt(n);
}

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

/* c = a b, all (n, n) */
static void multiply(float *restrict c, const float *restrict a, const float *restrict b, int n)
{
    memset(c, 0, (size_t)n * (size_t)n * sizeof *c);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            float f = a[i * n + k];
            if (f != 0)
                for (int j = 0; j < n; j++)
                    c[i * n + j] += f * b[k * n + j];
        }
}

void sg_graph_walks(const float *w, int n, int powers, sg_real *node, sg_real *pair, float *work)
{
    float *s = work, *now = work + n * n, *next = work + 2 * n * n, root = sqrtf((float)n);
    memset(s, 0, (size_t)n * (size_t)n * sizeof *s);
    for (int i = 0, p = 0; i < n; i++)
        for (int j = i + 1; j < n; j++, p++) {
            s[i * n + j] = s[j * n + i] = w[p];
            pair[p * (powers + 1)] = w[p];
        }
    for (int i = 0; i < n; i++) {
        float deg = 0;
        for (int j = 0; j < n; j++)
            deg += s[i * n + j];
        node[i * powers] = logf(1 + deg);
        next[i] = deg > 1e-6f ? 1 / sqrtf(deg) : 0;
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            s[i * n + j] *= next[i] * next[j];
    memcpy(now, s, (size_t)n * (size_t)n * sizeof *s);
    for (int k = 1; k <= powers; k++) {
        for (int i = 0, p = 0; i < n; i++) {
            if (k > 1)
                node[i * powers + k - 1] = root * now[i * n + i];
            for (int j = i + 1; j < n; j++, p++)
                pair[p * (powers + 1) + k] = root * now[i * n + j];
        }
        if (k == powers)
            break;
        multiply(next, now, s, n);
        float *t = now;
        now = next;
        next = t;
    }
}

float sg_graph_edge_share(const sg_real *logits, int B)
{
    float rest = 0;
    for (int k = 1; k < B; k++)
        rest += expf(logits[k] - logits[0]);
    return isfinite(rest) ? rest / (1 + rest) : 1;
}
