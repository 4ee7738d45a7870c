/* What a field is trained on (doc/theory.md, "Losses"): draws of x_t, regression targets, loss and
 * gradient, laws and weights of t. Pure functions; no allocation. */
#ifndef SIGEN_OBJECTIVE_H
#define SIGEN_OBJECTIVE_H

#include <sigen/system.h>

SG_BEGIN_DECLS

/* x_t = mu + alpha (x0 - mu) + beta (x1 - mu) + gamma z, all (len); mu NULL = 0; z NULL = 0
 * (one-sided). Antithetic pairs, due where gamma' is large: once with z, once with its negative
 * (sign = -1). */
SG_API void sg_path_sample(const sg_path *p, double t, const double *x0, const double *x1,
                           const double *mu, const double *z, double sign, double *xt, size_t len);
/* The value whose conditional mean at x_t is the wanted parameter (with the same sign):
 *   b: alpha' (x0 - mu) + beta' (x1 - mu) + gamma' z    s: -z/gamma, one-sided -(x0 - mu)/alpha
 *   D0: x0    D1: x1    E: z, one-sided x0 - mu    v: alpha' (x0 - mu) + beta' (x1 - mu)
 *   v-prediction, one-sided: beta (x0 - mu) - alpha (x1 - mu)
 * alpha and gamma are held above SG_CLAMP where divided by. SG_ENOTSUP for NONE. */
SG_API SG_MUST_CHECK sg_status sg_path_target(const sg_path *p, double t, sg_param want,
                                              const double *x0, const double *x1, const double *mu,
                                              const double *z, double sign, double *target,
                                              size_t len, sg_error *err);
/* w (|y|^2 - 2 y.target), which is w |y - target|^2 up to what y does not touch, and so has the
 * same gradient 2 w (y - target), added into grad (NULL = not wanted) [ABV23]. */
SG_API double sg_objective(const double *y, const double *target, double w, double *grad,
                           size_t len);
/* Cross entropy at masked tokens: w sum over tokens with tok[i] = mask of -log
 * softmax(logit_i)[truth_i]; logits (n x classes), gradient p - onehot added into grad. Returns the
 * sum. */
SG_API double sg_objective_tokens(const double *logit, const int *tok, const int *truth, size_t n,
                                  size_t classes, double w, double *grad);
/* Masks every token of truth (n) with probability 1 - kappa(t). */
SG_API void sg_path_mask(const sg_path *p, double t, const int *truth, int mask, int *tok, size_t n,
                         sg_rng *rng);

/* Weight of a loss on D1 at t; a = the row's parameter. */
typedef struct sg_weight {
    const char *name, *summary, *cite;
    double (*at)(const sg_path *p, double t, double a);
} sg_weight;
SG_API extern const sg_weight
    *const sg_weights[]; /* uniform, velocity, snr, min-snr, edm, inverse */
SG_API const sg_weight *sg_weight_find(const char *name);

/* Law of t in training; a, b = the row's parameters. */
typedef struct sg_time_law {
    const char *name, *summary, *cite;
    double (*draw)(const sg_path *p, double a, double b, sg_rng *rng);
} sg_time_law;
SG_API extern const sg_time_law *const sg_time_laws[]; /* uniform, beta, lognormal, loglogistic */
SG_API const sg_time_law *sg_time_law_find(const char *name);

SG_END_DECLS
#endif
