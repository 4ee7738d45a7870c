/* A page about a set of backbones: scores, cartoons, plots, tables, a viewer. */
#ifndef SG_PROTEIN_REPORT_H
#define SG_PROTEIN_REPORT_H

#include <sigen/file.h>
#include "judge.h"

typedef struct sg_protein_report {
    const sg_protein_judgement *e;
    const char *source;  /* name of the first input */
    const char *command; /* that makes the page */
    size_t drawings;     /* chains drawn at most */
} sg_protein_report;

/* Longer chains are not drawn. */
#define SG_PROTEIN_DRAWN 2000

/* One self-contained HTML page. SG_ENOMEM; failures of writing are told by the output's commit. */
SG_MUST_CHECK sg_status sg_protein_report_html(sg_out *o, const sg_protein_report *r,
                                               sg_error *err);

/* The drawn chains as one SVG picture, six in a row. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_protein_report_picture(sg_out *o, const sg_protein_report *r,
                                                  sg_error *err);

/* The section of plots. */
void sg_protein_report_plots(sg_out *o, const sg_protein_judgement *e);

#endif
