/* Robot actions from a trained policy, inside a control loop.
 *
 *   open once (allocates, checks everything)  ->  const sg_policy *, shared by any number of threads
 *   workspace in the caller's memory          ->  sg_policy_ws *, one per robot; one thread at a time
 *   every period:  sg_policy_observe(ws, obs, t);  sg_policy_act(ws, now, deadline, action, &report);
 *
 * observe and act allocate nothing, take no lock, do no input or output, start no thread, and make no
 * system call (time is read by clock_gettime, which the kernel serves in user space with the usual
 * clock sources; else give a clock of your own). They flush denormal numbers while they run and put
 * the processor's mode back. Same policy, options, seed and calls: same bits, on machines with FMA,
 * as long as no deadline cuts a chunk short.
 *
 * How a chunk is made. An observation is scaled, put after the window-1 earlier ones and encoded.
 * While there are fewer since the reset, the first one stands for each that is missing; a policy
 * trained with hidden observations is told instead that these are hidden. act denoises a chunk of
 * `horizon` actions when a new one is due: DDIM in sigma [KAAL22], x <- (s'/s) x + (1 - s'/s) D(x, s), sigma falling
 * geometrically from sigma_max to sigma_end, then 0. Action k of the chunk belongs to the time
 * t + k period, t the time of its observation; between them it is interpolated, or held.
 * The architecture `beso` also sees the actions that went out after the older observations, and
 * plans one: observe, act, observe, act. Where no action went out between two observations, those
 * before the second are forgotten.
 *
 * Times are nanoseconds of one monotonic clock. Actions and observations are in the policy's own
 * units, as named in its file. */
#ifndef SIGEN_POLICY_H
#define SIGEN_POLICY_H

#include <sigen/error.h>

SG_BEGIN_DECLS

typedef struct sg_policy sg_policy;
typedef struct sg_policy_ws sg_policy_ws;

/* What act tells about an action, besides the action. */
enum {
    SG_POLICY_LATE = 1 << 0,         /* the deadline left fewer steps than asked for, or none */
    SG_POLICY_CLIPPED = 1 << 1,      /* a limit, rate or acceleration changed the action */
    SG_POLICY_STALE_OBS = 1 << 2,    /* the newest observation is older than stale_ns */
    SG_POLICY_NAN_REJECTED = 1 << 3, /* an observation or a chunk that was not finite was dropped */
    SG_POLICY_FALLBACK = 1 << 4,     /* no chunk covers this time: the last action, or hold */
    SG_POLICY_OUT_OF_RANGE = 1 << 5, /* the newest observation is unlike those of the training */
};
#define SG_POLICY_FLAGS 6

typedef struct sg_policy_info {
    const char *env, *obs_names, *action_names, *goal_names; /* names separated by commas */
    int n_obs, n_action, n_goal; /* n_goal 0: a policy without goals */
    int window, horizon;
    size_t n_parameters;
    double period_s;
    const char *hash; /* of the file */
    int n_goals;      /* most goals at once */
    int predicts;     /* 1: sg_policy_forecast works */
    const char *arch; /* architecture of the network */
} sg_policy_info;

typedef struct sg_policy_opts {
    int steps;            /* denoising steps of a chunk at most, 1..64: 3 */
    int execute;          /* actions of a chunk carried out before the next, 1..horizon: horizon/2 */
    double sigma_end;     /* last noise level before 0, within the policy's: 0.05 */
    double warm_sigma;    /* start from the rest of the last chunk plus this much noise; 0: from
                             sigma_max, afresh */
    double noise;         /* factor of the starting noise; 1; other values change the law */
    int64_t freeze_ns;    /* actions due sooner than this after the observation stay as the last
                             chunk has them (inference while it is carried out): 0 */
    int64_t stale_ns;     /* 0: two periods */
    int64_t watchdog_ns;  /* without a new chunk for so long: hold. 0: horizon periods */
    int64_t ramp_ns;      /* from the last action to hold: one period */
    const double *hold;   /* (n_action) what to ramp to, e.g. zero velocities; copied.
                             NULL: the last action stays */
    int interpolate;      /* 1: linearly between the chunk's actions; 0: hold each: 0 */
    double range_slack;   /* OUT_OF_RANGE beyond this share of the training's range: 0.1 */
    const double *lo, *hi, *rate, *accel; /* (n_action) limits instead of the file's; copied.
                             rate: change per s; accel: its change per s; INFINITY: none */
    double guidance;      /* weight of the goal [HS22], D_free + w (D_goal - D_free): 1; 0: as without a
                             goal; others need two network calls a step */
    int64_t (*clock)(void *user); /* NULL: CLOCK_MONOTONIC. The clock of now and deadline */
    void *clock_user;
} sg_policy_opts;

typedef struct sg_policy_report {
    unsigned flags;       /* SG_POLICY_... of this action */
    int steps;            /* denoising steps done in this call; 0: the action is of an earlier chunk */
    int index;            /* place of the action in its chunk; -1: no chunk */
    int64_t obs_age_ns;   /* now less the time of the newest observation; -1: none yet */
} sg_policy_report;

typedef struct sg_policy_counts {
    uint64_t calls, chunks, steps;
    uint64_t observations, refused; /* observations taken; refused by observe */
    uint64_t flag[SG_POLICY_FLAGS]; /* actions with flag 1 << k */
} sg_policy_counts;

/* Opens a policy file; *p is NULL on failure. SG_EMODEL (any defect of the file, names what and
 * where), SG_EIO, SG_ENOMEM. Allocates. */
SG_API SG_MUST_CHECK sg_status sg_policy_open(sg_policy **p, const char *path, sg_error *err);
SG_API void sg_policy_close(sg_policy *p); /* accepts NULL; no workspace may be in use */
/* Texts belong to p. */
SG_API void sg_policy_describe(const sg_policy *p, sg_policy_info *info);

/* The values written above. */
SG_API sg_policy_opts sg_policy_opts_default(const sg_policy *p);

/* Bytes of a workspace. */
SG_API size_t sg_policy_ws_size(const sg_policy *p);
/* Makes a workspace in mem (64-byte aligned, at least sg_policy_ws_size bytes, the caller's; p must
 * outlive it). opts NULL: the defaults. Measures the cost of encoding and of a step; touches all of
 * the memory, so that nothing is paged in later. Seed 0, no goal. SG_EINVAL names what is wrong. */
SG_API SG_MUST_CHECK sg_status sg_policy_ws_init(sg_policy_ws **ws, const sg_policy *p, void *mem,
                                                 size_t size, const sg_policy_opts *opts,
                                                 sg_error *err);

/* Before an episode: forgets observations, chunk, last action and counters. */
SG_API void sg_policy_reset(sg_policy_ws *ws, uint64_t seed);

/* goal (n, n_goal): future states in the order in which they are to be reached; copied. n = 0: act
 * without a goal (goal may be NULL). Takes effect with the next observation, which then starts a new
 * chunk. SG_ENOTSUP (a policy without goals), SG_EINVAL (more than n_goals), SG_ENAN: the goals stay as
 * they were. */
SG_API SG_MUST_CHECK sg_status sg_policy_set_goals(sg_policy_ws *ws, const double *goal, int n);
/* One goal (n_goal), or NULL: none. */
SG_API SG_MUST_CHECK sg_status sg_policy_set_goal(sg_policy_ws *ws, const double *goal);

/* An observation (n_obs) made at t_ns. SG_ENAN (not finite) and SG_EINVAL (not newer than the last
 * one): it is counted and has no other effect, except that the next act carries NAN_REJECTED. */
SG_API SG_MUST_CHECK sg_status sg_policy_observe(sg_policy_ws *ws, const double *obs, int64_t t_ns);

/* The action (n_action) for now_ns, always within the limits, finished by deadline_ns as far as the
 * measured costs allow. r may be NULL. SG_OK; SG_EINVAL before the first observation: then the action
 * is hold, or where that is NULL the middle of the limits, FALLBACK is set, and it should not be
 * carried out. */
SG_API SG_MUST_CHECK sg_status sg_policy_act(sg_policy_ws *ws, int64_t now_ns, int64_t deadline_ns,
                                             double *action, sg_policy_report *r);

/* The chunk that is being carried out: (horizon, n_action), before the limits; NULL: there is none.
 * *t_ns the time of its first action. Valid until the next act. */
SG_API const double *sg_policy_chunk(const sg_policy_ws *ws, int64_t *t_ns);
/* What a policy that predicts expects to observe one period after each action of that chunk, if it is
 * carried out: (horizon, n_obs). NULL: no chunk, or a policy that does not predict. With freeze_ns
 * the actions due are given and what follows them is predicted. Valid until the next act. */
SG_API const double *sg_policy_forecast(const sg_policy_ws *ws, int64_t *t_ns);
SG_API void sg_policy_get_counts(const sg_policy_ws *ws, sg_policy_counts *c);
/* Smoothed costs: encoding an observation, one denoising step, ns. */
SG_API void sg_policy_get_costs(const sg_policy_ws *ws, double *encode_ns, double *step_ns);

SG_END_DECLS
#endif
