/* The paths of interpolant.h that are not diffusions, and what all paths share. */
#include <config.h>
#include <sigen/interpolant.h>

#include <math.h>
#include <string.h>

#include "constants.h"

static void brownian(double t, double a, double *gamma, double *gg)
{
    *gamma = sqrt(fmax(a * t * (1 - t), 0));
    *gg = 0.5 * a * (1 - 2 * t);
}

static void parabola(double t, double a, double *gamma, double *gg)
{
    (void)a;
    *gamma = t * (1 - t);
    *gg = *gamma * (1 - 2 * t);
}

static void sine(double t, double a, double *gamma, double *gg)
{
    (void)a;
    double s = sin(PI * t), c = cos(PI * t);
    *gamma = s * s;
    *gg = 2 * PI * s * s * s * c;
}

const sg_gamma sg_gamma_brownian = {"brownian", "sqrt(a t (1 - t))", brownian};
const sg_gamma sg_gamma_parabola = {"parabola", "t (1 - t)", parabola};
const sg_gamma sg_gamma_sine = {"sine", "sin^2(pi t)", sine};
const sg_gamma *const sg_gammas[] = {&sg_gamma_brownian, &sg_gamma_parabola, &sg_gamma_sine, NULL};

static double clamp01(double t)
{
    return t < 0 ? 0 : t > 1 ? 1 : t;
}

static void linear_coeff(const sg_path *p, double t, sg_coeff *c)
{
    (void)p;
    c->alpha = 1 - t;
    c->beta = t;
    c->dalpha = -1;
    c->dbeta = 1;
}

static double linear_lam(const sg_path *p, double t)
{
    (void)p;
    return log(t) - log1p(-t);
}

static double linear_t(const sg_path *p, double lam)
{
    (void)p;
    return 1 / (1 + exp(-lam));
}

/* linear at the time t / (t + s (1 - t)) */
static void shift_coeff(const sg_path *p, double t, sg_coeff *c)
{
    double s = p->par[0], d = t + s * (1 - t);
    c->alpha = s * (1 - t) / d;
    c->beta = t / d;
    c->dbeta = s / (d * d);
    c->dalpha = -c->dbeta;
}

static double shift_lam(const sg_path *p, double t)
{
    return linear_lam(p, t) - log(p->par[0]);
}

static double shift_t(const sg_path *p, double lam)
{
    return linear_t(p, lam + log(p->par[0]));
}

static sg_status shift_check(const sg_path *p, sg_error *err)
{
    return p->par[0] > 0 ? SG_OK : sg_fail(err, SG_EDOM, "path shift: s is 0");
}

static void trig_coeff(const sg_path *p, double t, sg_coeff *c)
{
    (void)p;
    c->alpha = t == 1 ? 0 : cos(PI * t / 2);
    c->beta = sin(PI * t / 2);
    c->dalpha = -PI / 2 * c->beta;
    c->dbeta = PI / 2 * c->alpha;
    if (!p->gamma)
        return;
    /* keep the variance: alpha, beta times r = sqrt(1 - gamma^2), r' = -gg/r */
    double r = sqrt(fmax(1 - c->gamma * c->gamma, 0)), dr = r > 0 ? -c->gg / r : 0;
    c->dalpha = c->dalpha * r + c->alpha * dr;
    c->dbeta = c->dbeta * r + c->beta * dr;
    c->alpha *= r;
    c->beta *= r;
}

static double trig_lam(const sg_path *p, double t)
{
    (void)p;
    return t == 1 ? INFINITY : log(tan(PI * t / 2));
}

static double trig_t(const sg_path *p, double lam)
{
    (void)p;
    return 2 / PI * atan(exp(lam));
}

static void encdec_coeff(const sg_path *p, double t, sg_coeff *c)
{
    (void)p;
    double x = cos(PI * t), v = x * x, dv = -2 * PI * sin(PI * t) * x;
    int first = t < 0.5;
    c->alpha = first ? v : 0;
    c->dalpha = first ? dv : 0;
    c->beta = first ? 0 : v;
    c->dbeta = first ? 0 : dv;
}

/* gamma takes alpha's place: x_t = x1 + gamma(t) z */
static void mirror_coeff(const sg_path *p, double t, sg_coeff *c)
{
    (void)p, (void)t;
    c->alpha = c->gamma;
    c->dalpha = c->gg / fmax(c->gamma, 1e-12);
    c->beta = 1;
    c->dbeta = 0;
    c->gamma = c->gg = 0;
}

// clang-format off
const sg_interpolant sg_path_linear = {
    .name = "linear", .summary = "(1 - t) x0 + t x1: flow matching", .cite = "LCB23",
    .exact_base = 1, .exact_data = 1, .two_sided = -1, .monotone = 1,
    .coeff = linear_coeff, .lam = linear_lam, .t_of_lam = linear_t};
const sg_interpolant sg_path_shift = {
    .name = "shift", .summary = "linear on a clock that is behind (s > 1) or ahead", .cite = "EKB24",
    .exact_base = 1, .exact_data = 1, .two_sided = -1, .monotone = 1,
    .n_par = 1, .par_name = {"s"}, .par_default = {2},
    .coeff = shift_coeff, .lam = shift_lam, .t_of_lam = shift_t, .check = shift_check};
const sg_interpolant sg_path_trig = {
    .name = "trig", .summary = "cos(pi t/2) x0 + sin(pi t/2) x1", .cite = "ABV23",
    .exact_base = 1, .exact_data = 1, .two_sided = -1, .monotone = 1,
    .coeff = trig_coeff, .lam = trig_lam, .t_of_lam = trig_t};
const sg_interpolant sg_path_encdec = {
    .name = "encdec", .summary = "x0 to noise to x1", .cite = "ABV23",
    .exact_base = 1, .exact_data = 1, .two_sided = 1, .needs_gamma = 1, .coeff = encdec_coeff};
const sg_interpolant sg_path_mirror = {
    .name = "mirror", .summary = "x1 + gamma(t) z: data to data", .cite = "ABV23",
    .exact_data = 1, .needs_gamma = 1, .coeff = mirror_coeff};
// clang-format on

const sg_interpolant *const sg_interpolants[] = {&sg_path_linear,
                                                 &sg_path_shift,
                                                 &sg_path_trig,
                                                 &sg_path_encdec,
                                                 &sg_path_mirror,
                                                 &sg_path_vp,
                                                 &sg_path_subvp,
                                                 &sg_path_ve,
                                                 &sg_path_edm,
                                                 &sg_path_mr,
                                                 NULL};

const sg_interpolant *sg_interpolant_find(const char *name)
{
    for (const sg_interpolant *const *k = sg_interpolants; *k; k++)
        if (strcmp((*k)->name, name) == 0)
            return *k;
    return NULL;
}

sg_path sg_path_default(void)
{
    return (sg_path){.kind = &sg_path_linear};
}

sg_status sg_path_init(sg_path *p, const sg_interpolant *kind, const double *par,
                       const sg_gamma *gamma, double a, sg_error *err)
{
    if (kind->needs_gamma && !gamma)
        return sg_fail(err, SG_EINVAL, "path %s needs a gamma", kind->name);
    if (gamma && kind->two_sided == 0 && !kind->needs_gamma)
        return sg_fail(err, SG_EINVAL, "path %s takes no gamma", kind->name);
    if (gamma && !(a > 0 && isfinite(a)))
        return sg_fail(err, SG_EDOM, "gamma's parameter %g is not positive", a);
    /* keeping the variance needs gamma < 1; the parabola and sine stay within */
    if (kind == &sg_path_trig && gamma == &sg_gamma_brownian && a >= 4)
        return sg_fail(err, SG_EDOM, "gamma's parameter %g is not below 4, as trig needs", a);
    sg_path q = {.kind = kind, .gamma = gamma, .a = a};
    for (size_t i = 0; i < kind->n_par; i++) {
        q.par[i] = par ? par[i] : kind->par_default[i];
        if (!(q.par[i] >= 0 && isfinite(q.par[i])))
            return sg_fail(err, SG_EDOM, "path %s: %s = %g is not a number >= 0", kind->name,
                           kind->par_name[i], q.par[i]);
    }
    sg_status st = kind->check ? kind->check(&q, err) : SG_OK;
    if (st == SG_OK)
        *p = q;
    return st;
}

void sg_path_coeff(const sg_path *p, double t, sg_coeff *c)
{
    c->gamma = c->gg = 0;
    if (p->gamma)
        p->gamma->at(t, p->a, &c->gamma, &c->gg);
    p->kind->coeff(p, t, c);
    c->w = c->alpha * c->dbeta - c->dalpha * c->beta;
}

double sg_path_lam(const sg_path *p, double t)
{
    return p->kind->lam ? p->kind->lam(p, t) : NAN;
}

double sg_path_t_of_lam(const sg_path *p, double lam)
{
    return p->kind->t_of_lam ? clamp01(p->kind->t_of_lam(p, lam)) : NAN;
}

double sg_eps_constant(const sg_path *p, double t, double a)
{
    (void)p, (void)t;
    return a;
}

double sg_eps_reverse(const sg_path *p, double t, double a)
{
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    return c.alpha == 0 ? 0 : a * c.alpha * c.w / c.beta;
}

double sg_eps_alpha(const sg_path *p, double t, double a)
{
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    return a * c.alpha;
}

double sg_eps_at(const sg_eps *e, const sg_path *p, double t)
{
    if (!e->at)
        return 0;
    double v = e->at(p, t, e->a);
    if (e->cap > 0 && v > e->cap)
        v = e->cap;
    return v > 0 ? v : 0;
}

void sg_path_precond(const sg_path *p, double t, double sd, sg_precond *k)
{
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    double beta = fmax(c.beta, 1e-4), sigma = fmax(c.alpha, 1e-4) / beta;
    double q = sigma * sigma + sd * sd;
    k->inv_beta = 1 / beta;
    k->c_skip = sd * sd / q;
    k->c_out = sigma * sd / sqrt(q);
    k->c_in = 1 / sqrt(q);
    k->c_noise = log(sigma) / 4;
}
