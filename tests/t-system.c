/* Systems: coupled components, inconsistent scores, positive data, replacement, a correlated base.
 */
#include "core.h"
#include "tap.h"

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
    replacement();
    chain_base();
    return tap_done();
}
