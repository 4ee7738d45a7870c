/* Samplers of dx = (b + eps s) dt + sqrt(2 eps) dW, any eps(t) >= 0: the same marginals as the flow
 * [ABV23]. The step that reaches the data adds no noise and is Euler's, which ends on D1. On curved
 * spaces Euler-Maruyama is the geodesic random walk [DMH22]: drift, then noise, which is isotropic
 * and so may be drawn in the frame after the drift. */
#include <config.h>
#include <sigen/sampler.h>

#include "run-i.h"

#include <math.h>

/* b + eps s of one block from the last evaluation at (t, X); s: scratch (block len). */
static sg_status drift(sg_run *r, const sg_i_block *b, double t, const double *X, double *out,
                       double *s, sg_error *err)
{
    const sg_component *c = sg_i_comp(r, b);
    double eps = sg_eps_at(&c->eps, &c->path, t);
    sg_status st = sg_i_get_block(r, b, t, X, SG_PARAM_B, out, err);
    if (st != SG_OK || eps == 0)
        return st;
    st = sg_i_get_block(r, b, t, X, SG_PARAM_S, s, err);
    for (size_t i = 0; st == SG_OK && i < b->len; i++)
        out[i] += eps * s[i];
    return st;
}

static sg_status em_step(sg_run *r, double t, double t2, sg_error *err)
{
    double *z = r->v[0], *u = r->v[1], h = t2 - t;
    sg_status st = sg_i_first_eval(r, t, t2, err);
    sg_i_noise(r, z);
    for (size_t i = 0; st == SG_OK && i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        const sg_component *c = sg_i_comp(r, b);
        double *y = r->y + b->off, *x = sg_i_x(r, b, NULL);
        double amp = sqrt(2 * sg_eps_at(&c->eps, &c->path, t) * h);
        size_t n = r->x[b->state]->slot[b->comp].n;
        if (sg_i_last(c, t2)) {
            st = sg_i_euler_block(r, b, t, t2, err);
            continue;
        }
        st = drift(r, b, t, NULL, u + b->off, y, err);
        c->space->retract(y, x, u + b->off, h, n, c->width);
        c->space->retract(y, y, z + b->off, amp, n, c->width);
    }
    return st;
}

/* Stochastic Heun: both stages see the same noise; weak order 2 as the noise is additive. */
static sg_status heun_sde_step(sg_run *r, double t, double t2, sg_error *err)
{
    double *z = r->v[0], *u1 = r->v[1], *u2 = r->v[2], *s = r->v[3], h = t2 - t;
    int whole = sg_i_singular(r, t2);
    sg_status st = sg_i_first_eval(r, t, t2, err);
    sg_i_noise(r, z);
    for (size_t i = 0; st == SG_OK && i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        const sg_component *c = sg_i_comp(r, b);
        double *y = r->y + b->off, *x = sg_i_x(r, b, NULL);
        double e = sg_eps_at(&c->eps, &c->path, t) + sg_eps_at(&c->eps, &c->path, t2);
        if (whole || sg_i_last(c, t2)) {
            st = sg_i_euler_block(r, b, t, t2, err);
            continue;
        }
        st = drift(r, b, t, NULL, u1 + b->off, s + b->off, err);
        for (size_t j = 0; j < b->len; j++) {
            z[b->off + j] *= sqrt(e * h);
            y[j] = x[j] + h * u1[b->off + j] + z[b->off + j];
        }
    }
    if (st != SG_OK || whole)
        return st;
    int stage = 0;
    for (size_t i = 0; i < r->n_blk; i++)
        stage |= !sg_i_last(sg_i_comp(r, &r->blk[i]), t2);
    if (!stage)
        return SG_OK;
    st = sg_i_eval(r, t2, r->y, err);
    for (size_t i = 0; st == SG_OK && i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        double *y = r->y + b->off, *x = sg_i_x(r, b, NULL);
        if (sg_i_last(sg_i_comp(r, b), t2))
            continue;
        st = drift(r, b, t2, r->y, u2 + b->off, s + b->off, err);
        for (size_t j = 0; j < b->len; j++)
            y[j] = x[j] + h / 2 * (u1[b->off + j] + u2[b->off + j]) + z[b->off + j];
    }
    return st;
}

// clang-format off
const sg_sampler sg_i_em = {
    .name = "em", .summary = "Euler-Maruyama, any eps(t)", .cite = "ABV23", .order = 1,
    .stochastic = 1, .evals = 1,
    .serves = SG_SERVES_ONE_SIDED | SG_SERVES_TWO_SIDED | SG_SERVES_NO_CLOCK | SG_SERVES_FROM_BASE | SG_SERVES_CURVED,
    .vectors = 2, .step = em_step};
const sg_sampler sg_i_heun_sde = {
    .name = "heun-sde", .summary = "stochastic Heun, any eps(t)", .cite = "KP92", .order = 2,
    .stochastic = 1, .evals = 2,
    .serves = SG_SERVES_ONE_SIDED | SG_SERVES_TWO_SIDED | SG_SERVES_NO_CLOCK | SG_SERVES_FROM_BASE, .vectors = 4,
    .step = heun_sde_step};
// clang-format on
