/* The layout of a training graph, which is generated with the graph. */
#ifndef SG_GRAPH_LAYOUT_H
#define SG_GRAPH_LAYOUT_H

#include <sigen/graph.h>

/* Spectral layout x (n, 3): eigenvectors u_2, u_3, u_4 of the normalised Laplacian, each times
 * (lambda + 0.1)^-1/2, centred, the whole scaled to a root mean square per coordinate of
 * sg_graph_layout_sd (walks.h). Graphs of fewer than four nodes have fewer columns; the rest is 0.
 * The signs and the rotation within an eigenspace are arbitrary. Allocates. SG_ENOMEM, SG_ECONV. */
SG_MUST_CHECK sg_status sg_graph_layout(const sg_graph *g, double *x, sg_error *err);

#endif
