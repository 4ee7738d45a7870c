#include <config.h>
#include <sigen/align.h>

#include <float.h>
#include <math.h>
#include <string.h>

#define SWEEPS 32 /* far more than ever needed: convergence is quadratic */

static double dot(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(double *c, const double *a, const double *b)
{
    c[0] = a[1] * b[2] - a[2] * b[1];
    c[1] = a[2] * b[0] - a[0] * b[2];
    c[2] = a[0] * b[1] - a[1] * b[0];
}

/* (p, q) <- (c p - s q, s p + c q) for two rows of three. */
static void rotate(double *p, double *q, double c, double s)
{
    for (int k = 0; k < 3; k++) {
        double x = p[k], y = q[k];
        p[k] = c * x - s * y;
        q[k] = s * x + c * y;
    }
}

/* c, s of the Jacobi rotation that annuls the off-diagonal b of ((a, b), (b, d)) [GVL13, 8.5.2]. */
static void jacobi(double a, double b, double d, double *c, double *s)
{
    double theta = (d - a) / (2 * b); /* may overflow to infinity: then t = 0 */
    double t = copysign(1 / (fabs(theta) + hypot(1, theta)), theta);
    *c = 1 / sqrt(1 + t * t);
    *s = t * *c;
}

/* Exchanges two rows of each matrix, keeping both determinants' sign. */
static void exchange(double *p, double *q)
{
    for (int k = 0; k < 3; k++) {
        double t = p[k];
        p[k] = q[k];
        q[k] = -t;
    }
}

/* Sorts rows of v (and of a, if given) by descending value. */
static void sort3(double value[3], double v[9], double *a)
{
    static const int pair[3][2] = {{0, 1}, {1, 2}, {0, 1}};
    for (int k = 0; k < 3; k++) {
        int p = pair[k][0], q = pair[k][1];
        if (value[p] >= value[q])
            continue;
        double t = value[p];
        value[p] = value[q];
        value[q] = t;
        exchange(v + 3 * p, v + 3 * q);
        if (a)
            exchange(a + 3 * p, a + 3 * q);
    }
}

void sg_eigen_sym3(double value[3], double v[9], const double a[9])
{
    double m[9] = {a[0], a[1], a[2], a[1], a[4], a[5], a[2], a[5], a[8]};
    double r[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1}; /* eigenvectors in rows */
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        int turned = 0;
        for (int p = 0; p < 2; p++)
            for (int q = p + 1; q < 3; q++) {
                double b = m[3 * p + q];
                double least = 0.25 * DBL_EPSILON * sqrt(fabs(m[4 * p])) * sqrt(fabs(m[4 * q]));
                if (fabs(b) <= DBL_MIN || fabs(b) <= least)
                    continue;
                double c, s;
                jacobi(m[4 * p], b, m[4 * q], &c, &s);
                if (s == 0) /* too small to act on these diagonal elements */
                    continue;
                turned = 1;
                rotate(m + 3 * p, m + 3 * q, c, s);
                for (int k = 0; k < 3; k++) {
                    double x = m[3 * k + p], y = m[3 * k + q];
                    m[3 * k + p] = c * x - s * y;
                    m[3 * k + q] = s * x + c * y;
                }
                m[3 * p + q] = m[3 * q + p] = 0;
                rotate(r + 3 * p, r + 3 * q, c, s);
            }
        if (!turned)
            break;
    }
    for (int k = 0; k < 3; k++)
        value[k] = m[4 * k];
    sort3(value, r, NULL);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            v[3 * i + k] = r[3 * k + i];
}

/* One-sided Jacobi [GVL13, 8.6.3]: turns the rows of a against each other until they are
 * orthogonal, v alike, so that (a at entry) = v^T a. Rows come out by descending length. */
static void orthogonalise(double a[9], double v[9])
{
    double length2[3];
    for (int sweep = 0; sweep < SWEEPS; sweep++) {
        int turned = 0;
        for (int p = 0; p < 2; p++)
            for (int q = p + 1; q < 3; q++) {
                double *ap = a + 3 * p, *aq = a + 3 * q;
                double pp = dot(ap, ap), pq = dot(ap, aq), qq = dot(aq, aq), c, s;
                if (fabs(pq) <= 4 * DBL_EPSILON * sqrt(pp * qq))
                    continue;
                jacobi(pp, pq, qq, &c, &s);
                if (s == 0)
                    continue;
                turned = 1;
                rotate(ap, aq, c, s);
                rotate(v + 3 * p, v + 3 * q, c, s);
            }
        if (!turned)
            break;
    }
    for (int k = 0; k < 3; k++)
        length2[k] = dot(a + 3 * k, a + 3 * k);
    sort3(length2, v, a);
}

/* u <- its part orthogonal to the unit rows e[0..n), made a unit vector; the length it had. */
static double reduce(double *u, const double *e, int n)
{
    for (int k = 0; k < n; k++) {
        double d = dot(u, e + 3 * k);
        for (int i = 0; i < 3; i++)
            u[i] -= d * e[3 * k + i];
    }
    double length = sqrt(dot(u, u));
    for (int i = 0; i < 3 && length > 0; i++)
        u[i] /= length;
    return length;
}

/* Orthonormal rows u with u_k along a_k, as far as a has rank (rows of 1e-13 of the first are
 * rounding errors); the rest follows v, which is orthonormal, so that no needless turn is made. */
static void unit_rows(double u[9], const double a[9], const double v[9], int reflect)
{
    double least = 1e-13 * sqrt(dot(a, a));
    int rank = 0;
    for (; rank < 2 && dot(a + 3 * rank, a + 3 * rank) > least * least; rank++) {
        double scale = 1 / sqrt(dot(a + 3 * rank, a + 3 * rank));
        for (int i = 0; i < 3; i++)
            u[3 * rank + i] = a[3 * rank + i] * scale;
    }
    for (int k = rank; k < 2; k++) { /* the v that is farthest from the rows so far */
        double best = -1;
        for (int j = 0; j < 3; j++) {
            const double *candidate = v + 3 * ((k + j) % 3);
            double e[3] = {candidate[0], candidate[1], candidate[2]};
            double length = reduce(e, u, k);
            if (length > best + 1e-6) {
                best = length;
                memcpy(u + 3 * k, e, sizeof e);
            }
        }
    }
    cross(u + 6, u, u + 3);
    /* det v = +1, so this is the proper rotation; a reflection is better if a_3 points away */
    if (reflect && dot(a + 6, u + 6) < -least)
        for (int i = 6; i < 9; i++)
            u[i] = -u[i];
}

static sg_status check_points(const double *fixed, const double *moving, const double *w, size_t n,
                              double *total, sg_error *err)
{
    *total = 0;
    if (n == 0)
        return sg_fail(err, SG_EDOM, "no points to superpose");
    for (size_t i = 0; i < 3 * n; i++)
        if (!isfinite(fixed[i]) || !isfinite(moving[i]))
            return sg_fail(err, SG_ENAN, "point %zu to superpose is not finite", i / 3);
    for (size_t i = 0; i < n; i++) {
        double wi = w ? w[i] : 1;
        if (!(wi >= 0) || !isfinite(wi))
            return sg_fail(err, SG_EDOM, "weight %g of point %zu; it must be >= 0", wi, i);
        *total += wi;
    }
    if (!(*total > 0) || !isfinite(*total))
        return sg_fail(err, SG_EDOM, "sum of weights is %g", *total);
    return SG_OK;
}

static void centroid(double c[3], const double *x, const double *w, size_t n, double total)
{
    c[0] = c[1] = c[2] = 0;
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            c[k] += (w ? w[i] : 1) / total * x[3 * i + k];
}

sg_status sg_superpose(sg_superposition *out, const double *fixed, const double *moving,
                       const double *w, size_t n, int reflect, sg_error *err)
{
    sg_superposition s;
    double total;
    sg_status status = check_points(fixed, moving, w, n, &total, err);
    if (status != SG_OK)
        return status;
    centroid(s.to, fixed, w, n, total);
    centroid(s.from, moving, w, n, total);

    /* rows of a: sum_i w_i (moving_i - from)_k (fixed_i - to); a = v^T (v a), rot = u^T v */
    double a[9] = {0}, u[9], v[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++)
            for (int l = 0; l < 3; l++)
                a[3 * k + l] += (w ? w[i] : 1) / total * (moving[3 * i + k] - s.from[k]) *
                                (fixed[3 * i + l] - s.to[l]);
    double largest = 0; /* scaled, so that squares neither vanish nor overflow */
    for (int k = 0; k < 9; k++)
        largest = fmax(largest, fabs(a[k]));
    for (int k = 0; k < 9 && largest > 0; k++)
        a[k] /= largest;
    orthogonalise(a, v);
    unit_rows(u, a, v, reflect);
    for (int k = 0; k < 3; k++)
        for (int l = 0; l < 3; l++)
            s.rot[3 * k + l] = u[k] * v[l] + u[3 + k] * v[3 + l] + u[6 + k] * v[6 + l];

    /* summed from the distances themselves: the usual closed form cancels near 0 */
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double y[3];
        sg_superpose_apply(&s, y, moving + 3 * i, 1);
        for (int k = 0; k < 3; k++)
            y[k] -= fixed[3 * i + k];
        sum += (w ? w[i] : 1) / total * dot(y, y);
    }
    s.rmsd = sqrt(sum);
    if (!isfinite(s.rmsd))
        return sg_fail(err, SG_ENAN, "the points are too far apart to superpose");
    *out = s;
    return SG_OK;
}

void sg_superpose_apply(const sg_superposition *s, double *y, const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        double d[3];
        for (int k = 0; k < 3; k++)
            d[k] = x[3 * i + k] - s->from[k];
        for (int k = 0; k < 3; k++)
            y[3 * i + k] = dot(s->rot + 3 * k, d) + s->to[k];
    }
}
