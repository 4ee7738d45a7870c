/* Constraints on chains of points, restored by projection: a step of a sampler may hold its
 * estimate of the data to them. Pure functions, no allocation. */
#ifndef SIGEN_CONSTRAINT_H
#define SIGEN_CONSTRAINT_H

#include <sigen/error.h>

SG_BEGIN_DECLS

/* Lengths in the points' unit. */
typedef struct sg_chain_rule {
    double bond;             /* distance of neighbours along the chain */
    double keep_lo, keep_hi; /* neighbours as far apart as this are left alone; equal: none are */
    double apart;            /* least distance of points that are ... */
    size_t from;             /* ... at least so many places apart, >= 2 */
} sg_chain_rule;

/* Moves x (n,3) towards the rule by Jacobi sweeps [MHHR07]: in each, every violated bond moves its ends by a
 * third of its error each, every pair that is too near by half of what it lacks, all at once. Turns
 * with the points; the centroid stays. work: (3n) doubles. Returns the largest move of a point.
 * Pairs closer than 1e-9 have no direction and are left. */
SG_API double sg_chain_project(double *x, size_t n, const sg_chain_rule *rule, size_t sweeps,
                               double *work);

SG_END_DECLS
#endif
