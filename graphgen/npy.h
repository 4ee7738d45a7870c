/* NumPy arrays in zip archives (.npz): little-endian numbers, no pickles. */
#ifndef SG_GRAPH_NPY_H
#define SG_GRAPH_NPY_H

#include <sigen/file.h>

/* ---- zip ---- */
typedef struct sg_i_zip {
    const char *file, *buf;
    size_t len;
    size_t directory, entries; /* where it begins, how many */
} sg_i_zip;

/* SG_EPARSE: no zip archive. buf must stay. */
SG_MUST_CHECK sg_status sg_i_zip_open(sg_i_zip *z, const char *buf, size_t len, const char *file,
                                      sg_error *err);
/* The entry of this name, stored or deflated, its checksum verified; *data is freed by the caller,
 * NULL if there is none. SG_EPARSE, SG_ELIMIT (more than `most` bytes), SG_ENOMEM, SG_ENOTSUP. */
SG_MUST_CHECK sg_status sg_i_zip_get(const sg_i_zip *z, const char *name, size_t most, char **data,
                                     size_t *len, sg_error *err);

/* Writing: entries are stored, without times. */
typedef struct sg_i_zip_out {
    sg_out *out, *directory;
    size_t at, entries;
} sg_i_zip_out;
SG_MUST_CHECK sg_status sg_i_zip_put(sg_i_zip_out *z, const char *name, const char *data,
                                     size_t len, sg_error *err);
/* Appends the directory, which it frees in any case. */
SG_MUST_CHECK sg_status sg_i_zip_end(sg_i_zip_out *z, sg_error *err);

/* ---- arrays ---- */
typedef struct sg_i_npy {
    char *data; /* the entry; NULL: there is no such array */
    const unsigned char *at;
    char kind; /* 'i', 'u', 'f', 'b' */
    int size;  /* bytes of an element */
    int n_dim; /* 0 to 2 */
    size_t dim[2], count;
    int by_columns; /* Fortran's order */
} sg_i_npy;

/* Array `name` of the archive. */
SG_MUST_CHECK sg_status sg_i_npy_get(sg_i_npy *a, const sg_i_zip *z, const char *name,
                                     sg_error *err);
void sg_i_npy_clear(sg_i_npy *a);
/* Place of an element of a table. */
size_t sg_i_npy_at(const sg_i_npy *a, size_t row, size_t column);
double sg_i_npy_real(const sg_i_npy *a, size_t i);
int64_t sg_i_npy_whole(const sg_i_npy *a, size_t i); /* of kinds i, u, b; large u become -1 */
/* Adds an array. type: "<i4", "<i8" or "<f8"; data in this machine's order, which is little-endian
 * or turned. */
SG_MUST_CHECK sg_status sg_i_npy_put(sg_i_zip_out *z, const char *name, const char *type,
                                     const void *data, int n_dim, size_t rows, size_t columns,
                                     sg_error *err);

#endif
