/* Exponential integrators in lam = log(beta/alpha) with data prediction [LZB22, LZB22b], multistep,
 * x and D1 relative to mu for mean-reverting paths [LSX25]; deterministic (orders 1, 2, 3) and of
 * the reverse SDE (1, 2). Where lam is infinite (exact base or data) the order drops to 1, which is
 * exact there in D1. */
#include <config.h>
#include <sigen/sampler.h>

#include "run-i.h"

#include <math.h>
#include <string.h>

/* One block's step: x_i - mu = c[0] (x - mu) + c[1] D + c[2] d1 + c[3] d2 + c[4] z, D = D1 - mu,
 *     d1 = (D - D')/r, d2 = (D' - D'')/r'. */
typedef struct weights {
    double c[5], r, rp;
} weights;

typedef struct lam_steps {
    double h, h1, h2; /* this step, the previous two; NaN or infinite when unusable */
    sg_coeff a, b;    /* at t, t2 */
} lam_steps;

static lam_steps steps_of(const sg_run *r, const sg_path *p, double t, double t2)
{
    lam_steps s = {.h1 = NAN, .h2 = NAN};
    double lam = sg_path_lam(p, t), past = r->hist > 0 ? sg_path_lam(p, r->past[0]) : NAN;
    s.h = sg_path_lam(p, t2) - lam;
    if (r->hist > 0)
        s.h1 = lam - past;
    if (r->hist > 1)
        s.h2 = past - sg_path_lam(p, r->past[1]);
    sg_path_coeff(p, t, &s.a);
    sg_path_coeff(p, t2, &s.b);
    return s;
}

static weights ode_weights(const lam_steps *s, int order)
{
    weights w = {.r = 1, .rp = 1};
    double phi1 = expm1(-s->h), beta = s->b.beta;
    w.c[0] = s->a.alpha > 0 ? s->b.alpha / s->a.alpha : 0;
    w.c[1] = -beta * phi1;
    if (!isfinite(s->h) || !isfinite(s->h1) || order < 2)
        return w;
    double phi2 = phi1 / s->h + 1;
    w.r = s->h1 / s->h;
    w.c[2] = beta * phi2;
    if (!isfinite(s->h2) || order < 3)
        return w;
    double phi3 = phi2 / s->h - 0.5;
    w.rp = s->h2 / s->h;
    /* the factor 2 makes the second difference a second derivative: without it the order is 2 */
    double k = beta * (phi2 * w.r - 2 * phi3) / (w.r + w.rp);
    w.c[2] += k;
    w.c[3] = -k;
    return w;
}

static weights sde_weights(const lam_steps *s, int order)
{
    weights w = {.r = 1, .rp = 1};
    double e = exp(-s->h), q = -expm1(-2 * s->h);
    w.c[0] = s->a.alpha > 0 ? s->b.alpha / s->a.alpha * e : 0;
    w.c[1] = s->b.beta * q;
    w.c[4] = s->b.alpha * sqrt(q);
    if (!isfinite(s->h) || !isfinite(s->h1) || order < 2)
        return w;
    w.r = s->h1 / s->h;
    w.c[2] = s->b.beta * (1 - q / (2 * s->h));
    return w;
}

static void apply(const weights *w, double *y, const double *x, const double *mu, const double *D,
                  const double *D1, const double *D2, const double *z, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double m = mu ? mu[i] : 0;
        double v = m + w->c[0] * (x[i] - m) + w->c[1] * (D[i] - m);
        if (w->c[2] != 0)
            v += w->c[2] * (D[i] - D1[i]) / w->r;
        if (w->c[3] != 0)
            v += w->c[3] * (D1[i] - D2[i]) / w->rp;
        if (w->c[4] != 0)
            v += w->c[4] * z[i];
        y[i] = v;
    }
}

static sg_status exp_step(sg_run *r, double t, double t2, int order, int noisy, sg_error *err)
{
    double *D = r->v[0], *D1 = r->v[1], *D2 = r->v[2], *z = noisy ? r->v[3] : NULL;
    sg_status st = sg_i_first_eval(r, t, t2, err);
    if (st == SG_OK)
        st = sg_i_get(r, t, NULL, SG_PARAM_D1, D, err);
    if (st != SG_OK)
        return st;
    if (noisy)
        sg_i_noise(r, z);
    for (size_t i = 0; i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        const sg_path *p = &sg_i_comp(r, b)->path;
        lam_steps s = steps_of(r, p, t, t2);
        weights w = noisy ? sde_weights(&s, order) : ode_weights(&s, order);
        apply(&w, r->y + b->off, sg_i_x(r, b, NULL), r->x[b->state]->slot[b->comp].mu, D + b->off,
              D1 + b->off, D2 + b->off, noisy ? z + b->off : NULL, b->len);
    }
    r->v[0] = D2; /* rotate: the oldest is overwritten next */
    r->v[1] = D;
    r->v[2] = D1;
    r->past[1] = r->past[0];
    r->past[0] = t;
    r->hist = r->hist < 2 ? r->hist + 1 : 2;
    return SG_OK;
}

static sg_status exp1_step(sg_run *r, double t, double t2, sg_error *err)
{
    return exp_step(r, t, t2, 1, 0, err);
}

static sg_status exp2_step(sg_run *r, double t, double t2, sg_error *err)
{
    return exp_step(r, t, t2, 2, 0, err);
}

static sg_status exp3_step(sg_run *r, double t, double t2, sg_error *err)
{
    return exp_step(r, t, t2, 3, 0, err);
}

static sg_status sde1_step(sg_run *r, double t, double t2, sg_error *err)
{
    return exp_step(r, t, t2, 1, 1, err);
}

static sg_status sde2_step(sg_run *r, double t, double t2, sg_error *err)
{
    return exp_step(r, t, t2, 2, 1, err);
}

// clang-format off
const sg_sampler sg_i_exp1 = {
    .name = "exp1", .summary = "exponential integrator, order 1 (DDIM)", .cite = "LZB22", .order = 1,
    .evals = 1, .serves = SG_SERVES_ONE_SIDED | SG_SERVES_FROM_BASE, .vectors = 3, .step = exp1_step};
const sg_sampler sg_i_exp2 = {
    .name = "exp2", .summary = "exponential integrator, multistep order 2", .cite = "LZB22b", .order = 2,
    .evals = 1, .serves = SG_SERVES_ONE_SIDED | SG_SERVES_FROM_BASE, .vectors = 3, .history = 1, .step = exp2_step};
const sg_sampler sg_i_exp3 = {
    .name = "exp3", .summary = "exponential integrator, multistep order 3", .cite = "LSX25", .order = 3,
    .evals = 1, .serves = SG_SERVES_ONE_SIDED | SG_SERVES_FROM_BASE, .vectors = 3, .history = 2, .step = exp3_step};
const sg_sampler sg_i_sde1 = {
    .name = "sde1", .summary = "exponential SDE integrator, order 1 (ancestral)", .cite = "LZB22b",
    .order = 1, .stochastic = 1, .evals = 1, .serves = SG_SERVES_ONE_SIDED | SG_SERVES_FROM_BASE, .vectors = 4, .step = sde1_step};
const sg_sampler sg_i_sde2 = {
    .name = "sde2", .summary = "exponential SDE integrator, multistep order 2", .cite = "LZB22b",
    .order = 2, .stochastic = 1, .evals = 1, .serves = SG_SERVES_ONE_SIDED | SG_SERVES_FROM_BASE, .vectors = 4, .history = 1, .step = sde2_step};
// clang-format on
