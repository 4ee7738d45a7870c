#include <config.h>
#include <sigen/curved.h>

#include <math.h>
#include <string.h>

sg_curved sg_curved_kind(const sg_path *p)
{
    sg_coeff c;
    if (!sg_path_one_sided(p) || !p->kind->monotone)
        return SG_CURVED_NONE;
    if (p->kind->exact_base && p->kind->exact_data)
        return SG_CURVED_GEODESIC;
    sg_path_coeff(p, 0.5, &c);
    return c.beta == 1 && c.dbeta == 0 ? SG_CURVED_HEAT : SG_CURVED_NONE;
}

sg_status sg_curved_sample(const sg_space *sp, const sg_path *p, double t, const double *x0,
                           const double *x1, double *xt, size_t n, size_t width, sg_error *err)
{
    sg_coeff c;
    sg_curved kind = sg_curved_kind(p);
    if (kind == SG_CURVED_NONE)
        return sg_fail(err, SG_ENOTSUP, "space %s: no curved path %s", sp->name, p->kind->name);
    sg_path_coeff(p, t, &c);
    if (!x0) {
        memcpy(xt, x1, sp->len(n, width) * sizeof *xt);
    } else if (kind == SG_CURVED_HEAT) {
        sp->retract(xt, x1, x0, c.alpha, n, width);
    } else {
        sp->log(xt, x0, x1, n, width);
        sp->retract(xt, x0, xt, c.beta, n, width);
    }
    return SG_OK;
}

static void scaled(double *out, const double *in, double f, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = f * in[i];
}

sg_status sg_curved_convert(const sg_space *sp, const sg_path *p, double t, const sg_param have[2],
                            const double *x, const double *in0, const double *in1, sg_param want,
                            double *out, size_t n, size_t width, sg_error *err)
{
    size_t len = sp->len(n, width);
    sg_curved kind = sg_curved_kind(p);
    sg_coeff c;
    sg_path_coeff(p, t, &c);
    double left = fmax(1 - c.beta, SG_CLAMP), rate = -c.alpha * c.dalpha;
    if (want == have[0] || want == have[1]) {
        memmove(out, want == have[0] ? in0 : in1, len * sizeof *out);
    } else if (kind == SG_CURVED_GEODESIC && want == SG_PARAM_B && have[0] == SG_PARAM_D1) {
        sp->log(out, x, in0, n, width);
        scaled(out, out, c.dbeta / left, len);
    } else if (kind == SG_CURVED_GEODESIC && want == SG_PARAM_D1 && have[0] == SG_PARAM_B &&
               c.dbeta > 0) {
        sp->retract(out, x, in0, (1 - c.beta) / c.dbeta, n, width);
    } else if (kind == SG_CURVED_HEAT && want == SG_PARAM_B && have[0] == SG_PARAM_S) {
        scaled(out, in0, rate, len);
    } else if (kind == SG_CURVED_HEAT && want == SG_PARAM_S && have[0] == SG_PARAM_B) {
        scaled(out, in0, 1 / rate, len);
    } else {
        return sg_fail(err, SG_ENOTSUP,
                       "curved space %s, path %s: the field determines no parameter %d", sp->name,
                       p->kind->name, (int)want);
    }
    return SG_OK;
}
