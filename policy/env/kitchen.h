/* Franka Kitchen [GKLLH19]: a Panda arm with two fingers opens doors, turns knobs and moves a
 * kettle. The scene is the user's own copy, in the names of either public version.
 *
 * State (37): what was observed last, of 9 robot joints and 21 numbers of the kitchen (rad, m; the
 * kettle's x, y, z and quaternion), then, for each of 7 tasks, its place in the order in which they
 * were done, 0: not yet. Action (9): speeds of the robot's joints, of 2 rad/s or m/s. See
 * doc/kitchen.md. */
#ifndef SG_POLICY_KITCHEN_H
#define SG_POLICY_KITCHEN_H

#include "env.h"

extern const sg_i_env sg_i_kitchen;

enum {
    SG_KI_JOINTS = 9,                           /* of the robot, first in a state */
    SG_KI_HINGES = 14,                          /* hinges and slides of the kitchen, next */
    SG_KI_KETTLE = SG_KI_JOINTS + SG_KI_HINGES, /* its pose, 7 */
    SG_KI_SEEN = 30,                            /* all of these */
    SG_KI_TASKS = 7,
    SG_KI_STATE = SG_KI_SEEN + SG_KI_TASKS
};

#define SG_KI_PERIOD 0.08 /* s */

/* The published start. */
extern const double sg_i_kitchen_start[SG_KI_SEEN];
/* How far the task k is from done: distance of its element from where it shall be. */
double sg_i_kitchen_distance(const double *state, int k);
/* The tally of a state; before: NULL at a start. */
void sg_i_kitchen_count(const double *before, double *state);

#ifdef SG_HAVE_MUJOCO
/* the simulation (kitchen_mujoco.c) */
sg_status sg_i_kitchen_open(sg_i_world **w, const char *scene, sg_error *err);
void sg_i_kitchen_close(sg_i_world *w);
void sg_i_kitchen_reset(sg_i_world *w, uint32_t seed);
void sg_i_kitchen_set(sg_i_world *w, const double *state);
void sg_i_kitchen_get(const sg_i_world *w, double *state);
void sg_i_kitchen_step(sg_i_world *w, const double *action);
#endif

#endif
