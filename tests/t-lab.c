/* The laboratory against closed forms, and the core against it: quantile maps by adaptive
 * integration, the floor of noise prediction by quadrature. */
#include <sigen/lab.h>

#include "core.h"
#include "tap.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>

static double identity_cdf(double x, void *data)
{
    (void)data;
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static void wasserstein(void)
{
    double x[4] = {0, 3, 1, 2}, y[4] = {5, 2, 3, 4}, u[2] = {0, 1}, v[3] = {0, .5, 1};
    tap_near(sg_lab_wasserstein1(x, 4, y, 4), 2, 1e-15, 0, "W1 of a shift is the shift");
    /* |F - G|: 1/6 on (0, .5), 1/6 on (.5, 1) */
    tap_near(sg_lab_wasserstein1(u, 2, v, 3), 1.0 / 6, 1e-15, 0, "W1 of unequal sizes");
    tap_ok(isnan(sg_lab_wasserstein1(u, 0, v, 3)), "W1 with nothing is NaN");
    double hole[3] = {0, NAN, 1}, full[2] = {0, 1}, pv = 0;
    tap_ok(isnan(sg_lab_wasserstein1(hole, 3, full, 2)) &&
               isnan(sg_lab_wasserstein1(full, 2, hole, 3)),
           "W1 of a sample with NaN is NaN");
    tap_ok(isnan(sg_lab_ks2(hole, 3, hole, 3, &pv)) && isnan(pv), "KS of samples with NaN is NaN");
    pv = 0;
    tap_ok(isnan(sg_lab_ks2(full, 2, full, 0, &pv)) && isnan(pv), "KS with nothing is NaN");
    double ties[5] = {1, 1, 1, 2, 2}, same[5] = {2, 1, 1, 1, 2};
    tap_near(sg_lab_wasserstein1(ties, 5, same, 5), 0, 0, 0, "W1 with ties");
    /* N(0,1) against N(.3, 1): quantile quadrature gives .3; samples of 20000 within 5 sd of the
     * floor */
    sg_rng rng;
    sg_error err;
    size_t n = 20000;
    double *a = malloc(n * sizeof *a), *b = malloc(n * sizeof *b), p[2] = {.5, .99}, q[2];
    sg_rng_init(&rng, 1, 0, 0);
    sg_rng_normals(&rng, a, n);
    sg_rng_normals(&rng, b, n);
    must(sg_lab_wasserstein1_floor(a, n, 2000, 2000, 60, p, q, 2, &rng, &err), &err);
    /* E W1 of two samples of n from N(0,1) = sqrt(2/n) E|B|-integral = sqrt(2/2000) * .9003 *
     * sqrt(2/pi) ... */
    tap_ok(q[0] > .02 && q[0] < .06 && q[1] > q[0] && q[1] < .12,
           "W1 floor: size and order of its quantiles");
    for (size_t i = 0; i < n; i++)
        b[i] += .3;
    tap_near(sg_lab_wasserstein1(a, n, b, n), .3, .04, 0, "W1 of two normals");
    free(a);
    free(b);
    double h[3] = {1, 2, 1}, k[3] = {2, 0, 2}, z[3] = {0};
    tap_near(sg_lab_total_variation(h, k, 3), .5, 1e-15, 0, "total variation");
    tap_ok(isnan(sg_lab_total_variation(h, z, 3)),
           "total variation with an empty histogram is NaN");
    double d1[2] = {3, 0}, d2[2] = {0, 8};
    tap_near(sg_lab_jensen_shannon(d1, d2, 2), log(2), 1e-15, 0,
             "JSD of disjoint histograms is ln 2");
    tap_near(sg_lab_jensen_shannon(h, h, 3), 0, 0, 0, "JSD of equal histograms is 0");
}

static double mean_of(const size_t *index, size_t n, void *data)
{
    double s = 0;
    for (size_t i = 0; i < n; i++)
        s += ((double *)data)[index[i]];
    return s / (double)n;
}

static void intervals(void)
{
    enum { N = 1000 };
    static double x[N], y[N];
    double p, d, lo, hi;
    sg_rng rng;
    sg_error err;
    sg_rng_init(&rng, 2, 0, 0);
    for (int i = 0; i < N; i++)
        x[i] = sg_rng_uniform(&rng);
    d = sg_lab_ks(x, N, identity_cdf, NULL, &p);
    tap_ok(p > 1e-3 && d < .06, "KS: uniforms are uniform");
    for (int i = 0; i < N; i++)
        y[i] = .93 * sg_rng_uniform(&rng);
    sg_lab_ks(y, N, identity_cdf, NULL, &p);
    tap_ok(p < 1e-3, "KS: a law cut short is seen");
    sg_lab_ks2(x, N, y, N, &p);
    tap_ok(p < .05, "two-sample KS sees it too");
    double one[1] = {.3};
    tap_near(sg_lab_ks(one, 1, identity_cdf, NULL, &p), .7, 1e-15, 0, "KS statistic of one value");
    /* P(K <= 1.3581) = .95 */
    double big[4] = {0, 0, 0, 0};
    (void)big;
    for (int i = 0; i < N; i++)
        x[i] = sg_rng_normal(&rng);
    must(sg_lab_bootstrap(mean_of, x, N, 2000, .95, &lo, &hi, &rng, &err), &err);
    double m = 0;
    for (int i = 0; i < N; i++)
        m += x[i] / N;
    tap_near(hi - lo, 2 * 1.96 / sqrt(N), 0, .12, "bootstrap interval of a mean: width");
    tap_near((hi + lo) / 2, m, .005, 0, "bootstrap interval of a mean: centre");
    sg_lab_wilson(8, 10, .95, &lo, &hi);
    /* Wilson's formula by hand with z = 1.959964 */
    tap_near(lo, .4901625, 1e-6, 0, "Wilson interval: lower");
    tap_near(hi, .9433178, 1e-6, 0, "Wilson interval: upper");
}

typedef struct oracle_at {
    sg_oracle *o;
    batch *b;
    double t;
    sg_param want;
} oracle_at;

static double value(oracle_at *q, double x)
{
    sg_error err;
    sg_field f = sg_oracle_field(q->o, q->want, SG_PARAM_NONE);
    const sg_state *s = q->b->p[0];
    sg_pred *out = &q->b->s[0].pred;
    q->b->s[0].slot[0].x[0] = x;
    must(f.eval(&f, q->t, &s, 1, &out, &err), &err);
    return out->v[0][0];
}

static int rhs(double t, const double *y, double *dy, void *data)
{
    oracle_at *q = data;
    q->t = t;
    dy[0] = value(q, y[0]);
    return 0;
}

static double fisher(double x, void *data)
{
    oracle_at *q = data;
    sg_error err;
    double s = value(q, x), logp;
    const sg_state *st = q->b->p[0];
    must(sg_oracle_logp(q->o, q->t, &st, 1, &logp, &err), &err);
    return s * s * exp(logp);
}

static void core_by_lab(void)
{
    static const double start[4] = {-1.5, -.3, .4, 1.2};
    static const double end[4] = {-2.3815711886, .5490017928, 1.5155327368, 2.2812747224};
    static const double u[3] = {.05, .2, .5}, floor[3] = {.94241357, .65953171, .20847784};
    size_t one = 1;
    sg_error err;
    sg_system lin = line(&sg_path_linear, NULL, 0, 1), vp = line(&sg_path_vp, NULL, 0, 1);
    oracle_at q = {.o = oracle_new(&lin, NULL, &gm1), .want = SG_PARAM_B};
    batch b = batch_new(&lin, &one, 1, 1);
    q.b = &b;
    double worst = 0;
    for (int i = 0; i < 4; i++) {
        double y = start[i];
        must(sg_lab_ode(rhs, &q, &y, 1, 0, 1, 1e-12, 1e-12, &err), &err);
        worst = fmax(worst, fabs(y - end[i]));
        must(sg_lab_ode(rhs, &q, &y, 1, 1, 0, 1e-12, 1e-12, &err), &err);
        worst = fmax(worst, fabs(y - start[i]));
    }
    if (!tap_ok(worst < 1e-9, "adaptive reference: the flow of GM1, there and back"))
        printf("# %g\n", worst);
    sg_oracle_free(q.o);
    q.o = oracle_new(&vp, NULL, &gm1);
    q.want = SG_PARAM_S;
    b.s[0].sys = &vp;
    for (int i = 0; i < 3; i++) {
        double I;
        sg_coeff c;
        q.t = 1 - u[i];
        sg_path_coeff(&vp.c[0].path, q.t, &c);
        must(sg_lab_integrate(fisher, &q, -15, 15, 1e-10, 1e-10, &I, &err), &err);
        tap_near(1 - c.alpha * c.alpha * I, floor[i], 1e-6, 0,
                 "floor of noise prediction by quadrature");
    }
    sg_oracle_free(q.o);
    batch_free(&b);
}

static double normal_pdf(double x, void *data)
{
    (void)data;
    return exp(-x * x / 2) / sqrt(2 * 3.14159265358979323846);
}

static double rough(double x, void *data)
{
    (void)data;
    return 1 / x;
}

static void numeric(void)
{
    sg_error err;
    double v, a[9] = {2, 1, 0, 1, 2, 0, 0, 0, 5}, e[3], w[9];
    must(sg_lab_integrate(normal_pdf, NULL, -INFINITY, INFINITY, 1e-12, 1e-12, &v, &err), &err);
    tap_near(v, 1, 1e-10, 0, "quadrature over the line");
    must(sg_lab_integrate(normal_pdf, NULL, 1, INFINITY, 1e-12, 1e-12, &v, &err), &err);
    tap_near(v, gsl_cdf_ugaussian_Q(1), 1e-10, 0, "quadrature over a half line");
    must(sg_lab_integrate(normal_pdf, NULL, -INFINITY, 1, 1e-12, 1e-12, &v, &err), &err);
    tap_near(v, gsl_cdf_ugaussian_P(1), 1e-10, 0, "quadrature over the other half");
    tap_ok(sg_lab_integrate(rough, NULL, 0, 1, 1e-12, 1e-12, &v, &err) == SG_ECONV,
           "a divergent integral is said so");
    must(sg_lab_eigen_symmetric(a, 3, e, w, &err), &err);
    tap_ok(fabs(e[0] - 1) < 1e-12 && fabs(e[1] - 3) < 1e-12 && fabs(e[2] - 5) < 1e-12,
           "eigenvalues, ascending");
    tap_ok(fabs(fabs(w[3]) - sqrt(.5)) < 1e-12 && fabs(w[3] - w[4]) < 1e-12,
           "eigenvectors in rows");
}

int main(void)
{
    gsl_set_error_handler_off();
    wasserstein();
    intervals();
    numeric();
    core_by_lab();
    return tap_done();
}
