/* Structure alignment after TM-align [ZS05]: alignments to begin with come from threading without
 * gaps, from secondary structure, from pieces superposed, and from both; each is improved by turns
 * of superposition and dynamic programming. */
#include <config.h>
#include <sigen/protein_metrics.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "superpose.h"
#include "tm.h"

/* ---- dynamic programming ------------------------------------------------------------------------
 */

/* The best global alignment of the scores; opening a gap costs `gap` (<= 0), end gaps nothing. */
static void align(sg_i_tm *t, float gap, int *map)
{
    int ny = t->ny, w = ny + 1;
    float *v = t->value;
    unsigned char *dg = t->diagonal;
    memset(v, 0, (size_t)w * sizeof *v);
    memset(dg, 0, (size_t)w);
    for (int i = 1; i <= t->nx; i++) {
        float *row = v + (size_t)i * (size_t)w;
        const float *up = row - w, *sc = t->score + (size_t)(i - 1) * (size_t)ny;
        unsigned char *drow = dg + (size_t)i * (size_t)w;
        const unsigned char *dup = drow - w;
        row[0] = 0;
        drow[0] = 0;
        for (int j = 1; j <= ny; j++) {
            float m = up[j - 1] + sc[j - 1];
            float h = up[j] + (dup[j] ? gap : 0), k = row[j - 1] + (drow[j - 1] ? gap : 0);
            float g = h > k ? h : k;
            drow[j] = m >= g;
            row[j] = m >= g ? m : g;
        }
    }
    for (int j = 0; j < ny; j++)
        map[j] = -1;
    for (int i = t->nx, j = ny; i > 0 && j > 0;) {
        size_t at = (size_t)i * (size_t)w + (size_t)j;
        if (dg[at]) {
            map[--j] = --i;
            continue;
        }
        float h = v[at - (size_t)w] + (dg[at - (size_t)w] ? gap : 0);
        float k = v[at - 1] + (dg[at - 1] ? gap : 0);
        if (k >= h)
            j--;
        else
            i--;
    }
}

/* Scores by distance under a superposition, with `same` for equal secondary structure. */
static void distance_scores(sg_i_tm *t, const double r[9], const double s[3], double d0, float same)
{
    double d02 = d0 * d0;
    for (int i = 0; i < t->nx; i++)
        sg_i_tm_move(t->xt + 3 * i, r, s, t->x + 3 * i);
    for (int i = 0; i < t->nx; i++) {
        float *row = t->score + (size_t)i * (size_t)t->ny;
        const double *p = t->xt + 3 * i;
        for (int j = 0; j < t->ny; j++)
            row[j] = (float)(1 / (1 + sg_i_tm_square(p, t->y + 3 * j) / d02));
        for (int j = 0; j < t->ny && same > 0; j++)
            row[j] += t->sx[i] == t->sy[j] ? same : 0;
    }
}

/* ---- improving ----------------------------------------------------------------------------------
 */

static void keep(sg_i_tm *t, const int *map, double v, const double r[9], const double s[3])
{
    if (v <= t->best_tm)
        return;
    t->best_tm = v;
    memcpy(t->best, map, (size_t)t->ny * sizeof *map);
    memcpy(t->rot, r, sizeof t->rot);
    memcpy(t->shift, s, sizeof t->shift);
}

/* Turns of alignment and superposition from the superposition r, s. */
static void iterate(sg_i_tm *t, const double r0[9], const double s0[3], int turns, int first_gap)
{
    static const float gaps[2] = {-0.6f, 0};
    for (int g = first_gap; g < 2; g++) {
        double r[9], s[3], old = 0;
        memcpy(r, r0, sizeof r);
        memcpy(s, s0, sizeof s);
        for (int k = 0; k < turns; k++) {
            distance_scores(t, r, s, t->d0, 0);
            align(t, gaps[g], t->trial);
            int n = sg_i_tm_pairs(t, t->trial, t->px, t->py);
            if (n < 3)
                break;
            double v = sg_i_tm_search(t, n, 40, 0, r, s);
            keep(t, t->trial, v, r, s);
            if (k && fabs(v - old) < 1e-6)
                break;
            old = v;
        }
    }
}

/* An alignment to begin with: kept if it is the best, improved if it is not far from that. */
static void start(sg_i_tm *t, const int *map, double near, int turns, int first_gap)
{
    double r[9], s[3];
    int n = sg_i_tm_pairs(t, map, t->px, t->py);
    if (n < 3)
        return;
    double v = sg_i_tm_search(t, n, 40, 0, r, s);
    keep(t, map, v, r, s);
    if (v > t->best_tm * near)
        iterate(t, r, s, turns, first_gap);
}

/* ---- first alignments ---------------------------------------------------------------------------
 */

static void threading(sg_i_tm *t, int *map)
{
    int least = t->shorter / 2 < 5 ? 5 : t->shorter / 2, best_k = 0;
    double best = -1;
    for (int k = -(t->ny - least); k <= t->nx - least; k++) {
        int n = 0;
        for (int j = 0; j < t->ny; j++)
            if (j + k >= 0 && j + k < t->nx) {
                t->px[n] = j + k;
                t->py[n++] = j;
            }
        double v = sg_i_tm_guess(t, n);
        if (v > best) {
            best = v;
            best_k = k;
        }
    }
    for (int j = 0; j < t->ny; j++)
        map[j] = j + best_k >= 0 && j + best_k < t->nx ? j + best_k : -1;
}

/* Helix, strand, turn or coil by the CA distances of five residues, with TM-align's limits. */
static void secondary(char *s, const double *x, int n)
{
    for (int i = 0; i < n; i++) {
        s[i] = 'C';
        if (i < 2 || i + 2 >= n)
            continue;
        double d13 = sqrt(sg_i_tm_square(x + 3 * (i - 2), x + 3 * i));
        double d14 = sqrt(sg_i_tm_square(x + 3 * (i - 2), x + 3 * (i + 1)));
        double d15 = sqrt(sg_i_tm_square(x + 3 * (i - 2), x + 3 * (i + 2)));
        double d24 = sqrt(sg_i_tm_square(x + 3 * (i - 1), x + 3 * (i + 1)));
        double d25 = sqrt(sg_i_tm_square(x + 3 * (i - 1), x + 3 * (i + 2)));
        double d35 = sqrt(sg_i_tm_square(x + 3 * i, x + 3 * (i + 2)));
        if (fabs(d15 - 6.37) < 2.1 && fabs(d14 - 5.18) < 2.1 && fabs(d25 - 5.18) < 2.1 &&
            fabs(d13 - 5.45) < 2.1 && fabs(d24 - 5.45) < 2.1 && fabs(d35 - 5.45) < 2.1)
            s[i] = 'H';
        else if (fabs(d15 - 13) < 1.42 && fabs(d14 - 10.4) < 1.42 && fabs(d25 - 10.4) < 1.42 &&
                 fabs(d13 - 6.1) < 1.42 && fabs(d24 - 6.1) < 1.42 && fabs(d35 - 6.1) < 1.42)
            s[i] = 'E';
        else if (d15 < 8)
            s[i] = 'T';
    }
}

static void by_structure(sg_i_tm *t, int *map)
{
    for (int i = 0; i < t->nx; i++)
        for (int j = 0; j < t->ny; j++)
            t->score[(size_t)i * (size_t)t->ny + (size_t)j] = t->sx[i] == t->sy[j];
    align(t, -1, map);
}

/* Pieces of both chains superposed, the rest aligned under that. 0: no piece. */
static int by_pieces(sg_i_tm *t, int *map)
{
    static const int lengths[2] = {20, 100};
    double best = -1, d01 = t->d0 + 1.5 < t->d0_min ? t->d0_min : t->d0 + 1.5;
    int longer = t->nx > t->ny ? t->nx : t->ny;
    int jump = longer > 250 ? 45 : longer > 200 ? 35 : longer > 150 ? 25 : 15;
    jump = jump > t->shorter / 3 ? t->shorter / 3 : jump;
    jump = jump < 1 ? 1 : jump;
    for (int k = 0; k < 2; k++) {
        int limit = t->shorter / (k ? 2 : 3), len = lengths[k] > limit ? limit : lengths[k];
        if (len < 3)
            continue;
        for (int i = 0; i + len <= t->nx; i += jump)
            for (int j = 0; j + len <= t->ny; j += jump) {
                double r[9], s[3];
                for (int q = 0; q < len; q++) {
                    t->px[q] = i + q;
                    t->py[q] = j + q;
                }
                sg_i_superpose(r, s, t->x, t->px, t->y, t->py, (size_t)len);
                distance_scores(t, r, s, d01, 0);
                align(t, 0, t->trial);
                double v = sg_i_tm_guess(t, sg_i_tm_pairs(t, t->trial, t->px, t->py));
                if (v > best) {
                    best = v;
                    memcpy(map, t->trial, (size_t)t->ny * sizeof *map);
                }
            }
    }
    return best > 0;
}

static void by_both(sg_i_tm *t, int *map)
{
    double d01 = t->d0 + 1.5 < t->d0_min ? t->d0_min : t->d0 + 1.5;
    distance_scores(t, t->rot, t->shift, d01, 0.5f);
    align(t, -1, map);
}

/* ---- all together -------------------------------------------------------------------------------
 */

static double d0_of(double length, double least)
{
    double d = length <= 21 ? 0.5 : 1.24 * cbrt(length - 15) - 1.8;
    return d < least ? least : d;
}

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

static void explore(sg_i_tm *t, int quick)
{
    double near = t->shorter <= 40 ? 0.1 : 0.4;
    threading(t, t->map);
    start(t, t->map, 0, quick ? 2 : 30, 0);
    by_structure(t, t->map);
    start(t, t->map, 0.2, quick ? 2 : 30, 0);
    if (!quick) {
        if (by_pieces(t, t->map))
            start(t, t->map, near, 30, 0);
        by_both(t, t->map);
        start(t, t->map, near, 30, 0);
    }
}

/* The pairs of the best alignment that its best superposition leaves close. */
static int settle(sg_i_tm *t, int quick)
{
    double r[9], s[3], p[3];
    int n = sg_i_tm_pairs(t, t->best, t->px, t->py), m = 0;
    sg_i_tm_search(t, n, quick ? 40 : 1, 0, r, s);
    for (int k = 0; k < n; k++) {
        sg_i_tm_move(p, r, s, t->x + 3 * t->px[k]);
        if (sg_i_tm_square(p, t->y + 3 * t->py[k]) <= t->d8 * t->d8) {
            t->px[m] = t->px[k];
            t->py[m++] = t->py[k];
        }
    }
    return m;
}

static double final_score(sg_i_tm *t, int n, int length, int quick)
{
    double r[9], s[3];
    t->norm = length;
    t->d0 = d0_of(length, 0.5);
    t->d0_search = clamp(t->d0, 4.5, 8);
    return n ? sg_i_tm_search(t, n, quick ? 40 : 1, 1, r, s) : 0;
}

static double rmsd(const sg_i_tm *t, int n)
{
    double r[9], s[3], p[3], sum = 0;
    if (n == 0)
        return 0;
    sg_i_superpose(r, s, t->x, t->px, t->y, t->py, (size_t)n);
    for (int k = 0; k < n; k++) {
        sg_i_tm_move(p, r, s, t->x + 3 * t->px[k]);
        sum += sg_i_tm_square(p, t->y + 3 * t->py[k]);
    }
    return sqrt(sum / n);
}

static int reserve(sg_i_tm *t)
{
    size_t nx = (size_t)t->nx, ny = (size_t)t->ny, cells = (nx + 1) * (ny + 1), m = nx + ny;
    t->sx = malloc(nx);
    t->sy = malloc(ny);
    t->xt = malloc(3 * nx * sizeof *t->xt);
    t->score = malloc(nx * ny * sizeof *t->score);
    t->value = malloc(cells * sizeof *t->value);
    t->diagonal = malloc(cells);
    int *ints = malloc((6 * m + 3 * ny) * sizeof *ints);
    t->d = malloc(m * sizeof *t->d);
    t->px = ints;
    if (!t->sx || !t->sy || !t->xt || !t->score || !t->value || !t->diagonal || !ints || !t->d)
        return 0;
    int **slice[] = {&t->px, &t->py, &t->fx, &t->fy, &t->lx, &t->ly};
    for (size_t k = 0; k < 6; k++)
        *slice[k] = ints + k * m;
    t->map = ints + 6 * m;
    t->best = t->map + ny;
    t->trial = t->best + ny;
    return 1;
}

static void release(sg_i_tm *t)
{
    free(t->sx);
    free(t->sy);
    free(t->xt);
    free(t->score);
    free(t->value);
    free(t->diagonal);
    free(t->px);
    free(t->d);
}

sg_status sg_protein_tm_align(sg_protein_tm *out, const double *a, size_t na, const double *b,
                              size_t nb, int quick, sg_error *err)
{
    sg_i_tm t = {.x = a, .y = b, .nx = (int)na, .ny = (int)nb};
    if (na < 5 || nb < 5 || na > 20000 || nb > 20000)
        return sg_fail(err, SG_EDOM, "chains of %zu and %zu residues, allowed are 5 to 20000", na,
                       nb);
    for (size_t i = 0; i < 3 * na; i++)
        if (!isfinite(a[i]))
            return sg_fail(err, SG_ENAN, "a coordinate is not finite");
    for (size_t i = 0; i < 3 * nb; i++)
        if (!isfinite(b[i]))
            return sg_fail(err, SG_ENAN, "a coordinate is not finite");
    if (!reserve(&t)) {
        release(&t);
        return sg_fail(err, SG_ENOMEM, "no memory to align %zu and %zu residues", na, nb);
    }
    t.shorter = t.nx < t.ny ? t.nx : t.ny;
    t.norm = t.shorter;
    t.d0_min = t.shorter <= 19 ? 0.168 + 0.8 : 1.24 * cbrt(t.shorter - 15) - 1.8 + 0.8;
    t.d0 = t.d0_min;
    t.d0_search = clamp(t.d0, 4.5, 8);
    t.d8 = 1.5 * pow(t.shorter, 0.3) + 3.5;
    for (int j = 0; j < t.ny; j++)
        t.best[j] = -1;
    secondary(t.sx, a, t.nx);
    secondary(t.sy, b, t.ny);
    explore(&t, quick);
    int n = settle(&t, quick);
    out->aligned = (size_t)n;
    out->rmsd = rmsd(&t, n);
    out->tm_a = final_score(&t, n, t.nx, quick);
    out->tm_b = final_score(&t, n, t.ny, quick);
    release(&t);
    return SG_OK;
}
