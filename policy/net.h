/* The `cached` network: the context is encoded once per observation, denoising steps touch only the
 * action tokens (doc/policy-net.md). */
#ifndef SG_POLICY_NET_H
#define SG_POLICY_NET_H

#include <sigen/nn.h>

#define SG_POLICY_MAX_LAYERS 16
#define SG_POLICY_SIGMA      16   /* features of the noise level */
#define SG_POLICY_MOST_GOALS 64   /* most goals at once */
#define SG_POLICY_MOST_GOAL  1024 /* most numbers of a goal */

/* Sizes, as stored in a model file, in this order. */
typedef struct sg_i_policy_dims {
    int obs, goal, action; /* numbers in an observation, a goal (0: never any), an action */
    int window, horizon;   /* observations seen, actions in a chunk */
    int tokens;            /* tokens of a chunk, a divisor of horizon */
    int d, F, L, H;        /* width, feed-forward, layers, heads (used with tokens > 1) */
    int C, S;              /* width of the context, of the noise level's embedding */
    int goals;             /* most goals shown at once; 0 where there are goals: 1 */
    int past;              /* 1: observations before the newest may be hidden */
    int predict;           /* 1: a chunk also tells the observation after each action */
} sg_i_policy_dims;

enum { SG_POLICY_DIMS = 15 };

typedef struct sg_i_policy_layer {
    int ctx, sig, mod_b;              /* what context and noise level say to this layer */
    int qkv, qkv_b, bias, out, out_b; /* attention; absent with one token */
    int f1, f1_b, f2, f2_b;
} sg_i_policy_layer;

/* Indices of the parameters; the values live in an sg_params that threads may share. */
typedef struct sg_i_policy_net {
    sg_i_policy_dims dims;
    int e1, e1_b, e2, e2_b, e3, e3_b, s1, s1_b;                   /* context, noise level */
    int in, in_b, pos, start, last_ctx, last_sig, last_b, y, y_b; /* tokens in and out */
    sg_i_policy_layer layer[SG_POLICY_MAX_LAYERS];
} sg_i_policy_net;

/* What the context gives to the denoiser: one tensor (n_samples, .) each. */
typedef struct sg_i_policy_ctx {
    sg_tensor start, last, layer[SG_POLICY_MAX_LAYERS];
} sg_i_policy_ctx;

/* Numbers of a chunk per action: the action, and the observation after it where they are predicted.
 */
static inline int sg_i_policy_wide(const sg_i_policy_dims *d)
{
    return d->action + (d->predict ? d->obs : 0);
}
/* Width of the context's input: observations, goals, and 1 for each goal and past observation that
 * is shown. */
int sg_i_policy_inputs(const sg_i_policy_dims *d);
/* SG_ELIMIT names the size that is out of range. */
SG_MUST_CHECK sg_status sg_i_policy_dims_check(const sg_i_policy_dims *d, sg_error *err);

/* Declares the parameters in ps (empty) and allocates them; with `train` also what backward needs.
 */
SG_MUST_CHECK sg_status sg_i_policy_net_init(sg_i_policy_net *net, sg_params *ps,
                                             const sg_i_policy_dims *d, int train, sg_error *err);

/* x (n_samples, sg_i_policy_inputs), scaled. The tape's status tells of memory. */
void sg_i_policy_encode(const sg_i_policy_net *net, sg_tape *t, sg_tensor x, sg_i_policy_ctx *ctx);
/* F(c_in a, u): l has n_samples samples of `tokens` nodes; a (n_samples tokens, horizon/tokens
 * action), scaled by c_in; u (n_samples) the place of ln sigma between its limits, 0..1. Result
 * like a. Does not change ctx. */
sg_tensor sg_i_policy_denoise(const sg_i_policy_net *net, sg_tape *t, const sg_layout *l,
                              const sg_i_policy_ctx *ctx, sg_tensor a, const double *u);

#endif
