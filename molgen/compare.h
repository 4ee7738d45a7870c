/* How far a file of molecules is from a reference, and how far real molecules are. */
#ifndef SG_MOL_COMPARE_H
#define SG_MOL_COMPARE_H

#include "metrics.h"

enum { SG_I_DISTANCES = 40 };

typedef struct sg_i_distance {
    uint32_t type;
    size_t n, n_reference; /* values */
    double value, floor;   /* NaN: no values */
} sg_i_distance;

typedef struct sg_i_comparison {
    int n;
    sg_i_distance d[SG_I_DISTANCES];
} sg_i_comparison;

/* Wasserstein-1 distances of the commonest lengths, angles and torsions of `ref`, total variations
 * of ring sizes, elements and heavy-atom counts. Floor: as many molecules of train (NULL: see
 * below), drawn at random, against ref; without train the mean over 10 splits of ref into halves.
 * Random choices follow seed. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_compare(sg_i_comparison *c, const sg_i_set *set, const sg_i_set *ref,
                                     const sg_i_set *train, uint64_t seed, sg_error *err);

/* A sorted list of different keys and how many of a set's molecules are on it. */
typedef struct sg_i_keys {
    unsigned char (*key)[SG_MOL_KEY];
    size_t n;
} sg_i_keys;
SG_MUST_CHECK sg_status sg_i_keys_make(sg_i_keys *k, const sg_i_set *s, sg_error *err);
int sg_i_keys_have(const sg_i_keys *k, const unsigned char key[SG_MOL_KEY]);
void sg_i_keys_clear(sg_i_keys *k);

#endif
