#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/align.h>
#include <sigen/mol_metrics.h>
#include "graph.h"

/* Covalent radii for single, double, triple bonds [PA09; triple: the same authors with S. Riedel,
 * 2005] and van der Waals radii, picometre; 0: none. */
/* clang-format off */
static const struct radii {
    unsigned char element, covalent[3], vdw;
} radii[] = {
    {1, {32, 0, 0}, 120},      {5, {85, 78, 73}, 192},    {6, {75, 67, 60}, 170},
    {7, {71, 60, 54}, 155},    {8, {63, 57, 53}, 152},    {9, {64, 59, 53}, 147},
    {14, {116, 107, 102}, 210}, {15, {111, 102, 94}, 180}, {16, {103, 94, 95}, 180},
    {17, {99, 95, 93}, 175},   {33, {121, 114, 106}, 185}, {34, {116, 107, 107}, 190},
    {35, {114, 109, 110}, 185}, {53, {133, 129, 125}, 198},
};
/* clang-format on */

static const double TOLERANCE = 0.25, FLAT = 0.25 /* angstrom */, CLASH = 0.6, CLASH_14 = 0.5;

static const struct radii *radii_of(int element)
{
    for (size_t k = 0; k < sizeof radii / sizeof radii[0]; k++)
        if (radii[k].element == element)
            return &radii[k];
    return NULL;
}

static double distance(const sg_mol *m, int i, int j)
{
    const double *p = m->atom[i].xyz, *q = m->atom[j].xyz;
    double x = p[0] - q[0], y = p[1] - q[1], z = p[2] - q[2];
    return sqrt(x * x + y * y + z * z);
}

/* Expected length in angstrom for order 1..3 or aromatic (between single and double); 0: unknown.
 */
static double length_of(int a, int b, int order)
{
    const struct radii *p = radii_of(a), *q = radii_of(b);
    int k = order >= 1 && order <= 3 ? order - 1 : 0;
    if (!p || !q)
        return 0;
    double r = 0.01 * (p->covalent[k] + q->covalent[k]);
    if (order == SG_I_AROMATIC)
        r = 0.5 * (r + 0.01 * (p->covalent[1] + q->covalent[1]));
    return p->covalent[k] && q->covalent[k] ? r : 0;
}

/* ---- planes ---------------------------------------------------------------------------------- */

/* Is every atom within FLAT of the plane of least squares? */
static int flat(const sg_mol *m, const int *atom, int n)
{
    double mean[3] = {0}, c[9] = {0}, value[3], v[9];
    for (int k = 0; k < n; k++)
        for (int x = 0; x < 3; x++)
            mean[x] += m->atom[atom[k]].xyz[x] / n;
    for (int k = 0; k < n; k++)
        for (int x = 0; x < 3; x++)
            for (int y = 0; y < 3; y++)
                c[3 * x + y] +=
                    (m->atom[atom[k]].xyz[x] - mean[x]) * (m->atom[atom[k]].xyz[y] - mean[y]);
    for (int x = 0; x < 9; x++)
        if (!isfinite(c[x]))
            return 0;
    sg_eigen_sym3(value, v, c);
    for (int k = 0; k < n; k++) {
        double off = 0;
        for (int x = 0; x < 3; x++)
            off += v[3 * x + 2] * (m->atom[atom[k]].xyz[x] - mean[x]);
        if (!(fabs(off) <= FLAT))
            return 0;
    }
    return 1;
}

/* ---- checks ---------------------------------------------------------------------------------- */

/* Neighbours of every atom, hydrogens included: what the graph of heavy atoms does not have. */
typedef struct neighbours {
    int *start, *nbr, *order; /* (n+1), (2 n_bonds), (2 n_bonds) */
    int *near;                /* (n) bonds from the atom in hand, up to 3; 0: more */
    int *queue;               /* (n) */
    void *memory;
} neighbours;

static sg_status neighbours_make(neighbours *a, const sg_mol *m, const sg_i_graph *g, sg_error *err)
{
    size_t n = (size_t)m->n_atoms, b = (size_t)m->n_bonds;
    int *p = a->memory = calloc(3 * n + 2 + 4 * b, sizeof *p);
    if (!p)
        return sg_fail(err, SG_ENOMEM, "no memory for %d atoms", m->n_atoms);
    a->start = p;
    a->near = p + n + 2;
    a->queue = a->near + n;
    a->nbr = a->queue + n;
    a->order = a->nbr + 2 * b;
    for (size_t k = 0; k < b; k++) {
        a->start[m->bond[k].a + 2]++;
        a->start[m->bond[k].b + 2]++;
    }
    for (size_t i = 2; i < n + 2; i++)
        a->start[i] += a->start[i - 1];
    int e = 0; /* edges of the graph come in the order of bonds */
    for (size_t k = 0; k < b; k++) {
        const sg_mol_bond *q = &m->bond[k];
        int heavy = g->node[q->a] >= 0 && g->node[q->b] >= 0;
        int order = heavy ? g->order[e++] : q->order;
        int i = a->start[q->a + 1]++, j = a->start[q->b + 1]++;
        a->nbr[i] = q->b, a->order[i] = order;
        a->nbr[j] = q->a, a->order[j] = order;
    }
    return SG_OK;
}

/* Bonds from atom i to all atoms within three. Returns how many are in the queue. */
static int spread(neighbours *a, int i)
{
    int last = 0;
    a->near[i] = -1;
    a->queue[last++] = i;
    for (int q = 0; q < last; q++) {
        int v = a->queue[q], d = v == i ? 0 : a->near[v];
        for (int k = a->start[v]; k < a->start[v + 1] && d < 3; k++)
            if (a->near[a->nbr[k]] == 0) {
                a->near[a->nbr[k]] = d + 1;
                a->queue[last++] = a->nbr[k];
            }
    }
    return last;
}

static int clashes(const sg_mol *m, neighbours *a)
{
    int bad = 0;
    for (int i = 0; i < m->n_atoms && !bad; i++) {
        const struct radii *p = radii_of(m->atom[i].element);
        int reached = spread(a, i);
        for (int j = 0; j < i && p && !bad; j++) {
            const struct radii *q = radii_of(m->atom[j].element);
            if (!q || a->near[j] == 1 || a->near[j] == 2)
                continue;
            double limit = 0.01 * (p->vdw + q->vdw) * (a->near[j] == 3 ? CLASH_14 : CLASH);
            bad = distance(m, i, j) < limit;
        }
        for (int k = 0; k < reached; k++)
            a->near[a->queue[k]] = 0;
    }
    return bad;
}

/* Size, 3 or 4, of the smallest ring through the angle i-c-j; 0: larger. */
static int small_ring(const neighbours *a, int i, int c, int j)
{
    for (int k = a->start[i]; k < a->start[i + 1]; k++)
        if (a->nbr[k] == j)
            return 3;
    for (int k = a->start[i]; k < a->start[i + 1]; k++)
        for (int q = a->start[j]; q < a->start[j + 1]; q++)
            if (a->nbr[k] == a->nbr[q] && a->nbr[k] != c)
                return 4;
    return 0;
}

/* cosine of the angle expected at atom c */
static double expected_cosine(const neighbours *a, int c, int ring)
{
    int twice = 0, triple = 0;
    if (ring == 3)
        return 0.5;
    if (ring == 4)
        return 0;
    for (int k = a->start[c]; k < a->start[c + 1]; k++) {
        twice += a->order[k] == 2 || a->order[k] == SG_I_AROMATIC;
        triple += a->order[k] == 3;
    }
    int degree = a->start[c + 1] - a->start[c];
    if (degree == 2 && (triple || twice == 2))
        return a->order[a->start[c]] == SG_I_AROMATIC ? -0.5 : -1;
    return twice && degree < 4 ? -0.5 : -1.0 / 3;
}

static int wrong_angles(const sg_mol *m, const neighbours *a)
{
    for (int c = 0; c < m->n_atoms; c++)
        for (int k = a->start[c]; k < a->start[c + 1] && a->start[c + 1] - a->start[c] <= 4; k++)
            for (int q = a->start[c]; q < k; q++) {
                int i = a->nbr[k], j = a->nbr[q];
                int z = m->atom[c].element, ring = small_ring(a, i, c, j);
                double p = length_of(z, m->atom[i].element, a->order[k]);
                double r = length_of(z, m->atom[j].element, a->order[q]);
                if (p == 0 || r == 0)
                    continue;
                double d = sqrt(p * p + r * r - 2 * p * r * expected_cosine(a, c, ring));
                if (!(fabs(distance(m, i, j) - d) <= TOLERANCE * d))
                    return 1;
            }
    return 0;
}

static int wrong_lengths(const sg_mol *m, const neighbours *a)
{
    for (int i = 0; i < m->n_atoms; i++)
        for (int k = a->start[i]; k < a->start[i + 1]; k++) {
            double l = length_of(m->atom[i].element, m->atom[a->nbr[k]].element, a->order[k]);
            if (l > 0 && !(fabs(distance(m, i, a->nbr[k]) - l) <= TOLERANCE * l))
                return 1;
        }
    return 0;
}

/* The carbons of a C=C and their neighbours lie in a plane. */
static int bent_double(const sg_mol *m, const neighbours *a)
{
    for (int i = 0; i < m->n_atoms; i++)
        for (int k = a->start[i]; k < a->start[i + 1]; k++) {
            int j = a->nbr[k], group[8], n = 2;
            int di = a->start[i + 1] - a->start[i], dj = a->start[j + 1] - a->start[j];
            if (a->order[k] != 2 || j < i || m->atom[i].element != 6 || m->atom[j].element != 6 ||
                di != 3 || dj != 3)
                continue;
            group[0] = i, group[1] = j;
            for (int q = 0; q < 3; q++) {
                if (a->nbr[a->start[i] + q] != j)
                    group[n++] = a->nbr[a->start[i] + q];
                if (a->nbr[a->start[j] + q] != i)
                    group[n++] = a->nbr[a->start[j] + q];
            }
            if (!flat(m, group, n))
                return 1;
        }
    return 0;
}

typedef struct rings {
    const sg_i_graph *g;
    int bent;
} rings;

static void ring(void *ctx, const int *node, int n)
{
    rings *r = ctx;
    int atom[8];
    if (n != 5 && n != 6)
        return;
    for (int k = 0; k < n; k++)
        atom[k] = r->g->atom[node[k]];
    r->bent |= !flat(r->g->mol, atom, n);
}

sg_status sg_mol_geometry_check(unsigned *defects, const sg_mol *m, sg_error *err)
{
    sg_i_graph g;
    neighbours a = {0};
    sg_status s = sg_i_graph_make(&g, m, err);
    if (s != SG_OK)
        return s;
    rings r = {.g = &g};
    s = sg_i_aromatic(&g, ring, &r, err);
    if (s == SG_OK)
        s = neighbours_make(&a, m, &g, err);
    if (s == SG_OK) {
        unsigned d = 0;
        d |= wrong_lengths(m, &a) ? SG_MOL_GEOMETRY_LENGTHS : 0;
        d |= wrong_angles(m, &a) ? SG_MOL_GEOMETRY_ANGLES : 0;
        d |= clashes(m, &a) ? SG_MOL_GEOMETRY_CLASH : 0;
        d |= r.bent ? SG_MOL_GEOMETRY_RINGS : 0;
        d |= bent_double(m, &a) ? SG_MOL_GEOMETRY_DOUBLE : 0;
        *defects = d;
    }
    free(a.memory);
    sg_i_graph_clear(&g);
    return s;
}
