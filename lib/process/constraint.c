#include <config.h>
#include <sigen/constraint.h>

#include <math.h>
#include <string.h>

/* adds share x (d - want) along the line from b to a to both ends */
static void pull(double *move, const double *x, size_t i, size_t j, double d, double want,
                 double share)
{
    if (d < 1e-9)
        return;
    double f = share * (d - want) / d;
    for (int c = 0; c < 3; c++) {
        double v = f * (x[3 * j + (size_t)c] - x[3 * i + (size_t)c]);
        move[3 * i + (size_t)c] += v;
        move[3 * j + (size_t)c] -= v;
    }
}

static double squared(const double *a, const double *b)
{
    double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return x * x + y * y + z * z;
}

double sg_chain_project(double *x, size_t n, const sg_chain_rule *r, size_t sweeps, double *work)
{
    double most = 0, apart2 = r->apart * r->apart;
    for (size_t s = 0; s < sweeps; s++) {
        memset(work, 0, 3 * n * sizeof *work);
        for (size_t i = 0; i + 1 < n; i++) {
            double d = sqrt(squared(x + 3 * i, x + 3 * i + 3));
            if (!(d > r->keep_lo && d < r->keep_hi))
                pull(work, x, i, i + 1, d, r->bond, 1.0 / 3);
        }
        for (size_t i = 0; i < n; i++)
            for (size_t j = i + r->from; j < n; j++) {
                double d2 = squared(x + 3 * i, x + 3 * j);
                if (d2 < apart2)
                    pull(work, x, i, j, sqrt(d2), r->apart, 0.5);
            }
        for (size_t i = 0; i < n; i++) {
            double *m = work + 3 * i;
            most = fmax(most, sqrt(m[0] * m[0] + m[1] * m[1] + m[2] * m[2]));
            for (int c = 0; c < 3; c++)
                x[3 * i + (size_t)c] += m[c];
        }
    }
    return most;
}
