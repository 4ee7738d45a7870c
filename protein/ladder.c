#include <config.h>
#include "ladder.h"

#include <math.h>
#include <string.h>

#include <sigen/align.h>
#include "ladder_table.h"

/* nm */
static const double contact = 0.7, limit = 0.1, spread = 0.03, strength = 0.5;

void sg_i_rung(size_t at[SG_I_RUNG], sg_i_rung_kind kind, size_t i, size_t j)
{
    size_t back = kind == SG_I_PARALLEL ? j - 1 : j + 1;
    size_t next = kind == SG_I_PARALLEL ? j + 1 : j - 1;
    const size_t all[SG_I_RUNG] = {i - 1, i, i + 1, back, j, next};
    memcpy(at, all, sizeof all);
}

static double squared(const double *a, const double *b)
{
    double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return x * x + y * y + z * z;
}

/* Points that lie e_a off have distances that are off by at most |e_a| + |e_b|: the squares of the
 * three between partners add up to at most 2 sum e_a^2 = 12 d^2. */
static int may_fit(const double p[SG_I_RUNG_SIZE], const double q[SG_I_RUNG_SIZE])
{
    double sum = 0;
    for (int k = 0; k < 9; k += 3) {
        double d = sqrt(squared(p + k, p + k + 9)) - sqrt(squared(q + k, q + k + 9));
        sum += d * d;
    }
    return sum < 2 * SG_I_RUNG * limit * limit;
}

/* The real rung that fits about i and j best: its points on the trace, and what residues they are.
 * Returns their root mean square distance; `limit` if none is nearer. */
static double fit(double goal[SG_I_RUNG_SIZE], size_t at[SG_I_RUNG], const double *x, size_t i,
                  size_t j)
{
    double least = limit;
    for (int k = 0; k <= SG_I_RUNGS; k++) { /* parallel ones either way round */
        sg_i_rung_kind kind = k < SG_I_RUNGS ? (sg_i_rung_kind)k : SG_I_PARALLEL;
        size_t try[SG_I_RUNG];
        double p[SG_I_RUNG_SIZE];
        sg_superposition s;
        sg_i_rung(try, kind, k < SG_I_RUNGS ? i : j, k < SG_I_RUNGS ? j : i);
        for (int a = 0; a < SG_I_RUNG; a++)
            memcpy(p + 3 * a, x + 3 * try[a], 3 * sizeof *p);
        if (!may_fit(p, ladder_rung[kind]) ||
            sg_superpose(&s, p, ladder_rung[kind], NULL, SG_I_RUNG, 0, NULL) != SG_OK ||
            s.rmsd >= least)
            continue;
        least = s.rmsd;
        memcpy(at, try, sizeof try);
        sg_superpose_apply(&s, goal, ladder_rung[kind], SG_I_RUNG);
    }
    return least;
}

size_t sg_i_ladder_project(double *x, size_t n, double *work)
{
    double *move = work, *weight = work + 3 * n;
    size_t rungs = 0;
    memset(work, 0, 4 * n * sizeof *work);
    for (size_t i = 1; i + 1 < n; i++)
        for (size_t j = i + 3; j + 1 < n; j++) {
            double goal[SG_I_RUNG_SIZE];
            size_t at[SG_I_RUNG];
            if (squared(x + 3 * i, x + 3 * j) >= contact * contact)
                continue;
            double d = fit(goal, at, x, i, j), w = 1 - d * d / (limit * limit);
            if (!(d < limit))
                continue;
            rungs++;
            double pull = d > spread ? w * (1 - spread / d) : 0;
            for (size_t a = 0; a < SG_I_RUNG; a++) {
                weight[at[a]] += w;
                for (size_t c = 0; c < 3; c++)
                    move[3 * at[a] + c] += pull * (goal[3 * a + c] - x[3 * at[a] + c]);
            }
        }
    for (size_t i = 0; i < n; i++)
        for (size_t c = 0; c < 3 && weight[i] > 0; c++)
            x[3 * i + c] += strength * move[3 * i + c] / fmax(1, weight[i]);
    return rungs;
}
