/* Likelihood along the flow, and the editing primitives, against closed forms. */
#include <sigen/flow.h>

#include "core.h"
#include "tap.h"

static sg_arena scratch;

static sg_flow_opts flow_opts(const double *grid, size_t steps)
{
    return (sg_flow_opts){.grid = grid, .steps = steps, .t_max = 1};
}

/* The central-difference fallback, by hiding the oracle's own divergence. */
static void likelihood(void)
{
    static const double at[3][2] = {{.5, .5}, {-2, 0}, {2, 2}};
    static const double want[3] = {-4.1145202, -1.9494488, -3.8803585};
    size_t n = 2;
    sg_error err;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &gm2);
    double *up = grid_new(&sg_grid_uniform, 100, &sys.c[0].path, 0, 1, 0), grid[101], logp[3];
    for (int i = 0; i <= 100; i++)
        grid[i] = up[100 - i];
    for (int mode = 0; mode < 2; mode++) {
        sg_field f = sg_oracle_field(o, SG_PARAM_B, SG_PARAM_NONE);
        sg_flow_opts opt = flow_opts(grid, 100);
        batch b = batch_new(&sys, &n, 3, 1);
        f.div = mode ? NULL : f.div;
        for (int i = 0; i < 3; i++)
            memcpy(b.s[i].slot[0].x, at[i], sizeof at[i]);
        must(sg_loglik(&f, b.p, 3, &opt, logp, &scratch, &err), &err);
        for (int i = 0; i < 3; i++)
            tap_near(logp[i], want[i], 2e-6, 0,
                     mode ? "log rho1 of GM2, differences" : "log rho1 of GM2, exact");
        batch_free(&b);
    }
    /* Hutchinson: the mean over many independent probe sets; sd of one is about .5 with 1 probe */
    sg_field f = sg_oracle_field(o, SG_PARAM_B, SG_PARAM_NONE);
    sg_flow_opts opt = flow_opts(grid, 100);
    opt.probes = 2;
    batch b = batch_new(&sys, &n, 200, 3);
    double lp[200], mean = 0, var = 0;
    for (int i = 0; i < 200; i++)
        memcpy(b.s[i].slot[0].x, at[0], sizeof at[0]);
    must(sg_loglik(&f, b.p, 200, &opt, lp, &scratch, &err), &err);
    for (int i = 0; i < 200; i++)
        mean += lp[i] / 200;
    for (int i = 0; i < 200; i++)
        var += (lp[i] - mean) * (lp[i] - mean) / 199;
    if (!tap_ok(var > 1e-6 && var < .1 && fabs(mean - want[0]) < 5 * sqrt(var / 200),
                "log rho1 by Hutchinson: unbiased"))
        printf("# mean %g, sd %g\n", mean, sqrt(var));
    batch_free(&b);
    sg_oracle_free(o);
    free(up);
}

/* Rademacher variance of e.Je is sum_{i != j} (J_ij^2 + J_ij J_ji): a linear field with known J. */
static const double J[9] = {1, .5, -.3, .2, -2, .7, .1, .4, .6};

static sg_status linear_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                             sg_pred *const *out, sg_error *err)
{
    (void)f, (void)t, (void)err;
    for (size_t n = 0; n < count; n++)
        for (int i = 0; i < 3; i++) {
            out[n]->v[0][i] = 0;
            for (int j = 0; j < 3; j++)
                out[n]->v[0][i] += J[3 * i + j] * x[n]->slot[0].x[j];
        }
    return SG_OK;
}

static void hutchinson(void)
{
    size_t n = 3, count = 20000;
    sg_error err;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_field f = {.name = "linear", .sys = &sys, .param = {{SG_PARAM_B}}, .eval = linear_eval};
    batch b = batch_new(&sys, &n, count, 5);
    /* a flow over dt: logdet/dt -> e.Je; one RK4 step mixes 4 evaluations with weights 1 2 2 1 over
     * 6 */
    double grid[2] = {.5, .5 + 1e-6}, *det = malloc(count * sizeof *det), mean = 0, var = 0,
           want = 0;
    sg_flow_opts o = flow_opts(grid, 1);
    o.probes = 1;
    must(sg_flow(&f, b.p, count, &o, det, &scratch, &err), &err);
    for (size_t i = 0; i < count; i++)
        mean += det[i] / 1e-6 / (double)count;
    for (size_t i = 0; i < count; i++)
        var += (det[i] / 1e-6 - mean) * (det[i] / 1e-6 - mean) / (double)count;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            want += i == j ? 0 : J[3 * i + j] * J[3 * i + j] + J[3 * i + j] * J[3 * j + i];
    want *= 10.0 / 36;
    tap_near(mean, -.4, 5 * sqrt(want / (double)count), 0, "Hutchinson: mean is the trace");
    tap_near(var, want, 0, .05, "Hutchinson: variance is sum J_ij^2 + J_ij J_ji");
    free(det);
    batch_free(&b);
    /* centred space: trace of P J P, by axes */
    sys.c[0].space = &sg_space_centred;
    batch c = batch_new(&sys, &n, 1, 5);
    double got, pjp = -.4, all = 0;
    for (int i = 0; i < 9; i++)
        all += J[i];
    o.probes = 0;
    must(sg_flow(&f, c.p, 1, &o, &got, &scratch, &err), &err);
    tap_near(got / 1e-6, pjp - all / 3, 1e-4, 0, "centred space: the divergence is that of P J P");
    /* a field that points out of the space: Langevin steps stay in it */
    sys.c[0].path = sg_path_default();
    f.param[0][0] = SG_PARAM_S;
    c.s[0].slot[0].x[0] = 1;
    c.s[0].slot[0].x[2] = -1;
    must(sg_langevin(&f, c.p, 1, .5, 3, .1, &scratch, &err), &err);
    const double *x = c.s[0].slot[0].x;
    tap_ok(fabs(x[0] + x[1] + x[2]) < 1e-12 && x[0] != 1, "Langevin steps stay in the space");
    batch_free(&c);
}

/* CODE: data N(0, 1), x = 6; 50 Langevin steps of size .02 (x += (.02/2) s 2 = .02 s): mean 6 (1 -
 * .02)^50 */
static void code(void)
{
    static const double w = 1, m = 0, c = 1;
    size_t one = 1, count = 20000;
    sg_error err;
    sg_gm data = {1, 1, &w, &m, &c};
    sg_system sys = line(&sg_path_vp, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    sg_field f = sg_oracle_field(o, SG_PARAM_B, SG_PARAM_NONE);
    double *fwd = grid_new(&sg_grid_uniform, 20, &sys.c[0].path, .6, 1, 0), back[21], mean = 0,
           var = 0;
    for (int i = 0; i <= 20; i++)
        back[i] = fwd[20 - i];
    sg_flow_opts enc = flow_opts(back, 20), dec = flow_opts(fwd, 20);
    enc.t_max = dec.t_max = 1 - 1e-6; /* alpha' of VP is infinite at the data */
    batch b = batch_new(&sys, &one, count, 11);
    for (size_t i = 0; i < count; i++)
        b.s[i].slot[0].x[0] = 6;
    must(sg_flow(&f, b.p, count, &enc, NULL, &scratch, &err), &err);
    must(sg_flow(&f, b.p, count, &dec, NULL, &scratch, &err), &err);
    tap_near(b.s[3].slot[0].x[0], 6, 1e-6, 0, "encode and decode is the identity");
    must(sg_flow(&f, b.p, count, &enc, NULL, &scratch, &err), &err);
    must(sg_langevin(&f, b.p, count, .6, 50, .02, &scratch, &err), &err);
    must(sg_flow(&f, b.p, count, &dec, NULL, &scratch, &err), &err);
    for (size_t i = 0; i < count; i++)
        mean += b.s[i].slot[0].x[0] / (double)count;
    for (size_t i = 0; i < count; i++)
        var += (b.s[i].slot[0].x[0] - mean) * (b.s[i].slot[0].x[0] - mean) / (double)count;
    tap_near(mean, 2.185018, 5 * sqrt(.876 / (double)count), 0,
             "encode, 50 Langevin steps, decode: mean");
    tap_near(var, .876142, 5 * .876 * sqrt(2 / (double)count), 0,
             "encode, 50 Langevin steps, decode: variance");
    /* the recursion itself, without noise: v <- (1-a)^2 v + 2 a */
    double r = .98 * .98, v = .04 * (1 - pow(r, 50)) / (1 - r);
    tap_near(v, .876142, 1e-6, 0, "variance of the recursion");
    /* SDEdit at signal level beta^2 = .658: renoise to there and decode */
    sg_coeff k;
    double lo = .5, hi = 1;
    for (int i = 0; i < 60; i++) {
        double mid = (lo + hi) / 2;
        sg_path_coeff(&sys.c[0].path, mid, &k);
        *(k.beta * k.beta < .658 ? &lo : &hi) = mid;
    }
    double *fine = grid_new(&sg_grid_uniform, 20, &sys.c[0].path, lo, 1, 0);
    dec.grid = fine;
    mean = var = 0;
    for (size_t i = 0; i < count; i++) {
        b.s[i].slot[0].x[0] = 6;
        must(sg_renoise(b.p[i], 1, lo, &scratch, &err), &err);
    }
    must(sg_flow(&f, b.p, count, &dec, NULL, &scratch, &err), &err);
    for (size_t i = 0; i < count; i++)
        mean += b.s[i].slot[0].x[0] / (double)count;
    for (size_t i = 0; i < count; i++)
        var += (b.s[i].slot[0].x[0] - mean) * (b.s[i].slot[0].x[0] - mean) / (double)count;
    /* data N(0, 1) under VP: b = 0, so x = beta 6 + alpha z: mean 4.867, variance .342; the reverse
       SDE gives beta^2 6 and 1 - beta^4 */
    tap_near(mean, 6 * sqrt(.658), 5 * sqrt(.342 / (double)count), 0,
             "renoise and decode by the flow: mean");
    tap_near(var, .342, 5 * .342 * sqrt(2 / (double)count), 0,
             "renoise and decode by the flow: variance");
    mean = var = 0;
    double *sde_grid = grid_new(&sg_grid_quadratic, 40, &sys.c[0].path, lo, 1, 0);
    sg_run_opts sde = opts_of("sde2", sde_grid, 40);
    for (size_t i = 0; i < count; i++) {
        b.s[i].slot[0].x[0] = 6;
        must(sg_renoise(b.p[i], 1, lo, &scratch, &err), &err);
    }
    must(sg_sample(&sde, &f, b.p, count, &err), &err);
    for (size_t i = 0; i < count; i++)
        mean += b.s[i].slot[0].x[0] / (double)count;
    for (size_t i = 0; i < count; i++)
        var += (b.s[i].slot[0].x[0] - mean) * (b.s[i].slot[0].x[0] - mean) / (double)count;
    tap_near(mean, 3.95, .04, 0, "SDEdit: renoise and reverse SDE, mean");
    tap_near(var, .567, .03, 0, "SDEdit: renoise and reverse SDE, variance");
    b.s[0].slot[0].x[0] = 9;
    sg_clip(b.p[0], .6, 2);
    sg_path_coeff(&sys.c[0].path, .6, &k);
    tap_near(b.s[0].slot[0].x[0], k.beta + 2 * k.alpha, 1e-12, 0,
             "clip to the confidence interval");
    tap_ok(sg_renoise(b.p[0], .3, .5, &scratch, &err) == SG_EDOM, "renoising forwards is refused");
    free(fwd);
    free(fine);
    free(sde_grid);
    batch_free(&b);
    sg_oracle_free(o);
}

/* Renoising goes to the path's own law: from rho_t to rho_{t2}, on every one-sided path. */
static void renoise(void)
{
    static const double w = 1, m = 0, c = .64;
    size_t one = 1, count = 20000;
    sg_error err;
    sg_gm data = {1, 1, &w, &m, &c};
    (void)data;
    for (const sg_interpolant *const *k = sg_interpolants; *k; k++) {
        if (!(*k)->lam)
            continue;
        sg_system sys = line(*k, NULL, 0, 1);
        sg_coeff p, q;
        sg_path_coeff(&sys.c[0].path, .8, &p);
        sg_path_coeff(&sys.c[0].path, .45, &q);
        batch b = batch_new(&sys, &one, count, 19);
        double vp = p.alpha * p.alpha + p.beta * p.beta * c,
               vq = q.alpha * q.alpha + q.beta * q.beta * c, v = 0;
        for (size_t i = 0; i < count; i++) {
            b.s[i].slot[0].x[0] = sqrt(vp) * sg_rng_normal(&b.s[i].rng);
            must(sg_renoise(b.p[i], .8, .45, &scratch, &err), &err);
            v += b.s[i].slot[0].x[0] * b.s[i].slot[0].x[0] / (double)count;
        }
        tap_near(v, vq, 0, 5 * sqrt(2 / (double)count), (*k)->name);
        batch_free(&b);
    }
}

/* Values of one site are independent of another's under a white law: freezing one leaves the log
 * density of the other, whatever the frozen value is. */
static void frozen(void)
{
    static const double w = 1, m[2] = {0, 0}, c[4] = {.5, 0, 0, 2};
    static const unsigned char held[2] = {1, 0};
    size_t two = 2;
    sg_error err;
    sg_gm data = {1, 2, &w, m, c};
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    sg_field f = sg_oracle_field(o, SG_PARAM_B, SG_PARAM_NONE);
    double *up = grid_new(&sg_grid_uniform, 100, &sys.c[0].path, 0, 1, 0), grid[101], logp[2];
    for (int i = 0; i <= 100; i++)
        grid[i] = up[100 - i];
    sg_flow_opts opt = flow_opts(grid, 100);
    batch b = batch_new(&sys, &two, 2, 1);
    for (int i = 0; i < 2; i++) {
        b.s[i].slot[0].frozen = held;
        b.s[i].slot[0].x[0] = i ? 10 : 1;
        b.s[i].slot[0].x[1] = .4;
    }
    must(sg_loglik(&f, b.p, 2, &opt, logp, &scratch, &err), &err);
    for (int i = 0; i < 2; i++)
        tap_near(logp[i], -.5 * (.4 * .4 / 2 + log(2 * M_PI * 2)), 1e-6, 0,
                 "log density of a free value beside a frozen one");
    b.s[1].slot[0].known = m;
    tap_ok(sg_loglik(&f, b.p, 2, &opt, logp, &scratch, &err) == SG_ENOTSUP,
           "frozen values that follow a path are refused");
    b.s[1].slot[0].known = NULL;
    opt.t_max = 0;
    tap_ok(sg_loglik(&f, b.p, 2, &opt, logp, &scratch, &err) == SG_EINVAL, "t_max of 0 is refused");
    b.s[0].slot[0].x[1] = .7;
    tap_ok(sg_langevin(&f, b.p, 2, .5, 3, -1, &scratch, &err) == SG_EDOM &&
               sg_langevin(&f, b.p, 2, .5, 3, 1e200, &scratch, &err) == SG_ENAN &&
               isfinite(b.s[0].slot[0].x[1]),
           "Langevin steps that are no steps: refused, the states stay finite");
    batch_free(&b);
    sg_oracle_free(o);
    free(up);
}

/* One component that can be renoised and one that cannot: neither moves. */
static void renoise_all_or_none(void)
{
    size_t n[2] = {1, 1};
    sg_error err;
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sys.n = 2;
    sys.c[1] = sys.c[0];
    sys.c[1].path = (sg_path){.kind = &sg_path_linear, .gamma = &sg_gamma_brownian, .a = 1};
    batch b = batch_new(&sys, n, 1, 5);
    b.s[0].slot[0].x[0] = b.s[0].slot[1].x[0] = .25;
    tap_ok(sg_renoise(b.p[0], .8, .4, &scratch, &err) == SG_ENOTSUP && b.s[0].slot[0].x[0] == .25,
           "renoising moves all components or none");
    batch_free(&b);
}

/* AR(1) chain, rho .9, sites 0..5: what a perfect masked model gives, frozen sites given clean. */
static void chain(sg_gm *gm, double *cov, double *mean, const double *w)
{
    for (int i = 0; i < 6; i++) {
        mean[i] = 0;
        for (int j = 0; j < 6; j++)
            cov[6 * i + j] = pow(.9, abs(i - j));
    }
    *gm = (sg_gm){1, 6, w, mean, cov};
}

static void conditional(const char *name, const unsigned char *given, const double *value,
                        const double *mean, const double *var, const char *sampler)
{
    double w = 1, cov[36], m0[6], cw, cm[6], cc[36];
    size_t n = 6, count = 20000, steps = 40;
    sg_error err;
    sg_gm gm, cond;
    chain(&gm, cov, m0, &w);
    must(sg_gm_condition(&cond, &cw, cm, cc, &gm, given, value, &err), &err);
    double worst = 0;
    for (int i = 0; i < 6; i++)
        if (!given[i]) {
            worst = fmax(worst, fabs(cm[i] - mean[i]));
            worst = fmax(worst, fabs(cc[7 * i] - var[i]));
        }
    if (!tap_ok(worst < 5e-5, "%s: conditional law", name))
        printf("# %g\n", worst);
    sg_system sys = line(&sg_path_linear, NULL, 0, 1);
    sg_oracle *o = oracle_new(&sys, NULL, &cond);
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0), s1[6] = {0},
           s2[6] = {0};
    batch b = batch_new(&sys, &n, count, 29);
    sg_run_opts opt = opts_of(sampler, grid, steps);
    int held = 1;
    for (size_t i = 0; i < count; i++) {
        b.s[i].slot[0].frozen = given;
        memcpy(b.s[i].slot[0].x, value, 6 * sizeof *value);
        sg_state_draw(b.p[i]);
    }
    must(sg_sample(&opt, &f, b.p, count, &err), &err);
    for (size_t i = 0; i < count; i++)
        for (int j = 0; j < 6; j++) {
            double x = b.s[i].slot[0].x[j];
            s1[j] += x / (double)count;
            s2[j] += x * x / (double)count;
            held &= !given[j] || x == value[j];
        }
    worst = 0;
    for (int j = 0; j < 6; j++)
        if (!given[j]) {
            worst = fmax(worst, fabs(s1[j] - mean[j]) - 5 * sqrt(var[j] / (double)count));
            worst = fmax(worst, fabs(s2[j] - s1[j] * s1[j] - var[j]) / var[j] - .06);
        }
    if (!tap_ok(held && worst < .01, "%s: sampled with the others frozen (%s)", name, sampler))
        printf("# excess %g\n", worst);
    free(grid);
    batch_free(&b);
    sg_oracle_free(o);
}

int main(void)
{
    sg_error err;
    must(sg_arena_new(&scratch, 32u << 20, &err), &err);
    likelihood();
    hutchinson();
    code();
    renoise();
    renoise_all_or_none();
    frozen();
    // clang-format off
    static const unsigned char past[6] = {1, 1, 0, 0, 0, 0}, infill[6] = {1, 1, 0, 0, 0, 1}, drag[6] = {0, 0, 1, 0, 0, 0};
    static const double vp[6] = {.4, .5}, vi[6] = {.4, .5, 0, 0, 0, -1}, vd[6] = {0, 0, 2};
    static const double mp[6] = {0, 0, .45, .405, .3645, .32805}, sp[6] = {0, 0, .19, .3439, .4686, .5695};
    static const double mi[6] = {0, 0, .127, -.2446, -.6188}, si[6] = {0, 0, .1563, .2077, .1563};
    static const double md[6] = {1.62, 1.8, 0, 1.8, 1.62, 1.458}, sd[6] = {.3439, .19, 0, .19, .3439, .4686};
    // clang-format on
    conditional("forecast", past, vp, mp, sp, "heun");
    conditional("infill", infill, vi, mi, si, "exp2");
    conditional("drag", drag, vd, md, sd, "midpoint");
    sg_arena_clear(&scratch);
    return tap_done();
}
