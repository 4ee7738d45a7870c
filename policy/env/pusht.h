/* Push-T [CXF23]: a disc pushes a T onto its outline; 512 x 512 px, y down. The simulator is
 * Chipmunk 7.
 *
 * State (5): agent x, y, block x, y (px), block angle (rad, [0, 2 pi)). Action (2): where the agent
 * shall go, px; a PD controller moves it for 0.1 s. */
#ifndef SG_POLICY_PUSHT_H
#define SG_POLICY_PUSHT_H

#include "env.h"

extern const sg_i_env sg_i_pusht;

/* RandomState(seed)'s start: agent xy, block xy, block angle, before physics. */
void sg_i_pusht_start(uint32_t seed, double state[5]);

#ifdef SG_HAVE_CHIPMUNK
/* the simulation (pusht_chipmunk.c) */
sg_status sg_i_pusht_open(sg_i_world **w, const char *scene, sg_error *err);
void sg_i_pusht_close(sg_i_world *w);
void sg_i_pusht_reset(sg_i_world *w, uint32_t seed);
void sg_i_pusht_set(sg_i_world *w, const double *state);
void sg_i_pusht_get(const sg_i_world *w, double *state);
void sg_i_pusht_step(sg_i_world *w, const double *action);
#endif

#endif
