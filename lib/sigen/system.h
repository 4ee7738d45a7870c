/* Systems, states and fields (doc/theory.md).
 *
 * A system is several components under one clock t, each with its own space, path and noise. A
 * state holds the values of one sample; a field tells, at (t, state), any of b, s, D0, D1, E for
 * continuous components and class probabilities for categorical ones. */
#ifndef SIGEN_SYSTEM_H
#define SIGEN_SYSTEM_H

#include <sigen/arena.h>
#include <sigen/interpolant.h>
#include <sigen/space.h>

SG_BEGIN_DECLS

#define SG_MAX_COMPONENTS 8

typedef struct sg_component {
    const char *name;
    const sg_space *space;
    size_t width;      /* reals per element, channels, or classes */
    sg_path path;      /* categorical: kappa(t) = beta(t) is the share already unmasked */
    const sg_map *map; /* NULL = white base law; must outlive the system */
    sg_eps eps;        /* at NULL = 0: the ODE */
} sg_component;

/* Values per value of the state that a field predicts at most: two for two-sided paths, and for
 * curved spaces, where b and s do not determine each other. */
static inline size_t sg_component_params(const sg_component *c)
{
    return sg_path_one_sided(&c->path) && c->space->flat ? 1 : 2;
}

/* Const once built; shared by threads. */
typedef struct sg_system {
    size_t n;
    sg_component c[SG_MAX_COMPONENTS];
} sg_system;

/* Checks rows, widths and clocks; SG_EINVAL names the component. SG_ENOTSUP: a curved space on a
 * path that it does not take (curved.h). */
SG_API SG_MUST_CHECK sg_status sg_system_check(const sg_system *sys, sg_error *err);

/* One component's values in one state. Pointers are into the state's arena unless said. */
typedef struct sg_slot {
    size_t n;   /* elements */
    size_t len; /* doubles of x, tokens of tok */
    double *x;  /* (len) NULL if categorical */
    int *tok;   /* (len) NULL if continuous */
    /* the caller's, all NULL at first; they must live as long as the state is sampled: */
    const double *mu;            /* (len) shift of a mean-reverting path */
    const unsigned char *frozen; /* (len) nonzero: value or token that samplers leave alone */
    const double *known;         /* (len) with frozen: clean x1; the value follows its own path
                                    alpha(t) x0 + beta(t) known (replacement) instead of standing
                                    still: in runs (sampler.h); flows and particles refuse it */
    const double *known_x0;      /* (len) the x0 of that path; NULL = mu, or 0; curved spaces: as
                                    sg_curved_sample takes it, NULL = known stands still */
    const double *eta;           /* (len) factor of the sampler's eta, per value (mask-eta) */
} sg_slot;

/* What a field wrote last. v[k]: continuous (n_param x len), first parameter first; categorical
 * (n tokens x classes), rows sum to one. `valid` on entry of eval: v holds the same state's
 * previous prediction (for self-conditioning). */
typedef struct sg_pred {
    double *v[SG_MAX_COMPONENTS];
    int valid;
} sg_pred;

typedef struct sg_state {
    const sg_system *sys;
    sg_slot slot[SG_MAX_COMPONENTS];
    sg_pred pred;
    sg_rng rng;       /* this sample's own stream */
    const void *cond; /* the caller's; fields may read it */
} sg_state;

/* Lays out one state: n[k] elements of component k, from the arena (a measuring arena gives the
 * size; the state is then not usable). Stream = (seed, sample, 0). Values zero, tokens masked.
 * SG_ENOMEM when the arena is full. */
SG_API SG_MUST_CHECK sg_status sg_state_init(sg_state *s, const sg_system *sys, const size_t *n,
                                             uint64_t seed, uint64_t sample, sg_arena *arena,
                                             sg_error *err);
/* Draws the base: mu + alpha(0) L z projected, all tokens masked; frozen entries keep their values
 * (or get their path's value at t = 0 where `known` is set). Advances s->rng, forgets the
 * prediction. */
SG_API void sg_state_draw(sg_state *s);

/* Parameterisations. One-sided: one suffices. Two-sided: a pair, such as (b, s), (v, E), (D0, D1).
 */
typedef enum sg_param {
    SG_PARAM_NONE = 0,
    SG_PARAM_B,    /* velocity of the probability flow */
    SG_PARAM_S,    /* Sigma grad log rho, Sigma = covariance of the base map (I if white) */
    SG_PARAM_D0,   /* E[x0 | x_t] */
    SG_PARAM_D1,   /* E[x1 | x_t] */
    SG_PARAM_E,    /* E[z | x_t]; one-sided: z = x0 - mu */
    SG_PARAM_V,    /* two-sided: alpha' D0 + beta' D1 (shift-free) */
    SG_PARAM_VPRED /* one-sided: beta E - alpha (D1 - mu), v-prediction of diffusion models [SH22]
                    */
} sg_param;

/* Smallest alpha, beta or gamma that conversions divide by. */
#define SG_CLAMP 1e-4

/* The one conversion (doc/theory.md): writes coefficients so that
 *     want = a[0] (x - mu) + a[1] have[0] + a[2] have[1] + a[3] mu.
 * have[1] = SG_PARAM_NONE for one-sided paths. SG_ENOTSUP when the pair does not determine `want`.
 */
SG_API SG_MUST_CHECK sg_status sg_convert_coeff(const sg_path *p, double t, const sg_param have[2],
                                                sg_param want, double a[4], sg_error *err);
/* The same applied: out (len) may alias in0. in1, mu may be NULL. */
SG_API SG_MUST_CHECK sg_status sg_convert(const sg_path *p, double t, const sg_param have[2],
                                          const double *x, const double *mu, const double *in0,
                                          const double *in1, sg_param want, double *out, size_t len,
                                          sg_error *err);

typedef struct sg_field sg_field;
struct sg_field {
    const char *name;
    const sg_system *sys;
    sg_param param[SG_MAX_COMPONENTS]
                  [2]; /* native, continuous components; ignored for categorical */
    /* Evaluates `count` states at one t into out[0..count-1]. The result of a state may not depend
     * on the others. Reads the states only; must not keep pointers. Sets out[i]->valid = 1. */
    sg_status (*eval)(const sg_field *f, double t, const sg_state *const *x, size_t count,
                      sg_pred *const *out, sg_error *err);
    /* Optional: exact div b summed over components, one number per state. NULL: the likelihood
     * takes derivatives numerically with step fd_step. */
    sg_status (*div)(const sg_field *f, double t, const sg_state *const *x, size_t count,
                     double *div, sg_error *err);
    double fd_step;   /* 0 = 1e-5; networks in float want about 1e-2 */
    const void *data; /* the model, shared by threads */
    void *work;       /* one thread's memory: one field per thread */
};

SG_END_DECLS
#endif
