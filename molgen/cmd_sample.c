#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/mol_valence.h>
#include <sigen/sampler.h>
#include "cli/job.h"
#include "cli/models.h"
#include "cmd.h"

enum { BLOCK = 256 }; /* samples of a block, candidates counted */

/* Those that bring coordinates all the way. */
static const char *sampler_name(size_t k)
{
    for (const sg_sampler *const *s = sg_samplers; *s; s++)
        if ((*s)->serves & SG_SERVES_FROM_BASE && k-- == 0)
            return (*s)->name;
    return NULL;
}

static const sg_opt options[] = {
    {"target", 'T', SG_OPT_LIST, "NAME=VALUE", "ask for a property, as in gap=6.5eV", NULL, 0, 0,
     NULL},
    {"guidance", 'g', SG_OPT_DOUBLE, "W",
     "weight of the targets: 1 is the conditional law, more presses harder", "1", 0, 20, NULL},
    {"candidates", 'k', SG_OPT_INT, "K",
     "samples made for each molecule, of which a regressor's reading of the targets chooses one: "
     "nearer by far, and K times as long",
     "1", 1, SG_MOL_CANDIDATES, NULL},
    {"regressor", 0, SG_OPT_TEXT, "MODEL",
     "what chooses: the model's own, or qm9-predictor where it has none", NULL, 0, 0, NULL},
    {"heavy", 0, SG_OPT_RANGE, "A-B", "number of heavy atoms; the data's sizes if not given", NULL,
     1, 64, NULL},
    {"atoms", 0, SG_OPT_INT, "N", "number of atoms with hydrogens, kept exactly", NULL, 1, 256,
     NULL},
    {"formula", 0, SG_OPT_TEXT, "FORMULA", "composition, kept exactly, as in C7H10O2", NULL, 0, 0,
     NULL},
    {"temperature", 0, SG_OPT_DOUBLE, "T",
     "of atom and bond choices; other values than 1 change the law: safer, less diverse below 1",
     "1", 0.01, 10, NULL},
    {"remask", 0, SG_OPT_DOUBLE, "ETA", "rate at which decided atoms and bonds are decided again",
     "20", 0, 1000, NULL},
    {"slack", 0, SG_OPT_DOUBLE, "S",
     "how far that may exceed the training law near the end: 1 not at all", "1", 1, 100, NULL},
    {"open-valences", 0, SG_OPT_FLAG, NULL,
     "let the last step decide every atom and bond by itself, without the condition that shells "
     "close "
     "as in all training data",
     NULL, 0, 0, NULL},
    {"hydrogen-steps", 0, SG_OPT_INT, "K", "steps of the hydrogen stage", "10", 1, 1000, NULL},
    {"isa", 0, SG_OPT_TEXT, "NAME",
     "kernels: v4 (AVX-512), v3 (AVX2) or generic; the best of this machine if not given. v3 and "
     "v4 "
     "give the same bytes",
     NULL, 0, 0, NULL},
    {"sampler", 0, SG_OPT_TEXT, "NAME", "how coordinates are integrated", "exp2", 0, 0,
     sampler_name},
    {"steps", 0, SG_OPT_INT, "K", "steps of the heavy-atom stage", "100", 1, 10000, NULL},
};

typedef struct sampling {
    const sg_cli *c;
    sg_mol_model *model, *regressor; /* regressor: NULL = the model's own */
    sg_mol_generate_opts o;
    int formula[119];
    const sg_mol_format *format;
    int provenance;
    size_t missed, open; /* not made; made, but shells did not close */
    sg_progress bar;
    char item[SG_MOL_TARGETS + 2][2][64]; /* data items of every record, name and value: targets,
                                             then what chose */
    int n_items;
} sampling;

/* C7H10O2 -> counts by atomic number */
static sg_status parse_formula(const char *s, int f[119], sg_error *err)
{
    memset(f, 0, 119 * sizeof *f);
    while (*s) {
        size_t n = s[1] >= 'a' && s[1] <= 'z' ? 2 : 1;
        int z = sg_element_number(s, n);
        if (!z)
            return sg_fail(err, SG_EINVAL, "formula: \"%.2s\" is no element", s);
        s += n;
        n = strspn(s, "0123456789");
        long long k = 1;
        if (n && sg_parse_int(s, n, 1, 256, &k, NULL) != SG_OK)
            return sg_fail(err, SG_EINVAL, "formula: number %.*s is not within 1 to 256", (int)n,
                           s);
        f[z] += (int)k;
        s += n;
    }
    return SG_OK;
}

static sg_status parse_target(sampling *s, const char *text, sg_error *err)
{
    const char *eq = strchr(text, '=');
    int n = sg_mol_model_properties(s->model), k = s->o.n_targets;
    char known[256] = "";
    if (!eq)
        return sg_fail(err, SG_EINVAL, "target \"%s\" is not of the form NAME=VALUE", text);
    if (k == SG_MOL_TARGETS)
        return sg_fail(err, SG_EINVAL, "more than %d targets", SG_MOL_TARGETS);
    for (int q = 0; q < n; q++) {
        sg_mol_property p = sg_mol_model_property(s->model, q);
        if (strlen(p.name) == (size_t)(eq - text) && memcmp(p.name, text, strlen(p.name)) == 0) {
            double v;
            sg_status st = sg_mol_quantity(eq + 1, p.unit, &v, err);
            if (st != SG_OK)
                return st;
            if (v < p.q001 || v > p.q999)
                sg_cli_note(s->c,
                            "%s = %g %s is outside what the model has seen (99.8 %% of its data "
                            "lie within %g to %g): expect little",
                            p.name, v, p.unit, p.q001, p.q999);
            s->o.target[k].property = q;
            s->o.target[k].value = v;
            for (int i = 0; i < k; i++)
                if (s->o.target[i].property == q)
                    return sg_fail(err, SG_EINVAL, "target %s is given twice", p.name);
            sg_mol_cmd_tag(s->item[k][0], "SG_target", &p);
            snprintf(s->item[k][1], sizeof s->item[k][1], "%g", v);
            s->n_items = ++s->o.n_targets;
            return SG_OK;
        }
        snprintf(known + strlen(known), sizeof known - strlen(known), "%s%s", q ? ", " : "",
                 p.name);
    }
    return sg_fail(err, SG_EINVAL, "the model knows no property \"%.*s\"; it knows %s",
                   (int)(eq - text), text, n ? known : "none");
}

/* The provenance a record carries: enough to make it again. */
static sg_status describe(const sampling *s, uint64_t id, sg_mol *m, sg_error *err)
{
    char text[32];
    sg_status st = SG_OK;
    snprintf(m->title, sizeof m->title, "sigen-%s-s%llu-%08llu", sg_mol_model_hash(s->model),
             (unsigned long long)s->o.seed, (unsigned long long)id);
    if (!s->provenance) {
        snprintf(m->title, sizeof m->title, "molecule-%08llu", (unsigned long long)id);
        return SG_OK;
    }
    snprintf(m->comment, sizeof m->comment, "sigen %s model=%s seed=%llu id=%llu %s steps=%d",
             PACKAGE_VERSION, sg_mol_model_hash(s->model), (unsigned long long)s->o.seed,
             (unsigned long long)id, s->o.sampler, s->o.steps);
    snprintf(text, sizeof text, "%llu", (unsigned long long)id);
    st = sg_mol_set_tag(m, "SG_id", text, err);
    for (int k = 0; k < s->n_items && st == SG_OK; k++)
        st = sg_mol_set_tag(m, s->item[k][0], s->item[k][1], err);
    return st;
}

static sg_status records(void *ctx, uint64_t first, size_t *wanted, sg_out *out, sg_error *err)
{
    sampling *s = ctx;
    size_t count = *wanted;
    sg_mol *m = calloc(count, sizeof *m);
    size_t missed = 0;
    if (!m)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu molecules", count);
    sg_status st = sg_mol_generate(s->model, &s->o, first, count, m, &missed, err);
    for (size_t k = 0; k < count && st == SG_OK; k++) {
        if (m[k].n_atoms == 0)
            continue;
        sg_mol_judgement j;
        st = sg_mol_judge(&j, &m[k], err);
        s->open += st == SG_OK && !j.closed_shell;
        if (st == SG_OK)
            st = describe(s, first + k, &m[k], err);
        if (st == SG_OK)
            st = s->format->write(out, &m[k], err);
    }
    s->missed += missed;
    for (size_t k = 0; k < count; k++)
        sg_mol_clear(&m[k]);
    free(m);
    return st;
}

static sg_status frame(sg_out *out, const char *text)
{
    if (text)
        sg_out_puts(out, text);
    return SG_OK;
}

static sg_status head(void *ctx, sg_out *out, sg_error *err)
{
    (void)err;
    return frame(out, ((sampling *)ctx)->format->head);
}

static sg_status tail(void *ctx, sg_out *out, sg_error *err)
{
    (void)err;
    return frame(out, ((sampling *)ctx)->format->tail);
}

static void progress(void *ctx, uint64_t done, uint64_t total)
{
    (void)total;
    sg_progress_at(&((sampling *)ctx)->bar, done, NULL);
}

static sg_status read_options(sg_cli *c, sampling *s, sg_error *err)
{
    uint64_t a, b;
    size_t n;
    sg_mol_generate_defaults(&s->o);
    s->c = c;
    s->o.seed = sg_cli_u64(c, "seed");
    s->o.steps = (int)sg_cli_int(c, "steps");
    s->o.hydro_steps = (int)sg_cli_int(c, "hydrogen-steps");
    s->o.sampler = sg_cli_text(c, "sampler");
    s->o.isa = sg_cli_text(c, "isa");
    s->o.remask = sg_cli_double(c, "remask");
    s->o.slack = sg_cli_double(c, "slack");
    s->o.temperature = sg_cli_double(c, "temperature");
    s->o.guidance = sg_cli_double(c, "guidance");
    s->o.open_valences = sg_cli_flag(c, "open-valences");
    s->o.threads = sg_cli_threads(c);
    if (s->o.threads > 256)
        s->o.threads = 256;
    s->o.stop = sg_cli_stop();
    s->o.atoms = sg_cli_given(c, "atoms") ? (int)sg_cli_int(c, "atoms") : 0;
    if (sg_cli_pair(c, "heavy", &a, &b)) {
        s->o.min_heavy = (int)a;
        s->o.max_heavy = (int)b;
    }
    s->provenance = !sg_cli_flag(c, "no-provenance");
    const char *formula = sg_cli_text(c, "formula");
    sg_status st = formula ? parse_formula(formula, s->formula, err) : SG_OK;
    if (formula)
        s->o.formula = s->formula;
    const char *const *targets = sg_cli_list(c, "target", &n);
    for (size_t k = 0; k < n && st == SG_OK; k++)
        st = parse_target(s, targets[k], err);
    if (st == SG_OK && n == 0 && sg_cli_given(c, "guidance"))
        sg_cli_note(c, "--guidance is of no use without --target");
    s->o.candidates = (int)sg_cli_int(c, "candidates");
    return st;
}

static void add_item(sampling *s, const char *name, const char *value)
{
    snprintf(s->item[s->n_items][0], sizeof s->item[0][0], "%s", name);
    snprintf(s->item[s->n_items++][1], sizeof s->item[0][1], "%s", value);
}

/* The regressor that chooses, and that records tell of it. */
static sg_status open_regressor(const sg_cli *c, sampling *s, sg_error *err)
{
    const char *name = sg_cli_text(c, "regressor");
    sg_status st = SG_OK;
    char candidates[16];
    if (s->o.candidates == 1) {
        if (name)
            sg_cli_note(c, "--regressor is of no use without --candidates");
        return SG_OK;
    }
    if (name || !sg_mol_model_predicts(s->model))
        st = sg_mol_cmd_open(name ? name : "qm9-predictor", &s->regressor, err);
    if (st != SG_OK)
        return st;
    s->o.regressor = s->regressor;
    snprintf(candidates, sizeof candidates, "%d", s->o.candidates);
    add_item(s, "SG_candidates", candidates);
    add_item(s, "SG_regressor", sg_mol_model_hash(s->regressor ? s->regressor : s->model));
    return SG_OK;
}

/* All that decides the bytes. */
static json_t *about(const sg_cli *c, const sampling *s)
{
    json_t *o = sg_cli_provenance(c), *t = json_array();
    if (!o || !t)
        return NULL;
    json_object_set_new(o, "model", json_string(sg_mol_model_hash(s->model)));
    json_object_set_new(o, "seed", json_sprintf("%llu", (unsigned long long)s->o.seed));
    json_object_set_new(o, "sampler", json_string(s->o.sampler));
    json_object_set_new(o, "steps", json_integer(s->o.steps));
    json_object_set_new(o, "hydrogen_steps", json_integer(s->o.hydro_steps));
    json_object_set_new(o, "remask", json_real(s->o.remask));
    json_object_set_new(o, "slack", json_real(s->o.slack));
    json_object_set_new(o, "temperature", json_real(s->o.temperature));
    json_object_set_new(o, "guidance", json_real(s->o.guidance));
    json_object_set_new(o, "candidates", json_integer(s->o.candidates));
    json_object_set_new(o, "regressor",
                        s->regressor ? json_string(sg_mol_model_hash(s->regressor)) : json_null());
    json_object_set_new(o, "open_valences", json_boolean(s->o.open_valences));
    json_object_set_new(o, "heavy", json_pack("[i,i]", s->o.min_heavy, s->o.max_heavy));
    json_object_set_new(o, "atoms", json_integer(s->o.atoms));
    const char *formula = sg_cli_text(c, "formula");
    json_object_set_new(o, "formula", formula ? json_string(formula) : json_null());
    for (int k = 0; k < s->o.n_targets; k++)
        json_array_append_new(t, json_pack("[s,f]", s->item[k][0], s->o.target[k].value));
    json_object_set_new(o, "targets", t);
    json_object_set_new(o, "format", json_string(s->format->name));
    json_object_set_new(o, "provenance", json_boolean(s->provenance));
    return o;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    sampling *s = calloc(1, sizeof *s);
    if (!s)
        return sg_fail(err, SG_ENOMEM, "no memory");
    sg_job job = {.path = sg_cli_text(c, "output"),
                  .count = (uint64_t)sg_cli_int(c, "n"),
                  .resume = sg_cli_flag(c, "resume"),
                  .head = head,
                  .records = records,
                  .tail = tail,
                  .progress = progress,
                  .ctx = s};
    json_t *ab = NULL;
    uint64_t first, count;
    sg_cli_pair(c, "shard", &job.shard, &job.shards);
    sg_status st = sg_mol_cmd_model(c, "qm9", &s->model, err);
    if (st == SG_OK)
        st = read_options(c, s, err);
    if (st == SG_OK)
        st = open_regressor(c, s, err);
    if (st == SG_OK && !(s->format = sg_mol_cmd_format(c, job.path, err)))
        st = SG_EINVAL;
    if (st == SG_OK && s->o.n_targets && !s->format->tags)
        sg_cli_note(c, "%s has no place for data items: what was asked for is not written",
                    s->format->name);
    if (st == SG_OK && !(ab = about(c, s)))
        st = sg_fail(err, SG_ENOMEM, "no memory");
    job.about = ab;
    sg_job_ids(&job, &first, &count);
    double start = sg_cli_seconds();
    if (st == SG_OK) {
        job.block = BLOCK / (size_t)s->o.candidates;
        sg_progress_start(&s->bar, c, "molecules", count);
        st = sg_job_run(c, &job, err);
        sg_progress_end(&s->bar);
    }
    double seconds = sg_cli_seconds() - start;
    if (st == SG_OK)
        sg_cli_note_sampled(c, &(sg_cli_sampled){.unit = "molecules",
                                                 .n = count - s->missed,
                                                 .seed = s->o.seed,
                                                 .steps = s->o.steps,
                                                 .threads = s->o.threads,
                                                 .seconds = seconds,
                                                 .model = sg_mol_model_hash(s->model)});
    if (st == SG_OK && s->missed)
        sg_cli_note(
            c, "%zu molecules did not meet --atoms or --formula in %d attempts and are left out",
            s->missed, s->o.tries * s->o.candidates);
    if (st == SG_OK && s->open)
        sg_cli_note(c, "molecules with open valences: %zu", s->open);
    c->defects = s->missed;
    json_decref(ab);
    sg_mol_model_free(s->model);
    sg_mol_model_free(s->regressor);
    free(s);
    return st;
}

const sg_verb sg_mol_cmd_sample = {
    .name = "sample",
    .summary = "generate molecules",
    .common = SG_COMMON_MODEL | SG_COMMON_N | SG_COMMON_SEED | SG_COMMON_STEPS | SG_COMMON_SAMPLER |
              SG_COMMON_THREADS | SG_COMMON_SHARD | SG_COMMON_RESUME | SG_COMMON_OUTPUT |
              SG_COMMON_FORMAT | SG_COMMON_QUIET | SG_COMMON_NO_PROVENANCE,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Generates 3D molecules with explicit hydrogens, kekulised bonds and formal charges. Heavy "
        "atoms come first (coordinates, elements, charges, hydrogen counts and bonds together), "
        "then their hydrogens. The output holds raw samples: nothing is repaired, filtered or "
        "relaxed, unless --candidates asks for a choice. The choice comes near the targets as its "
        "regressor reads them, whose own error comes on top: judge it by other means.\n\n"
        "Properties asked for with --target are written into the file as SG_target_NAME_UNIT, "
        "how a choice was made as SG_candidates and SG_regressor. Units of the model (see info) "
        "are assumed where none is given; meV, hartree, kcal/mol, kJ/mol, A^3 and "
        "J/(mol K) are understood.",
    .example = "sg-molgen sample -n 100 --seed 42 -o molecules.sdf\n"
               "sg-molgen sample -n 50 --target gap=6.5eV --target mu=2D -o targets.sdf.gz\n"
               "sg-molgen sample -n 50 --target mu=2D --candidates 8 -o near.sdf\n"
               "sg-molgen sample -n 20 --formula C7H10O2 -o isomers.sdf",
    .run = run};
