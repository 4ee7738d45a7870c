#include <config.h>

#include <math.h>
#include <stdlib.h>

#include <sigen/distill.h>
#include <sigen/protein_metrics.h>
#include "cli/training.h"
#include "cmd.h"
#include "task.h"

/* clang-format off */
static const sg_opt options[] = {
    {"hold-out", 0, SG_OPT_INT, "K", "chains whose cluster number is a multiple of K are kept out of training, for the held-out loss", "10", 2, 1000000, NULL},
    {"lengths", 0, SG_OPT_RANGE, "A-B", "residues of chains and crops", "40-128", 8, SG_PROTEIN_NET_LONGEST, NULL},
    {"rg", 0, SG_OPT_DOUBLE, "Q", "largest radius of gyration of a whole chain, in units of 2.2 n^0.38 A", "1.3", 0.5, 100, NULL},
    {"crop-rg", 0, SG_OPT_DOUBLE, "Q", "the same of a crop of a chain", "1.1", 0.5, 100, NULL},
    {"loop", 0, SG_OPT_DOUBLE, "F", "largest share of residues outside helices and strands", "0.55", 0, 1, NULL},
    {"to", 0, SG_OPT_RANGE, "A-B", "for a generator of A to B steps: only its times, the previous estimate from the step before", NULL, 2, SG_DISTILL_MAX_STEPS, NULL},
    {"batch", 0, SG_OPT_INT, "B", "chains a step", "32", 4, 16384, NULL},
    {"width", 0, SG_OPT_INT, "D", "scalars per patch, a multiple of 16", "128", 32, 2048, NULL},
    {"vectors", 0, SG_OPT_INT, "K", "vector channels, a multiple of 4", "32", 4, 256, NULL},
    {"pair-width", 0, SG_OPT_INT, "P", "channels per pair of patches", "32", 8, 512, NULL},
    {"layers", 0, SG_OPT_INT, "L", "layers", "6", 1, 32, NULL},
    SG_CLI_TRAIN_OPTIONS,
};
/* clang-format on */

typedef struct training {
    sg_cli_training base;
    sg_protein_model model;
    sg_protein_data *data;
    long own; /* clusters of chains whose file names none */
    sg_protein_task self;
} training;

/* What packed files tell and others leave open: the structure is DSSP's, the chain a cluster of its
 * own, behind all numbers of packed files. */
static sg_status complete(training *t, sg_protein *p, sg_error *err)
{
    char *ss;
    if (p->cluster < 0)
        p->cluster = SG_PROTEIN_CLUSTERS + t->own++;
    if (p->n == 0 || (p->residue[0].ss != ' ' && p->residue[0].ss != '\0'))
        return SG_OK;
    ss = malloc(p->n);
    if (!ss)
        return sg_fail(err, SG_ENOMEM, "no memory for a chain of %zu residues", p->n);
    sg_status s = sg_protein_dssp(ss, NULL, p, err);
    for (size_t i = 0; i < p->n && s == SG_OK; i++)
        p->residue[i].ss = ss[i];
    free(ss);
    return s;
}

static sg_status read_file(training *t, const char *path, long out, sg_error *err)
{
    sg_protein p = {0};
    int got = 1;
    sg_error e = {0};
    sg_protein_reader *r = sg_protein_reader_open(path, NULL, &e);
    sg_status s = r ? SG_OK : e.code;
    while (s == SG_OK && got) {
        s = sg_protein_reader_next(r, &p, &got, &e);
        if (s == SG_OK && got)
            s = complete(t, &p, &e);
        if (s == SG_OK && got)
            s = sg_protein_data_add(t->data, &p, p.cluster % out == 0, &e);
    }
    sg_protein_reader_close(r);
    sg_protein_clear(&p);
    if (s != SG_OK && err)
        *err = e;
    return s;
}

static sg_status read_chains(training *t, const sg_cli *c, sg_error *err)
{
    uint64_t a = 0, b = 0;
    sg_cli_pair(c, "lengths", &a, &b);
    const sg_protein_filter f = {.rg = sg_cli_double(c, "rg"),
                                 .crop_rg = sg_cli_double(c, "crop-rg"),
                                 .loop = sg_cli_double(c, "loop")};
    const sg_protein_filter wide = {
        .rg = fmax(f.rg, 2.2), .crop_rg = fmax(f.crop_rg, 1.6), .loop = fmax(f.loop, 0.75)};
    const sg_protein_filter each[SG_PROTEIN_PARTS] = {f, f, wide};
    t->data = sg_protein_data_new(each, (int)a, (int)b, err);
    sg_status s = t->data ? SG_OK : SG_ENOMEM;
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++)
        s = read_file(t, c->operands[k], (long)sg_cli_int(c, "hold-out"), err);
    if (s == SG_OK)
        s = sg_protein_data_ready(t->data, err);
    if (s == SG_OK)
        sg_cli_note(c, "%ld windows of %ld clusters, late %ld of %ld; held out %ld of %ld",
                    sg_protein_data_windows(t->data, SG_PROTEIN_TRAIN),
                    sg_protein_data_clusters(t->data, SG_PROTEIN_TRAIN),
                    sg_protein_data_windows(t->data, SG_PROTEIN_LATE),
                    sg_protein_data_clusters(t->data, SG_PROTEIN_LATE),
                    sg_protein_data_windows(t->data, SG_PROTEIN_HELD_OUT),
                    sg_protein_data_clusters(t->data, SG_PROTEIN_HELD_OUT));
    return s;
}

static sg_status new_model(training *t, const sg_cli *c, sg_error *err)
{
    uint64_t a = 0, b = 0;
    sg_cli_pair(c, "lengths", &a, &b);
    sg_protein_config config = {
        .shortest = (int)a, .longest = (int)b, .steps = 100, .gamma = 0.5, .noise_scale = 0.4};
    sg_protein_net_dims(&config.net, (int)sg_cli_int(c, "width"), (int)sg_cli_int(c, "vectors"),
                        (int)sg_cli_int(c, "pair-width"), (int)sg_cli_int(c, "layers"));
    sg_status s = sg_protein_model_init(&t->model, &config, 1, err);
    if (s == SG_OK)
        sg_params_draw(&t->model.params, t->base.opt.seed);
    return s;
}

static sg_status save(void *module, const sg_train_state *st, sg_error *err)
{
    training *t = module;
    return sg_protein_model_save(&t->model, t->base.out, SG_DTYPE_F32, NULL, 0, st, err);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    training *t = calloc(1, sizeof *t);
    sg_model *file = NULL;
    if (!t)
        return sg_fail(err, SG_ENOMEM, "no memory for training");
    sg_status s = sg_cli_training_init(&t->base, c, err);
    if (s == SG_OK && (sg_cli_int(c, "width") % 16 || sg_cli_int(c, "vectors") % 4))
        s = sg_fail(err, SG_EINVAL, "--width must be a multiple of 16, --vectors of 4");
    if (s == SG_OK)
        s = sg_cli_training_open(&t->base, "protein", &file, err);
    if (s == SG_OK)
        s = read_chains(t, c, err);
    if (s == SG_OK)
        s = file ? sg_protein_model_read(&t->model, file, 1, err) : new_model(t, c, err);
    if (s == SG_OK && file)
        sg_cli_training_shaped(
            c, (const char *const[]){"width", "vectors", "pair-width", "layers", NULL});
    if (s == SG_OK && t->model.structures.n == 0)
        s = sg_protein_data_structures(t->data, &t->model.structures, SG_PROTEIN_STRUCTURES, err);
    if (s == SG_OK)
        s = sg_cli_training_start(&t->base, &t->model.params, file, "backbone", err);
    sg_model_free(file);
    if (s == SG_OK) {
        uint64_t least = 0, steps = 0;
        if (sg_cli_pair(c, "to", &least, &steps))
            t->model.config.steps = (int)steps;
        t->self = (sg_protein_task){.model = &t->model,
                                    .data = t->data,
                                    .self_cond = steps ? 0.9 : 0.5,
                                    .least = (int)least,
                                    .steps = (int)steps,
                                    .with_share = 0.1,
                                    .with_ss = 0.6,
                                    .with_motif = 0.1};
        sg_protein_task_init(&t->base.task, &t->self);
        t->base.save = save;
        t->base.module = t;
        s = sg_cli_training_run(&t->base, sg_protein_data_windows(t->data, 0), "windows", err);
    }
    sg_cli_training_clear(&t->base);
    sg_protein_model_clear(&t->model);
    sg_protein_data_free(t->data);
    free(t);
    return s;
}

const sg_verb sg_protein_cmd_train = {
    .name = "train",
    .summary = "train a generator on chains",
    .operands = "DATA...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_SEED | SG_COMMON_THREADS | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Trains a generator of CA traces on files of single chains: compact whole chains and "
        "compact crops of longer ones, clusters drawn evenly; for times near the data the other "
        "chains, too. It learns to follow wanted shares of helix and strand, a wanted structure by "
        "residue, and a motif. Packed files (.pbb) tell secondary structure and sequence clusters; "
        "of chains in other files the structure is found as DSSP does, and each is a cluster of "
        "its own. Chains with breaks or without all CA atoms are left out. --init keeps the "
        "structures that sample draws.\n\n"
        "Checkpoints are complete model files with the optimiser's state. With --steps the weights "
        "are a function of data, options and seed only: threads, interruptions and --resume do not "
        "change a bit. SIGINT ends after the current step.",
    .example =
        "sg-protein train backbones.pbb.gz --hours 2 -o backbone.safetensors\n"
        "sg-protein train mine.pdb --init one.safetensors --lr-muon 0.005 -o mine.safetensors",
    .run = run};
