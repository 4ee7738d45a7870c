/* The training loop every module shares: fixed shards of a batch, deterministic reduction, schedule,
 * checkpoints, log.
 *
 * Promise: with a budget in steps, weights after k steps are a pure function of (task, data, seed,
 * options): not of threads, interruptions or the instruction set (among those with FMA). With a
 * budget in hours the learning rate follows the clock instead. */
#ifndef SIGEN_TRAIN_H
#define SIGEN_TRAIN_H

#include <sigen/optim.h>

SG_BEGIN_DECLS

#define SG_TRAIN_PARTS 4 /* loss components at most */

/* What a module gives: one shard of one step. */
typedef struct sg_task {
    const char *name;
    int n_parts;
    const char *part[SG_TRAIN_PARTS]; /* names of the loss components */
    /* Draws the examples of shard `shard` of `n_shards` at `step` (a pure function of these and
     * seed), runs forward; with t->grad also backward, of the loss divided by the batch size.
     * Adds sums over examples to part[] and their number to *count. held_out: examples of the
     * validation part. Called by several threads at once, each with its own tape. */
    sg_status (*shard)(const void *self, sg_tape *t, uint64_t seed, long step, int shard,
                       int n_shards, int batch, int held_out, double part[SG_TRAIN_PARTS],
                       long *count, sg_error *err);
    const void *self;
} sg_task;

typedef struct sg_train_opt {
    sg_optim_opt optim;
    uint64_t seed;
    int batch, shards, threads; /* 128, 4, 2 */
    long steps;                 /* budget in steps, or 0 */
    double hours;               /* budget in wall hours when steps == 0 */
    double warmup;              /* share of the budget, 0.02 */
    double final_rate;          /* learning-rate factor at the end, 0 */
    int cosine;                 /* cosine instead of linear */
    long valid_batches;         /* held-out batches per report */
    double report_seconds, save_seconds;
    size_t arena_bytes;         /* per thread */
} sg_train_opt;

/* The values above, one hour, the optimiser's defaults. */
SG_API void sg_train_defaults(sg_train_opt *o);

typedef struct sg_train_report {
    long step;
    double hours, progress, rate; /* this budget's; learning-rate factor */
    double loss, part[SG_TRAIN_PARTS];             /* means since the last report */
    double valid_loss, valid_part[SG_TRAIN_PARTS]; /* NAN when not measured */
    double samples_per_s, gflops, grad_norm, eta_s;
} sg_train_report;

typedef struct sg_train_state {
    sg_optim optim;
    double seconds; /* spent in this budget */
    long first;     /* optimiser step at which the budget started */
} sg_train_state;

/* Hooks; self is theirs. save must write a checkpoint from which sg_train_state can be restored;
 * stop returns non-zero to end cleanly after the current step. */
typedef struct sg_train_hooks {
    void *self;
    void (*report)(void *self, const sg_train_report *r);
    sg_status (*save)(void *self, const sg_train_state *s, sg_error *err);
    int (*stop)(void *self);
} sg_train_hooks;

/* Trains st->optim.params until the budget is spent or stop says so; saves at intervals and at the
 * end. SG_OK when the budget is spent, SG_EINTR when stopped, else the failure. */
SG_API SG_MUST_CHECK sg_status sg_train_run(sg_train_state *st, const sg_task *task,
                                            const sg_train_opt *opt, const sg_train_hooks *hooks,
                                            sg_error *err);

/* Flushes denormals to zero on this thread; returns the previous mode for sg_fp_restore. */
SG_API unsigned sg_fp_flush(void);
SG_API void sg_fp_restore(unsigned mode);

SG_END_DECLS
#endif
