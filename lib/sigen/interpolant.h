/* Paths between base and data (doc/theory.md, "Paths"):
 *     x_t - mu = alpha(t) (x0 - mu) + beta(t) (x1 - mu) + gamma(t) z,   t = 0 base, t = 1 data.
 * One-sided: x0 ~ N(0, I) (or the base map's law) and gamma = 0; two-sided: any x0 [ABV23].
 * mu = 0 unless the state gives one (mean reverting). All functions are pure and thread-safe. */
#ifndef SIGEN_INTERPOLANT_H
#define SIGEN_INTERPOLANT_H

#include <sigen/error.h>

SG_BEGIN_DECLS

typedef struct sg_coeff {
    double alpha, beta, gamma;
    double dalpha, dbeta; /* d/dt */
    double gg;            /* gamma gamma', finite at both ends */
    double w;             /* alpha beta' - alpha' beta */
} sg_coeff;

/* gamma(t) of a two-sided path, with gg = gamma gamma'. */
typedef struct sg_gamma {
    const char *name, *summary;
    void (*at)(double t, double a, double *gamma, double *gg);
} sg_gamma;

SG_API extern const sg_gamma sg_gamma_brownian; /* sqrt(a t (1 - t)) */
SG_API extern const sg_gamma sg_gamma_parabola; /* t (1 - t) */
SG_API extern const sg_gamma sg_gamma_sine;     /* sin^2(pi t) */
SG_API extern const sg_gamma *const sg_gammas[];

#define SG_PATH_PARS 3

typedef struct sg_interpolant sg_interpolant;
typedef struct sg_path sg_path;

/* One row per path. */
struct sg_interpolant {
    const char *name, *summary, *cite;
    int exact_base;  /* alpha(0) = 1, beta(0) = 0: the base law is reached exactly */
    int exact_data;  /* alpha(1) = 0, beta(1) = 1 */
    int two_sided;   /* 1 always, 0 never, -1 when it has a gamma */
    int needs_gamma; /* (mirror is one-sided: its gamma is alpha) */
    int monotone;    /* lam(t) increases from base to data: exponential integrators may use it */
    size_t n_par;    /* parameters used */
    const char *par_name[SG_PATH_PARS];
    double par_default[SG_PATH_PARS];
    void (*coeff)(const sg_path *p, double t, sg_coeff *c);
    /* half log-SNR lam = log(beta/alpha), and its inverse (clamped to [0, 1]); NULL if !monotone */
    double (*lam)(const sg_path *p, double t);
    double (*t_of_lam)(const sg_path *p, double lam);
    sg_status (*check)(const sg_path *p, sg_error *err); /* of the parameters; NULL = all fine */
};

/* A row with its parameters: a value, copied freely. */
struct sg_path {
    const sg_interpolant *kind;
    double par[SG_PATH_PARS];
    const sg_gamma *gamma; /* NULL = one-sided */
    double a;              /* gamma's parameter */
};

SG_API extern const sg_interpolant sg_path_linear; /* 1-t, t: flow matching */
SG_API extern const sg_interpolant sg_path_shift;  /* s: lam of linear, less log s */
SG_API extern const sg_interpolant sg_path_trig;   /* cos, sin of pi t/2 */
SG_API extern const sg_interpolant sg_path_encdec; /* base -> noise -> data */
SG_API extern const sg_interpolant
    sg_path_mirror; /* data -> noisy data -> data: gamma on x0, beta = 1 */
SG_API extern const sg_interpolant sg_path_vp;    /* b0, b1 */
SG_API extern const sg_interpolant sg_path_subvp; /* b0, b1 */
SG_API extern const sg_interpolant sg_path_ve;    /* smin, smax: geometric sigma */
SG_API extern const sg_interpolant sg_path_edm;   /* smin, smax, rho: Karras sigma */
SG_API extern const sg_interpolant sg_path_mr;    /* s_inf, th0, th1: rate th0 + th1 u, u = 1 - t */
SG_API extern const sg_interpolant *const sg_interpolants[]; /* NULL behind the last */

/* A path of a row; par NULL = defaults, else kind->n_par values. SG_EINVAL / SG_EDOM on values
 * outside their range or a gamma where none is allowed (or missing). */
SG_API SG_MUST_CHECK sg_status sg_path_init(sg_path *p, const sg_interpolant *kind,
                                            const double *par, const sg_gamma *gamma, double a,
                                            sg_error *err);
SG_API const sg_interpolant *sg_interpolant_find(const char *name);

/* The linear one-sided path, the default of new components. */
SG_API sg_path sg_path_default(void);

/* Coefficients at t in [0, 1]. */
SG_API void sg_path_coeff(const sg_path *p, double t, sg_coeff *c);
/* lam(t): -inf at an exact base, +inf at exact data; NaN where the path has no clock. */
SG_API double sg_path_lam(const sg_path *p, double t);
SG_API double sg_path_t_of_lam(const sg_path *p, double lam);
static inline int sg_path_one_sided(const sg_path *p)
{
    return p->gamma == NULL || p->kind->two_sided == 0;
}

/* eps(t) >= 0 of the SDE dx = (b + eps s) dt + sqrt(2 eps) dW: row, factor, upper limit (0 = none).
 */
typedef struct sg_eps {
    double (*at)(const sg_path *p, double t, double a);
    double a, cap;
} sg_eps;
SG_API double sg_eps_constant(const sg_path *p, double t, double a);
/* a alpha w/beta: a = 1 is the reverse SDE of Song et al. [SSK21]; infinite at an exact base: cap
 * it. */
SG_API double sg_eps_reverse(const sg_path *p, double t, double a);
/* a alpha(t), vanishing at the data. */
SG_API double sg_eps_alpha(const sg_path *p, double t, double a);
/* at == NULL is eps = 0. */
SG_API double sg_eps_at(const sg_eps *e, const sg_path *p, double t);

/* Preconditioning of a network for any one-sided path [KAAL22]: sigma = alpha/beta, y = x/beta,
 * D1 = c_skip y + c_out F(c_in y, c_noise), c_noise = log(sigma)/4; sd = standard deviation of the
 * data. */
typedef struct sg_precond {
    double c_skip, c_out, c_in, c_noise, inv_beta;
} sg_precond;
SG_API void sg_path_precond(const sg_path *p, double t, double sd, sg_precond *c);

SG_END_DECLS
#endif
