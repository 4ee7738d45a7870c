#include <config.h>
#include <sigen/target.h>

#include "batch.h"

#include <math.h>
#include <string.h>

struct sg_particles {
    sg_target g;
    sg_i_batch batch;
    size_t step, steps;
    const double *grid;
    double W, threshold;
    sg_population pop;
    double *b[SG_MAX_FIELDS], *s[SG_MAX_FIELDS]; /* (total) */
    double *X, *bbar, *sbar, *grad, *z, *y;      /* (total) grad: of the reward */
    double *rate, *div, *part, *r;               /* (count) r: reward */
};

static sg_status check(const sg_target *t, double *W, sg_error *err)
{
    *W = 0;
    if (t->n < 1 || t->n > SG_MAX_FIELDS)
        return sg_fail(err, SG_EINVAL, "a target takes 1 to %d fields, not %zu", SG_MAX_FIELDS,
                       t->n);
    for (size_t i = 0; i < t->n; i++) {
        *W += t->w[i];
        if (t->f[i]->sys != t->f[0]->sys)
            return sg_fail(err, SG_EINVAL, "field %zu is of another system", i);
    }
    if (!(*W > 0)) /* the base to a power <= 0 is no law */
        return sg_fail(err, SG_EINVAL, "the exponents sum to %g, not to a positive number", *W);
    for (size_t k = 0; k < t->f[0]->sys->n; k++) {
        const sg_component *c = &t->f[0]->sys->c[k];
        if (c->space->categorical || !c->space->flat || c->map || !sg_path_one_sided(&c->path))
            return sg_fail(
                err, SG_ENOTSUP,
                "component %zu: particles need a flat continuous space, white base and a "
                "one-sided path",
                k);
    }
    return SG_OK;
}

sg_status sg_particles_init(sg_particles **out, const sg_target *t, sg_state *const *x,
                            size_t count, const double *grid, size_t steps, double threshold,
                            uint64_t seed, sg_arena *arena, sg_error *err)
{
    double W;
    sg_i_batch batch;
    *out = NULL;
    sg_status st = check(t, &W, err);
    if (st != SG_OK)
        return st;
    const sg_system *sys = t->f[0]->sys;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sys->n; k++)
            if (x[i]->slot[k].n != x[0]->slot[k].n || x[i]->sys != sys)
                return sg_fail(err, SG_EINVAL, "particle %zu is not like the first", i);
    sg_particles *p = sg_arena_alloc(arena, 1, sizeof *p);
    st = sg_i_batch_init(&batch, sys, x, count, arena, err);
    size_t n = batch.total;
    double *v = sg_arena_alloc(arena, (2 * t->n + 6) * n, sizeof *v);
    double *c = sg_arena_alloc(arena, 4 * count, sizeof *c);
    sg_population pop = {0};
    if (st == SG_OK)
        st = sg_population_init(&pop, count, seed, 0, arena, err);
    if (st != SG_OK || !arena->base)
        return st;
    if (!p || !v || !c)
        return sg_fail(err, SG_ENOMEM, "no room for %zu particles", count);
    *p = (sg_particles){.g = *t,
                        .batch = batch,
                        .steps = steps,
                        .grid = grid,
                        .W = W,
                        .threshold = threshold,
                        .pop = pop,
                        .rate = c,
                        .div = c + count,
                        .part = c + 2 * count,
                        .r = c + 3 * count};
    double **vec[] = {&p->X, &p->bbar, &p->sbar, &p->grad, &p->z, &p->y};
    for (size_t i = 0; i < sizeof vec / sizeof *vec; i++, v += n)
        *vec[i] = v;
    for (size_t i = 0; i < t->n; i++, v += 2 * n) {
        p->b[i] = v;
        p->s[i] = v + n;
    }
    *out = p;
    return SG_OK;
}

static double ramp(const sg_particles *p, double t, double *d)
{
    if (p->g.ramp)
        return p->g.ramp(p->g.data, t, d);
    *d = 1;
    return t;
}

static void rewards(sg_particles *p)
{
    const sg_i_batch *b = &p->batch;
    memset(p->grad, 0, b->total * sizeof *p->grad);
    memset(p->r, 0, b->count * sizeof *p->r);
    if (!p->g.reward)
        return;
    for (size_t i = 0, off = 0; i < b->count; i++) {
        double *g[SG_MAX_COMPONENTS] = {0};
        for (size_t k = 0; k < b->sys->n; k++) {
            g[k] = p->grad + off;
            off += b->x[i]->slot[k].len;
        }
        p->r[i] = p->g.reward(p->g.data, b->x[i], g);
    }
}

sg_status sg_particles_draw(sg_particles *p, sg_error *err)
{
    const sg_i_batch *b = &p->batch;
    double d, lam = ramp(p, p->grid[0], &d);
    p->step = 0;
    sg_population_reset(&p->pop);
    for (size_t i = 0; i < b->count; i++)
        sg_state_draw(b->x[i]);
    for (size_t q = 0; q < b->n_blk; q++) {
        const sg_slot *s = sg_i_slot(b, &b->blk[q]);
        for (size_t j = 0; j < s->len; j++) {
            double mu = s->mu ? s->mu[j] : 0;
            if (!(s->frozen && s->frozen[j]))
                s->x[j] = mu + (s->x[j] - mu) / sqrt(p->W);
        }
    }
    rewards(p);
    for (size_t i = 0; i < b->count; i++) {
        p->pop.logw[i] = p->g.reward ? lam * p->r[i] : 0;
        if (!isfinite(p->pop.logw[i]))
            return sg_fail(err, SG_ENAN, "particle %zu starts with a reward that is not finite", i);
    }
    return SG_OK;
}

/* b and s of every field at (t, X); div bbar if it counts */
static sg_status evaluate(sg_particles *p, double t, sg_error *err)
{
    sg_i_batch *b = &p->batch;
    sg_status st = SG_OK;
    memset(p->div, 0, b->count * sizeof *p->div);
    for (size_t m = 0; st == SG_OK && m < p->g.n; m++) {
        const sg_field *f = p->g.f[m];
        st = sg_i_batch_eval(b, f, t, p->X, err);
        if (st == SG_OK)
            st = sg_i_batch_get(b, f, t, p->X, SG_PARAM_B, p->b[m], err);
        if (st == SG_OK)
            st = sg_i_batch_get(b, f, t, p->X, SG_PARAM_S, p->s[m], err);
        if (st != SG_OK || p->W == 1)
            continue;
        st = sg_i_batch_div(b, f, t, p->X, p->g.probes, p->part, err);
        for (size_t i = 0; i < b->count; i++)
            p->div[i] += p->g.w[m] / p->W * p->part[i];
    }
    return st;
}

static void averages(sg_particles *p)
{
    for (size_t j = 0; j < p->batch.total; j++) {
        p->bbar[j] = p->sbar[j] = 0;
        for (size_t m = 0; m < p->g.n; m++) {
            p->bbar[j] += p->g.w[m] * p->b[m][j] / p->W;
            p->sbar[j] += p->g.w[m] * p->s[m][j] / p->W;
        }
    }
}

/* Rate of every log-weight */
static void rates(sg_particles *p, double lam, double dlam)
{
    const sg_i_batch *b = &p->batch;
    for (size_t i = 0; i < b->count; i++)
        p->rate[i] = (p->W == 1 ? 0 : (1 - p->W) * p->div[i]) + dlam * p->r[i];
    for (size_t q = 0; q < b->n_blk; q++)
        for (size_t j = b->blk[q].off; j < b->blk[q].off + b->blk[q].len; j++) {
            double rate = lam * p->grad[j] * p->bbar[j];
            for (size_t m = 0; m < p->g.n; m++)
                rate -= p->g.w[m] * (p->b[m][j] - p->bbar[j]) * (p->s[m][j] - p->sbar[j]);
            p->rate[b->blk[q].state] += rate;
        }
}

static sg_status move(sg_particles *p, double t, double h, double lam, sg_error *err)
{
    const sg_i_batch *b = &p->batch;
    for (size_t q = 0; q < b->n_blk; q++) {
        const sg_i_block *k = &b->blk[q];
        const sg_component *c = &b->sys->c[k->comp];
        double eps = sg_eps_at(&c->eps, &c->path, t), amp = sqrt(2 * eps * h);
        c->space->draw(p->z + k->off, sg_i_slot(b, k)->n, c->width, &b->x[k->state]->rng);
        for (size_t j = k->off; j < k->off + k->len; j++) {
            double gl = p->W * p->sbar[j] + lam * p->grad[j];
            p->y[j] = p->X[j] + h * (p->bbar[j] + eps * gl) + amp * p->z[j];
            if (!isfinite(p->y[j]))
                return sg_fail(err, SG_ENAN, "particle %zu: not finite after step %zu", k->state,
                               p->step + 1);
        }
    }
    sg_i_batch_scatter(b, p->y);
    return SG_OK;
}

sg_status sg_particles_step(sg_particles *p, sg_error *err)
{
    if (sg_particles_done(p))
        return sg_fail(err, SG_EINVAL, "the %zu steps are done", p->steps);
    double t = p->grid[p->step], h = p->grid[p->step + 1] - t, dlam, lam = ramp(p, t, &dlam);
    sg_i_batch_gather(&p->batch, p->X);
    sg_status st = evaluate(p, t, err);
    if (st != SG_OK)
        return st;
    averages(p);
    rewards(p);
    if (!p->g.reward)
        lam = dlam = 0;
    rates(p, lam, dlam);
    for (size_t i = 0; i < p->batch.count; i++)
        if (!isfinite(p->pop.logw[i] + h * p->rate[i]))
            return sg_fail(err, SG_ENAN, "particle %zu: its weight is not finite after step %zu", i,
                           p->step + 1);
    st = move(p, t, h, lam, err);
    if (st != SG_OK)
        return st;
    for (size_t i = 0; i < p->batch.count; i++)
        p->pop.logw[i] += h * p->rate[i];
    p->step++;
    if (p->threshold > 0 && sg_population_ess(&p->pop) < p->threshold * (double)p->batch.count)
        sg_particles_resample(p);
    return SG_OK;
}

int sg_particles_done(const sg_particles *p)
{
    return p->step >= p->steps;
}

void sg_particles_resample(sg_particles *p)
{
    const sg_i_batch *b = &p->batch;
    size_t per = b->total / b->count; /* particles are alike */
    sg_population_resample(&p->pop);
    sg_i_batch_gather(b, p->X);
    for (size_t i = 0; i < b->count; i++) {
        memcpy(p->y + i * per, p->X + p->pop.source[i] * per, per * sizeof *p->y);
        b->x[i]->pred.valid = 0; /* the prediction was another particle's */
    }
    sg_i_batch_scatter(b, p->y);
}

const sg_population *sg_particles_population(const sg_particles *p)
{
    return &p->pop;
}
