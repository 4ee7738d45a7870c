/* Reading CTfile structure-data files: V2000 and V3000 with data items [sigen-sdf(5)]. */
#include <config.h>
#include <sigen/mol_io.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "sdf.h"

typedef struct sdf {
    sg_mol_cursor *c;
    sg_mol *m;
    sg_error *err;
    const char *line;
    size_t len;
    int charges_reset; /* M  CHG or M  RAD seen: the atom block's charges do not count */
    char joined[1024]; /* a V3000 line with its continuations */
} sdf;

enum { MAX_ITEMS = 1000, MAX_VALUE = 1 << 20 }; /* data items of a record, bytes of a value */

static int next_line(sdf *s)
{
    return sg_lines_next(&s->c->lines, &s->line, &s->len);
}

static sg_status bad(const sdf *s, long column, const char *what)
{
    return sg_fail_at(s->err, SG_EPARSE, s->c->file, s->c->lines.number, column, "%s", what);
}

static int is_end(const sdf *s)
{
    return s->len >= 4 && memcmp(s->line, "$$$$", 4) == 0;
}

/* Trimmed fixed columns [at, at + width) of the line; fewer at its end. */
static size_t field(const sdf *s, size_t at, size_t width, const char **p)
{
    if (at >= s->len)
        return 0;
    size_t n = s->len - at < width ? s->len - at : width;
    *p = s->line + at;
    while (n && **p == ' ') {
        ++*p;
        n--;
    }
    while (n && (*p)[n - 1] == ' ')
        n--;
    return n;
}

/* Integer in fixed columns; blank = 0. */
static sg_status int_field(const sdf *s, size_t at, size_t width, long lo, long hi, int *out,
                           const char *what)
{
    const char *p = NULL;
    long long v = 0;
    size_t n = field(s, at, width, &p);
    sg_error e;
    if (n && sg_parse_int(p, n, lo, hi, &v, &e) != SG_OK)
        return sg_fail_at(s->err, SG_EPARSE, s->c->file, s->c->lines.number, (long)at + 1, "%s: %s",
                          what, e.text);
    *out = (int)v;
    return SG_OK;
}

static sg_status real_field(const sdf *s, size_t at, size_t width, double *out)
{
    const char *p = NULL;
    size_t n = field(s, at, width, &p);
    sg_error e;
    if (!n)
        return bad(s, (long)at + 1, "coordinate is missing");
    if (sg_parse_double(p, n, out, &e) != SG_OK)
        return sg_fail_at(s->err, SG_EPARSE, s->c->file, s->c->lines.number, (long)at + 1,
                          "coordinate: %s", e.text);
    return SG_OK;
}

static void copy_text(char *out, const char *p, size_t n)
{
    if (n > SG_MOL_TITLE)
        n = SG_MOL_TITLE;
    memcpy(out, p, n);
    out[n] = '\0';
}

static sg_status atom_symbol(const sdf *s, const char *p, size_t n, long column, int *z)
{
    *z = n == 1 && (*p == 'D' || *p == 'T') ? 1 : sg_element_number(p, n);
    if (!*z)
        return sg_fail_at(s->err, SG_EPARSE, s->c->file, s->c->lines.number, column,
                          "\"%.*s\" is no element", (int)(n < 8 ? n : 8), p);
    return SG_OK;
}

static sg_status read_atom(sdf *s)
{
    static const int charge_of[] = {0, 3, 2, 1, 0, -1, -2, -3};
    double xyz[3];
    const char *p = NULL;
    int z, code = 0;
    sg_status st = SG_OK;
    if (!next_line(s) || is_end(s))
        return bad(s, 1, "record ends in the atom block");
    for (size_t c = 0; c < 3 && st == SG_OK; c++)
        st = real_field(s, 10 * c, 10, &xyz[c]);
    /* a coordinate of 11 characters shifts all that follows */
    if (st == SG_OK && s->len > 30 && s->line[30] != ' ')
        st = bad(s, 31, "expected a blank between coordinates and element");
    if (st == SG_OK) {
        size_t n = field(s, 31, 3, &p);
        st = atom_symbol(s, p, n, 32, &z);
    }
    if (st == SG_OK)
        st = int_field(s, 36, 3, 0, 7, &code, "charge code");
    if (st == SG_OK)
        st = sg_mol_add_atom(s->m, z, charge_of[code], xyz, s->err);
    if (st == SG_OK && code == 4)
        s->m->atom[s->m->n_atoms - 1].radical = 1;
    return st;
}

static sg_status add_bond(sdf *s, int a, int b, int order, long column)
{
    sg_error e;
    if (sg_mol_add_bond(s->m, a - 1, b - 1, order, &e) == SG_OK)
        return SG_OK;
    return sg_fail_at(s->err, e.code == SG_ENOMEM ? SG_ENOMEM : SG_EPARSE, s->c->file,
                      s->c->lines.number, column, "%s", e.text);
}

static sg_status read_bond(sdf *s)
{
    int a = 0, b = 0, o = 0;
    if (!next_line(s) || is_end(s))
        return bad(s, 1, "record ends in the bond block");
    sg_status st = int_field(s, 0, 3, 1, 999, &a, "atom of a bond");
    if (st == SG_OK)
        st = int_field(s, 3, 3, 1, 999, &b, "atom of a bond");
    if (st == SG_OK)
        st = int_field(s, 6, 3, 1, 4, &o, "bond order");
    return st == SG_OK ? add_bond(s, a, b, o, 1) : st;
}

/* M  CHGnn8 aaa vvv ... and M  RAD */
static sg_status property_line(sdf *s, int radical)
{
    int n = 0;
    sg_status st = int_field(s, 6, 3, 0, 8, &n, "number of entries");
    if (st == SG_OK && !s->charges_reset) {
        s->charges_reset = 1;
        for (int i = 0; i < s->m->n_atoms; i++)
            s->m->atom[i].charge = 0, s->m->atom[i].radical = 0;
    }
    for (int k = 0; k < n && st == SG_OK; k++) {
        int a = 0, v = 0;
        size_t at = 9 + 8 * (size_t)k;
        st = int_field(s, at, 4, 1, s->m->n_atoms, &a, "atom");
        if (st == SG_OK && a == 0)
            st = bad(s, (long)at + 1, "entry is missing");
        if (st == SG_OK)
            st = int_field(s, at + 4, 4, radical ? 0 : -8, radical ? 3 : 8, &v,
                           radical ? "radical" : "charge");
        if (st != SG_OK)
            return st;
        if (radical) /* 1, 3: two unpaired or paired electrons; 2: one */
            s->m->atom[a - 1].radical = (unsigned char)(v == 2 ? 1 : v ? 2 : 0);
        else
            s->m->atom[a - 1].charge = (signed char)v;
    }
    return st;
}

static sg_status read_v2000(sdf *s, int atoms, int bonds)
{
    sg_status st = SG_OK;
    for (int i = 0; i < atoms && st == SG_OK; i++)
        st = read_atom(s);
    for (int i = 0; i < bonds && st == SG_OK; i++)
        st = read_bond(s);
    while (st == SG_OK) {
        if (!next_line(s) || is_end(s))
            return bad(s, 1, "record ends before M  END");
        if (s->len >= 6 && memcmp(s->line, "M  END", 6) == 0)
            break;
        if (s->len >= 6 && memcmp(s->line, "M  CHG", 6) == 0)
            st = property_line(s, 0);
        else if (s->len >= 6 && memcmp(s->line, "M  RAD", 6) == 0)
            st = property_line(s, 1);
    }
    return st;
}

/* ---- V3000: "M  V30 ..." lines of blank-separated tokens --------------------------------------
 */

typedef struct token {
    const char *p;
    size_t n;
} token;

enum { MAX_TOKENS = 64 };

/* Reads a line; a "-" at its end continues on the next one, and s->line is then the joined text. */
static int v30_line(sdf *s)
{
    size_t used = 0;
    while (next_line(s) && s->len >= 7 && memcmp(s->line, "M  V30 ", 7) == 0) {
        int more = s->line[s->len - 1] == '-';
        if (!more && used == 0)
            return 1;
        size_t skip = used ? 7 : 0, n = s->len - skip - (size_t)more;
        if (n > sizeof s->joined - used)
            return 0;
        memcpy(s->joined + used, s->line + skip, n);
        used += n;
        if (!more) {
            s->line = s->joined;
            s->len = used;
            return 1;
        }
    }
    return 0;
}

/* Splits the line behind "M  V30 "; -1 if it is no such line. */
static int v30_tokens(sdf *s, token *t)
{
    int k = 0;
    if (!v30_line(s))
        return -1;
    for (size_t i = 7; i < s->len && k < MAX_TOKENS;) {
        while (i < s->len && s->line[i] == ' ')
            i++;
        size_t a = i;
        while (i < s->len && s->line[i] != ' ')
            i++;
        if (i > a)
            t[k++] = (token){s->line + a, i - a};
    }
    return k;
}

static int is(token t, const char *word)
{
    return t.n == strlen(word) && memcmp(t.p, word, t.n) == 0;
}

static sg_status v30_int(const sdf *s, token t, long lo, long hi, int *out)
{
    long long v;
    sg_error e;
    if (sg_parse_int(t.p, t.n, lo, hi, &v, &e) != SG_OK)
        return sg_fail_at(s->err, SG_EPARSE, s->c->file, s->c->lines.number,
                          (long)(t.p - s->line) + 1, "%s", e.text);
    *out = (int)v;
    return SG_OK;
}

static sg_status v30_atom(sdf *s, int index)
{
    token t[MAX_TOKENS];
    double xyz[3];
    int z, id, n = v30_tokens(s, t);
    sg_error e;
    if (n < 6)
        return bad(s, 1, "V3000 atom line has fewer than 6 values");
    sg_status st = v30_int(s, t[0], index, index, &id);
    if (st == SG_OK)
        st = atom_symbol(s, t[1].p, t[1].n, (long)(t[1].p - s->line) + 1, &z);
    for (int c = 0; c < 3 && st == SG_OK; c++)
        if (sg_parse_double(t[2 + c].p, t[2 + c].n, &xyz[c], &e) != SG_OK)
            st = sg_fail_at(s->err, SG_EPARSE, s->c->file, s->c->lines.number,
                            (long)(t[2 + c].p - s->line) + 1, "coordinate: %s", e.text);
    int charge = 0, radical = 0;
    for (int k = 6; k < n && st == SG_OK; k++) {
        token v = t[k];
        if (v.n > 4 && (memcmp(v.p, "CHG=", 4) == 0 || memcmp(v.p, "RAD=", 4) == 0)) {
            int rad = v.p[0] == 'R';
            v.p += 4;
            v.n -= 4;
            st = v30_int(s, v, rad ? 0 : -8, rad ? 3 : 8, rad ? &radical : &charge);
        }
    }
    if (st == SG_OK)
        st = sg_mol_add_atom(s->m, z, charge, xyz, s->err);
    if (st == SG_OK)
        s->m->atom[index - 1].radical = (unsigned char)(radical == 2 ? 1 : radical ? 2 : 0);
    return st;
}

static sg_status v30_bond(sdf *s)
{
    token t[MAX_TOKENS];
    int o, a, b, n = v30_tokens(s, t);
    if (n < 4)
        return bad(s, 1, "V3000 bond line has fewer than 4 values");
    sg_status st = v30_int(s, t[1], 1, 4, &o);
    if (st == SG_OK)
        st = v30_int(s, t[2], 1, s->m->n_atoms, &a);
    if (st == SG_OK)
        st = v30_int(s, t[3], 1, s->m->n_atoms, &b);
    return st == SG_OK ? add_bond(s, a, b, o, 8) : st;
}

static sg_status expect(sdf *s, const char *first, const char *second)
{
    token t[MAX_TOKENS];
    int n = v30_tokens(s, t);
    if (n < 2 || !is(t[0], first) || !is(t[1], second))
        return sg_fail_at(s->err, SG_EPARSE, s->c->file, s->c->lines.number, 1,
                          "expected M  V30 %s %s", first, second);
    return SG_OK;
}

static sg_status read_v3000(sdf *s)
{
    token t[MAX_TOKENS];
    int atoms = 0, bonds = 0;
    sg_status st = expect(s, "BEGIN", "CTAB");
    if (st != SG_OK)
        return st;
    int n = v30_tokens(s, t);
    if (n < 3 || !is(t[0], "COUNTS"))
        return bad(s, 1, "expected M  V30 COUNTS");
    st = v30_int(s, t[1], 0, SG_MOL_MAX_ATOMS, &atoms);
    if (st == SG_OK)
        st = v30_int(s, t[2], 0, 4 * SG_MOL_MAX_ATOMS, &bonds);
    if (st == SG_OK)
        st = expect(s, "BEGIN", "ATOM");
    for (int i = 1; i <= atoms && st == SG_OK; i++)
        st = v30_atom(s, i);
    if (st == SG_OK)
        st = expect(s, "END", "ATOM");
    if (st == SG_OK && bonds) {
        st = expect(s, "BEGIN", "BOND");
        for (int i = 0; i < bonds && st == SG_OK; i++)
            st = v30_bond(s);
        if (st == SG_OK)
            st = expect(s, "END", "BOND");
    }
    while (st == SG_OK) {
        if (!next_line(s) || is_end(s))
            return bad(s, 1, "record ends before M  END");
        if (s->len >= 6 && memcmp(s->line, "M  END", 6) == 0)
            break;
    }
    return st;
}

/* ---- data items --------------------------------------------------------------------------------
 */

/* The lines of a value up to a blank one, joined by \n; *value is freed by the caller. *last: the
 * record ends here. */
static sg_status item_value(sdf *s, char **value, int *last)
{
    const char *first = s->c->lines.p;
    size_t used = 0;
    while ((*last = !next_line(s) || is_end(s)) == 0 && s->len > 0)
        ;
    size_t room = (size_t)(s->c->lines.p - first);
    if (room > MAX_VALUE)
        return sg_fail_at(s->err, SG_ELIMIT, s->c->file, s->c->lines.number, 1,
                          "data value of more than %d bytes", MAX_VALUE);
    char *v = malloc(room + 1);
    if (!v)
        return sg_fail(s->err, SG_ENOMEM, "no memory for a data value");
    sg_lines l = {first, s->c->lines.p, 0};
    const char *p;
    size_t n;
    while (sg_lines_next(&l, &p, &n) && n > 0 && !(n >= 4 && memcmp(p, "$$$$", 4) == 0)) {
        if (used)
            v[used++] = '\n';
        memcpy(v + used, p, n);
        used += n;
    }
    v[used] = '\0';
    *value = v;
    return memchr(v, '\0', used) ? bad(s, 1, "data value holds a NUL") : SG_OK;
}

/* "> ... <name>", value lines, a blank line; ends behind "$$$$" or at the end of the file. Other
 * text between items is skipped, as other readers do. */
static sg_status read_items(sdf *s)
{
    char name[128];
    int last = 0;
    while (!last && next_line(s) && !is_end(s)) {
        if (s->len >= 39 &&
            (memcmp(s->line + 34, "V2000", 5) == 0 || memcmp(s->line + 34, "V3000", 5) == 0))
            return bad(s, 1, "another record begins: \"$$$$\" is missing");
        if (s->len == 0 || s->line[0] != '>')
            continue;
        const char *a = memchr(s->line + 1, '<', s->len - 1);
        const char *b = a ? memchr(a, '>', (size_t)(s->line + s->len - a)) : NULL;
        size_t n = b ? (size_t)(b - a - 1) : 0;
        if (n == 0 || n >= sizeof name || memchr(a, '\0', n))
            return bad(s, 1, "data header without <name> of at most 127 characters");
        memcpy(name, a + 1, n);
        name[n] = '\0';
        if (s->m->n_tags == MAX_ITEMS)
            return sg_fail_at(s->err, SG_ELIMIT, s->c->file, s->c->lines.number, 1,
                              "more than %d data items", MAX_ITEMS);
        char *value = NULL;
        sg_status st = item_value(s, &value, &last);
        if (st == SG_OK)
            st = sg_mol_set_tag(s->m, name, value, s->err);
        free(value);
        if (st != SG_OK)
            return st;
    }
    return SG_OK;
}

/* Are the coordinates positions in space? Column 21 says "3D" or "2D"; without it, a z decides. */
static int spatial(const sdf *s, const char code[2])
{
    if (memcmp(code, "2D", 2) == 0)
        return 0;
    if (memcmp(code, "3D", 2) == 0)
        return 1;
    for (int i = 0; i < s->m->n_atoms; i++)
        if (s->m->atom[i].xyz[2] != 0)
            return 1;
    return 0;
}

static sg_status read_record(sdf *s)
{
    char code[2] = "";
    int atoms = 0, bonds = 0;
    if (is_end(s))
        return bad(s, 1, "record is empty");
    copy_text(s->m->title, s->line, s->len);
    if (!next_line(s) || is_end(s))
        return bad(s, 1, "record ends in the header");
    if (s->len >= 22)
        memcpy(code, s->line + 20, 2);
    if (!next_line(s) || is_end(s))
        return bad(s, 1, "record ends in the header");
    copy_text(s->m->comment, s->line, s->len);
    if (!next_line(s) || is_end(s))
        return bad(s, 1, "record ends before the counts line");
    sg_status st = int_field(s, 0, 3, 0, 999, &atoms, "number of atoms");
    if (st == SG_OK)
        st = int_field(s, 3, 3, 0, 999, &bonds, "number of bonds");
    if (st != SG_OK)
        return st;
    int v3 = s->len >= 39 && memcmp(s->line + 34, "V3000", 5) == 0;
    if (!v3 && s->len >= 39 && memcmp(s->line + 34, "V2000", 5) != 0)
        return bad(s, 35, "version is neither V2000 nor V3000");
    if (s->len < 6)
        return bad(s, 1, "counts line is too short");
    st = v3 ? read_v3000(s) : read_v2000(s, atoms, bonds);
    if (st != SG_OK)
        return st;
    s->m->has_xyz = spatial(s, code);
    s->m->has_bonds = 1;
    return read_items(s);
}

sg_status sg_i_sdf_read(sg_mol_cursor *c, sg_mol *m, int *got, sg_error *err)
{
    sdf s = {.c = c, .m = m, .err = err};
    sg_mol_reset(m);
    *got = 0;
    if (!next_line(&s))
        return SG_OK;
    /* blank lines at the end of a file are no record */
    if (s.len == 0) {
        const char *p = c->lines.p;
        while (p < c->lines.end && isspace((unsigned char)*p))
            p++;
        if (p == c->lines.end) {
            c->lines.p = p;
            return SG_OK;
        }
    }
    c->record++;
    sg_status st = read_record(&s);
    if (st != SG_OK) {
        while (!is_end(&s) && next_line(&s))
            ; /* go on behind this record */
        sg_mol_reset(m);
        return st;
    }
    *got = 1;
    return SG_OK;
}
