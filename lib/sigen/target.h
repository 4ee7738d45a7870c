/* Sampling from a law made of models, with weights that make it exact (doc/theory.md, "Targets"):
 *     l_t = sum_i w_i log p^i_t + lam(t) r(x),   W = sum_i w_i > 0
 * With bbar = sum w_i b_i/W, sbar = sum w_i s_i/W, and any eps >= 0, particles follow
 *     dx = (bbar + eps grad l) dt + sqrt(2 eps) dW,   grad l = sum w_i s_i + lam grad r
 *     d log weight/dt = (1 - W) div bbar - sum w_i (b_i - bbar).(s_i - sbar)
 *                       + lam' r + lam grad r.bbar
 * [derived in doc/theory.md; the special cases are those of SAB25 and CRMYI25]:
 * annealing w = (k), exact guidance w = (1 - k, k), product w = (1, 1), posterior or reward
 * w = (1) with r.
 * Dropping the weights is ordinary guidance, which is biased. Start: the base law to the power W,
 * N(0, alpha(0)^2/W). All components continuous, flat, white base. */
#ifndef SIGEN_TARGET_H
#define SIGEN_TARGET_H

#include <sigen/field.h>

SG_BEGIN_DECLS

typedef struct sg_target {
    size_t n;
    const sg_field *f[SG_MAX_FIELDS]; /* one system */
    double w[SG_MAX_FIELDS];
    /* r(x) and its gradient (added into grad[k], (len) per component); NULL = none */
    double (*reward)(const void *data, const sg_state *x, double *const *grad);
    const void *data;
    /* lam(t) and lam'(t); NULL = t and 1 */
    double (*ramp)(const void *data, double t, double *dlam);
    size_t probes; /* of div bbar when W != 1: 0 = exact (the fields' own, or central differences);
                      else Hutchinson probes, which add noise to the weights: at least 4 */
} sg_target;

/* Weights of a population, whatever its members are: the bookkeeping of sequential Monte Carlo. The
 * caller moves the members and adds to logw; after a resampling it makes member i a copy of
 * member source[i] and goes on. Memory comes from the arena. One thread at a time. */
typedef struct sg_population {
    size_t n;
    double *logw;     /* (n) since the last resampling; -INFINITY = weight 0 */
    size_t *ancestor; /* (n) index of each member's ancestor at the start */
    size_t *source;   /* (n) of the last resampling; source[i] = i for all that survived */
    size_t resampled; /* how often */
    double log_z;     /* of the normaliser until the last resampling */
    sg_rng rng;       /* of resampling alone: stream (seed, id) */
    double *w;        /* (n) work space, as old */
    size_t *old;
} sg_population;

/* n >= 1. A measuring arena gives the size; p is then untouched. SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_population_init(sg_population *p, size_t n, uint64_t seed,
                                                  uint64_t id, sg_arena *arena, sg_error *err);
/* Weights 1, everyone its own ancestor; the random stream goes on. */
SG_API void sg_population_reset(sg_population *p);
/* Systematic resampling to weights 1. At least one weight must not be 0. */
SG_API void sg_population_resample(sg_population *p);
/* (n) normalised weights into w. */
SG_API void sg_population_weights(const sg_population *p, double *w);
SG_API double sg_population_ess(const sg_population *p); /* 0 when all weights are 0 */
/* log of the estimated normaliser, relative to the start's: of exp(l), or of the mean weight. */
SG_API double sg_population_log_normaliser(const sg_population *p);

typedef struct sg_particles sg_particles;

/* A population is the whole batch of states; its memory comes from the arena (a measuring arena
 * gives the size). eps: the system's components' own. Resampling (systematic) when ESS < threshold
 * * count; threshold 0 = never, 0.5 usual. seed: of the resampling's own stream. SG_EINVAL (W <= 0,
 * systems differ), SG_ENOTSUP, SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_particles_init(sg_particles **p, const sg_target *target,
                                                 sg_state *const *x, size_t count,
                                                 const double *grid, size_t steps, double threshold,
                                                 uint64_t seed, sg_arena *arena, sg_error *err);
/* Draws the start N(mu, alpha(0)^2/W) and resets weights (pre-weighted by lam(grid[0]) r). */
SG_API SG_MUST_CHECK sg_status sg_particles_draw(sg_particles *p, sg_error *err);
/* One step, then resampling if due. No allocation. SG_ENAN names the particle. */
SG_API SG_MUST_CHECK sg_status sg_particles_step(sg_particles *p, sg_error *err);
SG_API int sg_particles_done(const sg_particles *p);
/* Resamples now. */
SG_API void sg_particles_resample(sg_particles *p);

/* Weights, ESS, ancestors; const. */
SG_API const sg_population *sg_particles_population(const sg_particles *p);

/* 1/sum w^2 of normalised weights, from log-weights. */
SG_API double sg_ess(const double *logw, size_t n);
/* Systematic resampling: n indices (ascending) drawn with expected counts n w_i/sum w; u in [0, 1).
 */
SG_API void sg_resample_systematic(const double *w, size_t n, double u, size_t *index);

SG_END_DECLS
#endif
