/* A batch of states as one vector: all continuous values end to end, cut into blocks (one component
 * of one state). For code outside the runs: the flow, Langevin steps, particles. */
#ifndef SG_BATCH_H
#define SG_BATCH_H

#include <sigen/system.h>

typedef struct sg_i_block {
    size_t state, comp, off, len;
    int curved;
} sg_i_block;

/* Fills blk (NULL: counts only); returns the number of blocks, totals of values and tokens. */
size_t sg_i_blocks(const sg_system *sys, sg_state *const *x, size_t count, sg_i_block *blk,
                   size_t *total, size_t *n_tok);

typedef struct sg_i_batch {
    const sg_system *sys;
    sg_state *const *x;
    size_t count, n_blk, total, longest; /* longest: most values of one state */
    int held;                            /* some values are frozen */
    sg_i_block *blk;
    sg_state *view; /* (count) copies whose x points into a vector */
    const sg_state **ptr;
    sg_pred **out;
    double *probe, *moved, *slope; /* (total) of the divergence */
} sg_i_batch;

/* From the arena, which may measure. SG_ENOTSUP for curved spaces and slots with `known`,
 * SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_batch_init(sg_i_batch *b, const sg_system *sys, sg_state *const *x,
                                        size_t count, sg_arena *a, sg_error *err);

static inline const sg_slot *sg_i_slot(const sg_i_batch *b, const sg_i_block *k)
{
    return &b->x[k->state]->slot[k->comp];
}

/* States to X, and back (projected, frozen values left alone). */
void sg_i_batch_gather(const sg_i_batch *b, double *X);
void sg_i_batch_scatter(const sg_i_batch *b, double *X);
/* Evaluates f at (t, X); then the wanted parameter of that evaluation. Frozen values have no
 * velocity. */
SG_MUST_CHECK sg_status sg_i_batch_eval(sg_i_batch *b, const sg_field *f, double t, double *X,
                                        sg_error *err);
SG_MUST_CHECK sg_status sg_i_batch_get(sg_i_batch *b, const sg_field *f, double t, const double *X,
                                       sg_param want, double *out, sg_error *err);
/* div b of f at (t, X), one number per state: exact (probes = 0) or by Hutchinson. */
SG_MUST_CHECK sg_status sg_i_batch_div(sg_i_batch *b, const sg_field *f, double t, double *X,
                                       size_t probes, double *div, sg_error *err);

#endif
