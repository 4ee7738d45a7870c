/* Adaptive Dormand-Prince 5(4) [DP80] between grid points, every state with its own steps: a sample
 * does not depend on its batch. Near t = 1 a field that cannot give b there (D1 or E native) is
 * left at 1 - SG_CLAMP by one Euler step, which ends on D1. */
#include <config.h>
#include <sigen/sampler.h>

#include "run-i.h"

#include <math.h>
#include <string.h>

// clang-format off
static const double A[7][6] = {
    {0},
    {1.0 / 5},
    {3.0 / 40, 9.0 / 40},
    {44.0 / 45, -56.0 / 15, 32.0 / 9},
    {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
    {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
    {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}};
static const double C[7] = {0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1};
/* fifth minus fourth order */
static const double E[7] = {71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200,
                            22.0 / 525, -1.0 / 40};
// clang-format on

/* b of one state at (t, X) into k */
static sg_status slope(sg_run *r, size_t state, size_t blk, size_t end, double t, double *X,
                       double *k, sg_error *err)
{
    sg_status st = sg_i_eval_one(r, state, t, X, err);
    for (size_t i = blk; st == SG_OK && i < end; i++)
        st = sg_i_get_block(r, &r->blk[i], t, X, SG_PARAM_B, k + r->blk[i].off, err);
    return st;
}

/* Error of the step per tolerance, rms. */
static double error_of(const sg_run *r, double *const *k, const double *x, const double *y,
                       double h, size_t n)
{
    double sum = 0;
    for (size_t j = 0; j < n; j++) {
        double e = 0, tol = r->o.atol + r->o.rtol * fmax(fabs(x[j]), fabs(y[j]));
        for (int s = 0; s < 7; s++)
            e += E[s] * k[s][j];
        sum += h * e / tol * (h * e / tol);
    }
    return n ? sqrt(sum / (double)n) : 0;
}

static sg_status one_state(sg_run *r, size_t state, size_t blk, size_t end, double t, double t2,
                           size_t *evals, sg_error *err)
{
    size_t off = blk < end ? r->blk[blk].off : 0, n = 0;
    for (size_t i = blk; i < end; i++)
        n += r->blk[i].len;
    double *x = r->v[7], *X = r->v[8], *k[7], now = t;
    double h = r->h[state] > 0 ? r->h[state] : 0.05 * (t2 - t);
    for (int s = 0; s < 7; s++)
        k[s] = r->v[s] + off;
    for (size_t i = blk; i < end; i++)
        memcpy(x + r->blk[i].off, sg_i_x(r, &r->blk[i], NULL), r->blk[i].len * sizeof *x);
    sg_status st = slope(r, state, blk, end, now, x, r->v[0], err);
    ++*evals;
    for (size_t sub = 0; st == SG_OK && now < t2; sub++) {
        if (sub >= r->o.max_substeps || h < 1e-14)
            return sg_fail(err, SG_ECONV, "state %zu: rk45 is at t = %g after %zu substeps", state,
                           now, sub);
        int clipped = now + h >= t2;
        double step = clipped ? t2 - now : h, to = clipped ? t2 : now + h;
        for (int s = 1; st == SG_OK && s < 7; s++) {
            for (size_t j = 0; j < n; j++) {
                double v = x[off + j];
                for (int q = 0; q < s; q++)
                    v += step * A[s][q] * k[q][j];
                X[off + j] = v;
            }
            st = slope(r, state, blk, end, C[s] == 1 ? to : now + C[s] * step, X, r->v[s], err);
            ++*evals;
        }
        if (st != SG_OK)
            return st;
        double e = error_of(r, k, x + off, X + off, step, n);
        if (!isfinite(e)) /* far outside: try a much smaller step */
            e = 1e6;
        if (e <= 1) {
            now = to;
            memcpy(x + off, X + off, n * sizeof *x);
            memcpy(k[0], k[6], n * sizeof *x); /* first same as last */
        }
        double grow = e > 0 ? 0.9 * pow(e, -0.2) : 5;
        grow = grow < 0.2 ? 0.2 : grow > 5 ? 5 : grow;
        if (!clipped || e > 1)
            h = step * grow;
    }
    r->h[state] = h;
    memcpy(r->y + off, x + off, n * sizeof *x);
    return st;
}

static sg_status rk45_step(sg_run *r, double t, double t2, sg_error *err)
{
    double stop = t2 == 1 && sg_i_singular(r, t2) ? 1 - SG_CLAMP : t2;
    size_t most = 0;
    sg_status st = sg_i_first_eval(r, t, t2, err);
    if (st != SG_OK || stop <= t)
        return st == SG_OK ? sg_i_euler_from_eval(r, t, t2, err) : st;
    for (size_t i = 0, blk = 0; st == SG_OK && i < r->count; i++) {
        size_t end = blk, evals = 0;
        while (end < r->n_blk && r->blk[end].state == i)
            end++;
        if (end > blk)
            st = one_state(r, i, blk, end, t, stop, &evals, err);
        most = evals > most ? evals : most;
        blk = end;
    }
    r->evals += most;
    if (st != SG_OK || stop == t2)
        return st;
    memcpy(r->v[7], r->y, r->total * sizeof *r->y);
    st = sg_i_eval(r, stop, r->v[7], err);
    for (size_t i = 0; st == SG_OK && i < r->n_blk; i++)
        st = sg_i_get_block(r, &r->blk[i], stop, r->v[7], SG_PARAM_D1, r->y + r->blk[i].off, err);
    return st;
}

const sg_sampler sg_i_rk45 = {
    .name = "rk45",
    .summary = "adaptive Dormand-Prince between grid points",
    .cite = "DP80",
    .order = 5,
    .evals = 0,
    .serves = SG_SERVES_ONE_SIDED | SG_SERVES_TWO_SIDED | SG_SERVES_NO_CLOCK | SG_SERVES_FROM_BASE,
    .vectors = 9,
    .step = rk45_step,
};
