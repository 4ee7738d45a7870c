#include <config.h>

#include <math.h>
#include <string.h>

#include "cli/cli.h"
#include "rollout.h"
#include "runtime.h"

sg_status sg_i_rollout_fits(const sg_i_env *env, const sg_policy *p, sg_error *err)
{
    sg_policy_info i;
    sg_policy_describe(p, &i);
    if (strcmp(i.env, env->name) != 0 || i.n_obs != env->n_obs || i.n_action != env->n_action ||
        (i.n_goal && i.n_goal != env->n_goal))
        return sg_fail(
            err, SG_EMODEL,
            "the policy was made for %s with %d observations (%s), %d actions; %s has %d, %d",
            i.env, i.n_obs, i.obs_names, i.n_action, env->name, env->n_obs, env->n_action);
    return SG_OK;
}

/* Adds the squared errors of the forecast for the observation that came, which is number `index` of
 * its chunk, and of the guess that nothing changed since. */
static void judge(sg_i_episode *e, const sg_policy_ws *ws, int index, const double *came,
                  const double *before)
{
    const sg_i_policy_scale *s = &ws->p->m.scale;
    int n = ws->p->m.net.dims.obs;
    const double *f = sg_policy_forecast(ws, NULL) + index * n;
    for (int c = 0; c < n; c++) {
        double range = s->obs_hi[c] - s->obs_lo[c];
        e->forecast += pow((came[c] - f[c]) / range, 2) / n;
        e->still += pow((came[c] - before[c]) / range, 2) / n;
    }
}

sg_status sg_i_rollout(sg_i_episode *e, const sg_i_env *env, sg_i_world *w, sg_policy_ws *ws,
                       uint32_t seed, int max_steps, const double *goal, double *latency,
                       sg_i_trace *trace, sg_error *err)
{
    double s[SG_ENV_STATE], obs[SG_ENV_OBS], action[SG_ENV_ACTION], coverage = 0;
    double before[SG_ENV_OBS] = {0};
    int64_t period = (int64_t)(env->period * 1e9);
    memset(e, 0, sizeof *e);
    e->way = -1;
    if (trace && goal)
        memcpy(trace->goal, goal, (size_t)env->n_goal * sizeof *goal);
    else if (trace)
        env->published_goal(trace->goal);
    env->reset(w, seed);
    env->get(w, s);
    for (int k = 0; k < max_steps && !e->success; k++) {
        sg_policy_report r;
        env->observe(s, obs);
        double t0 = sg_cli_seconds();
        sg_status st = sg_policy_observe(ws, obs, k * period);
        if (st == SG_OK)
            st = sg_policy_act(ws, k * period, INT64_MAX, action, &r);
        if (st != SG_OK)
            return sg_fail(err, st, "step %d of the start %lu: %s", k, (unsigned long)seed,
                           sg_strerror(st));
        double us = 1e6 * (sg_cli_seconds() - t0);
        if (latency)
            latency[k] = r.steps ? us : -us;
        if (trace) {
            memcpy(trace->state + k * env->n_state, s, (size_t)env->n_state * sizeof *s);
            memcpy(trace->action + k * env->n_action, action, (size_t)env->n_action * sizeof *s);
            trace->index[k] = r.index;
        }
        if (r.steps)
            memcpy(before, obs, sizeof before);
        e->chunks += r.steps > 0;
        e->nfe += r.steps;
        env->step(w, action);
        env->get(w, s);
        if (ws->p->m.net.dims.predict && r.index >= 0) {
            env->observe(s, obs);
            judge(e, ws, r.index, obs, before);
        }
        coverage = goal ? env->coverage_of(s, goal) : env->coverage(s);
        e->score = fmax(e->score, fmin(coverage / env->full, 1));
        e->success = coverage > env->success;
        if (env->way && e->way < 0)
            e->way = env->way(s);
        e->steps = k + 1;
    }
    if (trace)
        memcpy(trace->state + e->steps * env->n_state, s, (size_t)env->n_state * sizeof *s);
    for (int t = 0; t < env->n_tasks; t++)
        e->place[t] = (int)s[env->tally + t];
    e->forecast /= e->steps;
    e->still /= e->steps;
    e->iou = env->overlaps ? coverage / (2 - coverage) : 0;
    return SG_OK;
}
