/* Timing shared by the engine's benchmarks. Output: one line a measurement, read by run.py:
 *   name threads cpu_median cpu_best wall_median wall_best gflop      (ms; gflop of one call)
 * cpu is that of the calling thread: the figure for one thread. */
#ifndef SG_BENCH_H
#define SG_BENCH_H

#include <sigen/nn.h>

typedef struct bench_opt {
    int repeat, threads, batch;
    const char *model; /* model file whose heavy network gives the dims of the step */
    const sg_isa *isa;
} bench_opt;

/* Calls f repeatedly (three times more to warm up), prints the line. Returns the best time in ms:
 * cpu for one thread, wall for more. */
double bench_run(const bench_opt *o, const char *name, double gflop, void (*f)(void *), void *self);

void bench_peak(const bench_opt *o);  /* independent multiply-adds of each instruction set */
void bench_gemm(const bench_opt *o);  /* the matrix kernel at the molecule network's shapes */
void bench_layer(const bench_opt *o); /* the message-passing layer of torch_step.py */
void bench_step(const bench_opt *o);  /* a training step of the model's network */

#endif
