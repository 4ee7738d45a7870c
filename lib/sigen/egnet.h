/* E(3)-equivariant network on points with node and pair tokens (doc/egnet.md):
 * node scalars with attention, pair channels, vector channels. Modules give it their classes,
 * features and laws. Exactly equivariant under rotation; under reflection unless a cross product
 * enters (G > 0, or the module's input vectors hold some); under permutation unless the nodes are
 * a sequence (S = 1). A node is one point, or a patch of A points with vectors of its own. */
#ifndef SIGEN_EGNET_H
#define SIGEN_EGNET_H

#include <sigen/nn.h>

SG_BEGIN_DECLS

/* What a network puts out, joined by |. */
enum {
    SG_EGNET_POINTS = 1,  /* an estimate of the clean points */
    SG_EGNET_TOKENS = 2,  /* logits of node and pair classes */
    SG_EGNET_READOUT = 4, /* Q numbers per sample */
    SG_EGNET_VECTORS = 8, /* O vectors per node */
    SG_EGNET_PAIRS = 16,  /* a number per pair */
};

/* Sizes, as stored in a model file's config. */
typedef struct sg_egnet_dims {
    int d, K, P, H, F, L; /* scalars, vector channels, pair channels, heads, feed-forward, layers */
    int C, B, Q, N;       /* node classes, pair classes, properties, largest size */
    int U, W;             /* extra input features of a node, of a pair; 0 = none */
    int T;                /* displacements are times min(1, T (1 - t)); 0 = 1 */
    int A, D;             /* points of a node whose distances are seen (0 = 1); radial functions
                             (0 = 34 for lengths in angstrom; else the module sets rbf_mu, rbf_sigma) */
    int S;                /* 1: nodes are a sequence, pairs tell the earlier from the later one */
    int R, O, G; /* input vectors of a node (0 = its point), output vectors, cross products */
} sg_egnet_dims;

/* name, place and limits of each size, for reading and writing; NULL name behind the last */
typedef struct sg_egnet_dim {
    const char *name;
    size_t off; /* of the int in sg_egnet_dims */
    int lo, hi;
} sg_egnet_dim;
SG_API extern const sg_egnet_dim sg_egnet_dim_table[];
static inline int *sg_egnet_dim_at(const sg_egnet_dims *m, const sg_egnet_dim *d)
{
    return (int *)((char *)m + d->off);
}

#define SG_EGNET_MAX_LAYERS 32
#define SG_EGNET_RBF        34
#define SG_EGNET_TIME       16
#define SG_EGNET_PROP       8 /* features per property */

typedef struct sg_egnet_layer {
    int mod_w, mod_b, in_w, in_b, vec_a, dist_w, p1_w, p1_b, p2_w, p2_b, vec_x, out_w, out_b, sum_w,
        f1_w, f1_b, fr_w, f2_w, f2_b, vec_v, cross_in, cross_out;
} sg_egnet_layer;

/* Indices of the parameters; the values live in an sg_params that may be shared by threads. */
typedef struct sg_egnet {
    int outputs; /* SG_EGNET_* */
    sg_egnet_dims dims;
    int class_embed, bond_embed, size_embed, time_w, prop_w, glob_b, glob_w, vec_x, vec_s, rbf_mu,
        rbf_sigma, rbf_x, rbf_s, pair_b, vec_out, class_w, class_b, bond_w, bond_b, edge_w, edge_b,
        q1_w, q1_b, q2_w, q2_b, feat_node, feat_pair, m1_w, m1_b, m2_w;
    sg_egnet_layer layer[SG_EGNET_MAX_LAYERS];
} sg_egnet;

/* Inputs of a batch. Arrays are the caller's and must outlive the tape. */
typedef struct sg_egnet_in {
    sg_layout lay;
    const int *cls;             /* (n_nodes) 0..C, C = masked */
    const int *pair;            /* (n_pairs) 0..B, B = masked */
    const double *t;            /* (n_samples) */
    const double *prop;         /* (n_samples, Q) standardised; NULL: all unknown */
    const unsigned char *known; /* (n_samples, Q) */
    sg_real *x;                 /* (n_nodes, 3, A) points, centred */
    sg_real *xs;                /* (n_nodes, 3, A) previous estimate of x1, or NULL */
    sg_real *vec;               /* (n_nodes, 3, R) input vectors */
    sg_real *node_feat;         /* (n_nodes, U) */
    sg_real *pair_feat;         /* (n_pairs, W), or NULL for zeros */
    /* recording: where not NULL, the loss's derivatives by x, vec and node_feat are added here */
    sg_real *dx, *dvec, *dnode;
} sg_egnet_in;

typedef struct sg_egnet_out {
    sg_tensor x1;   /* (3 n_nodes, 1); not yet projected */
    sg_tensor cls;  /* (n_nodes, C) logits */
    sg_tensor pair; /* (n_pairs, B) logits */
    sg_tensor prop; /* (n_samples, Q) */
    sg_tensor vec;  /* (3 n_nodes, O) */
    sg_tensor edge; /* (n_pairs, 1) */
} sg_egnet_out;

/* Declares the parameters in ps (empty) and allocates them; with `train` also what backward needs.
 * Dims are checked (SG_ELIMIT). */
SG_API SG_MUST_CHECK sg_status sg_egnet_init(sg_egnet *net, sg_params *ps, int outputs,
                                             const sg_egnet_dims *dims, int train, sg_error *err);
/* Runs the network on the tape; the tape's status tells of memory. */
SG_API void sg_egnet_forward(const sg_egnet *net, sg_tape *t, const sg_egnet_in *in,
                             sg_egnet_out *out);
/* Subtracts the mean of each sample's points x (n_nodes, 3). Its own transpose: the gradient
 * through it is centred likewise. */
SG_API void sg_egnet_centre(const sg_layout *l, sg_real *x);
/* Bytes of activations for batches of up to this many nodes and pairs (inference). */
SG_API size_t sg_egnet_bytes(const sg_egnet *net, size_t nodes, size_t pairs, size_t samples);

SG_END_DECLS
#endif
