/* Superposition of points by quaternions [The05]. */
#ifndef SG_PROTEIN_SUPERPOSE_H
#define SG_PROTEIN_SUPERPOSE_H

#include <stddef.h>

/* Largest eigenvalue of the quaternion matrix of the covariance m (3,3) = sum a b^T of centred
 * points; start: half the sum of their squares, which is no less. sum |a - R b|^2 = 2 start - 2
 * eigenvalue. */
double sg_i_qcp_eigenvalue(const double m[9], double start);

/* Rotation and shift with the least sum of squares: y = r x + t takes the n points x[from[i]] onto
 * y[to[i]]. r row-major. n >= 1. */
void sg_i_superpose(double r[9], double t[3], const double *x, const int *from, const double *y,
                    const int *to, size_t n);

#endif
