/* The two score networks of GDSS [JLH22] (doc/gdss.md): from noised node features X and a noised
 * weighted graph A the noise in each; no time input. Equivariant under renumbering of the nodes. */
#ifndef SG_GRAPH_GDSS_H
#define SG_GRAPH_GDSS_H

#include <sigen/egnet.h>

/* Sizes, as stored in a model file's config. */
typedef struct sg_gdss_dims {
    int F;                      /* node features: degree 0 .. F-1, one-hot */
    int depth;                  /* graph convolutions of the X network */
    int L, d;                   /* attention layers of the A network; width of both */
    int H;                      /* heads of each channel */
    int c_init, c_hid, c_final; /* channels: powers of A at first, between layers, of the last */
} sg_gdss_dims;

extern const sg_egnet_dim sg_gdss_dim_table[]; /* offsets in sg_gdss_dims */

#define SG_GDSS_MAX_LAYERS   16
#define SG_GDSS_MAX_CHANNELS 16

typedef struct sg_gdss_layer {
    int q[SG_GDSS_MAX_CHANNELS][2], k[SG_GDSS_MAX_CHANNELS][2], v[SG_GDSS_MAX_CHANNELS][2];
    int node[2][2];       /* two-layer net of the nodes; none in the last layer */
    int att, adj, pair_b; /* two-layer net of the pairs: first from attention and channels */
    int pair[2];
} sg_gdss_layer;

/* Indices of the parameters: [0] matrix, [1] vector. */
typedef struct sg_gdss {
    sg_gdss_dims dims;
    int conv[SG_GDSS_MAX_LAYERS][2], node[3][2], pair[3][2];
    sg_gdss_layer layer[SG_GDSS_MAX_LAYERS];
} sg_gdss;

/* Declares the parameters in ps (empty) and allocates them; SG_ELIMIT on sizes out of range. */
SG_MUST_CHECK sg_status sg_gdss_init(sg_gdss *net, sg_params *ps, const sg_gdss_dims *dims,
                                     int train, sg_error *err);

typedef struct sg_gdss_in {
    sg_layout lay;
    sg_real *x; /* (n_nodes, F) */
    sg_real *a; /* (n_pairs) */
} sg_gdss_in;

typedef struct sg_gdss_out {
    sg_tensor x; /* (n_nodes, F) noise in X */
    sg_tensor a; /* (n_pairs, 1) noise in A */
} sg_gdss_out;

/* Runs both networks on the tape; the tape's status tells of memory. */
void sg_gdss_forward(const sg_gdss *net, sg_tape *t, const sg_gdss_in *in, sg_gdss_out *out);
/* Bytes of activations for batches of up to this many nodes and pairs (inference). */
size_t sg_gdss_bytes(const sg_gdss *net, size_t nodes, size_t pairs, size_t max_nodes);

#endif
