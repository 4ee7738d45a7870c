#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/mol_io.h>
#include "chem.h"
#include "cli/page.h"
#include "embed.h"
#include "report.h"
#include "svg.h"

/* ---- scores ---------------------------------------------------------------------------------- */

static void share(sg_out *o, size_t part, size_t whole)
{
    if (whole == 0) {
        sg_out_puts(o, "&ndash;");
        return;
    }
    sg_page_num(o, 100.0 * (double)part / (double)whole, 1);
    sg_out_puts(o, "<small> %</small>");
}

struct score {
    const char *name, *meaning;
    size_t part[2], whole[2];
    int needs_rdkit;
};

static void scores(sg_out *o, const sg_i_report *r)
{
    const sg_i_tally *t = &r->tally, *q = &r->ref;
    const struct score all[] = {
        {"valid",
         sg_i_chem_available() ? "accepted by RDKit's sanitisation as a whole"
                               : "no atom has more bonds than it can",
         {t->valid, q->valid},
         {t->n, q->n},
         0},
        {"stable",
         "every atom has exactly the bonds it needs",
         {t->stable, q->stable},
         {t->n, q->n},
         0},
        {"stable atoms",
         "of all atoms",
         {t->stable_atoms, q->stable_atoms},
         {t->atoms, q->atoms},
         0},
        {"connected", "one fragment", {t->connected, q->connected}, {t->n, q->n}, 0},
        {"closed shell",
         "no unpaired electron, no open valence",
         {t->closed, q->closed},
         {t->n, q->n},
         0},
        {"sound geometry",
         "lengths, angles, clashes, flat rings and double bonds, as eval checks them, of molecules "
         "with coordinates",
         {t->geometry, q->geometry},
         {t->placed, q->placed},
         0},
        {"valid, unique",
         "distinct SMILES of valid molecules, of all",
         {t->unique, q->unique},
         {t->n, q->n},
         1},
    };
    sg_out_puts(o, "<section class=\"scores\">\n");
    for (size_t k = 0; k < sizeof all / sizeof *all; k++) {
        if (all[k].needs_rdkit && !sg_i_chem_available())
            continue;
        sg_out_printf(o, "<div title=\"%s\"><b>", all[k].meaning);
        share(o, all[k].part[0], all[k].whole[0]);
        sg_out_printf(o, "</b><span>%s</span>", all[k].name);
        if (r->reference) {
            sg_out_puts(o, "<em>reference ");
            share(o, all[k].part[1], all[k].whole[1]);
            sg_out_puts(o, "</em>");
        }
        sg_out_puts(o, "</div>\n");
    }
    sg_out_puts(o, "</section>\n");
}

/* ---- drawings -------------------------------------------------------------------------------- */

/* Hill's order: carbon, hydrogen, then by symbol; by symbol alone without carbon. */
static void formula(sg_out *o, const sg_mol *m)
{
    int count[119] = {0};
    char before[4] = "";
    for (int i = 0; i < m->n_atoms; i++)
        count[m->atom[i].element]++;
    for (int k = count[6] ? 0 : 2; k < 121; k++) {
        int z = k == 0 ? 6 : k == 1 ? 1 : 0;
        for (int e = 1; k >= 2 && e <= 118; e++)
            if (count[e] && strcmp(sg_element_symbol(e), before) > 0 &&
                (!z || strcmp(sg_element_symbol(e), sg_element_symbol(z)) < 0) &&
                !(count[6] && (e == 6 || e == 1)))
                z = e;
        if (!z)
            break;
        if (k >= 2)
            snprintf(before, sizeof before, "%s", sg_element_symbol(z));
        if (!count[z])
            continue;
        sg_out_puts(o, sg_element_symbol(z));
        if (count[z] > 1)
            sg_out_printf(o, "<sub>%d</sub>", count[z]);
    }
}

static sg_status card(sg_out *o, const sg_i_drawn *d, size_t k, sg_error *err)
{
    char *svg = NULL;
    int got = sg_i_chem_svg(&d->mol, 180, 140, &svg);
    if (got == SG_ENOMEM)
        return sg_fail(err, SG_ENOMEM, "no memory for a drawing");
    sg_out_printf(o, "<button class=\"card\" data-k=\"%zu\"><i class=\"%s\">", k,
                  svg ? "flat" : "flat none");
    sg_out_puts(o, svg ? svg : "");
    free(svg);
    sg_out_puts(o, "</i><i class=\"balls\"><svg viewBox=\"0 0 180 140\" fill=\"none\">");
    sg_status s = sg_i_svg_balls(o, &d->mol, 12, 10, 156, 120, err);
    sg_out_puts(o, "</svg></i><span><b>");
    formula(o, &d->mol);
    sg_out_puts(o, "</b>");
    sg_out_puts(o, !d->valid      ? "<em>not valid</em>"
                   : !d->stable   ? "<em>open valence</em>"
                   : !d->whole    ? "<em>fragments</em>"
                   : d->distorted ? "<em>geometry</em>"
                                  : "");
    sg_out_puts(o, "</span></button>\n");
    return s;
}

/* The records of the drawn molecules for the viewer. */
static sg_status records(sg_out *o, const sg_i_report *r, sg_error *err)
{
    sg_out_puts(o, "<script type=\"application/json\" id=\"molecules\">[\n");
    for (size_t k = 0; k < r->n_drawn; k++) {
        const sg_i_drawn *d = &r->drawn[k];
        sg_mol bare = d->mol;
        char *text = NULL;
        size_t len;
        bare.n_tags = 0;
        sg_out *mem = sg_out_memory(err);
        sg_status s = mem ? sg_mol_sdf.write(mem, &bare, err) : SG_ENOMEM;
        if (s != SG_OK) {
            sg_out_discard(mem);
            if (s == SG_ENOMEM)
                return s;
        } else if ((s = sg_out_take(mem, &text, &len, err)) != SG_OK) {
            return s;
        }
        sg_out_puts(o, k ? ",\n[" : "[");
        sg_page_json_text(o, text ? text : "");
        sg_out_puts(o, ",");
        sg_page_json_text(o, d->mol.title);
        sg_out_puts(o, ",");
        sg_page_json_text(o, d->smiles ? d->smiles : "");
        sg_out_puts(o, "]");
        free(text);
    }
    sg_out_puts(o, "]</script>\n");
    return SG_OK;
}

static sg_status gallery(sg_out *o, const sg_i_report *r, sg_error *err)
{
    sg_out_printf(o,
                  "<section class=\"look\"><div><h2>Molecules<small>the first %zu of %zu</small>",
                  r->n_drawn, r->tally.n);
    if (sg_i_chem_available())
        sg_out_puts(o, "<label><input type=\"checkbox\" id=\"three\">in 3D</label>");
    sg_out_puts(o, "</h2>\n<svg width=\"0\" height=\"0\" class=\"defs\">");
    sg_i_svg_defs(o);
    sg_out_printf(o, "</svg><div class=\"cards%s\">\n", sg_i_chem_available() ? "" : " three");
    sg_status s = SG_OK;
    for (size_t k = 0; k < r->n_drawn && s == SG_OK; k++)
        s = card(o, &r->drawn[k], k, err);
    sg_out_puts(o, "</div></div>\n<aside><div id=\"viewer\"></div><p id=\"name\"></p><code "
                   "id=\"smiles\"></code></aside></section>\n");
    return s;
}

/* ---- the page -------------------------------------------------------------------------------- */

// clang-format off
static const sg_i_axis axes[SG_I_HISTS] = {
    [SG_I_HIST_ATOMS]    = {"Atoms", "per molecule", 0, 1, 0, 0},
    [SG_I_HIST_HEAVY]    = {"Heavy atoms", "per molecule", 0, 1, 0, 0},
    [SG_I_HIST_RINGS]    = {"Rings", "per molecule", 0, 1, 0, 0},
    [SG_I_HIST_ELEMENTS] = {"Elements", "share of atoms", 0, 1, 0, 1},
    [SG_I_HIST_CC]       = {"C&ndash;C", "bond length, &Aring;", SG_I_LENGTH_LO, SG_I_LENGTH_BIN, 2, 0},
    [SG_I_HIST_CN]       = {"C&ndash;N", "bond length, &Aring;", SG_I_LENGTH_LO, SG_I_LENGTH_BIN, 2, 0},
    [SG_I_HIST_CO]       = {"C&ndash;O", "bond length, &Aring;", SG_I_LENGTH_LO, SG_I_LENGTH_BIN, 2, 0},
    [SG_I_HIST_CH]       = {"C&ndash;H", "bond length, &Aring;", SG_I_LENGTH_LO, SG_I_LENGTH_BIN, 2, 0},
};
// clang-format on

sg_status sg_i_report_html(sg_out *o, const sg_i_report *r, sg_error *err)
{
    sg_page_begin(o, r->source, sg_i_page_css);
    sg_out_puts(o, "<header><h1>");
    sg_out_xml(o, r->source);
    sg_out_printf(o, "</h1><p>%zu molecules", r->tally.n);
    if (r->reference) {
        sg_out_puts(o, ", beside ");
        sg_out_printf(o, "%zu of ", r->ref.n);
        sg_out_xml(o, r->reference);
    }
    sg_out_puts(o, "</p></header>\n");
    scores(o, r);
    sg_status s = gallery(o, r, err);
    sg_out_puts(o, "<section><h2>Distributions");
    if (r->reference)
        sg_out_puts(
            o, "<small><i class=\"key\"></i>this file<i class=\"key line\"></i>reference</small>");
    sg_out_puts(o, "</h2><div class=\"plots\">\n");
    for (int k = 0; k < SG_I_HISTS; k++)
        sg_i_svg_hist(o, &axes[k], &r->tally.hist[k], r->reference ? &r->ref.hist[k] : NULL);
    sg_out_puts(o, "</div></section>\n<footer>");
    if (r->made_by[0]) {
        sg_out_puts(o, "<p>Molecules: ");
        sg_out_xml(o, r->made_by);
        sg_out_puts(o, "</p>");
    }
    sg_out_puts(o, "<p>Page: sigen " PACKAGE_VERSION ", <code>");
    sg_out_xml(o, r->command);
    sg_out_puts(o, "</code></p></footer>\n");
    if (s == SG_OK)
        s = records(o, r, err);
    sg_page_viewer(o);
    sg_page_script(o, sg_i_page_js);
    sg_out_puts(o, "</body></html>\n");
    return s;
}

sg_status sg_i_report_picture(sg_out *o, const sg_i_report *r, sg_error *err)
{
    enum { CELL_W = 190, CELL_H = 160, COLUMNS = 6 };
    size_t columns = r->n_drawn < COLUMNS ? r->n_drawn : COLUMNS;
    size_t rows = columns ? (r->n_drawn + columns - 1) / columns : 0;
    sg_out_printf(
        o, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %zu %zu\" fill=\"none\">\n",
        columns * CELL_W, rows * CELL_H);
    sg_out_puts(o, "<desc>");
    sg_out_xml(o, r->made_by);
    sg_out_puts(o, r->made_by[0] ? "; " : "");
    sg_out_xml(o, r->command);
    sg_out_puts(o, "</desc>\n");
    sg_i_svg_defs(o);
    sg_status s = SG_OK;
    for (size_t k = 0; k < r->n_drawn && s == SG_OK; k++) {
        sg_out_puts(o, "\n");
        s = sg_i_svg_balls(o, &r->drawn[k].mol, (double)(k % columns * CELL_W + 20),
                           (double)(k / columns * CELL_H + 16), CELL_W - 40, CELL_H - 32, err);
    }
    sg_out_puts(o, "\n</svg>\n");
    return s;
}
