/* The `cached` network: the context is encoded once per observation, denoising steps touch only the
 * action tokens (doc/policy-net.md). */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "net.h"

static sg_status check(const sg_i_policy_dims *d, sg_error *err)
{
    const sg_i_policy_bound lim[] = {{"context", d->C, 8, 2048}, {"noise level", d->S, 8, 2048}};
    sg_status s = sg_i_policy_bounds(lim, sizeof lim / sizeof *lim, err);
    if (s == SG_OK && d->horizon % d->tokens != 0)
        s = sg_fail(err, SG_ELIMIT, "%d tokens do not divide the horizon %d", d->tokens,
                    d->horizon);
    return s;
}

static void sizes(sg_i_policy_dims *d)
{
    d->F = d->F ? d->F : 2 * d->d;
    d->H = d->H ? d->H : d->d % 64 == 0 ? d->d / 32 : d->d / 16;
    d->C = d->C ? d->C : d->d > 128 ? d->d : 128;
    d->S = d->S ? d->S : 64;
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

static void declare_layer(sg_declare *d, sg_i_cached_layer *l, int i, const sg_i_policy_dims *m)
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

static void declare(sg_i_policy_net *all, sg_declare *d)
{
    const sg_i_policy_dims *m = &all->dims;
    sg_i_cached *net = &all->cached;
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
}

static void encode(const sg_i_policy_net *net, sg_tape *t, sg_tensor x, sg_i_policy_ctx *ctx)
{
    const sg_i_cached *p = &net->cached;
    int *tokens = sg_arena_alloc(t->arena, (size_t)x.rows, sizeof *tokens);
    for (int s = 0; tokens && s < x.rows; s++)
        tokens[s] = net->dims.tokens;
    if (!tokens || sg_layout_init(&ctx->lay, t->arena, tokens, x.rows, NULL) != SG_OK) {
        t->status = SG_ENOMEM;
        return;
    }
    sg_tensor c = sg_linear(t, x, p->e1, p->e1_b, SG_ACT_SILU);
    sg_tensor f = sg_linear(t, c, p->e2, p->e2_b, SG_ACT_SILU);
    c = sg_norm(t, sg_linear_add(t, c, f, p->e3, p->e3_b));
    ctx->start = sg_linear(t, c, p->start, -1, SG_ACT_NONE);
    for (int i = 0; i < net->dims.L; i++)
        ctx->layer[i] = sg_linear(t, c, p->layer[i].ctx, p->layer[i].mod_b, SG_ACT_NONE);
    ctx->last = sg_linear(t, c, p->last_ctx, p->last_b, SG_ACT_NONE);
}

/* silu(tau(u) W + b), tau = cos, sin of pi j u */
static sg_tensor noise_level(const sg_i_cached *p, sg_tape *t, int n, const double *u)
{
    sg_tensor tau = sg_tensor_raw(t, n, SG_POLICY_SIGMA);
    tau.dx = NULL;
    for (int s = 0; s < n && t->status == SG_OK; s++)
        for (int j = 0; j < SG_POLICY_SIGMA / 2; j++) {
            double a = M_PI * (j + 1) * u[s];
            tau.x[s * SG_POLICY_SIGMA + j] = (sg_real)cos(a);
            tau.x[s * SG_POLICY_SIGMA + SG_POLICY_SIGMA / 2 + j] = (sg_real)sin(a);
        }
    return sg_linear(t, tau, p->s1, p->s1_b, SG_ACT_SILU);
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

static void attend(const sg_i_policy_net *net, const sg_i_cached_layer *l, sg_tape *t,
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

static sg_tensor denoise(const sg_i_policy_net *net, sg_tape *t, const sg_i_policy_ctx *ctx,
                         sg_tensor a, const double *u)
{
    const sg_i_policy_dims *m = &net->dims;
    const sg_i_cached *p = &net->cached;
    const sg_layout *lay = &ctx->lay;
    int d = m->d, n = lay->n_samples;
    sg_tensor none = {0}, sigma = noise_level(p, t, n, u);
    sg_tensor h = sg_linear(t, a, p->in, p->in_b, SG_ACT_NONE);
    int *node = repeat(t, n, m->tokens), *pair = m->tokens > 1 ? repeat(t, n, pairs(m)) : NULL;
    if (t->status != SG_OK)
        return none;
    sg_embed_into(t, h, p->pos, node);
    sg_spread_into(t, lay, h, ctx->start);
    for (int i = 0; i < m->L && t->status == SG_OK; i++) {
        const sg_i_cached_layer *l = &p->layer[i];
        sg_tensor mod = modulation(t, ctx->layer[i], sigma, l->sig);
        if (m->tokens > 1)
            attend(net, l, t, lay, h, mod, pair);
        sg_tensor hn = sg_norm_mod(t, lay, h, sg_cols(mod, 0, d), sg_cols(mod, d, d));
        sg_tensor f = sg_linear(t, hn, l->f1, l->f1_b, SG_ACT_SILU);
        sg_linear_into(t, h, f, l->f2, l->f2_b);
    }
    sg_tensor mod = modulation(t, ctx->last, sigma, p->last_sig);
    h = sg_norm_mod(t, lay, h, sg_cols(mod, 0, d), sg_cols(mod, d, d));
    return sg_linear(t, h, p->y, p->y_b, SG_ACT_NONE);
}

/* place of ln sigma between the limits, 0..1 */
static double level(double sigma, double lo, double hi)
{
    return log(sigma / lo) / log(hi / lo);
}

const sg_i_policy_arch sg_i_policy_cached = {
    .name = "cached",
    .summary = "context encoded once per observation, denoising touches only a chunk of actions",
    .usual = {.window = 2, .horizon = 16, .tokens = 1, .d = 256, .L = 3},
    .relative = 1,
    .check = check,
    .sizes = sizes,
    .declare = declare,
    .encode = encode,
    .denoise = denoise,
    .level = level,
};
