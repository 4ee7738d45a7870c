/* What a robot's description says about the limits of its joints: URDF or MJCF. For the tools; the
 * runtime reads no XML. */
#ifndef SG_POLICY_ROBOT_H
#define SG_POLICY_ROBOT_H

#include <sigen/error.h>

typedef struct sg_i_joint_limits {
    double lo, hi; /* rad or m; INFINITY: turns without end */
    double rate;   /* rad/s or m/s; INFINITY: not told */
} sg_i_joint_limits;

/* Limits of the joint (of MJCF also: actuator) of this name. text (len) is the file's content, file
 * its name for messages.
 *   URDF: limit lower, upper, velocity; where a safety_controller narrows them, its soft limits.
 *   MJCF: range of a joint, in degrees unless the compiler's angle says radian, or else ctrlrange
 * of an actuator; from their class of defaults where they do not say themselves. No <include>.
 * SG_EPARSE (not well-formed, a document type, no robot, no such joint, no number; names the
 * line), SG_ENOTSUP (a joint without a limit of its kind), SG_ELIMIT, SG_ENOMEM. Allocates and
 * frees. */
SG_MUST_CHECK sg_status sg_i_robot_limits(sg_i_joint_limits *limits, const char *text, size_t len,
                                          const char *file, const char *joint, sg_error *err);

#endif
