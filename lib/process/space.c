#include <config.h>
#include <sigen/space.h>

#include <math.h>

#include "constants.h"

/* --- what all flat spaces share; k is the number of reals --- */

static size_t real_len(size_t n, size_t width)
{
    return n * width;
}

static void real_draw(double *x, size_t n, size_t width, sg_rng *rng)
{
    sg_rng_normals(rng, x, n * width);
}

static void real_project(double *v, size_t n, size_t width)
{
    (void)v, (void)n, (void)width;
}

static void move(double *y, const double *x, const double *v, double h, size_t k)
{
    for (size_t i = 0; i < k; i++)
        y[i] = x[i] + h * v[i];
}

static void difference(double *v, const double *x, const double *y, size_t k)
{
    for (size_t i = 0; i < k; i++)
        v[i] = y[i] - x[i];
}

static double dot(const double *u, const double *v, size_t k)
{
    double s = 0;
    for (size_t i = 0; i < k; i++)
        s += u[i] * v[i];
    return s;
}

static double normal_logp(const double *x, double sd, size_t k, size_t dof)
{
    return -dot(x, x, k) / (2 * sd * sd) - 0.5 * (double)dof * (LOG_2PI + 2 * log(sd));
}

static void real_retract(double *y, const double *x, const double *v, double h, size_t n,
                         size_t width)
{
    move(y, x, v, h, n * width);
}

static void real_log(double *v, const double *x, const double *y, size_t n, size_t width)
{
    difference(v, x, y, n * width);
}

static double real_inner(const double *u, const double *v, size_t n, size_t width)
{
    return dot(u, v, n * width);
}

static double real_logp0(const double *x, double sd, size_t n, size_t width)
{
    return normal_logp(x, sd, n * width, n * width);
}

const sg_space sg_space_real = {
    .name = "real",
    .summary = "n vectors of `width` reals",
    .flat = 1,
    .len = real_len,
    .dof = real_len,
    .draw = real_draw,
    .noise = real_draw,
    .project = real_project,
    .retract = real_retract,
    .log = real_log,
    .inner = real_inner,
    .logp0 = real_logp0,
};

/* --- centred --- */

static size_t centred_dof(size_t n, size_t width)
{
    return n ? width * (n - 1) : 0;
}

static void centred_project(double *v, size_t n, size_t width)
{
    for (size_t c = 0; c < width; c++) {
        double mean = 0;
        for (size_t i = 0; i < n; i++)
            mean += v[i * width + c];
        mean /= (double)n;
        for (size_t i = 0; i < n; i++)
            v[i * width + c] -= mean;
    }
}

static void centred_draw(double *x, size_t n, size_t width, sg_rng *rng)
{
    sg_rng_normals(rng, x, n * width);
    centred_project(x, n, width);
}

static double centred_logp0(const double *x, double sd, size_t n, size_t width)
{
    return normal_logp(x, sd, n * width, centred_dof(n, width));
}

const sg_space sg_space_centred = {
    .name = "centred",
    .summary = "n points of `width` coordinates with mean zero",
    .cite = "KKN20",
    .flat = 1,
    .len = real_len,
    .dof = centred_dof,
    .draw = centred_draw,
    .noise = centred_draw,
    .project = centred_project,
    .retract = real_retract,
    .log = real_log,
    .inner = real_inner,
    .logp0 = centred_logp0,
};

/* --- symmetric, zero diagonal: the packed triangle is free of constraints --- */

static size_t sym_len(size_t n, size_t width)
{
    return n ? n * (n - 1) / 2 * width : 0;
}

static void sym_draw(double *x, size_t n, size_t width, sg_rng *rng)
{
    sg_rng_normals(rng, x, sym_len(n, width));
}

static void sym_retract(double *y, const double *x, const double *v, double h, size_t n,
                        size_t width)
{
    move(y, x, v, h, sym_len(n, width));
}

static void sym_log(double *v, const double *x, const double *y, size_t n, size_t width)
{
    difference(v, x, y, sym_len(n, width));
}

static double sym_inner(const double *u, const double *v, size_t n, size_t width)
{
    return dot(u, v, sym_len(n, width));
}

static double sym_logp0(const double *x, double sd, size_t n, size_t width)
{
    return normal_logp(x, sd, sym_len(n, width), sym_len(n, width));
}

const sg_space sg_space_sym0 = {
    .name = "sym0",
    .summary = "symmetric n x n matrices with zero diagonal, `width` channels",
    .cite = "JLH22",
    .flat = 1,
    .len = sym_len,
    .dof = sym_len,
    .draw = sym_draw,
    .noise = sym_draw,
    .project = real_project,
    .retract = sym_retract,
    .log = sym_log,
    .inner = sym_inner,
    .logp0 = sym_logp0,
};

/* --- positive orthant in the chart y = log x --- */

static double positive_to_chart(double *y, const double *x, size_t len)
{
    double s = 0;
    for (size_t i = 0; i < len; i++)
        s += y[i] = log(x[i]);
    return s; /* dx/dy = x */
}

static void positive_from_chart(double *x, const double *y, size_t len)
{
    for (size_t i = 0; i < len; i++)
        x[i] = exp(y[i]);
}

const sg_space sg_space_positive = {
    .name = "positive",
    .summary = "n vectors of `width` positive reals, held as logarithms",
    .cite = "SPS25",
    .flat = 1,
    .len = real_len,
    .dof = real_len,
    .draw = real_draw,
    .noise = real_draw,
    .project = real_project,
    .retract = real_retract,
    .log = real_log,
    .inner = real_inner,
    .logp0 = real_logp0,
    .to_chart = positive_to_chart,
    .from_chart = positive_from_chart,
};

/* --- categorical --- */

static size_t token_len(size_t n, size_t width)
{
    (void)width;
    return n;
}

static size_t token_dof(size_t n, size_t width)
{
    (void)n, (void)width;
    return 0;
}

const sg_space sg_space_categorical = {
    .name = "categorical",
    .summary = "n tokens of `width` classes and a mask",
    .cite = "CYB24",
    .categorical = 1,
    .len = token_len,
    .dof = token_dof,
};

const sg_space *const sg_spaces[] = {
    &sg_space_real,  &sg_space_centred, &sg_space_sym0,        &sg_space_positive,
    &sg_space_torus, &sg_space_so3,     &sg_space_categorical, NULL};
