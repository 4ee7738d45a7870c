/* Symmetries of molgen's networks on random weights: rotation, reflection, renumbering of the
 * nodes, other molecules in the batch; and the capacity estimate of the work space. Tolerances:
 * float32 arithmetic, 1e-5 of the largest output (equivariance), exact where the promise is exact.
 */
#include <config.h>

#include <stdlib.h>

#include "molgen/batch.h"
#include "molgen/field.h"
#include "tap.h"

#define N 11

typedef struct result {
    float x1[3 * N], cls[N * 20], bond[N * (N - 1) / 2 * 6], prop[4];
} result;

typedef struct inputs {
    int n, cls[N], bond[N * (N - 1) / 2];
    double x[3 * N], xs[3 * N], t, y[4];
    unsigned char known[4];
} inputs;

static sg_egnet net;
static sg_params ps;
static sg_arena arena;

static void draw_inputs(inputs *in, int n, uint64_t sample)
{
    sg_rng r;
    const sg_egnet_dims *d = &net.dims;
    sg_rng_init(&r, 41, sample, 0);
    memset(in, 0, sizeof *in);
    in->n = n;
    for (int i = 0; i < n; i++)
        in->cls[i] = (int)sg_rng_below(&r, (uint32_t)d->C + 1);
    for (int p = 0; p < n * (n - 1) / 2; p++)
        in->bond[p] = (int)sg_rng_below(&r, (uint32_t)d->B + 1);
    for (int i = 0; i < 3 * n; i++) {
        in->x[i] = 1.3 * sg_rng_normal(&r);
        in->xs[i] = in->x[i] + 0.3 * sg_rng_normal(&r);
    }
    in->t = 0.1 + 0.8 * sg_rng_uniform(&r);
    for (int q = 0; q < d->Q; q++) {
        in->y[q] = sg_rng_normal(&r);
        in->known[q] = (unsigned char)(q % 2 == 0);
    }
}

/* Evaluates several inputs in one batch, the results one by one. */
static void eval(const inputs *const *in, int count, result *out)
{
    int sizes[8];
    sg_error err;
    sg_mol_buffer b;
    sg_egnet_out o;
    sg_tape t;
    const sg_egnet_dims *d = &net.dims;
    sg_arena_rewind(&arena, 0);
    for (int s = 0; s < count; s++)
        sizes[s] = in[s]->n;
    if (sg_mol_buffer_init(&b, &arena, sizes, NULL, count, d->Q, &err) != SG_OK)
        exit(99);
    for (int s = 0; s < count; s++) {
        int n = in[s]->n, i0 = b.in.lay.node0[s], p0 = b.in.lay.pair0[s];
        memcpy(b.cls + i0, in[s]->cls, (size_t)n * sizeof(int));
        memcpy(b.bond + p0, in[s]->bond, (size_t)(n * (n - 1) / 2) * sizeof(int));
        for (int i = 0; i < 3 * n; i++) {
            b.x[3 * i0 + i] = (sg_real)in[s]->x[i];
            b.xs[3 * i0 + i] = (sg_real)in[s]->xs[i];
        }
        b.t[s] = in[s]->t;
        for (int q = 0; q < d->Q; q++) {
            b.prop[s * d->Q + q] = in[s]->y[q];
            b.known[s * d->Q + q] = in[s]->known[q];
        }
    }
    b.in.xs = b.xs;
    sg_tape_init(&t, &arena, &ps, NULL, NULL);
    sg_egnet_forward(&net, &t, &b.in, &o);
    if (t.status != SG_OK)
        exit(99);
    for (int s = 0; s < count; s++) {
        int n = in[s]->n, i0 = b.in.lay.node0[s], p0 = b.in.lay.pair0[s];
        memset(&out[s], 0, sizeof out[s]);
        if (o.x1.x)
            memcpy(out[s].x1, o.x1.x + 3 * i0, 3 * (size_t)n * sizeof(float));
        if (o.cls.x) {
            memcpy(out[s].cls, o.cls.x + (long)i0 * d->C, (size_t)(n * d->C) * sizeof(float));
            memcpy(out[s].bond, o.pair.x + (long)p0 * d->B,
                   (size_t)(n * (n - 1) / 2 * d->B) * sizeof(float));
        }
        if (o.prop.x)
            memcpy(out[s].prop, o.prop.x + (long)s * d->Q, (size_t)d->Q * sizeof(float));
    }
}

static double worst(const float *a, const float *b, int n)
{
    double w = 0, scale = 1e-30;
    for (int i = 0; i < n; i++) {
        w = fmax(w, fabs((double)a[i] - (double)b[i]));
        scale = fmax(scale, fabs((double)b[i]));
    }
    return w / scale;
}

static void rotate(double *y, const double *x, const double m[9], int n)
{
    for (int i = 0; i < n; i++)
        for (int r = 0; r < 3; r++)
            y[3 * i + r] =
                m[3 * r] * x[3 * i] + m[3 * r + 1] * x[3 * i + 1] + m[3 * r + 2] * x[3 * i + 2];
}

/* z by a, then x by b; det = sign */
static void orthogonal(double m[9], double a, double b, double sign)
{
    const double v[9] = {cos(a),          -sin(a),         0,
                         cos(b) * sin(a), cos(b) * cos(a), -sin(b),
                         sin(b) * sin(a), sin(b) * cos(a), cos(b)};
    for (int i = 0; i < 9; i++)
        m[i] = v[i] * (i < 3 ? sign : 1);
}

static void symmetry(const char *head, double sign, const char *what)
{
    inputs a, b;
    result ra, rb;
    double m[9], y[3 * N], x1[3 * N];
    float want[3 * N];
    const sg_egnet_dims *d = &net.dims;
    int pairs = N * (N - 1) / 2;
    draw_inputs(&a, N, 1);
    b = a;
    orthogonal(m, 0.7, 1.9, sign);
    rotate(b.x, a.x, m, N);
    rotate(b.xs, a.xs, m, N);
    eval((const inputs *const[]){&a}, 1, &ra);
    eval((const inputs *const[]){&b}, 1, &rb);
    for (int i = 0; i < 3 * N; i++)
        x1[i] = (double)ra.x1[i];
    rotate(y, x1, m, N);
    for (int i = 0; i < 3 * N; i++)
        want[i] = (float)y[i];
    if (net.outputs & SG_EGNET_POINTS)
        tap_ok(worst(rb.x1, want, 3 * N) < 1e-5, "%s: x1 turns with a %s", head, what);
    if (net.outputs & SG_EGNET_TOKENS) {
        tap_ok(worst(rb.cls, ra.cls, N * d->C) < 1e-5, "%s: classes ignore a %s", head, what);
        tap_ok(worst(rb.bond, ra.bond, pairs * d->B) < 1e-5, "%s: bonds ignore a %s", head, what);
        tap_ok(worst(ra.cls, ra.cls + d->C, d->C) > 1e-3, "%s: nodes differ at all", head);
    }
    if (net.outputs & SG_EGNET_READOUT)
        tap_ok(worst(rb.prop, ra.prop, d->Q) < 1e-5, "%s: properties ignore a %s", head, what);
}

static void renumbering(const char *head)
{
    static const int to[N] = {4, 9, 0, 7, 2, 10, 1, 3, 8, 6, 5};
    inputs a, b;
    result ra, rb;
    const sg_egnet_dims *d = &net.dims;
    float x1[3 * N], cls[N * 20];
    draw_inputs(&a, N, 2);
    b = a;
    for (int i = 0; i < N; i++) {
        b.cls[to[i]] = a.cls[i];
        for (int c = 0; c < 3; c++) {
            b.x[3 * to[i] + c] = a.x[3 * i + c];
            b.xs[3 * to[i] + c] = a.xs[3 * i + c];
        }
        for (int j = i + 1; j < N; j++) {
            int p = to[i] < to[j] ? to[i] : to[j], q = to[i] < to[j] ? to[j] : to[i];
            b.bond[sg_mol_pair(p, q, N)] = a.bond[sg_mol_pair(i, j, N)];
        }
    }
    eval((const inputs *const[]){&a}, 1, &ra);
    eval((const inputs *const[]){&b}, 1, &rb);
    for (int i = 0; i < N; i++) {
        memcpy(x1 + 3 * to[i], ra.x1 + 3 * i, 3 * sizeof(float));
        memcpy(cls + to[i] * d->C, ra.cls + i * d->C, (size_t)d->C * sizeof(float));
    }
    if (net.outputs & SG_EGNET_POINTS)
        tap_ok(worst(rb.x1, x1, 3 * N) < 1e-5, "%s: x1 follows a renumbering", head);
    if (net.outputs & SG_EGNET_TOKENS)
        tap_ok(worst(rb.cls, cls, N * d->C) < 1e-5, "%s: classes follow a renumbering", head);
    if (net.outputs & SG_EGNET_READOUT)
        tap_ok(worst(rb.prop, ra.prop, d->Q) < 1e-5, "%s: properties ignore a renumbering", head);
}

/* The same bits whatever else is in the batch. */
static void company(const char *head)
{
    inputs a[5];
    result alone, many[5];
    for (int k = 0; k < 5; k++)
        draw_inputs(&a[k], 1 + (3 * k) % N, 10 + (uint64_t)k);
    eval((const inputs *const[]){&a[0], &a[1], &a[2], &a[3], &a[4]}, 5, many);
    for (int k = 0; k < 5; k++) {
        eval((const inputs *const[]){&a[k]}, 1, &alone);
        tap_ok(memcmp(&alone, &many[k], sizeof alone) == 0,
               "%s: %d nodes give the same bits alone and in company", head, a[k].n);
    }
}

/* sg_egnet_bytes covers what a forward pass takes. */
static void capacity(const char *head)
{
    inputs a;
    result r;
    size_t used;
    draw_inputs(&a, N, 3);
    arena.peak = 0;
    eval((const inputs *const[]){&a}, 1, &r);
    used = arena.peak;
    tap_ok(used <= sg_egnet_bytes(&net, N, N * (N - 1) / 2, 1), "%s: %zu bytes are foreseen", head,
           used);
}

int main(void)
{
    static const sg_egnet_dims dims[SG_MOL_NETS] = {
        [SG_MOL_HEAVY] = {48, 16, 16, 3, 80, 3, 12, 4, 4, N, 0, 0, 1, 0, 0, 0, 0, 0, 0},
        [SG_MOL_HYDRO] = {32, 8, 16, 2, 64, 2, 12, 6, 0, N, 0, 0, 1, 0, 0, 0, 0, 0, 0},
        [SG_MOL_PREDICT] = {32, 16, 16, 2, 64, 2, 12, 6, 4, N, 0, 0, 10, 0, 0, 0, 0, 0, 0}};
    sg_error err;
    if (sg_arena_new(&arena, (size_t)32 << 20, &err) != SG_OK)
        return 99;
    for (int h = 0; h < SG_MOL_NETS; h++) {
        const char *head = sg_mol_head_name((sg_mol_head)h);
        sg_params_init(&ps);
        if (sg_egnet_init(&net, &ps, sg_mol_head_outputs((sg_mol_head)h), &dims[h], 0, &err) !=
            SG_OK)
            return 99;
        for (int i = 0; i < ps.count; i++) /* nothing stays at zero */
            if (!ps.p[i].fixed && ps.p[i].init_sd == 0)
                ps.p[i].init_sd = 0.2;
        sg_params_draw(&ps, 6);
        symmetry(head, 1, "rotation");
        symmetry(head, -1, "reflection");
        renumbering(head);
        company(head);
        capacity(head);
        sg_params_clear(&ps);
    }
    sg_arena_clear(&arena);
    return tap_done();
}
