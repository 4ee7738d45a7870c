/* The DDIM family in D1 and E: x_{t2} = beta D1 + sqrt(alpha^2 - v^2) E + v z, never dividing by
 * what vanishes at the data. ddim: v^2 = eta^2 alpha^2 (1 - e^{-2h}), h the step in lam [SME21];
 * eta may differ per value (mask-eta [MWSZ24]). ddim-eps: the same step for the SDE with any
 * eps(t), v^2 = alpha^2 (1 - exp(-2 h eps/eps_rev)), eps_rev = alpha w/beta. */
#include <config.h>
#include <sigen/sampler.h>

#include "run-i.h"

#include <math.h>

/* 1 - e^{-2h} and, for ddim-eps, its share of the reverse SDE's noise */
static double renewed(const sg_run *r, const sg_component *c, double t, double t2, int by_eps)
{
    double lam = sg_path_lam(&c->path, t), lam2 = sg_path_lam(&c->path, t2), tm = 0.5 * (t + t2);
    if (!by_eps)
        return -expm1(-2 * (lam2 - lam));
    (void)r;
    sg_coeff m;
    sg_path_coeff(&c->path, tm, &m);
    double h = isfinite(lam2 - lam) ? lam2 - lam : (t2 - t) * m.w / (m.alpha * m.beta);
    return -expm1(-2 * h * sg_eps_at(&c->eps, &c->path, tm) * m.beta / (m.alpha * m.w));
}

static sg_status step(sg_run *r, double t, double t2, int by_eps, sg_error *err)
{
    double *D = r->v[0], *z = r->v[1];
    sg_status st = sg_i_first_eval(r, t, t2, err);
    if (st == SG_OK)
        st = sg_i_get(r, t, NULL, SG_PARAM_D1, D, err);
    if (st != SG_OK)
        return st;
    sg_i_noise(r, z);
    for (size_t i = 0; i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        const sg_component *c = sg_i_comp(r, b);
        const sg_slot *s = &r->x[b->state]->slot[b->comp];
        double *y = r->y + b->off, *x = sg_i_x(r, b, NULL), q = renewed(r, c, t, t2, by_eps);
        sg_coeff a, e;
        sg_path_coeff(&c->path, t, &a);
        sg_path_coeff(&c->path, t2, &e);
        double inv = 1 / fmax(a.alpha, SG_CLAMP);
        for (size_t j = 0; j < b->len; j++) {
            double mu = s->mu ? s->mu[j] : 0, d = D[b->off + j] - mu;
            double E = (x[j] - mu - a.beta * d) * inv;
            double eta = by_eps ? 1 : r->o.eta * (s->eta ? s->eta[j] : 1);
            double v2 = fmin(eta * eta * q, 1); /* of alpha^2 */
            y[j] = mu + e.beta * d + e.alpha * (sqrt(1 - v2) * E + sqrt(v2) * z[b->off + j]);
        }
    }
    return SG_OK;
}

static sg_status ddim_step(sg_run *r, double t, double t2, sg_error *err)
{
    return step(r, t, t2, 0, err);
}

static sg_status ddim_eps_step(sg_run *r, double t, double t2, sg_error *err)
{
    return step(r, t, t2, 1, err);
}

// clang-format off
const sg_sampler sg_i_ddim = {
    .name = "ddim", .summary = "DDIM with eta (0 = exp1, 1 = sde1), eta masks", .cite = "SME21",
    .order = 1, .stochastic = 1, .evals = 1, .serves = SG_SERVES_ONE_SIDED | SG_SERVES_FROM_BASE, .vectors = 2,
    .step = ddim_step};
const sg_sampler sg_i_ddim_eps = {
    .name = "ddim-eps", .summary = "DDIM step of the SDE with any eps(t)", .cite = "SME21",
    .order = 1, .stochastic = 1, .evals = 1, .serves = SG_SERVES_ONE_SIDED | SG_SERVES_FROM_BASE, .vectors = 2,
    .step = ddim_eps_step};
// clang-format on
