/* The network of molgen (doc/molgen-net.md): one equivariant architecture, three heads. */
#ifndef SG_MOL_NET_H
#define SG_MOL_NET_H

#include <sigen/nn.h>

typedef enum sg_mol_head {
    SG_MOL_HEAVY,   /* coordinates, node classes, bonds */
    SG_MOL_HYDRO,   /* coordinates */
    SG_MOL_PREDICT, /* properties */
} sg_mol_head;

/* Sizes, as stored in a model file's config. */
typedef struct sg_mol_dims {
    int d, K, P, H, F, L; /* scalars, vector channels, pair channels, heads, feed-forward, layers */
    int C, B, Q, N;       /* node classes, bond classes, properties, largest size */
} sg_mol_dims;

#define SG_MOL_MAX_LAYERS 32
#define SG_MOL_RBF        34
#define SG_MOL_TIME       16
#define SG_MOL_PROP       8 /* features per property */

typedef struct sg_mol_layer {
    int mod_w, mod_b, in_w, in_b, vec_a, dist_w, p1_w, p1_b, p2_w, p2_b, vec_x, out_w, out_b,
        sum_w, f1_w, f1_b, fr_w, f2_w, f2_b, vec_v;
} sg_mol_layer;

/* Indices of the parameters; the values live in an sg_params that may be shared by threads. */
typedef struct sg_mol_net {
    sg_mol_head head;
    sg_mol_dims dims;
    int class_embed, bond_embed, size_embed, time_w, prop_w, glob_b, glob_w, vec_x, vec_s, rbf_mu,
        rbf_sigma, rbf_x, rbf_s, pair_b, vec_out, class_w, class_b, bond_w, bond_b, q1_w, q1_b,
        q2_w, q2_b;
    sg_mol_layer layer[SG_MOL_MAX_LAYERS];
} sg_mol_net;

/* Inputs of a batch. Arrays are the caller's and must outlive the tape. */
typedef struct sg_mol_in {
    sg_layout lay;
    const int *cls;     /* (n_nodes) 0..C, C = masked */
    const int *bond;    /* (n_pairs) 0..B, B = masked */
    const double *t;    /* (n_samples) */
    const double *prop; /* (n_samples, Q) standardised; NULL: all unknown */
    const unsigned char *known; /* (n_samples, Q) */
    sg_real *x;         /* (n_nodes, 3) angstrom, centred */
    sg_real *xs;        /* (n_nodes, 3) previous estimate of x1, or NULL */
} sg_mol_in;

typedef struct sg_mol_out {
    sg_tensor x1;   /* (3 n_nodes, 1); not yet projected */
    sg_tensor cls;  /* (n_nodes, C) logits */
    sg_tensor bond; /* (n_pairs, B) logits */
    sg_tensor prop; /* (n_samples, Q) */
} sg_mol_out;

/* Declares the parameters in ps (empty) and allocates them; with `train` also what backward needs.
 * Dims are checked (SG_ELIMIT). */
SG_MUST_CHECK sg_status sg_mol_net_init(sg_mol_net *net, sg_params *ps, sg_mol_head head,
                                        const sg_mol_dims *dims, int train, sg_error *err);
/* Runs the network on the tape; the tape's status tells of memory. */
void sg_mol_net_forward(const sg_mol_net *net, sg_tape *t, const sg_mol_in *in, sg_mol_out *out);

#endif
