/* Block-Push, multimodal [FLZW21, SCAP22]: the tip of an arm pushes two blocks into two target
 * zones, either block into either zone, in either order: four ways. The simulator is MuJoCo.
 *
 * State (16), m and rad: block x, y, yaw, the same of block 2, tip x, y, where the tip is sent x,
 * y, target x, y, yaw, the same of target 2. Action (2): by how much the place that the tip is sent
 * to moves in 0.1 s, m. See doc/blockpush.md. */
#ifndef SG_POLICY_BLOCKPUSH_H
#define SG_POLICY_BLOCKPUSH_H

#include "env.h"

extern const sg_i_env sg_i_blockpush;

/* places in a state */
enum { SG_BP_BLOCK = 0, SG_BP_TIP = 6, SG_BP_AIM = 8, SG_BP_TARGET = 10, SG_BP_STATE = 16 };

/* workspace of the tip, m */
#define SG_BP_X0 0.15
#define SG_BP_X1 0.7
#define SG_BP_Y0 -0.5
#define SG_BP_Y1 0.5

static inline const double *sg_i_bp_block(const double *state, int b)
{
    return state + SG_BP_BLOCK + 3 * b;
}

static inline const double *sg_i_bp_target(const double *state, int t)
{
    return state + SG_BP_TARGET + 3 * t;
}

/* Distance of block b from target t, m. */
double sg_i_bp_distance(const double *state, int b, int t);

/* The start of a seed: drawn with NumPy's RandomState(seed) in the published order; which target is
 * left, published as an unseeded draw, comes from the same stream. */
void sg_i_blockpush_start(uint32_t seed, double state[SG_BP_STATE]);

/* The scripted demonstrator (blockpush_oracle.c). */
extern const sg_i_expert sg_i_blockpush_oracle;

#ifdef SG_HAVE_MUJOCO
/* the simulation (blockpush_mujoco.c) */
sg_status sg_i_blockpush_open(sg_i_world **w, const char *scene, sg_error *err);
void sg_i_blockpush_close(sg_i_world *w);
void sg_i_blockpush_reset(sg_i_world *w, uint32_t seed);
void sg_i_blockpush_set(sg_i_world *w, const double *state);
void sg_i_blockpush_get(const sg_i_world *w, double *state);
void sg_i_blockpush_step(sg_i_world *w, const double *action);
#endif

#endif
