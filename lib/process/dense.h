/* Small dense symmetric positive definite matrices, row-major. */
#ifndef SG_DENSE_H
#define SG_DENSE_H

#include <stddef.h>

/* a (n x n) -> its inverse, *logdet = log det a; scratch n x n. Returns 0 if not positive definite.
 */
int sg_i_spd_inverse(double *a, size_t n, double *scratch, double *logdet);

#endif
