#include <config.h>
#include "geometry.h"
#include "planes.h"

#include <math.h>

static double dot(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

int sg_i_plane_frame(double f[9], const double *a, const double *b, const double *side)
{
    double *x = f, *y = f + 3, *z = f + 6;
    for (int k = 0; k < 3; k++) {
        x[k] = b[k] - a[k];
        y[k] = side[k] - a[k];
    }
    double len = sqrt(dot(x, x));
    for (int k = 0; k < 3; k++)
        x[k] /= len;
    double along = dot(x, y);
    for (int k = 0; k < 3; k++)
        y[k] -= along * x[k];
    double high = sqrt(dot(y, y));
    for (int k = 0; k < 3; k++)
        y[k] /= high;
    for (int k = 0; k < 3; k++) {
        int k1 = (k + 1) % 3, k2 = (k + 2) % 3;
        z[k] = x[k1] * y[k2] - x[k2] * y[k1];
    }
    return len > 1e-6 && high > 1e-6;
}

static int bend(const double *a, const double *b, const double *c)
{
    int k = (int)floor((sg_i_angle(a, b, c) - 76) / 8);
    return k < 0 ? 0 : k >= SG_I_BENDS ? SG_I_BENDS - 1 : k;
}

int sg_i_plane_bin(const double *p, const double *a, const double *b, const double *q)
{
    double t = sg_i_dihedral(p, a, b, q);
    int k = (int)floor((t + 180) / 15);
    k = k < 0 ? 0 : k >= SG_I_TWISTS ? SG_I_TWISTS - 1 : k;
    return (bend(p, a, b) * SG_I_BENDS + bend(a, b, q)) * SG_I_TWISTS + k;
}
