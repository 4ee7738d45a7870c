/* A backbone as a cartoon's strips in space: ribbons of helices and strands, tubes of the rest. */
#ifndef SG_PROTEIN_RIBBON_H
#define SG_PROTEIN_RIBBON_H

#include <sigen/protein.h>

typedef enum sg_i_strip_kind {
    SG_I_STRIP_LOOP,
    SG_I_STRIP_HELIX,
    SG_I_STRIP_STRAND
} sg_i_strip_kind;

/* A piece along the chain, in residues from its first; half widths in angstrom, linear between. */
typedef struct sg_i_strip {
    sg_i_strip_kind kind;
    double from, to, wide_from, wide_to;
} sg_i_strip;

/* A place on it: centre, unit vectors across (in the ribbon's plane) and along its normal. */
typedef struct sg_i_strip_point {
    double at[3], across[3], normal[3];
} sg_i_strip_point;

typedef struct sg_i_ribbon {
    size_t n;          /* residues */
    double *pos, *dir; /* (n,3) control points, directions across */
    char *gap;         /* (n) no bond to the next */
    sg_i_strip *strip; /* (n_strips) */
    size_t n_strips;
} sg_i_ribbon;

/* Of a protein of one chain, in which every residue has CA; ss (n) as sg_protein_dssp gives it.
 * Centred, then turned by `view`: rows are the axes to the right, up and towards the eye. SG_ENOMEM. To be freed
 * in any case. */
SG_MUST_CHECK sg_status sg_i_ribbon_make(sg_i_ribbon *r, const sg_protein *p, const char *ss,
                                         const double view[9], sg_error *err);
void sg_i_ribbon_free(sg_i_ribbon *r);

/* The place t residues from the first. */
void sg_i_ribbon_at(sg_i_strip_point *q, const sg_i_ribbon *r, double t);

#endif
