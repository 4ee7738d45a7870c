#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"

typedef struct window {
    long cluster;
    size_t at; /* first residue in the pool */
    int n, whole;
} window;

/* windows by cluster; start[k] .. start[k+1]-1 are those of cluster k */
typedef struct part {
    window *w;
    size_t n, cap, clusters, *start;
} part;

struct sg_protein_data {
    sg_protein_filter filter;
    float *ca;
    char *ss;
    size_t n, cap; /* residues in the pool */
    part part[2];
};

sg_protein_data *sg_protein_data_new(const sg_protein_filter *f, sg_error *err)
{
    sg_protein_data *d = calloc(1, sizeof *d);
    if (!d)
        sg_fail(err, SG_ENOMEM, "no memory for training data");
    else
        d->filter = *f;
    return d;
}

void sg_protein_data_free(sg_protein_data *d)
{
    if (!d)
        return;
    for (int k = 0; k < 2; k++) {
        free(d->part[k].w);
        free(d->part[k].start);
    }
    free(d->ca);
    free(d->ss);
    free(d);
}

static char state_of(char dssp)
{
    return strchr("HGI", dssp) ? 'H' : strchr("EB", dssp) ? 'E' : '-';
}

static int usable(const sg_protein *p)
{
    for (size_t i = 0; i < p->n; i++) {
        const sg_protein_residue *r = &p->residue[i];
        if (!(r->have & SG_PROTEIN_HAS(SG_PROTEIN_CA)) || r->ss == ' ' || r->ss == '\0' ||
            (i && !sg_protein_linked(r - 1, r)))
            return 0;
    }
    return p->n_chains == 1;
}

static double radius_ratio(const float *x, int n)
{
    double mean[3] = {0}, sum = 0;
    for (int i = 0; i < 3 * n; i++)
        mean[i % 3] += (double)x[i] / n;
    for (int i = 0; i < 3 * n; i++)
        sum += ((double)x[i] - mean[i % 3]) * ((double)x[i] - mean[i % 3]) / n;
    return sqrt(sum) / sg_protein_rg((size_t)n);
}

static sg_status offer(sg_protein_data *d, part *p, long cluster, size_t at, int n, int whole,
                       sg_error *err)
{
    int loop = 0;
    for (int i = 0; i < n; i++)
        loop += d->ss[at + (size_t)i] == '-';
    if (n < d->filter.shortest || n > d->filter.longest || loop > d->filter.loop * n ||
        radius_ratio(d->ca + 3 * at, n) > (whole ? d->filter.rg : d->filter.crop_rg))
        return SG_OK;
    if (p->n == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 1024;
        window *w = realloc(p->w, cap * sizeof *w);
        if (!w)
            return sg_fail(err, SG_ENOMEM, "no memory for %zu windows", cap);
        p->w = w;
        p->cap = cap;
    }
    p->w[p->n++] = (window){cluster, at, n, whole};
    return SG_OK;
}

static sg_status grow(sg_protein_data *d, size_t more, sg_error *err)
{
    size_t cap = d->cap ? d->cap : 65536;
    while (cap < d->n + more)
        cap *= 2;
    if (cap == d->cap)
        return SG_OK;
    float *ca = realloc(d->ca, 3 * cap * sizeof *ca);
    if (ca)
        d->ca = ca;
    char *ss = realloc(d->ss, cap);
    if (ss)
        d->ss = ss;
    if (!ca || !ss)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu residues", cap);
    d->cap = cap;
    return SG_OK;
}

sg_status sg_protein_data_add(sg_protein_data *d, const sg_protein *p, int held_out, sg_error *err)
{
    enum { FIRST = 48, GROW = 16, STRIDE = 8 };
    part *to = &d->part[held_out];
    size_t at = d->n;
    if (!usable(p))
        return SG_OK;
    sg_status s = grow(d, p->n, err);
    if (s != SG_OK)
        return s;
    for (size_t i = 0; i < p->n; i++) {
        for (int c = 0; c < 3; c++)
            d->ca[3 * (at + i) + (size_t)c] = (float)(0.1 * p->residue[i].xyz[SG_PROTEIN_CA][c]);
        d->ss[at + i] = state_of(p->residue[i].ss);
    }
    d->n += p->n;
    int whole = (int)(p->n / SG_PROTEIN_PATCH * SG_PROTEIN_PATCH);
    s = offer(d, to, p->cluster, at, whole, 1, err);
    for (int n = FIRST; n <= d->filter.longest; n += GROW)
        for (size_t i = 0; i + (size_t)n <= p->n && n < whole && s == SG_OK; i += STRIDE)
            s = offer(d, to, p->cluster, at + i, n, 0, err);
    return s;
}

static int by_cluster(const void *a, const void *b)
{
    const window *u = a, *v = b;
    if (u->cluster != v->cluster)
        return u->cluster < v->cluster ? -1 : 1;
    if (u->at != v->at)
        return u->at < v->at ? -1 : 1;
    return (u->n > v->n) - (u->n < v->n);
}

sg_status sg_protein_data_ready(sg_protein_data *d, sg_error *err)
{
    for (int k = 0; k < 2; k++) {
        part *p = &d->part[k];
        p->start = malloc((p->n + 1) * sizeof *p->start);
        if (!p->start)
            return sg_fail(err, SG_ENOMEM, "no memory for %zu windows", p->n);
        if (p->n)
            qsort(p->w, p->n, sizeof *p->w, by_cluster);
        for (size_t i = 0; i < p->n; i++)
            if (i == 0 || p->w[i].cluster != p->w[i - 1].cluster)
                p->start[p->clusters++] = i;
        p->start[p->clusters] = p->n;
    }
    if (d->part[0].n == 0)
        return sg_fail(err, SG_EINVAL, "no chain of the data passes the filter");
    return SG_OK;
}

long sg_protein_data_windows(const sg_protein_data *d, int held_out)
{
    return (long)d->part[held_out].n;
}

long sg_protein_data_clusters(const sg_protein_data *d, int held_out)
{
    return (long)d->part[held_out].clusters;
}

void sg_protein_data_draw(const sg_protein_data *d, int held_out, sg_rng *r, sg_protein_example *e)
{
    const part *p = &d->part[held_out];
    size_t k = sg_rng_below(r, (uint32_t)p->clusters), a = p->start[k], n = p->start[k + 1] - a;
    const window *w = &p->w[a + sg_rng_below(r, (uint32_t)n)];
    *e = (sg_protein_example){w->n, d->ca + 3 * w->at, d->ss + w->at};
}

int sg_protein_data_shares(const sg_protein_data *d, int (*share)[2], int n)
{
    enum { STREAM = 0x53485253, TRIES = 100 };
    int got = 0;
    sg_rng r;
    sg_rng_init(&r, 0, 0, STREAM);
    for (int k = 0; k < TRIES * n && got < n; k++) {
        const window *w = &d->part[0].w[sg_rng_below(&r, (uint32_t)d->part[0].n)];
        int helix = 0, strand = 0;
        if (!w->whole)
            continue;
        for (int i = 0; i < w->n; i++) {
            helix += d->ss[w->at + (size_t)i] == 'H';
            strand += d->ss[w->at + (size_t)i] == 'E';
        }
        share[got][0] = 100 * helix / w->n;
        share[got++][1] = 100 * strand / w->n;
    }
    return got;
}
