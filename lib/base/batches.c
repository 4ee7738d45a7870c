#include <config.h>

#include <limits.h>
#include <stdlib.h>

#ifdef _OPENMP
#include <omp.h>
#endif

#include <sigen/batches.h>

/* The error of the first batch that has one; that of a worker's beginning counts as batch -1. */
typedef struct failure {
    long batch;
    sg_status status;
    sg_error error;
} failure;

static void fail(failure *f, long batch, sg_status s, const sg_error *e)
{
    if (s == SG_OK || batch >= f->batch)
        return;
    f->batch = batch;
    f->status = s;
    f->error = *e;
}

static int thread_count(const sg_batches *b)
{
    if (b->threads)
        return b->threads;
#ifdef _OPENMP
    return omp_get_max_threads();
#else
    return 1;
#endif
}

sg_status sg_batches_run(const sg_batches *b, void *ctx, sg_error *err)
{
    const int threads = thread_count(b);
    const size_t share = (b->count + (size_t)threads - 1) / (size_t)threads;
    const size_t each = share < b->most ? share : b->most;
    const long n = each ? (long)((b->count + each - 1) / each) : 0;
    failure f = {.batch = LONG_MAX, .status = SG_OK};
#pragma omp parallel num_threads(threads)
    {
        sg_error mine = {0};
        void *w = b->worker ? calloc(1, b->worker) : NULL;
        sg_status s = w || !b->worker ? SG_OK : sg_fail(&mine, SG_ENOMEM, "no memory for a thread");
        const int begun = s == SG_OK;
        if (begun && b->begin)
            s = b->begin(ctx, w, &mine);
#pragma omp critical(sg_batches)
        fail(&f, -1, s, &mine);
#pragma omp for schedule(dynamic, 1)
        for (long k = 0; k < n; k++) {
            long bad;
            size_t first = (size_t)k * each, left = b->count - first;
#pragma omp critical(sg_batches)
            bad = f.batch;
            if (k > bad)
                continue;
            sg_error e = {0};
            sg_status run = b->run(ctx, w, first, left < each ? left : each, &e);
#pragma omp critical(sg_batches)
            fail(&f, k, run, &e);
        }
#pragma omp critical(sg_batches)
        if (begun && b->end)
            b->end(ctx, w);
        free(w);
    }
    if (f.status != SG_OK && err)
        *err = f.error;
    return f.status;
}
