#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "demos.h"
#include "npy.h"

static sg_status read_part(sg_i_npy *a, const char *dir, const char *name, size_t cols,
                           sg_error *err)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/%s", dir, name);
    if (n < 0 || n >= (int)sizeof path)
        return sg_fail(err, SG_ELIMIT, "the name of the folder is too long");
    sg_status s = sg_i_npy_read(a, path, err);
    if (s == SG_OK && a->cols != cols)
        return sg_fail_at(err, SG_EPARSE, path, 0, 0, "%zu columns, wanted %zu", a->cols, cols);
    return s;
}

static sg_status take_ends(sg_i_demos *d, const sg_i_npy *ends, sg_error *err)
{
    d->end = malloc(ends->rows * sizeof *d->end);
    if (!d->end)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu episodes", ends->rows);
    d->n_episodes = ends->rows;
    double last = 0;
    for (size_t e = 0; e < ends->rows; e++) {
        if (!(ends->x[e] > last) || ends->x[e] > (double)d->n_steps)
            return sg_fail(err, SG_EPARSE,
                           "episode_ends.npy: entry %zu is %.0f; ends must increase up to %zu", e,
                           ends->x[e], d->n_steps);
        last = ends->x[e];
        d->end[e] = (size_t)last;
    }
    if (last < (double)d->n_steps)
        return sg_fail(err, SG_EPARSE, "the last episode ends at row %.0f of %zu", last,
                       d->n_steps);
    return SG_OK;
}

sg_status sg_i_demos_read(sg_i_demos *d, const char *dir, const sg_i_env *env, sg_error *err)
{
    sg_i_npy state = {0}, action = {0}, ends = {0};
    memset(d, 0, sizeof *d);
    d->env = env;
    sg_status s = read_part(&state, dir, "states.npy", (size_t)env->n_state, err);
    if (s == SG_OK)
        s = read_part(&action, dir, "actions.npy", (size_t)env->n_action, err);
    if (s == SG_OK)
        s = read_part(&ends, dir, "episode_ends.npy", 1, err);
    if (s == SG_OK && state.rows != action.rows)
        s = sg_fail(err, SG_EPARSE, "%zu states but %zu actions in %s", state.rows, action.rows,
                    dir);
    d->n_steps = state.rows;
    d->state = state.x;
    d->action = action.x;
    if (s == SG_OK)
        s = take_ends(d, &ends, err);
    free(ends.x);
    if (s != SG_OK)
        sg_i_demos_clear(d);
    return s;
}

void sg_i_demos_clear(sg_i_demos *d)
{
    free(d->state);
    free(d->action);
    free(d->end);
    memset(d, 0, sizeof *d);
}

sg_status sg_i_demos_replay(const sg_i_demos *d, double *error, sg_error *err)
{
    const sg_i_env *env = d->env;
    if (!env->open)
        return sg_fail(err, SG_ENOTSUP, "built without the simulator of %s", env->name);
    sg_i_world *w = env->open(err);
    if (!w)
        return SG_ENOMEM;
    for (size_t e = 0; e < d->n_episodes; e++) {
        size_t i = sg_i_demos_begin(d, e);
        env->set(w, d->state + i * (size_t)env->n_state);
        for (; i < d->end[e]; i++) {
            double s[SG_ENV_STATE];
            env->get(w, s);
            error[i] = env->block_error(s, d->state + i * (size_t)env->n_state);
            env->step(w, d->action + i * (size_t)env->n_action);
        }
    }
    env->close(w);
    return SG_OK;
}
