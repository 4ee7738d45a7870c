#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cli/training.h"
#include "cmd.h"
#include "task.h"

/* clang-format off */
static const sg_opt options[] = {
    {"valid", 0, SG_OPT_TEXT, "FILE", "held-out graphs for the loss beside the training loss", NULL, 0, 0, NULL},
    {"hold-out", 0, SG_OPT_INT, "K", "without --valid: hold out the last K graphs of the data", NULL, 1, 1e9, NULL},
    {"batch", 0, SG_OPT_INT, "B", "graphs a step", "64", 4, 16384, NULL},
    {"width", 0, SG_OPT_INT, "D", "scalars per node, a multiple of 16", "128", 16, 2048, NULL},
    {"pair-width", 0, SG_OPT_INT, "P", "channels per pair of nodes", "32", 8, 512, NULL},
    {"layers", 0, SG_OPT_INT, "L", "layers", "6", 1, 32, NULL},
    {"walk", 0, SG_OPT_INT, "K", "longest random walk that the network is shown", "8", 1, 64, NULL},
    SG_CLI_TRAIN_OPTIONS,
};
/* clang-format on */

typedef struct training {
    sg_cli_training base;
    sg_graph_model model;
    sg_graph_config config;
    sg_graph_set graphs, held;
    sg_graph_data *data, *valid;
    sg_graph_task self;
} training;

static sg_status read_graphs(training *t, const sg_cli *c, sg_error *err)
{
    const char *valid = sg_cli_text(c, "valid");
    sg_status s = SG_OK;
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++)
        s = sg_graph_set_read(&t->graphs, c->operands[k], NULL, err);
    if (s == SG_OK && valid)
        s = sg_graph_set_read(&t->held, valid, NULL, err);
    size_t keep = sg_cli_given(c, "hold-out") ? (size_t)sg_cli_int(c, "hold-out") : 0;
    if (s == SG_OK && !valid && keep >= t->graphs.n && keep)
        return sg_fail(err, SG_EINVAL, "--hold-out %zu of %zu graphs leaves none to train on", keep,
                       t->graphs.n);
    for (size_t k = t->graphs.n - (valid ? 0 : keep); k < t->graphs.n && s == SG_OK; k++)
        s = sg_graph_set_take(&t->held, &t->graphs.g[k], err);
    if (s == SG_OK && !valid)
        t->graphs.n -= keep;
    return s;
}

static void new_dims(const sg_cli *c, sg_graph_config *g)
{
    int d = (int)sg_cli_int(c, "width"), walk = (int)sg_cli_int(c, "walk");
    g->net = (sg_egnet_dims){.d = d,
                             .K = 8,
                             .P = (int)sg_cli_int(c, "pair-width"),
                             .H = d / 16,
                             .F = 2 * d,
                             .L = (int)sg_cli_int(c, "layers"),
                             .C = g->n_node_labels,
                             .B = g->n_edge_labels + 1,
                             .Q = 0,
                             .N = g->max_nodes,
                             .U = walk,
                             .W = walk + 1};
}

static sg_status start(training *t, const sg_cli *c, sg_error *err)
{
    sg_model *file;
    sg_status s = sg_cli_training_open(&t->base, &file, err);
    if (s == SG_OK)
        s = read_graphs(t, c, err);
    if (s == SG_OK && file)
        s = sg_graph_model_read(&t->model, file, 1, err);
    if (s == SG_OK && !file) {
        s = sg_graph_config_from(&t->config, &t->graphs, err);
        new_dims(c, &t->config);
        if (s == SG_OK)
            s = sg_graph_model_init(&t->model, &t->config, 1, err);
        if (s == SG_OK)
            sg_params_draw(&t->model.params, t->base.opt.seed);
    }
    sg_error e = {0};
    if (s == SG_OK && !(t->data = sg_graph_data_new(&t->model.config, &t->graphs, &e)))
        s = e.code;
    if (s == SG_OK && t->held.n && !(t->valid = sg_graph_data_new(&t->model.config, &t->held, &e)))
        s = e.code;
    if (e.code != SG_OK && err)
        *err = e;
    if (s == SG_OK)
        s = sg_cli_training_start(&t->base, &t->model.params, file, "graph", err);
    sg_model_free(file);
    return s;
}

static sg_status save(void *module, const sg_train_state *st, sg_error *err)
{
    training *t = module;
    return sg_graph_model_save(&t->model, t->base.out, SG_DTYPE_F32, NULL, 0, st, err);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    training *t = calloc(1, sizeof *t);
    if (!t)
        return sg_fail(err, SG_ENOMEM, "no memory for training");
    sg_status s = sg_cli_training_init(&t->base, c, err);
    if (s == SG_OK && sg_cli_int(c, "width") % 16 != 0)
        s = sg_fail(err, SG_EINVAL, "--width %lld is no multiple of 16", sg_cli_int(c, "width"));
    if (s == SG_OK)
        s = start(t, c, err);
    if (s == SG_OK) {
        t->self = (sg_graph_task){&t->model, t->data, t->valid, 0.5};
        sg_graph_task_init(&t->base.task, &t->self);
        t->base.save = save;
        t->base.module = t;
        s = sg_cli_training_run(&t->base, sg_graph_data_count(t->data), "graphs", err);
    }
    sg_cli_training_clear(&t->base);
    sg_graph_model_clear(&t->model);
    sg_graph_data_free(t->data);
    sg_graph_data_free(t->valid);
    sg_graph_set_clear(&t->graphs);
    sg_graph_set_clear(&t->held);
    free(t);
    return s;
}

const sg_verb sg_graph_cmd_train = {
    .name = "train",
    .summary = "train a generator on a set of graphs",
    .operands = "DATA...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_SEED | SG_COMMON_THREADS | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description = "Trains a generator on simple undirected graphs of up to 512 nodes, in any "
                   "format that convert "
                   "reads. Node and edge labels, sizes and densities come from the data. The "
                   "network generates "
                   "edges, labels and a spectral layout of the graph together; it is exactly "
                   "equivariant under "
                   "renumbering of the nodes.\n\n"
                   "Checkpoints are complete model files with the optimiser's state. With --steps "
                   "the weights are "
                   "a function of data, options and seed only: threads, interruptions and --resume "
                   "do not change "
                   "a bit. SIGINT ends after the current step.",
    .example =
        "sg-graphgen train comm20.train.g6 --valid comm20.val.g6 --hours 0.5 -o comm20.safetensors",
    .run = run};
