/* Graphs encoded for training, and the arrays of a batch. */
#ifndef SG_GRAPH_DATA_H
#define SG_GRAPH_DATA_H

#include "model.h"

/* One graph, pointing into the set. */
typedef struct sg_graph_example {
    int n;
    const int *cls;            /* (n) node classes */
    const unsigned char *edge; /* (n(n-1)/2) edge classes, pair order of sg_layout */
    const float *xyz;          /* (n, 3) spectral layout (walks.h) */
} sg_graph_example;

typedef struct sg_graph_data sg_graph_data;

/* Labels, sizes and the mean degree of a set, into config (net is left alone). SG_EINVAL (empty
 * set), SG_ELIMIT (too many labels, a graph that is too large). */
SG_MUST_CHECK sg_status sg_graph_config_from(sg_graph_config *c, const sg_graph_set *s,
                                             sg_error *err);
/* Encodes a set for this config. SG_ENOTSUP (a label or size that it lacks), SG_ENOMEM. NULL then.
 */
SG_MUST_CHECK sg_graph_data *sg_graph_data_new(const sg_graph_config *c, const sg_graph_set *s,
                                               sg_error *err);
void sg_graph_data_free(sg_graph_data *d); /* accepts NULL */
long sg_graph_data_count(const sg_graph_data *d);
void sg_graph_data_get(const sg_graph_data *d, long i, sg_graph_example *e);

/* Class of a label, -1 if the model lacks it. */
int sg_graph_node_class(const sg_graph_config *c, int label);
int sg_graph_edge_class(const sg_graph_config *c, int label);

/* Input arrays of a batch in an arena. */
typedef struct sg_graph_buffer {
    sg_egnet_in in; /* points to the arrays below; in.xs stays NULL until the caller sets it */
    int *cls, *edge;
    double *t;
    sg_real *x, *xs;
    float *w; /* (n_pairs) expected edges, filled by sg_graph_buffer_walks */
    float *work;
} sg_graph_buffer;

SG_MUST_CHECK sg_status sg_graph_buffer_init(sg_graph_buffer *b, sg_arena *a, const int *sizes,
                                             int count, const sg_graph_config *c, sg_error *err);
/* Random-walk features from the tokens: a decided pair counts 0 or 1, an undecided one p_edge of
 * the pair (n_pairs), or the data's density where p_edge is NULL. */
void sg_graph_buffer_walks(sg_graph_buffer *b, const sg_graph_config *c, const float *p_edge);

#endif
