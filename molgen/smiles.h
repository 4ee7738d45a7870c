/* One SMILES as a molecule, for the readers that meet SMILES inside other formats. */
#ifndef SG_I_SMILES_H
#define SG_I_SMILES_H

#include <sigen/mol.h>

/* Reads s[0..n) into m (emptied first): heavy atoms in their order, hydrogens as atoms behind them,
 * no coordinates, kekulised. Stereo marks, isotopes and atom classes are accepted and dropped.
 * SG_EPARSE with err->column the character, SG_ELIMIT, SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_smiles_parse(sg_mol *m, const char *s, size_t n, sg_error *err);

/* Hydrogens that an atom written without brackets carries beside bonds of this sum; -1: the element
 * always needs brackets. */
int sg_i_smiles_hydrogens(int element, int sum);

/* Makes orders 1 and 2 of the bonds of order 4 so that each atom with need[i] gets exactly one
 * double bond among them. SG_EPARSE when that cannot be, SG_ELIMIT, SG_ENOMEM; m is then unchanged.
 */
SG_MUST_CHECK sg_status sg_i_kekulize(sg_mol *m, const unsigned char *need, sg_error *err);

#endif
