/* The networks in double precision: every parameter's gradient against central differences
 * ((L(w+h) - L(w-h))/2h, h = 1e-5: error O(h^2) + 1e-16 L/h, so 1e-6 relative), and what the
 * runtime builds on: samples of a batch do not see each other, a context serves many denoising
 * steps. */
#include <config.h>

#include <stdlib.h>

#include "policy/net.h"
#include "tap.h"

enum { S = 3 };

typedef struct fixture {
    sg_i_policy_net net;
    sg_params ps;
    sg_arena arena;
    sg_real *x, *a, *c; /* inputs; the loss is sum c y */
    double level[S];
} fixture;

static int width(const fixture *f)
{
    return sg_i_policy_chunk_size(&f->net.dims) / f->net.dims.tokens;
}

/* samples first .. first+n-1; y (n, chunk) or NULL; grad or NULL */
static double run(fixture *f, int first, int n, double *y, sg_real *grad)
{
    const sg_i_policy_dims *d = &f->net.dims;
    int inputs = sg_i_policy_inputs(d);
    sg_tape t;
    sg_i_policy_ctx ctx;
    sg_arena_rewind(&f->arena, 0);
    sg_tape_init(&t, &f->arena, &f->ps, grad, sg_isa_find("generic"));
    sg_i_policy_encode(&f->net, &t, sg_tensor_const(f->x + first * inputs, n, inputs), &ctx);
    long from = (long)first * d->tokens * width(f);
    sg_tensor a = sg_tensor_const(f->a + from, n * d->tokens, width(f));
    sg_tensor out = sg_i_policy_denoise(&f->net, &t, &ctx, a, f->level + first);
    if (t.status != SG_OK)
        exit(99);
    double loss = 0;
    for (int i = 0; i < n * d->tokens * width(f); i++) {
        loss += (double)f->c[from + i] * (double)out.x[i];
        if (y)
            y[i] = (double)out.x[i];
        if (grad)
            out.dx[i] = f->c[from + i];
    }
    if (grad)
        sg_tape_backward(&t);
    /* once more with the same context */
    if (y && !grad) {
        sg_tensor again = sg_i_policy_denoise(&f->net, &t, &ctx, a, f->level + first);
        for (int i = 0; i < n * d->tokens * width(f); i++)
            if (again.x[i] != out.x[i])
                y[i] = NAN;
    }
    return loss;
}

static void fill(sg_real *x, size_t n, sg_rng *r, double sd)
{
    for (size_t i = 0; i < n; i++)
        x[i] = (sg_real)(sd * sg_rng_normal(r));
}

static void make(fixture *f, const sg_i_policy_arch *arch, const sg_i_policy_dims *d, uint64_t seed)
{
    sg_error err;
    sg_rng r;
    memset(f, 0, sizeof *f);
    sg_params_init(&f->ps);
    sg_rng_init(&r, 11, seed, 0);
    if (sg_i_policy_net_init(&f->net, &f->ps, arch, d, 1, &err) != SG_OK ||
        sg_arena_new(&f->arena, (size_t)16 << 20, &err) != SG_OK)
        exit(99);
    for (int i = 0; i < f->ps.count; i++) /* also those that start at zero */
        fill(f->ps.x + f->ps.p[i].off, (size_t)f->ps.p[i].rows * (size_t)f->ps.p[i].cols, &r, 0.4);
    sg_params_sync(&f->ps);
    size_t in = S * (size_t)sg_i_policy_inputs(&f->net.dims);
    size_t chunk = S * (size_t)sg_i_policy_chunk_size(&f->net.dims);
    f->x = malloc(in * sizeof *f->x);
    f->a = malloc(chunk * sizeof *f->a);
    f->c = malloc(chunk * sizeof *f->c);
    fill(f->x, in, &r, 1);
    fill(f->a, chunk, &r, 1);
    fill(f->c, chunk, &r, 1);
    for (int s = 0; s < S; s++)
        f->level[s] = 0.1 + 0.3 * s;
}

static void gradients(fixture *f, const char *name)
{
    sg_real *grad = calloc(f->ps.size, sizeof *grad);
    double worst = 0;
    const char *where = "";
    run(f, 0, S, NULL, grad);
    for (int i = 0; i < f->ps.count; i++) {
        const sg_parameter *p = &f->ps.p[i];
        double top = 1e-3, off = 0;
        for (size_t k = 0; k < (size_t)p->rows * (size_t)p->cols; k += 3) {
            const double h = 1e-5;
            sg_real *w = &f->ps.x[p->off + k], keep = *w;
            *w = keep + (sg_real)h;
            double up = run(f, 0, S, NULL, NULL);
            *w = keep - (sg_real)h;
            double down = run(f, 0, S, NULL, NULL);
            *w = keep;
            tap_worst(&off, fabs((up - down) / (2 * h) - (double)grad[p->off + k]));
            top = fmax(top, fabs((double)grad[p->off + k]));
        }
        if (!(off / top <= worst))
            where = p->name;
        tap_worst(&worst, off / top);
    }
    tap_ok(worst < 1e-6, "%s: gradients are differences (worst %.1e, %s)", name, worst, where);
    free(grad);
}

static void alone(fixture *f, const char *name)
{
    int n = sg_i_policy_chunk_size(&f->net.dims), same = 1;
    double all[S * 8 * 8], one[8 * 8];
    run(f, 0, S, all, NULL);
    for (int s = 0; s < S; s++) {
        run(f, s, 1, one, NULL);
        same &= memcmp(one, all + s * n, (size_t)n * sizeof *one) == 0;
    }
    tap_ok(same, "%s: a sample alone gives what it gives in a batch, and the context is kept",
           name);
}

/* clang-format off */
#define CACHED .obs = 5, .action = 3, .window = 2, .horizon = 8, .d = 16, .F = 24, .L = 2, .H = 2, .C = 20, .S = 12
#define BESO   .obs = 5, .action = 3, .horizon = 1, .d = 16, .F = 24, .L = 2, .H = 2, .past = 1
static const struct {
    const char *name;
    const sg_i_policy_arch *arch;
    sg_i_policy_dims dims;
} cases[] = {
    {"one token", &sg_i_policy_cached, {CACHED, .tokens = 1}},
    {"four tokens, goals", &sg_i_policy_cached, {CACHED, .tokens = 4, .goal = 2}},
    {"three goals, a hidden past, a forecast", &sg_i_policy_cached,
     {CACHED, .tokens = 1, .goal = 2, .goals = 3, .past = 1, .predict = 1}},
    {"beso", &sg_i_policy_beso, {BESO, .window = 1, .tokens = 1}},
    {"beso, two goals, a hidden past", &sg_i_policy_beso, {BESO, .window = 4, .tokens = 4, .goal = 2, .goals = 2}},
};
/* clang-format on */

/* Nothing of beso's later tokens gets back to the earlier ones: with all observations shown, row k
 * does not change with what lies behind it. */
static void causal(fixture *f)
{
    const sg_i_policy_dims *m = &f->net.dims;
    int wide = m->action, rows = m->window, in = sg_i_policy_inputs(m), good = 1;
    double y[2][S * 8 * 8];
    for (int k = 0; k < in; k++) /* the marks, too */
        f->x[k] = 1 + (sg_real)0.1 * f->x[k];
    run(f, 0, 1, y[0], NULL);
    f->a[(rows - 2) * wide] += (sg_real)0.7;
    f->x[(rows - 1) * m->obs] += (sg_real)0.7;
    run(f, 0, 1, y[1], NULL);
    for (int i = 0; i < rows * wide; i++)
        good &= (y[0][i] == y[1][i]) == (i < (rows - 2) * wide);
    tap_ok(good, "an action and an observation change what follows them, not what precedes them");
}

int main(void)
{
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        fixture f;
        make(&f, cases[k].arch, &cases[k].dims, k);
        gradients(&f, cases[k].name);
        alone(&f, cases[k].name);
        if (f.net.dims.lead)
            causal(&f);
        free(f.x);
        free(f.a);
        free(f.c);
        sg_arena_clear(&f.arena);
        sg_params_clear(&f.ps);
    }
    return tap_done();
}
