/* A page about a set of molecules: scores, drawings, distributions, a viewer. */
#ifndef SG_MOLGEN_REPORT_H
#define SG_MOLGEN_REPORT_H

#include <sigen/file.h>
#include "tally.h"

/* A molecule that is drawn. */
typedef struct sg_i_drawn {
    sg_mol mol;
    int valid, stable, whole,
        distorted; /* whole: one fragment; distorted: a geometry check fails */
    char *smiles;  /* NULL: none */
} sg_i_drawn;

typedef struct sg_i_report {
    const char *source;             /* name of the input */
    const char *command;            /* that makes the page */
    const char *reference;          /* name of the reference; NULL: none */
    char made_by[SG_MOL_TITLE + 1]; /* provenance found in the records; may be "" */
    sg_i_tally tally, ref;
    sg_i_drawn *drawn; /* (n_drawn) */
    size_t n_drawn;
} sg_i_report;

/* One self-contained HTML page. SG_ENOMEM; failures of writing are told by the output's commit. */
SG_MUST_CHECK sg_status sg_i_report_html(sg_out *o, const sg_i_report *r, sg_error *err);

/* The drawn molecules as one SVG picture, six in a row. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_report_picture(sg_out *o, const sg_i_report *r, sg_error *err);

#endif
