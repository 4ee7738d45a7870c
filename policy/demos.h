/* Recorded demonstrations: a folder with states.npy, actions.npy, episode_ends.npy. */
#ifndef SG_POLICY_DEMOS_H
#define SG_POLICY_DEMOS_H

#include "env/env.h"

typedef struct sg_i_demos {
    const sg_i_env *env;
    size_t n_steps, n_episodes;
    double *state, *action; /* (n_steps, n_state), (n_steps, n_action) */
    size_t *end;            /* (n_episodes) row after the last of each */
} sg_i_demos;

/* Reads and checks: widths as the environment has them, ends increasing up to the number of rows.
 * SG_EPARSE and what sg_i_npy_read gives. d is empty on failure. */
SG_MUST_CHECK sg_status sg_i_demos_read(sg_i_demos *d, const char *dir, const sg_i_env *env,
                                        sg_error *err);
void sg_i_demos_clear(sg_i_demos *d);
static inline size_t sg_i_demos_begin(const sg_i_demos *d, size_t episode)
{
    return episode ? d->end[episode - 1] : 0;
}

/* Runs the recorded actions open loop in the simulator; error (n_steps) gets the distance of the
 * block from where it was recorded, at every row. SG_ENOTSUP, SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_demos_replay(const sg_i_demos *d, double *error, sg_error *err);

#endif
