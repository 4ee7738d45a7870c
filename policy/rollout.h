/* One episode: a policy in an environment. */
#ifndef SG_POLICY_ROLLOUT_H
#define SG_POLICY_ROLLOUT_H

#include <sigen/policy.h>
#include "env/env.h"

typedef struct sg_i_episode {
    double score;           /* largest min(coverage/full, 1) */
    double iou;             /* at the end; 0 where coverage is no overlap */
    double forecast, still; /* mean squares over the forecasts of a policy that predicts, per
                               number, of the range of the observations: of what came less what was
                               forecast, and less what was observed when it was; 0 without */
    int success, steps, chunks, nfe;
    int way;                 /* the one taken first, -1: none */
    int place[SG_ENV_TASKS]; /* of each task in the order in which they were done, 0: it was not */
} sg_i_episode;

/* What an episode looks like, step by step; arrays hold max_steps + 1 states and max_steps actions.
 */
typedef struct sg_i_trace {
    double *state, *action;
    int *index; /* place of each action in its chunk */
    double goal[SG_ENV_GOAL];
} sg_i_trace;

/* Runs the published start `seed`, policy seed the same, for at most max_steps. goal (NULL: the
 * published one) is what the score counts; the caller tells the policy, or not. latency (may be
 * NULL) gets the time of observe and act per step, us, negative where no chunk was made. SG_EINVAL
 * when the policy was made for another environment. */
SG_MUST_CHECK sg_status sg_i_rollout(sg_i_episode *e, const sg_i_env *env, sg_i_world *w,
                                     sg_policy_ws *ws, uint32_t seed, int max_steps,
                                     const double *goal, double *latency, sg_i_trace *trace,
                                     sg_error *err);

/* Refuses a policy that does not fit the environment. */
SG_MUST_CHECK sg_status sg_i_rollout_fits(const sg_i_env *env, const sg_policy *p, sg_error *err);

#endif
