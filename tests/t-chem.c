/* The chemistry library behind molgen/chem.h. SMILES and verdicts are those that RDKit 2022.09.3
 * gives in Python for the same V2000 records:
 *   m = Chem.MolFromMolBlock(b, removeHs=False); Chem.MolToSmiles(Chem.RemoveHs(m),
 * isomericSmiles=False) */
#include <config.h>

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chem.h"
#include "tap.h"

struct spec {
    const char *name;
    const char *atoms; /* element numbers as letters; + - charge of the atom before; . unpaired */
    const char *bonds; /* "01s12d": from, to, order */
    int valid;
    const char *smiles;
};

static const struct spec specs[] = {
    {"methane", "CHHHH", "01s02s03s04s", 1, "C"},
    {"methane without its hydrogens", "C", "", 1, "C"},
    {"hydrogen cyanide", "CNH", "01t02s", 1, "C#N"},
    {"benzene, kekulised", "CCCCCC", "01s12d23s34d45s05d", 1, "c1ccccc1"},
    {"pyridine, aromatic orders", "CCCCCN", "01a12a23a34a45a05a", 1, "c1ccncc1"},
    {"glycine, zwitterion", "N+CCOO-HHHHH", "01s12s23d24s05s06s07s18s19s", 1, "[NH3+]CC(=O)[O-]"},
    {"two fragments", "COHH", "02s13s", 1, "C.O"},
    {"methyl radical", "C.HHH", "01s02s03s", 1, "[CH3]"},
    {"chiral centre, no stereo written", "CFNOH", "01s02s03s04s", 1, "NC(O)F"},
    {"carbon with five bonds", "CHHHHH", "01s02s03s04s05s", 0, NULL},
    {"neutral ammonium", "NHHHH", "01s02s03s04s", 0, NULL},
    {"five-ring of aromatic carbon", "CCCCC", "01a12a23a34a04a", 0, NULL},
};

static void make(sg_mol *m, const struct spec *s)
{
    static const char letters[] = "H.....CNOF";
    int bad = 0, n = 0;
    sg_mol_reset(m);
    for (const char *p = s->atoms; *p; p++) {
        if (*p == '+' || *p == '-') {
            m->atom[n - 1].charge = *p == '+' ? 1 : -1;
        } else if (*p == '.') {
            m->atom[n - 1].radical = 1;
        } else {
            double xyz[3] = {1.1 * n, 0.3 * (n % 3), 0.7 * (n % 2)};
            int z = *p == 'H' ? 1 : (int)(strchr(letters, *p) - letters);
            bad |= sg_mol_add_atom(m, z, 0, xyz, NULL) != SG_OK;
            n++;
        }
    }
    for (const char *p = s->bonds; *p; p += 3) {
        int order = p[2] == 's' ? 1 : p[2] == 'd' ? 2 : p[2] == 't' ? 3 : 4;
        bad |= sg_mol_add_bond(m, p[0] - '0', p[1] - '0', order, NULL) != SG_OK;
    }
    m->has_bonds = m->has_xyz = 1;
    if (bad)
        tap_ok(0, "%s can be built", s->name);
}

#define N_SPECS (sizeof specs / sizeof *specs)

static void verdicts(sg_mol *m)
{
    for (size_t k = 0; k < N_SPECS; k++) {
        const struct spec *s = &specs[k];
        char *text;
        make(m, s);
        tap_ok(sg_i_chem_sanitise(m) == s->valid, "%s is %s", s->name,
               s->valid ? "valid" : "not valid");
        int got = sg_i_chem_smiles(m, &text);
        tap_ok(got == s->valid && (s->smiles ? text && !strcmp(text, s->smiles) : !text),
               "%s: SMILES %s", s->name, s->smiles ? s->smiles : "none");
        if (text && s->smiles && strcmp(text, s->smiles) != 0)
            printf("# got %s\n", text);
        free(text);
    }
}

static void drawings(sg_mol *m)
{
    int svg = 1, clean = 1, black = 0, current = 0;
    for (size_t k = 0; k < N_SPECS; k++) {
        char *text;
        make(m, &specs[k]);
        if (sg_i_chem_svg(m, 180, 140, &text) != 1 || !text) {
            tap_ok(0, "%s can be drawn", specs[k].name);
            continue;
        }
        svg &= !strncmp(text, "<svg", 4) && strstr(text, "</svg>") != NULL;
        clean &= !strstr(text, "<?xml") && !strstr(text, "<!--") && !strstr(text, "class=");
        black |= strstr(text, "#000000") != NULL;
        current |= strstr(text, "currentColor") != NULL;
        svg &= strstr(text, "width='180px'") && strstr(text, "height='140px'");
        free(text);
    }
    tap_ok(svg, "every molecule is drawn in the asked size, the invalid too");
    tap_ok(clean, "drawings have no XML header, comments or classes");
    tap_ok(!black && current, "drawings follow the page's colour");
}

/* The same answers from many threads at once. */
static void threads(void)
{
    int wrong = 0;
#pragma omp parallel for reduction(+ : wrong)
    for (int k = 0; k < 600; k++) {
        const struct spec *s = &specs[k % (int)N_SPECS];
        sg_mol m = {0};
        char *text, *svg;
        make(&m, s);
        int got = sg_i_chem_smiles(&m, &text);
        wrong += got != s->valid || (s->smiles && strcmp(text, s->smiles) != 0);
        wrong += sg_i_chem_svg(&m, 100, 100, &svg) != 1;
        free(text);
        free(svg);
        sg_mol_clear(&m);
    }
    tap_ok(wrong == 0, "threads at once get the same answers");
}

static void edges(sg_mol *m)
{
    char *text;
    sg_mol_reset(m);
    m->has_bonds = 1;
    int got = sg_i_chem_smiles(m, &text);
    tap_ok(got == 1 && text && !*text, "an empty molecule has an empty SMILES");
    free(text);
    make(m, &specs[0]);
    m->has_bonds = 0;
    text = (char *)m;
    tap_ok(sg_i_chem_sanitise(m) == SG_EINVAL && sg_i_chem_smiles(m, &text) == SG_EINVAL && !text,
           "a molecule without a bond list is refused");
    make(m, &specs[1]);
    m->atom[0].element = 6;
    if (sg_mol_add_atom(m, 6, 0, m->atom[0].xyz, NULL) == SG_OK &&
        sg_mol_add_bond(m, 0, 1, 1, NULL) == SG_OK && sg_mol_add_bond(m, 1, 0, 1, NULL) == SG_OK)
        tap_ok(sg_i_chem_sanitise(m) == 0, "a bond given twice is no valid molecule");
}

int main(void)
{
    sg_mol m = {0};
    char *text = (char *)&m;
    make(&m, &specs[0]);
    if (!sg_i_chem_available()) {
        tap_ok(sg_i_chem_sanitise(&m) == SG_ENOTSUP && sg_i_chem_smiles(&m, &text) == SG_ENOTSUP &&
                   !text,
               "without RDKit every call says so");
        tap_skip("RDKit", "built without RDKit");
        sg_mol_clear(&m);
        return tap_done();
    }
    char name[] = "t-chem-err-XXXXXX";
    int keep = dup(2), fd = mkstemp(name);
    dup2(fd, 2);
    verdicts(&m);
    drawings(&m);
    threads();
    edges(&m);
    struct stat st;
    int quiet = fstat(fd, &st) == 0 && st.st_size == 0;
    dup2(keep, 2);
    close(keep);
    close(fd);
    unlink(name);
    tap_ok(quiet, "nothing is written to stderr");
    sg_mol_clear(&m);
    return tap_done();
}
