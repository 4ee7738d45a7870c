/* Graphs drawn in the plane. */
#ifndef SG_GRAPH_DRAWING_H
#define SG_GRAPH_DRAWING_H

#include <sigen/file.h>
#include <sigen/graph.h>

#define SG_GRAPH_DRAWN_NODES 2000 /* at most */

/* xy (n_nodes, 2) out: places whose distances are near to the graph's, an edge about 1 long. Every
 * component has least stress (stress.h), its longest axis across; components lie in rows, the
 * largest first. A function of the graph. Time and memory of
 * order n^2 besides the eigenvectors. SG_ELIMIT, SG_ENOMEM, SG_ECONV. */
SG_MUST_CHECK sg_status sg_graph_place(const sg_graph *g, double *xy, sg_error *err);

/* The graph as SVG that fits into width x height at (x, y): paths of class e (edges) and n (nodes);
 * nodes with labels: also of class c0 to c7 by the label. SG_ELIMIT, SG_ENOMEM, SG_ECONV. */
SG_MUST_CHECK sg_status sg_graph_svg(sg_out *o, const sg_graph *g, double x, double y, double width,
                                     double height, sg_error *err);

#endif
