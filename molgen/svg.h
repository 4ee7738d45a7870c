/* Drawings as SVG text: molecules as balls and sticks, histograms. Colours of the page come from
 * CSS (classes bar, ref, axis) or currentColor. */
#ifndef SG_MOLGEN_SVG_H
#define SG_MOLGEN_SVG_H

#include <sigen/file.h>
#include "tally.h"

/* The gradients that sg_i_svg_balls refers to: once a document, inside an <svg>. */
void sg_i_svg_defs(sg_out *o);

/* The molecule turned so that its longest axis lies across and its thinnest towards the viewer, as
 * a <g> that fits into width x height at (x, y). SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_svg_balls(sg_out *o, const sg_mol *m, double x, double y, double width,
                                       double height, sg_error *err);

/* Shares of cells as bars; those of ref (may be NULL) as a line over them. Labels at cell k stand
 * for lo + k bin; labels: by element symbols instead, empty cells left out. Draws what holds all
 * but 0.2 % at either end, in at most 40 bars. */
typedef struct sg_i_axis {
    const char *title, *unit;
    double lo, bin;
    int digits;
    int elements;
} sg_i_axis;

void sg_i_svg_hist(sg_out *o, const sg_i_axis *axis, const sg_i_hist *h, const sg_i_hist *ref);

#endif
