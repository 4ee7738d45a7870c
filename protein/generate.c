#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/align.h>
#include <sigen/batches.h>
#include <sigen/distill.h>
#include <sigen/sampler.h>
#include "field.h"

enum { BATCH = 16 };
/* random streams of a sample */
enum { STREAM_SIZE = 1, STREAM_CHAIN = 2 };

#define PROJECT_FROM 0.5
#define JUDGE_FROM   0.7 /* confidence: the estimate there against the result */

void sg_protein_generate_defaults(const sg_protein_model *m, sg_protein_generate_opts *o)
{
    *o = (sg_protein_generate_opts){.min_length = m->config.shortest,
                                    .max_length = m->config.longest,
                                    .steps = m->config.steps,
                                    .few = m->config.few,
                                    .sampler = "ddim-eps",
                                    .gamma = m->config.gamma,
                                    .noise_scale = m->config.noise_scale,
                                    .project = 1,
                                    .ladders = 1,
                                    .helix = -1,
                                    .strand = -1,
                                    .draw_structure = 1,
                                    .guidance = 1,
                                    .threads = 1};
}

/* What all batches of a call share, const. */
typedef struct plan {
    const sg_protein_model *model;
    const sg_protein_generate_opts *o;
    sg_system sys;
    sg_map map;
    double *grid;
    const sg_sampler *method;
    const sg_isa *isa;
    int lo, hi; /* lengths that may occur */
} plan;

/* One chain on its way. */
typedef struct job {
    uint64_t id;
    int n;    /* residues wanted; the state holds them rounded up to whole patches */
    int *len; /* (n_pieces) */
    sg_protein_structure drawn; /* empty: nothing */
    sg_protein *out;
    sg_protein_cond cond;
    double *motif, *middle; /* (state, 3) */
    unsigned char *fixed;
    char *ss;
} job;

static int padded(int n)
{
    return (n + SG_PROTEIN_PATCH - 1) / SG_PROTEIN_PATCH * SG_PROTEIN_PATCH;
}

/* ---- preparing ------------------------------------------------------------------------------- */

static sg_status plan_lengths(plan *p, sg_error *err)
{
    const sg_protein_generate_opts *o = p->o;
    const sg_protein_config *c = &p->model->config;
    p->lo = o->n_start ? o->n_start : o->ss ? (int)strlen(o->ss) : o->min_length;
    p->hi = o->n_start || o->ss ? p->lo : o->max_length;
    if (o->n_pieces)
        p->lo = p->hi = 0;
    for (size_t k = 0; k < o->n_pieces; k++) {
        const sg_protein_piece *q = &o->piece[k];
        if (q->lo < 0 || q->hi < q->lo || (q->ca && q->lo != q->hi) || q->hi > 10000)
            return sg_fail(err, SG_EINVAL, "piece %zu of the chain has %d to %d residues", k + 1,
                           q->lo, q->hi);
        p->lo += q->lo;
        p->hi += q->hi;
    }
    if (p->lo < c->shortest || p->hi > c->longest || p->hi < p->lo)
        return sg_fail(err, SG_ENOTSUP,
                       "%d to %d residues asked for, the model was trained on %d to %d", p->lo,
                       p->hi, c->shortest, c->longest);
    if ((o->n_pieces && (o->ss || o->n_start)) ||
        (o->ss && o->n_start && p->lo != (int)strlen(o->ss)))
        return sg_fail(err, SG_EINVAL, "two options each fix the length of the chain");
    return SG_OK;
}

static sg_status plan_init(plan *p, const sg_protein_model *m, const sg_protein_generate_opts *o,
                           sg_error *err)
{
    double from = o->n_start ? o->from : 0;
    memset(p, 0, sizeof *p);
    p->model = m;
    p->o = o;
    if (o->steps < 1 || o->steps > 10000 || o->threads < 1 || o->threads > 256 ||
        !(o->gamma >= 0 && o->gamma <= 100) || !(o->noise_scale >= 0 && o->noise_scale <= 10) ||
        !(o->guidance >= 0 && o->guidance <= 100) ||
        (o->few && (o->n_start || o->steps > SG_DISTILL_MAX_STEPS)) || !(from >= 0 && from < 1) ||
        o->helix > 1 || o->strand > 1 || (o->helix >= 0) != (o->strand >= 0) ||
        o->helix + o->strand > 1)
        return sg_fail(err, SG_EINVAL, "an option of the generator is out of range");
    p->method = sg_sampler_find(o->sampler);
    if (!p->method)
        return sg_fail(err, SG_EINVAL, "unknown sampler \"%s\"", o->sampler);
    p->isa = sg_isa_find(o->isa);
    if (!p->isa)
        return sg_fail(err, SG_ENOTSUP, "no kernels \"%s\" on this machine", o->isa);
    sg_status s = plan_lengths(p, err);
    if (s != SG_OK)
        return s;
    sg_protein_system(&p->sys, &p->map, m, o->gamma);
    p->grid = malloc(((size_t)o->steps + 1) * sizeof *p->grid);
    if (!p->grid)
        return sg_fail(err, SG_ENOMEM, "no memory for the time grid");
    const sg_grid *times = o->even ? &sg_grid_uniform : &sg_grid_power;
    if (!o->few)
        return times->fill(p->grid, (size_t)o->steps, NULL, from, 1, 0, err);
    sg_distill_grid(p->grid, o->steps);
    p->grid[o->steps] = 1;
    return SG_OK;
}

/* Lengths of the chain and of its pieces, and its structure where nothing else is asked. */
static void draw_length(const plan *p, job *j)
{
    const sg_protein_generate_opts *o = p->o;
    sg_rng r;
    sg_rng_init(&r, o->seed, j->id, STREAM_SIZE);
    if (!o->n_pieces)
        j->n = p->lo + (int)sg_rng_below(&r, (uint32_t)(p->hi - p->lo + 1));
    for (size_t k = 0; k < o->n_pieces; k++) {
        const sg_protein_piece *q = &o->piece[k];
        j->len[k] = q->lo + (int)sg_rng_below(&r, (uint32_t)(q->hi - q->lo + 1));
        j->n += j->len[k];
    }
    if (o->draw_structure && o->helix < 0 && !o->ss && !o->n_pieces && !o->n_start)
        sg_protein_structure_draw(&p->model->structures, j->n, &r, j->drawn);
}

static sg_status prepare_motif(const plan *p, job *j, sg_arena *a, sg_error *err)
{
    size_t n = (size_t)padded(j->n), at = 0;
    j->motif = sg_arena_zeros(a, 3 * n, sizeof *j->motif);
    j->fixed = sg_arena_zeros(a, n, 1);
    if (!a->base)
        return SG_OK; /* measuring */
    if (!j->motif || !j->fixed)
        return sg_fail(err, SG_ENOMEM, "no memory for a motif");
    for (size_t k = 0; k < p->o->n_pieces; at += (size_t)j->len[k++])
        for (int i = 0; i < j->len[k] && p->o->piece[k].ca; i++) {
            j->fixed[at + (size_t)i] = 1;
            for (int c = 0; c < 3; c++)
                j->motif[3 * (at + (size_t)i) + (size_t)c] = 0.1 * p->o->piece[k].ca[i][c];
            j->cond.ask.motif = j->motif;
            j->cond.ask.fixed = j->fixed;
            j->cond.asked = 1;
        }
    return SG_OK;
}

/* The condition of a sample, in the arena. */
static sg_status prepare(const plan *p, job *j, sg_arena *a, sg_error *err)
{
    const sg_protein_generate_opts *o = p->o;
    size_t n = (size_t)padded(j->n);
    j->cond = (sg_protein_cond){.guidance = o->guidance};
    j->middle = sg_arena_zeros(a, 3 * n, sizeof *j->middle);
    j->ss = sg_arena_zeros(a, n, 1);
    if (a->base && (!j->middle || !j->ss))
        return sg_fail(err, SG_ENOMEM, "no memory for a chain of %d residues", j->n);
    if (o->helix >= 0) {
        j->cond.ask.has_share = j->cond.asked = 1;
        j->cond.ask.helix = o->helix;
        j->cond.ask.strand = o->strand;
    }
    const char *ss = o->ss ? o->ss : j->drawn[0] ? j->drawn : NULL;
    if (ss && a->base) {
        memcpy(j->ss, ss, (size_t)j->n);
        j->cond.ask.ss = j->ss;
        j->cond.asked = 1;
    }
    return o->n_pieces ? prepare_motif(p, j, a, err) : SG_OK;
}

/* ---- running --------------------------------------------------------------------------------- */

static sg_status setup(const plan *p, const sg_field *f, const sg_run_opts *ro, job *jobs,
                       size_t count, sg_state *st, sg_state **ptr, sg_run **run, sg_arena *a,
                       sg_error *err)
{
    for (size_t k = 0; k < count; k++) {
        size_t n = (size_t)padded(jobs[k].n);
        ptr[k] = &st[k];
        sg_status s = sg_state_init(&st[k], &p->sys, &n, p->o->seed, jobs[k].id, a, err);
        if (s == SG_OK)
            s = prepare(p, &jobs[k], a, err);
        if (s != SG_OK)
            return s;
        st[k].cond = &jobs[k].cond;
        sg_rng_init(&st[k].rng, p->o->seed, jobs[k].id, STREAM_CHAIN);
    }
    return sg_run_init(run, ro, f, ptr, count, a, err);
}

/* The base law, or the given chain noised; residues that fill the last patch repeat its end. */
static void begin(const plan *p, sg_state *s, job *j)
{
    const sg_protein_generate_opts *o = p->o;
    double *x = s->slot[0].x, *x1 = j->middle;
    size_t n = s->slot[0].n;
    sg_state_draw(s);
    for (size_t i = 0; i < 3 * n && o->few; i++) /* nothing is known yet of x1 */
        x[i] *= (1 - p->grid[0]) * sqrt(o->noise_scale);
    if (!o->n_start)
        return;
    for (size_t i = 0; i < 3 * n; i++)
        x1[i] = 0.1 * o->start[i / 3 < (size_t)j->n ? i / 3 : (size_t)j->n - 1][i % 3];
    sg_space_centred.project(x1, n, 3);
    for (size_t i = 0; i < 3 * n; i++)
        x[i] = (1 - o->from) * x[i] + o->from * x1[i];
}

/* One chain of n alanines, no atoms yet. */
static sg_status outline(sg_protein *out, int n, sg_error *err)
{
    sg_protein_reset(out);
    sg_status s = sg_protein_add_chain(out, "A", err);
    for (int i = 0; i < n && s == SG_OK; i++) {
        sg_protein_residue r;
        sg_protein_residue_init(&r, i + 1, 'A');
        s = sg_protein_add_residue(out, &r, err);
    }
    return s;
}

static sg_status write_chain(const sg_state *s, const job *j, sg_protein *out, sg_error *err)
{
    const double *x = s->slot[0].x;
    sg_superposition fit;
    sg_status st = sg_superpose(&fit, x, j->middle, NULL, (size_t)j->n, 0, err);
    if (st == SG_OK)
        st = outline(out, j->n, err);
    if (st != SG_OK)
        return st;
    sg_superpose_apply(&fit, j->middle, j->middle, (size_t)j->n);
    for (int i = 0; i < j->n; i++) {
        sg_protein_residue *r = &out->residue[i];
        double d2 = 0;
        for (int c = 0; c < 3; c++) {
            double d = 10 * (x[3 * i + c] - j->middle[3 * i + c]);
            r->xyz[SG_PROTEIN_CA][c] = 10 * x[3 * i + c];
            d2 += d * d;
        }
        r->have = SG_PROTEIN_HAS(SG_PROTEIN_CA);
        r->b = 100 / (1 + d2 / 4);
    }
    return sg_protein_rebuild(out, err);
}

/* Runs the jobs in one batch: a measuring pass, then the real one. */
static sg_status run_jobs(const plan *p, const sg_field *f, job *jobs, size_t count, sg_error *err)
{
    sg_state st[BATCH], *ptr[BATCH];
    sg_run *run = NULL;
    sg_arena measure, a;
    sg_run_opts ro = sg_run_opts_default();
    int judged = 0;
    ro.method = p->method;
    ro.grid = p->grid;
    ro.steps = (size_t)p->o->steps;
    ro.noise_scale = sqrt(p->o->noise_scale);
    ro.stop = p->o->stop;
    sg_arena_init(&measure, NULL, 0);
    sg_status s = setup(p, f, &ro, jobs, count, st, ptr, &run, &measure, err);
    if (s == SG_OK)
        s = sg_arena_new(&a, measure.peak, err);
    if (s != SG_OK)
        return s;
    s = setup(p, f, &ro, jobs, count, st, ptr, &run, &a, err);
    for (size_t k = 0; k < count && s == SG_OK; k++)
        begin(p, ptr[k], &jobs[k]);
    while (s == SG_OK && !sg_run_done(run)) {
        int due = !judged &&
                  (sg_run_time(run) >= JUDGE_FROM || sg_run_index(run) + 1 == (size_t)p->o->steps);
        s = sg_run_step(run, err);
        for (size_t k = 0; k < count && s == SG_OK && due; k++)
            memcpy(jobs[k].middle, st[k].pred.v[0], st[k].slot[0].len * sizeof(double));
        judged |= due;
    }
    for (size_t k = 0; k < count && s == SG_OK; k++)
        s = write_chain(ptr[k], &jobs[k], jobs[k].out, err);
    sg_arena_clear(&a);
    return s;
}

/* What all threads see, and what each works with. */
typedef struct generation {
    plan p;
    uint64_t first;
    sg_protein *out;
} generation;

typedef struct worker {
    sg_protein_work work;
    sg_field field;
} worker;

static sg_status worker_begin(void *ctx, void *worker_, sg_error *err)
{
    const plan *p = &((generation *)ctx)->p;
    worker *w = worker_;
    w->work = (sg_protein_work){.model = p->model,
                                .isa = p->isa,
                                .project_from = p->o->project ? PROJECT_FROM : 2,
                                .ladders = p->o->ladders};
    sg_protein_field(&w->field, &p->sys, &w->work);
    return sg_arena_new(&w->work.arena,
                        sg_protein_work_bytes(p->model, BATCH, (size_t)padded(p->hi)), err);
}

static void worker_end(void *ctx, void *worker_)
{
    (void)ctx;
    sg_arena_clear(&((worker *)worker_)->work.arena);
}

static sg_status run_batch(void *ctx, void *worker_, size_t at, size_t count, sg_error *err)
{
    const generation *g = ctx;
    const worker *w = worker_;
    size_t pieces = g->p.o->n_pieces + 1;
    job jobs[BATCH];
    int *len = malloc(count * pieces * sizeof *len);
    if (!len)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu chains", count);
    for (size_t k = 0; k < count; k++) {
        jobs[k] = (job){.id = g->first + at + k, .out = &g->out[at + k], .len = len + k * pieces};
        draw_length(&g->p, &jobs[k]);
    }
    sg_status s = run_jobs(&g->p, &w->field, jobs, count, err);
    free(len);
    return s;
}

sg_status sg_protein_generate(const sg_protein_model *m, const sg_protein_generate_opts *o,
                              uint64_t first, size_t count, sg_protein *out, sg_error *err)
{
    generation g = {.first = first, .out = out};
    sg_status s = plan_init(&g.p, m, o, err);
    for (size_t k = 0; k < count; k++)
        sg_protein_reset(&out[k]);
    if (s == SG_OK)
        s = sg_batches_run(&(sg_batches){.count = count,
                                         .most = BATCH,
                                         .threads = o->threads,
                                         .worker = sizeof(worker),
                                         .begin = worker_begin,
                                         .run = run_batch,
                                         .end = worker_end},
                           &g, err);
    free(g.p.grid);
    return s;
}

sg_status sg_protein_generate_outline(const sg_protein_model *m, const sg_protein_generate_opts *o,
                                      uint64_t id, sg_protein *out, sg_error *err)
{
    plan p;
    job j = {.id = id};
    sg_status s = plan_init(&p, m, o, err);
    if (s == SG_OK && !(j.len = malloc((o->n_pieces + 1) * sizeof *j.len)))
        s = sg_fail(err, SG_ENOMEM, "no memory for %zu pieces", o->n_pieces);
    if (s == SG_OK) {
        draw_length(&p, &j);
        s = outline(out, j.n, err);
    }
    free(j.len);
    free(p.grid);
    return s;
}
