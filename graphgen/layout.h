/* The layout of a training graph, which is generated with the graph. */
#ifndef SG_GRAPH_LAYOUT_H
#define SG_GRAPH_LAYOUT_H

#include <sigen/graph.h>

/* x (n, 3) out: places of least stress in space (stress.h), centred and scaled to a root mean square
 * per coordinate of sg_graph_layout_sd (walks.h). Allocates. SG_ENOMEM, SG_ECONV. */
SG_MUST_CHECK sg_status sg_graph_layout(const sg_graph *g, double *x, sg_error *err);

#endif
