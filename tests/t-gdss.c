/* The networks of the preset gdss: against their twin in PyTorch (outputs, loss, every parameter's
 * gradient of a small random model; tests/data/twin/gdss.safetensors, made by tools/twin/gdss.py
 * with autograd in float64: outputs within 1e-5 of the largest one, gradients within 5e-5 of the
 * parameter's largest), renumbered nodes, ragged batches. */
#include <config.h>

#include <jansson.h>
#include <stdlib.h>

#include <sigen/loss.h>
#include "graphgen/gdss.h"
#include "twin.h"

static sg_error err;

static sg_gdss_dims dims_of(const sg_model *file)
{
    json_t *root = json_loads(sg_model_meta(file, "config"), 0, NULL);
    sg_gdss_dims m = {0};
    for (const sg_egnet_dim *d = sg_gdss_dim_table; d->name; d++)
        *(int *)((char *)&m + d->off) =
            (int)json_integer_value(json_object_get(json_object_get(root, "gdss"), d->name));
    json_decref(root);
    return m;
}

/* half the squared error's sum, mean over the samples, as in training */
static double loss(sg_tensor y, const float *want, double share)
{
    double *w = malloc((size_t)y.rows * sizeof *w + 1);
    sg_real *to = malloc((size_t)y.rows * (size_t)y.cols * sizeof *to + 1);
    if (!w || !to)
        exit(99);
    for (int i = 0; i < y.rows; i++)
        w[i] = share / 2;
    for (int i = 0; i < y.rows * y.cols; i++)
        to[i] = want[i];
    double sum = sg_loss_squared(y, to, w);
    free(w);
    free(to);
    return sum;
}

static void twin(sg_gdss *net, sg_params *ps, sg_arena *a)
{
    sg_model *file = twin_load("gdss");
    sg_gdss_dims m = dims_of(file);
    must(sg_gdss_init(net, ps, &m, 1, &err), &err);
    twin_weights(ps, file, "gdss");
    int sizes[16], count = twin_ints(file, "in.n", sizes);
    sg_gdss_in in;
    sg_gdss_out out;
    must(sg_layout_init(&in.lay, a, sizes, count, &err), &err);
    in.x = sg_arena_alloc(a, (size_t)in.lay.n_nodes * (size_t)m.F, sizeof *in.x);
    in.a = sg_arena_alloc(a, (size_t)in.lay.n_pairs, sizeof *in.a);
    twin_copy(in.x, file, "in.x");
    twin_copy(in.a, file, "in.a");
    size_t mark = sg_arena_mark(a);
    sg_tape t;
    sg_tape_init(&t, a, ps, NULL, NULL);
    sg_gdss_forward(net, &t, &in, &out);
    tap_ok(t.status == SG_OK, "work space suffices");
    twin_close("gdss", "noise in X", out.x, twin_reals(file, "out.x"), 1e-5);
    twin_close("gdss", "noise in A", out.a, twin_reals(file, "out.a"), 1e-5);
    size_t used = sg_arena_mark(a) - mark;
    size_t said = sg_gdss_bytes(net, (size_t)in.lay.n_nodes, (size_t)in.lay.n_pairs,
                                (size_t)in.lay.max_nodes);
    tap_ok(used <= said, "activations take %zu bytes, said were %zu", used, said);
    sg_real *grad = calloc(ps->size, sizeof *grad);
    if (!grad)
        exit(99);
    sg_tape_init(&t, a, ps, grad, NULL);
    sg_gdss_forward(net, &t, &in, &out);
    const float *want = twin_reals(file, "out.loss");
    tap_near(loss(out.x, twin_reals(file, "target.x"), 1.0 / count), (double)want[0], 1e-6, 1e-5,
             "loss of X");
    tap_near(loss(out.a, twin_reals(file, "target.a"), 1.0 / count), (double)want[1], 1e-6, 1e-5,
             "loss of A");
    sg_tape_backward(&t);
    tap_ok(t.status == SG_OK, "work space suffices backward");
    twin_gradients("gdss", ps, grad, file, "grad.gdss", 5e-5);
    free(grad);
    sg_model_free(file);
    sg_arena_rewind(a, 0);
}

enum { N = 9, PAIRS = N * (N - 1) / 2, OTHER = 4 };

static int at(int i, int j)
{
    int u = i < j ? i : j, v = i < j ? j : i;
    return u * (2 * N - u - 1) / 2 + v - u - 1;
}

/* Sample 1 is sample 0 renumbered: so are its outputs. Alone, sample 0 gives the same bytes. */
static void renumbered(const sg_gdss *net, const sg_params *ps, sg_arena *a)
{
    static const int turn[N] = {4, 7, 0, 2, 8, 1, 6, 3, 5}, sizes[] = {N, N, OTHER};
    int F = net->dims.F;
    sg_gdss_in in;
    sg_gdss_out out, alone;
    sg_rng r;
    must(sg_layout_init(&in.lay, a, sizes, 3, &err), &err);
    in.x = sg_arena_alloc(a, (size_t)in.lay.n_nodes * (size_t)F, sizeof *in.x);
    in.a = sg_arena_alloc(a, (size_t)in.lay.n_pairs, sizeof *in.a);
    sg_rng_init(&r, 5, 6, 7);
    for (int i = 0; i < in.lay.n_nodes * F; i++)
        in.x[i] = (sg_real)sg_rng_normal(&r);
    for (int p = 0; p < in.lay.n_pairs; p++)
        in.a[p] = (sg_real)sg_rng_normal(&r);
    for (int i = 0; i < N; i++) {
        memcpy(in.x + (N + turn[i]) * F, in.x + i * F, (size_t)F * sizeof *in.x);
        for (int j = i + 1; j < N; j++)
            in.a[PAIRS + at(turn[i], turn[j])] = in.a[at(i, j)];
    }
    sg_tape t;
    sg_tape_init(&t, a, ps, NULL, NULL);
    sg_gdss_forward(net, &t, &in, &out);
    double worst = 0, size = 0, off = 0;
    for (int i = 0; i < N; i++) {
        for (int k = 0; k < F; k++)
            tap_worst(&worst, fabs((double)(out.x.x[i * F + k] - out.x.x[(N + turn[i]) * F + k])));
        for (int j = i + 1; j < N; j++) {
            double u = (double)out.a.x[at(i, j)];
            tap_worst(&worst, fabs(u - (double)out.a.x[PAIRS + at(turn[i], turn[j])]));
            size = fmax(size, fabs(u));
            off = fmax(off, fabs(u - (double)out.a.x[PAIRS + at(i, j)]));
        }
    }
    tap_ok(worst < 1e-5 * size, "renumbered nodes: worst difference %.1e of %.1e", worst, size);
    tap_ok(off > 1e-2 * size, "(without renumbering the outputs differ)");
    must(sg_layout_init(&in.lay, a, sizes, 1, &err), &err);
    sg_gdss_forward(net, &t, &in, &alone);
    tap_ok(t.status == SG_OK && !memcmp(alone.x.x, out.x.x, (size_t)(N * F) * sizeof(sg_real)) &&
               !memcmp(alone.a.x, out.a.x, PAIRS * sizeof(sg_real)),
           "a sample alone gives the same bytes");
}

/* The published networks have 72,434 and 134,369 parameters for community_small; here the last
 * layer lacks 8 convolutions of 32 to 32 (values) and the nodes' net 256, 16, 32 that nothing
 * reads. */
static void count_parameters(void)
{
    static const sg_gdss_dims m = {10, 3, 5, 32, 4, 2, 8, 4};
    sg_gdss net;
    sg_params ps;
    long count = 0;
    must(sg_gdss_init(&net, &ps, &m, 0, &err), &err);
    for (int i = 0; i < ps.count; i++)
        count += (long)ps.p[i].rows * ps.p[i].cols;
    tap_ok(count == 72434 + 134369 - 8 * 33 * 32 - 257 * 16 - 17 * 32, "%ld parameters", count);
    sg_params_clear(&ps);
}

int main(void)
{
    sg_gdss net;
    sg_params ps;
    sg_arena a;
    must(sg_arena_new(&a, (size_t)64 << 20, &err), &err);
    twin(&net, &ps, &a);
    renumbered(&net, &ps, &a);
    count_parameters();
    sg_gdss_dims bad = net.dims;
    bad.H = 3;
    sg_params_clear(&ps);
    tap_ok(sg_gdss_init(&net, &ps, &bad, 0, &err) == SG_ELIMIT,
           "heads that do not divide the width");
    bad.H = 4;
    bad.L = 1;
    tap_ok(sg_gdss_init(&net, &ps, &bad, 0, &err) == SG_ELIMIT, "a size out of range");
    sg_arena_clear(&a);
    return tap_done();
}
