/* The TM-score of a given alignment: the best superposition of its pairs. */
#include <config.h>

#include <string.h>

#include "superpose.h"
#include "tm.h"

int sg_i_tm_pairs(const sg_i_tm *t, const int *map, int *px, int *py)
{
    int n = 0;
    for (int j = 0; j < t->ny; j++)
        if (map[j] >= 0) {
            px[n] = map[j];
            py[n++] = j;
        }
    return n;
}

/* Score of the pairs under a superposition; those closer than about `cut` into fx, fy. */
static double score_pairs(sg_i_tm *t, const double r[9], const double s[3], int n, double cut,
                          int all, int *n_close)
{
    double sum = 0, d02 = t->d0 * t->d0, d82 = t->d8 * t->d8, p[3];
    for (int k = 0; k < n; k++) {
        sg_i_tm_move(p, r, s, t->x + 3 * t->px[k]);
        t->d[k] = sg_i_tm_square(p, t->y + 3 * t->py[k]);
        if (all || t->d[k] <= d82)
            sum += 1 / (1 + t->d[k] / d02);
    }
    for (;; cut += 0.5) {
        int m = 0;
        for (int k = 0; k < n; k++)
            if (t->d[k] < cut * cut) {
                t->fx[m] = t->px[k];
                t->fy[m++] = t->py[k];
            }
        *n_close = m;
        if (m >= 3 || n <= 3 || cut > 1e4)
            break;
    }
    return sum / t->norm;
}

double sg_i_tm_search(sg_i_tm *t, int n, int step, int all, double rot[9], double shift[3])
{
    double best = -1, r[9], s[3];
    int shortest = n < 4 ? n : 4;
    for (int level = 0, len = n;; level++, len = n >> level) {
        int last = len <= shortest || level == 5;
        if (last)
            len = shortest;
        for (int i = 0; i <= n - len;) {
            int close = 0, before = 0;
            sg_i_superpose(r, s, t->x, t->px + i, t->y, t->py + i, (size_t)len);
            for (int round = 0; round <= 20; round++) {
                double cut = t->d0_search + (round ? 1 : -1);
                if (round) {
                    sg_i_superpose(r, s, t->x, t->lx, t->y, t->ly, (size_t)before);
                }
                double tmv = score_pairs(t, r, s, n, cut, all, &close);
                if (tmv > best) {
                    best = tmv;
                    memcpy(rot, r, sizeof r);
                    memcpy(shift, s, sizeof s);
                }
                if (close == 0 ||
                    (close == before && memcmp(t->fx, t->lx, (size_t)close * sizeof *t->fx) == 0))
                    break;
                memcpy(t->lx, t->fx, (size_t)close * sizeof *t->fx);
                memcpy(t->ly, t->fy, (size_t)close * sizeof *t->fy);
                before = close;
            }
            if (i == n - len)
                break;
            i = i + step < n - len ? i + step : n - len;
        }
        if (last)
            break;
    }
    return best;
}

double sg_i_tm_guess(sg_i_tm *t, int n)
{
    double r[9], s[3], best = 0;
    int close;
    if (n < 3)
        return 0;
    sg_i_superpose(r, s, t->x, t->px, t->y, t->py, (size_t)n);
    for (int round = 0; round < 3; round++) {
        double v = score_pairs(t, r, s, n, t->d0_search + (round ? 1 : 0), 1, &close);
        best = v > best ? v : best;
        if (close < 3 || close == n)
            break;
        memcpy(t->lx, t->fx, (size_t)close * sizeof *t->fx);
        memcpy(t->ly, t->fy, (size_t)close * sizeof *t->fy);
        sg_i_superpose(r, s, t->x, t->lx, t->y, t->ly, (size_t)close);
    }
    return best;
}
