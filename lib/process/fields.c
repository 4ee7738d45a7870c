#include <config.h>
#include <sigen/field.h>

#include <math.h>
#include <string.h>

static size_t pred_len(const sg_state *s, size_t k)
{
    const sg_component *c = &s->sys->c[k];
    if (c->space->categorical)
        return s->slot[k].len * c->width;
    return s->slot[k].len * sg_component_params(c);
}

static int curved(const sg_component *c)
{
    return !c->space->categorical && !c->space->flat;
}

size_t sg_pred_values(const sg_state *s)
{
    size_t n = 0;
    for (size_t k = 0; k < s->sys->n; k++)
        n += pred_len(s, k);
    return n;
}

static sg_status too_many(size_t count, size_t values, size_t max_count, size_t max_values,
                          sg_error *err)
{
    if (count <= max_count && values <= max_values)
        return SG_OK;
    return sg_fail(err, SG_ELIMIT,
                   "a batch of %zu states (%zu values) exceeds the field's %zu (%zu)", count,
                   values, max_count, max_values);
}

/* --- combination --- */

static void normalise_rows(double *p, size_t rows, size_t classes)
{
    for (size_t i = 0; i < rows; i++, p += classes) {
        double top = -INFINITY, sum = 0;
        for (size_t c = 0; c < classes; c++)
            top = fmax(top, p[c]);
        for (size_t c = 0; c < classes; c++)
            sum += p[c] = exp(p[c] - top);
        for (size_t c = 0; c < classes; c++)
            p[c] /= sum;
    }
}

/* acc (+)= w value, in logarithms for probabilities */
static void add_part(double *acc, const double *v, size_t n, double w, int first, int logs)
{
    for (size_t i = 0; i < n; i++) {
        double term = w * (logs ? log(fmax(v[i], 1e-300)) : v[i]);
        acc[i] = first ? term : acc[i] + term;
    }
}

static sg_status combo_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                            sg_pred *const *out, sg_error *err)
{
    sg_combo *c = f->work;
    const sg_system *sys = f->sys;
    size_t values = 0;
    for (size_t i = 0; i < count; i++)
        values += sg_pred_values(x[i]);
    sg_status st = too_many(count, values, c->max_count, c->max_values, err);
    if (st != SG_OK)
        return st;
    double *p = c->mem, *acc = c->mem + c->max_values, *prev = acc + c->max_values;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sys->n; k++) {
            size_t n = pred_len(x[i], k);
            c->ptr[i]->v[k] = p;
            memcpy(prev + (p - c->mem), out[i]->v[k], n * sizeof *p);
            p += n;
        }
    for (size_t m = 0; m < c->n; m++) {
        memcpy(c->mem, prev, values * sizeof *p);
        for (size_t i = 0; i < count; i++)
            c->ptr[i]->valid = out[i]->valid;
        st = c->f[m]->eval(c->f[m], t, x, count, c->ptr, err);
        if (st != SG_OK)
            return st;
        for (size_t i = 0; i < count; i++)
            for (size_t k = 0; k < sys->n; k++)
                add_part(acc + (c->ptr[i]->v[k] - c->mem), c->ptr[i]->v[k], pred_len(x[i], k),
                         c->w[m], m == 0, sys->c[k].space->categorical);
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < sys->n; k++) {
            double *a = acc + (c->ptr[i]->v[k] - c->mem);
            if (sys->c[k].space->categorical)
                normalise_rows(a, x[i]->slot[k].len, sys->c[k].width);
            memcpy(out[i]->v[k], a, pred_len(x[i], k) * sizeof *a);
        }
        out[i]->valid = 1;
    }
    return SG_OK;
}

sg_status sg_combo_init(sg_combo *c, sg_field *out, const sg_field *const *f, const double *w,
                        size_t n, size_t max_count, size_t max_values, sg_arena *arena,
                        sg_error *err)
{
    if (n < 1 || n > SG_MAX_FIELDS)
        return sg_fail(err, SG_EINVAL, "a combination takes 1 to %d fields, not %zu", SG_MAX_FIELDS,
                       n);
    for (size_t i = 1; i < n; i++)
        if (f[i]->sys != f[0]->sys || memcmp(f[i]->param, f[0]->param, sizeof f[0]->param) != 0)
            return sg_fail(err, SG_EINVAL,
                           "field %zu differs from the first in system or parameters", i);
    for (size_t k = 0; k < f[0]->sys->n; k++)
        if (curved(&f[0]->sys->c[k]) && f[0]->param[k][0] == SG_PARAM_D1)
            return sg_fail(err, SG_ENOTSUP,
                           "component %zu: points of space %s cannot be added; b and s can", k,
                           f[0]->sys->c[k].space->name);
    *c = (sg_combo){.n = n, .max_count = max_count, .max_values = max_values};
    memcpy(c->f, f, n * sizeof *f);
    memcpy(c->w, w, n * sizeof *w);
    c->mem = sg_arena_alloc(arena, 3 * max_values, sizeof *c->mem);
    c->pred = sg_arena_alloc(arena, max_count, sizeof *c->pred);
    c->ptr = sg_arena_alloc(arena, max_count, sizeof *c->ptr);
    *out = (sg_field){.name = "combination", .sys = f[0]->sys, .eval = combo_eval, .work = c};
    memcpy(out->param, f[0]->param, sizeof out->param);
    for (size_t i = 0; i < n; i++) /* what the coarsest needs */
        out->fd_step = fmax(out->fd_step, f[i]->fd_step);
    if (!arena->base)
        return SG_OK;
    if (!c->mem || !c->pred || !c->ptr)
        return sg_fail(err, SG_ENOMEM, "no room to combine %zu values", max_values);
    for (size_t i = 0; i < max_count; i++)
        c->ptr[i] = &c->pred[i];
    return SG_OK;
}

/* --- transfer --- */

/* A previous prediction is for the field itself: D1 that was made of another parameter is none. */
static void keep_if_native(const sg_field *f, sg_pred *const *out, size_t count)
{
    int native = 1;
    for (size_t k = 0; k < f->sys->n; k++)
        native &= f->sys->c[k].space->categorical || f->param[k][0] == SG_PARAM_D1;
    for (size_t i = 0; i < count && !native; i++)
        out[i]->valid = 0;
}

/* beta_A/beta_B = alpha_A/alpha_B at equal lam: by the larger pair */
static double scale_at(const sg_path *pa, double ta, const sg_path *pb, double tb)
{
    sg_coeff a, b;
    sg_path_coeff(pa, ta, &a);
    sg_path_coeff(pb, tb, &b);
    return b.beta > b.alpha ? a.beta / b.beta : a.alpha / b.alpha;
}

static sg_status transfer_time(const sg_transfer *c, double t, double *ta, sg_error *err)
{
    int found = 0;
    for (size_t k = 0; k < c->sys->n; k++) {
        if (c->sys->c[k].space->categorical)
            continue;
        double lam = sg_path_lam(&c->sys->c[k].path, t);
        /* less or more noise than the field's path has: its end is nearest */
        double u = fmin(fmax(sg_path_t_of_lam(&c->f->sys->c[k].path, lam), 0), 1);
        if (found && fabs(u - *ta) > 1e-9)
            return sg_fail(err, SG_ENOTSUP, "components need different times %g and %g", *ta, u);
        *ta = u;
        found = 1;
    }
    if (!found)
        *ta = t;
    return SG_OK;
}

static sg_status transfer_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                               sg_pred *const *out, sg_error *err)
{
    sg_transfer *c = f->work;
    size_t values = 0;
    double ta;
    for (size_t i = 0; i < count; i++)
        values += sg_pred_values(x[i]);
    sg_status st = too_many(count, values, c->max_count, c->max_values, err);
    if (st == SG_OK)
        st = transfer_time(c, t, &ta, err);
    if (st != SG_OK)
        return st;
    double *p = c->mem;
    for (size_t i = 0; i < count; i++) {
        c->state[i] = *x[i];
        c->state[i].sys = c->f->sys;
        c->ptr[i] = &c->state[i];
        for (size_t k = 0; k < c->sys->n; k++) {
            sg_slot *s = &c->state[i].slot[k];
            if (!s->x)
                continue;
            double r = scale_at(&c->f->sys->c[k].path, ta, &c->sys->c[k].path, t);
            for (size_t j = 0; j < s->len; j++) {
                double mu = s->mu ? s->mu[j] : 0;
                p[j] = mu + r * (s->x[j] - mu);
            }
            s->x = p;
            p += s->len;
        }
    }
    keep_if_native(c->f, out, count);
    st = c->f->eval(c->f, ta, c->ptr, count, out, err);
    for (size_t i = 0; st == SG_OK && i < count; i++)
        for (size_t k = 0; st == SG_OK && k < c->sys->n; k++) {
            const sg_slot *s = &c->state[i].slot[k];
            if (s->x)
                st = sg_convert(&c->f->sys->c[k].path, ta, c->f->param[k], s->x, s->mu,
                                out[i]->v[k], NULL, SG_PARAM_D1, out[i]->v[k], s->len, err);
        }
    return st;
}

sg_status sg_transfer_init(sg_transfer *c, sg_field *out, const sg_field *f, const sg_system *sys,
                           size_t max_count, size_t max_values, sg_arena *arena, sg_error *err)
{
    if (f->sys->n != sys->n)
        return sg_fail(err, SG_EINVAL, "systems of %zu and %zu components", f->sys->n, sys->n);
    for (size_t k = 0; k < sys->n; k++) {
        const sg_component *a = &f->sys->c[k], *b = &sys->c[k];
        if (a->space != b->space || a->width != b->width)
            return sg_fail(err, SG_EINVAL, "component %zu differs in more than its path", k);
        if (!a->space->categorical && !(a->space->flat && a->path.kind->lam && b->path.kind->lam &&
                                        sg_path_one_sided(&a->path) && sg_path_one_sided(&b->path)))
            return sg_fail(err, SG_ENOTSUP,
                           "component %zu: transfer needs a flat space and one-sided paths with "
                           "a clock",
                           k);
    }
    *c = (sg_transfer){.f = f, .sys = sys, .max_count = max_count, .max_values = max_values};
    c->state = sg_arena_alloc(arena, max_count, sizeof *c->state);
    c->ptr = sg_arena_alloc(arena, max_count, sizeof *c->ptr);
    c->mem = sg_arena_alloc(arena, max_values, sizeof *c->mem);
    *out = (sg_field){
        .name = "transfer", .sys = sys, .eval = transfer_eval, .fd_step = f->fd_step, .work = c};
    for (size_t k = 0; k < sys->n; k++)
        out->param[k][0] = SG_PARAM_D1;
    if (arena->base && (!c->state || !c->ptr || !c->mem))
        return sg_fail(err, SG_ENOMEM, "no room to transfer %zu values", max_values);
    return SG_OK;
}

/* --- corrected D1 --- */

static sg_status fixed_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                            sg_pred *const *out, sg_error *err)
{
    sg_fixed_field *c = f->work;
    keep_if_native(c->f, out, count);
    sg_status st = c->f->eval(c->f, t, x, count, out, err);
    for (size_t i = 0; st == SG_OK && i < count; i++) {
        for (size_t k = 0; st == SG_OK && k < f->sys->n; k++) {
            const sg_slot *s = &x[i]->slot[k];
            double *v = out[i]->v[k], *second = c->f->param[k][1] ? v + s->len : NULL;
            if (s->x && f->sys->c[k].space->flat)
                st = sg_convert(&f->sys->c[k].path, t, c->f->param[k], s->x, s->mu, v, second,
                                SG_PARAM_D1, v, s->len, err);
        }
        if (st == SG_OK)
            c->fix(c->user, t, x[i], out[i]);
    }
    return st;
}

sg_status sg_fixed_field_init(sg_fixed_field *c, sg_field *out, const sg_field *f,
                              void (*fix)(void *user, double t, const sg_state *s, sg_pred *pred),
                              void *user, sg_error *err)
{
    for (size_t k = 0; k < f->sys->n; k++) {
        const sg_component *a = &f->sys->c[k];
        if (!a->space->categorical && !sg_path_one_sided(&a->path))
            return sg_fail(err, SG_ENOTSUP,
                           "component %zu: D1 alone does not move a two-sided path", k);
        if (curved(a) && f->param[k][0] != SG_PARAM_D1)
            return sg_fail(err, SG_ENOTSUP, "component %zu: a curved space needs D1", k);
    }
    *c = (sg_fixed_field){f, fix, user};
    *out = (sg_field){
        .name = "corrected", .sys = f->sys, .eval = fixed_eval, .fd_step = f->fd_step, .work = c};
    for (size_t k = 0; k < f->sys->n; k++)
        out->param[k][0] = SG_PARAM_D1;
    return SG_OK;
}
