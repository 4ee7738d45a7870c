/* A folder with states.npy, actions.npy, episode_ends.npy. */
#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

sg_status sg_i_demos_read_npy(sg_i_demos *d, const char *dir, sg_error *err)
{
    const sg_i_env *env = d->env;
    sg_i_npy state = {0}, action = {0}, ends = {0};
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
    return s;
}

typedef void write_fn(sg_out *out, const sg_i_demos *d);

static void write_states(sg_out *out, const sg_i_demos *d)
{
    sg_i_npy_write_f8(out, d->state, d->n_steps, (size_t)d->env->n_state);
}

static void write_actions(sg_out *out, const sg_i_demos *d)
{
    sg_i_npy_write_f8(out, d->action, d->n_steps, (size_t)d->env->n_action);
}

static void write_ends(sg_out *out, const sg_i_demos *d)
{
    sg_i_npy_write_i8(out, d->end, d->n_episodes, 0);
}

static const struct {
    const char *name;
    write_fn *write;
} parts[] = {
    {"states.npy", write_states}, {"actions.npy", write_actions}, {"episode_ends.npy", write_ends}};
enum { PARTS = sizeof parts / sizeof *parts };

static sg_status write_part(const sg_i_demos *d, const char *dir, int k, sg_error *err)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, parts[k].name);
    sg_out *out = sg_out_open(path, err);
    if (!out)
        return SG_EIO;
    parts[k].write(out, d);
    return sg_out_commit(out, err);
}

static void remove_parts(const char *dir)
{
    char path[4096];
    for (int k = 0; k < PARTS; k++) {
        snprintf(path, sizeof path, "%s/%s", dir, parts[k].name);
        unlink(path);
    }
    rmdir(dir);
}

/* Length of the folder's name without trailing slashes. */
static size_t bare(const char *dir)
{
    size_t len = strlen(dir);
    while (len > 1 && dir[len - 1] == '/')
        len--;
    return len;
}

enum { MOST_NAME = 4000 };

sg_status sg_i_demos_writable_npy(const char *dir, sg_error *err)
{
    struct stat st;
    if (bare(dir) + 6 > MOST_NAME || strcmp(dir, "-") == 0)
        return sg_fail_at(err, SG_EINVAL, dir, 0, 0, "wanted the name of a folder or an HDF5 file");
    if (stat(dir, &st) == 0)
        return sg_fail_at(err, SG_EIO, dir, 0, 0, "exists already");
    return SG_OK;
}

/* Into a folder beside, renamed when all is there. */
sg_status sg_i_demos_write_npy(const sg_i_demos *d, const char *dir, sg_error *err)
{
    char part[MOST_NAME];
    sg_status s = sg_i_demos_writable_npy(dir, err);
    if (s != SG_OK)
        return s;
    snprintf(part, sizeof part, "%.*s.part", (int)bare(dir), dir);
    if (mkdir(part, 0777) != 0)
        return sg_fail_at(err, SG_EIO, part, 0, 0, "cannot be made: %s", strerror(errno));
    for (int k = 0; k < PARTS && s == SG_OK; k++)
        s = write_part(d, part, k, err);
    if (s == SG_OK && rename(part, dir) != 0)
        s = sg_fail_at(err, SG_EIO, dir, 0, 0, "cannot be named: %s", strerror(errno));
    if (s != SG_OK)
        remove_parts(part);
    return s;
}
