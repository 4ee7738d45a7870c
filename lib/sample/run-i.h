/* Inside of a run, shared by the methods. All continuous values of all states lie end to end in
 * `work vectors` of r->total doubles; a block is one component of one state in them. */
#ifndef SG_RUN_I_H
#define SG_RUN_I_H

#include <sigen/sampler.h>

#include "batch.h"

struct sg_run {
    sg_run_opts o;
    const sg_field *f;
    sg_state *const *x;
    size_t count;
    size_t step, evals;
    sg_i_block *blk;
    size_t n_blk, total;
    double *y;       /* (total) the step's result, until commit */
    double **v;      /* the method's vectors */
    double *scratch; /* (longest row of class probabilities) */
    int *tok_next;   /* (all tokens) what a step makes of them; after it, what they were */
    size_t n_tok;
    int stepped;          /* the last step was made: predictions and tok_next are of it */
    sg_state *stage;      /* copies whose x points into a vector */
    const sg_state **ptr; /* (count) what the field is given */
    sg_pred **out;        /* (count) */
    sg_rng *saved;        /* (count) streams at the start of the step */
    size_t hist;          /* multistep: usable earlier denoisers, at times past[0], past[1] */
    double past[2];
    double *h; /* (count) rk45's own step sizes */
};

/* Evaluates the field at (t, X); X NULL = the states themselves. */
SG_MUST_CHECK sg_status sg_i_eval(sg_run *r, double t, double *X, sg_error *err);
/* The same for one state only. */
SG_MUST_CHECK sg_status sg_i_eval_one(sg_run *r, size_t state, double t, double *X, sg_error *err);
/* Converts the last evaluation at the same (t, X) into out (total). */
SG_MUST_CHECK sg_status sg_i_get(sg_run *r, double t, const double *X, sg_param want, double *out,
                                 sg_error *err);
/* One block of it, out (block len). */
SG_MUST_CHECK sg_status sg_i_get_block(sg_run *r, const sg_i_block *b, double t, const double *X,
                                       sg_param want, double *out, sg_error *err);
/* Draws every categorical component's next tokens from the last evaluation at t. */
void sg_i_tokens(sg_run *r, double t, double t2);
/* out = noise of the base laws (curved spaces: standard normal tangent vectors) times
 * opts.noise_scale, from every state's stream in order. */
void sg_i_noise(sg_run *r, double *out);
/* The conversion of the field's output to b, s is singular at t (alpha = 0) for some component. */
int sg_i_singular(const sg_run *r, double t);

static inline const sg_component *sg_i_comp(const sg_run *r, const sg_i_block *b)
{
    return &r->f->sys->c[b->comp];
}

static inline double *sg_i_x(const sg_run *r, const sg_i_block *b, const double *X)
{
    return X ? (double *)X + b->off : r->x[b->state]->slot[b->comp].x;
}

/* The field at (t, states), and the tokens' step drawn from it: what every step starts with. */
SG_MUST_CHECK sg_status sg_i_first_eval(sg_run *r, double t, double t2, sg_error *err);
/* An Euler step of a block, or of all, from the last evaluation; D1 where the path ends at t2. */
SG_MUST_CHECK sg_status sg_i_euler_block(sg_run *r, const sg_i_block *b, double t, double t2,
                                         sg_error *err);
SG_MUST_CHECK sg_status sg_i_euler_from_eval(sg_run *r, double t, double t2, sg_error *err);
/* The data end: no noise is added by the step that reaches it. */
static inline int sg_i_last(const sg_component *c, double t2)
{
    return t2 >= 1 && c->path.kind->exact_data;
}

/* y = x + h k for every block, by retraction where the space is curved. */
void sg_i_move(sg_run *r, double *y, const double *k, double h);

extern const sg_sampler sg_i_euler, sg_i_midpoint, sg_i_heun, sg_i_rk4, sg_i_rk45;
extern const sg_sampler sg_i_em, sg_i_heun_sde;
extern const sg_sampler sg_i_exp1, sg_i_exp2, sg_i_exp3, sg_i_sde1, sg_i_sde2;
extern const sg_sampler sg_i_ddim, sg_i_ddim_eps, sg_i_pc, sg_i_s4, sg_i_ctmc;

#endif
