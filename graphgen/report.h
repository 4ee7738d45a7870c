/* A page about a set of generated graphs: scores, drawings beside real graphs, distributions. */
#ifndef SG_GRAPH_REPORT_H
#define SG_GRAPH_REPORT_H

#include <sigen/file.h>
#include "judge.h"

typedef struct sg_graph_report {
    const sg_graph_judgement *e;
    const char *command; /* that makes it */
    size_t drawings;     /* of each kind, at most */
} sg_graph_report;

/* How a file is called on a page: the last part of its name. */
const char *sg_graph_report_name(const char *path);

/* One self-contained HTML page. What sg_graph_svg returns, but for graphs that are too large to
 * draw: words stand in their place, here and in pictures. */
SG_MUST_CHECK sg_status sg_graph_report_html(sg_out *o, const sg_graph_report *r, sg_error *err);

/* The drawings as one SVG picture: generated on the left, real on the right. */
SG_MUST_CHECK sg_status sg_graph_report_picture(sg_out *o, const sg_graph_report *r, sg_error *err);

#endif
