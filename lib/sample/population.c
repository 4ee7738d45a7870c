#include <config.h>
#include <sigen/target.h>

#include <math.h>
#include <string.h>

sg_status sg_population_init(sg_population *p, size_t n, uint64_t seed, uint64_t id,
                             sg_arena *arena, sg_error *err)
{
    double *w = sg_arena_alloc(arena, 2 * n, sizeof *w);
    size_t *at = sg_arena_alloc(arena, 3 * n, sizeof *at);
    if (!arena->base)
        return SG_OK; /* measuring */
    if (!w || !at)
        return sg_fail(err, SG_ENOMEM, "no room for the weights of %zu members", n);
    *p = (sg_population){
        .n = n, .logw = w, .w = w + n, .ancestor = at, .source = at + n, .old = at + 2 * n};
    sg_rng_init(&p->rng, seed, id, 0x7265736du); /* a stream apart from the samples' */
    sg_population_reset(p);
    return SG_OK;
}

void sg_population_reset(sg_population *p)
{
    memset(p->logw, 0, p->n * sizeof *p->logw);
    p->log_z = 0;
    p->resampled = 0;
    for (size_t i = 0; i < p->n; i++)
        p->ancestor[i] = p->source[i] = i;
}

static double log_mean(const double *logw, size_t n)
{
    double top = -INFINITY, sum = 0;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, logw[i]);
    if (top == -INFINITY)
        return top;
    for (size_t i = 0; i < n; i++)
        sum += exp(logw[i] - top);
    return top + log(sum / (double)n);
}

void sg_population_weights(const sg_population *p, double *w)
{
    double all = log_mean(p->logw, p->n) + log((double)p->n);
    for (size_t i = 0; i < p->n; i++)
        w[i] = exp(p->logw[i] - all);
}

double sg_population_ess(const sg_population *p)
{
    return sg_ess(p->logw, p->n);
}

double sg_population_log_normaliser(const sg_population *p)
{
    return p->log_z + log_mean(p->logw, p->n);
}

void sg_population_resample(sg_population *p)
{
    size_t n = p->n, *copies = p->source, next = 0;
    p->log_z += log_mean(p->logw, n);
    sg_population_weights(p, p->w);
    sg_resample_systematic(p->w, n, sg_rng_uniform(&p->rng), p->old);
    memset(copies, 0, n * sizeof *copies);
    for (size_t i = 0; i < n; i++)
        copies[p->old[i]]++;
    /* the survivors' further copies, in order, into old[0..next); then the survivors themselves */
    for (size_t i = 0; i < n; i++)
        for (size_t k = 1; k < copies[i]; k++)
            p->old[next++] = i;
    for (size_t i = 0, k = 0; i < n; i++)
        p->source[i] = copies[i] ? i : p->old[k++];
    memcpy(p->old, p->ancestor, n * sizeof *p->old);
    for (size_t i = 0; i < n; i++)
        p->ancestor[i] = p->old[p->source[i]];
    memset(p->logw, 0, n * sizeof *p->logw);
    p->resampled++;
}

double sg_ess(const double *logw, size_t n)
{
    double top = -INFINITY, s1 = 0, s2 = 0;
    for (size_t i = 0; i < n; i++)
        top = fmax(top, logw[i]);
    if (top == -INFINITY)
        return 0;
    for (size_t i = 0; i < n; i++) {
        double w = exp(logw[i] - top);
        s1 += w;
        s2 += w * w;
    }
    return s1 * s1 / s2;
}

void sg_resample_systematic(const double *w, size_t n, double u, size_t *index)
{
    double sum = 0, cum = w[0];
    for (size_t i = 0; i < n; i++)
        sum += w[i];
    for (size_t i = 0, k = 0; i < n; i++) {
        double at = ((double)i + u) / (double)n * sum;
        while (at >= cum && k + 1 < n)
            cum += w[++k];
        index[i] = k;
    }
}
