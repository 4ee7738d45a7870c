#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/text.h>
#include "arch.h"
#include "cache.h"
#include "cli/training.h"
#include "cmd.h"
#include "layout.h"
#include "task.h"
#include "weights.h"

/* Sizes of a new network, from the options and the data's labels and degrees. */
static sg_status egnet_sizes(sg_graph_config *g, const sg_cli *c, sg_error *err);
static sg_status gdss_sizes(sg_graph_config *g, const sg_cli *c, sg_error *err);

static const struct preset {
    const char *name;
    const sg_graph_arch *arch;
    sg_status (*sizes)(sg_graph_config *g, const sg_cli *c, sg_error *err);
} presets[] = {
    {"layout", &sg_graph_egnet, egnet_sizes},
    {"gdss", &sg_graph_gdss, gdss_sizes},
    {NULL, NULL, NULL},
};

static const char *preset_name(size_t k)
{
    return presets[k].name;
}

/* clang-format off */
static const sg_opt options[] = {
    {"preset", 0, SG_OPT_TEXT, "NAME", "layout: labels and edges as tokens beside a layout; gdss: the joint SDE of node features and edges of Jo, Lee and Hwang (2022)", "layout", 0, 0, preset_name},
    {"layout", 0, SG_OPT_TEXT, "NAME", "what graphs are laid out by: stress, where distances matter, or diffusion, where communities do; stress, or that of --init", NULL, 0, 0, sg_graph_layout_name},
    {"valid", 0, SG_OPT_TEXT, "FILE", "held-out graphs for the loss beside the training loss", NULL, 0, 0, NULL},
    {"hold-out", 0, SG_OPT_INT, "K", "without --valid: hold out the last K graphs of the data", NULL, 1, 1e9, NULL},
    {"batch", 0, SG_OPT_INT, "B", "graphs a step", "64", 4, 16384, NULL},
    {"width", 0, SG_OPT_INT, "D", "scalars per node, a multiple of 16; 32 with gdss", "128", 16, 2048, NULL},
    {"pair-width", 0, SG_OPT_INT, "P", "channels per pair of nodes", "32", 8, 512, NULL},
    {"layers", 0, SG_OPT_INT, "L", "layers; 5 with gdss", "6", 1, 32, NULL},
    {"walk", 0, SG_OPT_INT, "K", "longest random walk that the network is shown", "8", 1, 64, NULL},
    {"depth", 0, SG_OPT_INT, "L", "gdss: layers of the network of node features", "3", 1, 16, NULL},
    {"sde-x", 0, SG_OPT_TEXT, "PATH", "gdss: the node features' SDE, vp:BETA0:BETA1 or ve:SIGMA0:SIGMA1", "vp:0.1:1", 0, 0, NULL},
    {"sde-a", 0, SG_OPT_TEXT, "PATH", "gdss: the edges' SDE", "vp:0.1:1", 0, 0, NULL},
    {"cache", 0, SG_OPT_TEXT, "FILE", "write the encoded data for tools/twin/train.py and stop", NULL, 0, 0, NULL},
    {"no-weights", 0, SG_OPT_FLAG, NULL, "take no notice of the data's edge weights", NULL, 0, 0, NULL},
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

static sg_status egnet_sizes(sg_graph_config *g, const sg_cli *c, sg_error *err)
{
    int d = (int)sg_cli_int(c, "width"), walk = (int)sg_cli_int(c, "walk");
    if (d % 16 != 0)
        return sg_fail(err, SG_EINVAL, "--width %d is no multiple of 16", d);
    snprintf(g->layout, sizeof g->layout, "stress");
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
                             .W = walk + 1 + g->weighted};
    return SG_OK;
}

/* NAME:NUMBER:NUMBER */
static sg_status read_sde(sg_path *p, const sg_cli *c, const char *option, sg_error *err)
{
    const char *text = sg_cli_text(c, option), *a = strchr(text, ':');
    const char *b = a ? strchr(a + 1, ':') : NULL;
    const sg_interpolant *const known[] = {&sg_path_vp, &sg_path_ve};
    double par[2];
    for (int k = 0; b && k < 2; k++)
        if (strncmp(text, known[k]->name, (size_t)(a - text)) == 0 && a - text == 2 &&
            sg_parse_double(a + 1, (size_t)(b - a - 1), &par[0], NULL) == SG_OK &&
            sg_parse_double(b + 1, strlen(b + 1), &par[1], NULL) == SG_OK)
            return sg_path_init(p, known[k], par, NULL, 0, err);
    return sg_fail(err, SG_EINVAL, "--%s %.60s is neither vp:BETA0:BETA1 nor ve:SIGMA0:SIGMA1",
                   option, text);
}

static sg_status gdss_sizes(sg_graph_config *g, const sg_cli *c, sg_error *err)
{
    int d = sg_cli_given(c, "width") ? (int)sg_cli_int(c, "width") : 32;
    if (g->labelled || g->n_edge_labels > 1)
        return sg_fail(err, SG_ENOTSUP, "the preset gdss takes graphs without labels");
    if (g->weighted)
        return sg_fail(err, SG_ENOTSUP,
                       "the preset gdss takes graphs without weights: give "
                       "--no-weights to train on their edges");
    g->gdss.net = (sg_gdss_dims){.F = g->max_degree + 1,
                                 .depth = (int)sg_cli_int(c, "depth"),
                                 .L = sg_cli_given(c, "layers") ? (int)sg_cli_int(c, "layers") : 5,
                                 .d = d,
                                 .H = 4,
                                 .c_init = 2,
                                 .c_hid = 8,
                                 .c_final = 4};
    sg_status s = read_sde(&g->gdss.path[0], c, "sde-x", err);
    return s == SG_OK ? read_sde(&g->gdss.path[1], c, "sde-a", err) : s;
}

/* Graphs, model and encoded data; file: a model to start from, or NULL. */
static sg_status prepare(training *t, const sg_cli *c, const sg_model *file, sg_error *err)
{
    sg_status s = read_graphs(t, c, err);
    if (s == SG_OK && file) {
        s = sg_graph_model_read(&t->model, file, 1, err);
        sg_cli_training_shaped(c, (const char *const[]){"preset", "width", "pair-width", "layers",
                                                        "walk", "depth", NULL});
        if (s == SG_OK && !t->model.config.weighted && t->graphs.n && t->graphs.g[0].has_weights)
            sg_cli_note(c, "the model has no edge weights: those of the data are not learned");
    }
    if (s == SG_OK && !file) {
        s = sg_graph_config_from(&t->config, &t->graphs, err);
        if (s == SG_OK && !sg_cli_flag(c, "no-weights"))
            s = sg_graph_weights_fit(&t->config, &t->graphs, err);
        const struct preset *p = presets;
        while (strcmp(p->name, sg_cli_text(c, "preset")) != 0)
            p++;
        t->config.arch = p->arch;
        if (s == SG_OK)
            s = p->sizes(&t->config, c, err);
        if (s == SG_OK)
            s = sg_graph_model_init(&t->model, &t->config, 1, err);
        if (s == SG_OK)
            sg_params_draw(&t->model.params, sg_cli_u64(c, "seed"));
    }
    sg_graph_config *config = &t->model.config;
    if (s == SG_OK && sg_cli_given(c, "layout")) {
        if (!config->layout[0])
            s = sg_fail(err, SG_EINVAL, "--layout: the preset gdss has no layout");
        snprintf(config->layout, sizeof config->layout, "%s", sg_cli_text(c, "layout"));
    }
    sg_error e = {0};
    if (s == SG_OK && !(t->data = sg_graph_data_new(&t->model.config, &t->graphs, &e)))
        s = e.code;
    if (s == SG_OK && t->held.n && !(t->valid = sg_graph_data_new(&t->model.config, &t->held, &e)))
        s = e.code;
    if (e.code != SG_OK && err)
        *err = e;
    return s;
}

static sg_status write_cache(training *t, const sg_cli *c, sg_error *err)
{
    const char *path = sg_cli_text(c, "cache");
    sg_status s =
        sg_graph_cache_write(&t->model.config, t->data, t->valid, path, c->operands[0], err);
    if (s == SG_OK)
        sg_cli_note(c, "%s: %ld graphs, %ld held out", path, sg_graph_data_count(t->data),
                    t->valid ? sg_graph_data_count(t->valid) : 0);
    return s;
}

static sg_status save(void *module, const sg_train_state *st, sg_error *err)
{
    training *t = module;
    return sg_graph_model_save(&t->model, t->base.out, SG_DTYPE_F32, NULL, 0, st, err);
}

static sg_status train(training *t, const sg_model *file, sg_error *err)
{
    sg_status s =
        sg_cli_training_start(&t->base, &t->model.params, file, t->model.config.arch->name, err);
    if (s != SG_OK)
        return s;
    t->self = (sg_graph_task){&t->model, t->data, t->valid, 0.5};
    sg_graph_task_init(&t->base.task, &t->self);
    t->base.save = save;
    t->base.module = t;
    return sg_cli_training_run(&t->base, sg_graph_data_count(t->data), "graphs", err);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    training *t = calloc(1, sizeof *t);
    if (!t)
        return sg_fail(err, SG_ENOMEM, "no memory for training");
    int cache = sg_cli_given(c, "cache");
    sg_model *file = NULL;
    t->base.c = c;
    sg_status s = cache ? SG_OK : sg_cli_training_init(&t->base, c, err);
    if (s == SG_OK)
        s = sg_cli_training_open(&t->base, "graphgen", &file, err);
    if (s == SG_OK)
        s = prepare(t, c, file, err);
    if (s == SG_OK)
        s = cache ? write_cache(t, c, err) : train(t, file, err);
    sg_model_free(file);
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
    .description =
        "Trains a generator on simple undirected graphs of up to 512 nodes, in any "
        "format that convert "
        "reads. Node and edge labels, positive edge weights, sizes and densities come from the "
        "data. The "
        "network generates "
        "edges, labels, weights and a layout of the graph together; it is exactly "
        "equivariant under "
        "renumbering of the nodes. --preset gdss trains the published joint SDE of "
        "node features "
        "(degrees) and edges instead, on graphs without labels and weights.\n\n"
        "Weights, where the data have them, are generated as logarithms and written as "
        "the edges' weights; ones that are not positive are refused, unless "
        "--no-weights leaves all out.\n\n"
        "Checkpoints are complete model files with the optimiser's state. With --steps "
        "the weights are "
        "a function of data, options and seed only: threads, interruptions and --resume "
        "do not change "
        "a bit. SIGINT ends after the current step.",
    .example =
        "sg-graphgen train comm20.train.g6 --valid comm20.val.g6 --hours 0.5 -o comm20.safetensors",
    .run = run};
