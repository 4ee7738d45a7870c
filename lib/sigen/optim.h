/* Optimisers over one flat parameter vector: Muon for hidden matrices, AdamW for everything else,
 * gradient clipping by global norm, exponential moving average of the weights. */
#ifndef SIGEN_OPTIM_H
#define SIGEN_OPTIM_H

#include <sigen/nn.h>

SG_BEGIN_DECLS

typedef struct sg_optim_opt {
    double lr_muon;  /* 0.02 */
    double lr_adam;  /* 1.5e-3 */
    double momentum; /* Muon's Nesterov momentum, 0.95 */
    double beta1, beta2; /* Adam, 0.9 and 0.99 */
    double decay;    /* decoupled weight decay of all matrices, 0 */
    double clip;     /* largest global gradient norm, 1; 0 = none */
    double ema;      /* 0.999; warmed up as min(ema, (1 + step)/(10 + step)) */
    const sg_isa *isa; /* NULL: the best of this machine */
} sg_optim_opt;

/* The values above, isa NULL. */
SG_API void sg_optim_defaults(sg_optim_opt *o);

typedef struct sg_optim {
    sg_optim_opt opt;
    sg_params *params; /* not owned */
    sg_real *m, *v;    /* (params->size) first and second moments; m is Muon's momentum buffer */
    sg_real *ema;      /* (params->size) averaged weights */
    long step;         /* steps done */
    double grad_norm;  /* of the last step, before clipping */
} sg_optim;

/* An optimiser at step 0 on params, which must outlive it and stay where it is; opt is copied. The
 * average starts as the values. Allocates (3 params->size elements); cleared with sg_optim_clear,
 * also after a failure. SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_optim_init(sg_optim *o, sg_params *params,
                                             const sg_optim_opt *opt, sg_error *err);
SG_API void sg_optim_clear(sg_optim *o);

/* One step with the mean gradient `grad` (params->size) and learning rates scaled by
 * `rate`. Muon [Jor24]: g <- Nesterov momentum; W -= lr sqrt(max(1, out/in)) NS5(g), five
 * Newton-Schulz steps X <- aX + b(XX')X + c(XX')^2 X on g/|g|, (a,b,c) = (3.4445,-4.7750,2.0315).
 * AdamW [LH19]. Matrices run in parallel on `threads` threads; the result does not depend on them.
 * SG_ENAN if the gradient is not finite, SG_ENOMEM: nothing is changed. */
SG_API SG_MUST_CHECK sg_status sg_optim_step(sg_optim *o, const sg_real *grad, double rate, int threads,
                                             sg_error *err);

/* Orthogonalises g (rows, cols) in place by five Newton-Schulz steps x <- (a I + b A + c A^2) x,
 * A = x x', of g over its norm in its wide orientation [Jor24]. The factors are polynomials of one
 * matrix, so that A of the next step is B A B and the steps are taken on matrices of the shorter
 * side, all symmetric; x is multiplied once. work: 2 rows cols + 4 min(rows, cols)^2 elements. */
SG_API void sg_newton_schulz(sg_real *g, int rows, int cols, sg_real *work, const sg_isa *isa);

SG_END_DECLS
#endif
