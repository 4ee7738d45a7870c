/* NumPy's .npy (versions 1 and 2; see sigen-demonstrations(5)). */
#ifndef SG_POLICY_NPY_H
#define SG_POLICY_NPY_H

#include <sigen/file.h>

typedef struct sg_i_npy {
    int dims;          /* 1 to 3 */
    size_t dim[3];     /* 1 where there is none */
    size_t rows, cols; /* cols: the last dimension, 1 for one-dimensional arrays */
    double *x;         /* (rows, cols), freed by the caller */
} sg_i_npy;

/* Little-endian f4, f8, i4 or i8, u1 or bool in C order, one to three dimensions, at most 2^28
 * elements. Values that are not finite are refused. SG_EPARSE, SG_ELIMIT, SG_ENAN, SG_EIO,
 * SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_npy_parse(sg_i_npy *a, const char *buf, size_t len, sg_error *err);
SG_MUST_CHECK sg_status sg_i_npy_read(sg_i_npy *a, const char *path, sg_error *err);

/* Doubles as '<f8', integers as '<i8', C order; cols = 0: one dimension. Failures show at commit.
 */
void sg_i_npy_write_f8(sg_out *out, const double *x, size_t rows, size_t cols);
void sg_i_npy_write_i8(sg_out *out, const size_t *x, size_t rows, size_t cols);

#endif
