#include <config.h>

#include <string.h>

#include "net.h"

static const sg_i_policy_arch *const archs[] = {&sg_i_policy_cached, &sg_i_policy_beso};
enum { ARCHS = sizeof archs / sizeof *archs };

const char *sg_i_policy_arch_name(size_t k)
{
    return k < ARCHS ? archs[k]->name : NULL;
}

const sg_i_policy_arch *sg_i_policy_arch_find(const char *name)
{
    for (size_t k = 0; k < ARCHS; k++)
        if (strcmp(archs[k]->name, name) == 0)
            return archs[k];
    return NULL;
}

int sg_i_policy_inputs(const sg_i_policy_dims *d)
{
    int goals = d->goal == 0 ? 0 : d->goals == 0 ? 1 : d->goals;
    return d->window * d->obs + goals * (d->goal + 1) + (d->past ? d->window - 1 : 0);
}

sg_status sg_i_policy_bounds(const sg_i_policy_bound *l, size_t n, sg_error *err)
{
    for (size_t i = 0; i < n; i++)
        if (l[i].value < l[i].lo || l[i].value > l[i].hi)
            return sg_fail(err, SG_ELIMIT, "network size %s = %d, allowed are %d to %d", l[i].name,
                           l[i].value, l[i].lo, l[i].hi);
    return SG_OK;
}

static sg_status check(const sg_i_policy_dims *d, sg_error *err)
{
    const sg_i_policy_bound lim[] = {{"obs", d->obs, 1, 1024},
                                     {"goal", d->goal, 0, SG_POLICY_MOST_GOAL},
                                     {"action", d->action, 1, 256},
                                     {"window", d->window, 1, 64},
                                     {"horizon", d->horizon, 1, 256},
                                     {"tokens", d->tokens, 1, 256},
                                     {"width", d->d, 8, 2048},
                                     {"feed-forward", d->F, 8, 8192},
                                     {"layers", d->L, 1, SG_POLICY_MAX_LAYERS},
                                     {"heads", d->H, 1, 64},
                                     {"goals", d->goals, 0, d->goal ? SG_POLICY_MOST_GOALS : 0},
                                     {"past", d->past, 0, 1},
                                     {"predict", d->predict, 0, 1}};
    sg_status s = sg_i_policy_bounds(lim, sizeof lim / sizeof *lim, err);
    if (s == SG_OK && d->d % d->H != 0)
        s = sg_fail(err, SG_ELIMIT, "%d heads do not divide the width %d", d->H, d->d);
    return s;
}

sg_status sg_i_policy_net_init(sg_i_policy_net *net, sg_params *ps, const sg_i_policy_arch *arch,
                               const sg_i_policy_dims *m, int train, sg_error *err)
{
    sg_status s = check(m, err);
    if (s == SG_OK)
        s = arch->check(m, err);
    if (s != SG_OK)
        return s;
    sg_declare decl = {ps, SG_OK};
    memset(net, 0, sizeof *net);
    net->arch = arch;
    net->dims = *m;
    if (m->goal && !m->goals)
        net->dims.goals = 1;
    net->dims.lead = arch->lead ? m->window - 1 : 0;
    arch->declare(net, &decl);
    if (decl.status != SG_OK)
        return sg_fail(err, decl.status, "cannot declare the network's parameters");
    return sg_params_alloc(ps, train, err);
}

void sg_i_policy_encode(const sg_i_policy_net *net, sg_tape *t, sg_tensor x, sg_i_policy_ctx *ctx)
{
    net->arch->encode(net, t, x, ctx);
}

sg_tensor sg_i_policy_denoise(const sg_i_policy_net *net, sg_tape *t, const sg_i_policy_ctx *ctx,
                              sg_tensor a, const double *u)
{
    return net->arch->denoise(net, t, ctx, a, u);
}
