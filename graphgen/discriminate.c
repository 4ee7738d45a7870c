/* A logistic regression that tells generated graphs from real ones. */
#include <config.h>

#include <math.h>
#include <sigen/rng.h>
#include <stdlib.h>
#include <string.h>

#include "profile.h"

enum { FOLDS = 5, MOST = 2000, TURNS = 50 };

/* Features: histograms in coarser bins, long degrees together, orbits as logarithms. */
static size_t width(sg_graph_stat stat, size_t len)
{
    switch (stat) {
    case SG_GRAPH_DEGREE:
        return len < 64 ? len : 64;
    case SG_GRAPH_ORBIT:
    case SG_GRAPH_ORBIT5:
        return len;
    default:
        return len / 5;
    }
}

static void features(double *x, size_t p, sg_graph_stat stat, const double *row, size_t len)
{
    for (size_t k = 0; k < p; k++)
        x[k] = 0;
    for (size_t k = 0; k < len; k++)
        if (stat == SG_GRAPH_ORBIT || stat == SG_GRAPH_ORBIT5)
            x[k] = log1p(row[k]);
        else if (stat == SG_GRAPH_DEGREE)
            x[k < p ? k : p - 1] += row[k];
        else
            x[k / 5] += row[k];
}

/* n graphs, the even ones real, the odd ones generated; the fold of i is i / 2 % FOLDS. */
typedef struct table {
    size_t n, p; /* p features and behind them the constant 1: rows of p + 1 */
    double *x;
} table;

/* Columns to mean 0 and variance 1 over the graphs outside the fold. */
static void standardise(const table *t, double *z, size_t fold)
{
    size_t q = t->p + 1;
    for (size_t k = 0; k < t->p; k++) {
        double sum = 0, square = 0, n = 0;
        for (size_t i = 0; i < t->n; i++)
            if (i / 2 % FOLDS != fold) {
                sum += t->x[i * q + k];
                n++;
            }
        double mean = sum / n;
        for (size_t i = 0; i < t->n; i++)
            if (i / 2 % FOLDS != fold)
                square += (t->x[i * q + k] - mean) * (t->x[i * q + k] - mean);
        double sd = sqrt(square / n);
        for (size_t i = 0; i < t->n; i++)
            z[i * q + k] = sd > 1e-12 ? (t->x[i * q + k] - mean) / sd : 0;
    }
    for (size_t i = 0; i < t->n; i++)
        z[i * q + t->p] = 1;
}

static double score(const double *z, const double *w, size_t q)
{
    double s = 0;
#pragma omp simd reduction(+ : s)
    for (size_t k = 0; k < q; k++)
        s += z[k] * w[k];
    return s;
}

/* -log p of the right class; odd graphs are class 1. */
static double loss_of(double s, size_t i)
{
    s = i % 2 ? s : -s;
    return s > 0 ? log1p(exp(-s)) : -s + log1p(exp(s));
}

static double objective(const table *t, const double *z, const double *w, size_t fold)
{
    size_t q = t->p + 1;
    double sum = 0;
    for (size_t i = 0; i < t->n; i++)
        if (i / 2 % FOLDS != fold)
            sum += loss_of(score(z + i * q, w, q), i);
    for (size_t k = 0; k < t->p; k++)
        sum += w[k] * w[k] / 2;
    return sum;
}

/* Solves h y = g in place of g by Cholesky; h (q,q) positive definite, lower half used. */
static void solve(double *h, double *g, size_t q)
{
    for (size_t j = 0; j < q; j++) {
        for (size_t i = j; i < q; i++) {
            double s = h[i * q + j] - score(h + i * q, h + j * q, j);
            h[i * q + j] = i == j ? sqrt(s) : s / h[j * q + j];
        }
        g[j] = (g[j] - score(h + j * q, g, j)) / h[j * q + j];
    }
    for (size_t j = q; j-- > 0;) {
        g[j] /= h[j * q + j];
        for (size_t i = 0; i < j; i++)
            g[i] -= h[j * q + i] * g[j];
    }
}

/* Newton's direction for w into g. */
static void newton(const table *t, const double *z, const double *w, double *h, double *g,
                   size_t fold)
{
    size_t q = t->p + 1;
    memset(h, 0, q * q * sizeof *h);
    for (size_t k = 0; k < q; k++) {
        h[k * q + k] = k < t->p ? 1 : 1e-9;
        g[k] = k < t->p ? -w[k] : 0;
    }
    for (size_t i = 0; i < t->n; i++) {
        if (i / 2 % FOLDS == fold)
            continue;
        const double *x = z + i * q;
        double prob = 1 / (1 + exp(-score(x, w, q))), r = (double)(i % 2) - prob;
        double v = prob * (1 - prob);
        for (size_t k = 0; k < q; k++) {
            double *row = h + k * q, vx = v * x[k];
            g[k] += r * x[k];
#pragma omp simd
            for (size_t l = 0; l <= k; l++)
                row[l] += vx * x[l];
        }
    }
    solve(h, g, q);
}

/* Fits outside the fold; adds what it sees inside. work: n q + q q + 3 q. */
static void one_fold(const table *t, size_t fold, double *work, double *right, double *bits)
{
    size_t q = t->p + 1;
    double *z = work, *h = z + t->n * q, *w = h + q * q, *g = w + q, *trial = g + q;
    standardise(t, z, fold);
    memset(w, 0, q * sizeof *w);
    double now = objective(t, z, w, fold);
    for (int turn = 0; turn < TURNS; turn++) {
        double step = 1, then = now;
        newton(t, z, w, h, g, fold);
        for (; step > 1e-4; step /= 2) {
            for (size_t k = 0; k < q; k++)
                trial[k] = w[k] + step * g[k];
            then = objective(t, z, trial, fold);
            if (then < now)
                break;
        }
        if (!(then < now))
            break;
        memcpy(w, trial, q * sizeof *w);
        int done = now - then < 1e-10 * now;
        now = then;
        if (done)
            break;
    }
    *right = *bits = 0;
    for (size_t i = 0; i < t->n; i++)
        if (i / 2 % FOLDS == fold) {
            double s = score(z + i * q, w, q);
            *right += s == 0 ? 0.5 : (s > 0) == (i % 2 == 1);
            *bits -= loss_of(s, i) / log(2);
        }
}

static sg_status one_stat(const table *t, double *accuracy, double *js, sg_error *err)
{
    size_t q = t->p + 1, size = t->n * q + q * q + 3 * q;
    double right[FOLDS], bits[FOLDS], *work = malloc(FOLDS * size * sizeof *work);
    if (!work)
        return sg_fail(err, SG_ENOMEM, "no memory for a classifier of %zu features", t->p);
#pragma omp parallel for schedule(dynamic, 1)
    for (int f = 0; f < FOLDS; f++)
        one_fold(t, (size_t)f, work + (size_t)f * size, &right[f], &bits[f]);
    free(work);
    *accuracy = *js = 0;
    for (int f = 0; f < FOLDS; f++) {
        *accuracy += right[f];
        *js += bits[f];
    }
    *accuracy /= (double)t->n;
    *js /= (double)t->n;
    *js = *js + 1 > 0 ? *js + 1 : 0;
    return SG_OK;
}

/* m of n indices without replacement, in random order. */
static void choose(size_t *at, size_t n, sg_rng *r)
{
    for (size_t i = 0; i < n; i++)
        at[i] = i;
    for (size_t i = 0; i + 1 < n; i++) {
        size_t j = i + sg_rng_below(r, (uint32_t)(n - i)), t = at[i];
        at[i] = at[j];
        at[j] = t;
    }
}

static sg_status judge(sg_graph_discrepancy *d, sg_graph_stat stat, const sg_graph_profile *ref,
                       const size_t *ref_at, const sg_graph_profile *gen, const size_t *gen_at,
                       sg_error *err)
{
    size_t len = ref->len[stat] > gen->len[stat] ? ref->len[stat] : gen->len[stat];
    table t = {.n = 2 * d->per_class, .p = width(stat, len)};
    t.x = calloc(t.n * (t.p + 1), sizeof *t.x);
    if (!t.x)
        return sg_fail(err, SG_ENOMEM, "no memory for a classifier of %zu graphs", t.n);
    for (size_t i = 0; i < t.n; i++) {
        const sg_graph_profile *p = i % 2 ? gen : ref;
        size_t k = (i % 2 ? gen_at : ref_at)[i / 2];
        features(t.x + i * (t.p + 1), t.p, stat, p->row[stat] + k * p->len[stat], p->len[stat]);
    }
    sg_status s = one_stat(&t, &d->accuracy[stat], &d->js[stat], err);
    free(t.x);
    return s;
}

sg_status sg_graph_discriminate(sg_graph_discrepancy *d, const sg_graph_profile *ref,
                                const sg_graph_profile *gen, uint64_t seed, sg_error *err)
{
    sg_rng r;
    memset(d, 0, sizeof *d);
    d->best_accuracy = d->best_js = NAN;
    for (int k = 0; k < SG_GRAPH_STATS; k++)
        d->accuracy[k] = d->js[k] = NAN;
    d->per_class = ref->n < gen->n ? ref->n : gen->n;
    if (d->per_class < 8)
        return sg_fail(err, SG_EINVAL, "%zu graphs of a kind are too few to tell them apart",
                       d->per_class);
    d->per_class = d->per_class > MOST ? MOST : d->per_class;
    size_t *at = malloc((ref->n + gen->n) * sizeof *at);
    if (!at)
        return sg_fail(err, SG_ENOMEM, "no memory for a classifier");
    sg_rng_init(&r, seed, 0, 1);
    choose(at, ref->n, &r);
    choose(at + ref->n, gen->n, &r);
    sg_status s = SG_OK;
    for (int k = 0; k < SG_GRAPH_STATS && s == SG_OK; k++) {
        if (!ref->len[k] || !gen->len[k])
            continue;
        s = judge(d, (sg_graph_stat)k, ref, at, gen, at + ref->n, err);
        if (s == SG_OK && !(d->js[k] <= d->best_js)) {
            d->best = (sg_graph_stat)k;
            d->best_js = d->js[k];
            d->best_accuracy = d->accuracy[k];
        }
    }
    free(at);
    return s;
}
