/* Draws of the generated graphs and subsets of the training set, each against the reference. */
#include <config.h>

#include <math.h>
#include <sigen/rng.h>
#include <stdlib.h>
#include <string.h>

#include "mmd.h"

typedef struct comparing {
    sg_graph_comparison *c;
    const sg_graph_suite *suite;
    const sg_graph_profile *ref, *gen, *train;
    size_t *subset;                /* (n_floor, draw_size) indices into train */
    double *draw[SG_GRAPH_STATS];  /* (n_draws) */
    double *floor[SG_GRAPH_STATS]; /* (n_floor) */
    double *average;               /* (max of n_draws, n_floor) */
    double *work, *cross, *gram;   /* (most graphs), the same, (n_train, n_train) */
} comparing;

static int ascending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

/* Between the two nearest ranks. */
static double quantile(const double *sorted, size_t n, double q)
{
    double at = q * (double)(n - 1);
    size_t k = (size_t)at;
    return k + 1 < n ? sorted[k] + (at - (double)k) * (sorted[k + 1] - sorted[k]) : sorted[n - 1];
}

/* Sorts x. */
static sg_graph_spread spread(double *x, size_t n)
{
    sg_graph_spread s = {NAN, NAN, NAN, NAN};
    double sum = 0, square = 0;
    if (n == 0)
        return s;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    s.mean = sum / (double)n;
    if (n == 1)
        return s;
    for (size_t i = 0; i < n; i++)
        square += (x[i] - s.mean) * (x[i] - s.mean);
    s.sd = sqrt(square / (double)(n - 1));
    qsort(x, n, sizeof *x, ascending);
    s.p05 = quantile(x, n, 0.05);
    s.p95 = quantile(x, n, 0.95);
    return s;
}

/* Below this a floor is rounding. */
static double ratio(double value, double floor)
{
    return floor > 1e-12 ? value / floor : NAN;
}

static void choose_subsets(comparing *w, uint64_t seed, size_t *pool)
{
    size_t n = w->train->n, m = w->c->draw_size;
    for (size_t k = 0; k < w->c->n_floor; k++) {
        sg_rng r;
        sg_rng_init(&r, seed, k, 0);
        for (size_t i = 0; i < n; i++)
            pool[i] = i;
        for (size_t i = 0; i < m; i++) {
            size_t j = i + sg_rng_below(&r, (uint32_t)(n - i)), t = pool[i];
            pool[i] = pool[j];
            pool[j] = t;
            w->subset[k * m + i] = pool[i];
        }
    }
}

static void against_gen(comparing *w, sg_graph_score *s, const sg_i_rows *ref, const sg_i_rows *gen,
                        double within_ref, double *draw)
{
    double n = (double)gen->n, r = (double)ref->n, total = 0;
    size_t m = w->c->draw_size;
    sg_i_row_sums(w->cross, gen, ref);
    for (size_t i = 0; i < gen->n; i++)
        total += w->cross[i];
    s->mmd = within_ref + sg_i_self_sum(gen, w->work) / (n * n) - 2 * total / (n * r);
    for (size_t d = 0; d < w->c->n_draws; d++) {
        sg_i_rows part = *gen;
        double cross = 0, size = (double)m;
        part.n = m;
        part.v += d * m * gen->len;
        for (size_t i = 0; i < m; i++)
            cross += w->cross[d * m + i];
        draw[d] =
            within_ref + sg_i_self_sum(&part, w->work) / (size * size) - 2 * cross / (size * r);
    }
}

static void against_train(comparing *w, sg_graph_score *s, const sg_i_rows *ref,
                          const sg_i_rows *train, double within_ref, double *floor)
{
    size_t n = train->n, m = w->c->draw_size;
    double all = 0, cross = 0, r = (double)ref->n;
    sg_i_row_sums(w->cross, train, ref);
#pragma omp parallel for schedule(dynamic, 4)
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            w->gram[i * n + j] = w->gram[j * n + i] = sg_i_kernel(train, i, train, j);
    for (size_t i = 0; i < n; i++)
        cross += w->cross[i];
    for (size_t i = 0; i < n * n; i++)
        all += w->gram[i];
    s->train = within_ref + all / ((double)n * (double)n) - 2 * cross / ((double)n * r);
#pragma omp parallel for
    for (size_t k = 0; k < w->c->n_floor; k++) {
        const size_t *at = w->subset + k * m;
        double self = 0, other = 0, size = (double)m;
        for (size_t i = 0; i < m; i++) {
            other += w->cross[at[i]];
            for (size_t j = 0; j < m; j++)
                self += w->gram[at[i] * n + at[j]];
        }
        floor[k] = within_ref + self / (size * size) - 2 * other / (size * r);
    }
}

static sg_status one(comparing *w, sg_graph_stat stat, sg_error *err)
{
    sg_i_rows ref = {0}, gen = {0}, train = {0};
    sg_graph_score *score = &w->c->stat[stat];
    sg_status s = sg_i_rows_make(&ref, w->ref, w->suite, stat, err);
    if (s == SG_OK)
        s = sg_i_rows_make(&gen, w->gen, w->suite, stat, err);
    if (s == SG_OK && w->c->n_train)
        s = sg_i_rows_make(&train, w->train, w->suite, stat, err);
    if (s == SG_OK) {
        double r = (double)ref.n, within_ref = sg_i_self_sum(&ref, w->work) / (r * r);
        against_gen(w, score, &ref, &gen, within_ref, w->draw[stat]);
        if (w->c->n_train)
            against_train(w, score, &ref, &train, within_ref, w->floor[stat]);
    }
    sg_i_rows_clear(&ref);
    sg_i_rows_clear(&gen);
    sg_i_rows_clear(&train);
    return s;
}

/* ---- averages -------------------------------------------------------------------------------- */

static int has(const comparing *w, int stat)
{
    return w->ref->len[stat] && w->gen->len[stat] && (!w->c->n_train || w->train->len[stat]);
}

static void mean_of_three(comparing *w, double *const value[], size_t n, sg_graph_spread *out)
{
    for (size_t k = 0; k < n; k++)
        w->average[k] =
            (value[SG_GRAPH_DEGREE][k] + value[SG_GRAPH_CLUSTERING][k] + value[SG_GRAPH_ORBIT][k]) /
            3;
    *out = spread(w->average, n);
}

static void averages(comparing *w)
{
    sg_graph_comparison *c = w->c;
    const sg_graph_score *s = c->stat;
    if (!has(w, SG_GRAPH_DEGREE) || !has(w, SG_GRAPH_CLUSTERING) || !has(w, SG_GRAPH_ORBIT))
        return;
    c->average.mmd = (s[0].mmd + s[1].mmd + s[2].mmd) / 3;
    c->average.train = (s[0].train + s[1].train + s[2].train) / 3;
    mean_of_three(w, w->draw, c->n_draws, &c->average.draws);
    mean_of_three(w, w->floor, c->n_floor, &c->average.floor);
    c->average.ratio = ratio(c->average.draws.mean, c->average.floor.mean);
}

static void finish(comparing *w)
{
    sg_graph_comparison *c = w->c;
    double sum = 0;
    int count = 0;
    averages(w);
    for (int k = 0; k < SG_GRAPH_STATS; k++) {
        sg_graph_score *s = &c->stat[k];
        if (!has(w, k))
            continue;
        s->draws = spread(w->draw[k], c->n_draws);
        s->floor = spread(w->floor[k], c->n_floor);
        s->ratio = ratio(s->draws.mean, s->floor.mean);
        double to_train = ratio(s->draws.mean, s->train);
        if (w->suite->stats >> k & 1 && !isnan(to_train)) {
            sum += to_train;
            count++;
        }
    }
    c->ratio_train = count ? sum / count : NAN;
}

static sg_status set_up(comparing *w, uint64_t seed, sg_error *err)
{
    sg_graph_comparison *c = w->c;
    size_t most = c->n_ref > c->n_gen ? c->n_ref : c->n_gen, n = c->n_train;
    most = n > most ? n : most;
    size_t *pool = calloc(n + 1, sizeof *pool);
    w->subset = calloc(c->n_floor * c->draw_size + 1, sizeof *w->subset);
    w->average = calloc(c->n_draws + c->n_floor + 1, sizeof(double));
    w->work = calloc(most + 1, sizeof(double));
    w->cross = calloc(most + 1, sizeof(double));
    w->gram = calloc(n * n + 1, sizeof(double));
    int enough = pool && w->subset && w->average && w->work && w->cross && w->gram;
    for (int k = 0; k < SG_GRAPH_STATS; k++) {
        w->draw[k] = calloc(c->n_draws + 1, sizeof(double));
        w->floor[k] = calloc(c->n_floor + 1, sizeof(double));
        enough = enough && w->draw[k] && w->floor[k];
    }
    if (enough && c->n_floor)
        choose_subsets(w, seed, pool);
    free(pool);
    return enough ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory to compare %zu graphs", most);
}

static void clear(comparing *w)
{
    for (int k = 0; k < SG_GRAPH_STATS; k++) {
        free(w->draw[k]);
        free(w->floor[k]);
    }
    free(w->subset);
    free(w->average);
    free(w->work);
    free(w->cross);
    free(w->gram);
}

sg_status sg_graph_compare(sg_graph_comparison *c, const sg_graph_suite *suite,
                           const sg_graph_profile *ref, const sg_graph_profile *gen,
                           const sg_graph_profile *train, size_t floor_subsets, uint64_t seed,
                           sg_error *err)
{
    comparing w = {.c = c, .suite = suite, .ref = ref, .gen = gen, .train = train};
    const sg_graph_spread none = {NAN, NAN, NAN, NAN};
    memset(c, 0, sizeof *c);
    c->average = (sg_graph_score){NAN, none, none, NAN, NAN};
    for (int k = 0; k < SG_GRAPH_STATS; k++)
        c->stat[k] = c->average;
    if (!ref->n || !gen->n)
        return sg_fail(err, SG_EINVAL, "no graphs to compare: %zu of reference, %zu generated",
                       ref->n, gen->n);
    c->n_ref = ref->n;
    c->n_gen = gen->n;
    c->n_train = train ? train->n : 0;
    c->draw_size = ref->n < gen->n ? ref->n : gen->n;
    c->n_draws = gen->n / c->draw_size;
    c->n_floor = c->n_train > c->draw_size ? floor_subsets : 0;
    sg_status s = set_up(&w, seed, err);
    for (int k = 0; k < SG_GRAPH_STATS && s == SG_OK; k++)
        if (has(&w, k))
            s = one(&w, (sg_graph_stat)k, err);
    if (s == SG_OK)
        finish(&w);
    clear(&w);
    return s;
}
