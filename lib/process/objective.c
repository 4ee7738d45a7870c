#include <config.h>
#include <sigen/objective.h>

#include <math.h>
#include <string.h>

void sg_path_sample(const sg_path *p, double t, const double *x0, const double *x1,
                    const double *mu, const double *z, double sign, double *xt, size_t len)
{
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    for (size_t i = 0; i < len; i++) {
        double m = mu ? mu[i] : 0;
        xt[i] = m + c.alpha * (x0[i] - m) + c.beta * (x1[i] - m) + (z ? sign * c.gamma * z[i] : 0);
    }
}

sg_status sg_path_target(const sg_path *p, double t, sg_param want, const double *x0,
                         const double *x1, const double *mu, const double *z, double sign,
                         double *target, size_t len, sg_error *err)
{
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    int one = sg_path_one_sided(p);
    double gamma = fmax(c.gamma, SG_CLAMP), alpha = fmax(c.alpha, SG_CLAMP);
    for (size_t i = 0; i < len; i++) {
        double m = mu ? mu[i] : 0, a = x0[i] - m, b = x1[i] - m, e = z ? sign * z[i] : 0, v;
        switch (want) {
        case SG_PARAM_B:
            v = c.dalpha * a + c.dbeta * b + (one ? 0 : c.gg / gamma * e);
            break;
        case SG_PARAM_V:
            v = c.dalpha * a + c.dbeta * b;
            break;
        case SG_PARAM_S:
            v = one ? -a / alpha : -e / gamma;
            break;
        case SG_PARAM_D0:
            v = x0[i];
            break;
        case SG_PARAM_D1:
            v = x1[i];
            break;
        case SG_PARAM_E:
            v = one ? a : e;
            break;
        case SG_PARAM_VPRED:
            v = c.beta * a - c.alpha * b;
            break;
        default:
            return sg_fail(err, SG_ENOTSUP, "no target for this parameter");
        }
        target[i] = v;
    }
    return SG_OK;
}

double sg_objective(const double *y, const double *target, double w, double *grad, size_t len)
{
    double sum = 0;
    for (size_t i = 0; i < len; i++) {
        sum += y[i] * (y[i] - 2 * target[i]);
        if (grad)
            grad[i] += 2 * w * (y[i] - target[i]);
    }
    return w * sum;
}

double sg_objective_tokens(const double *logit, const int *tok, const int *truth, size_t n,
                           size_t classes, double w, double *grad)
{
    double loss = 0;
    for (size_t i = 0; i < n; i++) {
        const double *l = logit + i * classes;
        double top = -INFINITY, sum = 0;
        if (tok[i] != (int)classes)
            continue;
        for (size_t c = 0; c < classes; c++)
            top = fmax(top, l[c]);
        for (size_t c = 0; c < classes; c++)
            sum += exp(l[c] - top);
        loss += w * (top + log(sum) - l[truth[i]]);
        for (size_t c = 0; grad && c < classes; c++)
            grad[i * classes + c] += w * (exp(l[c] - top) / sum - (c == (size_t)truth[i]));
    }
    return loss;
}

void sg_path_mask(const sg_path *p, double t, const int *truth, int mask, int *tok, size_t n,
                  sg_rng *rng)
{
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    for (size_t i = 0; i < n; i++)
        tok[i] = sg_rng_uniform(rng) < c.beta ? truth[i] : mask;
}

/* --- weights of a D1 loss --- */

static double w_uniform(const sg_path *p, double t, double a)
{
    (void)p, (void)t, (void)a;
    return 1;
}

/* b - b* = (w/alpha)(D1 - D1*): the loss of b, cut at a */
static double w_velocity(const sg_path *p, double t, double a)
{
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    double r = c.w / fmax(c.alpha, SG_CLAMP);
    return fmin(r * r, a > 0 ? a : INFINITY);
}

static double snr(const sg_path *p, double t)
{
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    double r = c.beta / fmax(c.alpha, SG_CLAMP);
    return r * r;
}

static double w_snr(const sg_path *p, double t, double a)
{
    (void)a;
    return snr(p, t);
}

static double w_min_snr(const sg_path *p, double t, double a)
{
    return fmin(snr(p, t), a > 0 ? a : 5);
}

/* (sigma^2 + sd^2)/(sigma sd)^2: unit loss of the preconditioned network at the start */
static double w_edm(const sg_path *p, double t, double a)
{
    double q = snr(p, t), sd = a > 0 ? a : 0.5;
    return q + 1 / (sd * sd);
}

static double w_inverse(const sg_path *p, double t, double a)
{
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    return fmin(1 / fmax(c.alpha, SG_CLAMP), a > 0 ? a : 5);
}

static const sg_weight uniform_row = {"uniform", "1", NULL, w_uniform};
static const sg_weight velocity_row = {"velocity", "(w/alpha)^2: the loss of b, at most a", "LCB23",
                                       w_velocity};
static const sg_weight snr_row = {"snr", "beta^2/alpha^2: the loss of E", "HJA20", w_snr};
static const sg_weight min_snr_row = {"min-snr", "min(snr, a), a = 5", "HGW23", w_min_snr};
static const sg_weight edm_row = {"edm", "snr + 1/a^2, a = sd of the data", "KAAL22", w_edm};
static const sg_weight inverse_row = {"inverse", "min(1/alpha, a), a = 5", NULL, w_inverse};
const sg_weight *const sg_weights[] = {&uniform_row, &velocity_row, &snr_row, &min_snr_row,
                                       &edm_row,     &inverse_row,  NULL};

const sg_weight *sg_weight_find(const char *name)
{
    for (const sg_weight *const *w = sg_weights; *w; w++)
        if (strcmp((*w)->name, name) == 0)
            return *w;
    return NULL;
}

/* --- laws of t --- */

static double t_uniform(const sg_path *p, double a, double b, sg_rng *rng)
{
    (void)p, (void)a, (void)b;
    return sg_rng_uniform(rng);
}

static double t_beta(const sg_path *p, double a, double b, sg_rng *rng)
{
    (void)p;
    return sg_rng_beta(rng, a, b);
}

/* log sigma = a + b z, sigma = alpha/beta */
static double t_lognormal(const sg_path *p, double a, double b, sg_rng *rng)
{
    return sg_path_t_of_lam(p, -(a + b * sg_rng_normal(rng)));
}

static double t_loglogistic(const sg_path *p, double a, double b, sg_rng *rng)
{
    double u = sg_rng_uniform(rng);
    u = u > 0 ? u : 0x1p-54;
    return sg_path_t_of_lam(p, -(a + b * log(u / (1 - u))));
}

static const sg_time_law uniform_t = {"uniform", "t uniform", NULL, t_uniform};
static const sg_time_law beta_t = {"beta", "t ~ Beta(a, b)", NULL, t_beta};
static const sg_time_law lognormal_t = {"lognormal", "log sigma ~ N(a, b^2)", "KAAL22",
                                        t_lognormal};
static const sg_time_law loglogistic_t = {
    "loglogistic", "log sigma logistic with median a, scale b", "RLJL23", t_loglogistic};
const sg_time_law *const sg_time_laws[] = {&uniform_t, &beta_t, &lognormal_t, &loglogistic_t, NULL};

const sg_time_law *sg_time_law_find(const char *name)
{
    for (const sg_time_law *const *l = sg_time_laws; *l; l++)
        if (strcmp((*l)->name, name) == 0)
            return *l;
    return NULL;
}
