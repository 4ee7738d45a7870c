/* Measures of backbones: exact cases, invariances, mkdssp's and TMalign's numbers, and that real
 * chains pass and spoiled ones do not. */
#include <sigen/protein_metrics.h>
#include <sigen/rng.h>

#include <stdlib.h>
#include <string.h>

#include "protein/superpose.h"
#include "real-chains.h"
#include "tap.h"

enum { CHAINS = REAL_CHAINS };

static sg_protein chain[CHAINS];
static size_t n_chains;

static char state3(char c)
{
    return strchr("HGI", c) ? 'H' : strchr("EB", c) ? 'E' : '-';
}

/* dssp-100.txt: column 17 of `mkdssp one-chain.pdb` (4.2.2), blank and P as -. */
static void against_mkdssp(void)
{
    size_t n = 0, same8 = 0, same3 = 0, lines = 0;
    char line[600], ss[600];
    sg_error err;
    FILE *f = fopen(protein_data("dssp-100.txt"), "r");
    while (f && lines < n_chains && fgets(line, sizeof line, f)) {
        const sg_protein *p = &chain[lines++];
        line[strcspn(line, "\n")] = '\0';
        if (strlen(line) != p->n || sg_protein_dssp(ss, NULL, p, &err) != SG_OK) {
            n += p->n;
            continue;
        }
        for (size_t i = 0; i < p->n; i++, n++) {
            same8 += ss[i] == line[i];
            same3 += state3(ss[i]) == state3(line[i]);
        }
    }
    if (f)
        fclose(f);
    printf("# %zu residues, 8 states %.4f, 3 states %.4f\n", n, (double)same8 / (double)n,
           (double)same3 / (double)n);
    tap_ok(lines == 100 && n > 8000 && (double)same3 >= 0.995 * (double)n,
           "three states agree with mkdssp in 99.5 %% of residues");
    tap_ok(n > 8000 && (double)same8 >= 0.99 * (double)n, "eight states in 99 %%");
}

static double *trace(const sg_protein *p, double sign)
{
    double *x = malloc((3 * p->n + 1) * sizeof *x);
    for (size_t i = 0; x && i < p->n; i++)
        for (int k = 0; k < 3; k++)
            x[3 * i + (size_t)k] = (k ? 1 : sign) * p->residue[i].xyz[SG_PROTEIN_CA][k];
    return x;
}

/* tmalign.txt: TMalign (20190822) on pairs of the first 24 chains: i j, TM-score over the length of
 * i, of j. */
static void against_tmalign(void)
{
    size_t i, j, n = 0;
    double a, b, sum = 0, off = 0;
    sg_error err;
    FILE *f = fopen(protein_data("tmalign.txt"), "r");
    while (f && fscanf(f, "%zu %zu %lf %lf", &i, &j, &a, &b) == 4 && i && j && i <= n_chains &&
           j <= n_chains) {
        sg_protein_tm t;
        double *x = trace(&chain[i - 1], 1), *y = trace(&chain[j - 1], 1);
        if (sg_protein_tm_align(&t, x, chain[i - 1].n, y, chain[j - 1].n, 0, &err) == SG_OK) {
            n++;
            sum += (t.tm_a - a + t.tm_b - b) / 2;
            off += (fabs(t.tm_a - a) + fabs(t.tm_b - b)) / 2;
        }
        free(x);
        free(y);
    }
    if (f)
        fclose(f);
    printf("# %zu pairs, mean difference %.4f, mean absolute %.4f\n", n, sum / (double)n,
           off / (double)n);
    tap_ok(n == 60 && off < 0.015 * (double)n,
           "TM-scores of 60 pairs as TMalign's, 0.015 on average");
    tap_ok(fabs(sum) < 0.005 * (double)n, "neither above nor below them by over 0.005");
}

/* A chain turned, moved and with its mirror image. */
static void tm_exact(void)
{
    sg_error err;
    sg_protein_tm t;
    const sg_protein *p = &chain[3];
    double *x = trace(p, 1), *m = trace(p, -1), *y = trace(p, 1);
    const double c = cos(0.7), s = sin(0.7);
    for (size_t i = 0; i < p->n; i++) {
        y[3 * i] = c * x[3 * i] - s * x[3 * i + 1] + 7.5;
        y[3 * i + 1] = s * x[3 * i] + c * x[3 * i + 1] - 3;
    }
    tap_ok(sg_protein_tm_align(&t, x, p->n, y, p->n, 0, &err) == SG_OK && t.tm_a > 0.999999 &&
               t.rmsd < 1e-6 && t.aligned == p->n,
           "a chain turned and moved is itself");
    tap_ok(sg_protein_tm_align(&t, x, p->n, m, p->n, 0, &err) == SG_OK && t.tm_a < 0.6,
           "its mirror image is another");
    tap_ok(sg_protein_tm_align(&t, x, p->n, y + 30, p->n - 20, 0, &err) == SG_OK &&
               t.tm_b > 0.999999 && fabs(t.tm_a - (double)(p->n - 20) / (double)p->n) < 1e-6,
           "a piece of it lies in it, over the length of either");
    tap_ok(sg_protein_tm_align(&t, x, 4, y, p->n, 0, &err) == SG_EDOM, "too short");
    y[4] = NAN;
    tap_ok(sg_protein_tm_align(&t, x, p->n, y, p->n, 0, &err) == SG_ENAN, "NaN");
    free(x);
    free(y);
    free(m);
}

/* The eigenvalue against the superposition's own residuals. */
static void superposition(void)
{
    sg_rng r;
    double worst = 0;
    const int id[9] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    sg_rng_init(&r, 3, 0, 0);
    for (int t = 0; t < 200; t++) {
        double x[27], y[27], rot[9], s[3], sum = 0, m[9] = {0}, sq = 0, cx[3] = {0}, cy[3] = {0};
        sg_rng_normals(&r, x, 27);
        sg_rng_normals(&r, y, 27);
        for (int i = 0; i < 27; i++) {
            cx[i % 3] += x[i] / 9;
            cy[i % 3] += y[i] / 9;
        }
        for (int i = 0; i < 9; i++)
            for (int a = 0; a < 3; a++) {
                sq += pow(x[3 * i + a] - cx[a], 2) + pow(y[3 * i + a] - cy[a], 2);
                for (int b = 0; b < 3; b++)
                    m[3 * a + b] += (x[3 * i + a] - cx[a]) * (y[3 * i + b] - cy[b]);
            }
        sg_i_superpose(rot, s, x, id, y, id, 9);
        for (int i = 0; i < 9; i++)
            for (int a = 0; a < 3; a++)
                sum += pow(rot[3 * a] * x[3 * i] + rot[3 * a + 1] * x[3 * i + 1] +
                               rot[3 * a + 2] * x[3 * i + 2] + s[a] - y[3 * i + a],
                           2);
        double det = rot[0] * (rot[4] * rot[8] - rot[5] * rot[7]) -
                     rot[1] * (rot[3] * rot[8] - rot[5] * rot[6]) +
                     rot[2] * (rot[3] * rot[7] - rot[4] * rot[6]);
        worst = fmax(worst, fabs(sum - (sq - 2 * sg_i_qcp_eigenvalue(m, sq / 2))));
        worst = fmax(worst, fabs(det - 1));
    }
    tap_ok(worst < 1e-8, "superposition: residuals by the eigenvalue and by the rotation, %.1e",
           worst);
}

/* The nearest fragment by the bounds against all of them by superposition. */
static void nearest(const sg_protein_fragments *f)
{
    enum { N = 40 };
    sg_error err;
    double pieces[N][16][3], worst = 0;
    const int id[9] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    for (int p = 0; p < N; p++)
        for (size_t i = 0; i < 16; i++)
            memcpy(pieces[p][i], chain[p].residue[10 + i].xyz[SG_PROTEIN_CA], sizeof pieces[p][i]);
    sg_protein_fragments *own = sg_protein_fragments_new(&pieces[0][0][0], N, 16, &err);
    for (size_t q = N; own && q < N + 20; q++) {
        double nine[27], best = INFINITY;
        for (size_t i = 0; i < 9; i++)
            memcpy(nine + 3 * i, chain[q].residue[20 + i].xyz[SG_PROTEIN_CA], 3 * sizeof *nine);
        for (int p = 0; p < N; p++)
            for (int at = 0; at < 8; at++) {
                double r[9], s[3], sum = 0;
                const double *x = pieces[p][at];
                sg_i_superpose(r, s, x, id, nine, id, 9);
                for (int i = 0; i < 27; i++) {
                    const double *v = x + i / 3 * 3, *row = r + i % 3 * 3;
                    sum +=
                        pow(row[0] * v[0] + row[1] * v[1] + row[2] * v[2] + s[i % 3] - nine[i], 2);
                }
                best = fmin(best, sqrt(sum / 9));
            }
        worst = fmax(worst, fabs(best - sg_protein_fragments_distance(own, nine)));
    }
    tap_ok(own && worst < 1e-4, "the nearest of 320 fragments, to %.1e A", worst);
    sg_protein_fragments_free(own);
    double line[27] = {0};
    for (int i = 0; i < 9; i++)
        line[3 * i] = 3.8 * i;
    tap_ok(sg_protein_fragments_distance(f, line) > 0.8, "a straight line is like no real 9-mer");
}

static double plausible(const sg_protein_fragments *f, size_t step, double noise, double mirror,
                        double part[], sg_protein_scores *sum)
{
    double good = 0, count = 0;
    sg_error err;
    *sum = (sg_protein_scores){0};
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
        part[k] = 0;
    for (size_t c = 0; c < n_chains; c += step) {
        sg_protein p = {0};
        sg_protein_scores s;
        count++;
        sg_rng r;
        sg_rng_init(&r, 5, c, 0);
        if (sg_protein_copy(&p, &chain[c], &err) != SG_OK)
            return NAN;
        for (size_t i = 0; i < p.n; i++)
            for (int a = 0; a < 4; a++)
                for (int k = 0; k < 3; k++)
                    p.residue[i].xyz[a][k] =
                        (k ? 1 : mirror) * p.residue[i].xyz[a][k] + noise * sg_rng_normal(&r);
        if (sg_protein_score(&s, &p, 0, f, &err) != SG_OK)
            return NAN;
        good += sg_protein_plausible(&s);
        for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
            part[k] += (double)(s.criteria >> k & 1);
        sum->right += s.right;
        sum->left += s.left;
        sum->hbonds += s.hbonds;
        sum->n += s.n;
        sum->frag_sum += s.frag_sum;
        sum->fragments += s.fragments;
        sg_protein_clear(&p);
    }
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
        part[k] /= count;
    return good / count;
}

static void plausibility(const sg_protein_fragments *f)
{
    double part[SG_PROTEIN_CRITERIA];
    sg_protein_scores s;
    double real = plausible(f, 1, 0, 1, part, &s);
    printf("# real chains %.2f: clash %.2f bonds %.2f compact %.2f rama %.2f hbonds %.2f fragments "
           "%.2f "
           "loop %.2f\n",
           real, part[0], part[1], part[2], part[3], part[4], part[5], part[6]);
    tap_ok(real >= 0.85, "real chains kept out of all tables are plausible");
    tap_near((double)s.right / (double)(s.right + s.left), 0.89, 0.03, 0, "they are right-handed");
    tap_near(s.frag_sum / (double)s.fragments, 0.468, 0.03, 0,
             "their 9-mers are as near as in an independent measurement");
    tap_near((double)s.hbonds / (double)s.n, 0.654, 0.03, 0, "so are hydrogen bonds per residue");
    double noisy = plausible(f, 6, 0.25, 1, part, &s);
    tap_ok(noisy == 0 && part[SG_PROTEIN_BONDS] == 0 && part[SG_PROTEIN_RAMA] < 0.3,
           "noise of 0.25 A: none is, for bonds and Ramachandran map");
    double other = plausible(f, 6, 0, -1, part, &s);
    tap_ok(other < 0.05 && part[SG_PROTEIN_BONDS] == 1 && part[SG_PROTEIN_FRAGMENTS] < 0.05,
           "mirrored: hardly any is, though bonds are right");
    tap_ok(s.right < s.left / 4, "and they are left-handed");
}

static void invariant(const sg_protein_fragments *f)
{
    sg_protein p = {0};
    sg_protein_scores a, b;
    sg_error err;
    const double c = cos(1.1), s = sin(1.1);
    int good = sg_protein_copy(&p, &chain[7], &err) == SG_OK;
    for (size_t i = 0; i < p.n; i++)
        for (int k = 0; k < 4; k++) {
            double *x = p.residue[i].xyz[k], y = x[1];
            x[1] = c * y - s * x[2] + 11;
            x[2] = s * y + c * x[2] - 5;
        }
    good = good && sg_protein_score(&a, &chain[7], 0, f, &err) == SG_OK &&
           sg_protein_score(&b, &p, 0, f, &err) == SG_OK;
    tap_ok(good && fabs(a.rg - b.rg) < 1e-9 && a.hbonds == b.hbonds &&
               fabs(a.frag_sum - b.frag_sum) < 1e-3 && a.right == b.right &&
               a.criteria == b.criteria && memcmp(a.rama, b.rama, sizeof a.rama) == 0,
           "nothing changes when a chain is turned and moved");
    p.residue[2].have = 0;
    tap_ok(sg_protein_score(&b, &p, 0, f, &err) == SG_EINVAL, "a residue without CA");
    tap_ok(sg_protein_score(&b, &p, 1, f, &err) == SG_EINVAL, "no such chain");
    p.residue[2].have = 2;
    tap_ok(sg_protein_score(&b, &p, 0, f, &err) == SG_OK && !b.full && b.torsions == 0 &&
               b.contacts > 0,
           "without N, C and O only the trace is measured");
    p.residue[2].xyz[1][0] = NAN;
    tap_ok(sg_protein_score(&b, &p, 0, f, &err) == SG_ENAN, "NaN");
    sg_protein_clear(&p);
}

static int ascending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return a < b ? -1 : a > b;
}

/* Share of residues that keep their secondary structure in chains rebuilt as of one residue, judged
 * as alanines; negative: failed. */
static double kept_structure(const char *residue)
{
    size_t all = 0, same = 0;
    sg_error err;
    for (size_t c = 0; c < n_chains; c++) {
        sg_protein p = {0};
        char a[600], b[600];
        sg_status s = sg_protein_copy(&p, &chain[c], &err);
        if (s == SG_OK)
            s = sg_protein_rename(&p, residue, &err);
        if (s == SG_OK)
            s = sg_protein_rebuild(&p, &err);
        if (s == SG_OK)
            s = sg_protein_rename(&p, "ALA", &err);
        if (s == SG_OK)
            s = sg_protein_dssp(a, NULL, &chain[c], &err);
        if (s == SG_OK)
            s = sg_protein_dssp(b, NULL, &p, &err);
        for (size_t i = 0; i < p.n && s == SG_OK; i++) {
            all++;
            same += state3(a[i]) == state3(b[i]);
        }
        sg_protein_clear(&p);
        if (s != SG_OK)
            return -1;
    }
    return (double)same / (double)all;
}

/* Peptides are turned towards acceptors for the sake of a hydrogen that proline has not. */
static void rebuilding_prolines(void)
{
    double ala = kept_structure("ALA"), pro = kept_structure("PRO");
    tap_ok(pro > 0 && ala - pro > 0.005,
           "without hydrogens to give fewer keep their structure (%.2f, %.2f %%)", 100 * pro,
           100 * ala);
}

/* N, C and O from CA alone, beside where they are. */
static void rebuilding(void)
{
    static const struct {
        int atom;
        const char *name;
        double median, rmsd;
    } t[3] = {{SG_PROTEIN_C, "C", 0.09, 0.19},
              {SG_PROTEIN_O, "O", 0.19, 0.46},
              {SG_PROTEIN_N, "N", 0.07, 0.14}};
    static double d[3][20000];
    size_t n = 0, all = 0, same = 0, kept = 0;
    sg_error err;
    sg_protein_scores s;
    double outside = 0, torsions = 0, bond = 0, bonds = 0;
    for (size_t c = 0; c < n_chains; c++) {
        sg_protein p = {0};
        const sg_protein *q = &chain[c];
        char a[600], b[600];
        if (sg_protein_copy(&p, q, &err) != SG_OK)
            return;
        for (size_t i = 0; i < p.n; i++)
            p.residue[i].have = SG_PROTEIN_HAS(SG_PROTEIN_CA);
        if (sg_protein_rebuild(&p, &err) != SG_OK || sg_protein_dssp(a, NULL, q, &err) != SG_OK ||
            sg_protein_dssp(b, NULL, &p, &err) != SG_OK ||
            sg_protein_score(&s, &p, 0, NULL, &err) != SG_OK)
            return;
        outside += (double)s.rama_9995;
        torsions += (double)s.torsions;
        bond += s.measure[SG_PROTEIN_BOND_C_N].sum;
        bonds += (double)s.measure[SG_PROTEIN_BOND_C_N].n;
        for (size_t i = 0; i < p.n; i++) {
            const sg_protein_residue *u = &p.residue[i], *v = &q->residue[i];
            all++;
            same += state3(a[i]) == state3(b[i]);
            kept += memcmp(u->xyz[SG_PROTEIN_CA], v->xyz[SG_PROTEIN_CA], 3 * sizeof(double)) == 0;
            for (int k = 0; k < 3 && i && i + 1 < p.n; k++) {
                double sum = 0;
                for (int x = 0; x < 3; x++)
                    sum += pow(u->xyz[t[k].atom][x] - v->xyz[t[k].atom][x], 2);
                d[k][n] = sqrt(sum);
            }
            n += i && i + 1 < p.n;
        }
        sg_protein_clear(&p);
    }
    tap_ok(n > 8000 && kept == all, "rebuilding leaves CA where they are");
    for (int k = 0; k < 3; k++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += d[k][i] * d[k][i];
        qsort(d[k], n, sizeof d[k][0], ascending);
        tap_ok(n && d[k][n / 2] < t[k].median && sqrt(sum / (double)n) < t[k].rmsd,
               "rebuilt %s: median %.3f A, root mean square %.3f A off", t[k].name, d[k][n / 2],
               sqrt(sum / (double)n));
    }
    tap_ok((double)same > 0.97 * (double)all, "rebuilt chains keep %.1f %% of secondary structure",
           100.0 * (double)same / (double)all);
    tap_ok(outside < 0.003 * torsions, "%.2f %% outside the Ramachandran contour",
           100 * outside / torsions);
    tap_near(bond / bonds, 1.330, 0.005, 0, "C-N is 1.330 A");
}

int main(void)
{
    sg_error err;
    n_chains = read_real_chains(chain);
    against_mkdssp();
    against_tmalign();
    tm_exact();
    superposition();
    sg_protein_fragments *f = sg_protein_fragments_shipped(&err);
    if (tap_ok(f != NULL, "fragments")) {
        nearest(f);
        plausibility(f);
        invariant(f);
    }
    sg_protein_fragments_free(f);
    rebuilding();
    rebuilding_prolines();
    for (size_t c = 0; c < n_chains; c++)
        sg_protein_clear(&chain[c]);
    return tap_done();
}
