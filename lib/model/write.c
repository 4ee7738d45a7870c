#include <config.h>
#include "model-i.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A file starts with its length, then this text: the digits are at a known place. */
#define HEAD      "{\"__metadata__\":{\"sha256\":\""
#define DIGITS_AT (8 + sizeof HEAD - 1)
#define ZEROS     "0000000000000000000000000000000000000000000000000000000000000000"

typedef struct item {
    const char *name; /* owned by the header */
    sg_dtype dtype;
    const void *data;
    size_t count, bytes;
} item;

struct sg_model_writer {
    json_t *header; /* keeps the order in which keys are set */
    json_t *meta;
    item *items;
    size_t count, cap, payload;
};

static sg_status no_memory(sg_error *err)
{
    return sg_fail(err, SG_ENOMEM, "out of memory while writing a model");
}

sg_model_writer *sg_model_writer_new(sg_error *err)
{
    sg_model_writer *w = calloc(1, sizeof *w);
    if (w) {
        w->header = json_object();
        w->meta = json_object();
    }
    if (w && json_object_set(w->header, "__metadata__", w->meta) == 0 &&
        json_object_set_new(w->meta, "sha256", json_string(ZEROS)) == 0)
        return w;
    sg_model_writer_free(w);
    no_memory(err);
    return NULL;
}

void sg_model_writer_free(sg_model_writer *w)
{
    if (!w)
        return;
    json_decref(w->meta);
    json_decref(w->header);
    free(w->items);
    free(w);
}

sg_status sg_model_writer_meta(sg_model_writer *w, const char *key, const char *value,
                               sg_error *err)
{
    if (!sg_i_model_name_ok(key))
        return sg_fail(err, SG_EINVAL, "metadata key '%.40s': 1..%d of A-Z a-z 0-9 . _ / -", key,
                       SG_MODEL_NAME);
    if (json_object_get(w->meta, key))
        return sg_fail(err, SG_EINVAL, "metadata '%s' is there already", key);
    if (json_object_size(w->meta) == SG_MODEL_META_MAX)
        return sg_fail(err, SG_EINVAL, "metadata '%s' is one too many; at most %d", key,
                       SG_MODEL_META_MAX);
    if (!sg_i_utf8_ok(value))
        return sg_fail(err, SG_EINVAL, "metadata '%s' is not UTF-8", key);
    return json_object_set_new(w->meta, key, json_string(value)) == 0 ? SG_OK : no_memory(err);
}

/* {"dtype": .., "shape": [..], "data_offsets": [begin, begin + bytes]}; NULL without memory. */
static json_t *entry_new(const item *it, int ndim, const size_t *shape, size_t begin)
{
    json_t *dims = json_array();
    int bad = !dims;
    for (int k = 0; k < ndim && !bad; k++)
        bad = json_array_append_new(dims, json_integer((json_int_t)shape[k])) != 0;
    json_t *entry = NULL;
    if (!bad)
        entry = json_pack("{s:s,s:O,s:[I,I]}", "dtype", sg_dtype_name(it->dtype), "shape", dims,
                          "data_offsets", (json_int_t)begin, (json_int_t)(begin + it->bytes));
    json_decref(dims);
    return entry;
}

static int grow(sg_model_writer *w)
{
    if (w->count < w->cap)
        return 1;
    size_t cap = w->cap ? 2 * w->cap : 64;
    item *items = realloc(w->items, cap * sizeof *items);
    if (!items)
        return 0;
    w->items = items;
    w->cap = cap;
    return 1;
}

sg_status sg_model_writer_add(sg_model_writer *w, const char *name, sg_dtype dtype,
                              const void *data, int ndim, const size_t *shape, sg_error *err)
{
    item it = {.dtype = dtype, .data = data};
    if (!sg_i_model_name_ok(name))
        return sg_fail(err, SG_EINVAL, "array name '%.40s': 1..%d of A-Z a-z 0-9 . _ / -", name,
                       SG_MODEL_NAME);
    if (json_object_get(w->header, name))
        return sg_fail(err, SG_EINVAL, "array '%s' is there already", name);
    if ((size_t)dtype >= sg_i_dtype_count || !sg_i_dtypes[dtype].put)
        return sg_fail(err, SG_EINVAL, "array '%s': type %s is not written", name,
                       sg_dtype_name(dtype));
    if (ndim < 0 || ndim > SG_MODEL_NDIM)
        return sg_fail(err, SG_EINVAL, "array '%s': %d dimensions; at most %d", name, ndim,
                       SG_MODEL_NDIM);
    if (!sg_i_shape_size(dtype, ndim, shape, &it.count, &it.bytes))
        return sg_fail(err, SG_EINVAL, "array '%s': an empty dimension, or too large", name);
    if (it.bytes > SG_MODEL_FILE_MAX - w->payload)
        return sg_fail(err, SG_ELIMIT, "array '%s' makes the model larger than %zu bytes", name,
                       SG_MODEL_FILE_MAX);
    if (!grow(w) ||
        json_object_set_new(w->header, name, entry_new(&it, ndim, shape, w->payload)) != 0)
        return no_memory(err);
    it.name = json_object_iter_key(json_object_iter_at(w->header, name));
    w->items[w->count++] = it;
    w->payload += it.bytes;
    return SG_OK;
}

static void store_u64(unsigned char *p, uint64_t x)
{
    for (int i = 0; i < 8; i++)
        p[i] = (unsigned char)(x >> 8 * i);
}

static sg_status encode_all(const sg_model_writer *w, unsigned char *p, sg_error *err)
{
    for (size_t i = 0; i < w->count; i++) {
        const item *it = &w->items[i];
        size_t done = sg_i_encode(it->dtype, p, it->data, it->count);
        if (done < it->count)
            return sg_fail(err, SG_ENAN, "array '%s': element %zu is NaN or infinite as %s",
                           it->name, done, sg_dtype_name(it->dtype));
        p += it->bytes;
    }
    return SG_OK;
}

sg_status sg_model_writer_bytes(const sg_model_writer *w, void **out, size_t *len, sg_error *err)
{
    *out = NULL;
    *len = 0;
    char *text = json_dumps(w->header, JSON_COMPACT);
    if (!text)
        return no_memory(err);
    size_t text_len = strlen(text);
    size_t start = (8 + text_len + 63) / 64 * 64; /* of the data */
    size_t total = start + w->payload;
    sg_status status = SG_OK;
    unsigned char *buf = NULL;
    if (start - 8 > SG_MODEL_HEADER_MAX || total > SG_MODEL_FILE_MAX) {
        status =
            sg_fail(err, SG_ELIMIT, "model of %zu bytes with a header of %zu; at most %zu and %zu",
                    total, start - 8, SG_MODEL_FILE_MAX, SG_MODEL_HEADER_MAX);
        goto done;
    }
    buf = malloc(total);
    if (!buf) {
        status = no_memory(err);
        goto done;
    }
    store_u64(buf, start - 8);
    memcpy(buf + 8, text, text_len);
    memset(buf + 8 + text_len, ' ', start - 8 - text_len);
    status = encode_all(w, buf + start, err);
    if (status != SG_OK)
        goto done;
    char hex[SG_SHA256_HEX];
    sg_i_model_digest(hex, buf, total, DIGITS_AT);
    memcpy(buf + DIGITS_AT, hex, 64);
    *out = buf;
    *len = total;
    buf = NULL;
done:
    free(buf);
    free(text);
    return status;
}
