/* Readers and writers of protein files: what a PDB file can hold, what is wrong and where. */
#include <sigen/protein_io.h>

#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define DATA "/tests/data/protein/"

static char path[2][600];

static const char *data(int k, const char *name)
{
    const char *dir = getenv("srcdir");
    snprintf(path[k], sizeof path[k], "%s" DATA "%s", dir ? dir : ".", name);
    return path[k];
}

/* The first model of a text; the status of reading it. */
static sg_status read_text(const sg_protein_format *f, const char *text, sg_protein *p,
                           sg_error *err)
{
    sg_protein_cursor c;
    int got = 0;
    *err = (sg_error){0};
    sg_protein_cursor_init(&c, "t", text, strlen(text));
    sg_status s = f->read(&c, p, &got, err);
    sg_protein_cursor_clear(&c);
    return s == SG_OK && !got ? SG_EDOM : s;
}

static const char n[] =
    "ATOM      1  N   ALA A   1      11.104   6.134  -6.504  1.00 10.50           N\n";
static const char ca[] =
    "ATOM      2  CA  ALA A   1      11.639   6.071  -5.147  1.00 10.25           C\n";

static void bad_pdb(void)
{
    static const struct {
        const char *name, *text, *want;
        long line, column;
        sg_status status;
    } t[] = {
        {"nothing", "", "no residues", 0, 0, SG_EPARSE},
        {"no atoms", "HEADER    X\nEND\n", "no residues", 0, 0, SG_EPARSE},
        {"a short line", "ATOM      2  CA  ALA A   1      11.639   6.071\n", "ends before", 1, 47,
         SG_EPARSE},
        {"shifted columns",
         "ATOM      2  CA  ALA A   1       11.639   6.071  -5.147  1.00 10.25           C\n",
         "shifted", 1, 35, SG_EPARSE},
        {"letters for a number",
         "ATOM      2  CA  ALA A   1      11.639   6.O71  -5.147  1.00 10.25           C\n",
         "not a number", 1, 39, SG_EPARSE},
        {"no residue number",
         "ATOM      2  CA  ALA A          11.639   6.071  -5.147  1.00 10.25           C\n",
         "no residue number", 1, 23, SG_EPARSE},
        {"nan", "ATOM      2  CA  ALA A   1     nan.nan   6.071  -5.147  1.00 10.25           C\n",
         "not a number", 1, 31, SG_EPARSE},
        {"a control character",
         "ATOM      2  CA  AL\001 A   1      11.639   6.071  -5.147  1.00 10.25           C\n",
         "control", 1, 20, SG_EPARSE},
        {"MODEL twice", "MODEL        1\nMODEL        2\n", "before the ENDMDL", 2, 0, SG_EPARSE},
        {"MODEL without ENDMDL",
         "MODEL        1\nATOM      2  CA  ALA A   1      11.639   6.071  -5.147  1.00 10.25\n",
         "without ENDMDL", 2, 0, SG_EPARSE},
        {"END inside a model",
         "MODEL        1\nATOM      2  CA  ALA A   1      11.639   6.071  -5.147  1.00\nEND\n",
         "END before", 3, 0, SG_EPARSE},
        {"MODEL x", "MODEL        x\n", "no model number", 1, 11, SG_EPARSE},
        {"an empty model", "MODEL        1\nENDMDL\n", "without residues", 2, 0, SG_EPARSE},
    };
    sg_protein p = {0};
    for (size_t k = 0; k < sizeof t / sizeof *t; k++) {
        sg_error err;
        sg_status s = read_text(&sg_protein_pdb, t[k].text, &p, &err);
        int good = s == t[k].status && strstr(err.text, t[k].want) && err.line == t[k].line &&
                   err.column == t[k].column && p.n == 0;
        tap_ok(good, "PDB: %s", t[k].name);
        if (!good)
            printf("# status %d, %ld:%ld: %s\n", (int)s, err.line, err.column, err.text);
    }
    sg_protein_clear(&p);
}

static void bad_pbb(void)
{
    static const char good[] =
        "#PBB1\n>1abcA 1 x - 5 1 7 1.0 0 0\nA\n-\n1 2 3 4 5 6 7 8 9 10 11 -12\n";
    static const struct {
        const char *name, *text;
        long line;
    } t[] = {
        {"no magic", "PBB\n", 1},
        {"nine fields", "#PBB1\n>1abcA 1 x - 5 1 7 1.0 0\nA\n-\n1 2 3 4 5 6 7 8 9 10 11 12\n", 2},
        {"a huge length", "#PBB1\n>1abcA 99999999999 x - 5 1 7 1.0 0 0\nA\n", 2},
        {"a long sequence",
         "#PBB1\n>1abcA 1 x - 5 1 7 1.0 0 0\nAA\n-\n1 2 3 4 5 6 7 8 9 10 11 12\n", 3},
        {"an odd state", "#PBB1\n>1abcA 1 x - 5 1 7 1.0 0 0\nA\n?\n1 2 3 4 5 6 7 8 9 10 11 12\n",
         4},
        {"eleven numbers", "#PBB1\n>1abcA 1 x - 5 1 7 1.0 0 0\nA\n-\n1 2 3 4 5 6 7 8 9 10 11\n", 5},
        {"thirteen numbers",
         "#PBB1\n>1abcA 1 x - 5 1 7 1.0 0 0\nA\n-\n1 2 3 4 5 6 7 8 9 10 11 12 13\n", 5},
        {"the end", "#PBB1\n>1abcA 1 x - 5 1 7 1.0 0 0\nA\n-\n", 4},
    };
    sg_protein p = {0};
    sg_error err;
    tap_ok(read_text(&sg_protein_pbb, good, &p, &err) == SG_OK && p.n == 1 && p.cluster == 7 &&
               p.residue[0].number == 5 && p.residue[0].xyz[3][2] == -0.012 &&
               p.residue[0].ss == '-',
           "PBB: a chain");
    for (size_t k = 0; k < sizeof t / sizeof *t; k++) {
        sg_status s = read_text(&sg_protein_pbb, t[k].text, &p, &err);
        int fine = s == SG_EPARSE && err.line == t[k].line && p.n == 0;
        tap_ok(fine, "PBB: %s", t[k].name);
        if (!fine)
            printf("# status %d, %ld:%ld: %s\n", (int)s, err.line, err.column, err.text);
    }
    sg_protein_clear(&p);
}

static void messy(void)
{
    sg_protein p = {0};
    sg_error err;
    int got = 0;
    sg_protein_reader *r = sg_protein_reader_open(data(0, "messy.pdb"), NULL, &err);
    if (!tap_ok(r != NULL, "messy.pdb opens"))
        return;
    tap_ok(sg_protein_reader_next(r, &p, &got, &err) == SG_OK && got, "its first model");
    const sg_protein_dropped *d = &p.dropped;
    tap_ok(p.n == 6 && p.n_chains == 2 && p.chain[1].first == 5 && p.chain[1].n == 1,
           "two chains of five and one residues");
    tap_ok(strcmp(p.id, "1ABC") == 0 &&
               strcmp(p.title, "A STRUCTURE WITH ALL THAT FILES CAN HOLD") == 0,
           "entry and title over two lines");
    tap_ok(d->side_chain == 3 && d->altloc == 7 && d->water == 2 && d->hetero == 2 &&
               d->no_ca == 2 && d->modified == 1,
           "what was left out is counted");
    const sg_protein_residue *a = p.residue;
    tap_ok(a[0].code == 'M' && a[0].b == 11.5 && a[0].have == 31, "five atoms, B of CA");
    tap_ok(strcmp(a[1].name, "MET") == 0 && a[1].number == 11, "MSE is MET");
    tap_ok(a[2].xyz[SG_PROTEIN_CA][0] == 6.172, "the location with the larger occupancy");
    tap_ok(a[3].insertion == 'A' && a[3].code == 'T' && a[3].xyz[SG_PROTEIN_C][0] == 3.554,
           "insertion code; of two equal residue types the first");
    tap_ok(!(a[4].have & SG_PROTEIN_HAS(SG_PROTEIN_O)) && a[4].xyz[SG_PROTEIN_O][0] == 0,
           "a missing O is missing");
    tap_ok(a[5].code == 'X' && strcmp(a[5].name, "XYZ") == 0 && a[5].number == -1,
           "an unknown residue inside a chain stays");
    tap_ok(sg_protein_linked(a, a + 1) && !sg_protein_linked(a + 4, a + 5), "bonds and breaks");
    double first = a[0].xyz[0][0];
    tap_ok(sg_protein_reader_next(r, &p, &got, &err) == SG_OK && got && p.model == 2 &&
               fabs(p.residue[0].xyz[0][0] - first - 0.5) < 1e-9,
           "its second model");
    tap_ok(sg_protein_reader_next(r, &p, &got, &err) == SG_OK && !got, "and no more");
    sg_protein_reader_close(r);
    sg_protein_clear(&p);
}

/* After a bad model the next one is read. */
static void recovers(void)
{
    char text[1000];
    sg_protein p = {0};
    sg_protein_cursor c;
    sg_error err;
    int got = 0;
    snprintf(text, sizeof text,
             "MODEL        1\n%sATOM   bad\n%sENDMDL\r\nMODEL        2\r\n%s%sENDMDL", n, ca, n,
             ca);
    sg_protein_cursor_init(&c, "t", text, strlen(text));
    tap_ok(sg_protein_pdb.read(&c, &p, &got, &err) == SG_EPARSE && err.line == 3, "a bad model");
    tap_ok(sg_protein_pdb.read(&c, &p, &got, &err) == SG_OK && got && p.model == 2 && p.n == 1 &&
               p.residue[0].have == 3,
           "costs only itself; CRLF and a missing last newline");
    sg_protein_cursor_clear(&c);
    sg_protein_clear(&p);
}

static sg_status write_text(const sg_protein_format *f, const sg_protein *p, char **text,
                            sg_error *err)
{
    sg_protein_sink k;
    size_t len;
    sg_out *o = sg_out_memory(err);
    if (!o)
        return SG_ENOMEM;
    sg_protein_sink_init(&k, o, NULL);
    sg_status s = f->write(&k, p, err);
    sg_protein_sink_end(&k, f);
    sg_status t = sg_out_take(o, text, &len, err);
    return s == SG_OK ? t : s;
}

static double largest_move(const sg_protein *a, const sg_protein *b)
{
    double most = 0;
    if (a->n != b->n || a->n_chains != b->n_chains)
        return INFINITY;
    for (size_t i = 0; i < a->n; i++) {
        const sg_protein_residue *p = &a->residue[i], *q = &b->residue[i];
        if (p->have != q->have || p->number != q->number || p->insertion != q->insertion ||
            strcmp(p->name, q->name) != 0 || fabs(p->b - q->b) > 0.0051)
            return INFINITY;
        for (int k = 0; k < SG_PROTEIN_ATOMS; k++)
            for (int c = 0; c < 3; c++)
                most = fmax(most, fabs(p->xyz[k][c] - q->xyz[k][c]));
    }
    return most;
}

/* Every chain of the test data through each format that is written. */
static void round_trips(void)
{
    sg_error err;
    for (size_t f = 0; sg_protein_formats[f]; f++) {
        const sg_protein_format *fmt = sg_protein_formats[f];
        if (!fmt->write)
            continue;
        double most = 0;
        int count = 0, got = 1;
        sg_protein p = {0}, q = {0};
        sg_protein_reader *r = sg_protein_reader_open(data(0, "real-100.pbb.gz"), NULL, &err);
        while (r && sg_protein_reader_next(r, &p, &got, &err) == SG_OK && got) {
            char *text = NULL;
            for (size_t i = 0; i < p.n; i++) {
                p.residue[i].b = (double)(i * 37 % 100) + 0.25;
                for (int k = 0; k < SG_PROTEIN_ATOMS; k++)
                    for (int c = 0; c < 3 && (p.residue[i].have & SG_PROTEIN_HAS(k)); c++)
                        p.residue[i].xyz[k][c] += 0.0004 * sin(1.7 * (double)i + k + 5 * c);
            }
            sg_protein_add_cb(&p);
            if (write_text(fmt, &p, &text, &err) == SG_OK &&
                read_text(fmt, text, &q, &err) == SG_OK) {
                most = fmax(most, largest_move(&p, &q));
                count++;
            }
            free(text);
        }
        sg_protein_reader_close(r);
        sg_protein_clear(&p);
        sg_protein_clear(&q);
        tap_ok(count == 100 && most < 0.00051 && most > 0.0003,
               "%s: 100 chains written and read again, moved by %.5f A at most", fmt->name, most);
    }
}

enum { PARTS = 5 };

/* Models from `from` on, the earlier ones passed by what they consist of alone: with or without the
 * head of a part, with or without the tail. */
static char *part_text(const sg_protein_format *f, const sg_protein *const *m, int from, int to,
                       int head, int tail)
{
    sg_protein_sink k;
    sg_error err;
    sg_protein bare = {0};
    char *text = NULL;
    size_t len;
    sg_out *o = sg_out_memory(&err);
    sg_status s = o ? SG_OK : SG_ENOMEM;
    sg_protein_sink_init(&k, o, NULL);
    for (int i = 0; i < from && s == SG_OK; i++) {
        s = sg_protein_copy(&bare, m[i], &err);
        for (size_t j = 0; j < bare.n; j++) {
            bare.residue[j].have = 0;
            memset(bare.residue[j].xyz, 0, sizeof bare.residue[j].xyz);
        }
        if (s == SG_OK)
            s = f->pass(&k, &bare, &err);
    }
    if (s == SG_OK && head)
        s = f->head(&k, m[from], &err);
    for (int i = from; i < to && s == SG_OK; i++)
        s = f->write(&k, m[i], &err);
    k.models = tail ? k.models : 0;
    sg_protein_sink_end(&k, f);
    sg_protein_clear(&bare);
    if (s != SG_OK || sg_out_take(o, &text, &len, &err) != SG_OK)
        return NULL;
    return text;
}

/* A file of models of two compositions (PDBML: of one) made in two parts, cut anywhere. */
static void parts(void)
{
    static const int of[PARTS] = {0, 0, 1, 1, 0};
    sg_protein p[2] = {{0}};
    sg_error err;
    int got = 1;
    sg_protein_reader *r = sg_protein_reader_open(data(0, "real-100.pbb.gz"), NULL, &err);
    for (int k = 0; k < 2; k++)
        if (!r || sg_protein_reader_next(r, &p[k], &got, &err) != SG_OK || !got)
            exit(99);
    sg_protein_reader_close(r);
    p[0].residue[3].have &= (unsigned char)~SG_PROTEIN_HAS(SG_PROTEIN_O); /* no whole number */
    memset(p[0].residue[3].xyz[SG_PROTEIN_O], 0, sizeof p[0].residue[3].xyz[SG_PROTEIN_O]);
    for (size_t f = 0; sg_protein_formats[f]; f++) {
        const sg_protein_format *fmt = sg_protein_formats[f];
        const sg_protein *m[PARTS];
        int same = 1, own = 1;
        if (!fmt->write)
            continue;
        for (int k = 0; k < PARTS; k++)
            m[k] = &p[fmt == &sg_protein_pdbml ? 0 : of[k]];
        char *all = part_text(fmt, m, 0, PARTS, 0, 1);
        for (int cut = 1; cut < PARTS && all; cut++) {
            char *a = part_text(fmt, m, 0, cut, 0, 0), *b = part_text(fmt, m, cut, PARTS, 0, 1);
            char *alone = part_text(fmt, m, cut, PARTS, 1, 1);
            size_t na = a ? strlen(a) : 0;
            same &= a && b && strncmp(all, a, na) == 0 && strcmp(all + na, b) == 0;
            sg_protein_cursor c;
            sg_protein q = {0};
            sg_protein_cursor_init(&c, NULL, alone ? alone : "", alone ? strlen(alone) : 0);
            for (int k = cut; k < PARTS; k++)
                own &= alone && fmt->read(&c, &q, &got, &err) == SG_OK && got &&
                       largest_move(&q, m[k]) < 0.00051;
            own &= alone && fmt->read(&c, &q, &got, &err) == SG_OK && !got;
            sg_protein_cursor_clear(&c);
            sg_protein_clear(&q);
            free(a);
            free(b);
            free(alone);
        }
        tap_ok(all && same, "%s: two parts are the bytes of one file", fmt->name);
        tap_ok(all && own, "%s: a part with its head is a file of its own", fmt->name);
        free(all);
    }
    sg_protein_clear(&p[0]);
    sg_protein_clear(&p[1]);
}

static void refuses(void)
{
    sg_protein p = {0};
    sg_error err;
    char *text = NULL;
    int good = 1;
    static const struct {
        const char *name;
        double x;
        int number;
        const char *residue;
        sg_status status;
    } t[] = {{"nan", NAN, 1, "ALA", SG_ENAN},
             {"too far", 10001, 1, "ALA", SG_EINVAL},
             {"too far to the left", -1000, 1, "ALA", SG_ELIMIT},
             {"a number of five digits", 1, 10000, "ALA", SG_ELIMIT},
             {"a name with a line feed", 1, 1, "A\nA", SG_EINVAL},
             {"no name", 1, 1, "", SG_EINVAL}};
    for (size_t k = 0; k < sizeof t / sizeof *t; k++) {
        sg_protein_residue r;
        sg_protein_reset(&p);
        sg_protein_residue_init(&r, t[k].number, 'A');
        strcpy(r.name, t[k].residue);
        r.have = SG_PROTEIN_HAS(SG_PROTEIN_CA);
        r.xyz[SG_PROTEIN_CA][1] = t[k].x;
        good = sg_protein_add_chain(&p, "A", &err) == SG_OK &&
               sg_protein_add_residue(&p, &r, &err) == SG_OK;
        sg_status s = write_text(&sg_protein_pdb, &p, &text, &err);
        tap_ok(good && s == t[k].status && text && text[0] == '\0', "PDB writer refuses %s",
               t[k].name);
        if (s != t[k].status)
            printf("# status %d\n", (int)s);
        free(text);
        text = NULL;
    }
    sg_protein_reset(&p);
    tap_ok(write_text(&sg_protein_pdb, &p, &text, &err) == SG_EINVAL, "and nothing at all");
    free(text);
    tap_ok(sg_protein_add_chain(&p, "12345678", &err) == SG_ELIMIT, "a long chain identifier");
    sg_protein_clear(&p);
}

/* The idealised CB of L-alanine: its distances and the hand. */
static void cb(void)
{
    const double na[3] = {1.458, 0, 0}, c0[3] = {-0.5466, 1.4235, 0}, o[3] = {0, 0, 0};
    double b[3];
    sg_protein_ideal_cb(b, na, o, c0);
    double d = sqrt(b[0] * b[0] + b[1] * b[1] + b[2] * b[2]);
    tap_near(d, 1.53, 0.02, 0, "CA-CB is 1.53 A");
    /* CORN rule: seen from H (opposite CB), CO, R, N run clockwise: (N x C) . CB > 0 */
    tap_ok((na[0] * c0[1] - na[1] * c0[0]) * b[2] > 0, "an L-residue");
}

int main(void)
{
    bad_pdb();
    bad_pbb();
    messy();
    recovers();
    round_trips();
    parts();
    refuses();
    cb();
    return tap_done();
}
