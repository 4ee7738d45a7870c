/* Graphs encoded for training. */
#ifndef SG_GRAPH_DATA_H
#define SG_GRAPH_DATA_H

#include "model.h"

/* One graph, pointing into the set. */
typedef struct sg_graph_example {
    int n;
    const int *cls;            /* (n) node classes */
    const unsigned char *edge; /* (n(n-1)/2) edge classes, pair order of sg_layout */
    const float *xyz;          /* (n, 3) layout (layout.h); NULL: the network has none, */
    double jitter;             /* and its kind's jitter */
    const float *y;            /* (n(n-1)/2) charts of the weights, 0 without an edge; NULL: none */
} sg_graph_example;

typedef struct sg_graph_data sg_graph_data;

/* Labels, sizes and the mean degree of a set, into config (net is left alone). SG_EINVAL (empty
 * set), SG_ELIMIT (too many labels, a graph that is too large). */
SG_MUST_CHECK sg_status sg_graph_config_from(sg_graph_config *c, const sg_graph_set *s,
                                             sg_error *err);
/* Encodes a set for this config, with layouts of its kind. SG_ENOTSUP (a label or size that it
 * lacks, edges without the weights that it has, an unknown layout), SG_EDOM (a weight that is not
 * positive), SG_ENOMEM. NULL then. */
SG_MUST_CHECK sg_graph_data *sg_graph_data_new(const sg_graph_config *c, const sg_graph_set *s,
                                               sg_error *err);
void sg_graph_data_free(sg_graph_data *d); /* accepts NULL */
long sg_graph_data_count(const sg_graph_data *d);
void sg_graph_data_get(const sg_graph_data *d, long i, sg_graph_example *e);

#endif
