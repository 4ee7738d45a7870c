/* The message-passing layer of torch_step.py (its docstring has the formulas), on ordered pairs (i,
 * j): 64 molecules of 18 atoms, node width 128, edge width 64, hidden 256; shards of 4 molecules,
 * so that an edge tensor fits in a core's cache. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include <sigen/loss.h>
#include <sigen/train.h>
#include "bench.h"

enum { S = 64, N = 18, D = 128, E = 64, H = 256, SHARDS = 16, PER = S / SHARDS };
enum { WA, WB, WE, WD, B1, W2, B2, WG, BG, WR, W3, W4, B3, W5, B5 };

typedef struct layer {
    const bench_opt *o;
    sg_params ps;
    sg_real *x, *e, *r; /* (S N, D), (S N N, E), (S N, 3) */
    sg_real *zero;      /* targets of the losses */
    sg_arena *arena;    /* one a thread */
    sg_real **grad;     /* one a shard */
    sg_layout atoms,
        edges; /* samples = molecules; samples = (molecule, i) with the 18 j as nodes */
    int backward;
    double loss[SHARDS], flops[SHARDS];
} layer;

static void geometry(const sg_real *r, sg_real *d3, sg_real *d)
{
    for (int m = 0; m < PER; m++)
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++, d3 += 3, d++) {
                sg_real s = (sg_real)1e-8;
                for (int c = 0; c < 3; c++) {
                    d3[c] = r[3 * (m * N + i) + c] - r[3 * (m * N + j) + c];
                    s += d3[c] * d3[c];
                }
                *d = (sg_real)sqrt((double)s);
            }
}

/* the same memory seen as rows of another length */
static sg_tensor reshape(sg_tensor x, int rows, int cols)
{
    x.rows = rows;
    x.cols = x.ld = cols;
    return x;
}

static void forward(layer *l, sg_tape *t, int shard, sg_tensor out[3])
{
    const int nodes = PER * N, edges = PER * N * N;
    sg_tensor x = sg_tensor_const(l->x + (long)shard * nodes * D, nodes, D);
    sg_tensor e = sg_tensor_const(l->e + (long)shard * edges * E, edges, E);
    sg_tensor r = sg_tensor_const(l->r + (long)shard * nodes * 3, nodes, 3);
    sg_tensor d3 = sg_tensor_raw(t, edges, 3), d = sg_tensor_raw(t, edges, 1);
    d3.dx = d.dx = NULL;
    geometry(r.x, d3.x, d.x);
    sg_tensor a = sg_linear(t, x, WA, B1, SG_ACT_NONE), b = sg_linear(t, x, WB, -1, SG_ACT_NONE);
    sg_tensor u = sg_linear2(t, e, WE, d, WD, -1, SG_ACT_NONE);
    sg_spread_into(t, &l->edges, u, a);
    sg_spread_into(t, &l->atoms, reshape(u, nodes, N * E), reshape(b, PER, N * E));
    sg_tensor m = sg_linear(t, sg_silu(t, u), W2, B2, SG_ACT_SILU);
    out[1] = sg_tensor_raw(t, edges, E);
    memcpy(out[1].x, e.x, (size_t)edges * E * sizeof *e.x);
    sg_add_into(t, out[1], m);
    /* means over j; torch's sum over j is 18 times this, which W4 can hold */
    sg_tensor s = sg_mean_nodes(t, &l->edges, sg_row_scale(t, m, sg_linear(t, m, WG, BG, 0), 1));
    out[2] = sg_mean_nodes(t, &l->edges, sg_row_scale(t, d3, sg_linear(t, m, WR, -1, 0), 0));
    for (int i = 0; i < 3 * nodes && t->status == SG_OK; i++)
        out[2].x[i] += r.x[i];
    out[0] = sg_linear_add(t, x, sg_linear2(t, x, W3, s, W4, B3, SG_ACT_SILU), W5, B5);
}

static void pass(void *self)
{
    layer *l = self;
#pragma omp parallel for schedule(static) num_threads(l->o->threads)
    for (int k = 0; k < SHARDS; k++) {
        int id = 0;
#ifdef _OPENMP
        id = omp_get_thread_num();
#endif
        sg_tape t;
        sg_tensor out[3];
        unsigned mode = sg_fp_flush();
        sg_arena_rewind(&l->arena[id], 0);
        if (l->backward)
            memset(l->grad[k], 0, l->ps.size * sizeof *l->grad[k]);
        sg_tape_init(&t, &l->arena[id], &l->ps, l->backward ? l->grad[k] : NULL, l->o->isa);
        forward(l, &t, k, out);
        double *w = sg_arena_alloc(t.arena, (size_t)PER * N * N, sizeof *w);
        if (!w)
            exit(4);
        l->loss[k] = 0;
        for (int i = 0; i < 3 && l->backward; i++) {
            for (int q = 0; q < out[i].rows; q++)
                w[q] = 1.0 / ((double)out[i].rows * out[i].cols * SHARDS);
            l->loss[k] += sg_loss_squared(out[i], l->zero, w);
        }
        if (l->backward)
            sg_tape_backward(&t);
        if (t.status != SG_OK)
            exit(4);
        l->flops[k] = t.flops;
        sg_fp_restore(mode);
    }
    for (int k = 1; k < SHARDS && l->backward; k++)
        for (size_t i = 0; i < l->ps.size; i++)
            l->grad[0][i] += l->grad[k][i];
}

static sg_real *normals(size_t count, uint64_t stream)
{
    sg_real *p = malloc(count * sizeof *p);
    sg_rng r;
    if (!p)
        exit(4);
    sg_rng_init(&r, 7, stream, 0);
    for (size_t i = 0; i < count; i++)
        p[i] = (sg_real)sg_rng_normal(&r);
    return p;
}

static void init(layer *l)
{
    static const int shape[][2] = {{D, E}, {D, E}, {E, E}, {1, E}, {1, E}, {E, E}, {1, E}, {E, 1},
                                   {1, 1}, {E, 1}, {D, H}, {E, H}, {1, H}, {H, D}, {1, D}};
    int bad = 0;
    sg_params_init(&l->ps);
    for (int i = 0; i < 15; i++) {
        char name[8];
        snprintf(name, sizeof name, "p%d", i);
        double sd = shape[i][0] > 1 || i == WD ? 1 / sqrt(shape[i][0]) : 0;
        bad |= sg_params_add(&l->ps, name, shape[i][0], shape[i][1], sd, 0) < 0;
    }
    if (bad || sg_params_alloc(&l->ps, 1, NULL) != SG_OK)
        exit(4);
    sg_params_draw(&l->ps, 3);
    sg_params_sync(&l->ps);
}

void bench_layer(const bench_opt *o)
{
    layer l = {.o = o};
    sg_arena lay;
    int n[S * N];
    init(&l);
    l.x = normals((size_t)S * N * D, 1);
    l.e = normals((size_t)S * N * N * E, 2);
    l.r = normals((size_t)S * N * 3, 3);
    l.zero = calloc((size_t)PER * N * N * E, sizeof *l.zero);
    l.arena = calloc((size_t)o->threads, sizeof *l.arena);
    l.grad = calloc(SHARDS, sizeof *l.grad);
    if (!l.zero || !l.arena || !l.grad || sg_arena_new(&lay, 1 << 20, NULL) != SG_OK)
        exit(4);
    for (int i = 0; i < S * N; i++)
        n[i] = N;
    if (sg_layout_init(&l.atoms, &lay, n, PER, NULL) != SG_OK ||
        sg_layout_init(&l.edges, &lay, n, PER * N, NULL) != SG_OK)
        exit(4);
    for (int i = 0; i < o->threads; i++)
        if (sg_arena_new(&l.arena[i], (size_t)64 << 20, NULL) != SG_OK)
            exit(4);
    for (int i = 0; i < SHARDS; i++)
        if (!(l.grad[i] = calloc(l.ps.size, sizeof(sg_real))))
            exit(4);
    for (l.backward = 0; l.backward < 2; l.backward++) {
        double flops = 0;
        pass(&l);
        for (int k = 0; k < SHARDS; k++)
            flops += l.flops[k];
        bench_run(o, l.backward ? "layer/fwdbwd" : "layer/fwd", 1e-9 * flops, pass, &l);
    }
    for (int i = 0; i < o->threads; i++)
        sg_arena_clear(&l.arena[i]);
    for (int i = 0; i < SHARDS; i++)
        free(l.grad[i]);
    sg_arena_clear(&lay);
    sg_params_clear(&l.ps);
    free(l.x);
    free(l.e);
    free(l.r);
    free(l.zero);
    free(l.arena);
    free(l.grad);
}
