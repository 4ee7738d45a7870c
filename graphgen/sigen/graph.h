/* A simple undirected graph: nodes, edges, optional labels, weights and real attributes.
 *
 * Nodes are 0..n_nodes-1. Edges are kept with u < v, in the order of the packed upper triangle
 * (column by column: v, then u), each once; no node is joined to itself. A graph owns its arrays;
 * a zeroed struct is the empty graph. Not thread-safe per object; reading one from many threads is
 * fine. */
#ifndef SIGEN_GRAPH_H
#define SIGEN_GRAPH_H

#include <sigen/error.h>

SG_BEGIN_DECLS

#define SG_GRAPH_MAX_NODES 32768     /* limit of every reader */
#define SG_GRAPH_MAX_EDGES (1 << 24) /* the same */
#define SG_GRAPH_MAX_X     256       /* real attributes of a node */
#define SG_GRAPH_TITLE     80

typedef struct sg_graph_edge {
    int u, v;      /* u < v */
    int label;     /* class of the edge; 1 in graphs without edge labels */
    double weight; /* finite; 1 in graphs without weights */
} sg_graph_edge;

typedef struct sg_graph {
    int n_nodes, n_edges;
    sg_graph_edge *edge; /* (n_edges) by v, then u */
    int *node_label;     /* (n_nodes), or NULL: no labels */
    int n_x;             /* real attributes of a node, 0: none */
    double *x;           /* (n_nodes, n_x), finite; NULL when n_x = 0 */
    int has_edge_labels, has_weights;
    int has_label, label; /* class of the whole graph */
    char title[SG_GRAPH_TITLE + 1];
    int cap_edges; /* room in edge */
} sg_graph;

/* Place of the pair u < v in the packed upper triangle: v (v-1)/2 + u; and the number of pairs. */
static inline size_t sg_graph_pair(int u, int v)
{
    return (size_t)v * (size_t)(v - 1) / 2 + (size_t)u;
}

static inline size_t sg_graph_pairs(int n_nodes)
{
    return n_nodes > 1 ? (size_t)n_nodes * (size_t)(n_nodes - 1) / 2 : 0;
}

SG_API void sg_graph_clear(sg_graph *g); /* frees the arrays, leaves the empty graph */
SG_API void sg_graph_reset(sg_graph *g); /* empty, keeps the memory of the edges */
/* dst is emptied first; on failure it is left empty. SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_graph_copy(sg_graph *dst, const sg_graph *src, sg_error *err);

/* Building: reset, set_nodes, then add_edge for each edge in any order and with either end first,
 * then sort, which refuses a repeated edge (SG_EINVAL, both ends named from 0). Allocates.
 * SG_EINVAL (a node that does not exist, u = v), SG_ENAN (weight), SG_ELIMIT, SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_graph_set_nodes(sg_graph *g, int n_nodes, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_graph_add_edge(sg_graph *g, int u, int v, int label,
                                                 double weight, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_graph_sort(sg_graph *g, sg_error *err);
/* Gives all nodes label 0, or n_x attributes 0, to be filled in. The number of nodes is then fixed.
 * SG_EINVAL, SG_ELIMIT, SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_graph_make_labels(sg_graph *g, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_graph_make_x(sg_graph *g, int n_x, sg_error *err);

/* The packed upper triangle a (sg_graph_pairs(n_nodes)): 0 = no edge, else the edge's label.
 * to_packed: SG_EINVAL if an edge has the label 0. from_packed makes g anew, with edge labels if
 * any is not 1. Allocates; SG_ENOMEM, SG_ELIMIT. */
SG_API SG_MUST_CHECK sg_status sg_graph_to_packed(const sg_graph *g, int *a, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_graph_from_packed(sg_graph *g, int n_nodes, const int *a,
                                                    sg_error *err);

/* deg (n_nodes) out. */
SG_API void sg_graph_degrees(const sg_graph *g, int *deg);
/* comp (n_nodes) out: number of each node's component, counted from 0 by smallest node. Returns
 * how many there are: 1 = connected. No allocation. */
SG_API int sg_graph_components(const sg_graph *g, int *comp);

/* Many graphs. A zeroed struct is the empty set. */
typedef struct sg_graph_set {
    sg_graph *g; /* (n) */
    size_t n, cap;
} sg_graph_set;

/* Appends a copy, or the graph itself, which is left empty. SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_graph_set_add(sg_graph_set *s, const sg_graph *g, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_graph_set_take(sg_graph_set *s, sg_graph *g, sg_error *err);
SG_API void sg_graph_set_clear(sg_graph_set *s);

SG_END_DECLS
#endif
