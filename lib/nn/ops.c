/* The operations' front: shapes, saved values, recording. The arithmetic is in kern_*.h. */
#include <config.h>
#include <sigen/nn.h>

#include <string.h>

#include "nn.h"
#include "q8.h"

static int pad_lanes(int n)
{
    return (n + 15) / 16 * 16;
}

static sg_i_weight weight(const sg_tape *t, int w)
{
    sg_i_weight r = {0};
    if (w < 0)
        return r;
    const sg_parameter *p = &t->params->p[w];
    r.w = t->params->x + p->off;
    r.rows = p->rows;
    r.cols = p->cols;
    if (t->grad && !p->fixed)
        r.dw = t->grad + p->off;
    if (t->params->xt)
        r.wt = t->params->xt + p->off;
    return r;
}

/* elements per sample over heads: probabilities kept for backward */
static size_t prob_reals(const sg_layout *l, int heads)
{
    size_t sum = 0;
    for (int s = 0; s < l->n_samples; s++) {
        int cnt = l->node0[s + 1] - l->node0[s];
        sum += (size_t)cnt * (size_t)pad_lanes(cnt);
    }
    return sum * (size_t)heads;
}

size_t sg_i_scratch_reals(const sg_node *n)
{
    size_t pad;
    switch (n->op) {
    case SG_OP_LINEAR:
        return n->act ? (size_t)n->out.rows * (size_t)n->out.cols : 0;
    case SG_OP_PAIR_RBF:
        return 3 * (size_t)n->out.cols;
    case SG_OP_NORM:
        return (size_t)n->out.cols;
    case SG_OP_ATTENTION:
        pad = (size_t)pad_lanes(n->lay->max_nodes);
        return pad * (size_t)(n->out.cols / n->heads + 2 * n->lay->max_nodes);
    case SG_OP_PROPAGATE:
        return 2 * (size_t)n->out.rows * (size_t)n->in[1].cols;
    case SG_OP_PAIR_TANH:
        pad = (size_t)pad_lanes(n->lay->max_nodes);
        return pad * (size_t)(2 * n->in[0].cols / (n->out.cols * n->heads) + n->lay->max_nodes);
    default:
        return 0;
    }
}

/* saved values for backward; nothing without recording */
static sg_real *keep(sg_tape *t, size_t count)
{
    if (!t->grad)
        return NULL;
    sg_real *p = sg_arena_alloc(t->arena, count, sizeof *p);
    if (!p)
        t->status = SG_ENOMEM;
    return p;
}

/* Inputs without gradient that an operation's backward leaves alone, a bit each. */
static const unsigned char constant[SG_OP_COUNT] = {
    [SG_OP_LINEAR] = 3,    [SG_OP_NORM] = 1,     [SG_OP_ADD] = 3,       [SG_OP_ACT] = 1,
    [SG_OP_ROW_SCALE] = 3, [SG_OP_GATHER] = 1,   [SG_OP_SPREAD] = 1,    [SG_OP_MEAN_NODES] = 1,
    [SG_OP_PAIR_RBF] = 1,  [SG_OP_PAIR_SUM] = 1, [SG_OP_PROPAGATE] = 3, [SG_OP_VEC_MIX] = 2,
};

static int may_record(const sg_node *n)
{
    for (int k = 0; k < 4; k++)
        if (n->in[k].x && !n->in[k].dx && !(constant[n->op] >> k & 1))
            return 0;
    return 1;
}

/* computes the node now and, when recording, keeps it */
static void run(sg_tape *t, const sg_node *proto)
{
    if (t->status == SG_OK && t->grad && !may_record(proto))
        t->status = SG_EINVAL;
    if (t->status != SG_OK || proto->out.rows == 0)
        return;
    sg_node *n = NULL, local = *proto;
    if (t->grad) {
        n = sg_arena_alloc(t->arena, 1, sizeof *n);
        if (!n) {
            t->status = SG_ENOMEM;
            return;
        }
    }
    size_t mark = sg_arena_mark(t->arena), need = sg_i_scratch_reals(&local);
    if (need) {
        local.scratch = sg_arena_alloc(t->arena, need, sizeof *local.scratch);
        if (!local.scratch) {
            t->status = SG_ENOMEM;
            return;
        }
    }
    t->isa->op[local.op].fwd(&local);
    sg_arena_rewind(t->arena, mark);
    for (int s = 0; s < 2; s++)
        if (local.op == SG_OP_LINEAR && local.w[s].w)
            t->flops += 2.0 * local.out.rows * local.w[s].rows * local.w[s].cols;
    if (n) {
        *n = local;
        n->scratch = NULL;
        n->prev = t->last;
        t->last = n;
    }
}

#ifndef SG_REAL_DOUBLE
/* The product in int8 where there is one; 0: there is not. */
static int linear_q8(sg_tape *t, sg_node *n, sg_tensor x, int w, int w2, int b, int act)
{
    const sg_q8 *q8 = t->params->q8;
    if (t->watch && w2 < 0 && t->status == SG_OK)
        sg_q8_watch_see(t->watch, w, x);
    if (!q8 || t->grad || w2 >= 0 || !q8->at[w] || t->status != SG_OK)
        return 0;
    const sg_q8_matrix *m = q8->at[w];
    size_t mark = sg_arena_mark(t->arena);
    unsigned char *scratch = sg_arena_alloc(t->arena, sg_q8_scratch(m), 1);
    if (!scratch) {
        t->status = SG_ENOMEM;
        return 1;
    }
    int add = n->add || n->in[2].x;
    q8->isa->product(n->out.x, n->out.ld, x.x, x.ld, n->out.rows, m, weight(t, b).w, add, scratch);
    sg_arena_rewind(t->arena, mark);
    t->flops += 2.0 * n->out.rows * m->rows * m->cols;
    if (act) {
        sg_node f = {.op = SG_OP_ACT, .act = act, .out = n->out, .in = {n->out}};
        t->isa->op[f.op].fwd(&f);
    }
    return 1;
}
#else
#define linear_q8(...) 0
#endif

static sg_tensor linear(sg_tape *t, sg_node *n, sg_tensor x, int w, sg_tensor x2, int w2, int b,
                        int act)
{
    if (linear_q8(t, n, x, w, w2, b, act))
        return n->out;
    n->op = SG_OP_LINEAR;
    n->act = act;
    n->in[0] = x;
    n->in[1] = x2;
    n->w[0] = weight(t, w);
    n->w[1] = weight(t, w2);
    n->w[2] = weight(t, b);
    if (act)
        n->save = keep(t, (size_t)x.rows * (size_t)n->w[0].cols);
    run(t, n);
    return n->out;
}

sg_tensor sg_linear2(sg_tape *t, sg_tensor x, int w, sg_tensor x2, int w2, int b, int act)
{
    sg_node n = {.out = sg_tensor_raw(t, x.rows, t->params->p[w].cols)};
    return linear(t, &n, x, w, x2, w2, b, act);
}

sg_tensor sg_linear(sg_tape *t, sg_tensor x, int w, int b, int act)
{
    return sg_linear2(t, x, w, (sg_tensor){0}, -1, b, act);
}

sg_tensor sg_linear_add(sg_tape *t, sg_tensor y, sg_tensor x, int w, int b)
{
    sg_node n = {.out = t->grad ? sg_tensor_raw(t, y.rows, y.cols) : y};
    n.in[2] = y;
    return linear(t, &n, x, w, (sg_tensor){0}, -1, b, SG_ACT_NONE);
}

void sg_linear_into(sg_tape *t, sg_tensor y, sg_tensor x, int w, int b)
{
    sg_node n = {.out = y, .add = 1};
    linear(t, &n, x, w, (sg_tensor){0}, -1, b, SG_ACT_NONE);
}

sg_tensor sg_norm(sg_tape *t, sg_tensor x)
{
    sg_node n = {.op = SG_OP_NORM, .out = sg_tensor_raw(t, x.rows, x.cols), .in = {x}};
    n.save2 = keep(t, (size_t)x.rows);
    run(t, &n);
    return n.out;
}

sg_tensor sg_norm_mod(sg_tape *t, const sg_layout *l, sg_tensor x, sg_tensor scale, sg_tensor shift)
{
    sg_node n = {.op = SG_OP_NORM,
                 .out = sg_tensor_raw(t, x.rows, x.cols),
                 .in = {x, scale, shift},
                 .lay = l};
    n.save = keep(t, (size_t)x.rows * (size_t)x.cols);
    n.save2 = keep(t, (size_t)x.rows);
    run(t, &n);
    return n.out;
}

sg_tensor sg_silu(sg_tape *t, sg_tensor x)
{
    sg_node n = {
        .op = SG_OP_ACT, .act = SG_ACT_SILU, .out = sg_tensor_raw(t, x.rows, x.cols), .in = {x}};
    run(t, &n);
    return n.out;
}

sg_tensor sg_row_scale(sg_tape *t, sg_tensor x, sg_tensor g, int sigmoid)
{
    sg_node n = {.op = SG_OP_ROW_SCALE,
                 .act = sigmoid,
                 .out = sg_tensor_raw(t, x.rows, x.cols),
                 .in = {x, g}};
    run(t, &n);
    return n.out;
}

void sg_add_into(sg_tape *t, sg_tensor y, sg_tensor x)
{
    sg_node n = {.op = SG_OP_ADD, .out = y, .in = {x}};
    run(t, &n);
}

void sg_embed_into(sg_tape *t, sg_tensor y, int table, const int *idx)
{
    sg_node n = {.op = SG_OP_EMBED, .out = y, .w = {weight(t, table)}, .idx = idx};
    run(t, &n);
}

sg_tensor sg_gather(sg_tape *t, sg_tensor x, const int *idx, int count)
{
    sg_node n = {.op = SG_OP_GATHER, .out = sg_tensor_raw(t, count, x.cols), .in = {x}, .idx = idx};
    run(t, &n);
    return n.out;
}

void sg_spread_into(sg_tape *t, const sg_layout *l, sg_tensor y, sg_tensor g)
{
    sg_node n = {.op = SG_OP_SPREAD, .out = y, .in = {g}, .lay = l};
    run(t, &n);
}

sg_tensor sg_mean_nodes(sg_tape *t, const sg_layout *l, sg_tensor x)
{
    sg_node n = {
        .op = SG_OP_MEAN_NODES, .out = sg_tensor_raw(t, l->n_samples, x.cols), .in = {x}, .lay = l};
    run(t, &n);
    return n.out;
}

sg_tensor sg_pair_rbf(sg_tape *t, const sg_layout *l, sg_tensor x, int mu, int sigma)
{
    sg_node n = {.op = SG_OP_PAIR_RBF, .in = {x}, .lay = l};
    n.w[0] = weight(t, mu);
    n.w[1] = weight(t, sigma);
    n.out = sg_tensor_raw(t, l->n_pairs, x.cols * x.cols * n.w[0].cols);
    run(t, &n);
    return n.out;
}

void sg_pair_mix_into(sg_tape *t, const sg_layout *l, sg_tensor m, sg_tensor z, sg_tensor u,
                      sg_tensor w)
{
    sg_node n = {.op = SG_OP_PAIR_MIX, .out = m, .in = {z, u, w}, .lay = l};
    run(t, &n);
}

sg_tensor sg_pair_sum(sg_tape *t, const sg_layout *l, sg_tensor z, double c, int ordered)
{
    sg_node n = {.op = SG_OP_PAIR_SUM,
                 .out = sg_tensor_raw(t, l->n_nodes, ordered ? 2 * z.cols : z.cols),
                 .in = {z},
                 .lay = l,
                 .c = (sg_real)c};
    run(t, &n);
    return n.out;
}

sg_tensor sg_attention(sg_tape *t, const sg_layout *l, sg_tensor q, sg_tensor k, sg_tensor v,
                       sg_tensor bias, int heads)
{
    sg_node n = {.op = SG_OP_ATTENTION,
                 .out = sg_tensor_raw(t, l->n_nodes, q.cols),
                 .in = {q, k, v, bias},
                 .lay = l,
                 .heads = heads};
    n.save = keep(t, prob_reals(l, heads));
    run(t, &n);
    return n.out;
}

sg_tensor sg_propagate(sg_tape *t, const sg_layout *l, sg_tensor x, sg_tensor a)
{
    sg_node n = {.op = SG_OP_PROPAGATE,
                 .out = sg_tensor_raw(t, l->n_nodes, a.cols * x.cols),
                 .in = {x, a},
                 .lay = l};
    run(t, &n);
    return n.out;
}

sg_tensor sg_pair_tanh(sg_tape *t, const sg_layout *l, sg_tensor q, sg_tensor k, int channels,
                       int heads, double c)
{
    sg_node n = {.op = SG_OP_PAIR_TANH,
                 .out = sg_tensor_raw(t, l->n_pairs, channels),
                 .in = {q, k},
                 .lay = l,
                 .c = (sg_real)c,
                 .heads = heads};
    n.save = keep(t, prob_reals(l, channels * heads));
    run(t, &n);
    return n.out;
}

sg_tensor sg_vec_dist(sg_tape *t, const sg_layout *l, sg_tensor a)
{
    sg_node n = {
        .op = SG_OP_VEC_DIST, .out = sg_tensor_raw(t, l->n_pairs, a.cols), .in = {a}, .lay = l};
    run(t, &n);
    return n.out;
}

sg_tensor sg_vec_pull(sg_tape *t, const sg_layout *l, sg_tensor a, sg_tensor e, sg_tensor g)
{
    sg_node n = {.op = SG_OP_VEC_PULL,
                 .out = sg_tensor_raw(t, 3 * l->n_nodes, a.cols),
                 .in = {a, e, g},
                 .lay = l};
    run(t, &n);
    return n.out;
}

sg_tensor sg_vec_norm(sg_tape *t, sg_tensor x)
{
    sg_node n = {.op = SG_OP_VEC_NORM, .out = sg_tensor_raw(t, x.rows / 3, x.cols), .in = {x}};
    run(t, &n);
    return n.out;
}

sg_tensor sg_vec_gate(sg_tape *t, sg_tensor x, sg_tensor gate, sg_tensor y)
{
    sg_node n = {.op = SG_OP_VEC_GATE,
                 .out = t->grad ? sg_tensor_raw(t, x.rows, x.cols) : x,
                 .in = {x, gate, y}};
    run(t, &n);
    return n.out;
}

sg_tensor sg_vec_cross(sg_tape *t, sg_tensor ab)
{
    sg_node n = {.op = SG_OP_VEC_CROSS, .out = sg_tensor_raw(t, ab.rows, ab.cols / 2), .in = {ab}};
    run(t, &n);
    return n.out;
}

sg_tensor sg_vec_mix(sg_tape *t, sg_tensor c, sg_tensor v)
{
    sg_node n = {
        .op = SG_OP_VEC_MIX, .out = sg_tensor_raw(t, v.rows, c.cols / v.cols), .in = {c, v}};
    run(t, &n);
    return n.out;
}
