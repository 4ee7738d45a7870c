#include <config.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch.h"
#include "nn/dims_json.h"

static const char format[] = "sigen-graphgen-1";

double sg_graph_density(const sg_graph_config *c, int n)
{
    double p = n > 1 ? c->mean_degree / (n - 1) : 0;
    return p < 0.5 ? p : 0.5;
}

/* ---- labels ---------------------------------------------------------------------------------- */

static int place_of(const int *list, int n, int label)
{
    for (int k = 0; k < n; k++)
        if (list[k] == label)
            return k;
    return -1;
}

int sg_graph_node_class(const sg_graph_config *c, int label)
{
    return place_of(c->node_label, c->n_node_labels, label);
}

int sg_graph_edge_class(const sg_graph_config *c, int label)
{
    int k = place_of(c->edge_label, c->n_edge_labels, label);
    return k < 0 ? -1 : k + 1;
}

/* ---- config ---------------------------------------------------------------------------------- */

static json_t *numbers(const int *x, int n)
{
    json_t *a = json_array();
    for (int i = 0; i < n; i++)
        json_array_append_new(a, json_integer(x[i]));
    return a;
}

char *sg_graph_config_text(const sg_graph_config *c)
{
    json_t *net = sg_i_dims_json(c->arch->dims, sg_graph_dims(c));
    json_t *o =
        json_pack("{s:o,s:o,s:o,s:b,s:o,s:f}", c->arch->name, net, "node_labels",
                  numbers(c->node_label, c->n_node_labels), "edge_labels",
                  numbers(c->edge_label, c->n_edge_labels), "labelled", c->labelled, "sizes",
                  numbers(c->sizes, c->max_nodes + 1), "mean_degree", c->mean_degree);
    if (o && c->weighted)
        json_object_set_new(o, "weights",
                            json_pack("{s:f,s:f}", "log_mean", c->log_mean, "log_sd", c->log_sd));
    if (o && c->has_remask)
        json_object_set_new(o, "remask", json_real(c->remask));
    if (o && c->arch->write)
        c->arch->write(c, o);
    char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    return text;
}

/* Whole numbers within lo..hi; returns how many, or -1. */
static int read_numbers(const json_t *o, const char *key, int *x, int max, int lo, int hi)
{
    const json_t *a = json_object_get(o, key);
    size_t n = json_array_size(a);
    if (!json_is_array(a) || n > (size_t)max)
        return -1;
    for (size_t i = 0; i < n; i++) {
        const json_t *e = json_array_get(a, i);
        json_int_t v = json_integer_value(e);
        if (!json_is_integer(e) || v < lo || v > hi)
            return -1;
        x[i] = (int)v;
    }
    return (int)n;
}

/* "weights": {"log_mean": .., "log_sd": ..}, or absent. 0: neither. */
static int read_weights(sg_graph_config *c, const json_t *o)
{
    const json_t *w = json_object_get(o, "weights"), *mean = json_object_get(w, "log_mean"),
                 *sd = json_object_get(w, "log_sd");
    c->weighted = w != NULL;
    c->log_mean = json_number_value(mean);
    c->log_sd = json_number_value(sd);
    return !w ||
           (json_is_number(mean) && fabs(c->log_mean) < 700 && c->log_sd > 0 && c->log_sd < 700);
}

static const char *config_read(sg_graph_config *c, const json_t *o)
{
    const json_t *net = NULL;
    memset(c, 0, sizeof *c);
    for (const sg_graph_arch *const *a = sg_graph_archs; *a && !net; a++)
        if ((net = json_object_get(o, (*a)->name)))
            c->arch = *a;
    if (!net)
        return "network";
    const char *bad = sg_i_dims_read(c->arch->dims, sg_graph_dims(c), net);
    if (bad)
        return bad;
    c->n_node_labels = read_numbers(o, "node_labels", c->node_label, SG_GRAPH_NODE_CLASSES,
                                    -2147483647, 2147483647);
    c->n_edge_labels = read_numbers(o, "edge_labels", c->edge_label, SG_GRAPH_EDGE_CLASSES,
                                    -2147483647, 2147483647);
    c->labelled = json_is_true(json_object_get(o, "labelled"));
    c->max_nodes = read_numbers(o, "sizes", c->sizes, SG_GRAPH_NET_NODES + 1, 0, 2147483647) - 1;
    c->mean_degree = json_number_value(json_object_get(o, "mean_degree"));
    if (c->n_node_labels < 1)
        return "node_labels";
    if (c->n_edge_labels < 1)
        return "edge_labels";
    if (c->max_nodes < 1)
        return "sizes";
    if (!(c->mean_degree >= 0 && c->mean_degree < SG_GRAPH_NET_NODES))
        return "mean_degree";
    if (!read_weights(c, o))
        return "weights";
    const json_t *remask = json_object_get(o, "remask");
    c->has_remask = remask != NULL;
    c->remask = json_number_value(remask);
    if (remask && !(json_is_number(remask) && c->remask >= 0 && c->remask <= 1000))
        return "remask";
    return c->arch->read(c, o);
}

/* ---- model ----------------------------------------------------------------------------------- */

sg_status sg_graph_model_init(sg_graph_model *m, const sg_graph_config *config, int train,
                              sg_error *err)
{
    memset(m, 0, sizeof *m);
    m->config = *config;
    sg_params_init(&m->params);
    sg_status s = m->config.arch->init(m, train, err);
    if (s != SG_OK)
        sg_graph_model_clear(m);
    return s;
}

void sg_graph_model_clear(sg_graph_model *m)
{
    sg_params_clear(&m->params);
}

sg_status sg_graph_model_read(sg_graph_model *m, const sg_model *file, int train, sg_error *err)
{
    const char *is = sg_model_meta(file, "format"), *text = sg_model_meta(file, "config");
    memset(m, 0, sizeof *m);
    if (!is || strcmp(is, format) != 0 || !text)
        return sg_fail(err, SG_EMODEL, "no graphgen model: format is \"%s\", wanted %s",
                       is ? is : "", format);
    sg_graph_config *config = malloc(sizeof *config);
    json_t *o = json_loads(text, 0, NULL);
    if (!config || !o) {
        free(config);
        json_decref(o);
        return sg_fail(err, SG_EMODEL, "the model's config is no JSON text");
    }
    const char *bad = config_read(config, o);
    sg_status s = bad ? sg_fail(err, SG_EMODEL, "the model's config has a bad \"%s\"", bad)
                      : sg_graph_model_init(m, config, train, err);
    json_decref(o);
    free(config);
    if (s != SG_OK)
        return s;
    s = sg_params_load(&m->params, file, m->config.arch->name, err);
    if (s != SG_OK)
        sg_graph_model_clear(m);
    snprintf(m->hash, sizeof m->hash, "%s", sg_model_short_hash(file));
    return s;
}

sg_status sg_graph_model_save(const sg_graph_model *m, const char *path, sg_dtype dtype,
                              const char *const (*meta)[2], int n_meta, const sg_train_state *state,
                              sg_error *err)
{
    sg_model_writer *w = sg_model_writer_new(err);
    if (!w)
        return SG_ENOMEM;
    char *text = sg_graph_config_text(&m->config);
    sg_status s = text ? sg_model_writer_meta(w, "format", format, err)
                       : sg_fail(err, SG_ENOMEM, "no memory for the model's config");
    if (s == SG_OK)
        s = sg_model_writer_meta(w, "config", text, err);
    for (int i = 0; i < n_meta && s == SG_OK; i++)
        s = sg_model_writer_meta(w, meta[i][0], meta[i][1], err);
    if (s == SG_OK)
        s = sg_params_store(w, &m->params, state ? state->optim.ema : m->params.x,
                            m->config.arch->name, dtype, err);
    if (s == SG_OK && state)
        s = sg_train_state_store(w, state, m->config.arch->name, err);
    if (s == SG_OK)
        s = sg_model_writer_save(w, path, err);
    sg_model_writer_free(w);
    free(text);
    return s;
}

sg_graph_model *sg_graph_model_open(const char *path, sg_error *err)
{
    sg_graph_model *m = malloc(sizeof *m);
    sg_model *file = NULL;
    if (!m) {
        sg_fail(err, SG_ENOMEM, "no memory for a model");
        return NULL;
    }
    sg_status s = sg_model_load(&file, path, err);
    if (s == SG_OK)
        s = sg_graph_model_read(m, file, 0, err);
    sg_model_free(file);
    if (s == SG_OK)
        return m;
    if (err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", path);
    free(m);
    return NULL;
}

void sg_graph_model_free(sg_graph_model *m)
{
    if (m)
        sg_graph_model_clear(m);
    free(m);
}

const char *sg_graph_model_hash(const sg_graph_model *m)
{
    return m->hash;
}

void sg_graph_model_sizes(const sg_graph_model *m, int *lo, int *hi)
{
    for (*lo = 1; *lo < m->config.max_nodes && !m->config.sizes[*lo]; ++*lo)
        ;
    *hi = m->config.max_nodes;
}
