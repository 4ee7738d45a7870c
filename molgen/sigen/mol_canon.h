/* Are two molecules the same graph? A key and an order of atoms that do not depend on the
 * numbering. */
#ifndef SIGEN_MOL_CANON_H
#define SIGEN_MOL_CANON_H

#include <sigen/mol.h>

SG_BEGIN_DECLS

#define SG_MOL_KEY 16 /* bytes */

/* Canonical labelling of the graph of elements, charges, bond orders and hydrogen counts (no
 * stereo, no coordinates, no radical marks); bonds of aromatic rings count as alike, so that the
 * Kekule structures of one compound agree. Colour refinement, individualisation and pruning by
 * automorphisms, after [McK81]. key    first 16 bytes of the SHA-256 of the canonical form order
 * (n_atoms) or NULL: atoms in canonical order; hydrogens counted at their atom are left out n how
 * many those are, may be NULL exact  may be NULL; 0: the search was cut short (large and very
 * symmetric), key and order may depend on the numbering Thread-safe; allocates inside; SG_ENOMEM.
 */
SG_API SG_MUST_CHECK sg_status sg_mol_canon(unsigned char key[SG_MOL_KEY], int *order, int *n,
                                            int *exact, const sg_mol *m, sg_error *err);

SG_END_DECLS
#endif
