/* What mmCIF and PDBML files hold, as categories of rows, the same for both; how rows look is the
 * format's. */
#ifndef SG_PROTEIN_DICTIONARY_H
#define SG_PROTEIN_DICTIONARY_H

#include <sigen/protein_io.h>

enum { SG_I_CELLS = 24 };

typedef struct sg_i_category {
    const char *name;
    const char *item[SG_I_CELLS]; /* NULL behind the last */
    unsigned keys;                /* bits of the items that tell rows apart */
    int single;                   /* always one row */
} sg_i_category;

typedef struct sg_i_backend {
    void (*head)(sg_protein_sink *k, const char *id);
    void (*begin)(sg_protein_sink *k, const sg_i_category *c);
    void (*row)(sg_protein_sink *k, const sg_i_category *c,
                const char *const *cell); /* NULL: none */
    void (*end)(sg_protein_sink *k, const sg_i_category *c);
} sg_i_backend;

/* Has p the chains and residues of the block that is being written? */
int sg_i_same_block(const sg_protein_sink *k, const sg_protein *p);

/* Begins a block: all but the atoms; the category of those is left open. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_block_begin(sg_protein_sink *k, const sg_i_backend *b,
                                         const sg_protein *p, sg_error *err);
/* The same of the block under way, for a file that begins within it. */
SG_MUST_CHECK sg_status sg_i_block_text(sg_protein_sink *k, const sg_i_backend *b, sg_error *err);
/* pass of both formats. */
SG_MUST_CHECK sg_status sg_i_block_pass(sg_protein_sink *k, const sg_protein *p, sg_error *err);
/* Atoms of a model are numbered from 1 + 5 x residues of the models before it in its block. */
void sg_i_block_atoms(sg_protein_sink *k, const sg_i_backend *b, const sg_protein *p);
void sg_i_block_end(sg_protein_sink *k, const sg_i_backend *b);

#endif
