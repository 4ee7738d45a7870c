/* Demonstrations: states and actions of many episodes; see sigen-demonstrations(5). */
#ifndef SG_POLICY_DEMOS_H
#define SG_POLICY_DEMOS_H

#include "env/env.h"

typedef struct sg_i_demos {
    const sg_i_env *env;
    size_t n_steps, n_episodes;
    double *state, *action; /* (n_steps, n_state), (n_steps, n_action) */
    size_t *end;            /* (n_episodes) row after the last of each */
    int solved;             /* the last action of each episode solved the task */
} sg_i_demos;

/* Reads a folder of .npy or an HDF5 file and checks: widths as the environment records them, ends
 * increasing up to the number of rows, all finite. SG_EPARSE, SG_ELIMIT, SG_ENAN, SG_EIO,
 * SG_ENOMEM; SG_ENOTSUP: a file, but built without HDF5. d is empty on failure. */
SG_MUST_CHECK sg_status sg_i_demos_read(sg_i_demos *d, const char *path, const sg_i_env *env,
                                        sg_error *err);
/* Writes an HDF5 file if path ends in .hdf5 or .h5, else a new folder of .npy. Same demonstrations,
 * same bytes. SG_EIO (also: the folder is there), SG_ENOMEM, SG_ENOTSUP. */
SG_MUST_CHECK sg_status sg_i_demos_write(const sg_i_demos *d, const char *path, sg_error *err);
/* What of that is known before the work: SG_EIO the folder is there, SG_EINVAL its name is "-" or
 * too long, SG_ENOTSUP. */
SG_MUST_CHECK sg_status sg_i_demos_writable(const char *path, sg_error *err);
void sg_i_demos_clear(sg_i_demos *d);
static inline size_t sg_i_demos_begin(const sg_i_demos *d, size_t episode)
{
    return episode ? d->end[episode - 1] : 0;
}

/* Runs the recorded actions open loop in the simulator; error (n_steps) gets the distance of the
 * block from where it was recorded, at every row. As sg_i_env_open. */
SG_MUST_CHECK sg_status sg_i_demos_replay(const sg_i_demos *d, const char *scene, double *error,
                                          sg_error *err);

/* n episodes of the environment's expert that reached the goal (SG_ENOTSUP: it has none). Episode k
 * is a function of seed and k, whatever the threads; its start is a RandomState seed from 2^31 on,
 * so that no start below is ever shown. *failed counts attempts that did not reach the goal and
 * were made anew. progress (may be NULL) is called with the episodes made so far; nonzero stops:
 * SG_EINTR. SG_ENOMEM; SG_EDOM: the expert fails again and again. d is empty on failure. */
SG_MUST_CHECK sg_status sg_i_demos_make(sg_i_demos *d, const sg_i_env *env, size_t n, uint64_t seed,
                                        long *failed, int (*progress)(void *, size_t), void *arg,
                                        sg_error *err);

/* The states (rows, n_state) of one episode that r records as x. */
void sg_i_demos_states(const sg_i_env *env, double *state, const sg_i_record *r, const double *x,
                       size_t rows);

/* The formats: a folder of .npy (demos_npy.c), HDF5 (demos_hdf5.c, demos_hdf5_write.c). */
sg_status sg_i_demos_read_npy(sg_i_demos *d, const char *dir, sg_error *err);
sg_status sg_i_demos_write_npy(const sg_i_demos *d, const char *dir, sg_error *err);
sg_status sg_i_demos_writable_npy(const char *dir, sg_error *err);
sg_status sg_i_demos_read_hdf5(sg_i_demos *d, const char *path, sg_error *err);
sg_status sg_i_demos_write_hdf5(const sg_i_demos *d, const char *path, sg_error *err);
sg_status sg_i_demos_writable_hdf5(const char *path, sg_error *err);

#endif
