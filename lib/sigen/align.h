/* Pairing and superposing point sets: linear assignment, optimal rotation, 3x3 eigenvectors.
 * Nothing here allocates or keeps state; results are a function of the arguments only, ties
 * included. Thread-safe. 3x3 matrices are row-major: m[3*i + j] = row i, column j. */
#ifndef SIGEN_ALIGN_H
#define SIGEN_ALIGN_H

#include <sigen/error.h>

SG_BEGIN_DECLS

/* Bytes of work space for sg_assign, aligned as a double is. */
SG_API size_t sg_assign_work(size_t n);

/* The permutation `to` with the smallest sum_i cost[i*n + to[i]], by shortest augmenting paths
 * [JV87] in O(n^3) time (n = 512: some 15 ms).
 *   to     (n)    out: column of each row      cost  (n,n)  finite, any sign
 *   total         out, may be NULL: the sum    work         sg_assign_work(n) bytes
 * n = 0 is allowed. SG_ENAN (NaN or infinite cost, or a sum that overflows): to is unspecified. */
SG_API SG_MUST_CHECK sg_status sg_assign(size_t *to, double *total, const double *cost, size_t n,
                                         void *work, sg_error *err);

/* y -> rot (y - from) + to, with the weighted root mean square distance that it leaves. */
typedef struct sg_superposition {
    double rot[9];  /* orthogonal */
    double from[3]; /* centroid of the moving points */
    double to[3];   /* centroid of the fixed points */
    double rmsd;    /* in the points' unit */
} sg_superposition;

/* clang-format off */
/* The s that minimises  sum_i w_i |fixed_i - s(moving_i)|^2 / sum_i w_i  [Kab76, Kab78], by the
 * singular values of the weighted covariance.
 *     fixed, moving  (n,3), finite
 *     w              (n), >= 0 with a positive sum; NULL: all 1
 *     reflect        0: det rot = +1; else rotations and reflections (det rot = -1 only where
 *                    strictly better)
 * Where the optimum is not unique (one point, collinear, planar sets) one of them is taken; for
 * coincident points it is the identity. SG_EDOM (n = 0, bad weights), SG_ENAN; *s unchanged then. */
/* clang-format on */
SG_API SG_MUST_CHECK sg_status sg_superpose(sg_superposition *s, const double *fixed,
                                            const double *moving, const double *w, size_t n,
                                            int reflect, sg_error *err);

/* y (n,3) = s(x (n,3)); y may be x. */
SG_API void sg_superpose_apply(const sg_superposition *s, double *y, const double *x, size_t n);

/* Noise y (n,3) becomes the partner of data x (n,3): permuted by the cheapest assignment under squared
 * distances and, with `superpose`, rotated or reflected onto x; its centroid stays. For training
 * pairs of exchangeable points only. work: sg_match_work(n) bytes, aligned as a double is. SG_ENAN. */
SG_API size_t sg_match_work(size_t n);
SG_API SG_MUST_CHECK sg_status sg_match_points(const double *x, double *y, size_t n, int superpose,
                                               void *work, sg_error *err);

/* a = v diag(value) v^T of a symmetric 3x3 matrix (its upper triangle is read), by cyclic Jacobi
 * rotations. value: descending; v: eigenvectors in columns, orthonormal, det v = +1. a finite. */
SG_API void sg_eigen_sym3(double value[3], double v[9], const double a[9]);

SG_END_DECLS
#endif
