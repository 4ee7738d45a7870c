#include <config.h>

#include <stdlib.h>

#include <sigen/shipped.h>
#include "cli/modeldirs.h"
#include "cmd.h"

sg_status sg_i_policy_model_path(const sg_cli *c, const char *usual, char **path, sg_error *err)
{
    const char *name = sg_cli_text(c, "model");
    sg_i_model_dirs d;
    *path = NULL;
    sg_status s = sg_i_model_dirs_init(&d, "policy", err);
    if (s == SG_OK)
        s = sg_model_find(path, name ? name : usual, d.dirs, err);
    sg_i_model_dirs_clear(&d);
    return s;
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
}
