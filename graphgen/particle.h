/* One graph under way in a population (steer.c): its state, and all that its next step reads. */
#ifndef SG_GRAPH_PARTICLE_H
#define SG_GRAPH_PARTICLE_H

#include <sigen/graph_steer.h>
#include "plan.h"

typedef struct sg_graph_particle {
    sg_state state;
    double *past;   /* what its sampler remembers (sg_run_memory) */
    sg_arena arena; /* holds both */
    uint64_t id;
    double potential;                 /* at the last look */
    double value[SG_GRAPH_MAX_WANTS]; /* at the end */
} sg_graph_particle;

/* Gives q, whose id is set, a state of n nodes that has made no step; what it held is freed. A
 * zeroed particle holds nothing. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_graph_particle_make(const sg_graph_plan *p, sg_graph_particle *q, int n,
                                               sg_error *err);
/* q becomes what `from` is at look number `look`, with a random stream of its own. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_graph_particle_copy(const sg_graph_plan *p, sg_graph_particle *q,
                                               const sg_graph_particle *from, int look,
                                               sg_error *err);
void sg_graph_particle_clear(sg_graph_particle *q);

#endif
