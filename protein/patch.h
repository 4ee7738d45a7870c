/* What the network sees of a chain: patches of four residues, each in a window of eight
 * (doc/protein-net.md). */
#ifndef SG_PROTEIN_PATCH_H
#define SG_PROTEIN_PATCH_H

#include <sigen/nn.h>
#include "chain.h"

enum {
    SG_PATCH_SCALARS = 27, /* 22 products of bonds, 5 triple products */
    SG_PATCH_VECTORS = 14, /* centroid, 7 bonds, 6 cross products of bonds */
    SG_PATCH_RADIAL = 8,
    SG_PATCH_PAIR = SG_PROTEIN_PATCH * SG_PROTEIN_PATCH * SG_PATCH_RADIAL,
    SG_PATCH_PLACE = 16,
    /* columns of a node's features */
    SG_PATCH_OF_X = 0,
    SG_PATCH_OF_XS = SG_PATCH_SCALARS,
    SG_PATCH_OF_MOTIF = 2 * SG_PATCH_SCALARS,
    SG_PATCH_FIXED = 3 * SG_PATCH_SCALARS,
    SG_PATCH_SS = SG_PATCH_FIXED + SG_PROTEIN_PATCH,
    SG_PATCH_PLACES = SG_PATCH_SS + 3 * SG_PROTEIN_PATCH,
    SG_PATCH_FEATURES = SG_PATCH_PLACES + SG_PATCH_PLACE
};

/* Centres and widths of the radial functions, nm. */
extern const double sg_patch_mu[SG_PATCH_RADIAL], sg_patch_sigma[SG_PATCH_RADIAL];

/* Products and triple products of the bonds in each patch's window, x (n,3) nm, n a multiple of
 * four: row k of feat (n/4 rows, ld apart) gets SG_PATCH_SCALARS numbers, bounded by 4. known (n):
 * bonds with an end that is not known count as 0; NULL: all are known. */
void sg_patch_scalars(sg_real *feat, long ld, const double *x, const unsigned char *known, int n);
/* Vectors of each patch in columns col .. of vec (n/4, 3, ld); points (n/4, 3, 4). Bonds in units
 * of 0.38 nm, the rest in nm. */
void sg_patch_vectors(sg_real *vec, long ld, int col, const double *x, int n);
void sg_patch_points(sg_real *points, const double *x, int n);
/* Transposes of the three at x: derivatives by their outputs, laid out like these, add to dx (n,3).
 */
void sg_patch_scalars_pull(double *dx, const sg_real *dfeat, long ld, const double *x, int n);
void sg_patch_vectors_pull(double *dx, const sg_real *dvec, long ld, int col, const double *x,
                           int n);
void sg_patch_points_pull(double *dx, const sg_real *dpoints, int n);
/* Radial functions of all distances between known residues of two patches, pair order of
 * sg_layout: (pairs, SG_PATCH_PAIR). */
void sg_patch_pairs(sg_real *feat, const double *x, const unsigned char *known, int n);
/* Place of patch k in the chain: sines and cosines of eight wavelengths. */
void sg_patch_place(sg_real *feat, int k);

#endif
