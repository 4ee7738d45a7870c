/* Kinds of networks: what model files and sampling ask of one. A file's config holds the sizes
 * under the kind's name, which also is the prefix of its arrays. */
#ifndef SG_GRAPH_ARCH_H
#define SG_GRAPH_ARCH_H

#include <jansson.h>

#include "field.h"

/* The part of a graph that is kept: classes of its first n nodes and of the pairs among them, and
 * charts of the edges' weights. */
typedef struct sg_graph_given {
    int n;
    const int *node, *edge;
    const double *weight; /* NULL: free */
} sg_graph_given;

struct sg_graph_arch {
    const char *name, *summary;
    const sg_egnet_dim *dims; /* sizes */
    size_t at;                /* of the sizes in sg_graph_config */
    /* Further entries of the config; read returns the name of one that does not fit, or NULL. */
    void (*write)(const sg_graph_config *c, json_t *o); /* NULL: none */
    const char *(*read)(sg_graph_config *c, const json_t *o);
    sg_status (*init)(sg_graph_model *m, int train, sg_error *err);

    /* Sampling. Component 0 has the nodes as its elements. The first three as in field.h. */
    void (*system)(sg_system *sys, sg_map *map, const sg_graph_config *c);
    void (*field)(sg_field *f, const sg_system *sys, sg_graph_work *w);
    size_t (*work_bytes)(const sg_graph_model *m, size_t nodes, size_t pairs, size_t count,
                         size_t max_nodes);
    void (*elements)(size_t n, size_t len[SG_MAX_COMPONENTS]); /* of a state of n nodes */
    /* Freezes the given part in a new state; the arena may measure. */
    sg_status (*fix)(sg_state *s, const sg_graph_given *g, sg_arena *a, sg_error *err);
    void (*start)(sg_state *s); /* changes a state drawn from the base law; NULL: nothing */
    /* The graph of a finished state. */
    sg_status (*decode)(const sg_graph_config *c, const sg_state *s, sg_graph *g, sg_error *err);
    /* A final graph as the last prediction of a state at time t would have it, pairs
     * independently; edge labels are 1. */
    sg_status (*guess)(const sg_graph_config *c, const sg_state *s, double t, sg_rng *rng,
                       sg_graph *g, sg_error *err);
    sg_graph_generate_opts defaults;
};

extern const sg_graph_arch sg_graph_egnet, sg_graph_gdss;
extern const sg_graph_arch *const sg_graph_archs[]; /* NULL behind the last */

/* The sizes that arch->dims is the table of. */
static inline void *sg_graph_dims(const sg_graph_config *c)
{
    return (char *)c + c->arch->at;
}

#endif
