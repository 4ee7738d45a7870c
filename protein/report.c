#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/embed.h"
#include "cli/page.h"
#include "report.h"
#include "svg.h"

extern const char sg_i_protein_page_css[], sg_i_protein_page_js[];
SG_EMBED(sg_i_protein_page_css, "backbones.css");
SG_EMBED(sg_i_protein_page_js, "backbones.js");

enum { ROWS = 1000 }; /* of the table of chains */

static void number(sg_out *o, double x, double sd, sg_i_unit unit)
{
    if (!isfinite(x)) {
        sg_out_puts(o, "&ndash;");
        return;
    }
    sg_page_num(o, unit == SG_I_SHARE ? 100 * x : x, unit == SG_I_SHARE ? 2 : 3);
    sg_out_puts(o, unit == SG_I_SHARE ? " %" : "");
    if (isfinite(sd)) {
        sg_out_puts(o, "<small> &plusmn; ");
        sg_page_num(o, unit == SG_I_SHARE ? 100 * sd : sd, unit == SG_I_SHARE ? 1 : 3);
        sg_out_puts(o, "</small>");
    }
}

/* ---- scores ---------------------------------------------------------------------------------- */

static void tile(sg_out *o, const char *name, double x, double y, sg_i_unit unit)
{
    sg_out_puts(o, "<div><b>");
    sg_page_num(o, unit == SG_I_SHARE ? 100 * x : x, unit == SG_I_SHARE ? 1 : 2);
    sg_out_printf(o, "%s</b><span>%s</span><em>real ",
                  unit == SG_I_SHARE ? "<small> %</small>" : "", name);
    sg_page_num(o, unit == SG_I_SHARE ? 100 * y : y, unit == SG_I_SHARE ? 1 : 2);
    sg_out_puts(o, unit == SG_I_SHARE ? "<small> %</small></em></div>\n" : "</em></div>\n");
}

static void scores(sg_out *o, const sg_protein_judgement *e)
{
    static const struct {
        const char *key, *name;
    } shown[] = {{"helix", "helix"},
                 {"strand", "strand"},
                 {"rg_ratio", "Rg ratio, median"},
                 {"hbonds_per_residue", "hydrogen bonds a residue"},
                 {"frag9_below_0.5", "9-mers within 0.5 &Aring;"},
                 {"tm_diversity", "TM-score between two"},
                 {"tm_novelty", "TM-score to training"}};
    sg_out_puts(o, "<section class=\"scores\">\n");
    tile(o, "plausible", e->all.plausible, e->real.plausible, SG_I_SHARE);
    for (size_t k = 0; k < sizeof shown / sizeof *shown; k++) {
        int i = sg_i_stat_index(shown[k].key);
        if (isfinite(e->all.value[i]))
            tile(o, shown[k].name, e->all.value[i], e->real.value[i], sg_i_stats[i].unit);
    }
    sg_out_puts(o, "</section>\n");
}

/* ---- cartoons -------------------------------------------------------------------------------- */

static int is_drawn(const sg_protein *p)
{
    return p->n <= SG_PROTEIN_DRAWN;
}

static sg_status cartoon(sg_out *o, const sg_protein *p, double x, double y, double w, double h,
                         sg_error *err)
{
    char *ss = malloc(p->n + 1);
    sg_status s = ss ? sg_protein_dssp(ss, NULL, p, err)
                     : sg_fail(err, SG_ENOMEM, "no memory to draw %zu residues", p->n);
    if (s == SG_OK)
        s = sg_i_cartoon(o, p, ss, x, y, w, h, err);
    free(ss);
    return s;
}

/* "model:chain" of "path:model:chain". */
static const char *short_name(const char *name)
{
    const char *at = strrchr(name, ':');
    while (at && at > name && at[-1] != ':')
        at--;
    return at ? at : name;
}

static sg_status card(sg_out *o, const sg_protein_judgement *e, size_t i, size_t k, sg_error *err)
{
    sg_out_printf(o, "<button class=\"card\" data-k=\"%zu\"><svg viewBox=\"0 0 180 140\">", k);
    sg_status s = cartoon(o, &e->set.p[i], 6, 6, 168, 128, err);
    sg_out_puts(o, "</svg><span><b>");
    sg_out_xml(o, short_name(e->set.name[i]));
    sg_out_printf(o, "</b><em%s>%zu</em></span></button>\n",
                  sg_protein_plausible(&e->score[i]) ? "" : " class=\"no\" title=\"not plausible\"",
                  e->set.p[i].n);
    return s;
}

/* Chains drawn: their indices; how many. */
static size_t chosen(size_t *index, const sg_protein_report *r)
{
    size_t n = 0;
    for (size_t i = 0; i < r->e->set.n && n < r->drawings; i++)
        if (is_drawn(&r->e->set.p[i]))
            index[n++] = i;
    return n;
}

static sg_status gallery(sg_out *o, const sg_protein_judgement *e, const size_t *index, size_t n,
                         sg_error *err)
{
    sg_status s = SG_OK;
    sg_out_printf(o,
                  "<section class=\"look\"><div><h2>Chains<small>the first %zu of %zu; "
                  "<i class=\"h\">helix</i> <i class=\"s\">strand</i></small></h2>"
                  "<div class=\"cards\">\n",
                  n, e->set.n);
    for (size_t k = 0; k < n && s == SG_OK; k++)
        s = card(o, e, index[k], k, err);
    sg_out_puts(o, "</div></div>\n<aside hidden><div id=\"viewer\"></div><p id=\"name\"></p>"
                   "<code id=\"ss\"></code></aside></section>\n");
    return s;
}

/* ---- tables ---------------------------------------------------------------------------------- */

static void row(sg_out *o, const char *label, double x, double sd, double y, double ysd,
                sg_i_unit unit)
{
    int deeper = label[0] == ' ';
    sg_out_printf(o, "<tr><td%s>", deeper ? " class=\"in\"" : "");
    sg_out_xml(o, label + (deeper ? strspn(label, " ") : 0));
    sg_out_puts(o, "</td><td>");
    number(o, x, sd, unit);
    sg_out_puts(o, "</td><td>");
    number(o, y, ysd, unit);
    sg_out_puts(o, "</td></tr>\n");
}

static void numbers(sg_out *o, const sg_protein_judgement *e)
{
    const sg_i_summary *a = &e->all, *r = &e->real;
    sg_out_printf(o,
                  "<section><h2>Numbers<small>as sg-protein eval has them; see "
                  "sg-protein-metrics(7)</small></h2>\n<table id=\"numbers\"><tr><th></th><th>%zu "
                  "chains</th><th>%zu real, %s residues</th></tr>\n",
                  a->n, e->ref->chains, e->ref->name);
    row(o, "plausible", a->plausible, NAN, r->plausible, NAN, SG_I_SHARE);
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++) {
        char label[40];
        snprintf(label, sizeof label, "  %s", sg_i_criteria[k]);
        row(o, label, a->criteria[k], NAN, r->criteria[k], NAN, SG_I_SHARE);
    }
    for (int k = 0; sg_i_stats[k].key; k++)
        row(o, sg_i_stats[k].label, a->value[k], a->sd[k], r->value[k], r->sd[k],
            sg_i_stats[k].unit);
    sg_out_puts(o, "</table></section>\n");
}

static void cell(sg_out *o, double x, int digits)
{
    sg_out_puts(o, "<td>");
    if (isfinite(x))
        sg_page_num(o, x, digits);
    else
        sg_out_puts(o, "&ndash;");
    sg_out_puts(o, "</td>");
}

static void chain_row(sg_out *o, const char *name, const sg_protein_scores *q)
{
    int failed = 0;
    sg_out_puts(o, "<tr><td>");
    sg_out_xml(o, name);
    sg_out_printf(o, "</td><td>%zu</td>", q->n);
    cell(o, q->full ? 100 * q->helix : NAN, 1);
    cell(o, q->full ? 100 * q->strand : NAN, 1);
    cell(o, q->rg, 2);
    cell(o, q->rg_ratio, 3);
    cell(o, q->full ? (double)q->hbonds / (double)q->n : NAN, 2);
    cell(o, q->frag_sum / (double)q->fragments, 2);
    sg_out_puts(o, sg_protein_plausible(q) ? "<td>yes</td><td>" : "<td class=\"no\">no</td><td>");
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
        if (!(q->criteria >> k & 1))
            sg_out_printf(o, "%s%s", failed++ ? ", " : "", sg_i_criteria[k]);
    sg_out_puts(o, "</td></tr>\n");
}

static void chains(sg_out *o, const sg_protein_judgement *e)
{
    size_t n = e->set.n < ROWS ? e->set.n : ROWS;
    sg_out_puts(o, "<section><h2>Every chain");
    if (n < e->set.n)
        sg_out_printf(o, "<small>the first %zu of %zu; all: sg-protein eval --each</small>", n,
                      e->set.n);
    sg_out_puts(o, "</h2>\n<table id=\"chains\"><tr><th>file:model:chain</th><th>residues</th>"
                   "<th>helix, %</th><th>strand, %</th><th>Rg, &Aring;</th><th>Rg ratio</th><th>H "
                   "bonds a residue</th><th>9-mers, &Aring;</th><th>plausible</th><th>fails</th>"
                   "</tr>\n");
    for (size_t i = 0; i < n; i++)
        chain_row(o, e->set.name[i], &e->score[i]);
    sg_out_puts(o, "</table></section>\n");
}

/* ---- the viewer's data ------------------------------------------------------------------------
 */

/* Name, sequence, secondary structure, and N CA C O (or CA alone) of each residue in 0.01 A. */
static sg_status record(sg_out *o, const char *name, const sg_protein *p, int full, sg_error *err)
{
    char *text = malloc(p->n + 1);
    if (!text)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu residues", p->n);
    sg_status s = sg_protein_dssp(text, NULL, p, err);
    text[p->n] = 0;
    sg_out_puts(o, "[");
    sg_page_json_text(o, name);
    sg_out_puts(o, ",");
    sg_page_json_text(o, s == SG_OK ? text : "");
    for (size_t i = 0; i < p->n; i++)
        text[i] = p->residue[i].code;
    sg_out_puts(o, ",");
    sg_page_json_text(o, text);
    sg_out_puts(o, ",[");
    for (size_t i = 0; i < p->n; i++)
        for (int a = full ? SG_PROTEIN_N : SG_PROTEIN_CA;
             a <= (full ? SG_PROTEIN_O : SG_PROTEIN_CA); a++)
            for (int k = 0; k < 3; k++)
                sg_out_printf(o, "%s%ld", i || k || (full && a) ? "," : "",
                              lround(100 * p->residue[i].xyz[a][k]));
    sg_out_puts(o, "]]");
    free(text);
    return s;
}

static sg_status records(sg_out *o, const sg_protein_judgement *e, const size_t *index, size_t n,
                         sg_error *err)
{
    sg_status s = SG_OK;
    sg_out_puts(o, "<script type=\"application/json\" id=\"chains-data\">[\n");
    for (size_t k = 0; k < n && s == SG_OK; k++) {
        sg_out_puts(o, k ? ",\n" : "");
        s = record(o, short_name(e->set.name[index[k]]), &e->set.p[index[k]],
                   e->score[index[k]].full, err);
    }
    sg_out_puts(o, "]</script>\n");
    return s;
}

/* ---- the page -------------------------------------------------------------------------------- */

static void header(sg_out *o, const sg_protein_report *r)
{
    const sg_protein_judgement *e = r->e;
    sg_page_begin(o, r->source, sg_i_protein_page_css);
    sg_out_puts(o, "<style>");
    sg_i_cartoon_style(o);
    sg_out_puts(o, "</style>\n<header><h1>");
    sg_out_xml(o, r->source);
    sg_out_printf(o, "</h1><p>%zu chains beside %zu real ones of %s residues", e->set.n,
                  e->ref->chains, e->ref->name);
    if (e->rebuilt)
        sg_out_printf(o, "; %zu rebuilt from CA traces", e->rebuilt);
    if (e->partial)
        sg_out_printf(o, "; %zu without all backbone atoms", e->partial);
    sg_out_puts(o, "</p></header>\n");
}

sg_status sg_protein_report_html(sg_out *o, const sg_protein_report *r, sg_error *err)
{
    const sg_protein_judgement *e = r->e;
    size_t *index = malloc((r->drawings + 1) * sizeof *index);
    if (!index)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu drawings", r->drawings);
    size_t n = chosen(index, r);
    header(o, r);
    scores(o, e);
    sg_status s = n ? gallery(o, e, index, n, err) : SG_OK;
    sg_protein_report_plots(o, e);
    numbers(o, e);
    chains(o, e);
    sg_out_puts(o, "<footer><p>Page: sigen " PACKAGE_VERSION ", <code>");
    sg_out_xml(o, r->command);
    sg_out_puts(o, "</code></p></footer>\n");
    if (n && s == SG_OK) {
        s = records(o, e, index, n, err);
        sg_page_viewer(o);
        sg_page_script(o, sg_i_protein_page_js);
    }
    sg_out_puts(o, "</body></html>\n");
    free(index);
    return s;
}

sg_status sg_protein_report_picture(sg_out *o, const sg_protein_report *r, sg_error *err)
{
    enum { CELL_W = 200, CELL_H = 170, COLUMNS = 6 };
    size_t *index = malloc((r->drawings + 1) * sizeof *index);
    if (!index)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu drawings", r->drawings);
    size_t n = chosen(index, r), columns = n < COLUMNS ? n : COLUMNS;
    sg_status s = SG_OK;
    sg_out_printf(o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %zu %zu\">\n<desc>",
                  columns * CELL_W, columns ? (n + columns - 1) / columns * CELL_H : 0);
    sg_out_xml(o, r->command);
    sg_out_puts(o, "</desc>\n<style>");
    sg_i_cartoon_style(o);
    sg_out_puts(o, "</style>\n");
    for (size_t k = 0; k < n && s == SG_OK; k++) {
        s = cartoon(o, &r->e->set.p[index[k]], (double)(k % columns * CELL_W + 12),
                    (double)(k / columns * CELL_H + 12), CELL_W - 24, CELL_H - 24, err);
        sg_out_puts(o, "\n");
    }
    sg_out_puts(o, "</svg>\n");
    free(index);
    return s;
}
