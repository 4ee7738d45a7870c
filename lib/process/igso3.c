/* The heat kernel of rotations. */
#include <config.h>
#include <sigen/so3.h>

#include <math.h>
#include <string.h>

#include "constants.h"

/* Both sums below reach double precision within these terms where they are used. */
enum { CHARACTERS = 10, WINDINGS = 2 };
static const double SWITCH = 1;

/* f and f' as a sum over characters 1 + 2 cos w + .. + 2 cos l w: s2 >= SWITCH. */
static void by_characters(double w, double s2, double *f, double *df)
{
    double chi = 1, dchi = 0;
    *f = 1;
    *df = 0;
    for (int l = 1; l <= CHARACTERS; l++) {
        double c = (2 * l + 1) * exp(-0.5 * l * (l + 1) * s2);
        chi += 2 * cos(l * w);
        dchi -= 2 * l * sin(l * w);
        *f += c * chi;
        *df += c * dchi;
    }
}

/* q(w) and q'(w) of f = sqrt(2 pi) s2^{-3/2} e^{s2/8} e^{-w^2/(2 s2)} (w/sin(w/2)) q, with k and -k
 * taken together, so that nothing cancels at w = 0:
 *     q = 1 + sum_{k >= 1} (-1)^k e^{-c} (2 cosh u - 4 c sinh(u)/u),  c = 2 pi^2 k^2/s2,  u = 2 pi
 * k w/s2. */
static void by_windings(double w, double s2, double *q, double *dq)
{
    *q = 1;
    *dq = 0;
    for (int k = 1; k <= WINDINGS; k++) {
        double c = 2 * PI * PI * k * k / s2, du = 2 * PI * k / s2, u = du * w;
        double up = exp(u - c), down = exp(-u - c), ch = 0.5 * (up + down), sh = 0.5 * (up - down);
        double shc = u > 1e-3 ? sh / u : exp(-c) * (1 + u * u / 6);
        double dshc = u > 1e-3 ? (ch - shc) / u : exp(-c) * u / 3;
        double sign = k % 2 ? -1 : 1;
        *q += sign * (2 * ch - 4 * c * shc);
        *dq += sign * (2 * sh - 4 * c * dshc) * du;
    }
}

double sg_igso3_logf(double w, double s2, double *slope)
{
    double f, df;
    if (s2 >= SWITCH) {
        by_characters(w, s2, &f, &df);
        if (slope)
            *slope = df / f;
        return log(f);
    }
    by_windings(w, s2, &f, &df);
    double half = 0.5 * w, ratio = half > 1e-4 ? half / sin(half) : 1 + half * half / 6;
    double dratio = half > 1e-3 ? 1 / w - 0.5 / tan(half) : w / 12 + w * w * w / 720;
    if (slope)
        *slope = df / f - w / s2 + dratio;
    return log(2 * ratio * f) + 0.5 * log(2 * PI) - 1.5 * log(s2) + s2 / 8 - w * w / (2 * s2);
}

double sg_igso3_score(double v[3], const double x[3], const double m[3], double s2)
{
    double back[3] = {-m[0], -m[1], -m[2]}, slope;
    sg_so3_mul(v, back, x);
    double w = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
    double logf = sg_igso3_logf(w, s2, &slope);
    for (int k = 0; k < 3; k++)
        v[k] *= w > 0 ? slope / w : 0;
    return logf;
}

static double angle_pdf(double w, double s2)
{
    return exp(sg_igso3_logf(w, s2, NULL)) * 2 * sin(0.5 * w) * sin(0.5 * w) / PI;
}

sg_status sg_igso3_init(sg_igso3 *g, double s2, sg_error *err)
{
    /* Gauss-Legendre on two points is of the knots' own order, three is well beyond */
    static const double at[3] = {0.1127016653792583, 0.5, 0.8872983346207417};
    static const double weight[3] = {5. / 18, 8. / 18, 5. / 18};
    if (!(s2 > 0 && isfinite(s2)))
        return sg_fail(err, SG_EDOM, "the variance %g of a law of rotations is not positive", s2);
    double top = fmin(PI, 10 * sqrt(s2));
    g->s2 = s2;
    g->step = top / SG_IGSO3_KNOTS;
    g->cdf[0] = g->pdf[0] = 0;
    for (int k = 0; k < SG_IGSO3_KNOTS; k++) {
        double sum = 0;
        for (int i = 0; i < 3; i++)
            sum += weight[i] * angle_pdf((k + at[i]) * g->step, s2);
        g->cdf[k + 1] = g->cdf[k] + g->step * sum;
        g->pdf[k + 1] = angle_pdf((k + 1) * g->step, s2);
    }
    /* what rounding and the cut leave: sampling needs exactly 1 */
    double total = g->cdf[SG_IGSO3_KNOTS];
    for (int k = 0; k <= SG_IGSO3_KNOTS; k++)
        g->cdf[k] /= total;
    return SG_OK;
}

/* Hermite's cubic on interval k at x in [0, 1], and its derivative by x */
static double hermite(const sg_igso3 *g, int k, double x, double *slope)
{
    double a = g->cdf[k], d = g->cdf[k + 1] - a, p = g->step * g->pdf[k],
           q = g->step * g->pdf[k + 1];
    double c2 = 3 * d - 2 * p - q, c3 = p + q - 2 * d;
    *slope = p + x * (2 * c2 + x * 3 * c3);
    return a + x * (p + x * (c2 + x * c3));
}

double sg_igso3_cdf(const sg_igso3 *g, double w)
{
    double slope, at = w / g->step;
    if (!(at > 0))
        return 0;
    if (at >= SG_IGSO3_KNOTS)
        return 1;
    int k = (int)at;
    return hermite(g, k, at - k, &slope);
}

/* Newton's method kept inside the interval by bisection. */
static double quantile(const sg_igso3 *g, double u)
{
    int lo = 0, hi = SG_IGSO3_KNOTS;
    while (hi - lo > 1) {
        int mid = (lo + hi) / 2;
        *(g->cdf[mid] <= u ? &lo : &hi) = mid;
    }
    double a = 0, b = 1, x = 0.5, slope;
    for (int it = 0; it < 60 && b - a > 1e-12; it++) {
        double over = hermite(g, lo, x, &slope) - u;
        *(over > 0 ? &b : &a) = x;
        double next = x - over / slope;
        next = next > a && next < b ? next : 0.5 * (a + b);
        if (fabs(next - x) < 1e-13)
            break;
        x = next;
    }
    return (lo + x) * g->step;
}

void sg_igso3_draw(const sg_igso3 *g, double x[3], const double m[3], sg_rng *rng)
{
    double w = quantile(g, sg_rng_uniform(rng)), a[3];
    sg_rng_normals(rng, a, 3);
    double norm = sqrt(a[0] * a[0] + a[1] * a[1] + a[2] * a[2]);
    for (int k = 0; k < 3; k++)
        a[k] *= w / norm;
    if (m)
        sg_so3_mul(x, m, a);
    else
        memcpy(x, a, sizeof a);
}
