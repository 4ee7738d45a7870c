/* Molecules encoded for training: heavy atoms with hydrogen counts, bonds, hydrogens by parent. */
#ifndef SG_MOL_DATA_H
#define SG_MOL_DATA_H

#include <sigen/mol.h>
#include "vocab.h"

/* One molecule, pointing into the set. */
typedef struct sg_mol_example {
    int n, h;                    /* heavy atoms, hydrogens */
    const unsigned char *cls;    /* (n) */
    const unsigned char *bond;   /* (n(n-1)/2) 0..3, pair order of sg_layout */
    const float *xyz;            /* (n, 3) angstrom, centred on the heavy atoms */
    const unsigned char *parent; /* (h) heavy index of each hydrogen, ascending */
    const float *hxyz;           /* (h, 3) in the same frame */
    const float *prop;           /* (Q) raw values, NAN = unknown */
} sg_mol_example;

typedef struct sg_mol_data sg_mol_data;

/* An empty set. props: names of the tags to keep as properties, with units. vocab NULL: classes are
 * collected; else molecules outside it are refused. */
SG_MUST_CHECK sg_mol_data *sg_mol_data_new(const char *const *props, const char *const *units,
                                           int n_props, const sg_mol_vocab *vocab, sg_error *err);
void sg_mol_data_free(sg_mol_data *d);

/* Encodes and appends. SG_ENOTSUP with a reason (no 3D, no hydrogens, radical, too large, class
 * outside the vocabulary, ...) leaves the set unchanged. */
SG_MUST_CHECK sg_status sg_mol_data_add(sg_mol_data *d, const sg_mol *m, sg_error *err);
/* Call once after the last add. Sorts the classes, computes sizes, noise levels, property
 * statistics (those of the vocabulary where one was given), and what all molecules of this data
 * share. */
SG_MUST_CHECK sg_status sg_mol_data_finish(sg_mol_data *d, sg_error *err);

long sg_mol_data_count(const sg_mol_data *d);
const sg_mol_vocab *sg_mol_data_vocab(const sg_mol_data *d);
void sg_mol_data_get(const sg_mol_data *d, long i, sg_mol_example *e);

#endif
