/* Samplers with a Langevin corrector: predictor-corrector [SSK21] and the S4 splitting for systems
 * [JLH22]. Corrector of one component of one state:
 *     x += a s + scale sqrt(2 a) z,  a = 2 kappa (snr |z|/|s|)^2,
 * norms per state (batch means would make a sample depend on its batch), kappa = 1 - rate dt (VP)
 * or 1. */
#include <config.h>
#include <sigen/sampler.h>

#include "run-i.h"

#include <math.h>
#include <string.h>

static double norm(const double *v, size_t n)
{
    double s = 0;
    for (size_t i = 0; i < n; i++)
        s += v[i] * v[i];
    return sqrt(s);
}

static double kappa(const sg_path *p, double t, double h)
{
    if (p->kind != &sg_path_vp && p->kind != &sg_path_subvp)
        return 1;
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    return fmax(1 - 2 * c.dbeta / c.beta * h, 0);
}

/* out = x + corrector move; s, z (total): score at (t, X) and noise */
static void correct(sg_run *r, double t, double h, const double *X, const double *s,
                    const double *z, double *out)
{
    for (size_t i = 0; i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        double ns = norm(s + b->off, b->len), nz = norm(z + b->off, b->len);
        double ratio = ns > 0 ? r->o.snr * nz / ns : 0;
        double a = 2 * kappa(&sg_i_comp(r, b)->path, t, h) * ratio * ratio;
        double amp = r->o.corrector_scale * sqrt(2 * a);
        const double *x = sg_i_x(r, b, X);
        for (size_t j = b->off; j < b->off + b->len; j++)
            out[j] = x[j - b->off] + a * s[j] + amp * z[j];
    }
}

static sg_status pc_step(sg_run *r, double t, double t2, sg_error *err)
{
    double *s = r->v[4], *z = r->v[5];
    sg_status st = sg_i_sde1.step(r, t, t2, err); /* predictor: into y */
    for (size_t n = 0; st == SG_OK && n < r->o.corrector_steps; n++) {
        sg_coeff c;
        int ends = 0;
        for (size_t i = 0; i < r->n_blk; i++) {
            sg_path_coeff(&sg_i_comp(r, &r->blk[i])->path, t2, &c);
            ends |= c.alpha < SG_CLAMP;
        }
        if (ends) /* no score left to correct with */
            break;
        st = sg_i_eval(r, t2, r->y, err);
        if (st == SG_OK)
            st = sg_i_get(r, t2, r->y, SG_PARAM_S, s, err);
        sg_i_noise(r, z);
        if (st == SG_OK)
            correct(r, t2, t2 - t, r->y, s, z, r->y);
    }
    return st;
}

/* The exact linear part of the reverse SDE between t and t2: factor beta2/beta, noise variance
 * (beta2 alpha/beta)^2 - alpha2^2 (for VP e^B - 1, B the integral of the rate). */
static void transition(sg_run *r, double t, double t2, double *y)
{
    double *z = r->v[1];
    sg_i_noise(r, z);
    for (size_t i = 0; i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        const sg_component *c = sg_i_comp(r, b);
        const double *mu = r->x[b->state]->slot[b->comp].mu;
        sg_coeff p, q;
        sg_path_coeff(&c->path, t, &p);
        sg_path_coeff(&c->path, t2, &q);
        double f = q.beta / p.beta,
               sd = sqrt(fmax(f * p.alpha * f * p.alpha - q.alpha * q.alpha, 0));
        for (size_t j = 0; j < b->len; j++) {
            double m = mu ? mu[j] : 0, *v = y + b->off + j;
            *v = m + f * (*v - m) + sd * z[b->off + j];
        }
    }
}

/* Correction, half transition, full kick 2 eps s h (the score of the corrected state at t, one
 * evaluation for all components), half transition. Weak order 1. */
static sg_status s4_step(sg_run *r, double t, double t2, sg_error *err)
{
    double *s = r->v[0], *z = r->v[1], *x = r->v[2], h = t2 - t, tm = t + h / 2;
    sg_status st = SG_OK;
    for (size_t i = 0; i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        const sg_component *c = sg_i_comp(r, b);
        sg_coeff p;
        sg_path_coeff(&c->path, t, &p);
        if (p.beta <= 0)
            return sg_fail(err, SG_EDOM,
                           "s4 cannot start at t = %g of path %s (beta = 0): start later", t,
                           c->path.kind->name);
        memcpy(x + b->off, sg_i_x(r, b, NULL), b->len * sizeof *x);
    }
    st = sg_i_first_eval(r, t, t2, err);
    int last = sg_i_singular(r, t2) || t2 >= 1;
    if (st != SG_OK || last)
        return st == SG_OK ? sg_i_euler_from_eval(r, t, t2, err) : st;
    st = sg_i_get(r, t, NULL, SG_PARAM_S, s, err);
    if (st == SG_OK && r->o.corrector_scale > 0) {
        sg_i_noise(r, z);
        correct(r, t, h, NULL, s, z, x);
        st = sg_i_eval(r, t, x, err);
        if (st == SG_OK)
            st = sg_i_get(r, t, x, SG_PARAM_S, s, err);
    }
    if (st != SG_OK)
        return st;
    transition(r, t, tm, x);
    for (size_t i = 0; i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        sg_coeff c;
        sg_path_coeff(&sg_i_comp(r, b)->path, t, &c);
        double kick = 2 * h * c.alpha * c.w / c.beta;
        for (size_t j = b->off; j < b->off + b->len; j++)
            x[j] += kick * s[j];
    }
    transition(r, tm, t2, x);
    memcpy(r->y, x, r->total * sizeof *x);
    return SG_OK;
}

// clang-format off
const sg_sampler sg_i_pc = {
    .name = "pc", .summary = "ancestral predictor, Langevin corrector", .cite = "SSK21", .order = 1,
    .stochastic = 1, .evals = 2, .serves = SG_SERVES_ONE_SIDED | SG_SERVES_FROM_BASE, .vectors = 6, .step = pc_step};
const sg_sampler sg_i_s4 = {
    .name = "s4", .summary = "splitting with exact linear transitions, for systems", .cite = "JLH22",
    .order = 1, .stochastic = 1, .evals = 2, .serves = SG_SERVES_ONE_SIDED, .vectors = 3,
    .step = s4_step};
// clang-format on
