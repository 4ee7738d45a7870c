/* Demonstrations written in HDF5, as robomimic lays them out. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <hdf5.h>
#include <sigen/file.h>

#include "demos.h"

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

/* Rewards by step: by how much the coverage after it exceeds the largest one before; where episodes
 * are solved they sum to `full` less that of the start. Dones: 1 at the last step. */
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
        /* the state after the last step is not kept */
        double c = i + 1 < n      ? env->coverage(s + (i + 1) * (size_t)env->n_state)
                   : w->d->solved ? env->full
                                  : best;
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
