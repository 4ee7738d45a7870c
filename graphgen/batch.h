/* The input arrays of a batch, for training and sampling. */
#ifndef SG_GRAPH_BATCH_H
#define SG_GRAPH_BATCH_H

#include "model.h"

/* Input arrays of a batch in an arena. */
typedef struct sg_graph_buffer {
    sg_egnet_in in; /* points to the arrays below; in.xs stays NULL until the caller sets it */
    int *cls, *edge;
    double *t;
    sg_real *x, *xs;
    float *w;   /* (n_pairs) expected edges, filled by sg_graph_buffer_walks */
    sg_real *y; /* (n_pairs) charts of the weights; NULL: none */
    float *work;
} sg_graph_buffer;

SG_MUST_CHECK sg_status sg_graph_buffer_init(sg_graph_buffer *b, sg_arena *a, const int *sizes,
                                             int count, const sg_graph_config *c, sg_error *err);
/* Random-walk features from the tokens: a decided pair counts 0 or 1, an undecided one p_edge of
 * the pair (n_pairs), or the data's density where p_edge is NULL. */
void sg_graph_buffer_walks(sg_graph_buffer *b, const sg_graph_config *c, const float *p_edge);

/* What the network sees of the weights: y where there is or may be an edge, else 0. */
void sg_graph_buffer_weights(sg_graph_buffer *b, const sg_graph_config *c);

#endif
