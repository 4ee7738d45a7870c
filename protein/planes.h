/* Peptide planes in CA traces, shared by the rebuilding and by the tool that makes its table.
 * Between CA i and i+1 lie C, O and N of one rigid plane; what is free is the angle of that plane
 * about the axis i, i+1. */
#ifndef SG_PROTEIN_PLANES_H
#define SG_PROTEIN_PLANES_H

#include <stddef.h>

enum {
    SG_I_BENDS = 9,   /* of a CA angle: 8 degrees each from 76 */
    SG_I_TWISTS = 24, /* of a CA dihedral: 15 degrees each */
    SG_I_ANGLES = 36, /* of the plane: 10 degrees each */
    SG_I_PLANE_BINS = SG_I_BENDS * SG_I_BENDS * SG_I_TWISTS,
};
#define SG_I_PLANE_SCALE 25.0 /* the table holds -ln p times this */

/* x from a to b, y towards the side of `side`, z = x X y; rows of f. 0 if the points are in line.
 */
int sg_i_plane_frame(double f[9], const double *a, const double *b, const double *side);

/* Bin of the trace p, a, b, q about the axis a-b. */
int sg_i_plane_bin(const double *p, const double *a, const double *b, const double *q);

/* The table: (SG_I_PLANE_BINS, SG_I_ANGLES). */
extern const unsigned char sg_i_plane_bytes[];

#endif
