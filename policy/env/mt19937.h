/* The generator of NumPy's RandomState, so that published seeds mean the same starts: MT19937
 * [MN98] with NumPy's legacy integers and normals. Not used for anything else. */
#ifndef SG_POLICY_MT19937_H
#define SG_POLICY_MT19937_H

#include <stdint.h>

typedef struct sg_i_mt {
    uint32_t key[624];
    int pos, has_gauss;
    double gauss;
} sg_i_mt;

void sg_i_mt_seed(sg_i_mt *m, uint32_t seed); /* RandomState(seed) */
uint32_t sg_i_mt_u32(sg_i_mt *m);
double sg_i_mt_uniform(sg_i_mt *m);                           /* random_sample() */
uint32_t sg_i_mt_range(sg_i_mt *m, uint32_t lo, uint32_t hi); /* randint(lo, hi), lo < hi */
double sg_i_mt_normal(sg_i_mt *m);                            /* randn() */

#endif
