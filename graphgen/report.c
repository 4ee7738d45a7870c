#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/text.h>
#include "cli/embed.h"
#include "cli/page.h"
#include "drawing.h"
#include "report.h"

extern const char sg_i_graph_page_css[];
SG_EMBED(sg_i_graph_page_css, "graphs.css");

const char *sg_graph_report_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strcmp(path, "-") == 0 ? "standard input" : slash ? slash + 1 : path;
}

/* ---- scores ---------------------------------------------------------------------------------- */

static void share(sg_out *o, int known, size_t part, size_t whole)
{
    if (!known || !whole) {
        sg_out_puts(o, "&ndash;");
        return;
    }
    sg_page_num(o, 100.0 * (double)part / (double)whole, 1);
    sg_out_puts(o, "<small> %</small>");
}

static void scores(sg_out *o, const sg_graph_judgement *e)
{
    const sg_graph_counts *g = &e->gen.counts, *r = &e->ref.counts;
    int novel = g->keyed && e->train.path, valid = e->rule != NULL;
    const struct {
        const char *name, *meaning;
        int shown, known;
        size_t part[2];
    } all[] = {
        {"connected", "one component", 1, 1, {g->connected, r->connected}},
        {"unique",
         "not isomorphic to an earlier one of the file",
         1,
         g->keyed,
         {g->unique, r->unique}},
        {"novel",
         "not isomorphic to a training graph",
         e->train.path != NULL,
         novel,
         {g->novel, r->novel}},
        {valid ? e->rule->name : "",
         valid ? e->rule->summary : "",
         valid,
         valid,
         {g->valid, r->valid}},
        {"valid, unique, novel", "all three", valid && e->train.path, novel, {g->vun, r->vun}},
    };
    sg_out_puts(o, "<section class=\"scores\">\n");
    if (!isnan(e->cmp.average.ratio)) {
        sg_out_puts(o, "<div title=\"mean MMD of degrees, clustering and orbits over what training "
                       "graphs get\"><b>");
        sg_page_num(o, e->cmp.average.ratio, 2);
        sg_out_puts(o, "</b><span>MMD over the floor</span><em>training graphs 1</em></div>\n");
    }
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        if (!all[k].shown)
            continue;
        sg_out_printf(o, "<div title=\"%s\"><b>", all[k].meaning);
        share(o, all[k].known, all[k].part[0], g->n);
        sg_out_printf(o, "</b><span>%s</span><em>real ", all[k].name);
        share(o, all[k].known, all[k].part[1], r->n);
        sg_out_puts(o, "</em></div>\n");
    }
    sg_out_puts(o, "</section>\n");
}

static void cell(sg_out *o, double x, int digits)
{
    sg_out_puts(o, "<td>");
    if (isnan(x))
        sg_out_puts(o, "&ndash;");
    else
        sg_page_num(o, x, digits);
}

static void row(sg_out *o, const char *name, const sg_graph_score *s)
{
    sg_out_printf(o, "<tr><td>%s</td>", name);
    cell(o, s->mmd, 4);
    sg_out_puts(o, "</td>");
    cell(o, s->draws.mean, 4);
    if (!isnan(s->draws.sd)) {
        sg_out_puts(o, "<small> &plusmn; ");
        sg_page_num(o, s->draws.sd, 4);
        sg_out_puts(o, "</small>");
    }
    sg_out_puts(o, "</td>");
    cell(o, s->floor.mean, 4);
    if (!isnan(s->floor.p05)) {
        sg_out_puts(o, "<small> ");
        sg_page_num(o, s->floor.p05, 4);
        sg_out_puts(o, "&ndash;");
        sg_page_num(o, s->floor.p95, 4);
        sg_out_puts(o, "</small>");
    }
    sg_out_puts(o, "</td>");
    cell(o, s->ratio, 2);
    sg_out_puts(o, "</td></tr>\n");
}

static void table(sg_out *o, const sg_graph_judgement *e)
{
    sg_out_printf(o,
                  "<section><h2>Distance to the real graphs<small>MMD, suite %s</small></h2>\n"
                  "<table><tr><th></th><th>all %zu</th><th>%zu draws of %zu</th><th>training "
                  "graphs, 5&ndash;95 %%</th><th>ratio</th></tr>\n",
                  e->suite->name, e->cmp.n_gen, e->cmp.n_draws, e->cmp.draw_size);
    for (int k = 0; k < SG_GRAPH_STATS; k++)
        if (e->stats >> k & 1)
            row(o, sg_graph_stat_name((sg_graph_stat)k), &e->cmp.stat[k]);
    row(o, "average of the first three", &e->cmp.average);
    sg_out_puts(o, "</table></section>\n");
}

/* ---- drawings -------------------------------------------------------------------------------- */

/* A graph in a frame; words where it is too large. */
static sg_status drawing(sg_out *o, const sg_graph *g, double x, double y, double width,
                         double height, sg_error *err)
{
    sg_status s = sg_graph_svg(o, g, x, y, width, height, err);
    if (s != SG_ELIMIT)
        return s;
    sg_out_printf(o, "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">too large</text>",
                  (int)(x + width / 2), (int)(y + height / 2) + 4);
    return SG_OK;
}

static sg_status cards(sg_out *o, const sg_graph_report *r, const sg_graph_part *p,
                       const char *title, const char *class, sg_error *err)
{
    size_t n = p->set.n < r->drawings ? p->set.n : r->drawings;
    sg_out_printf(o,
                  "<div><h2>%s<small>the first %zu of %zu</small></h2><div class=\"graphs %s\">\n",
                  title, n, p->set.n, class);
    for (size_t k = 0; k < n; k++) {
        const sg_graph *g = &p->set.g[k];
        int *comp = malloc(((size_t)g->n_nodes + 1) * sizeof *comp);
        if (!comp)
            return sg_fail(err, SG_ENOMEM, "no memory to draw %d nodes", g->n_nodes);
        int count = sg_graph_components(g, comp);
        free(comp);
        sg_out_puts(o, "<div><svg viewBox=\"0 0 180 140\">");
        sg_status s = drawing(o, g, 8, 8, 164, 124, err);
        if (s != SG_OK)
            return s;
        sg_out_printf(o, "</svg>%d nodes, %d edges", g->n_nodes, g->n_edges);
        if (count != 1)
            sg_out_printf(o, "<em>%d parts</em>", count);
        sg_out_puts(o, "</div>\n");
    }
    sg_out_puts(o, "</div></div>\n");
    return SG_OK;
}

/* ---- distributions --------------------------------------------------------------------------- */

enum { MOST_BARS = 40 };

/* Shares of `n` cells of generated and real graphs, joined to bars of `step` cells. */
typedef struct dist {
    const char *title, *unit;
    double *h[2]; /* (n) */
    size_t n;
    double lo, width; /* of cells */
    int digits;
} dist;

static void tick_at(sg_page_hist *h, sg_page_tick *t, const dist *d, double at, size_t cell)
{
    char buf[64];
    sg_format_fixed(buf, d->lo + d->width * (double)cell, d->digits);
    t[h->n_ticks].at = at;
    snprintf(t[h->n_ticks++].text, sizeof t->text, "%s", buf);
}

/* Draws what holds all but 0.1 % at either end. */
static void plot(sg_out *o, const dist *d)
{
    size_t first = d->n, last = 0, step = 1, n = 0;
    double bars[2][MOST_BARS] = {{0}}, shown = 0;
    sg_page_tick t[8];
    for (int k = 0; k < 2; k++) {
        double below = 0, above = 0;
        size_t a = 0, b = d->n;
        while (a < b && below + d->h[k][a] <= 0.001)
            below += d->h[k][a++];
        while (b > a && above + d->h[k][b - 1] <= 0.001)
            above += d->h[k][--b];
        first = a < first ? a : first;
        last = b > last ? b : last;
    }
    if (last > first) {
        step = (last - first + MOST_BARS - 1) / MOST_BARS;
        n = (last - first + step - 1) / step;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t c = first + i * step; c < first + (i + 1) * step && c < d->n; c++) {
            bars[0][i] += d->h[0][c];
            bars[1][i] += d->h[1][c];
            shown += d->h[0][c];
        }
    sg_page_hist page = {d->title, d->unit, n, bars[0], bars[1], n ? 1 - shown : 0, t, 0};
    size_t every = (n + 5) / 6;
    for (size_t i = 0; i < n; i += every) /* counts under their bar, else where it begins */
        tick_at(&page, t, d, d->width == 1 && step == 1 ? (double)i + 0.5 : (double)i,
                first + i * step);
    sg_page_histogram(o, &page);
}

static void mean_rows(double *h, const sg_graph_profile *p, sg_graph_stat stat, size_t cells)
{
    size_t n = sg_graph_profile_count(p), len;
    for (size_t i = 0; i < n; i++) {
        const double *row = sg_graph_profile_row(p, stat, i, &len);
        for (size_t c = 0; c < len && c < cells; c++)
            h[c] += row[c] / (double)n;
    }
}

static size_t longest(const sg_graph_profile *p, sg_graph_stat stat)
{
    size_t most = 1, len;
    for (size_t i = 0; i < sg_graph_profile_count(p); i++) {
        sg_graph_profile_row(p, stat, i, &len);
        most = len > most ? len : most;
    }
    return most;
}

static void count(double *h, const sg_graph_set *s, int edges)
{
    for (size_t i = 0; i < s->n; i++)
        h[edges ? s->g[i].n_edges : s->g[i].n_nodes] += 1 / (double)s->n;
}

static sg_status plots(sg_out *o, const sg_graph_judgement *e, sg_error *err)
{
    const sg_graph_part *part[2] = {&e->gen, &e->ref};
    sg_out_puts(o, "<section><h2>Distributions<small><i class=\"key\"></i>generated<i class=\"key "
                   "line\"></i>real</small></h2><div class=\"plots\">\n");
    for (int k = 0; k < 5; k++) {
        const sg_graph_stat stat = k == 2   ? SG_GRAPH_DEGREE
                                   : k == 3 ? SG_GRAPH_CLUSTERING
                                            : SG_GRAPH_SPECTRAL;
        dist d = {.width = 1};
        for (int p = 0; p < 2; p++) {
            size_t own = k == 0   ? (size_t)part[p]->nodes.max + 1
                         : k == 1 ? (size_t)part[p]->edges.max + 1
                                  : longest(part[p]->profile, stat);
            d.n = own > d.n ? own : d.n;
        }
        static const char *const what[][2] = {{"Nodes", "per graph"},
                                              {"Edges", "per graph"},
                                              {"Degree", "share of nodes"},
                                              {"Clustering", "coefficient, share of nodes"},
                                              {"Spectrum", "of the normalised Laplacian"}};
        d.title = what[k][0];
        d.unit = what[k][1];
        if (k >= 3) {
            d.width = (k == 3 ? 1.0 : 2.0) / (double)d.n;
            d.digits = 2;
        }
        d.h[0] = calloc(2 * d.n, sizeof *d.h[0]);
        if (!d.h[0])
            return sg_fail(err, SG_ENOMEM, "no memory for a distribution");
        d.h[1] = d.h[0] + d.n;
        for (int p = 0; p < 2; p++)
            if (k < 2)
                count(d.h[p], &part[p]->set, k);
            else
                mean_rows(d.h[p], part[p]->profile, stat, d.n);
        if (k < 4 || e->stats >> SG_GRAPH_SPECTRAL & 1)
            plot(o, &d);
        free(d.h[0]);
    }
    sg_out_puts(o, "</div></section>\n");
    return SG_OK;
}

/* ---- the page -------------------------------------------------------------------------------- */

/* "sigen 0.1.0 model=M seed=7 id=0 steps=100" without the id. */
static void made_by(sg_out *o, const sg_graph_set *s)
{
    const char *title = s->n ? s->g[0].title : "", *id = strstr(title, " id=");
    char head[SG_GRAPH_TITLE + 1];
    if (strncmp(title, "sigen ", 6) != 0)
        return;
    snprintf(head, sizeof head, "%.*s%s", (int)(id ? id - title : (long)strlen(title)), title,
             id ? id + 4 + strcspn(id + 4, " ") : "");
    sg_out_puts(o, "<p>Graphs: ");
    sg_out_xml(o, head);
    sg_out_puts(o, "</p>");
}

sg_status sg_graph_report_html(sg_out *o, const sg_graph_report *r, sg_error *err)
{
    const sg_graph_judgement *e = r->e;
    sg_page_begin(o, sg_graph_report_name(e->gen.path), sg_i_graph_page_css);
    sg_out_puts(o, "<header><h1>");
    sg_out_xml(o, sg_graph_report_name(e->gen.path));
    sg_out_printf(o, "</h1><p>%zu generated graphs beside %zu of ", e->gen.set.n, e->ref.set.n);
    sg_out_xml(o, sg_graph_report_name(e->ref.path));
    if (e->train.path) {
        sg_out_printf(o, ", trained on %zu of ", e->train.set.n);
        sg_out_xml(o, sg_graph_report_name(e->train.path));
    }
    sg_out_puts(o, "</p></header>\n");
    scores(o, e);
    sg_out_puts(o, "<section class=\"sets\">");
    sg_status s = cards(o, r, &e->gen, "Generated", "made", err);
    if (s == SG_OK)
        s = cards(o, r, &e->ref, "Real", "real", err);
    sg_out_puts(o, "</section>\n");
    table(o, e);
    if (s == SG_OK)
        s = plots(o, e, err);
    sg_out_puts(o, "<footer>");
    made_by(o, &e->gen.set);
    sg_out_puts(o, "<p>Page: sigen " PACKAGE_VERSION ", <code>");
    sg_out_xml(o, r->command);
    sg_out_puts(o, "</code></p></footer>\n</body></html>\n");
    return s;
}

/* One side of the picture: `across` graphs in a row. */
static sg_status side(sg_out *o, const sg_graph_set *set, size_t n, size_t across, double left,
                      const char *name, const char *colour, sg_error *err)
{
    sg_status s = SG_OK;
    sg_out_printf(o, "<g class=\"%s\"><text x=\"%d\" y=\"16\">%s</text>\n", colour, (int)left + 8,
                  name);
    for (size_t k = 0; k < n && s == SG_OK; k++) {
        s = drawing(o, &set->g[k], left + (double)(k % across) * 110 + 8,
                    24 + (double)(k / across) * 96 + 8, 94, 80, err);
        sg_out_puts(o, "\n");
    }
    sg_out_puts(o, "</g>\n");
    return s;
}

sg_status sg_graph_report_picture(sg_out *o, const sg_graph_report *r, sg_error *err)
{
    const sg_graph_set *gen = &r->e->gen.set, *ref = &r->e->ref.set;
    size_t a = gen->n < r->drawings ? gen->n : r->drawings;
    size_t b = ref->n < r->drawings ? ref->n : r->drawings;
    size_t most = a > b ? a : b, across = most < 1 ? 1 : most < 4 ? most : 4;
    size_t rows = (most + across - 1) / across;
    double width = 110 * (double)across;
    sg_out_printf(o,
                  "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %zu\" fill=\"none\" "
                  "font-family=\"sans-serif\" font-size=\"12\">\n<desc>",
                  (int)(2 * width + 24), 24 + 96 * rows);
    sg_out_xml(o, gen->g[0].title);
    sg_out_puts(o, gen->g[0].title[0] ? "; " : "");
    sg_out_xml(o, r->command);
    sg_out_puts(o, "</desc>\n<style>text{fill:#7b8490}.e{stroke:#8d96a1;stroke-width:.8}"
                   ".n{stroke-linecap:round}.made .n{stroke:#5b8def}.real .n{stroke:#3f9c7c}"
                   ".n.c1{stroke:#d9863d}.n.c2{stroke:#b65fb0}.n.c3{stroke:#c9b03a}.n.c4{stroke:"
                   "#4aa8b8}.n.c5{stroke:#d0574f}.n.c6{stroke:#7d8a3a}.n.c7{stroke:#8b7be0}"
                   "</style>\n");
    sg_status s = side(o, gen, a, across, 0, "generated", "made", err);
    if (s == SG_OK)
        s = side(o, ref, b, across, width + 24, "real", "real", err);
    sg_out_puts(o, "</svg>\n");
    return s;
}
