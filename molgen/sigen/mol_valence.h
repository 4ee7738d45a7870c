/* Is a molecule chemically complete? Judged by its explicit, kekulised bonds and formal charges,
 * never by distances. All functions are thread-safe. */
#ifndef SIGEN_MOL_VALENCE_H
#define SIGEN_MOL_VALENCE_H

#include <sigen/mol.h>

SG_BEGIN_DECLS

/* Sums of bond orders, hydrogens included, that an atom of this element and formal charge has in a
 * closed-shell molecule: bit k set = sum k. 0: the pair is not in the table. Integer orders only,
 * so no sum stands for an aromatic atom [NDKI25]. */
SG_API unsigned sg_mol_valences(int element, int charge);

/* Hydrogens missing to the next allowed sum, 0 = stable; -1: too many bonds, or not in the table.
 */
SG_API int sg_mol_open_valence(int element, int charge, int sum);

/* Sum of bond orders of every atom into sum (n_atoms). Order 4 (aromatic) counts as 16, so that its
 * atoms are never stable: kekulise first. */
SG_API void sg_mol_bond_sums(int *sum, const sg_mol *m);

typedef struct sg_mol_judgement {
    int stable;       /* atoms whose sum is allowed */
    int fragments;    /* connected components */
    int charge;       /* net */
    int all_stable;   /* every atom is; like all below 0 for an empty molecule */
    int valid;        /* no atom has more bonds than it can; hydrogens may be missing */
    int connected;    /* one fragment */
    int neutral;      /* net charge 0 */
    int closed_shell; /* electrons even, no radical marked, no valence open */
} sg_mol_judgement;

/* Allocates only inside; SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_mol_judge(sg_mol_judgement *j, const sg_mol *m, sg_error *err);

/* Marks atoms whose valence is open as radicals, 1 or 2 unpaired electrons, and all others as none: so
 * that no reader fills the gap with hydrogens. SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_mol_mark_radicals(sg_mol *m, sg_error *err);

SG_END_DECLS
#endif
