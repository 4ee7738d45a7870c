/* What reader and writer of GraphML share. */
#ifndef SG_GRAPH_GRAPHML_H
#define SG_GRAPH_GRAPHML_H

#include <sigen/graph_io.h>

sg_status sg_i_graphml_read(sg_graph_cursor *c, sg_graph *g, int *got, sg_error *err);
void sg_i_graphml_done(sg_graph_cursor *c);

#endif
