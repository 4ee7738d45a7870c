/* Paths, clocks, conversions and the oracle against the reference tables; spaces and base laws. The
 * reference numbers are closed forms of the mixtures, computed in double independently of this
 * code. */
#include <sigen/field.h>

#include "core.h"
#include "tap.h"

static const struct {
    const sg_interpolant *kind;
    const sg_gamma *gamma;
    double a;
} all[] = {{&sg_path_linear, NULL, 0},
           {&sg_path_linear, &sg_gamma_brownian, 2},
           {&sg_path_linear, &sg_gamma_parabola, 1},
           {&sg_path_shift, NULL, 0},
           {&sg_path_shift, &sg_gamma_brownian, 1},
           {&sg_path_trig, NULL, 0},
           {&sg_path_trig, &sg_gamma_brownian, 1},
           {&sg_path_trig, &sg_gamma_sine, 1},
           {&sg_path_encdec, &sg_gamma_sine, 1},
           {&sg_path_mirror, &sg_gamma_brownian, 1},
           {&sg_path_mirror, &sg_gamma_parabola, 1},
           {&sg_path_vp, NULL, 0},
           {&sg_path_subvp, NULL, 0},
           {&sg_path_ve, NULL, 0},
           {&sg_path_edm, NULL, 0},
           {&sg_path_mr, NULL, 0}};
#define N_ALL (sizeof all / sizeof *all)

static void coefficients(void)
{
    for (size_t k = 0; k < N_ALL; k++) {
        sg_error err;
        sg_path p;
        double worst = 0, clock = 0;
        must(sg_path_init(&p, all[k].kind, NULL, all[k].gamma, all[k].a, &err), &err);
        for (double t = 0.037; t < 1; t += 0.0811) {
            sg_coeff c, u, d;
            double h = 1e-6;
            sg_path_coeff(&p, t, &c);
            sg_path_coeff(&p, t + h, &u);
            sg_path_coeff(&p, t - h, &d);
            double scale = 1 + fabs(c.dalpha) + fabs(c.dbeta);
            worst = fmax(worst, fabs((u.alpha - d.alpha) / (2 * h) - c.dalpha) / scale);
            worst = fmax(worst, fabs((u.beta - d.beta) / (2 * h) - c.dbeta) / scale);
            worst = fmax(worst, fabs((u.gamma * u.gamma - d.gamma * d.gamma) / (4 * h) - c.gg));
            worst = fmax(worst, fabs(c.alpha * c.dbeta - c.dalpha * c.beta - c.w) / scale);
            if (!p.kind->lam || p.gamma)
                continue;
            double lam = sg_path_lam(&p, t);
            clock = fmax(clock, fabs(lam - log(c.beta / c.alpha)));
            clock = fmax(clock, fabs(sg_path_t_of_lam(&p, lam) - t));
            clock = fmax(clock, c.w > 0 ? 0 : 1);
        }
        if (!tap_ok(worst < 2e-7, "%s%s%s: derivatives", p.kind->name, p.gamma ? "/" : "",
                    p.gamma ? p.gamma->name : ""))
            printf("# worst %g\n", worst);
        if (p.kind->lam && !p.gamma &&
            !tap_ok(clock < 1e-10, "%s: lam and its inverse", p.kind->name))
            printf("# worst %g\n", clock);
        sg_coeff c0, c1;
        sg_path_coeff(&p, 0, &c0);
        sg_path_coeff(&p, 1, &c1);
        if (p.kind->exact_base)
            tap_ok(fabs(c0.alpha - 1) < 1e-15 && fabs(c0.beta) < 1e-15 && c0.gamma < 1e-15,
                   "%s: exact base", p.kind->name);
        if (p.kind->exact_data)
            tap_ok(fabs(c1.alpha) < 1e-15 && fabs(c1.beta - 1) < 1e-15 && c1.gamma < 1e-15,
                   "%s: exact data", p.kind->name);
    }
    sg_error err;
    sg_path p;
    sg_coeff c;
    must(sg_path_init(&p, &sg_path_vp, NULL, NULL, 0, &err), &err);
    sg_path_coeff(&p, 1 - .37, &c);
    tap_near(c.alpha, .8678678319, 1e-10, 0, "VP: alpha at u = .37");
    tap_near(c.beta, .4967951554, 1e-10, 0, "VP: beta at u = .37");
    tap_near(sg_path_lam(&p, 1 - .37), -.5578616566, 1e-10, 0, "VP: lam at u = .37");
    double mr[3] = {.3, 1, 4};
    must(sg_path_init(&p, &sg_path_mr, mr, NULL, 0, &err), &err);
    sg_path_coeff(&p, 1 - .37, &c);
    tap_near(2 + c.beta * (-1 - 2), .42412245, 1e-8, 0, "MR: kernel mean");
    tap_near(c.alpha * c.alpha, .0651661, 1e-7, 0, "MR: kernel variance");
    double equal[2] = {3, 3};
    must(sg_path_init(&p, &sg_path_vp, equal, NULL, 0, &err), &err);
    tap_near(sg_path_t_of_lam(&p, sg_path_lam(&p, .3)), .3, 1e-12, 0, "VP with b0 = b1: clock");
}

static void refusals(void)
{
    sg_path p = sg_path_default();
    sg_error err;
    double bad[3] = {2, 1, -1}, four[1] = {4};
    tap_ok(sg_path_init(&p, &sg_path_vp, bad, NULL, 0, &err) == SG_EDOM &&
               p.kind == &sg_path_linear,
           "VP with b1 < b0 is refused and leaves the path alone");
    tap_ok(sg_path_init(&p, &sg_path_edm, bad, NULL, 0, &err) == SG_EDOM, "EDM with smin > smax");
    tap_ok(sg_path_init(&p, &sg_path_encdec, NULL, NULL, 0, &err) == SG_EINVAL,
           "encdec without gamma");
    tap_ok(sg_path_init(&p, &sg_path_vp, NULL, &sg_gamma_sine, 1, &err) == SG_EINVAL,
           "VP with gamma");
    tap_ok(sg_path_init(&p, &sg_path_trig, NULL, &sg_gamma_brownian, four[0], &err) == SG_EDOM,
           "trig with gamma above 1");
    const double never = 0;
    tap_ok(sg_path_init(&p, &sg_path_shift, &never, NULL, 0, &err) == SG_EDOM, "a shift of 0");
    tap_ok(sg_interpolant_find("subvp") == &sg_path_subvp && !sg_interpolant_find("nope"),
           "paths are found by name");
    sg_system s = line(&sg_path_linear, NULL, 0, 1);
    s.c[0].space = &sg_space_categorical;
    must(sg_path_init(&s.c[0].path, &sg_path_vp, NULL, NULL, 0, &err), &err);
    tap_ok(sg_system_check(&s, &err) == SG_EINVAL && strstr(err.text, "vp"),
           "tokens on a VP clock");
}

/* log rho, b, s, D0, D1 at t = .3, x = .7, tolerance 1e-8 */
static void table(void)
{
    static const struct {
        const char *name;
        const sg_interpolant *kind;
        const sg_gamma *gamma;
        double a;
        const sg_gm *base;
        double v[5];
    } row[] = {
        // clang-format off
        {"linear", &sg_path_linear, NULL, 0, NULL,
         {-.94522791, .86657896, -.62860902, .44002631, 1.30660527}},
        {"shift", &sg_path_shift, NULL, 0, NULL,
         {-1.03221401, .19925987, -.78830061, .64918873, .93711924}},
        {"trig", &sg_path_trig, NULL, 0, NULL,
         {-1.14448954, 1.58079414, -.18723152, .16682450, 1.21447096}},
        {"linear2", &sg_path_linear, &sg_gamma_brownian, 2, &b2,
         {-1.47518495, -.70329666, -.00800413, .90858776, .20208945}},
        {"linearB", &sg_path_linear, &sg_gamma_brownian, 1, &b2,
         {-1.52663658, -1.22668064, -.06922827, 1.05761995, -.18290634}},
        {"trig2", &sg_path_trig, &sg_gamma_brownian, 1, &b2,
         {-1.57409478, -.71718107, -.37005492, .82986526, -.08653514}},
        {"encdec", &sg_path_encdec, &sg_gamma_sine, 1, &b2,
         {-.94342921, -3.02739108, -.53465186, 1.36317419, .45000000}},
        // clang-format on
    };
    static const sg_param want[4] = {SG_PARAM_B, SG_PARAM_S, SG_PARAM_D0, SG_PARAM_D1};
    static const char *const names[4] = {"b", "s", "D0", "D1"};
    size_t one = 1;
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        sg_error err;
        char name[64];
        sg_system sys = line(row[k].kind, row[k].gamma, row[k].a, 1);
        sg_oracle *o = oracle_new(&sys, row[k].base, &gm1);
        batch b = batch_new(&sys, &one, 1, 1);
        const sg_state *x = b.p[0];
        sg_pred *out = &b.s[0].pred;
        double logp;
        b.s[0].slot[0].x[0] = .7;
        must(sg_oracle_logp(o, .3, &x, 1, &logp, &err), &err);
        snprintf(name, sizeof name, "%s: log rho", row[k].name);
        tap_near(logp, row[k].v[0], 1e-8, 0, name);
        for (int q = 0; q < 4; q++) {
            sg_field f = sg_oracle_field(o, want[q], want[q]);
            must(f.eval(&f, .3, &x, 1, &out, &err), &err);
            snprintf(name, sizeof name, "%s: %s", row[k].name, names[q]);
            tap_near(out->v[0][0], row[k].v[1 + q], 1e-8, 0, name);
        }
        sg_oracle_free(o);
        batch_free(&b);
    }
}

/* Every parameter from every other (pairs when two-sided), against the oracle's own. */
static void conversions(void)
{
    static const sg_param one[] = {SG_PARAM_B,  SG_PARAM_S, SG_PARAM_D0,
                                   SG_PARAM_D1, SG_PARAM_E, SG_PARAM_VPRED};
    static const sg_param two[] = {SG_PARAM_B,  SG_PARAM_S, SG_PARAM_D0,
                                   SG_PARAM_D1, SG_PARAM_E, SG_PARAM_V};
    size_t n = 2;
    for (size_t k = 0; k < N_ALL; k++) {
        sg_error err;
        sg_system sys = line(all[k].kind, all[k].gamma, all[k].a, 1);
        const sg_path *p = &sys.c[0].path;
        int sided = sg_path_one_sided(p) ? 1 : 2;
        static const double eye[4] = {1, .4, .4, 2}, mean[2] = {.3, -.8}, w1 = 1;
        sg_gm base = {1, 2, &w1, mean, eye};
        sg_oracle *o = oracle_new(&sys, sided == 2 ? &base : NULL, &gm2);
        batch b = batch_new(&sys, &n, 1, 1);
        const sg_state *x = b.p[0];
        sg_pred *out = &b.s[0].pred;
        double mu[2] = {.25, -1.5}, worst = 0;
        size_t done = 0, refused = 0;
        b.s[0].slot[0].x[0] = .7;
        b.s[0].slot[0].x[1] = -.35;
        if (p->kind == &sg_path_mr)
            b.s[0].slot[0].mu = mu;
        const sg_param *list = sided == 1 ? one : two;
        for (int i = 0; i < 6; i++)
            for (int j = sided == 1 ? 5 : 0; j < 6; j++)
                for (int q = 0; q < 6; q++) {
                    sg_param have[2] = {list[i], sided == 1 ? SG_PARAM_NONE : list[j]};
                    double in[4], ref[2], got[2];
                    if (have[0] == have[1])
                        continue;
                    sg_field f = sg_oracle_field(o, have[0], have[1]);
                    must(f.eval(&f, .37, &x, 1, &out, &err), &err);
                    memcpy(in, out->v[0], sizeof(double) * 2 * (size_t)sided);
                    f = sg_oracle_field(o, list[q], SG_PARAM_NONE);
                    must(f.eval(&f, .37, &x, 1, &out, &err), &err);
                    memcpy(ref, out->v[0], sizeof ref);
                    sg_status st = sg_convert(p, .37, have, b.s[0].slot[0].x, b.s[0].slot[0].mu, in,
                                              sided == 2 ? in + 2 : NULL, list[q], got, 2, &err);
                    if (st != SG_OK) {
                        refused++;
                        continue;
                    }
                    done++;
                    for (int d = 0; d < 2; d++)
                        worst = fmax(worst, fabs(got[d] - ref[d]) / (1 + fabs(ref[d])));
                }
        /* E and s, v and b with s, .. are dependent pairs: some pairs cannot determine the rest */
        int good = worst < 1e-12 * (p->kind == &sg_path_ve || p->kind == &sg_path_edm ? 1e3 : 1) &&
                   (sided == 1 ? refused == 0 && done == 36 : done >= 60);
        if (!tap_ok(good, "%s%s%s: conversions agree with the oracle", p->kind->name,
                    p->gamma ? "/" : "", p->gamma ? p->gamma->name : ""))
            printf("# worst %g, %zu done, %zu refused: %s\n", worst, done, refused, err.text);
        sg_oracle_free(o);
        batch_free(&b);
    }
}

/* s = grad log rho and div b by central differences of independent outputs */
static void oracle_derivatives(void)
{
    size_t n = 2;
    sg_error err;
    for (size_t k = 0; k < N_ALL; k++) {
        sg_system sys = line(all[k].kind, all[k].gamma, all[k].a, 1);
        sg_oracle *o = oracle_new(&sys, NULL, &gm2);
        batch b = batch_new(&sys, &n, 1, 1);
        const sg_state *x = b.p[0];
        sg_pred *out = &b.s[0].pred;
        double *v = b.s[0].slot[0].x, h = 1e-5, up, down, div, fd = 0, worst = 0;
        v[0] = .4;
        v[1] = .9;
        sg_field fs = sg_oracle_field(o, SG_PARAM_S, SG_PARAM_S),
                 fb = sg_oracle_field(o, SG_PARAM_B, 0);
        must(fb.div(&fb, .41, &x, 1, &div, &err), &err);
        for (int d = 0; d < 2; d++) {
            double keep = v[d], bu;
            must(fs.eval(&fs, .41, &x, 1, &out, &err), &err);
            double s = out->v[0][d];
            v[d] = keep + h;
            must(sg_oracle_logp(o, .41, &x, 1, &up, &err), &err);
            must(fb.eval(&fb, .41, &x, 1, &out, &err), &err);
            bu = out->v[0][d];
            v[d] = keep - h;
            must(sg_oracle_logp(o, .41, &x, 1, &down, &err), &err);
            must(fb.eval(&fb, .41, &x, 1, &out, &err), &err);
            fd += (bu - out->v[0][d]) / (2 * h);
            worst = fmax(worst, fabs((up - down) / (2 * h) - s));
            v[d] = keep;
        }
        if (!tap_ok(worst < 1e-7 && fabs(fd - div) < 1e-6 * (1 + fabs(div)),
                    "%s%s%s: s = grad log rho, div b", all[k].kind->name, all[k].gamma ? "/" : "",
                    all[k].gamma ? all[k].gamma->name : ""))
            printf("# %g, div %g against %g\n", worst, div, fd);
        sg_oracle_free(o);
        batch_free(&b);
    }
}

/* The posterior mean by Monte Carlo, a joint over two components on different paths: the whole
 * oracle against plain sampling. */
static void joint(void)
{
    static const double w = 1, m[2] = {.5, -1}, c[4] = {1, .8, .8, 1};
    sg_error err;
    sg_gm data = {1, 2, &w, m, c};
    sg_system sys = {2,
                     {{.name = "a", .space = &sg_space_real, .width = 1, .path = sg_path_default()},
                      {.name = "b", .space = &sg_space_real, .width = 1}}};
    must(sg_path_init(&sys.c[1].path, &sg_path_trig, NULL, NULL, 0, &err), &err);
    sg_oracle *o = oracle_new(&sys, NULL, &data);
    size_t n[2] = {1, 1};
    batch b = batch_new(&sys, n, 1, 1);
    const sg_state *x = b.p[0];
    sg_pred *out = &b.s[0].pred;
    b.s[0].slot[0].x[0] = .9;
    b.s[0].slot[1].x[0] = -.2;
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    must(f.eval(&f, .6, &x, 1, &out, &err), &err);
    /* regression of (x1a, x1b) on (xa, xb): D = m + S A (A S A + N)^{-1} (x - A m) */
    sg_coeff p, q;
    sg_path_coeff(&sys.c[0].path, .6, &p);
    sg_path_coeff(&sys.c[1].path, .6, &q);
    double A = p.beta, B = q.beta, s11 = A * A + p.alpha * p.alpha, s22 = B * B + q.alpha * q.alpha;
    double s12 = .8 * A * B, det = s11 * s22 - s12 * s12, r1 = .9 - A * .5, r2 = -.2 + B;
    double u1 = (s22 * r1 - s12 * r2) / det, u2 = (s11 * r2 - s12 * r1) / det;
    tap_near(out->v[0][0], .5 + A * u1 + .8 * B * u2, 1e-13, 0, "joint oracle: first component");
    tap_near(out->v[1][0], -1 + .8 * A * u1 + B * u2, 1e-13, 0, "joint oracle: second component");
    sg_oracle_free(o);
    batch_free(&b);
}

static void spaces(void)
{
    sg_rng rng;
    size_t n = 5, draws = 20000;
    sg_rng_init(&rng, 11, 0, 0);
    sg_map ar1 = sg_map_ar1(.9, 1.3);
    for (const sg_space *const *s = sg_spaces; *s; s++) {
        const sg_space *sp = *s;
        if (sp->categorical)
            continue;
        size_t len = sp->len(n, 3), dof = sp->dof(n, 3);
        double x[45], v[45], y[45], sum = 0, scratch[60], worst = 0;
        for (size_t i = 0; i < draws; i++) {
            sp->noise(x, n, 3, &rng);
            sum += sp->inner(x, x, n, 3);
        }
        /* chi-square with draws * dof degrees: 5 sd */
        tap_near(sum / (double)draws, (double)dof, 5 * sqrt(2 * (double)dof / (double)draws), 0,
                 sp->name);
        sp->draw(x, n, 3, &rng);
        memcpy(y, x, sizeof y);
        sp->project(y, n, 3);
        for (size_t i = 0; i < len; i++)
            worst = fmax(worst, fabs(y[i] - x[i]));
        sp->draw(y, n, 3, &rng);
        sp->log(v, x, y, n, 3);
        sp->retract(v, x, v, 1, n, 3);
        if (!sp->flat) /* a point may have two names */
            sp->log(y, v, y, n, 3);
        for (size_t i = 0; i < len; i++)
            worst = fmax(worst, fabs(sp->flat ? v[i] - y[i] : y[i]));
        tap_ok(worst < 1e-14, "%s: draws lie in the space, retraction undoes the logarithm",
               sp->name);
        if (!sp->flat) {
            tap_ok(sp->logp0(x, 1.7, n, 3) == 0 && dof == len,
                   "%s: densities are relative to the uniform law", sp->name);
            continue;
        }
        tap_near(sg_base_logp(sp, NULL, x, 1.7, n, 3, scratch),
                 -sp->inner(x, x, n, 3) / (2 * 1.7 * 1.7) -
                     (double)dof / 2 * log(2 * 3.14159265358979323846 * 1.7 * 1.7),
                 1e-12, 0, "log density of the white base");
        /* a map of scale 1 must agree with no map, on the constrained spaces too */
        sg_map unit = sg_map_scale(1);
        tap_near(sg_base_logp(sp, &unit, x, 1.7, n, 3, scratch),
                 sg_base_logp(sp, NULL, x, 1.7, n, 3, scratch), 1e-12, 0,
                 "map of scale 1 = no map");
        double mean = 0;
        for (size_t i = 0; i < draws; i++) {
            sg_base_draw(sp, &ar1, x, n, 3, &rng);
            mean += sg_base_logp(sp, &ar1, x, 1, n, 3, scratch) / (double)draws;
        }
        /* differential entropy: E log p = -dof/2 (1 + log 2 pi) - log pdet^{1/2}; by the law at the
         * mode */
        memset(y, 0, sizeof y);
        double want = sg_base_logp(sp, &ar1, y, 1, n, 3, scratch) - (double)dof / 2;
        tap_near(mean, want, 5 * sqrt((double)dof / 2 / (double)draws), 0,
                 "correlated base: mean log density is the mode's minus dof/2");
    }
    /* AR(1) on 2 points, centred: one degree of freedom, u = (x0 - x1)/sqrt 2, variance (1 - rho)
     * sigma^2 */
    double x[2] = {.8, -.8}, scratch[4], var = (1 - .9) * 1.69;
    tap_near(sg_base_logp(&sg_space_centred, &ar1, x, 1, 2, 1, scratch),
             -1.28 / (2 * var) - .5 * log(2 * 3.14159265358979323846 * var), 1e-12, 0,
             "centred chain of two points: closed form");
    /* three points, one coordinate: the density in the basis (1,-1,0)/sqrt 2, (1,1,-2)/sqrt 6 */
    double p3[3] = {.9, -.2, -.7}, S[3][3], u[2] = {1.1 / sqrt(2), (.7 + 1.4) / sqrt(6)},
           q[3] = {0}, s3[6];
    static const double e[2][3] = {{1, -1, 0}, {1, 1, -2}};
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            S[i][j] = 1.69 * pow(.9, abs(i - j));
            q[0] += e[0][i] * e[0][j] * S[i][j] / 2;
            q[1] += e[1][i] * e[1][j] * S[i][j] / 6;
            q[2] += e[0][i] * e[1][j] * S[i][j] / sqrt(12);
        }
    double det = q[0] * q[1] - q[2] * q[2];
    double quad = (q[1] * u[0] * u[0] - 2 * q[2] * u[0] * u[1] + q[0] * u[1] * u[1]) / det;
    tap_near(sg_base_logp(&sg_space_centred, &ar1, p3, 1, 3, 1, s3),
             -quad / 2 - .5 * log(det) - log(2 * 3.14159265358979323846), 1e-12, 0,
             "centred chain of three points: density in a basis of the plane");
    double y[3], z[3] = {.2, 3, 1.1}, logdet = sg_space_positive.to_chart(y, z, 3);
    sg_space_positive.from_chart(y, y, 3);
    tap_ok(fabs(logdet - log(.66)) < 1e-14 && fabs(y[1] - 3) < 1e-14,
           "positive: the chart and its volume");
    tap_ok(sg_pair_index(0, 1, 5) == 0 && sg_pair_index(1, 2, 5) == 4 &&
               sg_pair_index(3, 4, 5) == 9,
           "pairs are numbered row by row");
}

/* A one-sided field on another path: equal to that path's own oracle. */
static void transfer(void)
{
    size_t n = 2;
    sg_error err;
    for (size_t i = 0; i < N_ALL; i++)
        for (size_t j = 0; j < N_ALL; j++) {
            if (all[i].gamma || all[j].gamma)
                continue;
            sg_system A = line(all[i].kind, NULL, 0, 1), B = line(all[j].kind, NULL, 0, 1);
            sg_oracle *oa = oracle_new(&A, NULL, &gm2), *ob = oracle_new(&B, NULL, &gm2);
            sg_field fa = sg_oracle_field(oa, SG_PARAM_B, 0),
                     fb = sg_oracle_field(ob, SG_PARAM_D1, 0), g;
            batch b = batch_new(&B, &n, 1, 1);
            sg_transfer tr;
            sg_arena a;
            double got[2], worst = 0;
            sg_arena_init(&a, NULL, 0);
            must(sg_transfer_init(&tr, &g, &fa, &B, 1, 2, &a, &err), &err);
            must(sg_arena_new(&a, a.peak, &err), &err);
            must(sg_transfer_init(&tr, &g, &fa, &B, 1, 2, &a, &err), &err);
            const sg_state *x = b.p[0];
            sg_pred *out = &b.s[0].pred;
            b.s[0].slot[0].x[0] = .7;
            b.s[0].slot[0].x[1] = -.3;
            /* lam = .4 lies on every path */
            double t = sg_path_t_of_lam(&B.c[0].path, .4);
            must(g.eval(&g, t, &x, 1, &out, &err), &err);
            memcpy(got, out->v[0], sizeof got);
            must(fb.eval(&fb, t, &x, 1, &out, &err), &err);
            for (int d = 0; d < 2; d++)
                worst = fmax(worst, fabs(got[d] - out->v[0][d]));
            /* where this path has more noise than the field's: the field's own end */
            must(g.eval(&g, 0, &x, 1, &out, &err), &err);
            tap_ok(isfinite(out->v[0][0]) && isfinite(out->v[0][1]), "%s for %s at t = 0",
                   all[i].kind->name, all[j].kind->name);
            if (!tap_ok(worst < 1e-9, "a field of %s serves %s", all[i].kind->name,
                        all[j].kind->name))
                printf("# %g\n", worst);
            sg_oracle_free(oa);
            sg_oracle_free(ob);
            sg_arena_clear(&a);
            batch_free(&b);
        }
}

int main(void)
{
    coefficients();
    refusals();
    table();
    conversions();
    oracle_derivatives();
    joint();
    spaces();
    transfer();
    return tap_done();
}
