/* The network engine: row tensors, parameters, a coarse tape, and layer-sized operations.
 *
 * A tensor is a block of rows (nodes, pairs, tokens); the batch is ragged and described by an
 * sg_layout, nothing is padded. An operation computes at once and, when the tape records, leaves a
 * node behind; sg_tape_backward calls the nodes' backward halves in reverse. The same calls without
 * recording are the inference path: no node, no saved value, memory independent of depth when the
 * caller marks and rewinds the arena.
 *
 * All memory comes from the tape's arena; no operation allocates otherwise. A tape belongs to one
 * thread; parameters are const while tapes read them and are shared. Results of a row do not depend
 * on which other rows are in the batch, nor on the instruction set among those with FMA. */
#ifndef SIGEN_NN_H
#define SIGEN_NN_H

#include <sigen/arena.h>
#include <sigen/rng.h>

SG_BEGIN_DECLS

#ifdef SG_REAL_DOUBLE /* the engine built a second time, for gradient checks */
typedef double sg_real;
#else
typedef float sg_real;
#endif

/* ---- ragged batches ---------------------------------------------------------------------- */

/* S samples; sample s owns nodes node0[s] .. node0[s+1]-1 and, for n of them, pairs pair0[s] ..
 * pair0[s] + n(n-1)/2 - 1 in the order (0,1),(0,2),..,(1,2),... */
typedef struct sg_layout {
    int n_samples, n_nodes, n_pairs, max_nodes;
    const int *node0, *pair0; /* (n_samples + 1) */
} sg_layout;

/* Builds a layout for the given node counts (1 .. 4096 each) in the arena. SG_ENOMEM, SG_ELIMIT. */
SG_API SG_MUST_CHECK sg_status sg_layout_init(sg_layout *l, sg_arena *a, const int *n, int count,
                                              sg_error *err);

/* ---- parameters --------------------------------------------------------------------------- */

typedef struct sg_parameter {
    char name[64];
    int rows, cols; /* W: (in, out); vectors: (1, n) */
    size_t off;     /* of the first element in the flat vector, a multiple of 16 */
    double init_sd; /* start values N(0, init_sd^2) */
    int hidden;     /* optimised by Muon: a matrix between hidden layers */
    int fixed;      /* stored but not trained */
    double rate;    /* factor of the learning rates, 1 */
} sg_parameter;

typedef struct sg_params {
    int count, cap;
    size_t size; /* elements of the flat vectors */
    sg_parameter *p;
    sg_real *x;  /* (size) values */
    sg_real *xt; /* (size) transposes of all matrices, for backward; NULL for inference */
    int view;    /* x and xt belong to another */
    const struct sg_q8 *q8; /* int8 matrices of operations that do not record (q8.h), or NULL */
} sg_params;

/* Without parameters; and back to that, freeing all that ps owns. */
SG_API void sg_params_init(sg_params *ps);
SG_API void sg_params_clear(sg_params *ps);
/* Declares a parameter (rows, cols), before sg_params_alloc; start values N(0, init_sd^2); hidden:
 * Muon's. Returns its index or a negative sg_status: SG_EINVAL, SG_ENOMEM. */
SG_API int sg_params_add(sg_params *ps, const char *name, int rows, int cols, double init_sd,
                         int hidden);
/* Declaring a network: matrices named prefix + name with start values N(0, scale^2/rows), hidden
 * ones for Muon if both sides are >= 32; vectors (1, cols) that start at 0; tables of rows with
 * N(0, sd^2). The first failure sticks in status. They return the index. */
typedef struct sg_declare {
    sg_params *ps;
    sg_status status;
} sg_declare;
SG_API int sg_declare_matrix(sg_declare *d, const char *prefix, const char *name, int rows,
                             int cols, double scale, int hidden);
SG_API int sg_declare_vector(sg_declare *d, const char *prefix, const char *name, int cols);
SG_API int sg_declare_table(sg_declare *d, const char *name, int rows, int cols, double sd);
/* Allocates the values (zero) once everything is declared; with `train` also the transposes. */
SG_API SG_MUST_CHECK sg_status sg_params_alloc(sg_params *ps, int train, sg_error *err);
/* Draws start values, each parameter from its own random stream. */
SG_API void sg_params_draw(sg_params *ps, uint64_t seed);
/* Refreshes the transposes after the values changed. */
SG_API void sg_params_sync(sg_params *ps);
/* Makes all (empty) the parameters of both, a's first, named prefix.name, with their values: one
 * vector that one optimiser trains. a and b, allocated alike, become views into it: their values
 * live in all from here on, and all must outlive them. Each parameter's learning rates are times
 * `rate` of its network. */
SG_API SG_MUST_CHECK sg_status sg_params_join(sg_params *all, sg_params *a, const char *prefix_a,
                                              double rate_a, sg_params *b, const char *prefix_b,
                                              double rate_b, sg_error *err);
/* Makes view (empty) a network with the values of `of`, all of them fixed: its tapes give
 * derivatives by inputs only. `of` must outlive it. */
SG_API SG_MUST_CHECK sg_status sg_params_freeze(sg_params *view, const sg_params *of,
                                                sg_error *err);
/* Index of a name, -1 if absent. */
SG_API int sg_params_find(const sg_params *ps, const char *name);

/* ---- tape --------------------------------------------------------------------------------- */

/* A gradient's memory: elements of dx that hold nothing yet, 0 once they are cleared or written. */
typedef struct sg_fresh {
    sg_real *dx;
    size_t count;
} sg_fresh;

typedef struct sg_tensor {
    sg_real *x, *dx; /* values; gradient of the loss, NULL if not wanted */
    int rows, cols, ld;
    sg_fresh *fresh; /* NULL: dx was cleared when it was made */
} sg_tensor;

typedef struct sg_node sg_node;
typedef struct sg_isa sg_isa;

typedef struct sg_tape {
    sg_arena *arena;         /* tensors, nodes, saved values */
    const sg_params *params; /* read only */
    sg_real *grad;           /* (params->size) gradients are added here; NULL: do not record */
    const sg_isa *isa;
    sg_node *last; /* recorded nodes, newest first */
    int inner; /* new tensors get their gradients from the tape alone: backward clears them, late */
    struct sg_q8_watch *watch; /* sees the inputs of products (sigen/q8.h); NULL: none */
    double flops;              /* multiply-adds x 2 of the matrix products done since init */
    sg_status status;          /* first failure, SG_ENOMEM or SG_EINVAL; later calls do nothing */
} sg_tape;

/* grad != NULL: record for sg_tape_backward. isa NULL: the best of this machine. */
SG_API void sg_tape_init(sg_tape *t, sg_arena *arena, const sg_params *params, sg_real *grad,
                         const sg_isa *isa);
/* Runs the backward halves, newest first; the caller has put d loss/d output into the outputs' dx.
 * Adds to grad and to the dx of every tensor on the way. */
SG_API void sg_tape_backward(sg_tape *t);

/* Instruction sets built in: "v4" (AVX-512), "v3" (AVX2 + FMA), "generic". NULL name: the best that
 * this machine runs. Returns NULL if unknown, not built or not supported here. */
SG_API const sg_isa *sg_isa_find(const char *name);
SG_API const char *sg_isa_name(const sg_isa *isa);

/* New tensor of zeros (gradient too when recording; while t->inner, cleared by backward). */
SG_API sg_tensor sg_tensor_new(sg_tape *t, int rows, int cols);
/* The same without clearing x. */
SG_API sg_tensor sg_tensor_raw(sg_tape *t, int rows, int cols);
/* Columns c0 .. c0+cols-1 of x: shares values and gradient. */
static inline sg_tensor sg_cols(sg_tensor x, int c0, int cols)
{
    sg_tensor v = x;
    v.x = x.x ? x.x + c0 : NULL;
    v.dx = x.dx ? x.dx + c0 : NULL;
    v.cols = cols;
    return v;
}
/* Constant input: no gradient. While recording it may go into linear, norm (x), add, activations,
 * row_scale, gather, spread, mean_nodes, rbf, pair_sum, propagate and vec_mix (v); anything else
 * sets the tape's status to SG_EINVAL. */
static inline sg_tensor sg_tensor_const(sg_real *x, int rows, int cols)
{
    sg_tensor v = {x, NULL, rows, cols, cols, NULL};
    return v;
}

/* ---- operations ---------------------------------------------------------------------------
 * i, j nodes of one sample; p the pair (i, j); k channel. Parameters are indices into t->params,
 * -1 = none. "adds to": y is updated in place and its gradient is passed on. */

/* x/(1 + e^-x); tanh; ELU: x where x > 0, else e^x - 1; GELU: x (1 + erf(x/sqrt 2))/2 */
enum { SG_ACT_NONE = 0, SG_ACT_SILU = 1, SG_ACT_TANH = 2, SG_ACT_ELU = 3, SG_ACT_GELU = 4 };

/* act(x W + x2 W2 + b): (rows, out). x2/w2 optional (w2 = -1). */
SG_API sg_tensor sg_linear2(sg_tape *t, sg_tensor x, int w, sg_tensor x2, int w2, int b, int act);
SG_API sg_tensor sg_linear(sg_tape *t, sg_tensor x, int w, int b, int act);
/* y + x W + b. Recording: a new tensor; else y is updated in place and returned. */
SG_API sg_tensor sg_linear_add(sg_tape *t, sg_tensor y, sg_tensor x, int w, int b);
/* y adds x W + b, in place also when recording: y's old value must not be needed by a backward. */
SG_API void sg_linear_into(sg_tape *t, sg_tensor y, sg_tensor x, int w, int b);
/* LN(x) = (x - mean)/sqrt(var + 1e-5) per row; with scale, shift (n_samples, cols):
 * LN(x) (1 + scale_s) + shift_s for the rows of sample s (rows must be the layout's nodes). */
SG_API sg_tensor sg_norm(sg_tape *t, sg_tensor x);
SG_API sg_tensor sg_norm_mod(sg_tape *t, const sg_layout *l, sg_tensor x, sg_tensor scale,
                             sg_tensor shift);
SG_API sg_tensor sg_silu(sg_tape *t, sg_tensor x);
/* f(g_r) x_r per row: f the sigmoid or, with sigmoid = 0, the identity. g (rows, 1). */
SG_API sg_tensor sg_row_scale(sg_tape *t, sg_tensor x, sg_tensor g, int sigmoid);
/* y adds x. */
SG_API void sg_add_into(sg_tape *t, sg_tensor y, sg_tensor x);
/* y adds table[idx[r]] to every row r. idx must outlive the tape. */
SG_API void sg_embed_into(sg_tape *t, sg_tensor y, int table, const int *idx);
/* Rows idx[0..n-1] of x, in that order, again and again too: (n, cols). idx must outlive the tape.
 */
SG_API sg_tensor sg_gather(sg_tape *t, sg_tensor x, const int *idx, int n);
/* y_i adds g_s for the nodes i of sample s; g (n_samples, cols). */
SG_API void sg_spread_into(sg_tape *t, const sg_layout *l, sg_tensor y, sg_tensor g);
/* mean over a sample's nodes: (n_samples, cols). */
SG_API sg_tensor sg_mean_nodes(sg_tape *t, const sg_layout *l, sg_tensor x);
/* exp(-(|x_ia - x_jb| - mu_r)^2 / (2 sigma_r^2)): (n_pairs, A A R), columns (a, b, r), |v| =
 * sqrt(v.v + 1e-8). x (3 n_nodes, A), A points a node; mu, sigma are fixed parameters (1, R). */
SG_API sg_tensor sg_pair_rbf(sg_tape *t, const sg_layout *l, sg_tensor x, int mu, int sigma);
/* Operations on pairs treat both nodes alike, or, where an argument has a second set of columns,
 * tell the earlier node i of a pair from the later node j: for sequences.
 *
 * m_p adds z_p + u_i + u_j + w_i w_j; ordered, u = (u, v): z_p + u_i + v_j + w_i w_j. */
SG_API void sg_pair_mix_into(sg_tape *t, const sg_layout *l, sg_tensor m, sg_tensor z, sg_tensor u,
                             sg_tensor w);
/* y_i = c sum_{j != i} z_p: (n_nodes, cols); ordered: (c sum_{j > i} z_p, c sum_{j < i} z_p). */
SG_API sg_tensor sg_pair_sum(sg_tape *t, const sg_layout *l, sg_tensor z, double c, int ordered);
/* Softmax attention with pair bias over the nodes of each sample, H heads:
 * o_i = sum_j softmax_j(q_i.k_j/sqrt(d/H) + bias_p,h) v_j, bias_ii = 0. q, k, v (n_nodes, d), bias
 * (n_pairs, H), or ordered (n_pairs, 2 H): o_j takes column H + h. */
SG_API sg_tensor sg_attention(sg_tape *t, const sg_layout *l, sg_tensor q, sg_tensor k, sg_tensor v,
                              sg_tensor bias, int heads);

/* Graph convolution's propagation [KW17] over C weighted graphs: block c of y_i is
 * sum_j A^c_ij x_j/sqrt(d_i d_j), A^c symmetric with the pairs' weights a_pc and ones on its
 * diagonal, d_i = max(1, sum_j A^c_ij): (n_nodes, C F). x (n_nodes, F), a (n_pairs, C) of any sign.
 */
SG_API sg_tensor sg_propagate(sg_tape *t, const sg_layout *l, sg_tensor x, sg_tensor a);
/* Attention as pair weights [BKH21], C channels of H heads each, without normalisation:
 * y_pc = 1/(2H) sum_h tanh(c q_i.k_j) + tanh(c q_j.k_i), the products within head h of channel c:
 * (n_pairs, channels). q, k (n_nodes, d), d a multiple of channels times heads. */
SG_API sg_tensor sg_pair_tanh(sg_tape *t, const sg_layout *l, sg_tensor q, sg_tensor k,
                              int channels, int heads, double c);

/* Vector channels: tensors (3 n_nodes, K), row 3 i + axis. A linear map of channels is sg_linear.
 */
/* e_p = sqrt(|A_i - A_j|^2 + 1e-3) per channel: (n_pairs, K). */
SG_API sg_tensor sg_vec_dist(sg_tape *t, const sg_layout *l, sg_tensor a);
/* V_i = n^-1/2 sum_{j != i} g_p (A_i - A_j)/(1 + e_p): (3 n_nodes, K); ordered, g (n_pairs, 2 K):
 * V_j takes columns K + k. */
SG_API sg_tensor sg_vec_pull(sg_tape *t, const sg_layout *l, sg_tensor a, sg_tensor e, sg_tensor g);
/* s/(1 + s/4), s = sqrt(|X_i|^2 + 1e-3) per channel: (n_nodes, K); bounded by 4. */
SG_API sg_tensor sg_vec_norm(sg_tape *t, sg_tensor x);
/* X + G Y, G = gate/sqrt(1 + gate^2) per node and channel. Recording: a new tensor; else X in
 * place. */
SG_API sg_tensor sg_vec_gate(sg_tape *t, sg_tensor x, sg_tensor gate, sg_tensor y);
/* a x b/(1 + (|a|^2 + |b|^2)/2) per channel, ab = (a, b): (3 n_nodes, G) of (3 n_nodes, 2 G). Turns
 * with the points but not with their mirror image: what makes a network see the hand. */
SG_API sg_tensor sg_vec_cross(sg_tape *t, sg_tensor ab);
/* y_o = sum_m c_om v_m: (3 n_nodes, O) of coefficients c (n_nodes, O M) and vectors v (3 n_nodes,
 * M).
 */
SG_API sg_tensor sg_vec_mix(sg_tape *t, sg_tensor c, sg_tensor v);

SG_END_DECLS
#endif
