/* What the tests against the PyTorch twins share: fixtures of tests/data/twin, made by tools/twin
 * with autograd in float64. */
#ifndef SG_TESTS_TWIN_H
#define SG_TESTS_TWIN_H

#include <stdint.h>

#include <sigen/model.h>
#include <sigen/nn.h>
#include "tap.h"

/* The fixture of this name; stops the test if it cannot be read. */
__attribute__((unused)) static sg_model *twin_load(const char *name)
{
    const char *dir = getenv("srcdir") ? getenv("srcdir") : ".";
    char path[1024];
    sg_model *file = NULL;
    sg_error err;
    snprintf(path, sizeof path, "%s/tests/data/twin/%s.safetensors", dir, name);
    must(sg_model_load(&file, path, &err), &err);
    return file;
}

__attribute__((unused)) static const sg_model_array *twin_need(const sg_model *m, const char *name)
{
    const sg_model_array *a = sg_model_get(m, name);
    if (!a) {
        printf("Bail out! fixture lacks %s\n", name);
        exit(99);
    }
    return a;
}

__attribute__((unused)) static const float *twin_reals(const sg_model *m, const char *name)
{
    return twin_need(m, name)->data;
}

/* Copies an array of whole numbers; returns how many. */
__attribute__((unused)) static int twin_ints(const sg_model *m, const char *name, int *out)
{
    const sg_model_array *a = twin_need(m, name);
    for (size_t i = 0; i < a->count; i++)
        out[i] = (int)((const int64_t *)a->data)[i];
    return (int)a->count;
}

__attribute__((unused)) static void twin_copy(sg_real *to, const sg_model *m, const char *name)
{
    const sg_model_array *a = twin_need(m, name);
    for (size_t i = 0; i < a->count; i++)
        to[i] = ((const float *)a->data)[i];
}

/* Within tol of the largest element. */
__attribute__((unused)) static void twin_close(const char *kind, const char *what, sg_tensor y,
                                               const float *want, double tol)
{
    double worst = 0, scale = 1e-30;
    for (int r = 0; r < y.rows; r++)
        for (int c = 0; c < y.cols; c++) {
            double w = (double)want[r * y.cols + c];
            scale = fmax(scale, fabs(w));
            tap_worst(&worst, fabs((double)y.x[(long)r * y.ld + c] - w));
        }
    tap_ok(worst <= tol * scale, "%s: %s, worst %.2g of %.2g", kind, what, worst, scale);
}

/* Weights `prefix.NAME` of the fixture into ps. */
__attribute__((unused)) static void twin_weights(sg_params *ps, const sg_model *m,
                                                 const char *prefix)
{
    for (int i = 0; i < ps->count; i++) {
        char name[96];
        snprintf(name, sizeof name, "%s.%s", prefix, ps->p[i].name);
        size_t count = (size_t)ps->p[i].rows * (size_t)ps->p[i].cols;
        if (tap_ok(twin_need(m, name)->count == count, "%s has %zu elements", name, count))
            twin_copy(ps->x + ps->p[i].off, m, name);
    }
    sg_params_sync(ps);
}

/* Every parameter's gradient against `prefix.NAME`. */
__attribute__((unused)) static void twin_gradients(const char *kind, const sg_params *ps,
                                                   sg_real *grad, const sg_model *m,
                                                   const char *prefix, double tol)
{
    for (int i = 0; i < ps->count; i++) {
        const sg_parameter *p = &ps->p[i];
        char name[96];
        snprintf(name, sizeof name, "%s.%s", prefix, p->name);
        if (!p->fixed)
            twin_close(kind, name, sg_tensor_const(grad + p->off, p->rows, p->cols),
                       twin_reals(m, name), tol);
    }
}

#endif
