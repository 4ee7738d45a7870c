/* The backbone network and its loss against the independent twin in PyTorch: golden values by
 * autograd in float64 of a small random model (tests/data/twin/protein.safetensors, made by
 * tools/twin/protein.py). Float32 against float64: estimates within 1e-5 of the largest one, loss
 * within 1e-5, gradients within 5e-5 of the parameter's largest entry. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "protein/batch.h"
#include "protein/loss.h"
#include "twin.h"

enum { CHAINS = 2, MOST = 64 };

static sg_model *file;

static int doubles(double *out, int chain, const char *what)
{
    char name[32];
    snprintf(name, sizeof name, "%d.%s", chain, what);
    const sg_model_array *a = twin_need(file, name);
    for (size_t i = 0; i < a->count; i++)
        out[i] = (double)((const float *)a->data)[i];
    return (int)a->count;
}

static void near(const char *what, const double *got, const double *want, size_t n, double tol)
{
    double worst = 0, scale = 1e-30;
    for (size_t i = 0; i < n; i++) {
        scale = fmax(scale, fabs(want[i]));
        tap_worst(&worst, fabs(got[i] - want[i]));
    }
    tap_ok(worst <= tol * scale, "%s, worst %.2g of %.2g", what, worst, scale);
}

static void chain(const sg_protein_model *m, sg_arena *a, sg_real *grad, int k, double t)
{
    double x[3 * MOST], xs[3 * MOST], x1[3 * MOST], want[3 * MOST], y[3 * MOST], g[3 * MOST] = {0};
    double fixed[MOST], letter[MOST], part[SG_PROTEIN_LOSSES] = {0}, parts[SG_PROTEIN_LOSSES];
    double work[6 * MOST];
    unsigned char is_fixed[MOST];
    char ss[MOST], what[64];
    sg_error err;
    int n = doubles(x, k, "x") / 3;
    doubles(xs, k, "xs");
    doubles(x1, k, "x1");
    doubles(fixed, k, "fixed");
    doubles(letter, k, "ss");
    doubles(want, k, "out");
    doubles(parts, k, "loss");
    for (int i = 0; i < n; i++) {
        is_fixed[i] = fixed[i] > 0.5;
        ss[i] = (char)letter[i];
    }
    const sg_protein_ask ask = {1, 0.4, 0.15, ss, x1, is_fixed};
    sg_protein_buffer b;
    sg_egnet_out o;
    sg_tape tape;
    sg_arena_rewind(a, 0);
    if (sg_protein_buffer_init(&b, a, &n, 1, &err) != SG_OK)
        exit(99);
    sg_protein_buffer_state(&b, 0, x, t);
    sg_protein_buffer_previous(&b, 0, xs);
    sg_protein_buffer_ask(&b, 0, &ask);
    sg_tape_init(&tape, a, &m->params, grad, NULL);
    sg_egnet_forward(&m->net, &tape, &b.in, &o);
    if (tape.status != SG_OK)
        exit(99);
    sg_protein_estimate(y, x, t, &o.vec, 0, n);
    snprintf(what, sizeof what, "estimate of %d residues at t = %g", n, t);
    near(what, y, want, 3 * (size_t)n, 1e-5);
    sg_protein_loss(part, g, y, x1, n, t, 1.0 / CHAINS, &m->law, work);
    for (int i = 0; i < SG_PROTEIN_LOSSES; i++)
        tap_near(part[i], parts[i], 1e-6, 1e-5, "loss component");
    sg_protein_estimate_pull(g, t, &o.vec, 0, n, NULL);
    sg_tape_backward(&tape);
}

int main(void)
{
    sg_protein_model m;
    sg_arena a;
    sg_error err;
    sg_protein_config c = {.shortest = 8, .longest = 128, .steps = 1, .gamma = 1, .noise_scale = 1};
    sg_protein_net_dims(&c.net, 32, 8, 16, 2);
    file = twin_load("protein");
    if (sg_arena_new(&a, 64 << 20, &err) != SG_OK ||
        sg_protein_model_init(&m, &c, 1, &err) != SG_OK ||
        sg_params_load(&m.params, file, "backbone", &err) != SG_OK) {
        printf("Bail out! %s\n", err.text);
        return 99;
    }
    sg_real *grad = calloc(m.params.size, sizeof *grad);
    if (!grad)
        return 99;
    chain(&m, &a, grad, 0, 0.35);
    chain(&m, &a, grad, 1, 0.9);
    twin_gradients("backbone", &m.params, grad, file, "grad", 5e-5);
    free(grad);
    sg_protein_model_clear(&m);
    sg_model_free(file);
    sg_arena_clear(&a);
    return tap_done();
}
