/* The loss of doc/graphgen-net.md. */
#ifndef SG_GRAPH_LOSS_H
#define SG_GRAPH_LOSS_H

#include "batch.h"
#include "data.h"

enum { SG_GRAPH_LAYOUT, SG_GRAPH_EDGES, SG_GRAPH_NODES, SG_GRAPH_WEIGHTS, SG_GRAPH_LOSSES };

/* What a batch's predictions are compared with, and how much each counts; in an arena. */
typedef struct sg_graph_aim {
    double share;         /* of a graph in the batch mean */
    sg_real *x1;          /* (n_nodes, 3) layout */
    int *cls, *edge;      /* (n_nodes), (n_pairs) classes */
    double *wx, *wc, *we; /* (3 n_nodes), (n_nodes), (n_pairs) */
    sg_real *v;           /* (n_pairs) minus the v-prediction of an edge's weight, */
    double *wv;           /* and how much it counts; both NULL without weights */
} sg_graph_aim;

SG_MUST_CHECK sg_status sg_graph_aim_init(sg_graph_aim *g, sg_arena *a, const sg_layout *l,
                                          int weighted, double share, sg_error *err);
/* The aims of graph k, whose time and tokens b holds: its example e, the layout x1 (n, 3) and the
 * noise z (n_pairs of the graph) of its weights (NULL without). With w = share min(1/(1-t), 20),
 *   w/(3 n sd_n^2) a coordinate, w/n an undecided pair, 0.4 w/n an undecided node,
 *   2 share alpha/|E| an edge's weight, v = alpha y - beta z. */
void sg_graph_aim_set(sg_graph_aim *g, const sg_graph_buffer *b, int k, const sg_graph_config *c,
                      const sg_graph_example *e, const double *x1, const double *z);
/* Centres the estimated layout, adds the parts of the batch's mean loss to part, and seeds the
 * gradients where the outputs have them. */
void sg_graph_loss(const sg_graph_aim *g, const sg_layout *l, sg_egnet_out *out,
                   double part[SG_GRAPH_LOSSES]);

#endif
