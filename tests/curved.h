/* Exact fields on rotations and angles: mixtures of heat kernels, which stay such on heat-kernel
 * paths. */
#ifndef SG_TESTS_CURVED_H
#define SG_TESTS_CURVED_H

#include <sigen/curved.h>
#include <sigen/so3.h>
#include <sigen/system.h>

#include <math.h>
#include <string.h>

#define CURVED_PI 3.14159265358979323846

/* Wrapped normal: log density with respect to the uniform law, and its slope. */
static double wrapped_logf(double d, double s2, double *slope)
{
    double f = 0, df = 0;
    for (int k = -4; k <= 4; k++) {
        double y = d + 2 * CURVED_PI * k, g;
        if (s2 < 2) {
            g = sqrt(2 * CURVED_PI / s2) * exp(-y * y / (2 * s2));
            f += g;
            df -= y / s2 * g;
        } else { /* Fourier */
            g = exp(-0.5 * k * k * s2);
            f += g * cos(k * d);
            df -= k * g * sin(k * d);
        }
    }
    *slope = df / f;
    return log(f);
}

/* Product of kernels about m: v = score at x, returns the log density. */
static double kernel_score(const sg_space *sp, double *v, const double *x, const double *m,
                           double s2, size_t len)
{
    double logf = 0;
    for (size_t i = 0; i < len; i += sp == &sg_space_so3 ? 3 : 1) {
        if (sp == &sg_space_so3) {
            logf += sg_igso3_score(v + i, x + i, m + i, s2);
        } else {
            sp->log(v + i, m + i, x + i, 1, 1);
            logf += wrapped_logf(v[i], s2, &v[i]);
        }
    }
    return logf;
}

/* sum_j w_j prod_i kernel(m_ji, s2_j) in component 0. */
typedef struct kernels {
    size_t n;                 /* at most 4 */
    const double *w, *m, *s2; /* m: (n, len) */
} kernels;

/* As param[0] says: s, or b by the library's conversion; (b, s) in both places. */
__attribute__((unused)) static sg_status heat_eval(const sg_field *f, double t,
                                                   const sg_state *const *x, size_t count,
                                                   sg_pred *const *out, sg_error *err)
{
    static const sg_param score[2] = {SG_PARAM_S, SG_PARAM_NONE};
    const kernels *d = f->data;
    const sg_component *c = &f->sys->c[0];
    sg_status st = SG_OK;
    sg_coeff at;
    sg_path_coeff(&c->path, t, &at);
    for (size_t i = 0; st == SG_OK && i < count; i++) {
        const sg_slot *s = &x[i]->slot[0];
        double v[4][64], top = -INFINITY, sum = 0, logp[4];
        double *y = out[i]->v[0];
        for (size_t j = 0; j < d->n; j++) {
            logp[j] = log(d->w[j]) + kernel_score(c->space, v[j], s->x, d->m + j * s->len,
                                                  d->s2[j] + at.alpha * at.alpha, s->len);
            top = fmax(top, logp[j]);
        }
        memset(y, 0, s->len * sizeof *y);
        for (size_t j = 0; j < d->n; j++)
            sum += exp(logp[j] - top);
        for (size_t j = 0; j < d->n; j++)
            for (size_t k = 0; k < s->len; k++)
                y[k] += exp(logp[j] - top) / sum * v[j][k];
        if (f->param[0][0] == SG_PARAM_B)
            st = sg_curved_convert(c->space, &c->path, t, score, s->x, y, NULL, SG_PARAM_B, y, s->n,
                                   c->width, err);
        out[i]->valid = 1;
    }
    return st;
}

/* All data in one point, f->data; D1, or b by the library's conversion. */
__attribute__((unused)) static sg_status point_eval(const sg_field *f, double t,
                                                    const sg_state *const *x, size_t count,
                                                    sg_pred *const *out, sg_error *err)
{
    static const sg_param point[2] = {SG_PARAM_D1, SG_PARAM_NONE};
    sg_status st = SG_OK;
    for (size_t i = 0; st == SG_OK && i < count; i++) {
        for (size_t k = 0; st == SG_OK && k < f->sys->n; k++) {
            const sg_component *c = &f->sys->c[k];
            const sg_slot *s = &x[i]->slot[k];
            const double *m = ((const double *const *)f->data)[k];
            if (c->space->flat)
                st = sg_convert(&c->path, t, point, s->x, NULL, m, NULL, f->param[k][0],
                                out[i]->v[k], s->len, err);
            else
                st = sg_curved_convert(c->space, &c->path, t, point, s->x, m, NULL, f->param[k][0],
                                       out[i]->v[k], s->n, c->width, err);
        }
        out[i]->valid = 1;
    }
    return st;
}

#endif
