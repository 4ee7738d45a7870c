/* Speed of the engine:  bench-engine [peak|gemm|layer|step]... [--threads N] [--batch N] [--repeat
 * N]
 * [--isa NAME] --model FILE. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sigen/train.h>
#include "bench.h"

static double now_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_run(const bench_opt *o, const char *name, double gflop, void (*f)(void *), void *self)
{
    double *cpu = calloc((size_t)o->repeat, sizeof *cpu),
           *wall = calloc((size_t)o->repeat, sizeof *wall);
    if (!cpu || !wall)
        exit(4);
    for (int i = -3; i < o->repeat; i++) {
        double c = now_ms(CLOCK_THREAD_CPUTIME_ID), w = now_ms(CLOCK_MONOTONIC);
        f(self);
        if (i >= 0) {
            wall[i] = now_ms(CLOCK_MONOTONIC) - w;
            cpu[i] = now_ms(CLOCK_THREAD_CPUTIME_ID) - c;
        }
    }
    qsort(cpu, (size_t)o->repeat, sizeof *cpu, compare);
    qsort(wall, (size_t)o->repeat, sizeof *wall, compare);
    double best = o->threads == 1 ? cpu[0] : wall[0];
    printf("%-28s %d %9.4f %9.4f %9.4f %9.4f %.6f\n", name, o->threads, cpu[o->repeat / 2], cpu[0],
           wall[o->repeat / 2], wall[0], gflop);
    fflush(stdout);
    free(cpu);
    free(wall);
    return best;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(const bench_opt *o);
    } part[] = {
        {"peak", bench_peak}, {"gemm", bench_gemm}, {"layer", bench_layer}, {"step", bench_step}};
    enum { PARTS = sizeof part / sizeof part[0] };
    bench_opt o = {.repeat = 15, .threads = 1, .batch = 128};
    int wanted[PARTS] = {0}, any = 0, bad = 0;
    for (int i = 1; i < argc && !bad; i++) {
        const char *a = argv[i], *v = i + 1 < argc ? argv[i + 1] : NULL;
        int known = 0;
        for (int k = 0; k < PARTS; k++)
            if (strcmp(a, part[k].name) == 0)
                wanted[k] = any = known = 1;
        if (known)
            continue;
        i++;
        if (v && strcmp(a, "--model") == 0)
            o.model = v;
        else if (v && strcmp(a, "--threads") == 0)
            o.threads = atoi(v);
        else if (v && strcmp(a, "--batch") == 0)
            o.batch = atoi(v);
        else if (v && strcmp(a, "--repeat") == 0)
            o.repeat = atoi(v);
        else if (v && strcmp(a, "--isa") == 0)
            bad = !(o.isa = sg_isa_find(v));
        else
            bad = 1;
    }
    if (bad || o.repeat < 1 || o.threads < 1 || o.threads > 64 || o.batch < 4 || !o.model) {
        fprintf(stderr, "usage: bench-engine [peak|gemm|layer|step]... [--threads N] [--batch N] "
                        "[--repeat N] [--isa v4|v3|generic] --model FILE\n");
        return 2;
    }
    sg_fp_flush();
    for (int k = 0; k < PARTS; k++)
        if (!any || wanted[k])
            part[k].run(&o);
    return 0;
}
