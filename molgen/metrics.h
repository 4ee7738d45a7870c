/* A file of molecules as rows of verdicts and lists of numbers: what `eval` works on. */
#ifndef SG_MOL_METRICS_I_H
#define SG_MOL_METRICS_I_H

#include <sigen/mol_canon.h>
#include <sigen/mol_valence.h>

/* What a feature counts or measures. */
typedef enum sg_i_kind {
    SG_I_LENGTH,  /* angstrom; elements a <= b and order */
    SG_I_ANGLE,   /* degrees, 0..180; elements a, centre, c with a <= c */
    SG_I_TORSION, /* degrees, 0..180 (without its sign); four heavy elements */
    SG_I_RING,    /* ring size */
    SG_I_ELEMENT, /* atomic number */
    SG_I_HEAVY,   /* heavy atoms of a molecule */
    SG_I_KINDS
} sg_i_kind;

typedef struct sg_i_feature {
    uint32_t type; /* sg_i_type */
    float value;
} sg_i_feature;

/* Kind and up to four elements or an order, 7 bits each. */
static inline uint32_t sg_i_type(sg_i_kind kind, int a, int b, int c, int d)
{
    return (uint32_t)kind << 28 | (uint32_t)a << 21 | (uint32_t)b << 14 | (uint32_t)c << 7 |
           (uint32_t)d;
}

/* "C-C", "C=O", "C:N" (aromatic), "H-C-H", "C-C-C-O". */
void sg_i_type_name(char name[32], uint32_t type);

typedef struct sg_i_row {
    unsigned char key[SG_MOL_KEY];
    sg_mol_judgement judgement;
    int n_atoms, edm_stable, n_features;
    unsigned defects;     /* of the geometry */
    unsigned char valid;  /* by RDKit where built in, else by the valence table */
    unsigned char exact;  /* the key is sure */
    unsigned char judged; /* distances were: 3D and not over SG_I_MEASURE atoms */
    sg_i_feature *feature;
} sg_i_row;

typedef struct sg_i_set {
    const char *path;
    size_t records, count, cap; /* records in the file, of which rows were read */
    size_t no_bonds, large;     /* rows without a bond list; not judged for their size */
    sg_i_row *row;
    sg_error first; /* of the records not read */
} sg_i_set;

enum { SG_I_MEASURE = 2000 }; /* atoms of a molecule whose distances are judged */

/* Reads and measures a whole file, on all threads. judge: verdicts too, not only keys and features.
 * SG_EIO, SG_EPARSE (no record can be read), SG_ENOMEM, SG_EINTR (*stop non-zero). */
SG_MUST_CHECK sg_status sg_i_set_read(sg_i_set *s, const char *path, int judge, int (*stop)(void),
                                      sg_error *err);
void sg_i_set_clear(sg_i_set *s);

/* Bond lengths, angles, torsions, rings, elements and size of a molecule; *feature is the caller's.
 */
SG_MUST_CHECK sg_status sg_i_features(sg_i_feature **feature, int *n, const sg_mol *m,
                                      sg_error *err);

/* "rdkit" or "sigen". */
const char *sg_i_valid_by(void);

#endif
