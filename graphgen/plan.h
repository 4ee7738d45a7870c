/* What all graphs of a call to the generator share, const; for free and for steered generation. */
#ifndef SG_GRAPH_PLAN_H
#define SG_GRAPH_PLAN_H

#include <sigen/batches.h>
#include <sigen/sampler.h>
#include "arch.h"

/* Most graphs, and pairs of nodes, that run at once (one graph may have more pairs). */
enum { SG_GRAPH_BATCH = 16, SG_GRAPH_BATCH_PAIRS = 12000 };

typedef struct sg_graph_plan {
    const sg_graph_model *model;
    const sg_graph_generate_opts *o;
    sg_system sys;
    sg_map map;
    double *grid; /* (steps + 1) */
    sg_run_opts run;
    const sg_isa *isa;
    double weight[SG_GRAPH_NET_NODES + 1]; /* of each size */
    int *given_node, *given_edge;          /* classes of the given part; NULL: none */
    double *given_weight;                  /* charts of its weights; NULL: none, or free */
} sg_graph_plan;

SG_MUST_CHECK sg_status sg_graph_plan_init(sg_graph_plan *p, const sg_graph_model *m,
                                           const sg_graph_generate_opts *o, sg_error *err);
void sg_graph_plan_clear(sg_graph_plan *p); /* also after a failed init */
/* Number of nodes of graph `id`. */
int sg_graph_plan_size(const sg_graph_plan *p, uint64_t id);
/* State of n nodes with its stream and the given part, from the arena (which may measure). */
SG_MUST_CHECK sg_status sg_graph_plan_state(const sg_graph_plan *p, sg_state *s, int n, uint64_t id,
                                            sg_arena *a, sg_error *err);
/* Draws it from the base law. */
void sg_graph_plan_draw(const sg_graph_plan *p, sg_state *s);
/* The graph that a finished state tells. */
SG_MUST_CHECK sg_status sg_graph_plan_write(const sg_graph_plan *p, const sg_state *s, sg_graph *g,
                                            sg_error *err);

/* What a thread runs graphs with (sg_batches), zeros before init. */
typedef struct sg_graph_worker {
    sg_graph_work work;
    sg_field field;
    sg_graph graph; /* for whoever looks ahead */
} sg_graph_worker;

SG_MUST_CHECK sg_status sg_graph_worker_init(sg_graph_worker *w, const sg_graph_plan *p,
                                             sg_error *err);
void sg_graph_worker_clear(sg_graph_worker *w);

#endif
