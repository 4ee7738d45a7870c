/* SMILES: what is read comes back with Kekule bonds and implicit hydrogens; mistakes are placed. */
#include <config.h>
#include <sigen/mol_io.h>
#include <sigen/mol_valence.h>

#include <stdlib.h>

#include "tap.h"

/* The expected text keeps the input's atom order; that it is the same molecule was checked with
 * RDKit 2022.09.3's canonical SMILES, isotopes and stereo left out. */
static const struct {
    const char *in, *out;
    int atoms; /* hydrogens included */
} good[] = {
    {"C", "C", 5},
    {"[H][H]", "[H][H]", 2},
    {"O=C=O", "O=C=O", 3},
    {"C#N", "C#N", 3},
    {"[CH3]", "[CH3]", 4},
    {"[NH4+]", "[NH4+]", 5},
    {"[Na+].[Cl-]", "[Na+].[Cl-]", 2},
    {"[Fe++]", "[Fe+2]", 1},
    {"[13CH4]", "C", 5},
    {"[2H]C", "C", 5},
    {"N[C@@H](C)C(=O)O", "NC(C)C(=O)O", 13},
    {"F/C=C\\F", "FC=CF", 6},
    {"C1CC1", "C1CC1", 9},
    {"C%12CC%12", "C1CC1", 9},
    {"C=1CC=1", "C=1CC=1", 7},
    {"C=1CC1", "C=1CC=1", 7},
    {"C12C3C4C1C5C2C3C45", "C12C3C4C1C1C2C3C41", 16},
    {"c1ccccc1", "C1=CC=CC=C1", 12},
    {"c1cc[nH]c1", "C=1C=CNC=1", 10},
    {"o1cccc1", "O1C=CC=C1", 9},
    {"c1ccncc1", "C1=CC=NC=C1", 11},
    {"[cH-]1cccc1", "[CH-]1C=CC=C1", 10},
    {"c1ccc2cccc2cc1", "C1=CC=C2C=CC=C2C=C1", 18},
    {"O=c1cc[nH]cc1", "O=C1C=CNC=C1", 12},
    {"c1ccn(=O)cc1", "C1=CC=N(=O)C=C1", 12},
    {"c1cc[n+]([O-])cc1", "C1=CC=[N+]([O-])C=C1", 12},
    {"c1ccc(-c2ccccc2)cc1", "C1=CC=C(C2=CC=CC=C2)C=C1", 22},
    {"C[N+](=O)[O-]", "C[N+](=O)[O-]", 7},
    {"CS(=O)(=O)C", "CS(=O)(=O)C", 11},
    {"C[Si](C)(C)C", "C[Si](C)(C)C", 17},
    {"c1cccc2cccc2c1", "C1=CC=CC2=CC=CC2=C1", 18},
    {"[cH:3]1ccccc1", "C1=CC=CC=C1", 12},
};

static const struct {
    const char *in, *message; /* place and part of the text */
} wrong[] = {
    {"C(", "in:1:3: \"(\" is not closed"},
    {"C)", "in:1:2: unexpected \")\""},
    {"(C)", "in:1:1: unexpected \"(\""},
    {"C()C", "in:1:3: unexpected \")\""},
    {"C=", "in:1:3: ends within a bond"},
    {"=C", "in:1:1: unexpected bond"},
    {"C==C", "in:1:3: unexpected bond"},
    {"C1CC", "in:1:5: ring closure 1 is not closed"},
    {"C11", "in:1:4: ring closure of an"},
    {"C=1CC#1", "in:1:8: ends of a ring closure disagree"},
    {"C%1", "in:1:2: expected two digits"},
    {"1CC1", "in:1:1: ring closure without"},
    {"C12CC12", "in:1:1: a pair of atoms"},
    {"C[", "in:1:3: expected an element"},
    {"[C", "in:1:3: \"[\" is not closed"},
    {"[Xx]", "in:1:2: expected an element"},
    {"[CH12]", "in:1:6: more than 9"},
    {"[C+9]", "in:1:5: charge beyond 8"},
    {"[C?]", "in:1:3: unexpected character in [...]"},
    {"C*", "in:1:2: unexpected character"},
    {"Na", "in:1:2: unexpected character"},
    {"C.", "in:1:3: ends within a bond"},
    {"c1cccc1", "in:1: aromatic atoms cannot be"},
    {"c1ccnc1", "in:1: aromatic atoms"},
    {"smiles title", "in:1:2: unexpected character"},
    {"C\303\251", "in:1:2: unexpected character"},
};

static sg_status read_one(const char *text, size_t len, sg_mol *m, int *got, sg_error *err)
{
    sg_mol_cursor c = {.file = "in"};
    sg_lines_init(&c.lines, text, len);
    return sg_mol_smi.read(&c, m, got, err);
}

static char *write_one(const sg_mol *m, sg_error *err)
{
    char *text = NULL;
    size_t len;
    sg_out *o = sg_out_memory(err);
    if (!o || sg_mol_smi.write(o, m, err) != SG_OK) {
        sg_out_discard(o);
        return NULL;
    }
    return sg_out_take(o, &text, &len, err) == SG_OK ? text : NULL;
}

static void test_good(void)
{
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        sg_error err = {0};
        sg_mol m = {0};
        int got = 0;
        char line[200], want[200];
        snprintf(line, sizeof line, "  %s \t a title \r\n", good[i].in);
        snprintf(want, sizeof want, "%s\ta title\n", good[i].out);
        sg_status s = read_one(line, strlen(line), &m, &got, &err);
        char *text = s == SG_OK && got ? write_one(&m, &err) : NULL;
        if (!tap_ok(text && strcmp(text, want) == 0 && m.n_atoms == good[i].atoms,
                    "%s -> %s, %d atoms", good[i].in, good[i].out, good[i].atoms))
            printf("# %d atoms, %s, %s\n", m.n_atoms, err.text, text ? text : "nothing");
        free(text);
        sg_mol_clear(&m);
    }
}

static void test_wrong(void)
{
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        sg_error err = {0};
        sg_mol m = {0};
        int got = 1;
        char place[1024];
        sg_status s = read_one(wrong[i].in, strlen(wrong[i].in), &m, &got, &err);
        sg_error_format(&err, place, sizeof place);
        if (!tap_ok(s == SG_EPARSE && !got && m.n_atoms == 0 &&
                        strncmp(place, wrong[i].message, strlen(wrong[i].message)) == 0,
                    "\"%s\" is refused", wrong[i].in))
            printf("# %d: %s\n", s, place);
        sg_mol_clear(&m);
    }
}

/* Sizes where a careless program fails: depth, many rings, no ring digit left. */
static void test_size(void)
{
    enum { N = 50000 };
    sg_error err = {0};
    sg_mol m = {0};
    int got;
    char *text = malloc(3 * N + 1), *out;
    if (!text)
        return;
    memset(text, 'C', N);
    tap_ok(read_one(text, N / 4, &m, &got, &err) == SG_OK && got && m.n_atoms == 3 * (N / 4) + 2,
           "a chain of 12500 carbons");
    tap_ok(read_one(text, N, &m, &got, &err) == SG_ELIMIT && !got, "more atoms than the limit");
    for (int i = 0; i < N; i++)
        memcpy(text + 2 * i, "C(", 2);
    tap_ok(read_one(text, 2 * N, &m, &got, &err) == SG_EPARSE, "50000 branches that never close");
    static const double zero[3];
    sg_mol_reset(&m);
    m.has_bonds = 1;
    for (int i = 0; i < 30; i++) {
        if (sg_mol_add_atom(&m, 6, 0, zero, &err) != SG_OK)
            abort();
        for (int j = 0; j < i; j++)
            if (sg_mol_add_bond(&m, j, i, 1, &err) != SG_OK)
                abort();
    }
    out = write_one(&m, &err);
    tap_ok(!out && err.code == SG_EINVAL, "more than 99 rings open at once are refused");
    free(out);
    sg_mol_clear(&m);
    free(text);
}

int main(void)
{
    test_good();
    test_wrong();
    test_size();
    return tap_done();
}
