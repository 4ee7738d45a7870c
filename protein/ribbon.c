#include <config.h>
#include "ribbon.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define HELIX_WIDE  1.25
#define STRAND_WIDE 0.95
#define HEAD_WIDE   1.75
#define HEAD_LONG   1.5 /* residues */
#define LONGEST     4.6 /* CA-CA of neighbours, angstrom */

static double dot(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(double *c, const double *a, const double *b)
{
    c[0] = a[1] * b[2] - a[2] * b[1];
    c[1] = a[2] * b[0] - a[0] * b[2];
    c[2] = a[0] * b[1] - a[1] * b[0];
}

/* a becomes its part normal to u, of length 1; any such vector if there is none. */
static void normal_part(double *a, const double *u)
{
    static const double axis[3][3] = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    double uu = dot(u, u);
    for (int k = -1; k < 3; k++) {
        double b[3], s;
        memcpy(b, k < 0 ? a : axis[k], sizeof b);
        s = uu > 0 ? dot(b, u) / uu : 0;
        for (int d = 0; d < 3; d++)
            b[d] -= s * u[d];
        s = sqrt(dot(b, b));
        if (s > 1e-3) {
            for (int d = 0; d < 3; d++)
                a[d] = b[d] / s;
            return;
        }
    }
}

/* ---- runs of secondary structure ------------------------------------------------------------- */

static sg_i_strip_kind kind_of(char ss)
{
    return strchr("HGI", ss) ? SG_I_STRIP_HELIX : ss == 'E' ? SG_I_STRIP_STRAND : SG_I_STRIP_LOOP;
}

static void add(sg_i_ribbon *r, sg_i_strip_kind kind, double from, double to, double a, double b)
{
    if (to > from)
        r->strip[r->n_strips++] = (sg_i_strip){kind, from, to, a, b};
}

/* Helices of three residues and strands of two or more are ribbons, what is between them tubes. */
static void strips(sg_i_ribbon *r, const char *ss)
{
    double done = 0; /* drawn so far */
    for (size_t i = 0, j; i < r->n; i = j) {
        sg_i_strip_kind k = kind_of(ss[i]);
        for (j = i + 1; j < r->n && !r->gap[j - 1] && kind_of(ss[j]) == k; j++)
            ;
        double a = (double)i, b = (double)(j - 1);
        if (k != SG_I_STRIP_LOOP && j - i >= (k == SG_I_STRIP_HELIX ? 3 : 2)) {
            add(r, SG_I_STRIP_LOOP, done, a, 0, 0);
            double head = k == SG_I_STRIP_HELIX ? b : fmax(a, b - HEAD_LONG);
            double wide = k == SG_I_STRIP_HELIX ? HELIX_WIDE : STRAND_WIDE;
            add(r, k, a, head, wide, wide);
            add(r, k, head, b, HEAD_WIDE, 0.1);
            done = b;
        }
        if (r->gap[j - 1] || j == r->n) {
            add(r, SG_I_STRIP_LOOP, done, b, 0, 0);
            done = (double)j;
        }
    }
}

/* ---- control points -------------------------------------------------------------------------- */

/* Across: in the peptide's plane, normal to CA-CA; about along the axis in helices and along the
 * sheet in strands [CB86]. */
static void directions(sg_i_ribbon *r, const sg_protein *p, const double view[9])
{
    double last[3] = {0};
    for (size_t i = 0; i < r->n; i++) {
        double *d = r->dir + 3 * i, along[3];
        const sg_protein_residue *q = &p->residue[i];
        for (int k = 0; k < 3; k++)
            along[k] = i + 1 < r->n ? r->pos[3 * i + 3 + (size_t)k] - r->pos[3 * i + (size_t)k]
                                    : r->pos[3 * i + (size_t)k] - r->pos[3 * i - 3 + (size_t)k];
        for (int k = 0; k < 3; k++)
            d[k] =
                q->have & SG_PROTEIN_HAS(SG_PROTEIN_O)
                    ? view[3 * k] * (q->xyz[SG_PROTEIN_O][0] - q->xyz[SG_PROTEIN_CA][0]) +
                          view[3 * k + 1] * (q->xyz[SG_PROTEIN_O][1] - q->xyz[SG_PROTEIN_CA][1]) +
                          view[3 * k + 2] * (q->xyz[SG_PROTEIN_O][2] - q->xyz[SG_PROTEIN_CA][2])
                    : last[k];
        normal_part(d, along);
        if (dot(d, last) < 0)
            for (int k = 0; k < 3; k++)
                d[k] = -d[k];
        memcpy(last, d, sizeof last);
    }
}

/* x_i becomes (x_i-1 + 2 x_i + x_i+1) / 4 where the residue is of that kind. */
static void smooth(const sg_i_ribbon *r, double *x, const char *ss, sg_i_strip_kind kind)
{
    double before[3] = {0};
    for (size_t i = 0; i < r->n; i++) {
        double *q = x + 3 * i, own[3];
        memcpy(own, q, sizeof own);
        if (kind_of(ss[i]) == kind && i && i + 1 < r->n && !r->gap[i - 1] && !r->gap[i])
            for (int k = 0; k < 3; k++)
                q[k] = (before[k] + 2 * own[k] + q[3 + k]) / 4;
        memcpy(before, own, sizeof before);
    }
}

sg_status sg_i_ribbon_make(sg_i_ribbon *r, const sg_protein *p, const char *ss,
                           const double view[9], sg_error *err)
{
    size_t n = p->n;
    *r = (sg_i_ribbon){.n = n};
    r->pos = calloc(3 * n + 1, sizeof *r->pos);
    r->dir = calloc(3 * n + 1, sizeof *r->dir);
    r->gap = calloc(n + 1, 1);
    r->strip = calloc(3 * n + 1, sizeof *r->strip);
    if (!r->pos || !r->dir || !r->gap || !r->strip)
        return sg_fail(err, SG_ENOMEM, "no memory to draw %zu residues", n);
    double mean[3] = {0};
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            mean[k] += p->residue[i].xyz[SG_PROTEIN_CA][k] / (double)n;
    for (size_t i = 0; i < n; i++) {
        double x[3];
        for (int k = 0; k < 3; k++)
            x[k] = p->residue[i].xyz[SG_PROTEIN_CA][k] - mean[k];
        for (size_t k = 0; k < 3; k++)
            r->pos[3 * i + k] = dot(view + 3 * k, x);
    }
    for (size_t i = 0; i + 1 < n; i++) {
        double d[3];
        for (size_t k = 0; k < 3; k++)
            d[k] = r->pos[3 * i + 3 + k] - r->pos[3 * i + k];
        r->gap[i] = dot(d, d) > LONGEST * LONGEST;
    }
    if (n > 1)
        directions(r, p, view);
    for (int k = 0; k < 2; k++) {
        smooth(r, r->pos, ss, SG_I_STRIP_STRAND); /* pleats */
        smooth(r, r->dir, ss, SG_I_STRIP_STRAND);
    }
    smooth(r, r->dir, ss, SG_I_STRIP_HELIX);
    strips(r, ss);
    return SG_OK;
}

void sg_i_ribbon_free(sg_i_ribbon *r)
{
    free(r->pos);
    free(r->dir);
    free(r->gap);
    free(r->strip);
    *r = (sg_i_ribbon){0};
}

/* Catmull-Rom through the control points; beyond an end the chain goes straight on. */
void sg_i_ribbon_at(sg_i_strip_point *q, const sg_i_ribbon *r, double t)
{
    size_t i = t < (double)(r->n - 1) ? (size_t)t : r->n - 1;
    if (i && (i + 1 == r->n || (t == (double)i && r->gap[i])))
        i--; /* the end of a segment, from within */
    double u = t - (double)i, along[3];
    const double *b = r->pos + 3 * i, *c = i + 1 < r->n ? b + 3 : b;
    int first = i == 0 || r->gap[i - 1], last = i + 2 >= r->n || r->gap[i + 1];
    for (int k = 0; k < 3; k++) {
        double x = b[k], y = c[k], w = first ? 2 * x - y : b[k - 3],
               z = last ? 2 * y - x : c[k + 3];
        double c1 = (y - w) / 2, c2 = w - 2.5 * x + 2 * y - 0.5 * z,
               c3 = 1.5 * (x - y) + (z - w) / 2;
        q->at[k] = x + u * (c1 + u * (c2 + u * c3));
        along[k] = c1 + u * (2 * c2 + 3 * u * c3);
        q->across[k] = (1 - u) * r->dir[3 * i + (size_t)k] +
                       u * r->dir[3 * (i + 1 < r->n ? i + 1 : i) + (size_t)k];
    }
    normal_part(q->across, along);
    cross(q->normal, along, q->across);
    normal_part(q->normal, q->across);
}
