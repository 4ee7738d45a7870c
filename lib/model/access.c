#include <config.h>
#include "model-i.h"

#include <stdio.h>

#define SHAPE_TEXT 96

/* "(12, 3)" */
static char *shape_text(char buf[SHAPE_TEXT], int ndim, const size_t *shape)
{
    int at = snprintf(buf, SHAPE_TEXT, "(");
    for (int k = 0; k < ndim; k++)
        at += snprintf(buf + at, (size_t)(SHAPE_TEXT - at), "%s%zu", k ? ", " : "", shape[k]);
    snprintf(buf + at, (size_t)(SHAPE_TEXT - at), ")");
    return buf;
}

const float *sg_model_tensor(const sg_model *m, const char *name, size_t rows, size_t cols,
                             sg_error *err)
{
    size_t wanted[2] = {rows, cols};
    int ndim = rows > 0 ? 2 : 1;
    const size_t *shape = wanted + 2 - ndim;
    const sg_model_array *a = sg_model_get(m, name);
    char found_text[SHAPE_TEXT], wanted_text[SHAPE_TEXT];
    shape_text(wanted_text, ndim, shape);
    if (!a) {
        sg_fail(err, SG_EMODEL, "array '%s' of shape %s is missing", name, wanted_text);
        return NULL;
    }
    int same = a->ndim == ndim;
    for (int k = 0; same && k < ndim; k++)
        same = a->shape[k] == shape[k];
    if (!same) {
        sg_fail(err, SG_EMODEL, "array '%s' has shape %s; %s is wanted", name,
                shape_text(found_text, a->ndim, a->shape), wanted_text);
        return NULL;
    }
    if (sg_i_dtypes[a->dtype].size != sizeof(float)) {
        sg_fail(err, SG_EMODEL, "array '%s' is %s; F32, BF16 or F16 is wanted", name,
                sg_dtype_name(a->dtype));
        return NULL;
    }
    return a->data;
}

const void *sg_model_data(const sg_model *m, const char *name, sg_dtype dtype, size_t count,
                          sg_error *err)
{
    const sg_model_array *a = sg_model_get(m, name);
    if (!a) {
        sg_fail(err, SG_EMODEL, "array '%s' of %zu %s is missing", name, count,
                sg_dtype_name(dtype));
        return NULL;
    }
    if (a->dtype != dtype || a->count != count) {
        sg_fail(err, SG_EMODEL, "array '%s' has %zu %s; %zu %s are wanted", name, a->count,
                sg_dtype_name(a->dtype), count, sg_dtype_name(dtype));
        return NULL;
    }
    return a->data;
}
