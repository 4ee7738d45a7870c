#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "net.h"

int sg_i_policy_inputs(const sg_i_policy_dims *d)
{
    int goals = d->goal == 0 ? 0 : d->goals == 0 ? 1 : d->goals;
    return d->window * d->obs + goals * (d->goal + 1) + (d->past ? d->window - 1 : 0);
}

sg_status sg_i_policy_dims_check(const sg_i_policy_dims *d, sg_error *err)
{
    const struct {
        const char *name;
        int value, lo, hi;
    } lim[SG_POLICY_DIMS] = {{"obs", d->obs, 1, 1024},
                             {"goal", d->goal, 0, SG_POLICY_MOST_GOAL},
                             {"action", d->action, 1, 256},
                             {"window", d->window, 1, 64},
                             {"horizon", d->horizon, 1, 256},
                             {"tokens", d->tokens, 1, 256},
                             {"width", d->d, 8, 2048},
                             {"feed-forward", d->F, 8, 8192},
                             {"layers", d->L, 1, SG_POLICY_MAX_LAYERS},
                             {"heads", d->H, 1, 64},
                             {"context", d->C, 8, 2048},
                             {"noise level", d->S, 8, 2048},
                             {"goals", d->goals, 0, d->goal ? SG_POLICY_MOST_GOALS : 0},
                             {"past", d->past, 0, 1},
                             {"predict", d->predict, 0, 1}};
    for (int i = 0; i < SG_POLICY_DIMS; i++)
        if (lim[i].value < lim[i].lo || lim[i].value > lim[i].hi)
            return sg_fail(err, SG_ELIMIT, "network size %s = %d, allowed are %d to %d",
                           lim[i].name, lim[i].value, lim[i].lo, lim[i].hi);
    if (d->horizon % d->tokens != 0 || d->d % d->H != 0)
        return sg_fail(err, SG_ELIMIT,
                       "%d tokens do not divide the horizon %d, or %d heads not the width %d",
                       d->tokens, d->horizon, d->H, d->d);
    return SG_OK;
}

static int pairs(const sg_i_policy_dims *m)
{
    return m->tokens * (m->tokens - 1) / 2;
}

/* columns of a layer's modulation: scale and shift before each half */
static int mod_cols(const sg_i_policy_dims *m)
{
    return (m->tokens > 1 ? 4 : 2) * m->d;
}

static void declare_layer(sg_declare *d, sg_i_policy_layer *l, int i, const sg_i_policy_dims *m)
{
    char p[16];
    snprintf(p, sizeof p, "l%d.", i);
    l->ctx = sg_declare_matrix(d, p, "ctx.w", m->C, mod_cols(m), 0, 0);
    l->sig = sg_declare_matrix(d, p, "sigma.w", m->S, mod_cols(m), 0, 0);
    l->mod_b = sg_declare_vector(d, p, "mod.b", mod_cols(m));
    if (m->tokens > 1) {
        l->qkv = sg_declare_matrix(d, p, "qkv.w", m->d, 3 * m->d, 1, 1);
        l->qkv_b = sg_declare_vector(d, p, "qkv.b", 3 * m->d);
        l->bias = sg_declare_matrix(d, p, "pair_bias", pairs(m), m->H, 0, 0);
        l->out = sg_declare_matrix(d, p, "out.w", m->d, m->d, 0.5, 1);
        l->out_b = sg_declare_vector(d, p, "out.b", m->d);
    }
    l->f1 = sg_declare_matrix(d, p, "f1.w", m->d, m->F, 1, 1);
    l->f1_b = sg_declare_vector(d, p, "f1.b", m->F);
    l->f2 = sg_declare_matrix(d, p, "f2.w", m->F, m->d, 0.5, 1);
    l->f2_b = sg_declare_vector(d, p, "f2.b", m->d);
}

sg_status sg_i_policy_net_init(sg_i_policy_net *net, sg_params *ps, const sg_i_policy_dims *m,
                               int train, sg_error *err)
{
    sg_status s = sg_i_policy_dims_check(m, err);
    if (s != SG_OK)
        return s;
    sg_declare decl = {ps, SG_OK}, *d = &decl;
    memset(net, 0, sizeof *net);
    net->dims = *m;
    if (m->goal && !m->goals)
        net->dims.goals = 1;
    int part = m->horizon / m->tokens * sg_i_policy_wide(m);
    net->e1 = sg_declare_matrix(d, "", "enc1.w", sg_i_policy_inputs(m), m->C, 1, 0);
    net->e1_b = sg_declare_vector(d, "", "enc1.b", m->C);
    net->e2 = sg_declare_matrix(d, "", "enc2.w", m->C, m->C, 1, 1);
    net->e2_b = sg_declare_vector(d, "", "enc2.b", m->C);
    net->e3 = sg_declare_matrix(d, "", "enc3.w", m->C, m->C, 0.5, 1);
    net->e3_b = sg_declare_vector(d, "", "enc3.b", m->C);
    net->s1 = sg_declare_matrix(d, "", "sigma.w", SG_POLICY_SIGMA, m->S, 1, 0);
    net->s1_b = sg_declare_vector(d, "", "sigma.b", m->S);
    net->in = sg_declare_matrix(d, "", "in.w", part, m->d, 1, 0);
    net->in_b = sg_declare_vector(d, "", "in.b", m->d);
    net->pos = sg_declare_matrix(d, "", "pos", m->tokens, m->d, 0.1 * sqrt(m->tokens), 0);
    net->start = sg_declare_matrix(d, "", "start.w", m->C, m->d, 1, 1);
    for (int i = 0; i < m->L; i++)
        declare_layer(d, &net->layer[i], i, m);
    net->last_ctx = sg_declare_matrix(d, "", "last.ctx.w", m->C, 2 * m->d, 0, 0);
    net->last_sig = sg_declare_matrix(d, "", "last.sigma.w", m->S, 2 * m->d, 0, 0);
    net->last_b = sg_declare_vector(d, "", "last.b", 2 * m->d);
    net->y = sg_declare_matrix(d, "", "out.w", m->d, part, 0, 0);
    net->y_b = sg_declare_vector(d, "", "out.b", part);
    if (d->status != SG_OK)
        return sg_fail(err, d->status, "cannot declare the network's parameters");
    return sg_params_alloc(ps, train, err);
}

void sg_i_policy_encode(const sg_i_policy_net *net, sg_tape *t, sg_tensor x, sg_i_policy_ctx *ctx)
{
    sg_tensor c = sg_linear(t, x, net->e1, net->e1_b, SG_ACT_SILU);
    sg_tensor f = sg_linear(t, c, net->e2, net->e2_b, SG_ACT_SILU);
    c = sg_norm(t, sg_linear_add(t, c, f, net->e3, net->e3_b));
    ctx->start = sg_linear(t, c, net->start, -1, SG_ACT_NONE);
    for (int i = 0; i < net->dims.L; i++)
        ctx->layer[i] = sg_linear(t, c, net->layer[i].ctx, net->layer[i].mod_b, SG_ACT_NONE);
    ctx->last = sg_linear(t, c, net->last_ctx, net->last_b, SG_ACT_NONE);
}

/* silu(tau(u) W + b), tau = cos, sin of pi j u */
static sg_tensor noise_level(const sg_i_policy_net *net, sg_tape *t, int n, const double *u)
{
    sg_tensor tau = sg_tensor_raw(t, n, SG_POLICY_SIGMA);
    tau.dx = NULL;
    for (int s = 0; s < n && t->status == SG_OK; s++)
        for (int j = 0; j < SG_POLICY_SIGMA / 2; j++) {
            double a = M_PI * (j + 1) * u[s];
            tau.x[s * SG_POLICY_SIGMA + j] = (sg_real)cos(a);
            tau.x[s * SG_POLICY_SIGMA + SG_POLICY_SIGMA / 2 + j] = (sg_real)sin(a);
        }
    return sg_linear(t, tau, net->s1, net->s1_b, SG_ACT_SILU);
}

/* context part + noise level's part; the context's stays as it is */
static sg_tensor modulation(sg_tape *t, sg_tensor ctx, sg_tensor sigma, int w)
{
    if (!t->grad) {
        sg_tensor copy = sg_tensor_raw(t, ctx.rows, ctx.cols);
        if (t->status == SG_OK)
            memcpy(copy.x, ctx.x, (size_t)ctx.rows * (size_t)ctx.cols * sizeof *copy.x);
        ctx = copy;
    }
    return sg_linear_add(t, ctx, sigma, w, -1);
}

/* which row of a table of n each node or pair of a sample takes */
static int *repeat(sg_tape *t, int samples, int n)
{
    int *idx = sg_arena_alloc(t->arena, (size_t)samples * (size_t)n, sizeof *idx);
    if (!idx)
        t->status = SG_ENOMEM;
    for (int i = 0; idx && i < samples * n; i++)
        idx[i] = i % n;
    return idx;
}

static void attend(const sg_i_policy_net *net, const sg_i_policy_layer *l, sg_tape *t,
                   const sg_layout *lay, sg_tensor h, sg_tensor mod, const int *pair)
{
    int d = net->dims.d, H = net->dims.H;
    sg_tensor hn = sg_norm_mod(t, lay, h, sg_cols(mod, 2 * d, d), sg_cols(mod, 3 * d, d));
    sg_tensor a = sg_linear(t, hn, l->qkv, l->qkv_b, SG_ACT_NONE);
    sg_tensor bias = sg_tensor_new(t, lay->n_pairs, H);
    if (t->status != SG_OK)
        return;
    sg_embed_into(t, bias, l->bias, pair);
    sg_tensor o =
        sg_attention(t, lay, sg_cols(a, 0, d), sg_cols(a, d, d), sg_cols(a, 2 * d, d), bias, H);
    sg_linear_into(t, h, o, l->out, l->out_b);
}

sg_tensor sg_i_policy_denoise(const sg_i_policy_net *net, sg_tape *t, const sg_layout *lay,
                              const sg_i_policy_ctx *ctx, sg_tensor a, const double *u)
{
    const sg_i_policy_dims *m = &net->dims;
    int d = m->d, n = lay->n_samples;
    sg_tensor none = {0}, sigma = noise_level(net, t, n, u);
    sg_tensor h = sg_linear(t, a, net->in, net->in_b, SG_ACT_NONE);
    int *node = repeat(t, n, m->tokens), *pair = m->tokens > 1 ? repeat(t, n, pairs(m)) : NULL;
    if (t->status != SG_OK)
        return none;
    sg_embed_into(t, h, net->pos, node);
    sg_spread_into(t, lay, h, ctx->start);
    for (int i = 0; i < m->L && t->status == SG_OK; i++) {
        const sg_i_policy_layer *l = &net->layer[i];
        sg_tensor mod = modulation(t, ctx->layer[i], sigma, l->sig);
        if (m->tokens > 1)
            attend(net, l, t, lay, h, mod, pair);
        sg_tensor hn = sg_norm_mod(t, lay, h, sg_cols(mod, 0, d), sg_cols(mod, d, d));
        sg_tensor f = sg_linear(t, hn, l->f1, l->f1_b, SG_ACT_SILU);
        sg_linear_into(t, h, f, l->f2, l->f2_b);
    }
    sg_tensor mod = modulation(t, ctx->last, sigma, net->last_sig);
    h = sg_norm_mod(t, lay, h, sg_cols(mod, 0, d), sg_cols(mod, d, d));
    return sg_linear(t, h, net->y, net->y_b, SG_ACT_NONE);
}
