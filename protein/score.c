/* One chain measured. */
#include <config.h>
#include <sigen/protein_metrics.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "geometry.h"
#include "rama_i.h"

typedef struct chain {
    const sg_protein_residue *r;
    long n;
    sg_protein_scores *s;
    const sg_protein_fragments *frag;
} chain;

static const double *at(const chain *c, long i, int atom)
{
    return c->r[i].xyz[atom];
}

static void add(sg_protein_sum *s, double x)
{
    if (!isfinite(x))
        return;
    s->n++;
    s->sum += x;
    s->squares += x * x;
}

/* Residues i .. i+k bonded one to the next. */
static int linked(const chain *c, long i, long k)
{
    for (; k > 0; k--, i++)
        if (!sg_protein_linked(c->r + i, c->r + i + 1))
            return 0;
    return 1;
}

static void covalent(const chain *c)
{
    sg_protein_sum *m = c->s->measure;
    enum { N = SG_PROTEIN_N, CA = SG_PROTEIN_CA, C = SG_PROTEIN_C, O = SG_PROTEIN_O };
    for (long i = 0; i < c->n; i++) {
        add(&m[SG_PROTEIN_BOND_N_CA], sg_i_distance(at(c, i, N), at(c, i, CA)));
        add(&m[SG_PROTEIN_BOND_CA_C], sg_i_distance(at(c, i, CA), at(c, i, C)));
        add(&m[SG_PROTEIN_BOND_C_O], sg_i_distance(at(c, i, C), at(c, i, O)));
        add(&m[SG_PROTEIN_ANGLE_N_CA_C], sg_i_angle(at(c, i, N), at(c, i, CA), at(c, i, C)));
        add(&m[SG_PROTEIN_ANGLE_CA_C_O], sg_i_angle(at(c, i, CA), at(c, i, C), at(c, i, O)));
        if (i + 1 == c->n || !linked(c, i, 1))
            continue;
        add(&m[SG_PROTEIN_BOND_C_N], sg_i_distance(at(c, i, C), at(c, i + 1, N)));
        add(&m[SG_PROTEIN_ANGLE_CA_C_N], sg_i_angle(at(c, i, CA), at(c, i, C), at(c, i + 1, N)));
        add(&m[SG_PROTEIN_ANGLE_C_N_CA],
            sg_i_angle(at(c, i, C), at(c, i + 1, N), at(c, i + 1, CA)));
        double w =
            fabs(sg_i_dihedral(at(c, i, CA), at(c, i, C), at(c, i + 1, N), at(c, i + 1, CA)));
        c->s->peptides++;
        c->s->cis += w < 30;
        c->s->twisted += w >= 30 && w <= 150;
        if (w > 90)
            add(&m[SG_PROTEIN_OMEGA], 180 - w);
    }
}

/* Is the peptide i, i+1 trans; by the CA distance where atoms are missing. */
static int is_trans(const chain *c, long i, double d)
{
    if (!c->s->full)
        return d > 3.4;
    return fabs(sg_i_dihedral(at(c, i, SG_PROTEIN_CA), at(c, i, SG_PROTEIN_C),
                              at(c, i + 1, SG_PROTEIN_N), at(c, i + 1, SG_PROTEIN_CA))) > 90;
}

static void trace(const chain *c)
{
    sg_protein_scores *s = c->s;
    for (long i = 0; i + 1 < c->n; i++) {
        if (s->full && !linked(c, i, 1)) /* a CA trace has no other breaks than bad bonds */
            continue;
        const double *a = at(c, i, SG_PROTEIN_CA), *b = at(c, i + 1, SG_PROTEIN_CA);
        double d = sg_i_distance(a, b);
        int trans = is_trans(c, i, d);
        s->ca_bonds++;
        s->ca_ok += fabs(d - 3.8) <= 0.2 || fabs(d - 2.95) <= 0.2;
        s->ca_out += !((d >= 3.65 && d <= 3.95) || (d >= 2.8 && d <= 3.1));
        if (trans) {
            add(&s->measure[SG_PROTEIN_CA_CA], d);
            s->ca_trans_ok += d >= 3.6 && d <= 4.0;
        }
        if (i + 2 < c->n && (!s->full || linked(c, i, 2)))
            add(&s->measure[SG_PROTEIN_ANGLE_CA_CA_CA],
                sg_i_angle(a, b, at(c, i + 2, SG_PROTEIN_CA)));
        if (i + 3 < c->n && (!s->full || linked(c, i, 3))) {
            double t =
                sg_i_dihedral(a, b, at(c, i + 2, SG_PROTEIN_CA), at(c, i + 3, SG_PROTEIN_CA));
            s->dihedrals++;
            s->right += t >= 30 && t <= 90;
            s->left += t >= -90 && t <= -30;
        }
    }
}

static void pairs(const chain *c)
{
    sg_protein_scores *s = c->s;
    size_t contacts = 0, near = 0;
    double order = 0, centre[3] = {0}, rg = 0;
    for (long i = 0; i < c->n; i++) {
        const double *a = at(c, i, SG_PROTEIN_CA);
        for (int k = 0; k < 3; k++)
            centre[k] += a[k] / (double)c->n;
        for (long j = i + 1; j < c->n; j++) {
            double d = sg_i_distance2(a, at(c, j, SG_PROTEIN_CA));
            near += d < 100;
            if (j - i < 3 || d >= 64)
                continue;
            contacts++;
            order += (double)(j - i);
            s->ca_clash += d < 3.6 * 3.6;
            s->ca_clash3 += d < 3.0 * 3.0;
        }
    }
    for (long i = 0; i < c->n; i++)
        rg += sg_i_distance2(at(c, i, SG_PROTEIN_CA), centre);
    s->rg = sqrt(rg / (double)c->n);
    s->rg_ratio = s->rg / (2.2 * pow((double)c->n, 0.38));
    s->contacts = 2 * (double)contacts / (double)c->n;
    s->neighbours = 2 * (double)near / (double)c->n;
    s->contact_order = contacts ? order / (double)contacts / (double)c->n : 0;
}

static void clashes(const chain *c)
{
    for (long i = 0; i < c->n; i++)
        for (long j = i + 2; j < c->n; j++) {
            if (sg_i_distance2(at(c, i, SG_PROTEIN_CA), at(c, j, SG_PROTEIN_CA)) > 64)
                continue;
            for (int a = SG_PROTEIN_N; a <= SG_PROTEIN_O; a++)
                for (int b = SG_PROTEIN_N; b <= SG_PROTEIN_O; b++) {
                    int polar = (a == SG_PROTEIN_N && b == SG_PROTEIN_O) ||
                                (a == SG_PROTEIN_O && b == SG_PROTEIN_N);
                    double limit = polar ? 2.3 : 2.6;
                    c->s->bb_clash += sg_i_distance2(at(c, i, a), at(c, j, b)) < limit * limit;
                }
        }
}

static void ramachandran(const chain *c)
{
    sg_protein_scores *s = c->s;
    for (long i = 1; i + 1 < c->n; i++) {
        if (!linked(c, i - 1, 2))
            continue;
        double phi = sg_i_dihedral(at(c, i - 1, SG_PROTEIN_C), at(c, i, SG_PROTEIN_N),
                                   at(c, i, SG_PROTEIN_CA), at(c, i, SG_PROTEIN_C));
        double psi = sg_i_dihedral(at(c, i, SG_PROTEIN_N), at(c, i, SG_PROTEIN_CA),
                                   at(c, i, SG_PROTEIN_C), at(c, i + 1, SG_PROTEIN_N));
        s->torsions++;
        s->phi_positive += phi > 0;
        s->rama_98 += (size_t)sg_i_rama_outside(phi, psi, 0);
        s->rama_9995 += (size_t)sg_i_rama_outside(phi, psi, 1);
        s->rama[sg_i_rama_bin(phi, psi)]++;
    }
}

static void structure(const chain *c, const char *ss, const sg_protein_hbonds *hb)
{
    sg_protein_scores *s = c->s;
    size_t helix = 0, strand = 0;
    for (long i = 0; i < c->n; i++) {
        helix += strchr("HGI", ss[i]) != NULL;
        strand += strchr("EB", ss[i]) != NULL;
        s->helix_residues += ss[i] == 'H';
        s->helices += ss[i] == 'H' && (i == 0 || ss[i - 1] != 'H');
        s->strand_residues += ss[i] == 'E';
        s->strands += ss[i] == 'E' && (i == 0 || ss[i - 1] != 'E');
        for (int k = 0; k < 2; k++)
            if (hb[i].energy[k] < -0.5) {
                s->hbonds++;
                add(&s->hbond_energy, hb[i].energy[k]);
                int bin = (int)floor((hb[i].energy[k] + 10) * 10);
                s->hbond_histogram[bin < 0 ? 0 : bin > 99 ? 99 : bin]++;
            }
    }
    s->helix = (double)helix / (double)c->n;
    s->strand = (double)strand / (double)c->n;
    s->loop = 1 - s->helix - s->strand;
}

static void fragments(const chain *c)
{
    double nine[27];
    for (long i = 0; i + 9 <= c->n; i++) {
        if (c->s->full && !linked(c, i, 8))
            continue;
        for (int k = 0; k < 9; k++)
            memcpy(nine + 3 * k, at(c, i + k, SG_PROTEIN_CA), 3 * sizeof *nine);
        double d = sg_protein_fragments_distance(c->frag, nine);
        c->s->fragments++;
        c->s->frag_05 += d < 0.5;
        c->s->frag_1 += d < 1;
        c->s->frag_sum += d;
        c->s->frag_histogram[d < 1.98 ? (int)(d * 50) : 99]++;
    }
}

static unsigned judge(const chain *c)
{
    const sg_protein_scores *s = c->s;
    double n = (double)s->n;
    const int met[SG_PROTEIN_CRITERIA] = {
        [SG_PROTEIN_NO_CLASH] = 100 * (double)s->ca_clash <= n,
        [SG_PROTEIN_BONDS] = (double)s->ca_ok >= 0.97 * (double)s->ca_bonds && s->ca_bonds,
        [SG_PROTEIN_COMPACT] = s->rg_ratio >= 0.90 && s->rg_ratio <= 1.30,
        [SG_PROTEIN_RAMA] = s->full && (double)s->rama_9995 <= 0.02 * (double)s->torsions,
        [SG_PROTEIN_HBONDED] = s->full && (double)s->hbonds >= 0.45 * n,
        [SG_PROTEIN_FRAGMENTS] =
            !c->frag || (s->fragments && s->frag_sum <= 0.70 * (double)s->fragments),
        [SG_PROTEIN_NO_LOOPS] = s->full && s->loop <= 0.60};
    unsigned bits = 0;
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
        bits |= (unsigned)met[k] << k;
    return bits;
}

int sg_protein_plausible(const sg_protein_scores *s)
{
    return s->criteria == (1u << SG_PROTEIN_CRITERIA) - 1;
}

static sg_status all_finite(const chain *c, sg_error *err)
{
    for (long i = 0; i < c->n; i++) {
        if (!(c->r[i].have & SG_PROTEIN_HAS(SG_PROTEIN_CA)))
            return sg_fail(err, SG_EINVAL, "residue %d has no CA", c->r[i].number);
        for (int a = 0; a < SG_PROTEIN_ATOMS; a++)
            for (int k = 0; k < 3; k++)
                if (!(fabs(at(c, i, a)[k]) < 1e6))
                    return sg_fail(err, SG_ENAN, "residue %d has no finite coordinates",
                                   c->r[i].number);
    }
    return SG_OK;
}

sg_status sg_protein_score(sg_protein_scores *s, const sg_protein *p, size_t k,
                           const sg_protein_fragments *frag, sg_error *err)
{
    if (k >= p->n_chains)
        return sg_fail(err, SG_EINVAL, "chain %zu of %zu", k + 1, p->n_chains);
    chain c = {p->residue + p->chain[k].first, (long)p->chain[k].n, s, frag};
    sg_protein_chain own = {.n = p->chain[k].n};
    sg_protein alone = {
        .n = own.n, .n_chains = 1, .residue = p->residue + p->chain[k].first, .chain = &own};
    sg_status st = all_finite(&c, err);
    char *ss = malloc(own.n + 1);
    sg_protein_hbonds *hb = malloc((own.n + 1) * sizeof *hb);
    *s = (sg_protein_scores){.n = own.n, .full = 1};
    if (st == SG_OK && (!ss || !hb))
        st = sg_fail(err, SG_ENOMEM, "no memory to measure %zu residues", own.n);
    for (long i = 0; i < c.n; i++)
        s->full &= (c.r[i].have & SG_PROTEIN_BACKBONE) == SG_PROTEIN_BACKBONE;
    if (st == SG_OK && s->full)
        st = sg_protein_dssp(ss, hb, &alone, err);
    if (st == SG_OK) {
        trace(&c);
        pairs(&c);
        if (frag)
            fragments(&c);
        if (s->full) {
            covalent(&c);
            clashes(&c);
            ramachandran(&c);
            structure(&c, ss, hb);
        }
        s->criteria = judge(&c);
    }
    free(ss);
    free(hb);
    return st;
}
