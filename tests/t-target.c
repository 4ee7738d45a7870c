/* Weighted sampling of targets made of models: moments exact by quadrature,
 * 8000 particles, 200 steps, mean of 3 seeds at eps .5 on the linear path, one seed elsewhere.
 * Tolerances .05 / .08 / .015 on mean / variance / P(left). */
#include <sigen/target.h>

#include "core.h"
#include "tap.h"

#define COUNT 8000
#define STEPS 200

/* r = -(x - y)^2/2, unit noise */
static double gaussian_reward(const void *data, const sg_state *x, double *const *grad)
{
    double d = *(const double *)data - x->slot[0].x[0];
    grad[0][0] += d;
    return -d * d / 2;
}

typedef struct result {
    double mean, var, left, ess, logz;
} result;

static result run(sg_target *g, sg_system *sys, size_t count, double eps, double t0,
                  double threshold, uint64_t seed, int weighted)
{
    size_t one = 1;
    sg_error err;
    sg_arena a;
    sg_particles *p;
    result r = {0};
    double *grid = grid_new(&sg_grid_uniform, STEPS, &sys->c[0].path, t0, 1, 0),
           *w = malloc(count * sizeof *w);
    sys->c[0].eps = (sg_eps){sg_eps_constant, eps, 0};
    batch b = batch_new(sys, &one, count, seed);
    sg_arena_init(&a, NULL, 0);
    must(sg_particles_init(&p, g, b.p, count, grid, STEPS, threshold, seed, &a, &err), &err);
    must(sg_arena_new(&a, a.peak, &err), &err);
    must(sg_particles_init(&p, g, b.p, count, grid, STEPS, threshold, seed, &a, &err), &err);
    must(sg_particles_draw(p, &err), &err);
    while (!sg_particles_done(p))
        must(sg_particles_step(p, &err), &err);
    sg_population_weights(sg_particles_population(p), w);
    for (size_t i = 0; i < count; i++) {
        double x = b.s[i].slot[0].x[0], v = weighted ? w[i] : 1.0 / (double)count;
        r.mean += v * x;
        r.var += v * x * x;
        r.left += v * (x < -.25);
    }
    r.var -= r.mean * r.mean;
    r.ess = sg_population_ess(sg_particles_population(p)) / (double)count;
    r.logz = sg_population_log_normaliser(sg_particles_population(p));
    free(grid);
    free(w);
    sg_arena_clear(&a);
    batch_free(&b);
    return r;
}

static void expect(const char *name, sg_target *g, sg_system *sys, double eps, double mean,
                   double var, double left, double logz)
{
    result s = {0};
    uint64_t seeds = eps == .5 && sys->c[0].path.kind == &sg_path_linear ? 3 : 1;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        result r = run(g, sys, COUNT, eps, 0, .5, seed, 1);
        s.mean += r.mean / (double)seeds;
        s.var += r.var / (double)seeds;
        s.left += r.left / (double)seeds;
        s.ess += r.ess / (double)seeds;
        s.logz += r.logz / (double)seeds;
    }
    int good =
        fabs(s.mean - mean) <= .05 && fabs(s.var - var) <= .08 && fabs(s.left - left) <= .015;
    tap_ok(good, "%s, %s path, eps %g", name, sys->c[0].path.kind->name, eps);
    printf("# mean %.4f (%.4f), var %.4f (%.4f), left %.4f (%.4f), ess %.2f\n", s.mean, mean, s.var,
           var, s.left, left, s.ess);
    if (isfinite(logz) &&
        !tap_ok(fabs(s.logz - logz) < .03, "%s: log normaliser, eps %g", name, eps))
        printf("# %g, want %g\n", s.logz, logz);
}

/* log int exp(l_1) - log int (base)^W by quadrature on a fine grid (the trapezium rule is exact
 * here to 1e-12) */
static double density(const sg_gm *g, double x)
{
    double p = 0;
    for (size_t i = 0; i < g->n; i++)
        p += g->w[i] * exp(-(x - g->mean[i]) * (x - g->mean[i]) / (2 * g->cov[i])) /
             sqrt(2 * 3.14159265358979323846 * g->cov[i]);
    return p;
}

static double log_ratio(double wa, double wb, double y)
{
    double z1 = 0, z0 = 0, h = 1e-3;
    for (double x = -12; x <= 12; x += h) {
        double l = wa * log(density(&gm1, x)) + wb * log(density(&qc, x));
        z1 += h * exp(l - (isfinite(y) ? (x - y) * (x - y) / 2 : 0));
        z0 += h * pow(exp(-x * x / 2) / sqrt(2 * 3.14159265358979323846), wa + wb);
    }
    return log(z1 / z0);
}

static void table(const sg_interpolant *kind)
{
    double y = .2;
    sg_system sys = line(kind, NULL, 0, 1);
    sg_oracle *oa = oracle_new(&sys, NULL, &gm1), *oc = oracle_new(&sys, NULL, &qc);
    sg_field fa = sg_oracle_field(oa, SG_PARAM_B, SG_PARAM_NONE),
             fc = sg_oracle_field(oc, SG_PARAM_D1, SG_PARAM_NONE);
    sg_target anneal = {.n = 1, .f = {&fa}, .w = {2}};
    sg_target cfg = {.n = 2, .f = {&fa, &fc}, .w = {-1, 2}};
    sg_target product = {.n = 2, .f = {&fa, &fc}, .w = {1, 1}};
    sg_target posterior = {.n = 1, .f = {&fa}, .w = {1}, .reward = gaussian_reward, .data = &y};
    int lin = kind == &sg_path_linear;
    for (double eps = lin ? 0 : .5; eps < (lin ? 1.1 : .6); eps += .5) {
        expect("annealing", &anneal, &sys, eps, .703645, 2.426678, .228493,
               lin ? log_ratio(2, 0, NAN) : NAN);
        expect("exact guidance", &cfg, &sys, eps, .649324, .619771, .129688,
               lin ? log_ratio(-1, 2, NAN) : NAN);
        expect("product", &product, &sys, eps, .784670, .923976, .111049,
               lin ? log_ratio(1, 1, NAN) : NAN);
        expect("posterior", &posterior, &sys, eps, .722101, .987573, .126680,
               lin ? log_ratio(1, 0, y) : NAN);
    }
    if (lin) {
        result r = run(&anneal, &sys, COUNT, .5, 0, 0, 1, 1);
        if (!tap_ok(r.ess > .85 && r.ess < .97,
                    "annealing without resampling keeps its effective sample size"))
            printf("# %g\n", r.ess);
        /* the weights are needed: dropping them is another law */
        r = run(&posterior, &sys, COUNT, .5, 0, 0, 1, 0);
        tap_ok(fabs(r.mean - .7221) > .06 || fabs(r.var - .9876) > .1,
               "dropping the weights is biased");
        /* numerical divergences agree with the exact one */
        sg_field plain = fa;
        plain.div = NULL;
        anneal.f[0] = &plain;
        result d = run(&anneal, &sys, 500, .5, 0, 0, 7, 1);
        anneal.f[0] = &fa;
        result e = run(&anneal, &sys, 500, .5, 0, 0, 7, 1);
        tap_near(d.logz, e.logz, 1e-6, 0, "annealing with the divergence by differences");
        anneal.probes = 4; /* in one dimension e.Je is exact whatever e */
        d = run(&anneal, &sys, 500, .5, 0, 0, 7, 1);
        if (!tap_ok(fabs(d.mean - e.mean) < .3, "annealing with probes"))
            printf("# %g %g\n", d.mean, e.mean);
    }
    sg_oracle_free(oa);
    sg_oracle_free(oc);
}

/* Linear-Gaussian posterior in 3-D. r = -|R^{-1/2}(y - A x)|^2/2 */
static double linear_reward(const void *data, const sg_state *x, double *const *grad)
{
    (void)data;
    const double *v = x->slot[0].x;
    double e0 = (1 - (v[0] + v[2])) / .1, e1 = (-1 - 2 * v[1]) / .2;
    grad[0][0] += e0;
    grad[0][1] += 2 * e1;
    grad[0][2] += e0;
    return -.5 * (e0 * e0 * .1 + e1 * e1 * .2);
}

/* lam = t^4: the likelihood comes in late, where it is informative; its own lam(0) = 0 */
static double late(const void *data, double t, double *d)
{
    (void)data;
    *d = 4 * t * t * t;
    return t * t * t * t;
}

static void posterior3(void)
{
    static const double w = 1, m[3] = {0}, c[9] = {2, .6, 0, .6, 1, .3, 0, .3, .5};
    static const double mean[3] = {.875, -.442708, .046875}, var[3] = {.45, .046615, .382031};
    sg_gm data = {1, 3, &w, m, c};
    size_t n = 3, count = 8000;
    sg_error err;
    sg_arena a;
    sg_particles *p;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sys.c[0].eps = (sg_eps){sg_eps_constant, .1, 0};
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    sg_target g = {.n = 1, .f = {&f}, .w = {1}, .reward = linear_reward, .ramp = late};
    double *grid = grid_new(&sg_grid_uniform, 400, NULL, 0, 1, 0), *wt = malloc(count * sizeof *wt);
    batch b = batch_new(&sys, &n, count, 3);
    sg_arena_init(&a, NULL, 0);
    must(sg_particles_init(&p, &g, b.p, count, grid, 400, .5, 3, &a, &err), &err);
    must(sg_arena_new(&a, a.peak, &err), &err);
    must(sg_particles_init(&p, &g, b.p, count, grid, 400, .5, 3, &a, &err), &err);
    must(sg_particles_draw(p, &err), &err);
    while (!sg_particles_done(p))
        must(sg_particles_step(p, &err), &err);
    const sg_population *pop = sg_particles_population(p);
    sg_population_weights(pop, wt);
    for (int d = 0; d < 3; d++) {
        double s1 = 0, s2 = 0;
        for (size_t i = 0; i < count; i++) {
            s1 += wt[i] * b.s[i].slot[0].x[d];
            s2 += wt[i] * b.s[i].slot[0].x[d] * b.s[i].slot[0].x[d];
        }
        tap_near(s1, mean[d], .05, 0, "3-D linear posterior: mean");
        tap_near(s2 - s1 * s1, var[d], .03, .05, "3-D linear posterior: variance");
    }
    size_t distinct = 0;
    unsigned char *seen = calloc(count, 1);
    for (size_t i = 0; i < count; i++)
        seen[pop->ancestor[i]] = 1;
    for (size_t i = 0; i < count; i++)
        distinct += seen[i];
    free(seen);
    if (!tap_ok(distinct > 50 && distinct < count, "ancestors survive, and not all"))
        printf("# %zu\n", distinct);
    free(grid);
    free(wt);
    sg_arena_clear(&a);
    batch_free(&b);
    sg_oracle_free(o);
}

/* Members of weights 0, 1, 2, 5: who is copied where, and the normaliser's estimate. */
static void population(void)
{
    double mem[512], w[4] = {0, 1, 2, 5}, mean = 0;
    int good = 1;
    size_t copies[4] = {0};
    sg_population p;
    sg_arena a;
    sg_error err;
    sg_arena_init(&a, NULL, 0);
    must(sg_population_init(&p, 4, 1, 2, &a, &err), &err);
    size_t need = a.peak;
    must(sg_arena_new(&a, need, &err), &err);
    must(sg_population_init(&p, 4, 1, 2, &a, &err), &err);
    for (int k = 0; k < 400; k++) {
        sg_population_reset(&p);
        for (int i = 0; i < 4; i++)
            p.logw[i] = log(w[i]) - 800;
        good &= fabs(sg_population_ess(&p) - 64. / 30) < 1e-9;
        sg_population_resample(&p);
        for (int i = 0; i < 4; i++) {
            copies[p.source[i]]++;
            good &= p.logw[i] == 0 && p.ancestor[i] == p.source[i];
        }
        good &= p.source[3] == 3 && p.source[0] != 0; /* 5/8 always survives, 0 never */
        good &= p.source[2] == 2;                     /* 4 * 2/8 = 1 copy */
        mean += sg_population_log_normaliser(&p) / 400;
    }
    tap_ok(good, "a population: survivors stay, weights start anew");
    tap_ok(copies[0] == 0 && copies[2] == 400 && abs((int)copies[1] - 200) < 60,
           "a population: copies as the weights say");
    tap_near(mean, log(2.) - 800, 1e-9, 0, "a population: log of the mean weight");
    sg_population_reset(&p);
    for (int i = 0; i < 4; i++)
        p.logw[i] = -INFINITY;
    tap_ok(sg_population_ess(&p) == 0 && sg_population_log_normaliser(&p) == -INFINITY,
           "a population of weights 0 has no effective size");
    sg_arena_clear(&a);
    sg_arena_init(&a, mem, 64);
    tap_ok(sg_population_init(&p, 4, 1, 2, &a, &err) == SG_ENOMEM, "a population needs room");
}

static double broken_reward(const void *data, const sg_state *x, double *const *grad)
{
    (void)grad;
    return *(const int *)data && x->slot[0].x[0] > 0 ? NAN : 0;
}

/* A reward that stops being a number ends the run, and the particles stay where they were. */
static void no_reward(void)
{
    int broken = 0;
    sg_error err;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &gm1);
    sg_field f = sg_oracle_field(o, SG_PARAM_B, SG_PARAM_NONE);
    sg_target g = {.n = 1, .f = {&f}, .w = {1}, .reward = broken_reward, .data = &broken};
    size_t n = 1;
    batch b = batch_new(&sys, &n, 50, 3);
    double grid[3] = {0, .3, .6}, sum = 0;
    sg_particles *p;
    sg_arena a;
    sg_arena_init(&a, NULL, 0);
    must(sg_particles_init(&p, &g, b.p, b.count, grid, 2, 0.5, 0, &a, &err), &err);
    must(sg_arena_new(&a, a.peak, &err), &err);
    must(sg_particles_init(&p, &g, b.p, b.count, grid, 2, 0.5, 0, &a, &err), &err);
    must(sg_particles_draw(p, &err), &err);
    must(sg_particles_step(p, &err), &err);
    for (size_t i = 0; i < b.count; i++)
        sum += b.s[i].slot[0].x[0];
    broken = 1;
    tap_ok(sg_particles_step(p, &err) == SG_ENAN && !sg_particles_done(p),
           "a reward of NaN is refused");
    for (size_t i = 0; i < b.count; i++)
        sum -= b.s[i].slot[0].x[0];
    tap_near(sum, 0, 1e-12, 0, "a reward of NaN moves nothing");
    sg_arena_clear(&a);
    batch_free(&b);
    sg_oracle_free(o);
}

static void primitives(void)
{
    double w[5] = {.1, 0, .4, .3, .2}, logw[5];
    size_t idx[5], counts[5] = {0};
    for (int k = 0; k < 1000; k++) {
        sg_resample_systematic(w, 5, (k + .5) / 1000, idx);
        for (int i = 0; i < 5; i++)
            counts[idx[i]]++;
    }
    int good = 1;
    for (int i = 0; i < 5; i++)
        good &= fabs((double)counts[i] / 1000 - 5 * w[i]) < .003;
    tap_ok(good, "systematic resampling: expected counts, zero weights never");
    sg_resample_systematic(w, 5, .5, idx);
    tap_ok(idx[0] == 2 && idx[4] == 4 && idx[1] == 2, "systematic resampling: ascending indices");
    for (int i = 0; i < 5; i++)
        logw[i] = 700 + log(fmax(w[i], 1e-300));
    tap_near(sg_ess(logw, 5), 1 / .3, 1e-12, 0, "effective sample size, far from overflow");
    sg_error err;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &gm1);
    sg_field f = sg_oracle_field(o, SG_PARAM_B, SG_PARAM_NONE);
    sg_target g = {.n = 2, .f = {&f, &f}, .w = {1, -1}};
    sg_particles *p;
    sg_arena a;
    sg_arena_init(&a, NULL, 0);
    double grid[2] = {0, 1};
    tap_ok(sg_particles_init(&p, &g, NULL, 0, grid, 1, 0, 0, &a, &err) == SG_EINVAL,
           "exponents of sum 0 are refused");
    sg_oracle_free(o);
}

/* Plain guidance is not the tilted law: q_u = N(0, 1), q_c = N(1, .25), k = 3 under VP. */
static void plain_guidance(void)
{
    static const double w = 1, m0 = 0, c0 = 1, m1 = 1, c1 = .25, wt[2] = {-2, 3};
    sg_gm gu = {1, 1, &w, &m0, &c0}, gc = {1, 1, &w, &m1, &c1};
    size_t one = 1;
    sg_error err;
    sg_system sys = line(&sg_path_vp, NULL, 0, 1);
    sg_oracle *ou = oracle_new(&sys, NULL, &gu), *oc = oracle_new(&sys, NULL, &gc);
    sg_field fu = sg_oracle_field(ou, SG_PARAM_E, 0), fc = sg_oracle_field(oc, SG_PARAM_E, 0), g;
    const sg_field *both[2] = {&fu, &fc};
    sg_combo combo;
    sg_arena a;
    sg_arena_init(&a, NULL, 0);
    must(sg_combo_init(&combo, &g, both, wt, 2, 2, 2, &a, &err), &err);
    must(sg_arena_new(&a, a.peak, &err), &err);
    must(sg_combo_init(&combo, &g, both, wt, 2, 2, 2, &a, &err), &err);
    /* linear flow: two trajectories give slope and offset of the Gaussian map */
    double *grid = grid_new(&sg_grid_lam, 400, &sys.c[0].path, 0, 1 - 1e-5, 0);
    sg_run_opts o = opts_of("exp3", grid, 400);
    batch b = batch_new(&sys, &one, 2, 1);
    b.s[0].slot[0].x[0] = 0;
    b.s[1].slot[0].x[0] = 1;
    must(sg_sample(&o, &g, b.p, 2, &err), &err);
    double mean = b.s[0].slot[0].x[0], slope = b.s[1].slot[0].x[0] - mean;
    tap_near(mean, 1.4975, 1e-3, 0, "plain guidance by the flow: mean 1.4975, not 1.2");
    tap_near(slope * slope, .0156, 2e-4, 0, "plain guidance by the flow: variance .0156, not .1");
    /* the reverse SDE: N(1.3125, .0666), two states at a time */
    double m = 0, v = 0;
    double *coarse = grid_new(&sg_grid_lam, 200, &sys.c[0].path, 0, 1, 0);
    sg_run_opts sde = opts_of("sde2", coarse, 200);
    enum { MANY = 4000 };
    batch many = batch_new(&sys, &one, MANY, 2);
    for (size_t i = 0; i < MANY; i++)
        sg_state_draw(many.p[i]);
    for (size_t i = 0; i < MANY; i += 2)
        must(sg_sample(&sde, &g, many.p + i, 2, &err), &err);
    for (size_t i = 0; i < MANY; i++) {
        m += many.s[i].slot[0].x[0] / MANY;
        v += many.s[i].slot[0].x[0] * many.s[i].slot[0].x[0] / MANY;
    }
    tap_near(m, 1.3125, .02, 0, "plain guidance by the reverse SDE: mean 1.3125");
    tap_near(v - m * m, .0666, .0075, 0, "plain guidance by the reverse SDE: variance .0666");
    batch_free(&many);
    free(coarse);
    batch three = batch_new(&sys, &one, 3, 1);
    tap_ok(sg_sample(&o, &g, three.p, 3, &err) == SG_ELIMIT,
           "a batch above the field's maximum is refused");
    batch_free(&three);
    batch_free(&b);
    free(grid);
    sg_arena_clear(&a);
    sg_oracle_free(ou);
    sg_oracle_free(oc);
}

int main(void)
{
    population();
    primitives();
    no_reward();
    plain_guidance();
    table(&sg_path_linear);
    table(&sg_path_vp);
    posterior3();
    return tap_done();
}
