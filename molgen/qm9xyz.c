/* The files of QM9 itself, dsgdb9nsd_*.xyz [RDRL14]: atoms, properties and two SMILES; no bonds.
 * Those come from the SMILES laid on the geometry, never from a table of distances. */
#include <config.h>
#include <sigen/mol_io.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "smiles.h"

#define HARTREE_EV 27.211386245988 /* CODATA 2018 */

enum { MAX_HEAVY_BOND = 22 }; /* tenths of an angstrom: longer means another order of atoms */

typedef struct word {
    const char *p;
    size_t n;
} word;

static sg_status bad(const sg_mol_cursor *c, const char *what, sg_error *err)
{
    return sg_fail_at(err, SG_EPARSE, c->file, c->lines.number, 1, "%s", what);
}

/* Blank-separated words of the next line; -1: no line is left. */
static int words(sg_mol_cursor *c, word *w, int most)
{
    const char *line;
    size_t len, i = 0;
    int n = 0;
    if (!sg_lines_next(&c->lines, &line, &len))
        return -1;
    while (n < most) {
        while (i < len && (line[i] == ' ' || line[i] == '\t'))
            i++;
        size_t a = i;
        while (i < len && line[i] != ' ' && line[i] != '\t')
            i++;
        if (i == a)
            break;
        w[n++] = (word){line + a, i - a};
    }
    return n;
}

/* A number, also as Mathematica writes it: 2.1997*^-6 */
static int real(word w, double *x)
{
    char b[64];
    size_t n = 0;
    if (w.n >= sizeof b)
        return 0;
    for (size_t i = 0; i < w.n; i++)
        if (i + 1 < w.n && w.p[i] == '*' && w.p[i + 1] == '^') {
            b[n++] = 'e';
            i++;
        } else {
            b[n++] = w.p[i];
        }
    return sg_parse_double(b, n, x, NULL) == SG_OK;
}

/* gdb N  A B C mu alpha homo lumo gap r2 zpve U0 U H G Cv */
static sg_status properties(sg_mol_cursor *c, sg_mol *m, const word *w, int n, sg_error *err)
{
    static const struct {
        const char *name;
        int column, digits; /* behind "gdb" */
        double factor;
    } kept[] = {{"mu", 5, 4, 1},
                {"alpha", 6, 2, 1},
                {"homo", 7, 4, HARTREE_EV},
                {"lumo", 8, 4, HARTREE_EV},
                {"gap", 9, 4, HARTREE_EV},
                {"cv", 16, 3, 1},
                {"u0", 12, 6, 1}};
    if (n != 17 || w[0].n != 3 || memcmp(w[0].p, "gdb", 3) != 0 || w[1].n > 20)
        return bad(c, "expected \"gdb\", a number and 15 properties", err);
    memcpy(m->title, "gdb_", 4);
    memcpy(m->title + 4, w[1].p, w[1].n);
    m->title[4 + w[1].n] = '\0';
    for (size_t k = 0; k < sizeof kept / sizeof *kept; k++) {
        double x;
        char text[64];
        if (!real(w[kept[k].column], &x) || fabs(x) > 1e9)
            return bad(c, "a property is no number", err);
        sg_format_fixed(text, x * kept[k].factor, kept[k].digits);
        sg_status s = sg_mol_set_tag(m, kept[k].name, text, err);
        if (s != SG_OK)
            return s;
    }
    return SG_OK;
}

static sg_status atoms(sg_mol_cursor *c, sg_mol *m, int count, sg_error *err)
{
    for (int i = 0; i < count; i++) {
        word w[6];
        double xyz[3];
        int n = words(c, w, 6), z = n >= 4 ? sg_element_number(w[0].p, w[0].n) : 0;
        if (!z || !real(w[1], &xyz[0]) || !real(w[2], &xyz[1]) || !real(w[3], &xyz[2]))
            return bad(c, "expected an element and three coordinates", err);
        sg_status s = sg_mol_add_atom(m, z, 0, xyz, err);
        if (s != SG_OK)
            return s;
    }
    return SG_OK;
}

static double distance(const sg_mol *m, int a, int b)
{
    double d = 0;
    for (int k = 0; k < 3; k++)
        d += (m->atom[a].xyz[k] - m->atom[b].xyz[k]) * (m->atom[a].xyz[k] - m->atom[b].xyz[k]);
    return sqrt(d);
}

/* Lays the bonds and charges of g (a SMILES) on m: heavy atoms by their order, each hydrogen on the
 * nearest heavy atom. heavy: (2 atoms), hydrogens: (atoms) work. 0: they do not fit. */
static int lay(sg_mol *m, const sg_mol *g, int *heavy, int *hydrogens, sg_error *err)
{
    int n = 0, k = 0;
    m->n_bonds = 0;
    if (g->n_atoms != m->n_atoms)
        return 0;
    for (int i = 0; i < m->n_atoms; i++) {
        m->atom[i].charge = 0;
        hydrogens[i] = 0;
        if (m->atom[i].element != 1)
            heavy[n++] = i;
    }
    int *of = heavy + m->n_atoms; /* heavy atom of g -> atom of m, -1: hydrogen */
    for (int i = 0; i < g->n_atoms; i++) {
        of[i] = -1;
        if (g->atom[i].element == 1)
            continue;
        if (k == n || g->atom[i].element != m->atom[heavy[k]].element)
            return 0;
        of[i] = heavy[k++];
        m->atom[of[i]].charge = g->atom[i].charge;
    }
    if (k != n || n == 0)
        return 0;
    for (int b = 0; b < g->n_bonds; b++) {
        int x = of[g->bond[b].a], y = of[g->bond[b].b];
        if (x < 0 && y < 0)
            return 0;
        if (x < 0 || y < 0) {
            hydrogens[x < 0 ? y : x]++;
            continue;
        }
        if (distance(m, x, y) > MAX_HEAVY_BOND / 10.0 ||
            sg_mol_add_bond(m, x, y, g->bond[b].order, err) != SG_OK)
            return 0;
    }
    for (int i = 0; i < m->n_atoms; i++) {
        if (m->atom[i].element != 1)
            continue;
        int near = heavy[0];
        for (int q = 1; q < n; q++)
            if (distance(m, i, heavy[q]) < distance(m, i, near))
                near = heavy[q];
        if (hydrogens[near]-- == 0 || sg_mol_add_bond(m, near, i, 1, err) != SG_OK)
            return 0;
    }
    return 1;
}

/* QM9 gives the SMILES of the input, then that of the relaxed geometry: the latter is tried first.
 */
static sg_status bonds(sg_mol_cursor *c, sg_mol *m, const word *text, int n, sg_error *err)
{
    size_t size = (size_t)m->n_atoms;
    int *work = malloc(3 * size * sizeof *work), fits = 0;
    sg_mol g = {0};
    sg_status s = work ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory for bonds");
    for (int k = n - 1; k >= 0 && s == SG_OK && !fits; k--) {
        sg_error e = {0};
        s = sg_i_smiles_parse(&g, text[k].p, text[k].n, &e);
        if (s == SG_ENOMEM)
            sg_fail(err, s, "%s", e.text);
        else if (s == SG_OK)
            fits = lay(m, &g, work, work + 2 * size, &e);
        if (s != SG_ENOMEM)
            s = e.code == SG_ENOMEM ? sg_fail(err, SG_ENOMEM, "no memory for bonds") : SG_OK;
        if (fits) {
            char smiles[512];
            size_t len = text[k].n < sizeof smiles ? text[k].n : sizeof smiles - 1;
            memcpy(smiles, text[k].p, len);
            smiles[len] = '\0';
            s = sg_mol_set_tag(m, "smiles", smiles, err);
        }
    }
    if (s == SG_OK && !fits)
        s = bad(c, "neither SMILES fits the geometry", err);
    sg_mol_clear(&g);
    free(work);
    return s;
}

static sg_status record(sg_mol_cursor *c, sg_mol *m, word count, sg_error *err)
{
    word w[18];
    long long n;
    if (sg_parse_int(count.p, count.n, 1, 999, &n, NULL) != SG_OK)
        return bad(c, "expected the number of atoms, 1 to 999", err);
    sg_status s = properties(c, m, w, words(c, w, 18), err);
    if (s == SG_OK)
        s = atoms(c, m, (int)n, err);
    if (s != SG_OK)
        return s;
    words(c, w, 1); /* frequencies */
    int k = words(c, w, 3);
    if (k < 1 || k > 2)
        return bad(c, "expected one or two SMILES", err);
    s = bonds(c, m, w, k, err);
    if (s != SG_OK)
        return s;
    sg_lines before = c->lines;
    if (words(c, w, 1) > 0 && (w[0].n < 6 || memcmp(w[0].p, "InChI=", 6) != 0))
        c->lines = before;
    m->has_xyz = m->has_bonds = 1;
    return SG_OK;
}

/* To the next line of one integer before a line that begins with "gdb". */
static void skip(sg_mol_cursor *c)
{
    word w[2];
    long long n;
    int k;
    for (sg_lines before = c->lines; (k = words(c, w, 2)) >= 0; before = c->lines) {
        if (k != 1 || sg_parse_int(w[0].p, w[0].n, 1, 999, &n, NULL) != SG_OK)
            continue;
        if (c->lines.end - c->lines.p > 4 && memcmp(c->lines.p, "gdb", 3) == 0) {
            c->lines = before;
            return;
        }
    }
}

static sg_status qm9xyz_read(sg_mol_cursor *c, sg_mol *m, int *got, sg_error *err)
{
    word w[1];
    int n;
    sg_mol_reset(m);
    *got = 0;
    while ((n = words(c, w, 1)) == 0)
        ;
    if (n < 0)
        return SG_OK;
    c->record++;
    sg_status s = record(c, m, w[0], err);
    if (s != SG_OK) {
        skip(c);
        sg_mol_reset(m);
    }
    *got = s == SG_OK;
    return s;
}

const sg_mol_format sg_mol_qm9xyz = {
    "qm9xyz", "", "QM9's own files: XYZ with properties and SMILES", qm9xyz_read, NULL, NULL,
    NULL,     0};
