#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "mmd.h"

#define BIT(s) (1u << SG_GRAPH_##s)

static const sg_graph_suite emd = {
    .name = "emd",
    .summary = "Gaussians of the earth mover's distance [YYRHL18], as GDSS and EDP-GNN report",
    .kernel = {{SG_GRAPH_EMD, 1, 1},
               {SG_GRAPH_EMD, 0.01, 0.1},
               {SG_GRAPH_EUCLIDEAN, 1, 30},
               {SG_GRAPH_EMD, 1, 1},
               {SG_GRAPH_EMD, 1, 1},
               {SG_GRAPH_EUCLIDEAN, 1, 30}},
    .stats = BIT(DEGREE) | BIT(CLUSTERING) | BIT(ORBIT) | BIT(SPECTRAL),
};
static const sg_graph_suite tv = {
    .name = "tv",
    .summary = "Gaussians of the total variation [LLS19], as SPECTRE, DiGress and DeFoG report",
    .kernel = {{SG_GRAPH_TV, 1, 1},
               {SG_GRAPH_TV, 1, 0.1},
               {SG_GRAPH_TV, 1, 30},
               {SG_GRAPH_TV, 1, 1},
               {SG_GRAPH_TV, 1, 1},
               {SG_GRAPH_TV, 1, 30}},
    .stats = BIT(DEGREE) | BIT(CLUSTERING) | BIT(ORBIT) | BIT(SPECTRAL) | BIT(WAVELET),
};
const sg_graph_suite *const sg_graph_suites[] = {&emd, &tv, NULL};

const sg_graph_suite *sg_graph_suite_find(const char *name)
{
    for (size_t i = 0; sg_graph_suites[i]; i++)
        if (strcmp(sg_graph_suites[i]->name, name) == 0)
            return sg_graph_suites[i];
    return NULL;
}

sg_status sg_i_rows_make(sg_i_rows *r, const sg_graph_profile *p, const sg_graph_suite *suite,
                         sg_graph_stat stat, sg_error *err)
{
    size_t len = p->len[stat];
    if (!p->n || !len)
        return sg_fail(err, SG_EINVAL, "no graphs with the statistic \"%s\"",
                       sg_graph_stat_name(stat));
    *r = (sg_i_rows){suite, stat, p->n, len, 0, p->row[stat], NULL};
    if (suite->kernel[stat].distance != SG_GRAPH_EMD)
        return SG_OK;
    /* histograms become cumulative */
    double *cdf = malloc(p->n * len * sizeof *cdf);
    if (!cdf)
        return sg_fail(err, SG_ENOMEM, "no memory for kernels of %zu graphs", p->n);
    for (size_t i = 0; i < p->n; i++) {
        double sum = 0;
        for (size_t k = 0; k < len; k++)
            cdf[i * len + k] = sum += p->row[stat][i * len + k];
    }
    r->pad = 1;
    r->v = r->own = cdf;
    return SG_OK;
}

void sg_i_rows_clear(sg_i_rows *r)
{
    free(r->own);
    memset(r, 0, sizeof *r);
}

double sg_i_kernel(const sg_i_rows *a, size_t i, const sg_i_rows *b, size_t j)
{
    const double *x = a->v + i * a->len, *y = b->v + j * b->len;
    size_t both = a->len < b->len ? a->len : b->len;
    sg_graph_distance distance = a->suite->kernel[a->stat].distance;
    double sigma = a->suite->kernel[a->stat].sigma, d = 0;
    if (distance == SG_GRAPH_EUCLIDEAN) {
        for (size_t k = 0; k < both; k++)
            d += (x[k] - y[k]) * (x[k] - y[k]);
        return exp(-d / (2 * sigma * sigma));
    }
#pragma omp simd reduction(+ : d)
    for (size_t k = 0; k < both; k++)
        d += fabs(x[k] - y[k]);
    for (size_t k = both; k < a->len; k++)
        d += fabs(x[k] - b->pad);
    for (size_t k = both; k < b->len; k++)
        d += fabs(y[k] - a->pad);
    d *= distance == SG_GRAPH_TV ? 0.5 : a->suite->kernel[a->stat].scale;
    return exp(-d * d / (2 * sigma * sigma));
}

void sg_i_row_sums(double *sum, const sg_i_rows *a, const sg_i_rows *b)
{
#pragma omp parallel for schedule(dynamic, 4)
    for (size_t i = 0; i < a->n; i++) {
        double s = 0;
        for (size_t j = 0; j < b->n; j++)
            s += sg_i_kernel(a, i, b, j);
        sum[i] = s;
    }
}

double sg_i_self_sum(const sg_i_rows *a, double *work)
{
    double total = 0;
#pragma omp parallel for schedule(dynamic, 4)
    for (size_t i = 0; i < a->n; i++) {
        double s = 0;
        for (size_t j = 0; j < i; j++)
            s += sg_i_kernel(a, i, a, j);
        work[i] = 2 * s + 1;
    }
    for (size_t i = 0; i < a->n; i++)
        total += work[i];
    return total;
}

sg_status sg_graph_mmd(double *out, const sg_graph_suite *suite, sg_graph_stat stat,
                       const sg_graph_profile *a, const sg_graph_profile *b, sg_error *err)
{
    sg_i_rows x = {0}, y = {0};
    sg_status s = sg_i_rows_make(&x, a, suite, stat, err);
    if (s == SG_OK)
        s = sg_i_rows_make(&y, b, suite, stat, err);
    double *work = s == SG_OK ? malloc((a->n + b->n) * sizeof *work) : NULL;
    if (s == SG_OK && !work)
        s = sg_fail(err, SG_ENOMEM, "no memory for kernels");
    if (s == SG_OK) {
        double n = (double)a->n, m = (double)b->n, cross = 0;
        double d = sg_i_self_sum(&x, work) / (n * n) + sg_i_self_sum(&y, work) / (m * m);
        sg_i_row_sums(work, &x, &y);
        for (size_t i = 0; i < a->n; i++)
            cross += work[i];
        *out = d - 2 * cross / (n * m);
    }
    free(work);
    sg_i_rows_clear(&x);
    sg_i_rows_clear(&y);
    return s;
}
