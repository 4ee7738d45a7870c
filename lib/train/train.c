#include <config.h>
#include <sigen/train.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#ifdef _OPENMP
#include <omp.h>
#endif

void sg_train_defaults(sg_train_opt *o)
{
    memset(o, 0, sizeof *o);
    sg_optim_defaults(&o->optim);
    o->seed = 1;
    o->batch = 128;
    o->shards = 4;
    o->threads = 2;
    o->warmup = 0.02;
    o->valid_batches = 8;
    o->report_seconds = 60;
    o->save_seconds = 300;
    o->arena_bytes = (size_t)1 << 30;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int thread_index(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

typedef struct workspace {
    sg_arena *arena;  /* per thread */
    sg_real **grad;   /* per shard */
    int threads, shards;
    double flops;
} workspace;

/* One pass over a batch: shards in parallel; sums in shard order. Gradients end up in grad[0]. */
static sg_status pass(workspace *w, const sg_params *ps, const sg_task *task,
                      const sg_train_opt *opt, long step, int held_out, double part[],
                      long *count, sg_error *err)
{
    double parts[64][SG_TRAIN_PARTS] = {{0}}, flops[64] = {0};
    long counts[64] = {0};
    sg_status status[64] = {SG_OK};
    sg_error errs[64];
#pragma omp parallel for schedule(dynamic, 1) num_threads(w->threads)
    for (int s = 0; s < w->shards; s++) {
        sg_tape t;
        sg_arena *a = &w->arena[thread_index()];
        sg_arena_rewind(a, 0);
        if (!held_out)
            memset(w->grad[s], 0, ps->size * sizeof(sg_real));
        sg_tape_init(&t, a, ps, held_out ? NULL : w->grad[s], opt->optim.isa);
        unsigned mode = sg_fp_flush();
        status[s] = task->shard(task->self, &t, opt->seed, step, s, w->shards, opt->batch, held_out,
                                parts[s], &counts[s], &errs[s]);
        if (status[s] == SG_OK && t.status != SG_OK)
            status[s] = sg_fail(&errs[s], t.status, "work space of %zu bytes is too small",
                                opt->arena_bytes);
        sg_fp_restore(mode);
        flops[s] = t.flops;
    }
    for (int s = 0; s < w->shards; s++) {
        if (status[s] != SG_OK) {
            if (err)
                *err = errs[s];
            return status[s];
        }
        for (int k = 0; k < task->n_parts; k++)
            part[k] += parts[s][k];
        *count += counts[s];
        w->flops += flops[s];
    }
    if (!held_out) {
        long size = (long)ps->size, block = 4096;
#pragma omp parallel for schedule(static) num_threads(w->threads)
        for (long b = 0; b < size; b += block) {
            long end = b + block < size ? b + block : size;
            for (int s = 1; s < w->shards; s++)
#pragma omp simd
                for (long i = b; i < end; i++)
                    w->grad[0][i] += w->grad[s][i];
        }
    }
    return SG_OK;
}

static double rate_at(const sg_train_opt *o, double p)
{
    if (p < o->warmup)
        return p / o->warmup;
    double q = fmin(1, (p - o->warmup) / (1 - o->warmup));
    double f = o->cosine ? 0.5 * (1 + cos(M_PI * q)) : 1 - q;
    return o->final_rate + (1 - o->final_rate) * f;
}

/* Held-out loss with the averaged weights. */
static sg_status validate(workspace *w, sg_train_state *st, const sg_task *task,
                          const sg_train_opt *opt, sg_train_report *r, sg_error *err)
{
    sg_params ema = *st->optim.params;
    ema.x = st->optim.ema;
    ema.xt = NULL;
    double part[SG_TRAIN_PARTS] = {0};
    long count = 0;
    for (long b = 0; b < opt->valid_batches; b++) {
        sg_status s = pass(w, &ema, task, opt, b, 1, part, &count, err);
        if (s != SG_OK)
            return s;
    }
    r->valid_loss = count ? 0 : NAN;
    for (int k = 0; k < task->n_parts; k++) {
        r->valid_part[k] = count ? part[k] / (double)count : NAN;
        r->valid_loss += r->valid_part[k];
    }
    return SG_OK;
}

static sg_status loop(workspace *w, sg_train_state *st, const sg_task *task,
                      const sg_train_opt *opt, const sg_train_hooks *hooks, sg_error *err)
{
    double start = now() - st->seconds, last_save = now(), last_report = now();
    double part[SG_TRAIN_PARTS] = {0};
    long count = 0;
    for (;;) {
        long done = st->optim.step - st->first;
        double p = opt->steps > 0 ? (double)done / (double)opt->steps
                                  : (now() - start) / (3600 * opt->hours);
        int stop = hooks->stop && hooks->stop(hooks->self), end = p >= 1 || stop;
        double t = now();
        st->seconds = t - start;
        if (count && (end || t - last_report > opt->report_seconds)) {
            sg_train_report r = {.step = st->optim.step, .hours = st->seconds / 3600, .progress = p};
            r.rate = rate_at(opt, p);
            for (int k = 0; k < task->n_parts; k++) {
                r.part[k] = count ? part[k] / (double)count : NAN;
                r.loss += r.part[k];
            }
            r.samples_per_s = (double)count / (t - last_report);
            r.gflops = w->flops / (t - last_report) * 1e-9;
            r.grad_norm = st->optim.grad_norm;
            r.eta_s = p > 0 ? st->seconds * (1 - p) / p : NAN;
            sg_status s = validate(w, st, task, opt, &r, err);
            if (s != SG_OK)
                return s;
            if (hooks->report)
                hooks->report(hooks->self, &r);
            memset(part, 0, sizeof part);
            count = 0;
            w->flops = 0;
            last_report = now();
        }
        if (hooks->save && (end || t - last_save > opt->save_seconds)) {
            sg_status s = hooks->save(hooks->self, st, err);
            if (s != SG_OK)
                return s;
            last_save = now();
        }
        if (end)
            return stop && p < 1 ? SG_EINTR : SG_OK;
        sg_status s = pass(w, st->optim.params, task, opt, st->optim.step, 0, part, &count, err);
        if (s == SG_OK)
            s = sg_optim_step(&st->optim, w->grad[0], rate_at(opt, p), w->threads, err);
        if (s != SG_OK)
            return s;
    }
}

sg_status sg_train_run(sg_train_state *st, const sg_task *task, const sg_train_opt *opt,
                       const sg_train_hooks *hooks, sg_error *err)
{
    if (opt->shards < 1 || opt->shards > 64 || opt->threads < 1 || opt->threads > 64 ||
        opt->batch < opt->shards || (opt->steps <= 0 && !(opt->hours > 0)))
        return sg_fail(err, SG_EINVAL, "training needs 1-64 shards and threads, batch >= shards "
                                       "and a budget");
    workspace w = {.threads = opt->threads, .shards = opt->shards};
    w.arena = calloc((size_t)w.threads, sizeof *w.arena);
    w.grad = calloc((size_t)w.shards, sizeof *w.grad);
    sg_status s = w.arena && w.grad ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory for training");
    for (int i = 0; i < w.threads && s == SG_OK; i++)
        s = sg_arena_new(&w.arena[i], opt->arena_bytes, err);
    for (int i = 0; i < w.shards && s == SG_OK; i++)
        if (!(w.grad[i] = calloc(st->optim.params->size, sizeof(sg_real))))
            s = sg_fail(err, SG_ENOMEM, "no memory for gradients");
    if (s == SG_OK)
        s = loop(&w, st, task, opt, hooks, err);
    for (int i = 0; w.arena && i < w.threads; i++)
        sg_arena_clear(&w.arena[i]);
    for (int i = 0; w.grad && i < w.shards; i++)
        free(w.grad[i]);
    free(w.arena);
    free(w.grad);
    return s;
}
