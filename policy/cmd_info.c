#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/models.h"
#include "cmd.h"
#include "runtime.h"

static void names_and_ranges(const char *what, const char *names, const double *lo,
                             const double *hi, int n)
{
    printf("%s\n", what);
    for (int i = 0; i < n; i++) {
        int len = 0;
        while (names[len] && names[len] != ',')
            len++;
        printf("  %-16.*s %10.4g to %.4g\n", len, names, lo[i], hi[i]);
        names += len + (names[len] == ',');
    }
}

static json_t *json_numbers(const double *x, int n)
{
    json_t *a = json_array();
    for (int i = 0; i < n; i++)
        sg_json_append(&a, isfinite(x[i]) ? json_real(x[i]) : json_null()); /* null: no limit */
    return a;
}

static sg_status show_json(const sg_policy *p, const sg_policy_info *i, sg_error *err)
{
    const sg_i_policy_scale *s = &p->m.scale;
    json_t *o = json_object();
    sg_json_set(&o, "env", sg_json_string(i->env));
    sg_json_set(&o, "hash", sg_json_string(i->hash));
    sg_json_set(&o, "arch", sg_json_string(i->arch));
    sg_json_set(&o, "parameters", json_integer((json_int_t)i->n_parameters));
    sg_json_set(&o, "observations", sg_json_string(i->obs_names));
    sg_json_set(&o, "actions", sg_json_string(i->action_names));
    sg_json_set(&o, "goals", sg_json_string(i->goal_names));
    sg_json_set(&o, "predicts", json_boolean(i->predicts));
    sg_json_set(&o, "goals_at_once", json_integer(i->n_goals));
    sg_json_set(&o, "goal_lo", json_numbers(s->goal_lo, i->n_goal));
    sg_json_set(&o, "goal_hi", json_numbers(s->goal_hi, i->n_goal));
    sg_json_set(&o, "window", json_integer(i->window));
    sg_json_set(&o, "horizon", json_integer(i->horizon));
    sg_json_set(&o, "period_s", json_real(i->period_s));
    sg_json_set(&o, "obs_lo", json_numbers(s->obs_lo, i->n_obs));
    sg_json_set(&o, "obs_hi", json_numbers(s->obs_hi, i->n_obs));
    sg_json_set(&o, "limit_lo", json_numbers(s->lo, i->n_action));
    sg_json_set(&o, "limit_hi", json_numbers(s->hi, i->n_action));
    sg_json_set(&o, "limit_rate", json_numbers(s->rate, i->n_action));
    sg_json_set(&o, "limit_accel", json_numbers(s->accel, i->n_action));
    sg_json_set(&o, "workspace_bytes", json_integer((json_int_t)sg_policy_ws_size(p)));
    return sg_cli_print_json(o, err);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    sg_policy *p;
    sg_policy_info i;
    sg_status s = sg_i_policy_model(c, "pusht", &p, err);
    if (s != SG_OK)
        return s;
    sg_policy_describe(p, &i);
    const sg_i_policy_dims *d = &p->m.net.dims;
    if (sg_cli_flag(c, "json")) {
        s = show_json(p, &i, err);
    } else {
        printf("%s, model %s: %s, %zu parameters, width %d, %d layers, %d token%s\n", i.env, i.hash,
               i.arch, i.n_parameters, d->d, d->L, d->tokens, d->tokens > 1 ? "s" : "");
        if (p->m.q8)
            printf("%d matrices with %zu weights are int8\n", sg_q8_count(p->m.q8),
                   sg_q8_bytes(p->m.q8));
        printf(
            "sees %d observations, plans %d actions, one each %g s; a workspace takes %zu bytes\n",
            i.window, i.horizon, i.period_s, sg_policy_ws_size(p));
        names_and_ranges("observations, range in training:", i.obs_names, p->m.scale.obs_lo,
                         p->m.scale.obs_hi, i.n_obs);
        if (i.predicts)
            printf("predicts what will be observed after each action\n");
        if (i.n_goals > 1)
            printf("takes %d goals at once, in the order in which they are to be reached\n",
                   i.n_goals);
        if (i.n_goal)
            names_and_ranges(
                p->m.scale.frame[0] < 0
                    ? "goals, range in training:"
                    : "goals, range in training relative to the pose in the observation:",
                i.goal_names, p->m.scale.goal_lo, p->m.scale.goal_hi, i.n_goal);
        names_and_ranges("actions, limits:", i.action_names, p->m.scale.lo, p->m.scale.hi,
                         i.n_action);
    }
    sg_policy_close(p);
    return s;
}

const sg_verb sg_i_policy_info = {
    .name = "info",
    .summary = "what a policy sees, does and needs",
    .common = SG_COMMON_MODEL | SG_COMMON_JSON | SG_COMMON_QUIET,
    .description =
        "Names, order, ranges and limits of a policy's observations, goals and actions, and "
        "its sizes.",
    .example = "sg-policy info --model pusht",
    .run = run};

static sg_status list(sg_cli *c, sg_error *err)
{
    return sg_cli_list_models(c, "policy", err);
}

const sg_verb sg_i_policy_list = {
    .name = "list",
    .summary = "show the shipped policies",
    .common = SG_COMMON_JSON,
    .description = "One line a policy: name, size, hash, what it is for and its scores.",
    .example = "sg-policy list",
    .run = list};
