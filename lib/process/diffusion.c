/* Diffusion paths. Their time is u = 1 - t (0 data, 1 noise); lm = log of the signal coefficient.
 */
#include <config.h>
#include <sigen/interpolant.h>

#include <math.h>

#define TINY 1e-12 /* alpha below which alpha' is cut off: it is infinite at exact data */

/* lm = -(r0 u + r1 u^2)/1 with rate 2 (r0 + 2 r1 u): VP has r0 = b0/2, r1 = (b1 - b0)/4 */
static double quad_lm(double r0, double r1, double u)
{
    return -u * (r0 + r1 * u);
}

/* u >= 0 with r0 u + r1 u^2 = L, free of cancellation also when r1 = 0 */
static double quad_u(double r0, double r1, double L)
{
    if (isinf(L))
        return INFINITY;
    double d = r0 + sqrt(r0 * r0 + 4 * r1 * L);
    return d > 0 ? 2 * L / d : 0;
}

static double softplus(double x) /* log(1 + e^x) */
{
    return x > 35 ? x : log1p(exp(x));
}

/* alpha = s sqrt(1 - beta^2), beta = exp(lm) */
static void preserving(double s, double lm, double dlm, sg_coeff *c)
{
    double n = sqrt(-expm1(2 * lm));
    c->beta = exp(lm);
    c->dbeta = c->beta * dlm;
    c->alpha = s * n;
    c->dalpha = -s * c->beta * c->dbeta / fmax(n, TINY);
}

static void vp_coeff(const sg_path *p, double t, sg_coeff *c)
{
    double u = 1 - t, r0 = p->par[0] / 2, r1 = (p->par[1] - p->par[0]) / 4;
    preserving(1, quad_lm(r0, r1, u), r0 + 2 * r1 * u, c);
}

static double vp_lam(const sg_path *p, double t)
{
    double lm = quad_lm(p->par[0] / 2, (p->par[1] - p->par[0]) / 4, 1 - t);
    return lm - 0.5 * log(-expm1(2 * lm));
}

static double vp_t(const sg_path *p, double lam)
{
    return 1 - quad_u(p->par[0] / 2, (p->par[1] - p->par[0]) / 4, softplus(-2 * lam) / 2);
}

static void subvp_coeff(const sg_path *p, double t, sg_coeff *c)
{
    double u = 1 - t, r0 = p->par[0] / 2, r1 = (p->par[1] - p->par[0]) / 4;
    double lm = quad_lm(r0, r1, u);
    c->beta = exp(lm);
    c->dbeta = c->beta * (r0 + 2 * r1 * u);
    c->alpha = -expm1(2 * lm);
    c->dalpha = -2 * c->beta * c->dbeta;
}

static double subvp_lam(const sg_path *p, double t)
{
    double lm = quad_lm(p->par[0] / 2, (p->par[1] - p->par[0]) / 4, 1 - t);
    return lm - log(-expm1(2 * lm));
}

static double subvp_t(const sg_path *p, double lam)
{
    /* beta = 2 e^lam/(1 + sqrt(1 + 4 e^{2 lam})), which is e^lam long before e^-lam overflows */
    double e = exp(-lam), lm = lam < -300 ? lam : log(2) - log(e + sqrt(e * e + 4));
    return 1 - quad_u(p->par[0] / 2, (p->par[1] - p->par[0]) / 4, -lm);
}

static void ve_coeff(const sg_path *p, double t, sg_coeff *c)
{
    double r = log(p->par[1] / p->par[0]);
    c->alpha = p->par[0] * exp(r * (1 - t));
    c->dalpha = -r * c->alpha;
    c->beta = 1;
    c->dbeta = 0;
}

static double ve_lam(const sg_path *p, double t)
{
    return -log(p->par[0]) - (1 - t) * log(p->par[1] / p->par[0]);
}

static double ve_t(const sg_path *p, double lam)
{
    return 1 - (-lam - log(p->par[0])) / log(p->par[1] / p->par[0]);
}

/* sigma^{1/rho} linear in t from smax to smin [KAAL22] */
static double edm_root(const sg_path *p, double t, double *d)
{
    double a = pow(p->par[1], 1 / p->par[2]), b = pow(p->par[0], 1 / p->par[2]);
    *d = b - a;
    return a + t * (b - a);
}

static void edm_coeff(const sg_path *p, double t, sg_coeff *c)
{
    double d, r = edm_root(p, t, &d);
    c->alpha = pow(r, p->par[2]);
    c->dalpha = p->par[2] * pow(r, p->par[2] - 1) * d;
    c->beta = 1;
    c->dbeta = 0;
}

static double edm_lam(const sg_path *p, double t)
{
    double d, r = edm_root(p, t, &d);
    return -p->par[2] * log(r);
}

static double edm_t(const sg_path *p, double lam)
{
    double d, a = edm_root(p, 0, &d);
    return (exp(-lam / p->par[2]) - a) / d;
}

static void mr_coeff(const sg_path *p, double t, sg_coeff *c)
{
    double u = 1 - t, r0 = p->par[1], r1 = p->par[2] / 2;
    preserving(p->par[0], quad_lm(r0, r1, u), r0 + 2 * r1 * u, c);
}

static double mr_lam(const sg_path *p, double t)
{
    double lm = quad_lm(p->par[1], p->par[2] / 2, 1 - t);
    return lm - 0.5 * log(-expm1(2 * lm)) - log(p->par[0]);
}

static double mr_t(const sg_path *p, double lam)
{
    return 1 - quad_u(p->par[1], p->par[2] / 2, softplus(-2 * (lam + log(p->par[0]))) / 2);
}

static sg_status vp_check(const sg_path *p, sg_error *err)
{
    if (p->par[0] > 0 && p->par[1] >= p->par[0])
        return SG_OK;
    return sg_fail(err, SG_EDOM, "path %s needs 0 < b0 <= b1, not %g, %g", p->kind->name, p->par[0],
                   p->par[1]);
}

static sg_status ve_check(const sg_path *p, sg_error *err)
{
    if (p->par[0] > 0 && p->par[1] > p->par[0] && (p->kind->n_par < 3 || p->par[2] > 0))
        return SG_OK;
    return sg_fail(err, SG_EDOM, "path %s needs 0 < smin < smax and rho > 0, not %g, %g, %g",
                   p->kind->name, p->par[0], p->par[1], p->par[2]);
}

static sg_status mr_check(const sg_path *p, sg_error *err)
{
    if (p->par[0] > 0 && p->par[1] > 0)
        return SG_OK;
    return sg_fail(err, SG_EDOM, "path mr needs s_inf > 0 and th0 > 0, not %g, %g", p->par[0],
                   p->par[1]);
}

// clang-format off
const sg_interpolant sg_path_vp = {
    .name = "vp", .summary = "variance preserving, rate b0 + (b1 - b0) u", .cite = "SSK21",
    .exact_data = 1, .monotone = 1, .n_par = 2, .par_name = {"b0", "b1"}, .par_default = {0.1, 20},
    .coeff = vp_coeff, .lam = vp_lam, .t_of_lam = vp_t, .check = vp_check};
const sg_interpolant sg_path_subvp = {
    .name = "subvp", .summary = "sub-variance preserving", .cite = "SSK21",
    .exact_data = 1, .monotone = 1, .n_par = 2, .par_name = {"b0", "b1"}, .par_default = {0.1, 20},
    .coeff = subvp_coeff, .lam = subvp_lam, .t_of_lam = subvp_t, .check = vp_check};
const sg_interpolant sg_path_ve = {
    .name = "ve", .summary = "variance exploding, sigma geometric in t", .cite = "SSK21",
    .monotone = 1, .n_par = 2, .par_name = {"smin", "smax"}, .par_default = {0.01, 50},
    .coeff = ve_coeff, .lam = ve_lam, .t_of_lam = ve_t, .check = ve_check};
const sg_interpolant sg_path_edm = {
    .name = "edm", .summary = "sigma^(1/rho) linear in t", .cite = "KAAL22",
    .monotone = 1, .n_par = 3, .par_name = {"smin", "smax", "rho"}, .par_default = {0.002, 80, 7},
    .coeff = edm_coeff, .lam = edm_lam, .t_of_lam = edm_t, .check = ve_check};
const sg_interpolant sg_path_mr = {
    .name = "mr", .summary = "mean reverting to mu, rate th0 + th1 u", .cite = "LSX25",
    .exact_data = 1, .monotone = 1, .n_par = 3, .par_name = {"s_inf", "th0", "th1"},
    .par_default = {0.3, 1, 8},
    .coeff = mr_coeff, .lam = mr_lam, .t_of_lam = mr_t, .check = mr_check};
// clang-format on
