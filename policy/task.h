/* The training task: denoise chunks of demonstrated actions (doc/policy-net.md). */
#ifndef SG_POLICY_TASK_H
#define SG_POLICY_TASK_H

#include "data.h"

typedef struct sg_i_policy_task {
    const sg_i_policy *policy;
    const sg_i_policy_data *data;
    double goal_share; /* of the examples that show a goal: a later state of the same episode */
    double jitter;     /* noise on scaled observations, sd */
} sg_i_policy_task;

/* self must outlive *task. */
void sg_i_policy_task_init(sg_task *task, const sg_i_policy_task *self);

#endif
