/* clang-format off */
/* Paths on curved spaces (rotations, angles; doc/theory.md, "Curved spaces"). A one-sided path is
 * read in one of two ways:
 *     geodesic     linear, shift, trig:  x_t = x0 exp(kappa log(x0^{-1} x1)), kappa(t) = beta(t);
 *                  x0 the uniform law (or any other)  [CL24, YCF23]
 *     heat kernel  ve, edm (beta = 1):  x_t = Brownian motion from x1 at variance alpha(t)^2 per
 *                  axis, for rotations IGSO(3) [DMH22, YTD23]. The base law is uniform up to
 *                  exp(-alpha(0)^2): smax = 3 or 4 will do.
 * Other paths have no meaning here and are refused. Fields give b or s as tangent vectors, D1 as a
 * point; a pair (b, s) where a sampler needs both. Pure functions, thread-safe, no allocation. */
/* clang-format on */
#ifndef SIGEN_CURVED_H
#define SIGEN_CURVED_H

#include <sigen/system.h>

SG_BEGIN_DECLS

typedef enum sg_curved {
    SG_CURVED_NONE = 0,
    SG_CURVED_GEODESIC,
    SG_CURVED_HEAT,
} sg_curved;

/* How a curved space takes the path. */
SG_API sg_curved sg_curved_kind(const sg_path *p);

/* x_t on the way from x0 to x1, all (len). Geodesic: as above. Heat kernel: x1 exp(alpha x0) with
 * x0 a tangent vector, which for standard normal x0 has the kernel's law up to O(alpha^2) (exactly
 * on the torus; sg_igso3_draw is exact for rotations). x0 NULL: xt = x1. xt aliases neither.
 * SG_ENOTSUP for other paths. */
SG_API SG_MUST_CHECK sg_status sg_curved_sample(const sg_space *sp, const sg_path *p, double t,
                                                const double *x0, const double *x1, double *xt,
                                                size_t n, size_t width, sg_error *err);

/* sg_convert for curved spaces: out (len) in the parameter `want` at the point x.
 *   geodesic     b = kappa'/(1 - kappa) log(x^{-1} D1)      D1 = x exp((1 - kappa)/kappa' b)
 *   heat kernel  b = -alpha alpha' s                        s = -b/(alpha alpha')
 * in0, in1: what have[0], have[1] give (in1 unused for SG_PARAM_NONE). With D1 a fixed x1 this b is
 * the regression target kappa' log(x0^{-1} x1) of [CL24]. 1 - kappa is held above SG_CLAMP. out may
 * alias in0. SG_ENOTSUP when the pair does not determine `want`. */
SG_API SG_MUST_CHECK sg_status sg_curved_convert(const sg_space *sp, const sg_path *p, double t,
                                                 const sg_param have[2], const double *x,
                                                 const double *in0, const double *in1,
                                                 sg_param want, double *out, size_t n, size_t width,
                                                 sg_error *err);

SG_END_DECLS
#endif
