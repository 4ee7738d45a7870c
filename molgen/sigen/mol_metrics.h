/* Measures of one molecule's 3D structure; exact definitions in sg-molgen-metrics(7). Thread-safe.
 */
#ifndef SIGEN_MOL_METRICS_H
#define SIGEN_MOL_METRICS_H

#include <sigen/mol.h>

SG_BEGIN_DECLS

/* Bond order 0..3 of two elements at a distance (angstrom) by EDM's table [HSVW22]. */
SG_API int sg_mol_edm_order(int element_a, int element_b, double distance);

/* How many atoms have a sum of EDM's orders that EDM allows for their element; charges and the bond
 * list do not matter. O(n^2). */
SG_API int sg_mol_edm_stable(const sg_mol *m);

/* Geometry that cannot be right, after the checks of PoseBusters [BMD24]. */
typedef enum sg_mol_geometry {
    SG_MOL_GEOMETRY_LENGTHS = 1 << 0, /* a bond over 25 % from its length */
    SG_MOL_GEOMETRY_ANGLES = 1 << 1,  /* a 1-3 distance over 25 % from its length */
    SG_MOL_GEOMETRY_CLASH = 1 << 2,   /* atoms that are not bonded too close */
    SG_MOL_GEOMETRY_RINGS = 1 << 3,   /* an aromatic ring that is not flat */
    SG_MOL_GEOMETRY_DOUBLE = 1 << 4,  /* a carbon-carbon double bond that is not flat */
} sg_mol_geometry;

/* *defects: the union of what is wrong, 0 if nothing. Allocates inside; SG_ENOMEM. O(n^2). */
SG_API SG_MUST_CHECK sg_status sg_mol_geometry_check(unsigned *defects, const sg_mol *m,
                                                     sg_error *err);

SG_END_DECLS
#endif
