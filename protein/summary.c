#include <config.h>
#include "summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "rama_i.h"

/* clang-format off */
const sg_i_stat sg_i_stats[] = {
    {"helix", "helix (H, G, I)", SG_I_SHARE},
    {"strand", "strand (E, B)", SG_I_SHARE},
    {"loop", "loop", SG_I_SHARE},
    {"ss_distance", "distance of (helix, strand) to real chains", SG_I_NUMBER},
    {"mainly_alpha", "chains mainly helix", SG_I_SHARE},
    {"mainly_beta", "chains mainly strand", SG_I_SHARE},
    {"alpha_beta", "chains of both", SG_I_SHARE},
    {"mostly_loop", "chains over half loop", SG_I_SHARE},
    {"helix_length", "residues of a helix", SG_I_NUMBER},
    {"helices_per_100", "helices per 100 residues", SG_I_NUMBER},
    {"strand_length", "residues of a strand", SG_I_NUMBER},
    {"strands_per_100", "strands per 100 residues", SG_I_NUMBER},
    {"right_handed", "right-handed CA dihedrals", SG_I_SHARE},
    {"dihedral_right", "CA dihedrals in 30..90", SG_I_SHARE},
    {"dihedral_left", "CA dihedrals in -90..-30", SG_I_SHARE},
    {"rg_ratio", "Rg / 2.2 n^0.38, median", SG_I_NUMBER},
    {"rg_ratio_p5", "  5 %", SG_I_NUMBER},
    {"rg_ratio_p95", "  95 %", SG_I_NUMBER},
    {"not_compact", "Rg ratio over 1.4", SG_I_SHARE},
    {"rg_fit_factor", "Rg = a n^b: a", SG_I_NUMBER},
    {"rg_fit_exponent", "  b", SG_I_NUMBER},
    {"contact_order", "relative contact order", SG_I_NUMBER},
    {"contacts", "contacts per residue", SG_I_NUMBER},
    {"neighbours", "CA within 10 A", SG_I_NUMBER},
    {"hbonds_per_residue", "hydrogen bonds per residue", SG_I_NUMBER},
    {"hbond_energy", "energy of one, kcal/mol", SG_I_NUMBER},
    {"hbond_energy_p5", "  5 %", SG_I_NUMBER},
    {"hbond_energy_p50", "  50 %", SG_I_NUMBER},
    {"hbond_energy_p95", "  95 %", SG_I_NUMBER},
    {"frag9_mean", "9-mer to a real one, A, mean", SG_I_NUMBER},
    {"frag9_median", "  median", SG_I_NUMBER},
    {"frag9_p90", "  90 %", SG_I_NUMBER},
    {"frag9_below_0.5", "9-mers within 0.5 A", SG_I_SHARE},
    {"frag9_below_1", "9-mers within 1 A", SG_I_SHARE},
    {"rama_outlier", "outside 99.95 % Ramachandran", SG_I_SHARE},
    {"rama_outside_98", "outside 98 %", SG_I_SHARE},
    {"rama_js", "Ramachandran divergence, bits", SG_I_NUMBER},
    {"phi_positive", "phi > 0", SG_I_SHARE},
    {"clash_per_100", "CA-CA < 3.6 A per 100 residues", SG_I_NUMBER},
    {"clash3_per_100", "CA-CA < 3.0 A per 100 residues", SG_I_NUMBER},
    {"bb_clash_per_100", "backbone clashes per 100 residues", SG_I_NUMBER},
    {"no_bb_clash", "chains without one", SG_I_SHARE},
    {"ca_bond_ok", "CA-CA 3.8 +- 0.2 or cis", SG_I_SHARE},
    {"ca_bond_trans_ok", "trans CA-CA in 3.6..4.0", SG_I_SHARE},
    {"ca_bond_out", "CA-CA outside 3.65..3.95, 2.8..3.1", SG_I_SHARE},
    {"cis", "cis peptides", SG_I_SHARE},
    {"twisted", "|omega| in 30..150", SG_I_SHARE},
    {"omega_deviation", "|omega - 180| of trans, degrees", SG_I_NUMBER},
    {"bond_n_ca", "N-CA, A", SG_I_NUMBER},
    {"bond_ca_c", "CA-C, A", SG_I_NUMBER},
    {"bond_c_o", "C-O, A", SG_I_NUMBER},
    {"bond_c_n", "C-N, A", SG_I_NUMBER},
    {"ca_ca", "trans CA-CA, A", SG_I_NUMBER},
    {"angle_n_ca_c", "N-CA-C, degrees", SG_I_NUMBER},
    {"angle_ca_c_n", "CA-C-N", SG_I_NUMBER},
    {"angle_c_n_ca", "C-N-CA", SG_I_NUMBER},
    {"angle_ca_c_o", "CA-C-O", SG_I_NUMBER},
    {"angle_ca_ca_ca", "CA-CA-CA", SG_I_NUMBER},
    {"tm_diversity", "TM-score between two, mean", SG_I_NUMBER},
    {"tm_same_fold", "pairs over 0.5", SG_I_SHARE},
    {"tm_novelty", "TM-score to the nearest in train, mean", SG_I_NUMBER},
    {"tm_novelty_max", "  largest", SG_I_NUMBER},
    {NULL, NULL, SG_I_NUMBER}};
/* clang-format on */

const char *const sg_i_criteria[SG_PROTEIN_CRITERIA] = {"clash",  "bonds",     "compact", "rama",
                                                        "hbonds", "fragments", "loop"};

int sg_i_stat_index(const char *key)
{
    for (int k = 0; sg_i_stats[k].key; k++)
        if (strcmp(sg_i_stats[k].key, key) == 0)
            return k;
    return -1;
}

static void put(sg_i_summary *m, const char *key, double value, double sd)
{
    int k = sg_i_stat_index(key);
    m->value[k] = value;
    m->sd[k] = sd;
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

static void put_sum(sg_i_summary *m, const char *key, const sg_protein_sum *s)
{
    double n = (double)s->n, mean = ratio(s->sum, n), var = ratio(s->squares, n) - mean * mean;
    put(m, key, mean, sqrt(var > 0 ? var : var <= 0 ? 0 : NAN));
}

static void merge(sg_protein_sum *a, const sg_protein_sum *b)
{
    a->n += b->n;
    a->sum += b->sum;
    a->squares += b->squares;
}

static int ascending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return a < b ? -1 : a > b;
}

static double quantile(const double *sorted, size_t n, double q)
{
    if (!n)
        return NAN;
    double at = q * (double)(n - 1);
    size_t i = (size_t)at;
    return i + 1 < n ? sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]) : sorted[n - 1];
}

/* Quantile of a histogram with bins of `width` from `from`. */
static double bin_quantile(const double *count, int bins, double from, double width, double q)
{
    double total = 0, sum = 0;
    for (int k = 0; k < bins; k++)
        total += count[k];
    for (int k = 0; k < bins && total > 0; k++) {
        if (sum + count[k] >= q * total && count[k] > 0)
            return from + width * (k + (q * total - sum) / count[k]);
        sum += count[k];
    }
    return NAN;
}

/* Jensen-Shannon divergence to the real distribution, bits. */
static double divergence(const double *count)
{
    double a = 0, b = 0, js = 0;
    for (int k = 0; k < SG_PROTEIN_RAMA_BINS * SG_PROTEIN_RAMA_BINS; k++) {
        a += count[k];
        b += sg_i_rama_count(k);
    }
    if (!(a > 0))
        return NAN;
    for (int k = 0; k < SG_PROTEIN_RAMA_BINS * SG_PROTEIN_RAMA_BINS; k++) {
        double p = count[k] / a, q = sg_i_rama_count(k) / b, m = (p + q) / 2;
        if (p > 0)
            js += p * log2(p / m) / 2;
        if (q > 0)
            js += q * log2(q / m) / 2;
    }
    return js;
}

/* Of one quantity over chains: mean and spread. */
typedef struct per_chain {
    const char *key;
    size_t offset; /* of a double in the scores */
    int full;      /* needs the whole backbone */
} per_chain;

static const per_chain chain_stats[] = {
    {"helix", offsetof(sg_protein_scores, helix), 1},
    {"strand", offsetof(sg_protein_scores, strand), 1},
    {"loop", offsetof(sg_protein_scores, loop), 1},
    {"contact_order", offsetof(sg_protein_scores, contact_order), 0},
    {"contacts", offsetof(sg_protein_scores, contacts), 0},
    {"neighbours", offsetof(sg_protein_scores, neighbours), 0},
};

static void means(sg_i_summary *m, const sg_protein_scores *s, size_t n)
{
    for (size_t k = 0; k < sizeof chain_stats / sizeof *chain_stats; k++) {
        sg_protein_sum sum = {0};
        for (size_t i = 0; i < n; i++) {
            double x;
            if (chain_stats[k].full && !s[i].full)
                continue;
            memcpy(&x, (const char *)&s[i] + chain_stats[k].offset, sizeof x);
            merge(&sum, &(sg_protein_sum){1, x, x * x});
        }
        put_sum(m, chain_stats[k].key, &sum);
    }
    sg_protein_sum hb = {0};
    for (size_t i = 0; i < n; i++) {
        double x = (double)s[i].hbonds / (double)s[i].n;
        if (s[i].full)
            merge(&hb, &(sg_protein_sum){1, x, x * x});
    }
    put_sum(m, "hbonds_per_residue", &hb);
}

static void pooled(sg_i_summary *m, const sg_protein_scores *s, size_t n)
{
    static const char *const keys[SG_PROTEIN_MEASURES] = {
        "bond_n_ca",    "bond_ca_c",      "bond_c_o",       "bond_c_n",
        "ca_ca",        "angle_n_ca_c",   "angle_ca_c_n",   "angle_c_n_ca",
        "angle_ca_c_o", "angle_ca_ca_ca", "omega_deviation"};
    sg_protein_sum measure[SG_PROTEIN_MEASURES] = {{0}}, energy = {0};
    double e[100] = {0}, f[100] = {0}, rama[SG_PROTEIN_RAMA_BINS * SG_PROTEIN_RAMA_BINS] = {0};
    for (size_t i = 0; i < n; i++) {
        for (int k = 0; k < SG_PROTEIN_MEASURES; k++)
            merge(&measure[k], &s[i].measure[k]);
        merge(&energy, &s[i].hbond_energy);
        for (int k = 0; k < 100; k++) {
            e[k] += s[i].hbond_histogram[k];
            f[k] += s[i].frag_histogram[k];
        }
        for (int k = 0; k < SG_PROTEIN_RAMA_BINS * SG_PROTEIN_RAMA_BINS; k++)
            rama[k] += s[i].rama[k];
    }
    for (int k = 0; k < SG_PROTEIN_MEASURES; k++)
        put_sum(m, keys[k], &measure[k]);
    put_sum(m, "hbond_energy", &energy);
    put(m, "hbond_energy_p5", bin_quantile(e, 100, -10, 0.1, 0.05), NAN);
    put(m, "hbond_energy_p50", bin_quantile(e, 100, -10, 0.1, 0.50), NAN);
    put(m, "hbond_energy_p95", bin_quantile(e, 100, -10, 0.1, 0.95), NAN);
    put(m, "frag9_median", bin_quantile(f, 100, 0, 0.02, 0.5), NAN);
    put(m, "frag9_p90", bin_quantile(f, 100, 0, 0.02, 0.9), NAN);
    put(m, "rama_js", divergence(rama), NAN);
}

static void shares(sg_i_summary *m, const sg_protein_scores *s, size_t n)
{
    double res = 0, full_res = 0, full = 0, pep = 0, cis = 0, twist = 0, bonds = 0, ok = 0, tr = 0,
           trans = 0, out = 0, c36 = 0, c30 = 0, bb = 0, none = 0, tors = 0, o98 = 0, o9995 = 0,
           pos = 0, hs = 0, hr = 0, ss = 0, sr = 0, dih = 0, right = 0, left = 0, fr = 0, f05 = 0,
           f1 = 0, fsum = 0, alpha = 0, beta = 0, both = 0, loop = 0;
    for (size_t i = 0; i < n; i++) {
        const sg_protein_scores *q = &s[i];
        res += (double)q->n;
        bonds += (double)q->ca_bonds;
        ok += (double)q->ca_ok;
        tr += (double)q->ca_trans_ok;
        trans += (double)q->measure[SG_PROTEIN_CA_CA].n;
        out += (double)q->ca_out;
        c36 += (double)q->ca_clash;
        c30 += (double)q->ca_clash3;
        dih += (double)q->dihedrals;
        right += (double)q->right;
        left += (double)q->left;
        fr += (double)q->fragments;
        f05 += (double)q->frag_05;
        f1 += (double)q->frag_1;
        fsum += q->frag_sum;
        if (!q->full)
            continue;
        full++;
        full_res += (double)q->n;
        pep += (double)q->peptides;
        cis += (double)q->cis;
        twist += (double)q->twisted;
        bb += (double)q->bb_clash;
        none += q->bb_clash == 0;
        tors += (double)q->torsions;
        o98 += (double)q->rama_98;
        o9995 += (double)q->rama_9995;
        pos += (double)q->phi_positive;
        hs += (double)q->helices;
        hr += (double)q->helix_residues;
        ss += (double)q->strands;
        sr += (double)q->strand_residues;
        alpha += q->helix > 0.4 && q->strand < 0.1;
        beta += q->strand > 0.3 && q->helix < 0.1;
        both += q->helix > 0.15 && q->strand > 0.1;
        loop += q->loop > 0.5;
    }
    put(m, "cis", ratio(cis, pep), NAN);
    put(m, "twisted", ratio(twist, pep), NAN);
    put(m, "ca_bond_ok", ratio(ok, bonds), NAN);
    put(m, "ca_bond_trans_ok", ratio(tr, trans), NAN);
    put(m, "ca_bond_out", ratio(out, bonds), NAN);
    put(m, "clash_per_100", ratio(100 * c36, res), NAN);
    put(m, "clash3_per_100", ratio(100 * c30, res), NAN);
    put(m, "bb_clash_per_100", ratio(100 * bb, full_res), NAN);
    put(m, "no_bb_clash", ratio(none, full), NAN);
    put(m, "rama_outside_98", ratio(o98, tors), NAN);
    put(m, "rama_outlier", ratio(o9995, tors), NAN);
    put(m, "phi_positive", ratio(pos, tors), NAN);
    put(m, "helix_length", ratio(hr, hs), NAN);
    put(m, "helices_per_100", ratio(100 * hs, full_res), NAN);
    put(m, "strand_length", ratio(sr, ss), NAN);
    put(m, "strands_per_100", ratio(100 * ss, full_res), NAN);
    put(m, "right_handed", ratio(right, right + left), NAN);
    put(m, "dihedral_right", ratio(right, dih), NAN);
    put(m, "dihedral_left", ratio(left, dih), NAN);
    put(m, "frag9_mean", ratio(fsum, fr), NAN);
    put(m, "frag9_below_0.5", ratio(f05, fr), NAN);
    put(m, "frag9_below_1", ratio(f1, fr), NAN);
    put(m, "mainly_alpha", ratio(alpha, full), NAN);
    put(m, "mainly_beta", ratio(beta, full), NAN);
    put(m, "alpha_beta", ratio(both, full), NAN);
    put(m, "mostly_loop", ratio(loop, full), NAN);
}

/* Quantiles of the Rg ratio, and log Rg = log a + b log n by least squares over those below 1.4. */
static sg_status size(sg_i_summary *m, const sg_protein_scores *s, size_t n, sg_error *err)
{
    double *q = malloc((n + 1) * sizeof *q);
    double k = 0, x = 0, y = 0, xx = 0, xy = 0, wide = 0;
    if (!q)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu chains", n);
    for (size_t i = 0; i < n; i++) {
        q[i] = s[i].rg_ratio;
        wide += q[i] > 1.4;
        if (q[i] > 1.4 || !(s[i].rg > 0))
            continue;
        double a = log((double)s[i].n), b = log(s[i].rg);
        k++;
        x += a;
        y += b;
        xx += a * a;
        xy += a * b;
    }
    qsort(q, n, sizeof *q, ascending);
    put(m, "rg_ratio", quantile(q, n, 0.5), NAN);
    put(m, "rg_ratio_p5", quantile(q, n, 0.05), NAN);
    put(m, "rg_ratio_p95", quantile(q, n, 0.95), NAN);
    put(m, "not_compact", ratio(wide, (double)n), NAN);
    double b = k * xx - x * x > 1e-9 * k * xx ? (k * xy - x * y) / (k * xx - x * x) : NAN;
    put(m, "rg_fit_exponent", b, NAN);
    put(m, "rg_fit_factor", exp((y - b * x) / k), NAN);
    free(q);
    return SG_OK;
}

sg_status sg_i_summarize(sg_i_summary *m, const sg_protein_scores *s, size_t n, sg_error *err)
{
    *m = (sg_i_summary){.n = n};
    for (int k = 0; k < SG_I_STATS_MAX; k++)
        m->value[k] = m->sd[k] = NAN;
    means(m, s, n);
    pooled(m, s, n);
    shares(m, s, n);
    for (size_t i = 0; i < n; i++) { /* counts first: shares are divided once */
        m->plausible += sg_protein_plausible(&s[i]);
        for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
            m->criteria[k] += s[i].criteria >> k & 1;
    }
    m->plausible /= (double)n;
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
        m->criteria[k] /= (double)n;
    return size(m, s, n, err);
}
