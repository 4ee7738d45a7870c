/* Model files: named arrays and text metadata in the safetensors container. See sigen-model(5).
 *
 *   bytes 0..7   N, length of the header, unsigned, little-endian; at most 1 MiB
 *   N bytes      JSON object: name -> {"dtype", "shape", "data_offsets": [begin, end]}, and
 *                "__metadata__" -> {key: text}
 *   the rest     array elements, little-endian, row-major; the arrays tile it exactly
 * Metadata "sha256" is the SHA-256 of the whole file read with these 64 digits as '0'. A file
 * is data only: everything is verified before use and nothing in it is executed or names a file. */
#ifndef SIGEN_MODEL_H
#define SIGEN_MODEL_H

#include <sigen/error.h>

SG_BEGIN_DECLS

#define SG_MODEL_NDIM       4   /* most dimensions of an array */
#define SG_MODEL_NAME       128 /* longest name of an array or key, bytes */
#define SG_MODEL_META_MAX   256 /* most metadata keys */
#define SG_MODEL_HEADER_MAX ((size_t)1 << 20)
#define SG_MODEL_FILE_MAX   ((size_t)1 << 30)

/* Element types as spelled in a file ("F32" ...). F32, BF16 and F16 are float in memory, the others
 * double, int64_t and unsigned char. */
typedef enum sg_dtype {
    SG_DTYPE_F32,
    SG_DTYPE_BF16,
    SG_DTYPE_F16,
    SG_DTYPE_F64,
    SG_DTYPE_I64,
    SG_DTYPE_U8,
} sg_dtype;

typedef struct sg_model_array {
    const char *name;
    sg_dtype dtype;              /* as stored in the file */
    int ndim;                    /* 0 (one element) .. SG_MODEL_NDIM */
    size_t shape[SG_MODEL_NDIM]; /* each >= 1; row-major, the last index runs fastest */
    size_t count;                /* elements */
    const void *data;            /* (count), 64-byte aligned, of the type in memory */
} sg_model_array;

/* Const once loaded: any number of threads may share one. Arrays, names and texts live as long. */
typedef struct sg_model sg_model;

/* Reads a model from memory (nothing of buf is kept) or from a file of at most SG_MODEL_FILE_MAX
 * bytes. SG_EMODEL (any defect, NaN or Inf included: the message names the array and what was
 * wrong), SG_ELIMIT (too large), SG_EIO, SG_ENOMEM. *m is NULL on failure. Allocates. */
SG_API SG_MUST_CHECK sg_status sg_model_parse(sg_model **m, const void *buf, size_t len,
                                              sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_model_load(sg_model **m, const char *path, sg_error *err);
SG_API void sg_model_free(sg_model *m); /* accepts NULL */

/* Arrays in the order of the file, 0 <= i < count; by name (NULL: there is none). */
SG_API size_t sg_model_count(const sg_model *m);
SG_API const sg_model_array *sg_model_at(const sg_model *m, size_t i);
SG_API const sg_model_array *sg_model_get(const sg_model *m, const char *name);

/* The floats of an array that must have shape (rows, cols), or (cols) when rows is 0, and a short
 * floating type. NULL with SG_EMODEL naming the array, what was found and what was wanted. */
SG_API const float *sg_model_tensor(const sg_model *m, const char *name, size_t rows, size_t cols,
                                    sg_error *err);
/* The elements of an array that must have this type and number of elements, whatever its shape. */
SG_API const void *sg_model_data(const sg_model *m, const char *name, sg_dtype dtype, size_t count,
                                 sg_error *err);

/* Metadata: value of a key (NULL: there is none), and all in the order of the file. */
SG_API const char *sg_model_meta(const sg_model *m, const char *key);
SG_API size_t sg_model_meta_count(const sg_model *m);
SG_API void sg_model_meta_at(const sg_model *m, size_t i, const char **key, const char **value);

/* Identity of the file: 64 hexadecimal digits, and their first 12 for provenance lines. */
SG_API const char *sg_model_sha256(const sg_model *m);
SG_API const char *sg_model_short_hash(const sg_model *m);

SG_API const char *sg_dtype_name(sg_dtype dtype);

/* Writing. A writer keeps pointers to the caller's arrays, which must not change or go before the
 * file is made; names, keys and values are copied. One thread per writer. */
typedef struct sg_model_writer sg_model_writer;

SG_API SG_MUST_CHECK sg_model_writer *sg_model_writer_new(sg_error *err);
SG_API void sg_model_writer_free(sg_model_writer *w); /* accepts NULL */

/* Metadata; a key once. "sha256" is written by itself. value: UTF-8 text.
 * SG_EINVAL (empty, too long or repeated key, too many, not UTF-8), SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_model_writer_meta(sg_model_writer *w, const char *key,
                                                    const char *value, sg_error *err);

/* Adds an array, stored as `dtype` (F16 is not written). data: (product of shape) elements of the
 * type in memory; BF16 rounds to nearest, ties to even. Names: 1..SG_MODEL_NAME characters of
 * A-Z a-z 0-9 . _ / -, each once. SG_EINVAL, SG_ELIMIT (too many, too large), SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_model_writer_add(sg_model_writer *w, const char *name,
                                                   sg_dtype dtype, const void *data, int ndim,
                                                   const size_t *shape, sg_error *err);

/* The file's bytes, a function of what was added and its order only; data start at a multiple
 * of 64. The caller frees *buf. SG_ENAN (NaN, Inf, or too large for BF16), SG_ELIMIT, SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_model_writer_bytes(const sg_model_writer *w, void **buf,
                                                     size_t *len, sg_error *err);
/* The same, written to `path` in one step (sigen/file.h); the file is either the old or the new
 * one. */
SG_API SG_MUST_CHECK sg_status sg_model_writer_save(const sg_model_writer *w, const char *path,
                                                    sg_error *err);

SG_END_DECLS
#endif
