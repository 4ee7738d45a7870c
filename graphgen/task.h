/* The training task of graphgen: the law of doc/graphgen-net.md as shards of loss. */
#ifndef SG_GRAPH_TASK_H
#define SG_GRAPH_TASK_H

#include <sigen/train.h>
#include "data.h"

typedef struct sg_graph_task {
    const sg_graph_model *model;
    const sg_graph_data *train, *valid; /* valid may be NULL: no held-out loss */
    double self_cond;                   /* share of shards with self-conditioning, 0.5 */
} sg_graph_task;

/* Fills *task; self must outlive it. */
void sg_graph_task_init(sg_task *task, const sg_graph_task *self);

#endif
