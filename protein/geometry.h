/* Distances and angles of points. Angles in degrees; dihedrals with IUPAC's sign, -180 to 180. */
#ifndef SG_PROTEIN_GEOMETRY_H
#define SG_PROTEIN_GEOMETRY_H

/* Of real chains, angstrom and degrees. */
#define SG_I_N_CA   1.460
#define SG_I_CA_C   1.524
#define SG_I_C_O    1.232
#define SG_I_N_CA_C 111.0
#define SG_I_CA_C_O 120.4

double sg_i_distance2(const double *a, const double *b); /* squared */
double sg_i_distance(const double *a, const double *b);
double sg_i_angle(const double *a, const double *b, const double *c);
double sg_i_dihedral(const double *a, const double *b, const double *c, const double *d);

#endif
