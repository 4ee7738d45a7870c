#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"

enum { FIRST = 48, GROW = 16, STRIDE = 8 }; /* lengths and places of crops */

typedef struct window {
    long cluster;
    size_t at; /* first residue in the pool */
    int n, whole;
    int room; /* residues of the chain behind it, at most STRIDE - 1 */
} window;

/* windows by cluster; start[k] .. start[k+1]-1 are those of cluster k */
typedef struct windows {
    window *w;
    size_t n, cap, clusters, *start;
} windows;

struct sg_protein_data {
    sg_protein_filter filter[SG_PROTEIN_PARTS];
    int shortest, longest;
    float *ca;
    char *ss;
    size_t n, cap; /* residues in the pool */
    windows part[SG_PROTEIN_PARTS];
};

sg_protein_data *sg_protein_data_new(const sg_protein_filter f[SG_PROTEIN_PARTS], int shortest,
                                     int longest, sg_error *err)
{
    sg_protein_data *d = calloc(1, sizeof *d);
    if (!d) {
        sg_fail(err, SG_ENOMEM, "no memory for training data");
        return NULL;
    }
    memcpy(d->filter, f, sizeof d->filter);
    d->shortest = shortest;
    d->longest = longest;
    return d;
}

void sg_protein_data_free(sg_protein_data *d)
{
    if (!d)
        return;
    for (int k = 0; k < SG_PROTEIN_PARTS; k++) {
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

static sg_status offer(sg_protein_data *d, int to, const window *w, sg_error *err)
{
    const sg_protein_filter *f = &d->filter[to];
    windows *p = &d->part[to];
    int loop = 0, n = w->n;
    for (int i = 0; i < n; i++)
        loop += d->ss[w->at + (size_t)i] == '-';
    if (n < d->shortest || n > d->longest || loop > f->loop * n ||
        radius_ratio(d->ca + 3 * w->at, n) > (w->whole ? f->rg : f->crop_rg))
        return SG_OK;
    if (p->n == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 1024;
        window *more = realloc(p->w, cap * sizeof *more);
        if (!more)
            return sg_fail(err, SG_ENOMEM, "no memory for %zu windows", cap);
        p->w = more;
        p->cap = cap;
    }
    p->w[p->n++] = *w;
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

/* The windows of a chain whose residues begin at `at`. */
static sg_status cut(sg_protein_data *d, int to, long cluster, size_t at, size_t n, sg_error *err)
{
    int whole = (int)(n / SG_PROTEIN_PATCH * SG_PROTEIN_PATCH);
    window w = {cluster, at, whole, 1, (int)n - whole};
    sg_status s = offer(d, to, &w, err);
    for (int m = FIRST; m <= d->longest && m < whole; m += GROW)
        for (size_t i = 0; i + (size_t)m <= n && s == SG_OK; i += STRIDE) {
            size_t room = n - i - (size_t)m;
            w = (window){cluster, at + i, m, 0, room < STRIDE ? (int)room : STRIDE - 1};
            s = offer(d, to, &w, err);
        }
    return s;
}

sg_status sg_protein_data_add(sg_protein_data *d, const sg_protein *p, int held_out, sg_error *err)
{
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
    s = cut(d, held_out ? SG_PROTEIN_HELD_OUT : SG_PROTEIN_TRAIN, p->cluster, at, p->n, err);
    return s == SG_OK && !held_out ? cut(d, SG_PROTEIN_LATE, p->cluster, at, p->n, err) : s;
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
    for (int k = 0; k < SG_PROTEIN_PARTS; k++) {
        windows *p = &d->part[k];
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

long sg_protein_data_windows(const sg_protein_data *d, int part)
{
    return (long)d->part[part].n;
}

long sg_protein_data_clusters(const sg_protein_data *d, int part)
{
    return (long)d->part[part].clusters;
}

void sg_protein_data_draw(const sg_protein_data *d, int from, sg_rng *r, sg_protein_example *e)
{
    const windows *p = &d->part[from];
    size_t k = sg_rng_below(r, (uint32_t)p->clusters), a = p->start[k], n = p->start[k + 1] - a;
    const window *w = &p->w[a + sg_rng_below(r, (uint32_t)n)];
    size_t at = w->at + sg_rng_below(r, (uint32_t)w->room + 1);
    *e = (sg_protein_example){w->n, d->ca + 3 * at, d->ss + at};
}

sg_status sg_protein_data_structures(const sg_protein_data *d, sg_protein_structures *a, int n,
                                     sg_error *err)
{
    enum { STREAM = 0x53485253 };
    sg_rng r;
    sg_rng_init(&r, 0, 0, STREAM);
    sg_status s = sg_protein_structures_resize(a, n, err);
    for (int k = 0; k < n && s == SG_OK; k++) {
        sg_protein_example e;
        sg_protein_data_draw(d, SG_PROTEIN_TRAIN, &r, &e);
        memcpy(a->s[k], e.ss, (size_t)e.n);
    }
    return s;
}
