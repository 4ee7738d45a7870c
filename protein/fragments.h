/* Tables inside the library; protein/tables.c makes them. */
#ifndef SG_PROTEIN_FRAGMENTS_H
#define SG_PROTEIN_FRAGMENTS_H

#include <stddef.h>

enum { SG_I_PIECE = 16 }; /* residues of a piece of CA trace: eight 9-mers */

size_t sg_i_fragments_count(void);       /* pieces */
void sg_i_fragments_decode(double *xyz); /* (count, SG_I_PIECE, 3), angstrom */

#endif
