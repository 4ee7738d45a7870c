/* Choosing one of several candidates (molgen/choose.h): the law, and what generation makes of it.
 */
#include <config.h>

#include <math.h>
#include <sigen/mol_predict.h>
#include "core.h"
#include "molgen/choose.h"
#include "molgen/model.h"
#include "nn/nn.h"

static sg_mol_model *generator, *regressor;

static sg_mol_model *load(const char *name)
{
    const char *dir = getenv("srcdir") ? getenv("srcdir") : ".";
    char path[1024];
    sg_error err;
    snprintf(path, sizeof path, "%s/molgen/models/%s.safetensors", dir, name);
    sg_mol_model *m = sg_mol_model_open(path, &err);
    must(m ? SG_OK : err.code, &err);
    return m;
}

static int property(const sg_mol_model *m, const char *name)
{
    return sg_mol_vocab_prop(&m->config.vocab, name);
}

static sg_mol_generate_opts asked(const char *name, double value)
{
    sg_mol_generate_opts o;
    sg_mol_generate_defaults(&o);
    o.seed = 5;
    o.steps = 5;
    o.hydro_steps = 2;
    o.n_targets = 1;
    o.target[0].property = property(generator, name);
    o.target[0].value = value;
    o.regressor = regressor;
    return o;
}

static double reading(const sg_mol *m, const char *name)
{
    double f[SG_MOL_MAX_PROPS];
    unsigned char known;
    sg_error err;
    must(sg_mol_predict(regressor, m, 1, f, &known, &err), &err);
    return known ? f[property(regressor, name)] : NAN;
}

static int same(const sg_mol *a, const sg_mol *b)
{
    int equal = a->n_atoms == b->n_atoms && a->n_bonds == b->n_bonds;
    for (int i = 0; i < a->n_atoms && equal; i++)
        equal = a->atom[i].element == b->atom[i].element &&
                memcmp(a->atom[i].xyz, b->atom[i].xyz, sizeof a->atom[i].xyz) == 0;
    return equal;
}

static void make(const sg_mol_generate_opts *o, sg_mol *out, size_t count)
{
    sg_error err;
    must(sg_mol_generate(generator, o, 0, count, out, NULL, &err), &err);
}

static void clear(sg_mol *m, size_t count)
{
    for (size_t k = 0; k < count; k++)
        sg_mol_clear(&m[k]);
}

static void copy(sg_mol *to, const sg_mol *m)
{
    sg_error err;
    *to = (sg_mol){.has_xyz = 1, .has_bonds = 1};
    for (int i = 0; i < m->n_atoms; i++)
        must(sg_mol_add_atom(to, m->atom[i].element, m->atom[i].charge, m->atom[i].xyz, &err),
             &err);
    for (int i = 0; i < m->n_bonds; i++)
        must(sg_mol_add_bond(to, m->bond[i].a, m->bond[i].b, m->bond[i].order, &err), &err);
}

/* Of two molecules the share of the first is N(y; f_1, s^2) over the sum, for y between them; one
 * that the regressor cannot read is never kept beside one that it can. */
static void law(void)
{
    enum { N = 600 };
    sg_mol_generate_opts o = asked("mu", 2);
    sg_mol two[2] = {{0}}, *candidate = calloc(3 * N, sizeof *candidate);
    sg_mol *out = calloc(N, sizeof *out);
    sg_rng *r = calloc(N, sizeof *r);
    sg_mol_chooser c;
    sg_error err;
    make(&o, two, 2);
    double s = .05 * regressor->config.vocab.prop[property(regressor, "mu")].sd;
    double a = reading(&two[0], "mu"), b = reading(&two[1], "mu");
    tap_ok(fabs(a - b) > .1, "two molecules of %.3f and %.3f D", a, b);
    /* log odds of the first: ((y - b)^2 - (y - a)^2)/2s^2 = 1 */
    o.target[0].value = (2 * s * s + a * a - b * b) / (2 * (a - b));
    must(sg_mol_chooser_init(&c, generator, &o, NULL, &err), &err);
    for (size_t k = 0; k < N; k++) {
        copy(&candidate[3 * k], &two[0]);
        copy(&candidate[3 * k + 1], &two[1]);
        copy(&candidate[3 * k + 2], &two[0]);
        candidate[3 * k + 2].atom[0].radical = 2;
        sg_rng_init(&r[k], 1, k, 0);
    }
    must(sg_mol_choose(&c, candidate, N, 3, r, out, &err), &err);
    int first = 0, radical = 0;
    for (size_t k = 0; k < N; k++) {
        radical += out[k].atom[0].radical != 0;
        first += same(&out[k], &two[0]);
    }
    double p = exp(1) / (1 + exp(1));
    tap_near(first / (double)N, p, 4 * sqrt(p * (1 - p) / N), 0, "kept as often as weights say");
    tap_ok(radical == 0, "a radical, which the regressor does not read, never");
    clear(candidate, 3 * N);
    clear(out, N);
    clear(two, 2);
    free(candidate);
    free(out);
    free(r);
}

/* Where nothing can be read the kept one has atoms, if any has. */
static void unread(void)
{
    sg_mol_generate_opts o = asked("mu", 2);
    sg_mol one[1] = {{0}}, candidate[4] = {{0}}, out[2] = {{0}};
    sg_mol_chooser c;
    sg_error err;
    sg_rng r[2];
    make(&o, one, 1);
    copy(&candidate[1], one);
    candidate[1].atom[0].radical = 2;
    sg_rng_init(&r[0], 1, 0, 0);
    sg_rng_init(&r[1], 1, 1, 0);
    must(sg_mol_chooser_init(&c, generator, &o, NULL, &err), &err);
    must(sg_mol_choose(&c, candidate, 2, 2, r, out, &err), &err);
    tap_ok(out[0].n_atoms == one->n_atoms, "a radical beside an empty molecule is kept");
    tap_ok(out[1].n_atoms == 0, "of two empty ones an empty one");
    clear(one, 1);
    clear(candidate, 4);
    clear(out, 2);
}

/* Where f is not a number. */
static void not_finite(void)
{
    sg_mol_generate_opts o = asked("mu", 2);
    sg_mol one[1] = {{0}}, candidate[4] = {{0}}, out[2] = {{0}};
    sg_mol_chooser c;
    sg_error err;
    sg_rng r[2];
    make(&o, one, 1);
    for (int k = 0; k < 4; k++)
        copy(&candidate[k], one);
    candidate[0].atom[0].xyz[0] = candidate[3].atom[0].xyz[0] = 1e200;
    tap_ok(!isfinite(reading(&candidate[0], "mu")), "an atom too far away to read");
    sg_rng_init(&r[0], 1, 0, 0);
    sg_rng_init(&r[1], 1, 1, 0);
    must(sg_mol_chooser_init(&c, generator, &o, NULL, &err), &err);
    must(sg_mol_choose(&c, candidate, 2, 2, r, out, &err), &err);
    tap_ok(same(&out[0], one) && same(&out[1], one), "is never kept, whether first or last");
    clear(one, 1);
    clear(candidate, 4);
    clear(out, 2);
}

/* With one attempt each, some candidates do not fit: they are never kept beside one that does. */
static void wanting(void)
{
    enum { N = 30, ATOMS = 18 };
    sg_mol_generate_opts o = asked("mu", 2);
    sg_mol out[N] = {{0}};
    size_t missed[2] = {0};
    sg_error err;
    o.atoms = ATOMS;
    o.steps = 2;
    o.tries = 1;
    for (int i = 0; i < 2; i++) {
        size_t empty = 0;
        int exact = 1;
        o.candidates = i ? 8 : 1;
        must(sg_mol_generate(generator, &o, 0, N, out, &missed[i], &err), &err);
        for (size_t k = 0; k < N; k++) {
            empty += out[k].n_atoms == 0;
            exact = exact && (out[k].n_atoms == 0 || out[k].n_atoms == ATOMS);
        }
        tap_ok(exact && empty == missed[i], "%d of %zu missed, the others fit", (int)empty,
               (size_t)N);
    }
    tap_ok(missed[1] < missed[0] / 2, "far fewer of several candidates: %zu for %zu", missed[1],
           missed[0]);
    clear(out, N);
}

static int products;

static void counted_linear(const sg_node *n)
{
    products++;
    sg_isa_find(NULL)->op[SG_OP_LINEAR].fwd(n);
}

/* The kernels asked for are the regressor's too. */
static void kernels(void)
{
    sg_mol_generate_opts o = asked("mu", 2);
    sg_isa counted = *sg_isa_find(NULL);
    sg_mol candidate[2] = {{0}}, out[1] = {{0}};
    sg_mol_chooser c;
    sg_error err;
    sg_rng r[1];
    make(&o, candidate, 2);
    sg_rng_init(r, 1, 0, 0);
    counted.op[SG_OP_LINEAR].fwd = counted_linear;
    must(sg_mol_chooser_init(&c, generator, &o, &counted, &err), &err);
    must(sg_mol_choose(&c, candidate, 1, 2, r, out, &err), &err);
    tap_ok(products > 0, "%d products by the kernels asked for", products);
    clear(candidate, 2);
    clear(out, 1);
}

static void generation(void)
{
    enum { N = 32, FEW = 6 };
    sg_mol_generate_opts o = asked("mu", 4);
    sg_mol raw[N] = {{0}}, near[N] = {{0}}, again[FEW] = {{0}};
    double error[2] = {0};
    int firsts = 0, equal = 1;
    make(&o, raw, N);
    o.candidates = 2;
    make(&o, near, N);
    o.threads = 2;
    make(&o, again, FEW);
    for (size_t k = 0; k < N; k++) {
        double e[2] = {fabs(reading(&raw[k], "mu") - 4), fabs(reading(&near[k], "mu") - 4)};
        for (int i = 0; i < 2; i++)
            error[i] += isnan(e[i]) ? 0 : e[i] / N;
        firsts += same(&raw[k], &near[k]);
        equal = equal && (k >= FEW || same(&near[k], &again[k]));
    }
    tap_ok(error[1] < .8 * error[0], "the nearer of two: off by %.2f D for %.2f", error[1],
           error[0]);
    tap_near(firsts, N / 2., 4 * sqrt(N * .25), 0, "the first of two, that of one, is as likely");
    tap_ok(equal, "whatever the threads");
    clear(raw, N);
    clear(near, N);
    clear(again, FEW);
}

static void refused(void)
{
    sg_mol_generate_opts o = asked("mu", 2);
    sg_mol m = {0};
    sg_error err;
    o.candidates = 33;
    tap_ok(sg_mol_generate(generator, &o, 0, 1, &m, NULL, &err) == SG_EINVAL, "%s", err.text);
    o.candidates = 0;
    tap_ok(sg_mol_generate(generator, &o, 0, 1, &m, NULL, &err) == SG_EINVAL, "%s", err.text);
    o.candidates = 2;
    o.n_targets = 0;
    tap_ok(sg_mol_generate(generator, &o, 0, 1, &m, NULL, &err) == SG_EINVAL, "%s", err.text);
    o = asked("mu", 2);
    o.candidates = 2;
    o.regressor = generator;
    tap_ok(sg_mol_generate(generator, &o, 0, 1, &m, NULL, &err) == SG_ENOTSUP, "%s", err.text);
    o.regressor = NULL;
    tap_ok(sg_mol_generate(generator, &o, 0, 1, &m, NULL, &err) == SG_ENOTSUP, "%s", err.text);
    o.regressor = regressor;
    int q = property(regressor, "mu");
    regressor->config.vocab.prop[q].unit[0] = 'x';
    tap_ok(sg_mol_generate(generator, &o, 0, 1, &m, NULL, &err) == SG_ENOTSUP, "%s", err.text);
    regressor->config.vocab.prop[q].unit[0] = 'D';
    sg_mol_clear(&m);
}

int main(void)
{
    generator = load("qm9");
    regressor = load("qm9-predictor");
    law();
    unread();
    not_finite();
    kernels();
    wanting();
    generation();
    refused();
    sg_mol_model_free(generator);
    sg_mol_model_free(regressor);
    return tap_done();
}
