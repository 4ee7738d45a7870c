/* Every operation on small random inputs: its gradient (t-ops, double) and its bits (t-isa). */
#ifndef SG_TESTS_OPS_CASES_H
#define SG_TESTS_OPS_CASES_H

#include <sigen/nn.h>

#include <stdlib.h>
#include <string.h>

#include "lib/nn/nn.h"

#define MAX_LEAF 5

typedef struct fixture {
    sg_layout lay;
    sg_tensor leaf[MAX_LEAF];
    int idx[64];
} fixture;

typedef struct op_case {
    const char *name;
    int op;
    int leaf[MAX_LEAF][2]; /* rows as a code (below), cols; 0 = none */
    int param[4][2];
    sg_tensor (*build)(sg_tape *t, fixture *f);
} op_case;

enum { NODES = 1, PAIRS = 2, NODES3 = 3, SAMPLES = 4 };

static sg_tensor b_linear(sg_tape *t, fixture *f)
{
    return sg_linear2(t, f->leaf[0], 0, f->leaf[1], 1, 2, SG_ACT_SILU);
}
static sg_tensor b_linear_plain(sg_tape *t, fixture *f)
{
    return sg_linear(t, f->leaf[0], 0, 1, SG_ACT_NONE);
}
static sg_tensor b_linear_add(sg_tape *t, fixture *f)
{
    return sg_linear_add(t, sg_silu(t, f->leaf[1]), f->leaf[0], 0, 1);
}
static sg_tensor b_linear_into(sg_tape *t, fixture *f)
{
    sg_tensor y = sg_linear_add(t, sg_silu(t, f->leaf[1]), f->leaf[0], 0, -1);
    sg_linear_into(t, y, f->leaf[0], 0, 1);
    return y;
}
static sg_tensor b_linear_tanh(sg_tape *t, fixture *f)
{
    return sg_linear(t, f->leaf[0], 0, 1, SG_ACT_TANH);
}
static sg_tensor b_linear_elu(sg_tape *t, fixture *f)
{
    return sg_linear2(t, f->leaf[0], 0, f->leaf[1], 1, 2, SG_ACT_ELU);
}
static sg_tensor b_linear_gelu(sg_tape *t, fixture *f)
{
    return sg_linear(t, f->leaf[0], 0, 1, SG_ACT_GELU);
}
static sg_tensor b_norm(sg_tape *t, fixture *f)
{
    return sg_norm(t, f->leaf[0]);
}
static sg_tensor b_norm_mod(sg_tape *t, fixture *f)
{
    return sg_norm_mod(t, &f->lay, f->leaf[0], sg_cols(f->leaf[1], 0, 19),
                       sg_cols(f->leaf[1], 19, 19));
}
static sg_tensor b_silu(sg_tape *t, fixture *f)
{
    return sg_silu(t, f->leaf[0]);
}
static sg_tensor b_scale(sg_tape *t, fixture *f)
{
    return sg_row_scale(t, f->leaf[0], sg_cols(f->leaf[1], 1, 1), 0);
}
static sg_tensor b_scale_sigmoid(sg_tape *t, fixture *f)
{
    return sg_row_scale(t, f->leaf[0], sg_cols(f->leaf[1], 1, 1), 1);
}
static sg_tensor b_add(sg_tape *t, fixture *f)
{
    sg_tensor y = sg_silu(t, f->leaf[0]);
    sg_add_into(t, y, sg_cols(f->leaf[1], 3, 21));
    return y;
}
static sg_tensor b_embed(sg_tape *t, fixture *f)
{
    sg_tensor y = sg_silu(t, f->leaf[0]);
    sg_embed_into(t, y, 0, f->idx);
    return y;
}
static sg_tensor b_gather(sg_tape *t, fixture *f)
{
    return sg_gather(t, sg_cols(f->leaf[0], 1, 21), f->idx, 40);
}
static sg_tensor b_spread(sg_tape *t, fixture *f)
{
    sg_tensor y = sg_silu(t, f->leaf[0]);
    sg_spread_into(t, &f->lay, y, f->leaf[1]);
    return y;
}
static sg_tensor b_mean(sg_tape *t, fixture *f)
{
    return sg_mean_nodes(t, &f->lay, f->leaf[0]);
}
static sg_tensor b_rbf(sg_tape *t, fixture *f)
{
    return sg_pair_rbf(t, &f->lay, f->leaf[0], 0, 1);
}
static sg_tensor b_mix(sg_tape *t, fixture *f)
{
    sg_tensor y = sg_silu(t, f->leaf[0]);
    sg_pair_mix_into(t, &f->lay, y, f->leaf[1], sg_cols(f->leaf[2], 0, 18),
                     sg_cols(f->leaf[2], 18, 18));
    return y;
}
static sg_tensor b_sum(sg_tape *t, fixture *f)
{
    return sg_pair_sum(t, &f->lay, f->leaf[0], 0.3, 0);
}
static sg_tensor b_sum_ordered(sg_tape *t, fixture *f)
{
    return sg_pair_sum(t, &f->lay, f->leaf[0], 0.3, 1);
}
static sg_tensor b_mix_ordered(sg_tape *t, fixture *f)
{
    sg_tensor y = sg_silu(t, f->leaf[0]);
    sg_pair_mix_into(t, &f->lay, y, f->leaf[1], sg_cols(f->leaf[2], 0, 36),
                     sg_cols(f->leaf[2], 36, 18));
    return y;
}
static sg_tensor b_attn_ordered(sg_tape *t, fixture *f)
{
    return sg_attention(t, &f->lay, sg_cols(f->leaf[0], 0, 34), sg_cols(f->leaf[0], 34, 34),
                        sg_cols(f->leaf[0], 68, 34), sg_cols(f->leaf[1], 1, 4), 2);
}
static sg_tensor b_pull_ordered(sg_tape *t, fixture *f)
{
    sg_tensor e = sg_vec_dist(t, &f->lay, f->leaf[0]);
    return sg_vec_pull(t, &f->lay, f->leaf[0], e, sg_cols(f->leaf[1], 2, 36));
}
static sg_tensor b_attn(sg_tape *t, fixture *f)
{
    return sg_attention(t, &f->lay, sg_cols(f->leaf[0], 0, 34), sg_cols(f->leaf[0], 34, 34),
                        sg_cols(f->leaf[0], 68, 34), sg_cols(f->leaf[1], 1, 2), 2);
}
static sg_tensor b_propagate(sg_tape *t, fixture *f)
{
    return sg_propagate(t, &f->lay, f->leaf[0], sg_cols(f->leaf[1], 1, 3));
}
static sg_tensor b_pair_tanh(sg_tape *t, fixture *f)
{
    return sg_pair_tanh(t, &f->lay, sg_cols(f->leaf[0], 0, 30), sg_cols(f->leaf[0], 30, 30), 3, 2,
                        0.4);
}
static sg_tensor b_dist(sg_tape *t, fixture *f)
{
    return sg_vec_dist(t, &f->lay, f->leaf[0]);
}
static sg_tensor b_pull(sg_tape *t, fixture *f)
{
    sg_tensor e = sg_vec_dist(t, &f->lay, f->leaf[0]);
    return sg_vec_pull(t, &f->lay, f->leaf[0], e, sg_cols(f->leaf[1], 2, 18));
}
static sg_tensor b_vnorm(sg_tape *t, fixture *f)
{
    return sg_vec_norm(t, f->leaf[0]);
}
static sg_tensor b_gate(sg_tape *t, fixture *f)
{
    return sg_vec_gate(t, sg_silu(t, f->leaf[0]), f->leaf[1], f->leaf[2]);
}
static sg_tensor b_cross(sg_tape *t, fixture *f)
{
    return sg_vec_cross(t, sg_cols(f->leaf[0], 1, 36));
}
static sg_tensor b_vmix(sg_tape *t, fixture *f)
{
    return sg_vec_mix(t, sg_cols(f->leaf[0], 1, 54), f->leaf[1]);
}

/* clang-format off */
static const op_case cases[] = {
    {"linear2 silu", SG_OP_LINEAR, {{NODES, 37}, {NODES, 5}}, {{37, 41}, {5, 41}, {1, 41}}, b_linear},
    {"linear, one input channel", SG_OP_LINEAR, {{NODES3, 1}}, {{1, 18}, {1, 18}}, b_linear_plain},
    {"linear, 300 inputs", SG_OP_LINEAR, {{SAMPLES, 300}}, {{300, 33}, {1, 33}}, b_linear_plain},
    {"linear tanh", SG_OP_LINEAR, {{NODES, 20}}, {{20, 19}, {1, 19}}, b_linear_tanh},
    {"linear2 elu", SG_OP_LINEAR, {{NODES, 20}, {NODES, 5}}, {{20, 35}, {5, 35}, {1, 35}}, b_linear_elu},
    {"linear_add", SG_OP_LINEAR, {{NODES, 20}, {NODES, 35}}, {{20, 35}, {1, 35}}, b_linear_add},
    {"linear_into", SG_OP_LINEAR, {{NODES, 20}, {NODES, 35}}, {{20, 35}, {1, 35}}, b_linear_into},
    {"linear gelu", SG_OP_LINEAR, {{NODES, 20}}, {{20, 19}, {1, 19}}, b_linear_gelu},
    {"norm", SG_OP_NORM, {{PAIRS, 19}}, {{0, 0}}, b_norm},
    {"norm_mod", SG_OP_NORM, {{NODES, 19}, {SAMPLES, 38}}, {{0, 0}}, b_norm_mod},
    {"silu", SG_OP_ACT, {{NODES, 21}}, {{0, 0}}, b_silu},
    {"row_scale", SG_OP_ROW_SCALE, {{NODES, 21}, {NODES, 3}}, {{0, 0}}, b_scale},
    {"row_scale, sigmoid", SG_OP_ROW_SCALE, {{NODES, 21}, {NODES, 3}}, {{0, 0}}, b_scale_sigmoid},
    {"add", SG_OP_ADD, {{NODES, 21}, {NODES, 26}}, {{0, 0}}, b_add},
    {"embed", SG_OP_EMBED, {{NODES, 21}}, {{7, 21}}, b_embed},
    {"gather", SG_OP_GATHER, {{NODES, 23}}, {{0, 0}}, b_gather},
    {"spread", SG_OP_SPREAD, {{NODES, 21}, {SAMPLES, 21}}, {{0, 0}}, b_spread},
    {"mean_nodes", SG_OP_MEAN_NODES, {{NODES, 21}}, {{0, 0}}, b_mean},
    {"pair_rbf", SG_OP_PAIR_RBF, {{NODES3, 1}}, {{1, 18}, {1, 18}}, b_rbf},
    {"pair_rbf, three points", SG_OP_PAIR_RBF, {{NODES3, 3}}, {{1, 18}, {1, 18}}, b_rbf},
    {"pair_mix", SG_OP_PAIR_MIX, {{PAIRS, 18}, {PAIRS, 18}, {NODES, 36}}, {{0, 0}}, b_mix},
    {"pair_mix, ordered", SG_OP_PAIR_MIX, {{PAIRS, 18}, {PAIRS, 18}, {NODES, 54}}, {{0, 0}}, b_mix_ordered},
    {"pair_sum, ordered", SG_OP_PAIR_SUM, {{PAIRS, 18}}, {{0, 0}}, b_sum_ordered},
    {"attention, ordered", SG_OP_ATTENTION, {{NODES, 102}, {PAIRS, 6}}, {{0, 0}}, b_attn_ordered},
    {"vec_pull, ordered", SG_OP_VEC_PULL, {{NODES3, 18}, {PAIRS, 40}}, {{0, 0}}, b_pull_ordered},
    {"pair_sum", SG_OP_PAIR_SUM, {{PAIRS, 18}}, {{0, 0}}, b_sum},
    {"attention", SG_OP_ATTENTION, {{NODES, 102}, {PAIRS, 4}}, {{0, 0}}, b_attn},
    {"propagate", SG_OP_PROPAGATE, {{NODES, 19}, {PAIRS, 5}}, {{0, 0}}, b_propagate},
    {"pair_tanh", SG_OP_PAIR_TANH, {{NODES, 60}}, {{0, 0}}, b_pair_tanh},
    {"vec_dist", SG_OP_VEC_DIST, {{NODES3, 18}}, {{0, 0}}, b_dist},
    {"vec_pull", SG_OP_VEC_PULL, {{NODES3, 18}, {PAIRS, 22}}, {{0, 0}}, b_pull},
    {"vec_norm", SG_OP_VEC_NORM, {{NODES3, 18}}, {{0, 0}}, b_vnorm},
    {"vec_gate", SG_OP_VEC_GATE, {{NODES3, 18}, {NODES, 18}, {NODES3, 18}}, {{0, 0}}, b_gate},
    {"vec_cross", SG_OP_VEC_CROSS, {{NODES3, 38}}, {{0, 0}}, b_cross},
    {"vec_mix", SG_OP_VEC_MIX, {{NODES, 56}, {NODES3, 18}}, {{0, 0}}, b_vmix},
};
/* clang-format on */

enum { CASES = sizeof cases / sizeof cases[0] };

/* Memory, parameters and inputs of case q; exits on failure. */
static void open_case(size_t q, fixture *f, sg_arena *a, sg_params *ps)
{
    static const int sizes[] = {1, 5, 2, 18};
    const op_case *c = &cases[q];
    sg_error err;
    sg_rng r;
    memset(f, 0, sizeof *f);
    if (sg_arena_new(a, 64 << 20, &err) != SG_OK ||
        sg_layout_init(&f->lay, a, sizes, 4, &err) != SG_OK)
        exit(99);
    sg_rng_init(&r, 11, q, 0);
    sg_params_init(ps);
    for (int k = 0; k < 4 && c->param[k][0]; k++) {
        char nm[] = {'p', (char)('0' + k), 0};
        if (sg_params_add(ps, nm, c->param[k][0], c->param[k][1], 0.5, 0) < 0)
            exit(99);
    }
    if (sg_params_alloc(ps, 1, &err) != SG_OK)
        exit(99);
    sg_params_draw(ps, q);
    if (c->op == SG_OP_PAIR_RBF) { /* centres and widths of a usual size, fixed */
        for (int k = 0; k < 18; k++) {
            ps->x[ps->p[0].off + (size_t)k] = (sg_real)(0.2 * k);
            ps->x[ps->p[1].off + (size_t)k] = (sg_real)(0.4 + 0.02 * k);
        }
        ps->p[0].fixed = ps->p[1].fixed = 1;
    }
    sg_params_sync(ps);
    for (int i = 0; i < 64; i++)
        f->idx[i] = (int)sg_rng_below(&r, 7);
    int rows_of[] = {0, f->lay.n_nodes, f->lay.n_pairs, 3 * f->lay.n_nodes, f->lay.n_samples};
    for (int k = 0; k < MAX_LEAF && c->leaf[k][0]; k++) {
        int rows = rows_of[c->leaf[k][0]], cols = c->leaf[k][1];
        sg_tensor *l = &f->leaf[k];
        size_t count = (size_t)rows * (size_t)cols;
        *l = sg_tensor_const(sg_arena_alloc(a, count, sizeof(sg_real)), rows, cols);
        l->dx = sg_arena_alloc(a, count, sizeof(sg_real));
        for (size_t i = 0; i < count; i++) {
            l->x[i] = (sg_real)sg_rng_normal(&r);
            l->dx[i] = 0;
        }
    }
}

/* Gradient of the output of case q: a fixed random stream. */
static void seed_output(sg_tensor y)
{
    sg_rng r;
    sg_rng_init(&r, 5, 0, 0);
    for (int i = 0; i < y.rows; i++)
        for (int k = 0; k < y.cols; k++)
            y.dx[(long)i * y.ld + k] = (sg_real)sg_rng_normal(&r);
}

#endif
