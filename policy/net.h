/* The networks of policies: a table of architectures, each of which encodes what was observed and
 * then denoises a chunk of actions, again and again, with what the encoding gave. */
#ifndef SG_POLICY_NET_H
#define SG_POLICY_NET_H

#include <sigen/nn.h>

#define SG_POLICY_MAX_LAYERS 16
#define SG_POLICY_SIGMA      16   /* features of the noise level in `cached` */
#define SG_POLICY_MOST_GOALS 64   /* most goals at once */
#define SG_POLICY_MOST_GOAL  1024 /* most numbers of a goal */

typedef struct sg_i_policy_arch sg_i_policy_arch;

typedef struct sg_i_policy_dims {
    int obs, goal, action; /* numbers in an observation, a goal (0: never any), an action */
    int window, horizon;   /* observations seen, actions of a chunk from the newest one on */
    int tokens;            /* tokens of a chunk, a divisor of its rows */
    int d, F, L, H;        /* width, feed-forward, layers, heads */
    int C, S;              /* width of the context, of the noise level's embedding (`cached`) */
    int goals;             /* most goals shown at once; 0 where there are goals: 1 */
    int past;              /* 1: observations before the newest may be hidden */
    int predict;           /* 1: a chunk also tells the observation after each action */
    int lead; /* rows of a chunk before the newest observation, the actions that followed the older
                 ones; set by sg_i_policy_net_init */
} sg_i_policy_dims;

enum { SG_POLICY_DIMS = 15 }; /* of them in a file: all but lead */

/* Numbers of a chunk per action: the action, and the observation after it where they are predicted.
 */
static inline int sg_i_policy_wide(const sg_i_policy_dims *d)
{
    return d->action + (d->predict ? d->obs : 0);
}
/* Rows of a chunk: lead actions that are known, horizon that are wanted. */
static inline int sg_i_policy_rows(const sg_i_policy_dims *d)
{
    return d->lead + d->horizon;
}
static inline int sg_i_policy_chunk_size(const sg_i_policy_dims *d)
{
    return sg_i_policy_rows(d) * sg_i_policy_wide(d);
}
/* Width of the context's input: observations, goals, and 1 for each goal and past observation that
 * is shown. */
int sg_i_policy_inputs(const sg_i_policy_dims *d);

/* ---- parameters: indices; the values live in an sg_params that threads may share --------------
 */

typedef struct sg_i_cached_layer {
    int ctx, sig, mod_b;              /* what context and noise level say to this layer */
    int qkv, qkv_b, bias, out, out_b; /* attention; absent with one token */
    int f1, f1_b, f2, f2_b;
} sg_i_cached_layer;

typedef struct sg_i_cached {
    int e1, e1_b, e2, e2_b, e3, e3_b, s1, s1_b;                   /* context, noise level */
    int in, in_b, pos, start, last_ctx, last_sig, last_b, y, y_b; /* tokens in and out */
    sg_i_cached_layer layer[SG_POLICY_MAX_LAYERS];
} sg_i_cached;

typedef struct sg_i_beso_layer {
    int n1, n1_b, qkv, qkv_b, out, out_b; /* normalisation and attention */
    int n2, n2_b, f1, f1_b, f2, f2_b;
} sg_i_beso_layer;

typedef struct sg_i_beso {
    int embed, last, last_b, y, y_b;
    sg_i_beso_layer layer[SG_POLICY_MAX_LAYERS];
} sg_i_beso;

typedef struct sg_i_policy_net {
    sg_i_policy_dims dims;
    const sg_i_policy_arch *arch;
    union {
        sg_i_cached cached;
        sg_i_beso beso;
    };
} sg_i_policy_net;

/* What the context gives to the denoiser, for n_samples samples; lives in the tape's arena. */
typedef struct sg_i_policy_ctx {
    sg_layout lay;                                      /* tokens of each sample */
    sg_tensor start, last, layer[SG_POLICY_MAX_LAYERS]; /* cached: (n_samples, .) */
    sg_tensor token, mask; /* beso: what tokens are made of, actions and noise level missing; who
                              sees whom */
    const int *action;     /* beso: the token of each row of the chunks */
} sg_i_policy_ctx;

/* ---- architectures ----------------------------------------------------------------------------
 */

struct sg_i_policy_arch {
    const char *name, *summary;
    sg_i_policy_dims usual; /* sizes of a new policy; 0: as `sizes` has it */
    int lead;               /* 1: a chunk begins with the actions that followed the older
                               observations, and past observations may be hidden */
    int relative;           /* 1: actions are told from the newest observation, in its frame */
    /* The sizes that follow from others where they are 0. */
    void (*sizes)(sg_i_policy_dims *d);
    /* SG_ELIMIT names the size that this architecture does not have. */
    sg_status (*check)(const sg_i_policy_dims *d, sg_error *err);
    void (*declare)(sg_i_policy_net *net, sg_declare *d);
    void (*encode)(const sg_i_policy_net *net, sg_tape *t, sg_tensor x, sg_i_policy_ctx *ctx);
    sg_tensor (*denoise)(const sg_i_policy_net *net, sg_tape *t, const sg_i_policy_ctx *ctx,
                         sg_tensor a, const double *u);
    /* What a network is told of a noise level between lo and hi. */
    double (*level)(double sigma, double lo, double hi);
};

extern const sg_i_policy_arch sg_i_policy_cached, sg_i_policy_beso;
const sg_i_policy_arch *sg_i_policy_arch_find(const char *name); /* NULL: there is none */
const char *sg_i_policy_arch_name(size_t k);                     /* NULL after the last */

typedef struct sg_i_policy_bound {
    const char *name;
    int value, lo, hi;
} sg_i_policy_bound;
/* SG_ELIMIT names the first that is out of range. */
sg_status sg_i_policy_bounds(const sg_i_policy_bound *l, size_t n, sg_error *err);

/* ---- use ---------------------------------------------------------------------------------------
 */

/* Declares the parameters in ps (empty) and allocates them; with `train` also what backward needs.
 * SG_ELIMIT names the size that is out of range. */
SG_MUST_CHECK sg_status sg_i_policy_net_init(sg_i_policy_net *net, sg_params *ps,
                                             const sg_i_policy_arch *arch,
                                             const sg_i_policy_dims *d, int train, sg_error *err);

/* x (n_samples, sg_i_policy_inputs), scaled. The tape's status tells of memory. */
void sg_i_policy_encode(const sg_i_policy_net *net, sg_tape *t, sg_tensor x, sg_i_policy_ctx *ctx);
/* F(c_in a, u): a (n_samples tokens, chunk/tokens), scaled by c_in; u (n_samples) what `level` says
 * of the noise levels. Result like a; rows whose observation is hidden have no meaning. Does not
 * change ctx. */
sg_tensor sg_i_policy_denoise(const sg_i_policy_net *net, sg_tape *t, const sg_i_policy_ctx *ctx,
                              sg_tensor a, const double *u);

#endif
