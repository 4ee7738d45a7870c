#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/mol_predict.h>
#include "choose.h"
#include "model.h"

static const double spread = 0.05; /* in standard deviations */

sg_status sg_mol_chooser_init(sg_mol_chooser *c, const sg_mol_model *m,
                              const sg_mol_generate_opts *o, const sg_isa *isa, sg_error *err)
{
    memset(c, 0, sizeof *c);
    c->regressor = o->regressor ? o->regressor : m;
    c->isa = isa;
    c->n = o->n_targets;
    const sg_mol_vocab *has = &m->config.vocab, *reads = &c->regressor->config.vocab;
    if (o->candidates > SG_MOL_CANDIDATES)
        return sg_fail(err, SG_EINVAL, "%d candidates, at most %d", o->candidates,
                       SG_MOL_CANDIDATES);
    if (c->n == 0)
        return sg_fail(err, SG_EINVAL, "candidates are chosen by targets, and none is given");
    if (!sg_mol_model_predicts(c->regressor))
        return sg_fail(err, SG_ENOTSUP,
                       o->regressor ? "the regressor's model has none"
                                    : "the model has no regressor of its own to choose by");
    for (int k = 0; k < c->n; k++) {
        const sg_mol_prop *asked = &has->prop[o->target[k].property];
        int q = sg_mol_vocab_prop(reads, asked->name);
        if (q < 0 || strcmp(reads->prop[q].unit, asked->unit) != 0)
            return sg_fail(err, SG_ENOTSUP, "the regressor does not know %s in %s", asked->name,
                           asked->unit);
        c->property[k] = q;
        c->value[k] = o->target[k].value;
        c->spread[k] = spread * reads->prop[q].sd;
    }
    return SG_OK;
}

/* log prod_q N(y_q; f_q, s_q^2) up to a constant; -inf where f says nothing */
static double log_weight(const sg_mol_chooser *c, const double *f)
{
    double l = 0;
    for (int k = 0; k < c->n; k++) {
        double d = (f[c->property[k]] - c->value[k]) / c->spread[k];
        l -= 0.5 * d * d;
    }
    return isfinite(l) ? l : -HUGE_VAL;
}

/* One of n candidates; f (n, Q) is known where the regressor could read them. */
static size_t pick(const sg_mol_chooser *c, const sg_mol *candidate, size_t n, const double *f,
                   const unsigned char *known, sg_rng *r)
{
    double w[SG_MOL_CANDIDATES], top = -HUGE_VAL;
    size_t Q = (size_t)c->regressor->config.vocab.n_props;
    for (size_t k = 0; k < n; k++) {
        w[k] = known[k] ? log_weight(c, f + k * Q) : -HUGE_VAL;
        top = fmax(top, w[k]);
    }
    for (size_t k = 0; k < n; k++)
        w[k] = top > -HUGE_VAL ? exp(w[k] - top) : candidate[k].n_atoms > 0;
    return sg_rng_choice(r, w, n);
}

sg_status sg_mol_choose(const sg_mol_chooser *c, sg_mol *candidate, size_t count, size_t each,
                        sg_rng *r, sg_mol *out, sg_error *err)
{
    size_t n = count * each, Q = (size_t)c->regressor->config.vocab.n_props;
    double *f = calloc(n * Q, sizeof *f);
    unsigned char *known = calloc(n, 1);
    sg_status s = f && known ? sg_mol_predict_by(c->regressor, c->isa, candidate, n, f, known, err)
                             : sg_fail(err, SG_ENOMEM, "no memory to choose from candidates");
    for (size_t k = 0; k < count && s == SG_OK; k++) {
        size_t a = k * each;
        sg_mol *kept = candidate + a + pick(c, candidate + a, each, f + a * Q, known + a, &r[k]);
        sg_mol old = out[k];
        out[k] = *kept;
        *kept = old;
    }
    free(f);
    free(known);
    return s;
}
