/* A policy in memory: network, scaling, limits, names. See sigen-policy-model(5). */
#ifndef SG_POLICY_MODEL_H
#define SG_POLICY_MODEL_H

#include <sigen/model.h>
#include <sigen/train.h>
#include "net.h"

/* Everything about the numbers that come in and go out. Arrays are owned. */
typedef struct sg_i_policy_scale {
    double sigma_data, sigma_min, sigma_max;
    double period;             /* s between actions */
    double *obs_lo, *obs_hi;   /* (obs) range in training, scaled to -1..1 */
    double *goal_lo, *goal_hi; /* (goal) */
    int *base;                 /* (action) the observation an action is counted from, -1: none */
    double *mean, *sd;         /* (horizon, action) of actions less their base */
    double *lo, *hi;           /* (action) limits of the robot */
    double *rate, *accel; /* (action) largest change per s, and of the rate per s; INFINITY: none */
} sg_i_policy_scale;

/* Const once loaded: threads share it. */
typedef struct sg_i_policy {
    sg_i_policy_net net;
    sg_params params;
    sg_i_policy_scale scale;
    char *env, *obs_names, *action_names, *goal_names; /* names separated by commas */
    char hash[16];                                     /* of the file; empty when not from a file */
} sg_i_policy;

/* A policy with zero weights and zero scaling for these sizes. Cleared also after a failure. */
SG_MUST_CHECK sg_status sg_i_policy_init(sg_i_policy *p, const sg_i_policy_dims *d, int train,
                                         sg_error *err);
void sg_i_policy_clear(sg_i_policy *p);

/* From a model file; every name, shape and value is verified (SG_EMODEL). */
SG_MUST_CHECK sg_status sg_i_policy_read(sg_i_policy *p, const sg_model *file, int train,
                                         sg_error *err);

/* Writes path. dtype of the weights: SG_DTYPE_F32 or SG_DTYPE_BF16. state (may be NULL): its
 * averaged weights become the file's, and what resuming needs is added. meta: pairs of key, text.
 */
SG_MUST_CHECK sg_status sg_i_policy_save(const sg_i_policy *p, const char *path, sg_dtype dtype,
                                         const sg_train_state *state, const char *const (*meta)[2],
                                         int n_meta, sg_error *err);

/* Place of ln sigma between its limits, 0..1. */
double sg_i_policy_level(const sg_i_policy_scale *s, double sigma);
/* The context's input of one sample: `window` observations, oldest first, and goal (NULL: none). */
void sg_i_policy_input(const sg_i_policy *p, sg_real *x, const double *obs, const double *goal);

#endif
