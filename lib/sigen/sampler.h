/* Samplers: a const table of methods, and a run of one of them over a batch of states.
 *
 * init / step / done: the caller owns the loop, and may look at and edit the states between steps.
 * Continuous components follow the method; categorical ones take the mask step in the same step,
 * from the same prediction (Jacobi): a masked token appears with probability min(1, dk (1 + e
 * kappa)/ (1 - kappa)), dk = kappa(t2) - kappa(t), its class drawn from p^{1/T}; a shown one is
 * masked again with probability e dk [CYB24]. e = min(remask_eta, 1/dk, (slack (1 - kappa)/dk -
 * 1)/kappa), 0 in the last step: with slack 1, P(masked) = 1 - kappa holds exactly at every time; a
 * larger slack masks more near the end, which repairs more at the price of inputs unlike those of
 * training. The result of a state depends on its own stream only, never on the batch or the thread.
 */
#ifndef SIGEN_SAMPLER_H
#define SIGEN_SAMPLER_H

#include <sigen/system.h>

SG_BEGIN_DECLS

typedef struct sg_run sg_run;

/* what a method can move */
#define SG_SERVES_ONE_SIDED 1u /* one-sided paths */
#define SG_SERVES_TWO_SIDED 2u
#define SG_SERVES_CURVED    4u /* spaces that are not flat */
#define SG_SERVES_NO_CLOCK  8u /* paths without lam (mirror) */
/* continuous components from the base law itself, where beta = 0, to the data */
#define SG_SERVES_FROM_BASE 16u

typedef struct sg_sampler {
    const char *name, *summary, *cite;
    int order;      /* strong (deterministic) or weak order */
    int stochastic; /* draws from the states' streams */
    double evals;   /* field evaluations per step; 0 = adaptive */
    unsigned serves;
    size_t vectors; /* work vectors as long as all continuous values together */
    size_t history; /* those of them (after the first) that the next step reads */
    sg_status (*step)(sg_run *r, double t, double t2, sg_error *err);
} sg_sampler;

SG_API extern const sg_sampler *const sg_samplers[]; /* NULL behind the last */
SG_API const sg_sampler *sg_sampler_find(const char *name);

typedef struct sg_run_opts {
    const sg_sampler *method;
    const double *grid; /* (steps + 1) increasing times; must live as long as the run */
    size_t steps;
    double eta;             /* ddim: 0 deterministic .. 1 ancestral; times slot.eta where given */
    double noise_scale;     /* factor of every normal drawn; 1; other values change the law */
    double remask_eta;      /* categorical: 0 */
    double remask_slack;    /* categorical: 1 (above) */
    double temperature;     /* of class probabilities: 1; other values change the law */
    double snr;             /* pc, s4: 0.16 */
    double corrector_scale; /* pc, s4: scale_eps, 1; 0 in s4 = no corrector */
    size_t corrector_steps; /* pc: 1 */
    double rtol, atol;      /* rk45: 1e-6 each */
    size_t max_substeps;    /* rk45, per grid interval: 10000, then SG_ECONV */
    const volatile int *stop; /* non-zero: steps return SG_EINTR and do nothing; NULL */
} sg_run_opts;

/* Defaults as commented; method euler; no grid. */
SG_API sg_run_opts sg_run_opts_default(void);

/* Prepares a run; takes all its memory from the arena (a measuring arena gives the size; r is then
 * not usable). The states' sizes are fixed from here on; f, x and the grid must outlive the run.
 * SG_EINVAL (grid, options), SG_ENOTSUP (method cannot serve a component), SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_run_init(sg_run **r, const sg_run_opts *opts, const sg_field *f,
                                           sg_state *const *x, size_t count, sg_arena *arena,
                                           sg_error *err);
/* One step of the grid for all states. No allocation, no I/O. SG_ENAN names sample and step; on any
 * error the states are as before the step, their streams too. SG_EINVAL after the last step,
 * SG_EINTR (stop). */
SG_API SG_MUST_CHECK sg_status sg_run_step(sg_run *r, sg_error *err);
/* The last grid point is reached. */
SG_API int sg_run_done(const sg_run *r);
SG_API size_t sg_run_index(const sg_run *r); /* steps done */
SG_API double sg_run_time(const sg_run *r);  /* where the states are now */
SG_API size_t sg_run_evals(const sg_run *r); /* field calls so far (of one state) */
/* Options that may be changed between steps: all but method, grid and steps. */
SG_API sg_run_opts *sg_run_options(sg_run *r);
/* Draws the tokens of one state that its last step has shown again, from the last prediction of it,
 * each independently: repeated until a condition holds, the step's law under that condition (of
 * methods that evaluate once in it). Does nothing before the first step and after a failed one. */
SG_API void sg_run_redraw(sg_run *r, size_t state);
/* Forgets multistep history: after an edit that moves the state far. */
SG_API void sg_run_restart(sg_run *r);

/* What a method takes from one step into the next, of one state: earlier denoisers and their times,
 * rk45's step size. With it a run over a part of the grid goes on, to the bit, where another over
 * the part before ended, with the states in other batches; a copied state takes a copy of it. */
SG_API size_t sg_run_memory(const sg_sampler *m, const sg_state *x); /* doubles it takes */
/* Writes it for the run's state number `state`; takes it into a run that has made no step. Zeros
 * stand for no step yet; all states of a run must have made the same steps. */
SG_API void sg_run_save(const sg_run *r, size_t state, double *memory);
SG_API void sg_run_load(sg_run *r, size_t state, const double *memory);

/* The whole loop with memory of its own. */
SG_API SG_MUST_CHECK sg_status sg_sample(const sg_run_opts *opts, const sg_field *f,
                                         sg_state *const *x, size_t count, sg_error *err);

/* Samples one state until check(user, state) is nonzero: at first over the whole grid, then, up to
 * `tries` times, back by the forward kernel (flow.h, sg_renoise) to the last grid point <= t_back
 * and on from there. *used = times gone back. SG_ECONV when the last try fails too: the state then
 * holds the last result. */
SG_API SG_MUST_CHECK sg_status sg_sample_require(const sg_run_opts *opts, const sg_field *f,
                                                 sg_state *x,
                                                 int (*check)(void *user, const sg_state *x),
                                                 void *user, double t_back, size_t tries,
                                                 size_t *used, sg_error *err);

/* Time grids: fill grid[0..steps], grid[0] = t0 < grid[steps] = t1. */
typedef struct sg_grid {
    const char *name, *summary, *cite;
    sg_status (*fill)(double *grid, size_t steps, const sg_path *p, double t0, double t1,
                      double rho, sg_error *err);
} sg_grid;
/* rho = 0 takes the default in brackets. Where |lam| exceeds the limit at t0 or t1 (an exact end),
 * lam and karras give that end an interval of its own: n needs one step for each such end and one
 * more. */
SG_API extern const sg_grid sg_grid_uniform;   /* in t */
SG_API extern const sg_grid sg_grid_lam;       /* in lam; rho = limit of |lam| [6] */
SG_API extern const sg_grid sg_grid_quadratic; /* t1 - t = (t1 - t0)(1 - k/n)^2 */
SG_API extern const sg_grid sg_grid_power;     /* t - t0 = (t1 - t0)(k/n)^rho [0.7] */
SG_API extern const sg_grid sg_grid_karras;    /* sigma^{1/rho} [7], sigma = alpha/beta, limit 6 */
SG_API extern const sg_grid sg_grid_log; /* t1 - t in its logarithm down to rho [1e-3], then t1 */
SG_API extern const sg_grid *const sg_grids[];
SG_API const sg_grid *sg_grid_find(const char *name);

SG_END_DECLS
#endif
