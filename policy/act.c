/* observe and act: nothing here allocates, locks, prints or calls the system. */
#include <config.h>

#include <math.h>
#include <string.h>
#include <time.h>

#include "runtime.h"

enum { STREAM_CHUNK = 0x500 };

int64_t sg_i_policy_clock(const sg_policy_ws *ws)
{
    if (ws->opts.clock)
        return ws->opts.clock(ws->opts.clock_user);
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void sg_policy_reset(sg_policy_ws *ws, uint64_t seed)
{
    ws->seed = seed;
    memset(&ws->counts, 0, sizeof ws->counts);
    ws->n_seen = ws->n_goals = ws->fresh = ws->odd = ws->has_chunk = ws->has_last = ws->has_speed =
        0;
    ws->goal_changed = ws->holding = 0;
    ws->pending = 0;
}

sg_status sg_policy_set_goals(sg_policy_ws *ws, const double *goal, int n)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    if (n > 0 && d->goal == 0)
        return SG_ENOTSUP;
    if (n < 0 || n > d->goals)
        return SG_EINVAL;
    for (int i = 0; i < n * d->goal; i++)
        if (!isfinite(goal[i]))
            return SG_ENAN;
    for (int i = 0; i < n * d->goal; i++)
        ws->goal[i] = goal[i];
    ws->n_goals = n;
    ws->goal_changed = 1;
    return SG_OK;
}

sg_status sg_policy_set_goal(sg_policy_ws *ws, const double *goal)
{
    return sg_policy_set_goals(ws, goal, goal != NULL);
}

/* ---- network ----------------------------------------------------------------------------------
 */

static void smooth(double *mean, double x)
{
    *mean = *mean > 0 ? 0.9 * *mean + 0.1 * x : x;
}

static void encode(sg_policy_ws *ws, sg_i_policy_ctx *ctx, int n_goals)
{
    const sg_i_policy *m = &ws->p->m;
    const sg_i_policy_view v = {ws->window, ws->n_seen, ws->goal, n_goals};
    sg_tape t;
    sg_i_policy_input(m, ws->input, &v);
    sg_tape_init(&t, &ws->arena, &m->params, NULL, ws->p->isa);
    t.watch = ws->watch;
    sg_i_policy_encode(&m->net, &t, sg_tensor_const(ws->input, 1, sg_i_policy_inputs(&m->net.dims)),
                       ctx);
}

void sg_i_policy_context(sg_policy_ws *ws)
{
    int64_t t0 = sg_i_policy_clock(ws);
    double weight = ws->opts.guidance;
    sg_arena_rewind(&ws->arena, ws->mark);
    ws->guided = ws->n_goals > 0 && weight != 0 && weight != 1;
    encode(ws, &ws->ctx, weight != 0 ? ws->n_goals : 0);
    if (ws->guided)
        encode(ws, &ws->ctx_free, 0);
    ws->mark_ctx = sg_arena_mark(&ws->arena);
    smooth(&ws->encode_ns, (double)(sg_i_policy_clock(ws) - t0));
}

/* ws->d = D(ws->x, sigma) [KAAL22], guided: D_free + weight (D_goal - D_free) [HS22] */
static void denoise(sg_policy_ws *ws, double sigma)
{
    const sg_i_policy *m = &ws->p->m;
    const sg_i_policy_dims *d = &m->net.dims;
    int chunk = sg_i_policy_chunk_size(d);
    double sd = m->scale.sigma_data, all = sigma * sigma + sd * sd, level;
    double c_skip = sd * sd / all, c_out = sigma * sd / sqrt(all), c_in = 1 / sqrt(all);
    double weight = ws->guided ? ws->opts.guidance : 1;
    for (int i = 0; i < chunk; i++) {
        ws->token[i] = (sg_real)(c_in * ws->x[i]);
        ws->d[i] = c_skip * ws->x[i];
    }
    level = sg_i_policy_level(m, sigma);
    for (int k = 0; k <= ws->guided; k++) {
        double c = k ? c_out * (1 - weight) : c_out * weight;
        sg_tape t;
        sg_arena_rewind(&ws->arena, ws->mark_ctx);
        sg_tape_init(&t, &ws->arena, &m->params, NULL, ws->p->isa);
        t.watch = ws->watch;
        sg_tensor y =
            sg_i_policy_denoise(&m->net, &t, k ? &ws->ctx_free : &ws->ctx,
                                sg_tensor_const(ws->token, d->tokens, chunk / d->tokens), &level);
        for (int i = 0; i < chunk; i++)
            ws->d[i] += t.status == SG_OK ? c * (double)y.x[i] : NAN;
    }
}

/* ---- chunks -----------------------------------------------------------------------------------
 */

static double period_ns(const sg_policy_ws *ws)
{
    return ws->p->m.scale.period * 1e9;
}

/* Rows of n numbers at place k (between 0 and horizon-1, clamped): interpolated or held. The
 * quarter of a period lets a loop that wakes a little early have the action it waits for. */
static void row_at(const sg_policy_ws *ws, const double *rows, int n, double k, double *out)
{
    double top = ws->p->m.net.dims.horizon - 1;
    k = fmin(fmax(ws->opts.interpolate ? k : floor(k + 0.25), 0), top);
    int i = (int)k;
    double f = k - i;
    const double *a = rows + i * n, *b = f > 0 ? a + n : a;
    for (int c = 0; c < n; c++)
        out[c] = a[c] + f * (b[c] - a[c]);
}

/* the newest observation */
static const double *newest(const sg_policy_ws *ws)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    return ws->window + (d->window - 1) * d->obs;
}

/* the running chunk's actions and observations from its own newest observation on */
static const double *future(const sg_policy_ws *ws)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    return ws->chunk + d->lead * d->action;
}

static const double *outcome(const sg_policy_ws *ws)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    return ws->chunk + sg_i_policy_rows(d) * d->action + d->lead * d->obs;
}

/* What is known of the new chunk, scaled, into ws->known: the past actions and, with `rest`, the
 * rest of the running chunk. Returns how many rows at the beginning are to be kept as they are. */
static int carry_over(sg_policy_ws *ws, int rest)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    double shift = (double)sg_i_since(ws->t_obs, ws->t_chunk) / period_ns(ws);
    double *u = ws->x, *after = u + sg_i_policy_rows(d) * d->action; /* x is not in use yet */
    memset(u, 0, (size_t)sg_i_policy_chunk_size(d) * sizeof *u);
    memcpy(u, ws->did, (size_t)(d->lead * d->action) * sizeof *u);
    for (int k = 0; rest && k < d->horizon; k++) {
        row_at(ws, future(ws), d->action, k + shift, u + (d->lead + k) * d->action);
        if (d->predict)
            row_at(ws, outcome(ws), d->obs, k + shift, after + (d->lead + k) * d->obs);
    }
    sg_i_policy_to_chunk(&ws->p->m, newest(ws), ws->known, u);
    int keep = rest ? (int)ceil((double)ws->opts.freeze_ns / period_ns(ws)) : 0;
    return d->lead + (keep < d->horizon ? keep : d->horizon);
}

/* the most a step is expected to take, ns */
static double step_cost(const sg_policy_ws *ws)
{
    return fmax(1.2 * ws->step_ns, ws->step_worst);
}

int sg_i_policy_denoise_chunk(sg_policy_ws *ws, int64_t deadline)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    const sg_i_policy_scale *s = &ws->p->m.scale;
    int chunk = sg_i_policy_chunk_size(d), wide = sg_i_policy_wide(d), n = ws->opts.steps, done = 0;
    int warm = ws->has_chunk && ws->opts.warm_sigma > 0;
    int keep = carry_over(ws, ws->has_chunk && (ws->opts.freeze_ns || warm));
    double *known = ws->known, top = warm ? ws->opts.warm_sigma : s->sigma_max;
    sg_rng r;
    sg_rng_init(&r, ws->seed, ws->counts.chunks, STREAM_CHUNK);
    for (int i = 0; i < chunk; i++) /* past actions are noisy in the training, too */
        ws->x[i] =
            (warm || i < d->lead * wide ? known[i] : 0) + top * ws->opts.noise * sg_rng_normal(&r);
    int64_t now = sg_i_policy_clock(ws);
    double room = (double)sg_i_since(deadline, now) / fmax(step_cost(ws), 1);
    if (room < n)
        n = room < 1 ? 0 : (int)room;
    for (int k = 0; k < n; k++) {
        double f = n > 1 ? (double)k / (n - 1) : 0, f2 = n > 1 ? (double)(k + 1) / (n - 1) : 0;
        double sigma = top * pow(ws->opts.sigma_end / top, f);
        double next = k + 1 < n ? top * pow(ws->opts.sigma_end / top, f2) : 0;
        if (k > 0 && (double)sg_i_since(deadline, now) < step_cost(ws))
            break;
        denoise(ws, sigma);
        for (int i = 0; i < keep; i++) /* what comes after them is predicted anew */
            memcpy(ws->d + i * wide, known + i * wide, (size_t)d->action * sizeof *known);
        for (int i = 0; i < chunk; i++)
            ws->x[i] = next / sigma * ws->x[i] + (1 - next / sigma) * ws->d[i];
        int64_t then = sg_i_policy_clock(ws);
        smooth(&ws->step_ns, (double)(then - now));
        ws->step_worst = fmax(0.99 * ws->step_worst, (double)(then - now));
        now = then;
        done++;
    }
    return done;
}

/* A new chunk from the newest observation. Returns flags; *steps done. */
static unsigned renew(sg_policy_ws *ws, int64_t deadline, int *steps)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    int chunk = sg_i_policy_chunk_size(d);
    *steps = sg_i_policy_denoise_chunk(ws, deadline);
    if (*steps == 0)
        return SG_POLICY_LATE;
    for (int i = 0; i < chunk; i++)
        if (!isfinite(ws->d[i]))
            return SG_POLICY_NAN_REJECTED;
    sg_i_policy_from_chunk(&ws->p->m, newest(ws), ws->chunk, ws->d);
    ws->t_chunk = ws->t_obs;
    ws->has_chunk = 1;
    ws->fresh = ws->goal_changed = 0;
    ws->counts.chunks++;
    ws->counts.steps += (uint64_t)*steps;
    return *steps < ws->opts.steps ? SG_POLICY_LATE : 0;
}

/* ---- observe ----------------------------------------------------------------------------------
 */

static int out_of_range(const sg_policy_ws *ws, const double *obs)
{
    const sg_i_policy_scale *s = &ws->p->m.scale;
    for (int i = 0; i < ws->p->m.net.dims.obs; i++) {
        double slack = ws->opts.range_slack * (s->obs_hi[i] - s->obs_lo[i]);
        if (obs[i] < s->obs_lo[i] - slack || obs[i] > s->obs_hi[i] + slack)
            return 1;
    }
    return 0;
}

sg_status sg_policy_observe(sg_policy_ws *ws, const double *obs, int64_t t_ns)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    size_t n = (size_t)d->obs, w = (size_t)d->window;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(obs[i])) {
            ws->pending |= SG_POLICY_NAN_REJECTED;
            ws->counts.refused++;
            return SG_ENAN;
        }
    if (ws->n_seen && t_ns <= ws->t_obs) {
        ws->counts.refused++;
        return SG_EINVAL;
    }
    /* Past observations count while it is known what was done after each. */
    int acted = ws->has_last && sg_i_since(ws->t_last, ws->t_obs) >= 0;
    if (d->lead && ws->n_seen && !acted)
        ws->n_seen = 0;
    if (d->lead) {
        size_t a = (size_t)d->action, lead = (size_t)d->lead;
        memmove(ws->did, ws->did + a, (lead - 1) * a * sizeof *ws->did);
        memcpy(ws->did + (lead - 1) * a, ws->last, a * sizeof *ws->did);
    }
    if (!ws->n_seen)
        for (size_t k = 0; k < w; k++)
            memcpy(ws->window + k * n, obs, n * sizeof *obs);
    memmove(ws->window, ws->window + n, (w - 1) * n * sizeof *obs);
    memcpy(ws->window + (w - 1) * n, obs, n * sizeof *obs);
    ws->t_obs = t_ns;
    ws->n_seen += ws->n_seen < d->window;
    ws->odd = out_of_range(ws, obs);
    ws->counts.observations++;
    unsigned mode = sg_fp_flush();
    sg_i_policy_context(ws);
    sg_fp_restore(mode);
    ws->fresh = 1;
    return SG_OK;
}

/* ---- act --------------------------------------------------------------------------------------
 */

/* Linearly from the action that was the last one to hold, in ramp_ns. */
static void ramp(sg_policy_ws *ws, int64_t now, double *action)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    if (ws->has_last && !ws->holding) {
        memcpy(ws->from, ws->last, (size_t)d->action * sizeof *ws->from);
        ws->t_from = ws->t_last;
        ws->holding = 1;
    }
    double since = ws->holding ? (double)sg_i_since(now, ws->t_from) : 0;
    double f = since < (double)ws->opts.ramp_ns ? since / (double)ws->opts.ramp_ns : 1;
    for (int c = 0; c < d->action; c++) {
        double from = 0.5 * (ws->lo[c] + ws->hi[c]);
        if (ws->holding)
            from = ws->from[c];
        action[c] = ws->opts.hold ? ws->hold[c] : from;
        if (ws->holding)
            action[c] = from + f * (action[c] - from);
    }
}

static void finish(sg_policy_ws *ws, sg_policy_report *r, const sg_policy_report *report)
{
    ws->counts.calls++;
    for (int k = 0; k < SG_POLICY_FLAGS; k++)
        ws->counts.flag[k] += report->flags >> k & 1;
    if (r)
        *r = *report;
}

sg_status sg_policy_act(sg_policy_ws *ws, int64_t now, int64_t deadline, double *action,
                        sg_policy_report *r)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    sg_policy_report rep = {ws->pending, 0, -1, ws->n_seen ? sg_i_since(now, ws->t_obs) : -1};
    ws->pending = 0;
    if (!ws->n_seen) {
        rep.flags |= SG_POLICY_FALLBACK;
        ramp(ws, now, action);
        finish(ws, r, &rep);
        return SG_EINVAL;
    }
    if (ws->odd)
        rep.flags |= SG_POLICY_OUT_OF_RANGE;
    if (ws->has_last && now < ws->t_last) { /* the clock went back: no dt to limit anything by */
        memcpy(action, ws->last, (size_t)d->action * sizeof *action);
        rep.flags |= SG_POLICY_FALLBACK;
        finish(ws, r, &rep);
        return SG_OK;
    }
    int stale = rep.obs_age_ns > ws->opts.stale_ns;
    if (stale)
        rep.flags |= SG_POLICY_STALE_OBS;
    double place = ws->has_chunk ? (double)sg_i_since(now, ws->t_chunk) / period_ns(ws) : 0;
    int due = !ws->has_chunk || ws->goal_changed || place + 0.25 >= ws->opts.execute;
    if (due && ws->fresh && !stale) {
        unsigned mode = sg_fp_flush();
        rep.flags |= renew(ws, deadline, &rep.steps);
        sg_fp_restore(mode);
        place = ws->has_chunk ? (double)sg_i_since(now, ws->t_chunk) / period_ns(ws) : 0;
    }
    int covered =
        ws->has_chunk && place < d->horizon && sg_i_since(now, ws->t_chunk) <= ws->opts.watchdog_ns;
    if (covered) {
        row_at(ws, future(ws), d->action, place, action);
        ws->holding = 0;
        rep.index = (int)fmin(fmax(floor(place + 0.25), 0), d->horizon - 1);
    } else {
        ramp(ws, now, action);
        rep.flags |= SG_POLICY_FALLBACK;
    }
    rep.flags |= sg_i_policy_limit(ws, action, now);
    finish(ws, r, &rep);
    return SG_OK;
}

const double *sg_policy_chunk(const sg_policy_ws *ws, int64_t *t_ns)
{
    if (t_ns)
        *t_ns = ws->t_chunk;
    return ws->has_chunk ? future(ws) : NULL;
}

const double *sg_policy_forecast(const sg_policy_ws *ws, int64_t *t_ns)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    const double *chunk = sg_policy_chunk(ws, t_ns);
    return chunk && d->predict ? outcome(ws) : NULL;
}

void sg_policy_get_counts(const sg_policy_ws *ws, sg_policy_counts *c)
{
    *c = ws->counts;
}

void sg_policy_get_costs(const sg_policy_ws *ws, double *encode_ns, double *step_ns)
{
    *encode_ns = ws->encode_ns;
    *step_ns = ws->step_ns;
}
