#include <config.h>
#include "compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/rng.h>

enum { SEED = 1, FINALISTS = 10 };

sg_status sg_i_trace_make(sg_i_trace *t, const sg_protein *p, size_t k, sg_error *err)
{
    const sg_protein_chain *c = &p->chain[k];
    *t = (sg_i_trace){malloc(3 * c->n * sizeof *t->ca + 1), c->n};
    if (!t->ca)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu residues", c->n);
    for (size_t i = 0; i < c->n; i++)
        memcpy(t->ca + 3 * i, p->residue[c->first + i].xyz[SG_PROTEIN_CA], 3 * sizeof *t->ca);
    return SG_OK;
}

/* Pair number r of n things, counted (1,0), (2,0), (2,1), (3,0) ... */
static void pair_of(size_t r, size_t *i, size_t *j)
{
    size_t a = (size_t)((1 + sqrt(1 + 8 * (double)r)) / 2);
    while (a * (a - 1) / 2 > r)
        a--;
    while ((a + 1) * a / 2 <= r)
        a++;
    *i = a;
    *j = r - a * (a - 1) / 2;
}

sg_status sg_i_diversity(double *mean, double *same_fold, const sg_i_trace *t, size_t n,
                         size_t limit, sg_error *err)
{
    size_t all = n * (n - !!n) / 2, m = all < limit ? all : limit, counted = 0;
    double *tm = malloc((m + 1) * sizeof *tm), sum = 0, over = 0;
    size_t *which = malloc((m + 1) * sizeof *which);
    int failed = 0;
    *mean = *same_fold = NAN;
    if (!tm || !which) {
        free(tm);
        free(which);
        return sg_fail(err, SG_ENOMEM, "no memory for %zu pairs", m);
    }
    sg_rng rng;
    sg_rng_init(&rng, SEED, 0, 0);
    for (size_t k = 0; k < m; k++) /* with replacement where there are too many */
        which[k] = m == all ? k : (size_t)(sg_rng_uniform(&rng) * (double)all);
#pragma omp parallel for schedule(dynamic) reduction(| : failed)
    for (size_t k = 0; k < m; k++) {
        size_t i, j;
        sg_protein_tm r;
        pair_of(which[k], &i, &j);
        tm[k] = NAN;
        if (t[i].n < 5 || t[j].n < 5)
            continue;
        if (sg_protein_tm_align(&r, t[i].ca, t[i].n, t[j].ca, t[j].n, 0, NULL) == SG_OK)
            tm[k] = (r.tm_a + r.tm_b) / 2;
        else
            failed = 1;
    }
    for (size_t k = 0; k < m; k++) {
        if (isnan(tm[k]))
            continue;
        counted++;
        sum += tm[k];
        over += tm[k] > 0.5;
    }
    free(tm);
    free(which);
    if (failed)
        return sg_fail(err, SG_ENOMEM, "structures could not be aligned");
    if (counted) {
        *mean = sum / (double)counted;
        *same_fold = over / (double)counted;
    }
    return SG_OK;
}

static double nearest(const sg_i_trace *a, const sg_i_trace *train, size_t n, int *failed)
{
    double top[FINALISTS], best = NAN;
    size_t who[FINALISTS];
    int tops = 0;
    for (size_t k = 0; k < n; k++) {
        sg_protein_tm r;
        double ratio = (double)train[k].n / (double)a->n;
        if (ratio < 0.75 || ratio > 1.35 || train[k].n < 5)
            continue;
        if (sg_protein_tm_align(&r, a->ca, a->n, train[k].ca, train[k].n, 1, NULL) != SG_OK) {
            *failed = 1;
            return NAN;
        }
        if (tops == FINALISTS && r.tm_a <= top[FINALISTS - 1])
            continue;
        int at = tops < FINALISTS ? tops++ : FINALISTS - 1;
        for (; at > 0 && top[at - 1] < r.tm_a; at--) {
            top[at] = top[at - 1];
            who[at] = who[at - 1];
        }
        top[at] = r.tm_a;
        who[at] = k;
    }
    for (int k = 0; k < tops; k++) {
        sg_protein_tm r;
        const sg_i_trace *b = &train[who[k]];
        if (sg_protein_tm_align(&r, a->ca, a->n, b->ca, b->n, 0, NULL) != SG_OK) {
            *failed = 1;
            return NAN;
        }
        best = !(r.tm_a <= best) ? r.tm_a : best;
    }
    return best;
}

sg_status sg_i_novelty(double *best, const sg_i_trace *a, size_t n, const sg_i_trace *train,
                       size_t n_train, int (*stop)(void), sg_error *err)
{
    int failed = 0, stopped = 0;
#pragma omp parallel for schedule(dynamic) reduction(| : failed, stopped)
    for (size_t i = 0; i < n; i++) {
        best[i] = NAN;
        if (stop && stop())
            stopped = 1;
        else if (a[i].n >= 5)
            best[i] = nearest(&a[i], train, n_train, &failed);
    }
    if (failed)
        return sg_fail(err, SG_ENOMEM, "structures could not be aligned");
    return stopped ? sg_fail(err, SG_EINTR, "stopped") : SG_OK;
}
