/* Inside the engine: tape nodes and the table of kernels of one instruction set. */
#ifndef SG_NN_NN_H
#define SG_NN_NN_H

#include <sigen/nn.h>

/* Operations: one row each, forward and backward on raw rows (kernels are in kern_*.h). */
#define SG_OP_LIST(X)                                                                              \
    X(LINEAR, linear)                                                                              \
    X(NORM, norm)                                                                                  \
    X(ADD, add)                                                                                    \
    X(ACT, act)                                                                                    \
    X(ROW_SCALE, row_scale)                                                                        \
    X(EMBED, embed)                                                                                \
    X(GATHER, gather)                                                                              \
    X(SPREAD, spread)                                                                              \
    X(MEAN_NODES, mean_nodes)                                                                      \
    X(PAIR_RBF, pair_rbf)                                                                          \
    X(PAIR_MIX, pair_mix)                                                                          \
    X(PAIR_SUM, pair_sum)                                                                          \
    X(ATTENTION, attention)                                                                        \
    X(PROPAGATE, propagate)                                                                        \
    X(PAIR_TANH, pair_tanh)                                                                        \
    X(VEC_DIST, vec_dist)                                                                          \
    X(VEC_PULL, vec_pull)                                                                          \
    X(VEC_NORM, vec_norm)                                                                          \
    X(VEC_GATE, vec_gate)                                                                          \
    X(VEC_CROSS, vec_cross)                                                                        \
    X(VEC_MIX, vec_mix)

enum {
#define SG_X(id, name) SG_OP_##id,
    SG_OP_LIST(SG_X)
#undef SG_X
        SG_OP_COUNT
};

/* A weight as an operation sees it. */
typedef struct sg_i_weight {
    const sg_real *w, *wt; /* (rows, cols) and its transpose; NULL = absent */
    sg_real *dw;
    int rows, cols;
} sg_i_weight;

struct sg_node {
    sg_node *prev;
    int op;
    int act, add; /* LINEAR, ACT: activation; y adds (0 new, 1 in place) */
    int first[2]; /* LINEAR: backward is the first to write this input's gradient */
    sg_tensor out, in[4];
    sg_i_weight w[3]; /* LINEAR: W, W2, b; EMBED: table; PAIR_RBF: mu, sigma */
    const sg_layout *lay;
    const int *idx;
    sg_real c;
    int heads;             /* ATTENTION: all; PAIR_TANH: per output channel */
    sg_real *save, *save2; /* forward values backward needs; NULL when not recording */
    sg_real *scratch;      /* from the arena, valid during one forward or backward */
};

typedef void sg_kernel(const sg_node *n);

struct sg_isa {
    const char *name;
    struct {
        const char *name;
        sg_kernel *fwd, *bwd;
    } op[SG_OP_COUNT];
    /* y (+)= a b: a(i,k) = a[i rs + k ks], b (kk, n) row-major ldb, y (m, n) ldy */
    void (*gemm)(sg_real *y, long ldy, const sg_real *a, long rs, long ks, const sg_real *b,
                 long ldb, int m, int n, int kk, int add);
    /* y (cols, rows) = transpose of x (rows, cols) */
    void (*transpose)(sg_real *y, long ldy, const sg_real *x, long ldx, int rows, int cols);
};

extern const sg_isa sg_i_isa_generic;
extern const sg_isa sg_i_isa_v3;
extern const sg_isa sg_i_isa_v4;

/* Bytes of scratch a node's kernels need (from sizes only). */
size_t sg_i_scratch_reals(const sg_node *n);

#endif
