/* Formats of molecules: round trips of real molecules and hard cases, the mistakes that other
 * programs make or choke on, and damaged input. */
#include <config.h>
#include <sigen/mol_io.h>

#include <stdlib.h>

#include "tap.h"

static sg_error err;

/* ---- helpers --------------------------------------------------------------------------------- */

typedef struct reading {
    int good, bad;
    sg_mol mol[400]; /* the good ones, as far as there is room */
    sg_error first;  /* of the bad ones */
} reading;

static void reading_clear(reading *r)
{
    for (int i = 0; i < r->good && i < 400; i++)
        sg_mol_clear(&r->mol[i]);
    memset(r, 0, sizeof *r);
}

/* All records of a text. */
static void read_all(const sg_mol_format *f, const char *text, size_t len, reading *r)
{
    sg_mol_cursor c = {.file = "in"};
    sg_mol m = {0};
    int got = 1;
    char *copy = malloc(len + !len); /* exactly as long: the sanitizer sees any byte too far */
    memset(r, 0, sizeof *r);
    if (!copy)
        return;
    memcpy(copy, text, len);
    sg_lines_init(&c.lines, copy, len);
    while (got) {
        sg_error e = {0};
        sg_status s = f->read(&c, &m, &got, &e);
        if (s != SG_OK) {
            got = 1;
            if (r->bad++ == 0)
                r->first = e;
        } else if (got) {
            if (r->good < 400 && sg_mol_copy(&r->mol[r->good], &m, &e) != SG_OK)
                abort();
            r->good++;
        }
        if (r->good + r->bad > 100000)
            break;
    }
    sg_mol_clear(&m);
    free(copy);
}

/* Writes n molecules; NULL when one is refused, with the reason in err. */
static char *write_all(const sg_mol_format *f, const sg_mol *m, int n, size_t *len)
{
    char *text = NULL;
    sg_out *o = sg_out_memory(&err);
    sg_status s = o ? SG_OK : SG_ENOMEM;
    if (o && f->head)
        sg_out_puts(o, f->head);
    for (int i = 0; i < n && s == SG_OK; i++)
        s = f->write(o, &m[i], &err);
    if (o && f->tail)
        sg_out_puts(o, f->tail);
    if (s != SG_OK) {
        sg_out_discard(o);
        return NULL;
    }
    return sg_out_take(o, &text, len, &err) == SG_OK ? text : NULL;
}

/* What a format keeps. */
enum { BONDS = 1, CHARGES = 2, TAGS = 4, COMMENT = 8 };

static int same(const sg_mol *a, const sg_mol *b, int keeps, double tolerance)
{
    if (a->n_atoms != b->n_atoms || strcmp(a->title, b->title) != 0)
        return 0;
    for (int i = 0; i < a->n_atoms; i++) {
        const sg_mol_atom *x = &a->atom[i], *y = &b->atom[i];
        if (x->element != y->element)
            return 0;
        if ((keeps & CHARGES) && (x->charge != y->charge || x->radical != y->radical))
            return 0;
        for (int c = 0; c < 3; c++)
            if (fabs(x->xyz[c] - y->xyz[c]) > tolerance)
                return 0;
    }
    if (keeps & BONDS) {
        if (a->n_bonds != b->n_bonds)
            return 0;
        for (int k = 0; k < a->n_bonds; k++)
            if (a->bond[k].a != b->bond[k].a || a->bond[k].b != b->bond[k].b ||
                a->bond[k].order != b->bond[k].order)
                return 0;
    }
    if (keeps & TAGS) {
        if (a->n_tags != b->n_tags)
            return 0;
        for (int k = 0; k < a->n_tags; k++)
            if (strcmp(a->tag[k].name, b->tag[k].name) != 0 ||
                strcmp(a->tag[k].value, b->tag[k].value) != 0)
                return 0;
    }
    return !(keeps & COMMENT) || strcmp(a->comment, b->comment) == 0;
}

/* Writes, reads, compares, writes again: the second text is the first. */
static void round_trip(const char *what, const char *format, const sg_mol *m, int n, int keeps,
                       double tolerance)
{
    const sg_mol_format *f = sg_mol_format_find(format);
    reading r = {0};
    size_t len = 0, len2 = 0;
    char *text = f ? write_all(f, m, n, &len) : NULL, *again = NULL;
    int equal = 0;
    if (text) {
        read_all(f, text, len, &r);
        while (equal < r.good && equal < n && same(&m[equal], &r.mol[equal], keeps, tolerance))
            equal++;
        again = r.good ? write_all(f, r.mol, r.good, &len2) : NULL;
    }
    tap_ok(text && r.good == n && r.bad == 0 && equal == n, "%s as %s: %d read back equal", what,
           format, n);
    if (!text || r.bad || equal < n)
        printf("# good %d, bad %d, equal %d: %s %s\n", r.good, r.bad, equal, err.text,
               r.first.text);
    tap_ok(again && len == len2 && memcmp(text, again, len) == 0, "%s as %s: the same bytes twice",
           what, format);
    free(text);
    free(again);
    reading_clear(&r);
}

/* ---- real molecules and hard cases -------------------------------------------------------------
 */

static const struct {
    const char *format;
    int keeps;
    double tolerance; /* half of the last digit written */
} formats[] = {
    {"sdf", BONDS | CHARGES | TAGS | COMMENT, 0.5001e-4},
    {"sdf3000", BONDS | CHARGES | TAGS | COMMENT, 0.5001e-4},
    {"xyz", 0, 0.5001e-6},
    {"cml", BONDS | CHARGES | TAGS | COMMENT, 0.5001e-6},
};

static void all_formats(const char *what, const sg_mol *m, int n)
{
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
        round_trip(what, formats[i].format, m, n, formats[i].keeps, formats[i].tolerance);
}

static void test_real(void)
{
    const char *dir = getenv("srcdir");
    char path[4096];
    snprintf(path, sizeof path, "%s/tests/data/qm9-300.sdf.gz", dir ? dir : ".");
    static sg_mol m[300];
    int n = 0, got = 1, charged = 0, tags = 1, bonds = 0;
    sg_mol_reader *r = sg_mol_reader_open(path, NULL, &err);
    while (r && got && n < 300)
        if (sg_mol_reader_next(r, &m[n], &got, &err) != SG_OK)
            got = 0;
        else
            n += got;
    sg_mol_reader_close(r);
    for (int i = 0; i < n; i++) {
        int any = 0;
        for (int a = 0; a < m[i].n_atoms; a++)
            any |= m[i].atom[a].charge != 0;
        charged += any;
        bonds += m[i].n_bonds;
        tags &= m[i].n_tags == 8 && sg_mol_tag_value(&m[i], "smiles") != NULL;
    }
    tap_ok(n == 300 && charged == 15 && tags, "300 molecules of QM9 are read, 15 with charges");
    if (n != 300 || charged != 15)
        printf("# read %d, %d charged: %s\n", n, charged, err.text);
    /* zcat | awk '/V2000/ { n += substr($0, 4, 3) } END { print n }' */
    tap_ok(bonds == 5590, "with their bonds");
    all_formats("300 of QM9", m, n);
    for (int i = 0; i < n; i++)
        sg_mol_clear(&m[i]);
}

typedef struct atom {
    int z, charge, radical;
    double x, y, zz;
} atom;

static void build(sg_mol *m, const char *title, const atom *a, int n, const int (*bond)[3], int k)
{
    memset(m, 0, sizeof *m);
    snprintf(m->title, sizeof m->title, "%s", title);
    snprintf(m->comment, sizeof m->comment, "model=none seed=1");
    m->has_xyz = m->has_bonds = 1;
    for (int i = 0; i < n; i++) {
        const double xyz[3] = {a[i].x, a[i].y, a[i].zz};
        if (sg_mol_add_atom(m, a[i].z, a[i].charge, xyz, &err) != SG_OK)
            abort();
        m->atom[i].radical = (unsigned char)a[i].radical;
    }
    for (int i = 0; i < k; i++)
        if (sg_mol_add_bond(m, bond[i][0] - 1, bond[i][1] - 1, bond[i][2], &err) != SG_OK)
            abort();
}

/* clang-format off */
static const atom nitromethane_a[] = {
    {6, 0, 0, -1.321, 0.004, -0.013}, {7, 1, 0, 0.171, -0.002, 0.008}, {8, 0, 0, 0.733, 1.081, -0.031},
    {8, -1, 0, 0.727, -1.087, 0.044}, {1, 0, 0, -1.653, -0.512, -0.911}, {1, 0, 0, -1.671, -0.501, 0.893},
    {1, 0, 0, -1.667, 1.033, -0.017}};
static const int nitromethane_b[][3] = {{1, 2, 1}, {2, 3, 2}, {2, 4, 1}, {1, 5, 1}, {1, 6, 1}, {1, 7, 1}};
static const atom azide_a[] = { /* CH3-N=N(+)=N(-) */
    {6, 0, 0, -1.572, -0.331, 0.012}, {7, 0, 0, -0.254, 0.331, -0.021}, {7, 1, 0, 0.771, -0.312, 0.003},
    {7, -1, 0, 1.782, -0.781, 0.018}, {1, 0, 0, -2.311, 0.461, 0.201}, {1, 0, 0, -1.621, -1.083, 0.803},
    {1, 0, 0, -1.783, -0.793, -0.953}};
static const int azide_b[][3] = {{1, 2, 1}, {2, 3, 2}, {3, 4, 2}, {1, 5, 1}, {1, 6, 1}, {1, 7, 1}};
static const atom methyl_a[] = {
    {6, 0, 1, 0.001, 0.002, 0.003}, {1, 0, 0, 1.079, 0.001, 0.002}, {1, 0, 0, -0.541, 0.934, 0.001},
    {1, 0, 0, -0.538, -0.936, 0.004}};
static const int methyl_b[][3] = {{1, 2, 1}, {1, 3, 1}, {1, 4, 1}};
static const atom oxygen_a[] = {{8, 0, 2, 0, 0, 0.604}};
static const atom ions_a[] = { /* charges outside the atom block's codes; a salt of three pieces */
    {22, 4, 0, 0.11, 0.22, 0.33}, {17, -1, 0, 2.385, 0.01, -0.02}, {8, -2, 0, -9998.9999, 9998.9999, 0.07}};
/* clang-format on */

#define COUNT(a) ((int)(sizeof(a) / sizeof *(a)))

static void test_hard(void)
{
    sg_mol m[5];
    build(&m[0], "nitromethane", nitromethane_a, COUNT(nitromethane_a), nitromethane_b,
          COUNT(nitromethane_b));
    build(&m[1], "methyl azide", azide_a, COUNT(azide_a), azide_b, COUNT(azide_b));
    build(&m[2], "methyl radical", methyl_a, COUNT(methyl_a), methyl_b, COUNT(methyl_b));
    build(&m[3], "triplet oxygen atom", oxygen_a, COUNT(oxygen_a), NULL, 0);
    build(&m[4], "ions", ions_a, COUNT(ions_a), NULL, 0);
    all_formats("charges and radicals", m, 5);
    size_t len;
    char *text = write_all(&sg_mol_sdf, m, 1, &len);
    /* clang-format off */
    static const char want[] =
        "nitromethane\n     sigen          3D\nmodel=none seed=1\n"
        "  7  6  0  0  0  0  0  0  0  0999 V2000\n"
        "   -1.3210    0.0040   -0.0130 C   0  0  0  0  0  0  0  0  0  0  0  0\n"
        "    0.1710   -0.0020    0.0080 N   0  3  0  0  0  0  0  0  0  0  0  0\n"
        "    0.7330    1.0810   -0.0310 O   0  0  0  0  0  0  0  0  0  0  0  0\n"
        "    0.7270   -1.0870    0.0440 O   0  5  0  0  0  0  0  0  0  0  0  0\n"
        "   -1.6530   -0.5120   -0.9110 H   0  0  0  0  0  0  0  0  0  0  0  0\n"
        "   -1.6710   -0.5010    0.8930 H   0  0  0  0  0  0  0  0  0  0  0  0\n"
        "   -1.6670    1.0330   -0.0170 H   0  0  0  0  0  0  0  0  0  0  0  0\n"
        "  1  2  1  0  0  0  0\n  2  3  2  0  0  0  0\n  2  4  1  0  0  0  0\n"
        "  1  5  1  0  0  0  0\n  1  6  1  0  0  0  0\n  1  7  1  0  0  0  0\n"
        "M  CHG  2   2   1   4  -1\nM  END\n$$$$\n";
    /* clang-format on */
    tap_ok(text && strcmp(text, want) == 0, "layout of an SDF record, column by column");
    free(text);
    for (int i = 0; i < 5; i++)
        sg_mol_clear(&m[i]);
}

/* Chains: 999 atoms stay V2000, 1000 become V3000. */
static void test_large(void)
{
    static const int sizes[] = {999, 1000, 20000};
    for (int k = 0; k < 3; k++) {
        sg_mol m = {0};
        m.has_xyz = m.has_bonds = 1;
        snprintf(m.title, sizeof m.title, "chain of %d", sizes[k]);
        for (int i = 0; i < sizes[k]; i++) {
            const double xyz[3] = {1.25 * (i % 100), 1.25 * (i / 100), (i & 1) * 0.7};
            if (sg_mol_add_atom(&m, 6, 0, xyz, &err) != SG_OK ||
                (i && sg_mol_add_bond(&m, i - 1, i, 1, &err) != SG_OK))
                abort();
        }
        all_formats(m.title, &m, 1);
        size_t len;
        char *text = write_all(&sg_mol_sdf, &m, 1, &len);
        tap_ok(text && (strstr(text, "V3000") != NULL) == (sizes[k] > 999) &&
                   (strstr(text, "V2000") != NULL) == (sizes[k] <= 999),
               "%s: %s", m.title, sizes[k] > 999 ? "V3000" : "V2000");
        free(text);
        sg_mol_clear(&m);
    }
}

/* ---- mistakes in SDF: each record is followed by good methanol ------------------------------- */

/* clang-format off */
#define HEAD  "bad\n     x              3D\n\n"
#define C(n, b) HEAD n b "  0  0  0  0  0  0  0  0999 V2000\n"
#define A(x, y, z, e) x y z " " e "  0  0  0  0  0  0  0  0  0  0  0  0\n"
#define C1    A("    0.0000", "    0.0000", "    0.0000", "C ")
#define O1    A("    1.4000", "    0.1000", "    0.0000", "O ")
#define END   "M  END\n$$$$\n"
static const char methanol[] =
    "methanol\n     x              3D\n\n  6  5  0  0  0  0  0  0  0  0999 V2000\n"
    "   -0.6900    0.0200    0.0100 C   0  0  0  0  0  0  0  0  0  0  0  0\n"
    "    0.7300   -0.0600   -0.0100 O   0  0  0  0  0  0  0  0  0  0  0  0\n"
    "   -1.0300    0.6100   -0.8400 H   0  0  0  0  0  0  0  0  0  0  0  0\n"
    "   -1.0200    0.4900    0.9400 H   0  0  0  0  0  0  0  0  0  0  0  0\n"
    "   -1.1100   -0.9800   -0.0500 H   0  0  0  0  0  0  0  0  0  0  0  0\n"
    "    1.0600    0.8400    0.0300 H   0  0  0  0  0  0  0  0  0  0  0  0\n"
    "  1  2  1  0  0  0  0\n  1  3  1  0  0  0  0\n  1  4  1  0  0  0  0\n"
    "  1  5  1  0  0  0  0\n  2  6  1  0  0  0  0\nM  END\n";

static const struct {
    const char *name, *record;
    const char *message; /* part of it and its place; NULL: the record is read */
    const char *tag, *value;
} mistakes[] = {
    {"bond line with 4 of 7 fields", C("  2", "  1") C1 O1 "  1  2  2  0\n" END, NULL, NULL, NULL},
    {"bond line with 3 fields", C("  2", "  1") C1 O1 "  1  2  2\n" END, NULL, NULL, NULL},
    {"only 2 header lines", "bad\n     x              3D\n  1  0  0  0  0  0  0  0  0  0999 V2000\n" C1 END,
     "in:4:4: number of bonds", NULL, NULL},
    {"no M  END", C("  1", "  0") C1 "$$$$\n", "in:6:1: record ends before M  END", NULL, NULL},
    {"bond block missing", C("  2", "  1") C1 O1 END, "in:7:1: atom of a bond", NULL, NULL},
    {"NaN coordinate", C("  1", "  0") A("       nan", "    0.0000", "    0.0000", "C ") END,
     "in:5:1: coordinate: \"nan\"", NULL, NULL},
    {"infinite coordinate", C("  1", "  0") A("    0.0000", "      -inf", "    0.0000", "C ") END,
     "in:5:11: coordinate: \"-inf\"", NULL, NULL},
    {"coordinate missing", C("  1", "  0") A("    0.0000", "          ", "    0.0000", "C ") END,
     "in:5:11: coordinate is missing", NULL, NULL},
    {"x of 11 characters", C("  1", "  0") A("-10000.0000", "    0.0000", "    0.0000", "C ") END,
     "in:5:11: coordinate", NULL, NULL},
    {"z of 11 characters", C("  1", "  0") A("    0.0000", "    0.0000", "-10000.0000", "C ") END,
     "in:5:31: expected a blank", NULL, NULL},
    {"free-format atoms", C("  1", "  0") "0.0 0.0 0.0 C 0 0 0 0 0 0 0 0 0 0 0 0\n" END,
     "in:5:1: coordinate", NULL, NULL},
    {"fewer bonds than counted", C("  2", "  2") C1 O1 "  1  2  1  0  0  0  0\n" END, "in:8:1: atom of a bond", NULL, NULL},
    {"fewer atoms than counted", C("  3", "  1") C1 O1 "  1  2  1  0  0  0  0\n" END, "in:7:1: coordinate", NULL, NULL},
    {"more atoms than counted", C("  1", "  1") C1 O1 "  1  1  1  0  0  0  0\n" END, "in:6:4: atom of a bond", NULL, NULL},
    {"bond to itself", C("  2", "  1") C1 O1 "  2  2  1  0  0  0  0\n" END, "in:7:1: bond 2-2", NULL, NULL},
    {"bond to atom 9 of 2", C("  2", "  1") C1 O1 "  2  9  1  0  0  0  0\n" END, "in:7:1: bond 2-9", NULL, NULL},
    {"bond to atom 0", C("  2", "  1") C1 O1 "  0  2  1  0  0  0  0\n" END, "in:7:1: atom of a bond", NULL, NULL},
    {"bond of order 8", C("  2", "  1") C1 O1 "  1  2  8  0  0  0  0\n" END, "in:7:7: bond order", NULL, NULL},
    {"element CL", C("  1", "  0") A("    0.0000", "    0.0000", "    0.0000", "CL") END,
     "in:5:32: \"CL\" is no element", NULL, NULL},
    {"element X", C("  1", "  0") A("    0.0000", "    0.0000", "    0.0000", "X ") END,
     "in:5:32: \"X\" is no element", NULL, NULL},
    {"no element", C("  1", "  0") "    0.0000    0.0000    0.0000\n" END, "in:5:32: \"\" is no element", NULL, NULL},
    {"1000 atoms in V2000", HEAD "1000999  0  0  0  0  0  0  0  0999 V2000\n" C1 END, "in:4:35: version", NULL, NULL},
    {"version V1000", HEAD "  1  0  0  0  0  0  0  0  0  0999 V1000\n" C1 END, "in:4:35: version", NULL, NULL},
    {"negative count", HEAD " -1  0  0  0  0  0  0  0  0  0999 V2000\n" C1 END, "in:4:1: number of atoms", NULL, NULL},
    {"empty record", "$$$$\n", "in:1:1: record is empty", NULL, NULL},
    {"ends in the header", "bad\n$$$$\n", "in:2:1: record ends in the header", NULL, NULL},
    {"CHG with 9 entries", C("  1", "  0") C1 "M  CHG  9   1   1\n" END, "in:6:7: number of entries", NULL, NULL},
    {"CHG of atom 7 of 1", C("  1", "  0") C1 "M  CHG  1   7   1\n" END, "in:6:10: atom", NULL, NULL},
    {"CHG of 99", C("  1", "  0") C1 "M  CHG  1   1  99\n" END, "in:6:14: charge", NULL, NULL},
    {"CHG cut short", C("  1", "  0") C1 "M  CHG  2   1   1\n" END, "in:6:18: entry is missing", NULL, NULL},
    {"data item without a name", C("  1", "  0") C1 "M  END\n>  DT12\n1\n\n$$$$\n", "in:7:1: data header", NULL, NULL},
    {"tag with > in its name", C("  1", "  0") C1 "M  END\n>  <a>b>\n7\n\n$$$$\n", NULL, "a", "7"},
    {"blank line in a value", C("  1", "  0") C1 "M  END\n>  <a>\n1\n\n2\n\n>  <b>\n3\n\n$$$$\n", NULL, "b", "3"},
    {"no blank line between items", C("  1", "  0") C1 "M  END\n>  <a>\n1\n>  <b>\n2\n\n$$$$\n", NULL, "a", "1\n>  <b>\n2"},
    {"no blank line behind the last item", C("  1", "  0") C1 "M  END\n>  <a>\n1\n$$$$\n", NULL, "a", "1"},
    {"empty value", C("  1", "  0") C1 "M  END\n>  <a>\n\n>  <b>\n3\n\n$$$$\n", NULL, "a", ""},
    {"$$$$ inside a line of a value", C("  1", "  0") C1 "M  END\n>  <a>\nx $$$$\n\n$$$$\n", NULL, "a", "x $$$$"},
    {"UTF-8 title", "mol\303\251cule\n     x              3D\n\n  1  0  0\n" C1 END, NULL, NULL, NULL},
    {"V3000 without atoms block", HEAD "  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  V30 COUNTS 1 0 0 0 0\n"
     "M  V30 END CTAB\n" END, "in:7:1: expected M  V30 BEGIN ATOM", NULL, NULL},
    {"V3000 with a huge count", HEAD "  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\n"
     "M  V30 COUNTS 4000000000 0 0 0 0\nM  V30 BEGIN ATOM\n" END, "in:6:15: ", NULL, NULL},
    {"V3000 line continued", HEAD "  0  0  0     0  0            999 V3000\nM  V30 BEGIN CTAB\nM  V30 COUNTS 1 0 0 0 0\nM  V30 BEGIN ATOM\n"
     "M  V30 1 N 0.1 0.2 -\nM  V30 0.3 0 CHG=-\nM  V30 1\nM  V30 END ATOM\nM  V30 END CTAB\n" END, NULL, NULL, NULL},
};
/* clang-format on */

static void test_mistakes(void)
{
    for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
        char text[4096], place[1024] = "";
        reading r;
        int n = snprintf(text, sizeof text, "%s%s", mistakes[i].record, methanol);
        read_all(&sg_mol_sdf, text, (size_t)n, &r);
        int fine = r.good + r.bad == 2 && r.bad == (mistakes[i].message != NULL) &&
                   strcmp(r.mol[r.good - 1].title, "methanol") == 0 &&
                   r.mol[r.good - 1].n_bonds == 5;
        if (r.bad)
            sg_error_format(&r.first, place, sizeof place);
        if (mistakes[i].message)
            fine = fine && strstr(place, mistakes[i].message) == place;
        else if (mistakes[i].tag)
            fine = fine && r.good == 2 && sg_mol_tag_value(&r.mol[0], mistakes[i].tag) &&
                   strcmp(sg_mol_tag_value(&r.mol[0], mistakes[i].tag), mistakes[i].value) == 0;
        tap_ok(fine, "SDF, %s: %s, the next record is read", mistakes[i].name,
               mistakes[i].message ? "refused" : "accepted");
        if (!fine)
            printf("# good %d, bad %d, \"%s\"\n", r.good, r.bad, place);
        reading_clear(&r);
    }
}

/* ---- meanings ----------------------------------------------------------------------------------
 */

static void one(const char *name, const char *record, int good, reading *r)
{
    read_all(&sg_mol_sdf, record, strlen(record), r);
    if (!tap_ok(r->good == good && r->bad == 0, "%s is read", name))
        printf("# %s\n", r->first.text);
}

static void test_meaning(void)
{
    /* clang-format off */
#define N1 "    0.0000    0.0000    0.0000 N   0  3  0  0  0  0  0  0  0  0  0  0\n"
#define C4 "    0.0000    0.0000    0.5000 C   0  4  0  0  0  0  0  0  0  0  0  0\n"
    /* clang-format on */
    reading r;
    one("charge in the atom block", C("  1", "  0") N1 END, 1, &r);
    tap_ok(r.good == 1 && r.mol[0].atom[0].charge == 1, "code 3 is charge +1");
    reading_clear(&r);
    one("charge in M  CHG", C("  2", "  0") N1 O1 "M  CHG  1   2  -1\n" END, 1, &r);
    tap_ok(r.good == 1 && r.mol[0].atom[0].charge == 0 && r.mol[0].atom[1].charge == -1,
           "M  CHG replaces the atom block's charges");
    reading_clear(&r);
    one("radicals", C("  3", "  0") C4 C1 O1 "M  RAD  2   2   2   3   3\n" END, 1, &r);
    tap_ok(r.good == 1 && r.mol[0].atom[0].radical == 0 && r.mol[0].atom[1].radical == 1 &&
               r.mol[0].atom[2].radical == 2,
           "M  RAD replaces the atom block's radical");
    reading_clear(&r);
    one("code 4", C("  1", "  0") C4 END, 1, &r);
    tap_ok(r.good == 1 && r.mol[0].atom[0].radical == 1 && r.mol[0].atom[0].charge == 0,
           "code 4 is a doublet radical");
    reading_clear(&r);
    one("missing $$$$ at the end", C("  1", "  0") C1 "M  END\n", 1, &r);
    reading_clear(&r);
    one("missing final newline", C("  1", "  0") C1 "M  END", 1, &r);
    reading_clear(&r);
    one("blank lines at the end", C("  1", "  0") C1 END "\n \n\r\n", 1, &r);
    reading_clear(&r);
    one("deuterium", C("  1", "  0") A("    0.0000", "    0.0000", "    0.0000", "D ") END, 1, &r);
    tap_ok(r.good == 1 && r.mol[0].atom[0].element == 1, "D is hydrogen");
    reading_clear(&r);
    one("2D", "x\n     x              2D\n\n  1  0  0\n" C4 END, 1, &r);
    tap_ok(r.good == 1 && !r.mol[0].has_xyz, "2D is no geometry");
    reading_clear(&r);
    one("no code, z", "x\n\n\n  1  0  0\n" C4 END, 1, &r);
    tap_ok(r.good == 1 && r.mol[0].has_xyz, "without a code a z makes a geometry");
    reading_clear(&r);
    one("no code, flat", "x\n\n\n  2  0  0\n" C1 O1 END, 1, &r);
    tap_ok(r.good == 1 && !r.mol[0].has_xyz, "and none does not");
    reading_clear(&r);
    const char *two =
        C("  1", "  0") C1 "M  END\nsecond\n\n\n  1  0  0  0  0  0  0  0  0  0999 V2000\n" C1 END;
    read_all(&sg_mol_sdf, two, strlen(two), &r);
    tap_ok(r.good == 0 && r.bad == 1 && strstr(r.first.text, "is missing"),
           "records that run into one another are noticed");
    reading_clear(&r);
}

/* ---- what writers refuse or mend ---------------------------------------------------------------
 */

static void refused(const char *what, const char *format, const sg_mol *m, sg_status code)
{
    size_t len = 0;
    sg_out *o = sg_out_memory(&err);
    char *text = NULL;
    sg_status s = o ? sg_mol_format_find(format)->write(o, m, &err) : SG_ENOMEM;
    sg_status t = o ? sg_out_take(o, &text, &len, NULL) : SG_ENOMEM;
    if (!tap_ok(s == code && t == SG_OK && len == 0, "%s: not written as %s, not even in part",
                what, format))
        printf("# status %d (%s), %zu bytes\n", s, err.text, len);
    free(text);
}

static void test_refusals(void)
{
    static const char *const all[] = {"sdf", "sdf3000", "xyz", "cml", "smi"};
    sg_mol m = {0};
    for (int k = 0; k < 5; k++) {
        refused("no atoms", all[k], &m, SG_EINVAL);
        build(&m, "m", nitromethane_a, COUNT(nitromethane_a), nitromethane_b,
              COUNT(nitromethane_b));
        m.atom[3].xyz[2] = NAN;
        refused("NaN", all[k], &m, SG_ENAN);
        m.atom[3].xyz[2] = -INFINITY;
        refused("infinity", all[k], &m, SG_ENAN);
        m.atom[3].xyz[2] = -10000;
        refused("coordinate -10000", all[k], &m, SG_EINVAL);
        m.atom[3].xyz[2] = 0;
        m.bond[0].order = 4;
        refused("aromatic bond", all[k], &m, SG_EINVAL);
        m.bond[0] = m.bond[1];
        refused("bond given twice", all[k], &m, SG_EINVAL);
        m.bond[0].a = m.bond[0].b;
        refused("bond to itself", all[k], &m, SG_EINVAL);
        m.bond[0].b = 7;
        refused("bond to an atom that is not there", all[k], &m, SG_EINVAL);
        sg_mol_clear(&m);
    }
    build(&m, "m", nitromethane_a, COUNT(nitromethane_a), NULL, 0);
    m.has_bonds = 0;
    refused("no bond list", "sdf", &m, SG_EINVAL);
    m.has_bonds = 1;
    static const char *const names[] = {"", "a<b", "a>b", "a\nb", "a\tb"};
    static const char *const values[] = {"\n",     "a\n\nb", "a\n",   "a\n$$$$",
                                         ">  <x>", "a\rb",   "a\033b"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (sg_mol_set_tag(&m, names[i], "1", &err) != SG_OK)
            abort();
        char what[60];
        snprintf(what, sizeof what, "tag name %zu", i);
        refused(what, "sdf", &m, SG_EINVAL);
        free(m.tag[0].name);
        free(m.tag[0].value);
        m.n_tags = 0;
    }
    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        if (sg_mol_set_tag(&m, "a", values[i], &err) != SG_OK)
            abort();
        char what[60];
        snprintf(what, sizeof what, "tag value %zu", i);
        refused(what, "sdf", &m, SG_EINVAL);
    }
    /* titles are mended: the record must stay readable */
    snprintf(m.title, sizeof m.title, "$$$$");
    snprintf(m.comment, sizeof m.comment, "a\nb\303\251");
    if (sg_mol_set_tag(&m, "a", "> 10000 nM\n\tx\303\251", &err) != SG_OK ||
        sg_mol_set_tag(&m, "IC50 (nM)", "", &err) != SG_OK)
        abort();
    size_t len = 0;
    char *text = write_all(&sg_mol_sdf, &m, 1, &len);
    reading r = {0};
    read_all(&sg_mol_sdf, text ? text : "", len, &r);
    tap_ok(r.good == 1 && strcmp(r.mol[0].title, "?$$$") == 0 &&
               strcmp(r.mol[0].comment, "a?b??") == 0 && r.mol[0].n_tags == 2 &&
               strcmp(r.mol[0].tag[0].value, "> 10000 nM\n\tx\303\251") == 0 &&
               strcmp(r.mol[0].tag[1].name, "IC50 (nM)") == 0 && r.mol[0].tag[1].value[0] == '\0',
           "titles are mended, tags of other programs kept");
    reading_clear(&r);
    free(text);
    sg_mol_clear(&m);
}

/* ---- damage ------------------------------------------------------------------------------------
 */

/* A text cut at every byte, each byte overwritten: never a crash, never an endless loop, and the
 * last record is read as long as the damage lies before it. */
static void test_damage(void)
{
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        const sg_mol_format *format = sg_mol_format_find(formats[f].format);
        sg_mol m[2];
        build(&m[0], "azide", azide_a, COUNT(azide_a), azide_b, COUNT(azide_b));
        build(&m[1], "nitro", nitromethane_a, COUNT(nitromethane_a), nitromethane_b,
              COUNT(nitromethane_b));
        if (sg_mol_set_tag(&m[0], "gap", "6.83", &err) != SG_OK)
            abort();
        size_t len = 0, first = 0;
        char *head = write_all(format, m, 1, &first), *text = write_all(format, m, 2, &len);
        int fine = head && text, kept = 0;
        reading r;
        for (size_t cut = 0; fine && cut <= len; cut++) {
            read_all(format, text, cut, &r);
            fine = r.good <= 2 && r.bad <= 1;
            reading_clear(&r);
        }
        tap_ok(fine, "%s cut at every byte", format->name);
        static const char damage[] = {'\0', '\n', '9', ' ', '\377', '-', '$'};
        for (size_t k = 0; text && k < sizeof damage; k++)
            for (size_t at = 0; at < first; at++) {
                char saved = text[at];
                text[at] = damage[k];
                read_all(format, text, len, &r);
                kept += r.good > 0 && strcmp(r.mol[r.good - 1].title, "nitro") == 0;
                text[at] = saved;
                reading_clear(&r);
            }
        double share = kept / (double)(sizeof damage * first);
        /* what is lost: damage to the line that ends the record, or to the number of atoms of XYZ
         */
        if (!tap_ok(share > 0.97, "%s with every byte damaged: the next record is read",
                    format->name))
            printf("# share %.4f\n", share);
        free(head);
        free(text);
        sg_mol_clear(&m[0]);
        sg_mol_clear(&m[1]);
    }
}

static void text_case(const sg_mol_format *f, const char *what, const char *text, size_t len,
                      int good, int bad)
{
    reading r;
    read_all(f, text, len, &r);
    if (!tap_ok(r.good == good && r.bad == bad, "%s: %s", f->name, what))
        printf("# good %d, bad %d: %ld:%ld: %s\n", r.good, r.bad, r.first.line, r.first.column,
               r.first.text);
    reading_clear(&r);
}

static void test_texts(void)
{
    char text[3 * sizeof methanol], *p = text;
    size_t n;
    memcpy(text, "\357\273\277", 3);
    memcpy(text + 3, methanol, sizeof methanol);
    text_case(&sg_mol_sdf, "byte order mark", text, sizeof methanol + 2, 1, 0);
    for (const char *q = methanol; *q; q++) {
        if (*q == '\n')
            *p++ = '\r';
        *p++ = *q;
    }
    text_case(&sg_mol_sdf, "CRLF", text, (size_t)(p - text), 1, 0);
    memcpy(text, methanol, sizeof methanol);
    for (char *q = text; *q; q++)
        if (*q == '\n')
            *q = '\r';
    text_case(&sg_mol_sdf, "CR alone", text, sizeof methanol - 1, 0, 1);
    memcpy(text, methanol, sizeof methanol);
    text[strcspn(text, ".")] = '\0';
    text_case(&sg_mol_sdf, "NUL in a number", text, sizeof methanol - 1, 0, 1);
    text_case(&sg_mol_sdf, "empty file", "", 0, 0, 0);
    text_case(&sg_mol_sdf, "blank file", "\n\n\n", 3, 0, 0);
    n = 10 * 1000 * 1000;
    char *big = malloc(n + 100);
    if (!big)
        abort();
    memset(big, 'x', n);
    text_case(&sg_mol_sdf, "a line of 10 MB", big, n, 0, 1);
    text_case(&sg_mol_xyz, "a line of 10 MB", big, n, 0, 1);
    int k = snprintf(big, 200, C("  1", "  0") C1 "M  END\n>  <a>\n");
    big[k] = 'x'; /* snprintf's end */
    memcpy(big + n - 6, "\n$$$$\n", 6);
    text_case(&sg_mol_sdf, "a value of 10 MB", big, n, 0, 1);
    memset(big, '\n', n);
    memcpy(big, "7\n", 2);
    text_case(&sg_mol_xyz, "10 million blank lines", big, n, 0, 1);
    free(big);

    static const struct {
        const char *what, *text;
        int good, bad;
    } xyz[] = {
        {"two records", "1\na\nH 0 0 0\n2\nb\nC 0 0 0\nO 0 0 1.2e0\n", 2, 0},
        {"no final newline", "1\na\nH 0 0 0", 1, 0},
        {"blank lines between records", "1\na\nH 0 0 0\n\n  \n1\na\nH 0 0 0\n\n", 2, 0},
        {"tabs, CRLF, more columns", " 1\r\na\r\nCl\t0\t0\t0\t-0.3\r\n", 1, 0},
        {"atomic numbers", "2\na\n6 0 0 0\n8 0 0 1.2\n", 1, 0},
        {"bad element, next is read", "2\na\nXx 0 0 0\nH 0 0 0\n1\nb\nH 0 0 0\n", 1, 1},
        {"bad coordinate, next is read", "2\na\nH 0 0 nan\nH 0 0 0\n1\nb\nH 0 0 0\n", 1, 1},
        {"coordinate missing", "1\na\nH 0 0\n1\nb\nH 0 0 0\n", 1, 1},
        {"bad count, next is read", "x\na\nH 0 0 0\n1\nb\nH 0 0 0\n", 1, 1},
        {"too many lines, next is read", "1\na\nH 0 0 0\nH 0 0 1\n1\nb\nH 0 0 0\n", 2, 1},
        {"count of 0", "0\na\n", 0, 1},
        {"huge count", "99999999999999999999\na\nH 0 0 0\n", 0, 1},
        {"count above the limit", "100001\na\nH 0 0 0\n", 0, 1},
        {"count above the lines", "5\na\nH 0 0 0\n", 0, 1},
        {"negative count", "-1\na\nH 0 0 0\n", 0, 1},
        {"element 119", "1\na\n119 0 0 0\n", 0, 1},
        {"only a count", "1", 0, 1},
    };
    for (size_t i = 0; i < sizeof xyz / sizeof *xyz; i++)
        text_case(&sg_mol_xyz, xyz[i].what, xyz[i].text, strlen(xyz[i].text), xyz[i].good,
                  xyz[i].bad);
}

/* A good molecule follows each, but where the rest cannot be trusted. */
static void test_cml(void)
{
    /* clang-format off */
#define M(inside) "<cml xmlns=\"http://www.xml-cml.org/schema\"><molecule>" inside "</molecule>" CML_GOOD "</cml>"
#define CML_GOOD  "<molecule title=\"g\"><atomArray><atom id=\"x\" elementType=\"H\" x3=\"0\" y3=\"0\" z3=\"0\"/></atomArray></molecule>"
#define ATOM(a)   "<atomArray><atom id=\"a1\" " a "/><atom id=\"a2\" elementType=\"O\"/></atomArray>"
#define BOND(b)   ATOM("elementType=\"C\"") "<bondArray><bond " b "/></bondArray>"
    static const struct {
        const char *what, *text;
        int good, bad;
    } cases[] = {
        {"bonds by letters", M(BOND("atomRefs2=\"a2  a1\" order=\"D\"")), 2, 0},
        {"prefix", "<c:cml xmlns:c=\"x\"><c:molecule><c:atom elementType=\"H\" id=\"a\"/></c:molecule></c:cml>", 1, 0},
        {"comments and CDATA with tags", "<cml><!-- <molecule> --><molecule><![CDATA[</molecule>]]><atom elementType='H' id='>'/></molecule></cml>", 1, 0},
        {"no element type", M(ATOM("")), 1, 1},
        {"element CL", M(ATOM("elementType=\"CL\"")), 1, 1},
        {"element with entity", M(ATOM("elementType=\"&e;\"")), 1, 1},
        {"coordinate nan", M(ATOM("elementType=\"C\" x3=\"nan\" y3=\"0\" z3=\"0\"")), 1, 1},
        {"coordinate 1,5", M(ATOM("elementType=\"C\" x3=\"1,5\" y3=\"0\" z3=\"0\"")), 1, 1},
        {"two of three coordinates", M(ATOM("elementType=\"C\" x3=\"1\" y3=\"0\"")), 1, 1},
        {"some atoms with coordinates", M(ATOM("elementType=\"C\" x3=\"1\" y3=\"0\" z3=\"0\"")), 1, 1},
        {"charge 9", M(ATOM("elementType=\"C\" formalCharge=\"9\"")), 1, 1},
        {"same id", M("<atom id=\"a\" elementType=\"C\"/><atom id=\"a\" elementType=\"C\"/>"), 1, 1},
        {"order 4", M(BOND("atomRefs2=\"a1 a2\" order=\"4\"")), 1, 1},
        {"bond to itself", M(BOND("atomRefs2=\"a1 a1\" order=\"1\"")), 1, 1},
        {"bond to nobody", M(BOND("atomRefs2=\"a1 a9\" order=\"1\"")), 1, 1},
        {"bond with one end", M(BOND("atomRefs2=\"a1\" order=\"1\"")), 1, 1},
        {"molecule in a molecule", M(CML_GOOD), 2, 1},
        {"not well-formed", M("<atomArray>"), 1, 1},
        {"attribute arrays", M("<atomArray atomID=\"a1 a2\" elementType=\"C O\"/>"), 1, 1},
        {"molecule not closed", "<cml><molecule><atomArray>", 0, 1},
        {"tag not closed", "<cml><molecule", 0, 1},
        {"DOCTYPE", "<!DOCTYPE cml [<!ENTITY a \"b\">]>" M(""), 0, 1},
        {"DOCTYPE inside", "<cml>" CML_GOOD "<!DOCTYPE x SYSTEM \"http://x/\">" CML_GOOD "</cml>", 1, 1},
        {"external entity", M("&xxe;"), 1, 1},
        {"not XML", "hello", 0, 0},
        {"empty", "", 0, 0},
    };
    /* clang-format on */
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        text_case(&sg_mol_cml, cases[i].what, cases[i].text, strlen(cases[i].text), cases[i].good,
                  cases[i].bad);
    enum { DEEP = 100000 };
    char *deep = malloc(4 * DEEP + 100);
    if (!deep)
        abort();
    size_t n = (size_t)sprintf(deep, "<molecule>");
    for (int i = 0; i < DEEP; i++, n += 3)
        memcpy(deep + n, "<a>", 3);
    n += (size_t)sprintf(deep + n, "</molecule>" CML_GOOD);
    text_case(&sg_mol_cml, "nested 100000 deep", deep, n, 1, 1);
    free(deep);
    sg_mol m = {0};
    build(&m, "a<b>&\"c\"", oxygen_a, 1, NULL, 0);
    if (sg_mol_set_tag(&m, "x<y & \"z\"", "1 < 2 & \"3\"\n]]> \303\251", &err) != SG_OK)
        abort();
    round_trip("characters of XML", "cml", &m, 1, TAGS | COMMENT, 1e-6);
    if (sg_mol_set_tag(&m, "x", "\033", &err) != SG_OK)
        abort();
    refused("escape character", "cml", &m, SG_EINVAL);
    if (sg_mol_set_tag(&m, "x", "\377", &err) != SG_OK)
        abort();
    refused("no UTF-8", "cml", &m, SG_EINVAL);
    sg_mol_clear(&m);
}

/* In the layout of the QM9 paper's files; the second record is made up but for its numbers' forms.
 */
static void test_qm9(void)
{
    /* clang-format off */
#define QM9(atoms, smiles) "5\ngdb 1\t157.7118\t157.70997\t157.70699\t0.\t13.21\t-0.3877\t0.1171\t0.5048\t35.3641\t0.044749\t" \
    "-40.47893\t-40.476062\t-40.475117\t-40.498597\t6.469\t\n" atoms \
    "1341.307\t1341.3284\t1341.365\n" smiles "InChI=1S/CH4/h1H4\tInChI=1S/CH4/h1H4\n"
#define CH3F "C 0 0 0\nF 0 0 1.39\nH 1.03 0 -0.36\nH -0.51 0.89 -0.36\nH -0.51 -0.89 -0.36\n"
#define CH4 "C\t-0.0126981359\t 1.0858041578\t 0.0080009958\t-0.535689\n" \
    "H\t 0.002150416\t-6.0313176*^-3\t 0.0019761204\t 0.133921\nH\t 1.0117308433\t 1.4637511618\t 2.765748*^-4\t 0.133922\n" \
    "H\t-0.540815069\t 1.4475266138\t-0.8766437152\t 0.133923\nH\t-0.5238136345\t 1.4379326443\t 0.9063972942\t 0.133923\n"
    /* clang-format on */
    static const char good[] = QM9(CH4, "C\tC\t\n");
    reading r;
    read_all(&sg_mol_qm9xyz, good, sizeof good - 1, &r);
    static const char *const want[][2] = {
        {"mu", "0.0000"},   {"alpha", "13.21"}, {"homo", "-10.5499"}, {"lumo", "3.1865"},
        {"gap", "13.7363"}, {"cv", "6.469"},    {"u0", "-40.478930"}, {"smiles", "C"}};
    int tags = r.good == 1 && r.mol[0].n_tags == 8;
    for (int k = 0; k < 8 && tags; k++) /* eV: bc, hartree * 27.211386245988 */
        tags = strcmp(r.mol[0].tag[k].name, want[k][0]) == 0 &&
               strcmp(r.mol[0].tag[k].value, want[k][1]) == 0;
    tap_ok(tags && r.bad == 0 && strcmp(r.mol[0].title, "gdb_1") == 0 && r.mol[0].n_bonds == 4 &&
               fabs(r.mol[0].atom[1].xyz[1] + 0.0060313176) < 1e-12 && r.mol[0].has_xyz,
           "QM9's file: bonds, energies in eV, powers of ten");
    reading_clear(&r);
    static const struct {
        const char *what, *text;
        int good, bad;
    } cases[] = {
        {"the first SMILES when the second does not fit", QM9(CH4, "C\tN\t\n"), 1, 0},
        {"one SMILES", QM9(CH4, "C\n"), 1, 0},
        {"no SMILES fits", QM9(CH4, "CC\tN\n") QM9(CH4, "C\tC\n"), 1, 1},
        {"other number of hydrogens", QM9(CH4, "[CH3]\t[CH3]\n") QM9(CH4, "C\tC\n"), 1, 1},
        {"no SMILES at all", QM9(CH4, "\n") QM9(CH4, "C\tC\n"), 1, 1},
        {"hydrogens where they are", QM9(CH3F, "CF\n"), 1, 0},
        {"hydrogens elsewhere", QM9(CH3F, "[CH2-][FH+]\n"), 0, 1},
        {"broken SMILES", QM9(CH4, "C(\t[\n") QM9(CH4, "C\tC\n"), 1, 1},
        {"atom missing", QM9("C 0 0 0 0\n", "C\tC\n") QM9(CH4, "C\tC\n"), 1, 1},
        {"no properties", "1\nx\nH 0 0 0\n" QM9(CH4, "C\tC\n"), 1, 1},
        {"count missing", "x\n" QM9(CH4, "C\tC\n"), 1, 1},
        {"cut", "5\ngdb 1", 0, 1},
        {"empty", "\n", 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        text_case(&sg_mol_qm9xyz, cases[i].what, cases[i].text, strlen(cases[i].text),
                  cases[i].good, cases[i].bad);
    /* each real molecule as QM9 would have it: bonds must come back from SMILES and geometry */
    const char *dir = getenv("srcdir");
    char path[4096], line[200];
    snprintf(path, sizeof path, "%s/tests/data/qm9-300.sdf.gz", dir ? dir : ".");
    sg_mol_reader *in = sg_mol_reader_open(path, NULL, &err);
    sg_mol m = {0};
    int n = 0, equal = 0, got = 1;
    while (in && sg_mol_reader_next(in, &m, &got, &err) == SG_OK && got) {
        size_t len;
        sg_out *o = sg_out_memory(&err);
        char *smiles = write_all(&sg_mol_smi, &m, 1, &len), *text = NULL;
        if (!o || !smiles)
            abort();
        sg_out_printf(o, "%d\ngdb 7 1 2 3 4 5 6 7 8 9 1 2 3 4 5 6\n", m.n_atoms);
        for (int i = 0; i < m.n_atoms; i++) {
            const sg_mol_atom *a = &m.atom[i];
            snprintf(line, sizeof line, "%s\t%.9f\t%.6f*^1\t%.9f\t0\n",
                     sg_element_symbol(a->element), a->xyz[0], a->xyz[1] / 10, a->xyz[2]);
            sg_out_puts(o, line);
        }
        smiles[strcspn(smiles, "\t")] = '\0';
        sg_out_printf(o, "1 2 3\nC\t%s\nInChI=\n", smiles);
        if (sg_out_take(o, &text, &len, &err) != SG_OK)
            abort();
        read_all(&sg_mol_qm9xyz, text, len, &r);
        char *again = r.good == 1 ? write_all(&sg_mol_smi, r.mol, 1, &len) : NULL;
        if (again)
            again[strcspn(again, "\t")] = '\0';
        equal += again && strcmp(again, smiles) == 0 && r.mol[0].n_bonds == m.n_bonds;
        n++;
        free(text);
        free(again);
        free(smiles);
        reading_clear(&r);
    }
    sg_mol_reader_close(in);
    sg_mol_clear(&m);
    /* where SMILES and file differ in the order of heavy atoms the bonds cannot be laid */
    if (!tap_ok(n == 300 && equal == n, "bonds of 300 molecules laid on their geometries"))
        printf("# %d of %d\n", equal, n);
}

static void test_names(void)
{
    static const struct {
        const char *path, *format;
    } names[] = {{"a.sdf", "sdf"},    {"a.sd", "sdf"},  {"dir.x/a.mol", "sdf"},
                 {"a.sdf.gz", "sdf"}, {"a.xyz", "xyz"}, {"a.xyz.gz", "xyz"},
                 {"a.SDF", NULL},     {"sdf", NULL},    {"a.sdf/b", NULL},
                 {".gz", NULL},       {"a.pdb", NULL},  {"a.smi", "smi"},
                 {"a.cml.gz", "cml"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const sg_mol_format *f = sg_mol_format_of_file(names[i].path);
        tap_ok(names[i].format ? f && strcmp(f->name, names[i].format) == 0 : !f,
               "format of \"%s\" is %s", names[i].path, names[i].format ? names[i].format : "none");
    }
}

/* ---- main ------------------------------------------------------------------------------------ */

int main(void)
{
    test_real();
    test_hard();
    test_large();
    test_mistakes();
    test_meaning();
    test_refusals();
    test_damage();
    test_texts();
    test_cml();
    test_qm9();
    test_names();
    return tap_done();
}
