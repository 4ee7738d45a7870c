/* The folder of a TUDataset on disk. */
#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tud.h"

/* The name in front of "_A.txt" of the one such file in the folder; freed by the caller. */
static sg_status find_prefix(char **prefix, const char *path, sg_error *err)
{
    DIR *d = opendir(path);
    size_t n = strlen(sg_i_tud_suffix[SG_I_TUD_A]);
    sg_status s =
        d ? SG_OK
          : sg_fail_at(err, SG_EIO, path, 0, 0, "cannot read the folder: %s", strerror(errno));
    *prefix = NULL;
    for (struct dirent *e; s == SG_OK && (e = readdir(d));) {
        size_t len = strlen(e->d_name);
        if (len <= n || strcmp(e->d_name + len - n, sg_i_tud_suffix[SG_I_TUD_A]) != 0)
            continue;
        if (*prefix)
            s = sg_fail_at(err, SG_EPARSE, path, 0, 0, "two files end in _A.txt");
        else if (!(*prefix = strndup(e->d_name, len - n)))
            s = sg_fail(err, SG_ENOMEM, "no memory for a file name");
    }
    if (d)
        closedir(d);
    if (s == SG_OK && !*prefix)
        s = sg_fail_at(err, SG_EPARSE, path, 0, 0, "no file ends in _A.txt: this is no TUDataset");
    return s;
}

static char *file_name(const char *folder, const char *prefix, const char *suffix)
{
    size_t n = strlen(folder) + strlen(prefix) + strlen(suffix) + 2;
    char *name = malloc(n);
    if (name)
        snprintf(name, n, "%s/%s%s", folder, prefix, suffix);
    return name;
}

static sg_status tud_read_set(sg_graph_set *set, const char *path, sg_error *err)
{
    sg_i_text text[SG_I_TUD_FILES] = {{NULL, NULL, 0}};
    char *name[SG_I_TUD_FILES] = {NULL}, *buf[SG_I_TUD_FILES] = {NULL}, *prefix;
    sg_status s = find_prefix(&prefix, path, err);
    for (int k = 0; k < SG_I_TUD_FILES && s == SG_OK; k++) {
        name[k] = file_name(path, prefix, sg_i_tud_suffix[k]);
        if (!name[k])
            s = sg_fail(err, SG_ENOMEM, "no memory for a file name");
        else if (k > SG_I_TUD_INDICATOR && access(name[k], F_OK) != 0)
            continue;
        else
            s = sg_file_read(name[k], SG_GRAPH_FILE_LIMIT, &buf[k], &text[k].len, err);
        text[k].file = name[k];
        text[k].buf = buf[k];
    }
    if (s == SG_OK)
        s = sg_i_tud_parse(set, text, err);
    for (int k = 0; k < SG_I_TUD_FILES; k++) {
        free(name[k]);
        free(buf[k]);
    }
    free(prefix);
    return s;
}

/* ---- writing --------------------------------------------------------------------------------- */

static sg_status write_one(const char *folder, const char *prefix, const sg_graph_set *set,
                           int file, sg_error *err)
{
    int any = 0;
    char *name = file_name(folder, prefix, sg_i_tud_suffix[file]);
    sg_out *o = name ? sg_out_open(name, err) : NULL;
    free(name);
    if (!name)
        return sg_fail(err, SG_ENOMEM, "no memory for a file name");
    if (!o)
        return SG_EIO;
    sg_status s = sg_i_tud_print(o, set, file, &any, err);
    if (s == SG_OK && any)
        return sg_out_commit(o, err);
    sg_out_discard(o);
    return s;
}

static void remove_folder(const char *folder, const char *prefix)
{
    for (int k = 0; k < SG_I_TUD_FILES; k++) {
        char *name = file_name(folder, prefix, sg_i_tud_suffix[k]);
        if (name)
            unlink(name);
        free(name);
    }
    rmdir(folder);
}

/* Into a folder beside, renamed when all is there. */
static sg_status tud_write_set(const char *path, const sg_graph_set *set, sg_error *err)
{
    size_t len = strlen(path);
    while (len > 1 && path[len - 1] == '/')
        len--;
    size_t base = len;
    while (base > 0 && path[base - 1] != '/')
        base--;
    char *final = strndup(path, len), *prefix = strndup(path + base, len - base);
    char *folder = malloc(len + 8);
    struct stat st;
    sg_status s = SG_OK;
    if (!final || !prefix || !folder) {
        s = sg_fail(err, SG_ENOMEM, "no memory for a file name");
    } else if (len == base || strcmp(path, "-") == 0 || strcmp(prefix, ".") == 0 ||
               strcmp(prefix, "..") == 0) {
        s = sg_fail_at(err, SG_EINVAL, path, 0, 0, "a TUDataset needs the name of a folder");
    } else if (set->n == 0) {
        s = sg_fail_at(err, SG_EINVAL, final, 0, 0, "no graphs: the format cannot hold that");
    } else if (stat(final, &st) == 0) {
        s = sg_fail_at(err, SG_EIO, final, 0, 0, "exists already");
    } else {
        snprintf(folder, len + 8, "%s.part", final);
        if (mkdir(folder, 0777) != 0) /* unfinished, or another process is at it */
            s = sg_fail_at(err, SG_EIO, final, 0, 0, "cannot make its .part: %s", strerror(errno));
        int made = s == SG_OK;
        for (int k = 0; k < SG_I_TUD_FILES && s == SG_OK; k++)
            s = write_one(folder, prefix, set, k, err);
        if (s == SG_OK && rename(folder, final) != 0)
            s = sg_fail_at(err, SG_EIO, final, 0, 0, "cannot name the folder: %s", strerror(errno));
        if (s != SG_OK && made)
            remove_folder(folder, prefix);
    }
    free(final);
    free(prefix);
    free(folder);
    return s;
}

const sg_graph_format sg_graph_tud = {
    .name = "tudataset",
    .extensions = "",
    .summary = "a folder of text files, as PyTorch Geometric and DGL load",
    .read_set = tud_read_set,
    .write_set = tud_write_set,
    .keeps = SG_GRAPH_KEEPS_NODE_LABELS | SG_GRAPH_KEEPS_EDGE_LABELS | SG_GRAPH_KEEPS_WEIGHTS |
             SG_GRAPH_KEEPS_X | SG_GRAPH_KEEPS_LABEL,
};
