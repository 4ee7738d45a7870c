/* The mask step of categorical components, alone and beside a continuous component. */
#include "core.h"
#include "tap.h"

#define N_SAMPLES 40000

/* Two bits with P(00) = P(11) = .45, P(01) = P(10) = .05: the exact conditional of each masked bit.
 */
static sg_status bits_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                           sg_pred *const *out, sg_error *err)
{
    (void)t, (void)f, (void)err;
    for (size_t i = 0; i < count; i++) {
        const int *tok = x[i]->slot[0].tok;
        for (int j = 0; j < 2; j++) {
            int other = tok[1 - j];
            double p1 = other == 2 ? 0.5 : other == 1 ? 0.9 : 0.1;
            out[i]->v[0][2 * j] = 1 - p1;
            out[i]->v[0][2 * j + 1] = p1;
        }
        out[i]->valid = 1;
    }
    return SG_OK;
}

static sg_system bits(void)
{
    return (sg_system){
        1,
        {{.name = "bits", .space = &sg_space_categorical, .width = 2, .path = sg_path_default()}}};
}

static void two_bits(void)
{
    sg_system sys = bits();
    sg_field f = {.name = "bits", .sys = &sys, .eval = bits_eval};
    for (size_t steps = 1; steps <= 8; steps *= 2) {
        size_t n[1] = {2}, c[4] = {0};
        sg_error err;
        batch b = batch_new(&sys, n, N_SAMPLES, 5 + steps);
        double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
        sg_run_opts o = opts_of("ctmc", grid, steps);
        for (size_t i = 0; i < b.count; i++)
            sg_state_draw(b.p[i]);
        must(sg_sample(&o, &f, b.p, b.count, &err), &err);
        for (size_t i = 0; i < b.count; i++)
            c[b.s[i].slot[0].tok[0] * 2 + b.s[i].slot[0].tok[1]]++;
        double tv =
            0.5 * (fabs((double)c[0] / N_SAMPLES - .45) + fabs((double)c[3] / N_SAMPLES - .45) +
                   fabs((double)c[1] / N_SAMPLES - .05) + fabs((double)c[2] / N_SAMPLES - .05));
        /* the excess of unequal bits is binomial with sd <= .0025; 5 sd */
        char name[64];
        snprintf(name, sizeof name, "two bits: total variation .4/N after %zu steps", steps);
        tap_near(tv, 0.4 / (double)steps, 0.0125, 0, name);
        free(grid);
        batch_free(&b);
    }
}

/* A run over the batch in an arena of its own. */
static sg_run *run_new(const sg_run_opts *o, const sg_field *f, const batch *b, sg_arena *a)
{
    sg_run *r;
    sg_error err;
    sg_arena_init(a, NULL, 0);
    must(sg_run_init(&r, o, f, b->p, b->count, a, &err), &err);
    must(sg_arena_new(a, a->peak, &err), &err);
    must(sg_run_init(&r, o, f, b->p, b->count, a, &err), &err);
    return r;
}

/* The share of masked sites is 1 - kappa(t) at every step, with and without re-masking. */
static void marginal(const sg_interpolant *clock, double eta)
{
    sg_system sys = bits();
    sg_error err;
    must(sg_path_init(&sys.c[0].path, clock, NULL, NULL, 0, &err), &err);
    sg_field f = {.name = "bits", .sys = &sys, .eval = bits_eval};
    size_t n[1] = {2}, steps = 20;
    batch b = batch_new(&sys, n, N_SAMPLES, 17);
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
    sg_run_opts o = opts_of("ctmc", grid, steps);
    o.remask_eta = eta;
    sg_arena a;
    sg_run *r = run_new(&o, &f, &b, &a);
    for (size_t i = 0; i < b.count; i++)
        sg_state_draw(b.p[i]);
    double worst = 0;
    while (!sg_run_done(r)) {
        must(sg_run_step(r, &err), &err);
        sg_coeff c;
        sg_path_coeff(&sys.c[0].path, sg_run_time(r), &c);
        size_t masked = 0;
        for (size_t i = 0; i < b.count; i++)
            masked += (size_t)((b.s[i].slot[0].tok[0] == 2) + (b.s[i].slot[0].tok[1] == 2));
        worst = fmax(worst, fabs((double)masked / (2 * N_SAMPLES) - (1 - c.beta)));
    }
    if (!tap_ok(worst < 0.009, "share of masks is 1 - kappa: %s clock, eta %g", clock->name, eta))
        printf("# worst %g\n", worst);
    int shown = 1;
    for (size_t i = 0; i < b.count; i++)
        shown &= b.s[i].slot[0].tok[0] < 2 && b.s[i].slot[0].tok[1] < 2;
    tap_ok(shown, "no mask is left at t = 1: %s clock, eta %g", clock->name, eta);
    tap_ok(sg_run_step(r, &err) == SG_EINVAL, "a step after the last is refused");
    free(grid);
    sg_arena_clear(&a);
    batch_free(&b);
}

/* Coordinates whose D1 is a fixed triangle, and tokens that read the step's starting state: both
 * must see the same state (Jacobi). */
static const double triangle[6] = {1, 0, -0.5, 0.75, -0.5, -0.75};

static sg_status mixed_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                            sg_pred *const *out, sg_error *err)
{
    size_t *seen = f->work;
    (void)t, (void)err;
    *seen += count;
    for (size_t i = 0; i < count; i++) {
        memcpy(out[i]->v[0], triangle, sizeof triangle);
        int shown = 0;
        for (size_t j = 0; j < 3; j++)
            shown |= x[i]->slot[1].tok[j] != 4;
        for (size_t j = 0; j < 12; j++)
            out[i]->v[1][j] = shown ? j % 4 == 3 : j % 4 == 1;
        out[i]->valid = 1;
    }
    return SG_OK;
}

static void mixed(const char *sampler)
{
    size_t evals = 0, n[2] = {3, 3}, steps = 5;
    sg_error err;
    sg_system sys = {
        2,
        {{.name = "xy", .space = &sg_space_centred, .width = 2, .path = sg_path_default()},
         {.name = "kind", .space = &sg_space_categorical, .width = 4, .path = sg_path_default()}}};
    sg_field f = {
        .name = "mixed", .sys = &sys, .param = {{SG_PARAM_D1}}, .eval = mixed_eval, .work = &evals};
    batch b = batch_new(&sys, n, 64, 3);
    double *grid = grid_new(&sg_grid_uniform, steps, &sys.c[0].path, 0, 1, 0);
    sg_run_opts o = opts_of(sampler, grid, steps);
    for (size_t i = 0; i < b.count; i++)
        sg_state_draw(b.p[i]);
    static unsigned char frozen[3] = {0, 1, 0};
    b.s[7].slot[1].frozen = frozen;
    b.s[7].slot[1].tok[1] = 2;
    b.s[8].slot[1].frozen = frozen; /* a frozen mask */
    o.remask_eta = 2;
    must(sg_sample(&o, &f, b.p, b.count, &err), &err);
    int exact = 1, classes = 1;
    for (size_t i = 0; i < b.count; i++) {
        exact &= memcmp(b.s[i].slot[0].x, triangle, sizeof triangle) == 0;
        for (int j = 0; j < 3; j++)
            classes &= b.s[i].slot[1].tok[j] == 1 || b.s[i].slot[1].tok[j] == 3 ||
                       ((i == 7 || i == 8) && j == 1);
    }
    tap_ok(exact, "%s: coordinates end on D1 bit for bit", sampler);
    tap_ok(classes, "%s: tokens come from the predicted classes", sampler);
    tap_ok(b.s[7].slot[1].tok[1] == 2 && b.s[8].slot[1].tok[1] == 4, "%s: frozen tokens stay",
           sampler);
    tap_ok(b.s[0].pred.valid == 1, "%s: the last prediction is kept", sampler);
    /* the same sample alone gives the same bytes */
    batch one = batch_new(&sys, n, 12, 3);
    sg_state_draw(one.p[11]);
    must(sg_sample(&o, &f, one.p + 11, 1, &err), &err);
    tap_ok(memcmp(one.s[11].slot[0].x, b.s[11].slot[0].x, sizeof triangle) == 0 &&
               memcmp(one.s[11].slot[1].tok, b.s[11].slot[1].tok, 3 * sizeof(int)) == 0,
           "%s: a sample does not depend on its batch", sampler);
    free(grid);
    batch_free(&b);
    batch_free(&one);
}

static void temperature(void)
{
    sg_system sys = bits();
    sg_field f = {.name = "bits", .sys = &sys, .eval = bits_eval};
    size_t n[1] = {2}, ones = 0;
    sg_error err;
    batch b = batch_new(&sys, n, N_SAMPLES, 23);
    double grid[2] = {0, 1};
    sg_run_opts o = opts_of("ctmc", grid, 1);
    o.temperature = 0.5;
    for (size_t i = 0; i < b.count; i++)
        b.s[i].slot[0].tok[1] = 1;
    must(sg_sample(&o, &f, b.p, b.count, &err), &err);
    for (size_t i = 0; i < b.count; i++)
        ones += b.s[i].slot[0].tok[0] == 1;
    /* p ~ (.9^2, .1^2) */
    tap_near((double)ones / N_SAMPLES, 0.81 / 0.82, 0.003, 0, "temperature .5 squares the odds");
    batch_free(&b);
}

/* bits_eval, until *work is set */
static sg_status failing_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                              sg_pred *const *out, sg_error *err)
{
    sg_status s = bits_eval(f, t, x, count, out, err);
    return *(int *)f->work ? sg_fail(err, SG_ENAN, "as asked for") : s;
}

static void redraw_after_failure(void)
{
    int fails = 0, same = 1;
    sg_system sys = bits();
    sg_field f = {.name = "bits", .sys = &sys, .eval = failing_eval, .work = &fails};
    size_t n[1] = {2};
    sg_error err;
    batch b = batch_new(&sys, n, 200, 31), then = batch_new(&sys, n, 200, 31);
    double grid[3] = {0, 0.5, 1};
    sg_run_opts o = opts_of("ctmc", grid, 2);
    sg_arena a;
    sg_run *r = run_new(&o, &f, &b, &a);
    for (size_t i = 0; i < b.count; i++)
        sg_state_draw(b.p[i]);
    must(sg_run_step(r, &err), &err);
    for (size_t i = 0; i < b.count; i++)
        memcpy(then.s[i].slot[0].tok, b.s[i].slot[0].tok, 2 * sizeof(int));
    fails = 1;
    tap_ok(sg_run_step(r, &err) == SG_ENAN, "a step fails");
    for (size_t i = 0; i < b.count; i++) {
        sg_run_redraw(r, i);
        same &= memcmp(then.s[i].slot[0].tok, b.s[i].slot[0].tok, 2 * sizeof(int)) == 0;
    }
    tap_ok(same, "redraw: nothing after a failed step");
    sg_arena_clear(&a);
    batch_free(&b);
    batch_free(&then);
}

static sg_status nan_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                          sg_pred *const *out, sg_error *err)
{
    sg_status s = bits_eval(f, t, x, count, out, err);
    out[count - 1]->v[0][0] = NAN;
    return s;
}

static void not_a_probability(void)
{
    sg_system sys = bits();
    sg_field f = {.name = "bits", .sys = &sys, .eval = nan_eval};
    size_t n[1] = {2};
    sg_error err;
    batch b = batch_new(&sys, n, 3, 31);
    double grid[2] = {0, 1};
    sg_run_opts o = opts_of("ctmc", grid, 1);
    sg_arena a;
    sg_run *r = run_new(&o, &f, &b, &a);
    for (size_t i = 0; i < b.count; i++)
        sg_state_draw(b.p[i]);
    tap_ok(sg_run_step(r, &err) == SG_ENAN && strstr(err.text, "state 2") &&
               b.s[0].slot[0].tok[0] == 2 && b.s[2].slot[0].tok[0] == 2,
           "probabilities that are none: refused by name, all tokens as they were");
    sg_arena_clear(&a);
    batch_free(&b);
}

/* Drawn again until both are equal, in one step that predicts (1/2, 1/2) for each; a bit that was
 * given is never drawn. */
static void redraw(void)
{
    sg_system sys = bits();
    sg_field f = {.name = "bits", .sys = &sys, .eval = bits_eval};
    size_t n[1] = {2}, c[4] = {0}, given = 0;
    sg_error err;
    batch b = batch_new(&sys, n, N_SAMPLES, 29);
    double grid[2] = {0, 1};
    sg_run_opts o = opts_of("ctmc", grid, 1);
    sg_arena a;
    sg_run *r = run_new(&o, &f, &b, &a);
    for (size_t i = 0; i < b.count; i++) {
        sg_state_draw(b.p[i]);
        if (i % 2)
            b.s[i].slot[0].tok[1] = 1;
    }
    sg_run_redraw(r, 3);
    tap_ok(b.s[3].slot[0].tok[0] == 2, "nothing to draw again before the first step");
    must(sg_run_step(r, &err), &err);
    for (size_t i = 0; i < b.count; i++) {
        const int *tok = b.s[i].slot[0].tok;
        while (tok[0] != tok[1])
            sg_run_redraw(r, i);
        c[2 * (i % 2) + (size_t)tok[0]]++;
        given += i % 2 && tok[1] != 1;
    }
    /* sd .0035 of 20,000 */
    tap_near((double)c[1] / (N_SAMPLES / 2), 0.5, 0.018, 0, "redraw: 00 and 11 are as likely");
    tap_ok(c[2] == 0 && given == 0, "redraw: a token that was shown before stays");
    sg_arena_clear(&a);
    batch_free(&b);
}

int main(void)
{
    two_bits();
    marginal(&sg_path_linear, 0);
    marginal(&sg_path_linear, 3);
    marginal(&sg_path_linear, 30);
    marginal(&sg_path_trig, 3);
    marginal(&sg_path_shift, 3);
    mixed("euler");
    mixed("heun");
    mixed("rk4");
    temperature();
    redraw();
    redraw_after_failure();
    not_a_probability();
    return tap_done();
}
