/* Communities of a graph by the stochastic block model. */
#ifndef SG_GRAPH_BLOCKS_H
#define SG_GRAPH_BLOCKS_H

#include <sigen/graph.h>

#define SG_GRAPH_MAX_BLOCKS 8

/* block (n_nodes) out, numbered from 0; returns how many in *count. The partition of up to 8 blocks
 * with the least description length found [Pei17, simple graphs without degree correction]:
 *     sum_{r<s} ln C(n_r n_s, e_rs) + sum_r ln C(n_r (n_r - 1)/2, e_rr) + ln C(B(B+1)/2 + E - 1, E)
 *     + ln(n!/prod n_r!) + ln C(n - 1, B - 1)
 * Each B starts from k-means of the Laplacian's first B eigenvectors, then nodes move while it
 * falls. A function of the graph. *dl (may be NULL): that length in nats. At least one node.
 * SG_ELIMIT, SG_ENOMEM, SG_ECONV. */
SG_MUST_CHECK sg_status sg_graph_blocks(const sg_graph *g, int *block, int *count, double *dl,
                                        sg_error *err);

/* Mean p-value of Wald's test that edges within blocks have probability p_in and those between
 * p_out, over all ordered pairs of blocks, as [MKP22] has it: p = P(chi^2_1 > W),
 * W = (q - p)^2 / (q (1 - q) + 1e-6), q the share of pairs that are edges. least, most: block
 * sizes. */
double sg_graph_blocks_wald(const sg_graph *g, const int *block, int count, double p_in,
                            double p_out, int *least, int *most);

#endif
