/* Where one component of a state lives (doc/theory.md, "Spaces").
 *
 * A space is a const table of functions over a flat array of n elements with `width` reals each
 * (`width` = classes for a categorical space). Sizes are ragged: n belongs to the state, never to
 * the space. Samplers of flat spaces use plain vector arithmetic; curved ones (flat == 0:
 * rotations, angles) are moved by `retract` and `log` alone (curved.h), so a module can bring its
 * own table. Tangent vectors are as long as points, in an orthonormal frame that moves with the
 * point. All functions are pure: thread-safe, no allocation. */
#ifndef SIGEN_SPACE_H
#define SIGEN_SPACE_H

#include <sigen/error.h>
#include <sigen/rng.h>

SG_BEGIN_DECLS

typedef struct sg_space sg_space;
struct sg_space {
    const char *name, *summary, *cite;
    int categorical; /* tokens 0..width-1, and width itself = the mask; no reals */
    int flat;        /* x + h v is a retraction and y - x its logarithm */
    /* number of doubles that hold n elements (tokens if categorical), and degrees of freedom */
    size_t (*len)(size_t n, size_t width);
    size_t (*dof)(size_t n, size_t width);
    /* the standard base law: flat spaces N(0, I), compact ones the uniform law; (len) out */
    void (*draw)(double *x, size_t n, size_t width, sg_rng *rng);
    /* a standard normal tangent vector; flat spaces: as draw; (len) out */
    void (*noise)(double *v, size_t n, size_t width, sg_rng *rng);
    /* in place: v onto the space: a point, on flat spaces a tangent vector alike */
    void (*project)(double *v, size_t n, size_t width);
    /* y = x moved by h v; may alias x. NULL for categorical */
    void (*retract)(double *y, const double *x, const double *v, double h, size_t n, size_t width);
    /* v with retract(x, v, 1) = y */
    void (*log)(double *v, const double *x, const double *y, size_t n, size_t width);
    double (*inner)(const double *u, const double *v, size_t n, size_t width);
    /* log density of sd times the standard base law, with respect to the space's own volume
     * (compact spaces: the uniform law itself, whatever sd) */
    double (*logp0)(const double *x, double sd, size_t n, size_t width);
    /* charts (NULL = identity): natural coordinates x <-> the y that the samplers move;
     * to_chart returns log |det dx/dy|, so log p_X = log p_Y - that. May alias. */
    double (*to_chart)(double *y, const double *x, size_t len);
    void (*from_chart)(double *x, const double *y, size_t len);
};

/* R^{n width}. */
SG_API extern const sg_space sg_space_real;
/* n points of `width` coordinates whose mean is zero; dof = width (n - 1). The base law is the
 * projected Gaussian: log p = -<x,x>/(2 s^2) - dof/2 log(2 pi s^2) [KKN20]. */
SG_API extern const sg_space sg_space_centred;
/* Symmetric n x n matrices with zero diagonal and `width` channels: the packed upper triangle, pair
 * (i < j) at sg_pair_index(i, j, n), channels fastest. len = dof = width n (n - 1)/2. */
SG_API extern const sg_space sg_space_sym0;
/* Positive reals through y = log x: states hold y [SPS25]. */
SG_API extern const sg_space sg_space_positive;
/* n times `width` angles in radians, each in [-pi, pi): retract wraps x + h v, log is the shortest
 * way. Base law uniform; logp0 = 0 with respect to it [CL24]. */
SG_API extern const sg_space sg_space_torus;
/* n times `width` rotations, each as its rotation vector (axis times angle in radians, 3 reals,
 * length <= pi; zeros = identity). retract = x exp(h v), log = log(x^{-1} y), v in the body frame:
 * a rotation of the outer frame, x -> q x, leaves v alone. Base law uniform (Haar); logp0 = 0 with
 * respect to it [YTD23]. Matrices, quaternions, heat kernel: so3.h. A frozen rotation has all three
 * values frozen. */
SG_API extern const sg_space sg_space_so3;
/* n tokens of `width` classes plus the mask, whose index is `width`. */
SG_API extern const sg_space sg_space_categorical;

/* All tables above; NULL behind the last. */
SG_API extern const sg_space *const sg_spaces[];

/* Position of the pair i < j < n in row-major upper-triangle order. */
static inline size_t sg_pair_index(size_t i, size_t j, size_t n)
{
    return i * (2 * n - i - 1) / 2 + (j - i - 1);
}

/* A fixed linear map L: the base law becomes that of L z, then projected. Acts on each of the
 * `width` columns alike. Given by the caller as a const object; see sg_map_ar1 and sg_map_scale. */
typedef struct sg_map sg_map;
struct sg_map {
    void (*apply)(const sg_map *m, double *x, size_t n, size_t width); /* x <- L x, in place */
    void (*solve)(const sg_map *m, double *x, size_t n, size_t width); /* x <- L^{-1} x */
    double (*logdet)(const sg_map *m, size_t n); /* log |det L| of one column */
    double par[2];
    const void *data; /* for maps of the caller */
};

/* Stationary chain: x_0 = sigma z_0, x_i = rho x_{i-1} + sigma sqrt(1 - rho^2) z_i; |rho| < 1. */
SG_API sg_map sg_map_ar1(double rho, double sigma);
/* x = sigma z. */
SG_API sg_map sg_map_scale(double sigma);

/* Draws the base law: white when m is NULL, else projected L z. (len) out. */
SG_API void sg_base_draw(const sg_space *sp, const sg_map *m, double *x, size_t n, size_t width,
                         sg_rng *rng);
/* Its log density at x, scaled by sd. On the centred space with Sigma = L L^T per column:
 * quadratic form x'Ax - (1'Ax)^2/(1'A1), A = Sigma^{-1}; pdet = det Sigma (1'A1)/n.
 * scratch: (len + n) doubles. Only flat spaces. */
SG_API double sg_base_logp(const sg_space *sp, const sg_map *m, const double *x, double sd,
                           size_t n, size_t width, double *scratch);

SG_END_DECLS
#endif
