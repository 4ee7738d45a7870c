/* Peak arithmetic and the matrix kernel alone, one thread. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nn/nn.h"
#include "bench.h"

enum { CHAINS = 12, ROUNDS = 200000 };
static volatile float bench_sink;

/* CHAINS independent chains of multiply-adds in registers of BYTES bytes */
#define PEAK(name, target, bytes)                                                                  \
    target static void name(void *self)                                                            \
    {                                                                                              \
        typedef float v __attribute__((vector_size(bytes)));                                       \
        const float *in = self;                                                                    \
        v acc[CHAINS], b = {0}, c = {0};                                                           \
        b += in[0];                                                                                \
        c += in[1];                                                                                \
        for (int k = 0; k < CHAINS; k++)                                                           \
            acc[k] = c * (float)k;                                                                 \
        for (int r = 0; r < ROUNDS; r++)                                                           \
            _Pragma("GCC unroll 12") for (int k = 0; k < CHAINS; k++) acc[k] = acc[k] * b + c;     \
        for (int k = 1; k < CHAINS; k++)                                                           \
            acc[0] += acc[k];                                                                      \
        bench_sink = acc[0][0];                                                                    \
    }
PEAK(peak_generic, , 16)
#ifdef __x86_64__
PEAK(peak_v3, __attribute__((target("avx2,fma"))), 32)
PEAK(peak_v4, __attribute__((target("avx512f,fma"))), 64)
#endif

static const struct {
    const char *isa;
    void (*run)(void *);
    int lanes;
} peaks[] = {
#ifdef __x86_64__
    {"v4", peak_v4, 16},
    {"v3", peak_v3, 8},
#endif
    {"generic", peak_generic, 4},
};
enum { PEAKS = sizeof peaks / sizeof peaks[0] };

void bench_peak(const bench_opt *o)
{
    bench_opt one = *o;
    float in[2] = {0.999f, 0.001f};
    one.threads = 1;
    for (int k = 0; k < PEAKS; k++) {
        char name[32];
        if (!sg_isa_find(peaks[k].isa))
            continue;
        snprintf(name, sizeof name, "peak/%s", peaks[k].isa);
        bench_run(&one, name, 2e-9 * CHAINS * ROUNDS * peaks[k].lanes, peaks[k].run, in);
    }
}

typedef struct product {
    const sg_isa *isa;
    int m, n, k, turned; /* turned: a is (k, m), as in a weight's gradient */
    sg_real *y, *a, *b;
} product;

static void multiply(void *self)
{
    product *p = self;
    for (int i = 0; i < 4; i++)
        p->isa->gemm(p->y, p->n, p->a, p->turned ? 1 : p->k, p->turned ? p->m : 1, p->b, p->n, p->m,
                     p->n, p->k, 0);
}

void bench_gemm(const bench_opt *o)
{
    /* one shard of 32 molecules of 9 atoms: 288 nodes, 1152 pairs, 864 vector rows */
    static const struct {
        const char *name;
        int m, n, k, turned;
    } shape[] = {
        {"in", 288, 640, 192, 0},    {"out", 288, 192, 192, 0}, {"f1", 288, 384, 192, 0},
        {"f2", 288, 208, 384, 0},    {"p1", 1152, 64, 32, 0},   {"p2", 1152, 60, 64, 0},
        {"mod", 32, 768, 192, 0},    {"vec", 864, 16, 16, 0},   {"f1_dW", 192, 384, 288, 1},
        {"in_dW", 192, 640, 288, 1}, {"p1_dW", 32, 64, 1152, 1}};
    bench_opt one = *o;
    one.threads = 1;
    for (int k = 0; k < PEAKS; k++)
        for (size_t s = 0; s < sizeof shape / sizeof shape[0]; s++) {
            product p = {sg_isa_find(peaks[k].isa), shape[s].m, shape[s].n, shape[s].k,
                         shape[s].turned,           NULL,       NULL,       NULL};
            if (!p.isa)
                continue;
            size_t ny = (size_t)p.m * (size_t)p.n, na = (size_t)p.m * (size_t)p.k,
                   nb = (size_t)p.k * (size_t)p.n;
            sg_arena a;
            char name[64];
            sg_rng r;
            if (sg_arena_new(&a, (ny + na + nb) * sizeof(sg_real) + 256, NULL) != SG_OK)
                exit(4);
            p.y = sg_arena_alloc(&a, ny, sizeof *p.y);
            p.a = sg_arena_alloc(&a, na, sizeof *p.a);
            p.b = sg_arena_alloc(&a, nb, sizeof *p.b);
            sg_rng_init(&r, 1, s, 0);
            for (size_t i = 0; i < na; i++)
                p.a[i] = (sg_real)sg_rng_normal(&r);
            for (size_t i = 0; i < nb; i++)
                p.b[i] = (sg_real)sg_rng_normal(&r);
            snprintf(name, sizeof name, "gemm/%s/%s/%dx%dx%d", peaks[k].isa, shape[s].name, p.m,
                     p.n, p.k);
            bench_run(&one, name, 8e-9 * p.m * p.n * p.k, multiply, &p);
            sg_arena_clear(&a);
        }
}
