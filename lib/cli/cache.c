#include <config.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"

static size_t size_of(sg_dtype type)
{
    return type == SG_DTYPE_U8 ? 1 : type == SG_DTYPE_I64 ? sizeof(int64_t) : sizeof(float);
}

/* Counts the elements of every array; with buf copies them there. */
static void collect(const sg_cli_cache *c, size_t total[], char *const buf[])
{
    sg_cli_cache_part part[SG_CLI_CACHE_ARRAYS];
    memset(total, 0, (size_t)c->n_arrays * sizeof *total);
    for (long k = 0; k < c->count; k++) {
        c->get(c->self, k, part);
        for (int a = 0; a < c->n_arrays; a++) {
            size_t size = size_of(c->arrays[a].type);
            if (buf && part[a].n)
                memcpy(buf[a] + total[a] * size, part[a].x, part[a].n * size);
            total[a] += part[a].n;
        }
    }
}

sg_status sg_cli_cache_write(const sg_cli_cache *c, const char *path, sg_error *err)
{
    size_t total[SG_CLI_CACHE_ARRAYS];
    char *buf[SG_CLI_CACHE_ARRAYS] = {NULL};
    sg_model_writer *w = sg_model_writer_new(err);
    sg_status s = w ? SG_OK : SG_ENOMEM;
    collect(c, total, NULL);
    for (int a = 0; a < c->n_arrays && s == SG_OK; a++)
        if (!(buf[a] = malloc(total[a] * size_of(c->arrays[a].type) + 1)))
            s = sg_fail(err, SG_ENOMEM, "no memory for the cache");
    if (s == SG_OK) {
        collect(c, total, buf);
        s = sg_model_writer_meta(w, "format", c->format, err);
    }
    if (s == SG_OK)
        s = sg_model_writer_meta(w, "cache", c->info, err);
    for (int a = 0; a < c->n_arrays && s == SG_OK; a++) {
        size_t cols = c->arrays[a].cols, shape[2] = {total[a] / (cols ? cols : 1), cols};
        if (total[a])
            s = sg_model_writer_add(w, c->arrays[a].name, c->arrays[a].type, buf[a], cols ? 2 : 1,
                                    shape, err);
    }
    if (s == SG_OK)
        s = sg_model_writer_save(w, path, err);
    for (int a = 0; a < c->n_arrays; a++)
        free(buf[a]);
    sg_model_writer_free(w);
    return s;
}
