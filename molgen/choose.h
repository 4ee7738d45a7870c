/* One of several candidates of a molecule, by what a regressor says of them: sampling, importance,
 * resampling [Rub88]. Of K draws of the conditional law p(x | y) one is kept with probability
 * proportional to prod_q N(y_q; f_q(x), s_q^2), f the regressor, s_q a twentieth of the property's
 * standard deviation in the regressor's data (about what the shipped one errs). K = 1 is p(x | y);
 * as K grows the law becomes p(x | y) prod N, up to its normaliser. */
#ifndef SG_MOL_CHOOSE_H
#define SG_MOL_CHOOSE_H

#include <sigen/nn.h>
#include <sigen/mol_generate.h>
#include <sigen/rng.h>

typedef struct sg_mol_chooser {
    const sg_mol_model *regressor;
    const sg_isa *isa;            /* its kernels */
    int n;                        /* targets */
    int property[SG_MOL_TARGETS]; /* of the regressor */
    double value[SG_MOL_TARGETS], spread[SG_MOL_TARGETS];
} sg_mol_chooser;

/* The regressor is o->regressor, else m's own; it uses the kernels isa. SG_EINVAL (no target, too
 * many candidates), SG_ENOTSUP (no regressor, or it does not know a target in the target's unit).
 */
SG_MUST_CHECK sg_status sg_mol_chooser_init(sg_mol_chooser *c, const sg_mol_model *m,
                                            const sg_mol_generate_opts *o, const sg_isa *isa,
                                            sg_error *err);

/* Of candidate (count, each) keeps one for each of out (count), which it is exchanged with, drawn
 * by r (count). Candidates that the regressor cannot read or has no finite number for are kept only
 * where it can read none; where no candidate has atoms the kept one has none either. One thread.
 * SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_mol_choose(const sg_mol_chooser *c, sg_mol *candidate, size_t count,
                                      size_t each, sg_rng *r, sg_mol *out, sg_error *err);

#endif
