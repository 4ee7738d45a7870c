/* Demonstrations read from HDF5 as robomimic, Minari and D4RL lay them out. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>

#include "demos.h"

enum { MOST_ROWS = 1 << 28, MOST_COLUMNS = 256, MOST_EPISODES = 1 << 24 };

/* Where a layout has its episodes: groups parent/prefixN, in each the states and the actions.
 * Minari keeps the state after the last action too. */
static const struct layout {
    const char *parent, *prefix, *states, *actions;
    hsize_t extra;
} layouts[] = {{"/data", "demo_", "states", "actions", 0},
               {"/", "episode_", "observations", "actions", 1}};
enum { LAYOUTS = sizeof layouts / sizeof *layouts };

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

/* The data set `name`, or `observation` in a group of that name, where Minari keeps what is
 * observed beside goals. */
static hid_t open_array(hid_t group, const char *name)
{
    hid_t o = H5Lexists(group, name, H5P_DEFAULT) > 0 ? H5Oopen(group, name, H5P_DEFAULT) : -1;
    if (o < 0 || H5Iget_type(o) != H5I_GROUP)
        return o;
    hid_t set =
        H5Lexists(o, "observation", H5P_DEFAULT) > 0 ? H5Dopen2(o, "observation", H5P_DEFAULT) : -1;
    H5Oclose(o);
    return set;
}

/* Whether all of a data set (dim) was written: what was not would be read as zeros. Of chunks the
 * library tells the status by their bytes, which packed ones have fewer of. */
static int is_whole(hid_t set, hid_t space, int dims, const hsize_t dim[2])
{
    hid_t list = H5Dget_create_plist(set);
    hsize_t chunk[2] = {1, 1}, want = 1, have = 0;
    H5D_space_status_t status = H5D_SPACE_STATUS_NOT_ALLOCATED;
    int good;
    if (H5Pget_layout(list) == H5D_CHUNKED) {
        good = H5Pget_chunk(list, dims, chunk) == dims && H5Dget_num_chunks(set, space, &have) >= 0;
        for (int k = 0; k < dims && good; k++)
            want *= (dim[k] - 1) / chunk[k] + 1;
        good = good && have == want;
    } else {
        good = H5Dget_space_status(set, &status) >= 0 && status == H5D_SPACE_STATUS_ALLOCATED;
    }
    H5Pclose(list);
    return good;
}

/* The array `name` of a group, of one or two dimensions as asked, all finite. *x is the caller's to
 * free, also after a failure. */
static sg_status read_array(hid_t group, const char *name, int dims, hsize_t dim[2], double **x,
                            sg_error *err)
{
    dim[0] = dim[1] = 1;
    hid_t set = open_array(group, name);
    if (set < 0)
        return sg_fail(err, SG_EPARSE, "no array %s", name);
    hid_t space = H5Dget_space(set);
    sg_status s = SG_OK;
    if (H5Sget_simple_extent_ndims(space) != dims ||
        H5Sget_simple_extent_dims(space, dim, NULL) != dims)
        s = sg_fail(err, SG_EPARSE, "%s must have %s", name,
                    dims == 2 ? "two dimensions: steps and numbers" : "one dimension");
    else if (dim[0] == 0 || dim[0] > MOST_ROWS || dim[1] == 0 || dim[1] > MOST_COLUMNS)
        s = sg_fail(err, SG_ELIMIT, "%s: %llu rows of %llu numbers, wanted 1 to %d of 1 to %d",
                    name, (unsigned long long)dim[0], (unsigned long long)dim[1], MOST_ROWS,
                    MOST_COLUMNS);
    else if (!is_whole(set, space, dims, dim))
        s = sg_fail(err, SG_EPARSE, "%s: parts of it were never written", name);
    hsize_t n = dim[0] * dim[1];
    if (s == SG_OK && !(*x = malloc(n * sizeof **x)))
        s = sg_fail(err, SG_ENOMEM, "no memory for %llu rows", (unsigned long long)dim[0]);
    if (s == SG_OK && H5Dread(set, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, *x) < 0)
        s = sg_fail(err, SG_EPARSE, "%s: cannot be read as numbers", name);
    for (hsize_t i = 0; i < n && s == SG_OK; i++)
        if (!isfinite((*x)[i]))
            s = sg_fail(err, SG_ENAN, "%s: row %llu, column %llu is not finite", name,
                        (unsigned long long)(i / dim[1]), (unsigned long long)(i % dim[1]));
    H5Sclose(space);
    H5Dclose(set);
    return s;
}

/* States and actions of a group; as many rows, `extra` more of the states. */
typedef struct pair {
    const sg_i_record *record;
    double *state, *action; /* freed by the caller, also after a failure */
    size_t n;               /* actions */
} pair;

static sg_status read_pair(pair *p, const sg_i_env *env, hid_t group, const struct layout *l,
                           sg_error *err)
{
    hsize_t x[2], u[2];
    sg_error why = {0};
    sg_status s = read_array(group, l->states, 2, x, &p->state, err);
    if (s == SG_OK && !(p->record = sg_i_env_record(env, x[1], &why)))
        s = sg_fail(err, SG_EPARSE, "%s: %s", l->states, why.text);
    if (s == SG_OK)
        s = read_array(group, l->actions, 2, u, &p->action, err);
    if (s == SG_OK && u[1] != (hsize_t)env->n_action)
        s = sg_fail(err, SG_EPARSE, "%s: %llu columns, wanted %d", l->actions,
                    (unsigned long long)u[1], env->n_action);
    if (s == SG_OK && x[0] != u[0] + l->extra)
        s = sg_fail(err, SG_EPARSE, "%llu rows of %s for %llu actions, wanted %llu",
                    (unsigned long long)x[0], l->states, (unsigned long long)u[0],
                    (unsigned long long)(u[0] + l->extra));
    p->n = s == SG_OK ? u[0] : 0;
    return s;
}

static void free_pair(pair *p)
{
    free(p->state);
    free(p->action);
}

/* Room for n more rows of an array that is enlarged by doubling. */
static int enlarge(double **to, size_t have, size_t n, size_t cols, size_t *room)
{
    if (have + n <= *room)
        return 1;
    size_t more = have + n > 2 * *room ? have + n : 2 * *room;
    double *p = realloc(*to, more * cols * sizeof *p);
    if (!p)
        return 0;
    *to = p;
    *room = more;
    return 1;
}

/* Adds rows begin .. end of p as an episode; there is room for its end. */
static sg_status add_episode(sg_i_demos *d, const pair *p, size_t begin, size_t end, size_t room[2],
                             sg_error *err)
{
    size_t ns = (size_t)d->env->n_state, na = (size_t)d->env->n_action, n = end - begin;
    if (d->n_steps + n > MOST_ROWS)
        return sg_fail(err, SG_ELIMIT, "more than %d steps", MOST_ROWS);
    if (!enlarge(&d->state, d->n_steps, n, ns, &room[0]) ||
        !enlarge(&d->action, d->n_steps, n, na, &room[1]))
        return sg_fail(err, SG_ENOMEM, "no memory for %zu steps", d->n_steps + n);
    sg_i_demos_states(d->env, d->state + d->n_steps * ns, p->record,
                      p->state + begin * p->record->columns, n);
    memcpy(d->action + d->n_steps * na, p->action + begin * na, n * na * sizeof *d->action);
    d->end[d->n_episodes++] = d->n_steps += n;
    return SG_OK;
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
        pair p = {0};
        s = read_pair(&p, d->env, group, l, &why);
        if (s == SG_OK)
            s = add_episode(d, &p, 0, p.n, room, &why);
        free_pair(&p);
        H5Gclose(group);
        if (s != SG_OK)
            return sg_fail(err, s, "%s: %s", name, why.text);
    }
    return s;
}

/* Marks the last step of the episodes, of either name; they need not both be there. */
static sg_status read_ends(hid_t file, size_t n, unsigned char *last, sg_error *err)
{
    static const char *const names[] = {"terminals", "timeouts"};
    sg_status s = SG_OK;
    int found = 0;
    for (int k = 0; k < 2 && s == SG_OK; k++) {
        double *x = NULL;
        hsize_t dim[2];
        if (H5Lexists(file, names[k], H5P_DEFAULT) <= 0)
            continue;
        found = 1;
        s = read_array(file, names[k], 1, dim, &x, err);
        if (s == SG_OK && dim[0] != n)
            s = sg_fail(err, SG_EPARSE, "%llu %s for %zu actions", (unsigned long long)dim[0],
                        names[k], n);
        for (size_t i = 0; i < n && s == SG_OK; i++)
            last[i] |= x[i] != 0;
        free(x);
    }
    if (s == SG_OK && !found)
        s = sg_fail(err, SG_EPARSE, "no terminals or timeouts to tell the episodes apart");
    return s;
}

/* D4RL: all steps in one array, one episode after the other. */
static sg_status read_flat(sg_i_demos *d, hid_t file, sg_error *err)
{
    static const struct layout flat = {"/", "", "observations", "actions", 0};
    size_t room[2] = {0, 0}, begin = 0;
    pair p = {0};
    sg_status s = read_pair(&p, d->env, file, &flat, err);
    unsigned char *last = calloc(p.n + 1, 1);
    d->end = malloc((p.n + 1) * sizeof *d->end);
    if (s == SG_OK && (!last || !d->end))
        s = sg_fail(err, SG_ENOMEM, "no memory for %zu steps", p.n);
    if (s == SG_OK)
        s = read_ends(file, p.n, last, err);
    for (size_t i = 0; i < p.n && s == SG_OK; i++)
        if (last[i] || i + 1 == p.n) {
            s = add_episode(d, &p, begin, i + 1, room, err);
            begin = i + 1;
        }
    free(last);
    free_pair(&p);
    return s;
}

/* Episodes in groups: SG_OK with none where there are no groups of that name. */
static sg_status read_groups(sg_i_demos *d, hid_t file, const struct layout *l, sg_error *err)
{
    numbers x = {.prefix = l->prefix};
    int there = l->parent[1] == '\0' || H5Lexists(file, l->parent, H5P_DEFAULT) > 0;
    hid_t parent = there ? H5Gopen2(file, l->parent, H5P_DEFAULT) : -1;
    sg_status s = SG_OK;
    if (parent >= 0)
        H5Literate(parent, H5_INDEX_NAME, H5_ITER_NATIVE, NULL, collect, &x);
    if (x.failed) {
        s = sg_fail(err, SG_ENOMEM, "no memory for the episodes' names");
    } else if (x.n > 0) {
        qsort(x.number, x.n, sizeof *x.number, ascending);
        s = read_layout(d, parent, l, &x, err);
    }
    free(x.number);
    if (parent >= 0)
        H5Gclose(parent);
    return s;
}

sg_status sg_i_demos_read_hdf5(sg_i_demos *d, const char *path, sg_error *err)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* the library would print */
    hid_t file = H5Fis_hdf5(path) > 0 ? H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT) : -1;
    if (file < 0)
        return sg_fail_at(err, SG_EPARSE, path, 0, 0, "no HDF5 file");
    sg_status s = SG_OK;
    for (int k = 0; k < LAYOUTS && s == SG_OK && d->n_episodes == 0; k++)
        s = read_groups(d, file, &layouts[k], err);
    if (s == SG_OK && d->n_episodes == 0 && H5Lexists(file, "observations", H5P_DEFAULT) > 0)
        s = read_flat(d, file, err);
    if (s == SG_OK && d->n_episodes == 0)
        s = sg_fail(err, SG_EPARSE,
                    "no episodes: wanted groups data/demo_0 ... or episode_0 ..., or an array "
                    "observations");
    if (s != SG_OK && err)
        snprintf(err->file, sizeof err->file, "%s", path);
    H5Fclose(file);
    return s;
}
