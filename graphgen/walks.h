/* What the network is told about a graph besides its tokens: the scale of its layout, and random
 * walks on it as far as it is known. */
#ifndef SG_GRAPH_WALKS_H
#define SG_GRAPH_WALKS_H

#include <sigen/nn.h>

/* 0.35 sqrt(n): neighbours are about one unit apart. */
double sg_graph_layout_sd(int n);

/* Random walks on expected edges w (pairs of sg_layout, in [0, 1]); S = D^-1/2 W D^-1/2.
 *   node (n, powers)   log(1 + degree), then sqrt(n) (S^k)_ii for k = 2..powers
 *   pair (m, width)    w_ij, then sqrt(n) (S^k)_ij for k = 1..powers; columns behind are left alone
 * work: 3 n^2 floats. */
void sg_graph_walks(const float *w, int n, int powers, sg_real *node, sg_real *pair, int width,
                    float *work);

/* 1 - softmax(logits)_0 of B edge classes: the probability of an edge. */
float sg_graph_edge_share(const sg_real *logits, int B);

#endif
