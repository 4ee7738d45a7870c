/* The Ramachandran map of real chains. Angles in degrees, -180 to 180. */
#ifndef SG_PROTEIN_RAMA_I_H
#define SG_PROTEIN_RAMA_I_H

enum { SG_I_RAMA = 72 }; /* bins of 5 degrees */

/* Outside the contour that holds 98 %, 99.95 % of real residues? */
int sg_i_rama_outside(double phi, double psi, int strict);
/* Bin of 10 degrees, phi slower; how many real residues lie in a bin. */
int sg_i_rama_bin(double phi, double psi);
double sg_i_rama_count(int bin);

/* -ln of the density over its mean, with a floor; and between the middles of bins, linearly. */
void sg_i_rama_costs(float cost[SG_I_RAMA * SG_I_RAMA]);
double sg_i_rama_cost(const float *cost, double phi, double psi);

#endif
