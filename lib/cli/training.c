#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "modeldirs.h"
#include "training.h"

sg_status sg_cli_training_init(sg_cli_training *t, const sg_cli *c, sg_error *err)
{
    sg_train_opt *o = &t->opt;
    memset(t, 0, sizeof *t);
    t->c = c;
    sg_train_defaults(o);
    o->seed = sg_cli_u64(c, "seed");
    o->batch = (int)sg_cli_int(c, "batch");
    o->threads = sg_cli_threads(c);
    if (o->threads > o->shards)
        o->threads = o->shards;
    o->steps = sg_cli_given(c, "steps") ? (long)sg_cli_int(c, "steps") : 0;
    o->hours = sg_cli_double(c, "hours");
    o->cosine = sg_cli_flag(c, "cosine");
    o->report_seconds = sg_cli_double(c, "report-every");
    o->save_seconds = sg_cli_double(c, "save-every");
    o->optim.lr_muon = sg_cli_double(c, "lr-muon");
    o->optim.lr_adam = sg_cli_double(c, "lr-adam");
    o->optim.decay = sg_cli_double(c, "decay");
    o->optim.ema = sg_cli_double(c, "ema");
    t->out = sg_cli_text(c, "output");
    if (!sg_cli_flag(c, "resume") && access(t->out, F_OK) == 0)
        return sg_fail(err, SG_EINVAL, "%s is there: --resume goes on from it, or remove it",
                       t->out);
    return SG_OK;
}

sg_status sg_cli_training_open(const sg_cli_training *t, const char *module, sg_model **file,
                               sg_error *err)
{
    const char *init = sg_cli_text(t->c, "init");
    char *path;
    *file = NULL;
    if (sg_cli_flag(t->c, "resume"))
        return sg_model_load(file, t->out, err);
    if (!init)
        return SG_OK;
    if (access(init, F_OK) == 0)
        return sg_model_load(file, init, err);
    sg_status s = sg_cli_model_path(module, init, &path, err);
    if (s == SG_OK)
        s = sg_model_load(file, path, err);
    free(path);
    return s;
}

void sg_cli_training_shaped(const sg_cli *c, const char *const *names)
{
    for (; *names && !sg_cli_flag(c, "resume"); names++)
        if (sg_cli_given(c, *names))
            sg_cli_note(c, "--%s is for new networks: this one keeps its own", *names);
}

sg_status sg_cli_training_start(sg_cli_training *t, sg_params *ps, const sg_model *file,
                                const char *prefix, sg_error *err)
{
    sg_status s = sg_optim_init(&t->state.optim, ps, &t->opt.optim, err);
    if (s != SG_OK || !sg_cli_flag(t->c, "resume"))
        return s;
    s = sg_train_state_load(&t->state, file, prefix, err);
    if (s == SG_OK && sg_cli_flag(t->c, "extend")) {
        t->state.first = t->state.optim.step;
        t->state.seconds = 0;
    }
    return s;
}

static void head_line(FILE *log, const sg_task *task)
{
    fprintf(log, "step,hours,progress,rate,loss");
    for (int k = 0; k < task->n_parts; k++)
        fprintf(log, ",%s", task->part[k]);
    fprintf(log, ",held_out");
    for (int k = 0; k < task->n_parts; k++)
        fprintf(log, ",held_out_%s", task->part[k]);
    fprintf(log, ",samples_per_s,gflops,grad_norm\n");
}

static void report(void *self, const sg_train_report *r)
{
    const sg_cli_training *t = self;
    const sg_task *task = &t->task;
    FILE *log = t->log;
    if (!t->c->quiet) {
        fprintf(stderr, "step %ld  %.2f h  %.1f %%  loss %.4f (", r->step, r->hours,
                100 * r->progress, r->loss);
        for (int k = 0; k < task->n_parts; k++)
            fprintf(stderr, "%s%s %.4f", k ? ", " : "", task->part[k], r->part[k]);
        fprintf(stderr, ")  ");
        if (!isnan(r->valid_loss)) /* there are held-out examples */
            fprintf(stderr, "held out %.4f  ", r->valid_loss);
        fprintf(stderr, "%.0f/s  %.0f GFLOP/s  |g| %.2f  %.0f min to go\n", r->samples_per_s,
                r->gflops, r->grad_norm, r->eta_s / 60);
    }
    if (!log)
        return;
    if (ftell(log) == 0)
        head_line(log, task);
    fprintf(log, "%ld,%.5f,%.5f,%.5f,%.6f", r->step, r->hours, r->progress, r->rate, r->loss);
    for (int k = 0; k < task->n_parts; k++)
        fprintf(log, ",%.6f", r->part[k]);
    fprintf(log, ",%.6f", r->valid_loss);
    for (int k = 0; k < task->n_parts; k++)
        fprintf(log, ",%.6f", r->valid_part[k]);
    fprintf(log, ",%.1f,%.1f,%.4f\n", r->samples_per_s, r->gflops, r->grad_norm);
    fflush(log);
}

static sg_status save(void *self, const sg_train_state *st, sg_error *err)
{
    sg_cli_training *t = self;
    return t->save(t->module, st, err);
}

static int stop(void *self)
{
    (void)self;
    return sg_cli_interrupted();
}

/* Found out before the work, not after it. */
static sg_status writable(const char *path, sg_error *err)
{
    sg_out *out = sg_out_open(path, err);
    sg_out_discard(out);
    return out ? SG_OK : SG_EIO;
}

sg_status sg_cli_training_run(sg_cli_training *t, long examples, const char *unit, sg_error *err)
{
    const char *log = sg_cli_text(t->c, "log");
    if (log && !(t->log = fopen(log, "a")))
        return sg_fail(err, SG_EIO, "cannot append to %s", log);
    sg_train_hooks hooks = {t, report, save, stop};
    long begun = t->state.optim.step;
    sg_status s = writable(t->out, err);
    if (s != SG_OK)
        return s;
    sg_cli_note(t->c, "network %s: %zu parameters, %ld %s, %d threads, kernels %s", t->task.name,
                t->state.optim.params->size, examples, unit, t->opt.threads,
                sg_isa_name(sg_isa_find(NULL)));
    s = sg_train_run(&t->state, &t->task, &t->opt, &hooks, err);
    if (s == SG_EINTR)
        return sg_fail(err, s, "stopped at step %ld; the same command with --resume goes on",
                       t->state.optim.step);
    if (s == SG_OK && t->state.optim.step == begun)
        sg_cli_note(t->c, "%s: its budget is used up; --extend begins another", t->out);
    if (s == SG_OK)
        sg_cli_note(t->c, "%s: %ld steps, %.2f h, %.0f MiB", t->out, t->state.optim.step,
                    t->state.seconds / 3600, sg_cli_peak_mib());
    return s;
}

void sg_cli_training_clear(sg_cli_training *t)
{
    if (t->log)
        fclose(t->log);
    sg_optim_clear(&t->state.optim);
}
