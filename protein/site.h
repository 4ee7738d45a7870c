/* Atoms as mmCIF and PDBML name their parts: items of the category atom_site. */
#ifndef SG_PROTEIN_SITE_H
#define SG_PROTEIN_SITE_H

#include "assemble.h"

/* The author's names are preferred to the label's, as PDB files have them. */
typedef enum sg_i_item {
    SG_I_GROUP,
    SG_I_SYMBOL,
    SG_I_LABEL_ATOM,
    SG_I_AUTH_ATOM,
    SG_I_ALT,
    SG_I_LABEL_COMP,
    SG_I_AUTH_COMP,
    SG_I_LABEL_ASYM,
    SG_I_AUTH_ASYM,
    SG_I_LABEL_SEQ,
    SG_I_AUTH_SEQ,
    SG_I_INSERTION,
    SG_I_X,
    SG_I_Y,
    SG_I_Z,
    SG_I_OCCUPANCY,
    SG_I_B,
    SG_I_MODEL,
    SG_I_ITEMS,
} sg_i_item;

typedef struct sg_i_span {
    const char *s;
    size_t n; /* 0: no value */
} sg_i_span;

/* Item of a name without its category, of any case; -1 if it is not used. */
int sg_i_item_find(const char *name, size_t n);

/* What must be there: coordinates, an atom, a residue, a chain. NULL, or what is missing. */
const char *sg_i_items_lack(const int have[SG_I_ITEMS]);

/* The atom of a row and its model. have: which items the rows have at all. *at: the item of an
 * error. SG_EPARSE, SG_ELIMIT; err has no place. */
SG_MUST_CHECK sg_status sg_i_site_atom(sg_i_atom *a, int *model, const sg_i_span v[SG_I_ITEMS],
                                       const int have[SG_I_ITEMS], int *at, sg_error *err);

#endif
