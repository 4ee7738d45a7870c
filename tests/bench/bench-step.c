/* A training step of molgen's heavy network with the sizes of a model file: batch molecules of 9
 * atoms, no self-conditioning, in 4 fixed shards as sg_train_run makes them. Without drawing the
 * examples. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

#include <sigen/loss.h>
#include "molgen/batch.h"
#include "molgen/model.h"
#include "bench.h"

enum { SHARDS = 4, ATOMS = 9 };

typedef struct batch { /* one shard */
    sg_arena arena;
    sg_mol_buffer in;
    sg_real *x1, *grad;
    double *wx, *wc, *wb, flops;
    int *cls, *bond;
} batch;

typedef struct step {
    const bench_opt *o;
    sg_mol_model model;
    sg_optim optim;
    batch shard[SHARDS];
    sg_arena *arena; /* one a thread */
    int backward;
} step;

static void fill(batch *b, const sg_egnet_dims *dims, int count, int total, uint64_t stream)
{
    int n[1024];
    sg_rng r;
    if (count > 1024 || sg_arena_new(&b->arena, (size_t)32 << 20, NULL) != SG_OK)
        exit(4);
    for (int i = 0; i < count; i++)
        n[i] = ATOMS;
    if (sg_mol_buffer_init(&b->in, &b->arena, n, NULL, count, dims->Q, NULL) != SG_OK)
        exit(4);
    size_t nodes = (size_t)b->in.in.lay.n_nodes, pairs = (size_t)b->in.in.lay.n_pairs;
    b->x1 = sg_arena_alloc(&b->arena, 3 * nodes, sizeof *b->x1);
    b->wx = sg_arena_alloc(&b->arena, 3 * nodes, sizeof *b->wx);
    b->wc = sg_arena_alloc(&b->arena, nodes, sizeof *b->wc);
    b->wb = sg_arena_alloc(&b->arena, pairs, sizeof *b->wb);
    b->cls = sg_arena_alloc(&b->arena, nodes, sizeof *b->cls);
    b->bond = sg_arena_alloc(&b->arena, pairs, sizeof *b->bond);
    if (!b->bond)
        exit(4);
    sg_rng_init(&r, 9, stream, 0);
    for (size_t i = 0; i < 3 * nodes; i++) {
        b->in.x[i] = (sg_real)(1.5 * sg_rng_normal(&r));
        b->x1[i] = (sg_real)(1.5 * sg_rng_normal(&r));
        b->wx[i] = 1.0 / (ATOMS * total);
    }
    for (size_t i = 0; i < nodes; i++) {
        b->in.cls[i] = (int)sg_rng_below(&r, (uint32_t)dims->C + 1);
        b->cls[i] = (int)sg_rng_below(&r, (uint32_t)dims->C);
        b->wc[i] = b->in.cls[i] == dims->C ? 0.4 / (ATOMS * total) : 0;
    }
    for (size_t i = 0; i < pairs; i++) {
        b->in.bond[i] = (int)sg_rng_below(&r, (uint32_t)dims->B + 1);
        b->bond[i] = (int)sg_rng_below(&r, (uint32_t)dims->B);
        b->wb[i] = b->in.bond[i] == dims->B ? 1.0 / (ATOMS * total) : 0;
    }
    for (int i = 0; i < count; i++)
        b->in.t[i] = sg_rng_uniform(&r);
    for (int i = 0; i < count * dims->Q; i++) {
        b->in.prop[i] = sg_rng_normal(&r);
        b->in.known[i] = sg_rng_uniform(&r) < 0.5;
    }
}

static void pass(void *self)
{
    step *s = self;
    const sg_params *ps = &s->model.params[SG_MOL_HEAVY];
#pragma omp parallel for schedule(dynamic, 1) num_threads(s->o->threads)
    for (int k = 0; k < SHARDS; k++) {
        batch *b = &s->shard[k];
        int id = 0;
#ifdef _OPENMP
        id = omp_get_thread_num();
#endif
        sg_tape t;
        sg_egnet_out out;
        unsigned mode = sg_fp_flush();
        sg_arena_rewind(&s->arena[id], 0);
        if (s->backward)
            memset(b->grad, 0, ps->size * sizeof *b->grad);
        sg_tape_init(&t, &s->arena[id], ps, s->backward ? b->grad : NULL, s->o->isa);
        sg_egnet_forward(&s->model.net[SG_MOL_HEAVY], &t, &b->in.in, &out);
        if (t.status == SG_OK) {
            sg_loss_squared(out.x1, b->x1, b->wx);
            sg_loss_cross_entropy(out.cls, b->cls, b->wc, NULL);
            sg_loss_cross_entropy(out.pair, b->bond, b->wb, NULL);
        }
        if (s->backward)
            sg_tape_backward(&t);
        if (t.status != SG_OK)
            exit(4);
        b->flops = t.flops;
        sg_fp_restore(mode);
    }
    if (!s->backward)
        return;
    long size = (long)ps->size, block = 4096;
#pragma omp parallel for schedule(static) num_threads(s->o->threads)
    for (long c = 0; c < size; c += block) {
        long end = c + block < size ? c + block : size;
        for (int k = 1; k < SHARDS; k++)
#pragma omp simd
            for (long i = c; i < end; i++)
                s->shard[0].grad[i] += s->shard[k].grad[i];
    }
}

static void update(void *self)
{
    step *s = self;
    sg_error err;
    if (sg_optim_step(&s->optim, s->shard[0].grad, 1e-6, s->o->threads, &err) != SG_OK)
        exit(4);
}

static void whole(void *self)
{
    pass(self);
    update(self);
}

static double gflop(const step *s)
{
    double sum = 0;
    for (int k = 0; k < SHARDS; k++)
        sum += s->shard[k].flops;
    return 1e-9 * sum;
}

/* of sg_newton_schulz: X X', 17 products of r x r matrices (5 squares, 4 Q B, 4 B A, 4 A B), half
 * of each as they are symmetric, and Q X */
static double gflop_update(const sg_params *ps)
{
    double sum = 0;
    for (int i = 0; i < ps->count; i++) {
        double r = ps->p[i].rows, c = ps->p[i].cols, lo = r < c ? r : c, hi = r < c ? c : r;
        if (ps->p[i].hidden)
            sum += 1e-9 * lo * lo * (3 * hi + 17 * lo);
    }
    return sum;
}

void bench_step(const bench_opt *o)
{
    step *s = calloc(1, sizeof *s);
    sg_error err;
    sg_optim_opt opt;
    if (!s || !(s->arena = calloc((size_t)o->threads, sizeof *s->arena)))
        exit(4);
    s->o = o;
    if (sg_mol_model_load(&s->model, o->model, 1, &err) != SG_OK) {
        fprintf(stderr, "bench-engine: %s\n", err.text);
        exit(3);
    }
    sg_params *ps = &s->model.params[SG_MOL_HEAVY];
    const sg_egnet_dims *m = &s->model.config.heavy;
    sg_optim_defaults(&opt);
    opt.isa = o->isa;
    if (sg_optim_init(&s->optim, ps, &opt, &err) != SG_OK)
        exit(4);
    for (int k = 0; k < SHARDS; k++) {
        int count = o->batch * (k + 1) / SHARDS - o->batch * k / SHARDS;
        fill(&s->shard[k], m, count, o->batch, (uint64_t)k);
        if (!(s->shard[k].grad = calloc(ps->size, sizeof(sg_real))))
            exit(4);
    }
    for (int i = 0; i < o->threads; i++)
        if (sg_arena_new(&s->arena[i], (size_t)512 << 20, NULL) != SG_OK)
            exit(4);
    printf("# dims d=%d,K=%d,P=%d,H=%d,F=%d,L=%d,C=%d,B=%d,Q=%d,N=%d batch %d\n", m->d, m->K, m->P,
           m->H, m->F, m->L, m->C, m->B, m->Q, m->N, o->batch);
    pass(s);
    bench_run(o, "step/fwd", gflop(s), pass, s);
    s->backward = 1;
    pass(s);
    double both = gflop(s), opts = gflop_update(ps);
    bench_run(o, "step/fwdbwd", both, pass, s);
    bench_run(o, "step/optimiser", opts, update, s);
    bench_run(o, "step/whole", both + opts, whole, s);
    for (int k = 0; k < SHARDS; k++) {
        sg_arena_clear(&s->shard[k].arena);
        free(s->shard[k].grad);
    }
    for (int i = 0; i < o->threads; i++)
        sg_arena_clear(&s->arena[i]);
    sg_optim_clear(&s->optim);
    sg_mol_model_clear(&s->model);
    free(s->arena);
    free(s);
}
