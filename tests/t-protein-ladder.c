/* The projection on the geometry of paired strands. */
#include <config.h>

#include <math.h>
#include <string.h>

#include <sigen/constraint.h>
#include <sigen/protein_metrics.h>
#include <sigen/rng.h>
#include "protein/ladder.h"
#include "real-chains.h"
#include "tap.h"

enum { CHAINS = 30, LONGEST = 256, SWEEPS = 3 };
#define STRAND_LEAST 0.3

static sg_protein chain[CHAINS];
static size_t n_chains;

/* Residues in strands by DSSP, and their share of all. */
static size_t strand(const sg_protein *p, double *share)
{
    char ss[LONGEST + 1];
    sg_error err;
    size_t n = 0;
    must(sg_protein_dssp(ss, NULL, p, &err), &err);
    for (size_t i = 0; i < p->n; i++)
        n += ss[i] == 'E';
    if (share)
        *share = (double)n / (double)p->n;
    return n;
}

/* Keeps the first of the real chains that have at least .3 strand. */
static void keep_sheets(void)
{
    static sg_protein real[REAL_CHAINS];
    size_t n = read_real_chains(real);
    for (size_t i = 0; i < n; i++) {
        double share;
        if (n_chains < CHAINS && real[i].n <= LONGEST && strand(&real[i], &share) > 0 &&
            share >= STRAND_LEAST)
            chain[n_chains++] = real[i];
        else
            sg_protein_clear(&real[i]);
    }
    tap_ok(n_chains >= 20, "%zu real chains with many strands", n_chains);
}

static size_t trace(double *x, const sg_protein *p)
{
    for (size_t i = 0; i < p->n; i++)
        for (int c = 0; c < 3; c++)
            x[3 * i + (size_t)c] = 0.1 * p->residue[i].xyz[SG_PROTEIN_CA][c];
    return p->n;
}

/* As the sampler holds its estimate; the rungs of the last sweep. */
static size_t hold(double *x, size_t n, int ladders)
{
    static const sg_chain_rule rule = {
        .bond = 0.38, .keep_lo = 0.28, .keep_hi = 0.31, .apart = 0.40, .from = 3};
    double work[4 * LONGEST];
    size_t rungs = 0;
    for (int k = 0; k < SWEEPS; k++) {
        if (ladders)
            rungs = sg_i_ladder_project(x, n, work);
        sg_chain_project(x, n, &rule, 1, work);
    }
    return rungs;
}

/* Residues in strands of the backbone rebuilt on a trace. */
static size_t rebuilt_strand(const sg_protein *p, const double *x)
{
    sg_error err;
    sg_protein q = {0};
    must(sg_protein_copy(&q, p, &err), &err);
    for (size_t i = 0; i < q.n; i++) {
        q.residue[i].code = 'A';
        for (int c = 0; c < 3; c++)
            q.residue[i].xyz[SG_PROTEIN_CA][c] = 10 * x[3 * i + (size_t)c];
    }
    must(sg_protein_rebuild(&q, &err), &err);
    size_t n = strand(&q, NULL);
    sg_protein_clear(&q);
    return n;
}

/* Real traces, moved at random, lose strands by DSSP; held to real rungs they get some back. */
static void noised(void)
{
    double x[3 * LONGEST], y[3 * LONGEST];
    size_t clean = 0, lost = 0, held = 0;
    sg_rng r;
    sg_rng_init(&r, 8, 0, 0);
    for (size_t k = 0; k < n_chains; k++) {
        size_t n = trace(x, &chain[k]);
        clean += rebuilt_strand(&chain[k], x);
        for (size_t i = 0; i < 3 * n; i++)
            x[i] += 0.035 * sg_rng_normal(&r);
        memcpy(y, x, sizeof x);
        hold(x, n, 0);
        hold(y, n, 1);
        lost += rebuilt_strand(&chain[k], x);
        held += rebuilt_strand(&chain[k], y);
    }
    printf("# residues in strands: %zu real, %zu noised, %zu held\n", clean, lost, held);
    tap_ok((double)lost < 0.8 * (double)clean, "noise of 0.35 A takes strands away");
    tap_ok((double)(held - lost) > 0.5 * (double)(clean - lost) && held > lost,
           "half of them come back when ladders are held");
}

static double moved(const double *x, const double *y, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < 3 * n; i++)
        sum += (x[i] - y[i]) * (x[i] - y[i]);
    return sum;
}

/* Mirror images of sheets: fewer rungs fit, and what does is far from real. */
static void mirrored(void)
{
    double x[3 * LONGEST], y[3 * LONGEST], work[4 * LONGEST], sum[2] = {0};
    size_t rungs[2] = {0};
    for (size_t k = 0; k < n_chains; k++)
        for (int m = 0; m < 2; m++) {
            size_t n = trace(x, &chain[k]);
            for (size_t i = 0; i < n && m; i++)
                x[3 * i] = -x[3 * i];
            memcpy(y, x, sizeof x);
            rungs[m] += sg_i_ladder_project(x, n, work);
            sum[m] += moved(x, y, n);
        }
    printf("# rungs: %zu, %zu mirrored; moved %.3g, %.3g nm^2\n", rungs[0], rungs[1], sum[0],
           sum[1]);
    tap_ok(rungs[0] > 500 && 3 * rungs[1] < rungs[0], "mirrored sheets have few rungs");
    tap_ok(sum[1] * (double)rungs[0] > 1.5 * sum[0] * (double)rungs[1],
           "and those that fit at all are moved farther");
}

/* An ideal helix (1.5 A and 100 degrees a residue) and an extended strand. */
static void without(void)
{
    enum { N = 60 };
    double x[3 * N], y[3 * N], work[4 * N];
    for (int i = 0; i < N; i++) {
        x[3 * i] = 0.23 * cos(i * 100 * M_PI / 180);
        x[3 * i + 1] = 0.23 * sin(i * 100 * M_PI / 180);
        x[3 * i + 2] = 0.15 * i;
    }
    memcpy(y, x, sizeof x);
    tap_ok(sg_i_ladder_project(x, N, work) == 0 && memcmp(x, y, sizeof x) == 0,
           "a helix stays as it is");
    for (int i = 0; i < N; i++) {
        x[3 * i] = 0.33 * i;
        x[3 * i + 1] = i % 2 ? 0.18 : 0;
        x[3 * i + 2] = 0;
    }
    memcpy(y, x, sizeof x);
    tap_ok(sg_i_ladder_project(x, N, work) == 0 && memcmp(x, y, sizeof x) == 0,
           "a single strand stays as it is");
    for (size_t n = 0; n <= 4; n++)
        tap_ok(sg_i_ladder_project(x, n, work) == 0, "%zu residues have no rung", n);
}

/* y = R x + shift with R of a quaternion */
static void turn(double *y, const double *x, size_t n)
{
    const double a = 0.5, b = -0.1, c = 0.7, d = sqrt(1 - a * a - b * b - c * c);
    const double R[9] = {a * a + b * b - c * c - d * d, 2 * (b * c - a * d),
                         2 * (b * d + a * c),           2 * (b * c + a * d),
                         a * a - b * b + c * c - d * d, 2 * (c * d - a * b),
                         2 * (b * d - a * c),           2 * (c * d + a * b),
                         a * a - b * b - c * c + d * d};
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < 3; k++)
            y[3 * i + k] = R[3 * k] * x[3 * i] + R[3 * k + 1] * x[3 * i + 1] +
                           R[3 * k + 2] * x[3 * i + 2] + 0.385 * (double)(k + 1);
}

static void symmetry(void)
{
    double x[3 * LONGEST], y[3 * LONGEST], z[3 * LONGEST], r[3 * LONGEST], worst = 0, back = 0;
    for (size_t k = 0; k < n_chains; k++) {
        size_t n = trace(x, &chain[k]);
        turn(y, x, n);
        hold(x, n, 1);
        hold(y, n, 1);
        turn(z, x, n);
        worst = fmax(worst, moved(y, z, n));
        trace(r, &chain[k]);
        back = fmax(back, moved(x, r, n) / (double)n);
    }
    tap_ok(worst < 1e-18, "turns and moves with the chain (%.2g nm^2)", worst);
    tap_ok(back > 1e-6 && back < 9e-4, "moves real chains by less than 0.3 A (%.2g nm^2)", back);
}

int main(void)
{
    keep_sheets();
    noised();
    mirrored();
    without();
    symmetry();
    for (size_t k = 0; k < n_chains; k++)
        sg_protein_clear(&chain[k]);
    return tap_done();
}
