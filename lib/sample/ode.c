/* Fixed-step integrators of the probability flow x' = b. A last step whose field cannot give b at
 * t2 (D1 or E native: alpha = 0) is an Euler step, which ends on D1. */
#include <config.h>
#include <sigen/sampler.h>

#include "run-i.h"

#include <math.h>
#include <string.h>

#define FLAT (SG_SERVES_ONE_SIDED | SG_SERVES_TWO_SIDED | SG_SERVES_NO_CLOCK | SG_SERVES_FROM_BASE)

/* Moves one block by Euler from the evaluation at t; onto D1 itself where the path ends there. */
sg_status sg_i_euler_block(sg_run *r, const sg_i_block *b, double t, double t2, sg_error *err)
{
    const sg_component *c = sg_i_comp(r, b);
    double *y = r->y + b->off, *x = sg_i_x(r, b, NULL);
    sg_coeff end;
    sg_path_coeff(&c->path, t2, &end);
    int ends = end.alpha == 0 && sg_path_one_sided(&c->path) && c->path.kind->monotone;
    if (ends && (!b->curved || r->f->param[b->comp][0] == SG_PARAM_D1))
        return sg_i_get_block(r, b, t, NULL, SG_PARAM_D1, y, err);
    sg_status st = sg_i_get_block(r, b, t, NULL, SG_PARAM_B, y, err);
    if (st == SG_OK)
        c->space->retract(y, x, y, t2 - t, r->x[b->state]->slot[b->comp].n, c->width);
    return st;
}

sg_status sg_i_euler_from_eval(sg_run *r, double t, double t2, sg_error *err)
{
    sg_status st = SG_OK;
    for (size_t i = 0; st == SG_OK && i < r->n_blk; i++)
        st = sg_i_euler_block(r, &r->blk[i], t, t2, err);
    return st;
}

sg_status sg_i_first_eval(sg_run *r, double t, double t2, sg_error *err)
{
    sg_status st = sg_i_eval(r, t, NULL, err);
    if (st == SG_OK)
        sg_i_tokens(r, t, t2);
    return st;
}

static sg_status euler_step(sg_run *r, double t, double t2, sg_error *err)
{
    sg_status st = sg_i_first_eval(r, t, t2, err);
    return st == SG_OK ? sg_i_euler_from_eval(r, t, t2, err) : st;
}

/* b at (t, X) into k */
static sg_status slope(sg_run *r, double t, double *X, double *k, sg_error *err)
{
    sg_status st = sg_i_eval(r, t, X, err);
    return st == SG_OK ? sg_i_get(r, t, X, SG_PARAM_B, k, err) : st;
}

static sg_status midpoint_step(sg_run *r, double t, double t2, sg_error *err)
{
    double *k = r->v[0], *mid = r->v[1], h = t2 - t;
    sg_status st = sg_i_first_eval(r, t, t2, err);
    if (st == SG_OK)
        st = sg_i_get(r, t, NULL, SG_PARAM_B, k, err);
    if (st != SG_OK)
        return st;
    sg_i_move(r, mid, k, h / 2);
    st = slope(r, t + h / 2, mid, k, err);
    if (st == SG_OK)
        sg_i_move(r, r->y, k, h);
    return st;
}

static sg_status heun_step(sg_run *r, double t, double t2, sg_error *err)
{
    double *k1 = r->v[0], *k2 = r->v[1], h = t2 - t;
    sg_status st = sg_i_first_eval(r, t, t2, err);
    if (st != SG_OK || sg_i_singular(r, t2))
        return st == SG_OK ? sg_i_euler_from_eval(r, t, t2, err) : st;
    st = sg_i_get(r, t, NULL, SG_PARAM_B, k1, err);
    if (st != SG_OK)
        return st;
    sg_i_move(r, r->y, k1, h);
    st = slope(r, t2, r->y, k2, err);
    if (st != SG_OK)
        return st;
    for (size_t i = 0; i < r->total; i++)
        k1[i] = 0.5 * (k1[i] + k2[i]);
    sg_i_move(r, r->y, k1, h);
    return SG_OK;
}

static sg_status rk4_step(sg_run *r, double t, double t2, sg_error *err)
{
    static const double node[3] = {0.5, 0.5, 1}, weight[3] = {2, 2, 1};
    double *sum = r->v[0], *k = r->v[1], *X = r->v[2], h = t2 - t;
    sg_status st = sg_i_first_eval(r, t, t2, err);
    if (st != SG_OK || sg_i_singular(r, t2))
        return st == SG_OK ? sg_i_euler_from_eval(r, t, t2, err) : st;
    st = sg_i_get(r, t, NULL, SG_PARAM_B, sum, err);
    memcpy(k, sum, r->total * sizeof *k);
    for (int s = 0; st == SG_OK && s < 3; s++) {
        sg_i_move(r, X, k, node[s] * h);
        st = slope(r, node[s] == 1 ? t2 : t + node[s] * h, X, k, err);
        for (size_t i = 0; i < r->total; i++)
            sum[i] += weight[s] * k[i];
    }
    if (st == SG_OK)
        sg_i_move(r, r->y, sum, h / 6);
    return st;
}

// clang-format off
const sg_sampler sg_i_euler = {
    .name = "euler", .summary = "Euler; the last step returns D1", .order = 1, .evals = 1,
    .serves = FLAT | SG_SERVES_CURVED, .step = euler_step};
const sg_sampler sg_i_midpoint = {
    .name = "midpoint", .summary = "explicit midpoint", .order = 2, .evals = 2,
    .serves = FLAT | SG_SERVES_CURVED, .vectors = 2, .step = midpoint_step};
const sg_sampler sg_i_heun = {
    .name = "heun", .summary = "Heun's trapezoidal rule", .cite = "KAAL22", .order = 2, .evals = 2,
    .serves = FLAT | SG_SERVES_CURVED, .vectors = 2, .step = heun_step};
const sg_sampler sg_i_rk4 = {
    .name = "rk4", .summary = "classical Runge-Kutta", .order = 4, .evals = 4,
    .serves = FLAT, .vectors = 3, .step = rk4_step};
// clang-format on
