/* What all molecules of the training data fulfil and the last decisions of a molecule therefore
 * have to: in the end every atom's bond orders and hydrogens add up to a sum that a closed shell
 * has (sg_mol_valences), and the net charge is one that the data have. A state of the heavy system.
 */
#ifndef SG_MOL_CLOSED_H
#define SG_MOL_CLOSED_H

#include <sigen/system.h>
#include "vocab.h"

/* 1 if all shells of n heavy atoms with classes cls (n) and bonds (n(n-1)/2, 0..3) are closed.
 * charge out: the net charge. */
int sg_mol_shells_closed(const sg_mol_vocab *v, int n, const int *cls, const int *bond,
                         int *charge);

/* 1 if such a molecule fulfils both. */
int sg_mol_closed(const sg_mol_vocab *v, int n, const int *cls, const int *bond);

/* Prepares the last step: masks what it has to decide together. With every undecided token at its
 * most probable class of the state's last prediction, these are the atoms whose shells are not
 * closed, charged ones if the net charge is wrong, and the atoms bound to these: their classes, and
 * their bonds to all others. */
void sg_mol_unsettle(const sg_mol_vocab *v, sg_state *s);

#endif
