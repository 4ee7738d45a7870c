/* The training task of graphgen: the laws of doc/graphgen-net.md and doc/gdss.md as shards of loss.
 */
#ifndef SG_GRAPH_TASK_H
#define SG_GRAPH_TASK_H

#include <sigen/train.h>
#include "data.h"

typedef struct sg_graph_task {
    const sg_graph_model *model;
    const sg_graph_data *train, *valid; /* valid may be NULL: no held-out loss */
    double self_cond;                   /* share of shards with self-conditioning, 0.5 */
} sg_graph_task;

/* The graphs of a shard, with its random stream. */
typedef struct sg_graph_pick {
    sg_rng rng;
    const sg_graph_data *data; /* NULL: none, no loss is measured */
    int count;
    double share; /* weight of a graph in the batch mean */
    long *pick;   /* (count) graphs */
    int *sizes;   /* (count) their nodes */
} sg_graph_pick;
SG_MUST_CHECK sg_status sg_graph_pick_init(sg_graph_pick *p, const sg_graph_task *self, sg_arena *a,
                                           uint64_t seed, long step, int k, int n, int batch,
                                           int held_out, sg_error *err);

/* The shard of the preset gdss (sg_task.shard). */
sg_status sg_graph_gdss_shard(const void *self, sg_tape *t, uint64_t seed, long step, int k, int n,
                              int batch, int held_out, double part[], long *count, sg_error *err);

/* Fills *task; self must outlive it. */
void sg_graph_task_init(sg_task *task, const sg_graph_task *self);

#endif
