#include <config.h>
#include <sigen/flow.h>

#include "batch.h"

#include <math.h>
#include <string.h>

/* X moves; k, sum: slopes; stage: where the slope is taken. */
typedef struct work {
    sg_i_batch b;
    double *X, *k, *sum, *stage; /* (total) */
    double *div, *acc;           /* (count) */
} work;

static sg_status work_init(work *w, const sg_field *f, sg_state *const *x, size_t count,
                           sg_arena *a, sg_error *err)
{
    sg_status st = sg_i_batch_init(&w->b, f->sys, x, count, a, err);
    size_t n = w->b.total;
    double *v = sg_arena_alloc(a, 4 * n, sizeof *v), *c = sg_arena_alloc(a, 2 * count, sizeof *c);
    if (st == SG_OK && a->base && (!v || !c))
        st = sg_fail(err, SG_ENOMEM, "no room for a flow over %zu values", n);
    if (st != SG_OK || !a->base)
        return st;
    w->X = v;
    w->k = v + n;
    w->sum = v + 2 * n;
    w->stage = v + 3 * n;
    w->div = c;
    w->acc = c + count;
    memset(w->acc, 0, count * sizeof *w->acc);
    sg_i_batch_gather(&w->b, w->X);
    return SG_OK;
}

static sg_status still_finite(const work *w, const char *what, sg_error *err)
{
    for (size_t j = 0; j < w->b.total; j++)
        if (!isfinite(w->X[j]))
            return sg_fail(err, SG_ENAN, "the %s left the finite numbers", what);
    return SG_OK;
}

static sg_status velocity(work *w, const sg_field *f, double t, sg_param want, sg_error *err)
{
    sg_status st = sg_i_batch_eval(&w->b, f, t, w->stage, err);
    return st == SG_OK ? sg_i_batch_get(&w->b, f, t, w->stage, want, w->k, err) : st;
}

static sg_status check(const sg_flow_opts *o, sg_error *err)
{
    if (!o->grid || !(o->t_max > 0 && o->t_max <= 1))
        return sg_fail(err, SG_EINVAL, "a flow needs a grid, and t_max in (0, 1], not %g",
                       o->t_max);
    return SG_OK;
}

/* One step of classical Runge-Kutta for X and the integral of div b. */
static sg_status rk4(work *w, const sg_field *f, const sg_flow_opts *o, double t, double t2,
                     int with_div, sg_error *err)
{
    static const double node[4] = {0, 0.5, 0.5, 1}, weight[4] = {1, 2, 2, 1};
    size_t n = w->b.total;
    double h = t2 - t;
    memset(w->sum, 0, n * sizeof *w->sum);
    for (int s = 0; s < 4; s++) {
        double at = node[s] == 1 ? t2 : t + node[s] * h;
        at = at > o->t_max ? o->t_max : at;
        for (size_t j = 0; j < n; j++)
            w->stage[j] = w->X[j] + (s ? node[s] * h * w->k[j] : 0);
        sg_status st = velocity(w, f, at, SG_PARAM_B, err);
        if (st == SG_OK && with_div)
            st = sg_i_batch_div(&w->b, f, at, w->stage, o->probes, w->div, err);
        if (st != SG_OK)
            return st;
        for (size_t j = 0; j < n; j++)
            w->sum[j] += weight[s] * w->k[j];
        for (size_t i = 0; with_div && i < w->b.count; i++)
            w->acc[i] += h / 6 * weight[s] * w->div[i];
    }
    for (size_t j = 0; j < n; j++)
        w->X[j] += h / 6 * w->sum[j];
    return SG_OK;
}

sg_status sg_flow(const sg_field *f, sg_state *const *x, size_t count, const sg_flow_opts *o,
                  double *logdet, sg_arena *arena, sg_error *err)
{
    work w;
    size_t mark = sg_arena_mark(arena);
    sg_status st = check(o, err);
    if (st == SG_OK)
        st = work_init(&w, f, x, count, arena, err);
    if (st != SG_OK || !arena->base)
        goto done;
    for (size_t s = 0; st == SG_OK && s < o->steps; s++)
        st = rk4(&w, f, o, o->grid[s], o->grid[s + 1], logdet != NULL, err);
    if (st == SG_OK)
        st = still_finite(&w, "flow", err);
    if (st != SG_OK)
        goto done;
    sg_i_batch_scatter(&w.b, w.X);
    if (logdet)
        memcpy(logdet, w.acc, count * sizeof *logdet);
done:
    sg_arena_rewind(arena, mark);
    return st;
}

/* log rho_0 of the free values of a slot, given the frozen ones; y: 2 len values of room */
static sg_status base_logp(const sg_component *c, const sg_slot *s, double alpha, double *y,
                           double *logp, sg_error *err)
{
    size_t n = 0;
    for (size_t j = 0; j < s->len; j++)
        if (!(s->frozen && s->frozen[j]))
            y[n++] = s->x[j] - (s->mu ? s->mu[j] : 0);
    if (n == s->len)
        *logp += sg_base_logp(c->space, c->map, y, alpha, s->n, c->width, y + n);
    else if (c->map || c->space->dof(s->n, c->width) != s->len)
        return sg_fail(err, SG_ENOTSUP,
                       "component %s: its base does not tell free values from frozen ones",
                       c->name ? c->name : "?");
    else /* white: independent of what is frozen */
        *logp += sg_base_logp(&sg_space_real, NULL, y, alpha, n, 1, y + n);
    return SG_OK;
}

sg_status sg_loglik(const sg_field *f, sg_state *const *x, size_t count, const sg_flow_opts *o,
                    double *logp, sg_arena *arena, sg_error *err)
{
    size_t mark = sg_arena_mark(arena), most = 0;
    for (size_t k = 0; k < f->sys->n; k++)
        if (!f->sys->c[k].space->categorical && !sg_path_one_sided(&f->sys->c[k].path))
            return sg_fail(err, SG_ENOTSUP, "component %zu: a two-sided base has no known density",
                           k);
    if (!o->grid || o->steps < 1 || !(o->grid[o->steps] < o->grid[0]))
        return sg_fail(err, SG_EINVAL, "the likelihood's grid must fall");
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < f->sys->n; k++)
            most = x[i]->slot[k].len > most ? x[i]->slot[k].len : most;
    double *y = sg_arena_alloc(arena, 3 * most + 1, sizeof *y);
    double *logdet = sg_arena_alloc(arena, count, sizeof *logdet);
    sg_status st = SG_OK;
    if (arena->base && (!y || !logdet))
        st = sg_fail(err, SG_ENOMEM, "no room for a likelihood of %zu states", count);
    if (st == SG_OK) /* a falling grid integrates div b dt with the opposite sign */
        st = sg_flow(f, x, count, o, logdet, arena, err);
    for (size_t i = 0; st == SG_OK && arena->base && i < count; i++) {
        logp[i] = logdet[i];
        for (size_t k = 0; st == SG_OK && k < f->sys->n; k++) {
            const sg_component *c = &f->sys->c[k];
            sg_coeff at;
            if (!x[i]->slot[k].x)
                continue;
            sg_path_coeff(&c->path, o->grid[o->steps], &at);
            st = base_logp(c, &x[i]->slot[k], at.alpha, y, &logp[i], err);
        }
    }
    sg_arena_rewind(arena, mark);
    return st;
}

sg_status sg_renoise(sg_state *s, double t, double t2, sg_arena *arena, sg_error *err)
{
    if (!(t2 >= 0 && t2 <= t && t <= 1))
        return sg_fail(err, SG_EDOM, "renoising goes back in time, not from %g to %g", t, t2);
    for (size_t k = 0; k < s->sys->n; k++) {
        const sg_component *c = &s->sys->c[k];
        if (!c->space->categorical && (!sg_path_one_sided(&c->path) || !c->space->flat))
            return sg_fail(err, SG_ENOTSUP, "component %zu: renoising needs a one-sided path", k);
    }
    size_t mark = sg_arena_mark(arena);
    sg_status st = SG_OK;
    for (size_t k = 0; st == SG_OK && k < s->sys->n; k++) {
        const sg_component *c = &s->sys->c[k];
        const sg_slot *a = &s->slot[k];
        sg_coeff p, q;
        sg_path_coeff(&c->path, t, &p);
        sg_path_coeff(&c->path, t2, &q);
        if (a->tok) {
            double hide = p.beta > 0 ? 1 - q.beta / p.beta : 0;
            for (size_t i = 0; arena->base && i < a->len; i++) {
                double u = sg_rng_uniform(&s->rng);
                if (u < hide && !(a->frozen && a->frozen[i]))
                    a->tok[i] = (int)c->width;
            }
            continue;
        }
        double *z = sg_arena_alloc(arena, a->len, sizeof *z);
        if (arena->base && !z)
            st = sg_fail(err, SG_ENOMEM, "no room to renoise %zu values", a->len);
        if (st != SG_OK || !arena->base)
            continue;
        double f = p.beta > 0 ? q.beta / p.beta : 1;
        double sd = sqrt(fmax(q.alpha * q.alpha - f * p.alpha * f * p.alpha, 0));
        sg_base_draw(c->space, c->map, z, a->n, c->width, &s->rng);
        for (size_t i = 0; i < a->len; i++) {
            double mu = a->mu ? a->mu[i] : 0;
            if (!(a->frozen && a->frozen[i]))
                a->x[i] = mu + f * (a->x[i] - mu) + sd * z[i];
        }
    }
    if (arena->base)
        s->pred.valid = 0;
    sg_arena_rewind(arena, mark);
    return st;
}

sg_status sg_langevin(const sg_field *f, sg_state *const *x, size_t count, double t, size_t n,
                      double step, sg_arena *arena, sg_error *err)
{
    work w;
    size_t mark = sg_arena_mark(arena);
    sg_status st = step >= 0 ? SG_OK : sg_fail(err, SG_EDOM, "a Langevin step of %g", step);
    if (st == SG_OK)
        st = work_init(&w, f, x, count, arena, err);
    double amp = sqrt(2 * step);
    if (st != SG_OK || !arena->base)
        goto done;
    for (size_t m = 0; st == SG_OK && m < n; m++) {
        sg_i_batch_gather(&w.b, w.stage);
        st = velocity(&w, f, t, SG_PARAM_S, err);
        for (size_t q = 0; st == SG_OK && q < w.b.n_blk; q++) {
            const sg_i_block *k = &w.b.blk[q];
            const sg_component *c = &f->sys->c[k->comp];
            sg_base_draw(c->space, c->map, w.X + k->off, x[k->state]->slot[k->comp].n, c->width,
                         &x[k->state]->rng);
        }
        for (size_t j = 0; st == SG_OK && j < w.b.total; j++)
            w.X[j] = w.stage[j] + step * w.k[j] + amp * w.X[j];
        if (st == SG_OK)
            st = still_finite(&w, "Langevin step", err);
        if (st == SG_OK)
            sg_i_batch_scatter(&w.b, w.X);
    }
done:
    sg_arena_rewind(arena, mark);
    return st;
}

void sg_clip(sg_state *s, double t, double width)
{
    for (size_t k = 0; k < s->sys->n; k++) {
        const sg_slot *a = &s->slot[k];
        sg_coeff c;
        sg_path_coeff(&s->sys->c[k].path, t, &c);
        double limit = c.beta + width * sqrt(fmax(1 - c.beta * c.beta, 0));
        for (size_t i = 0; a->x && i < a->len; i++) {
            double mu = a->mu ? a->mu[i] : 0, d = a->x[i] - mu;
            if (!(a->frozen && a->frozen[i]))
                a->x[i] = mu + fmin(fmax(d, -limit), limit);
        }
    }
}
