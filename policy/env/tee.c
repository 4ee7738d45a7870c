#include <config.h>

#include <math.h>
#include <string.h>

#include "tee.h"

const double sg_i_tee[2][4][2] = {{{-60, 30}, {60, 30}, {60, 0}, {-60, 0}},
                                  {{-15, 30}, {-15, 120}, {15, 120}, {15, 30}}};

enum { MAX = 16 }; /* a quadrilateral clipped four times has at most 8 corners */

/* twice the signed area */
static double area2(const double p[][2], int n)
{
    double s = 0;
    for (int i = 0, j = n - 1; i < n; j = i++)
        s += p[j][0] * p[i][1] - p[i][0] * p[j][1];
    return s;
}

static void place(double out[4][2], const double part[4][2], const sg_i_pose *at)
{
    double c = cos(at->angle), s = sin(at->angle);
    for (int i = 0; i < 4; i++) {
        out[i][0] = at->x + c * part[i][0] - s * part[i][1];
        out[i][1] = at->y + s * part[i][0] + c * part[i][1];
    }
    if (area2(out, 4) < 0) /* counter-clockwise: inside is to the left of every edge */
        for (int k = 0; k < 2; k++) {
            double t = out[1][k];
            out[1][k] = out[3][k];
            out[3][k] = t;
        }
}

/* Sutherland-Hodgman: what of the convex a lies in the convex b */
static double shared_area(const double a[4][2], const double b[4][2])
{
    double in[MAX][2], out[MAX][2];
    int n = 4;
    memcpy(in, a, 4 * sizeof *in);
    for (int e = 0; e < 4 && n; e++) {
        const double *p = b[e], *q = b[(e + 1) % 4];
        int m = 0;
        for (int i = 0; i < n; i++) {
            const double *u = in[i], *v = in[(i + 1) % n];
            double du = (q[0] - p[0]) * (u[1] - p[1]) - (q[1] - p[1]) * (u[0] - p[0]);
            double dv = (q[0] - p[0]) * (v[1] - p[1]) - (q[1] - p[1]) * (v[0] - p[0]);
            if (du >= 0) {
                memcpy(out[m++], u, sizeof *out);
            }
            if ((du < 0) != (dv < 0)) {
                double t = du / (du - dv);
                out[m][0] = u[0] + t * (v[0] - u[0]);
                out[m++][1] = u[1] + t * (v[1] - u[1]);
            }
        }
        memcpy(in, out, (size_t)m * sizeof *in);
        n = m;
    }
    return n < 3 ? 0 : 0.5 * area2(in, n);
}

double sg_i_tee_coverage(const sg_i_pose *a, const sg_i_pose *b)
{
    double pa[2][4][2], pb[2][4][2], shared = 0, whole = 0;
    for (int k = 0; k < 2; k++) {
        place(pa[k], sg_i_tee[k], a);
        place(pb[k], sg_i_tee[k], b);
        whole += 0.5 * area2(pb[k], 4);
    }
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            shared += shared_area(pa[i], pb[j]);
    return shared / whole;
}
