/* What the pages of report verbs share: one HTML file that opens without a network. Its style sheet
 * (page.css) has .scores, .plots, figure, .hist, .bar, .ref, .axis, .key and the page itself. */
#ifndef SG_CLI_PAGE_H
#define SG_CLI_PAGE_H

#include <sigen/file.h>

SG_BEGIN_DECLS

/* Up to and with <body>; css: further rules, or "". */
void sg_page_begin(sg_out *o, const char *title, const char *css);

/* x with `digits` decimals, whatever the locale. */
void sg_page_num(sg_out *o, double x, int digits);

/* A place on a histogram's axis, in bars from its left end, and what stands there. */
typedef struct sg_page_tick {
    double at;
    char text[64];
} sg_page_tick;

/* Shares as bars, those of a reference as a line over them; n 0: "none". */
typedef struct sg_page_hist {
    const char *title, *unit; /* HTML */
    size_t n;
    const double *share, *ref; /* (n); ref NULL: no reference */
    double beyond;             /* share that is not shown */
    const sg_page_tick
        *tick; /* (n_ticks) from left to right; some are left out where room is short */
    size_t n_ticks;
} sg_page_hist;

void sg_page_histogram(sg_out *o, const sg_page_hist *h);

/* A string inside JSON inside <script>: also '<' is escaped, and what is no ASCII becomes '?'. */
void sg_page_json_text(sg_out *o, const char *s);

/* A script element; what would end it early gets a backslash, which strings and regular expressions
 * ignore. */
void sg_page_script(sg_out *o, const char *js);

/* The viewer of structures, 3Dmol.js with its licence: $3Dmol for the scripts behind it. */
void sg_page_viewer(sg_out *o);

SG_END_DECLS
#endif
