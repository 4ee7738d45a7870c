/* A folder with states.npy, actions.npy, episode_ends.npy, or with episodes filled up to the same
 * length, as relay-policy-learning's and Block-Push's are passed around. */
#include <config.h>

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "demos.h"
#include "npy.h"

typedef struct layout {
    const char *name[3]; /* states, actions, where episodes end */
    int dims[3];
    sg_status (*read)(sg_i_demos *d, const struct layout *l, const sg_i_npy a[3],
                      const sg_i_record *r, sg_error *err);
} layout;

static sg_status path_of(char path[4096], const char *dir, const char *name, sg_error *err)
{
    int n = snprintf(path, 4096, "%s/%s", dir, name);
    return n < 0 || n >= 4096 ? sg_fail(err, SG_ELIMIT, "the name of the folder is too long")
                              : SG_OK;
}

static sg_status allocate(sg_i_demos *d, size_t steps, size_t episodes, sg_error *err)
{
    d->n_steps = steps;
    d->n_episodes = episodes;
    d->state = malloc(steps * (size_t)d->env->n_state * sizeof *d->state);
    d->action = malloc(steps * (size_t)d->env->n_action * sizeof *d->action);
    d->end = malloc(episodes * sizeof *d->end);
    return d->state && d->action && d->end
               ? SG_OK
               : sg_fail(err, SG_ENOMEM, "no memory for %zu steps", steps);
}

/* ---- one episode after the other, and their ends --------------------------------------------- */

static sg_status take_ends(sg_i_demos *d, const sg_i_npy *ends, sg_error *err)
{
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

static sg_status read_joined(sg_i_demos *d, const layout *l, const sg_i_npy a[3],
                             const sg_i_record *r, sg_error *err)
{
    const sg_i_env *env = d->env;
    (void)l;
    if (a[0].rows != a[1].rows)
        return sg_fail(err, SG_EPARSE, "%zu states but %zu actions", a[0].rows, a[1].rows);
    sg_status s = allocate(d, a[0].rows, a[2].rows, err);
    if (s == SG_OK)
        s = take_ends(d, &a[2], err);
    if (s != SG_OK)
        return s;
    memcpy(d->action, a[1].x, d->n_steps * a[1].cols * sizeof *d->action);
    for (size_t e = 0; e < d->n_episodes; e++) {
        size_t i = sg_i_demos_begin(d, e);
        sg_i_demos_states(env, d->state + i * (size_t)env->n_state, r, a[0].x + i * a[0].cols,
                          d->end[e] - i);
    }
    return SG_OK;
}

/* ---- episodes filled up to the same length, and which steps there are ------------------------ */

/* Row of step t of episode e, where steps run along the axis. */
static size_t row_of(const sg_i_npy *a, int axis, size_t e, size_t t)
{
    return axis ? e * a->dim[1] + t : t * a->dim[1] + e;
}

/* Steps of episode e: those with 1, which come first; 0: there are others. */
static size_t length(const sg_i_npy *mask, int axis, size_t e)
{
    size_t n = 0, t = 0;
    for (; t < mask->dim[axis] && mask->x[row_of(mask, axis, e, t)] == 1; t++)
        n++;
    for (; t < mask->dim[axis]; t++)
        if (mask->x[row_of(mask, axis, e, t)] != 0)
            return 0;
    return n;
}

/* How much is different a step later if steps run along the axis, mean square; DBL_MAX where
 * nothing comes later, INFINITY where the mask forbids it. */
static double roughness(const sg_i_npy *x, const sg_i_npy *mask, int axis)
{
    double sum = 0, n = 0;
    for (size_t e = 0; e < mask->dim[!axis]; e++) {
        size_t steps = length(mask, axis, e);
        if (steps == 0)
            return INFINITY;
        for (size_t t = 1; t < steps; t++, n++)
            for (size_t c = 0; c < x->cols; c++) {
                double d = x->x[row_of(mask, axis, e, t) * x->cols + c] -
                           x->x[row_of(mask, axis, e, t - 1) * x->cols + c];
                sum += d * d;
            }
    }
    return n > 0 ? sum / n : DBL_MAX;
}

/* Both orders of the axes are about. The mask tells which, or else what moves less. */
static sg_status read_padded(sg_i_demos *d, const layout *l, const sg_i_npy a[3],
                             const sg_i_record *r, sg_error *err)
{
    const sg_i_npy *x = &a[0], *u = &a[1], *mask = &a[2];
    const size_t ns = (size_t)d->env->n_state, nx = x->cols, nu = u->cols;
    for (int k = 0; k < 2; k++)
        if (x->dim[k] != u->dim[k] || x->dim[k] != mask->dim[k])
            return sg_fail(err, SG_EPARSE, "%s, %s and %s are for %zu, %zu and %zu %s", l->name[0],
                           l->name[1], l->name[2], x->dim[k], u->dim[k], mask->dim[k],
                           k ? "columns" : "rows");
    double rough[2] = {roughness(x, mask, 0), roughness(x, mask, 1)};
    int axis = rough[1] <= rough[0];
    if (isinf(rough[axis]))
        return sg_fail(err, SG_EPARSE, "%s: along neither axis has each episode 1s, then 0s only",
                       l->name[2]);
    size_t n = mask->dim[!axis], steps = 0;
    for (size_t e = 0; e < n; e++)
        steps += length(mask, axis, e);
    double *seen = malloc(mask->dim[axis] * nx * sizeof *seen);
    sg_status s = allocate(d, steps, n, err);
    if (s == SG_OK && !seen)
        s = sg_fail(err, SG_ENOMEM, "no memory for an episode");
    for (size_t e = 0, i = 0; e < n && s == SG_OK; e++) {
        size_t len = length(mask, axis, e);
        for (size_t t = 0; t < len; t++) {
            size_t row = row_of(mask, axis, e, t);
            memcpy(seen + t * nx, x->x + row * nx, nx * sizeof *seen);
            memcpy(d->action + (i + t) * nu, u->x + row * nu, nu * sizeof *seen);
        }
        sg_i_demos_states(d->env, d->state + i * ns, r, seen, len);
        d->end[e] = i += len;
    }
    free(seen);
    return s;
}

/* clang-format off */
static const layout layouts[] = {
    {{"states.npy", "actions.npy", "episode_ends.npy"}, {2, 2, 1}, read_joined},
    {{"observations_seq.npy", "actions_seq.npy", "existence_mask.npy"}, {3, 3, 2}, read_padded},
    {{"multimodal_push_observations.npy", "multimodal_push_actions.npy", "multimodal_push_masks.npy"}, {3, 3, 2}, read_padded}};
/* clang-format on */
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

/* The layout whose states are there, or the first one. */
static const layout *layout_of(const char *dir)
{
    char path[4096];
    struct stat st;
    for (int k = 0; k < LAYOUTS; k++)
        if (path_of(path, dir, layouts[k].name[0], NULL) == SG_OK && stat(path, &st) == 0)
            return &layouts[k];
    return &layouts[0];
}

/* Array k of a layout; *r: how the states are recorded. */
static sg_status read_part(const sg_i_demos *d, const layout *l, int k, const char *dir,
                           sg_i_npy *a, const sg_i_record **r, sg_error *err)
{
    char path[4096];
    sg_error why = {0};
    sg_status s = path_of(path, dir, l->name[k], err);
    if (s == SG_OK)
        s = sg_i_npy_read(a, path, err);
    if (s != SG_OK)
        return s;
    if (a->dims != l->dims[k])
        s = sg_fail(&why, SG_EPARSE, "%d dimensions, wanted %d", a->dims, l->dims[k]);
    else if (k == 0 && !(*r = sg_i_env_record(d->env, a->cols, &why)))
        s = SG_EPARSE;
    else if (k == 1 && a->cols != (size_t)d->env->n_action)
        s = sg_fail(&why, SG_EPARSE, "%zu columns, wanted %d", a->cols, d->env->n_action);
    return s == SG_OK ? s : sg_fail_at(err, s, path, 0, 0, "%s", why.text);
}

sg_status sg_i_demos_read_npy(sg_i_demos *d, const char *dir, sg_error *err)
{
    const layout *l = layout_of(dir);
    const sg_i_record *r = NULL;
    sg_i_npy a[3] = {0};
    sg_status s = SG_OK;
    for (int k = 0; k < 3 && s == SG_OK; k++)
        s = read_part(d, l, k, dir, &a[k], &r, err);
    if (s == SG_OK)
        s = l->read(d, l, a, r, err);
    for (int k = 0; k < 3; k++)
        free(a[k].x);
    return s;
}

/* ---- writing --------------------------------------------------------------------------------- */

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
