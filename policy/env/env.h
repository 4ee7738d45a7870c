/* Environments: one row each. A world is one simulation; one thread per world. */
#ifndef SG_POLICY_ENV_H
#define SG_POLICY_ENV_H

#include <sigen/error.h>
#include <sigen/rng.h>

#define SG_ENV_STATE  16 /* most numbers of a state, an action, an observation, a goal */
#define SG_ENV_ACTION 4
#define SG_ENV_OBS    48
#define SG_ENV_GOAL   8

typedef struct sg_i_world sg_i_world;

/* A scripted demonstrator; its memory is `size` bytes of the caller's. */
typedef struct sg_i_expert {
    size_t size;
    void (*begin)(void *self, sg_rng *rng); /* a new episode: draws what it will do */
    void (*act)(void *self, const double *state, double *action);
} sg_i_expert;

/* How a state is drawn: figures that stay where the first state has them, then those that move; the
 * way of the last one is shown. px, y downwards. */
typedef struct sg_i_picture {
    int width, height, n_still, n;
    const struct sg_i_figure {
        const char *class, *element; /* style; SVG around the figure's own origin */
        int turns;                   /* shown with its angle */
    } * figure;
    /* x, y, angle (rad) of figure k */
    void (*pose)(const double *state, const double *goal, int k, double pose[3]);
} sg_i_picture;

/* An episode bears the mark when it scored that much. */
typedef struct sg_i_mark {
    const char *name; /* NULL ends the table */
    double score;
} sg_i_mark;

#define SG_ENV_WAYS 8 /* most ways */

typedef struct sg_i_env {
    const char *name, *summary;
    int n_state, n_action, n_obs, n_goal;
    const char *const *obs_names, *const *action_names, *const *goal_names;
    double period;                       /* s, an action is held this long */
    int max_steps;                       /* of an episode as published */
    double success;                      /* an episode ends when coverage exceeds this */
    double full;                         /* the coverage that scores 1 */
    const double *action_lo, *action_hi; /* (n_action) what the task allows */
    const int *action_base;  /* (n_action) observation that an action is counted from, -1: none */
    double replay_tolerance; /* p95 of the block's error in a faithful replay */

    sg_i_world *(*open)(sg_error *err); /* NULL: SG_ENOTSUP when built without the simulator */
    void (*close)(sg_i_world *w);
    void (*reset)(sg_i_world *w, uint32_t seed);             /* a start as published */
    void (*set)(sg_i_world *w, const double *state);         /* at rest in a recorded state */
    void (*get)(const sg_i_world *w, double *state);         /* (n_state) */
    void (*step)(sg_i_world *w, const double *action);       /* one period */
    double (*coverage)(const double *state);                 /* 0..1: how far the task is done */
    double (*block_error)(const double *a, const double *b); /* between two states, in px or m */
    void (*observe)(const double *state, double *obs);       /* what a policy sees */
    void (*goal)(const double *state, double *goal);         /* the state as a goal */
    void (*published_goal)(double *goal);
    /* The state and the action seen in the task's mirror; NULL: it has none. */
    void (*mirror)(double *state, double *action);
    const sg_i_mark *marks; /* shares of episodes that are reported by name; NULL: none */
    int overlaps;           /* coverage is that of two equal areas: it has an IoU */
    /* Which of n_ways ways of solving the task a state shows, -1: none yet; NULL: one way only. */
    int (*way)(const double *state);
    int n_ways;
    const sg_i_expert *expert; /* NULL: there is none */
    const sg_i_picture *picture;
    double (*coverage_of)(const double *state, const double *goal); /* coverage of any goal */
    void (*drawn_goal)(uint32_t seed, double *goal); /* a goal anywhere; both NULL: fixed goal */
    const int *frame; /* observations x, y, cos, sin of the pose that goals and actions are told
                         relative to; NULL: none */
    /* Rigid motions that the task does not mind: one that puts the state anywhere; where it moves a
     * state or an action (either may be NULL); whether the outcome is possible. NULL: none. */
    void (*draw_motion)(const double *state, sg_rng *r, double m[3]);
    void (*move)(const double m[3], double *state, double *action);
    int (*possible)(const double *state, const double *action);
} sg_i_env;

extern const sg_i_env *const sg_i_envs[]; /* NULL behind the last */
/* By name; NULL and err (SG_EINVAL, names the known ones) if there is none. */
const sg_i_env *sg_i_env_find(const char *name, sg_error *err);
const char *sg_i_env_name(size_t k); /* for the option tables: NULL after the last */

#endif
