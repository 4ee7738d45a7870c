/* Environments: one row each. A world is one simulation; one thread per world. */
#ifndef SG_POLICY_ENV_H
#define SG_POLICY_ENV_H

#include <sigen/error.h>
#include <sigen/rng.h>

#define SG_ENV_STATE  40 /* most numbers of a state, an action, an observation, a goal */
#define SG_ENV_ACTION 9
#define SG_ENV_OBS    48
#define SG_ENV_GOAL   24
#define SG_ENV_TASKS  8 /* most tasks */

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

/* Rows of a recording that has `columns` of them: which columns a state begins with. */
typedef struct sg_i_record {
    size_t columns; /* 0 ends the table */
    struct {
        size_t from, n;
    } part[2];
} sg_i_record;

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
    const sg_i_record *records; /* the first one holds whole states */
    int own_scene;              /* the user names the scene; else there is one */

    /* NULL when built without the simulator. scene: a file, NULL without own_scene. SG_ENOMEM;
     * SG_EIO, SG_EPARSE: no such scene, or not one of this environment. *w is NULL on failure. */
    sg_status (*open)(sg_i_world **w, const char *scene, sg_error *err);
    void (*close)(sg_i_world *w);                            /* accepts NULL */
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
    /* Tasks that count once done, whatever becomes of them: the state has the place of each in the
     * order in which they were done, 0: not yet, from state[tally] on. n_tasks 0: none. */
    const char *const *tasks;
    int n_tasks, tally;
    /* Fills the tally of a state from the state before it (NULL: a start); NULL: there is none. */
    void (*count)(const double *before, double *state);
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
/* The record of so many columns; NULL and err (SG_EPARSE, names the known widths). */
const sg_i_record *sg_i_env_record(const sg_i_env *e, size_t columns, sg_error *err);
/* A world: SG_ENOTSUP without the simulator, SG_EINVAL: the scene is missing, or not wanted;
 * otherwise as `open`. */
SG_MUST_CHECK sg_status sg_i_env_open(const sg_i_env *e, sg_i_world **w, const char *scene,
                                      sg_error *err);
const char *sg_i_env_name(size_t k); /* for the option tables: NULL after the last */

#endif
