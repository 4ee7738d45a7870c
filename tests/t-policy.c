/* The runtime as a robot meets it: chunks, times, deadlines, limits, faults. */
#include <config.h>

#include "policy-fixture.h"
#include "policy/runtime.h"
#include "tap.h"

#define FAR INT64_MAX

static const double obs1[FIX_OBS] = {0.1, -0.2, 0.3, 0.4}, obs2[FIX_OBS] = {0.15, -0.1, 0.35, 0.3};

static sg_policy_report step(sg_policy_ws *ws, const double *obs, int64_t t, double *a)
{
    sg_policy_report r = {0};
    if (sg_policy_observe(ws, obs, t) != SG_OK || sg_policy_act(ws, t, FAR, a, &r) != SG_OK)
        r.flags = ~0u;
    return r;
}

static void chunks(void)
{
    sg_policy *p = fix_policy(1, 0, 1, 1);
    fix_space a = fix_ws(p, NULL), b = fix_ws(p, NULL);
    double x[2], y[2], z[2];
    int64_t t;
    sg_policy_reset(a.ws, 7);
    sg_policy_reset(b.ws, 7);
    sg_policy_report r = step(a.ws, obs1, 1000, x);
    tap_ok(r.flags == 0 && r.steps == 3 && r.index == 0 && r.obs_age_ns == 0,
           "first action: a chunk of 3 steps, no flags");
    step(b.ws, obs1, 1000, y);
    tap_ok(memcmp(x, y, sizeof x) == 0, "same seed, same bits in another workspace");
    sg_policy_reset(b.ws, 8);
    step(b.ws, obs1, 1000, y);
    tap_ok(memcmp(x, y, sizeof x) != 0, "another seed, another action");
    const double *c = sg_policy_chunk(a.ws, &t);
    tap_ok(c && t == 1000 && x[0] == c[0] && x[1] == c[1], "the action is the chunk's first");
    double third[2] = {c[4], c[5]};
    r = step(a.ws, obs2, 1000 + 2 * FIX_PERIOD, x);
    tap_ok(r.steps == 0 && r.index == 2 && memcmp(x, third, sizeof x) == 0,
           "two periods later: its third, no network");
    r = step(a.ws, obs2, 1000 + 4 * FIX_PERIOD, x);
    tap_ok(r.steps == 3 && r.index == 0, "after horizon/2 actions: a new chunk");
    r = step(a.ws, obs2, 1000 + 4 * FIX_PERIOD - 5, x);
    tap_ok(r.flags == ~0u, "an older observation is refused");
    /* the first observation stands for those before it */
    sg_policy_reset(a.ws, 7);
    sg_policy_reset(b.ws, 7);
    step(a.ws, obs1, 1000, x);
    sg_status s = sg_policy_observe(b.ws, obs1, 500);
    step(b.ws, obs1, 1000, y);
    tap_ok(s == SG_OK && memcmp(x, y, sizeof x) == 0,
           "at the start the first observation is repeated");
    sg_policy_reset(b.ws, 7);
    s = sg_policy_observe(b.ws, obs2, 500);
    step(b.ws, obs1, 1000, z);
    tap_ok(s == SG_OK && memcmp(x, z, sizeof x) != 0, "later the history counts");
    sg_policy_counts n;
    sg_policy_get_counts(b.ws, &n);
    tap_ok(n.calls == 1 && n.chunks == 1 && n.steps == 3 && n.observations == 2, "counters");
    free(a.mem);
    free(b.mem);
    sg_policy_close(p);
}

/* The chunk once more as Euler's method for dx/dsigma = (x - D)/sigma, on the network itself. */
static void euler(int steps)
{
    sg_policy *p = fix_policy(1, 0, 1, 1);
    const sg_i_policy_scale *s = &p->m.scale;
    sg_policy_opts o = sg_policy_opts_default(p);
    o.steps = steps;
    fix_space a = fix_ws(p, &o);
    double x[2], y[FIX_HORIZON * FIX_ACT], window[2 * FIX_OBS], worst = 0;
    sg_policy_reset(a.ws, 99);
    step(a.ws, obs1, 1, x);
    memcpy(window, obs1, sizeof obs1);
    memcpy(window + FIX_OBS, obs1, sizeof obs1);
    sg_arena mem;
    sg_tape t;
    sg_i_policy_ctx ctx;
    sg_error err;
    sg_rng r;
    int n = FIX_HORIZON * FIX_ACT;
    sg_real in[16], tok[FIX_HORIZON * FIX_ACT];
    if (sg_arena_new(&mem, 1 << 22, &err) != SG_OK)
        exit(99);
    const sg_i_policy_view v = {window, 2, NULL, 0};
    sg_i_policy_input(&p->m, in, &v);
    sg_tape_init(&t, &mem, &p->m.params, NULL, NULL);
    sg_i_policy_encode(&p->m.net, &t, sg_tensor_const(in, 1, 2 * FIX_OBS), &ctx);
    sg_rng_init(&r, 99, 0, 0x500);
    for (int i = 0; i < n; i++)
        y[i] = s->sigma_max * sg_rng_normal(&r);
    for (int k = 0; k < steps; k++) {
        double ratio = pow(o.sigma_end / s->sigma_max, 1 / fmax(steps - 1, 1));
        double sigma = s->sigma_max * pow(ratio, k), next = k < steps - 1 ? sigma * ratio : 0;
        double sd = s->sigma_data,
               level = log(sigma / s->sigma_min) / log(s->sigma_max / s->sigma_min);
        for (int i = 0; i < n; i++)
            tok[i] = (sg_real)(y[i] / hypot(sigma, sd));
        sg_tensor f = sg_i_policy_denoise(&p->m.net, &t, &ctx, sg_tensor_const(tok, 1, n), &level);
        for (int i = 0; i < n; i++) {
            double d = sd * sd / (sigma * sigma + sd * sd) * y[i] +
                       sigma * sd / hypot(sigma, sd) * (double)f.x[i];
            y[i] += (next - sigma) * (y[i] - d) / sigma;
        }
    }
    const double *c = sg_policy_chunk(a.ws, NULL);
    for (int i = 0; i < n; i++)
        tap_worst(&worst,
                  fabs(c[i] - (obs1[i % 2] + s->mean[i] + s->sd[i] * y[i] / s->sigma_data)));
    tap_ok(worst < 1e-5, "%d steps of DDIM are Euler's (%.1e off)", steps, worst);
    sg_arena_clear(&mem);
    free(a.mem);
    sg_policy_close(p);
}

static void between(void)
{
    sg_policy *p = fix_policy(4, 0, 1, 1);
    sg_policy_opts o = sg_policy_opts_default(p);
    o.interpolate = 1;
    o.steps = 5;
    fix_space a = fix_ws(p, &o);
    double x[2];
    sg_policy_report r = step(a.ws, obs1, 0, x);
    const double *c = sg_policy_chunk(a.ws, NULL);
    tap_ok(r.steps == 5, "five steps, tokens that attend to each other");
    double want = 0.75 * c[2] + 0.25 * c[4];
    sg_status s = sg_policy_act(a.ws, FIX_PERIOD * 5 / 4, FAR, x, &r);
    tap_ok(s == SG_OK && fabs(x[0] - want) < 1e-12 && r.index == 1, "linear between two actions");
    free(a.mem);
    o.interpolate = 0;
    a = fix_ws(p, &o);
    step(a.ws, obs1, 0, x);
    c = sg_policy_chunk(a.ws, NULL);
    s = sg_policy_act(a.ws, FIX_PERIOD * 6 / 5, FAR, x, &r);
    tap_ok(s == SG_OK && x[0] == c[2], "or held");
    s = sg_policy_act(a.ws, FIX_PERIOD * 2 - FIX_PERIOD / 10, FAR, x, &r);
    tap_ok(s == SG_OK && x[0] == c[4], "a loop that wakes a little early has the next one");
    free(a.mem);
    sg_policy_close(p);
}

/* a clock that a step takes 1 ms on: every reading moves it on by half of that */
static int64_t slow_now;
static int64_t slow_clock(void *user)
{
    (void)user;
    slow_now += 500000;
    return slow_now;
}

static void deadlines(void)
{
    sg_policy *p = fix_policy(1, 0, 1, 1);
    sg_policy_opts o = sg_policy_opts_default(p);
    o.clock = slow_clock;
    o.steps = 10;
    fix_space a = fix_ws(p, &o);
    double x[2], y[2];
    double encode, cost;
    sg_policy_get_costs(a.ws, &encode, &cost);
    tap_near(cost, 500000, 1, 0, "the cost of a step is measured by the clock given");
    sg_policy_report r;
    int64_t t = slow_now;
    sg_status s = sg_policy_observe(a.ws, obs1, t);
    s = s == SG_OK ? sg_policy_act(a.ws, t, slow_now - 1, x, &r) : s;
    tap_ok(s == SG_OK && r.steps == 0 && (r.flags & SG_POLICY_LATE) &&
               (r.flags & SG_POLICY_FALLBACK) && isfinite(x[0]) && fabs(x[0]) <= 3,
           "a deadline in the past: no step, a valid action, LATE and FALLBACK");
    s = sg_policy_act(a.ws, t, slow_now + 500000 + 4 * 600000, x, &r);
    tap_ok(s == SG_OK && r.steps >= 2 && r.steps < 10 &&
               (r.flags & ~SG_POLICY_CLIPPED) == SG_POLICY_LATE,
           "a near deadline: fewer steps (%d), LATE", r.steps);
    tap_ok(slow_now <= t + 500000 * 30, "and it was kept");
    memcpy(y, sg_policy_chunk(a.ws, NULL) + 2 * FIX_ACT, sizeof y);
    /* a new chunk is due but there is no time: the old one goes on */
    s = sg_policy_observe(a.ws, obs2, t + 5 * FIX_PERIOD);
    s = s == SG_OK ? sg_policy_act(a.ws, t + 5 * FIX_PERIOD, slow_now - 1, x, &r) : s;
    const double *c = sg_policy_chunk(a.ws, NULL);
    tap_ok(s == SG_OK && r.steps == 0 && (r.flags & ~SG_POLICY_CLIPPED) == SG_POLICY_LATE &&
               r.index == 5 && fmax(fmin(c[10], 3), -3) == x[0],
           "no time for a due chunk: the old one goes on, LATE");
    s = sg_policy_act(a.ws, t + 5 * FIX_PERIOD, FAR, x, &r);
    tap_ok(s == SG_OK && r.steps == 10 && !(r.flags & SG_POLICY_LATE),
           "with time it is made up for");
    free(a.mem);
    sg_policy_close(p);
}

static void faults(void)
{
    sg_policy *p = fix_policy(1, 0, 1, 1);
    fix_space a = fix_ws(p, NULL);
    double x[2], bad[FIX_OBS] = {0.1, NAN, 0, 0}, wild[FIX_OBS] = {0.1, 0.2, 1e30, -1e300};
    sg_policy_report r;
    sg_status s = sg_policy_act(a.ws, 5, FAR, x, &r);
    tap_ok(s == SG_EINVAL && r.flags == SG_POLICY_FALLBACK && x[0] == 0 && r.obs_age_ns == -1,
           "before any observation: SG_EINVAL, the middle of the limits");
    s = sg_policy_observe(a.ws, bad, 10);
    tap_ok(s == SG_ENAN, "a NaN is refused");
    bad[1] = INFINITY;
    s = sg_policy_observe(a.ws, bad, 10);
    tap_ok(s == SG_ENAN, "an infinity is refused");
    r = step(a.ws, obs1, 20, x);
    tap_ok(r.flags == SG_POLICY_NAN_REJECTED, "the next action tells of it");
    s = sg_policy_act(a.ws, 20, FAR, x, &r);
    tap_ok(s == SG_OK && r.flags == 0, "once");
    s = sg_policy_observe(a.ws, obs1, 20);
    tap_ok(s == SG_EINVAL, "an observation of the same time is refused");
    double last = x[0];
    s = sg_policy_act(a.ws, 10, FAR, x, &r);
    tap_ok(s == SG_OK && x[0] == last && (r.flags & SG_POLICY_FALLBACK),
           "a clock that goes back: the last action");
    s = sg_policy_act(a.ws, 20 + 3 * FIX_PERIOD, FAR, x, &r);
    tap_ok(s == SG_OK && r.flags == SG_POLICY_STALE_OBS && r.index == 3,
           "no observation for three periods: STALE_OBS, the chunk goes on");
    s = sg_policy_act(a.ws, 20 + 20 * FIX_PERIOD, FAR, x, &r);
    tap_ok(s == SG_OK && r.flags == (SG_POLICY_STALE_OBS | SG_POLICY_FALLBACK) && r.index == -1,
           "for twenty: FALLBACK");
    r = step(a.ws, wild, 20 + 21 * FIX_PERIOD, x);
    tap_ok((r.flags & SG_POLICY_OUT_OF_RANGE) && isfinite(x[0]) && isfinite(x[1]) &&
               fabs(x[0]) <= 3 && fabs(x[1]) <= 3,
           "an observation too huge for the network: OUT_OF_RANGE, an action within the limits");
    sg_policy_counts n;
    sg_policy_get_counts(a.ws, &n);
    tap_ok(n.refused == 3 && n.flag[4] == 4 && n.flag[2] == 2, "counted");
    tap_ok(sg_policy_set_goal(a.ws, x) == SG_ENOTSUP && sg_policy_set_goal(a.ws, NULL) == SG_OK,
           "a goal for a policy without goals: SG_ENOTSUP");
    free(a.mem);
    sg_policy_close(p);
    /* weights whose products overflow */
    p = fix_policy(1, 0, 0, 8e38);
    a = fix_ws(p, NULL);
    r = step(a.ws, obs1, 20, x);
    tap_ok((r.flags & SG_POLICY_NAN_REJECTED) && (r.flags & SG_POLICY_FALLBACK) && isfinite(x[0]),
           "a chunk that is not finite is dropped");
    free(a.mem);
    sg_policy_close(p);
}

static void limits(void)
{
    static const double lo[] = {-0.5, -30}, hi[] = {0.5, 30}, rate[] = {1e9, 2},
                        accel[] = {1e12, 6};
    sg_policy *p = fix_policy(1, 0, 0, 4);
    sg_policy_opts o = sg_policy_opts_default(p);
    o.execute = 1;
    o.lo = lo;
    o.hi = hi;
    o.rate = rate;
    o.accel = accel;
    fix_space a = fix_ws(p, &o);
    sg_rng r;
    sg_rng_init(&r, 23, 0, 0);
    int64_t t = 0, last_t = 0;
    double x[2], last = 0, speed = 0, over = 0, slip = 0, kick = 0;
    int clipped = 0, moved = 0;
    for (int k = 0; k < 2000; k++) {
        double obs[FIX_OBS];
        for (int i = 0; i < FIX_OBS; i++)
            obs[i] = 2 * sg_rng_uniform(&r) - 1;
        t += 1000000 + (int64_t)(2e8 * sg_rng_uniform(&r));
        sg_policy_report rep = step(a.ws, obs, t, x);
        double dt = 1e-9 * (double)(t - last_t), v = (x[1] - last) / dt;
        clipped += (rep.flags & SG_POLICY_CLIPPED) != 0;
        tap_worst(&over, fabs(x[0]) - 0.5);
        tap_worst(&over, fabs(x[1]) - 30);
        if (k > 0)
            tap_worst(&slip, fabs(v) - 2);
        if (k > 1) { /* braking at a limit may be harder than accel */
            if (fabs(x[1]) < 30)
                tap_worst(&kick, fabs(v - speed) - 6 * dt);
            moved += v != 0;
        }
        last = x[1];
        last_t = t;
        speed = k > 0 ? v : 0;
    }
    tap_ok(over <= 0, "limits hold");
    tap_ok(slip < 1e-9, "the rate holds at jittering periods (%.1e over)", slip);
    tap_ok(kick < 1e-6, "the acceleration holds (%.1e over)", kick);
    tap_ok(clipped > 1000 && moved > 1000, "and they had work to do (%d of 2000)", clipped);
    free(a.mem);
    sg_policy_close(p);
}

static void holding(void)
{
    static const double hold[] = {1, -1};
    sg_policy *p = fix_policy(1, 0, 0, 1);
    sg_policy_opts o = sg_policy_opts_default(p);
    o.hold = hold;
    o.ramp_ns = 4 * FIX_PERIOD;
    o.watchdog_ns = 2 * FIX_PERIOD;
    fix_space a = fix_ws(p, &o);
    double x[2], from[2];
    int64_t end = 2 * FIX_PERIOD;
    sg_policy_report r = step(a.ws, obs1, 0, x);
    sg_status s = sg_policy_act(a.ws, end, FAR, from, &r);
    tap_ok(s == SG_OK && !(r.flags & SG_POLICY_FALLBACK), "the watchdog waits");
    s = sg_policy_act(a.ws, end + FIX_PERIOD, FAR, x, &r);
    tap_ok(s == SG_OK && (r.flags & SG_POLICY_FALLBACK) &&
               fabs(x[0] - (from[0] + 0.25 * (1 - from[0]))) < 1e-12,
           "then a quarter of the ramp to hold");
    s = sg_policy_act(a.ws, end + 3 * FIX_PERIOD, FAR, x, &r);
    tap_ok(s == SG_OK && fabs(x[0] - (from[0] + 0.75 * (1 - from[0]))) < 1e-12, "three quarters");
    s = sg_policy_act(a.ws, end + 9 * FIX_PERIOD, FAR, x, &r);
    tap_ok(s == SG_OK && x[0] == 1 && x[1] == -1, "and it stays there");
    r = step(a.ws, obs2, end + 10 * FIX_PERIOD, x);
    tap_ok(r.flags == 0 && r.steps == 3, "a new observation: on again");
    free(a.mem);
    sg_policy_close(p);
}

static void carried(void)
{
    sg_policy *p = fix_policy(1, 0, 1, 1);
    sg_policy_opts o = sg_policy_opts_default(p);
    o.freeze_ns = 2 * FIX_PERIOD;
    fix_space a = fix_ws(p, &o);
    double x[2], old[FIX_HORIZON * FIX_ACT];
    step(a.ws, obs1, 0, x);
    memcpy(old, sg_policy_chunk(a.ws, NULL), sizeof old);
    sg_policy_report r = step(a.ws, obs2, 4 * FIX_PERIOD, x);
    const double *c = sg_policy_chunk(a.ws, NULL);
    double kept = 0, changed = 0;
    for (int i = 0; i < 2 * FIX_ACT; i++)
        tap_worst(&kept, fabs(c[i] - old[8 + i]));
    for (int i = 4; i < 8; i++)
        changed = fmax(changed, fabs(c[i] - old[8 + i]));
    tap_ok(r.steps == 3 && kept < 1e-12 && changed > 1e-3,
           "frozen: the first two actions are those of the old chunk, the others new");
    free(a.mem);
    o.freeze_ns = 0;
    o.warm_sigma = 0.05;
    o.sigma_end = 0.05;
    o.steps = 1;
    o.noise = 0;
    a = fix_ws(p, &o);
    step(a.ws, obs1, 0, x);
    memcpy(old, sg_policy_chunk(a.ws, NULL), sizeof old);
    /* at a low noise level D is near its input: c_skip = 0.99, |c_out| < 0.05 */
    step(a.ws, obs1, 4 * FIX_PERIOD, x);
    c = sg_policy_chunk(a.ws, NULL);
    changed = 0;
    for (int i = 0; i < 8; i++)
        changed = fmax(changed, fabs(c[i] - old[8 + i]));
    tap_ok(changed < 0.5 && changed > 0, "warm start: near the rest of the old chunk (%.2f)",
           changed);
    free(a.mem);
    sg_policy_close(p);
}

static void goals(void)
{
    static const double g1[] = {0.2, 0.3}, g2[] = {-0.7, 0.9}, bad[] = {NAN, 0};
    sg_policy *p = fix_policy(1, 2, 1, 1);
    fix_space a = fix_ws(p, NULL);
    double none[2], x[2], y[2];
    step(a.ws, obs1, 0, none);
    sg_policy_reset(a.ws, 0);
    sg_status s = sg_policy_set_goal(a.ws, g1);
    step(a.ws, obs1, 0, x);
    tap_ok(s == SG_OK && memcmp(none, x, sizeof x) != 0, "a goal changes the action");
    tap_ok(sg_policy_set_goal(a.ws, bad) == SG_ENAN, "a goal that is not finite is refused");
    s = sg_policy_set_goal(a.ws, g2);
    sg_policy_report r = step(a.ws, obs1, FIX_PERIOD, y);
    tap_ok(s == SG_OK && r.steps == 3, "a new goal starts a new chunk");
    sg_policy_reset(a.ws, 0);
    step(a.ws, obs1, 0, y);
    tap_ok(memcmp(none, y, sizeof x) == 0, "reset forgets it");
    free(a.mem);
    sg_policy_close(p);
}

/* One step is linear in F: the guided chunk lies on the line through the two. */
static void guidance(void)
{
    static const double g[] = {0.2, 0.3}, weight[] = {0, 1, 2.5, -0.5};
    enum { N = FIX_HORIZON * FIX_ACT };
    double c[5][N], x[2], worst = 0;
    sg_policy *p = fix_policy(4, 2, 1, 1);
    sg_policy_opts o = sg_policy_opts_default(p);
    o.steps = 1;
    for (int k = 0; k < 5; k++) {
        o.guidance = k < 4 ? weight[k] : 1;
        fix_space a = fix_ws(p, &o);
        sg_status s = sg_policy_set_goal(a.ws, k < 4 ? g : NULL);
        step(a.ws, obs1, 0, x);
        memcpy(c[k], sg_policy_chunk(a.ws, NULL), sizeof c[k]);
        if (s != SG_OK)
            c[k][0] = NAN;
        free(a.mem);
    }
    for (int k = 2; k < 4; k++)
        for (int i = 0; i < N; i++)
            tap_worst(&worst, fabs(c[k][i] - c[0][i] - weight[k] * (c[1][i] - c[0][i])));
    tap_ok(memcmp(c[0], c[4], sizeof c[0]) == 0, "guidance 0 is no goal");
    tap_ok(memcmp(c[0], c[1], sizeof c[0]) != 0 && worst < 1e-5,
           "guidance 2.5 and -0.5 lie on the line (%.1e off)", worst);
    sg_policy_close(p);
}

static void many_goals(void)
{
    static const double g[] = {0.2, 0.3, -0.7, 0.9, 0.5, -0.1}, swapped[] = {-0.7, 0.9, 0.2, 0.3};
    double x[4][2];
    fix_more.goals = 3;
    sg_policy *p = fix_policy(1, 2, 1, 1);
    fix_more.goals = 0;
    fix_space a = fix_ws(p, NULL);
    int n[] = {1, 2, 3, 2};
    sg_status s = SG_OK;
    for (int k = 0; k < 4; k++) {
        sg_policy_reset(a.ws, 0);
        s |= sg_policy_set_goals(a.ws, k < 3 ? g : swapped, n[k]);
        step(a.ws, obs1, 0, x[k]);
    }
    tap_ok(s == SG_OK && x[0][0] != x[1][0] && x[1][0] != x[2][0],
           "one, two and three goals differ");
    tap_ok(x[1][0] != x[3][0], "their order matters");
    tap_ok(sg_policy_set_goals(a.ws, g, 4) == SG_EINVAL &&
               sg_policy_set_goals(a.ws, g, -1) == SG_EINVAL,
           "more goals than the policy knows are refused");
    free(a.mem);
    sg_policy_close(p);
}

/* A policy whose past may be hidden starts by what it has seen, not by what it has not. */
static void hidden(void)
{
    static const double other[] = {-0.4, 0.9, 0.2, -0.8};
    double w[2 * FIX_OBS], x[2][2];
    sg_real in[3][16];
    fix_more.past = 1;
    sg_policy *p = fix_policy(1, 0, 1, 1);
    fix_more.past = 0;
    for (int k = 0; k < 3; k++) {
        memcpy(w, k == 1 ? other : obs1, sizeof other);
        memcpy(w + FIX_OBS, obs1, sizeof other);
        const sg_i_policy_view v = {w, k == 2 ? 2 : 1, NULL, 0};
        sg_i_policy_input(&p->m, in[k], &v);
    }
    int n = sg_i_policy_inputs(&p->m.net.dims);
    tap_ok(n == 2 * FIX_OBS + 1 && memcmp(in[0], in[1], (size_t)n * sizeof **in) == 0 &&
               memcmp(in[0], in[2], (size_t)n * sizeof **in) != 0 && in[0][n - 1] == 0 &&
               in[2][n - 1] == 1,
           "a hidden observation does not count, and is told from a seen one");
    fix_space a = fix_ws(p, NULL);
    sg_policy_reset(a.ws, 0);
    step(a.ws, obs1, 0, x[0]);
    sg_policy_reset(a.ws, 0);
    sg_status s = sg_policy_observe(a.ws, obs1, 0);
    step(a.ws, obs1, 1, x[1]);
    tap_ok(s == SG_OK && x[0][0] != x[1][0], "seen once is not seen twice");
    free(a.mem);
    sg_policy_close(p);
}

/* A pose at (0.3, -0.2) turned by 30 degrees: what lies a step ahead of it, and back. */
static void framed(void)
{
    double now[4] = {0.3, -0.2, cos(M_PI / 6), sin(M_PI / 6)}, seen[4], v[2], worst = 0;
    double goal[4] = {0.3 + cos(M_PI / 6), -0.2 + 0.5, 0, 1};
    fix_more.frame = 1;
    sg_policy *p = fix_policy(1, 4, 1, 1);
    fix_more.frame = 0;
    sg_i_policy_goal_seen(&p->m, now, seen, goal);
    tap_ok(fabs(seen[0] - 1) + fabs(seen[1]) < 1e-12 &&
               fabs(seen[2] - 0.5) + fabs(seen[3] - cos(M_PI / 6)) < 1e-12,
           "a goal one ahead and turned by 60 degrees more");
    v[0] = now[0] - 0.5;
    v[1] = now[1] + cos(M_PI / 6);
    sg_i_policy_relative(&p->m, now, v);
    tap_ok(fabs(v[0]) + fabs(v[1] - 1) < 1e-12, "an action one to the side");
    double u[FIX_HORIZON * FIX_ACT], y[FIX_HORIZON * FIX_ACT], back[FIX_HORIZON * FIX_ACT];
    for (int i = 0; i < FIX_HORIZON * FIX_ACT; i++)
        u[i] = sin(2.4 * i);
    sg_i_policy_to_chunk(&p->m, now, y, u);
    sg_i_policy_from_chunk(&p->m, now, back, y);
    for (int i = 0; i < FIX_HORIZON * FIX_ACT; i++)
        tap_worst(&worst, fabs(back[i] - u[i]));
    tap_ok(worst < 1e-12 && fabs(y[5] - u[5]) > 0.1, "into the frame and back");
    sg_policy_close(p);
}

/* A policy that predicts: actions and what follows them are told apart; actions that are frozen
 * stay, what follows is made anew. */
static void forecasts(void)
{
    enum { N = FIX_HORIZON * FIX_ACT, K = FIX_HORIZON * FIX_OBS };
    double x[2], u[N + K], y[N + K], back[N + K], worst = 0, old[N], seen[K];
    fix_more.predict = 1;
    sg_policy *p = fix_policy(4, 0, 1, 1);
    fix_more.predict = 0;
    const sg_i_policy_scale *s = &p->m.scale;
    for (int i = 0; i < N + K; i++)
        u[i] = cos(1.7 * i);
    sg_i_policy_to_chunk(&p->m, obs1, y, u);
    sg_i_policy_from_chunk(&p->m, obs1, back, y);
    for (int i = 0; i < N + K; i++)
        tap_worst(&worst, fabs(back[i] - u[i]));
    /* row 3: actions 6 and 7, then observations 12 to 15 */
    int at = 3 * (FIX_ACT + FIX_OBS);
    double action = (u[7] - obs1[1] - s->mean[at + 1]) / 2,
           after = (u[N + 14] - obs1[2] - s->mean[at + 4]) / 2;
    tap_ok(worst < 1e-12 && fabs(y[at + 1] - action) < 1e-12 && fabs(y[at + 4] - after) < 1e-12,
           "actions and observations alternate in the network");
    sg_policy_opts o = sg_policy_opts_default(p);
    o.freeze_ns = 2 * FIX_PERIOD;
    o.execute = 2;
    fix_space a = fix_ws(p, &o);
    step(a.ws, obs1, 0, x);
    int64_t t = 7;
    const double *f = sg_policy_forecast(a.ws, &t), *c = sg_policy_chunk(a.ws, NULL);
    tap_ok(f && f == c + N && t == 0, "a forecast");
    memcpy(old, c, sizeof old);
    memcpy(seen, f, sizeof seen);
    step(a.ws, obs1, 2 * FIX_PERIOD, x);
    double kept = 0, anew = 0;
    for (int i = 0; i < 2 * FIX_ACT; i++)
        tap_worst(&kept, fabs(c[i] - old[2 * FIX_ACT + i]));
    for (int i = 0; i < 2 * FIX_OBS; i++)
        anew = fmax(anew, fabs(f[i] - seen[2 * FIX_OBS + i]));
    tap_ok(kept < 1e-12 && anew > 1e-3, "frozen actions stay, their outcome is predicted anew");
    free(a.mem);
    sg_policy_close(p);
    p = fix_policy(1, 0, 1, 1);
    a = fix_ws(p, NULL);
    step(a.ws, obs1, 0, x);
    tap_ok(!sg_policy_forecast(a.ws, NULL) && sg_policy_chunk(a.ws, NULL), "others do not predict");
    free(a.mem);
    sg_policy_close(p);
}

/* int8: near the policy in floating point, the same bits by every kernel. */
static void int8(void)
{
    static const char *const kernels[] = {"vnni", "v4", "v3", "generic"};
    enum { N = FIX_HORIZON * FIX_ACT };
    double c[2][N], x[2], off = 0, size = 0;
    for (int k = 0; k < 2; k++) {
        fix_more.int8 = k;
        sg_policy *p = fix_policy(4, 2, 1, 1);
        fix_space a = fix_ws(p, NULL);
        step(a.ws, obs1, 0, x);
        memcpy(c[k], sg_policy_chunk(a.ws, NULL), sizeof c[k]);
        int same = 1, n = 0;
        for (int i = 0; k && i < 4; i++)
            if (sg_q8_use(p->m.q8, kernels[i]) == SG_OK) {
                sg_policy_reset(a.ws, 0);
                step(a.ws, obs1, 0, x);
                same &= memcmp(c[1], sg_policy_chunk(a.ws, NULL), sizeof c[1]) == 0;
                n++;
            }
        if (k)
            tap_ok(same && n > 0 && sg_q8_count(p->m.q8) > 10, "int8: %d kernels, the same bits",
                   n);
        free(a.mem);
        sg_policy_close(p);
    }
    fix_more.int8 = 0;
    for (int i = 0; i < N; i++) {
        tap_worst(&off, fabs(c[1][i] - c[0][i]));
        size = fmax(size, fabs(c[0][i]));
    }
    tap_ok(off > 0 && off < 0.1 * size, "int8: %.3f from the same in floating point, of %.2f", off,
           size);
}

static void options(void)
{
    sg_policy *p = fix_policy(1, 0, 1, 1);
    sg_error err;
    sg_policy_ws *ws;
    sg_policy_info info;
    size_t size = (sg_policy_ws_size(p) + 127) / 64 * 64;
    char *mem = aligned_alloc(64, size);
    sg_policy_describe(p, &info);
    tap_ok(info.n_obs == FIX_OBS && info.horizon == FIX_HORIZON &&
               strcmp(info.action_names, "x,y") == 0 && strlen(info.hash) == 12,
           "describe");
    tap_ok(sg_policy_ws_init(&ws, p, mem, sg_policy_ws_size(p) - 1, NULL, &err) == SG_EINVAL,
           "too small a workspace");
    tap_ok(sg_policy_ws_init(&ws, p, mem + 8, size - 8, NULL, &err) == SG_EINVAL, "not aligned");
    static const double empty[] = {5, 5};
    const sg_policy_opts d = sg_policy_opts_default(p);
    sg_policy_opts o[9] = {d, d, d, d, d, d, d, d, d};
    o[0].steps = 0;
    o[1].execute = FIX_HORIZON + 1;
    o[2].sigma_end = 0.001;
    o[3].warm_sigma = 3;
    o[4].noise = NAN;
    o[5].stale_ns = -1;
    o[6].lo = o[6].hi = empty;
    o[7].hold = empty;
    o[8].guidance = NAN;
    for (int k = 0; k < 9; k++)
        tap_ok(sg_policy_ws_init(&ws, p, mem, size, &o[k], &err) == SG_EINVAL && !ws, "refused: %s",
               err.text);
    unsigned before = sg_fp_flush(), during;
    sg_fp_restore(before);
    fix_space a = fix_ws(p, NULL);
    double x[2];
    step(a.ws, obs1, 0, x);
    during = sg_fp_flush();
    sg_fp_restore(during);
    tap_ok(during == before, "the processor's mode is put back");
    free(a.mem);
    free(mem);
    sg_policy_close(p);
}

int main(void)
{
    chunks();
    euler(1);
    euler(3);
    euler(7);
    between();
    deadlines();
    faults();
    limits();
    holding();
    carried();
    goals();
    guidance();
    many_goals();
    hidden();
    framed();
    forecasts();
    int8();
    options();
    return tap_done();
}
