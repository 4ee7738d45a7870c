/* PDB files: fixed columns, read to the letter so that shifted ones are found. */
#include <config.h>
#include <sigen/protein_io.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "assemble.h"
#include "write.h"

typedef struct pdb {
    sg_protein_cursor *c;
    sg_protein *p;
    sg_error *err;
    const char *line;
    size_t len;
    sg_i_assembly residue;
    char ended[256]; /* by chain id: TER was seen */
    int in_model;
} pdb;

static sg_status bad(pdb *d, sg_status code, long column, const char *what)
{
    return sg_fail_at(d->err, code, d->c->file, d->c->lines.number, column, "%s", what);
}

static int is(const pdb *d, const char *name)
{
    size_t n = strlen(name);
    if (d->len < n || memcmp(d->line, name, n) != 0)
        return 0;
    for (; n < 6 && n < d->len; n++)
        if (d->line[n] != ' ')
            return 0;
    return 1;
}

/* Columns a..b (1-based) without blanks around; what lies behind the line's end is blank. */
static const char *columns(const pdb *d, size_t a, size_t b, size_t *len)
{
    size_t lo = a - 1, hi = b < d->len ? b : d->len;
    while (lo < hi && d->line[lo] == ' ')
        lo++;
    while (hi > lo && d->line[hi - 1] == ' ')
        hi--;
    *len = hi > lo ? hi - lo : 0;
    return d->line + (hi > lo ? lo : 0);
}

static char column(const pdb *d, size_t a)
{
    return a <= d->len ? d->line[a - 1] : ' ';
}

static void copy(const pdb *d, size_t a, size_t b, char *out)
{
    size_t n;
    const char *s = columns(d, a, b, &n);
    memcpy(out, s, n);
    out[n] = '\0';
}

static sg_status number(pdb *d, size_t a, size_t b, int need_point, double *x)
{
    size_t n;
    const char *s = columns(d, a, b, &n);
    if (need_point && column(d, b - 3) != '.')
        return bad(d, SG_EPARSE, (long)(b - 3),
                   "no decimal point where a coordinate has it: columns are shifted");
    if (sg_parse_double(s, n, x, NULL) != SG_OK)
        return bad(d, SG_EPARSE, (long)a, "not a number");
    return SG_OK;
}

/* Occupancy and B may be missing or, in files of some programs, no numbers at all. */
static double optional(const pdb *d, size_t a, size_t b, double def)
{
    size_t n;
    const char *s = columns(d, a, b, &n);
    double x = def;
    if (n == 0 || sg_parse_double(s, n, &x, NULL) != SG_OK)
        return def;
    return x;
}

static sg_status atom(pdb *d, int het)
{
    sg_i_atom a = {.altloc = column(d, 17), .insertion = column(d, 27)};
    long long n = 0;
    size_t len;
    if (d->len < 54)
        return bad(d, SG_EPARSE, (long)d->len + 1, "the line ends before the coordinates do");
    for (size_t i = 0; i < d->len; i++)
        if ((unsigned char)d->line[i] < ' ')
            return bad(d, SG_EPARSE, (long)i + 1, "a control character");
    copy(d, 13, 16, a.name);
    copy(d, 18, 20, a.residue);
    copy(d, 22, 22, a.chain);
    copy(d, 77, 78, a.element);
    if (column(d, 13) != ' ' && strcmp(a.name, "CA") == 0 && het)
        strcpy(a.element, "CA"); /* calcium begins in column 13 */
    const char *s = columns(d, 23, 26, &len);
    if (sg_parse_int(s, len, -999, 9999, &n, NULL) != SG_OK)
        return bad(d, SG_EPARSE, 23, "no residue number");
    a.number = (int)n;
    sg_status st = SG_OK;
    for (size_t k = 0; k < 3 && st == SG_OK; k++)
        st = number(d, 31 + 8 * k, 38 + 8 * k, 1, &a.xyz[k]);
    if (st != SG_OK)
        return st;
    a.occupancy = optional(d, 55, 60, 1);
    a.b = optional(d, 61, 66, 0);
    a.polymer = !het ? SG_I_YES : d->ended[(unsigned char)column(d, 22)] ? SG_I_NO : SG_I_PERHAPS;
    sg_error e = {0};
    st = sg_i_assembly_add(&d->residue, d->p, &a, &e);
    return st == SG_OK ? st : bad(d, st, 0, e.text);
}

/* Appends columns a..b of a header line to text. */
static void header_text(const pdb *d, size_t a, size_t b, char *text, size_t limit)
{
    size_t n, used = strlen(text);
    const char *s = columns(d, a, b, &n);
    if (used && n && used < limit)
        text[used++] = ' ';
    for (size_t i = 0; i < n && used < limit; i++)
        text[used++] = isprint((unsigned char)s[i]) ? s[i] : '?';
    while (used && text[used - 1] == ' ')
        used--;
    text[used] = '\0';
}

static sg_status begin_model(pdb *d)
{
    size_t n;
    long long number = d->c->record + 1;
    const char *s = columns(d, 7, 14, &n);
    if (d->in_model)
        return bad(d, SG_EPARSE, 0, "MODEL before the ENDMDL of the last one");
    if (n && sg_parse_int(s, n, 0, 99999999, &number, NULL) != SG_OK)
        return bad(d, SG_EPARSE, 11, "no model number");
    d->p->model = (long)number;
    d->in_model = 1;
    return SG_OK;
}

/* One line; *end: the model is over. */
static sg_status record(pdb *d, int *end)
{
    if (d->len >= 4 && memcmp(d->line, "ATOM", 4) == 0)
        return atom(d, 0);
    if (is(d, "HETATM"))
        return atom(d, 1);
    if (is(d, "TER")) {
        sg_error e = {0};
        sg_status s = sg_i_assembly_end(&d->residue, d->p, &e);
        if (s != SG_OK)
            return bad(d, s, 0, e.text);
        char id = column(d, 22); /* some programs write nothing but TER: it ends the last chain */
        if (id == ' ' && d->p->n_chains && d->p->chain[d->p->n_chains - 1].id[0])
            id = d->p->chain[d->p->n_chains - 1].id[0];
        d->ended[(unsigned char)id] = 1;
    } else if (is(d, "MODEL")) {
        return begin_model(d);
    } else if (is(d, "ENDMDL")) {
        *end = d->in_model || d->p->n || d->residue.open;
        d->in_model = 0;
    } else if (is(d, "END")) {
        if (d->in_model)
            return bad(d, SG_EPARSE, 0, "END before ENDMDL");
        *end = d->p->n || d->residue.open;
    } else if (is(d, "HEADER")) {
        d->c->id[0] = d->c->title[0] = '\0';
        header_text(d, 63, 66, d->c->id, 4);
    } else if (is(d, "TITLE")) {
        header_text(d, 11, 80, d->c->title, SG_PROTEIN_TITLE);
    }
    return SG_OK;
}

/* Behind a bad line: to the end of the model. */
static void skip_model(pdb *d)
{
    while (!is(d, "ENDMDL") && !is(d, "END") && sg_lines_next(&d->c->lines, &d->line, &d->len))
        ;
}

static sg_status pdb_read(sg_protein_cursor *c, sg_protein *p, int *got, sg_error *err)
{
    pdb d = {.c = c, .p = p, .err = err};
    int end = 0;
    sg_status s = SG_OK;
    sg_protein_reset(p);
    p->model = c->record + 1;
    *got = 0;
    while (s == SG_OK && !end && sg_lines_next(&c->lines, &d.line, &d.len))
        s = record(&d, &end);
    if (s == SG_OK && d.in_model && !end)
        s = bad(&d, SG_EPARSE, 0, "MODEL without ENDMDL");
    if (s == SG_OK) {
        sg_error e = {0};
        s = sg_i_assembly_end(&d.residue, p, &e);
        if (s != SG_OK)
            s = bad(&d, s, 0, e.text);
    } else {
        skip_model(&d);
    }
    sg_i_assembly_clear(&d.residue);
    if (s == SG_OK && end && p->n == 0)
        s = bad(&d, SG_EPARSE, 0, "a model without residues");
    if (s == SG_OK && p->n == 0 && c->record == 0)
        s = sg_fail_at(err, SG_EPARSE, c->file, 0, 0, "no residues: is this a PDB file?");
    c->record += p->n > 0 || s != SG_OK;
    if (s != SG_OK) {
        sg_protein_reset(p);
        return s;
    }
    memcpy(p->id, c->id, sizeof p->id);
    memcpy(p->title, c->title, sizeof p->title);
    *got = p->n > 0;
    return SG_OK;
}

const sg_protein_format sg_protein_pdb = {.name = "pdb",
                                          .extensions = ".pdb .ent .pdb1",
                                          .summary = "Protein Data Bank, fixed columns",
                                          .read = pdb_read,
                                          .write = sg_i_pdb_write,
                                          .pass = sg_i_pdb_pass,
                                          .head = sg_i_pdb_head,
                                          .tail = sg_i_pdb_tail};
