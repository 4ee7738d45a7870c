/* The run and its fields: curved spaces brought by a module, errors that change nothing, grids,
 * checks with going back, the corrector's move, guidance of tokens, corrected predictions. */
#include <sigen/field.h>

#include "core.h"
#include "tap.h"

#define PI 3.14159265358979323846

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
    must(sg_grid_power.fill(gr, 4, p, .5, 1, .5, &err), &err);
    tap_near(gr[1], .75, 0, 1e-15, "power grid: 1/2 + 1/2 (1/4)^(1/2)");
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

/* What multistep methods remember can be forgotten: exp2 then begins anew, with exp1's step. */
static void forgets(void)
{
    sg_error err;
    size_t two = 2;
    double end[4][2];
    volatile int stop = 0;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &gm2);
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    double *grid = grid_new(&sg_grid_uniform, 8, &sys.c[0].path, 0, .8, 0);
    for (int k = 0; k < 4; k++) { /* remembers, forgets, is exp1 from there on, is stopped */
        batch b = batch_new(&sys, &two, 1, 8);
        sg_arena a;
        sg_run *r;
        sg_run_opts opt = opts_of("exp2", grid, 8), last = opts_of("exp1", grid + 4, 1);
        sg_arena_init(&a, NULL, 0);
        must(sg_run_init(&r, &opt, &f, b.p, 1, &a, &err), &err);
        must(sg_arena_new(&a, a.peak, &err), &err);
        must(sg_run_init(&r, &opt, &f, b.p, 1, &a, &err), &err);
        sg_state_draw(b.p[0]);
        for (int i = 0; i < 4; i++)
            must(sg_run_step(r, &err), &err);
        if (k == 1)
            sg_run_restart(r);
        sg_run_options(r)->stop = k == 3 ? &stop : NULL;
        stop = 1;
        if (k == 3)
            tap_ok(sg_run_step(r, &err) == SG_EINTR && sg_run_index(r) == 4,
                   "a run that is to stop takes no step");
        stop = 0;
        if (k == 2)
            must(sg_sample(&last, &f, b.p, 1, &err), &err);
        else
            must(sg_run_step(r, &err), &err);
        tap_ok(sg_run_evals(r) == (k == 2 ? 4 : 5), "exp2 calls its field once a step");
        memcpy(end[k], b.s[0].slot[0].x, sizeof end[k]);
        sg_arena_clear(&a);
        batch_free(&b);
    }
    tap_ok(memcmp(end[1], end[2], sizeof end[1]) == 0 && memcmp(end[0], end[1], sizeof end[0]) != 0,
           "a restarted exp2 takes exp1's step");
    tap_ok(memcmp(end[0], end[3], sizeof end[0]) == 0,
           "a stopped one goes on as if it had not been");
    free(grid);
    sg_oracle_free(o);
}

int main(void)
{
    curved();
    errors();
    require();
    require_ends();
    corrector();
    fields();
    forgets();
    return tap_done();
}
