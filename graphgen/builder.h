/* A graph from a text in which nodes have names, edges may come before their nodes, and labels,
 * weights and attributes may be missing. */
#ifndef SG_GRAPH_BUILDER_H
#define SG_GRAPH_BUILDER_H

#include <sigen/graph.h>

#include "names.h"

typedef struct sg_i_node {
    int label, has_label;
} sg_i_node;

typedef struct sg_i_edge {
    int a, b; /* numbers of names */
    long line;
    int label, has_label, has_weight;
    double weight;
} sg_i_edge;

typedef struct sg_i_value {
    int node, column;
    double x;
} sg_i_value;

typedef struct sg_i_builder {
    sg_i_names names;
    int *node_of; /* (names) node, or -1: only an edge named it */
    sg_i_node *node;
    sg_i_edge *edge;
    sg_i_value *value; /* real attributes; of several of one node and column the last counts */
    int n_nodes, n_edges, n_values;
    int cap_names, cap_nodes, cap_edges, cap_values;
} sg_i_builder;

void sg_i_builder_reset(sg_i_builder *b);
void sg_i_builder_clear(sg_i_builder *b);

/* Append; the last node or edge may then be changed in place. Errors carry no place: SG_EINVAL (the
 * name is taken), SG_ELIMIT, SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_builder_node(sg_i_builder *b, const char *name, size_t len,
                                          sg_error *err);
SG_MUST_CHECK sg_status sg_i_builder_edge(sg_i_builder *b, const char *from, size_t from_len,
                                          const char *to, size_t to_len, long line, sg_error *err);
/* Attribute `column` (below SG_GRAPH_MAX_X) of the last node. */
SG_MUST_CHECK sg_status sg_i_builder_value(sg_i_builder *b, int column, double x, sg_error *err);

/* Adds all to g, which is empty but for its label and title. What one node or edge has, all must
 * have; columns nobody has are left out. SG_EPARSE at a line of file: `line`, where the graph
 * begins, or the edge's own. */
SG_MUST_CHECK sg_status sg_i_builder_finish(sg_i_builder *b, sg_graph *g, const char *file,
                                            long line, sg_error *err);

#endif
