/* Shared by the reader and the writer of model files. */
#ifndef SG_I_MODEL_H
#define SG_I_MODEL_H

#include <sigen/model.h>
#include <sigen/sha256.h>

typedef struct sg_i_dtype {
    const char *name;
    size_t file_size, size; /* bytes of an element in the file and in memory */
    int (*get)(void *p, uint64_t bits);
    int (*put)(uint64_t *bits, const void *p); /* NULL: not written */
} sg_i_dtype;

extern const sg_i_dtype sg_i_dtypes[];
extern const size_t sg_i_dtype_count;

/* Elements between memory and file form. Both return `count`, or the index of the first element
 * that is not finite (or not finite after rounding to BF16). */
size_t sg_i_decode(sg_dtype dtype, void *dst, const unsigned char *src, size_t count);
size_t sg_i_encode(sg_dtype dtype, unsigned char *dst, const void *src, size_t count);

/* What the header of a file says, before any of it is checked against the file. */
typedef struct sg_i_place {
    sg_model_array array;
    const char *dtype;
    size_t begin, end; /* in the payload */
} sg_i_place;

typedef struct sg_i_pair {
    const char *key, *value;
} sg_i_pair;

typedef struct sg_i_header {
    char *pool; /* every text */
    sg_i_pair *meta;
    sg_i_place *slots;
    size_t meta_count, meta_cap, count, cap;
    int has_meta;
} sg_i_header;

/* Fills *h, to be cleared also after a failure. SG_EMODEL with the byte, SG_ENOMEM. */
sg_status sg_i_header_parse(sg_i_header *h, const unsigned char *buf, size_t n, sg_error *err);
void sg_i_header_clear(sg_i_header *h);

int sg_i_utf8_ok(const char *text);

/* 1 if `name` may name an array. */
int sg_i_model_name_ok(const char *name);

/* SHA-256 of buf read with the 64 bytes at `digits` as '0'. */
void sg_i_model_digest(char hex[SG_SHA256_HEX], const unsigned char *buf, size_t len,
                       size_t digits);

/* count = product of shape, bytes = count * element's size in the file; 0 on overflow or an
 * empty dimension. */
int sg_i_shape_size(sg_dtype dtype, int ndim, const size_t *shape, size_t *count, size_t *bytes);

#endif
