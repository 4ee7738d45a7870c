#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/checkpoint.h>
#include "model.h"

static const char format[] = "sigen-policy-1";

/* Sizes of a file that needs no more: at most one goal, all observations seen, none predicted. */
enum { PLAIN_DIMS = 12 };

/* ---- the scaling's arrays ---------------------------------------------------------------------
 */

typedef struct part {
    const char *name;
    double **x;
    size_t rows, cols; /* rows 0: a vector */
} part;

enum { PARTS = 10 };

static void parts_of(sg_i_policy *p, part q[PARTS])
{
    const sg_i_policy_dims *d = &p->net.dims;
    sg_i_policy_scale *s = &p->scale;
    size_t o = (size_t)d->obs, g = (size_t)d->goal, a = (size_t)d->action;
    size_t h = (size_t)sg_i_policy_rows(d), wide = (size_t)sg_i_policy_wide(d);
    const part all[PARTS] = {
        {"scale.obs_lo", &s->obs_lo, 0, o},   {"scale.obs_hi", &s->obs_hi, 0, o},
        {"scale.goal_lo", &s->goal_lo, 0, g}, {"scale.goal_hi", &s->goal_hi, 0, g},
        {"scale.mean", &s->mean, h, wide},    {"scale.sd", &s->sd, h, wide},
        {"limit.lo", &s->lo, 0, a},           {"limit.hi", &s->hi, 0, a},
        {"limit.rate", &s->rate, 0, a},       {"limit.accel", &s->accel, 0, a}};
    memcpy(q, all, sizeof all);
}

static size_t count_of(const part *q)
{
    return (q->rows ? q->rows : 1) * q->cols;
}

sg_status sg_i_policy_init(sg_i_policy *p, const sg_i_policy_arch *arch, const sg_i_policy_dims *d,
                           int train, sg_error *err)
{
    part q[PARTS];
    memset(p, 0, sizeof *p);
    sg_params_init(&p->params);
    sg_status s = sg_i_policy_net_init(&p->net, &p->params, arch, d, train, err);
    if (s != SG_OK)
        return s;
    parts_of(p, q);
    for (int k = 0; k < PARTS; k++) {
        *q[k].x = calloc(count_of(&q[k]) + 1, sizeof **q[k].x);
        if (!*q[k].x)
            return sg_fail(err, SG_ENOMEM, "no memory for the scaling");
    }
    p->scale.base = calloc((size_t)d->action, sizeof *p->scale.base);
    if (!p->scale.base)
        return sg_fail(err, SG_ENOMEM, "no memory for the scaling");
    for (int i = 0; i < 4; i++)
        p->scale.frame[i] = -1;
    return SG_OK;
}

void sg_i_policy_clear(sg_i_policy *p)
{
    part q[PARTS];
    parts_of(p, q);
    for (int k = 0; k < PARTS; k++)
        free(*q[k].x);
    free(p->scale.base);
    free(p->env);
    free(p->obs_names);
    free(p->action_names);
    free(p->goal_names);
    sg_params_clear(&p->params);
    sg_q8_free(p->q8);
    memset(p, 0, sizeof *p);
}

/* ---- reading ----------------------------------------------------------------------------------
 */

/* Number of names in "a,b,c"; 0 for "". */
static int names_in(const char *s)
{
    int n = *s != '\0';
    for (; *s; s++)
        n += *s == ',';
    return n;
}

static sg_status read_text(char **to, const sg_model *file, const char *key, int names,
                           sg_error *err)
{
    const char *s = sg_model_meta(file, key);
    if (!s || (names >= 0 && names_in(s) != names))
        return sg_fail(err, SG_EMODEL, "metadata %s is %s%s%s, wanted %d names", key, s ? "\"" : "",
                       s ? s : "missing", s ? "\"" : "", names < 0 ? 1 : names);
    *to = strdup(s);
    return *to ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory for names");
}

/* The frame, where a file has one. */
static sg_status read_frame(sg_i_policy *p, const sg_model *file, sg_error *err)
{
    const sg_i_policy_dims *d = &p->net.dims;
    if (!sg_model_get(file, "scale.frame"))
        return SG_OK;
    const int64_t *f = sg_model_data(file, "scale.frame", SG_DTYPE_I64, 4, err);
    if (!f)
        return SG_EMODEL;
    if (d->goal < 2 || d->action < 2)
        return sg_fail(err, SG_EMODEL,
                       "a frame needs 2 numbers of a goal and 2 actions, not %d and %d", d->goal,
                       d->action);
    for (int i = 0; i < 4; i++) {
        if (f[i] < 0 || f[i] >= d->obs)
            return sg_fail(err, SG_EMODEL, "array scale.frame: %lld is no observation",
                           (long long)f[i]);
        p->scale.frame[i] = (int)f[i];
    }
    return SG_OK;
}

static sg_status read_scale(sg_i_policy *p, const sg_model *file, sg_error *err)
{
    part q[PARTS];
    sg_i_policy_scale *s = &p->scale;
    parts_of(p, q);
    for (int k = 0; k < PARTS; k++) {
        if (count_of(&q[k]) == 0)
            continue;
        const double *x = sg_model_data(file, q[k].name, SG_DTYPE_F64, count_of(&q[k]), err);
        if (!x)
            return SG_EMODEL;
        memcpy(*q[k].x, x, count_of(&q[k]) * sizeof *x);
    }
    const int64_t *base =
        sg_model_data(file, "scale.base", SG_DTYPE_I64, (size_t)p->net.dims.action, err);
    const double *sigma = sg_model_data(file, "sigma", SG_DTYPE_F64, 4, err);
    if (!base || !sigma)
        return SG_EMODEL;
    s->sigma_data = sigma[0];
    s->sigma_min = sigma[1];
    s->sigma_max = sigma[2];
    s->period = sigma[3];
    if (!(s->sigma_data > 0 && s->sigma_min > 0 && s->sigma_max > s->sigma_min && s->period > 0))
        return sg_fail(err, SG_EMODEL, "array sigma: needs data > 0, 0 < min < max, period > 0");
    for (int a = 0; a < p->net.dims.action; a++) {
        if (base[a] < -1 || base[a] >= p->net.dims.obs)
            return sg_fail(err, SG_EMODEL, "array scale.base: %lld is no observation",
                           (long long)base[a]);
        s->base[a] = (int)base[a];
        if (!(s->lo[a] < s->hi[a]) || !(s->rate[a] >= 0) || !(s->accel[a] >= 0))
            return sg_fail(err, SG_EMODEL,
                           "limits of action %d: wanted lo < hi, rate and accel >= 0", a);
        if (s->rate[a] == 0) /* as stored: none */
            s->rate[a] = INFINITY;
        if (s->accel[a] == 0)
            s->accel[a] = INFINITY;
    }
    for (int i = 0; i < p->net.dims.obs; i++)
        if (!(s->obs_lo[i] < s->obs_hi[i]))
            return sg_fail(err, SG_EMODEL, "range of observation %d is empty", i);
    for (int i = 0; i < p->net.dims.goal; i++)
        if (!(s->goal_lo[i] < s->goal_hi[i]))
            return sg_fail(err, SG_EMODEL, "range of goal %d is empty", i);
    for (int i = 0; i < sg_i_policy_chunk_size(&p->net.dims); i++)
        if (!(s->sd[i] > 0))
            return sg_fail(err, SG_EMODEL, "array scale.sd: entry %d is not positive", i);
    return SG_OK;
}

sg_status sg_i_policy_read(sg_i_policy *p, const sg_model *file, int train, sg_error *err)
{
    const char *f = sg_model_meta(file, "format");
    memset(p, 0, sizeof *p);
    if (!f || strcmp(f, format) != 0)
        return sg_fail(err, SG_EMODEL, "no policy: format is \"%s\", wanted %s", f ? f : "",
                       format);
    const char *kind = sg_model_meta(file, "arch"); /* the first files had one architecture */
    const sg_i_policy_arch *arch = kind ? sg_i_policy_arch_find(kind) : &sg_i_policy_cached;
    if (!arch)
        return sg_fail(err, SG_EMODEL, "architecture \"%s\" is not known to this version", kind);
    const sg_model_array *has = sg_model_get(file, "dims");
    int fewer = has && has->count >= PLAIN_DIMS && has->count < SG_POLICY_DIMS;
    int n = fewer ? (int)has->count : SG_POLICY_DIMS, v[SG_POLICY_DIMS] = {0};
    const int64_t *dim = sg_model_data(file, "dims", SG_DTYPE_I64, (size_t)n, err);
    if (!dim)
        return SG_EMODEL;
    for (int i = 0; i < n; i++)
        v[i] = dim[i] < 0 || dim[i] > 1000000 ? -1 : (int)dim[i];
    sg_i_policy_dims d = {v[0], v[1], v[2],  v[3],  v[4],  v[5],  v[6],  v[7],
                          v[8], v[9], v[10], v[11], v[12], v[13], v[14], 0};
    sg_status s = sg_i_policy_init(p, arch, &d, train, err);
    if (s == SG_OK)
        s = read_text(&p->env, file, "env", -1, err);
    if (s == SG_OK)
        s = read_text(&p->obs_names, file, "obs_names", d.obs, err);
    if (s == SG_OK)
        s = read_text(&p->action_names, file, "action_names", d.action, err);
    if (s == SG_OK)
        s = read_text(&p->goal_names, file, "goal_names", d.goal, err);
    if (s == SG_OK)
        s = read_scale(p, file, err);
    if (s == SG_OK)
        s = read_frame(p, file, err);
    if (s == SG_OK)
        s = sg_q8_load(&p->q8, &p->params, file, "net", err);
    if (s == SG_OK && !train)
        p->params.q8 = p->q8;
    if (s != SG_OK)
        sg_i_policy_clear(p);
    else
        snprintf(p->hash, sizeof p->hash, "%s", sg_model_short_hash(file));
    return s == SG_ELIMIT ? SG_EMODEL : s;
}

/* ---- writing ----------------------------------------------------------------------------------
 */

/* numbers: what the writer points at until the file is made */
typedef struct numbers {
    int64_t dims[SG_POLICY_DIMS], frame[4], *base;
    double sigma[4], *rate, *accel;
} numbers;

static sg_status add_numbers(sg_model_writer *w, const sg_i_policy *p, numbers *n, sg_error *err)
{
    sg_i_policy view = *p;
    const sg_i_policy_dims *d = &p->net.dims;
    const sg_i_policy_scale *sc = &p->scale;
    const int v[SG_POLICY_DIMS] = {d->obs,    d->goal, d->action, d->window, d->horizon,
                                   d->tokens, d->d,    d->F,      d->L,      d->H,
                                   d->C,      d->S,    d->goals,  d->past,   d->predict};
    int plain = d->goals <= 1 && !d->past && !d->predict;
    size_t a = (size_t)d->action, dims = plain ? PLAIN_DIMS : SG_POLICY_DIMS, four = 4;
    n->base = calloc(a, sizeof *n->base);
    n->rate = calloc(a, sizeof *n->rate);
    n->accel = calloc(a, sizeof *n->accel);
    if (!n->base || !n->rate || !n->accel)
        return sg_fail(err, SG_ENOMEM, "no memory for the file");
    for (int i = 0; i < SG_POLICY_DIMS; i++)
        n->dims[i] = v[i];
    for (size_t i = 0; i < a; i++) {
        n->base[i] = sc->base[i];
        n->rate[i] = isinf(sc->rate[i]) ? 0 : sc->rate[i];
        n->accel[i] = isinf(sc->accel[i]) ? 0 : sc->accel[i];
    }
    for (int i = 0; i < 4; i++)
        n->frame[i] = sc->frame[i];
    const double sigma[4] = {sc->sigma_data, sc->sigma_min, sc->sigma_max, sc->period};
    memcpy(n->sigma, sigma, sizeof sigma);
    view.scale.rate = n->rate;
    view.scale.accel = n->accel;
    part q[PARTS];
    parts_of(&view, q);
    sg_status s = sg_model_writer_add(w, "dims", SG_DTYPE_I64, n->dims, 1, &dims, err);
    if (s == SG_OK)
        s = sg_model_writer_add(w, "sigma", SG_DTYPE_F64, n->sigma, 1, &four, err);
    if (s == SG_OK)
        s = sg_model_writer_add(w, "scale.base", SG_DTYPE_I64, n->base, 1, &a, err);
    if (s == SG_OK && sc->frame[0] >= 0)
        s = sg_model_writer_add(w, "scale.frame", SG_DTYPE_I64, n->frame, 1, &four, err);
    for (int k = 0; k < PARTS && s == SG_OK; k++) {
        const size_t shape[2] = {q[k].rows, q[k].cols};
        if (count_of(&q[k]) > 0)
            s = sg_model_writer_add(w, q[k].name, SG_DTYPE_F64, *q[k].x, q[k].rows ? 2 : 1,
                                    q[k].rows ? shape : shape + 1, err);
    }
    return s;
}

/* A file in the making, and the numbers that it points to. */
typedef struct composed {
    sg_model_writer *w;
    numbers n;
} composed;

static sg_status compose(composed *c, const sg_i_policy *p, sg_dtype dtype,
                         const sg_train_state *state, const char *const (*meta)[2], int n_meta,
                         sg_error *err)
{
    const char *const own[][2] = {{"format", format},
                                  {"arch", p->net.arch->name},
                                  {"env", p->env},
                                  {"obs_names", p->obs_names},
                                  {"action_names", p->action_names},
                                  {"goal_names", p->goal_names}};
    memset(c, 0, sizeof *c);
    c->w = sg_model_writer_new(err);
    sg_status s = c->w ? SG_OK : SG_ENOMEM;
    for (size_t i = 0; i < sizeof own / sizeof *own && s == SG_OK; i++)
        s = sg_model_writer_meta(c->w, own[i][0], own[i][1], err);
    for (int i = 0; i < n_meta && s == SG_OK; i++)
        s = sg_model_writer_meta(c->w, meta[i][0], meta[i][1], err);
    if (s == SG_OK)
        s = add_numbers(c->w, p, &c->n, err);
    if (s == SG_OK && p->q8 && !state)
        s = sg_q8_store(c->w, p->q8, &p->params, "net", dtype, err);
    else if (s == SG_OK)
        s = sg_params_store(c->w, &p->params, state ? state->optim.ema : p->params.x, "net", dtype,
                            err);
    if (s == SG_OK && state)
        s = sg_train_state_store(c->w, state, "net", err);
    return s;
}

static void composed_clear(composed *c)
{
    sg_model_writer_free(c->w);
    free(c->n.base);
    free(c->n.rate);
    free(c->n.accel);
}

sg_status sg_i_policy_save(const sg_i_policy *p, const char *path, sg_dtype dtype,
                           const sg_train_state *state, const char *const (*meta)[2], int n_meta,
                           sg_error *err)
{
    composed c;
    sg_status s = compose(&c, p, dtype, state, meta, n_meta, err);
    if (s == SG_OK)
        s = sg_model_writer_save(c.w, path, err);
    composed_clear(&c);
    return s;
}

sg_status sg_i_policy_bytes(const sg_i_policy *p, void **buf, size_t *len, sg_dtype dtype,
                            const char *const (*meta)[2], int n_meta, sg_error *err)
{
    composed c;
    sg_status s = compose(&c, p, dtype, NULL, meta, n_meta, err);
    if (s == SG_OK)
        s = sg_model_writer_bytes(c.w, buf, len, err);
    composed_clear(&c);
    return s;
}
