/* Places of nodes whose distances are near to the graph's. */
#ifndef SG_GRAPH_STRESS_H
#define SG_GRAPH_STRESS_H

#include <sigen/graph.h>

/* x (n_nodes, dim) out, dim 2 or 3: a local minimum of the stress
 *   sum_{i<j} d_ij^-2 (|x_i - x_j| - d_ij)^2,   d_ij = edges of the shortest path from i to j
 * (between components one more than the longest of these), reached by majorisation [GKN05] from
 * the Laplacian's eigenvectors 2 to dim + 1, each times (lambda + 0.1)^-1/2. Edges come out about
 * 1 long. A function of the graph; where x lies and how it is turned is arbitrary. Time and memory
 * of order n^2 besides the eigenvectors. SG_ENOMEM, SG_ECONV. */
SG_MUST_CHECK sg_status sg_graph_stress(const sg_graph *g, int dim, double *x, sg_error *err);

#endif
