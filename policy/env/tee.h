/* The T-shaped block of Push-T: geometry in its own frame, pixels. */
#ifndef SG_POLICY_TEE_H
#define SG_POLICY_TEE_H

/* Two disjoint rectangles (bar and stem), corners in order around each. */
extern const double sg_i_tee[2][4][2];

/* Pose of a block: its origin (px) and angle (rad); a point p of its frame lies at xy + R(angle) p.
 */
typedef struct sg_i_pose {
    double x, y, angle;
} sg_i_pose;

/* Area that the T at poses a and b share, over the area of one T: 0..1. Exact up to rounding, by
 * clipping the convex parts against each other. */
double sg_i_tee_coverage(const sg_i_pose *a, const sg_i_pose *b);

#endif
