/* A protein backbone: chains of residues with the atoms N, CA, C, O and CB.
 *
 * Lengths in angstrom, right-handed coordinates. One sg_protein is one model: a generated sample,
 * one member of an ensemble, one chain of a training file. It owns its arrays; a zeroed struct is
 * an empty protein. Not thread-safe per object. */
#ifndef SIGEN_PROTEIN_H
#define SIGEN_PROTEIN_H

#include <sigen/error.h>

SG_BEGIN_DECLS

#define SG_PROTEIN_MAX_RESIDUES 200000 /* limit of every reader, per model */
#define SG_PROTEIN_TITLE        200
#define SG_PROTEIN_CHAIN_ID     7
#define SG_PROTEIN_ID           31

typedef enum sg_protein_atom {
    SG_PROTEIN_N,
    SG_PROTEIN_CA,
    SG_PROTEIN_C,
    SG_PROTEIN_O,
    SG_PROTEIN_CB,
    SG_PROTEIN_ATOMS,
} sg_protein_atom;

/* Bits of `have`. */
#define SG_PROTEIN_HAS(atom) (1u << (atom))
#define SG_PROTEIN_BACKBONE  15u /* N, CA, C and O */

typedef struct sg_protein_residue {
    double xyz[SG_PROTEIN_ATOMS][3]; /* angstrom; zeros where `have` lacks the bit */
    double b;                        /* B column: 100 x confidence of generated residues */
    int number;                      /* as the file numbers it */
    char insertion;                  /* insertion code, ' ' if none */
    char name[4];                    /* "ALA"; modified residues by their parent, MSE as MET */
    char code;                       /* one letter; 'X': not one of the twenty */
    char ss;                         /* DSSP: H G I E B T S or '-'; ' ' unknown */
    unsigned char have;              /* SG_PROTEIN_HAS bits */
} sg_protein_residue;

enum { SG_PROTEIN_CLUSTERS = 1000000001 }; /* above every number of a cluster in a file */

typedef struct sg_protein_chain {
    char id[SG_PROTEIN_CHAIN_ID + 1]; /* may be empty */
    size_t first, n;                  /* residues first .. first+n-1 */
} sg_protein_chain;

/* What a reader left out, and what it took for something else. */
typedef struct sg_protein_dropped {
    size_t side_chain; /* atoms beyond the five, hydrogens too */
    size_t altloc;     /* atoms of other alternative locations */
    size_t water;      /* residues */
    size_t hetero;     /* residues: ligands, ions, sugars */
    size_t no_ca;      /* polymer residues without CA, nucleotides too */
    size_t modified;   /* kept, under the name of the parent residue */
} sg_protein_dropped;

typedef struct sg_protein {
    size_t n, n_chains, cap, cap_chains;
    sg_protein_residue *residue; /* (n), chain after chain */
    sg_protein_chain *chain;     /* (n_chains), each with at least one residue */
    long model;                  /* number in the file, 1-based */
    long cluster;                /* sequence cluster of training files, below
                                    SG_PROTEIN_CLUSTERS; -1 unknown */
    char id[SG_PROTEIN_ID + 1], title[SG_PROTEIN_TITLE + 1];
    sg_protein_dropped dropped;
} sg_protein;

SG_API void sg_protein_clear(sg_protein *p); /* frees the arrays, leaves an empty protein */
SG_API void sg_protein_reset(sg_protein *p); /* empty, keeps the memory */
SG_API SG_MUST_CHECK sg_status sg_protein_copy(sg_protein *dst, const sg_protein *src,
                                               sg_error *err);

/* Begins a chain; id of at most SG_PROTEIN_CHAIN_ID bytes, more is SG_ELIMIT. SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_protein_add_chain(sg_protein *p, const char *id, sg_error *err);
/* Appends *r to the last chain (SG_EINVAL: there is none). SG_ENOMEM, SG_ELIMIT. */
SG_API SG_MUST_CHECK sg_status sg_protein_add_residue(sg_protein *p, const sg_protein_residue *r,
                                                      sg_error *err);
/* A residue without atoms: number, name of the code ('A' gives "ALA"), no insertion code. */
SG_API void sg_protein_residue_init(sg_protein_residue *r, int number, char code);

/* "ALA" gives 'A'; 'X' if unknown. "UNK" for codes that are none of the twenty. */
SG_API char sg_protein_code(const char *name);
SG_API const char *sg_protein_name(char code);
/* Name of the standard residue that `name` is a modification of ("MSE": "MET"); NULL if none is
 * known.
 */
SG_API const char *sg_protein_parent(const char *name);

/* Renames every residue. SG_EINVAL unless `name` is 1 to 3 letters or digits. "GLY" removes CB. */
SG_API SG_MUST_CHECK sg_status sg_protein_rename(sg_protein *p, const char *name, sg_error *err);

/* Idealised CB from N, CA, C:  CB = CA - 0.58273431 a + 0.56802827 b - 0.54067466 c  with
 * b = CA - N, c = C - CA, a = b x c. Gives L-residues. */
SG_API void sg_protein_ideal_cb(double cb[3], const double n[3], const double ca[3],
                                const double c[3]);
/* Places the CB that residues other than glycine lack, where N, CA and C are there; how many. */
SG_API size_t sg_protein_add_cb(sg_protein *p);

/* Is b bonded to a before it: C-N at most 2.5 A (as DSSP has it), or, if C or N is missing, CA-CA
 * at most 4.3 A. */
SG_API int sg_protein_linked(const sg_protein_residue *a, const sg_protein_residue *b);

/* Places N, C, O and CB from CA alone, whatever was there of them: rigid peptides, turned about
 * their CA-CA axes to the most likely angles all together, by what real chains show (four CA in a
 * row, Ramachandran map, N-CA-C). Needs no sequence. CA stay where they are; ends are guessed.
 * About 20 ms for 100 residues. SG_EINVAL (no CA), SG_ENAN, SG_EDOM (two in one place), SG_ENOMEM;
 * coordinates unspecified on error. */
SG_API SG_MUST_CHECK sg_status sg_protein_rebuild(sg_protein *p, sg_error *err);

SG_END_DECLS
#endif
