/* Inside the runtime: a workspace. */
#ifndef SG_POLICY_RUNTIME_H
#define SG_POLICY_RUNTIME_H

#include <string.h>

#include <sigen/policy.h>
#include "model.h"

struct sg_policy {
    sg_i_policy m;
    const sg_isa *isa;
    size_t scratch; /* bytes of the tape's arena, measured when opened */
};

struct sg_policy_ws {
    const sg_policy *p;
    sg_policy_opts opts;
    sg_policy_counts counts;
    uint64_t seed;
    /* observations, oldest first; the goal */
    double *window, *goal;
    int64_t t_obs;
    int n_seen, n_goals, fresh; /* n_seen: observations, window at most; fresh: encoded and not
                                   yet used for a chunk */
    unsigned pending;           /* flags for the next action */
    int odd;                    /* the newest observation is out of range */
    /* the running chunk and the one before (for warm starts and frozen actions) */
    double *chunk, *x, *d, *known; /* (rows, wide): in units, actions first; being denoised;
                                      denoised; past actions and the last chunk's rest */
    double *did;                   /* (lead, action) what followed the older observations */
    int64_t t_chunk;
    int has_chunk, goal_changed;
    /* what went out last */
    double *last, *speed;
    double *lo, *hi, *rate, *accel, *hold;
    int64_t t_last;
    int has_last, has_speed;
    double *from; /* the action that a ramp to hold began with, at t_from */
    int64_t t_from;
    int holding;
    /* network */
    sg_q8_watch *watch; /* sees what goes into matrices; NULL: none */
    sg_arena arena;
    sg_real *input, *token;
    sg_i_policy_ctx ctx, ctx_free; /* with the goal, and without it where guidance needs both */
    int guided;                    /* both are there */
    size_t mark, mark_ctx;         /* arena: before and after the contexts */
    double step_ns, encode_ns;     /* smoothed costs */
    double step_worst;             /* slowly forgotten maximum */
};

/* That an action went out. */
static inline void sg_i_policy_went_out(sg_policy_ws *ws, const double *action, int64_t now)
{
    memcpy(ws->last, action, (size_t)ws->p->m.net.dims.action * sizeof *action);
    ws->has_last = 1;
    ws->t_last = now;
}

/* a - b; times of a broken clock do not overflow. */
static inline int64_t sg_i_since(int64_t a, int64_t b)
{
    int64_t d;
    return __builtin_sub_overflow(a, b, &d) ? (a < b ? INT64_MIN : INT64_MAX) : d;
}

/* A policy from a model file, which is freed; as sg_policy_open. */
SG_MUST_CHECK sg_status sg_i_policy_open(sg_policy **p, sg_model *file, sg_error *err);

int64_t sg_i_policy_clock(const sg_policy_ws *ws);
/* Encodes the window and the goals. */
void sg_i_policy_context(sg_policy_ws *ws);
/* Denoises ws->x, ws->d from scratch by the deadline; returns the steps done. 0: ws->d is not
 * valid. */
int sg_i_policy_denoise_chunk(sg_policy_ws *ws, int64_t deadline);
/* Limits, rate, acceleration; NAN never leaves. Returns CLIPPED or 0. */
unsigned sg_i_policy_limit(sg_policy_ws *ws, double *action, int64_t now);

#endif
