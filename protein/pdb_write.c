/* Writing PDB files. HEADER comes first: mkdssp takes anything else for mmCIF. */
#include <config.h>
#include <sigen/protein_io.h>

#include <stdio.h>
#include <string.h>

#include "write.h"

static sg_status limits(const sg_protein *p, char letters[63], sg_error *err)
{
    sg_status s = sg_i_writable(p, err);
    if (s == SG_OK)
        s = sg_i_chain_letters(letters, p, err);
    size_t atoms = p->n_chains;
    for (size_t i = 0; i < p->n && s == SG_OK; i++) {
        const sg_protein_residue *r = &p->residue[i];
        atoms += (size_t)__builtin_popcount(r->have);
        if (r->number < -999 || r->number > 9999)
            s = sg_fail(err, SG_ELIMIT, "residue number %d, a PDB file holds -999 to 9999",
                        r->number);
        for (int a = 0; a < SG_PROTEIN_ATOMS && s == SG_OK; a++)
            for (int c = 0; c < 3 && s == SG_OK; c++)
                if (r->xyz[a][c] < -999.9994 || r->xyz[a][c] > 9998.9)
                    s = sg_fail(err, SG_ELIMIT, "coordinate %g, a PDB file holds -999 to 9998",
                                r->xyz[a][c]);
    }
    if (s == SG_OK && atoms > 99999)
        s = sg_fail(err, SG_ELIMIT, "%zu atoms, a PDB file can number 99999", atoms);
    return s;
}

static void line(sg_out *o, const char *text)
{
    sg_out_printf(o, "%-80s\n", text);
}

/* How much of text fits into `width` without cutting a word. */
static size_t words(const char *text, size_t width)
{
    size_t len = strlen(text), n = width;
    if (len <= width)
        return len;
    while (n > 0 && text[n] != ' ')
        n--;
    return n ? n : width;
}

sg_status sg_i_pdb_head(sg_protein_sink *k, const sg_protein *p, sg_error *err)
{
    (void)err;
    char text[SG_PROTEIN_TITLE + 1], out[400], id[SG_PROTEIN_ID + 1];
    sg_i_entry(id, k, p);
    snprintf(out, sizeof out, "HEADER    %-40s%-9s   %-4.4s", "PROTEIN BACKBONE", "01-JAN-70", id);
    line(k->out, out);
    sg_i_title(text, sizeof text, k, p);
    const char *t = text;
    for (int row = 1; *t; row++) {
        size_t n = words(t, 69);
        if (row == 1)
            snprintf(out, sizeof out, "TITLE     %.*s", (int)n, t);
        else
            snprintf(out, sizeof out, "TITLE   %2d %.*s", row, (int)n, t);
        line(k->out, out);
        t += n;
        t += strcspn(t, " "); /* no reader could join the rest of a word cut in two */
        t += *t == ' ';
    }
    char provenance[1000];
    sg_i_clean_text(provenance, sizeof provenance, k->style.provenance);
    for (t = provenance; *t;) {
        size_t n = words(t, 62);
        snprintf(out, sizeof out, "REMARK   3 SIGEN %.*s", (int)n, t);
        line(k->out, out);
        t += n + (t[n] == ' ');
    }
    line(k->out, "CRYST1    1.000    1.000    1.000  90.00  90.00  90.00 P 1           1");
    return SG_OK;
}

sg_status sg_i_pdb_pass(sg_protein_sink *k, const sg_protein *p, sg_error *err)
{
    (void)p;
    (void)err;
    k->models++;
    return SG_OK;
}

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

static void atom(sg_protein_sink *k, size_t serial, const sg_protein_residue *r, int a, char chain)
{
    char f[5][64], out[400];
    for (int c = 0; c < 3; c++)
        sg_format_fixed(f[c], r->xyz[a][c], 3);
    sg_format_fixed(f[3], clamp(r->b, -99.99, 999.99), 2);
    snprintf(out, sizeof out, "ATOM  %5zu  %-3s %3s %c%4d%c   %8s%8s%8s%6s%6s          %2s", serial,
             sg_i_atom_names[a], r->name, chain, r->number, r->insertion, f[0], f[1], f[2], "1.00",
             f[3], sg_i_atom_elements[a]);
    line(k->out, out);
}

sg_status sg_i_pdb_write(sg_protein_sink *k, const sg_protein *p, sg_error *err)
{
    char letters[63], out[81];
    sg_status s = limits(p, letters, err);
    if (s == SG_OK && k->models == 0)
        s = sg_i_pdb_head(k, p, err);
    if (s != SG_OK)
        return s;
    k->models++;
    snprintf(out, sizeof out, "MODEL %8zu", k->models);
    line(k->out, out);
    size_t serial = 0;
    for (size_t c = 0; c < p->n_chains; c++) {
        const sg_protein_residue *r = p->residue + p->chain[c].first, *last = r;
        for (size_t i = 0; i < p->chain[c].n; i++, r++) {
            for (int a = 0; a < SG_PROTEIN_ATOMS; a++)
                if (r->have & SG_PROTEIN_HAS(a))
                    atom(k, ++serial, r, a, letters[c]);
            last = r;
        }
        snprintf(out, sizeof out, "TER   %5zu      %3s %c%4d%c", ++serial, last->name, letters[c],
                 last->number, last->insertion);
        line(k->out, out);
    }
    line(k->out, "ENDMDL");
    return SG_OK;
}

void sg_i_pdb_tail(sg_protein_sink *k)
{
    line(k->out, "END");
}
