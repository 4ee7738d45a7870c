/* Canonical labelling of a molecule's graph. */
#ifndef SG_MOL_CANON_H
#define SG_MOL_CANON_H

#include <sigen/mol_canon.h>
#include "graph.h"

/* The same as sg_mol_canon for a graph whose aromatic bonds are marked; order: (n) nodes or NULL.
 */
SG_MUST_CHECK sg_status sg_i_canon(unsigned char key[SG_MOL_KEY], int *order, int *exact,
                                   const sg_i_graph *g, sg_error *err);

#endif
