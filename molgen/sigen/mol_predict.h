/* Properties of molecules by a trained regressor. */
#ifndef SIGEN_MOL_PREDICT_H
#define SIGEN_MOL_PREDICT_H

#include <sigen/mol_generate.h>

SG_BEGIN_DECLS

/* Predicts the model's properties (sg_mol_model_property) of `count` molecules with 3D coordinates and
 * explicit hydrogens, from the geometry as it is.
 *   out    (count, Q) in the properties' units, Q = sg_mol_model_properties; rows of unknown
 *          molecules are unchanged
 *   known  (count) 1: predicted; 0: the molecule does not fit the model's vocabulary
 * A molecule's result does not depend on the others. One thread; the model may be shared.
 * SG_ENOTSUP (the model has no regressor), SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_mol_predict(const sg_mol_model *m, const sg_mol *mol, size_t count,
                                              double *out, unsigned char *known, sg_error *err);

SG_END_DECLS
#endif
