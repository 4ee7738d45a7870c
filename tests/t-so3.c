/* Rotations, angles and the heat kernel: algebra, exact densities and moments, and samplers against
 * laws in closed form on both curved spaces. */
#include <sigen/curved.h>
#include <sigen/field.h>
#include <sigen/so3.h>

#include "core.h"
#include "curved.h"
#include "tap.h"

#define PI CURVED_PI

static double norm3(const double *x)
{
    return sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
}

/* angle of x^{-1} y */
static double apart(const double *x, const double *y)
{
    double v[3];
    sg_space_so3.log(v, x, y, 1, 1);
    return norm3(v);
}

static void haar(double *x, sg_rng *rng)
{
    sg_space_so3.draw(x, 1, 1, rng);
}

static void algebra(void)
{
    sg_rng rng;
    double product = 0, matrix = 0, left = 0, adjoint = 0, longest = 0, half = 0;
    sg_rng_init(&rng, 5, 0, 0);
    for (int i = 0; i < 3000; i++) {
        double x[3], y[3], z[3], q[3], v[3], u[3], mx[9], my[9], mz[9];
        haar(x, &rng);
        haar(y, &rng);
        haar(q, &rng);
        if (i % 3 == 0) /* small, and close to half a turn */
            for (int k = 0; k < 3; k++)
                x[k] *= pow(10, -(i % 20));
        else if (i % 3 == 1)
            for (int k = 0; k < 3; k++)
                x[k] *= (PI - pow(10, -(i % 20))) / norm3(x);
        sg_so3_to_matrix(mx, x);
        sg_so3_to_matrix(my, y);
        sg_so3_mul(z, x, y);
        sg_so3_to_matrix(mz, z);
        for (int a = 0; a < 9; a++) {
            double s = 0;
            for (int k = 0; k < 3; k++)
                s += mx[a / 3 * 3 + k] * my[3 * k + a % 3];
            product = fmax(product, fabs(s - mz[a]));
        }
        sg_so3_from_matrix(z, mx);
        matrix = fmax(matrix, apart(z, x) / fmax(1e-8, norm3(x)));
        longest = fmax(longest, norm3(z));
        /* log is left-invariant, and its exponential leads from x to y */
        sg_space_so3.log(v, x, y, 1, 1);
        sg_space_so3.retract(z, x, v, 1, 1, 1);
        left = fmax(left, apart(z, y));
        sg_so3_mul(z, q, x);
        sg_so3_mul(y, q, y);
        sg_space_so3.log(u, z, y, 1, 1);
        for (int k = 0; k < 3 && norm3(v) < 3; k++)
            adjoint = fmax(adjoint, fabs(u[k] - v[k]));
        sg_space_so3.retract(z, x, v, .5, 1, 1);
        half = fmax(half, fabs(apart(x, z) - .5 * norm3(v)));
    }
    tap_near(product, 0, 1e-14, 0, "products are those of matrices");
    tap_near(matrix, 0, 1e-7, 0, "vector -> matrix -> vector");
    tap_ok(longest <= PI * (1 + 1e-15), "no rotation vector is longer than pi");
    tap_near(left, 0, 1e-7, 0, "x exp(log(x^-1 y)) = y");
    tap_near(adjoint, 0, 1e-12, 0, "log(x^-1 y) does not see a rotation of the outer frame");
    tap_near(half, 0, 1e-13, 0, "half the logarithm is half the way");
    double quarter[3] = {0, 0, PI / 2}, m[9];
    static const double want[9] = {0, -1, 0, 1, 0, 0, 0, 0, 1};
    sg_so3_to_matrix(m, quarter);
    int same = 1;
    for (int a = 0; a < 9; a++)
        same &= fabs(m[a] - want[a]) < 1e-15;
    tap_ok(same, "a quarter turn about z takes x to y");
    double far[3] = {0, 0, 1.5 * PI}, turn[2] = {1.5 * PI, -PI};
    sg_space_so3.project(far, 1, 1);
    sg_space_torus.project(turn, 2, 1);
    tap_ok(fabs(far[2] + PI / 2) < 1e-15 && fabs(turn[0] + PI / 2) < 1e-15 && turn[1] == -PI,
           "three quarter turns are one back");
    double a[2] = {3, -3}, d;
    sg_space_torus.log(&d, a, a + 1, 1, 1);
    tap_near(d, 2 * PI - 6, 1e-15, 0, "the shortest way from 3 to -3 leads over pi");
}

/* Characters chi_l = 1 + 2 cos w + .. are orthonormal under the uniform law. */
static void uniform_law(void)
{
    sg_rng rng;
    size_t n = 40000;
    double tr = 0, tr2 = 0, m00 = 0, worst = 0;
    int hist[16] = {0};
    sg_rng_init(&rng, 6, 0, 0);
    for (size_t i = 0; i < n; i++) {
        double x[3], m[9];
        haar(x, &rng);
        sg_so3_to_matrix(m, x);
        double t = m[0] + m[4] + m[8], w = norm3(x);
        tr += t / (double)n;
        tr2 += t * t / (double)n;
        m00 += m[2] * m[2] / (double)n;
        for (int k = 0; k < 16; k++)
            hist[k] += w <= (k + 1) * PI / 16;
    }
    for (int k = 0; k < 16; k++) {
        double w = (k + 1) * PI / 16;
        worst = fmax(worst, fabs(hist[k] / (double)n - (w - sin(w)) / PI));
    }
    /* 5 sd: chi_1 has variance 1, chi_1^2 variance 2, an element squared has 4/45 */
    tap_near(tr, 0, 5 / sqrt((double)n), 0, "uniform law: E tr = 0");
    tap_near(tr2, 1, 5 * sqrt(2. / (double)n), 0, "uniform law: E tr^2 = 1");
    tap_near(m00, 1. / 3, 5 * sqrt(4 / 45. / (double)n), 0, "uniform law: E m_ij^2 = 1/3");
    tap_near(worst, 0, 2.5 / sqrt((double)n), 0, "uniform law: P(angle <= w) = (w - sin w)/pi");
}

/* The series as THEORY has it, long enough for s2 >= .02. */
static long double plain_series(double w, double s2)
{
    long double f = 0;
    for (int l = 0; l < 100; l++)
        f += (2 * l + 1) * expl(-.5L * l * (l + 1) * (long double)s2) *
             sinl((l + .5L) * (long double)w) / sinl(.5L * (long double)w);
    return f;
}

/* Integral over [0, pi] of g(w) f(w) (1 - cos w)/pi with g = chi_l: Simpson's rule, spectrally
 * exact as the integrand is even and periodic. */
static double expected_character(int l, double s2)
{
    int n = 4000;
    double sum = 0;
    for (int i = 0; i <= n; i++) {
        double w = PI * i / n, chi = 1;
        for (int k = 1; k <= l; k++)
            chi += 2 * cos(k * w);
        sum += (i % n ? 1 : .5) * chi * exp(sg_igso3_logf(w, s2, NULL)) * (1 - cos(w)) / n;
    }
    return sum;
}

static void density(void)
{
    static const double s2[] = {.03, .05, .2, .7, .9999, 1, 1.7, 4, 30};
    double worst = 0, slope = 0, moment = 0;
    for (size_t i = 0; i < sizeof s2 / sizeof *s2; i++) {
        for (int k = 1; k <= 60; k++) {
            double w = k * PI / 60, h = 1e-5, g, want;
            if (w * w / (2 * s2[i]) > 8) /* the series cancels where the density vanishes */
                break;
            double f = exp(sg_igso3_logf(w, s2[i], &g));
            worst = fmax(worst, fabs(f / (double)plain_series(w, s2[i]) - 1));
            if (w > 3.1)
                continue;
            want =
                (sg_igso3_logf(w + h, s2[i], NULL) - sg_igso3_logf(w - h, s2[i], NULL)) / (2 * h);
            slope = fmax(slope, fabs(g - want) / (1 + fabs(want)));
        }
        for (int l = 0; l <= 4; l++)
            moment = fmax(moment, fabs(expected_character(l, s2[i]) -
                                       (2 * l + 1) * exp(-.5 * l * (l + 1) * s2[i])));
    }
    tap_near(worst, 0, 1e-11, 0, "density = its series");
    tap_near(slope, 0, 1e-8, 0, "slope of log f = differences");
    tap_near(moment, 0, 1e-12, 0, "E chi_l = (2l+1) exp(-l(l+1) s2/2); l = 0: normalised");
    tap_near(expected_character(1, .37), 3 * exp(-.37), 1e-13, 0, "E tr R = 3 exp(-s2)");
    /* small s2: 8 pi^2 times the Gaussian of the tangent space and the volume's (w/2)/sin(w/2) */
    double w = .03, s = 1e-4, g,
           gauss = 8 * PI * PI * pow(2 * PI * s, -1.5) * exp(-w * w / (2 * s));
    tap_near(exp(sg_igso3_logf(w, s, &g)) / gauss, 1, s, 0,
             "small s2: Gaussian in the tangent space");
    tap_near(g, -w / s, 0, 1e-4, "small s2: slope -w/s2");
    tap_near(sg_igso3_logf(0, .5, &g), (double)logl(plain_series(1e-9, .5)), 1e-11, 0,
             "density at 0");
    tap_ok(g == 0, "slope at 0");
    tap_near(sg_igso3_logf(PI, .2, &g),
             -PI * PI / .4 + .5 * log(2 * PI) - 1.5 * log(.2) + .025 + log(2 * PI), 1e-12, 0,
             "half a turn, small s2: both ways round count");
    tap_near(sg_igso3_logf(1e-4, 1e-8, &g),
             (double)(logl(sqrtl(2 * (long double)PI)) - 1.5L * logl(1e-8L) - .5L + logl(2)), 1e-8,
             0, "no overflow at s2 = 1e-8");
}

/* Kernels convolve to kernels: f_a * f_b = f_{a+b}, integrated over SO(3): midpoints in the angle
 * (even, periodic), Gauss-Legendre of 5 points on 16 panels in the cosine of the axis. */
static double convolved(double psi, double a, double b)
{
    static const double at[5] = {-.9061798459386640, -.5384693101056831, 0, .5384693101056831,
                                 .9061798459386640};
    static const double weight[5] = {.2369268850561891, .4786286704993665, .5688888888888889,
                                     .4786286704993665, .2369268850561891};
    int n = 200, panels = 16;
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double w = PI * (i + .5) / n, inner = 0;
        for (int p = 0; p < 5 * panels; p++) {
            double c = -1 + (2 * (p / 5) + 1 + at[p % 5]) / panels;
            double q = cos(w / 2) * cos(psi / 2) + sin(w / 2) * sin(psi / 2) * c;
            double angle = 2 * acos(fmin(1, fabs(q)));
            inner += weight[p % 5] / panels / 2 * exp(sg_igso3_logf(angle, b, NULL));
        }
        sum += inner * exp(sg_igso3_logf(w, a, NULL)) * (1 - cos(w)) / n;
    }
    return sum;
}

static void semigroup(void)
{
    static const double ab[3][2] = {{.3, .5}, {.8, .1}, {1.3, .6}};
    double worst = 0;
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 4; k++) {
            double psi = .2 + .9 * k;
            double want = exp(sg_igso3_logf(psi, ab[i][0] + ab[i][1], NULL));
            worst = fmax(worst, fabs(convolved(psi, ab[i][0], ab[i][1]) / want - 1));
        }
    tap_near(worst, 0, 1e-5, 0, "semigroup: kernels of a and b convolve to that of a + b");
}

/* P(angle <= w), the series integrated term by term. */
static double exact_cdf(double w, double s2)
{
    double f = (w - sin(w)) / PI;
    for (int l = 1; l < 60; l++)
        f += (2 * l + 1) * exp(-.5 * l * (l + 1) * s2) *
             (sin(l * w) / l - sin((l + 1) * w) / (l + 1)) / PI;
    return f;
}

static int less(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Kolmogorov's distance of n sorted angles, times sqrt(n) */
static double kolmogorov(double *w, size_t n, double s2)
{
    double d = 0;
    qsort(w, n, sizeof *w, less);
    for (size_t i = 0; i < n; i++) {
        double f = exact_cdf(w[i], s2);
        d = fmax(d, fmax(f - (double)i / (double)n, (double)(i + 1) / (double)n - f));
    }
    return d * sqrt((double)n);
}

static void draws(void)
{
    static const double s2[] = {.05, .3, .99, 1.5, 6};
    static const double m[3] = {.7, -1.1, .4};
    static double w[20000], w2[20000];
    size_t n = sizeof w / sizeof *w;
    sg_error err;
    sg_igso3 g, h;
    double worst = 0, mean[9] = {0}, mm[9];
    sg_rng rng;
    for (size_t i = 0; i < sizeof s2 / sizeof *s2; i++) {
        must(sg_igso3_init(&g, s2[i], &err), &err);
        for (int k = 1; k < 400; k++)
            worst =
                fmax(worst, fabs(sg_igso3_cdf(&g, k * PI / 400) - exact_cdf(k * PI / 400, s2[i])));
    }
    tap_near(worst, 0, 1e-8, 0, "distribution function of the angle = its series");
    tap_ok(sg_igso3_cdf(&g, 0) == 0 && sg_igso3_cdf(&g, PI) == 1, "and 0 and 1 at the ends");
    must(sg_igso3_init(&g, .4, &err), &err);
    must(sg_igso3_init(&h, .8, &err), &err);
    sg_rng_init(&rng, 8, 0, 0);
    for (size_t i = 0; i < n; i++) {
        double x[3], y[3], mx[9];
        sg_igso3_draw(&g, x, m, &rng);
        w[i] = apart(m, x);
        sg_so3_to_matrix(mx, x);
        for (int k = 0; k < 9; k++)
            mean[k] += mx[k] / (double)n;
        sg_igso3_draw(&h, y, x, &rng);
        w2[i] = apart(m, y);
    }
    sg_so3_to_matrix(mm, m);
    worst = 0;
    for (int k = 0; k < 9; k++)
        worst = fmax(worst, fabs(mean[k] - exp(-.4) * mm[k]));
    /* 1.95: one false alarm in 1000 */
    tap_ok(kolmogorov(w, n, .4) < 1.95, "draws have the law of the angle");
    tap_near(worst, 0, 5 * .58 / sqrt((double)n), 0, "E R = exp(-s2) m");
    tap_ok(kolmogorov(w2, n, 1.2) < 1.95, "a draw about a draw: variances add");
    must(sg_igso3_init(&g, 1e-6, &err), &err);
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double x[3];
        sg_igso3_draw(&g, x, NULL, &rng);
        sum += norm3(x) * norm3(x) / (double)n;
    }
    tap_near(sum, 3e-6, 5 * 3e-6 * sqrt(2. / 3 / (double)n), 0, "narrow kernel: E w^2 = 3 s2");
    sg_igso3 keep = g;
    tap_ok(sg_igso3_init(&g, 0, &err) == SG_EDOM && sg_igso3_init(&g, NAN, &err) == SG_EDOM &&
               sg_igso3_init(&g, INFINITY, NULL) == SG_EDOM && memcmp(&g, &keep, sizeof g) == 0,
           "variances that are none are refused");
}

static void score(void)
{
    static const double m[3] = {.7, -1.1, .4}, e = 1e-5;
    sg_rng rng;
    double worst = 0;
    sg_rng_init(&rng, 9, 0, 0);
    for (int i = 0; i < 200; i++) {
        double x[3], v[3], y[3], u[3], s2 = .1 + .02 * i, lp[2];
        haar(x, &rng);
        if (apart(m, x) > 3.1)
            continue;
        sg_igso3_score(v, x, m, s2);
        for (int k = 0; k < 3; k++) {
            for (int side = 0; side < 2; side++) {
                double step[3] = {0};
                step[k] = side ? e : -e;
                sg_space_so3.retract(y, x, step, 1, 1, 1);
                lp[side] = sg_igso3_score(u, y, m, s2);
            }
            worst = fmax(worst, fabs(v[k] - (lp[1] - lp[0]) / (2 * e)) / (1 + fabs(v[k])));
        }
    }
    tap_near(worst, 0, 1e-7, 0, "score = gradient of log f in the body frame");
    double v[3];
    sg_igso3_score(v, m, m, .3);
    tap_near(norm3(v), 0, 1e-14, 0, "score at the middle is 0");
}

/* --- samplers --- */

static const double part_w[2] = {.3, .7}, part_s2[2] = {.05, .15};
static const double part_so3[6] = {.4, -.9, .3, -1.2, .5, 1.9}, part_torus[2] = {-2.5, 1};

/* E R, or (E cos, E sin), of the mixture with s2 more variance */
static void moments(double *out, int so3, double more)
{
    memset(out, 0, 9 * sizeof *out);
    for (int j = 0; j < 2; j++) {
        double m[9] = {cos(part_torus[j]), sin(part_torus[j])};
        double f = part_w[j] * exp(-(part_s2[j] + more) * (so3 ? 1 : .5));
        if (so3)
            sg_so3_to_matrix(m, part_so3 + 3 * j);
        for (int k = 0; k < (so3 ? 9 : 2); k++)
            out[k] += f * m[k];
    }
}

static double off_moments(const batch *b, int so3, double more)
{
    double want[9], got[9] = {0}, off = 0;
    moments(want, so3, more);
    for (size_t i = 0; i < b->count; i++) {
        const double *x = b->s[i].slot[0].x;
        double m[9] = {cos(x[0]), sin(x[0])};
        if (so3)
            sg_so3_to_matrix(m, x);
        for (int k = 0; k < (so3 ? 9 : 2); k++)
            got[k] += m[k] / (double)b->count;
    }
    for (int k = 0; k < 9; k++)
        off = fmax(off, fabs(got[k] - want[k]));
    return off;
}

/* Heat-kernel path: flow and geodesic random walk from the uniform law to a mixture of kernels. */
static void heat(void)
{
    static const double ve[2] = {.05, 4};
    static const char *const names[] = {"euler", "midpoint", "heun", "em"};
    sg_error err;
    size_t one = 1, count = 2000, steps = 100;
    for (int so3 = 0; so3 < 2; so3++)
        for (int k = 0; k < 4; k++) {
            sg_system sys = {1, {{.name = "x", .width = 1}}};
            sys.c[0].space = so3 ? &sg_space_so3 : &sg_space_torus;
            must(sg_path_init(&sys.c[0].path, &sg_path_ve, ve, NULL, 0, &err), &err);
            sys.c[0].eps = (sg_eps){k == 3 ? sg_eps_reverse : NULL, 1, 0};
            kernels data = {2, part_w, so3 ? part_so3 : part_torus, part_s2};
            sg_field f = {.name = "heat",
                          .sys = &sys,
                          .param = {{SG_PARAM_S}},
                          .eval = heat_eval,
                          .data = &data};
            double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
            batch b = batch_new(&sys, &one, count, 12);
            sg_run_opts o = opts_of(names[k], grid, steps);
            for (size_t i = 0; i < count; i++)
                sg_state_draw(b.p[i]);
            must(sg_sample(&o, &f, b.p, count, &err), &err);
            double off = off_moments(&b, so3, ve[0] * ve[0]);
            /* an element's sd is at most .7; steps leave less than .01 */
            if (!tap_ok(off < 4.5 * .7 / sqrt((double)count) + .01,
                        "heat-kernel path, %s, %s: ends in the mixture", sys.c[0].space->name,
                        names[k]))
                printf("# moments off by %g\n", off);
            free(grid);
            batch_free(&b);
        }
}

/* Geodesics to a few rotations, x0 uniform: given x1 = m the law of x_t is uniform in the angle's
 * measure, shrunk: density of the angle u/c of the uniform law, c = 1 - kappa, on [0, c pi]. */
typedef struct few {
    size_t n;
    const double *w, *m;
} few;

static sg_status few_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                          sg_pred *const *out, sg_error *err)
{
    const few *d = f->data;
    sg_coeff c;
    (void)err;
    sg_path_coeff(&f->sys->c[0].path, t, &c);
    double left = 1 - c.beta;
    for (size_t i = 0; i < count; i++) {
        double *b = out[i]->v[0], sum = 1e-300, v[3];
        b[0] = b[1] = b[2] = 0;
        for (size_t j = 0; j < d->n; j++) {
            sg_space_so3.log(v, x[i]->slot[0].x, d->m + 3 * j, 1, 1);
            double w = fmax(norm3(v), 1e-9), s = sin(.5 * w / left), u = sin(.5 * w);
            double p = w < left * PI ? d->w[j] * s * s / (u * u) : 0;
            sum += p;
            for (int k = 0; k < 3; k++)
                b[k] += p * c.dbeta / left * v[k];
        }
        for (int k = 0; k < 3; k++)
            b[k] /= sum;
        out[i]->valid = 1;
    }
    return SG_OK;
}

static void geodesic(void)
{
    sg_error err;
    size_t one = 1, count = 3000, steps = 100;
    few data = {2, part_w, part_so3};
    const sg_interpolant *const kinds[2] = {&sg_path_linear, &sg_path_trig};
    for (int k = 0; k < 2; k++) {
        sg_system sys = line(kinds[k], NULL, 0, 1);
        sys.c[0].space = &sg_space_so3;
        sg_field f = {
            .name = "few", .sys = &sys, .param = {{SG_PARAM_B}}, .eval = few_eval, .data = &data};
        double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
        batch b = batch_new(&sys, &one, count, 13);
        sg_run_opts o = opts_of("midpoint", grid, steps);
        size_t first = 0, there = 0;
        for (size_t i = 0; i < count; i++)
            sg_state_draw(b.p[i]);
        must(sg_sample(&o, &f, b.p, count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            double d0 = apart(part_so3, b.s[i].slot[0].x),
                   d1 = apart(part_so3 + 3, b.s[i].slot[0].x);
            first += d0 < d1;
            there += fmin(d0, d1) < .02;
        }
        if (!tap_ok(fabs((double)first / (double)count - .3) <
                            4.5 * .46 / sqrt((double)count) + .005 &&
                        there > .98 * (double)count,
                    "geodesic path (%s): two rotations are reached in shares .3 and .7",
                    kinds[k]->name))
            printf("# share %g, on one of them %g\n", (double)first / (double)count,
                   (double)there / (double)count);
        free(grid);
        batch_free(&b);
    }
}

/* Geodesics on the circle from the uniform law: x_t = x1 - (1 - kappa) U, U uniform and independent
 * of x1. For data N(m, s2) wrapped, with F, f its distribution function and density on the line, a
 * = (1 - kappa) pi:  rho = [F]/(2a),  s = [f]/[F],  b = kappa' ((m - x)[F] - s2 [f])/([F](1 -
 * kappa)), [g] = g(x + a) - g(x - a), all summed over windings. */
static sg_status circle_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                             sg_pred *const *out, sg_error *err)
{
    const double *q = f->data, sd = sqrt(q[1]);
    sg_coeff c;
    (void)err;
    sg_path_coeff(&f->sys->c[0].path, t, &c);
    double left = 1 - c.beta, a = left * PI;
    for (size_t i = 0; i < count; i++) {
        double mass = 1e-300, flux = 0, jump = 0;
        for (int k = -2; k <= 2; k++) {
            double d = x[i]->slot[0].x[0] - q[0] - 2 * PI * k, hi = (d + a) / sd, lo = (d - a) / sd;
            double dF = lo > 0 ? .5 * (erfc(lo / sqrt(2)) - erfc(hi / sqrt(2)))
                               : .5 * (erfc(-hi / sqrt(2)) - erfc(-lo / sqrt(2)));
            double df = (exp(-hi * hi / 2) - exp(-lo * lo / 2)) / (sd * sqrt(2 * PI));
            mass += dF;
            jump += df;
            flux += -d * dF - q[1] * df;
        }
        out[i]->v[0][0] = c.dbeta * flux / (mass * left);
        out[i]->v[0][1] = jump / mass; /* (b, s) */
        out[i]->valid = 1;
    }
    return SG_OK;
}

static void circle(void)
{
    static const double q[2] = {2.4, .49};
    static const char *const names[] = {"euler", "heun", "em"};
    sg_error err;
    size_t one = 1, count = 4000, steps = 100;
    for (int k = 0; k < 3; k++) {
        sg_system sys = line(&sg_path_linear, NULL, 0, 1);
        sys.c[0].space = &sg_space_torus;
        sys.c[0].eps = (sg_eps){k == 2 ? sg_eps_alpha : NULL, .8, 0};
        sg_field f = {.name = "circle",
                      .sys = &sys,
                      .param = {{SG_PARAM_B, SG_PARAM_S}},
                      .eval = circle_eval,
                      .data = q};
        double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1 - 1e-3, 0),
               e[4] = {0}, off = 0;
        batch b = batch_new(&sys, &one, count, 14);
        sg_run_opts o = opts_of(names[k], grid, steps);
        for (size_t i = 0; i < count; i++)
            sg_state_draw(b.p[i]);
        must(sg_sample(&o, &f, b.p, count, &err), &err);
        for (size_t i = 0; i < count; i++)
            for (int l = 1; l <= 2; l++) {
                e[2 * l - 2] += cos(l * b.s[i].slot[0].x[0]) / (double)count;
                e[2 * l - 1] += sin(l * b.s[i].slot[0].x[0]) / (double)count;
            }
        for (int l = 1; l <= 2; l++) {
            off = fmax(off, fabs(e[2 * l - 2] - exp(-.5 * l * l * q[1]) * cos(l * q[0])));
            off = fmax(off, fabs(e[2 * l - 1] - exp(-.5 * l * l * q[1]) * sin(l * q[0])));
        }
        if (!tap_ok(off < 4.5 * .7 / sqrt((double)count) + .01,
                    "circle, field (b, s), %s: ends in the wrapped normal law", names[k]))
            printf("# moments off by %g\n", off);
        free(grid);
        batch_free(&b);
    }
}

/* Where one path of the flow ends, from a start away from ridges, with `steps` steps. */
static void end_of(double *x, const char *sampler, size_t steps)
{
    static const double ve[2] = {.2, 3}, start[3] = {1.3, .2, -.8};
    kernels data = {2, part_w, part_so3, part_s2};
    sg_error err;
    size_t one = 1;
    sg_system sys = line(&sg_path_ve, NULL, 0, 1);
    must(sg_path_init(&sys.c[0].path, &sg_path_ve, ve, NULL, 0, &err), &err);
    sys.c[0].space = &sg_space_so3;
    sg_field f = {
        .name = "heat", .sys = &sys, .param = {{SG_PARAM_B}}, .eval = heat_eval, .data = &data};
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
    batch b = batch_new(&sys, &one, 1, 1);
    sg_run_opts o = opts_of(sampler, grid, steps);
    memcpy(b.s[0].slot[0].x, start, sizeof start);
    must(sg_sample(&o, &f, b.p, 1, &err), &err);
    memcpy(x, b.s[0].slot[0].x, sizeof start);
    free(grid);
    batch_free(&b);
}

static void orders(void)
{
    static const struct {
        const char *name;
        double order;
    } m[] = {{"euler", 1}, {"midpoint", 2}, {"heun", 2}};
    double ref[3], x[3], y[3];
    end_of(ref, "heun", 4000);
    for (int k = 0; k < 3; k++) {
        end_of(x, m[k].name, 80);
        end_of(y, m[k].name, 160);
        double p = log2(apart(ref, x) / apart(ref, y));
        if (!tap_ok(fabs(p - m[k].order) < .15, "%s has order %g on rotations", m[k].name,
                    m[k].order))
            printf("# order %g, errors %g, %g\n", p, apart(ref, x), apart(ref, y));
    }
}

/* Data, start and result turn together, noise included: it is drawn in the body frame. */
static void equivariance(void)
{
    static const double ve[2] = {.05, 4}, turn[3] = {-.6, 1.4, .9};
    sg_error err;
    size_t one = 1, count = 40, steps = 50;
    double turned[6], worst = 0, start = 0;
    for (int j = 0; j < 2; j++)
        sg_so3_mul(turned + 3 * j, turn, part_so3 + 3 * j);
    kernels data = {2, part_w, part_so3, part_s2}, data2 = {2, part_w, turned, part_s2};
    sg_system sys = line(&sg_path_ve, NULL, 0, 1);
    must(sg_path_init(&sys.c[0].path, &sg_path_ve, ve, NULL, 0, &err), &err);
    sys.c[0].space = &sg_space_so3;
    sys.c[0].eps = (sg_eps){sg_eps_reverse, 1, 0};
    sg_field f = {
        .name = "heat", .sys = &sys, .param = {{SG_PARAM_S}}, .eval = heat_eval, .data = &data};
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
    batch a = batch_new(&sys, &one, count, 3), b = batch_new(&sys, &one, count, 3);
    sg_run_opts o = opts_of("em", grid, steps);
    for (size_t i = 0; i < count; i++) {
        sg_state_draw(a.p[i]);
        sg_state_draw(b.p[i]);
        sg_so3_mul(b.s[i].slot[0].x, turn, b.s[i].slot[0].x);
        start = fmax(start, apart(a.s[i].slot[0].x, b.s[i].slot[0].x));
    }
    must(sg_sample(&o, &f, a.p, count, &err), &err);
    f.data = &data2;
    must(sg_sample(&o, &f, b.p, count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        double x[3];
        sg_so3_mul(x, turn, a.s[i].slot[0].x);
        worst = fmax(worst, apart(x, b.s[i].slot[0].x));
    }
    tap_ok(start > 1, "(the starts differ by a rotation)");
    tap_near(worst, 0, 1e-9, 0, "a turned problem has the turned random walk");
    free(grid);
    batch_free(&a);
    batch_free(&b);
}

/* x_t, the conversions, frozen rotations, and what is refused. */
static void paths(void)
{
    static const double x0[6] = {.3, -.5, 1.2, 2, .1, -.3}, x1[6] = {-1.1, .8, .4, .2, -2.4, 1};
    static const sg_param d1[2] = {SG_PARAM_D1, SG_PARAM_NONE}, b1[2] = {SG_PARAM_B, SG_PARAM_NONE},
                          s1[2] = {SG_PARAM_S, SG_PARAM_NONE};
    const sg_space *sp = &sg_space_so3;
    sg_error err;
    sg_path lin = sg_path_default(), trig, ve, vp, gamma;
    double xt[6], v[6], want[6], back[6], off = 0, xh[6];
    must(sg_path_init(&trig, &sg_path_trig, NULL, NULL, 0, &err), &err);
    must(sg_path_init(&ve, &sg_path_ve, NULL, NULL, 0, &err), &err);
    must(sg_path_init(&vp, &sg_path_vp, NULL, NULL, 0, &err), &err);
    must(sg_path_init(&gamma, &sg_path_linear, NULL, &sg_gamma_brownian, .5, &err), &err);
    const sg_path *const two[2] = {&lin, &trig};
    for (int k = 0; k < 2; k++) {
        double t = .37, h = 1e-6;
        sg_coeff c;
        sg_path_coeff(two[k], t, &c);
        must(sg_curved_sample(sp, two[k], t, x0, x1, xt, 2, 1, &err), &err);
        must(sg_curved_convert(sp, two[k], t, d1, xt, x1, NULL, SG_PARAM_B, v, 2, 1, &err), &err);
        sp->log(want, x0, x1, 2, 1);
        for (int i = 0; i < 6; i++)
            off = fmax(off, fabs(v[i] - c.dbeta * want[i]));
        must(sg_curved_convert(sp, two[k], t, b1, xt, v, NULL, SG_PARAM_D1, back, 2, 1, &err),
             &err);
        off = fmax(off, fmax(apart(back, x1), apart(back + 3, x1 + 3)));
        /* the velocity is the derivative of x_t */
        must(sg_curved_sample(sp, two[k], t + h, x0, x1, xh, 2, 1, &err), &err);
        sp->log(back, xt, xh, 2, 1);
        for (int i = 0; i < 6; i++)
            off = fmax(off, 1e-6 * fabs(back[i] / h - v[i]));
        must(sg_curved_sample(sp, two[k], 1, x0, x1, xt, 2, 1, &err), &err);
        off = fmax(off, fmax(apart(xt, x1), apart(xt + 3, x1 + 3)));
    }
    tap_near(off, 0, 1e-11, 0, "geodesics: ends, velocity kappa' log(x0^-1 x1), D1 <-> b");
    must(sg_curved_convert(sp, &ve, .6, s1, x0, x1, NULL, SG_PARAM_B, v, 2, 1, &err), &err);
    must(sg_convert(&ve, .6, s1, x0, NULL, x1, NULL, SG_PARAM_B, want, 6, &err), &err);
    must(sg_curved_convert(sp, &ve, .6, b1, x0, v, NULL, SG_PARAM_S, back, 2, 1, &err), &err);
    off = 0;
    for (int i = 0; i < 6; i++)
        off = fmax(off, fabs(v[i] / want[i] - 1) + fabs(back[i] / x1[i] - 1));
    tap_near(off, 0, 1e-13, 0, "heat kernels: s <-> b as on flat spaces");
    must(sg_curved_sample(sp, &ve, .6, x0, x1, xt, 2, 1, &err), &err);
    sg_coeff c;
    sg_path_coeff(&ve, .6, &c);
    sp->retract(want, x1, x0, c.alpha, 2, 1);
    tap_ok(memcmp(xt, want, sizeof xt) == 0, "heat kernels: x1 exp(alpha z)");
    tap_ok(sg_curved_convert(sp, &lin, .6, b1, x0, v, NULL, SG_PARAM_S, back, 2, 1, &err) ==
                   SG_ENOTSUP &&
               sg_curved_convert(sp, &ve, .6, d1, x0, v, NULL, SG_PARAM_B, back, 2, 1, &err) ==
                   SG_ENOTSUP &&
               sg_curved_sample(sp, &vp, .6, x0, x1, xt, 2, 1, &err) == SG_ENOTSUP,
           "what does not determine each other is refused");
    sg_system sys = {1, {{.name = "frame", .space = sp, .width = 1, .path = vp}}};
    tap_ok(sg_system_check(&sys, &err) == SG_ENOTSUP && strstr(err.text, "frame"),
           "vp is no curved path");
    sys.c[0].path = gamma;
    tap_ok(sg_system_check(&sys, &err) == SG_ENOTSUP, "nor is one with a gamma");
    sys.c[0].path = lin;

    /* a frozen rotation follows its geodesic, another one moves to the data */
    static const unsigned char frozen[6] = {1, 1, 1, 0, 0, 0};
    static const double known[6] = {.9, .2, -.4}, from[6] = {-.5, .1, 2};
    double grid[4] = {0, .4, .7, 1}, path[3];
    const double *target[1] = {x1};
    size_t n = 2;
    sg_field f = {
        .name = "point", .sys = &sys, .param = {{SG_PARAM_D1}}, .eval = point_eval, .data = target};
    batch b = batch_new(&sys, &n, 1, 1);
    sg_slot *s = &b.s[0].slot[0];
    sg_arena a;
    sg_run *r;
    sg_run_opts o = opts_of("euler", grid, 3);
    s->frozen = frozen;
    s->known = known;
    s->known_x0 = from;
    sg_state_draw(b.p[0]);
    off = apart(s->x, from);
    sg_arena_init(&a, NULL, 0);
    must(sg_run_init(&r, &o, &f, b.p, 1, &a, &err), &err);
    must(sg_arena_new(&a, a.peak, &err), &err);
    must(sg_run_init(&r, &o, &f, b.p, 1, &a, &err), &err);
    while (!sg_run_done(r)) {
        must(sg_run_step(r, &err), &err);
        must(sg_curved_sample(sp, &lin, sg_run_time(r), from, known, path, 1, 1, &err), &err);
        off = fmax(off, apart(s->x, path));
    }
    tap_near(off, 0, 1e-14, 0, "a frozen rotation follows its geodesic");
    tap_near(apart(s->x + 3, x1 + 3), 0, 1e-14, 0, "while its neighbour goes to the data");
    s->known_x0 = NULL;
    sg_state_draw(b.p[0]);
    tap_ok(memcmp(s->x, known, 3 * sizeof *known) == 0, "without a start it stands at its end");
    sys.c[0].eps = (sg_eps){sg_eps_constant, 1, 0};
    o.method = sg_sampler_find("em");
    tap_ok(sg_sample(&o, &f, b.p, 1, &err) == SG_ENOTSUP, "noise on a geodesic path needs a score");
    o.method = sg_sampler_find("exp2");
    tap_ok(sg_sample(&o, &f, b.p, 1, &err) == SG_ENOTSUP, "flat samplers refuse rotations");
    sg_arena_clear(&a);
    sg_arena_init(&a, NULL, 0);
    const sg_field *pair[2] = {&f, &f};
    const double weight[2] = {2, -1};
    sg_combo combo;
    sg_transfer tr;
    sg_field g;
    tap_ok(sg_combo_init(&combo, &g, pair, weight, 2, 1, 12, &a, &err) == SG_ENOTSUP,
           "points of rotations are not added");
    f.param[0][0] = SG_PARAM_B;
    tap_ok(sg_combo_init(&combo, &g, pair, weight, 2, 1, 12, &a, &err) == SG_OK, "velocities are");
    tap_ok(sg_transfer_init(&tr, &g, &f, &sys, 1, 12, &a, &err) == SG_ENOTSUP,
           "nor are they scaled");
    batch_free(&b);
}

int main(void)
{
    algebra();
    uniform_law();
    density();
    semigroup();
    draws();
    score();
    heat();
    geodesic();
    circle();
    orders();
    equivariance();
    paths();
    return tap_done();
}
