/* Backbones as cartoons in SVG: ribbons coloured by secondary structure, paler with distance. */
#ifndef SG_PROTEIN_SVG_H
#define SG_PROTEIN_SVG_H

#include <sigen/file.h>
#include <sigen/protein.h>

/* Rules of the drawings' classes, for light and dark pages. */
void sg_i_cartoon_style(sg_out *o);

/* The cartoon of a protein of one chain, in which every residue has CA, as large as the box allows,
 * the longest axis across, the shortest towards the eye, not mirrored. ss (n) as sg_protein_dssp
 * gives it. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_cartoon(sg_out *o, const sg_protein *p, const char *ss, double x,
                                     double y, double w, double h, sg_error *err);

#endif
