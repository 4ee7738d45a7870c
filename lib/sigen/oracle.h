/* The Gaussian-mixture oracle: a field whose b, s, D0, D1, E, density and divergence are closed
 * form on every path, for every sampler, likelihood and particle method to be tested on
 * (doc/theory.md).
 *
 * Base and data are mixtures over all continuous components of a state laid end to end. For the
 * pair (i of base, j of data), with A, B, G the diagonal matrices of alpha, beta, gamma per value:
 *     m = A m0 + B m1,   C = A C0 A + B C1 B + G^2,   q = C^{-1} (x - m)
 *     D0 = m0 + C0 A q,  D1 = m1 + C1 B q,  E = G q,  s = -q,  b = A' D0 + B' D1 + GG' q
 * mixed by responsibilities (means relative to mu where the path reverts to it). */
#ifndef SIGEN_ORACLE_H
#define SIGEN_ORACLE_H

#include <sigen/system.h>

SG_BEGIN_DECLS

/* Weights (n), means (n x dim), covariances (n x dim x dim): the caller's arrays. */
typedef struct sg_gm {
    size_t n, dim;
    const double *w, *mean, *cov;
} sg_gm;

typedef struct sg_oracle sg_oracle;

/* base NULL: the system's own base law (standard normal or through its map, about mu). Copies the
 * mixtures. SG_EINVAL on sizes, weights that are negative or sum to 0, a covariance that is not
 * symmetric; SG_ENOMEM. One oracle per thread: evaluation uses its memory. */
SG_API SG_MUST_CHECK sg_status sg_oracle_new(sg_oracle **o, const sg_system *sys, const sg_gm *base,
                                             const sg_gm *data, sg_error *err);
SG_API void sg_oracle_free(sg_oracle *o);

/* The oracle as a field that answers in the parameters p0 (and p1 for two-sided paths; NONE else),
 * for all components. Evaluation: SG_EDOM where C is singular (degenerate data at t = 1), SG_EINVAL
 * when a state's size is not the mixture's. */
SG_API sg_field sg_oracle_field(sg_oracle *o, sg_param p0, sg_param p1);

/* log rho_t(x), one number per state. */
SG_API SG_MUST_CHECK sg_status sg_oracle_logp(sg_oracle *o, double t, const sg_state *const *x,
                                              size_t count, double *logp, sg_error *err);

/* The mixture given x_k = value[k] wherever given[k]: what a perfectly trained masked model samples
 * from. Pinned values get mean value[k] and no variance. w (n), mean (n x dim), cov (n x dim x
 * dim): the caller's memory for *out. SG_EDOM if the pinned block's covariance is singular;
 * SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_gm_condition(sg_gm *out, double *w, double *mean, double *cov,
                                               const sg_gm *gm, const unsigned char *given,
                                               const double *value, sg_error *err);

SG_END_DECLS
#endif
