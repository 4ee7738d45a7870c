#include <config.h>
#include "model-i.h"

#include <stdlib.h>
#include <string.h>

struct sg_model {
    sg_i_header h;                  /* slots in the order of the payload */
    const sg_model_array **by_name; /* (h.count) */
    unsigned char *data;
    char short_hash[13];
};

static sg_status no_memory(sg_error *err)
{
    return sg_fail(err, SG_ENOMEM, "out of memory while reading a model");
}

static uint64_t load_u64(const unsigned char *p)
{
    uint64_t x = 0;
    for (int i = 0; i < 8; i++)
        x |= (uint64_t)p[i] << 8 * i;
    return x;
}

static sg_status read_header(sg_model *m, const unsigned char *buf, size_t len, size_t *n,
                             sg_error *err)
{
    if (len > SG_MODEL_FILE_MAX)
        return sg_fail(err, SG_ELIMIT, "model of %zu bytes; at most %zu are read", len,
                       SG_MODEL_FILE_MAX);
    if (len < 8)
        return sg_fail(err, SG_EMODEL, "not a model file: %zu bytes, fewer than 8", len);
    uint64_t size = load_u64(buf);
    if (size > SG_MODEL_HEADER_MAX)
        return sg_fail(err, SG_EMODEL,
                       "not a model file: its header would take %llu bytes; at most %zu",
                       (unsigned long long)size, SG_MODEL_HEADER_MAX);
    if (size > len - 8)
        return sg_fail(err, SG_EMODEL, "header of %llu bytes, but only %zu follow: cut short?",
                       (unsigned long long)size, len - 8);
    *n = (size_t)size;
    if (*n == 0 || buf[8] != '{')
        return sg_fail(err, SG_EMODEL, "not a model file: the header does not start with '{'");
    return sg_i_header_parse(&m->h, buf + 8, *n, err);
}

/* buf: the whole file, n: bytes of the header. */
static sg_status check_digest(const sg_model *m, const unsigned char *buf, size_t len, size_t n,
                              sg_error *err)
{
    for (size_t i = 0; i < m->h.meta_count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(m->h.meta[i].key, m->h.meta[k].key) == 0)
                return sg_fail(err, SG_EMODEL, "metadata '%s' twice", m->h.meta[i].key);
    const char *want = sg_model_meta(m, "sha256");
    if (!want)
        return sg_fail(err, SG_EMODEL, "no metadata 'sha256'");
    if (strspn(want, "0123456789abcdef") != 64 || want[64] != '\0')
        return sg_fail(err, SG_EMODEL, "metadata 'sha256' is not 64 lower-case hexadecimal digits");
    const unsigned char *at = memmem(buf + 8, n, want, 64);
    if (!at)
        return sg_fail(err, SG_EMODEL, "metadata 'sha256' is not written plainly");
    char got[SG_SHA256_HEX];
    sg_i_model_digest(got, buf, len, (size_t)(at - buf));
    if (memcmp(got, want, 64) != 0)
        return sg_fail(err, SG_EMODEL, "damaged: SHA-256 is %.12s..., the file says %.12s...", got,
                       want);
    return SG_OK;
}

static sg_status check_slot(sg_i_place *s, sg_error *err)
{
    sg_model_array *a = &s->array;
    if (!sg_i_model_name_ok(a->name))
        return sg_fail(err, SG_EMODEL,
                       "array name '%.40s' of %zu bytes: 1..%d of A-Z a-z 0-9 . _ / -", a->name,
                       strlen(a->name), SG_MODEL_NAME);
    size_t d = 0, bytes;
    while (d < sg_i_dtype_count && strcmp(s->dtype, sg_i_dtypes[d].name) != 0)
        d++;
    if (d == sg_i_dtype_count)
        return sg_fail(err, SG_EMODEL,
                       "array '%s': dtype '%.20s' is none of F32 BF16 F16 F64 I64 U8", a->name,
                       s->dtype);
    a->dtype = (sg_dtype)d;
    if (!sg_i_shape_size(a->dtype, a->ndim, a->shape, &a->count, &bytes))
        return sg_fail(err, SG_EMODEL, "array '%s': an empty dimension, or a product too large",
                       a->name);
    if (s->begin > s->end || bytes != s->end - s->begin)
        return sg_fail(err, SG_EMODEL,
                       "array '%s': data_offsets are [%zu, %zu], but %zu bytes needed", a->name,
                       s->begin, s->end, bytes);
    return SG_OK;
}

static int slot_order(const void *a, const void *b)
{
    size_t x = ((const sg_i_place *)a)->begin, y = ((const sg_i_place *)b)->begin;
    return (x > y) - (x < y);
}

static int name_order(const void *a, const void *b)
{
    return strcmp((*(const sg_model_array *const *)a)->name,
                  (*(const sg_model_array *const *)b)->name);
}

static sg_status check_tiling(const sg_model *m, size_t payload, sg_error *err)
{
    size_t at = 0;
    for (size_t i = 0; i < m->h.count; i++) {
        const sg_i_place *s = &m->h.slots[i];
        if (s->begin != at)
            return sg_fail(err, SG_EMODEL, "array '%s' begins at %zu, %s (expected %zu)",
                           s->array.name, s->begin,
                           s->begin < at ? "overlapping another" : "leaving a gap", at);
        at = s->end;
    }
    if (at != payload)
        return sg_fail(err, SG_EMODEL, "the arrays take %zu bytes, the file has %zu", at, payload);
    return SG_OK;
}

static sg_status check_table(sg_model *m, size_t payload, sg_error *err)
{
    size_t n = m->h.count;
    m->by_name = calloc(n + 1, sizeof *m->by_name);
    if (!m->by_name)
        return no_memory(err);
    for (size_t i = 0; i < n; i++) {
        sg_status status = check_slot(&m->h.slots[i], err);
        if (status != SG_OK)
            return status;
    }
    if (n > 0)
        qsort(m->h.slots, n, sizeof *m->h.slots, slot_order);
    for (size_t i = 0; i < n; i++)
        m->by_name[i] = &m->h.slots[i].array;
    qsort(m->by_name, n, sizeof *m->by_name, name_order);
    for (size_t i = 1; i < n; i++)
        if (strcmp(m->by_name[i - 1]->name, m->by_name[i]->name) == 0)
            return sg_fail(err, SG_EMODEL, "array '%s' twice", m->by_name[i]->name);
    return check_tiling(m, payload, err);
}

static size_t memory_size(const sg_model_array *a)
{
    return (a->count * sg_i_dtypes[a->dtype].size + 63) / 64 * 64;
}

/* Payload is at most SG_MODEL_FILE_MAX = 2^30 bytes of at least one element per 64: sums stay below
 * 2^32 + 2^36 and are checked for 32-bit hosts. */
static sg_status read_payload(sg_model *m, const unsigned char *payload, sg_error *err)
{
    size_t total = 64;
    for (size_t i = 0; i < m->h.count; i++)
        if (__builtin_add_overflow(total, memory_size(&m->h.slots[i].array), &total))
            return no_memory(err);
    void *mem = NULL;
    if (posix_memalign(&mem, 64, total) != 0)
        return no_memory(err);
    unsigned char *p = m->data = mem;
    for (size_t i = 0; i < m->h.count; i++) {
        sg_model_array *a = &m->h.slots[i].array;
        size_t done = sg_i_decode(a->dtype, p, payload + m->h.slots[i].begin, a->count);
        if (done < a->count)
            return sg_fail(err, SG_EMODEL, "array '%s': element %zu is NaN or infinite", a->name,
                           done);
        a->data = p;
        p += memory_size(a);
    }
    return SG_OK;
}

sg_status sg_model_parse(sg_model **out, const void *buf, size_t len, sg_error *err)
{
    *out = NULL;
    sg_model *m = calloc(1, sizeof *m);
    if (!m)
        return no_memory(err);
    size_t n = 0;
    sg_status status = read_header(m, buf, len, &n, err);
    if (status == SG_OK)
        status = check_digest(m, buf, len, n, err);
    if (status == SG_OK)
        status = check_table(m, len - 8 - n, err);
    if (status == SG_OK)
        status = read_payload(m, (const unsigned char *)buf + 8 + n, err);
    if (status != SG_OK) {
        sg_model_free(m);
        return status;
    }
    memcpy(m->short_hash, sg_model_sha256(m), 12);
    *out = m;
    return SG_OK;
}

void sg_model_free(sg_model *m)
{
    if (!m)
        return;
    free(m->data);
    free(m->by_name);
    sg_i_header_clear(&m->h);
    free(m);
}

size_t sg_model_count(const sg_model *m)
{
    return m->h.count;
}

const sg_model_array *sg_model_at(const sg_model *m, size_t i)
{
    return &m->h.slots[i].array;
}

const sg_model_array *sg_model_get(const sg_model *m, const char *name)
{
    sg_model_array key = {.name = name};
    const sg_model_array *p = &key;
    const sg_model_array **hit =
        bsearch(&p, m->by_name, m->h.count, sizeof *m->by_name, name_order);
    return hit ? *hit : NULL;
}

const char *sg_model_meta(const sg_model *m, const char *key)
{
    for (size_t i = 0; i < m->h.meta_count; i++)
        if (strcmp(m->h.meta[i].key, key) == 0)
            return m->h.meta[i].value;
    return NULL;
}

size_t sg_model_meta_count(const sg_model *m)
{
    return m->h.meta_count;
}

void sg_model_meta_at(const sg_model *m, size_t i, const char **key, const char **value)
{
    *key = m->h.meta[i].key;
    *value = m->h.meta[i].value;
}

const char *sg_model_sha256(const sg_model *m)
{
    return sg_model_meta(m, "sha256");
}

const char *sg_model_short_hash(const sg_model *m)
{
    return m->short_hash;
}
