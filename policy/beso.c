/* The `beso` network, token for token as published [RLJL23] (doc/beso-net.md): the noise level is
 * the first token of a causal stack, so that every denoising step runs all of it. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "net.h"

static void sizes(sg_i_policy_dims *d)
{
    d->tokens = d->tokens ? d->tokens : d->window;
    d->F = d->F ? d->F : 4 * d->d;
    d->H = d->H ? d->H : d->d % 20 == 0 ? d->d / 20 : d->d / 16;
}

static sg_status check(const sg_i_policy_dims *d, sg_error *err)
{
    const sg_i_policy_bound lim[] = {{"goal", d->goal, 0, d->obs},
                                     {"horizon", d->horizon, 1, 1},
                                     {"tokens", d->tokens, d->window, d->window},
                                     {"context", d->C, 0, 0},
                                     {"noise level", d->S, 0, 0},
                                     {"past", d->past, 1, 1},
                                     {"predict", d->predict, 0, 0}};
    return sg_i_policy_bounds(lim, sizeof lim / sizeof *lim, err);
}

/* What a token is made of, columns in this order: a state or goal and 1, an action and 1, the noise
 * level and 1, and 1 at its place. */
typedef struct columns {
    int action, level, place, all;
} columns;

static columns columns_of(const sg_i_policy_dims *m)
{
    int action = m->obs + 1, level = action + m->action + 1, place = level + 2;
    return (columns){action, level, place, place + m->goals + m->window + 1};
}

/* ---- parameters -------------------------------------------------------------------------------
 */

/* N(0, 0.02^2) [RLJL23] */
static int matrix(sg_declare *d, const char *prefix, const char *name, int rows, int cols)
{
    return sg_declare_matrix(d, prefix, name, rows, cols, 0.02 * sqrt(rows), *prefix != '\0');
}

static void declare(sg_i_policy_net *net, sg_declare *d)
{
    const sg_i_policy_dims *m = &net->dims;
    sg_i_beso *p = &net->beso;
    p->embed = matrix(d, "", "embed.w", columns_of(m).all, m->d);
    for (int i = 0; i < m->L; i++) {
        sg_i_beso_layer *l = &p->layer[i];
        char at[16];
        snprintf(at, sizeof at, "l%d.", i);
        l->n1 = sg_declare_vector(d, at, "n1.g", m->d);
        l->n1_b = sg_declare_vector(d, at, "n1.b", m->d);
        l->qkv = matrix(d, at, "qkv.w", m->d, 3 * m->d);
        l->qkv_b = sg_declare_vector(d, at, "qkv.b", 3 * m->d);
        l->out = matrix(d, at, "out.w", m->d, m->d);
        l->out_b = sg_declare_vector(d, at, "out.b", m->d);
        l->n2 = sg_declare_vector(d, at, "n2.g", m->d);
        l->n2_b = sg_declare_vector(d, at, "n2.b", m->d);
        l->f1 = matrix(d, at, "f1.w", m->d, m->F);
        l->f1_b = sg_declare_vector(d, at, "f1.b", m->F);
        l->f2 = matrix(d, at, "f2.w", m->F, m->d);
        l->f2_b = sg_declare_vector(d, at, "f2.b", m->d);
    }
    p->last = sg_declare_vector(d, "", "last.g", m->d);
    p->last_b = sg_declare_vector(d, "", "last.b", m->d);
    p->y = matrix(d, "", "out.w", m->d, m->action);
    p->y_b = sg_declare_vector(d, "", "out.b", m->action);
}

/* ---- context: the sequences -------------------------------------------------------------------
 */

/* observations that a sample shows: the newest, and the older ones whose mark says so */
static int shown(const sg_i_policy_dims *m, const sg_real *x)
{
    const sg_real *mark = x + sg_i_policy_inputs(m) - (m->window - 1);
    int n = 1;
    for (int k = 0; k < m->window - 1; k++)
        n += mark[k] > (sg_real)0.5;
    return n;
}

/* [sigma, g_1 .., s_1, a_1, s_2, a_2 ..]: rows of `token` from the input x of a sample; goals that
 * are not shown are zeros. Rows of the chunk whose observation is hidden stand at sigma's token. */
static void sequence(const sg_i_policy_dims *m, const sg_real *x, int n, sg_tensor token, int first,
                     int *action)
{
    const columns c = columns_of(m);
    const sg_real *goal = x + m->window * m->obs;
    sg_real *row = token.x + (long)first * c.all;
    row[c.level + 1] = 1;
    row += c.all;
    for (int k = 0; k < m->goals; k++, row += c.all) {
        memcpy(row, goal + k * (m->goal + 1), (size_t)m->goal * sizeof *row);
        row[m->obs] = row[c.place + k] = 1;
    }
    for (int k = 0; k < m->window; k++)
        action[k] = first;
    for (int k = 0; k < n; k++, row += 2 * c.all) {
        const sg_real *obs = x + (m->window - n + k) * m->obs;
        memcpy(row, obs, (size_t)m->obs * sizeof *row);
        row[m->obs] = row[c.place + m->goals + k] = 1;
        row[c.all + c.level - 1] = row[c.all + c.place + m->goals + k] = 1;
        action[m->window - n + k] = first + 1 + m->goals + 2 * k + 1;
    }
}

static void encode(const sg_i_policy_net *net, sg_tape *t, sg_tensor x, sg_i_policy_ctx *ctx)
{
    const sg_i_policy_dims *m = &net->dims;
    int n = x.rows, all = columns_of(m).all;
    int *size = sg_arena_alloc(t->arena, (size_t)n, sizeof *size);
    int *action = sg_arena_alloc(t->arena, (size_t)(n * m->window), sizeof *action);
    if (!size || !action) {
        t->status = SG_ENOMEM;
        return;
    }
    for (int s = 0; s < n; s++)
        size[s] = 1 + m->goals + 2 * shown(m, x.x + (long)s * x.ld);
    if (sg_layout_init(&ctx->lay, t->arena, size, n, NULL) != SG_OK) {
        t->status = SG_ENOMEM;
        return;
    }
    ctx->token = sg_tensor_new(t, ctx->lay.n_nodes, all);
    ctx->mask = sg_tensor_new(t, ctx->lay.n_pairs, 2 * m->H);
    if (t->status != SG_OK)
        return;
    for (int s = 0; s < n; s++)
        sequence(m, x.x + (long)s * x.ld, (size[s] - 1 - m->goals) / 2, ctx->token,
                 ctx->lay.node0[s], action + s * m->window);
    for (int p = 0; p < ctx->lay.n_pairs; p++) /* the earlier token does not see the later one */
        for (int h = 0; h < m->H; h++)
            ctx->mask.x[(long)p * 2 * m->H + h] = (sg_real)-1e30;
    ctx->action = action;
}

/* ---- denoiser ---------------------------------------------------------------------------------
 */

/* the sequences with actions and noise levels in their places */
static sg_tensor tokens(const sg_i_policy_dims *m, sg_tape *t, const sg_i_policy_ctx *ctx,
                        sg_tensor a, const double *u)
{
    const columns c = columns_of(m);
    sg_tensor x = sg_tensor_raw(t, ctx->token.rows, c.all);
    if (t->status != SG_OK)
        return x;
    x.dx = NULL;
    memcpy(x.x, ctx->token.x, (size_t)x.rows * (size_t)c.all * sizeof *x.x);
    for (int s = 0; s < ctx->lay.n_samples; s++) {
        x.x[(long)ctx->lay.node0[s] * c.all + c.level] = (sg_real)u[s];
        for (int k = s * m->window; k < (s + 1) * m->window; k++)
            if (ctx->action[k] != ctx->lay.node0[s])
                memcpy(x.x + (long)ctx->action[k] * c.all + c.action, a.x + (long)k * a.ld,
                       (size_t)m->action * sizeof *x.x);
    }
    return x;
}

/* LN(h) (1 + g) + b */
static sg_tensor norm(sg_tape *t, const sg_layout *lay, sg_tensor h, int g, int b, const int *zero)
{
    sg_tensor scale = sg_tensor_new(t, lay->n_samples, h.cols);
    sg_tensor shift = sg_tensor_new(t, lay->n_samples, h.cols);
    sg_embed_into(t, scale, g, zero);
    sg_embed_into(t, shift, b, zero);
    return sg_norm_mod(t, lay, h, scale, shift);
}

static sg_tensor denoise(const sg_i_policy_net *net, sg_tape *t, const sg_i_policy_ctx *ctx,
                         sg_tensor a, const double *u)
{
    const sg_i_policy_dims *m = &net->dims;
    const sg_i_beso *p = &net->beso;
    const sg_layout *lay = &ctx->lay;
    int d = m->d, n = lay->n_samples;
    int *zero = sg_arena_alloc(t->arena, (size_t)n, sizeof *zero);
    if (!zero) {
        t->status = SG_ENOMEM;
        return (sg_tensor){0};
    }
    memset(zero, 0, (size_t)n * sizeof *zero);
    sg_tensor h = sg_linear(t, tokens(m, t, ctx, a, u), p->embed, -1, SG_ACT_NONE);
    for (int i = 0; i < m->L && t->status == SG_OK; i++) {
        const sg_i_beso_layer *l = &p->layer[i];
        sg_tensor q = norm(t, lay, h, l->n1, l->n1_b, zero);
        q = sg_linear(t, q, l->qkv, l->qkv_b, SG_ACT_NONE);
        q = sg_attention(t, lay, sg_cols(q, 0, d), sg_cols(q, d, d), sg_cols(q, 2 * d, d),
                         ctx->mask, m->H);
        sg_linear_into(t, h, q, l->out, l->out_b);
        sg_tensor f = norm(t, lay, h, l->n2, l->n2_b, zero);
        f = sg_linear(t, f, l->f1, l->f1_b, SG_ACT_GELU);
        sg_linear_into(t, h, f, l->f2, l->f2_b);
    }
    h = norm(t, lay, h, p->last, p->last_b, zero);
    h = sg_gather(t, h, ctx->action, n * m->window);
    return sg_linear(t, h, p->y, p->y_b, SG_ACT_NONE);
}

/* ln(sigma)/4 [RLJL23] */
static double level(double sigma, double lo, double hi)
{
    (void)lo, (void)hi;
    return log(sigma) / 4;
}

const sg_i_policy_arch sg_i_policy_beso = {
    .name = "beso",
    .summary = "the published transformer: noise level, goals, then states and actions in turn",
    .usual = {.window = 5, .horizon = 1, .d = 240, .L = 4, .past = 1},
    .lead = 1,
    .sizes = sizes,
    .check = check,
    .declare = declare,
    .encode = encode,
    .denoise = denoise,
    .level = level,
};
