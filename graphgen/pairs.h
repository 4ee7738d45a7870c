/* Edges of many graphs in one list, as TUDataset and PyTorch Geometric keep them: nodes numbered
 * through all graphs, an edge given once or once in each direction. */
#ifndef SG_GRAPH_PAIRS_H
#define SG_GRAPH_PAIRS_H

#include <sigen/graph.h>

typedef struct sg_i_pair {
    int64_t a, b; /* nodes through all graphs, from 0 */
    int label;
    double weight;
    long line; /* for messages; its number from 1 */
} sg_i_pair;

/* Sorts the pairs and adds them to the graphs of `set`, whose nodes exist already. start (n + 1):
 * first node of each graph. Errors: SG_EPARSE at the pair's line of file. */
SG_MUST_CHECK sg_status sg_i_pairs_add(sg_graph_set *set, const int64_t *start, sg_i_pair *pair,
                                       size_t n, const char *file, sg_error *err);

#endif
