/* Compact groups as spaces: points are logarithms, tangent vectors live in the body frame. */
#include <config.h>
#include <sigen/so3.h>
#include <sigen/space.h>

#include <math.h>
#include <string.h>

#include "constants.h"

/* --- torus --- */

static size_t torus_len(size_t n, size_t width)
{
    return n * width;
}

static double wrap(double a)
{
    return a >= -PI && a < PI ? a : a - 2 * PI * floor((a + PI) / (2 * PI));
}

static void torus_draw(double *x, size_t n, size_t width, sg_rng *rng)
{
    for (size_t i = 0; i < n * width; i++)
        x[i] = PI * (2 * sg_rng_uniform(rng) - 1);
}

static void torus_noise(double *v, size_t n, size_t width, sg_rng *rng)
{
    sg_rng_normals(rng, v, n * width);
}

static void torus_project(double *x, size_t n, size_t width)
{
    for (size_t i = 0; i < n * width; i++)
        x[i] = wrap(x[i]);
}

static void torus_retract(double *y, const double *x, const double *v, double h, size_t n,
                          size_t width)
{
    for (size_t i = 0; i < n * width; i++)
        y[i] = wrap(x[i] + h * v[i]);
}

static void torus_log(double *v, const double *x, const double *y, size_t n, size_t width)
{
    for (size_t i = 0; i < n * width; i++)
        v[i] = wrap(y[i] - x[i]);
}

static double dot(const double *u, const double *v, size_t k)
{
    double s = 0;
    for (size_t i = 0; i < k; i++)
        s += u[i] * v[i];
    return s;
}

static double torus_inner(const double *u, const double *v, size_t n, size_t width)
{
    return dot(u, v, n * width);
}

static double uniform_logp0(const double *x, double sd, size_t n, size_t width)
{
    (void)x, (void)sd, (void)n, (void)width;
    return 0;
}

const sg_space sg_space_torus = {
    .name = "torus",
    .summary = "n vectors of `width` angles, uniform at first",
    .cite = "CL24",
    .len = torus_len,
    .dof = torus_len,
    .draw = torus_draw,
    .noise = torus_noise,
    .project = torus_project,
    .retract = torus_retract,
    .log = torus_log,
    .inner = torus_inner,
    .logp0 = uniform_logp0,
};

/* --- rotations: products by unit quaternions (w, x, y, z) --- */

/* sin(h |x|/2) x/|x| and cos(h |x|/2) */
static void quaternion(double q[4], const double *x, double h)
{
    double a = 0.5 * h * sqrt(dot(x, x, 3));
    double f = 0.5 * h * (fabs(a) > 1e-4 ? sin(a) / a : 1 - a * a / 6);
    q[0] = cos(a);
    for (int k = 0; k < 3; k++)
        q[k + 1] = f * x[k];
}

/* The rotation vector of q, of any length but 0, by the shorter way. */
static void rotation_vector(double *x, const double q[4])
{
    double s = sqrt(dot(q + 1, q + 1, 3)), w = q[0], f;
    if (s > 1e-4 * fabs(w))
        f = 2 * atan2(s, fabs(w)) / s;
    else
        f = 2 / fabs(w) * (1 - s * s / (3 * w * w));
    f = w < 0 ? -f : f;
    for (int k = 0; k < 3; k++)
        x[k] = f * q[k + 1];
}

static void multiply(double r[4], const double p[4], const double q[4])
{
    r[0] = p[0] * q[0] - p[1] * q[1] - p[2] * q[2] - p[3] * q[3];
    r[1] = p[0] * q[1] + p[1] * q[0] + p[2] * q[3] - p[3] * q[2];
    r[2] = p[0] * q[2] + p[2] * q[0] + p[3] * q[1] - p[1] * q[3];
    r[3] = p[0] * q[3] + p[3] * q[0] + p[1] * q[2] - p[2] * q[1];
}

/* z = exp(g x) exp(h y) */
static void product(double *z, const double *x, double g, const double *y, double h)
{
    double p[4], q[4], r[4];
    quaternion(p, x, g);
    quaternion(q, y, h);
    multiply(r, p, q);
    rotation_vector(z, r);
}

void sg_so3_mul(double z[3], const double x[3], const double y[3])
{
    product(z, x, 1, y, 1);
}

void sg_so3_to_matrix(double m[9], const double x[3])
{
    double q[4];
    quaternion(q, x, 1);
    for (int i = 0; i < 3; i++) {
        int j = (i + 1) % 3, k = (i + 2) % 3;
        double *u = q + 1;
        m[4 * i] = 1 - 2 * (u[j] * u[j] + u[k] * u[k]);
        m[3 * i + j] = 2 * (u[i] * u[j] - q[0] * u[k]);
        m[3 * j + i] = 2 * (u[i] * u[j] + q[0] * u[k]);
    }
}

/* Row r of 4 q q^T, r that of the largest diagonal element. */
void sg_so3_from_matrix(double x[3], const double m[9])
{
    double q[4], d[4] = {1 + m[0] + m[4] + m[8], 1 + m[0] - m[4] - m[8], 1 - m[0] + m[4] - m[8],
                         1 - m[0] - m[4] + m[8]};
    int r = 0;
    for (int k = 1; k < 4; k++)
        r = d[k] > d[r] ? k : r;
    for (int i = 0; i < 3; i++) {
        int j = (i + 1) % 3, k = (i + 2) % 3;
        double skew = m[3 * k + j] - m[3 * j + k]; /* 4 w q_i */
        if (r == 0)
            q[i + 1] = skew;
        else if (r == i + 1)
            q[0] = skew;
        else
            q[i + 1] = m[3 * i + r - 1] + m[3 * (r - 1) + i];
    }
    q[r] = d[r];
    rotation_vector(x, q);
}

static size_t so3_len(size_t n, size_t width)
{
    return 3 * n * width;
}

static void so3_draw(double *x, size_t n, size_t width, sg_rng *rng)
{
    for (size_t i = 0; i < n * width; i++) {
        double q[4];
        sg_rng_normals(rng, q, 4); /* all zero: never, Box-Muller's radius is positive */
        rotation_vector(x + 3 * i, q);
    }
}

static void so3_noise(double *v, size_t n, size_t width, sg_rng *rng)
{
    sg_rng_normals(rng, v, 3 * n * width);
}

/* A vector longer than pi is another name of a shorter one. */
static void so3_project(double *x, size_t n, size_t width)
{
    for (size_t i = 0; i < n * width; i++) {
        double q[4], *v = x + 3 * i;
        if (dot(v, v, 3) <= PI * PI * (1 + 1e-12))
            continue;
        quaternion(q, v, 1);
        rotation_vector(v, q);
    }
}

static void so3_retract(double *y, const double *x, const double *v, double h, size_t n,
                        size_t width)
{
    for (size_t i = 0; i < 3 * n * width; i += 3)
        product(y + i, x + i, 1, v + i, h);
}

static void so3_log(double *v, const double *x, const double *y, size_t n, size_t width)
{
    for (size_t i = 0; i < 3 * n * width; i += 3)
        product(v + i, x + i, -1, y + i, 1);
}

static double so3_inner(const double *u, const double *v, size_t n, size_t width)
{
    return dot(u, v, 3 * n * width);
}

const sg_space sg_space_so3 = {
    .name = "so3",
    .summary = "n times `width` rotations, uniform at first",
    .cite = "YTD23",
    .len = so3_len,
    .dof = so3_len,
    .draw = so3_draw,
    .noise = so3_noise,
    .project = so3_project,
    .retract = so3_retract,
    .log = so3_log,
    .inner = so3_inner,
    .logp0 = uniform_logp0,
};
