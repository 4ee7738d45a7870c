#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "graph.h"
#include "metrics.h"

enum { CROWD = 8 }; /* atoms with more bonds have no angles: they would be too many */

typedef struct list {
    sg_i_feature *f;
    int n, cap, failed;
} list;

static void put(list *l, uint32_t type, double value)
{
    if (l->n == l->cap) {
        int cap = l->cap ? 2 * l->cap : 128;
        sg_i_feature *f = realloc(l->f, sizeof *f * (size_t)cap);
        if (!f) {
            l->failed = 1;
            return;
        }
        l->f = f;
        l->cap = cap;
    }
    l->f[l->n++] = (sg_i_feature){type, (float)value};
}

static void sub(double d[3], const double a[3], const double b[3])
{
    for (int x = 0; x < 3; x++)
        d[x] = a[x] - b[x];
}

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(double c[3], const double a[3], const double b[3])
{
    c[0] = a[1] * b[2] - a[2] * b[1];
    c[1] = a[2] * b[0] - a[0] * b[2];
    c[2] = a[0] * b[1] - a[1] * b[0];
}

/* Degrees between two vectors, accurate near 0 and 180; NaN if one has no length. */
static double angle(const double a[3], const double b[3])
{
    double c[3];
    cross(c, a, b);
    double s = sqrt(dot(c, c)), d = dot(a, b);
    return s == 0 && d == 0 ? NAN : atan2(s, d) * (180 / 3.14159265358979323846);
}

static void lengths(list *l, const sg_mol *m, const sg_i_graph *g)
{
    int e = 0; /* edges of the graph come in the order of bonds */
    for (int k = 0; k < m->n_bonds; k++) {
        const sg_mol_bond *b = &m->bond[k];
        int p = m->atom[b->a].element, q = m->atom[b->b].element;
        int heavy = g->node[b->a] >= 0 && g->node[b->b] >= 0;
        int order = heavy ? g->order[e++] : b->order;
        double d[3];
        sub(d, m->atom[b->a].xyz, m->atom[b->b].xyz);
        put(l, sg_i_type(SG_I_LENGTH, p < q ? p : q, p < q ? q : p, order, 0), sqrt(dot(d, d)));
    }
}

/* start (n+2), nbr (2 n_bonds): neighbours of every atom */
static void link_atoms(const sg_mol *m, int *start, int *nbr)
{
    for (int k = 0; k < m->n_bonds; k++) {
        start[m->bond[k].a + 2]++;
        start[m->bond[k].b + 2]++;
    }
    for (int i = 2; i < m->n_atoms + 2; i++)
        start[i] += start[i - 1];
    for (int k = 0; k < m->n_bonds; k++) {
        nbr[start[m->bond[k].a + 1]++] = m->bond[k].b;
        nbr[start[m->bond[k].b + 1]++] = m->bond[k].a;
    }
}

static void angles(list *l, const sg_mol *m, const int *start, const int *nbr)
{
    for (int c = 0; c < m->n_atoms; c++)
        for (int k = start[c]; k < start[c + 1] && start[c + 1] - start[c] <= CROWD; k++)
            for (int q = start[c]; q < k; q++) {
                double u[3], v[3];
                int a = m->atom[nbr[k]].element, b = m->atom[nbr[q]].element;
                sub(u, m->atom[nbr[k]].xyz, m->atom[c].xyz);
                sub(v, m->atom[nbr[q]].xyz, m->atom[c].xyz);
                double x = angle(u, v);
                if (isfinite(x))
                    put(l,
                        sg_i_type(SG_I_ANGLE, a < b ? a : b, m->atom[c].element, a < b ? b : a, 0),
                        x);
            }
}

static void torsion(list *l, const sg_mol *m, const int at[4])
{
    double b1[3], b2[3], b3[3], p[3], q[3];
    int e[4];
    for (int k = 0; k < 4; k++)
        e[k] = m->atom[at[k]].element;
    int turn = e[1] != e[2] ? e[1] > e[2] : e[0] > e[3]; /* the smaller centre first */
    sub(b1, m->atom[at[1]].xyz, m->atom[at[0]].xyz);
    sub(b2, m->atom[at[2]].xyz, m->atom[at[1]].xyz);
    sub(b3, m->atom[at[3]].xyz, m->atom[at[2]].xyz);
    cross(p, b1, b2);
    cross(q, b2, b3);
    double x = angle(p, q);
    if (isfinite(x))
        put(l,
            turn ? sg_i_type(SG_I_TORSION, e[3], e[2], e[1], e[0])
                 : sg_i_type(SG_I_TORSION, e[0], e[1], e[2], e[3]),
            x);
}

static void torsions(list *l, const sg_mol *m, const int *start, const int *nbr)
{
    for (int k = 0; k < m->n_bonds; k++) {
        int b = m->bond[k].a, c = m->bond[k].b;
        if (start[b + 1] - start[b] > CROWD || start[c + 1] - start[c] > CROWD)
            continue;
        for (int p = start[b]; p < start[b + 1]; p++)
            for (int q = start[c]; q < start[c + 1]; q++) {
                const int at[4] = {nbr[p], b, c, nbr[q]};
                int hydrogens = 0;
                for (int x = 0; x < 4; x++)
                    hydrogens += m->atom[at[x]].element == 1;
                if (!hydrogens && at[0] != c && at[3] != b && at[0] != at[3])
                    torsion(l, m, at);
            }
    }
}

static sg_status collect(list *l, const sg_mol *m, sg_i_graph *g, sg_error *err)
{
    int rings[SG_I_RING_MAX + 1] = {0}, heavy = 0;
    sg_error e = {0};
    sg_status s = sg_i_aromatic(g, NULL, NULL, err);
    if (s != SG_OK)
        return s;
    if (sg_i_ring_sizes(g, rings, &e) < 0 && e.code != SG_ELIMIT)
        return sg_fail(err, e.code, "%s", e.text);
    for (int k = 3; k <= SG_I_RING_MAX; k++)
        while (rings[k]-- > 0)
            put(l, sg_i_type(SG_I_RING, 0, 0, 0, 0), k);
    for (int i = 0; i < m->n_atoms; i++) {
        put(l, sg_i_type(SG_I_ELEMENT, 0, 0, 0, 0), m->atom[i].element);
        heavy += m->atom[i].element != 1;
    }
    put(l, sg_i_type(SG_I_HEAVY, 0, 0, 0, 0), heavy);
    if (!m->has_xyz)
        return SG_OK;
    int *start = calloc((size_t)m->n_atoms + 2 + 2 * (size_t)m->n_bonds, sizeof *start);
    if (!start)
        return sg_fail(err, SG_ENOMEM, "no memory for %d atoms", m->n_atoms);
    int *nbr = start + m->n_atoms + 2;
    link_atoms(m, start, nbr);
    lengths(l, m, g);
    angles(l, m, start, nbr);
    torsions(l, m, start, nbr);
    free(start);
    return SG_OK;
}

sg_status sg_i_features(sg_i_feature **feature, int *n, const sg_mol *m, sg_error *err)
{
    sg_i_graph g;
    list l = {0};
    sg_status s = sg_i_graph_make(&g, m, err);
    if (s != SG_OK)
        return s;
    s = collect(&l, m, &g, err);
    sg_i_graph_clear(&g);
    if (s == SG_OK && l.failed)
        s = sg_fail(err, SG_ENOMEM, "no memory for the features of %d atoms", m->n_atoms);
    if (s != SG_OK) {
        free(l.f);
        return s;
    }
    sg_i_feature *fit = realloc(l.f, sizeof *fit * (size_t)(l.n ? l.n : 1));
    *feature = fit ? fit : l.f;
    *n = l.n;
    return SG_OK;
}

void sg_i_type_name(char name[32], uint32_t type)
{
    static const char *const kinds[SG_I_KINDS] = {"",           "",         "",
                                                  "ring sizes", "elements", "heavy atoms"};
    static const char orders[] = "?-=#?:";
    int e[4] = {(int)(type >> 21 & 127), (int)(type >> 14 & 127), (int)(type >> 7 & 127),
                (int)(type & 127)};
    const char *s[4];
    for (int k = 0; k < 4; k++)
        s[k] = sg_element_symbol(e[k]) ? sg_element_symbol(e[k]) : "?";
    switch (type >> 28) {
    case SG_I_LENGTH:
        snprintf(name, 32, "%s%c%s", s[0], orders[e[2] < 6 ? e[2] : 0], s[1]);
        break;
    case SG_I_ANGLE:
        snprintf(name, 32, "%s-%s-%s", s[0], s[1], s[2]);
        break;
    case SG_I_TORSION:
        snprintf(name, 32, "%s-%s-%s-%s", s[0], s[1], s[2], s[3]);
        break;
    default:
        snprintf(name, 32, "%s", type >> 28 < SG_I_KINDS ? kinds[type >> 28] : "?");
    }
}
