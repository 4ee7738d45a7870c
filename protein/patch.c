#include <config.h>

#include <math.h>
#include <string.h>

#include "patch.h"

enum { WINDOW = 8, BONDS = WINDOW - 1, LAGS = 4 };

const double sg_patch_mu[SG_PATCH_RADIAL] = {.38, .50, .62, .78, .98, 1.25, 1.65, 2.2};
const double sg_patch_sigma[SG_PATCH_RADIAL] = {.06, .07, .08, .10, .13, .18, .26, .4};

/* Bonds of the window of patch k, residues 4 k - 2 .. 4 k + 5, in units of 0.38 nm; 0 beyond the
 * ends of the chain and where an end is not known. */
static void window(double bond[BONDS][3], const double *x, const unsigned char *known, int n, int k)
{
    memset(bond, 0, sizeof(double[BONDS][3]));
    for (int w = 0; w < BONDS; w++) {
        int i = SG_PROTEIN_PATCH * k - 2 + w;
        if (i < 0 || i + 1 >= n || (known && !(known[i] && known[i + 1])))
            continue;
        for (int c = 0; c < 3; c++)
            bond[w][c] = (x[3 * (i + 1) + c] - x[3 * i + c]) / SG_PROTEIN_STEP;
    }
}

static double dot(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(double y[3], const double *a, const double *b)
{
    for (int c = 0; c < 3; c++)
        y[c] = a[(c + 1) % 3] * b[(c + 2) % 3] - a[(c + 2) % 3] * b[(c + 1) % 3];
}

/* bounded by 4, slope 1 at 0 */
static double soft(double v)
{
    return v / (1 + 0.25 * fabs(v));
}

void sg_patch_scalars(sg_real *feat, long ld, const double *x, const unsigned char *known, int n)
{
    double bond[BONDS][3], y[3];
    for (int k = 0; k < n / SG_PROTEIN_PATCH; k++) {
        sg_real *f = feat + k * ld;
        window(bond, x, known, n, k);
        for (int lag = 0; lag < LAGS; lag++)
            for (int w = 0; w + lag < BONDS; w++)
                *f++ = (sg_real)soft(dot(bond[w], bond[w + lag]));
        for (int w = 0; w + 2 < BONDS; w++) {
            cross(y, bond[w + 1], bond[w + 2]);
            *f++ = (sg_real)soft(dot(bond[w], y));
        }
    }
}

void sg_patch_vectors(sg_real *vec, long ld, int col, const double *x, int n)
{
    double bond[BONDS][3], y[3];
    for (int k = 0; k < n / SG_PROTEIN_PATCH; k++) {
        sg_real *v = vec + 3L * k * ld + col;
        const double *p = x + 3L * SG_PROTEIN_PATCH * k;
        window(bond, x, NULL, n, k);
        for (int c = 0; c < 3; c++) {
            v[c * ld] = (sg_real)((p[c] + p[3 + c] + p[6 + c] + p[9 + c]) / SG_PROTEIN_PATCH);
            for (int w = 0; w < BONDS; w++)
                v[c * ld + 1 + w] = (sg_real)bond[w][c];
        }
        for (int w = 0; w + 1 < BONDS; w++) {
            cross(y, bond[w], bond[w + 1]);
            double f = 1 / (1 + 0.25 * sqrt(dot(y, y)));
            for (int c = 0; c < 3; c++)
                v[c * ld + 1 + BONDS + w] = (sg_real)(f * y[c]);
        }
    }
}

void sg_patch_points(sg_real *points, const double *x, int n)
{
    for (int i = 0; i < n; i++)
        for (int c = 0; c < 3; c++)
            points[(i / SG_PROTEIN_PATCH * 3 + c) * SG_PROTEIN_PATCH + i % SG_PROTEIN_PATCH] =
                (sg_real)x[3 * i + c];
}

/* ---- transposes ------------------------------------------------------------------------------ */

static void add_scaled(double *y, double f, const double *v)
{
    for (int c = 0; c < 3; c++)
        y[c] += f * v[c];
}

/* d soft(v)/dv */
static double slope(double v)
{
    double q = 1 + 0.25 * fabs(v);
    return 1 / (q * q);
}

/* Derivatives by the window's bonds go to their ends. */
static void window_pull(double *dx, double db[BONDS][3], int n, int k)
{
    for (int w = 0; w < BONDS; w++) {
        int i = SG_PROTEIN_PATCH * k - 2 + w;
        if (i < 0 || i + 1 >= n)
            continue;
        add_scaled(dx + 3 * (i + 1), 1 / SG_PROTEIN_STEP, db[w]);
        add_scaled(dx + 3 * i, -1 / SG_PROTEIN_STEP, db[w]);
    }
}

void sg_patch_scalars_pull(double *dx, const sg_real *dfeat, long ld, const double *x, int n)
{
    double b[BONDS][3], y[3];
    for (int k = 0; k < n / SG_PROTEIN_PATCH; k++) {
        const sg_real *d = dfeat + k * ld;
        double db[BONDS][3] = {{0}};
        window(b, x, NULL, n, k);
        for (int lag = 0; lag < LAGS; lag++)
            for (int w = 0; w + lag < BONDS; w++) {
                double g = (double)*d++ * slope(dot(b[w], b[w + lag]));
                add_scaled(db[w], g, b[w + lag]);
                add_scaled(db[w + lag], g, b[w]);
            }
        for (int w = 0; w + 2 < BONDS; w++) {
            cross(y, b[w + 1], b[w + 2]);
            double g = (double)*d++ * slope(dot(b[w], y));
            add_scaled(db[w], g, y);
            cross(y, b[w + 2], b[w]);
            add_scaled(db[w + 1], g, y);
            cross(y, b[w], b[w + 1]);
            add_scaled(db[w + 2], g, y);
        }
        window_pull(dx, db, n, k);
    }
}

void sg_patch_vectors_pull(double *dx, const sg_real *dvec, long ld, int col, const double *x,
                           int n)
{
    double b[BONDS][3], y[3], u[3], d[3];
    for (int k = 0; k < n / SG_PROTEIN_PATCH; k++) {
        const sg_real *v = dvec + 3L * k * ld + col;
        double db[BONDS][3] = {{0}};
        window(b, x, NULL, n, k);
        for (int c = 0; c < 3; c++) {
            for (int i = 0; i < SG_PROTEIN_PATCH; i++)
                dx[3 * (SG_PROTEIN_PATCH * k + i) + c] += (double)v[c * ld] / SG_PROTEIN_PATCH;
            for (int w = 0; w < BONDS; w++)
                db[w][c] += (double)v[c * ld + 1 + w];
        }
        for (int w = 0; w + 1 < BONDS; w++) { /* f y with y = b x b', f = 1/(1 + |y|/4) */
            cross(y, b[w], b[w + 1]);
            double len = sqrt(dot(y, y)) + 1e-12, f = 1 / (1 + 0.25 * len);
            for (int c = 0; c < 3; c++)
                d[c] = (double)v[c * ld + 1 + BONDS + w];
            double along = 0.25 * f * f * dot(d, y) / len;
            for (int c = 0; c < 3; c++)
                u[c] = f * d[c] - along * y[c];
            cross(y, b[w + 1], u);
            add_scaled(db[w], 1, y);
            cross(y, u, b[w]);
            add_scaled(db[w + 1], 1, y);
        }
        window_pull(dx, db, n, k);
    }
}

void sg_patch_points_pull(double *dx, const sg_real *dpoints, int n)
{
    for (int i = 0; i < n; i++)
        for (int c = 0; c < 3; c++)
            dx[3 * i + c] += (double)
                dpoints[(i / SG_PROTEIN_PATCH * 3 + c) * SG_PROTEIN_PATCH + i % SG_PROTEIN_PATCH];
}

/* ---- pairs, places --------------------------------------------------------------------------- */

void sg_patch_pairs(sg_real *feat, const double *x, const unsigned char *known, int n)
{
    int T = n / SG_PROTEIN_PATCH;
    for (int i = 0; i < T; i++)
        for (int j = i + 1; j < T; j++)
            for (int q = 0; q < SG_PROTEIN_PATCH * SG_PROTEIN_PATCH; q++, feat += SG_PATCH_RADIAL) {
                int a = SG_PROTEIN_PATCH * i + q / SG_PROTEIN_PATCH;
                int b = SG_PROTEIN_PATCH * j + q % SG_PROTEIN_PATCH;
                double d2 = 0;
                for (int c = 0; c < 3; c++)
                    d2 += (x[3 * a + c] - x[3 * b + c]) * (x[3 * a + c] - x[3 * b + c]);
                for (int r = 0; r < SG_PATCH_RADIAL; r++) {
                    double e = (sqrt(d2) - sg_patch_mu[r]) / sg_patch_sigma[r];
                    feat[r] = known[a] && known[b] ? (sg_real)exp(-0.5 * e * e) : 0;
                }
            }
}

void sg_patch_place(sg_real *feat, int k)
{
    for (int w = 0; w < SG_PATCH_PLACE / 2; w++) {
        double a = 2 * M_PI * k / (3 * pow(2, 0.6 * w)); /* wavelengths 3 to 55 patches */
        feat[2 * w] = (sg_real)sin(a);
        feat[2 * w + 1] = (sg_real)cos(a);
    }
}
