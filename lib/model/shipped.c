#include <config.h>
#include <sigen/shipped.h>

#include "../base/io.h"

#include <sigen/model.h>

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define SUFFIX     ".safetensors"
#define NAME_BYTES 64

typedef struct names {
    sg_model_info *list; /* name and path only */
    size_t n, cap;
} names;

static sg_status no_memory(sg_error *err)
{
    return sg_fail(err, SG_ENOMEM, "out of memory while looking for models");
}

/* Bytes of NAME if `file` is NAME.safetensors, else 0. */
static size_t stem(const char *file)
{
    size_t n = strspn(file, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-");
    size_t tail = sizeof SUFFIX - 1;
    if (file[n] != '\0' || n <= tail || n - tail > NAME_BYTES || file[0] == '.' ||
        strcmp(file + n - tail, SUFFIX) != 0)
        return 0;
    return n - tail;
}

/* malloc'ed "<dir>/<name><suffix>" */
static char *join(const char *dir, const char *name, const char *suffix)
{
    size_t size = strlen(dir) + strlen(name) + strlen(suffix) + 2;
    char *path = malloc(size);
    if (path)
        snprintf(path, size, "%s/%s%s", dir, name, suffix);
    return path;
}

static sg_status add(names *s, const char *dir, const char *file, size_t len, sg_error *err)
{
    for (size_t i = 0; i < s->n; i++)
        if (strlen(s->list[i].name) == len && memcmp(s->list[i].name, file, len) == 0)
            return SG_OK; /* an earlier directory has it */
    if (s->n == s->cap) {
        size_t cap = s->cap ? 2 * s->cap : 16;
        sg_model_info *list = realloc(s->list, cap * sizeof *list);
        if (!list)
            return no_memory(err);
        s->list = list;
        s->cap = cap;
    }
    sg_model_info *m = &s->list[s->n];
    memset(m, 0, sizeof *m);
    m->name = strndup(file, len);
    m->path = join(dir, file, "");
    if (m->name && m->path) {
        s->n++;
        return SG_OK;
    }
    free(m->name);
    free(m->path);
    return no_memory(err);
}

static sg_status scan(names *s, const char *dir, sg_error *err)
{
    DIR *d = opendir(dir);
    if (!d)
        return errno == ENOENT || errno == ENOTDIR
                   ? SG_OK
                   : sg_i_fail_errno(err, dir, "cannot look for models");
    sg_status status = SG_OK;
    while (status == SG_OK) {
        errno = 0;
        const struct dirent *e = readdir(d);
        if (!e) {
            if (errno != 0)
                status = sg_i_fail_errno(err, dir, "cannot look for models");
            break;
        }
        size_t len = stem(e->d_name);
        if (len > 0)
            status = add(s, dir, e->d_name, len, err);
    }
    closedir(d);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const sg_model_info *)a)->name, ((const sg_model_info *)b)->name);
}

static sg_status scan_all(names *s, const char *const *dirs, sg_error *err)
{
    sg_status status = SG_OK;
    for (; *dirs && status == SG_OK; dirs++)
        status = scan(s, *dirs, err);
    if (status == SG_OK && s->n > 0)
        qsort(s->list, s->n, sizeof *s->list, by_name);
    return status;
}

static sg_status none_such(const char *name, const char *const *dirs, sg_error *err)
{
    names s = {0};
    char text[256] = "";
    sg_status status = scan_all(&s, dirs, err);
    for (size_t i = 0, at = 0; i < s.n && at < sizeof text; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, " %s", s.list[i].name);
    if (status == SG_OK)
        status = sg_fail(err, SG_EMODEL, "no model '%.64s'; %s%s", name,
                         s.n ? "there are:" : "none is installed", text);
    sg_model_list_free(s.list, s.n);
    return status;
}

sg_status sg_model_find(char **path, const char *name, const char *const *dirs, sg_error *err)
{
    size_t len = strlen(name), tail = sizeof SUFFIX - 1;
    *path = NULL;
    if (strchr(name, '/') || (len > tail && strcmp(name + len - tail, SUFFIX) == 0)) {
        *path = strdup(name);
        return *path ? SG_OK : no_memory(err);
    }
    for (const char *const *dir = dirs; *dir; dir++) {
        struct stat info;
        char *file = join(*dir, name, SUFFIX);
        if (!file)
            return no_memory(err);
        if (stem(file + strlen(*dir) + 1) > 0 && stat(file, &info) == 0) {
            *path = file;
            return SG_OK;
        }
        free(file);
    }
    return none_such(name, dirs, err);
}

static char *meta_copy(const sg_model *m, const char *key)
{
    const char *value = m ? sg_model_meta(m, key) : NULL;
    return strdup(value ? value : "");
}

static sg_status describe(sg_model_info *info, sg_error *err)
{
    struct stat st;
    sg_model *m;
    sg_error why;
    if (stat(info->path, &st) == 0)
        info->bytes = (size_t)st.st_size;
    sg_status status = sg_model_load(&m, info->path, &why);
    if (status == SG_ENOMEM)
        return no_memory(err);
    if (status != SG_OK && !(info->problem = strdup(why.text)))
        return no_memory(err);
    info->format = meta_copy(m, "format");
    info->summary = meta_copy(m, "summary");
    info->scores = meta_copy(m, "scores");
    if (m)
        memcpy(info->hash, sg_model_short_hash(m), sizeof info->hash);
    sg_model_free(m);
    return info->format && info->summary && info->scores ? SG_OK : no_memory(err);
}

sg_status sg_model_list(sg_model_info **list, size_t *n, const char *const *dirs, sg_error *err)
{
    names s = {0};
    *list = NULL;
    *n = 0;
    sg_status status = scan_all(&s, dirs, err);
    for (size_t i = 0; i < s.n && status == SG_OK; i++)
        status = describe(&s.list[i], err);
    if (status != SG_OK) {
        sg_model_list_free(s.list, s.n);
        return status;
    }
    *list = s.list;
    *n = s.n;
    return SG_OK;
}

void sg_model_list_free(sg_model_info *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        free(list[i].name);
        free(list[i].path);
        free(list[i].format);
        free(list[i].summary);
        free(list[i].scores);
        free(list[i].problem);
    }
    free(list);
}
