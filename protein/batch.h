/* The input arrays of a batch of chains, for training and sampling. */
#ifndef SG_PROTEIN_BATCH_H
#define SG_PROTEIN_BATCH_H

#include "model.h"

typedef struct sg_protein_buffer {
    sg_egnet_in in; /* points to the arrays below; in.xs and in.pair_feat are set when filled */
    int *cls, *offset;
    double *t, *prop;
    unsigned char *known;
    sg_real *points, *points_s, *vec, *node_feat, *pair_feat;
    int *residue0; /* (count + 1) first residue of each chain */
    int residues;
} sg_protein_buffer;

/* What is asked of a chain of n residues; zeroed: nothing. */
typedef struct sg_protein_ask {
    int has_share;
    double helix, strand;       /* shares of residues */
    const char *ss;             /* (n) 'H', 'E', '-', else free; NULL: free */
    const double *motif;        /* (n,3) nm in any frame */
    const unsigned char *fixed; /* (n) residues of the motif; NULL: none */
} sg_protein_ask;

/* Arrays for chains of these lengths, multiples of SG_PROTEIN_PATCH; places are filled in. */
SG_MUST_CHECK sg_status sg_protein_buffer_init(sg_protein_buffer *b, sg_arena *a, const int *length,
                                               int count, sg_error *err);
/* Features of chain k at time t: x (n,3) nm. */
void sg_protein_buffer_state(sg_protein_buffer *b, int k, const double *x, double t);
/* The previous estimate of chain k; all chains of the batch or none. */
void sg_protein_buffer_previous(sg_protein_buffer *b, int k, const double *xs);
void sg_protein_buffer_ask(sg_protein_buffer *b, int k, const sg_protein_ask *ask);
/* For derivatives by the chains: makes room for those of the features. */
SG_MUST_CHECK sg_status sg_protein_buffer_record(sg_protein_buffer *b, sg_arena *a, sg_error *err);
/* After the tape ran back: adds the derivative by chain k (n,3), which is x, to dx. */
void sg_protein_buffer_pull(const sg_protein_buffer *b, int k, const double *x, double *dx);
/* Takes the conditions of all chains back. */
void sg_protein_buffer_unask(sg_protein_buffer *b);

/* x1 (n,3) of chain k from the network's vectors: c_skip x + c_out F, centred; q = t^2 + (1-t)^2,
 * c_skip = t/q, c_out = (1-t)/sqrt(q). */
void sg_protein_estimate(double *x1, const double *x, double t, const sg_tensor *f, int node0,
                         int n);
/* Its transpose: derivatives by x1 give those by the vectors (added to f->dx), and by x, through
 * c_skip alone, into dx (or NULL). d1 (n,3) is centred in place. */
void sg_protein_estimate_pull(double *d1, double t, const sg_tensor *f, int node0, int n,
                              double *dx);

#endif
