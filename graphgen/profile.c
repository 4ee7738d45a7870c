#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/batches.h>
#include "profile.h"

enum { CLUSTERING_BINS = 100, SPECTRAL_BINS = 200, FILTERS = 12, WAVELET_BINS = 100 };

static const char *const names[SG_GRAPH_STATS] = {"degree",   "clustering", "orbit",
                                                  "spectral", "wavelet",    "orbit5"};

const char *sg_graph_stat_name(sg_graph_stat s)
{
    return names[s];
}

static double edge(int i, double lo, double hi, int bins)
{
    return i == bins ? hi : i * ((hi - lo) / bins) + lo;
}

int sg_i_bin(double x, double lo, double hi, int bins)
{
    if (!(x >= lo && x <= hi))
        return -1;
    int i = (int)((x - lo) * (bins / (hi - lo)));
    i = i >= bins ? bins - 1 : i;
    if (i > 0 && x < edge(i, lo, hi, bins))
        i--;
    else if (i < bins - 1 && x >= edge(i + 1, lo, hi, bins))
        i++;
    return i;
}

static void normalise(double *h, size_t len)
{
    double sum = 0;
    for (size_t k = 0; k < len; k++)
        sum += h[k];
    for (size_t k = 0; k < len && sum > 0; k++)
        h[k] /= sum;
}

/* ---- wavelets -----------------------------------------------------------------------------------
 * The filter bank of [HVG11] as the library PyGSP builds it for a spectrum on [0, 2]: eleven
 * band-passes b(s x) with scales s from 20 down to 1/2, even in log s, where b is x^2 up to 1,
 * 4/x^2 from 2 on and the cubic between that fits values and slopes; and a low-pass B
 * exp(-(x/0.06)^4), B = max b. */

static double band(double x)
{
    double s = x - 1;
    return x <= 1 ? x * x : x < 2 ? 1 + s * (2 + s * (-3 + s)) : 4 / (x * x);
}

static double filter(int f, double x)
{
    if (f == 0) {
        double q = x / 0.06;
        return band(2 - sqrt(1.0 / 3)) * exp(-q * q * q * q);
    }
    double t = (f - 1) / (double)(FILTERS - 2);
    return band(x * exp((1 - t) * log(20) + t * log(0.5)));
}

/* Bins of |g_f(L)_i|^2 = sum_k g_f(lambda_k)^2 v_ki^2 over nodes i, on [0, B]. */
static void wavelet(double *h, const double *lambda, const double *v, double *norm, int n)
{
    double bound = band(2 - sqrt(1.0 / 3));
    for (int f = 0; f < FILTERS; f++) {
        for (int i = 0; i < n; i++)
            norm[i] = 0;
        for (int k = 0; k < n; k++) {
            double g = filter(f, lambda[k]), w = g * g;
            const double *row = v + (size_t)k * (size_t)n;
#pragma omp simd
            for (int i = 0; i < n; i++)
                norm[i] += w * row[i] * row[i];
        }
        for (int i = 0; i < n; i++) {
            int b = sg_i_bin(norm[i], 0, bound, WAVELET_BINS);
            if (b >= 0)
                h[f * WAVELET_BINS + b]++;
        }
    }
}

/* ---- one graph ------------------------------------------------------------------------------- */

static sg_status spectra(double *spectral, double *wavelets, const sg_graph *g, sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    double *lambda = malloc(2 * n * sizeof *lambda), *v = NULL;
    if (wavelets && n <= SG_GRAPH_MAX_SPECTRUM)
        v = malloc(n * n * sizeof *v);
    sg_status s = !lambda || (wavelets && !v && n <= SG_GRAPH_MAX_SPECTRUM)
                      ? sg_fail(err, SG_ENOMEM, "no memory for the spectrum of %zu nodes", n)
                      : sg_graph_spectrum(g, lambda, v, err);
    for (size_t i = 0; s == SG_OK && spectral && i < n; i++)
        spectral[sg_i_bin(lambda[i], -1e-5, 2, SPECTRAL_BINS)]++;
    if (s == SG_OK && wavelets)
        wavelet(wavelets, lambda, v, lambda + n, g->n_nodes);
    free(lambda);
    free(v);
    return s;
}

static sg_status coefficients(double *h, const sg_graph *g, sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    double *c = malloc(n * sizeof *c);
    if (!c)
        return sg_fail(err, SG_ENOMEM, "no memory for the clustering of %zu nodes", n);
    sg_status s = sg_graph_clustering(g, c, err);
    for (size_t i = 0; s == SG_OK && i < n; i++)
        h[sg_i_bin(c[i], 0, 1, CLUSTERING_BINS)]++;
    normalise(h, CLUSTERING_BINS);
    free(c);
    return s;
}

/* Means over nodes of what `count` finds, `orbits` numbers a node. */
static sg_status orbits(double *mean, size_t orbits,
                        sg_status (*count)(const sg_graph *, int64_t *, sg_error *),
                        const sg_graph *g, sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    int64_t *o = malloc(n * orbits * sizeof *o);
    sg_status s =
        o ? count(g, o, err) : sg_fail(err, SG_ENOMEM, "no memory for the orbits of %zu nodes", n);
    for (size_t k = 0; s == SG_OK && k < orbits; k++) {
        int64_t sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += o[i * orbits + k];
        mean[k] = (double)sum / (double)n;
    }
    free(o);
    return s;
}

static double *at(sg_graph_profile *p, sg_graph_stat stat, size_t i)
{
    return p->len[stat] ? p->row[stat] + i * p->len[stat] : NULL;
}

static sg_status describe(sg_graph_profile *p, size_t i, const sg_graph *g, sg_error *err)
{
    double *degree = at(p, SG_GRAPH_DEGREE, i), *clustering = at(p, SG_GRAPH_CLUSTERING, i),
           *orbit = at(p, SG_GRAPH_ORBIT, i), *spectral = at(p, SG_GRAPH_SPECTRAL, i),
           *wavelets = at(p, SG_GRAPH_WAVELET, i), *orbit5 = at(p, SG_GRAPH_ORBIT5, i);
    sg_status s = SG_OK;
    if (degree) {
        int *deg = malloc((size_t)g->n_nodes * sizeof *deg);
        if (!deg)
            return sg_fail(err, SG_ENOMEM, "no memory for %d degrees", g->n_nodes);
        sg_graph_degrees(g, deg);
        for (int k = 0; k < g->n_nodes; k++)
            degree[deg[k]]++;
        free(deg);
        normalise(degree, p->len[SG_GRAPH_DEGREE]);
    }
    if (clustering)
        s = coefficients(clustering, g, err);
    if (s == SG_OK && orbit)
        s = orbits(orbit, SG_GRAPH_ORBITS, sg_graph_orbits, g, err);
    if (s == SG_OK && orbit5)
        s = orbits(orbit5, SG_GRAPH_ORBITS5, sg_graph_orbits5, g, err);
    if (s == SG_OK && (spectral || wavelets))
        s = spectra(spectral, wavelets, g, err);
    if (spectral)
        normalise(spectral, SPECTRAL_BINS);
    if (wavelets)
        normalise(wavelets, FILTERS * WAVELET_BINS);
    return s;
}

/* ---- sets ------------------------------------------------------------------------------------ */

static int max_degree(const sg_graph *g, int *deg)
{
    int most = 0;
    sg_graph_degrees(g, deg);
    for (int i = 0; i < g->n_nodes; i++)
        most = deg[i] > most ? deg[i] : most;
    return most;
}

static sg_status set_up(sg_graph_profile *p, const sg_graph_set *s, unsigned stats, sg_error *err)
{
    size_t nodes = 0, degrees = 1;
    for (size_t i = 0; i < s->n; i++) {
        p->n += s->g[i].n_nodes > 0;
        nodes = (size_t)s->g[i].n_nodes > nodes ? (size_t)s->g[i].n_nodes : nodes;
    }
    int *deg = malloc((nodes + 1) * sizeof *deg);
    for (size_t i = 0; deg && i < s->n; i++) {
        size_t d = (size_t)max_degree(&s->g[i], deg) + 1;
        degrees = d > degrees ? d : degrees;
    }
    const size_t len[SG_GRAPH_STATS] = {degrees,       CLUSTERING_BINS,        SG_GRAPH_ORBITS,
                                        SPECTRAL_BINS, FILTERS * WAVELET_BINS, SG_GRAPH_ORBITS5};
    int enough = deg != NULL;
    free(deg);
    for (int k = 0; k < SG_GRAPH_STATS && enough; k++)
        if (stats >> k & 1) {
            p->len[k] = len[k];
            p->row[k] = calloc(p->n * len[k] + 1, sizeof(double));
            enough = p->row[k] != NULL;
        }
    return enough ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory to describe %zu graphs", s->n);
}

typedef struct describing {
    sg_graph_profile *p;
    const sg_graph **g;
} describing;

static sg_status describe_one(void *ctx, void *worker, size_t i, size_t n, sg_error *err)
{
    const describing *d = ctx;
    (void)worker, (void)n;
    return describe(d->p, i, d->g[i], err);
}

sg_graph_profile *sg_graph_profile_new(const sg_graph_set *s, unsigned stats, sg_error *err)
{
    describing d = {calloc(1, sizeof *d.p), calloc(s->n + 1, sizeof *d.g)};
    size_t n = 0;
    sg_status st = d.p && d.g ? set_up(d.p, s, stats, err)
                              : sg_fail(err, SG_ENOMEM, "no memory to describe %zu graphs", s->n);
    for (size_t i = 0; st == SG_OK && i < s->n; i++)
        if (s->g[i].n_nodes > 0)
            d.g[n++] = &s->g[i];
    if (st == SG_OK)
        st = sg_batches_run(&(sg_batches){.count = n, .most = 1, .run = describe_one}, &d, err);
    free(d.g);
    if (st == SG_OK)
        return d.p;
    sg_graph_profile_free(d.p);
    return NULL;
}

void sg_graph_profile_free(sg_graph_profile *p)
{
    for (int k = 0; p && k < SG_GRAPH_STATS; k++)
        free(p->row[k]);
    free(p);
}

size_t sg_graph_profile_count(const sg_graph_profile *p)
{
    return p->n;
}

const double *sg_graph_profile_row(const sg_graph_profile *p, sg_graph_stat stat, size_t i,
                                   size_t *len)
{
    *len = p->len[stat];
    return *len && i < p->n ? p->row[stat] + i * p->len[stat] : NULL;
}
