/* Makes the tables of real structures that the library carries, from a packed file of chains.
 * Clusters that 10 divides are kept out, for tests. protein-tables rama backbones.pbb.gz >
 * protein/rama.h protein-tables fragments backbones.pbb.gz > protein/data/fragments.i16
 *   protein-tables planes backbones.pbb.gz > protein/data/planes.u8
 *   protein-tables ladders backbones.pbb.gz > protein/ladder_table.h
 *   protein-tables reference backbones.pbb.gz > protein/reference.h     (after the others, and a
 * build) protein-tables chains backbones.pbb.gz > protein/reference_chains.h
 * The reference columns are of the compact chains of just those clusters. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/protein_io.h>
#include <sigen/rng.h>
#include "compare.h"
#include "fragments.h"
#include "geometry.h"
#include "planes.h"
#include "summary.h"
#include "tables.h"

enum { BINS = 72, PIECES = 6250, SEED = 1 };

typedef sg_i_table_set set;

static void die(const sg_error *err)
{
    char text[1024];
    fprintf(stderr, "protein-tables: %s\n", sg_error_format(err, text, sizeof text));
    exit(3);
}

static void must(sg_status s, const sg_error *err)
{
    if (s != SG_OK)
        die(err);
}

/* The chains for tables, or those kept out. */
static set read_set(const char *path, int kept_out)
{
    set s = {.path = path};
    sg_error err;
    int got = 1;
    sg_protein p = {0};
    sg_protein_reader *r = sg_protein_reader_open(path, NULL, &err);
    if (!r)
        die(&err);
    for (;;) {
        if (sg_protein_reader_next(r, &p, &got, &err) != SG_OK)
            die(&err);
        if (!got)
            break;
        if ((p.cluster % 10 == 0) != kept_out)
            continue;
        s.p = realloc(s.p, (s.n + 1) * sizeof *s.p);
        s.p[s.n] = (sg_protein){0};
        must(sg_protein_copy(&s.p[s.n++], &p, &err), &err);
    }
    sg_protein_reader_close(r);
    sg_protein_clear(&p);
    return s;
}

static void clear_set(set *s)
{
    for (size_t c = 0; c < s->n; c++)
        sg_protein_clear(&s->p[c]);
    free(s->p);
}

/* ---- Ramachandran
 * --------------------------------------------------------------------------------- */

static int descending(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return a > b ? -1 : a < b;
}

/* Density below which the residues in the least likely bins make up `share` of all. */
static double threshold(const double *density, double total, double share)
{
    static double sorted[BINS * BINS];
    double sum = 0;
    memcpy(sorted, density, sizeof sorted);
    qsort(sorted, BINS * BINS, sizeof *sorted, descending);
    for (int k = 0; k < BINS * BINS; k++) {
        sum += sorted[k];
        if (sum >= (1 - share) * total)
            return sorted[k];
    }
    return 0;
}

static void rama(const set *s)
{
    static double count[BINS * BINS], half[BINS * BINS], smooth[BINS * BINS];
    double total = 0, kernel[9], norm = 0;
    for (size_t c = 0; c < s->n; c++) {
        const sg_protein_residue *r = s->p[c].residue;
        for (size_t i = 1; i + 1 < s->p[c].n; i++) {
            double phi = sg_i_dihedral(r[i - 1].xyz[2], r[i].xyz[0], r[i].xyz[1], r[i].xyz[2]);
            double psi = sg_i_dihedral(r[i].xyz[0], r[i].xyz[1], r[i].xyz[2], r[i + 1].xyz[0]);
            count[(int)((phi + 180) / 5) % BINS * BINS + (int)((psi + 180) / 5) % BINS]++;
            total++;
        }
    }
    for (int k = 0; k < 9; k++)
        norm += kernel[k] = exp(-0.5 * (k - 4) * (k - 4));
    for (int a = 0; a < BINS; a++)
        for (int b = 0; b < BINS; b++)
            for (int k = 0; k < 9; k++)
                half[a * BINS + b] +=
                    kernel[k] / norm * count[a * BINS + (b + k - 4 + BINS) % BINS];
    for (int a = 0; a < BINS; a++)
        for (int b = 0; b < BINS; b++)
            for (int k = 0; k < 9; k++)
                smooth[a * BINS + b] +=
                    kernel[k] / norm * half[(a + k - 4 + BINS) % BINS * BINS + b] / total * 1e6;
    printf("/* Made by protein-tables rama from %zu chains, %.0f residues. */\n", s->n, total);
    printf("/* Densities below which 2 %% and 0.05 %% of the residues lie. */\n");
    printf("#define RAMA_98   %.4f\n", threshold(smooth, 1e6, 0.02));
    printf("#define RAMA_9995 %.4f\n\n", threshold(smooth, 1e6, 0.0005));
    printf("/* phi x psi in bins of 5 degrees from -180, probability x 1e6, smoothed (sigma: 1 "
           "bin) */\n");
    printf("static const float rama_density[%d] = {", BINS * BINS);
    for (int k = 0; k < BINS * BINS; k++)
        printf("%s%.5g,", k % 12 ? "" : "\n", smooth[k] < 1e-3 ? 0.0 : smooth[k]);
    printf("};\n\n/* phi x psi in bins of 10 degrees, counts */\n");
    printf("static const unsigned rama_count[%d] = {", BINS * BINS / 4);
    for (int a = 0; a < BINS / 2; a++)
        for (int b = 0; b < BINS / 2; b++) {
            const double *q = count + 2 * a * BINS + 2 * b;
            printf("%s%.0f,", b % 18 ? "" : "\n", q[0] + q[1] + q[BINS] + q[BINS + 1]);
        }
    printf("};\n");
}

/* ---- fragments
 * ------------------------------------------------------------------------------------ */

static void put16(double x)
{
    long v = lround(x * 100);
    putchar((int)(v & 255));
    putchar((int)(v >> 8 & 255));
}

/* A cluster, a member of it, a place: so that large families do not rule. */
static void fragments(const set *s)
{
    sg_rng rng;
    long clusters = 0;
    sg_rng_init(&rng, SEED, 0, 0);
    for (size_t c = 0; c < s->n; c++)
        clusters = s->p[c].cluster >= clusters ? s->p[c].cluster + 1 : clusters;
    for (int done = 0; done < PIECES;) {
        long want = (long)sg_rng_below(&rng, (uint32_t)clusters);
        uint32_t members = 0;
        for (size_t c = 0; c < s->n; c++)
            members += s->p[c].cluster == want;
        if (!members)
            continue;
        uint32_t k = sg_rng_below(&rng, members);
        const sg_protein *p = NULL;
        for (size_t c = 0; c < s->n && !p; c++)
            if (s->p[c].cluster == want && k-- == 0)
                p = &s->p[c];
        size_t at = sg_rng_below(&rng, (uint32_t)(p->n - SG_I_PIECE + 1));
        double centre[3] = {0};
        for (int i = 0; i < SG_I_PIECE; i++)
            for (int x = 0; x < 3; x++)
                centre[x] += p->residue[at + (size_t)i].xyz[SG_PROTEIN_CA][x] / SG_I_PIECE;
        for (int i = 0; i < SG_I_PIECE; i++)
            for (int x = 0; x < 3; x++)
                put16(p->residue[at + (size_t)i].xyz[SG_PROTEIN_CA][x] - centre[x]);
        done++;
    }
}

/* ---- peptide planes
 * ------------------------------------------------------------------------------- */

enum { CELLS = SG_I_PLANE_BINS * SG_I_ANGLES };

static void count_planes(const set *s, double *count)
{
    for (size_t c = 0; c < s->n; c++)
        for (size_t i = 1; i + 2 < s->p[c].n; i++) {
            const sg_protein_residue *r = &s->p[c].residue[i];
            const double *a = r[0].xyz[SG_PROTEIN_CA], *b = r[1].xyz[SG_PROTEIN_CA],
                         *o = r->xyz[SG_PROTEIN_O];
            double f[9], y = 0, z = 0;
            if (sg_i_distance(a, b) < 3.4 || !sg_i_plane_frame(f, a, b, r[-1].xyz[SG_PROTEIN_CA]))
                continue;
            for (int k = 0; k < 3; k++) {
                y += (o[k] - a[k]) * f[3 + k];
                z += (o[k] - a[k]) * f[6 + k];
            }
            int k = (int)((atan2(z, y) * 57.29577951308232 + 180) / 10) % SG_I_ANGLES;
            int bin = sg_i_plane_bin(r[-1].xyz[SG_PROTEIN_CA], a, b, r[2].xyz[SG_PROTEIN_CA]);
            count[bin * SG_I_ANGLES + k]++;
        }
}

/* Adds what neighbours along one index have, `share` of it each; the index has `size` values,
 * `stride` apart. */
static void blur(double *x, int size, int stride, int round, double share)
{
    static double old[CELLS];
    memcpy(old, x, sizeof old);
    for (int c = 0; c < CELLS; c++) {
        int at = c / stride % size;
        for (int d = -1; d <= 1; d += 2) {
            int to = at + d;
            if (round)
                to = (to + size) % size;
            if (to >= 0 && to < size)
                x[c] += share * old[c + (to - at) * stride];
        }
    }
}

static void planes(const set *s)
{
    static double count[CELLS];
    count_planes(s, count);
    blur(count, SG_I_ANGLES, 1, 1, 0.3);
    blur(count, SG_I_TWISTS, SG_I_ANGLES, 1, 0.05);
    blur(count, SG_I_BENDS, SG_I_ANGLES * SG_I_TWISTS, 0, 0.05);
    blur(count, SG_I_BENDS, SG_I_ANGLES * SG_I_TWISTS * SG_I_BENDS, 0, 0.05);
    for (int bin = 0; bin < SG_I_PLANE_BINS; bin++) {
        double *q = count + bin * SG_I_ANGLES, total = 0;
        for (int k = 0; k < SG_I_ANGLES; k++)
            total += q[k] += 0.02;
        for (int k = 0; k < SG_I_ANGLES; k++) {
            double v = -log(q[k] / total) * SG_I_PLANE_SCALE;
            putchar(v > 255 ? 255 : (int)lround(v));
        }
    }
}

/* ---- reference columns
 * ---------------------------------------------------------------------------- */

enum { SETS = 6, PAIRS = 1000, NOVEL = 24 };

static const struct {
    const char *name;
    size_t lo, hi;
} lengths[SETS] = {{"40-63", 40, 63},     {"64-95", 64, 95},   {"96-128", 96, 128},
                   {"129-256", 129, 256}, {"40-128", 40, 128}, {"40-256", 0, 1000000}};

static sg_i_trace trace(const sg_protein *p)
{
    sg_i_trace t;
    sg_error err;
    must(sg_i_trace_make(&t, p, 0, &err), &err);
    return t;
}

/* Diversity of a set, and novelty of some of its chains, evenly spread. */
static void alignments(sg_i_summary *m, const sg_i_trace *t, size_t n, const sg_i_trace *train,
                       size_t n_train)
{
    sg_error err;
    sg_i_trace some[NOVEL];
    double best[NOVEL], sum = 0, most = 0;
    int k = sg_i_stat_index("tm_diversity"), l = sg_i_stat_index("tm_novelty");
    must(sg_i_diversity(&m->value[k], &m->value[k + 1], t, n, PAIRS, &err), &err);
    size_t count = n < NOVEL ? n : NOVEL;
    for (size_t i = 0; i < count; i++)
        some[i] = t[i * n / count];
    must(sg_i_novelty(best, some, count, train, n_train, NULL, &err), &err);
    for (size_t i = 0; i < count; i++) {
        sum += best[i];
        most = best[i] > most ? best[i] : most;
    }
    m->value[l] = sum / (double)count;
    m->value[l + 1] = most;
}

static void put_float(double x)
{
    if (isnan(x))
        printf("NAN, ");
    else
        printf("%.6g, ", x);
}

static void reference(const set *train)
{
    static sg_i_summary m[SETS];
    set s = read_set(train->path, 1);
    sg_error err;
    sg_protein_fragments *f = sg_protein_fragments_shipped(&err);
    sg_protein_scores *all = malloc(s.n * sizeof *all), *some = malloc(s.n * sizeof *some);
    sg_i_trace *t = malloc(s.n * sizeof *t), *of = malloc(s.n * sizeof *of);
    sg_i_trace *tt = malloc(train->n * sizeof *tt);
    if (!f || !all || !some || !t || !of || !tt)
        exit(4);
    for (size_t c = 0; c < train->n; c++)
        tt[c] = trace(&train->p[c]);
    for (size_t c = 0; c < s.n; c++) {
        must(sg_protein_score(&all[c], &s.p[c], 0, f, &err), &err);
        t[c] = trace(&s.p[c]);
    }
    printf("/* Made by protein-tables reference: compact chains (Rg ratio <= 1.3) of clusters kept "
           "out. */\n");
    printf("static const sg_i_reference_set reference_sets[%d] = {\n", SETS);
    for (int k = 0; k < SETS; k++) {
        size_t n = 0;
        for (size_t c = 0; c < s.n; c++)
            if (all[c].rg_ratio <= 1.3 && all[c].n >= lengths[k].lo && all[c].n <= lengths[k].hi) {
                of[n] = t[c];
                some[n++] = all[c];
            }
        must(sg_i_summarize(&m[k], some, n, &err), &err);
        alignments(&m[k], of, n, tt, train->n);
        m[k].value[sg_i_stat_index("ss_distance")] = 0;
        printf("    {\"%s\", %zu, %zu, %zu},\n", lengths[k].name, lengths[k].lo, lengths[k].hi, n);
    }
    printf("};\n\n/* plausible, then each criterion */\n");
    printf("static const float reference_plausible[%d][%d] = {\n", SETS, 1 + SG_PROTEIN_CRITERIA);
    for (int k = 0; k < SETS; k++) {
        printf("    {");
        put_float(m[k].plausible);
        for (int c = 0; c < SG_PROTEIN_CRITERIA; c++)
            put_float(m[k].criteria[c]);
        printf("},\n");
    }
    printf("};\n\nstatic const struct {\n    const char *key;\n    float value[%d], sd[%d];\n"
           "} reference_rows[] = {\n",
           SETS, SETS);
    for (int i = 0; sg_i_stats[i].key; i++) {
        printf("    {\"%s\", {", sg_i_stats[i].key);
        for (int k = 0; k < SETS; k++)
            put_float(m[k].value[i]);
        printf("}, {");
        for (int k = 0; k < SETS; k++)
            put_float(m[k].sd[i]);
        printf("}},\n");
    }
    printf("};\n");
    for (size_t c = 0; c < s.n; c++)
        free(t[c].ca);
    for (size_t c = 0; c < train->n; c++)
        free(tt[c].ca);
    free(t);
    free(of);
    free(tt);
    free(all);
    free(some);
    sg_protein_fragments_free(f);
    clear_set(&s);
}

/* The chains of the reference columns one by one. */
static void chains(const set *train)
{
    set s = read_set(train->path, 1);
    sg_error err;
    printf("/* Made by protein-tables chains: those of the reference columns. */\n"
           "static const sg_i_reference_chain reference_chains[] = {\n");
    for (size_t c = 0; c < s.n; c++) {
        sg_protein_scores q;
        must(sg_protein_score(&q, &s.p[c], 0, NULL, &err), &err);
        if (q.rg_ratio <= 1.3)
            printf("    {%zu, %.4g, %.4g, %.4g},\n", q.n, q.helix, q.strand, q.rg);
    }
    printf("};\n");
    clear_set(&s);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*make)(const set *s);
    } tables[] = {
        {"rama", rama},           {"fragments", fragments}, {"planes", planes},
        {"reference", reference}, {"chains", chains},       {"ladders", sg_i_table_ladders},
    };
    for (size_t k = 0; argc == 3 && k < sizeof tables / sizeof *tables; k++)
        if (strcmp(argv[1], tables[k].name) == 0) {
            set s = read_set(argv[2], 0);
            tables[k].make(&s);
            clear_set(&s);
            return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 4;
        }
    fprintf(stderr, "usage: protein-tables rama|fragments|planes|reference|chains|ladders FILE\n");
    return 2;
}
