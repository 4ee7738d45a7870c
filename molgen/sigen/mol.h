/* A molecule: atoms with coordinates, integer (kekulised) bonds, formal charges, tags.
 *
 * Lengths in angstrom, right-handed coordinates. A molecule owns its arrays; a zeroed struct is an
 * empty molecule. Not thread-safe per object. */
#ifndef SIGEN_MOL_H
#define SIGEN_MOL_H

#include <sigen/error.h>

SG_BEGIN_DECLS

#define SG_MOL_MAX_ATOMS 100000 /* limit of every reader */
#define SG_MOL_TITLE     200

typedef struct sg_mol_atom {
    unsigned char element; /* atomic number, 1..118 */
    signed char charge;    /* formal charge, -8..8 */
    unsigned char radical; /* unpaired electrons, 0..2 */
    double xyz[3];         /* angstrom */
} sg_mol_atom;

typedef struct sg_mol_bond {
    int a, b;            /* atom indices, a < b, 0-based */
    unsigned char order; /* 1, 2, 3; 4 = aromatic, only as read from a file */
} sg_mol_bond;

typedef struct sg_mol_tag {
    char *name;  /* [A-Za-z][A-Za-z0-9_]* when written */
    char *value; /* lines separated by \n, no blank line inside */
} sg_mol_tag;

typedef struct sg_mol {
    int n_atoms, n_bonds, n_tags;
    int cap_atoms, cap_bonds, cap_tags;
    sg_mol_atom *atom;
    sg_mol_bond *bond;
    sg_mol_tag *tag;
    char title[SG_MOL_TITLE + 1];
    char comment[SG_MOL_TITLE + 1];
    int has_xyz;    /* coordinates are 3D positions (0: SMILES, 2D drawing) */
    int has_bonds;  /* the bond list is meant (0: XYZ) */
} sg_mol;

SG_API void sg_mol_clear(sg_mol *m); /* frees the arrays, leaves an empty molecule */
SG_API void sg_mol_reset(sg_mol *m); /* empty, keeps the memory */
SG_API SG_MUST_CHECK sg_status sg_mol_copy(sg_mol *dst, const sg_mol *src, sg_error *err);

/* Appends; SG_ENOMEM, SG_ELIMIT. Bonds are not checked for duplicates here (sg_mol_check does). */
SG_API SG_MUST_CHECK sg_status sg_mol_add_atom(sg_mol *m, int element, int charge,
                                               const double xyz[3], sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_mol_add_bond(sg_mol *m, int a, int b, int order, sg_error *err);
/* Sets (replaces) a tag. */
SG_API SG_MUST_CHECK sg_status sg_mol_set_tag(sg_mol *m, const char *name, const char *value,
                                              sg_error *err);
/* Value of a tag or NULL. */
SG_API const char *sg_mol_tag_value(const sg_mol *m, const char *name);

SG_API const char *sg_element_symbol(int element);           /* "C"; NULL outside 1..118 */
SG_API int sg_element_number(const char *symbol, size_t len); /* exact case; 0 = unknown */

SG_END_DECLS
#endif
