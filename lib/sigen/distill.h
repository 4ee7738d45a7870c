/* Score identity distillation: a generator of few steps out of a trained denoiser, without data
 * [ZZW24, XZY25].
 *
 * Linear paths x_t = (1-t) x0 + t x1; all three networks estimate x1: the teacher f (frozen), the
 * generator G and the fake psi, which learns what E[x_g | x_t] is for G's own samples x_g. With
 * e = f - psi at x_t = (1-t) x0 + t x_g the generator descends
 *     e.M (f - x_g) - alpha e.M e,     over mean |x_g - f|,
 * M a fixed metric. Where psi is optimal, E e.M (f - x_g) = E e.M e, so with alpha = 0 this is the
 * divergence of the two laws; alpha about 1 reduces the error that a psi not yet optimal makes.
 * G and psi are updated together, from the same samples, by the shared training loop. */
#ifndef SIGEN_DISTILL_H
#define SIGEN_DISTILL_H

#include <sigen/train.h>

SG_BEGIN_DECLS

#define SG_DISTILL_MAX_STEPS 64

/* t = 1 - 10^(-s/200): 0 at s = 0, 0.99 at s = 400. */
SG_API double sg_distill_time(double s);
/* The generator's times: sg_distill_time of `steps` numbers evenly from 30 to 400, rounded; of one
 * step, of 87. */
SG_API void sg_distill_grid(double *t, int steps);

/* e.(Mr - alpha Me) of one sample, e = f - psi, r = f - x_g, Me and Mr the metric applied to them;
 * and `weight` times its derivatives with respect to f, psi and, where it stands in it directly,
 * x_g. All (len). */
SG_API double sg_distill_loss(const double *e, const double *Me, const double *Mr, double alpha,
                              double weight, double *df, double *dpsi, double *dxg, size_t len);

/* Samples of one shard, laid out by the module. */
typedef struct sg_distill_batch {
    int count;
    const size_t *off; /* (count + 1) first value of each sample */
    void *data;        /* the module's */
} sg_distill_batch;

enum { SG_DISTILL_TEACHER, SG_DISTILL_GENERATOR, SG_DISTILL_FAKE };

/* What a module gives. `self` is const and shared by threads; memory comes from the arena. */
typedef struct sg_distill_module {
    const void *self;
    /* Lays out `count` samples: sizes, conditions; sets off and data. */
    sg_status (*begin)(const void *self, sg_arena *a, sg_rng *r, sg_distill_batch *b,
                       sg_error *err);
    /* The base law of sample i. */
    void (*noise)(const void *self, const sg_distill_batch *b, int i, sg_rng *r, double *x0);
    /* Estimates of x1 of all samples at x and their times, previous: earlier estimates or NULL. The
     * tape has the role's parameters; with t->grad it records, and *pass is for pull. */
    sg_status (*denoise)(const void *self, const sg_distill_batch *b, sg_tape *t,
                         const double *time, const double *x, const double *previous, double *x1,
                         void **pass, sg_error *err);
    /* From d loss/d x1: parameter gradients into the tape's, and d loss/d x into dx (or NULL). */
    sg_status (*pull)(const void *self, const sg_distill_batch *b, sg_tape *t, void *pass,
                      const double *dx1, double *dx, sg_error *err);
    /* y = M u for sample i. */
    void (*metric)(const void *self, const sg_distill_batch *b, int i, const double *u, double *y);
} sg_distill_module;

/* A task of the training loop over a pair of networks. */
typedef struct sg_distill {
    sg_distill_module module;
    const sg_params *teacher;   /* with transposes, every parameter fixed */
    const sg_params *generator; /* views into the trained pair (sg_params_join) */
    const sg_params *fake;
    const sg_params *fake_frozen; /* the fake's values, every parameter fixed */
    int least, steps;    /* of the generator: a number of this range, each equally likely */
    double alpha;        /* 1 */
    double t_min, t_max; /* loss times are clamped to these: 0.02, 0.98 */
    int previous; /* networks see a previous estimate: the generator its last, the others one more
                     evaluation of their own */
} sg_distill;

/* Parts: generator (its loss), fake (weighted squared error of psi), gap (mean |f - psi|_M^2 per
 * value). */
SG_API void sg_distill_task(sg_task *task, const sg_distill *self);

SG_END_DECLS
#endif
