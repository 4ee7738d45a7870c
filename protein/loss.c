#include <config.h>

#include <math.h>
#include <string.h>

#include "loss.h"

#define UNIT 0.1 /* nm */

/* L^-1 e of the AR(1) chain, and g <- g + f L^-T z */
static double white(double *grad, const double *e, int n, double rho, double sigma, double f,
                    double share, double *z)
{
    double step = sigma * sqrt(1 - rho * rho), sum = 0;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < n; i++)
            z[3 * i + c] = i ? (e[3 * i + c] - rho * e[3 * (i - 1) + c]) / step : e[c] / sigma;
    for (int i = 0; i < 3 * n; i++)
        sum += z[i] * z[i];
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < n; i++) {
            double g = z[3 * i + c] / (i ? step : sigma);
            if (i + 1 < n)
                g -= rho * z[3 * (i + 1) + c] / step;
            grad[3 * i + c] += 2 * f * share * g;
        }
    return f * sum;
}

/* adds g times the derivative of |x_i - x_j| */
static void along(double *grad, const double *x, int i, int j, double d, double g)
{
    for (int c = 0; c < 3; c++) {
        double v = g * (x[3 * i + c] - x[3 * j + c]) / d;
        grad[3 * i + c] += v;
        grad[3 * j + c] -= v;
    }
}

static double gap(const double *x, int i, int j)
{
    double s = 1e-8;
    for (int c = 0; c < 3; c++)
        s += (x[3 * i + c] - x[3 * j + c]) * (x[3 * i + c] - x[3 * j + c]);
    return sqrt(s);
}

static double shape(double *grad, const double *y, const double *x, int n, double f, double share)
{
    double bonds = 0, pairs = 0;
    long near = 0;
    for (int i = 0; i + 1 < n; i++) {
        double d = gap(y, i, i + 1), e = (d - gap(x, i, i + 1)) / UNIT;
        bonds += e * e / (n - 1);
        along(grad, y, i, i + 1, d, f * share * 2 * e / (UNIT * (n - 1)));
    }
    for (int i = 0; i < n; i++)
        for (int j = i + 2; j < n; j++)
            near += gap(x, i, j) < 1.2;
    for (int i = 0; i < n; i++)
        for (int j = i + 2; j < n; j++) {
            double real = gap(x, i, j);
            if (real >= 1.2)
                continue;
            double d = gap(y, i, j), e = (d - real) / UNIT, root = sqrt(1 + e * e);
            pairs += (root - 1) / (double)near;
            along(grad, y, i, j, d, f * share * e / (root * UNIT * (double)near));
        }
    return f * (bonds + pairs);
}

void sg_protein_loss(double part[SG_PROTEIN_LOSSES], double *grad, const double *x1h,
                     const double *x1, int n, double t, double share,
                     const sg_protein_chain_law *law, double *work)
{
    double q = t * t + (1 - t) * (1 - t), weight = fmin(q / ((1 - t) * (1 - t)), 400);
    double w = weight / (3 * n);
    double sd = 1.04 * sg_protein_rg((size_t)n) / sqrt(3), plain = 0;
    double *e = work, *z = work + 3 * n;
    for (int i = 0; i < 3 * n; i++) {
        e[i] = x1h[i] - x1[i];
        plain += e[i] * e[i];
        grad[i] += 2 * share * w * e[i] / (sd * sd);
    }
    part[SG_PROTEIN_LOSS_PLAIN] += w * plain / (sd * sd);
    part[SG_PROTEIN_LOSS_WHITE] += white(grad, e, n, law->rho[n], law->sigma[n], w, share, z);
    if (t > 0.3)
        part[SG_PROTEIN_LOSS_SHAPE] +=
            shape(grad, x1h, x1, n, 0.2 * fmax(fmin(1 / (1 - t), 10), weight / 4), share);
}
