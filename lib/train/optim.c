#include <config.h>
#include <sigen/optim.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "nn/nn.h"

void sg_optim_defaults(sg_optim_opt *o)
{
    *o = (sg_optim_opt){.lr_muon = 0.02,
                        .lr_adam = 1.5e-3,
                        .momentum = 0.95,
                        .beta1 = 0.9,
                        .beta2 = 0.99,
                        .decay = 0,
                        .clip = 1,
                        .ema = 0.999};
}

sg_status sg_optim_init(sg_optim *o, sg_params *params, const sg_optim_opt *opt, sg_error *err)
{
    memset(o, 0, sizeof *o);
    o->opt = *opt;
    o->params = params;
    o->m = calloc(params->size, sizeof *o->m);
    o->v = calloc(params->size, sizeof *o->v);
    o->ema = calloc(params->size, sizeof *o->ema);
    if (!o->m || !o->v || !o->ema) {
        sg_optim_clear(o);
        return sg_fail(err, SG_ENOMEM, "cannot allocate the optimiser's state");
    }
    memcpy(o->ema, params->x, params->size * sizeof *o->ema);
    return SG_OK;
}

void sg_optim_clear(sg_optim *o)
{
    free(o->m);
    free(o->v);
    free(o->ema);
    memset(o, 0, sizeof *o);
}

void sg_newton_schulz(sg_real *g, int rows, int cols, sg_real *work, const sg_isa *isa)
{
    const sg_real a = (sg_real)3.4445, b = (sg_real)-4.7750, c = (sg_real)2.0315;
    int r = rows < cols ? rows : cols, k = rows < cols ? cols : rows;
    size_t n = (size_t)rows * (size_t)cols, rr = (size_t)r * (size_t)r;
    sg_real *x = work, *A = x + n, *B = A + rr, *y = B + rr;
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)g[i] * (double)g[i];
    sg_real inv = (sg_real)(1 / (sqrt(sum) + 1e-7));
    /* x (r, k): the wide orientation */
    if (rows <= cols)
        memcpy(x, g, n * sizeof *x);
    else
        isa->transpose(x, g, rows, cols);
    for (size_t i = 0; i < n; i++)
        x[i] *= inv;
    for (int it = 0; it < 5; it++) {
        isa->transpose(y, x, r, k);
        isa->gemm(A, r, x, k, 1, y, r, r, r, k, 0); /* A = x x' */
        isa->gemm(B, r, A, r, 1, A, r, r, r, r, 0); /* B = b A + c A A + a I */
        for (size_t i = 0; i < rr; i++)
            B[i] = b * A[i] + c * B[i];
        for (int i = 0; i < r; i++)
            B[(size_t)i * (size_t)r + (size_t)i] += a;
        isa->gemm(y, k, B, r, 1, x, k, r, k, r, 0);
        sg_real *t = x;
        x = y;
        y = t;
    }
    if (rows <= cols)
        memcpy(g, x, n * sizeof *g);
    else
        isa->transpose(g, x, r, k);
}

static sg_status muon(sg_optim *o, const sg_parameter *p, const sg_real *grad, double rate,
                      const sg_isa *isa)
{
    size_t n = (size_t)p->rows * (size_t)p->cols;
    size_t r = (size_t)(p->rows < p->cols ? p->rows : p->cols);
    sg_real *work = malloc((3 * n + 2 * r * r) * sizeof *work);
    if (!work)
        return SG_ENOMEM;
    sg_real *g = work + 2 * n + 2 * r * r, *m = o->m + p->off, *w = o->params->x + p->off;
    const sg_real beta = (sg_real)o->opt.momentum;
    for (size_t i = 0; i < n; i++) {
        m[i] = beta * m[i] + (1 - beta) * grad[i];
        g[i] = beta * m[i] + (1 - beta) * grad[i];
    }
    sg_newton_schulz(g, p->rows, p->cols, work, isa);
    double lr = rate * o->opt.lr_muon;
    sg_real s = (sg_real)(lr * sqrt(fmax(1, (double)p->cols / p->rows)));
    sg_real keep = (sg_real)(1 - lr * o->opt.decay);
    for (size_t i = 0; i < n; i++)
        w[i] = keep * w[i] - s * g[i];
    free(work);
    return SG_OK;
}

static void adam(sg_optim *o, const sg_parameter *p, const sg_real *grad, double rate)
{
    size_t n = (size_t)p->rows * (size_t)p->cols;
    sg_real *m = o->m + p->off, *v = o->v + p->off, *w = o->params->x + p->off;
    double t = (double)(o->step + 1), lr = rate * o->opt.lr_adam;
    sg_real b1 = (sg_real)o->opt.beta1, b2 = (sg_real)o->opt.beta2;
    sg_real c1 = (sg_real)(1 / (1 - pow(o->opt.beta1, t)));
    sg_real c2 = (sg_real)(1 / (1 - pow(o->opt.beta2, t)));
    sg_real keep = (sg_real)(1 - (p->rows > 1 ? lr * o->opt.decay : 0)), step = (sg_real)lr;
    for (size_t i = 0; i < n; i++) {
        m[i] = b1 * m[i] + (1 - b1) * grad[i];
        v[i] = b2 * v[i] + (1 - b2) * grad[i] * grad[i];
        w[i] = keep * w[i] -
               step * (m[i] * c1) / ((sg_real)sqrt((double)(v[i] * c2)) + (sg_real)1e-8);
    }
}

sg_status sg_optim_step(sg_optim *o, sg_real *grad, double rate, int threads, sg_error *err)
{
    sg_params *ps = o->params;
    const sg_isa *isa = o->opt.isa ? o->opt.isa : sg_isa_find(NULL);
    double sum = 0;
    for (size_t i = 0; i < ps->size; i++)
        sum += (double)grad[i] * (double)grad[i];
    o->grad_norm = sqrt(sum);
    if (!isfinite(o->grad_norm))
        return sg_fail(err, SG_ENAN, "gradient is not finite at step %ld", o->step + 1);
    if (o->opt.clip > 0 && o->grad_norm > o->opt.clip) {
        sg_real s = (sg_real)(o->opt.clip / o->grad_norm);
        for (size_t i = 0; i < ps->size; i++)
            grad[i] *= s;
    }
    double decay = fmin(o->opt.ema, (1.0 + (double)o->step) / (10.0 + (double)o->step));
    sg_real keep = (sg_real)decay, add = (sg_real)(1 - decay);
    int failed = 0;
    (void)threads; /* without OpenMP */
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads) reduction(| : failed)
    for (int i = 0; i < ps->count; i++) {
        const sg_parameter *p = &ps->p[i];
        if (p->fixed)
            continue;
        if (p->hidden)
            failed |= muon(o, p, grad + p->off, rate * p->rate, isa) != SG_OK;
        else
            adam(o, p, grad + p->off, rate * p->rate);
        const sg_real *w = ps->x + p->off;
        sg_real *e = o->ema + p->off;
        for (size_t k = 0; k < (size_t)p->rows * (size_t)p->cols; k++)
            e[k] = keep * e[k] + add * w[k];
        if (ps->xt)
            isa->transpose(ps->xt + p->off, w, p->rows, p->cols);
    }
    if (failed)
        return sg_fail(err, SG_ENOMEM, "no memory for an optimiser step");
    o->step++;
    return SG_OK;
}
