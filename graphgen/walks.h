/* What the network is told about a graph besides its tokens: a layout of the clean graph to be
 * generated with it, and random walks on the graph as far as it is known. */
#ifndef SG_GRAPH_WALKS_H
#define SG_GRAPH_WALKS_H

#include <sigen/graph.h>
#include <sigen/nn.h>

/* Spectral layout x (n, 3): eigenvectors u_2, u_3, u_4 of the normalised Laplacian, each times
 * (lambda + 0.1)^-1/2, centred, the whole scaled to a root mean square per coordinate of
 * sg_graph_layout_sd. Graphs of fewer than four nodes have fewer columns; the rest is 0. The signs
 * and the rotation within an eigenspace are arbitrary. Allocates. SG_ENOMEM, SG_ECONV. */
SG_MUST_CHECK sg_status sg_graph_layout(const sg_graph *g, double *x, sg_error *err);
/* 0.35 sqrt(n): neighbours are about one unit apart. */
double sg_graph_layout_sd(int n);

/* Random walks on expected edges w (pairs of sg_layout, in [0, 1]); S = D^-1/2 W D^-1/2.
 *   node (n, powers)      log(1 + degree), then sqrt(n) (S^k)_ii for k = 2..powers
 *   pair (m, powers + 1)  w_ij, then sqrt(n) (S^k)_ij for k = 1..powers
 * work: 3 n^2 floats. */
void sg_graph_walks(const float *w, int n, int powers, sg_real *node, sg_real *pair, float *work);

/* 1 - softmax(logits)_0 of B edge classes: the probability of an edge. */
float sg_graph_edge_share(const sg_real *logits, int B);

#endif
