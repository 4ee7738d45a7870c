/* The generator of backbones: law of the base chains, gradient of the loss, symmetries of the
 * network on random weights, contigs, and that a sample is a function of its seed alone. */
#include <config.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

#include <sigen/objective.h>
#include "protein/field.h"
#include "protein/given.h"
#include "protein/loss.h"
#include "protein/student.h"
#include "protein/task.h"
#include "tap.h"

enum { N = 44, MORE = 60 };

static sg_protein_model model;
static sg_arena arena;

/* ---- base law -------------------------------------------------------------------------------- */

static void base_law(void)
{
    /* the prototype's values for 96 residues, to their printed digits */
    tap_near(model.law.rho[96], 0.98503, 5e-6, 0, "correlation of neighbours, 96 residues");
    tap_near(model.law.sigma[96], 1.268, 5e-4, 0, "spread of a coordinate, 96 residues");
    /* size and step of drawn chains: standard errors of 4000 draws are .2 % and .1 % */
    sg_map map = sg_protein_chain_map(&model.law);
    double x[3 * 80], rg2 = 0, step2 = 0;
    sg_rng r;
    sg_rng_init(&r, 5, 0, 0);
    for (int k = 0; k < 4000; k++) {
        sg_base_draw(&sg_space_centred, &map, x, 80, 3, &r);
        for (int i = 0; i < 3 * 80; i++) {
            rg2 += x[i] * x[i] / (80 * 4000);
            if (i >= 3)
                step2 += (x[i] - x[i - 3]) * (x[i] - x[i - 3]) / (79 * 4000);
        }
    }
    tap_near(sqrt(step2), 0.38, 0, 0.005, "root mean square step of drawn chains");
    tap_near(sqrt(rg2), 1.04 * 0.22 * pow(80, 0.38), 0, 0.015, "their radius of gyration");
}

/* ---- loss ------------------------------------------------------------------------------------ */

static double total(const double *y, const double *x, double t, double *grad)
{
    double part[SG_PROTEIN_LOSSES] = {0}, work[6 * N], none[3 * N] = {0};
    sg_protein_loss(part, grad ? grad : none, y, x, N, t, 0.25, &model.law, work);
    return 0.25 * (part[0] + part[1] + part[2]);
}

static void loss_gradient(void)
{
    double x[3 * N], y[3 * N];
    sg_map map = sg_protein_chain_map(&model.law);
    sg_rng r;
    sg_rng_init(&r, 6, 0, 0);
    sg_base_draw(&sg_space_centred, &map, x, N, 3, &r);
    for (int i = 0; i < 3 * N; i++)
        y[i] = x[i] + 0.1 * sg_rng_normal(&r);
    for (int k = 0; k < 3; k++) {
        const double times[] = {0.1, 0.6, 0.99}, t = times[k];
        double grad[3 * N] = {0}, worst = 0;
        total(y, x, t, grad);
        for (int i = 0; i < 3 * N; i++) {
            double keep = y[i], h = 1e-6, up, dn;
            y[i] = keep + h;
            up = total(y, x, t, NULL);
            y[i] = keep - h;
            dn = total(y, x, t, NULL);
            y[i] = keep;
            tap_worst(&worst, fabs((up - dn) / (2 * h) - grad[i]) / (1 + fabs(grad[i])));
        }
        tap_ok(worst < 1e-6, "gradient of the loss at t = %g (%.2g)", t, worst);
    }
    double part[SG_PROTEIN_LOSSES] = {0}, grad[3 * N] = {0}, work[6 * N];
    sg_protein_loss(part, grad, x, x, N, 0.9, 1, &model.law, work);
    tap_ok(part[0] == 0 && part[1] == 0 && part[2] == 0, "the truth costs nothing");
}

/* ---- network --------------------------------------------------------------------------------- */

typedef struct chain {
    int n;
    double x[3 * MORE], xs[3 * MORE], y[3 * MORE];
    sg_protein_ask ask;
} chain;

/* Estimates of several chains in one batch, into their y. */
static void estimate(chain *const *c, int count, double t)
{
    int length[4];
    sg_error err;
    sg_protein_buffer b;
    sg_egnet_out o;
    sg_tape tape;
    sg_arena_rewind(&arena, 0);
    for (int k = 0; k < count; k++)
        length[k] = c[k]->n;
    if (sg_protein_buffer_init(&b, &arena, length, count, &err) != SG_OK)
        exit(99);
    for (int k = 0; k < count; k++) {
        sg_protein_buffer_state(&b, k, c[k]->x, t);
        sg_protein_buffer_previous(&b, k, c[k]->xs);
        sg_protein_buffer_ask(&b, k, &c[k]->ask);
    }
    sg_tape_init(&tape, &arena, &model.params, NULL, NULL);
    sg_egnet_forward(&model.net, &tape, &b.in, &o);
    if (tape.status != SG_OK)
        exit(99);
    for (int k = 0; k < count; k++)
        sg_protein_estimate(c[k]->y, c[k]->x, t, &o.vec, b.in.lay.node0[k], c[k]->n);
}

static void draw_chain(chain *c, int n, uint64_t sample)
{
    sg_map map = sg_protein_chain_map(&model.law);
    sg_rng r;
    memset(c, 0, sizeof *c);
    c->n = n;
    sg_rng_init(&r, 7, sample, 0);
    sg_base_draw(&sg_space_centred, &map, c->x, (size_t)n, 3, &r);
    for (int i = 0; i < 3 * n; i++)
        c->xs[i] = c->x[i] + 0.1 * sg_rng_normal(&r);
}

/* b = m a for every point of x and xs; m row-major */
static void transform(chain *b, const chain *a, const double m[9])
{
    *b = *a;
    for (int i = 0; i < a->n; i++)
        for (int r = 0; r < 3; r++) {
            b->x[3 * i + r] = b->xs[3 * i + r] = 0;
            for (int c = 0; c < 3; c++) {
                b->x[3 * i + r] += m[3 * r + c] * a->x[3 * i + c];
                b->xs[3 * i + r] += m[3 * r + c] * a->xs[3 * i + c];
            }
        }
}

/* largest |b.y - m a.y| over the largest |a.y - a.x| */
static double apart(const chain *b, const chain *a, const double m[9])
{
    double worst = 0, scale = 1e-30;
    for (int i = 0; i < a->n; i++)
        for (int r = 0; r < 3; r++) {
            double y = 0;
            for (int c = 0; c < 3; c++)
                y += m[3 * r + c] * a->y[3 * i + c];
            tap_worst(&worst, fabs(b->y[3 * i + r] - y));
            scale = fmax(scale, fabs(a->y[3 * i + r] - a->x[3 * i + r]));
        }
    return worst / scale;
}

static void symmetries(void)
{
    const double ca = cos(0.7), sa = sin(0.7), cb = cos(-1.9), sb = sin(-1.9);
    const double turn[9] = {ca, -sa * cb, sa * sb, sa, ca * cb, -ca * sb, 0, sb, cb};
    const double mirror[9] = {1, 0, 0, 0, 1, 0, 0, 0, -1}, same[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    static chain a, b, c, d;
    static unsigned char fixed[N];
    draw_chain(&a, N, 1);
    memset(fixed + 10, 1, 12);
    a.ask = (sg_protein_ask){.has_share = 1,
                             .helix = 0.4,
                             .strand = 0.1,
                             .ss = "HHHHHHHHHHHH--------EEEEE---EEEEEHHHHHH-----",
                             .motif = a.xs,
                             .fixed = fixed};
    chain *pa[] = {&a}, *pb[] = {&b}, *pc[] = {&c};
    estimate(pa, 1, 0.4);
    transform(&b, &a, turn);
    b.ask.motif = b.xs;
    estimate(pb, 1, 0.4);
    double e = apart(&b, &a, turn);
    tap_ok(e < 2e-5, "turned chains give turned estimates, float rounding apart (%.2g)", e);
    transform(&c, &a, mirror);
    c.ask.motif = c.xs;
    estimate(pc, 1, 0.4);
    e = apart(&c, &a, mirror);
    tap_ok(e > 0.05, "mirrored chains are told apart (%.2g)", e);
    c.ask.motif = a.xs;
    memcpy(c.x, a.x, sizeof c.x);
    memcpy(c.xs, a.xs, sizeof c.xs);
    estimate(pc, 1, 0.4);
    tap_ok(apart(&c, &a, same) == 0, "the same again gives the same bytes");
    transform(&d, &a, mirror); /* only the motif is mirrored */
    c.ask.motif = d.xs;
    estimate(pc, 1, 0.4);
    e = apart(&c, &a, same);
    tap_ok(e > 1e-3, "a mirrored motif is another motif (%.2g)", e);
    c.ask = a.ask;
    c.ask.ss = "EHHHHHHHHHHH--------EEEEE---EEEEEHHHHHH-----";
    estimate(pc, 1, 0.4);
    tap_ok(apart(&c, &a, same) > 1e-4, "one letter of the structure matters");
    draw_chain(&d, MORE, 2);
    chain *both[] = {&d, &a};
    memcpy(b.y, a.y, sizeof b.y);
    estimate(both, 2, 0.4);
    memcpy(b.x, a.x, sizeof b.x);
    tap_ok(apart(&b, &a, same) == 0, "other chains of the batch do not matter");
}

/* The derivative by the chain against differences of single-precision outputs along random
 * directions: step 3e-3 nm, rounding 1e-7/3e-3 and curvature together below 1 %. */
static void input_gradient(void)
{
    enum { DIRECTIONS = 6 };
    static chain a;
    double c[3 * N], dx[3 * N], d1[3 * N], worst = 0;
    sg_error err;
    sg_rng r;
    sg_params frozen;
    int length = N;
    draw_chain(&a, N, 3);
    sg_rng_init(&r, 8, 0, 0);
    sg_rng_normals(&r, c, 3 * N);
    size_t bytes = 64 << 20;
    sg_arena big;
    sg_real *grad = calloc(model.params.size, sizeof *grad);
    if (!grad || sg_arena_new(&big, bytes, &err) != SG_OK ||
        sg_params_freeze(&frozen, &model.params, &err) != SG_OK)
        exit(99);
    sg_protein_buffer b;
    sg_egnet_out o;
    sg_tape tape;
    if (sg_protein_buffer_init(&b, &big, &length, 1, &err) != SG_OK ||
        sg_protein_buffer_record(&b, &big, &err) != SG_OK)
        exit(99);
    sg_protein_buffer_state(&b, 0, a.x, 0.4);
    sg_protein_buffer_previous(&b, 0, a.xs);
    sg_tape_init(&tape, &big, &frozen, grad, NULL);
    sg_egnet_forward(&model.net, &tape, &b.in, &o);
    memcpy(d1, c, sizeof d1);
    sg_protein_estimate_pull(d1, 0.4, &o.vec, 0, N, dx);
    sg_tape_backward(&tape);
    sg_protein_buffer_pull(&b, 0, a.x, dx);
    for (int k = 0; k < DIRECTIONS; k++) {
        chain p = a, m = a, *pp = &p, *pm = &m;
        double along = 0, fd = 0, v, norm = 0;
        for (int i = 0; i < 3 * N; i++) {
            v = sg_rng_normal(&r);
            p.x[i] += 3e-3 * v;
            m.x[i] -= 3e-3 * v;
            along += dx[i] * v;
            norm += dx[i] * dx[i];
        }
        estimate(&pp, 1, 0.4);
        estimate(&pm, 1, 0.4);
        for (int i = 0; i < 3 * N; i++)
            fd += c[i] * (p.y[i] - m.y[i]) / 6e-3;
        tap_worst(&worst, fabs(fd - along) / sqrt(norm));
    }
    tap_ok(worst < 0.01, "derivative of the estimate by the chain (%.2g)", worst);
    int moved = 0;
    for (size_t i = 0; i < model.params.size; i++)
        moved |= grad[i] != 0;
    tap_ok(!moved, "a frozen network takes no gradient");
    free(grad);
    sg_params_clear(&frozen);
    sg_arena_clear(&big);
}

/* ---- training -------------------------------------------------------------------------------- */

/* Motifs of up to 24 residues in chains of 8 to 24. */
static void short_chains(void)
{
    enum { CHAINS = 5, STEPS = 40, BATCH = 4 };
    const sg_protein_filter any = {.rg = 100, .crop_rg = 100, .loop = 1};
    const sg_protein_filter f[SG_PROTEIN_PARTS] = {any, any, any};
    sg_error err;
    sg_protein_data *data = sg_protein_data_new(f, 8, 24, &err);
    sg_protein p = {0};
    sg_arena big;
    sg_task task;
    double part[SG_TRAIN_PARTS] = {0};
    long count = 0;
    sg_status s = data ? sg_arena_new(&big, 64 << 20, &err) : SG_ENOMEM;
    for (int k = 0; k < CHAINS && s == SG_OK; k++) {
        sg_protein_reset(&p);
        s = sg_protein_add_chain(&p, "A", &err);
        for (int i = 0; i < 8 + 4 * k && s == SG_OK; i++) {
            sg_protein_residue r;
            sg_protein_residue_init(&r, i + 1, 'A');
            r.xyz[SG_PROTEIN_CA][0] = 2.3 * cos(i * 1.745);
            r.xyz[SG_PROTEIN_CA][1] = 2.3 * sin(i * 1.745);
            r.xyz[SG_PROTEIN_CA][2] = 1.5 * i;
            r.have = SG_PROTEIN_HAS(SG_PROTEIN_CA);
            r.ss = 'H';
            s = sg_protein_add_residue(&p, &r, &err);
        }
        p.cluster = k;
        if (s == SG_OK)
            s = sg_protein_data_add(data, &p, 0, &err);
    }
    if (s != SG_OK || sg_protein_data_ready(data, &err) != SG_OK)
        exit(99);
    const sg_protein_task self = {.model = &model, .data = data, .with_motif = 1};
    sg_protein_task_init(&task, &self);
    for (long step = 0; step < STEPS && s == SG_OK; step++) {
        sg_tape t;
        sg_arena_rewind(&big, 0);
        sg_tape_init(&t, &big, &model.params, NULL, NULL);
        s = task.shard(task.self, &t, 1, step, 0, 1, BATCH, 0, part, &count, &err);
    }
    tap_ok(s == SG_OK && count == STEPS * BATCH && isfinite(part[0]) && part[0] > 0,
           "motifs in chains of 8 to 24 residues");
    sg_protein_clear(&p);
    sg_protein_data_free(data);
    sg_arena_clear(&big);
}

static const char structure[] = "--HHHHHHHHHHHHHHHHHHHH---EEEEEEE---EEEEEEE--";

/* What the networks of distillation see: the estimates of a batch against those of each chain with
 * the one structure asked for, and with nothing asked. */
static void distilled_asks(int kept)
{
    enum { COUNT = 40, LENGTH = 44 };
    const sg_protein_student self = {&model, LENGTH, LENGTH};
    const double tol = 1e-9;
    sg_distill_module m;
    sg_distill_batch b = {.count = COUNT};
    sg_arena big;
    sg_tape t;
    sg_error err;
    sg_rng r;
    static double x[3 * LENGTH * COUNT], xs[3 * LENGTH * COUNT], y[3 * LENGTH * COUNT];
    double time[COUNT];
    int asked = 0, unasked = 0;
    if (sg_protein_structures_resize(&model.structures, kept, &err) != SG_OK)
        exit(99);
    if (kept)
        memcpy(model.structures.s[0], structure, LENGTH);
    sg_protein_student_module(&m, &self);
    sg_rng_init(&r, 9, 0, 0);
    if (sg_arena_new(&big, 256 << 20, &err) != SG_OK ||
        m.begin(m.self, &big, &r, &b, &err) != SG_OK)
        exit(99);
    for (int i = 0; i < COUNT; i++) {
        time[i] = 0.4;
        m.noise(m.self, &b, i, &r, x + b.off[i]);
        m.noise(m.self, &b, i, &r, xs + b.off[i]);
    }
    sg_tape_init(&t, &big, &model.params, NULL, NULL);
    if (m.denoise(m.self, &b, &t, time, x, xs, y, NULL, &err) != SG_OK)
        exit(99);
    for (int i = 0; i < COUNT; i++) {
        static chain a;
        chain *pa = &a;
        double off[2] = {0, 0};
        memset(&a, 0, sizeof a);
        a.n = LENGTH;
        memcpy(a.x, x + b.off[i], 3 * LENGTH * sizeof *x);
        memcpy(a.xs, xs + b.off[i], 3 * LENGTH * sizeof *xs);
        for (int k = 0; k < 2; k++) {
            a.ask = (sg_protein_ask){.ss = k ? structure : NULL};
            estimate(&pa, 1, 0.4);
            for (int j = 0; j < 3 * LENGTH; j++)
                off[k] = fmax(off[k], fabs(a.y[j] - y[b.off[i] + (size_t)j]));
        }
        unasked += off[0] < tol && off[1] > 1e-4;
        asked += off[1] < tol && off[0] > 1e-4;
    }
    tap_ok(asked + unasked == COUNT, "%d of %d chains are told the structure, the others nothing",
           asked, COUNT);
    /* 32 expected, standard deviation 2.5 */
    tap_ok(kept ? asked >= 25 && asked <= 38 : asked == 0,
           kept ? "a share of about .8" : "none where the teacher keeps none");
    sg_protein_structures_clear(&model.structures);
    sg_arena_clear(&big);
}

/* ---- command line ---------------------------------------------------------------------------- */

static void make_scaffold(sg_protein *p)
{
    sg_error err;
    for (int k = 0; k < 2; k++) {
        if (sg_protein_add_chain(p, k ? "B" : "A", &err) != SG_OK)
            exit(99);
        for (int i = 0; i < 30; i++) {
            sg_protein_residue r;
            sg_protein_residue_init(&r, 100 * k + i + 1, 'A');
            r.xyz[SG_PROTEIN_CA][0] = 100 * k + i;
            r.have = i == 20 ? 0 : SG_PROTEIN_HAS(SG_PROTEIN_CA);
            if (sg_protein_add_residue(p, &r, &err) != SG_OK)
                exit(99);
        }
    }
}

static void contigs(void)
{
    sg_protein scaffold = {0};
    sg_protein_piece *q;
    size_t n;
    double ca[60][3];
    sg_error err;
    make_scaffold(&scaffold);
    sg_status s = sg_protein_contig(&q, &n, ca, "10-20/A5-9/15/B101", &scaffold, &err);
    if (tap_ok(s == SG_OK && n == 4, "a contig of four pieces")) {
        tap_ok(q[0].lo == 10 && q[0].hi == 20 && !q[0].ca && q[2].lo == 15 && q[2].hi == 15,
               "new residues: 10 to 20, and 15");
        tap_ok(q[1].lo == 5 && q[1].hi == 5 && q[1].ca[0][0] == 4 && q[1].ca[4][0] == 8,
               "residues 5 to 9 of chain A");
        tap_ok(q[3].lo == 1 && q[3].ca[0][0] == 100, "one residue of chain B");
        free(q);
    }
    static const char *const bad[][2] = {{"", "a number is wanted"},
                                         {"10", "no piece is of the scaffold"},
                                         {"A5-9/", "a number is wanted"},
                                         {"A9-5", "backwards"},
                                         {"A5-9,10", "separated"},
                                         {"A25-40", "no residue A31"},
                                         {"A15-25", "no residue A21"},
                                         {"C1-5", "no residue C1"},
                                         {"A1-20/A1-20/B101-120/A1-20", "twice"}};
    for (size_t k = 0; k < sizeof bad / sizeof *bad; k++) {
        s = sg_protein_contig(&q, &n, ca, bad[k][0], &scaffold, &err);
        tap_ok(s == SG_EINVAL && !q && strstr(err.text, bad[k][1]), "refused: \"%s\"", bad[k][0]);
    }
    sg_protein_clear(&scaffold);
    double h, e;
    s = sg_protein_shares(&h, &e, "frac:E=0.2,H=.5", &err);
    tap_ok(s == SG_OK && h == .5 && e == .2, "shares");
    static const char *const worse[] = {"",          "H=.2",      "H=.2,E=x",
                                        "H=.8,E=.3", "H=.2,H=.3", "H=-1,E=0"};
    for (size_t k = 0; k < sizeof worse / sizeof *worse; k++)
        tap_ok(sg_protein_shares(&h, &e, worse[k], &err) == SG_EINVAL, "refused: \"%s\"", worse[k]);
}

/* ---- samples --------------------------------------------------------------------------------- */

static int same_chain(const sg_protein *a, const sg_protein *b)
{
    return a->n == b->n && a->n > 0 &&
           memcmp(a->residue, b->residue, a->n * sizeof *a->residue) == 0;
}

static void samples(void)
{
    enum { COUNT = 5 };
    sg_protein a[COUNT] = {{0}}, b[COUNT] = {{0}};
    sg_protein_generate_opts o;
    sg_error err = {0};
    double motif[9][3];
    sg_protein_generate_defaults(&model, &o);
    o.min_length = 40;
    o.max_length = 47;
    o.steps = 4;
    sg_status s = sg_protein_generate(&model, &o, 0, COUNT, a, &err);
    o.threads = 2;
    if (s == SG_OK)
        s = sg_protein_generate(&model, &o, 2, COUNT - 2, b, &err);
    if (!tap_ok(s == SG_OK, "generates (%s)", err.text))
        return;
    int odd = 0, whole = 1;
    for (int k = 0; k < COUNT; k++) {
        odd |= a[k].n % 4 != 0;
        whole &= a[k].n >= 40 && a[k].n <= 47;
    }
    tap_ok(odd && whole, "lengths as asked, not only multiples of four");
    int alike = 1;
    for (int k = 0; k < COUNT; k++) {
        sg_protein p = {0};
        s = sg_protein_generate_outline(&model, &o, (uint64_t)k, &p, &err);
        alike &= s == SG_OK && p.n == a[k].n && p.n_chains == 1 && p.chain[0].n == p.n;
        for (size_t i = 0; i < p.n && alike; i++)
            alike = p.residue[i].number == a[k].residue[i].number && p.residue[i].have == 0;
        sg_protein_clear(&p);
    }
    tap_ok(alike, "outlines have the samples' residues");
    for (int k = 0; k + 2 < COUNT; k++)
        tap_ok(same_chain(&a[k + 2], &b[k]), "sample %d is the same in another block", k + 2);
    /* the model's only structure is what is asked for, of chains that are not longer */
    o.min_length = o.max_length = 44;
    s = sg_protein_generate(&model, &o, 0, 1, a, &err);
    if (s == SG_OK)
        s = sg_protein_structures_resize(&model.structures, 1, &err);
    if (s == SG_OK)
        memcpy(model.structures.s[0], structure, 44);
    if (s == SG_OK)
        s = sg_protein_generate(&model, &o, 0, 1, b, &err);
    tap_ok(s == SG_OK && !same_chain(&a[0], &b[0]), "a drawn structure matters");
    sg_protein_generate_opts asked = o;
    asked.draw_structure = 0;
    s = sg_protein_generate(&model, &asked, 0, 1, b, &err);
    tap_ok(s == SG_OK && same_chain(&a[0], &b[0]), "and need not be drawn");
    o.min_length = o.max_length = 45;
    asked.min_length = asked.max_length = 45;
    s = sg_protein_generate(&model, &o, 0, 1, a, &err);
    if (s == SG_OK)
        s = sg_protein_generate(&model, &asked, 0, 1, b, &err);
    tap_ok(s == SG_OK && same_chain(&a[0], &b[0]), "nor can one shorter than the chain");
    for (int i = 0; i < 9; i++) { /* a helix of CA */
        motif[i][0] = 2.3 * cos(i * 1.745);
        motif[i][1] = 2.3 * sin(i * 1.745);
        motif[i][2] = 1.5 * i;
    }
    sg_protein_piece piece[] = {{15, 20, NULL}, {9, 9, (const double(*)[3])motif}, {20, 25, NULL}};
    o.piece = piece;
    o.n_pieces = 3;
    s = sg_protein_generate(&model, &o, 0, 1, a, &err);
    double worst = 1e9;
    for (size_t at = 15; at <= 20 && s == SG_OK; at++) { /* where it came to lie */
        double most = 0;
        for (int i = 0; i < 9; i++)
            for (int j = 0; j < i; j++) {
                double d[2] = {0, 0};
                for (int c = 0; c < 3; c++) {
                    double u = motif[i][c] - motif[j][c];
                    double v = a[0].residue[at + (size_t)i].xyz[SG_PROTEIN_CA][c] -
                               a[0].residue[at + (size_t)j].xyz[SG_PROTEIN_CA][c];
                    d[0] += u * u;
                    d[1] += v * v;
                }
                tap_worst(&most, fabs(sqrt(d[0]) - sqrt(d[1])));
            }
        worst = fmin(worst, most);
    }
    tap_ok(worst < 1e-9, "the motif keeps its distances exactly (%.2g)", worst);
    piece[0].hi = 140;
    tap_ok(sg_protein_generate(&model, &o, 0, 1, a, &err) == SG_ENOTSUP, "too long is refused");
    for (int k = 0; k < COUNT; k++) {
        sg_protein_clear(&a[k]);
        sg_protein_clear(&b[k]);
    }
}

static volatile int stop;

static void on_alarm(int sig)
{
    (void)sig;
    stop = 1;
}

static void ring_after(long us)
{
    const struct itimerval t = {.it_value = {.tv_usec = us}};
    stop = 0;
    if (signal(SIGALRM, on_alarm) == SIG_ERR || setitimer(ITIMER_REAL, &t, NULL) != 0)
        exit(99);
}

/* Signals before the first step, within one batch, and after some batches of many. */
static void stops(void)
{
    enum { MANY = 3000 };
    sg_protein *a = calloc(MANY, sizeof *a), one = {0};
    sg_protein_generate_opts o;
    sg_error err = {0};
    if (!a)
        exit(99);
    sg_protein_generate_defaults(&model, &o);
    o.max_length = 40;
    o.stop = &stop;
    stop = 1;
    sg_status s = sg_protein_generate(&model, &o, 0, 2, a, &err);
    tap_ok(s == SG_EINTR && a[0].n == 0 && a[1].n == 0, "stopped before it began: nothing");
    double helix[40][3];
    for (int i = 0; i < 40; i++) {
        helix[i][0] = 2.3 * cos(i * 1.745);
        helix[i][1] = 2.3 * sin(i * 1.745);
        helix[i][2] = 1.5 * i;
    }
    o.start = (const double(*)[3])helix;
    o.n_start = 40;
    o.from = 0.99; /* there a network that knows nothing does no harm */
    o.steps = 10000;
    time_t start = time(NULL);
    ring_after(20000);
    s = sg_protein_generate(&model, &o, 0, 1, a, &err);
    tap_ok(s == SG_EINTR && a[0].n == 0 && time(NULL) - start <= 2, "stopped at the next step (%s)",
           err.text);
    o.n_start = 0;
    o.steps = 3;
    ring_after(500000);
    s = sg_protein_generate(&model, &o, 0, MANY, a, &err);
    int done = 0, odd = 0;
    for (int k = 0; k < MANY; k++) {
        done += a[k].n > 0;
        odd += a[k].n != 0 && a[k].n != 40;
    }
    o.stop = NULL;
    tap_ok(s == SG_EINTR && done > 0 && done < MANY && !odd && a[0].n > 0,
           "stopped among many: %d are finished", done);
    s = sg_protein_generate(&model, &o, 0, 1, &one, &err);
    tap_ok(s == SG_OK && same_chain(&one, &a[0]), "and are what they would have been");
    for (int k = 0; k < MANY; k++)
        sg_protein_clear(&a[k]);
    sg_protein_clear(&one);
    free(a);
}

int main(void)
{
    sg_error err;
    sg_protein_config config = {
        .shortest = 40, .longest = 128, .steps = 100, .gamma = 0.5, .noise_scale = 0.4};
    sg_protein_net_dims(&config.net, 64, 16, 32, 2);
    if (sg_protein_model_init(&model, &config, 1, &err) != SG_OK)
        return 99;
    for (int i = 0; i < model.params.count; i++) /* heads that start at 0 too */
        if (model.params.p[i].init_sd == 0 && model.params.p[i].rows > 1)
            model.params.p[i].init_sd = 0.3;
    sg_params_draw(&model.params, 1);
    if (sg_arena_new(&arena, sg_protein_work_bytes(&model, 2, MORE), &err) != SG_OK)
        return 99;
    base_law();
    loss_gradient();
    symmetries();
    input_gradient();
    short_chains();
    distilled_asks(1);
    distilled_asks(0);
    contigs();
    samples();
    stops();
    sg_arena_clear(&arena);
    sg_protein_model_clear(&model);
    return tap_done();
}
