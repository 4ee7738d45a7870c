#include <config.h>
#include <sigen/flow.h>

#include <math.h>
#include <string.h>

/* Work memory: all continuous values end to end, `views` of the states into it. */
typedef struct work {
    const sg_field *f;
    sg_state *const *x;
    size_t count, total;
    sg_state *view;
    const sg_state **ptr;
    sg_pred **out;
    double *X, *Y, *k, *sum, *probe; /* (total) */
    double *div, *acc, *tmp;         /* (count) */
    const sg_flow_opts *o;
} work;

static sg_status work_init(work *w, const sg_field *f, sg_state *const *x, size_t count,
                           sg_arena *a, sg_error *err)
{
    *w = (work){.f = f, .x = x, .count = count};
    for (size_t k = 0; k < f->sys->n; k++)
        if (!f->sys->c[k].space->categorical && !f->sys->c[k].space->flat)
            return sg_fail(err, SG_ENOTSUP, "component %zu: the flow needs a flat space", k);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < f->sys->n; k++)
            w->total += x[i]->slot[k].x ? x[i]->slot[k].len : 0;
    w->view = sg_arena_alloc(a, count, sizeof *w->view);
    w->ptr = sg_arena_alloc(a, count, sizeof *w->ptr);
    w->out = sg_arena_alloc(a, count, sizeof *w->out);
    double *v = sg_arena_alloc(a, 5 * w->total, sizeof *v),
           *c = sg_arena_alloc(a, 3 * count, sizeof *c);
    if (!a->base)
        return SG_OK;
    if (!w->view || !w->ptr || !w->out || !v || !c)
        return sg_fail(err, SG_ENOMEM, "no room for a flow over %zu values", w->total);
    w->X = v;
    w->Y = v + w->total;
    w->k = v + 2 * w->total;
    w->sum = v + 3 * w->total;
    w->probe = v + 4 * w->total;
    w->div = c;
    w->acc = c + count;
    w->tmp = c + 2 * count;
    for (size_t i = 0; i < count; i++) {
        w->ptr[i] = &w->view[i];
        w->out[i] = &x[i]->pred;
    }
    return SG_OK;
}

/* Calls body(state, slot, component, offset) for every continuous block. */
#define EACH_BLOCK(w, i, k, off)                                                                   \
    for (size_t i = 0, off = 0; i < (w)->count; i++)                                               \
        for (size_t k = 0; k < (w)->f->sys->n;                                                     \
             off += (w)->x[i]->slot[k].x ? (w)->x[i]->slot[k].len : 0, k++)                        \
            if ((w)->x[i]->slot[k].x)

static void gather(work *w, double *X)
{
    EACH_BLOCK(w, i, k, off)
    memcpy(X + off, w->x[i]->slot[k].x, w->x[i]->slot[k].len * sizeof *X);
}

/* b at (t, X) into k */
static sg_status velocity(work *w, double t, double *X, double *b, sg_param want, sg_error *err)
{
    for (size_t i = 0; i < w->count; i++)
        w->view[i] = *w->x[i];
    EACH_BLOCK(w, i, k, off)
    w->view[i].slot[k].x = X + off;
    sg_status st = w->f->eval(w->f, t, w->ptr, w->count, w->out, err);
    if (st != SG_OK)
        return st;
    EACH_BLOCK(w, i, k, off)
    {
        const sg_slot *s = &w->view[i].slot[k];
        const double *in = w->out[i]->v[k];
        const sg_param *have = w->f->param[k];
        st = sg_convert(&w->f->sys->c[k].path, t, have, s->x, s->mu, in,
                        have[1] ? in + s->len : NULL, want, b + off, s->len, err);
        if (st != SG_OK)
            return st;
        for (size_t j = 0; s->frozen && j < s->len; j++) /* held values are conditions */
            b[off + j] = s->frozen[j] ? 0 : b[off + j];
    }
    return SG_OK;
}

static double fd_step(const work *w)
{
    return w->f->fd_step > 0 ? w->f->fd_step : 1e-5;
}

/* acc[i] += e.J e by central differences along the vector in w->probe; k, Y are overwritten. */
static sg_status along(work *w, double t, const double *X, double *k2, double *acc, double scale,
                       sg_error *err)
{
    double h = fd_step(w);
    EACH_BLOCK(w, i, k, off)
    w->f->sys->c[k].space->project(w->probe + off, w->x[i]->slot[k].n, w->f->sys->c[k].width);
    for (int sign = 1; sign >= -1; sign -= 2) {
        for (size_t j = 0; j < w->total; j++)
            w->Y[j] = X[j] + sign * h * w->probe[j];
        sg_status st = velocity(w, t, w->Y, k2, SG_PARAM_B, err);
        if (st != SG_OK)
            return st;
        EACH_BLOCK(w, i, k, off)
        for (size_t j = off; j < off + w->x[i]->slot[k].len; j++)
            acc[i] += scale * sign * w->probe[j] * k2[j] / (2 * h);
    }
    return SG_OK;
}

/* Longest state: axes are walked in all states at once. */
static size_t longest(const work *w)
{
    size_t most = 0;
    for (size_t i = 0; i < w->count; i++) {
        size_t n = 0;
        for (size_t k = 0; k < w->f->sys->n; k++)
            n += w->x[i]->slot[k].x ? w->x[i]->slot[k].len : 0;
        most = n > most ? n : most;
    }
    return most;
}

static void axis(work *w, size_t a)
{
    memset(w->probe, 0, w->total * sizeof *w->probe);
    size_t at = 0, state = SIZE_MAX;
    EACH_BLOCK(w, i, k, off)
    {
        if (state != i)
            at = 0;
        state = i;
        size_t len = w->x[i]->slot[k].len;
        if (a >= at && a < at + len)
            w->probe[off + a - at] = 1;
        at += len;
    }
}

static sg_status divergence(work *w, double t, double *X, double *k2, double *div, sg_error *err)
{
    sg_status st = SG_OK;
    memset(div, 0, w->count * sizeof *div);
    int held = 0;
    for (size_t i = 0; i < w->count; i++)
        for (size_t k = 0; k < w->f->sys->n; k++)
            held |= w->x[i]->slot[k].x && w->x[i]->slot[k].frozen;
    if (w->o->probes == 0 && w->f->div && !held) {
        for (size_t i = 0; i < w->count; i++)
            w->view[i] = *w->x[i];
        EACH_BLOCK(w, i, k, off)
        w->view[i].slot[k].x = X + off;
        return w->f->div(w->f, t, w->ptr, w->count, div, err);
    }
    if (w->o->probes == 0) {
        size_t n = longest(w);
        for (size_t a = 0; st == SG_OK && a < n; a++) {
            axis(w, a);
            st = along(w, t, X, k2, div, 1, err);
        }
        return st;
    }
    for (size_t p = 0; st == SG_OK && p < w->o->probes; p++) {
        EACH_BLOCK(w, i, k, off)
        for (size_t j = off; j < off + w->x[i]->slot[k].len; j++)
            w->probe[j] = sg_rng_u32(&w->x[i]->rng) & 1 ? 1 : -1;
        st = along(w, t, X, k2, div, 1.0 / (double)w->o->probes, err);
    }
    return st;
}

/* One step of classical Runge-Kutta for (X, acc); r4 weights 1 2 2 1. `stage` holds the stage's
 * state. */
static sg_status rk4(work *w, double t, double t2, double *stage, double *k2, int with_div,
                     sg_error *err)
{
    static const double node[4] = {0, 0.5, 0.5, 1}, weight[4] = {1, 2, 2, 1};
    double h = t2 - t;
    memset(w->sum, 0, w->total * sizeof *w->sum);
    memcpy(w->tmp, w->acc, w->count * sizeof *w->tmp);
    for (int s = 0; s < 4; s++) {
        double at = node[s] == 1 ? t2 : t + node[s] * h;
        at = at > w->o->t_max ? w->o->t_max : at;
        for (size_t j = 0; j < w->total; j++)
            stage[j] = w->X[j] + (s ? node[s] * h * w->k[j] : 0);
        sg_status st = velocity(w, at, stage, w->k, SG_PARAM_B, err);
        if (st == SG_OK && with_div)
            st = divergence(w, at, stage, k2, w->div, err);
        if (st != SG_OK)
            return st;
        for (size_t j = 0; j < w->total; j++)
            w->sum[j] += weight[s] * w->k[j];
        for (size_t i = 0; with_div && i < w->count; i++)
            w->tmp[i] += h / 6 * weight[s] * w->div[i];
    }
    for (size_t j = 0; j < w->total; j++)
        w->X[j] += h / 6 * w->sum[j];
    memcpy(w->acc, w->tmp, w->count * sizeof *w->acc);
    return SG_OK;
}

sg_status sg_flow(const sg_field *f, sg_state *const *x, size_t count, const sg_flow_opts *o,
                  double *logdet, sg_arena *arena, sg_error *err)
{
    work w;
    size_t mark = sg_arena_mark(arena);
    sg_status st = work_init(&w, f, x, count, arena, err);
    double *stage = sg_arena_alloc(arena, w.total, sizeof *stage);
    double *k2 = sg_arena_alloc(arena, w.total, sizeof *k2);
    if (st != SG_OK || !arena->base)
        goto done;
    if (!stage || !k2) {
        st = sg_fail(err, SG_ENOMEM, "no room for a flow over %zu values", w.total);
        goto done;
    }
    w.o = o;
    gather(&w, w.X);
    memset(w.acc, 0, count * sizeof *w.acc);
    for (size_t s = 0; st == SG_OK && s < o->steps; s++)
        st = rk4(&w, o->grid[s], o->grid[s + 1], stage, k2, logdet != NULL, err);
    for (size_t j = 0; st == SG_OK && j < w.total; j++)
        if (!isfinite(w.X[j]))
            st = sg_fail(err, SG_ENAN, "the flow left the finite numbers");
    if (st != SG_OK)
        goto done;
    EACH_BLOCK(&w, i, k, off)
    {
        sg_slot *s = &x[i]->slot[k];
        f->sys->c[k].space->project(w.X + off, s->n, f->sys->c[k].width);
        for (size_t j = 0; j < s->len; j++)
            if (!s->frozen || !s->frozen[j])
                s->x[j] = w.X[off + j];
    }
    if (logdet)
        memcpy(logdet, w.acc, count * sizeof *logdet);
done:
    sg_arena_rewind(arena, mark);
    return st;
}

sg_status sg_loglik(const sg_field *f, sg_state *const *x, size_t count, const sg_flow_opts *o,
                    double *logp, sg_arena *arena, sg_error *err)
{
    size_t mark = sg_arena_mark(arena), most = 0;
    for (size_t k = 0; k < f->sys->n; k++)
        if (!f->sys->c[k].space->categorical && !sg_path_one_sided(&f->sys->c[k].path))
            return sg_fail(err, SG_ENOTSUP, "component %zu: a two-sided base has no known density",
                           k);
    if (o->steps < 1 || !(o->grid[o->steps] < o->grid[0]))
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
        for (size_t k = 0; k < f->sys->n; k++) {
            const sg_component *c = &f->sys->c[k];
            const sg_slot *s = &x[i]->slot[k];
            sg_coeff at;
            if (!s->x)
                continue;
            sg_path_coeff(&c->path, o->grid[o->steps], &at);
            for (size_t j = 0; j < s->len; j++)
                y[j] = s->x[j] - (s->mu ? s->mu[j] : 0);
            logp[i] += sg_base_logp(c->space, c->map, y, at.alpha, s->n, c->width, y + s->len);
        }
    }
    sg_arena_rewind(arena, mark);
    return st;
}

sg_status sg_renoise(sg_state *s, double t, double t2, sg_arena *arena, sg_error *err)
{
    if (!(t2 >= 0 && t2 <= t && t <= 1))
        return sg_fail(err, SG_EDOM, "renoising goes back in time, not from %g to %g", t, t2);
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
        if (!sg_path_one_sided(&c->path) || !c->space->flat)
            st = sg_fail(err, SG_ENOTSUP, "component %zu: renoising needs a one-sided path", k);
        else if (arena->base && !z)
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
    s->pred.valid = 0;
    sg_arena_rewind(arena, mark);
    return st;
}

sg_status sg_langevin(const sg_field *f, sg_state *const *x, size_t count, double t, size_t n,
                      double step, sg_arena *arena, sg_error *err)
{
    work w;
    size_t mark = sg_arena_mark(arena);
    sg_status st = work_init(&w, f, x, count, arena, err);
    double amp = sqrt(2 * step);
    if (st != SG_OK || !arena->base)
        goto done;
    for (size_t m = 0; st == SG_OK && m < n; m++) {
        gather(&w, w.X);
        st = velocity(&w, t, w.X, w.k, SG_PARAM_S, err);
        if (st != SG_OK)
            break;
        EACH_BLOCK(&w, i, k, off)
        {
            const sg_component *c = &f->sys->c[k];
            sg_slot *s = &x[i]->slot[k];
            double *z = w.probe + off;
            sg_base_draw(c->space, c->map, z, s->n, c->width, &x[i]->rng);
            for (size_t j = 0; j < s->len; j++)
                z[j] = s->x[j] + step * w.k[off + j] + amp * z[j];
            c->space->project(z, s->n, c->width);
            for (size_t j = 0; j < s->len; j++)
                if (!(s->frozen && s->frozen[j]))
                    s->x[j] = z[j];
        }
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
