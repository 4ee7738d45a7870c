#include <config.h>

#include <string.h>

#include <sigen/align.h>

size_t sg_match_work(size_t n)
{
    return (n * n + 3 * n) * sizeof(double) + n * sizeof(size_t) + sg_assign_work(n);
}

sg_status sg_match_points(const double *x, double *y, size_t n, int superpose, void *work,
                          sg_error *err)
{
    double *cost = work, *keep = cost + n * n;
    size_t *to = (size_t *)(keep + 3 * n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            cost[i * n + j] = 0;
            for (size_t c = 0; c < 3; c++) {
                double d = x[3 * i + c] - y[3 * j + c];
                cost[i * n + j] += d * d;
            }
        }
    sg_status s = sg_assign(to, NULL, cost, n, to + n, err);
    if (s != SG_OK)
        return s;
    memcpy(keep, y, 3 * n * sizeof *y);
    for (size_t i = 0; i < n; i++)
        memcpy(y + 3 * i, keep + 3 * to[i], 3 * sizeof *y);
    if (!superpose || n == 0)
        return SG_OK;
    sg_superposition p;
    s = sg_superpose(&p, x, y, NULL, n, 1, err);
    if (s != SG_OK)
        return s;
    memcpy(p.to, p.from, sizeof p.to);
    sg_superpose_apply(&p, y, y, n);
    return SG_OK;
}
