#include <config.h>
#include <sigen/optim.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#endif

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

/* sum of squares, in eight sums by position */
static double square_sum(const sg_real *x, size_t n)
{
    enum { SUMS = 8 };
    double part[SUMS] = {0}, sum = 0;
    size_t i = 0;
    for (; i + SUMS <= n; i += SUMS)
#pragma omp simd
        for (int k = 0; k < SUMS; k++)
            part[k] += (double)x[i + (size_t)k] * (double)x[i + (size_t)k];
    for (; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    for (int k = 0; k < SUMS; k++)
        sum += part[k];
    return sum;
}

/* y (r, r) = a b of a (r, k), b (k, r), known to be symmetric: the lower triangle, copied. */
static void symmetric(sg_real *y, const sg_real *a, const sg_real *b, int r, int k,
                      const sg_isa *isa)
{
    enum { PANEL = 32 };
    for (int j = 0; j < r; j += PANEL) {
        int w = r - j < PANEL ? r - j : PANEL;
        sg_real *d = y + (size_t)j * (size_t)(r + 1); /* on the diagonal */
        isa->gemm(d, r, a + (size_t)j * (size_t)k, k, 1, b + j, r, r - j, w, k, 0);
        isa->transpose(d + w, r, d + (size_t)w * (size_t)r, r, r - j - w, w);
        for (int row = 0; row < w; row++)
            for (int col = row + 1; col < w; col++)
                d[row * r + col] = d[col * r + row];
    }
}

void sg_newton_schulz(sg_real *g, int rows, int cols, sg_real *work, const sg_isa *isa)
{
    const sg_real a = (sg_real)3.4445, b = (sg_real)-4.7750, c = (sg_real)2.0315;
    int r = rows < cols ? rows : cols, k = rows < cols ? cols : rows;
    size_t n = (size_t)rows * (size_t)cols, rr = (size_t)r * (size_t)r;
    sg_real *x = work, *y = x + n, *A = y + n, *B = A + rr, *Q = B + rr, *T = Q + rr;
    sg_real inv = (sg_real)(1 / (sqrt(square_sum(g, n)) + 1e-7));
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        g[i] *= inv;
    /* x (r, k): the wide orientation */
    isa->transpose(rows <= cols ? y : x, rows, g, cols, rows, cols);
    memcpy(rows <= cols ? x : y, g, n * sizeof *g);
    symmetric(A, x, y, r, k, isa);
    for (int it = 0; it < 5; it++) {
        symmetric(B, A, A, r, r, isa); /* B = a I + b A + c A A */
#pragma omp simd
        for (size_t i = 0; i < rr; i++)
            B[i] = b * A[i] + c * B[i];
        for (int i = 0; i < r; i++)
            B[(size_t)i * (size_t)r + (size_t)i] += a;
        if (it == 0) {
            memcpy(Q, B, rr * sizeof *Q);
        } else {
            symmetric(T, Q, B, r, r, isa); /* Q <- Q B */
            sg_real *t = Q;
            Q = T;
            T = t;
        }
        if (it < 4) { /* A <- B A B, the Gram matrix of B x */
            symmetric(T, B, A, r, r, isa);
            symmetric(A, T, B, r, r, isa);
        }
    }
    isa->gemm(y, k, Q, r, 1, x, k, r, k, r, 0);
    if (rows <= cols)
        memcpy(g, y, n * sizeof *g);
    else
        isa->transpose(g, r, y, k, r, k);
}

/* Elements of muon's work: what sg_newton_schulz wants, then g. */
static size_t muon_work(const sg_parameter *p)
{
    size_t n = (size_t)p->rows * (size_t)p->cols;
    size_t r = (size_t)(p->rows < p->cols ? p->rows : p->cols);
    return 3 * n + 4 * r * r;
}

static void muon(sg_optim *o, const sg_parameter *p, const sg_real *grad, sg_real clip, double rate,
                 sg_real *work, const sg_isa *isa)
{
    size_t n = (size_t)p->rows * (size_t)p->cols;
    sg_real *g = work + muon_work(p) - n, *m = o->m + p->off, *w = o->params->x + p->off;
    const sg_real beta = (sg_real)o->opt.momentum;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        sg_real f = (1 - beta) * (clip * grad[i]);
        m[i] = beta * m[i] + f;
        g[i] = beta * m[i] + f;
    }
    sg_newton_schulz(g, p->rows, p->cols, work, isa);
    double lr = rate * o->opt.lr_muon;
    sg_real s = (sg_real)(lr * sqrt(fmax(1, (double)p->cols / p->rows)));
    sg_real keep = (sg_real)(1 - lr * o->opt.decay);
#pragma omp simd
    for (size_t i = 0; i < n; i++)
        w[i] = keep * w[i] - s * g[i];
}

static void adam(sg_optim *o, const sg_parameter *p, const sg_real *grad, sg_real clip, double rate)
{
    size_t n = (size_t)p->rows * (size_t)p->cols;
    sg_real *m = o->m + p->off, *v = o->v + p->off, *w = o->params->x + p->off;
    double t = (double)(o->step + 1), lr = rate * o->opt.lr_adam;
    sg_real b1 = (sg_real)o->opt.beta1, b2 = (sg_real)o->opt.beta2;
    sg_real c1 = (sg_real)(1 / (1 - pow(o->opt.beta1, t)));
    sg_real c2 = (sg_real)(1 / (1 - pow(o->opt.beta2, t)));
    sg_real keep = (sg_real)(1 - (p->rows > 1 ? lr * o->opt.decay : 0)), step = (sg_real)lr;
#pragma omp simd
    for (size_t i = 0; i < n; i++) {
        sg_real g = clip * grad[i];
        m[i] = b1 * m[i] + (1 - b1) * g;
        v[i] = b2 * v[i] + (1 - b2) * g * g;
        w[i] =
            keep * w[i] - step * (m[i] * c1) / ((sg_real)sqrt((double)(v[i] * c2)) + (sg_real)1e-8);
    }
}

static int thread(void)
{
#ifdef _OPENMP
    return omp_get_thread_num();
#else
    return 0;
#endif
}

sg_status sg_optim_step(sg_optim *o, const sg_real *grad, double rate, int threads, sg_error *err)
{
    sg_params *ps = o->params;
    const sg_isa *isa = o->opt.isa ? o->opt.isa : sg_isa_find(NULL);
    enum { PARTS = 64 };
    double part[PARTS], sum = 0;
    (void)threads; /* without OpenMP */
#pragma omp parallel for schedule(static) num_threads(threads)
    for (int k = 0; k < PARTS; k++) {
        size_t a = ps->size * (size_t)k / PARTS, b = ps->size * (size_t)(k + 1) / PARTS;
        part[k] = square_sum(grad + a, b - a);
    }
    for (int k = 0; k < PARTS; k++)
        sum += part[k];
    o->grad_norm = sqrt(sum);
    if (!isfinite(o->grad_norm))
        return sg_fail(err, SG_ENAN, "gradient is not finite at step %ld", o->step + 1);
    sg_real clip = 1;
    if (o->opt.clip > 0 && o->grad_norm > o->opt.clip)
        clip = (sg_real)(o->opt.clip / o->grad_norm);
    double decay = fmin(o->opt.ema, (1.0 + (double)o->step) / (10.0 + (double)o->step));
    sg_real keep = (sg_real)decay, add = (sg_real)(1 - decay);
    size_t most = 0;
    for (int i = 0; i < ps->count; i++)
        if (ps->p[i].hidden && !ps->p[i].fixed && muon_work(&ps->p[i]) > most)
            most = muon_work(&ps->p[i]);
    sg_real *work = malloc((size_t)threads * most * sizeof *work + 1);
    if (!work)
        return sg_fail(err, SG_ENOMEM, "no memory for an optimiser step");
#pragma omp parallel for schedule(dynamic, 1) num_threads(threads)
    for (int i = 0; i < ps->count; i++) {
        const sg_parameter *p = &ps->p[i];
        if (p->fixed)
            continue;
        if (p->hidden)
            muon(o, p, grad + p->off, clip, rate * p->rate, work + most * (size_t)thread(), isa);
        else
            adam(o, p, grad + p->off, clip, rate * p->rate);
        const sg_real *w = ps->x + p->off;
        sg_real *e = o->ema + p->off;
#pragma omp simd
        for (size_t k = 0; k < (size_t)p->rows * (size_t)p->cols; k++)
            e[k] = keep * e[k] + add * w[k];
        if (ps->xt)
            isa->transpose(ps->xt + p->off, p->rows, w, p->cols, p->rows, p->cols);
    }
    free(work);
    o->step++;
    return SG_OK;
}
