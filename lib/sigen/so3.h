/* Rotations and their heat kernel (doc/theory.md, "Rotations"). A rotation is its rotation vector
 * x (3): axis times angle in radians, |x| <= pi, right-handed; zeros = identity. All functions are
 * pure: thread-safe, no allocation. */
#ifndef SIGEN_SO3_H
#define SIGEN_SO3_H

#include <sigen/error.h>
#include <sigen/rng.h>

SG_BEGIN_DECLS

/* m (3,3) row-major = exp of the cross-product matrix of x (Rodrigues); x of any length. */
SG_API void sg_so3_to_matrix(double m[9], const double x[3]);
/* The rotation vector of m (3,3), which must be a rotation to about 1e-6 (the quaternion with the
 * largest component positive, normalised). Angle pi: either of the two vectors. */
SG_API void sg_so3_from_matrix(double x[3], const double m[9]);
/* z = x y (first y, then x, on column vectors); may alias. */
SG_API void sg_so3_mul(double z[3], const double x[3], const double y[3]);

/* IGSO(3), the law of Brownian motion on rotations from the identity at variance s2 > 0 per axis
 * (rad^2) [YTD23, LSGZ22]: log of its density with respect to the uniform law at rotation angle w
 * in [0, pi], f(w) = sum_{l >= 0} (2l+1) exp(-l(l+1) s2/2) sin((l+1/2) w)/sin(w/2), for s2 < 1 by
 * Poisson's sum over the windings k (the same function), f(w) = sqrt(2 pi) s2^{-3/2} e^{s2/8} sum_k
 * (-1)^k (w - 2 pi k) exp(-(w - 2 pi k)^2/(2 s2))/sin(w/2), whose k = 0 term is the Gaussian in the
 * tangent space of small s2. E tr R = 1 + 2 E cos w = 3 exp(-s2). slope (NULL allowed): d log f/dw.
 * Relative error of f about 1e-12. */
SG_API double sg_igso3_logf(double w, double s2, double *slope);
/* Score of x as a draw of IGSO(3) about m: v (3) = gradient of log f(angle of m^{-1} x) in the body
 * frame of x, (d log f/dw) times the axis of m^{-1} x. Returns log f. */
SG_API double sg_igso3_score(double v[3], const double x[3], const double m[3], double s2);

#define SG_IGSO3_KNOTS 512

/* The law of the angle, density f(w) (1 - cos w)/pi on [0, pi], as a table of its distribution
 * function: a value, copied freely, shared by threads once made. */
typedef struct sg_igso3 {
    double s2, step;
    double cdf[SG_IGSO3_KNOTS + 1], pdf[SG_IGSO3_KNOTS + 1]; /* at w = k step */
} sg_igso3;

/* Fills the table up to the angle pi or 10 standard deviations. Below 0.3 ms. SG_EDOM unless s2 > 0
 * and finite; *g unchanged then. */
SG_API SG_MUST_CHECK sg_status sg_igso3_init(sg_igso3 *g, double s2, sg_error *err);
/* P(angle <= w): cubic between the knots; error below 1e-8. */
SG_API double sg_igso3_cdf(const sg_igso3 *g, double w);
/* x = m exp(w axis): w by the inverse of the table, axis uniform. m NULL = identity. Takes one
 * uniform and three normals. x may alias m. */
SG_API void sg_igso3_draw(const sg_igso3 *g, double x[3], const double m[3], sg_rng *rng);

SG_END_DECLS
#endif
