#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/checkpoint.h>
#include "model.h"

static const char *const heads[SG_MOL_NETS] = {
    [SG_MOL_HEAVY] = "heavy", [SG_MOL_HYDRO] = "hydro", [SG_MOL_PREDICT] = "predict"};

const char *sg_mol_head_name(sg_mol_head head)
{
    return heads[head];
}

int sg_mol_head_outputs(sg_mol_head head)
{
    static const int outputs[SG_MOL_NETS] = {[SG_MOL_HEAVY] = SG_EGNET_POINTS | SG_EGNET_TOKENS,
                                             [SG_MOL_HYDRO] = SG_EGNET_POINTS,
                                             [SG_MOL_PREDICT] = SG_EGNET_READOUT};
    return outputs[head];
}

sg_egnet_dims *sg_mol_config_dims(sg_mol_config *c, sg_mol_head head)
{
    sg_egnet_dims *const d[SG_MOL_NETS] = {&c->heavy, &c->hydro, &c->predict};
    return d[head];
}

/* A network must fit the vocabulary it is used with. */
static sg_status check_fit(const sg_mol_config *c, sg_mol_head head, const sg_egnet_dims *d,
                           sg_error *err)
{
    const sg_mol_vocab *v = &c->vocab;
    int heavy = head == SG_MOL_HEAVY, C = heavy ? v->n_classes : v->n_classes + 1;
    int B = heavy ? SG_MOL_BONDS : SG_MOL_BONDS_H, Q = head == SG_MOL_HYDRO ? 0 : v->n_props;
    if (d->C != C || d->B != B || d->Q != Q)
        return sg_fail(err, SG_EMODEL,
                       "network %s has %d classes, %d bond classes, %d properties; the vocabulary "
                       "asks for %d, %d, %d",
                       heads[head], d->C, d->B, d->Q, C, B, Q);
    return SG_OK;
}

sg_status sg_mol_model_init(sg_mol_model *m, const sg_mol_config *config, int train, sg_error *err)
{
    memset(m, 0, sizeof *m);
    m->config = *config;
    for (int h = 0; h < SG_MOL_NETS; h++) {
        const sg_egnet_dims *d = sg_mol_config_dims(&m->config, (sg_mol_head)h);
        sg_params_init(&m->params[h]);
        if (!d->L)
            continue;
        sg_status s = check_fit(config, (sg_mol_head)h, d, err);
        if (s == SG_OK)
            s = sg_egnet_init(&m->net[h], &m->params[h], sg_mol_head_outputs((sg_mol_head)h), d,
                              train, err);
        if (s != SG_OK) {
            sg_mol_model_clear(m);
            return s;
        }
    }
    return SG_OK;
}

void sg_mol_model_clear(sg_mol_model *m)
{
    for (int h = 0; h < SG_MOL_NETS; h++)
        sg_params_clear(&m->params[h]);
}

sg_status sg_mol_model_read(sg_mol_model *m, const sg_model *file, int train, sg_error *err)
{
    const char *format = sg_model_meta(file, "format"), *text = sg_model_meta(file, "config");
    sg_mol_config *config;
    memset(m, 0, sizeof *m);
    if (!format || strcmp(format, "sigen-molgen-1") != 0 || !text)
        return sg_fail(err, SG_EMODEL, "no molgen model: format is \"%s\", wanted sigen-molgen-1",
                       format ? format : "");
    config = malloc(sizeof *config);
    if (!config)
        return sg_fail(err, SG_ENOMEM, "no memory for the model");
    sg_status s = sg_mol_config_read(config, text, err);
    if (s == SG_OK)
        s = sg_mol_model_init(m, config, train, err);
    free(config);
    if (s != SG_OK)
        return s;
    for (int h = 0; h < SG_MOL_NETS && s == SG_OK; h++)
        s = sg_params_load(&m->params[h], file, heads[h], err);
    if (s != SG_OK)
        sg_mol_model_clear(m);
    snprintf(m->hash, sizeof m->hash, "%s", sg_model_short_hash(file));
    return s;
}

sg_status sg_mol_model_load(sg_mol_model *m, const char *path, int train, sg_error *err)
{
    sg_model *file;
    sg_status s = sg_model_load(&file, path, err);
    if (s != SG_OK)
        return s;
    s = sg_mol_model_read(m, file, train, err);
    sg_model_free(file);
    if (s != SG_OK && err && !err->file[0])
        snprintf(err->file, sizeof err->file, "%s", path);
    return s;
}

sg_status sg_mol_model_save(const sg_mol_model *m, const char *path, sg_dtype dtype,
                            const char *const (*meta)[2], int n_meta, const sg_train_state *state,
                            sg_mol_head head, sg_error *err)
{
    char *text = NULL;
    sg_model_writer *w = sg_model_writer_new(err);
    if (!w)
        return SG_ENOMEM;
    sg_status s = sg_mol_config_write(&m->config, &text, err);
    if (s == SG_OK)
        s = sg_model_writer_meta(w, "format", "sigen-molgen-1", err);
    if (s == SG_OK)
        s = sg_model_writer_meta(w, "config", text, err);
    for (int i = 0; i < n_meta && s == SG_OK; i++)
        s = sg_model_writer_meta(w, meta[i][0], meta[i][1], err);
    for (int h = 0; h < SG_MOL_NETS && s == SG_OK; h++) {
        const sg_real *x = state && h == (int)head ? state->optim.ema : m->params[h].x;
        s = sg_params_store(w, &m->params[h], x, heads[h], dtype, err);
    }
    if (s == SG_OK && state)
        s = sg_train_state_store(w, state, heads[head], err);
    if (s == SG_OK)
        s = sg_model_writer_save(w, path, err);
    sg_model_writer_free(w);
    free(text);
    return s;
}

/* ---- the public handle ----------------------------------------------------------------------- */

sg_mol_model *sg_mol_model_open(const char *path, sg_error *err)
{
    sg_mol_model *m = malloc(sizeof *m);
    if (!m) {
        sg_fail(err, SG_ENOMEM, "no memory for a model");
        return NULL;
    }
    if (sg_mol_model_load(m, path, 0, err) != SG_OK) {
        free(m);
        return NULL;
    }
    return m;
}

void sg_mol_model_free(sg_mol_model *m)
{
    if (m)
        sg_mol_model_clear(m);
    free(m);
}

const char *sg_mol_model_hash(const sg_mol_model *m)
{
    return m->hash;
}

int sg_mol_model_properties(const sg_mol_model *m)
{
    return m->config.vocab.n_props;
}

sg_mol_property sg_mol_model_property(const sg_mol_model *m, int i)
{
    const sg_mol_prop *p = &m->config.vocab.prop[i];
    return (sg_mol_property){p->name, p->unit, p->mean, p->sd, p->min, p->max, p->q001, p->q999};
}

int sg_mol_model_predicts(const sg_mol_model *m)
{
    return m->config.predict.L > 0;
}
