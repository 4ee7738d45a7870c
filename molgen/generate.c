#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <sigen/batches.h>
#include <sigen/mol_valence.h>
#include "batch.h"
#include "closed.h"
#include "plan.h"

enum { BATCH = 32, MAX_PAIRS = 20000, DRAWS = 1000 };
_Static_assert(SG_MOL_CANDIDATES <= BATCH, "candidates of a molecule are one batch");
/* random streams of a molecule; 16 per attempt */
enum { STREAM_SIZE = 1, STREAM_HEAVY = 2, STREAM_HYDRO = 3, STREAM_CHOICE = 4, STREAMS = 16 };

/* One molecule on its way. */
typedef struct job {
    uint64_t id;
    sg_mol *out;
    int n, h;
    int tried;   /* numbers of attempts taken by the candidates before */
    int attempt; /* number of the one under way, of which its streams are */
    int cls[SG_MOL_MAX_HEAVY];
    int bond[SG_MOL_MAX_HEAVY * (SG_MOL_MAX_HEAVY - 1) / 2];
    double xyz[3 * SG_MOL_MAX_NODES]; /* heavy atoms, then hydrogens by parent */
    int parent[SG_MOL_MAX_NODES];
    int done;
} job;

/* ---- running states -------------------------------------------------------------------------- */

/* A stage: how a job becomes a state, which run it takes, what is read back. closing: its last step
 * draws until shells are closed. */
typedef struct stage {
    const sg_system *sys;
    int closing;
    void (*sizes)(const job *j, size_t n[SG_MAX_COMPONENTS]);
    sg_status (*fill)(const sg_mol_plan *p, job *j, sg_state *s, sg_arena *a, sg_error *err);
    void (*read)(job *j, const sg_state *s);
    sg_run_opts opts;
} stage;

static sg_status stage_setup(const sg_mol_plan *p, const stage *g, const sg_field *f, job **jobs,
                             size_t count, sg_state *st, sg_state **ptr, sg_run **run, sg_arena *a,
                             sg_error *err)
{
    for (size_t k = 0; k < count; k++) {
        size_t n[SG_MAX_COMPONENTS] = {0};
        g->sizes(jobs[k], n);
        ptr[k] = &st[k];
        sg_status s = sg_state_init(&st[k], g->sys, n, p->o->seed, jobs[k]->id, a, err);
        if (s == SG_OK)
            s = g->fill(p, jobs[k], &st[k], a, err);
        if (s != SG_OK)
            return s;
    }
    return sg_run_init(run, &g->opts, f, ptr, count, a, err);
}

static int closed(const sg_mol_vocab *v, const sg_state *x)
{
    return sg_mol_closed(v, (int)x->slot[SG_MOL_X].n, x->slot[SG_MOL_CLASS].tok,
                         x->slot[SG_MOL_BOND].tok);
}

/* The last step under the condition of closed.h: its law by rejection. */
static sg_status closing_step(const sg_mol_plan *p, sg_run *run, sg_state **x, size_t count,
                              sg_error *err)
{
    const sg_mol_vocab *v = &p->model->config.vocab;
    for (size_t k = 0; k < count && sg_run_index(run) > 0; k++)
        sg_mol_unsettle(v, x[k]);
    sg_status s = sg_run_step(run, err);
    for (size_t k = 0; k < count && s == SG_OK; k++)
        for (int draw = 1; draw < DRAWS && !closed(v, x[k]); draw++)
            sg_run_redraw(run, k);
    return s;
}

/* Runs a stage over the jobs in one batch: a measuring pass, then the real one. */
static sg_status stage_run(const sg_mol_plan *p, const stage *g, const sg_field *f, job **jobs,
                           size_t count, sg_error *err)
{
    sg_state st[BATCH], *ptr[BATCH];
    sg_run *run = NULL;
    sg_arena measure, a;
    sg_arena_init(&measure, NULL, 0);
    sg_status s = stage_setup(p, g, f, jobs, count, st, ptr, &run, &measure, err);
    if (s != SG_OK)
        return s;
    s = sg_arena_new(&a, measure.peak, err);
    if (s != SG_OK)
        return s;
    s = stage_setup(p, g, f, jobs, count, st, ptr, &run, &a, err);
    for (size_t k = 0; k < count && s == SG_OK; k++)
        sg_state_draw(ptr[k]);
    while (s == SG_OK && !sg_run_done(run))
        s = g->closing && sg_run_index(run) + 1 == g->opts.steps
                ? closing_step(p, run, ptr, count, err)
                : sg_run_step(run, err);
    for (size_t k = 0; k < count && s == SG_OK; k++)
        g->read(jobs[k], ptr[k]);
    sg_arena_clear(&a);
    return s;
}

/* ---- heavy atoms ----------------------------------------------------------------------------- */

static void heavy_sizes(const job *j, size_t n[SG_MAX_COMPONENTS])
{
    n[SG_MOL_X] = n[SG_MOL_CLASS] = (size_t)j->n;
    n[SG_MOL_BOND] = (size_t)j->n * (size_t)(j->n - 1) / 2;
}

static sg_status heavy_fill(const sg_mol_plan *p, job *j, sg_state *s, sg_arena *a, sg_error *err)
{
    (void)a;
    (void)err;
    s->cond = &p->cond;
    sg_rng_init(&s->rng, p->o->seed, j->id, (uint32_t)(STREAMS * j->attempt + STREAM_HEAVY));
    return SG_OK;
}

static void heavy_read(job *j, const sg_state *s)
{
    memcpy(j->xyz, s->slot[SG_MOL_X].x, s->slot[SG_MOL_X].len * sizeof *j->xyz);
    memcpy(j->cls, s->slot[SG_MOL_CLASS].tok, s->slot[SG_MOL_CLASS].len * sizeof *j->cls);
    if (s->slot[SG_MOL_BOND].len)
        memcpy(j->bond, s->slot[SG_MOL_BOND].tok, s->slot[SG_MOL_BOND].len * sizeof *j->bond);
}

/* Counts and orders the hydrogens; 1 if the molecule meets atoms and formula, for which it also has
 * to close. */
static int place_parents(const sg_mol_plan *p, job *j)
{
    const sg_mol_vocab *v = &p->model->config.vocab;
    j->h = 0;
    for (int i = 0; i < j->n; i++)
        for (int k = 0; k < v->cls[j->cls[i]].hydrogens; k++)
            if (j->n + j->h < SG_MOL_MAX_NODES)
                j->parent[j->h++] = i;
    if (!p->o->atoms && !p->o->formula)
        return 1;
    return (!p->o->atoms || j->n + j->h == p->o->atoms) &&
           (!p->o->formula || j->h == p->formula_h) &&
           (!p->closed || sg_mol_closed(v, j->n, j->cls, j->bond));
}

/* ---- hydrogens ------------------------------------------------------------------------------- */

static void hydro_sizes(const job *j, size_t n[SG_MAX_COMPONENTS])
{
    n[SG_MOL_X] = (size_t)(j->n + j->h);
}

static sg_status hydro_fill(const sg_mol_plan *p, job *j, sg_state *s, sg_arena *a, sg_error *err)
{
    int n = j->n + j->h, heavy_classes = p->model->config.vocab.n_classes;
    int *cls = sg_arena_alloc(a, (size_t)n, sizeof *cls);
    int *bond = sg_arena_alloc(a, (size_t)n * (size_t)(n - 1) / 2, sizeof *bond);
    double *mu = sg_arena_alloc(a, 3 * (size_t)n, sizeof *mu);
    unsigned char *frozen = sg_arena_alloc(a, 3 * (size_t)n, 1);
    sg_mol_frame *frame = sg_arena_alloc(a, 1, sizeof *frame);
    if (!a->base)
        return SG_OK; /* measuring */
    if (!cls || !bond || !mu || !frozen || !frame)
        return sg_fail(err, SG_ENOMEM, "no memory for hydrogens");
    for (int i = 0; i < n; i++) {
        int par = i < j->n ? i : j->parent[i - j->n];
        cls[i] = i < j->n ? j->cls[i] : heavy_classes;
        for (int c = 0; c < 3; c++) {
            mu[3 * i + c] = s->slot[SG_MOL_X].x[3 * i + c] = j->xyz[3 * par + c];
            frozen[3 * i + c] = i < j->n;
        }
        for (int k = i + 1; k < n; k++)
            bond[sg_mol_pair(i, k, n)] =
                k < j->n
                    ? j->bond[sg_mol_pair(i, k, j->n)]
                    : (i < j->n && j->parent[k - j->n] == i ? SG_MOL_BOND_TO_H : SG_MOL_BOND_FAR);
    }
    *frame = (sg_mol_frame){cls, bond};
    s->cond = frame;
    s->slot[SG_MOL_X].mu = mu;
    s->slot[SG_MOL_X].frozen = frozen;
    sg_rng_init(&s->rng, p->o->seed, j->id, (uint32_t)(STREAMS * j->attempt + STREAM_HYDRO));
    return SG_OK;
}

static void hydro_read(job *j, const sg_state *s)
{
    memcpy(j->xyz, s->slot[SG_MOL_X].x, s->slot[SG_MOL_X].len * sizeof *j->xyz);
}

/* ---- molecules ------------------------------------------------------------------------------- */

static sg_status write_molecule(const sg_mol_plan *p, const job *j, sg_error *err)
{
    const sg_mol_vocab *v = &p->model->config.vocab;
    sg_mol *m = j->out;
    sg_status s = SG_OK;
    sg_mol_reset(m);
    m->has_xyz = m->has_bonds = 1;
    for (int i = 0; i < j->n && s == SG_OK; i++) {
        const sg_mol_class *c = &v->cls[j->cls[i]];
        s = sg_mol_add_atom(m, c->element, c->charge, j->xyz + 3 * i, err);
    }
    for (int i = 0; i < j->h && s == SG_OK; i++)
        s = sg_mol_add_atom(m, 1, 0, j->xyz + 3 * (j->n + i), err);
    for (int i = 0; i < j->n; i++)
        for (int k = i + 1; k < j->n && s == SG_OK; k++) {
            int order = j->bond[sg_mol_pair(i, k, j->n)];
            if (order)
                s = sg_mol_add_bond(m, i, k, order, err);
        }
    for (int i = 0; i < j->h && s == SG_OK; i++)
        s = sg_mol_add_bond(m, j->parent[i], j->n + i, 1, err);
    return s == SG_OK ? sg_mol_mark_radicals(m, err) : s;
}

/* Splits jobs into runs of at most BATCH molecules and MAX_PAIRS pairs and runs the stage. */
static sg_status stage_all(const sg_mol_plan *p, const stage *g, const sg_field *f, job **jobs,
                           size_t count, int all, sg_error *err)
{
    for (size_t a = 0, b; a < count; a = b) {
        size_t pairs = 0;
        for (b = a; b < count && b - a < BATCH; b++) {
            size_t n = (size_t)(all ? jobs[b]->n + jobs[b]->h : jobs[b]->n);
            pairs += n * (n - 1) / 2;
            if (b > a && pairs > MAX_PAIRS)
                break;
        }
        sg_status s = stage_run(p, g, f, jobs + a, b - a, err);
        if (s != SG_OK)
            return s;
    }
    return SG_OK;
}

/* What all threads see. */
typedef struct generation {
    sg_mol_plan plan;
    uint64_t first;
    sg_mol *out;
    size_t missed;
} generation;

typedef struct worker {
    sg_mol_work work;
    sg_field heavy, hydro;
    job jobs[BATCH];
    sg_mol made[BATCH]; /* candidates */
    size_t missed;
} worker;

static sg_status worker_begin(void *ctx, void *worker_, sg_error *err)
{
    const sg_mol_plan *p = &((generation *)ctx)->plan;
    worker *w = worker_;
    const size_t pairs = SG_MOL_MAX_NODES * (SG_MOL_MAX_NODES - 1) / 2 + MAX_PAIRS;
    const size_t nodes = BATCH * SG_MOL_MAX_NODES;
    size_t bytes =
        sg_egnet_bytes(&p->model->net[SG_MOL_HEAVY], BATCH * SG_MOL_MAX_HEAVY, pairs, BATCH);
    size_t hydro = sg_egnet_bytes(&p->model->net[SG_MOL_HYDRO], nodes, pairs, BATCH);
    w->work.model = p->model;
    w->work.isa = p->isa;
    sg_mol_heavy_field(&w->heavy, &p->heavy, &w->work);
    sg_mol_hydro_field(&w->hydro, &p->hydro, &w->work);
    return sg_arena_new(&w->work.arena, 2 * (bytes > hydro ? bytes : hydro), err);
}

static void worker_end(void *ctx, void *worker_)
{
    worker *w = worker_;
    for (int k = 0; k < BATCH; k++)
        sg_mol_clear(&w->made[k]);
    sg_arena_clear(&w->work.arena);
    ((generation *)ctx)->missed += w->missed;
}

/* Runs the first count jobs; molecules that do not fit after all attempts become empty. */
static sg_status run_jobs(const sg_mol_plan *p, worker *w, size_t count, sg_error *err)
{
    const sg_mol_generate_opts *o = p->o;
    job *list[BATCH];
    stage heavy = {&p->heavy,  p->closed,  heavy_sizes,
                   heavy_fill, heavy_read, sg_run_opts_default()};
    stage hydro = {&p->hydro, 0, hydro_sizes, hydro_fill, hydro_read, sg_run_opts_default()};
    heavy.opts.method = p->method;
    heavy.opts.grid = p->heavy_grid;
    heavy.opts.steps = (size_t)o->steps;
    heavy.opts.remask_eta = o->remask;
    heavy.opts.remask_slack = o->slack;
    heavy.opts.temperature = o->temperature;
    heavy.opts.noise_scale = o->noise;
    heavy.opts.stop = o->stop;
    hydro.opts.grid = p->hydro_grid;
    hydro.opts.method = p->hydro_method;
    hydro.opts.steps = (size_t)o->hydro_steps;
    hydro.opts.stop = o->stop;
    for (int attempt = 0; attempt < o->tries; attempt++) {
        size_t open = 0;
        for (size_t k = 0; k < count; k++) {
            job *j = &w->jobs[k];
            if (j->done)
                continue;
            sg_rng r;
            j->attempt = j->tried + attempt;
            sg_rng_init(&r, o->seed, j->id, (uint32_t)(STREAMS * j->attempt + STREAM_SIZE));
            j->n = (int)sg_rng_choice(&r, p->size_weight, SG_MOL_MAX_HEAVY + 1);
            list[open++] = j;
        }
        if (open == 0)
            break;
        sg_status s = stage_all(p, &heavy, &w->heavy, list, open, 0, err);
        if (s != SG_OK)
            return s;
        for (size_t k = 0; k < open; k++)
            list[k]->done = place_parents(p, list[k]);
    }
    size_t ready = 0, with_h = 0;
    job *done[BATCH];
    for (size_t k = 0; k < count; k++) {
        if (!w->jobs[k].done) {
            sg_mol_reset(w->jobs[k].out);
            continue;
        }
        done[ready++] = &w->jobs[k];
        if (w->jobs[k].h)
            list[with_h++] = &w->jobs[k];
    }
    sg_status s = stage_all(p, &hydro, &w->hydro, list, with_h, 1, err);
    for (size_t k = 0; k < ready && s == SG_OK; k++)
        s = write_molecule(p, done[k], err);
    return s;
}

/* Candidates of a molecule are further attempts of it. */
static sg_status run_batch(void *ctx, void *worker_, size_t at, size_t count, sg_error *err)
{
    generation *g = ctx;
    worker *w = worker_;
    const sg_mol_plan *p = &g->plan;
    size_t each = (size_t)p->o->candidates;
    sg_mol *out = g->out + at;
    sg_rng r[BATCH];
    for (size_t k = 0; k < count * each; k++)
        w->jobs[k] = (job){.id = g->first + at + k / each,
                           .out = each > 1 ? &w->made[k] : &out[k],
                           .tried = (int)(k % each) * p->o->tries};
    for (size_t k = 0; k < count; k++)
        sg_rng_init(&r[k], p->o->seed, g->first + at + k, STREAM_CHOICE);
    sg_status s = run_jobs(p, w, count * each, err);
    if (s == SG_OK && each > 1)
        s = sg_mol_choose(&p->chooser, w->made, count, each, r, out, err);
    for (size_t k = 0; k < count && s == SG_OK; k++)
        w->missed += out[k].n_atoms == 0;
    return s;
}

sg_status sg_mol_generate(const sg_mol_model *m, const sg_mol_generate_opts *o, uint64_t first,
                          size_t count, sg_mol *out, size_t *missed, sg_error *err)
{
    generation *g = calloc(1, sizeof *g);
    if (!g)
        return sg_fail(err, SG_ENOMEM, "no memory for generation");
    g->first = first;
    g->out = out;
    sg_status s = sg_mol_plan_init(&g->plan, m, o, err);
    if (s == SG_OK)
        s = sg_batches_run(&(sg_batches){.count = count,
                                         .most = BATCH / (size_t)o->candidates,
                                         .threads = o->threads,
                                         .worker = sizeof(worker),
                                         .begin = worker_begin,
                                         .run = run_batch,
                                         .end = worker_end},
                           g, err);
    if (missed)
        *missed = g->missed;
    sg_mol_plan_clear(&g->plan);
    free(g);
    return s;
}
