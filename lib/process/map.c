/* Base laws through a fixed linear map. */
#include <config.h>
#include <sigen/space.h>

#include <math.h>
#include <string.h>

#include "constants.h"

static void ar1_apply(const sg_map *m, double *x, size_t n, size_t width)
{
    double rho = m->par[0], sigma = m->par[1], s = sigma * sqrt(1 - rho * rho);
    for (size_t c = 0; c < width; c++) {
        if (n)
            x[c] *= sigma;
        for (size_t i = 1; i < n; i++)
            x[i * width + c] = rho * x[(i - 1) * width + c] + s * x[i * width + c];
    }
}

static void ar1_solve(const sg_map *m, double *x, size_t n, size_t width)
{
    double rho = m->par[0], sigma = m->par[1], s = sigma * sqrt(1 - rho * rho);
    for (size_t c = 0; c < width; c++) {
        for (size_t i = n; i-- > 1;)
            x[i * width + c] = (x[i * width + c] - rho * x[(i - 1) * width + c]) / s;
        if (n)
            x[c] /= sigma;
    }
}

static double ar1_logdet(const sg_map *m, size_t n)
{
    double rho = m->par[0], sigma = m->par[1];
    return n ? (double)n * log(sigma) + 0.5 * (double)(n - 1) * log(1 - rho * rho) : 0;
}

sg_map sg_map_ar1(double rho, double sigma)
{
    return (sg_map){ar1_apply, ar1_solve, ar1_logdet, {rho, sigma}, NULL};
}

static void scale_apply(const sg_map *m, double *x, size_t n, size_t width)
{
    for (size_t i = 0; i < n * width; i++)
        x[i] *= m->par[0];
}

static void scale_solve(const sg_map *m, double *x, size_t n, size_t width)
{
    for (size_t i = 0; i < n * width; i++)
        x[i] /= m->par[0];
}

static double scale_logdet(const sg_map *m, size_t n)
{
    return (double)n * log(m->par[0]);
}

sg_map sg_map_scale(double sigma)
{
    return (sg_map){scale_apply, scale_solve, scale_logdet, {sigma, 0}, NULL};
}

/* the map acts on rows of `width` values: a packed triangle of n nodes has n(n-1)/2 rows */
static size_t rows(const sg_space *sp, size_t n, size_t width)
{
    return width ? sp->len(n, width) / width : 0;
}

void sg_base_draw(const sg_space *sp, const sg_map *m, double *x, size_t n, size_t width,
                  sg_rng *rng)
{
    if (!m) {
        sp->draw(x, n, width, rng);
        return;
    }
    sg_rng_normals(rng, x, sp->len(n, width));
    m->apply(m, x, rows(sp, n, width), width);
    sp->project(x, n, width);
}

double sg_base_logp(const sg_space *sp, const sg_map *m, const double *x, double sd, size_t n,
                    size_t width, double *scratch)
{
    if (!m)
        return sp->logp0(x, sd, n, width);
    size_t len = sp->len(n, width), nr = rows(sp, n, width), dof = sp->dof(n, width);
    double *u = scratch, *one = scratch + len;
    memcpy(u, x, len * sizeof *u);
    m->solve(m, u, nr, width);
    double q = 0, logdet = (double)width * m->logdet(m, nr);
    for (size_t i = 0; i < len; i++)
        q += u[i] * u[i];
    if (dof < len) { /* centred: minimise over a shift of every column */
        double ww = 0;
        for (size_t i = 0; i < nr; i++)
            one[i] = 1;
        m->solve(m, one, nr, 1);
        for (size_t i = 0; i < nr; i++)
            ww += one[i] * one[i];
        for (size_t c = 0; c < width; c++) {
            double wu = 0;
            for (size_t i = 0; i < nr; i++)
                wu += one[i] * u[i * width + c];
            q -= wu * wu / ww;
        }
        logdet += 0.5 * (double)width * log(ww / (double)nr);
    }
    return -q / (2 * sd * sd) - logdet - 0.5 * (double)dof * (LOG_2PI + 2 * log(sd));
}
