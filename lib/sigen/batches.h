/* Independent items shared out to threads in batches. */
#ifndef SIGEN_BATCHES_H
#define SIGEN_BATCHES_H

#include <stddef.h>

#include <sigen/error.h>

SG_BEGIN_DECLS

/* What is done; items' results must not depend on how they are cut into batches. */
typedef struct sg_batches {
    size_t count;  /* items */
    size_t most;   /* of them in a batch, >= 1; fewer where else a thread would have none */
    int threads;   /* 0: as many as OpenMP gives */
    size_t worker; /* bytes of what each thread works with, zeros at first; 0: NULL is given */
    /* Makes a worker ready. NULL: nothing to do. */
    sg_status (*begin)(void *ctx, void *worker, sg_error *err);
    /* The items first .. first + n - 1. */
    sg_status (*run)(void *ctx, void *worker, size_t first, size_t n, sg_error *err);
    /* Ends a worker, also one that could not begin: one thread at a time. NULL: nothing to do. */
    void (*end)(void *ctx, void *worker);
} sg_batches;

/* Runs all batches. ctx is shared by the threads. The error is that of the first batch that has
 * one, whatever the threads; batches behind it may be left out. Of a worker's beginning: some are
 * left out. Errors of begin and run; SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_batches_run(const sg_batches *b, void *ctx, sg_error *err);

SG_END_DECLS
#endif
