/* What an optional chemistry library judges and draws: RDKit behind plain C types.
 *
 * Built without RDKit (configure --without-rdkit) every function but sg_i_chem_available returns
 * SG_ENOTSUP. Molecules are taken as RDKit takes an SDF record: kekulised or aromatic (4) bonds,
 * formal charges, unpaired electrons; hydrogens that are missing count as implicit.
 * All functions may be called by several threads at once, allocate, and print nothing. Failures:
 * SG_EINVAL (no bond list), SG_ENOMEM, SG_ENOTSUP, all negative. */
#ifndef SG_MOLGEN_CHEM_H
#define SG_MOLGEN_CHEM_H

#include <sigen/mol.h>

SG_BEGIN_DECLS

/* 1 if built with RDKit. */
int sg_i_chem_available(void);

/* 1 if RDKit's sanitisation accepts the whole molecule (valences, kekulisation, aromaticity), 0 if
 * not; negative: a failure. Several fragments are no defect here. */
SG_MUST_CHECK int sg_i_chem_sanitise(const sg_mol *m);

/* Canonical SMILES of the sanitised molecule, hydrogens implicit, without stereo and isotopes. 1
 * and *smiles (caller frees with free()); 0 and NULL when the molecule is not valid; negative and
 * NULL. */
SG_MUST_CHECK int sg_i_chem_smiles(const sg_mol *m, char **smiles);

/* A structural formula as an <svg> element of width x height pixels, without an XML header, on a
 * transparent background; carbon and bonds in "currentColor". Molecules that are not valid are
 * drawn too. 1 and *svg (caller frees with free()); 0 and NULL if it cannot be drawn; negative. */
SG_MUST_CHECK int sg_i_chem_svg(const sg_mol *m, int width, int height, char **svg);

SG_END_DECLS
#endif
