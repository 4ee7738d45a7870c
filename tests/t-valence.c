/* The valence model on hand-made molecules. */
#include <config.h>
#include <sigen/mol_valence.h>

#include "tap.h"

/* Atoms as element and charge, bonds as a, b, order. */
typedef struct drawn {
    const char *name;
    int n, n_bonds;
    int atom[12][2];
    int bond[12][3];
    int stable, valid, connected, neutral, closed; /* expected; stable = number of atoms */
    int radical;                                   /* atom 0 */
} drawn;

/* clang-format off */
static const drawn cases[] = {
    {"water", 3, 2, {{8, 0}, {1, 0}, {1, 0}}, {{0, 1, 1}, {0, 2, 1}}, 3, 1, 1, 1, 1, 0},
    {"hydroxyl radical", 2, 1, {{8, 0}, {1, 0}}, {{0, 1, 1}}, 1, 1, 1, 1, 0, 0},
    {"hydroxide", 2, 1, {{8, -1}, {1, 0}}, {{0, 1, 1}}, 2, 1, 1, 0, 1, 0},
    {"hydronium", 4, 3, {{8, 1}, {1, 0}, {1, 0}, {1, 0}}, {{0, 1, 1}, {0, 2, 1}, {0, 3, 1}}, 4, 1, 1, 0, 1, 0},
    {"oxygen with three bonds", 4, 3, {{8, 0}, {1, 0}, {1, 0}, {1, 0}}, {{0, 1, 1}, {0, 2, 1}, {0, 3, 1}}, 3, 0, 1, 1, 0, 0},
    {"carbon monoxide with charges", 2, 1, {{6, -1}, {8, 1}}, {{0, 1, 3}}, 2, 1, 1, 1, 1, 0},
    {"carbon monoxide without", 2, 1, {{6, 0}, {8, 0}}, {{0, 1, 2}}, 1, 1, 1, 1, 0, 0},
    {"two hydrogen molecules", 4, 2, {{1, 0}, {1, 0}, {1, 0}, {1, 0}}, {{0, 1, 1}, {2, 3, 1}}, 4, 1, 0, 1, 1, 0},
    {"methylene", 3, 2, {{6, 0}, {1, 0}, {1, 0}}, {{0, 1, 1}, {0, 2, 1}}, 2, 1, 1, 1, 0, 0},
    {"nitromethane-like NO2 with five bonds", 3, 2, {{7, 0}, {8, 0}, {8, 0}}, {{0, 1, 2}, {0, 2, 2}}, 2, 0, 1, 1, 0, 0},
    {"hydrogen azide", 4, 3, {{7, 0}, {7, 1}, {7, -1}, {1, 0}}, {{0, 1, 2}, {1, 2, 2}, {0, 3, 1}}, 4, 1, 1, 1, 1, 0},
    {"sulphur dioxide", 3, 2, {{16, 0}, {8, 0}, {8, 0}}, {{0, 1, 2}, {0, 2, 2}}, 3, 1, 1, 1, 1, 0},
    {"sulphur hexafluoride", 7, 6, {{16, 0}, {9, 0}, {9, 0}, {9, 0}, {9, 0}, {9, 0}, {9, 0}},
     {{0, 1, 1}, {0, 2, 1}, {0, 3, 1}, {0, 4, 1}, {0, 5, 1}, {0, 6, 1}}, 7, 1, 1, 1, 1, 0},
    {"sulphur with three bonds", 4, 3, {{16, 0}, {1, 0}, {1, 0}, {1, 0}}, {{0, 1, 1}, {0, 2, 1}, {0, 3, 1}}, 3, 1, 1, 1, 0, 0},
    {"silyl anion", 4, 3, {{14, -1}, {1, 0}, {1, 0}, {1, 0}}, {{0, 1, 1}, {0, 2, 1}, {0, 3, 1}}, 4, 1, 1, 0, 1, 0},
    {"pentafluorosilicate", 6, 5, {{14, -1}, {9, 0}, {9, 0}, {9, 0}, {9, 0}, {9, 0}},
     {{0, 1, 1}, {0, 2, 1}, {0, 3, 1}, {0, 4, 1}, {0, 5, 1}}, 6, 1, 1, 0, 1, 0},
    {"tetrafluorophosphoranide", 5, 4, {{15, -1}, {9, 0}, {9, 0}, {9, 0}, {9, 0}},
     {{0, 1, 1}, {0, 2, 1}, {0, 3, 1}, {0, 4, 1}}, 5, 1, 1, 0, 1, 0},
    {"sodium chloride", 2, 0, {{11, 1}, {17, -1}}, {{0}}, 2, 1, 0, 1, 1, 0},
    {"unknown element", 1, 0, {{92, 0}}, {{0}}, 0, 0, 1, 1, 1, 0},
    {"aromatic order", 2, 1, {{6, 0}, {6, 0}}, {{0, 1, 4}}, 0, 0, 1, 1, 1, 0},
    {"marked radical", 3, 2, {{8, 0}, {1, 0}, {1, 0}}, {{0, 1, 1}, {0, 2, 1}}, 3, 1, 1, 1, 0, 1},
    {"nothing", 0, 0, {{0}}, {{0}}, 0, 0, 0, 0, 0, 0},
};
/* clang-format on */

static int draw(sg_mol *m, const drawn *d)
{
    const double zero[3] = {0, 0, 0};
    int good = 1;
    for (int i = 0; i < d->n; i++)
        good &= sg_mol_add_atom(m, d->atom[i][0], d->atom[i][1], zero, NULL) == SG_OK;
    for (int k = 0; k < d->n_bonds; k++)
        good &= sg_mol_add_bond(m, d->bond[k][0], d->bond[k][1], d->bond[k][2], NULL) == SG_OK;
    if (d->radical)
        m->atom[0].radical = (unsigned char)d->radical;
    return good;
}

int main(void)
{
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const drawn *d = &cases[k];
        sg_mol m = {0};
        sg_mol_judgement j = {0};
        int good = draw(&m, d) && sg_mol_judge(&j, &m, NULL) == SG_OK && j.stable == d->stable &&
                   j.all_stable == (d->n > 0 && d->stable == d->n) && j.valid == d->valid &&
                   j.connected == d->connected && j.neutral == d->neutral &&
                   j.closed_shell == d->closed;
        if (!tap_ok(good, "%s", d->name))
            printf("# stable %d valid %d connected %d neutral %d closed shell %d\n", j.stable,
                   j.valid, j.connected, j.neutral, j.closed_shell);
        sg_mol_clear(&m);
    }
    static const struct {
        const char *name;
        int want;
    } radicals[] = {
        {"water", 0}, {"hydroxyl radical", 1}, {"methylene", 2}, {"oxygen with three bonds", 0}};
    for (size_t k = 0; k < sizeof radicals / sizeof *radicals; k++)
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
            sg_mol m = {0};
            if (strcmp(cases[c].name, radicals[k].name) != 0)
                continue;
            tap_ok(draw(&m, &cases[c]) && sg_mol_mark_radicals(&m, NULL) == SG_OK &&
                       m.atom[0].radical == radicals[k].want && m.atom[1].radical == 0,
                   "%s: %d unpaired electrons are marked", radicals[k].name, radicals[k].want);
            sg_mol_clear(&m);
        }
    tap_ok(sg_mol_open_valence(6, 0, 1) == 3 && sg_mol_open_valence(15, 0, 4) == 1 &&
               sg_mol_open_valence(7, 1, 5) == -1 && sg_mol_open_valence(53, -1, 1) == 1,
           "missing hydrogens");
    tap_ok(sg_mol_valences(6, -3) == 0 && sg_mol_valences(6, 5) == 0 && sg_mol_valences(0, 0) == 0,
           "pairs outside the table");
    return tap_done();
}
