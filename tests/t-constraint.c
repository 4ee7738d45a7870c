/* Projection of chains on bonds and distances: exact small cases, invariances, convergence. */
#include <config.h>

#include <math.h>
#include <string.h>

#include <sigen/constraint.h>
#include <sigen/rng.h>

#include "tap.h"

enum { N = 60 };

static double gap(const double *x, int i, int j)
{
    double s = 0;
    for (int c = 0; c < 3; c++)
        s += (x[3 * i + c] - x[3 * j + c]) * (x[3 * i + c] - x[3 * j + c]);
    return sqrt(s);
}

static const sg_chain_rule rule = {
    .bond = 3.8, .keep_lo = 2.8, .keep_hi = 3.1, .apart = 4, .from = 3};

static void exact(void)
{
    double x[12] = {0, 0, 0, 4.1, 0, 0}, w[12];
    double most = sg_chain_project(x, 2, &rule, 1, w);
    tap_near(x[0], 0.1, 1e-12, 0, "a bond 0.3 too long moves its first end by a third of it");
    tap_near(x[3], 4.0, 1e-12, 0, "and its second end");
    tap_near(most, 0.1, 1e-12, 0, "and the largest move is told");
    double cis[6] = {0, 0, 0, 2.95, 0, 0};
    sg_chain_project(cis, 2, &rule, 3, w);
    tap_ok(cis[3] == 2.95 && cis[0] == 0, "a bond in the allowed window is left alone");
    /* a square of side 3.8 but for the last pair, which is 3.0 apart and three places away */
    double s[12] = {0, 0, 0, 0.4, 3.779, 0, 3.4, 3.779, 0, 3, 0, 0};
    sg_chain_rule apart = rule;
    apart.keep_lo = 0;
    apart.keep_hi = 100;
    sg_chain_project(s, 4, &apart, 1, w);
    tap_near(gap(s, 0, 3), 4, 1e-12, 0, "two points that are too near are moved apart");
    double same[6] = {0};
    sg_chain_project(same, 2, &rule, 1, w);
    tap_ok(same[0] == 0 && same[5] == 0, "points in one place have no direction");
}

static void random_chain(double *x)
{
    sg_rng r;
    sg_rng_init(&r, 3, 0, 0);
    for (int i = 0; i < N; i++)
        for (int c = 0; c < 3; c++)
            x[3 * i + c] = (i ? x[3 * (i - 1) + c] : 0) + 2.2 * sg_rng_normal(&r);
}

static void chain(void)
{
    double x[3 * N], y[3 * N], w[3 * N], mean[2][3] = {{0}}, worst = 0, least = 1e9, turned = 0;
    random_chain(x);
    for (int i = 0; i < N; i++) { /* y: x turned by a quarter about z, then moved */
        y[3 * i] = -x[3 * i + 1] + 7;
        y[3 * i + 1] = x[3 * i];
        y[3 * i + 2] = x[3 * i + 2] - 2;
    }
    for (int i = 0; i < 3 * N; i++)
        mean[0][i % 3] += x[i] / N;
    sg_chain_project(x, N, &rule, 2000, w);
    sg_chain_project(y, N, &rule, 2000, w);
    for (int i = 0; i < 3 * N; i++)
        mean[1][i % 3] += x[i] / N;
    for (int i = 0; i < N; i++) {
        double d = i + 1 < N ? gap(x, i, i + 1) : 3.8;
        if (!(d > rule.keep_lo && d < rule.keep_hi))
            worst = fmax(worst, fabs(d - 3.8));
        for (int j = i + 3; j < N; j++)
            least = fmin(least, gap(x, i, j));
        turned = fmax(turned, fabs(y[3 * i] - 7 + x[3 * i + 1]));
    }
    tap_ok(worst < 1e-3, "bonds of a random chain end within 1e-3 (%.2g)", worst);
    tap_ok(least > 4 - 1e-3, "distances too (least %.6f)", least);
    tap_ok(turned < 1e-6, "the projection turns and moves with the chain (%.2g)", turned);
    for (int c = 0; c < 3; c++)
        tap_near(mean[1][c], mean[0][c], 1e-9, 0, "the centroid stays");
}

int main(void)
{
    exact();
    chain();
    return tap_done();
}
