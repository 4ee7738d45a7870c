/* Choosing scales, packing, files. The products are in q8kern.c. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/checkpoint.h>
#include "q8.h"

/* ---- what inputs look like --------------------------------------------------------------------
 */

struct sg_q8_watch {
    int count;
    size_t *first;  /* (count + 1) place of a matrix' first input */
    double *square; /* mean of x_k^2 */
    long *rows;     /* (count) seen */
};

void sg_q8_watch_free(sg_q8_watch *w)
{
    if (!w)
        return;
    free(w->first);
    free(w->square);
    free(w->rows);
    free(w);
}

sg_status sg_q8_watch_new(sg_q8_watch **out, const sg_params *ps, sg_error *err)
{
    sg_q8_watch *w = *out = calloc(1, sizeof *w);
    size_t n = 0, count = (size_t)ps->count;
    if (w) {
        w->first = calloc(count + 1, sizeof *w->first);
        w->rows = calloc(count + 1, sizeof *w->rows);
    }
    for (size_t k = 0; w && w->first && k < count; k++)
        w->first[k + 1] = n += (size_t)ps->p[k].rows;
    if (w && w->first)
        w->square = calloc(n + 1, sizeof *w->square);
    if (!w || !w->rows || !w->square) {
        sg_q8_watch_free(w);
        *out = NULL;
        return sg_fail(err, SG_ENOMEM, "no memory to watch %zu parameters", count);
    }
    w->count = ps->count;
    return SG_OK;
}

void sg_q8_watch_see(sg_q8_watch *w, int k, sg_tensor x)
{
    double *square = w->square + w->first[k];
    for (int r = 0; r < x.rows; r++) {
        double n = (double)++w->rows[k];
        for (int c = 0; c < x.cols; c++) {
            double v = (double)x.x[(long)r * x.ld + c];
            if (fabs(v) < 1e15)
                square[c] += (v * v - square[c]) / n;
        }
    }
}

/* in[k]: the step of input k, up to a factor that each row of inputs has of its own. Inputs and
 * rows of W share the burden: in_k ~ sqrt(|x_k|/|W_k|), root mean squares. */
static void input_steps(const double *square, const sg_real *x, int rows, int cols, float *in)
{
    for (int k = 0; k < rows; k++) {
        double sum = 0;
        for (int c = 0; c < cols; c++) {
            double v = (double)x[(size_t)k * (size_t)cols + (size_t)c];
            sum += v * v;
        }
        in[k] = (float)sqrt(fmax(sqrt(square[k]), 1e-12) / fmax(sqrt(sum / cols), 1e-12));
    }
}

/* ---- kernels ----------------------------------------------------------------------------------
 */

static int runs(const char *name)
{
#ifdef SG_HAVE_V4
    if (strcmp(name, "vnni") == 0)
        return sg_isa_find("v4") && __builtin_cpu_supports("avx512vnni");
#endif
    return sg_isa_find(name) != NULL;
}

static const sg_q8_isa *const kernels[] = {
#ifdef SG_HAVE_V4
    &sg_i_q8_vnni,
    &sg_i_q8_v4,
#endif
#ifdef SG_HAVE_V3
    &sg_i_q8_v3,
#endif
    &sg_i_q8_generic,
};

sg_status sg_q8_use(sg_q8 *q, const char *name)
{
    for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++)
        if ((!name || strcmp(name, kernels[i]->name) == 0) && runs(kernels[i]->name)) {
            q->isa = kernels[i];
            return SG_OK;
        }
    return SG_ENOTSUP;
}

const char *sg_q8_kernel(const sg_q8 *q)
{
    return q->isa->name;
}

/* ---- making -----------------------------------------------------------------------------------
 */

static void *aligned(size_t bytes)
{
    void *p = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (p)
        memset(p, 0, (bytes + 63) / 64 * 64);
    return p;
}

static sg_status start(sg_q8 **out, const sg_params *ps, sg_error *err)
{
    size_t n = (size_t)ps->count;
    sg_q8 *q = *out = calloc(1, sizeof *q);
    if (q) {
        q->count = ps->count;
        q->at = calloc(n, sizeof *q->at);
        q->matrix = calloc(n, sizeof *q->matrix);
        q->stored = calloc(n, sizeof *q->stored);
        q->scale = calloc(n, sizeof *q->scale);
        q->in = calloc(n, sizeof *q->in);
    }
    if (!q || !q->at || !q->matrix || !q->stored || !q->scale || !q->in) {
        sg_q8_free(q);
        *out = NULL;
        return sg_fail(err, SG_ENOMEM, "no memory for int8 weights");
    }
    return sg_q8_use(q, NULL);
}

void sg_q8_free(sg_q8 *q)
{
    if (!q)
        return;
    for (int k = 0; k < q->count && q->at && q->matrix && q->stored && q->scale && q->in; k++) {
        free(q->stored[k]);
        free(q->scale[k]);
        free(q->in[k]);
        free((void *)q->matrix[k].w);
        free((void *)q->matrix[k].inverse);
        free((void *)q->matrix[k].shift);
    }
    free(q->at);
    free(q->matrix);
    free(q->stored);
    free(q->scale);
    free(q->in);
    free(q);
}

/* Room for parameter k of ps. */
static sg_status reserve(sg_q8 *q, const sg_params *ps, int k, sg_error *err)
{
    const sg_parameter *p = &ps->p[k];
    size_t rows = (size_t)p->rows, cols = (size_t)p->cols, blocks = (cols + 15) / 16;
    sg_q8_matrix *m = &q->matrix[k];
    q->stored[k] = malloc(rows * cols);
    q->scale[k] = aligned(blocks * 16 * sizeof **q->scale);
    q->in[k] = malloc(rows * sizeof **q->in);
    m->w = aligned(blocks * ((rows + 3) / 4) * 64);
    m->inverse = aligned(rows * sizeof *m->inverse);
    m->shift = aligned(blocks * 16 * sizeof *m->shift);
    if (!q->stored[k] || !q->scale[k] || !q->in[k] || !m->w || !m->inverse || !m->shift)
        return sg_fail(err, SG_ENOMEM, "no memory for int8 weights");
    return SG_OK;
}

/* Packs what is stored, and gives ps->x the values that it stands for. */
static void pack(sg_q8 *q, sg_params *ps, int k)
{
    const sg_parameter *p = &ps->p[k];
    sg_q8_matrix *m = &q->matrix[k];
    int k4 = (p->rows + 3) / 4;
    m->rows = p->rows;
    m->cols = p->cols;
    m->scale = q->scale[k];
    for (int r = 0; r < p->rows; r++)
        ((float *)m->inverse)[r] = 1 / q->in[k][r];
    for (int c = 0; c < p->cols; c++) {
        int32_t sum = 0;
        for (int r = 0; r < p->rows; r++) {
            int v = (int)q->stored[k][(size_t)r * (size_t)p->cols + (size_t)c] - 128;
            size_t block = (size_t)(c / 16) * (size_t)k4 + (size_t)(r / 4);
            ((int8_t *)m->w)[block * 64 + (size_t)(c % 16 * 4 + r % 4)] = (int8_t)v;
            ps->x[p->off + (size_t)r * (size_t)p->cols + (size_t)c] =
                (sg_real)(q->scale[k][c] * (float)v / q->in[k][r]);
            sum += v;
        }
        ((int32_t *)m->shift)[c] = 128 * sum;
    }
    q->at[k] = m;
    q->n++;
}

/* Q = round(W_kc in_k/s_c), s_c the largest of the column over 127 */
static void round_weights(sg_q8 *q, const sg_params *ps, int k)
{
    const sg_parameter *p = &ps->p[k];
    size_t cols = (size_t)p->cols;
    const sg_real *x = ps->x + p->off;
    for (size_t c = 0; c < cols; c++) {
        double top = 0;
        for (size_t r = 0; r < (size_t)p->rows; r++)
            top = fmax(top, fabs((double)x[r * cols + c] * (double)q->in[k][r]));
        q->scale[k][c] = top > 1e-30 ? (float)(top / 127) : 1e-30f;
        for (size_t r = 0; r < (size_t)p->rows; r++) {
            double v = (double)x[r * cols + c] * (double)q->in[k][r] / (double)q->scale[k][c];
            q->stored[k][r * cols + c] = (unsigned char)(128 + fmin(fmax(nearbyint(v), -127), 127));
        }
    }
}

sg_status sg_q8_make(sg_q8 **out, sg_params *ps, const sg_q8_watch *w, int least, sg_error *err)
{
    sg_status s = start(out, ps, err);
    for (int k = 0; k < ps->count && s == SG_OK; k++) {
        const sg_parameter *p = &ps->p[k];
        if (p->rows < least || p->cols < least || !w->rows[k])
            continue;
        s = reserve(*out, ps, k, err);
        if (s != SG_OK)
            break;
        input_steps(w->square + w->first[k], ps->x + p->off, p->rows, p->cols, (*out)->in[k]);
        round_weights(*out, ps, k);
        pack(*out, ps, k);
    }
    if (s == SG_OK && (*out)->n == 0)
        s = sg_fail(err, SG_EINVAL, "no matrix that was used has %d rows and columns", least);
    if (s != SG_OK) {
        sg_q8_free(*out);
        *out = NULL;
    }
    return s;
}

int sg_q8_count(const sg_q8 *q)
{
    return q->n;
}

size_t sg_q8_bytes(const sg_q8 *q)
{
    size_t sum = 0;
    for (int k = 0; k < q->count; k++)
        if (q->at[k])
            sum += (size_t)q->at[k]->rows * (size_t)q->at[k]->cols;
    return sum;
}

/* ---- files ------------------------------------------------------------------------------------
 */

static void name_of(char name[96], const char *prefix, const sg_parameter *p, const char *part)
{
    snprintf(name, 96, "%s.%s%s", prefix, p->name, part);
}

sg_status sg_q8_store(sg_model_writer *w, const sg_q8 *q, const sg_params *ps, const char *prefix,
                      sg_dtype dtype, sg_error *err)
{
    sg_status s = SG_OK;
    for (int k = 0; k < ps->count && s == SG_OK; k++) {
        const sg_parameter *p = &ps->p[k];
        char name[96];
        const size_t shape[2] = {(size_t)p->rows, (size_t)p->cols};
        if (!q->at[k]) {
            sg_params single = {.count = 1, .p = (sg_parameter *)p};
            s = sg_params_store(w, &single, ps->x, prefix, dtype, err);
            continue;
        }
        name_of(name, prefix, p, ".q8");
        s = sg_model_writer_add(w, name, SG_DTYPE_U8, q->stored[k], 2, shape, err);
        name_of(name, prefix, p, ".scale");
        if (s == SG_OK)
            s = sg_model_writer_add(w, name, SG_DTYPE_F32, q->scale[k], 1, shape + 1, err);
        name_of(name, prefix, p, ".in");
        if (s == SG_OK)
            s = sg_model_writer_add(w, name, SG_DTYPE_F32, q->in[k], 1, shape, err);
    }
    return s;
}

static sg_status load_matrix(sg_q8 *q, sg_params *ps, int k, const sg_model *file,
                             const char *prefix, sg_error *err)
{
    const sg_parameter *p = &ps->p[k];
    size_t n = (size_t)p->rows * (size_t)p->cols;
    char name[96];
    name_of(name, prefix, p, ".q8");
    const unsigned char *x = sg_model_data(file, name, SG_DTYPE_U8, n, err);
    name_of(name, prefix, p, ".scale");
    const float *scale = x ? sg_model_tensor(file, name, 0, (size_t)p->cols, err) : NULL;
    name_of(name, prefix, p, ".in");
    const float *in = scale ? sg_model_tensor(file, name, 0, (size_t)p->rows, err) : NULL;
    if (!in)
        return SG_EMODEL;
    int good = 1;
    for (size_t i = 0; i < n; i++)
        good = good && x[i] > 0;
    for (int c = 0; c < p->cols; c++)
        good = good && scale[c] > 0 && scale[c] < 1e30f;
    for (int r = 0; r < p->rows; r++)
        good = good && in[r] > 1e-30f && in[r] < 1e30f;
    if (!good)
        return sg_fail(err, SG_EMODEL, "int8 matrix %s.%s: weights of -128, or scales not positive",
                       prefix, p->name);
    sg_status s = reserve(q, ps, k, err);
    if (s != SG_OK)
        return s;
    memcpy(q->stored[k], x, n);
    memcpy(q->scale[k], scale, (size_t)p->cols * sizeof *scale);
    memcpy(q->in[k], in, (size_t)p->rows * sizeof *in);
    pack(q, ps, k);
    return SG_OK;
}

sg_status sg_q8_load(sg_q8 **out, sg_params *ps, const sg_model *file, const char *prefix,
                     sg_error *err)
{
    sg_status s = start(out, ps, err);
    for (int k = 0; k < ps->count && s == SG_OK; k++) {
        char name[96];
        name_of(name, prefix, &ps->p[k], ".q8");
        sg_params single = {.count = 1, .p = &ps->p[k], .x = ps->x};
        s = sg_model_get(file, name) ? load_matrix(*out, ps, k, file, prefix, err)
                                     : sg_params_load(&single, file, prefix, err);
    }
    if (s != SG_OK || (*out)->n == 0) {
        sg_q8_free(*out);
        *out = NULL;
    }
    if (s == SG_OK)
        sg_params_sync(ps);
    return s;
}
