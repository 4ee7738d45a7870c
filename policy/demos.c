#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "demos.h"

#ifndef SG_HAVE_HDF5
sg_status sg_i_demos_read_hdf5(sg_i_demos *d, const char *path, sg_error *err)
{
    (void)d;
    return sg_fail_at(err, SG_ENOTSUP, path, 0, 0, "no folder, and built without HDF5");
}

sg_status sg_i_demos_writable_hdf5(const char *path, sg_error *err)
{
    return sg_fail_at(err, SG_ENOTSUP, path, 0, 0,
                      "built without HDF5; any other name is a folder of .npy");
}

sg_status sg_i_demos_write_hdf5(const sg_i_demos *d, const char *path, sg_error *err)
{
    (void)d;
    return sg_i_demos_writable_hdf5(path, err);
}
#endif

sg_status sg_i_demos_read(sg_i_demos *d, const char *path, const sg_i_env *env, sg_error *err)
{
    struct stat st;
    memset(d, 0, sizeof *d);
    d->env = env;
    int file = stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
    sg_status s = file ? sg_i_demos_read_hdf5(d, path, err) : sg_i_demos_read_npy(d, path, err);
    if (s != SG_OK)
        sg_i_demos_clear(d);
    return s;
}

static int ends_in(const char *path, const char *end)
{
    size_t n = strlen(path), m = strlen(end);
    return n > m && strcmp(path + n - m, end) == 0;
}

static int names_hdf5(const char *path)
{
    return ends_in(path, ".hdf5") || ends_in(path, ".h5");
}

sg_status sg_i_demos_writable(const char *path, sg_error *err)
{
    return names_hdf5(path) ? sg_i_demos_writable_hdf5(path, err)
                            : sg_i_demos_writable_npy(path, err);
}

sg_status sg_i_demos_write(const sg_i_demos *d, const char *path, sg_error *err)
{
    return names_hdf5(path) ? sg_i_demos_write_hdf5(d, path, err)
                            : sg_i_demos_write_npy(d, path, err);
}

void sg_i_demos_clear(sg_i_demos *d)
{
    free(d->state);
    free(d->action);
    free(d->end);
    memset(d, 0, sizeof *d);
}

void sg_i_demos_states(const sg_i_env *env, double *state, const sg_i_record *r, const double *x,
                       size_t rows)
{
    const size_t n = (size_t)env->n_state, whole = env->records[0].columns;
    for (size_t i = 0; i < rows; i++, x += r->columns) {
        double *s = state + i * n;
        for (size_t p = 0, at = 0; p < 2; at += r->part[p++].n)
            memcpy(s + at, x + r->part[p].from, r->part[p].n * sizeof *s);
        if (env->count && r->columns != whole)
            env->count(i ? s - n : NULL, s);
    }
}

sg_status sg_i_demos_replay(const sg_i_demos *d, const char *scene, double *error, sg_error *err)
{
    const sg_i_env *env = d->env;
    sg_i_world *w;
    sg_status st = sg_i_env_open(env, &w, scene, err);
    if (st != SG_OK)
        return st;
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
