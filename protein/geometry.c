#include <config.h>
#include "geometry.h"

#include <math.h>

#define DEG 57.29577951308232

double sg_i_angle(const double *a, const double *b, const double *c)
{
    double uv = 0, uu = 0, vv = 0;
    for (int k = 0; k < 3; k++) {
        double u = a[k] - b[k], v = c[k] - b[k];
        uv += u * v;
        uu += u * u;
        vv += v * v;
    }
    double q = uv / sqrt(uu * vv);
    return acos(q < -1 ? -1 : q > 1 ? 1 : q) * DEG;
}

double sg_i_dihedral(const double *a, const double *b, const double *c, const double *d)
{
    double u[3], v[3], w[3], m[3], n[3], x = 0, y = 0, vv = 0;
    for (int k = 0; k < 3; k++) {
        u[k] = b[k] - a[k];
        v[k] = c[k] - b[k];
        w[k] = d[k] - c[k];
        vv += v[k] * v[k];
    }
    for (int k = 0; k < 3; k++) {
        int k1 = (k + 1) % 3, k2 = (k + 2) % 3;
        m[k] = u[k1] * v[k2] - u[k2] * v[k1];
        n[k] = v[k1] * w[k2] - v[k2] * w[k1];
    }
    for (int k = 0; k < 3; k++) {
        x += m[k] * n[k];
        y += u[k] * n[k];
    }
    return atan2(y * sqrt(vv), x) * DEG;
}

double sg_i_distance2(const double *a, const double *b)
{
    double x = a[0] - b[0], y = a[1] - b[1], z = a[2] - b[2];
    return x * x + y * y + z * z;
}

double sg_i_distance(const double *a, const double *b)
{
    return sqrt(sg_i_distance2(a, b));
}
