/* Shared by the readers: atoms come in one by one, residues and chains come out. Alternative
 * locations, modified residues, waters and ligands are settled here, for all formats alike. */
#ifndef SG_PROTEIN_ASSEMBLE_H
#define SG_PROTEIN_ASSEMBLE_H

#include <sigen/protein.h>

/* Is the atom's residue part of the chain? */
typedef enum sg_i_polymer {
    SG_I_NO,
    SG_I_YES,
    SG_I_PERHAPS, /* HETATM in the midst of a chain: yes if it has N, CA and C */
} sg_i_polymer;

typedef struct sg_i_atom {
    char name[5], element[3], residue[6], chain[SG_PROTEIN_CHAIN_ID + 1];
    char altloc, insertion; /* ' ' if none */
    int number;
    sg_i_polymer polymer;
    double xyz[3], occupancy, b;
} sg_i_atom;

enum { SG_I_ALTERNATIVES = 64 };

/* The residue that is being read. */
typedef struct sg_i_assembly {
    int open;
    sg_i_atom key;   /* chain, number, insertion, polymer of the residue; its first name */
    sg_i_atom *atom; /* (n_atoms) of the five, all locations */
    size_t n_atoms, cap, side_chain;
} sg_i_assembly;

/* Takes an atom. SG_ENOMEM, SG_ELIMIT. */
SG_MUST_CHECK sg_status sg_i_assembly_add(sg_i_assembly *a, sg_protein *p, const sg_i_atom *atom,
                                          sg_error *err);
/* Ends the residue that is open, if any. */
SG_MUST_CHECK sg_status sg_i_assembly_end(sg_i_assembly *a, sg_protein *p, sg_error *err);
void sg_i_assembly_drop(sg_i_assembly *a);  /* forgets the open residue */
void sg_i_assembly_clear(sg_i_assembly *a); /* frees the memory */

#endif
