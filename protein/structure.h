/* Secondary structures of training windows that a model keeps, to ask for when nothing else is
 * asked: the law of the data as p(structure) p(chain | structure). */
#ifndef SG_PROTEIN_STRUCTURE_H
#define SG_PROTEIN_STRUCTURE_H

#include <jansson.h>

#include <sigen/error.h>
#include <sigen/rng.h>

#define SG_PROTEIN_STRUCTURES       512 /* of a model at most */
#define SG_PROTEIN_STRUCTURE_LENGTH 160

/* Letters H, E, - a residue. */
typedef char sg_protein_structure[SG_PROTEIN_STRUCTURE_LENGTH + 1];

typedef struct sg_protein_structures {
    int n;
    sg_protein_structure *s; /* (n), owned; NULL when n is 0 */
} sg_protein_structures;

/* Room for n empty ones instead of what was there; SG_ENOMEM. n = 0 frees. */
SG_MUST_CHECK sg_status sg_protein_structures_resize(sg_protein_structures *a, int n,
                                                     sg_error *err);
void sg_protein_structures_clear(sg_protein_structures *a);

/* Structure of n residues: a piece, each equally likely, of one of the kept ones that are long
 * enough and, if there are such, not much longer. 0, and *ss as it was: none is long enough. */
int sg_protein_structure_draw(const sg_protein_structures *a, int n, sg_rng *r,
                              sg_protein_structure ss);

/* An array of run lengths, ["-3E5-2H12", ..]. Read: SG_EMODEL when it is none. NULL: none kept. */
json_t *sg_protein_structures_json(const sg_protein_structures *a);
SG_MUST_CHECK sg_status sg_protein_structures_read(sg_protein_structures *a, const json_t *j,
                                                   sg_error *err);

#endif
