/* Conditioning of a Gaussian mixture on some of its coordinates. */
#include <config.h>
#include <sigen/oracle.h>

#include "dense.h"

#include <math.h>
#include <stdlib.h>

#include "constants.h"

/* One part: K = S_fg S_gg^{-1}; mean_f + K (value - mean_g), S_ff - K S_gf. Returns log N(value;
 * g). */
static int condition_part(const double *m, const double *S, const unsigned char *given,
                          const double *value, size_t d, double *mean, double *cov, double *work,
                          double *logp)
{
    size_t ng = 0, *idx = (size_t *)(void *)(work + 2 * d * d);
    double *P = work, *scratch = work + d * d, logdet, quad = 0;
    for (size_t i = 0; i < d; i++)
        if (given[i])
            idx[ng++] = i;
    for (size_t a = 0; a < ng; a++)
        for (size_t b = 0; b < ng; b++)
            P[a * ng + b] = S[idx[a] * d + idx[b]];
    if (!sg_i_spd_inverse(P, ng, scratch, &logdet))
        return 0;
    for (size_t i = 0; i < d; i++) {
        mean[i] = given[i] ? value[i] : m[i];
        for (size_t j = 0; j < d; j++)
            cov[i * d + j] = given[i] || given[j] ? 0 : S[i * d + j];
    }
    for (size_t a = 0; a < ng; a++)
        for (size_t b = 0; b < ng; b++) {
            double pab = P[a * ng + b], vb = value[idx[b]] - m[idx[b]];
            quad += (value[idx[a]] - m[idx[a]]) * pab * vb;
            for (size_t i = 0; i < d; i++) {
                if (given[i])
                    continue;
                mean[i] += S[i * d + idx[a]] * pab * vb;
                for (size_t j = 0; j < d; j++)
                    if (!given[j])
                        cov[i * d + j] -= S[i * d + idx[a]] * pab * S[idx[b] * d + j];
            }
        }
    *logp = -0.5 * quad - 0.5 * logdet - 0.5 * (double)ng * LOG_2PI;
    return 1;
}

sg_status sg_gm_condition(sg_gm *out, double *w, double *mean, double *cov, const sg_gm *gm,
                          const unsigned char *given, const double *value, sg_error *err)
{
    size_t d = gm->dim;
    double *work = malloc((2 * d * d + d) * sizeof(double) + d * sizeof(size_t)), top = -INFINITY,
           sum = 0;
    if (!work)
        return sg_fail(err, SG_ENOMEM, "no room to condition %zu dimensions", d);
    int good = 1;
    for (size_t p = 0; good && p < gm->n; p++) {
        good = condition_part(gm->mean + p * d, gm->cov + p * d * d, given, value, d, mean + p * d,
                              cov + p * d * d, work, &w[p]);
        w[p] += log(gm->w[p]);
        top = fmax(top, w[p]);
    }
    free(work);
    if (!good)
        return sg_fail(err, SG_EDOM, "the pinned block's covariance is singular");
    if (!isfinite(top))
        return sg_fail(err, SG_EDOM, "the pinned values have no density under the mixture");
    for (size_t p = 0; p < gm->n; p++)
        sum += w[p] = exp(w[p] - top);
    for (size_t p = 0; p < gm->n; p++)
        w[p] /= sum;
    *out = (sg_gm){gm->n, d, w, mean, cov};
    return SG_OK;
}
