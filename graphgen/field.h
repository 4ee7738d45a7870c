/* The network as a field of the core: what every sampler of lib/sample can run. */
#ifndef SG_GRAPH_FIELD_H
#define SG_GRAPH_FIELD_H

#include <sigen/system.h>
#include "batch.h"

/* Components of the preset layout: layout (centred, 3 per node), node labels, edges (packed, pair
 * order of sg_layout), and, of models with edge weights, their charts y (packed; weights.h). */
enum { SG_GRAPH_X = 0, SG_GRAPH_NODE = 1, SG_GRAPH_EDGE = 2, SG_GRAPH_WEIGHT = 3 };

/* The path of the charts, y_t = cos(pi t/2) z + sin(pi t/2) y1. */
sg_path sg_graph_weight_path(void);

/* Fills *sys; sys and map must outlive the field. */
void sg_graph_system(sg_system *sys, sg_map *map, const sg_graph_config *c);

/* One thread's field over the network. */
typedef struct sg_graph_work {
    const sg_graph_model *model;
    sg_arena arena;
    const sg_isa *isa; /* NULL: the best of this machine */
} sg_graph_work;

void sg_graph_field(sg_field *f, const sg_system *sys, sg_graph_work *w);

/* Bytes of the work arena for states of up to this many nodes and pairs together. */
size_t sg_graph_work_bytes(const sg_graph_model *m, size_t nodes, size_t pairs, size_t count,
                           size_t max_nodes);

#endif
