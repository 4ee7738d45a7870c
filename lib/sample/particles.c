#include <config.h>
#include <sigen/target.h>

#include <math.h>
#include <string.h>

struct sg_particles {
    sg_target g;
    const sg_system *sys;
    sg_state *const *x;
    const sg_state **ptr;
    size_t count, total, step, steps;
    const double *grid;
    double W, threshold, log_z;
    sg_rng rng;
    sg_pred **out;
    double *b[SG_MAX_FIELDS], *s[SG_MAX_FIELDS]; /* (total) */
    double *bbar, *sbar, *grad, *r, *probe;      /* grad, r: of the reward */
    double *y, *logw, *w, *div, *tmp;
    size_t *ancestor, *index, *old;
    sg_state *view;
    const sg_state **vptr;
};

#define EACH_BLOCK(p, i, k, off)                                                                   \
    for (size_t i = 0, off = 0; i < (p)->count; i++)                                               \
        for (size_t k = 0; k < (p)->sys->n; off += (p)->x[i]->slot[k].len, k++)

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
    *out = NULL;
    sg_status st = check(t, &W, err);
    if (st != SG_OK)
        return st;
    const sg_system *sys = t->f[0]->sys;
    size_t total = 0, n_vec = 2 * t->n + 6;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sys->n; k++) {
            total += x[i]->slot[k].len;
            if (x[i]->slot[k].n != x[0]->slot[k].n || x[i]->sys != sys)
                return sg_fail(err, SG_EINVAL, "particle %zu is not like the first", i);
        }
    sg_particles *p = sg_arena_alloc(arena, 1, sizeof *p);
    const sg_state **ptr = sg_arena_alloc(arena, 2 * count, sizeof *ptr);
    sg_pred **pred = sg_arena_alloc(arena, count, sizeof *pred);
    sg_state *view = sg_arena_alloc(arena, count, sizeof *view);
    double *v = sg_arena_alloc(arena, n_vec * total, sizeof *v);
    double *c = sg_arena_alloc(arena, 5 * count, sizeof *c);
    size_t *index = sg_arena_alloc(arena, 3 * count, sizeof *index);
    if (!arena->base)
        return SG_OK;
    if (!p || !ptr || !pred || !view || !v || !c || !index)
        return sg_fail(err, SG_ENOMEM, "no room for %zu particles", count);
    *p = (sg_particles){.g = *t,
                        .sys = sys,
                        .x = x,
                        .ptr = ptr,
                        .count = count,
                        .total = total,
                        .steps = steps,
                        .grid = grid,
                        .W = W,
                        .threshold = threshold,
                        .out = pred,
                        .view = view,
                        .vptr = ptr + count};
    for (size_t i = 0; i < t->n; i++) {
        p->b[i] = v;
        p->s[i] = v + total;
        v += 2 * total;
    }
    p->bbar = v;
    p->sbar = v + total;
    p->grad = v + 2 * total;
    p->y = v + 3 * total;
    p->probe = v + 4 * total;
    p->tmp = v + 5 * total;
    p->logw = c;
    p->w = c + count;
    p->div = c + 2 * count;
    p->r = c + 3 * count;
    p->ancestor = index;
    p->index = index + count;
    p->old = index + 2 * count;
    sg_rng_init(&p->rng, seed, 0, 0x7265736du); /* a stream apart from the samples' */
    for (size_t i = 0; i < count; i++) {
        ptr[i] = x[i];
        pred[i] = &x[i]->pred;
        p->vptr[i] = &view[i];
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
    memset(p->grad, 0, p->total * sizeof *p->grad);
    memset(p->r, 0, p->count * sizeof *p->r);
    if (!p->g.reward)
        return;
    size_t off = 0;
    for (size_t i = 0; i < p->count; i++) {
        double *g[SG_MAX_COMPONENTS] = {0};
        for (size_t k = 0; k < p->sys->n; k++) {
            g[k] = p->grad + off;
            off += p->x[i]->slot[k].len;
        }
        p->r[i] = p->g.reward(p->g.data, p->x[i], g);
    }
}

sg_status sg_particles_draw(sg_particles *p, sg_error *err)
{
    double d, lam = ramp(p, p->grid[0], &d);
    p->step = 0;
    p->log_z = 0;
    for (size_t i = 0; i < p->count; i++) {
        sg_state_draw(p->x[i]);
        p->ancestor[i] = i;
        for (size_t k = 0; k < p->sys->n; k++) {
            const sg_slot *s = &p->x[i]->slot[k];
            for (size_t j = 0; j < s->len; j++) {
                double mu = s->mu ? s->mu[j] : 0;
                s->x[j] = mu + (s->x[j] - mu) / sqrt(p->W);
                if (!isfinite(s->x[j]))
                    return sg_fail(err, SG_ENAN, "particle %zu starts outside the finite numbers",
                                   i);
            }
        }
    }
    rewards(p);
    for (size_t i = 0; i < p->count; i++)
        p->logw[i] = lam * p->r[i];
    return SG_OK;
}

/* The field's b (and s) at (t, states), all particles. */
static sg_status evaluate(sg_particles *p, const sg_field *f, double t, const sg_state *const *x,
                          double *b, double *s, sg_error *err)
{
    sg_status st = f->eval(f, t, x, p->count, p->out, err);
    EACH_BLOCK(p, i, k, off)
    {
        const sg_slot *a = &x[i]->slot[k];
        const sg_path *path = &p->sys->c[k].path;
        const double *v = p->out[i]->v[k];
        if (st == SG_OK)
            st = sg_convert(path, t, f->param[k], a->x, a->mu, v, NULL, SG_PARAM_B, b + off, a->len,
                            err);
        if (st == SG_OK && s)
            st = sg_convert(path, t, f->param[k], a->x, a->mu, v, NULL, SG_PARAM_S, s + off, a->len,
                            err);
    }
    return st;
}

/* div[i] += w e.J e of one field along the projected vector in p->probe */
static sg_status along(sg_particles *p, const sg_field *f, double t, double w, sg_error *err)
{
    double h = f->fd_step > 0 ? f->fd_step : 1e-5;
    EACH_BLOCK(p, i, k, off)
    {
        p->sys->c[k].space->project(p->probe + off, p->x[i]->slot[k].n, p->sys->c[k].width);
        if (k == 0)
            p->view[i] = *p->x[i];
        p->view[i].slot[k].x = p->y + off;
    }
    for (int sign = 1; sign >= -1; sign -= 2) {
        EACH_BLOCK(p, i, k, off)
        for (size_t j = 0; j < p->x[i]->slot[k].len; j++)
            p->y[off + j] = p->x[i]->slot[k].x[j] + sign * h * p->probe[off + j];
        sg_status st = evaluate(p, f, t, p->vptr, p->tmp, NULL, err);
        if (st != SG_OK)
            return st;
        EACH_BLOCK(p, i, k, off)
        for (size_t j = off; j < off + p->x[i]->slot[k].len; j++)
            p->div[i] += w * sign * p->probe[j] * p->tmp[j] / (2 * h);
    }
    return SG_OK;
}

static sg_status numeric_div(sg_particles *p, const sg_field *f, double t, double w, sg_error *err)
{
    size_t n = p->g.probes;
    sg_status st = SG_OK;
    if (n == 0) /* every axis of the longest state */
        for (size_t i = 0; i < p->count; i++) {
            size_t len = 0;
            for (size_t k = 0; k < p->sys->n; k++)
                len += p->x[i]->slot[k].len;
            n = len > n ? len : n;
        }
    for (size_t a = 0; st == SG_OK && a < n; a++) {
        size_t at = 0;
        EACH_BLOCK(p, i, k, off)
        {
            at = k == 0 ? 0 : at;
            for (size_t j = 0; j < p->x[i]->slot[k].len; j++, at++)
                p->probe[off + j] =
                    p->g.probes ? (sg_rng_u32(&p->x[i]->rng) & 1 ? 1 : -1) : at == a;
        }
        st = along(p, f, t, p->g.probes ? w / (double)n : w, err);
    }
    return st;
}

/* div bbar into p->div; only needed when W != 1 */
static sg_status divergence(sg_particles *p, double t, sg_error *err)
{
    memset(p->div, 0, p->count * sizeof *p->div);
    for (size_t m = 0; m < p->g.n; m++) {
        const sg_field *f = p->g.f[m];
        double w = p->g.w[m] / p->W;
        sg_status st;
        if (p->g.probes == 0 && f->div) {
            st = f->div(f, t, p->ptr, p->count, p->w, err);
            for (size_t i = 0; st == SG_OK && i < p->count; i++)
                p->div[i] += w * p->w[i];
        } else {
            st = numeric_div(p, f, t, w, err);
        }
        if (st != SG_OK)
            return st;
    }
    return SG_OK;
}

static void averages(sg_particles *p)
{
    for (size_t j = 0; j < p->total; j++) {
        p->bbar[j] = p->sbar[j] = 0;
        for (size_t m = 0; m < p->g.n; m++) {
            p->bbar[j] += p->g.w[m] * p->b[m][j] / p->W;
            p->sbar[j] += p->g.w[m] * p->s[m][j] / p->W;
        }
    }
}

/* Rate of every log-weight into p->w */
static void rates(sg_particles *p, double lam, double dlam)
{
    for (size_t i = 0; i < p->count; i++)
        p->w[i] = (p->W == 1 ? 0 : (1 - p->W) * p->div[i]) + dlam * p->r[i];
    EACH_BLOCK(p, i, k, off)
    for (size_t j = off; j < off + p->x[i]->slot[k].len; j++) {
        p->w[i] += lam * p->grad[j] * p->bbar[j];
        for (size_t m = 0; m < p->g.n; m++)
            p->w[i] -= p->g.w[m] * (p->b[m][j] - p->bbar[j]) * (p->s[m][j] - p->sbar[j]);
    }
}

static sg_status move(sg_particles *p, double t, double h, double lam, sg_error *err)
{
    EACH_BLOCK(p, i, k, off)
    {
        const sg_component *c = &p->sys->c[k];
        const sg_slot *s = &p->x[i]->slot[k];
        double eps = sg_eps_at(&c->eps, &c->path, t), amp = sqrt(2 * eps * h), *z = p->probe + off;
        c->space->draw(z, s->n, c->width, &p->x[i]->rng);
        for (size_t j = 0; j < s->len; j++) {
            double gl = p->W * p->sbar[off + j] + lam * p->grad[off + j];
            p->y[off + j] = s->x[j] + h * (p->bbar[off + j] + eps * gl) + amp * z[j];
            if (!isfinite(p->y[off + j]))
                return sg_fail(err, SG_ENAN, "particle %zu: not finite after step %zu", i,
                               p->step + 1);
        }
        c->space->project(p->y + off, s->n, c->width);
    }
    EACH_BLOCK(p, i, k, off)
    {
        const sg_slot *s = &p->x[i]->slot[k];
        for (size_t j = 0; j < s->len; j++)
            if (!(s->frozen && s->frozen[j]))
                s->x[j] = p->y[off + j];
    }
    return SG_OK;
}

sg_status sg_particles_step(sg_particles *p, sg_error *err)
{
    if (sg_particles_done(p))
        return sg_fail(err, SG_EINVAL, "the %zu steps are done", p->steps);
    double t = p->grid[p->step], h = p->grid[p->step + 1] - t, dlam, lam = ramp(p, t, &dlam);
    sg_status st = SG_OK;
    for (size_t m = 0; st == SG_OK && m < p->g.n; m++)
        st = evaluate(p, p->g.f[m], t, p->ptr, p->b[m], p->s[m], err);
    if (st == SG_OK && p->W != 1)
        st = divergence(p, t, err);
    if (st != SG_OK)
        return st;
    averages(p);
    rewards(p);
    if (!p->g.reward)
        lam = dlam = 0;
    rates(p, lam, dlam);
    st = move(p, t, h, lam, err);
    if (st != SG_OK)
        return st;
    for (size_t i = 0; i < p->count; i++)
        p->logw[i] += h * p->w[i];
    p->step++;
    if (p->threshold > 0 && sg_particles_ess(p) < p->threshold * (double)p->count)
        sg_particles_resample(p);
    return SG_OK;
}

int sg_particles_done(const sg_particles *p)
{
    return p->step >= p->steps;
}

static double log_mean(const double *logw, size_t n)
{
    double top = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, logw[i]);
    for (size_t i = 0; i < n; i++)
        sum += exp(logw[i] - top);
    return top + log(sum / (double)n);
}

void sg_particles_resample(sg_particles *p)
{
    p->log_z += log_mean(p->logw, p->count);
    sg_particles_weights(p, p->w);
    sg_resample_systematic(p->w, p->count, sg_rng_uniform(&p->rng), p->index);
    memcpy(p->old, p->ancestor, p->count * sizeof *p->old);
    EACH_BLOCK(p, i, k, off)
    memcpy(p->y + off, p->x[i]->slot[k].x, p->x[i]->slot[k].len * sizeof *p->y);
    size_t per = p->total / p->count; /* particles are alike */
    for (size_t i = 0; i < p->count; i++) {
        p->ancestor[i] = p->old[p->index[i]];
        const double *from = p->y + p->index[i] * per;
        for (size_t k = 0; k < p->sys->n; k++) {
            memcpy(p->x[i]->slot[k].x, from, p->x[i]->slot[k].len * sizeof *from);
            from += p->x[i]->slot[k].len;
        }
        p->logw[i] = 0;
        p->x[i]->pred.valid = 0; /* the prediction was another particle's */
    }
}

const double *sg_particles_logw(const sg_particles *p)
{
    return p->logw;
}

const size_t *sg_particles_ancestors(const sg_particles *p)
{
    return p->ancestor;
}

void sg_particles_weights(const sg_particles *p, double *w)
{
    double top = -INFINITY, sum = 0;
    for (size_t i = 0; i < p->count; i++)
        top = fmax(top, p->logw[i]);
    for (size_t i = 0; i < p->count; i++)
        sum += w[i] = exp(p->logw[i] - top);
    for (size_t i = 0; i < p->count; i++)
        w[i] /= sum;
}

double sg_ess(const double *logw, size_t n)
{
    double top = -INFINITY, s1 = 0, s2 = 0;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, logw[i]);
    for (size_t i = 0; i < n; i++) {
        double w = exp(logw[i] - top);
        s1 += w;
        s2 += w * w;
    }
    return s1 * s1 / s2;
}

double sg_particles_ess(const sg_particles *p)
{
    return sg_ess(p->logw, p->count);
}

double sg_particles_log_normaliser(const sg_particles *p)
{
    return p->log_z + log_mean(p->logw, p->count);
}

void sg_resample_systematic(const double *w, size_t n, double u, size_t *index)
{
    double sum = 0, cum = w[0];
    for (size_t i = 0; i < n; i++)
        sum += w[i];
    for (size_t i = 0, k = 0; i < n; i++) {
        double at = ((double)i + u) / (double)n * sum;
        while (at >= cum && k + 1 < n)
            cum += w[++k];
        index[i] = k;
    }
}
