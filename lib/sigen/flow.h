/* Along the probability flow x' = b in either direction, the log density it transports, and the
 * editing primitives made of it (doc/theory.md, "Likelihood", "Editing"). Classical Runge-Kutta on
 * a given grid; categorical components and frozen values stand still. Flat spaces only, and no slot
 * with `known` (SG_ENOTSUP). What the functions take from their arena: call them with a measuring
 * one. */
#ifndef SIGEN_FLOW_H
#define SIGEN_FLOW_H

#include <sigen/system.h>

SG_BEGIN_DECLS

typedef struct sg_flow_opts {
    const double *grid; /* (steps + 1) monotone times, either direction */
    size_t steps;
    /* b is taken at min(t, t_max): 1 is right for fields that give b; D1 and E determine b only
     * where alpha(t) > 0, so networks want about 0.999 */
    double t_max; /* in (0, 1], else SG_EINVAL */
    size_t probes; /* 0 = exact divergence; else Rademacher probes per evaluation (Hutchinson)
                      [GCBSD19] */
} sg_flow_opts;

/* Moves the states from grid[0] to grid[steps]. With logdet (count) not NULL also
 *     logdet = integral of div b dt along the way (signed by the direction).
 * The divergence is the field's own, or 2 evaluations per value by central differences along
 * projected axes (their sum over an orthonormal frame of the space), or by probes: e projected, e.J
 * e averaged. SG_ENAN: states unchanged. Probes draw from the states' streams. */
SG_API SG_MUST_CHECK sg_status sg_flow(const sg_field *f, sg_state *const *x, size_t count,
                                       const sg_flow_opts *o, double *logdet, sg_arena *arena,
                                       sg_error *err);

/* log rho_1(x) = log rho_0(X_0) - integral_0^1 div b dt along the backward flow [SSK21, ABV23],
 * rho_0 = the base law scaled by alpha at the grid's end, about mu. grid must fall. With grid[0] <
 * 1 the result is the log density at that time. The states end at the base: copy them first if
 * needed. Conditional on tokens and frozen values; SG_ENOTSUP where the base is not white and some
 * values of a component are frozen. */
SG_API SG_MUST_CHECK sg_status sg_loglik(const sg_field *f, sg_state *const *x, size_t count,
                                         const sg_flow_opts *o, double *logp, sg_arena *arena,
                                         sg_error *err);

/* Back in time by the forward kernel of a one-sided path, t2 <= t (renoise, time travel):
 *     x = (beta2/beta) x + sqrt(alpha2^2 - (beta2 alpha/beta)^2) z   about mu, all continuous
 * values; tokens are masked with probability 1 - kappa(t2)/kappa(t). Frozen entries stay. SG_EDOM:
 * t2 > t. SG_ENOTSUP: a two-sided path or curved space; nothing is changed. */
SG_API SG_MUST_CHECK sg_status sg_renoise(sg_state *s, double t, double t2, sg_arena *arena,
                                          sg_error *err);

/* n Langevin steps x += a s(t, x) + sqrt(2 a) z at fixed t, a = step (units of x^2) [VMA24]. Frozen
 * entries stay. SG_EDOM: a < 0. SG_ENAN: the states are those of the last step that was finite. */
SG_API SG_MUST_CHECK sg_status sg_langevin(const sg_field *f, sg_state *const *x, size_t count,
                                           double t, size_t n, double step, sg_arena *arena,
                                           sg_error *err);

/* Clips to the interval where base values lie: |x - mu| <= beta + width sqrt(1 - beta^2) at t
 * [VMA24]. */
SG_API void sg_clip(sg_state *s, double t, double width);

SG_END_DECLS
#endif
