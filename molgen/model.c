#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/text.h>
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

static sg_status read_net(sg_params *ps, const sg_model *file, const char *prefix, sg_error *err)
{
    for (int i = 0; i < ps->count; i++) {
        const sg_parameter *p = &ps->p[i];
        char name[96];
        snprintf(name, sizeof name, "%s.%s", prefix, p->name);
        const sg_model_array *a = sg_model_get(file, name);
        size_t rows = a && a->ndim == 1 && p->rows == 1 ? 0 : (size_t)p->rows;
        const float *x = sg_model_tensor(file, name, rows, (size_t)p->cols, err);
        if (!x)
            return SG_EMODEL;
        for (size_t k = 0; k < (size_t)p->rows * (size_t)p->cols; k++)
            ps->x[p->off + k] = (sg_real)x[k];
    }
    sg_params_sync(ps);
    return SG_OK;
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
        s = read_net(&m->params[h], file, heads[h], err);
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

static sg_status add_net(sg_model_writer *w, const sg_params *ps, const sg_real *x,
                         const char *prefix, sg_dtype dtype, sg_error *err)
{
    for (int i = 0; i < ps->count; i++) {
        const sg_parameter *p = &ps->p[i];
        char name[96];
        size_t shape[2] = {(size_t)p->rows, (size_t)p->cols};
        int ndim = p->rows == 1 && !strstr(p->name, "vec") ? 1 : 2;
        snprintf(name, sizeof name, "%s.%s", prefix, p->name);
        sg_status s = sg_model_writer_add(w, name, p->fixed ? SG_DTYPE_F32 : dtype, x + p->off,
                                          ndim, ndim == 1 ? shape + 1 : shape, err);
        if (s != SG_OK)
            return s;
    }
    return SG_OK;
}

static sg_status add_state(sg_model_writer *w, const sg_train_state *st, sg_mol_head head,
                           sg_error *err)
{
    const sg_params *ps = st->optim.params;
    const struct {
        const char *name;
        const sg_real *x;
    } part[] = {{"x", ps->x}, {"m", st->optim.m}, {"v", st->optim.v}};
    char text[160], sec[32];
    sec[sg_format_double(sec, st->seconds)] = '\0';
    snprintf(text, sizeof text, "%s %ld %ld %s", heads[head], st->optim.step, st->first, sec);
    sg_status s = sg_model_writer_meta(w, "opt", text, err);
    for (int k = 0; k < 3 && s == SG_OK; k++) {
        char name[64];
        snprintf(name, sizeof name, "opt/%s/%s", heads[head], part[k].name);
        s = sg_model_writer_add(w, name, SG_DTYPE_F32, part[k].x, 1, &ps->size, err);
    }
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
        s = add_net(w, &m->params[h], x, heads[h], dtype, err);
    }
    if (s == SG_OK && state)
        s = add_state(w, state, head, err);
    if (s == SG_OK)
        s = sg_model_writer_save(w, path, err);
    sg_model_writer_free(w);
    free(text);
    return s;
}

sg_status sg_mol_state_read(sg_train_state *state, const sg_model *file, sg_mol_model *m,
                            sg_mol_head head, sg_error *err)
{
    sg_params *ps = &m->params[head];
    const char *text = sg_model_meta(file, "opt");
    char name[16];
    long step, first;
    double seconds;
    if (!text || sscanf(text, "%15s %ld %ld %lf", name, &step, &first, &seconds) != 4 ||
        strcmp(name, heads[head]) != 0 || step < 0 || first < 0 || first > step || !(seconds >= 0))
        return sg_fail(err, SG_EMODEL, "the file holds no training state of network %s",
                       heads[head]);
    sg_real *const part[] = {ps->x, state->optim.m, state->optim.v};
    const char *const key[] = {"x", "m", "v"};
    /* the file's weights are the averaged ones */
    memcpy(state->optim.ema, ps->x, ps->size * sizeof *ps->x);
    for (int k = 0; k < 3; k++) {
        char full[64];
        snprintf(full, sizeof full, "opt/%s/%s", heads[head], key[k]);
        const float *x = sg_model_data(file, full, SG_DTYPE_F32, ps->size, err);
        if (!x)
            return SG_EMODEL;
        for (size_t i = 0; i < ps->size; i++)
            part[k][i] = (sg_real)x[i];
    }
    state->optim.step = step;
    state->first = first;
    state->seconds = seconds;
    sg_params_sync(ps);
    return SG_OK;
}
