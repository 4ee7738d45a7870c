#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/mol_metrics.h>
#include "cmd.h"
#include "compare.h"

enum { FLOOR_SEED = 1 };

/* Counts over a file; the shares are of its records. */
typedef struct counts {
    size_t n, parsed, valid, connected, closed_shell, neutral, all_ok, stable, edm_stable;
    size_t atoms, stable_atoms, edm_stable_atoms;
    size_t unique, novel, in_train, in_reference, inexact;
    size_t judged, flaw[5], good;
} counts;

static const struct {
    unsigned bit;
    const char *key, *text;
} flaws[5] = {{SG_MOL_GEOMETRY_LENGTHS, "bond_lengths", "bond lengths within 25 %"},
              {SG_MOL_GEOMETRY_ANGLES, "bond_angles", "1-3 distances within 25 %"},
              {SG_MOL_GEOMETRY_CLASH, "no_clash", "no clash"},
              {SG_MOL_GEOMETRY_RINGS, "flat_rings", "aromatic rings flat"},
              {SG_MOL_GEOMETRY_DOUBLE, "flat_double_bonds", "C=C flat"}};

typedef struct eval {
    sg_i_set set, ref, train;
    sg_i_keys ref_keys, train_keys;
    int has_ref, has_train;
    counts c;
    sg_i_comparison cmp;
} eval;

static int all_ok(const sg_i_row *r)
{
    const sg_mol_judgement *j = &r->judgement;
    return r->valid && j->connected && j->closed_shell && j->neutral;
}

/* Valid molecules whose graph no valid one before had. */
static sg_status count_unique(eval *e, sg_error *err)
{
    sg_i_keys seen = {0};
    sg_status s = sg_i_keys_make(&seen, &e->set, err);
    unsigned char *met = s == SG_OK ? calloc(seen.n + 1, 1) : NULL;
    if (s == SG_OK && !met)
        s = sg_fail(err, SG_ENOMEM, "no memory for %zu keys", seen.n);
    for (size_t k = 0; s == SG_OK && k < e->set.count; k++) {
        const sg_i_row *r = &e->set.row[k];
        size_t lo = 0, hi = seen.n;
        while (lo + 1 < hi) {
            size_t mid = (lo + hi) / 2;
            if (memcmp(seen.key[mid], r->key, SG_MOL_KEY) <= 0)
                lo = mid;
            else
                hi = mid;
        }
        if (!r->valid || met[lo])
            continue;
        met[lo] = 1;
        e->c.unique++;
        e->c.novel += e->has_train && !sg_i_keys_have(&e->train_keys, r->key);
    }
    free(met);
    sg_i_keys_clear(&seen);
    return s;
}

static void count_row(eval *e, const sg_i_row *r)
{
    counts *c = &e->c;
    const sg_mol_judgement *j = &r->judgement;
    c->valid += r->valid;
    c->connected += (size_t)j->connected;
    c->closed_shell += (size_t)j->closed_shell;
    c->neutral += (size_t)j->neutral;
    c->all_ok += (size_t)all_ok(r);
    c->stable += (size_t)j->all_stable;
    c->atoms += (size_t)r->n_atoms;
    c->stable_atoms += (size_t)j->stable;
    c->edm_stable_atoms += (size_t)r->edm_stable;
    c->edm_stable += r->judged && r->edm_stable == r->n_atoms;
    c->inexact += !r->exact;
    c->in_train += e->has_train && sg_i_keys_have(&e->train_keys, r->key);
    c->in_reference += e->has_ref && sg_i_keys_have(&e->ref_keys, r->key);
    c->judged += r->judged;
    c->good += r->judged && !r->defects;
    for (int k = 0; k < 5; k++)
        c->flaw[k] += r->judged && !(r->defects & flaws[k].bit);
}

/* ---- output ---------------------------------------------------------------------------------- */

static double share(size_t k, size_t n)
{
    return n ? (double)k / (double)n : 0;
}

/* Share of a training graph's chance to be hit over a reference graph's: 1 without memorisation. */
static double memorisation(const eval *e)
{
    return e->has_ref && e->has_train && e->c.in_reference
               ? share(e->c.in_train, e->train_keys.n) / share(e->c.in_reference, e->ref_keys.n)
               : NAN;
}

static json_t *known(int has, size_t k, size_t n)
{
    return has ? json_real(share(k, n)) : json_null();
}

static const char *measure_name(uint32_t type)
{
    static const char *const names[SG_I_KINDS] = {"length", "angle", "torsion",
                                                  "share",  "share", "share"};
    return names[type >> 28 < SG_I_KINDS ? type >> 28 : 0];
}

static json_t *distances_json(const eval *e)
{
    json_t *list = json_array();
    for (int i = 0; i < e->cmp.n; i++) {
        const sg_i_distance *d = &e->cmp.d[i];
        char name[32];
        json_t *o = json_object();
        sg_i_type_name(name, d->type);
        sg_json_set(&o, "of", sg_json_string(measure_name(d->type)));
        sg_json_set(&o, "type", sg_json_string(name));
        sg_json_set(&o, "n", json_integer((json_int_t)d->n));
        sg_json_set(&o, "n_reference", json_integer((json_int_t)d->n_reference));
        sg_json_set(&o, "distance", isnan(d->value) ? json_null() : json_real(d->value));
        sg_json_set(&o, "floor", isnan(d->floor) ? json_null() : json_real(d->floor));
        sg_json_append(&list, o);
    }
    return list;
}

static sg_status print_json(const eval *e, sg_error *err)
{
    const counts *c = &e->c;
    size_t n = c->n;
    json_t *o = json_object(), *g = json_object();
    sg_json_set(&o, "n", json_integer((json_int_t)n));
    sg_json_set(&o, "parsed", json_real(share(c->parsed, n)));
    sg_json_set(&o, "valid", json_real(share(c->valid, n)));
    sg_json_set(&o, "valid_by", json_string(sg_i_valid_by()));
    sg_json_set(&o, "connected", json_real(share(c->connected, n)));
    sg_json_set(&o, "closed_shell", json_real(share(c->closed_shell, n)));
    sg_json_set(&o, "neutral", json_real(share(c->neutral, n)));
    sg_json_set(&o, "all_ok", json_real(share(c->all_ok, n)));
    sg_json_set(&o, "atom_stability", json_real(share(c->stable_atoms, c->atoms)));
    sg_json_set(&o, "molecule_stability", json_real(share(c->stable, n)));
    sg_json_set(&o, "edm_atom_stability", json_real(share(c->edm_stable_atoms, c->atoms)));
    sg_json_set(&o, "edm_molecule_stability", json_real(share(c->edm_stable, n)));
    sg_json_set(&o, "unique", json_real(share(c->unique, n)));
    sg_json_set(&o, "novel", known(e->has_train, c->novel, n));
    sg_json_set(&o, "in_train", known(e->has_train, c->in_train, n));
    sg_json_set(&o, "in_reference", known(e->has_ref, c->in_reference, n));
    double ratio = memorisation(e);
    sg_json_set(&o, "memorisation", isnan(ratio) ? json_null() : json_real(ratio));
    for (int k = 0; k < 5; k++)
        sg_json_set(&g, flaws[k].key, json_real(share(c->flaw[k], n)));
    sg_json_set(&g, "all", json_real(share(c->good, n)));
    sg_json_set(&o, "geometry", g);
    if (e->has_ref) {
        sg_json_set(&o, "floor_by", json_string(e->has_train ? "train" : "halves"));
        sg_json_set(&o, "distances", distances_json(e));
    }
    return sg_cli_print_json(o, err);
}

static void line(const char *name, size_t k, size_t n, const char *remark)
{
    printf("  %-30s %8.4f%s%s\n", name, share(k, n), *remark ? "  " : "", remark);
}

static void print_distances(const eval *e)
{
    static const char *const heads[SG_I_KINDS] = {
        "Wasserstein-1 distance of bond lengths, angstrom",
        "of bond angles, degrees",
        "of torsions of heavy atoms, degrees",
        "Total variation",
        NULL,
        NULL};
    int last = -1;
    printf("\nDistance to %s; floor: %s\n", e->ref.path,
           e->has_train ? "as many training molecules against it" : "its random halves");
    for (int i = 0; i < e->cmp.n; i++) {
        const sg_i_distance *d = &e->cmp.d[i];
        int kind = (int)(d->type >> 28);
        char name[32];
        if (kind != last && heads[kind])
            printf(" %s\n  %-20s %10s %10s %10s\n", heads[kind], "", "distance", "floor", "values");
        last = kind;
        sg_i_type_name(name, d->type);
        printf("  %-20s %10.5f %10.5f %10zu\n", name, d->value, d->floor, d->n);
    }
}

static void print_text(const eval *e)
{
    const counts *c = &e->c;
    size_t n = c->n;
    char by[32];
    snprintf(by, sizeof by, "by %s", sg_i_valid_by());
    printf("%zu records of %s, shares of all of them\n", n, e->set.path);
    line("parsed", c->parsed, n, "");
    line("valid", c->valid, n, by);
    line("connected", c->connected, n, "");
    line("closed shell", c->closed_shell, n, "");
    line("neutral", c->neutral, n, "");
    line("all of these", c->all_ok, n, "");
    line("molecules stable", c->stable, n, "by valence");
    line("atoms stable", c->stable_atoms, c->atoms, "of atoms");
    line("molecules stable, EDM", c->edm_stable, n, "by distances");
    line("atoms stable, EDM", c->edm_stable_atoms, c->atoms, "of atoms");
    line("valid and unique", c->unique, n, "");
    if (e->has_train) {
        line("valid, unique and novel", c->novel, n, "");
        line("in train", c->in_train, n, "");
    }
    if (e->has_ref)
        line("in reference", c->in_reference, n, "");
    double ratio = memorisation(e);
    if (!isnan(ratio))
        printf("  %-30s %8.4f  hits per training graph over hits per reference graph\n",
               "memorisation", ratio);
    printf("\nGeometry\n");
    for (int k = 0; k < 5; k++)
        line(flaws[k].text, c->flaw[k], n, "");
    line("all geometry checks", c->good, n, "");
    if (e->has_ref)
        print_distances(e);
}

/* ---- verb ------------------------------------------------------------------------------------ */

static sg_status read_all(sg_cli *cli, eval *e, sg_error *err)
{
    const char *ref = sg_cli_text(cli, "reference"), *train = sg_cli_text(cli, "train");
    sg_status s = sg_i_set_read(&e->set, cli->operands[0], 1, sg_cli_interrupted, err);
    if (s == SG_OK && ref) {
        s = sg_i_set_read(&e->ref, ref, 0, sg_cli_interrupted, err);
        if (s == SG_OK)
            s = sg_i_keys_make(&e->ref_keys, &e->ref, err);
    }
    if (s == SG_OK && train) {
        s = sg_i_set_read(&e->train, train, 0, sg_cli_interrupted, err);
        if (s == SG_OK)
            s = sg_i_keys_make(&e->train_keys, &e->train, err);
    }
    e->has_ref = ref != NULL;
    e->has_train = train != NULL;
    return s;
}

static void unreadable(const sg_cli *cli, const char *what, const sg_i_set *s)
{
    char text[1024];
    if (s->records > s->count)
        sg_cli_note(cli, "%zu records%s could not be read, the first: %s", s->records - s->count,
                    what, sg_error_format(&s->first, text, sizeof text));
}

static void remark(sg_cli *cli, const eval *e)
{
    unreadable(cli, "", &e->set);
    unreadable(cli, " of --reference", &e->ref);
    unreadable(cli, " of --train", &e->train);
    if (e->set.no_bonds)
        sg_cli_note(cli, "%zu molecules have no bond list: only EDM's stability can judge them",
                    e->set.no_bonds);
    if (e->set.large)
        sg_cli_note(cli, "%zu molecules have over %d atoms: their distances were not judged",
                    e->set.large, SG_I_MEASURE);
    if (e->c.inexact)
        sg_cli_note(cli, "%zu molecules are too symmetric to be compared for sure", e->c.inexact);
}

static sg_status run(sg_cli *cli, sg_error *err)
{
    eval *e = calloc(1, sizeof *e);
    if (!e)
        return sg_fail(err, SG_ENOMEM, "out of memory");
    sg_cli_threads(cli);
    sg_status s = read_all(cli, e, err);
    if (s == SG_OK) {
        e->c.n = e->set.records;
        e->c.parsed = e->set.count;
        for (size_t k = 0; k < e->set.count; k++)
            count_row(e, &e->set.row[k]);
        s = count_unique(e, err);
    }
    if (s == SG_OK && e->has_ref)
        s = sg_i_compare(&e->cmp, &e->set, &e->ref, e->has_train ? &e->train : NULL, FLOOR_SEED,
                         err);
    if (s == SG_OK) {
        remark(cli, e);
        if (sg_cli_flag(cli, "json"))
            s = print_json(e, err);
        else
            print_text(e);
    }
    sg_i_keys_clear(&e->ref_keys);
    sg_i_keys_clear(&e->train_keys);
    sg_i_set_clear(&e->set);
    sg_i_set_clear(&e->ref);
    sg_i_set_clear(&e->train);
    free(e);
    return s;
}

static const sg_opt options[] = {
    {"reference", 'r', SG_OPT_TEXT, "FILE", "molecules to compare with, not used in training", NULL,
     0, 0, NULL},
    {"train", 0, SG_OPT_TEXT, "FILE", "molecules the model was trained on", NULL, 0, 0, NULL},
};

const sg_verb sg_mol_cmd_eval = {
    .name = "eval",
    .summary = "judge a file of molecules",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .common = SG_COMMON_JSON | SG_COMMON_THREADS | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Works on any file of molecules with explicit hydrogens. Prints shares of all records: "
        "valid, "
        "connected, closed shell, neutral, stable by valences and by EDM's distance table, unique; "
        "and "
        "geometry checks.\n\nWith --reference it prints distances of bond lengths, angles, "
        "torsions, "
        "ring sizes, elements and sizes, each beside its floor: what real molecules show. With "
        "--train "
        "it prints how many molecules are training molecules. sg-molgen-metrics(7) defines every "
        "number.",
    .example = "sg-molgen eval molecules.sdf --reference test.sdf --train train.sdf.gz",
    .run = run};
