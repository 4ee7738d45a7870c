/* The one conversion between parameterisations: every quantity is a linear functional of the
 * unknown conditional means (D0 - mu, D1 - mu, E), of which x - mu = alpha.. + beta.. + gamma.. is
 * one known value and the given predictions are the others. One-sided: D0 - mu is E, two unknowns.
 */
#include <config.h>
#include <sigen/system.h>

#include <math.h>
#include <stdlib.h>

static const char *const names[] = {"none", "b", "s", "D0", "D1", "E", "v", "vpred"};

/* Row r over (D0 - mu, D1 - mu, E) and factor f with r.u = f (value - shift mu). */
typedef struct functional {
    double r[3], f, shift;
} functional;

static double floor_at(double v)
{
    return v > SG_CLAMP ? v : SG_CLAMP;
}

static int one_sided_row(const sg_coeff *c, sg_param q, functional *o)
{
    *o = (functional){.f = 1};
    switch (q) {
    case SG_PARAM_B:
    case SG_PARAM_V:
        o->r[0] = c->dalpha;
        o->r[1] = c->dbeta;
        return 1;
    case SG_PARAM_S: /* E = -alpha s */
        o->r[0] = 1;
        o->f = -c->alpha;
        return 1;
    case SG_PARAM_D0:
        o->shift = 1;
        o->r[0] = 1;
        return 1;
    case SG_PARAM_E:
        o->r[0] = 1;
        return 1;
    case SG_PARAM_D1:
        o->shift = 1;
        o->r[1] = 1;
        return 1;
    case SG_PARAM_VPRED:
        o->r[0] = c->beta;
        o->r[1] = -c->alpha;
        return 1;
    case SG_PARAM_NONE:
        break;
    }
    return 0;
}

static int two_sided_row(const sg_coeff *c, sg_param q, functional *o)
{
    *o = (functional){.f = 1};
    switch (q) {
    case SG_PARAM_B:
        o->r[2] = c->gg / floor_at(c->gamma);
        o->r[0] = c->dalpha;
        o->r[1] = c->dbeta;
        return 1;
    case SG_PARAM_V:
        o->r[0] = c->dalpha;
        o->r[1] = c->dbeta;
        return 1;
    case SG_PARAM_S:
        o->r[2] = 1;
        o->f = -c->gamma;
        return 1;
    case SG_PARAM_E:
        o->r[2] = 1;
        return 1;
    case SG_PARAM_D0:
        o->shift = 1;
        o->r[0] = 1;
        return 1;
    case SG_PARAM_D1:
        o->shift = 1;
        o->r[1] = 1;
        return 1;
    case SG_PARAM_VPRED:
    case SG_PARAM_NONE:
        break;
    }
    return 0;
}

static sg_status undetermined(const sg_path *p, double t, const sg_param have[2], sg_param want,
                              sg_error *err)
{
    return sg_fail(err, SG_ENOTSUP, "path %s at t = %g: (%s, %s) does not determine %s",
                   p->kind->name, t, names[have[0]], names[have[1]], names[want]);
}

static sg_status one_sided(const sg_path *p, double t, const sg_coeff *c0, const sg_param have[2],
                           sg_param want, double a[4], sg_error *err)
{
    sg_coeff c = *c0;
    functional h, q;
    if (!one_sided_row(&c, have[0], &h) || !one_sided_row(&c, want, &q))
        return undetermined(p, t, have, want, err);
    if (want == SG_PARAM_S)
        q.f = -floor_at(c.alpha);
    if (have[0] == SG_PARAM_D1)
        c.alpha = floor_at(c.alpha);
    else if (have[0] == SG_PARAM_E || have[0] == SG_PARAM_D0 || have[0] == SG_PARAM_S)
        c.beta = floor_at(c.beta);
    double det = c.alpha * h.r[1] - c.beta * h.r[0];
    if (!(fabs(det) > 0))
        return undetermined(p, t, have, want, err);
    a[0] = (q.r[0] * h.r[1] - q.r[1] * h.r[0]) / det / q.f;
    a[1] = (q.r[1] * c.alpha - q.r[0] * c.beta) / det * h.f / q.f;
    a[2] = 0;
    a[3] = q.shift - a[1] * h.shift;
    return SG_OK;
}

/* Solves M^T k = q (3 x 3) by elimination with row pivots; 0 when singular. */
static int solve3(double m[3][3], double k[3])
{
    double s[3][4];
    for (int i = 0; i < 3; i++) {
        for (int j = 0; j < 3; j++)
            s[i][j] = m[j][i];
        s[i][3] = k[i];
    }
    for (int c = 0; c < 3; c++) {
        int best = c;
        for (int i = c + 1; i < 3; i++)
            if (fabs(s[i][c]) > fabs(s[best][c]))
                best = i;
        if (!(fabs(s[best][c]) > 1e-14))
            return 0;
        for (int j = 0; j < 4; j++) {
            double tmp = s[c][j];
            s[c][j] = s[best][j];
            s[best][j] = tmp;
        }
        for (int i = 0; i < 3; i++) {
            double f = i == c ? 0 : s[i][c] / s[c][c];
            for (int j = c; j < 4; j++)
                s[i][j] -= f * s[c][j];
        }
    }
    for (int i = 0; i < 3; i++)
        k[i] = s[i][3] / s[i][i];
    return 1;
}

static sg_status two_sided(const sg_path *p, double t, const sg_coeff *c, const sg_param have[2],
                           sg_param want, double a[4], sg_error *err)
{
    functional h0, h1, q;
    if (!two_sided_row(c, have[0], &h0) || !two_sided_row(c, have[1], &h1) ||
        !two_sided_row(c, want, &q))
        return undetermined(p, t, have, want, err);
    if (want == SG_PARAM_S)
        q.f = -floor_at(c->gamma);
    int given_e = have[0] == SG_PARAM_E || have[0] == SG_PARAM_S || have[1] == SG_PARAM_E ||
                  have[1] == SG_PARAM_S;
    double m[3][3] = {{c->alpha, c->beta, given_e ? c->gamma : floor_at(c->gamma)},
                      {h0.r[0], h0.r[1], h0.r[2]},
                      {h1.r[0], h1.r[1], h1.r[2]}};
    double k[3] = {q.r[0], q.r[1], q.r[2]};
    if (!solve3(m, k))
        return undetermined(p, t, have, want, err);
    a[0] = k[0] / q.f;
    a[1] = k[1] * h0.f / q.f;
    a[2] = k[2] * h1.f / q.f;
    a[3] = q.shift - a[1] * h0.shift - a[2] * h1.shift;
    return SG_OK;
}

sg_status sg_convert_coeff(const sg_path *p, double t, const sg_param have[2], sg_param want,
                           double a[4], sg_error *err)
{
    a[0] = a[1] = a[2] = a[3] = 0;
    if (want == have[0] || want == have[1]) {
        a[want == have[0] ? 1 : 2] = 1;
        return SG_OK;
    }
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    return sg_path_one_sided(p) ? one_sided(p, t, &c, have, want, a, err)
                                : two_sided(p, t, &c, have, want, a, err);
}

sg_status sg_convert(const sg_path *p, double t, const sg_param have[2], const double *x,
                     const double *mu, const double *in0, const double *in1, sg_param want,
                     double *out, size_t len, sg_error *err)
{
    double a[4];
    sg_status st = sg_convert_coeff(p, t, have, want, a, err);
    if (st != SG_OK)
        return st;
    for (size_t i = 0; i < len; i++) {
        double v = a[0] * x[i] + a[1] * in0[i];
        if (in1)
            v += a[2] * in1[i];
        if (mu)
            v += (a[3] - a[0]) * mu[i];
        out[i] = v;
    }
    return SG_OK;
}
