/* Demonstrations in HDF5: written as robomimic lays them out, read in that layout and in Minari's.
 */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>
#include <sigen/file.h>

#include "demos.h"

enum { MOST_ROWS = 1 << 28, MOST_EPISODES = 1 << 24 };

/* Where a layout has its episodes: groups parent/prefixN, in each the states and the actions.
 * Minari keeps the state after the last action too. */
static const struct layout {
    const char *parent, *prefix, *states, *actions;
    hsize_t extra;
} layouts[] = {{"/data", "demo_", "states", "actions", 0},
               {"/", "episode_", "observations", "actions", 1}};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

/* ---- reading --------------------------------------------------------------------------------- */

typedef struct numbers {
    const char *prefix;
    size_t n;
    long *number;
    int failed;
} numbers;

static herr_t collect(hid_t group, const char *name, const H5L_info_t *info, void *arg)
{
    numbers *x = arg;
    char *end;
    size_t len = strlen(x->prefix);
    (void)group, (void)info;
    if (strncmp(name, x->prefix, len) != 0 || name[len] < '0' || name[len] > '9')
        return 0;
    long k = strtol(name + len, &end, 10);
    if (*end != '\0' || (name[len] == '0' && name[len + 1] != '\0'))
        return 0;
    if ((x->n & (x->n - 1)) == 0) {
        long *more = realloc(x->number, (x->n ? 2 * x->n : 1) * sizeof *more);
        x->failed = !more || x->n >= MOST_EPISODES;
        if (!more)
            return -1;
        x->number = more;
        if (x->failed)
            return -1;
    }
    x->number[x->n++] = k;
    return 0;
}

static int ascending(const void *a, const void *b)
{
    long x = *(const long *)a, y = *(const long *)b;
    return (x > y) - (x < y);
}

/* The array `name` of an episode, (*rows, cols), all finite. *x is the caller's to free, also after
 * a failure. */
static sg_status read_array(hid_t group, const char *name, hsize_t cols, hsize_t *rows, double **x,
                            sg_error *err)
{
    hsize_t dim[2] = {0, 0};
    hid_t set = H5Lexists(group, name, H5P_DEFAULT) > 0 ? H5Dopen2(group, name, H5P_DEFAULT) : -1;
    if (set < 0)
        return sg_fail(err, SG_EPARSE, "no array %s", name);
    hid_t space = H5Dget_space(set);
    sg_status s = SG_OK;
    if (H5Sget_simple_extent_ndims(space) != 2 || H5Sget_simple_extent_dims(space, dim, NULL) != 2)
        s = sg_fail(err, SG_EPARSE, "%s must have two dimensions: steps and numbers", name);
    else if (dim[1] != cols)
        s = sg_fail(err, SG_EPARSE, "%s: %llu columns, wanted %llu", name,
                    (unsigned long long)dim[1], (unsigned long long)cols);
    else if (dim[0] == 0 || dim[0] > MOST_ROWS)
        s = sg_fail(err, SG_ELIMIT, "%s: %llu rows, wanted 1 to %d", name,
                    (unsigned long long)dim[0], MOST_ROWS);
    if (s == SG_OK && !(*x = malloc(dim[0] * cols * sizeof **x)))
        s = sg_fail(err, SG_ENOMEM, "no memory for %llu rows", (unsigned long long)dim[0]);
    if (s == SG_OK && H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, *x) < 0)
        s = sg_fail(err, SG_EPARSE, "%s: cannot be read as numbers", name);
    for (hsize_t i = 0; i < dim[0] * cols && s == SG_OK; i++)
        if (!isfinite((*x)[i]))
            s = sg_fail(err, SG_ENAN, "%s: row %llu, column %llu is not finite", name,
                        (unsigned long long)(i / cols), (unsigned long long)(i % cols));
    *rows = dim[0];
    H5Sclose(space);
    H5Dclose(set);
    return s;
}

/* Adds n rows to an array of `have` rows that is enlarged by doubling. */
static int append(double **to, size_t have, const double *x, size_t n, size_t cols, size_t *room)
{
    if (have + n > *room) {
        size_t more = have + n > 2 * *room ? have + n : 2 * *room;
        double *p = realloc(*to, more * cols * sizeof *p);
        if (!p)
            return 0;
        *to = p;
        *room = more;
    }
    memcpy(*to + have * cols, x, n * cols * sizeof *x);
    return 1;
}

static sg_status read_episode(sg_i_demos *d, hid_t group, const struct layout *l, size_t room[2],
                              sg_error *err)
{
    size_t ns = (size_t)d->env->n_state, na = (size_t)d->env->n_action;
    double *state = NULL, *action = NULL;
    hsize_t n = 0, m = 0;
    sg_status s = read_array(group, l->states, ns, &m, &state, err);
    if (s == SG_OK)
        s = read_array(group, l->actions, na, &n, &action, err);
    if (s == SG_OK && m != n + l->extra)
        s = sg_fail(err, SG_EPARSE, "%llu rows of %s for %llu actions, wanted %llu",
                    (unsigned long long)m, l->states, (unsigned long long)n,
                    (unsigned long long)(n + l->extra));
    if (s == SG_OK && d->n_steps + n > MOST_ROWS)
        s = sg_fail(err, SG_ELIMIT, "more than %d steps", MOST_ROWS);
    if (s == SG_OK && (!append(&d->state, d->n_steps, state, n, ns, &room[0]) ||
                       !append(&d->action, d->n_steps, action, n, na, &room[1])))
        s = sg_fail(err, SG_ENOMEM, "no memory for %zu steps", d->n_steps + (size_t)n);
    if (s == SG_OK)
        d->end[d->n_episodes++] = d->n_steps += n;
    free(state);
    free(action);
    return s;
}

static sg_status read_layout(sg_i_demos *d, hid_t parent, const struct layout *l, const numbers *x,
                             sg_error *err)
{
    size_t room[2] = {0, 0};
    sg_status s = SG_OK;
    d->end = malloc(x->n * sizeof *d->end);
    if (!d->end)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu episodes", x->n);
    for (size_t k = 0; k < x->n && s == SG_OK; k++) {
        char name[64];
        snprintf(name, sizeof name, "%s%ld", l->prefix, x->number[k]);
        hid_t group = H5Gopen2(parent, name, H5P_DEFAULT);
        if (group < 0)
            return sg_fail(err, SG_EPARSE, "%s is no group", name);
        sg_error why = {0};
        s = read_episode(d, group, l, room, &why);
        H5Gclose(group);
        if (s != SG_OK)
            return sg_fail(err, s, "%s: %s", name, why.text);
    }
    return s;
}

sg_status sg_i_demos_read_hdf5(sg_i_demos *d, const char *path, sg_error *err)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* the library would print */
    hid_t file = H5Fis_hdf5(path) > 0 ? H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT) : -1;
    if (file < 0)
        return sg_fail_at(err, SG_EPARSE, path, 0, 0, "no HDF5 file");
    sg_status s = sg_fail_at(err, SG_EPARSE, path, 0, 0,
                             "no episodes: wanted groups data/demo_0 ... or episode_0 ...");
    for (int k = 0; k < LAYOUTS; k++) {
        const struct layout *l = &layouts[k];
        numbers x = {.prefix = l->prefix};
        int there = l->parent[1] == '\0' || H5Lexists(file, l->parent, H5P_DEFAULT) > 0;
        hid_t parent = there ? H5Gopen2(file, l->parent, H5P_DEFAULT) : -1;
        if (parent >= 0)
            H5Literate(parent, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, collect, &x);
        if (x.failed) {
            s = sg_fail(err, SG_ENOMEM, "no memory for the episodes' names");
        } else if (x.n > 0) {
            qsort(x.number, x.n, sizeof *x.number, ascending);
            s = read_layout(d, parent, l, &x, err);
            if (s != SG_OK && err)
                snprintf(err->file, sizeof err->file, "%s", path);
        }
        free(x.number);
        if (parent >= 0)
            H5Gclose(parent);
        if (x.n > 0)
            break;
    }
    H5Fclose(file);
    return s;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* What is written; the first failure sticks in `bad`. */
typedef struct writer {
    const sg_i_demos *d;
    hid_t set_list, group_list; /* without times: the same bytes every time */
    int bad;
} writer;

static void put(writer *w, hid_t group, const char *name, hid_t type, const double *x, size_t rows,
                size_t cols)
{
    hsize_t dim[2] = {rows, cols};
    hid_t space = H5Screate_simple(cols ? 2 : 1, dim, NULL);
    hid_t set = H5Dcreate2(group, name, type, space, H5P_DEFAULT, w->set_list, H5P_DEFAULT);
    w->bad |= set < 0 || H5Dwrite(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, x) < 0;
    H5Dclose(set);
    H5Sclose(space);
}

static hid_t make_group(writer *w, hid_t in, const char *name)
{
    hid_t g = H5Gcreate2(in, name, H5P_DEFAULT, w->group_list, H5P_DEFAULT);
    w->bad |= g < 0;
    return g;
}

static void count_attribute(writer *w, hid_t on, const char *name, size_t value)
{
    long long v = (long long)value;
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t a = H5Acreate2(on, name, H5T_STD_I64LE, space, H5P_DEFAULT, H5P_DEFAULT);
    w->bad |= a < 0 || H5Awrite(a, H5T_NATIVE_LLONG, &v) < 0;
    H5Aclose(a);
    H5Sclose(space);
}

static void text_attribute(writer *w, hid_t on, const char *name, const char *text)
{
    hid_t space = H5Screate(H5S_SCALAR), type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, strlen(text) + 1);
    hid_t a = H5Acreate2(on, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    w->bad |= a < 0 || H5Awrite(a, type, text) < 0;
    H5Aclose(a);
    H5Tclose(type);
    H5Sclose(space);
}

/* Rewards by step: by how much the coverage after it exceeds the largest one before; they sum to
 * `full` less that of the start. Dones: 1 at the last step. */
static void write_episode(writer *w, hid_t data, size_t k, double *x)
{
    const sg_i_env *env = w->d->env;
    size_t begin = sg_i_demos_begin(w->d, k), n = w->d->end[k] - begin;
    const double *s = w->d->state + begin * (size_t)env->n_state;
    char name[64];
    snprintf(name, sizeof name, "demo_%zu", k);
    hid_t g = make_group(w, data, name), obs = make_group(w, g, "obs");
    count_attribute(w, g, "num_samples", n);
    put(w, g, "states", H5T_IEEE_F64LE, s, n, (size_t)env->n_state);
    put(w, g, "actions", H5T_IEEE_F64LE, w->d->action + begin * (size_t)env->n_action, n,
        (size_t)env->n_action);
    for (size_t i = 0; i < n; i++)
        x[i] = i + 1 == n;
    put(w, g, "dones", H5T_STD_I64LE, x, n, 0);
    double best = env->coverage(s);
    for (size_t i = 0; i < n; i++) {
        /* the state after the last step is not kept: it solved the task */
        double c = i + 1 < n ? env->coverage(s + (i + 1) * (size_t)env->n_state) : env->full;
        x[i] = fmax(c - best, 0);
        best = fmax(c, best);
    }
    put(w, g, "rewards", H5T_IEEE_F32LE, x, n, 0);
    for (size_t i = 0; i < n; i++)
        env->observe(s + i * (size_t)env->n_state, x + i * (size_t)env->n_obs);
    put(w, obs, "observation", H5T_IEEE_F32LE, x, n, (size_t)env->n_obs);
    H5Gclose(obs);
    H5Gclose(g);
}

static sg_status write_all(writer *w, hid_t file, sg_error *err)
{
    const sg_i_demos *d = w->d;
    size_t most = 0;
    for (size_t k = 0; k < d->n_episodes; k++) {
        size_t n = d->end[k] - sg_i_demos_begin(d, k);
        most = n > most ? n : most;
    }
    double *x = malloc(most * (size_t)d->env->n_obs * sizeof *x);
    if (!x)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu observations", most);
    char args[128];
    snprintf(args, sizeof args, "{\"env_name\": \"%s\", \"type\": 0, \"env_kwargs\": {}}",
             d->env->name);
    hid_t data = make_group(w, file, "data");
    count_attribute(w, data, "total", d->n_steps);
    text_attribute(w, data, "env_args", args);
    for (size_t k = 0; k < d->n_episodes && !w->bad; k++)
        write_episode(w, data, k, x);
    H5Gclose(data);
    free(x);
    return w->bad ? sg_fail(err, SG_EIO, "HDF5 cannot hold the demonstrations") : SG_OK;
}

/* The file is made in memory and written as any other output: whole or not at all. */
static sg_status write_image(hid_t file, const char *path, sg_error *err)
{
    ssize_t size = H5Fflush(file, H5F_SCOPE_GLOBAL) < 0 ? -1 : H5Fget_file_image(file, NULL, 0);
    char *image = size > 0 ? malloc((size_t)size) : NULL;
    sg_status s = SG_OK;
    if (!image || H5Fget_file_image(file, image, (size_t)size) != size)
        s = sg_fail(err, SG_ENOMEM, "no memory for the file");
    sg_out *out = s == SG_OK ? sg_out_open(path, err) : NULL;
    if (out) {
        sg_out_write(out, image, (size_t)size);
        s = sg_out_commit(out, err);
    } else if (s == SG_OK) {
        s = SG_EIO;
    }
    free(image);
    return s;
}

/* A file is overwritten, as any other output. */
sg_status sg_i_demos_writable_hdf5(const char *path, sg_error *err)
{
    (void)path, (void)err;
    return SG_OK;
}

sg_status sg_i_demos_write_hdf5(const sg_i_demos *d, const char *path, sg_error *err)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    writer w = {d, H5Pcreate(H5P_DATASET_CREATE), H5Pcreate(H5P_GROUP_CREATE), 0};
    H5Pset_fapl_core(access, (size_t)1 << 22, 0);
    H5Pset_obj_track_times(w.set_list, 0);
    H5Pset_obj_track_times(w.group_list, 0);
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, access);
    sg_status s = file < 0 ? sg_fail_at(err, SG_EIO, path, 0, 0, "HDF5 makes no file in memory")
                           : write_all(&w, file, err);
    if (s == SG_OK)
        s = write_image(file, path, err);
    H5Fclose(file);
    H5Pclose(w.set_list);
    H5Pclose(w.group_list);
    H5Pclose(access);
    return s;
}
