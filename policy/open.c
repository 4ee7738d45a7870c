/* Opening a policy and making workspaces: all that allocates. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "runtime.h"

enum { TRIES = 8 };

/* The arena that one encoding and one step need: measured with plenty. */
static sg_status measure(sg_policy *p, sg_error *err)
{
    const sg_i_policy_dims *d = &p->m.net.dims;
    sg_arena a;
    sg_tape t;
    sg_i_policy_ctx ctx;
    double level = 0.5;
    sg_status s = sg_arena_new(&a, (size_t)64 << 20, err);
    if (s != SG_OK)
        return s;
    int inputs = sg_i_policy_inputs(d), chunk = sg_i_policy_chunk_size(d);
    sg_tape_init(&t, &a, &p->m.params, NULL, p->isa);
    sg_tensor x = sg_tensor_new(&t, 1, inputs), y = sg_tensor_new(&t, d->tokens, chunk / d->tokens);
    if (t.status == SG_OK) {
        for (int i = 0; i < inputs; i++) /* all observations and goals are shown */
            x.x[i] = 1;
        for (int k = 0; k <= (d->goal > 0); k++) /* guidance needs two contexts */
            sg_i_policy_encode(&p->m.net, &t, x, &ctx);
        sg_i_policy_denoise(&p->m.net, &t, &ctx, y, &level);
    }
    if (t.status != SG_OK)
        s = sg_fail(err, t.status, "the policy needs too much work space");
    p->scratch = a.peak + 4096;
    sg_arena_clear(&a);
    return s;
}

sg_status sg_i_policy_open(sg_policy **out, sg_model *file, sg_error *err)
{
    sg_policy *p = calloc(1, sizeof *p);
    sg_status s = p ? sg_i_policy_read(&p->m, file, 0, err)
                    : sg_fail(err, SG_ENOMEM, "no memory for a policy");
    sg_model_free(file);
    if (s == SG_OK) {
        p->isa = sg_isa_find(NULL);
        s = measure(p, err);
    }
    if (s != SG_OK) {
        sg_policy_close(p);
        p = NULL;
    }
    *out = p;
    return s;
}

sg_status sg_policy_open(sg_policy **out, const char *path, sg_error *err)
{
    sg_model *file;
    *out = NULL;
    sg_status s = sg_model_load(&file, path, err);
    if (s == SG_OK)
        s = sg_i_policy_open(out, file, err);
    if (s != SG_OK && err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", path);
    return s;
}

void sg_policy_close(sg_policy *p)
{
    if (p)
        sg_i_policy_clear(&p->m);
    free(p);
}

void sg_policy_describe(const sg_policy *p, sg_policy_info *info)
{
    const sg_i_policy *m = &p->m;
    const sg_i_policy_dims *d = &m->net.dims;
    *info = (sg_policy_info){m->env,     m->obs_names,   m->action_names,  m->goal_names,
                             d->obs,     d->action,      d->goal,          d->window,
                             d->horizon, m->params.size, m->scale.period,  m->hash,
                             d->goals,   d->predict,     m->net.arch->name};
}

sg_policy_opts sg_policy_opts_default(const sg_policy *p)
{
    const sg_i_policy_scale *s = &p->m.scale;
    int h = p->m.net.dims.horizon;
    sg_policy_opts o = {.steps = 3,
                        .execute = h > 1 ? h / 2 : 1,
                        .sigma_end = fmin(fmax(0.05, s->sigma_min), s->sigma_max),
                        .noise = 1,
                        .guidance = 1,
                        .ramp_ns = (int64_t)(s->period * 1e9),
                        .range_slack = 0.1};
    return o;
}

static sg_status check_opts(const sg_policy *p, const sg_policy_opts *o, sg_error *err)
{
    const sg_i_policy_scale *s = &p->m.scale;
    const sg_i_policy_dims *d = &p->m.net.dims;
    if (o->steps < 1 || o->steps > 64)
        return sg_fail(err, SG_EINVAL, "steps = %d, allowed are 1 to 64", o->steps);
    if (o->execute < 1 || o->execute > d->horizon)
        return sg_fail(err, SG_EINVAL, "execute = %d, allowed are 1 to %d", o->execute, d->horizon);
    if (!(o->sigma_end >= s->sigma_min && o->sigma_end <= s->sigma_max))
        return sg_fail(err, SG_EINVAL, "sigma_end = %g, allowed are %g to %g", o->sigma_end,
                       s->sigma_min, s->sigma_max);
    if (o->warm_sigma != 0 && !(o->warm_sigma >= o->sigma_end && o->warm_sigma <= s->sigma_max))
        return sg_fail(err, SG_EINVAL, "warm_sigma = %g, allowed are 0 and %g to %g", o->warm_sigma,
                       o->sigma_end, s->sigma_max);
    if (!(o->noise >= 0 && o->noise <= 10) || !(o->range_slack >= 0))
        return sg_fail(err, SG_EINVAL, "noise = %g or range_slack = %g is out of range", o->noise,
                       o->range_slack);
    if (!(fabs(o->guidance) <= 100))
        return sg_fail(err, SG_EINVAL, "guidance = %g, allowed are -100 to 100", o->guidance);
    if (o->freeze_ns < 0 || o->stale_ns < 0 || o->watchdog_ns < 0 || o->ramp_ns < 0)
        return sg_fail(err, SG_EINVAL, "a time of the options is negative");
    for (int a = 0; a < d->action; a++) {
        double lo = o->lo ? o->lo[a] : s->lo[a], hi = o->hi ? o->hi[a] : s->hi[a];
        if (!(isfinite(lo) && isfinite(hi) && lo < hi))
            return sg_fail(err, SG_EINVAL, "limits of action %d: %g to %g", a, lo, hi);
        if ((o->rate && !(o->rate[a] > 0)) || (o->accel && !(o->accel[a] > 0)))
            return sg_fail(err, SG_EINVAL, "rate or accel of action %d is not positive", a);
        if (o->hold && !(o->hold[a] >= lo && o->hold[a] <= hi))
            return sg_fail(err, SG_EINVAL, "hold of action %d, %g, is outside its limits", a,
                           o->hold[a]);
    }
    return SG_OK;
}

/* The struct, then its arrays, then the tape's scratch. arena.base NULL measures. */
static void carve(sg_policy_ws *ws, sg_arena *a, const sg_i_policy_dims *d)
{
    size_t act = (size_t)d->action, chunk = (size_t)sg_i_policy_chunk_size(d);
    struct {
        double **to;
        size_t n;
    } q[] = {{&ws->window, (size_t)(d->window * d->obs)},
             {&ws->goal, (size_t)(d->goals * d->goal)},
             {&ws->chunk, chunk},
             {&ws->x, chunk},
             {&ws->d, chunk},
             {&ws->known, chunk},
             {&ws->did, (size_t)d->lead * act},
             {&ws->last, act},
             {&ws->speed, act},
             {&ws->lo, act},
             {&ws->hi, act},
             {&ws->rate, act},
             {&ws->accel, act},
             {&ws->hold, act},
             {&ws->from, act}};
    for (size_t k = 0; k < sizeof q / sizeof *q; k++)
        *q[k].to = sg_arena_alloc(a, q[k].n, sizeof(double));
    ws->input = sg_arena_alloc(a, (size_t)sg_i_policy_inputs(d), sizeof *ws->input);
    ws->token = sg_arena_alloc(a, chunk, sizeof *ws->token);
}

size_t sg_policy_ws_size(const sg_policy *p)
{
    sg_policy_ws ws;
    sg_arena a;
    sg_arena_init(&a, NULL, 0);
    sg_arena_alloc(&a, 1, sizeof ws);
    carve(&ws, &a, &p->m.net.dims);
    return a.peak + p->scratch + 64;
}

static void take_limits(sg_policy_ws *ws, const sg_policy_opts *o)
{
    const sg_i_policy_scale *s = &ws->p->m.scale;
    for (int a = 0; a < ws->p->m.net.dims.action; a++) {
        ws->lo[a] = o->lo ? o->lo[a] : s->lo[a];
        ws->hi[a] = o->hi ? o->hi[a] : s->hi[a];
        ws->rate[a] = o->rate ? o->rate[a] : s->rate[a];
        ws->accel[a] = o->accel ? o->accel[a] : s->accel[a];
        ws->hold[a] = o->hold ? o->hold[a] : 0;
    }
}

/* First costs, from a few runs on zeros. */
static void calibrate(sg_policy_ws *ws)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    int64_t far = INT64_MAX;
    memset(ws->window, 0, (size_t)(d->window * d->obs) * sizeof *ws->window);
    ws->n_seen = d->window;
    ws->n_goals = d->goals;
    for (int k = 0; k < TRIES; k++) {
        sg_i_policy_context(ws);
        sg_i_policy_denoise_chunk(ws, far);
        if (k == 0) /* cold: not how it will be */
            ws->step_ns = ws->encode_ns = ws->step_worst = 0;
    }
}

sg_status sg_policy_ws_init(sg_policy_ws **out, const sg_policy *p, void *mem, size_t size,
                            const sg_policy_opts *opts, sg_error *err)
{
    sg_policy_opts o = opts ? *opts : sg_policy_opts_default(p);
    *out = NULL;
    if (!mem || (uintptr_t)mem % 64 != 0 || size < sg_policy_ws_size(p))
        return sg_fail(err, SG_EINVAL, "a workspace needs %zu bytes, aligned to 64",
                       sg_policy_ws_size(p));
    sg_status s = check_opts(p, &o, err);
    if (s != SG_OK)
        return s;
    memset(mem, 0, size);
    sg_arena a;
    sg_arena_init(&a, mem, size);
    sg_policy_ws *ws = sg_arena_alloc(&a, 1, sizeof *ws);
    ws->p = p;
    ws->opts = o;
    int64_t period = (int64_t)(p->m.scale.period * 1e9);
    if (!o.stale_ns)
        ws->opts.stale_ns = 2 * period;
    if (!o.watchdog_ns)
        ws->opts.watchdog_ns = p->m.net.dims.horizon * period;
    carve(ws, &a, &p->m.net.dims);
    take_limits(ws, &o);
    ws->arena = a;
    ws->mark = sg_arena_mark(&ws->arena);
    calibrate(ws);
    sg_policy_reset(ws, 0);
    *out = ws;
    return SG_OK;
}
