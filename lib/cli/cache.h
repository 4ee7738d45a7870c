/* The training cache that `train --cache` writes for tools/twin/train.py: encoded examples as
 * ragged arrays, those of one example behind those of the one before, in the container of a model
 * file (sigen-model(5)). */
#ifndef SG_CLI_CACHE_H
#define SG_CLI_CACHE_H

#include <sigen/model.h>

typedef struct sg_cli_cache_array {
    const char *name;
    sg_dtype type; /* U8, I64 or F32 */
    size_t cols;   /* elements of a row; 0: the array has one dimension */
} sg_cli_cache_array;

/* What an example adds to an array: n elements, whole rows. */
typedef struct sg_cli_cache_part {
    const void *x;
    size_t n;
} sg_cli_cache_part;

#define SG_CLI_CACHE_ARRAYS 16

typedef struct sg_cli_cache {
    const char *format; /* metadata "format", */
    const char *info;   /* and "cache": a JSON object */
    const sg_cli_cache_array *arrays;
    int n_arrays;
    long count; /* examples */
    /* The parts of example k; they need last only until the next call. Called twice for each k. */
    void (*get)(void *self, long k, sg_cli_cache_part part[]);
    void *self;
} sg_cli_cache;

/* Writes the cache to path in one step; arrays without an element are left out.
 * SG_ENOMEM, SG_ENAN, SG_EIO. */
SG_MUST_CHECK sg_status sg_cli_cache_write(const sg_cli_cache *c, const char *path, sg_error *err);

#endif
