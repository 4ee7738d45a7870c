/* The layout of a training graph, which is generated with the graph. */
#ifndef SG_GRAPH_LAYOUT_H
#define SG_GRAPH_LAYOUT_H

#include <sigen/graph.h>

/* A way to lay graphs out. place: x (n, 3) out, a function of the graph; where x lies, how it is
 * turned and how large it is are arbitrary. Allocates. SG_ENOMEM, SG_ECONV. */
typedef struct sg_graph_layout_kind {
    const char *name, *summary, *cite;
    double jitter; /* fresh noise of training layouts, in units of sg_graph_layout_sd */
    sg_status (*place)(const sg_graph *g, double *x, sg_error *err);
} sg_graph_layout_kind;

/* "stress": stress.h. "diffusion" [CL06]: x_ic = (1 - lambda_c)^4 v_ci, lambda and v the
 * normalised Laplacian's eigenvalues and eigenvectors 2 to 4; jitter hides what tells nodes of a
 * community apart. The last row's name is NULL. */
extern const sg_graph_layout_kind sg_graph_layouts[];
const char *sg_graph_layout_name(size_t k); /* of row k */
/* NULL: none of this name. */
const sg_graph_layout_kind *sg_graph_layout_find(const char *name);

/* x (n, 3) out: the kind's places, centred and scaled to a root mean square per coordinate of
 * sg_graph_layout_sd (walks.h). */
SG_MUST_CHECK sg_status sg_graph_layout(const sg_graph_layout_kind *kind, const sg_graph *g,
                                        double *x, sg_error *err);

#endif
