#include <config.h>

#include <stdlib.h>

#include "cli/modeldirs.h"
#include "cli/training.h"
#include "cmd.h"
#include "student.h"

/* clang-format off */
static const sg_opt options[] = {
    {"teacher", 0, SG_OPT_TEXT, "MODEL", "model that is distilled, a name or a file", NULL, 0, 0, NULL},
    {"to", 0, SG_OPT_RANGE, "A-B", "steps of the generator: one number, or any of a range", "16", 1, SG_DISTILL_MAX_STEPS, NULL},
    {"alpha", 0, SG_OPT_DOUBLE, "A", "how far the loss corrects for a fake that lags behind", "1", 0, 4, NULL},
    {"fake-rate", 0, SG_OPT_DOUBLE, "F", "learning rates of the fake, in units of the generator's", "2", 0.01, 100, NULL},
    {"batch", 0, SG_OPT_INT, "B", "chains a step", "16", 4, 16384, NULL},
    {"lengths", 0, SG_OPT_RANGE, "A-B", "residues of the chains, multiples of 4 among these; the teacher's if not given", NULL, 8, SG_PROTEIN_NET_LONGEST, NULL},
    SG_CLI_TRAIN_OPTIONS,
};
/* clang-format on */

typedef struct distilling {
    sg_cli_training base;
    sg_protein_model teacher, generator, fake;
    sg_params all, frozen;
    sg_protein_student student;
    sg_distill self;
} distilling;

static sg_status load(sg_protein_model *m, const sg_model *file, const char *prefix, sg_error *err)
{
    sg_status s = sg_protein_model_read(m, file, 1, err);
    if (s == SG_OK && prefix)
        s = sg_params_load(&m->params, file, prefix, err);
    return s;
}

/* The generator and the fake begin as the teacher, or where a checkpoint left them. */
static sg_status open_all(distilling *d, const sg_cli *c, sg_error *err)
{
    char *path;
    sg_model *file = NULL, *from = NULL;
    sg_status s = sg_cli_model_path("protein", sg_cli_text(c, "teacher"), &path, err);
    if (s != SG_OK)
        return s;
    s = sg_model_load(&file, path, err);
    free(path);
    if (s == SG_OK)
        s = load(&d->teacher, file, NULL, err);
    if (s == SG_OK)
        s = sg_cli_training_open(&d->base, "protein", &from, err);
    if (s == SG_OK)
        s = load(&d->generator, from ? from : file, NULL, err);
    if (s == SG_OK)
        s = load(&d->fake, from ? from : file, from ? "fake" : NULL, err);
    if (s == SG_OK)
        s = sg_params_join(&d->all, &d->generator.params, "generator", 1, &d->fake.params, "fake",
                           sg_cli_double(c, "fake-rate"), err);
    if (s == SG_OK)
        s = sg_params_freeze(&d->frozen, &d->fake.params, err);
    for (int i = 0; i < d->teacher.params.count && s == SG_OK; i++)
        d->teacher.params.p[i].fixed = 1;
    if (s == SG_OK)
        s = sg_cli_training_start(&d->base, &d->all, from, "distill", err);
    sg_model_free(file);
    sg_model_free(from);
    return s;
}

/* Averaged weights of both networks, and what resuming needs. */
static sg_status save(void *module, const sg_train_state *st, sg_error *err)
{
    distilling *d = module;
    sg_model_writer *w = sg_model_writer_new(err);
    if (!w)
        return SG_ENOMEM;
    sg_status s = sg_protein_model_store(&d->generator, w, SG_DTYPE_F32, st->optim.ema, err);
    if (s == SG_OK)
        s = sg_params_store(w, &d->fake.params, st->optim.ema + d->generator.params.size, "fake",
                            SG_DTYPE_F32, err);
    if (s == SG_OK)
        s = sg_train_state_store(w, st, "distill", err);
    if (s == SG_OK)
        s = sg_model_writer_save(w, d->base.out, err);
    sg_model_writer_free(w);
    return s;
}

/* Chains are of whole patches. */
static sg_status set_lengths(distilling *d, const sg_cli *c, sg_error *err)
{
    uint64_t a = (uint64_t)d->teacher.config.shortest, b = (uint64_t)d->teacher.config.longest;
    sg_cli_pair(c, "lengths", &a, &b);
    d->student = (sg_protein_student){&d->teacher, (int)a, (int)b};
    if ((a + SG_PROTEIN_PATCH - 1) / SG_PROTEIN_PATCH > b / SG_PROTEIN_PATCH)
        return sg_fail(err, SG_EINVAL, "--lengths: no multiple of %d among %d to %d residues",
                       SG_PROTEIN_PATCH, (int)a, (int)b);
    return SG_OK;
}

static void set_up(distilling *d, const sg_cli *c)
{
    uint64_t least = 0, most = 0;
    sg_protein_config *g = &d->generator.config;
    sg_cli_pair(c, "to", &least, &most);
    g->steps = (int)most;
    g->few = 1;
    g->gamma = 100;
    g->noise_scale = 0.2;
    d->self = (sg_distill){.teacher = &d->teacher.params,
                           .generator = &d->generator.params,
                           .fake = &d->fake.params,
                           .fake_frozen = &d->frozen,
                           .least = (int)least,
                           .steps = g->steps,
                           .alpha = sg_cli_double(c, "alpha"),
                           .t_min = 0.02,
                           .t_max = 0.98,
                           .previous = 1};
    sg_protein_student_module(&d->self.module, &d->student);
    sg_distill_task(&d->base.task, &d->self);
    d->base.save = save;
    d->base.module = d;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    distilling *d = calloc(1, sizeof *d);
    if (!d)
        return sg_fail(err, SG_ENOMEM, "no memory for distilling");
    sg_status s = sg_cli_text(c, "teacher") ? sg_cli_training_init(&d->base, c, err)
                                            : sg_fail(err, SG_EINVAL, "--teacher is missing");
    d->base.opt.optim.beta1 = 0.9;
    if (s == SG_OK)
        s = open_all(d, c, err);
    if (s == SG_OK)
        s = set_lengths(d, c, err);
    if (s == SG_OK) {
        set_up(d, c);
        s = sg_cli_training_run(&d->base, d->student.longest / SG_PROTEIN_PATCH, "patches", err);
    }
    sg_cli_training_clear(&d->base);
    sg_params_clear(&d->frozen);
    sg_protein_model_clear(&d->teacher);
    sg_protein_model_clear(&d->generator);
    sg_protein_model_clear(&d->fake);
    sg_params_clear(&d->all);
    free(d);
    return s;
}

const sg_verb sg_protein_cmd_distill = {
    .name = "distill",
    .summary = "make a generator of few steps out of a model",
    .common = SG_COMMON_SEED | SG_COMMON_THREADS | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Score identity distillation: no data are needed but the teacher. A generator of --to "
        "steps and "
        "a fake, which learns what the generator makes, begin as copies of the teacher and are "
        "trained together. Where the teacher keeps structures of training chains, as sample draws "
        "them, four chains in five are asked for one of them. The result is a model of its own; "
        "sample takes its steps and times by "
        "default.\n\n"
        "Learning rates should be far below those of train: --lr-muon 0.001 --lr-adam 0.00005, "
        "say.",
    .example = "sg-protein distill --teacher backbone --to 16 --lr-muon 0.001 --lr-adam 0.00005 "
               "--hours 1 -o backbone-16.safetensors",
    .run = run};
