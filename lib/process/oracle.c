#include <config.h>
#include <sigen/oracle.h>

#include "dense.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "constants.h"

typedef struct mixture {
    size_t n;
    double *w, *mean, *cov;
} mixture;

struct sg_oracle {
    const sg_system *sys;
    size_t d, n_pair;
    int own_base; /* the base's mean is the state's mu */
    mixture m0, m1;
    double *sigma; /* (d x d) base covariance, for the score's metric; NULL = white */
    /* per time */
    double t;
    int ready;
    size_t len[SG_MAX_COMPONENTS];
    double *ca, *cb, *da, *db, *g2, *gg; /* (d) coefficients per value; g2 = gamma^2 */
    double *prec;                        /* (n_pair x d x d) C^{-1} */
    double *lognorm;                     /* (n_pair) */
    double *trace;                       /* (n_pair) tr(S C^{-1}) */
    /* per state */
    double *x, *mu, *q, *resp, *D0, *D1, *qbar, *d0, *d1, *tmp;
    void *block;
};

static void copy_mixture(mixture *m, const sg_gm *g, double **p)
{
    size_t d = g->dim;
    double sum = 0;
    m->n = g->n;
    m->w = *p;
    m->mean = m->w + g->n;
    m->cov = m->mean + g->n * d;
    *p = m->cov + g->n * d * d;
    for (size_t i = 0; i < g->n; i++)
        sum += g->w[i];
    for (size_t i = 0; i < g->n; i++)
        m->w[i] = g->w[i] / sum;
    memcpy(m->mean, g->mean, g->n * d * sizeof(double));
    memcpy(m->cov, g->cov, g->n * d * d * sizeof(double));
}

static sg_status check_gm(const sg_gm *g, size_t d, const char *which, sg_error *err)
{
    double sum = 0;
    if (!g->n || g->dim != d || !d)
        return sg_fail(err, SG_EINVAL, "%s mixture: %zu parts of dimension %zu, expected %zu",
                       which, g->n, g->dim, d);
    for (size_t i = 0; i < g->n; i++) {
        if (!(g->w[i] >= 0))
            return sg_fail(err, SG_EINVAL, "%s mixture: weight %zu is %g", which, i, g->w[i]);
        sum += g->w[i];
    }
    if (!(sum > 0 && isfinite(sum)))
        return sg_fail(err, SG_EINVAL, "%s mixture: weights sum to %g", which, sum);
    for (size_t i = 0; i < g->n; i++)
        for (size_t j = 0; j < d * d; j++) {
            double a = g->cov[i * d * d + j], b = g->cov[i * d * d + j % d * d + j / d];
            if (!(fabs(a - b) <= 1e-12 * (fabs(a) + fabs(b))))
                return sg_fail(err, SG_EINVAL, "%s mixture: covariance %zu is not symmetric", which,
                               i);
        }
    return SG_OK;
}

/* The base covariance of one component: P L L^T P, and 1 across the space's constraints, where it
 * keeps C invertible and touches nothing. */
static void base_block(const sg_component *c, size_t d, double *sigma, double *row)
{
    size_t n = d / c->width;
    memset(sigma, 0, d * d * sizeof *sigma);
    for (size_t i = 0; i < d; i++) {
        memset(row, 0, d * sizeof *row);
        row[i] = 1;
        c->map->apply(c->map, row, n, c->width);
        c->space->project(row, n, c->width);
        for (size_t j = 0; j < d; j++)
            for (size_t k = 0; k < d; k++)
                sigma[j * d + k] += row[j] * row[k];
        memset(row, 0, d * sizeof *row);
        row[i] = 1;
        c->space->project(row, n, c->width);
        for (size_t j = 0; j < d; j++)
            sigma[j * d + i] += (j == i) - row[j];
    }
}

static sg_status own_base(sg_oracle *o, double *sigma, double *row, sg_error *err)
{
    size_t n_cont = 0;
    const sg_component *mapped = NULL;
    for (size_t i = 0; i < o->sys->n; i++) {
        const sg_component *c = &o->sys->c[i];
        n_cont += !c->space->categorical;
        if (!c->space->categorical && c->map)
            mapped = c;
    }
    for (size_t i = 0; i < o->d; i++)
        sigma[i * o->d + i] = 1;
    if (!mapped)
        return SG_OK;
    if (n_cont > 1) /* which values are the component's is known only from a state */
        return sg_fail(err, SG_ENOTSUP,
                       "an oracle over %zu components takes no base map; give the base", n_cont);
    base_block(mapped, o->d, sigma, row);
    o->sigma = sigma;
    return SG_OK;
}

sg_status sg_oracle_new(sg_oracle **out, const sg_system *sys, const sg_gm *base, const sg_gm *data,
                        sg_error *err)
{
    size_t d = data->dim, n0 = base ? base->n : 1;
    *out = NULL;
    sg_status st = check_gm(data, d, "data", err);
    if (st == SG_OK && base)
        st = check_gm(base, d, "base", err);
    if (st == SG_OK)
        st = sg_system_check(sys, err);
    if (st != SG_OK)
        return st;
    if (d > 4096 || data->n > 4096 || n0 > 4096)
        return sg_fail(err, SG_ELIMIT, "an oracle takes at most 4096 dimensions and parts");
    size_t np = n0 * data->n, dd = d * d;
    size_t size = (n0 + data->n) * (1 + d + dd) + np * (dd + 2) + 2 * dd + 16 * d + np * (d + 1);
    sg_oracle *o = calloc(1, sizeof *o);
    double *p = calloc(size, sizeof *p);
    if (!o || !p) {
        free(o);
        free(p);
        return sg_fail(err, SG_ENOMEM, "no room for an oracle of dimension %zu", d);
    }
    *o = (sg_oracle){.sys = sys, .d = d, .n_pair = np, .own_base = !base, .block = p};
    double **take[] = {&o->ca, &o->cb, &o->da, &o->db,   &o->g2, &o->gg, &o->x,
                       &o->mu, &o->D0, &o->D1, &o->qbar, &o->d0, &o->d1};
    for (size_t i = 0; i < sizeof take / sizeof *take; i++, p += d)
        *take[i] = p;
    o->prec = p;
    o->lognorm = o->prec + np * dd;
    o->trace = o->lognorm + np;
    o->resp = o->trace + np;
    o->q = o->resp + np;
    o->tmp = o->q + np * d;
    p = o->tmp + dd;
    copy_mixture(&o->m1, data, &p);
    if (base) {
        copy_mixture(&o->m0, base, &p);
    } else {
        double one = 1, *zero = o->x;
        st = own_base(o, o->prec, o->tmp, err); /* prec is free until the first evaluation */
        sg_gm g = {1, d, &one, zero, o->prec};
        copy_mixture(&o->m0, &g, &p);
        if (o->sigma)
            o->sigma = o->m0.cov;
    }
    if (st != SG_OK) {
        sg_oracle_free(o);
        return st;
    }
    *out = o;
    return SG_OK;
}

void sg_oracle_free(sg_oracle *o)
{
    if (o)
        free(o->block);
    free(o);
}

static void spread(sg_oracle *o, const sg_state *s, double t)
{
    size_t at = 0;
    for (size_t k = 0; k < o->sys->n; k++) {
        sg_coeff c;
        sg_path_coeff(&o->sys->c[k].path, t, &c);
        for (size_t i = 0; s->slot[k].x && i < s->slot[k].len; i++, at++) {
            o->ca[at] = c.alpha;
            o->cb[at] = c.beta;
            o->da[at] = c.dalpha;
            o->db[at] = c.dbeta;
            o->g2[at] = c.gamma * c.gamma;
            o->gg[at] = c.gg;
        }
    }
}

static sg_status check_state(const sg_oracle *o, const sg_state *s, sg_error *err)
{
    size_t len = 0;
    for (size_t k = 0; k < o->sys->n; k++)
        len += s->slot[k].x ? s->slot[k].len : 0;
    if (len != o->d)
        return sg_fail(err, SG_EINVAL, "a state of %zu values, an oracle of %zu", len, o->d);
    return SG_OK;
}

/* Everything that depends on t alone. */
static sg_status prepare(sg_oracle *o, double t, const sg_state *s, sg_error *err)
{
    size_t d = o->d;
    int same = o->ready && o->t == t;
    for (size_t k = 0; k < o->sys->n; k++) {
        same = same && o->len[k] == s->slot[k].len;
        o->len[k] = s->slot[k].len;
    }
    if (same)
        return SG_OK;
    o->ready = 0;
    spread(o, s, t);
    for (size_t p = 0; p < o->n_pair; p++) {
        const double *c0 = o->m0.cov + p / o->m1.n * d * d, *c1 = o->m1.cov + p % o->m1.n * d * d;
        double *C = o->prec + p * d * d, logdet, tr = 0;
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j < d; j++)
                C[i * d + j] =
                    o->ca[i] * c0[i * d + j] * o->ca[j] + o->cb[i] * c1[i * d + j] * o->cb[j];
            C[i * d + i] += o->g2[i];
        }
        if (!sg_i_spd_inverse(C, d, o->tmp, &logdet))
            return sg_fail(err, SG_EDOM, "the oracle's covariance is singular at t = %g", t);
        for (size_t i = 0; i < d; i++) {
            for (size_t j = 0; j < d; j++)
                tr += (o->da[i] * c0[i * d + j] * o->ca[j] + o->db[i] * c1[i * d + j] * o->cb[j]) *
                      C[j * d + i];
            tr += o->gg[i] * C[i * d + i];
        }
        double w = o->m0.w[p / o->m1.n] * o->m1.w[p % o->m1.n];
        o->trace[p] = tr;
        o->lognorm[p] = log(w) - 0.5 * logdet - 0.5 * (double)d * LOG_2PI;
    }
    o->t = t;
    o->ready = 1;
    return SG_OK;
}

static void load(sg_oracle *o, const sg_state *s)
{
    size_t at = 0;
    for (size_t k = 0; k < o->sys->n; k++)
        for (size_t i = 0; s->slot[k].x && i < s->slot[k].len; i++, at++) {
            o->x[at] = s->slot[k].x[i];
            o->mu[at] = s->slot[k].mu ? s->slot[k].mu[i] : 0;
        }
}

static double base_mean(const sg_oracle *o, size_t p, size_t i)
{
    return o->own_base ? o->mu[i] : o->m0.mean[p / o->m1.n * o->d + i];
}

/* q of every pair, responsibilities; returns log rho. */
static double respond(sg_oracle *o)
{
    size_t d = o->d;
    double top = -INFINITY, sum = 0;
    for (size_t p = 0; p < o->n_pair; p++) {
        const double *P = o->prec + p * d * d, *m1 = o->m1.mean + p % o->m1.n * d;
        double *q = o->q + p * d, quad = 0;
        for (size_t i = 0; i < d; i++)
            o->tmp[i] = o->x[i] - o->mu[i] - o->ca[i] * (base_mean(o, p, i) - o->mu[i]) -
                        o->cb[i] * (m1[i] - o->mu[i]);
        for (size_t i = 0; i < d; i++) {
            double v = 0;
            for (size_t j = 0; j < d; j++)
                v += P[i * d + j] * o->tmp[j];
            q[i] = v;
            quad += v * o->tmp[i];
        }
        o->resp[p] = o->lognorm[p] - 0.5 * quad;
        if (o->resp[p] > top)
            top = o->resp[p];
    }
    for (size_t p = 0; p < o->n_pair; p++)
        sum += o->resp[p] = exp(o->resp[p] - top);
    for (size_t p = 0; p < o->n_pair; p++)
        o->resp[p] /= sum;
    return top + log(sum);
}

/* d0 = C0 A q, d1 = C1 B q of one pair, without the means */
static void pair_means(sg_oracle *o, size_t p, const double *q)
{
    size_t d = o->d;
    const double *c0 = o->m0.cov + p / o->m1.n * d * d, *c1 = o->m1.cov + p % o->m1.n * d * d;
    for (size_t i = 0; i < d; i++) {
        double a = 0, b = 0;
        for (size_t j = 0; j < d; j++) {
            a += c0[i * d + j] * o->ca[j] * q[j];
            b += c1[i * d + j] * o->cb[j] * q[j];
        }
        o->d0[i] = a + base_mean(o, p, i);
        o->d1[i] = b + o->m1.mean[p % o->m1.n * d + i];
    }
}

static void means(sg_oracle *o)
{
    size_t d = o->d;
    memset(o->D0, 0, d * sizeof *o->D0);
    memset(o->D1, 0, d * sizeof *o->D1);
    memset(o->qbar, 0, d * sizeof *o->qbar);
    for (size_t p = 0; p < o->n_pair; p++) {
        if (o->resp[p] == 0)
            continue;
        pair_means(o, p, o->q + p * d);
        for (size_t i = 0; i < d; i++) {
            o->D0[i] += o->resp[p] * o->d0[i];
            o->D1[i] += o->resp[p] * o->d1[i];
            o->qbar[i] += o->resp[p] * o->q[p * d + i];
        }
    }
}

static double value(const sg_oracle *o, const sg_path *path, sg_param want, size_t i)
{
    double D0 = o->D0[i] - o->mu[i], D1 = o->D1[i] - o->mu[i], s = -o->qbar[i];
    switch (want) {
    case SG_PARAM_B:
        return o->da[i] * D0 + o->db[i] * D1 - o->gg[i] * s;
    case SG_PARAM_V:
        return o->da[i] * D0 + o->db[i] * D1;
    case SG_PARAM_S:
        if (o->sigma) {
            s = 0;
            for (size_t j = 0; j < o->d; j++)
                s -= o->sigma[i * o->d + j] * o->qbar[j];
        }
        return s;
    case SG_PARAM_D0:
        return o->D0[i];
    case SG_PARAM_D1:
        return o->D1[i];
    case SG_PARAM_E:
        return sg_path_one_sided(path) ? D0 : -sqrt(o->g2[i]) * s;
    case SG_PARAM_VPRED:
        return o->cb[i] * D0 - o->ca[i] * D1;
    case SG_PARAM_NONE:
        break;
    }
    return 0;
}

static sg_status oracle_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                             sg_pred *const *out, sg_error *err)
{
    sg_oracle *o = f->work;
    sg_status st = SG_OK;
    for (size_t i = 0; st == SG_OK && i < count; i++) {
        st = check_state(o, x[i], err);
        if (st == SG_OK)
            st = prepare(o, t, x[i], err);
        if (st != SG_OK)
            break;
        load(o, x[i]);
        respond(o);
        means(o);
        size_t at = 0;
        for (size_t k = 0; k < o->sys->n; k++) {
            const sg_slot *s = &x[i]->slot[k];
            const sg_path *path = &o->sys->c[k].path;
            if (!s->x)
                continue;
            for (size_t j = 0; j < s->len; j++) {
                out[i]->v[k][j] = value(o, path, f->param[k][0], at + j);
                if (f->param[k][1] != SG_PARAM_NONE)
                    out[i]->v[k][s->len + j] = value(o, path, f->param[k][1], at + j);
            }
            at += s->len;
        }
        out[i]->valid = 1;
    }
    return st;
}

/* div b = sum_p r_p (tr(S C^{-1}) + b_p . (s_p - s)) */
static sg_status oracle_div(const sg_field *f, double t, const sg_state *const *x, size_t count,
                            double *div, sg_error *err)
{
    sg_oracle *o = f->work;
    size_t d = o->d;
    for (size_t n = 0; n < count; n++) {
        sg_status st = check_state(o, x[n], err);
        if (st == SG_OK)
            st = prepare(o, t, x[n], err);
        if (st != SG_OK)
            return st;
        load(o, x[n]);
        respond(o);
        means(o);
        div[n] = 0;
        for (size_t p = 0; p < o->n_pair; p++) {
            const double *q = o->q + p * d;
            double v = o->trace[p];
            pair_means(o, p, q);
            for (size_t i = 0; i < d; i++)
                v += (o->da[i] * (o->d0[i] - o->mu[i]) + o->db[i] * (o->d1[i] - o->mu[i]) +
                      o->gg[i] * q[i]) *
                     (o->qbar[i] - q[i]);
            div[n] += o->resp[p] * v;
        }
    }
    return SG_OK;
}

sg_status sg_oracle_logp(sg_oracle *o, double t, const sg_state *const *x, size_t count,
                         double *logp, sg_error *err)
{
    for (size_t n = 0; n < count; n++) {
        sg_status st = check_state(o, x[n], err);
        if (st == SG_OK)
            st = prepare(o, t, x[n], err);
        if (st != SG_OK)
            return st;
        load(o, x[n]);
        logp[n] = respond(o);
    }
    return SG_OK;
}

sg_field sg_oracle_field(sg_oracle *o, sg_param p0, sg_param p1)
{
    sg_field f = {
        .name = "oracle", .sys = o->sys, .eval = oracle_eval, .div = oracle_div, .work = o};
    for (size_t k = 0; k < o->sys->n; k++) {
        f.param[k][0] = p0;
        f.param[k][1] = sg_path_one_sided(&o->sys->c[k].path) ? SG_PARAM_NONE : p1;
    }
    return f;
}
