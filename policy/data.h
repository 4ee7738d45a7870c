/* Demonstrations as training data: observations, actions, goals, and the same in the task's mirror.
 */
#ifndef SG_POLICY_DATA_H
#define SG_POLICY_DATA_H

#include "demos.h"
#include "model.h"

typedef struct sg_i_policy_data {
    const sg_i_env *env;
    size_t n_steps;
    int views;                    /* 2 with the mirror, else 1 */
    double *state[2], *action[2]; /* per view: (n_steps, .) */
    size_t *begin, *end;          /* (n_steps) of the row's episode */
    size_t *row[2], n[2];         /* rows of the training and of the held-out episodes */
} sg_i_policy_data;

/* Every `hold`-th episode is held out (0: none). Cleared also after a failure. */
SG_MUST_CHECK sg_status sg_i_policy_data_init(sg_i_policy_data *d, const sg_i_demos *demos,
                                              int hold, int mirror, sg_error *err);
void sg_i_policy_data_clear(sg_i_policy_data *d);

/* Ranges, means, limits and frame of p from the training rows and the environment; moved: examples
 * will be moved about. */
SG_MUST_CHECK sg_status sg_i_policy_data_scale(const sg_i_policy_data *d, sg_i_policy *p, int moved,
                                               sg_error *err);

/* One example: row of the last observation seen. obs (window, n_obs), the first one repeated before
 * the episode's begin; u a chunk in units (sg_i_policy_told), its first action and last action and
 * observation repeated before the begin and after the end; all moved by a motion of the environment
 * (NULL: none). 0: the motion leads to what is not possible. */
int sg_i_policy_data_example(const sg_i_policy_data *d, const sg_i_policy_dims *m, int view,
                             size_t row, const double *motion, double *obs, double *u);
/* The state of a row as a goal, likewise. */
int sg_i_policy_data_goal(const sg_i_policy_data *d, int view, size_t row, const double *motion,
                          double *goal);

#endif
