/* What environments on MuJoCo share. */
#ifndef SG_POLICY_MUJOCO_H
#define SG_POLICY_MUJOCO_H

#include <mujoco/mujoco.h>
#include <sigen/error.h>

/* A scene from an MJCF file, of vfs or, where that is NULL, of the file system, and its state; both
 * the caller's to delete, NULL on failure. MuJoCo's warnings are dropped from then on: they would
 * go to a file in the current folder. SG_EPARSE: no scene, the message is MuJoCo's; SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_mujoco_load(mjModel **model, mjData **data, const char *path,
                                         const mjVFS *vfs, sg_error *err);

#endif
