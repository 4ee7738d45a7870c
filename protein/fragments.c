/* The nearest of many real 9-mers. Every pair of points moved by |e_i| and |e_j| under a
 * superposition changes its distance by at most their sum, so that for disjoint pairs sum (d_ij -
 * d'_ij)^2 / 2  <=  sum e_i^2  =  9 RMSD^2: distances alone rule out nearly all fragments, and the
 * rest are superposed. */
#include <config.h>
#include <sigen/protein_metrics.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "fragments.h"
#include "superpose.h"

enum { NINE = 9, PAIRS = 12 };

/* Three sets of four disjoint pairs; the first pair is the one that sorts. */
static const unsigned char pair[PAIRS][2] = {{0, 8}, {1, 7}, {2, 6}, {3, 5}, {0, 4}, {1, 5},
                                             {2, 8}, {3, 7}, {0, 6}, {2, 5}, {3, 8}, {1, 4}};

typedef struct fragment {
    float d[PAIRS];
    float xyz[3 * NINE]; /* centred */
    float square;        /* sum of squares of xyz */
} fragment;

struct sg_protein_fragments {
    size_t n;
    fragment *f; /* (n), by the first distance */
};

static void describe(fragment *f, const double *x)
{
    double centre[3] = {0};
    f->square = 0;
    for (int i = 0; i < NINE; i++)
        for (int k = 0; k < 3; k++)
            centre[k] += x[3 * i + k] / NINE;
    for (int i = 0; i < 3 * NINE; i++) {
        f->xyz[i] = (float)(x[i] - centre[i % 3]);
        f->square += f->xyz[i] * f->xyz[i];
    }
    for (int k = 0; k < PAIRS; k++) {
        const double *a = x + 3 * pair[k][0], *b = x + 3 * pair[k][1];
        f->d[k] = (float)sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
                              (a[2] - b[2]) * (a[2] - b[2]));
    }
}

static int by_first(const void *pa, const void *pb)
{
    const fragment *a = pa, *b = pb;
    return a->d[0] < b->d[0] ? -1 : a->d[0] > b->d[0];
}

sg_protein_fragments *sg_protein_fragments_new(const double *xyz, size_t n_pieces, size_t length,
                                               sg_error *err)
{
    sg_protein_fragments *s = malloc(sizeof *s);
    size_t each = length >= NINE ? length - NINE + 1 : 0;
    if (s)
        s->f = malloc((n_pieces * each + 1) * sizeof *s->f);
    if (!s || !s->f) {
        free(s);
        sg_fail(err, SG_ENOMEM, "no memory for %zu fragments", n_pieces * each);
        return NULL;
    }
    s->n = 0;
    for (size_t p = 0; p < n_pieces; p++)
        for (size_t i = 0; i < each; i++)
            describe(&s->f[s->n++], xyz + 3 * (p * length + i));
    qsort(s->f, s->n, sizeof *s->f, by_first);
    return s;
}

sg_protein_fragments *sg_protein_fragments_shipped(sg_error *err)
{
    size_t pieces = sg_i_fragments_count(), values = pieces * SG_I_PIECE * 3;
    double *xyz = malloc(values * sizeof *xyz);
    if (!xyz) {
        sg_fail(err, SG_ENOMEM, "no memory for the fragments");
        return NULL;
    }
    sg_i_fragments_decode(xyz);
    sg_protein_fragments *s = sg_protein_fragments_new(xyz, pieces, SG_I_PIECE, err);
    free(xyz);
    return s;
}

void sg_protein_fragments_free(sg_protein_fragments *s)
{
    if (!s)
        return;
    free(s->f);
    free(s);
}

/* 9 RMSD^2 can be no less. */
static float bound(const fragment *a, const fragment *b)
{
    float most = 0;
    for (int m = 0; m < PAIRS; m += 4) {
        float s = 0;
        for (int k = m; k < m + 4; k++)
            s += (a->d[k] - b->d[k]) * (a->d[k] - b->d[k]);
        most = s > most ? s : most;
    }
    return most / 2;
}

static float exact(const fragment *a, const fragment *b)
{
    double m[9] = {0};
    for (int i = 0; i < NINE; i++)
        for (int r = 0; r < 3; r++)
            for (int c = 0; c < 3; c++)
                m[3 * r + c] += (double)a->xyz[3 * i + r] * (double)b->xyz[3 * i + c];
    double e = (double)a->square + (double)b->square -
               2 * sg_i_qcp_eigenvalue(m, ((double)a->square + (double)b->square) / 2);
    return e > 0 ? (float)e : 0;
}

double sg_protein_fragments_distance(const sg_protein_fragments *s, const double *nine)
{
    fragment q;
    float best = INFINITY;
    describe(&q, nine);
    size_t lo = 0, hi = s->n; /* the first fragment that is not shorter */
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (s->f[mid].d[0] < q.d[0])
            lo = mid + 1;
        else
            hi = mid;
    }
    for (size_t up = lo, down = lo; up < s->n || down > 0;) {
        float du = up < s->n ? s->f[up].d[0] - q.d[0] : INFINITY;
        float dd = down > 0 ? q.d[0] - s->f[down - 1].d[0] : INFINITY;
        float d = du < dd ? du : dd;
        if (d * d / 2 >= best)
            break;
        const fragment *f = du < dd ? &s->f[up++] : &s->f[--down];
        if (bound(&q, f) >= best)
            continue;
        float e = exact(&q, f);
        best = e < best ? e : best;
    }
    return sqrt((double)best / NINE);
}
