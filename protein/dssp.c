/* Secondary structure by hydrogen bonds [KS83], in the order of steps that mkdssp 4 takes. */
#include <config.h>
#include <sigen/protein_metrics.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { START = 1, END = 2, MIDDLE = 4 };
static const double coupling = 27.888; /* kcal/mol A: 332 x 0.42 x 0.20 */
static const double bond_energy = -0.5;

typedef struct ladder {
    int parallel;
    long i0, i1, j0, j1; /* both strands, first and last */
} ladder;

typedef struct dssp {
    const sg_protein *p;
    sg_protein_hbonds *hb; /* (n) */
    double (*h)[3];        /* (n) hydrogens */
    long *segment;         /* (n) stretches without a break; -1: incomplete residue */
    unsigned char (*flag)[3];
    char *ss;
    ladder *ladder;
    size_t n_ladders, cap;
} dssp;

static double distance(const double *a, const double *b)
{
    double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return sqrt(x * x + y * y + z * z);
}

/* Residues a..b without a break. */
static int whole(const dssp *d, long a, long b)
{
    return a >= 0 && b < (long)d->p->n && d->segment[a] >= 0 && d->segment[a] == d->segment[b];
}

static void segments(dssp *d)
{
    const sg_protein *p = d->p;
    long s = 0;
    for (size_t k = 0; k < p->n_chains; k++) {
        s++;
        for (size_t i = p->chain[k].first; i < p->chain[k].first + p->chain[k].n; i++) {
            const sg_protein_residue *r = &p->residue[i];
            int full = (r->have & SG_PROTEIN_BACKBONE) == SG_PROTEIN_BACKBONE;
            if (i > p->chain[k].first && (d->segment[i - 1] < 0 || !sg_protein_linked(r - 1, r)))
                s++;
            d->segment[i] = full ? s : -1;
        }
    }
}

static void hydrogens(dssp *d)
{
    for (size_t i = 0; i < d->p->n; i++) {
        const sg_protein_residue *r = &d->p->residue[i];
        memcpy(d->h[i], r->xyz[SG_PROTEIN_N], sizeof d->h[i]);
        if (r->code == 'P' || !whole(d, (long)i - 1, (long)i))
            continue;
        const double *c = r[-1].xyz[SG_PROTEIN_C], *o = r[-1].xyz[SG_PROTEIN_O];
        double co = distance(c, o);
        for (int x = 0; x < 3 && co > 0; x++)
            d->h[i][x] += (c[x] - o[x]) / co; /* N-H is 1 A */
    }
}

static void bond(dssp *d, size_t donor, size_t acceptor)
{
    const sg_protein_residue *r = &d->p->residue[donor], *a = &d->p->residue[acceptor];
    const double *n = r->xyz[SG_PROTEIN_N], *h = d->h[donor], *c = a->xyz[SG_PROTEIN_C],
                 *o = a->xyz[SG_PROTEIN_O];
    if (r->code == 'P')
        return;
    double ho = distance(h, o), hc = distance(h, c), nc = distance(n, c), no = distance(n, o);
    double e = ho < 0.5 || hc < 0.5 || nc < 0.5 || no < 0.5
                   ? -9.9
                   : coupling * (1 / no + 1 / hc - 1 / ho - 1 / nc);
    e = round(e * 1000) / 1000;
    if (e < -9.9)
        e = -9.9;
    sg_protein_hbonds *b = &d->hb[donor];
    if (e < b->energy[0]) {
        b->energy[1] = b->energy[0];
        b->acceptor[1] = b->acceptor[0];
        b->energy[0] = e;
        b->acceptor[0] = (long)acceptor;
    } else if (e < b->energy[1]) {
        b->energy[1] = e;
        b->acceptor[1] = (long)acceptor;
    }
}

static void bonds(dssp *d)
{
    const sg_protein *p = d->p;
    for (size_t i = 0; i < p->n; i++)
        d->hb[i] = (sg_protein_hbonds){{-1, -1}, {0, 0}};
    for (size_t i = 0; i + 1 < p->n; i++)
        for (size_t j = i + 1; j < p->n; j++) {
            if (d->segment[i] < 0 || d->segment[j] < 0 ||
                !(distance(p->residue[i].xyz[SG_PROTEIN_CA], p->residue[j].xyz[SG_PROTEIN_CA]) < 9))
                continue;
            bond(d, i, j);
            if (j != i + 1)
                bond(d, j, i);
        }
}

static int bonded(const dssp *d, long donor, long acceptor)
{
    const sg_protein_hbonds *b = &d->hb[donor];
    return (b->acceptor[0] == acceptor && b->energy[0] < bond_energy) ||
           (b->acceptor[1] == acceptor && b->energy[1] < bond_energy);
}

/* 1 parallel, -1 antiparallel, 0 none. */
static int bridge(const dssp *d, long b, long e)
{
    if (!whole(d, b - 1, b + 1) || !whole(d, e - 1, e + 1))
        return 0;
    long a = b - 1, c = b + 1, f = e - 1, g = e + 1;
    if ((bonded(d, c, e) && bonded(d, e, a)) || (bonded(d, g, b) && bonded(d, b, f)))
        return 1;
    if ((bonded(d, c, f) && bonded(d, g, a)) || (bonded(d, e, b) && bonded(d, b, e)))
        return -1;
    return 0;
}

/* Adds bridge i-j to the ladder that it continues, or begins one. */
static sg_status add_bridge(dssp *d, int parallel, long i, long j, sg_error *err)
{
    for (size_t k = 0; k < d->n_ladders; k++) {
        ladder *l = &d->ladder[k];
        if (l->parallel != parallel || i != l->i1 + 1 || !whole(d, l->i1, i))
            continue;
        if (parallel && l->j1 + 1 == j && whole(d, l->j1, j)) {
            l->i1 = i;
            l->j1 = j;
            return SG_OK;
        }
        if (!parallel && l->j0 - 1 == j && whole(d, j, l->j0)) {
            l->i1 = i;
            l->j0 = j;
            return SG_OK;
        }
    }
    if (d->n_ladders == d->cap) {
        size_t cap = d->cap ? 2 * d->cap : 32;
        ladder *l = realloc(d->ladder, cap * sizeof *l);
        if (!l)
            return sg_fail(err, SG_ENOMEM, "no memory for ladders");
        d->ladder = l;
        d->cap = cap;
    }
    d->ladder[d->n_ladders++] = (ladder){parallel, i, i, j, j};
    return SG_OK;
}

static int by_start(const void *pa, const void *pb)
{
    const ladder *a = pa, *b = pb;
    if (a->i0 != b->i0)
        return a->i0 < b->i0 ? -1 : 1;
    return a->j0 < b->j0 ? -1 : a->j0 > b->j0;
}

/* Ladders apart by a bulge become one. */
static void join_bulges(dssp *d)
{
    if (d->n_ladders)
        qsort(d->ladder, d->n_ladders, sizeof *d->ladder, by_start);
    for (size_t k = 0; k < d->n_ladders; k++)
        for (size_t m = k + 1; m < d->n_ladders; m++) {
            ladder *a = &d->ladder[k], *b = &d->ladder[m];
            if (a->parallel != b->parallel ||
                !whole(d, a->i0 < b->i0 ? a->i0 : b->i0, a->i1 > b->i1 ? a->i1 : b->i1) ||
                !whole(d, a->j0 < b->j0 ? a->j0 : b->j0, a->j1 > b->j1 ? a->j1 : b->j1) ||
                b->i0 - a->i1 >= 6 || (a->i1 >= b->i0 && a->i0 <= b->i1))
                continue;
            long gap_i = b->i0 - a->i1, gap_j = a->parallel ? b->j0 - a->j1 : a->j0 - b->j1;
            if (gap_j < 0 || !((gap_j < 6 && gap_i < 3) || gap_j < 3))
                continue;
            a->i1 = b->i1;
            if (a->parallel)
                a->j1 = b->j1;
            else
                a->j0 = b->j0;
            memmove(b, b + 1, (d->n_ladders - m - 1) * sizeof *b);
            d->n_ladders--;
            m--;
        }
}

static void mark(dssp *d, long from, long to, char ss)
{
    for (long i = from; i <= to; i++)
        if (d->ss[i] != 'E')
            d->ss[i] = ss;
}

static sg_status sheets(dssp *d, sg_error *err)
{
    long n = (long)d->p->n;
    for (long i = 1; i + 4 < n; i++)
        for (long j = i + 3; j + 1 < n; j++) {
            int type = bridge(d, i, j);
            sg_status s = type ? add_bridge(d, type > 0, i, j, err) : SG_OK;
            if (s != SG_OK)
                return s;
        }
    join_bulges(d);
    for (size_t k = 0; k < d->n_ladders; k++) {
        const ladder *l = &d->ladder[k];
        /* a ladder of one bridge is B; joined ones count as strands even over a bulge */
        char ss = l->i1 > l->i0 || l->j1 > l->j0 ? 'E' : 'B';
        mark(d, l->i0, l->i1, ss);
        mark(d, l->j0, l->j1, ss);
    }
    return SG_OK;
}

static int starts(const dssp *d, long i, int stride)
{
    return i >= 0 && (d->flag[i][stride - 3] & START) != 0;
}

/* Helices of one kind where two turns follow each other; `over` are the states it may replace. */
static void helices(dssp *d, int stride, char ss, const char *over)
{
    for (long i = 1; i + stride < (long)d->p->n; i++) {
        if (!starts(d, i, stride) || !starts(d, i - 1, stride))
            continue;
        int free_here = 1;
        for (long j = i; j < i + stride && over; j++)
            free_here &= strchr(over, d->ss[j]) != NULL;
        for (long j = i; j < i + stride && free_here; j++)
            d->ss[j] = ss;
    }
}

static int bends(const dssp *d, long i)
{
    if (!whole(d, i - 2, i + 2))
        return 0;
    const sg_protein_residue *r = d->p->residue + i;
    double u[3], v[3], uu = 0, vv = 0, uv = 0;
    for (int x = 0; x < 3; x++) {
        u[x] = r[0].xyz[SG_PROTEIN_CA][x] - r[-2].xyz[SG_PROTEIN_CA][x];
        v[x] = r[2].xyz[SG_PROTEIN_CA][x] - r[0].xyz[SG_PROTEIN_CA][x];
        uu += u[x] * u[x];
        vv += v[x] * v[x];
        uv += u[x] * v[x];
    }
    return uu > 0 && vv > 0 && uv / sqrt(uu * vv) < 0.34202014332566873; /* cos 70 deg */
}

static void turns(dssp *d)
{
    long n = (long)d->p->n;
    for (int stride = 3; stride <= 5; stride++)
        for (long i = 0; i + stride < n; i++) {
            if (!whole(d, i, i + stride) || !bonded(d, i + stride, i))
                continue;
            d->flag[i][stride - 3] |= START;
            d->flag[i + stride][stride - 3] |= END;
        }
    helices(d, 4, 'H', NULL);
    helices(d, 3, 'G', "-G");
    helices(d, 5, 'I', "-IH");
    for (long i = 1; i + 1 < n; i++) {
        if (d->ss[i] != '-')
            continue;
        int turn = 0;
        for (int stride = 3; stride <= 5 && !turn; stride++)
            for (int k = 1; k < stride && !turn; k++)
                turn = starts(d, i - k, stride);
        d->ss[i] = turn ? 'T' : bends(d, i) ? 'S' : '-';
    }
}

sg_status sg_protein_dssp(char *ss, sg_protein_hbonds *hb, const sg_protein *p, sg_error *err)
{
    size_t n = p->n + !p->n;
    dssp d = {.p = p, .ss = ss};
    d.hb = hb ? hb : malloc(n * sizeof *d.hb);
    d.h = malloc(n * sizeof *d.h);
    d.segment = malloc(n * sizeof *d.segment);
    d.flag = calloc(n, sizeof *d.flag);
    sg_status s = SG_OK;
    if (!d.hb || !d.h || !d.segment || !d.flag)
        s = sg_fail(err, SG_ENOMEM, "no memory for the hydrogen bonds of %zu residues", p->n);
    if (s == SG_OK) {
        memset(ss, '-', p->n);
        segments(&d);
        hydrogens(&d);
        bonds(&d);
        s = sheets(&d, err);
    }
    if (s == SG_OK) {
        turns(&d);
        for (size_t i = 0; i < p->n; i++)
            if (d.segment[i] < 0)
                ss[i] = ' ';
    }
    if (!hb)
        free(d.hb);
    free(d.h);
    free(d.segment);
    free(d.flag);
    free(d.ladder);
    return s;
}
