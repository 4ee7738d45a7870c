/* Canonical labelling: the same key for every numbering and Kekule structure, another for another
 * compound; ring sizes; aromatic bonds. */
#include <config.h>
#include <stdlib.h>

#include <sigen/mol_canon.h>
#include <sigen/mol_valence.h>
#include <sigen/rng.h>
#include "molgen/graph.h"
#include "tap.h"

/* Heavy atoms by letter (n: N+, o: O-), bonds "a-b" single, "a=b" double; hydrogens are added. */
static int draw(sg_mol *m, const char *atoms, const char *bonds)
{
    const double zero[3] = {0, 0, 0};
    int good = 1, n = (int)strlen(atoms), sum[128];
    sg_mol_reset(m);
    for (int i = 0; i < n; i++) {
        char s = (char)(atoms[i] == 'n' ? 'N' : atoms[i] == 'o' ? 'O' : atoms[i]);
        good &= sg_mol_add_atom(m, sg_element_number(&s, 1),
                                atoms[i] == 'n' ? 1 : -(atoms[i] == 'o'), zero, NULL) == SG_OK;
    }
    for (const char *p = bonds; *p;) {
        char *e;
        long a = strtol(p, &e, 10);
        int order = *e == '=' ? 2 : *e == '#' ? 3 : 1;
        long b = strtol(e + 1, &e, 10);
        good &= sg_mol_add_bond(m, (int)a, (int)b, order, NULL) == SG_OK;
        p = *e ? e + 1 : e;
    }
    sg_mol_bond_sums(sum, m);
    for (int i = 0; i < n; i++)
        for (int h = sg_mol_open_valence(m->atom[i].element, m->atom[i].charge, sum[i]); h > 0; h--)
            good &= sg_mol_add_atom(m, 1, 0, zero, NULL) == SG_OK &&
                    sg_mol_add_bond(m, i, m->n_atoms - 1, 1, NULL) == SG_OK;
    return good;
}

static int shuffle(sg_mol *out, const sg_mol *m, sg_rng *r)
{
    int *to = malloc(sizeof *to * (size_t)m->n_atoms * 2), *from = to + m->n_atoms,
        good = to != NULL;
    sg_mol_reset(out);
    for (int i = 0; i < m->n_atoms; i++)
        from[i] = i;
    for (int i = m->n_atoms - 1; i > 0; i--) {
        int j = (int)sg_rng_below(r, (uint32_t)i + 1), t = from[i];
        from[i] = from[j], from[j] = t;
    }
    for (int i = 0; i < m->n_atoms; i++) {
        const sg_mol_atom *a = &m->atom[from[i]];
        to[from[i]] = i;
        good &= sg_mol_add_atom(out, a->element, a->charge, a->xyz, NULL) == SG_OK;
    }
    int start = (int)sg_rng_below(r, (uint32_t)m->n_bonds + 1);
    for (int k = 0; k < m->n_bonds; k++) {
        const sg_mol_bond *b = &m->bond[(start + k) % m->n_bonds];
        good &= sg_mol_add_bond(out, to[b->b], to[b->a], b->order, NULL) == SG_OK;
    }
    free(to);
    return good;
}

static int same(const sg_mol *a, const sg_mol *b)
{
    unsigned char p[SG_MOL_KEY], q[SG_MOL_KEY];
    int ep, eq;
    return sg_mol_canon(p, NULL, NULL, &ep, a, NULL) == SG_OK &&
           sg_mol_canon(q, NULL, NULL, &eq, b, NULL) == SG_OK && ep && eq &&
           memcmp(p, q, sizeof p) == 0;
}

static const struct {
    const char *name, *atoms, *bonds, *rings;
    int aromatic; /* bonds */
} graphs[] = {
    {"o-xylene", "CCCCCCCC", "0=1 1-2 2=3 3-4 4=5 5-0 0-6 1-7", "6", 6},
    {"o-xylene, other structure", "CCCCCCCC", "0-1 1=2 2-3 3=4 4-5 5=0 0-6 1-7", "6", 6},
    {"azulene", "CCCCCCCCCC", "0=1 1-2 2=3 3-4 4-0 4=5 5-6 6=7 7-8 8=9 9-3", "5 7", 10},
    {"azulene, other structure", "CCCCCCCCCC", "0-1 1=2 2-3 3=9 4=0 4-5 5=6 6-7 7=8 8-9 3-4", "5 7",
     10},
    {"dimethylcyclobutadiene, substituted double bond", "CCCCCC", "0=1 1-2 2=3 3-0 0-4 1-5", "4",
     0},
    {"dimethylcyclobutadiene, substituted single bond", "CCCCCC", "0-1 1=2 2-3 3=0 0-4 1-5", "4",
     0},
    {"decalin", "CCCCCCCCCC", "0-1 1-2 2-3 3-4 4-5 5-0 5-6 6-7 7-8 8-9 9-4", "6 6", 0},
    {"bicyclopentyl", "CCCCCCCCCC", "0-1 1-2 2-3 3-4 4-0 5-6 6-7 7-8 8-9 9-5 0-5", "5 5", 0},
    {"cubane", "CCCCCCCC", "0-1 1-2 2-3 3-0 4-5 5-6 6-7 7-4 0-4 1-5 2-6 3-7", "4 4 4 4 4", 0},
    {"cuneane", "CCCCCCCC", "0-1 1-2 2-0 3-4 4-5 5-3 0-6 3-6 1-4 2-7 5-7 6-7", "3 3 4 4 5", 0},
    {"pyrrole", "NCCCC", "0-1 1=2 2-3 3=4 4-0", "5", 5},
    {"cyclopentadiene", "CCCCC", "0-1 1=2 2-3 3=4 4-0", "5", 0},
    {"quinone", "CCCCCCOO", "0-1 1=2 2-3 3-4 4=5 5-0 0=6 3=7", "6", 0},
    {"2-pyridone", "CNCCCCO", "0-1 1-2 2=3 3-4 4=5 5-0 0=6", "6", 6},
    {"azidomethane", "CNnN", "0-1 1=2 2=3", "", 0},
    {"three molecules", "OOC", "", "", 0},
};

enum { GRAPHS = sizeof graphs / sizeof graphs[0] };

static void check_rings(const sg_mol *m, size_t k)
{
    sg_i_graph g;
    int count[SG_I_RING_MAX + 1] = {0}, aromatic = 0;
    char text[64] = "";
    if (sg_i_graph_make(&g, m, NULL) != SG_OK || sg_i_ring_sizes(&g, count, NULL) < 0 ||
        sg_i_aromatic(&g, NULL, NULL, NULL) != SG_OK) {
        tap_ok(0, "graph of %s", graphs[k].name);
        return;
    }
    for (int s = 0; s <= SG_I_RING_MAX; s++)
        while (count[s]-- > 0)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%d", *text ? " " : "", s);
    for (int e = 0; e < g.n_edges; e++)
        aromatic += g.order[e] == SG_I_AROMATIC;
    tap_ok(strcmp(text, graphs[k].rings) == 0, "rings of %s: %s", graphs[k].name, text);
    tap_ok(aromatic == graphs[k].aromatic, "aromatic bonds of %s: %d", graphs[k].name, aromatic);
    sg_i_graph_clear(&g);
}

int main(void)
{
    static sg_mol m[GRAPHS];
    sg_mol p = {0}, q = {0};
    sg_rng r;
    char atoms[128] = "C", bonds[1024] = "";
    sg_rng_init(&r, 20, 0, 0);
    for (size_t k = 0; k < GRAPHS; k++) {
        int good = draw(&m[k], graphs[k].atoms, graphs[k].bonds);
        for (int t = 0; t < 30; t++)
            good &= shuffle(&p, &m[k], &r) && same(&m[k], &p);
        tap_ok(good, "%s: 30 numberings, one key", graphs[k].name);
        check_rings(&m[k], k);
    }
    for (size_t a = 0; a < GRAPHS; a++)
        for (size_t b = a + 1; b < GRAPHS; b++) {
            int want = b == a + 1 && strstr(graphs[b].name, "other structure") != NULL;
            if (same(&m[a], &m[b]) != want)
                tap_ok(0, "%s and %s", graphs[a].name, graphs[b].name);
        }
    tap_ok(1, "all pairs compared");

    /* every leaf of the tree would be visited 6^9 times without pruning by automorphisms */
    for (int k = 0; k < 9; k++) {
        int c = 1 + 4 * k;
        strcat(atoms, "CCCC");
        snprintf(bonds + strlen(bonds), sizeof bonds - strlen(bonds), "%s%d-%d %d-%d %d-%d %d-%d",
                 k ? " " : "", k ? c - 4 : 0, c, c, c + 1, c + 1, c + 2, c + 1, c + 3);
    }
    int good = draw(&p, atoms, bonds);
    for (int t = 0; t < 5; t++)
        good &= shuffle(&q, &p, &r) && same(&p, &q);
    tap_ok(good, "many pairs of equal branches");

    unsigned char key[SG_MOL_KEY];
    int order[8], n = 0, seen = 0;
    draw(&p, "CCO", "0-1 1-2");
    int ok = sg_mol_canon(key, NULL, &n, NULL, &p, NULL) == SG_OK && n == 3;
    sg_mol_reset(&q);
    ok &= sg_mol_canon(key, order, &n, NULL, &q, NULL) == SG_OK && n == 0;
    tap_ok(ok, "counted atoms; an empty molecule");
    draw(&p, "CCO", "0-1");
    int big[16];
    ok = sg_mol_canon(key, big, &n, NULL, &p, NULL) == SG_OK;
    for (int k = 0; k < n; k++)
        seen |= 1 << big[k];
    tap_ok(ok && seen == 7, "order lists every heavy atom");
    sg_mol_clear(&p);
    sg_mol_clear(&q);
    for (size_t k = 0; k < GRAPHS; k++)
        sg_mol_clear(&m[k]);
    return tap_done();
}
