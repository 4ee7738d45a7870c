/* Counter-based random streams: Philox4x32-10 [SMD11].
 *
 * A stream is a pure function of (seed, sample, stream): nothing to checkpoint, any sample can be
 * regenerated alone, and results do not depend on threads, shards or batch sizes.
 *   key     = seed (64 bits)
 *   counter = (block, stream, sample low, sample high)
 * One block gives four 32-bit words = two uniforms = two normals. Not for cryptography. */
#ifndef SIGEN_RNG_H
#define SIGEN_RNG_H

#include <sigen/api.h>

SG_BEGIN_DECLS

typedef struct sg_rng {
    uint32_t key[2];
    uint32_t ctr[4];
    uint32_t out[4];
    int used;      /* words of `out` already handed out, 0..4 */
    int has_spare; /* a second Box-Muller normal waits in `spare` */
    double spare;
} sg_rng;

/* One Philox4x32-10 block [SMD11]: out = philox(ctr, key). */
SG_API void sg_philox(uint32_t out[4], const uint32_t ctr[4], const uint32_t key[2]);

/* Stream number `stream` of sample `sample` under `seed`. `stream` separates purposes. */
SG_API void sg_rng_init(sg_rng *r, uint64_t seed, uint64_t sample, uint32_t stream);

SG_API uint32_t sg_rng_u32(sg_rng *r);
SG_API uint64_t sg_rng_u64(sg_rng *r);

/* Uniform in [0, 1), 53 bits. */
SG_API double sg_rng_uniform(sg_rng *r);

/* Integer in [0, n), unbiased (rejection); n >= 1. */
SG_API uint32_t sg_rng_below(sg_rng *r, uint32_t n);

/* N(0, 1) by Box-Muller in double. */
SG_API double sg_rng_normal(sg_rng *r);
SG_API void sg_rng_normals(sg_rng *r, double *z, size_t n);

/* Gamma(shape, 1), shape > 0 [MT00], and Beta(a, b) from two of them. */
SG_API double sg_rng_gamma(sg_rng *r, double shape);
SG_API double sg_rng_beta(sg_rng *r, double a, double b);

/* Index drawn with probability w[k] / sum w; w >= 0, sum > 0. */
SG_API size_t sg_rng_choice(sg_rng *r, const double *w, size_t n);

SG_END_DECLS
#endif
