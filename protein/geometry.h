/* Distances and angles of points. Angles in degrees; dihedrals with IUPAC's sign, -180 to 180. */
#ifndef SG_PROTEIN_GEOMETRY_H
#define SG_PROTEIN_GEOMETRY_H

double sg_i_distance2(const double *a, const double *b); /* squared */
double sg_i_distance(const double *a, const double *b);
double sg_i_angle(const double *a, const double *b, const double *c);
double sg_i_dihedral(const double *a, const double *b, const double *c, const double *d);

#endif
