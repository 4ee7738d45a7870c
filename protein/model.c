#include <config.h>

#include <jansson.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"
#include "nn/dims_json.h"

static const char format[] = "sigen-protein-1", prefix[] = "backbone";

void sg_protein_net_dims(sg_egnet_dims *m, int d, int K, int P, int L)
{
    *m = (sg_egnet_dims){.d = d,
                         .K = K,
                         .P = P,
                         .H = d / 16,
                         .F = 2 * d,
                         .L = L,
                         .C = 1,
                         .B = SG_PROTEIN_NET_LONGEST / SG_PROTEIN_PATCH - 1,
                         .Q = 2,
                         .N = SG_PROTEIN_NET_LONGEST / SG_PROTEIN_PATCH,
                         .U = SG_PATCH_FEATURES,
                         .W = SG_PATCH_PAIR,
                         .A = SG_PROTEIN_PATCH,
                         .D = SG_PATCH_RADIAL,
                         .R = 2 * SG_PATCH_VECTORS,
                         .O = SG_PROTEIN_PATCH,
                         .S = 1,
                         .G = K / 4};
}

/* ---- config ---------------------------------------------------------------------------------- */

/* whole numbers beside the network, with their limits */
static const struct {
    const char *key;
    size_t off;
    int lo, hi;
} whole[] = {
    {"shortest", offsetof(sg_protein_config, shortest), 8, SG_PROTEIN_NET_LONGEST},
    {"longest", offsetof(sg_protein_config, longest), 8, SG_PROTEIN_NET_LONGEST},
    {"steps", offsetof(sg_protein_config, steps), 1, 10000},
    {"few", offsetof(sg_protein_config, few), 0, 1},
};

static int *whole_at(const sg_protein_config *c, size_t k)
{
    return (int *)((char *)c + whole[k].off);
}

static char *config_text(const sg_protein_model *m)
{
    const sg_protein_config *c = &m->config;
    json_t *net = sg_i_dims_json(sg_egnet_dim_table, &c->net);
    json_t *o =
        json_pack("{s:o,s:f,s:f}", prefix, net, "gamma", c->gamma, "noise_scale", c->noise_scale);
    for (size_t k = 0; o && k < sizeof whole / sizeof *whole; k++)
        json_object_set_new(o, whole[k].key, json_integer(*whole_at(c, k)));
    json_object_set_new(o, "structures", sg_protein_structures_json(&m->structures));
    char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
    json_decref(o);
    return text;
}

static const char *config_read(sg_protein_config *c, const json_t *o)
{
    sg_egnet_dims want;
    memset(c, 0, sizeof *c);
    const char *bad = sg_i_dims_read(sg_egnet_dim_table, &c->net, json_object_get(o, prefix));
    if (bad)
        return bad;
    for (size_t k = 0; k < sizeof whole / sizeof *whole; k++) {
        json_int_t v = json_integer_value(json_object_get(o, whole[k].key));
        if (v < whole[k].lo || v > whole[k].hi)
            return whole[k].key;
        *whole_at(c, k) = (int)v;
    }
    c->gamma = json_number_value(json_object_get(o, "gamma"));
    c->noise_scale = json_number_value(json_object_get(o, "noise_scale"));
    if (!(c->gamma >= 0 && c->gamma <= 100))
        return "gamma";
    if (!(c->noise_scale >= 0 && c->noise_scale <= 10))
        return "noise_scale";
    if (c->longest < c->shortest)
        return "longest";
    /* what the features fix */
    sg_protein_net_dims(&want, c->net.d, c->net.K, c->net.P, c->net.L);
    want.H = c->net.H;
    want.F = c->net.F;
    want.G = c->net.G;
    for (const sg_egnet_dim *d = sg_egnet_dim_table; d->name; d++)
        if (*sg_egnet_dim_at(&c->net, d) != *sg_egnet_dim_at(&want, d))
            return d->name;
    return NULL;
}

/* ---- model ----------------------------------------------------------------------------------- */

sg_status sg_protein_model_init(sg_protein_model *m, const sg_protein_config *config, int train,
                                sg_error *err)
{
    memset(m, 0, sizeof *m);
    m->config = *config;
    sg_params_init(&m->params);
    sg_protein_chain_law_init(&m->law);
    sg_status s = sg_egnet_init(&m->net, &m->params, SG_EGNET_VECTORS, &config->net, train, err);
    if (s != SG_OK) {
        sg_protein_model_clear(m);
        return s;
    }
    for (int r = 0; r < SG_PATCH_RADIAL; r++) {
        m->params.x[m->params.p[m->net.rbf_mu].off + (size_t)r] = (sg_real)sg_patch_mu[r];
        m->params.x[m->params.p[m->net.rbf_sigma].off + (size_t)r] = (sg_real)sg_patch_sigma[r];
    }
    return SG_OK;
}

void sg_protein_model_clear(sg_protein_model *m)
{
    sg_params_clear(&m->params);
    sg_protein_structures_clear(&m->structures);
}

sg_status sg_protein_model_read(sg_protein_model *m, const sg_model *file, int train, sg_error *err)
{
    const char *is = sg_model_meta(file, "format"), *text = sg_model_meta(file, "config");
    memset(m, 0, sizeof *m);
    if (!is || strcmp(is, format) != 0 || !text)
        return sg_fail(err, SG_EMODEL, "no protein model: format is \"%s\", wanted %s",
                       is ? is : "", format);
    sg_protein_config config;
    json_t *o = json_loads(text, 0, NULL);
    if (!o)
        return sg_fail(err, SG_EMODEL, "the model's config is no JSON text");
    const char *bad = config_read(&config, o);
    sg_status s = bad ? sg_fail(err, SG_EMODEL, "the model's config has a bad \"%s\"", bad)
                      : sg_protein_model_init(m, &config, train, err);
    if (s == SG_OK)
        s = sg_params_load(&m->params, file, prefix, err);
    if (s == SG_OK)
        s = sg_protein_structures_read(&m->structures, json_object_get(o, "structures"), err);
    json_decref(o);
    if (s != SG_OK)
        sg_protein_model_clear(m);
    snprintf(m->hash, sizeof m->hash, "%s", sg_model_short_hash(file));
    return s;
}

sg_status sg_protein_model_store(const sg_protein_model *m, sg_model_writer *w, sg_dtype dtype,
                                 const sg_real *x, sg_error *err)
{
    char *text = config_text(m);
    sg_status s = text ? sg_model_writer_meta(w, "format", format, err)
                       : sg_fail(err, SG_ENOMEM, "no memory for the model's config");
    if (s == SG_OK)
        s = sg_model_writer_meta(w, "config", text, err);
    if (s == SG_OK)
        s = sg_params_store(w, &m->params, x, prefix, dtype, err);
    free(text);
    return s;
}

sg_status sg_protein_model_save(const sg_protein_model *m, const char *path, sg_dtype dtype,
                                const char *const (*meta)[2], int n_meta,
                                const sg_train_state *state, sg_error *err)
{
    sg_model_writer *w = sg_model_writer_new(err);
    if (!w)
        return SG_ENOMEM;
    sg_status s = sg_protein_model_store(m, w, dtype, state ? state->optim.ema : m->params.x, err);
    for (int i = 0; i < n_meta && s == SG_OK; i++)
        s = sg_model_writer_meta(w, meta[i][0], meta[i][1], err);
    if (s == SG_OK && state)
        s = sg_train_state_store(w, state, prefix, err);
    if (s == SG_OK)
        s = sg_model_writer_save(w, path, err);
    sg_model_writer_free(w);
    return s;
}

sg_protein_model *sg_protein_model_open(const char *path, sg_error *err)
{
    sg_protein_model *m = malloc(sizeof *m);
    sg_model *file = NULL;
    if (!m) {
        sg_fail(err, SG_ENOMEM, "no memory for a model");
        return NULL;
    }
    sg_status s = sg_model_load(&file, path, err);
    if (s == SG_OK)
        s = sg_protein_model_read(m, file, 0, err);
    sg_model_free(file);
    if (s == SG_OK)
        return m;
    if (err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", path);
    free(m);
    return NULL;
}

void sg_protein_model_free(sg_protein_model *m)
{
    if (m)
        sg_protein_model_clear(m);
    free(m);
}

const char *sg_protein_model_hash(const sg_protein_model *m)
{
    return m->hash;
}

void sg_protein_model_about(const sg_protein_model *m, sg_protein_model_facts *f)
{
    const sg_protein_config *c = &m->config;
    *f = (sg_protein_model_facts){.parameters = m->params.size,
                                  .shortest = c->shortest,
                                  .longest = c->longest,
                                  .steps = c->steps,
                                  .gamma = c->gamma,
                                  .noise_scale = c->noise_scale,
                                  .few = c->few};
}
