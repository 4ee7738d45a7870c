/* What needs GSL: statistics of samples, quadrature, eigenvalues, an adaptive reference integrator.
 * In libsigen-lab; nothing a running sampler needs. GSL's error handler must be off in the program
 * (gsl_set_error_handler_off); its return values are checked here. */
#ifndef SIGEN_LAB_H
#define SIGEN_LAB_H

#include <sigen/error.h>
#include <sigen/rng.h>

SG_BEGIN_DECLS

/* Wasserstein-1 distance of two samples: the integral of |F_x - F_y|. x (nx), y (ny) are sorted in
 * place; empty or with a NaN: NaN. */
SG_API double sg_lab_wasserstein1(double *x, size_t nx, double *y, size_t ny);
/* The distance two samples of sizes nx and ny drawn (with replacement) from `ref` alone would show:
 * what sampling noise does. q quantiles of `rounds` draws into out, at the levels prob (ascending
 * or not). SG_EINVAL (nothing to draw from or to draw), SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_lab_wasserstein1_floor(const double *ref, size_t n, size_t nx,
                                                         size_t ny, size_t rounds,
                                                         const double *prob, double *out, size_t q,
                                                         sg_rng *rng, sg_error *err);
/* Total variation of two histograms of counts (or weights): half the sum of |p - q|; NaN if one is
 * empty. */
SG_API double sg_lab_total_variation(const double *p, const double *q, size_t n);
/* Jensen-Shannon divergence in nats, 0..ln 2. */
SG_API double sg_lab_jensen_shannon(const double *p, const double *q, size_t n);
/* Kolmogorov-Smirnov statistic of a sample (sorted in place) against a law, and its p-value
 * (asymptotic, Stephens' correction for small n; NULL: not wanted). Empty or with a NaN: both NaN. */
SG_API double sg_lab_ks(double *x, size_t n, double (*cdf)(double x, void *data), void *data,
                        double *p_value);
/* The two-sample statistic and its p-value, likewise. */
SG_API double sg_lab_ks2(double *x, size_t nx, double *y, size_t ny, double *p_value);

/* Percentile bootstrap of a statistic of n items: lo, hi at the levels (1 - level)/2 and 1 - that.
 * stat gets indices (n) into the items. SG_EINVAL (no items, rounds or level in (0, 1)), SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_lab_bootstrap(double (*stat)(const size_t *index, size_t n,
                                                               void *data),
                                                void *data, size_t n, size_t rounds, double level,
                                                double *lo, double *hi, sg_rng *rng, sg_error *err);
/* Wilson's interval of a share k/n at the level (0.95, ..). */
SG_API void sg_lab_wilson(size_t k, size_t n, double level, double *lo, double *hi);

/* integral of f over [a, b] (infinite ends allowed), to the relative and absolute tolerance;
 * SG_ECONV. */
SG_API SG_MUST_CHECK sg_status sg_lab_integrate(double (*f)(double x, void *data), void *data,
                                                double a, double b, double atol, double rtol,
                                                double *value, sg_error *err);
/* Eigenvalues, ascending, of a symmetric matrix (n x n), which is overwritten; vectors (n x n, row
 * k = vector k) unless NULL. SG_ENOMEM, SG_ECONV. */
SG_API SG_MUST_CHECK sg_status sg_lab_eigen_symmetric(double *a, size_t n, double *values,
                                                      double *vectors, sg_error *err);
/* y' = f(t, y) from t0 to t1 by an adaptive method of order 8; y (n) in, out. SG_ECONV, SG_ENOMEM.
 */
SG_API SG_MUST_CHECK sg_status sg_lab_ode(int (*f)(double t, const double *y, double *dy,
                                                   void *data),
                                          void *data, double *y, size_t n, double t0, double t1,
                                          double atol, double rtol, sg_error *err);

SG_END_DECLS
#endif
