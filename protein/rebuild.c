/* Backbones from CA traces. Each peptide is a rigid plane with one free angle about its CA-CA axis.
 * The angles of all planes together minimise sum -ln p(angle | trace of four CA)  +  sum -w ln
 * rama(phi, psi)  +  sum (N-CA-C - 111)^2 / 2 s^2, whose terms join neighbouring planes only:
 * dynamic programming finds the minimum over angles every 10 degrees, and again every 2.5 degrees
 * about that. Hydrogen bonds join distant planes: the minimum is sought again a few times with w
 * times the energy [KS83] of each plane's best bond as donor and as acceptor to the others as they
 * came to lie the time before. */
#include <config.h>
#include <sigen/protein_metrics.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geometry.h"
#include "planes.h"
#include "rama_i.h"

#define RAD 0.017453292519943295

enum { COARSE = SG_I_ANGLES, FINE = 9 };
enum { COARSE_ROUNDS = 4, FINE_ROUNDS = 2 };
static const double rama_weight = 0.6, tau = SG_I_N_CA_C, tau_sd = 4.5;
static const double bond_weight = 1.5, bond_floor = -3.0, near = 7.0; /* mol/kcal, kcal/mol, A */

/* C, O, N in the plane: x along CA-CA, y towards O; of a trans and of a cis peptide. */
typedef struct peptide {
    double length, atom[3][2];
} peptide;

typedef struct plane {
    double origin[3], frame[9], length;
    const peptide *shape;
    const unsigned char *cost; /* (SG_I_ANGLES); NULL: nothing known */
    double angle[COARSE];      /* degrees, of the states */
    double atom[COARSE][4][3]; /* C, O, N, H */
    float bonds[COARSE];       /* cost of hydrogen bonds */
} plane;

typedef struct rebuild {
    sg_protein_residue *r;
    size_t n;     /* residues; n-1 planes */
    plane *p;     /* (n - 1) */
    float *value; /* (n - 1, COARSE) */
    float *joint; /* (n - 1, COARSE, COARSE) joint_cost with the plane before */
    unsigned char *from;
    const float *rama; /* costs of the map */
    int states;
} rebuild;

/* From bond lengths and angles of real chains (A, degrees). */
static void make_peptide(peptide *p, int cis)
{
    const double ca_c = SG_I_CA_C, c_n = 1.330, n_ca = SG_I_N_CA, c_o = SG_I_C_O;
    const double at_c = 116.6 * RAD, at_n = (cis ? 125.5 : 121.5) * RAD, o = SG_I_CA_C_O * RAD;
    /* CA at 0, C along x, O above (y > 0) and so N below */
    double x[5][2] = {{0, 0}, {ca_c, 0}, {0}, {0}, {0}};
    x[2][0] = ca_c - c_o * cos(o);
    x[2][1] = c_o * sin(o);
    x[3][0] = ca_c - c_n * cos(at_c);
    x[3][1] = -c_n * sin(at_c);
    double back = atan2(x[1][1] - x[3][1], x[1][0] - x[3][0]); /* from N to C */
    double to = back + (cis ? at_n : -at_n);
    x[4][0] = x[3][0] + n_ca * cos(to);
    x[4][1] = x[3][1] + n_ca * sin(to);
    p->length = hypot(x[4][0], x[4][1]);
    double c = x[4][0] / p->length, s = x[4][1] / p->length;
    for (int k = 0; k < 3; k++) {
        p->atom[k][0] = c * x[k + 1][0] + s * x[k + 1][1];
        p->atom[k][1] = -s * x[k + 1][0] + c * x[k + 1][1];
    }
    if (p->atom[1][1] < 0)
        for (int k = 0; k < 3; k++)
            p->atom[k][1] = -p->atom[k][1];
}

static const double *ca(const rebuild *b, size_t i)
{
    return b->r[i].xyz[SG_PROTEIN_CA];
}

static void place(plane *p, int state, double angle)
{
    double c = cos(angle * RAD), s = sin(angle * RAD), stretch = p->length / p->shape->length;
    p->angle[state] = angle;
    for (int a = 0; a < 3; a++)
        for (int k = 0; k < 3; k++) {
            double x = p->shape->atom[a][0] * stretch, y = p->shape->atom[a][1];
            p->atom[state][a][k] =
                p->origin[k] + x * p->frame[k] + y * (c * p->frame[3 + k] + s * p->frame[6 + k]);
        }
    const double *C = p->atom[state][0], *O = p->atom[state][1], *N = p->atom[state][2];
    double co = sg_i_distance(C, O);
    for (int k = 0; k < 3; k++)
        p->atom[state][3][k] = N[k] + 1.008 * (C[k] - O[k]) / co;
    p->bonds[state] = 0;
}

static void make_planes(rebuild *b, const peptide shape[2])
{
    for (size_t i = 0; i + 1 < b->n; i++) {
        plane *p = &b->p[i];
        const double *before = i ? ca(b, i - 1) : NULL, *after = i + 2 < b->n ? ca(b, i + 2) : NULL;
        double any[3];
        memcpy(p->origin, ca(b, i), sizeof p->origin);
        p->length = sg_i_distance(ca(b, i), ca(b, i + 1));
        p->shape = &shape[p->length < 3.4];
        p->cost = NULL;
        if (before && after && p->length >= 3.4)
            p->cost = sg_i_plane_bytes +
                      SG_I_ANGLES * sg_i_plane_bin(before, ca(b, i), ca(b, i + 1), after);
        const double *side = before ? before : after;
        if (side && sg_i_plane_frame(p->frame, ca(b, i), ca(b, i + 1), side))
            continue;
        p->cost = NULL; /* in line: any side */
        for (int k = 0; k < 3; k++)
            any[k] = p->origin[k] + (k == 0);
        if (fabs(p->origin[1] - ca(b, i + 1)[1]) + fabs(p->origin[2] - ca(b, i + 1)[2]) < 1e-3)
            any[1] += 1;
        sg_i_plane_frame(p->frame, ca(b, i), ca(b, i + 1), any);
    }
}

/* Between the middles of two bins, linearly. */
static double own_cost(const plane *p, double angle)
{
    if (!p->cost)
        return 0;
    double at = (angle + 180) / 10 - 0.5;
    at -= SG_I_ANGLES * floor(at / SG_I_ANGLES);
    int k = (int)at % SG_I_ANGLES;
    double f = at - floor(at);
    return ((1 - f) * p->cost[k] + f * p->cost[(k + 1) % SG_I_ANGLES]) / SG_I_PLANE_SCALE;
}

/* At the CA between two planes in states s and t. */
static double joint_cost(const float *rama, const plane *p, int s, const plane *q, int t)
{
    const double *c0 = p->atom[s][0], *n = p->atom[s][2], *c = q->atom[t][0], *n1 = q->atom[t][2],
                 *a = q->origin;
    double bent = sg_i_angle(n, a, c) - tau;
    double phi = sg_i_dihedral(c0, n, a, c), psi = sg_i_dihedral(n, a, c, n1);
    return bent * bent / (2 * tau_sd * tau_sd) + rama_weight * sg_i_rama_cost(rama, phi, psi);
}

/* ---- hydrogen bonds -------------------------------------------------------------------------- */

/* N-H of one plane to C=O of another, kcal/mol; 0 if none, not below bond_floor */
static double bond_energy(const double donor[4][3], const double acceptor[4][3])
{
    const double *C = acceptor[0], *O = acceptor[1], *N = donor[2], *H = donor[3];
    double on = sg_i_distance(O, N), oh = sg_i_distance(O, H);
    if (on > 5.2 || oh < 0.5)
        return 0;
    double e = 27.888 * (1 / on + 1 / sg_i_distance(C, H) - 1 / oh - 1 / sg_i_distance(C, N));
    return e < bond_floor ? bond_floor : e > 0 ? 0 : e;
}

/* The N of a plane is its second residue's; proline's has no hydrogen. */
static int gives(const rebuild *b, size_t i)
{
    return b->r[i + 1].code != 'P';
}

/* Cost of every state's bonds with the other planes in the states best (n-1). */
static void bond(rebuild *b, const int *best)
{
    size_t m = b->n - 1;
    for (size_t i = 0; i < m; i++) {
        plane *p = &b->p[i];
        double give[COARSE] = {0}, take[COARSE] = {0};
        for (size_t j = 0; j < m; j++) {
            const plane *q = &b->p[j];
            if ((j > i ? j - i : i - j) < 2 || sg_i_distance2(p->origin, q->origin) > near * near)
                continue;
            for (int s = 0; s < b->states; s++) {
                if (gives(b, i))
                    give[s] = fmin(give[s], bond_energy(p->atom[s], q->atom[best[j]]));
                if (gives(b, j))
                    take[s] = fmin(take[s], bond_energy(q->atom[best[j]], p->atom[s]));
            }
        }
        for (int s = 0; s < b->states; s++)
            p->bonds[s] = (float)(bond_weight * (give[s] + take[s]));
    }
}

/* ---- the minimum ----------------------------------------------------------------------------- */

static void fill_joint(rebuild *b)
{
    for (size_t i = 1; i + 1 < b->n; i++)
        for (int t = 0; t < b->states; t++)
            for (int s = 0; s < b->states; s++)
                b->joint[(i * COARSE + (size_t)t) * COARSE + (size_t)s] =
                    (float)joint_cost(b->rama, &b->p[i - 1], s, &b->p[i], t);
}

/* The states of least cost; best (n-1). */
static void solve(rebuild *b, int *best)
{
    size_t m = b->n - 1;
    int states = b->states;
    for (size_t i = 0; i < m; i++)
        for (int t = 0; t < states; t++) {
            float *v = b->value + i * COARSE, least = i ? INFINITY : 0;
            const float *joint = b->joint + (i * COARSE + (size_t)t) * COARSE;
            for (int s = 0; i && s < states; s++) {
                float c = v[s - COARSE] + joint[s];
                if (c < least) {
                    least = c;
                    b->from[i * COARSE + (size_t)t] = (unsigned char)s;
                }
            }
            v[t] = least + b->p[i].bonds[t] + (float)own_cost(&b->p[i], b->p[i].angle[t]);
        }
    const float *last = b->value + (m - 1) * COARSE;
    best[m - 1] = 0;
    for (int s = 1; s < states; s++)
        if (last[s] < last[best[m - 1]])
            best[m - 1] = s;
    for (size_t i = m - 1; i > 0; i--)
        best[i - 1] = b->from[i * COARSE + (size_t)best[i]];
}

/* The planes by themselves, then `rounds` times with the bonds that they found. */
static void settle(rebuild *b, int *best, int rounds)
{
    fill_joint(b);
    for (int k = 0; k <= rounds; k++) {
        if (k)
            bond(b, best);
        solve(b, best);
    }
}

/* d with |cd|, angle b-c-d and dihedral a-b-c-d. */
static void extend(double *d, const double *a, const double *b, const double *c, double length,
                   double angle, double dihedral)
{
    double f[9];
    /* x from b to c, y on the side of a */
    if (!sg_i_plane_frame(f, b, c, a))
        memset(f, 0, sizeof f);
    double x = -length * cos(angle * RAD), h = length * sin(angle * RAD);
    for (int k = 0; k < 3; k++)
        d[k] =
            c[k] + x * f[k] + h * (cos(dihedral * RAD) * f[3 + k] + sin(dihedral * RAD) * f[6 + k]);
}

static void take(rebuild *b, const int *best)
{
    static const int slot[3] = {SG_PROTEIN_C, SG_PROTEIN_O, SG_PROTEIN_N};
    for (size_t i = 0; i + 1 < b->n; i++)
        for (int a = 0; a < 3; a++)
            memcpy(b->r[i + (a == 2)].xyz[slot[a]], b->p[i].atom[best[i]][a],
                   sizeof b->p[i].atom[0][0]);
    /* the ends have no plane: as in a helix if the trace turns like one, else extended */
    sg_protein_residue *first = b->r, *last = b->r + b->n - 1;
    int helix = b->n > 3 && sg_i_distance(ca(b, b->n - 4), ca(b, b->n - 1)) < 6.5;
    int helix0 = b->n > 3 && sg_i_distance(ca(b, 0), ca(b, 3)) < 6.5;
    extend(first->xyz[SG_PROTEIN_N], b->r[1].xyz[SG_PROTEIN_N], first->xyz[SG_PROTEIN_C],
           first->xyz[SG_PROTEIN_CA], 1.46, tau, helix0 ? -42 : 135);
    extend(last->xyz[SG_PROTEIN_C], last[-1].xyz[SG_PROTEIN_C], last->xyz[SG_PROTEIN_N],
           last->xyz[SG_PROTEIN_CA], 1.524, tau, helix ? -63 : -110);
    extend(last->xyz[SG_PROTEIN_O], last->xyz[SG_PROTEIN_N], last->xyz[SG_PROTEIN_CA],
           last->xyz[SG_PROTEIN_C], 1.232, 120.4, helix ? 138 : -45);
    for (size_t i = 0; i < b->n; i++)
        b->r[i].have |= SG_PROTEIN_BACKBONE;
}

static sg_status rebuild_chain(sg_protein_residue *r, size_t n, const peptide shape[2],
                               const float *rama, sg_error *err)
{
    rebuild b = {.r = r, .n = n, .rama = rama, .states = COARSE};
    if (n < 2)
        return SG_OK;
    b.p = malloc((n - 1) * sizeof *b.p);
    b.value = malloc((n - 1) * COARSE * sizeof *b.value);
    b.joint = malloc((n - 1) * COARSE * COARSE * sizeof *b.joint);
    b.from = calloc(n - 1, COARSE);
    int *best = malloc((n - 1) * sizeof *best);
    sg_status s = SG_OK;
    if (!b.p || !b.value || !b.joint || !b.from || !best) {
        s = sg_fail(err, SG_ENOMEM, "no memory to rebuild %zu residues", n);
    } else {
        make_planes(&b, shape);
        for (size_t i = 0; i + 1 < n; i++)
            for (int k = 0; k < COARSE; k++)
                place(&b.p[i], k, 10.0 * k - 175);
        settle(&b, best, COARSE_ROUNDS);
        for (size_t i = 0; i + 1 < n; i++) {
            double middle = b.p[i].angle[best[i]];
            for (int k = 0; k < FINE; k++)
                place(&b.p[i], k, middle + 2.5 * (k - FINE / 2));
        }
        b.states = FINE;
        for (size_t i = 0; i + 1 < n; i++)
            best[i] = FINE / 2;
        bond(&b, best);
        settle(&b, best, FINE_ROUNDS);
        take(&b, best);
    }
    free(b.p);
    free(b.value);
    free(b.joint);
    free(b.from);
    free(best);
    return s;
}

sg_status sg_protein_rebuild(sg_protein *p, sg_error *err)
{
    peptide shape[2];
    sg_status s = SG_OK;
    float rama[SG_I_RAMA * SG_I_RAMA];
    sg_i_rama_costs(rama);
    make_peptide(&shape[0], 0);
    make_peptide(&shape[1], 1);
    for (size_t i = 0; i < p->n; i++) {
        const sg_protein_residue *r = &p->residue[i];
        if (!(r->have & SG_PROTEIN_HAS(SG_PROTEIN_CA)))
            return sg_fail(err, SG_EINVAL, "residue %d has no CA", r->number);
        for (int k = 0; k < 3; k++)
            if (!(fabs(r->xyz[SG_PROTEIN_CA][k]) < 1e6))
                return sg_fail(err, SG_ENAN, "residue %d has no finite coordinates", r->number);
        if (i && memcmp(r->xyz[SG_PROTEIN_CA], r[-1].xyz[SG_PROTEIN_CA], 3 * sizeof(double)) == 0)
            return sg_fail(err, SG_EDOM, "residues %d and %d lie in one place", r[-1].number,
                           r->number);
    }
    for (size_t k = 0; k < p->n_chains && s == SG_OK; k++) {
        size_t first = p->chain[k].first, end = first + p->chain[k].n;
        for (size_t i = first; i < end && s == SG_OK;) { /* unbroken stretches */
            size_t j = i + 1;
            while (j < end && sg_i_distance(p->residue[j - 1].xyz[SG_PROTEIN_CA],
                                            p->residue[j].xyz[SG_PROTEIN_CA]) < 4.3)
                j++;
            s = rebuild_chain(&p->residue[i], j - i, shape, rama, err);
            i = j;
        }
    }
    for (size_t i = 0; i < p->n && s == SG_OK; i++) {
        p->residue[i].have &= (unsigned char)~SG_PROTEIN_HAS(SG_PROTEIN_CB);
        memset(p->residue[i].xyz[SG_PROTEIN_CB], 0, sizeof p->residue[i].xyz[SG_PROTEIN_CB]);
    }
    if (s == SG_OK)
        sg_protein_add_cb(p);
    return s;
}
