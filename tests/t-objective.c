/* Training objectives: the target's conditional mean is the oracle's parameter, gradients against
 * differences, masks, weights, laws of t. */
#include <sigen/objective.h>

#include "core.h"
#include "tap.h"

/* x0, x1 jointly normal given x_t is linear: regress the target on x_t over many draws and compare
 * with the oracle's two numbers (offset, slope). */
static void targets(void)
{
    static const struct {
        const sg_interpolant *kind;
        const sg_gamma *gamma;
        double a;
    } row[] = {{&sg_path_linear, NULL, 0},
               {&sg_path_linear, &sg_gamma_brownian, 2},
               {&sg_path_trig, &sg_gamma_sine, 1},
               {&sg_path_vp, NULL, 0},
               {&sg_path_mr, NULL, 0}};
    static const sg_param want[] = {SG_PARAM_B,  SG_PARAM_S, SG_PARAM_D0,
                                    SG_PARAM_D1, SG_PARAM_E, SG_PARAM_V};
    static const char *const name[] = {"b", "s", "D0", "D1", "E", "v"};
    static const double w = 1, m1 = .8, c1 = .5;
    enum { N = 100000 };
    size_t one = 1;
    sg_gm data = {1, 1, &w, &m1, &c1};
    for (size_t k = 0; k < sizeof row / sizeof *row; k++) {
        sg_system sys = line(row[k].kind, row[k].gamma, row[k].a, 1);
        sg_oracle *o = oracle_new(&sys, NULL, &data);
        const sg_path *p = &sys.c[0].path;
        batch b = batch_new(&sys, &one, 1, 1);
        const sg_state *s = b.p[0];
        sg_pred *out = &b.s[0].pred;
        double mu = row[k].kind == &sg_path_mr ? .4 : 0, t = .35;
        b.s[0].slot[0].mu = &mu;
        for (int q = 0; q < 6; q++) {
            sg_error err;
            double sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0, got[2], ref[2];
            sg_rng rng;
            sg_rng_init(&rng, 3, k, 0);
            for (int i = 0; i < N; i++) {
                double x0 = mu + sg_rng_normal(&rng), x1 = m1 + sqrt(c1) * sg_rng_normal(&rng), x,
                       y;
                double z = sg_rng_normal(&rng);
                for (int sign = 1; sign >= -1; sign -= 2) {
                    sg_path_sample(p, t, &x0, &x1, &mu, row[k].gamma ? &z : NULL, sign, &x, 1);
                    must(sg_path_target(p, t, want[q], &x0, &x1, &mu, row[k].gamma ? &z : NULL,
                                        sign, &y, 1, &err),
                         &err);
                    sx += x;
                    sy += y;
                    sxx += x * x;
                    sxy += x * y;
                    syy += y * y;
                }
            }
            double n = 2.0 * N, vx = sxx - sx * sx / n, slope = (sxy - sx * sy / n) / vx;
            double rest = (syy - sy * sy / n - slope * slope * vx) / n,
                   sd = sqrt(fmax(rest, 0) / N);
            got[0] = sy / n - slope * sx / n;
            got[1] = slope;
            sg_field f = sg_oracle_field(o, want[q], SG_PARAM_NONE);
            for (int i = 0; i < 2; i++) {
                b.s[0].slot[0].x[0] = i;
                must(f.eval(&f, t, &s, 1, &out, &err), &err);
                ref[i] = out->v[0][0];
            }
            double spread = sqrt(vx / n), e0 = fabs(got[0] - ref[0]),
                   e1 = fabs(got[1] - (ref[1] - ref[0]));
            double mx = fabs(sx / n);
            if (!tap_ok(e0 < 5 * sd * (1 + mx / spread) + 1e-9 && e1 < 5 * sd / spread + 1e-9,
                        "%s%s: the target of %s regresses to it", p->kind->name,
                        row[k].gamma ? ", two-sided" : "", name[q]))
                printf("# offset %g (%g), slope %g (%g)\n", got[0], ref[0], got[1],
                       ref[1] - ref[0]);
        }
        sg_oracle_free(o);
        batch_free(&b);
    }
}

static void gradients(void)
{
    double y[5] = {.3, -1.2, .8, 2, -.4}, target[5] = {1, .2, -.6, .4, 0}, g[5] = {1, 1, 1, 1, 1},
           worst = 0;
    double loss = sg_objective(y, target, 1.7, g, 5), sum = 0;
    for (int i = 0; i < 5; i++)
        sum += 1.7 * ((y[i] - target[i]) * (y[i] - target[i]) - target[i] * target[i]);
    tap_near(loss, sum, 1e-12, 0, "objective is the square up to a constant");
    for (int i = 0; i < 5; i++) {
        double keep = y[i], h = 1e-5, up, down;
        y[i] = keep + h;
        up = sg_objective(y, target, 1.7, NULL, 5);
        y[i] = keep - h;
        down = sg_objective(y, target, 1.7, NULL, 5);
        y[i] = keep;
        worst = fmax(worst, fabs((up - down) / (2 * h) - (g[i] - 1)));
    }
    tap_ok(worst < 1e-8, "its gradient is added, against differences");
    double l[9] = {.2, -1, .5, 2, .1, .3, -.7, .4, 1.1}, gt[9] = {0};
    int tok[3] = {3, 1, 3}, truth[3] = {2, 1, 0};
    loss = sg_objective_tokens(l, tok, truth, 3, 3, .6, gt);
    worst = 0;
    for (int i = 0; i < 9; i++) {
        double keep = l[i], h = 1e-5, up, down;
        l[i] = keep + h;
        up = sg_objective_tokens(l, tok, truth, 3, 3, .6, NULL);
        l[i] = keep - h;
        down = sg_objective_tokens(l, tok, truth, 3, 3, .6, NULL);
        l[i] = keep;
        worst = fmax(worst, fabs((up - down) / (2 * h) - gt[i]));
    }
    tap_ok(worst < 1e-8 && gt[3] == 0 && gt[4] == 0, "tokens: gradient at masked sites only");
    double want =
        .6 * (log(exp(.2) + exp(-1) + exp(.5)) - .5 + log(exp(-.7) + exp(.4) + exp(1.1)) + .7);
    tap_near(loss, want, 1e-12, 0, "tokens: cross entropy");
}

static void laws(void)
{
    sg_error err;
    sg_rng rng;
    sg_path vp;
    must(sg_path_init(&vp, &sg_path_vp, NULL, NULL, 0, &err), &err);
    sg_rng_init(&rng, 9, 0, 0);
    enum { N = 40000 };
    double mean = 0, var = 0, sign = 0;
    for (int i = 0; i < N; i++) {
        double t = sg_time_law_find("lognormal")->draw(&vp, -.4, .8, &rng),
               l = -sg_path_lam(&vp, t);
        mean += l / N;
        var += l * l / N;
    }
    tap_near(mean, -.4, 5 * .8 / sqrt(N), 0, "lognormal law: mean of log sigma");
    tap_near(var - mean * mean, .64, 0, 5 * sqrt(2.0 / N), "lognormal law: variance of log sigma");
    for (int i = 0; i < N; i++)
        sign += -sg_path_lam(&vp, sg_time_law_find("loglogistic")->draw(&vp, .3, .5, &rng)) < .3;
    tap_near(sign / N, .5, 2.5 / sqrt(N), 0, "loglogistic law: median");
    mean = 0;
    for (int i = 0; i < N; i++)
        mean += sg_time_law_find("beta")->draw(&vp, 2, 1, &rng) / N;
    tap_near(mean, 2.0 / 3, 5 * .236 / sqrt(N), 0, "beta law: mean");
    int truth[1000], tok[1000], kept = 0;
    sg_path lin = sg_path_default();
    for (int i = 0; i < 1000; i++)
        truth[i] = i % 4;
    for (int k = 0; k < 40; k++) {
        sg_path_mask(&lin, .3, truth, 4, tok, 1000, &rng);
        for (int i = 0; i < 1000; i++)
            kept += tok[i] == truth[i];
    }
    tap_near(kept / 40000.0, .3, 5 * .458 / 200, 0, "masks: a share kappa stays");
    double t = .7;
    tap_near(sg_weight_find("velocity")->at(&lin, t, 0), 1 / (.3 * .3), 1e-12, 1e-12,
             "velocity weight");
    tap_near(sg_weight_find("velocity")->at(&lin, t, 5), 5, 0, 0, "velocity weight, cut");
    tap_near(sg_weight_find("snr")->at(&lin, t, 0), 49.0 / 9, 1e-12, 0, "snr weight");
    tap_near(sg_weight_find("min-snr")->at(&lin, t, 2), 2, 0, 0, "min-snr weight");
    tap_near(sg_weight_find("edm")->at(&lin, t, .5), 49.0 / 9 + 4, 1e-12, 0, "edm weight");
    tap_near(sg_weight_find("inverse")->at(&lin, t, 0), 1 / .3, 1e-12, 0, "inverse weight");
    /* preconditioning: a perfect F of unit-variance target; c_skip, c_out from the closed form at
     * sigma = 3/7 */
    sg_precond c;
    sg_path_precond(&lin, t, .5, &c);
    double s = 3.0 / 7, q = s * s + .25;
    tap_ok(fabs(c.c_skip - .25 / q) < 1e-14 && fabs(c.c_out - s * .5 / sqrt(q)) < 1e-14 &&
               fabs(c.c_in - 1 / sqrt(q)) < 1e-14 && fabs(c.c_noise - log(s) / 4) < 1e-14 &&
               fabs(c.inv_beta - 1 / .7) < 1e-14,
           "preconditioning at sigma = alpha/beta");
    tap_ok(!sg_weight_find("x") && !sg_time_law_find("x"), "unknown names give NULL");
}

int main(void)
{
    targets();
    gradients();
    laws();
    return tap_done();
}
