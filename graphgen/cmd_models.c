#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/models.h"
#include "cmd.h"
#include "arch.h"

sg_status sg_graph_cmd_model_path(const sg_cli *c, char **path, sg_error *err)
{
    const char *name = sg_cli_text(c, "model");
    *path = NULL;
    if (!name)
        return sg_fail(err, SG_EINVAL, "which model? --model NAME; list shows them");
    return sg_cli_model_path("graphgen", name, path, err);
}

/* ---- list ------------------------------------------------------------------------------------ */

static sg_status list(sg_cli *c, sg_error *err)
{
    return sg_cli_list_models(c, "graphgen", err);
}

const sg_verb sg_graph_cmd_list = {
    .name = "list",
    .summary = "show the shipped models",
    .common = SG_COMMON_JSON,
    .description = "One line a model: name, size, hash, what it is for and its scores.",
    .example = "sg-graphgen list",
    .run = list};

/* ---- info ------------------------------------------------------------------------------------ */

static json_t *labels(const int *x, int n)
{
    json_t *a = json_array();
    for (int k = 0; k < n; k++)
        sg_json_append(&a, json_integer(x[k]));
    return a;
}

static json_t *info_json(const sg_graph_model *m, const sg_model *file)
{
    const sg_graph_config *c = &m->config;
    json_t *o = json_object(), *sizes = json_object();
    for (int n = 1; n <= c->max_nodes; n++) {
        char key[16];
        snprintf(key, sizeof key, "%d", n);
        if (c->sizes[n])
            sg_json_set(&sizes, key, json_integer(c->sizes[n]));
    }
    sg_json_set(&o, "hash", json_string(m->hash));
    sg_json_set(&o, "network", json_string(c->arch->name));
    sg_json_set(&o, "parameters", json_integer((json_int_t)m->params.size));
    sg_json_set(&o, "node_labels",
                c->labelled ? labels(c->node_label, c->n_node_labels) : json_array());
    sg_json_set(&o, "edge_labels", labels(c->edge_label, c->n_edge_labels));
    if (c->weighted)
        sg_json_set(&o, "weights",
                    json_pack("{s:f,s:f}", "log_mean", c->log_mean, "log_sd", c->log_sd));
    sg_json_set(&o, "mean_degree", json_real(c->mean_degree));
    if (c->has_remask)
        sg_json_set(&o, "remask", json_real(c->remask));
    sg_json_set(&o, "sizes", sizes);
    sg_json_set(&o, "metadata", sg_cli_model_meta(file));
    return o;
}

static void info_text(const sg_graph_model *m, const sg_model *file)
{
    int lo, hi;
    sg_graph_model_sizes(m, &lo, &hi);
    printf("model %s\n", m->hash);
    sg_cli_print_model_meta(file);
    printf("network      %s, %zu parameters: %s\n", m->config.arch->name, m->params.size,
           m->config.arch->summary);
    printf("nodes        %d to %d, mean degree %.2f\n", lo, hi, m->config.mean_degree);
    printf("labels       %d of nodes, %d of edges\n",
           m->config.labelled ? m->config.n_node_labels : 0,
           m->config.n_edge_labels > 1 ? m->config.n_edge_labels : 0);
    if (m->config.has_remask)
        printf("re-masking   %g\n", m->config.remask);
    if (m->config.weighted)
        printf("weights      of edges, logarithms %.3g +- %.3g\n", m->config.log_mean,
               m->config.log_sd);
}

static sg_status info(sg_cli *c, sg_error *err)
{
    char *path;
    sg_model *file = NULL;
    sg_graph_model *m = malloc(sizeof *m);
    sg_status s = m ? sg_graph_cmd_model_path(c, &path, err) : sg_fail(err, SG_ENOMEM, "no memory");
    if (s == SG_OK) {
        s = sg_model_load(&file, path, err);
        if (s == SG_OK)
            s = sg_graph_model_read(m, file, 0, err);
        free(path);
        if (s == SG_OK) {
            if (sg_cli_flag(c, "json"))
                s = sg_cli_print_json(info_json(m, file), err);
            else
                info_text(m, file);
            sg_graph_model_clear(m);
        }
    }
    sg_model_free(file);
    free(m);
    return s;
}

const sg_verb sg_graph_cmd_info = {
    .name = "info",
    .summary = "describe a model",
    .common = SG_COMMON_MODEL | SG_COMMON_JSON,
    .description = "Size of the network, and sizes, labels and mean degree of its training data.",
    .example = "sg-graphgen info --model community_small",
    .run = info};

/* ---- pack ------------------------------------------------------------------------------------ */

static const sg_opt pack_options[] = {
    SG_PACK_OPTIONS,
    {"remask", 0, SG_OPT_DOUBLE, "ETA",
     "re-masking that suits the model: sample takes it unless told otherwise", NULL, 0, 1000, NULL},
    {"f32", 0, SG_OPT_FLAG, NULL, "keep 32-bit weights; bfloat16 if not given", NULL, 0, 0, NULL},
};

static sg_status pack(sg_cli *c, sg_error *err)
{
    const char *out;
    if (sg_cli_pack_output(c, &out, err) != SG_OK)
        return SG_EINVAL;
    const char *const meta[][2] = {SG_PACK_META(c)};
    sg_error e = {0};
    sg_graph_model *m = sg_graph_model_open(c->operands[0], &e);
    if (m && sg_cli_given(c, "remask")) {
        m->config.has_remask = 1;
        m->config.remask = sg_cli_double(c, "remask");
    }
    sg_status s =
        m ? sg_graph_model_save(m, out, sg_cli_flag(c, "f32") ? SG_DTYPE_F32 : SG_DTYPE_BF16, meta,
                                2, NULL, &e)
          : e.code;
    sg_graph_model_free(m);
    if (s != SG_OK && err)
        *err = e;
    return s;
}

const sg_verb sg_graph_cmd_pack = {
    .name = "pack",
    .summary = "make a model to ship from a checkpoint",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = pack_options,
    .n_options = sizeof pack_options / sizeof *pack_options,
    .description = "Writes the averaged weights without the optimiser's state, as bfloat16.",
    .example = "sg-graphgen pack checkpoint.safetensors --summary 'my graphs' -o my.safetensors",
    .run = pack};
