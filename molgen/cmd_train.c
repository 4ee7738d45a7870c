#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache.h"
#include "cli/training.h"
#include "cmd.h"
#include "field.h"
#include "task.h"

static const char *part_name(size_t k)
{
    return k < SG_MOL_NETS ? sg_mol_head_name((sg_mol_head)k) : NULL;
}

/* clang-format off */
static const sg_opt options[] = {
    {"part", 0, SG_OPT_TEXT, "NAME", "network to train: heavy atoms, hydrogens, or the property regressor", "heavy", 0, 0, part_name},
    {"valid", 0, SG_OPT_TEXT, "FILE", "held-out molecules for the loss beside the training loss", NULL, 0, 0, NULL},
    {"records", 0, SG_OPT_RANGE, "A-B", "use only these records of the data, counted from 1", NULL, 1, 2e9, NULL},
    {"property", 0, SG_OPT_LIST, "TAG:UNIT", "data item to condition on or predict, as in mu:D; may be repeated", NULL, 0, 0, NULL},
    {"batch", 0, SG_OPT_INT, "B", "molecules a step", "256", 4, 16384, NULL},
    {"width", 0, SG_OPT_INT, "D", "scalars per node, a multiple of 16", NULL, 16, 2048, NULL},
    {"layers", 0, SG_OPT_INT, "L", "layers", NULL, 1, 32, NULL},
    {"token-shift", 0, SG_OPT_DOUBLE, "S", "heavy: how far atoms and bonds are decided behind the coordinates; 2, or that of --init", NULL, 0.01, 100, NULL},
    {"cache", 0, SG_OPT_TEXT, "FILE", "write the encoded data for tools/twin/train.py and stop", NULL, 0, 0, NULL},
    SG_CLI_TRAIN_OPTIONS,
};
/* clang-format on */

typedef struct training {
    sg_cli_training base;
    const sg_cli *c;
    sg_mol_head head;
    sg_mol_model model;
    sg_mol_data *data, *valid;
    sg_mol_task self;
} training;

/* ---- data ------------------------------------------------------------------------------------ */

static sg_status load_file(training *t, sg_mol_data *d, const char *path, long lo, long hi,
                           long *record, sg_error *err)
{
    sg_error e = {0};
    sg_mol m = {0};
    long used = 0, skipped = 0;
    char first[SG_ERROR_TEXT + 100] = "";
    sg_mol_reader *r = sg_mol_reader_open(path, NULL, &e);
    sg_status s = r ? SG_OK : e.code;
    int got = 1;
    while (s == SG_OK && got && *record < hi) {
        s = sg_mol_reader_next(r, &m, &got, &e);
        if (s != SG_OK || !got || ++*record < lo)
            continue;
        sg_error why = {0};
        sg_status a = sg_mol_data_add(d, &m, &why);
        if (a == SG_OK)
            used++;
        else if (a != SG_ENOTSUP)
            s = a, e = why;
        else if (skipped++ == 0)
            snprintf(first, sizeof first, "%.80s: %s", m.title, why.text);
    }
    sg_mol_reader_close(r);
    sg_mol_clear(&m);
    if (s != SG_OK && err)
        *err = e;
    if (s == SG_OK && skipped)
        sg_cli_note(t->c, "%s: %ld molecules used, %ld left out (the first, %s)", path, used,
                    skipped, first);
    else if (s == SG_OK)
        sg_cli_note(t->c, "%s: %ld molecules used", path, used);
    return s;
}

/* "mu:D" -> name, unit */
static sg_status property_names(const sg_cli *c, char text[][2][32], const char **names,
                                const char **units, int *n, sg_error *err)
{
    size_t count;
    const char *const *list = sg_cli_list(c, "property", &count);
    if (count > SG_MOL_MAX_PROPS)
        return sg_fail(err, SG_EINVAL, "more than %d properties", SG_MOL_MAX_PROPS);
    for (size_t k = 0; k < count; k++) {
        const char *colon = strchr(list[k], ':');
        size_t len = colon ? (size_t)(colon - list[k]) : strlen(list[k]);
        if (len == 0 || len > 31 || (colon && strlen(colon + 1) > 31))
            return sg_fail(err, SG_EINVAL, "property \"%s\" is not of the form TAG:UNIT", list[k]);
        snprintf(text[k][0], 32, "%.*s", (int)len, list[k]);
        snprintf(text[k][1], 32, "%s", colon ? colon + 1 : "");
        names[k] = text[k][0];
        units[k] = text[k][1];
    }
    *n = (int)count;
    return SG_OK;
}

static sg_status load_data(training *t, const sg_mol_vocab *vocab, sg_error *err)
{
    char text[SG_MOL_MAX_PROPS][2][32];
    const char *names[SG_MOL_MAX_PROPS], *units[SG_MOL_MAX_PROPS];
    uint64_t lo = 1, hi = 2000000000;
    int n = 0;
    long record = 0, none = 0;
    sg_status s = property_names(t->c, text, names, units, &n, err);
    if (s != SG_OK)
        return s;
    sg_cli_pair(t->c, "records", &lo, &hi);
    t->data = sg_mol_data_new(names, units, n, vocab, err);
    if (!t->data)
        return SG_ENOMEM;
    for (size_t k = 0; k < t->c->n_operands && s == SG_OK; k++)
        s = load_file(t, t->data, t->c->operands[k], (long)lo, (long)hi, &record, err);
    if (s == SG_OK)
        s = sg_mol_data_finish(t->data, err);
    if (s == SG_OK && sg_mol_data_count(t->data) == 0)
        s = sg_fail(err, SG_EPARSE, "no usable molecule in the data");
    const char *valid = sg_cli_text(t->c, "valid");
    if (s == SG_OK && valid) {
        t->valid = sg_mol_data_new(NULL, NULL, 0, sg_mol_data_vocab(t->data), err);
        s = t->valid ? load_file(t, t->valid, valid, 1, 2000000000, &none, err) : SG_ENOMEM;
    }
    return s;
}

/* ---- model ----------------------------------------------------------------------------------- */

static int given_or(const sg_cli *c, const char *name, int other)
{
    return sg_cli_given(c, name) ? (int)sg_cli_int(c, name) : other;
}

/* The dims a new network of this head gets. */
static void new_dims(const training *t, const sg_mol_vocab *v, sg_mol_config *config)
{
    static const struct {
        int width, layers, P, fade;
    } usual[SG_MOL_NETS] = {[SG_MOL_HEAVY] = {192, 6, 32, 10},
                            [SG_MOL_HYDRO] = {64, 4, 16, 1},
                            [SG_MOL_PREDICT] = {128, 5, 32, 0}};
    int heavy = t->head == SG_MOL_HEAVY, d = given_or(t->c, "width", usual[t->head].width);
    sg_egnet_dims *m = sg_mol_config_dims(config, t->head);
    *m = (sg_egnet_dims){.d = d,
                         .K = 16,
                         .P = usual[t->head].P,
                         .H = d / 16,
                         .F = 2 * d,
                         .L = given_or(t->c, "layers", usual[t->head].layers),
                         .C = heavy ? v->n_classes : v->n_classes + 1,
                         .B = heavy ? SG_MOL_BONDS : SG_MOL_BONDS_H,
                         .Q = t->head == SG_MOL_HYDRO ? 0 : v->n_props,
                         .N = heavy ? v->max_heavy : v->max_nodes,
                         .T = usual[t->head].fade};
}

/* Makes t->model ready for backward: from a file's weights, or new. */
static sg_status make_model(training *t, const sg_model *file, sg_error *err)
{
    sg_mol_config *config = calloc(1, sizeof *config);
    if (!config)
        return sg_fail(err, SG_ENOMEM, "no memory for the model");
    sg_status s = SG_OK;
    if (file) {
        s = sg_mol_model_read(&t->model, file, 1, err);
        if (s == SG_OK && t->model.params[t->head].count == 0) {
            /* the file lacks this network: give it one beside the others */
            *config = t->model.config;
            new_dims(t, &config->vocab, config);
            sg_mol_model old = t->model;
            s = sg_mol_model_init(&t->model, config, 1, err);
            for (int h = 0; h < SG_MOL_NETS && s == SG_OK; h++)
                if (old.params[h].count)
                    memcpy(t->model.params[h].x, old.params[h].x,
                           old.params[h].size * sizeof *old.params[h].x);
            sg_mol_model_clear(&old);
            if (s == SG_OK)
                sg_params_draw(&t->model.params[t->head], t->base.opt.seed);
        } else if (s == SG_OK) {
            sg_cli_training_shaped(t->c, (const char *const[]){"width", "layers", NULL});
        }
    } else {
        config->vocab = *sg_mol_data_vocab(t->data);
        new_dims(t, &config->vocab, config);
        s = sg_mol_model_init(&t->model, config, 1, err);
        if (s == SG_OK)
            sg_params_draw(&t->model.params[t->head], t->base.opt.seed);
    }
    free(config);
    return s;
}

static sg_status save(void *module, const sg_train_state *st, sg_error *err)
{
    training *t = module;
    return sg_mol_model_save(&t->model, t->base.out, SG_DTYPE_F32, NULL, 0, st, t->head, err);
}

/* ---- verb ------------------------------------------------------------------------------------ */

static sg_status read_options(training *t, sg_error *err)
{
    const sg_cli *c = t->c;
    const char *part = sg_cli_text(c, "part");
    for (int h = 0; h < SG_MOL_NETS; h++)
        if (strcmp(part, sg_mol_head_name((sg_mol_head)h)) == 0)
            t->head = (sg_mol_head)h;
    size_t n;
    sg_cli_list(c, "property", &n);
    if (t->head == SG_MOL_PREDICT && n == 0 && !sg_cli_given(c, "init") &&
        !sg_cli_flag(c, "resume"))
        return sg_fail(err, SG_EINVAL, "--part predict needs --property");
    if (sg_cli_given(c, "width") && sg_cli_int(c, "width") % 16 != 0)
        return sg_fail(err, SG_EINVAL, "--width %lld is no multiple of 16", sg_cli_int(c, "width"));
    return sg_cli_training_init(&t->base, c, err);
}

static sg_status start(training *t, sg_error *err)
{
    sg_model *file;
    sg_status s = sg_cli_training_open(&t->base, "molgen", &file, err);
    if (s == SG_OK && file)
        s = make_model(t, file, err);
    if (s == SG_OK)
        s = load_data(t, file ? &t->model.config.vocab : NULL, err);
    if (s == SG_OK && !file)
        s = make_model(t, NULL, err);
    if (s == SG_OK && t->head == SG_MOL_HEAVY) { /* what holds for the data that it learns from */
        const sg_mol_vocab *v = sg_mol_data_vocab(t->data);
        t->model.config.vocab.closed_shell = v->closed_shell;
        memcpy(t->model.config.vocab.net_charge, v->net_charge, sizeof v->net_charge);
    }
    if (s == SG_OK && sg_cli_given(t->c, "token-shift"))
        t->model.config.vocab.token_shift = sg_cli_double(t->c, "token-shift");
    if (s == SG_OK)
        s = sg_cli_training_start(&t->base, &t->model.params[t->head], file,
                                  sg_mol_head_name(t->head), err);
    sg_model_free(file);
    return s;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    training *t = calloc(1, sizeof *t);
    if (!t)
        return sg_fail(err, SG_ENOMEM, "no memory for training");
    t->c = c;
    const char *cache = sg_cli_text(c, "cache");
    sg_status s = SG_OK;
    if (cache) {
        s = load_data(t, NULL, err);
        if (s == SG_OK)
            s = sg_mol_cache_write(t->data, cache, c->operands[0], err);
    } else {
        s = read_options(t, err);
        if (s == SG_OK)
            s = start(t, err);
        t->self = (sg_mol_task){.head = t->head,
                                .net = &t->model.net[t->head],
                                .train = t->data,
                                .valid = t->valid,
                                .self_cond = 0.5,
                                .noise = 0.05,
                                .jitter = t->head == SG_MOL_HYDRO ? 0.01 : 0.02,
                                .cap = t->head == SG_MOL_HEAVY ? 10000 : 1000,
                                .tokens = sg_mol_token_path(&t->model.config.vocab),
                                .late = 0.15};
        sg_mol_task_init(&t->base.task, &t->self);
        t->base.save = save;
        t->base.module = t;
        if (s == SG_OK)
            s = sg_cli_training_run(&t->base, sg_mol_data_count(t->data), "molecules", err);
        sg_cli_training_clear(&t->base);
        sg_mol_model_clear(&t->model);
    }
    sg_mol_data_free(t->data);
    sg_mol_data_free(t->valid);
    free(t);
    return s;
}

const sg_verb sg_mol_cmd_train = {
    .name = "train",
    .summary = "train a network on molecules",
    .operands = "DATA...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_SEED | SG_COMMON_THREADS | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Trains one of the three networks of a model on molecules with 3D coordinates, explicit "
        "hydrogens and kekulised bonds. Elements, charges and sizes (up to 64 heavy atoms) come "
        "from "
        "the data; molecules that do not fit are counted and left out.\n\n"
        "Checkpoints are complete model files with the optimiser's state. With --steps the weights "
        "are "
        "a function of data, options and seed only: threads, interruptions and --resume do not "
        "change "
        "a bit. SIGINT ends after the current step. pack joins trained networks into one model.",
    .example = "sg-molgen train qm9_train.sdf.gz --valid qm9_valid.sdf.gz --property mu:D "
               "--hours 2 -o heavy.safetensors",
    .run = run};
