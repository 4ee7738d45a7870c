/* Closed shells in the last step of molgen (closed.h), on molecules written by hand. */
#include <config.h>

#include <sigen/mol_generate.h>
#include <sigen/mol_valence.h>
#include "core.h"
#include "molgen/closed.h"
#include "molgen/field.h"
#include "molgen/model.h"

enum { C2, C3, O0, O1, O_MINUS, N1_PLUS, N2, CLASSES };

static const sg_mol_vocab vocab = {
    .n_classes = CLASSES,
    .max_heavy = 5,
    .cls = {[C2] = {6, 0, 2},
            [C3] = {6, 0, 3},
            [O0] = {8, 0, 0},
            [O1] = {8, 0, 1},
            [O_MINUS] = {8, -1, 0},
            [N1_PLUS] = {7, 1, 1},
            [N2] = {7, 0, 2}},
    .noise_sd = {1, 1, 1, 1, 1, 1},
    .token_shift = 2,
    .closed_shell = 1,
};

#define MASK SG_MOL_BONDS

static void shells(void)
{
    int charge;
    const int ether[] = {C3, O0, C3}, single[] = {1, 0, 1}, broken[] = {1, 0, 2};
    tap_ok(sg_mol_shells_closed(&vocab, 3, ether, single, &charge) && charge == 0,
           "CH3-O-CH3 is closed");
    tap_ok(!sg_mol_shells_closed(&vocab, 3, ether, broken, &charge), "CH3-O=CH3 is not");
    const int radical[] = {C2, C3}, bond[] = {1};
    tap_ok(!sg_mol_shells_closed(&vocab, 2, radical, bond, &charge), "a radical is not");
    const int zwitter[] = {N1_PLUS, C2, C2, O_MINUS}, chain[] = {2, 0, 0, 1, 0, 1};
    tap_ok(!sg_mol_shells_closed(&vocab, 4, zwitter, chain, &charge) && charge == 0,
           "a carbon of five bonds is not");
    const int anion[] = {C3, O_MINUS};
    tap_ok(sg_mol_shells_closed(&vocab, 2, anion, bond, &charge) && charge == -1,
           "methanolate is closed, of charge -1");
}

typedef struct lab {
    sg_system sys;
    sg_map map;
    batch b;
} lab;

/* One state of n nodes with these tokens; what is undecided is predicted to be cls_best, bond_best.
 */
static void set(lab *l, int n, const int *cls, const int *bond, const int *cls_best,
                const int *bond_best)
{
    size_t sizes[3] = {(size_t)n, (size_t)n, (size_t)(n * (n - 1) / 2)};
    sg_mol_heavy_system(&l->sys, &l->map, &vocab);
    l->b = batch_new(&l->sys, sizes, 1, 1);
    sg_state *s = &l->b.s[0];
    const int *tok[] = {cls, bond}, *best[] = {cls_best, bond_best};
    for (int k = 0; k < 2; k++) {
        sg_slot *t = &s->slot[SG_MOL_CLASS + k];
        size_t w = l->sys.c[SG_MOL_CLASS + k].width;
        for (size_t j = 0; j < t->len; j++) {
            t->tok[j] = tok[k][j];
            for (size_t c = 0; c < w; c++)
                s->pred.v[SG_MOL_CLASS + k][w * j + c] =
                    (int)c == best[k][j] ? 0.9 : 0.1 / (double)(w - 1);
        }
    }
}

static int same(const sg_slot *s, const int *want)
{
    return memcmp(s->tok, want, s->len * sizeof *want) == 0;
}

static void unsettle(void)
{
    /* CH3-O-CH2-CH3, of which the bond O-C and the last carbon are open */
    static const int cls[] = {C3, O0, C2, CLASSES}, bond[] = {1, 0, 0, MASK, 0, 1};
    static const int right[] = {C3, O0, C2, C3}, right_bond[] = {1, 0, 0, 1, 0, 1};
    lab l;
    set(&l, 4, cls, bond, right, right_bond);
    sg_mol_unsettle(&vocab, &l.b.s[0]);
    tap_ok(same(&l.b.s[0].slot[SG_MOL_CLASS], cls) && same(&l.b.s[0].slot[SG_MOL_BOND], bond),
           "a guess that is closed stays as decided");
    batch_free(&l.b);

    /* the open bond becomes none: O and the second carbon lack one, and their neighbours join them
     */
    static const int none_bond[] = {1, 0, 0, 0, 0, 1};
    set(&l, 4, cls, bond, right, none_bond);
    sg_mol_unsettle(&vocab, &l.b.s[0]);
    static const int all_cls[] = {CLASSES, CLASSES, CLASSES, CLASSES};
    static const int all_bond[] = {MASK, MASK, MASK, MASK, MASK, MASK};
    tap_ok(same(&l.b.s[0].slot[SG_MOL_CLASS], all_cls) &&
               same(&l.b.s[0].slot[SG_MOL_BOND], all_bond),
           "atoms that lack a bond are decided again, with their neighbours");
    batch_free(&l.b);

    /* ethane beside CH3-O-CH2, whose last carbon lacks one */
    static const int two[] = {C3, C3, O0, C3, C3};
    static const int two_bond[] = {1, 0, 0, 0, 0, 0, 0, 1, 1, 0};
    set(&l, 5, two, two_bond, two, two_bond);
    l.b.s[0].slot[SG_MOL_CLASS].tok[4] = C2;
    sg_mol_unsettle(&vocab, &l.b.s[0]);
    static const int rest[] = {C3, C3, CLASSES, C3, CLASSES};
    static const int rest_bond[] = {1, MASK, 0, MASK, MASK, 0, MASK, MASK, MASK, MASK};
    tap_ok(same(&l.b.s[0].slot[SG_MOL_CLASS], rest) && same(&l.b.s[0].slot[SG_MOL_BOND], rest_bond),
           "closed atoms that are not bound to open ones stay");
    batch_free(&l.b);

    /* charges: closed shells, but -1 in all */
    static const int anion[] = {C3, O_MINUS}, one[] = {1};
    set(&l, 2, anion, one, anion, one);
    tap_ok(!sg_mol_closed(&vocab, 2, anion, one), "a charge that the data lack is not allowed");
    sg_mol_unsettle(&vocab, &l.b.s[0]);
    tap_ok(l.b.s[0].slot[SG_MOL_CLASS].tok[1] == CLASSES, "a charged atom is decided again");
    sg_mol_vocab ions = vocab;
    ions.net_charge[0] = -1;
    l.b.s[0].slot[SG_MOL_CLASS].tok[0] = C3;
    l.b.s[0].slot[SG_MOL_CLASS].tok[1] = O_MINUS;
    l.b.s[0].slot[SG_MOL_BOND].tok[0] = 1;
    tap_ok(sg_mol_closed(&ions, 2, anion, one), "one that the data have is");
    sg_mol_unsettle(&ions, &l.b.s[0]);
    tap_ok(same(&l.b.s[0].slot[SG_MOL_CLASS], anion), "and stays");
    batch_free(&l.b);
}

static void config(void)
{
    static const char *const wrong[] = {"\"net_charge\":[0,-1]", "\"net_charge\":[0]",
                                        "\"net_charge\":0"};
    static const char right[] = "\"net_charge\":[-1,0]";
    sg_mol_config c = {.vocab = vocab}, back;
    sg_error err;
    char *text, other[8192];
    c.vocab.net_charge[0] = -1;
    c.vocab.max_nodes = 9;
    must(sg_mol_config_write(&c, &text, &err), &err);
    must(sg_mol_config_read(&back, text, &err), &err);
    tap_ok(back.vocab.closed_shell == 1 && back.vocab.net_charge[0] == -1 &&
               back.vocab.net_charge[1] == 0,
           "a model file keeps what its data share");
    const char *at = strstr(text, right);
    for (size_t k = 0; at && k < sizeof wrong / sizeof *wrong; k++) {
        snprintf(other, sizeof other, "%.*s%s%s", (int)(at - text), text, wrong[k],
                 at + sizeof right - 1);
        tap_ok(sg_mol_config_read(&back, other, &err) == SG_EMODEL &&
                   strstr(err.text, "net_charge"),
               "%s is refused", wrong[k]);
    }
    tap_ok(at != NULL, "charges are in the text");
    const char *key = strstr(text, ",\"closed_shell\":true");
    if (tap_ok(key != NULL, "shells are in the text")) {
        snprintf(other, sizeof other, "%.*s}", (int)(key - text), text);
        must(sg_mol_config_read(&back, other, &err), &err);
        tap_ok(back.vocab.closed_shell == 0, "of a file without them nothing is known");
        snprintf(other, sizeof other, "%.*s,\"closed_shell\":1}", (int)(key - text), text);
        tap_ok(sg_mol_config_read(&back, other, &err) == SG_EMODEL &&
                   strstr(err.text, "closed_shell"),
               "\"closed_shell\":1 is refused");
    }
    free(text);
}

/* ---- generation by the shipped networks -------------------------------------------------------
 */

enum { MOLECULES = 36 }; /* more than a batch of the generator, so that threads differ */

typedef struct lot {
    sg_mol m[MOLECULES];
    int complete; /* all valences stable, no net charge */
} lot;

static void generate(lot *b, const sg_mol_model *m, const sg_mol_generate_opts *o)
{
    sg_error err;
    size_t missed;
    memset(b, 0, sizeof *b);
    must(sg_mol_generate(m, o, 0, MOLECULES, b->m, &missed, &err), &err);
    for (int k = 0; k < MOLECULES; k++) {
        sg_mol_judgement j;
        must(sg_mol_judge(&j, &b->m[k], &err), &err);
        b->complete += j.all_stable && j.neutral;
    }
}

static void lot_clear(lot *b)
{
    for (int k = 0; k < MOLECULES; k++)
        sg_mol_clear(&b->m[k]);
}

static int equal(const lot *a, const lot *b)
{
    int same = 1;
    for (int k = 0; k < MOLECULES && same; k++) {
        const sg_mol *x = &a->m[k], *y = &b->m[k];
        same = x->n_atoms == y->n_atoms && x->n_bonds == y->n_bonds;
        for (int i = 0; same && i < x->n_atoms; i++)
            same = x->atom[i].element == y->atom[i].element &&
                   memcmp(x->atom[i].xyz, y->atom[i].xyz, sizeof x->atom[i].xyz) == 0;
        for (int i = 0; same && i < x->n_bonds; i++)
            same = x->bond[i].a == y->bond[i].a && x->bond[i].b == y->bond[i].b &&
                   x->bond[i].order == y->bond[i].order;
    }
    return same;
}

static void generation(void)
{
    static const struct {
        const char *what;
        int steps, least, most, formula;
        double temperature;
    } wish[] = {{"in 5 steps", 5, 0, 0, 0, 1},
                {"in one step, of two heavy atoms", 1, 2, 2, 0, 1},
                {"of one heavy atom", 2, 1, 1, 0, 1},
                {"hot", 10, 0, 0, 0, 1.2},
                {"of formula C3H8O", 2, 0, 0, 1, 1}};
    const char *dir = getenv("srcdir") ? getenv("srcdir") : ".";
    static const int c3h8o[119] = {[1] = 8, [6] = 3, [8] = 1};
    char path[1024];
    static sg_mol_model m;
    static lot closed, threads, open, unknown;
    sg_error err;
    snprintf(path, sizeof path, "%s/molgen/models/qm9.safetensors", dir);
    must(sg_mol_model_load(&m, path, 0, &err), &err);
    for (size_t k = 0; k < sizeof wish / sizeof *wish; k++) {
        sg_mol_generate_opts o;
        sg_mol_generate_defaults(&o);
        o.seed = 19;
        o.steps = wish[k].steps;
        o.hydro_steps = 1;
        o.min_heavy = wish[k].least;
        o.max_heavy = wish[k].most;
        o.temperature = wish[k].temperature;
        o.formula = wish[k].formula ? c3h8o : NULL;
        m.config.vocab.closed_shell = 1; /* what all of QM9 share */
        m.config.vocab.net_charge[0] = m.config.vocab.net_charge[1] = 0;
        generate(&closed, &m, &o);
        o.threads = 2;
        generate(&threads, &m, &o);
        o.open_valences = 1;
        generate(&open, &m, &o);
        o.open_valences = 0;
        m.config.vocab.closed_shell = 0;
        generate(&unknown, &m, &o);
        const char *what = wish[k].what;
        printf("# %s: %d of %d complete, %d without the condition\n", what, closed.complete,
               MOLECULES, open.complete);
        /* 1,000 draws find nothing for one in 70 in 5 steps, for fewer in the others; what is asked
         * for by formula is tried again then */
        tap_ok(closed.complete >= MOLECULES - (wish[k].formula ? 0 : 3), "%s: valences fit", what);
        tap_ok(equal(&closed, &threads), "%s: whatever the threads", what);
        tap_ok(open.complete < closed.complete && !equal(&open, &closed),
               "%s: without the condition fewer do", what);
        tap_ok(equal(&open, &unknown), "%s: nothing is closed where it is not known", what);
        lot_clear(&closed);
        lot_clear(&threads);
        lot_clear(&open);
        lot_clear(&unknown);
    }
    sg_mol_model_clear(&m);
}

int main(void)
{
    config();
    shells();
    unsettle();
    generation();
    return tap_done();
}
