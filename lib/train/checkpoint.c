#include <config.h>

#include <stdio.h>
#include <string.h>

#include <sigen/checkpoint.h>
#include <sigen/text.h>

sg_status sg_params_load(sg_params *ps, const sg_model *file, const char *prefix, sg_error *err)
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

sg_status sg_params_store(sg_model_writer *w, const sg_params *ps, const sg_real *x,
                          const char *prefix, sg_dtype dtype, sg_error *err)
{
    for (int i = 0; i < ps->count; i++) {
        const sg_parameter *p = &ps->p[i];
        char name[96];
        size_t shape[2] = {(size_t)p->rows, (size_t)p->cols};
        int ndim = p->rows == 1 && p->init_sd == 0 ? 1 : 2; /* biases are vectors */
        snprintf(name, sizeof name, "%s.%s", prefix, p->name);
        sg_status s = sg_model_writer_add(w, name, p->fixed ? SG_DTYPE_F32 : dtype, x + p->off,
                                          ndim, ndim == 1 ? shape + 1 : shape, err);
        if (s != SG_OK)
            return s;
    }
    return SG_OK;
}

sg_status sg_train_state_store(sg_model_writer *w, const sg_train_state *st, const char *prefix,
                               sg_error *err)
{
    const sg_params *ps = st->optim.params;
    const struct {
        const char *name;
        const sg_real *x;
    } part[] = {{"x", ps->x}, {"m", st->optim.m}, {"v", st->optim.v}};
    char text[160], sec[32];
    sec[sg_format_double(sec, st->seconds)] = '\0';
    snprintf(text, sizeof text, "%s %ld %ld %s", prefix, st->optim.step, st->first, sec);
    sg_status s = sg_model_writer_meta(w, "opt", text, err);
    for (int k = 0; k < 3 && s == SG_OK; k++) {
        char name[64];
        snprintf(name, sizeof name, "opt/%s/%s", prefix, part[k].name);
        s = sg_model_writer_add(w, name, SG_DTYPE_F32, part[k].x, 1, &ps->size, err);
    }
    return s;
}

sg_status sg_train_state_load(sg_train_state *st, const sg_model *file, const char *prefix,
                              sg_error *err)
{
    sg_params *ps = st->optim.params;
    const char *text = sg_model_meta(file, "opt");
    char name[32], sec[32];
    long step, first;
    double seconds; /* not by scanf: the host program's locale may have another decimal point */
    if (!text || sscanf(text, "%31s %ld %ld %31s", name, &step, &first, sec) != 4 ||
        sg_parse_double(sec, strlen(sec), &seconds, NULL) != SG_OK || strcmp(name, prefix) != 0 ||
        step < 0 || first < 0 || first > step || !(seconds >= 0))
        return sg_fail(err, SG_EMODEL, "the file holds no training state of network %s", prefix);
    sg_real *const part[] = {ps->x, st->optim.m, st->optim.v};
    const char *const key[] = {"x", "m", "v"};
    const float *x[3];
    for (int k = 0; k < 3; k++) {
        char full[64];
        snprintf(full, sizeof full, "opt/%s/%s", prefix, key[k]);
        x[k] = sg_model_data(file, full, SG_DTYPE_F32, ps->size, err);
        if (!x[k])
            return SG_EMODEL;
    }
    memcpy(st->optim.ema, ps->x, ps->size * sizeof *ps->x);
    for (int k = 0; k < 3; k++)
        for (size_t i = 0; i < ps->size; i++)
            part[k][i] = (sg_real)x[k][i];
    st->optim.step = step;
    st->first = first;
    st->seconds = seconds;
    sg_params_sync(ps);
    return SG_OK;
}
