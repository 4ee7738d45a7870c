/* A policy in memory: network, scaling, limits, names. See sigen-policy-model(5). */
#ifndef SG_POLICY_MODEL_H
#define SG_POLICY_MODEL_H

#include <sigen/model.h>
#include <sigen/q8.h>
#include <sigen/train.h>
#include "net.h"

/* Everything about the numbers that come in and go out. Arrays are owned. */
typedef struct sg_i_policy_scale {
    double sigma_data, sigma_min, sigma_max;
    double period;             /* s between actions */
    double *obs_lo, *obs_hi;   /* (obs) range in training, scaled to -1..1 */
    double *goal_lo, *goal_hi; /* (goal) */
    int *base;                 /* (action) the observation an action is counted from, -1: none */
    /* The observations x, y, cos, sin of a planar pose: the frame that goals (0, 1 a point, 2, 3 a
     * direction) and actions (0, 1 a point) are told in; frame[0] -1: as they are. */
    int frame[4];
    double *mean, *sd;    /* (rows, wide) of what a chunk tells, see sg_i_policy_told */
    double *lo, *hi;      /* (action) limits of the robot */
    double *rate, *accel; /* (action) largest change per s, and of the rate per s; INFINITY: none */
} sg_i_policy_scale;

/* Const once loaded: threads share it. */
typedef struct sg_i_policy {
    sg_i_policy_net net;
    sg_params params;
    sg_q8 *q8; /* int8 matrices, owned; NULL: none */
    sg_i_policy_scale scale;
    char *env, *obs_names, *action_names, *goal_names; /* names separated by commas */
    char hash[16];                                     /* of the file; empty when not from a file */
} sg_i_policy;

/* A policy with zero weights and zero scaling for these sizes. Cleared also after a failure. */
SG_MUST_CHECK sg_status sg_i_policy_init(sg_i_policy *p, const sg_i_policy_arch *arch,
                                         const sg_i_policy_dims *d, int train, sg_error *err);
void sg_i_policy_clear(sg_i_policy *p);

/* From a model file; every name, shape and value is verified (SG_EMODEL). */
SG_MUST_CHECK sg_status sg_i_policy_read(sg_i_policy *p, const sg_model *file, int train,
                                         sg_error *err);

/* Writes path. dtype of the weights that are not int8: SG_DTYPE_F32 or SG_DTYPE_BF16. state (may be
 * NULL): its averaged weights become the file's, and what resuming needs is added. meta: pairs of
 * key, text.
 */
SG_MUST_CHECK sg_status sg_i_policy_save(const sg_i_policy *p, const char *path, sg_dtype dtype,
                                         const sg_train_state *state, const char *const (*meta)[2],
                                         int n_meta, sg_error *err);
/* The bytes of such a file without a state; the caller frees *buf. */
SG_MUST_CHECK sg_status sg_i_policy_bytes(const sg_i_policy *p, void **buf, size_t *len,
                                          sg_dtype dtype, const char *const (*meta)[2], int n_meta,
                                          sg_error *err);

/* What the network is told of sigma. */
double sg_i_policy_level(const sg_i_policy *p, double sigma);
/* What a sample's context is made of. */
typedef struct sg_i_policy_view {
    const double *obs;  /* (window, obs) oldest first */
    int seen;           /* how many of them count, 1..window; the others are hidden where the policy
                           knows hidden ones */
    const double *goal; /* (n_goals, goal) in the order in which they are to be reached */
    int n_goals;        /* 0: act without */
} sg_i_policy_view;
/* The context's input of one sample. */
void sg_i_policy_input(const sg_i_policy *p, sg_real *x, const sg_i_policy_view *v);

/* v (action) less its base, in the frame; `now` (obs) is the newest observation. */
void sg_i_policy_relative(const sg_i_policy *p, const double *now, double *v);
/* A chunk in units u - the actions (rows, action), then the observations after each (rows, obs)
 * where they are predicted - as the network has it: y (rows, wide), unscaled: actions relative,
 * observations less the newest; scaled; and back. u and y do not overlap. */
void sg_i_policy_told(const sg_i_policy *p, const double *now, double *y, const double *u);
void sg_i_policy_to_chunk(const sg_i_policy *p, const double *now, double *y, const double *u);
void sg_i_policy_from_chunk(const sg_i_policy *p, const double *now, double *u, const double *y);
/* The goal (goal) as the frame has it, before scaling. */
void sg_i_policy_goal_seen(const sg_i_policy *p, const double *now, double *seen,
                           const double *goal);

#endif
