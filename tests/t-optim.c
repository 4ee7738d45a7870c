/* The orthogonaliser of Muon against its definition: five steps x <- (a I + b A + c A^2) x,
 * A = x x', in double on the matrix itself. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/optim.h>
#include <sigen/rng.h>

#include "nn/nn.h"
#include "tap.h"

static void multiply(double *y, const double *a, const double *b, int m, int k, int n)
{
    for (int i = 0; i < m; i++)
        for (int j = 0; j < n; j++) {
            double s = 0;
            for (int l = 0; l < k; l++)
                s += a[i * k + l] * b[l * n + j];
            y[i * n + j] = s;
        }
}

/* x (r, k) in place */
static void definition(double *x, int r, int k)
{
    size_t n = (size_t)r * (size_t)k;
    double *t = malloc((2 * n + 3 * (size_t)(r * r)) * sizeof *t), norm = 0;
    double *y = t + n, *A = y + n, *AA = A + r * r, *B = AA + r * r;
    for (size_t i = 0; i < n; i++)
        norm += x[i] * x[i];
    for (size_t i = 0; i < n; i++)
        x[i] /= sqrt(norm) + 1e-7;
    for (int it = 0; it < 5; it++) {
        for (int i = 0; i < r; i++)
            for (int j = 0; j < k; j++)
                t[j * r + i] = x[i * k + j];
        multiply(A, x, t, r, k, r);
        multiply(AA, A, A, r, r, r);
        for (int i = 0; i < r * r; i++)
            B[i] = 3.4445 * (i % (r + 1) == 0) - 4.7750 * A[i] + 2.0315 * AA[i];
        multiply(y, B, x, r, r, k);
        memcpy(x, y, n * sizeof *x);
    }
    free(t);
}

/* rank: of the strong part, beside which the rest is 1e-3 as large; 0: no such part */
static void compare(int rows, int cols, int rank, const sg_isa *isa)
{
    size_t n = (size_t)rows * (size_t)cols, r = (size_t)(rows < cols ? rows : cols);
    sg_real *g = malloc(n * sizeof *g), *work = malloc((2 * n + 4 * r * r) * sizeof *work);
    double *x = malloc(n * sizeof *x), worst = 0;
    sg_rng rng;
    sg_rng_init(&rng, (uint64_t)rows, (uint64_t)cols, (uint32_t)rank);
    for (size_t i = 0; i < n; i++)
        x[i] = (rank ? 1e-3 : 1) * sg_rng_normal(&rng);
    for (int l = 0; l < rank; l++)
        for (int i = 0; i < rows; i++) {
            double u = sg_rng_normal(&rng);
            for (int j = 0; j < cols; j++)
                x[i * cols + j] += u * cos(1 + l * j);
        }
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) {
            g[i * cols + j] = (sg_real)x[i * cols + j];
            work[rows <= cols ? i * cols + j : j * rows + i] = g[i * cols + j];
        }
    for (size_t i = 0; i < n; i++)
        x[i] = (double)work[i]; /* the wide orientation */
    definition(x, (int)r, (int)(n / r));
    sg_newton_schulz(g, rows, cols, work, isa);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < cols; j++) {
            double to = x[rows <= cols ? i * cols + j : j * rows + i];
            tap_worst(&worst, fabs((double)g[i * cols + j] - to));
        }
    tap_ok(worst < 2e-4, "%s: %d x %d, strong rank %d: off by %.1e", isa->name, rows, cols, rank,
           worst);
    free(g);
    free(work);
    free(x);
}

int main(void)
{
    static const char *const names[] = {"v4", "v3", "generic"};
    for (size_t k = 0; k < 3; k++) {
        const sg_isa *isa = sg_isa_find(names[k]);
        if (!isa) {
            tap_skip(names[k], "no such kernels on this machine");
            continue;
        }
        compare(3, 1, 0, isa);
        compare(5, 7, 0, isa);
        compare(33, 96, 0, isa);
        compare(96, 33, 0, isa);
        compare(100, 100, 0, isa);
        compare(64, 200, 6, isa);
        compare(200, 64, 6, isa);
    }
    return tap_done();
}
