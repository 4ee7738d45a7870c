/* Observed orders and errors of the samplers: exact end points of the flow (quantile map of the
 * mixture), variance errors by exact recursion of moments, no Monte Carlo. The reference figures
 * were computed in double by separate scripts: bisection of the mixture's distribution function,
 * and the recursions by hand. */
#include "core.h"
#include "tap.h"

static const double start[4] = {-1.5, -.3, .4, 1.2};

/* Largest error of four trajectories with `steps` steps; the root mean square into *rms. */
static double ode_errors(const sg_system *sys, sg_field *f, const char *sampler,
                         const sg_grid *grid_kind, size_t steps, double t1, const double *exact,
                         double *rms)
{
    size_t one = 1;
    sg_error err;
    batch b = batch_new(sys, &one, 4, 1);
    double *grid = grid_new(grid_kind, steps, &sys->c[0].path, 0, t1, 0), worst = 0;
    sg_run_opts o = opts_of(sampler, grid, steps);
    for (int i = 0; i < 4; i++)
        b.s[i].slot[0].x[0] = start[i];
    must(sg_sample(&o, f, b.p, 4, &err), &err);
    *rms = 0;
    for (int i = 0; i < 4; i++) {
        double e = fabs(b.s[i].slot[0].x[0] - exact[i]);
        worst = fmax(worst, e);
        *rms += e * e / 4;
    }
    *rms = sqrt(*rms);
    free(grid);
    batch_free(&b);
    return worst;
}

static double ode_error(const sg_system *sys, sg_field *f, const char *sampler,
                        const sg_grid *grid_kind, size_t steps, double t1, const double *exact)
{
    double rms;
    return ode_errors(sys, f, sampler, grid_kind, steps, t1, exact, &rms);
}

static void ode(void)
{
    static const double exact[4] = {-2.3815711886, .5490017928, 1.5155327368, 2.2812747224};
    static const struct {
        const char *name;
        size_t n;
        double at80, order;
    } row[] = {{"euler", 80, 2.32e-2, 1},
               {"midpoint", 80, 7.9e-5, 2},
               {"heun", 80, 6.7e-5, 2},
               {"rk4", 40, 2.5e-8, 4}};
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &gm1);
    sg_field f = sg_oracle_field(o, SG_PARAM_B, SG_PARAM_NONE);
    char name[80];
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        double e80 = ode_error(&sys, &f, row[i].name, &sg_grid_uniform, 80, 1, exact);
        double ea = ode_error(&sys, &f, row[i].name, &sg_grid_uniform, row[i].n, 1, exact);
        double eb = ode_error(&sys, &f, row[i].name, &sg_grid_uniform, 2 * row[i].n, 1, exact);
        snprintf(name, sizeof name, "%s: error with 80 steps", row[i].name);
        tap_near(e80, row[i].at80, 0, .05, name);
        snprintf(name, sizeof name, "%s: order %g", row[i].name, row[i].order);
        tap_near(log2(ea / eb), row[i].order, .25, 0, name);
    }
    double e = ode_error(&sys, &f, "rk45", &sg_grid_uniform, 1, 1, exact);
    if (!tap_ok(e < 1e-5, "rk45: error at rtol 1e-6 below 1e-5"))
        printf("# %g\n", e);
    /* D1 native: b does not exist at t = 1; the last step ends on D1 */
    sg_field d1 = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    e = ode_error(&sys, &d1, "rk45", &sg_grid_uniform, 1, 1, exact);
    if (!tap_ok(e < 1e-5, "rk45 with D1: the same"))
        printf("# %g\n", e);
    double ea = ode_error(&sys, &d1, "heun", &sg_grid_uniform, 80, 1, exact);
    double eb = ode_error(&sys, &d1, "heun", &sg_grid_uniform, 160, 1, exact);
    tap_near(log2(ea / eb), 2, .25, 0, "heun with D1: order 2");
    e = ode_error(&sys, &d1, "euler", &sg_grid_uniform, 80, 1, exact);
    tap_near(e, 2.32e-2, 0, .05, "euler with D1: error with 80 steps");
    sg_oracle_free(o);
}

static void exponential(void)
{
    static const double exact[4] = {-2.38281292, .54042175, 1.51090293, 2.27751636};
    static const struct {
        const char *name;
        double at160, order;
    } row[] = {
        {"exp1", 1.58e-2, 1}, {"exp2", 4.57e-4, 2}, {"exp3", 1.12e-5, 3}, {"ddim", 1.58e-2, 1}};
    sg_system sys = line(&sg_path_vp, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &gm1);
    sg_field f = sg_oracle_field(o, SG_PARAM_E, SG_PARAM_NONE);
    char name[80];
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        double ea = ode_error(&sys, &f, row[i].name, &sg_grid_lam, 160, .99, exact);
        double eb = ode_error(&sys, &f, row[i].name, &sg_grid_lam, 320, .99, exact);
        snprintf(name, sizeof name, "%s: error with 160 steps", row[i].name);
        tap_near(ea, row[i].at160, 0, .05, name);
        snprintf(name, sizeof name, "%s: order %g", row[i].name, row[i].order);
        tap_near(log2(ea / eb), row[i].order, .15, 0, name);
    }
    /* at 5 steps order 3 is worse than order 1, at 10 far better */
    static const struct {
        const char *name;
        size_t steps;
        double rms;
    } few[] = {{"exp1", 5, .371}, {"exp3", 5, .714}, {"exp1", 10, .188}, {"exp3", 10, .0271}};
    for (size_t i = 0; i < 4; i++) {
        double rms;
        ode_errors(&sys, &f, few[i].name, &sg_grid_lam, few[i].steps, .99, exact, &rms);
        snprintf(name, sizeof name, "%s: rms error with %zu steps", few[i].name, few[i].steps);
        tap_near(rms, few[i].rms, 0, .005, name);
    }
    sg_oracle_free(o);
}

/* exp1..3 on the mean-reverting path with its shift: against a fine solution. */
static void shifted(void)
{
    sg_error err;
    size_t one = 1;
    double mu = 2, par[3] = {.3, 1, 8}, fine[4];
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    must(sg_path_init(&sys.c[0].path, &sg_path_mr, par, NULL, 0, &err), &err);
    sg_oracle *o = oracle_new(&sys, NULL, &gm1);
    static const char *const name[4] = {"exp1", "exp2", "exp3", "rk4"};
    for (int k = 3; k >= 0; k--) {
        double worst[2] = {0};
        for (int half = 0; half < (k == 3 ? 1 : 2); half++) {
            size_t steps = k == 3 ? 8000 : half ? 320 : 160;
            sg_field f = sg_oracle_field(o, k == 3 ? SG_PARAM_B : SG_PARAM_D1, SG_PARAM_NONE);
            batch b = batch_new(&sys, &one, 4, 1);
            double *grid = grid_new(k == 3 ? &sg_grid_uniform : &sg_grid_lam, steps, &sys.c[0].path,
                                    0, .99, 0);
            sg_run_opts opt = opts_of(name[k], grid, steps);
            for (int i = 0; i < 4; i++) {
                b.s[i].slot[0].mu = &mu;
                b.s[i].slot[0].x[0] = mu + .3 * start[i];
            }
            must(sg_sample(&opt, &f, b.p, 4, &err), &err);
            for (int i = 0; i < 4; i++) {
                double x = b.s[i].slot[0].x[0];
                if (k == 3)
                    fine[i] = x;
                else
                    worst[half] = fmax(worst[half], fabs(x - fine[i]));
            }
            free(grid);
            batch_free(&b);
        }
        char label[64];
        snprintf(label, sizeof label, "%s on the mean-reverting path: order %d", name[k], k + 1);
        if (k < 3)
            tap_near(log2(worst[0] / worst[1]), k + 1, .25, 0, label);
    }
    sg_oracle_free(o);
}

/* --- exact variances --- */

/* One step of a one-step method is x -> a x + c + sum_k g_k z_k, z from the state's stream: a from
 * two starts with the same noise; c and g from three streams. Follows mean and variance through the
 * grid. */
static void markov(sg_system *sys, sg_field *f, sg_run_opts *o, size_t n_noise, double *mean,
                   double *var)
{
    size_t one = 1, m = n_noise + 2;
    sg_error err;
    batch b = batch_new(sys, &one, m, 77);
    sg_arena a;
    sg_run *r;
    sg_arena_init(&a, NULL, 0);
    must(sg_run_init(&r, o, f, b.p, m, &a, &err), &err);
    must(sg_arena_new(&a, a.peak, &err), &err);
    must(sg_run_init(&r, o, f, b.p, m, &a, &err), &err);
    while (!sg_run_done(r)) {
        double z[3][3] = {{0}}, rhs[3];
        for (size_t i = 0; i < m; i++)
            b.s[i].slot[0].x[0] = i == m - 1;
        b.s[m - 1].rng = b.s[0].rng;
        for (size_t i = 0; i + 1 < m; i++) {
            sg_rng copy = b.s[i].rng;
            z[i][0] = 1;
            for (size_t k = 0; k < n_noise; k++)
                z[i][k + 1] = sg_rng_normal(&copy);
        }
        must(sg_run_step(r, &err), &err);
        for (size_t i = 0; i + 1 < m; i++)
            rhs[i] = b.s[i].slot[0].x[0];
        double slope = b.s[m - 1].slot[0].x[0] - rhs[0];
        for (size_t c = 0; c + 1 < m; c++) /* elimination without pivots: first column is 1 */
            for (size_t i = 0; i + 1 < m; i++) {
                double q = i == c ? 0 : z[i][c] / z[c][c];
                for (size_t k = 0; k + 1 < m; k++)
                    z[i][k] -= q * z[c][k];
                rhs[i] -= q * rhs[c];
            }
        *mean = slope * *mean + rhs[0] / z[0][0];
        *var *= slope * slope;
        for (size_t k = 1; k + 1 < m; k++)
            *var += rhs[k] / z[k][k] * (rhs[k] / z[k][k]);
    }
    sg_arena_clear(&a);
    batch_free(&b);
}

static void em(void)
{
    static const double w = 1, m = 1.5, c = .64;
    static const struct {
        double eps, error;
    } row[] = {{1, -2.176e-4}, {.25, -2.487e-3}, {0, -4.148e-3}};
    sg_gm data = {1, 1, &w, &m, &c};
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    sg_field f = sg_oracle_field(o, SG_PARAM_B, SG_PARAM_NONE);
    for (size_t i = 0; i < 3; i++) {
        char name[64];
        double e[2];
        for (int half = 0; half < 2; half++) {
            double *grid = grid_new(&sg_grid_uniform, 400u << half, &sys.c[0].path, 0, .999, 0);
            sys.c[0].eps = (sg_eps){sg_eps_constant, row[i].eps, 0};
            sg_run_opts opt = opts_of("em", grid, 400u << half);
            double mean = 0, var = 1, t = .999;
            markov(&sys, &f, &opt, 1, &mean, &var);
            e[half] = var - ((1 - t) * (1 - t) + t * t * c);
            free(grid);
        }
        snprintf(name, sizeof name, "em: variance error, eps = %g", row[i].eps);
        tap_near(e[0], row[i].error, 1e-6, 5e-4, name);
        snprintf(name, sizeof name, "em: weak order 1, eps = %g", row[i].eps);
        tap_near(log2(e[0] / e[1]), 1, .15, 0, name);
    }
    /* stochastic Heun on the same problem */
    double e[2];
    for (int half = 0; half < 2; half++) {
        double *grid = grid_new(&sg_grid_uniform, 100u << half, &sys.c[0].path, 0, .9, 0);
        sys.c[0].eps = (sg_eps){sg_eps_alpha, 1, 0};
        sg_run_opts opt = opts_of("heun-sde", grid, 100u << half);
        double mean = 0, var = 1, t = .9;
        markov(&sys, &f, &opt, 1, &mean, &var);
        e[half] = var - ((1 - t) * (1 - t) + t * t * c);
        free(grid);
    }
    if (!tap_ok(fabs(e[0]) < 2e-4 && fabs(log2(e[0] / e[1]) - 2) < .25, "heun-sde: weak order 2"))
        printf("# errors %g %g\n", e[0], e[1]);
    sg_oracle_free(o);
}

static void s4(void)
{
    static const double w = 1, m = 0, c = .64;
    sg_gm data = {1, 1, &w, &m, &c};
    sg_system sys = line(&sg_path_vp, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    sg_field f = sg_oracle_field(o, SG_PARAM_S, SG_PARAM_NONE);
    double e[2];
    for (int half = 0; half < 2; half++) {
        size_t n = 1000u << half;
        double *grid = grid_new(&sg_grid_uniform, n, &sys.c[0].path, 0, .99, 0), mean = 0, var = 1;
        sg_run_opts opt = opts_of("s4", grid, n);
        opt.corrector_scale = 0;
        markov(&sys, &f, &opt, 2, &mean, &var);
        sg_coeff k;
        sg_path_coeff(&sys.c[0].path, .99, &k);
        e[half] = var - (k.alpha * k.alpha + k.beta * k.beta * c);
        free(grid);
    }
    tap_near(e[0], -1.85e-3, 1e-5, 0,
             "s4 without corrector: variance error with 1000 steps, u 1 to .01");
    tap_near(log2(e[0] / e[1]), 1, .15, 0, "s4: weak order 1");
    sg_oracle_free(o);
}

/* Multistep methods remember: the end is sum_k g_k z_k + g x_0, each by an impulse at one step. */
static double impulse_variance(const sg_system *sys, sg_field *f, sg_run_opts *o)
{
    size_t one = 1;
    sg_error err;
    sg_arena a;
    sg_run *r;
    double var = 0;
    batch b = batch_new(sys, &one, 1, 5);
    sg_arena_init(&a, NULL, 0);
    must(sg_run_init(&r, o, f, b.p, 1, &a, &err), &err);
    must(sg_arena_new(&a, a.peak, &err), &err);
    for (size_t k = 0; k <= o->steps; k++) {
        double z = 1;
        a.used = 0;
        must(sg_run_init(&r, o, f, b.p, 1, &a, &err), &err);
        b.s[0].slot[0].x[0] = k == o->steps;
        while (!sg_run_done(r)) {
            int now = sg_run_index(r) == k;
            sg_rng copy = b.s[0].rng;
            if (now)
                z = sg_rng_normal(&copy);
            sg_run_options(r)->noise_scale = now;
            must(sg_run_step(r, &err), &err);
        }
        double g = b.s[0].slot[0].x[0] / z;
        var += g * g;
    }
    sg_arena_clear(&a);
    batch_free(&b);
    return var;
}

static void exponential_sde(void)
{
    static const double w = 1, m = 0, c = .64;
    static const struct {
        const char *name, *label;
        double eta, error, order;
    } row[] = {{"sde1", "sde1", 0, -3.140e-2, 1},
               {"sde2", "sde2", 0, 1.107e-3, 2},
               {"ddim", "ddim eta 0", 0, -1.603e-2, 1},
               {"ddim", "ddim eta .5", .5, -1.979e-2, 1},
               {"ddim", "ddim eta 1", 1, -3.140e-2, 1}};
    sg_gm data = {1, 1, &w, &m, &c};
    sg_system sys = line(&sg_path_vp, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    sg_coeff k;
    sg_path_coeff(&sys.c[0].path, .99, &k);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        char name[64];
        double e[2];
        for (int half = 0; half < 2; half++) {
            size_t n = 160u << half;
            double *grid = grid_new(&sg_grid_lam, n, &sys.c[0].path, 0, .99, 0);
            sg_run_opts opt = opts_of(row[i].name, grid, n);
            opt.eta = row[i].eta;
            e[half] = impulse_variance(&sys, &f, &opt) - (k.alpha * k.alpha + k.beta * k.beta * c);
            free(grid);
        }
        snprintf(name, sizeof name, "%s: variance error with 160 steps", row[i].label);
        tap_near(e[0], row[i].error, 0, 1e-3, name);
        snprintf(name, sizeof name, "%s: weak order %g", row[i].label, row[i].order);
        tap_near(log2(e[0] / e[1]), row[i].order, .15, 0, name);
    }
    sg_oracle_free(o);
}

/* ddim at eta 0, 1 against exp1, sde1, bit by bit of the streams; ddim-eps with the reverse SDE's
 * eps on a fine grid against sde1; eta masks. */
static void equalities(void)
{
    size_t n = 3, steps = 50;
    sg_error err;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    static const double w = 1, m[3] = {1, 2, -1}, c[9] = {1, .5, 0, .5, 2, .1, 0, .1, .7};
    sg_gm data = {1, 3, &w, m, c};
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    double *grid = grid_new(&sg_grid_quadratic, steps, &sys.c[0].path, 0, 1, 0), x[5][3];
    static const char *const name[5] = {"exp1", "ddim", "sde1", "ddim", "ddim-eps"};
    static const double eta[5] = {0, 0, 0, 1, 0}, mask[3] = {0, 1, 1};
    sys.c[0].eps = (sg_eps){sg_eps_reverse, 1, 0};
    for (int i = 0; i < 5; i++) {
        batch b = batch_new(&sys, &n, 1, 9);
        sg_run_opts opt = opts_of(name[i], grid, steps);
        opt.eta = eta[i];
        sg_state_draw(b.p[0]);
        must(sg_sample(&opt, &f, b.p, 1, &err), &err);
        memcpy(x[i], b.s[0].slot[0].x, sizeof x[i]);
        batch_free(&b);
    }
    double e0 = 0, e1 = 0, e2 = 0;
    for (int d = 0; d < 3; d++) {
        e0 = fmax(e0, fabs(x[0][d] - x[1][d]));
        e1 = fmax(e1, fabs(x[2][d] - x[3][d]));
        e2 = fmax(e2, fabs(x[2][d] - x[4][d]));
    }
    tap_ok(e0 < 1e-12, "ddim with eta 0 is exp1");
    tap_ok(e1 < 1e-12, "ddim with eta 1 is sde1");
    if (!tap_ok(e2 < .02, "ddim-eps with the reverse SDE's eps is sde1"))
        printf("# %g\n", e2);
    /* eta mask: the first value deterministic given independent data */
    static const double ci[9] = {1, 0, 0, 0, 2, .1, 0, .1, .7};
    sg_gm ind = {1, 3, &w, m, ci};
    sg_oracle *q = oracle_new(&sys, NULL, &ind);
    sg_field g = sg_oracle_field(q, SG_PARAM_D1, SG_PARAM_NONE);
    for (int i = 0; i < 2; i++) {
        batch b = batch_new(&sys, &n, 1, 9);
        sg_run_opts opt = opts_of("ddim", grid, steps);
        opt.eta = i;
        b.s[0].slot[0].eta = mask;
        sg_state_draw(b.p[0]);
        must(sg_sample(&opt, &g, b.p, 1, &err), &err);
        memcpy(x[i], b.s[0].slot[0].x, sizeof x[i]);
        batch_free(&b);
    }
    tap_ok(fabs(x[0][0] - x[1][0]) < 1e-12 && fabs(x[0][1] - x[1][1]) > 1e-3,
           "an eta mask keeps its values on the flow");
    sg_oracle_free(o);
    sg_oracle_free(q);
    free(grid);
}

int main(void)
{
    ode();
    exponential();
    shifted();
    em();
    s4();
    exponential_sde();
    equalities();
    return tap_done();
}
