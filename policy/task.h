/* The training task: denoise chunks of demonstrated actions (doc/policy-net.md). */
#ifndef SG_POLICY_TASK_H
#define SG_POLICY_TASK_H

#include "data.h"

typedef struct sg_i_policy_task {
    const sg_i_policy *policy;
    const sg_i_policy_data *data;
    double goal_share;  /* of the examples that show goals: later states of the same episode */
    double jitter;      /* noise on scaled observations, sd */
    double final_share; /* of the goals that are the episode's last state */
    double move_share;  /* of the examples with goals that are moved to anywhere */
    double hide_share;  /* of the examples that hide observations before the newest */
} sg_i_policy_task;

/* self must outlive *task. */
void sg_i_policy_task_init(sg_task *task, const sg_i_policy_task *self);

#endif
