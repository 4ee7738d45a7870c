#include <config.h>
#include "superpose.h"

#include <math.h>
#include <sigen/align.h>

/* Newton's steps on the characteristic polynomial of the quaternion matrix, [The05] eq. 7-12. */
double sg_i_qcp_eigenvalue(const double m[9], double start)
{
    double xx = m[0], xy = m[1], xz = m[2], yx = m[3], yy = m[4], yz = m[5], zx = m[6], zy = m[7],
           zz = m[8];
    double c2 = 0;
    for (int k = 0; k < 9; k++)
        c2 -= 2 * m[k] * m[k];
    double det = xx * (yy * zz - yz * zy) - xy * (yx * zz - yz * zx) + xz * (yx * zy - yy * zx);
    double c1 = -8 * det;
    /* c0: determinant of the symmetric 4x4 matrix */
    double k00 = xx + yy + zz, k01 = yz - zy, k02 = zx - xz, k03 = xy - yx;
    double k11 = xx - yy - zz, k12 = xy + yx, k13 = zx + xz;
    double k22 = yy - xx - zz, k23 = yz + zy, k33 = zz - xx - yy;
    double a = k22 * k33 - k23 * k23, b = k12 * k33 - k13 * k23, c = k12 * k23 - k13 * k22;
    double d = k02 * k33 - k03 * k23, e = k02 * k23 - k03 * k22, f = k02 * k13 - k03 * k12;
    double c0 = k00 * (k11 * a - k12 * b + k13 * c) - k01 * (k01 * a - k12 * d + k13 * e) +
                k02 * (k01 * b - k11 * d + k13 * f) - k03 * (k01 * c - k11 * e + k12 * f);
    double x = start;
    for (int step = 0; step < 50; step++) {
        double x2 = x * x, p = (x2 + c2) * x2 + c1 * x + c0, q = 4 * x2 * x + 2 * c2 * x + c1;
        if (q == 0)
            break;
        double dx = p / q;
        x -= dx;
        if (fabs(dx) <= 1e-11 * fabs(x))
            break;
    }
    return x;
}

/* Rotation of the unit quaternion q. */
static void rotation(double r[9], const double q[4])
{
    double w = q[0], x = q[1], y = q[2], z = q[3];
    r[0] = w * w + x * x - y * y - z * z;
    r[1] = 2 * (x * y - w * z);
    r[2] = 2 * (x * z + w * y);
    r[3] = 2 * (x * y + w * z);
    r[4] = w * w - x * x + y * y - z * z;
    r[5] = 2 * (y * z - w * x);
    r[6] = 2 * (x * z - w * y);
    r[7] = 2 * (y * z + w * x);
    r[8] = w * w - x * x - y * y + z * z;
}

/* The eigenvector of K, symmetric, for its largest eigenvalue: the longest column of the adjugate
 * of K - value I. 0 if that is not unique. */
static int eigenvector(double q[4], const double m[9], double value)
{
    double xx = m[0], xy = m[1], xz = m[2], yx = m[3], yy = m[4], yz = m[5], zx = m[6], zy = m[7],
           zz = m[8];
    const double k[4][4] = {{xx + yy + zz - value, yz - zy, zx - xz, xy - yx},
                            {yz - zy, xx - yy - zz - value, xy + yx, zx + xz},
                            {zx - xz, xy + yx, yy - xx - zz - value, yz + zy},
                            {xy - yx, zx + xz, yz + zy, zz - xx - yy - value}};
    double best = 0;
    for (int c = 0; c < 4; c++) {
        double v[4], len = 0;
        for (int r = 0; r < 4; r++) {
            int i[3], j[3], a = 0, b = 0;
            for (int t = 0; t < 4; t++) {
                if (t != r)
                    i[a++] = t;
                if (t != c)
                    j[b++] = t;
            }
            double det =
                k[i[0]][j[0]] * (k[i[1]][j[1]] * k[i[2]][j[2]] - k[i[1]][j[2]] * k[i[2]][j[1]]) -
                k[i[0]][j[1]] * (k[i[1]][j[0]] * k[i[2]][j[2]] - k[i[1]][j[2]] * k[i[2]][j[0]]) +
                k[i[0]][j[2]] * (k[i[1]][j[0]] * k[i[2]][j[1]] - k[i[1]][j[1]] * k[i[2]][j[0]]);
            v[r] = (r + c) % 2 ? -det : det;
            len += v[r] * v[r];
        }
        if (len > best) {
            best = len;
            for (int r = 0; r < 4; r++)
                q[r] = v[r] / sqrt(len);
        }
    }
    return best > 1e-12 * pow(value, 6);
}

void sg_i_superpose(double r[9], double t[3], const double *x, const int *from, const double *y,
                    const int *to, size_t n)
{
    double cx[3] = {0}, cy[3] = {0}, m[9] = {0}, square = 0, q[4] = {1, 0, 0, 0};
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 3; k++) {
            cx[k] += x[3 * from[i] + k] / (double)n;
            cy[k] += y[3 * to[i] + k] / (double)n;
        }
    for (size_t i = 0; i < n; i++)
        for (int a = 0; a < 3; a++) {
            double u = x[3 * from[i] + a] - cx[a], v = y[3 * to[i] + a] - cy[a];
            square += u * u + v * v;
            for (int b = 0; b < 3; b++)
                m[3 * a + b] += u * (y[3 * to[i] + b] - cy[b]);
        }
    double value = sg_i_qcp_eigenvalue(m, square / 2);
    if (!(value > 0) || !eigenvector(q, m, value)) {
        q[0] = 1; /* points on a line or in one place: any of many rotations */
        q[1] = q[2] = q[3] = 0;
    }
    rotation(r, q);
    for (int a = 0; a < 3; a++)
        t[a] = cy[a] - r[3 * a] * cx[0] - r[3 * a + 1] * cx[1] - r[3 * a + 2] * cx[2];
}
