#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cli/modeldirs.h"
#include "cmd.h"

sg_status sg_i_policy_model_path(const sg_cli *c, const char *usual, char **path, sg_error *err)
{
    const char *name = sg_cli_text(c, "model");
    return sg_cli_model_path("policy", name ? name : usual, path, err);
}

sg_status sg_i_policy_model(const sg_cli *c, const char *usual, sg_policy **p, sg_error *err)
{
    char *path;
    *p = NULL;
    sg_status s = sg_i_policy_model_path(c, usual, &path, err);
    if (s == SG_OK)
        s = sg_policy_open(p, path, err);
    free(path);
    return s;
}

void sg_i_policy_ws_opts(const sg_cli *c, sg_policy_opts *o)
{
    if (sg_cli_given(c, "steps"))
        o->steps = (int)sg_cli_int(c, "steps");
    if (sg_cli_given(c, "execute"))
        o->execute = (int)sg_cli_int(c, "execute");
    if (sg_cli_given(c, "sigma-end"))
        o->sigma_end = sg_cli_double(c, "sigma-end");
    if (sg_cli_given(c, "warm"))
        o->warm_sigma = sg_cli_double(c, "warm");
    if (sg_cli_given(c, "noise"))
        o->noise = sg_cli_double(c, "noise");
    if (sg_cli_given(c, "guidance"))
        o->guidance = sg_cli_double(c, "guidance");
}

static const char *const goal_names[] = {"published", "drawn", "none", NULL};

const char *sg_i_policy_goal_name(size_t k)
{
    return k < sizeof goal_names / sizeof *goal_names ? goal_names[k] : NULL;
}

int sg_i_policy_goal_kind(const char *name)
{
    int k = 0;
    while (strcmp(goal_names[k], name) != 0) /* one of the option's choices */
        k++;
    return k;
}

sg_status sg_i_policy_give_goal(int kind, const sg_i_env *env, const sg_policy *p, sg_policy_ws *ws,
                                uint32_t seed, double *goal, const double **counted, sg_error *err)
{
    sg_policy_info info;
    sg_policy_describe(p, &info);
    *counted = NULL;
    if (kind == SG_POLICY_GOAL_DRAWN) {
        if (!info.n_goal || !env->drawn_goal)
            return sg_fail(err, SG_ENOTSUP, "%s: goals cannot be drawn",
                           info.n_goal ? env->name : "a policy without goals");
        env->drawn_goal(seed, goal);
        *counted = goal;
    } else {
        env->published_goal(goal);
    }
    if (!info.n_goal || kind == SG_POLICY_GOAL_NONE)
        return SG_OK;
    sg_status s = sg_policy_set_goal(ws, goal);
    return s == SG_OK ? s : sg_fail(err, s, "the goal was refused");
}
