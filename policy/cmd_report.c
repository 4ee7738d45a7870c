#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "rollout.h"
#include "svg.h"

/* clang-format off */
static const sg_opt options[] = {
    SG_POLICY_OPT_ENV,
    SG_POLICY_OPT_SCENE,
    {"seeds", 0, SG_OPT_RANGE, "A-B", "starts: NumPy's RandomState seeds", "100000-100003", 0, 4294967295.0, NULL},
    {"max-steps", 0, SG_OPT_INT, "K", "end an episode after K periods (default: as published)", NULL, 1, 1e6, NULL},
    SG_POLICY_OPT_GOAL,
    SG_POLICY_OPTS_WS,
    {"output", 'o', SG_OPT_TEXT, "FILE", "the picture, SVG", "-", 0, 0, NULL},
};
/* clang-format on */

enum { MOST = 64, ACROSS = 4 };

typedef struct show {
    const sg_i_env *env;
    sg_policy *policy;
    sg_policy_ws *ws;
    void *mem;
    int n, max_steps, goal;
    sg_i_episode e[MOST];
    sg_i_trace trace[MOST];
    uint64_t seed[MOST];
} show;

static sg_status open_all(const sg_cli *c, show *v, sg_error *err)
{
    uint64_t first = 0, last = 0;
    v->env = sg_i_env_find(sg_cli_text(c, "env"), err);
    if (!v->env)
        return SG_EINVAL;
    if (!v->env->picture)
        return sg_fail(err, SG_ENOTSUP, "%s has no picture", v->env->name);
    if (!v->env->open)
        return sg_fail(err, SG_ENOTSUP, "built without the simulator of %s", v->env->name);
    sg_cli_pair(c, "seeds", &first, &last);
    if (last - first >= MOST)
        return sg_fail(err, SG_EINVAL, "%llu episodes, at most %d fit in a picture",
                       (unsigned long long)(last - first + 1), MOST);
    v->n = (int)(last - first + 1);
    for (int k = 0; k < v->n; k++)
        v->seed[k] = first + (uint64_t)k;
    v->max_steps =
        sg_cli_given(c, "max-steps") ? (int)sg_cli_int(c, "max-steps") : v->env->max_steps;
    v->goal = sg_i_policy_goal_kind(sg_cli_text(c, "goal"));
    sg_status s = sg_i_policy_model(c, v->env->name, &v->policy, err);
    if (s == SG_OK)
        s = sg_i_rollout_fits(v->env, v->policy, err);
    if (s != SG_OK)
        return s;
    size_t size = (sg_policy_ws_size(v->policy) + 63) / 64 * 64;
    sg_policy_opts o = sg_policy_opts_default(v->policy);
    sg_i_policy_ws_opts(c, &o);
    v->mem = aligned_alloc(64, size);
    return v->mem ? sg_policy_ws_init(&v->ws, v->policy, v->mem, size, &o, err)
                  : sg_fail(err, SG_ENOMEM, "no memory for a workspace");
}

static sg_status play(show *v, int k, sg_i_world *w, sg_error *err)
{
    size_t n = (size_t)v->max_steps + 1;
    double goal[SG_ENV_GOAL];
    const double *counted;
    sg_i_trace *t = &v->trace[k];
    t->state = calloc(n * (size_t)v->env->n_state, sizeof *t->state);
    t->action = calloc(n * (size_t)v->env->n_action, sizeof *t->action);
    t->index = calloc(n, sizeof *t->index);
    if (!t->state || !t->action || !t->index)
        return sg_fail(err, SG_ENOMEM, "no memory for an episode");
    sg_policy_reset(v->ws, v->seed[k]);
    sg_status s = sg_i_policy_give_goal(v->goal, v->env, v->policy, v->ws, (uint32_t)v->seed[k],
                                        goal, &counted, err);
    if (s != SG_OK)
        return s;
    return sg_i_rollout(&v->e[k], v->env, w, v->ws, (uint32_t)v->seed[k], v->max_steps, counted,
                        NULL, t, err);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    show *v = calloc(1, sizeof *v);
    if (!v)
        return sg_fail(err, SG_ENOMEM, "no memory");
    sg_i_world *w = NULL;
    sg_status s = open_all(c, v, err);
    if (s == SG_OK)
        s = sg_i_env_open(v->env, &w, sg_cli_text(c, "scene"), err);
    for (int k = 0; k < v->n && s == SG_OK; k++)
        s = play(v, k, w, err);
    if (w)
        v->env->close(w);
    sg_out *out = s == SG_OK ? sg_out_open(sg_cli_text(c, "output"), err) : NULL;
    if (s == SG_OK && !out)
        s = SG_EIO;
    if (s == SG_OK) {
        sg_policy_info info;
        char title[256];
        sg_policy_describe(v->policy, &info);
        snprintf(title, sizeof title, "%s, policy %s", v->env->summary, info.hash);
        sg_i_svg_episodes(out, v->env, v->e, v->trace, v->seed, v->n, ACROSS, title);
        s = sg_out_commit(out, err);
    }
    for (int k = 0; k < v->n; k++) {
        free(v->trace[k].state);
        free(v->trace[k].action);
        free(v->trace[k].index);
    }
    free(v->mem);
    sg_policy_close(v->policy);
    free(v);
    return s;
}

const sg_verb sg_i_policy_report = {
    .name = "report",
    .summary = "draw a policy's episodes",
    .common = SG_COMMON_MODEL | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Runs the starts as eval does and draws them side by side as one SVG: the goal in green, "
        "block "
        "and agent moving in real time where the viewer animates (any web browser), the agent's "
        "way as a line; elsewhere the end of each episode.",
    .example = "sg-policy report --model pusht --seeds 100000-100003 -o episodes.svg",
    .run = run};
