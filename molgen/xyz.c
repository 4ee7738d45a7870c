/* XYZ: number of atoms, comment, then "symbol x y z" lines; records follow one another. */
#include <config.h>
#include <sigen/mol_io.h>

#include <string.h>

static sg_status bad(const sg_mol_cursor *c, long column, const char *what, sg_error *err)
{
    return sg_fail_at(err, SG_EPARSE, c->file, c->lines.number, column, "%s", what);
}

/* next blank-separated token of [*p, end) */
static size_t token(const char **p, const char *end)
{
    while (*p < end && (**p == ' ' || **p == '\t'))
        ++*p;
    const char *q = *p;
    while (q < end && *q != ' ' && *q != '\t')
        q++;
    return (size_t)(q - *p);
}

static sg_status read_atom(sg_mol_cursor *c, sg_mol *m, sg_error *err)
{
    const char *line, *p;
    size_t len, n;
    double xyz[3];
    if (!sg_lines_next(&c->lines, &line, &len))
        return bad(c, 1, "file ends before the last atom", err);
    p = line;
    n = token(&p, line + len);
    int z = sg_element_number(p, n);
    long long number; /* some programs write atomic numbers */
    if (!z && sg_parse_int(p, n, 1, 118, &number, NULL) == SG_OK)
        z = (int)number;
    if (!z)
        return bad(c, (long)(p - line) + 1, "expected an element symbol", err);
    p += n;
    for (int k = 0; k < 3; k++) {
        n = token(&p, line + len);
        if (sg_parse_double(p, n, &xyz[k], NULL) != SG_OK)
            return bad(c, (long)(p - line) + 1, "expected a coordinate", err);
        p += n;
    }
    return sg_mol_add_atom(m, z, 0, xyz, err);
}

/* Goes on behind the bad record: `left` lines are its atoms, or, when even their number is unknown,
 * to the next line that holds one integer. */
static void skip(sg_mol_cursor *c, long long left, int known)
{
    const char *line, *p;
    size_t len, n;
    long long atoms;
    for (sg_lines before = c->lines; known ? left > 0 : 1; before = c->lines, left--) {
        if (!sg_lines_next(&c->lines, &line, &len))
            return;
        p = line;
        n = token(&p, line + len);
        const char *rest = p + n;
        if (!known && sg_parse_int(p, n, 1, SG_MOL_MAX_ATOMS, &atoms, NULL) == SG_OK &&
            token(&rest, line + len) == 0) {
            c->lines = before;
            return;
        }
    }
}

static sg_status xyz_read(sg_mol_cursor *c, sg_mol *m, int *got, sg_error *err)
{
    const char *line, *p;
    size_t len, n;
    long long atoms;
    sg_mol_reset(m);
    *got = 0;
    do {
        if (!sg_lines_next(&c->lines, &line, &len))
            return SG_OK;
        p = line;
        n = token(&p, line + len);
    } while (n == 0);
    c->record++;
    sg_status s = SG_OK;
    if (sg_parse_int(p, n, 1, SG_MOL_MAX_ATOMS, &atoms, NULL) != SG_OK) {
        s = bad(c, (long)(p - line) + 1, "expected the number of atoms, 1 to 100000", err);
    } else {
        p += n;
        if (token(&p, line + len))
            s = bad(c, (long)(p - line) + 1, "unexpected text behind the number of atoms", err);
    }
    if (s != SG_OK) {
        skip(c, 0, 0);
        return s;
    }
    if (!sg_lines_next(&c->lines, &line, &len))
        return bad(c, 1, "file ends before the comment line", err);
    if (len > SG_MOL_TITLE)
        len = SG_MOL_TITLE;
    memcpy(m->title, line, len);
    m->title[len] = '\0';
    long long i = 0;
    for (; i < atoms && s == SG_OK; i++)
        s = read_atom(c, m, err);
    if (s != SG_OK) {
        skip(c, atoms - i, 1);
        sg_mol_reset(m);
        return s;
    }
    m->has_xyz = 1;
    *got = 1;
    return SG_OK;
}

static sg_status xyz_write(sg_out *o, const sg_mol *m, sg_error *err)
{
    sg_status s = sg_mol_check(m, err);
    if (s != SG_OK)
        return s;
    if (!m->has_xyz)
        return sg_fail(err, SG_EINVAL, "a molecule without coordinates is not written as XYZ");
    sg_out_printf(o, "%d\n", m->n_atoms);
    for (const char *t = m->title; *t; t++) /* the comment is one line of ASCII */
        sg_out_write(o, (unsigned char)*t >= 0x20 && (unsigned char)*t < 0x7f ? t : "?", 1);
    sg_out_puts(o, "\n");
    for (int i = 0; i < m->n_atoms; i++) {
        sg_out_printf(o, "%-2s", sg_element_symbol(m->atom[i].element));
        for (int c = 0; c < 3; c++) {
            char b[64];
            sg_format_fixed(b, m->atom[i].xyz[c], 6);
            sg_out_printf(o, " %14s", b);
        }
        sg_out_puts(o, "\n");
    }
    return SG_OK;
}

const sg_mol_format sg_mol_xyz = {
    "xyz", ".xyz", "element and coordinates, no bonds", xyz_read, xyz_write, NULL, NULL, 0};
