/* Systems and the run: coupled components, curved spaces brought by a module, inconsistent scores,
 * positive data, replacement, checks, errors that change nothing. */
#include <sigen/field.h>

#include "core.h"
#include "tap.h"

#define PI 3.14159265358979323846

/* Node and edge jointly Gaussian with correlation .8: the joint score keeps it, separate ones do
 * not. */
static void coupled(void)
{
    static const double w = 1, m[2] = {0, 0}, joint[4] = {1, .8, .8, 1}, apart[4] = {1, 0, 0, 1};
    sg_error err;
    size_t n[2] = {1, 2}, count = 6000, steps = 250;
    double b0[2] = {.1, 10}, corr[2];
    sg_system sys = {2,
                     {{.name = "node", .space = &sg_space_real, .width = 1},
                      {.name = "edge", .space = &sg_space_sym0, .width = 1}}};
    must(sg_path_init(&sys.c[0].path, &sg_path_vp, NULL, NULL, 0, &err), &err);
    must(sg_path_init(&sys.c[1].path, &sg_path_vp, b0, NULL, 0, &err), &err);
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
    for (int k = 0; k < 2; k++) {
        sg_gm data = {1, 2, &w, m, k ? apart : joint};
        sg_oracle *o = oracle_new(&sys, NULL, &data);
        sg_field f = sg_oracle_field(o, SG_PARAM_S, SG_PARAM_NONE);
        batch b = batch_new(&sys, n, count, 4);
        sg_run_opts opt = opts_of("s4", grid, steps);
        opt.corrector_scale = 0;
        double xx = 0, yy = 0, xy = 0;
        for (size_t i = 0; i < count; i++)
            sg_state_draw(b.p[i]);
        must(sg_sample(&opt, &f, b.p, count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            double x = b.s[i].slot[0].x[0], y = b.s[i].slot[1].x[0];
            xx += x * x;
            yy += y * y;
            xy += x * y;
        }
        corr[k] = xy / sqrt(xx * yy);
        batch_free(&b);
        sg_oracle_free(o);
    }
    tap_near(corr[0], .8, .03, 0, "coupled scores keep the correlation of node and edge");
    tap_near(corr[1], 0, .05, 0, "separate scores lose it");
    free(grid);
}

/* score -factor k(u) x of data N(0, var) under VP: b and s of a Gaussian that may be wrong */
typedef struct wrong {
    double var, factor;
} wrong;

static sg_status wrong_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                            sg_pred *const *out, sg_error *err)
{
    const wrong *q = f->data;
    sg_coeff c;
    (void)err;
    sg_path_coeff(&f->sys->c[0].path, t, &c);
    double k = q->factor / (c.alpha * c.alpha + c.beta * c.beta * q->var);
    for (size_t i = 0; i < count; i++)
        out[i]->v[0][0] = -k * x[i]->slot[0].x[0];
    return SG_OK;
}

/* Final variance of the linear flow or SDE: slope by a unit start, noise by impulses. */
static double final_variance(const wrong *q, int noisy)
{
    sg_error err;
    size_t one = 1, steps = 400;
    sg_system sys = line(&sg_path_vp, NULL, 0, 1);
    sys.c[0].eps = (sg_eps){noisy ? sg_eps_reverse : NULL, 1, 0};
    sg_field f = {
        .name = "wrong", .sys = &sys, .param = {{SG_PARAM_S}}, .eval = wrong_eval, .data = q};
    double *grid = grid_new(&sg_grid_quadratic, steps, &sys.c[0].path, 0, 1 - 1e-4, 0), var = 0;
    sg_run_opts o = opts_of(noisy ? "heun-sde" : "rk4", grid, steps);
    sg_arena a;
    sg_run *r;
    batch b = batch_new(&sys, &one, 1, 5);
    sg_arena_init(&a, NULL, 0);
    must(sg_run_init(&r, &o, &f, b.p, 1, &a, &err), &err);
    must(sg_arena_new(&a, a.peak, &err), &err);
    for (size_t k = noisy ? 0 : steps; k <= steps; k++) {
        double z = 1;
        a.used = 0;
        must(sg_run_init(&r, &o, &f, b.p, 1, &a, &err), &err);
        b.s[0].slot[0].x[0] = k == steps;
        while (!sg_run_done(r)) {
            int now = sg_run_index(r) == k;
            sg_rng copy = b.s[0].rng;
            if (now)
                z = sg_rng_normal(&copy);
            sg_run_options(r)->noise_scale = now;
            must(sg_run_step(r, &err), &err);
        }
        var += b.s[0].slot[0].x[0] / z * (b.s[0].slot[0].x[0] / z);
    }
    free(grid);
    sg_arena_clear(&a);
    batch_free(&b);
    return var;
}

static void gap(void)
{
    static const wrong exact = {.5, 1}, other = {.8, 1}, scaled = {.5, 1.1};
    double vo = final_variance(&exact, 0), vs = final_variance(&exact, 1);
    tap_near(sqrt(vo), sqrt(vs), 3e-4, 0, "exact score: flow and SDE agree");
    vo = final_variance(&other, 0);
    vs = final_variance(&other, 1);
    tap_near(sqrt(vo), sqrt(vs), 3e-4, 0, "a wrong score of some law: they still agree");
    vo = final_variance(&scaled, 0);
    vs = final_variance(&scaled, 1);
    tap_near(vo, .1708, 1e-3, 0, "1.1 times the score: variance of the flow");
    tap_near(vs, .4167, 1e-3, 0, "1.1 times the score: variance of the SDE");
    tap_near(sqrt(vs) - sqrt(vo), .2323, 1e-3, 0, "1.1 times the score: W2 of the two");
}

/* Log-normal data, E log x = .4, Var log x = .61, in the log chart: every sample is positive. */
static void positive(void)
{
    static const double w = 1, m = .4, c = .61;
    sg_error err;
    size_t one = 1, count = 20000, steps = 40;
    sg_gm data = {1, 1, &w, &m, &c};
    sg_system sys = line(&sg_path_vp, NULL, 0, 1);
    sys.c[0].space = &sg_space_positive;
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    double *grid = grid_new(&sg_grid_lam, steps, &sys.c[0].path, 0, 1, 0), mean = 0, var = 0;
    batch b = batch_new(&sys, &one, count, 8);
    sg_run_opts opt = opts_of("sde2", grid, steps);
    size_t negative = 0;
    for (size_t i = 0; i < count; i++)
        sg_state_draw(b.p[i]);
    must(sg_sample(&opt, &f, b.p, count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        double x;
        sg_space_positive.from_chart(&x, b.s[i].slot[0].x, 1);
        negative += !(x > 0);
        mean += log(x) / (double)count;
        var += log(x) * log(x) / (double)count;
    }
    var -= mean * mean;
    tap_ok(negative == 0, "log chart: no sample is negative");
    tap_near(mean, .4, .05, 0, "log chart: mean of log x");
    tap_near(var, .61, .05, 0, "log chart: variance of log x");
    /* s_Y = 1 + x s_X: the score of the log-normal density, by differences */
    double x = 1.7, h = 1e-5, lp[2];
    for (int k = 0; k < 2; k++) {
        double y, at = x + (k ? -h : h), vol = sg_space_positive.to_chart(&y, &at, 1);
        lp[k] = -(y - m) * (y - m) / (2 * c) - vol;
    }
    tap_near(1 + x * (lp[0] - lp[1]) / (2 * h), -(log(x) - m) / c, 1e-8, 0,
             "log chart: s_Y = 1 + x s_X");
    free(grid);
    batch_free(&b);
    sg_oracle_free(o);
}

/* A torus table of a module's own: angles move along the shortest way. */
static size_t angle_len(size_t n, size_t width)
{
    return n * width;
}

static double wrap(double a)
{
    return a - 2 * PI * floor((a + PI) / (2 * PI));
}

static void angle_draw(double *x, size_t n, size_t width, sg_rng *rng)
{
    for (size_t i = 0; i < n * width; i++)
        x[i] = PI * (2 * sg_rng_uniform(rng) - 1);
}

static void angle_project(double *v, size_t n, size_t width)
{
    (void)v, (void)n, (void)width;
}

static void angle_retract(double *y, const double *x, const double *v, double h, size_t n,
                          size_t width)
{
    for (size_t i = 0; i < n * width; i++)
        y[i] = wrap(x[i] + h * v[i]);
}

static void angle_log(double *v, const double *x, const double *y, size_t n, size_t width)
{
    for (size_t i = 0; i < n * width; i++)
        v[i] = wrap(y[i] - x[i]);
}

static const sg_space torus = {.name = "torus",
                               .len = angle_len,
                               .dof = angle_len,
                               .draw = angle_draw,
                               .project = angle_project,
                               .retract = angle_retract,
                               .log = angle_log};

static sg_status angle_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                            sg_pred *const *out, sg_error *err)
{
    (void)f, (void)t, (void)err;
    for (size_t i = 0; i < count; i++)
        out[i]->v[0][0] =
            x[i]->slot[0].x[0] > 0 ? 3 : -3; /* beyond +-pi lies the nearer way for some */
    return SG_OK;
}

static void curved(void)
{
    sg_error err;
    size_t one = 1, count = 50, steps = 8;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sys.c[0].space = &torus;
    sg_field f = {.name = "angles", .sys = &sys, .param = {{SG_PARAM_D1}}, .eval = angle_eval};
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
    batch b = batch_new(&sys, &one, count, 8);
    sg_run_opts opt = opts_of("euler", grid, steps);
    for (size_t i = 0; i < count; i++)
        sg_state_draw(b.p[i]);
    b.s[0].slot[0].x[0] = -.01;
    must(sg_sample(&opt, &f, b.p, 1, &err), &err);
    tap_near(b.s[0].slot[0].x[0], -3, 1e-12, 0, "a curved space is moved by retraction");
    must(sg_sample(&opt, &f, b.p, count, &err), &err);
    int good = 1;
    for (size_t i = 0; i < count; i++)
        good &= fabs(fabs(b.s[i].slot[0].x[0]) - 3) < 1e-12;
    tap_ok(good, "a curved space ends on D1");
    opt = opts_of("exp2", grid, steps);
    tap_ok(sg_sample(&opt, &f, b.p, count, &err) == SG_ENOTSUP && strstr(err.text, "torus"),
           "flat samplers refuse a curved space");
    free(grid);
    batch_free(&b);
}

/* Replacement: frozen values follow their own path and end on the known value. */
static void replacement(void)
{
    static const double w = 1, m[2] = {0, 0}, c[4] = {1, .8, .8, 1}, known[2] = {1.5, 0},
                        x0[2] = {-.7, 0};
    static const unsigned char frozen[2] = {1, 0};
    sg_error err;
    size_t n = 2, steps = 60, count = 4000;
    sg_gm data = {1, 2, &w, m, c};
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0), mean = 0;
    batch b = batch_new(&sys, &n, count, 8);
    sg_run_opts opt = opts_of("heun", grid, steps);
    sg_arena a;
    sg_run *r;
    for (size_t i = 0; i < count; i++) {
        sg_slot *s = &b.s[i].slot[0];
        s->frozen = frozen;
        s->known = known;
        s->known_x0 = x0;
        sg_state_draw(b.p[i]);
    }
    tap_near(b.s[2].slot[0].x[0], -.7, 0, 0, "replacement starts on its path");
    sg_arena_init(&a, NULL, 0);
    must(sg_run_init(&r, &opt, &f, b.p, count, &a, &err), &err);
    must(sg_arena_new(&a, a.peak, &err), &err);
    must(sg_run_init(&r, &opt, &f, b.p, count, &a, &err), &err);
    int on = 1;
    while (!sg_run_done(r)) {
        must(sg_run_step(r, &err), &err);
        double t = sg_run_time(r);
        on &= fabs(b.s[3].slot[0].x[0] - (t * 1.5 - (1 - t) * .7)) < 1e-12;
    }
    tap_ok(on, "replacement stays on its path");
    for (size_t i = 0; i < count; i++)
        mean += b.s[i].slot[0].x[1] / (double)count;
    if (!tap_ok(mean > .3 && mean < 1.2,
                "replacement pulls the rest along (less than the exact 1.2)"))
        printf("# %g\n", mean);
    free(grid);
    sg_arena_clear(&a);
    batch_free(&b);
    sg_oracle_free(o);
}

static sg_status nan_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                          sg_pred *const *out, sg_error *err)
{
    (void)f, (void)x, (void)err;
    for (size_t i = 0; i < count; i++)
        out[i]->v[0][0] = t > .5 && i == 1 ? NAN : 0;
    return SG_OK;
}

static void errors(void)
{
    sg_error err;
    size_t one = 1;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sys.c[0].eps = (sg_eps){sg_eps_constant, 1, 0};
    sg_field f = {.name = "nan", .sys = &sys, .param = {{SG_PARAM_B}}, .eval = nan_eval};
    double grid[4] = {0, .4, .6, 1}, keep[3];
    batch b = batch_new(&sys, &one, 3, 8);
    sg_run_opts opt = opts_of("em", grid, 3);
    sg_arena a;
    sg_run *r;
    sg_arena_init(&a, NULL, 0);
    for (size_t i = 0; i < 3; i++)
        sg_state_draw(b.p[i]);
    must(sg_run_init(&r, &opt, &f, b.p, 3, &a, &err), &err);
    tap_ok(r == NULL, "a measuring arena gives no run");
    size_t need = a.peak;
    must(sg_arena_new(&a, need - 64, &err), &err);
    tap_ok(sg_run_init(&r, &opt, &f, b.p, 3, &a, &err) == SG_ENOMEM,
           "an arena too small is refused");
    sg_arena_clear(&a);
    must(sg_arena_new(&a, need, &err), &err);
    must(sg_run_init(&r, &opt, &f, b.p, 3, &a, &err), &err);
    must(sg_run_step(r, &err), &err);
    must(sg_run_step(r, &err), &err);
    for (int i = 0; i < 3; i++)
        keep[i] = b.s[i].slot[0].x[0];
    sg_rng rng = b.s[0].rng;
    sg_status st = sg_run_step(r, &err);
    tap_ok(st == SG_ENAN && strstr(err.text, "state 1") && strstr(err.text, "step 3"),
           "a NaN is named with its state and step");
    tap_ok(keep[0] == b.s[0].slot[0].x[0] && keep[2] == b.s[2].slot[0].x[0] &&
               memcmp(&rng, &b.s[0].rng, sizeof rng) == 0 && sg_run_index(r) == 2,
           "a failed step changes no state and no stream");
    double falling[3] = {0, .5, .5};
    opt.grid = falling;
    opt.steps = 2;
    tap_ok(sg_sample(&opt, &f, b.p, 3, &err) == SG_EINVAL, "a grid that does not rise is refused");
    opt = opts_of("euler", grid, 3);
    opt.temperature = 0;
    tap_ok(sg_sample(&opt, &f, b.p, 3, &err) == SG_EINVAL, "temperature 0 is refused");
    sg_system other = line(&sg_path_linear, NULL, 0, 1);
    sg_field g = f;
    g.sys = &other;
    opt = opts_of("euler", grid, 3);
    tap_ok(sg_sample(&opt, &g, b.p, 3, &err) == SG_EINVAL, "states of another system are refused");
    opt = opts_of("rk45", grid, 3);
    opt.max_substeps = 1;
    opt.rtol = opt.atol = 1e-14;
    sg_oracle *o = oracle_new(&sys, NULL, &gm1);
    sg_field q = sg_oracle_field(o, SG_PARAM_B, SG_PARAM_NONE);
    tap_ok(sg_sample(&opt, &q, b.p, 3, &err) == SG_ECONV,
           "rk45 says when it cannot reach its tolerance");
    sg_oracle_free(o);
    tap_ok(sg_sampler_find("heun") && !sg_sampler_find("nope") && sg_grid_find("karras") &&
               !sg_grid_find("x"),
           "methods and grids are found by name");
    double gr[21];
    const sg_path *p = &sys.c[0].path;
    int rise = 1;
    for (const sg_grid *const *k = sg_grids; *k; k++) {
        must((*k)->fill(gr, 20, p, 0, 1, 0, &err), &err);
        for (int i = 0; i < 20; i++)
            rise &= gr[i] < gr[i + 1];
        rise &= gr[0] == 0 && gr[20] == 1;
    }
    tap_ok(rise, "every grid rises from 0 to 1 on the linear path");
    tap_ok(sg_grid_lam.fill(gr, 2, p, 0, 1, 0, &err) == SG_EINVAL,
           "a lam grid of 2 steps between exact ends");
    must(sg_path_init(&sys.c[0].path, &sg_path_edm, NULL, NULL, 0, &err), &err);
    must(sg_grid_karras.fill(gr, 10, p, 0, 1, 7, &err), &err);
    sg_coeff c;
    sg_path_coeff(p, gr[3], &c);
    double s0 = pow(80, 1.0 / 7), s1 = exp(-6.0 / 7), k = 3.0 / 9;
    /* sigma(1) = .002 < e^-6: the last step is the limit's own, 9 intervals remain */
    tap_near(c.alpha, pow(s0 + k * (s1 - s0), 7), 0, 1e-12,
             "Karras grid: sigma^(1/7) equally spaced");
    sg_arena_clear(&a);
    batch_free(&b);
}

static int positive_sum(void *user, const sg_state *x)
{
    ++*(size_t *)user;
    return x->slot[0].x[0] > .8;
}

static void require(void)
{
    sg_error err;
    size_t one = 1, steps = 20, used, checks, passed = 0, failed = 0;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &gm1);
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
    sg_run_opts opt = opts_of("heun", grid, steps);
    batch b = batch_new(&sys, &one, 200, 8);
    int honest = 1;
    for (size_t i = 0; i < 200; i++) {
        checks = 0;
        sg_state_draw(b.p[i]);
        sg_status st =
            sg_sample_require(&opt, &f, b.p[i], positive_sum, &checks, .3, 30, &used, &err);
        passed += st == SG_OK;
        failed += st == SG_ECONV;
        honest &= (st == SG_OK) == (b.s[i].slot[0].x[0] > .8) && checks == used + 1;
    }
    tap_ok(honest && passed + failed == 200, "require: passes exactly what the check passes");
    if (!tap_ok(passed >= 195, "require: going back finds what passes"))
        printf("# %zu of 200\n", passed);
    free(grid);
    batch_free(&b);
    sg_oracle_free(o);
}

/* D1 = sign(x): every full decode ends on -1 or 1 exactly, also after going back. */
static sg_status sign_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                           sg_pred *const *out, sg_error *err)
{
    (void)f, (void)t, (void)err;
    for (size_t i = 0; i < count; i++)
        out[i]->v[0][0] = x[i]->slot[0].x[0] > 0 ? 1 : -1;
    return SG_OK;
}

static void require_ends(void)
{
    sg_error err;
    size_t one = 1, used, checks = 0;
    double grid[6] = {0, .2, .4, .6, .8, 1};
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_field f = {.name = "sign", .sys = &sys, .param = {{SG_PARAM_D1}}, .eval = sign_eval};
    sg_run_opts opt = opts_of("euler", grid, 5);
    batch b = batch_new(&sys, &one, 1, 8);
    b.s[0].slot[0].x[0] = -1;
    must(sg_sample_require(&opt, &f, b.p[0], positive_sum, &checks, .45, 100, &used, &err), &err);
    tap_ok(b.s[0].slot[0].x[0] == 1 && used > 0, "require: a repeated decode runs to the end");
    batch_free(&b);
}

/* One corrector step of pc by hand: x + a s + sqrt(2 a) z, a = 2 kappa (snr |z|/|s|)^2. */
static void corrector(void)
{
    sg_error err;
    size_t n = 2;
    double grid[2] = {.4, .5}, x[2], z[2], s[2];
    sg_system sys = line(&sg_path_vp, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &gm2);
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE),
             fs = sg_oracle_field(o, SG_PARAM_S, SG_PARAM_NONE);
    sg_run_opts opt = opts_of("pc", grid, 1);
    opt.corrector_scale = .7;
    opt.snr = .2;
    batch b = batch_new(&sys, &n, 2, 8);
    for (int k = 0; k < 2; k++) {
        b.s[k].rng = b.s[0].rng;
        b.s[k].slot[0].x[0] = .4;
        b.s[k].slot[0].x[1] = -.9;
    }
    opt.corrector_steps = 0;
    must(sg_sample(&opt, &f, b.p, 1, &err), &err);
    opt.corrector_steps = 1;
    must(sg_sample(&opt, &f, b.p + 1, 1, &err), &err);
    memcpy(x, b.s[0].slot[0].x, sizeof x);
    const sg_state *st = b.p[0];
    sg_pred *out = &b.s[0].pred;
    must(fs.eval(&fs, .5, &st, 1, &out, &err), &err);
    memcpy(s, out->v[0], sizeof s);
    sg_rng_normals(&b.s[0].rng, z, 2);
    double kappa = 1 - (.1 + 19.9 * .5) * .1, ratio = .2 * hypot(z[0], z[1]) / hypot(s[0], s[1]);
    double a = 2 * kappa * ratio * ratio, worst = 0;
    a = kappa > 0 ? a : 0;
    for (int k = 0; k < 2; k++)
        worst =
            fmax(worst, fabs(b.s[1].slot[0].x[k] - (x[k] + a * s[k] + .7 * sqrt(2 * a) * z[k])));
    tap_near(kappa, -.005, 1e-12, 0, "corrector: kappa of a step this long is cut at 0");
    tap_ok(worst < 1e-12, "corrector: no move when kappa is 0");
    /* a shorter step, where it moves */
    grid[0] = .48;
    for (int k = 0; k < 2; k++) {
        b.s[k].rng = b.s[0].rng;
        b.s[k].slot[0].x[0] = .4;
        b.s[k].slot[0].x[1] = -.9;
    }
    opt.corrector_steps = 0;
    must(sg_sample(&opt, &f, b.p, 1, &err), &err);
    opt.corrector_steps = 1;
    must(sg_sample(&opt, &f, b.p + 1, 1, &err), &err);
    memcpy(x, b.s[0].slot[0].x, sizeof x);
    must(fs.eval(&fs, .5, &st, 1, &out, &err), &err);
    memcpy(s, out->v[0], sizeof s);
    sg_rng_normals(&b.s[0].rng, z, 2);
    kappa = 1 - (.1 + 19.9 * .5) * .02;
    ratio = .2 * hypot(z[0], z[1]) / hypot(s[0], s[1]);
    a = 2 * kappa * ratio * ratio;
    worst = 0;
    for (int k = 0; k < 2; k++)
        worst =
            fmax(worst, fabs(b.s[1].slot[0].x[k] - (x[k] + a * s[k] + .7 * sqrt(2 * a) * z[k])));
    if (!tap_ok(worst < 1e-10 && a > 1e-3, "corrector: one move by hand"))
        printf("# %g, a = %g\n", worst, a);
    batch_free(&b);
    sg_oracle_free(o);
}

/* Guidance of tokens is geometric; a corrected field is what samplers see. */
static sg_status coin_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                           sg_pred *const *out, sg_error *err)
{
    const double *p = f->data;
    (void)t, (void)x, (void)err;
    for (size_t i = 0; i < count; i++) {
        out[i]->v[0][0] = 1 - *p;
        out[i]->v[0][1] = *p;
        out[i]->valid = 1;
    }
    return SG_OK;
}

static void clip(void *user, double t, const sg_state *s, sg_pred *pred)
{
    (void)user, (void)t;
    for (size_t i = 0; i < s->slot[0].len; i++)
        pred->v[0][i] = fmin(fmax(pred->v[0][i], -.5), .5);
}

static void fields(void)
{
    sg_error err;
    size_t one = 1;
    sg_system sys = {
        1,
        {{.name = "coin", .space = &sg_space_categorical, .width = 2, .path = sg_path_default()}}};
    double p[2] = {.5, .8}, w[2] = {-1, 2};
    sg_field a = {.name = "a", .sys = &sys, .eval = coin_eval, .data = &p[0]}, b = a, g;
    b.data = &p[1];
    const sg_field *both[2] = {&a, &b};
    sg_combo combo;
    sg_arena mem;
    must(sg_arena_new(&mem, 4096, &err), &err);
    must(sg_combo_init(&combo, &g, both, w, 2, 1, 2, &mem, &err), &err);
    batch s = batch_new(&sys, &one, 1, 1);
    const sg_state *x = s.p[0];
    sg_pred *out = &s.s[0].pred;
    must(g.eval(&g, .3, &x, 1, &out, &err), &err);
    tap_near(out->v[0][1], .64 / (.64 + .04), 1e-12, 0,
             "guidance of tokens: p_c^2/p_u, normalised");
    batch_free(&s);
    sg_arena_clear(&mem);
    sg_system r = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&r, NULL, &gm1);
    sg_field f = sg_oracle_field(o, SG_PARAM_E, SG_PARAM_NONE), fix;
    sg_fixed_field ff;
    must(sg_fixed_field_init(&ff, &fix, &f, clip, NULL, &err), &err);
    double grid[5] = {0, .25, .5, .75, 1};
    sg_run_opts opt = opts_of("exp2", grid, 4);
    s = batch_new(&r, &one, 20, 1);
    int inside = 1;
    for (size_t i = 0; i < 20; i++)
        sg_state_draw(s.p[i]);
    must(sg_sample(&opt, &fix, s.p, 20, &err), &err);
    for (size_t i = 0; i < 20; i++)
        inside &= fabs(s.s[i].slot[0].x[0]) <= .5;
    tap_ok(inside, "a corrected field: what samplers end on obeys the correction");
    batch_free(&s);
    sg_oracle_free(o);
}

/* Correlated base on the centred space: the flow ends in the data's law, the first state in the
 * base's. */
static void chain_base(void)
{
    sg_error err;
    size_t n = 6, count = 4000, steps = 200;
    sg_map map = sg_map_ar1(.9, 1.5);
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sys.c[0].space = &sg_space_centred;
    sys.c[0].map = &map;
    static const char *const names[3] = {"heun", "em", "ddim-eps"};
    static const double w = 1, m[6] = {1, .5, 0, 0, -.5, -1};
    double c[36], grid_end = 1;
    for (int i = 0; i < 36; i++)
        c[i] = .3 * (i % 7 == 0) - .05;
    sg_gm data = {1, 6, &w, m, c};
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    sys.c[0].eps = (sg_eps){sg_eps_constant, .4, 0};
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, grid_end, 0);
    for (int k = 0; k < 3; k++) {
        batch b = batch_new(&sys, &n, count, 8);
        double s0 = 0, var = 0, step = 0, want = 0, centre = 0;
        sg_run_opts opt = opts_of(names[k], grid, steps);
        for (size_t i = 0; i < count; i++) {
            const double *x = b.s[i].slot[0].x;
            sg_state_draw(b.p[i]);
            step += (x[1] - x[0]) * (x[1] - x[0]) / (double)count;
        }
        must(sg_sample(&opt, &f, b.p, count, &err), &err);
        for (size_t i = 0; i < count; i++) {
            const double *x = b.s[i].slot[0].x;
            s0 += x[0] / (double)count;
            var += (x[0] - 1) * (x[0] - 1) / (double)count;
            centre = fmax(centre, fabs(x[0] + x[1] + x[2] + x[3] + x[4] + x[5]));
        }
        want = .3 - .05;
        char name[96];
        snprintf(name, sizeof name, "chain base: steps of variance 2 (1 - rho) sigma^2 (%s)",
                 names[k]);
        tap_near(step, .45, 5 * .45 * sqrt(2.0 / (double)count), 0, name);
        if (!tap_ok(fabs(s0 - 1) < .05 && fabs(var - want) < .03 && centre < 1e-10,
                    "chain base: %s ends in the data's law", names[k]))
            printf("# mean %g, variance %g for %g\n", s0, var, want);
        batch_free(&b);
    }
    free(grid);
    sg_oracle_free(o);
}

int main(void)
{
    coupled();
    gap();
    positive();
    curved();
    replacement();
    errors();
    require();
    require_ends();
    corrector();
    fields();
    chain_base();
    return tap_done();
}
