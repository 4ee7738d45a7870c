/* Sequential Monte Carlo over graphs under way (sigen/graph_steer.h). */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/target.h>
#include "particle.h"
#include "want.h"

enum { DRAWS = 16, LOOKS = 16, TRIES = 4 };
/* random streams of a particle, apart from those of free generation; one for each look */
enum { STREAM_DRAW = 0x64720000 };

typedef struct smc {
    sg_graph_plan plan;
    const sg_graph_steer_opts *so;
    sg_population pop;
    sg_arena arena;
    sg_graph_particle *part;
    size_t *batch, n_batches; /* (n_batches + 1) first particle of each */
    int look, looks;          /* looks are numbered from 1 */
} smc;

/* ---- looking ahead --------------------------------------------------------------------------- */

/* The potential of a particle at a look before the end, at time t. */
static sg_status foresee(const smc *m, const sg_graph_particle *q, double t, sg_graph *g,
                         double *potential, sg_error *err)
{
    const sg_graph_config *c = &m->plan.model->config;
    sg_graph_outlook o[SG_GRAPH_MAX_WANTS] = {{0}};
    sg_status s = SG_OK;
    sg_rng rng;
    sg_rng_init(&rng, m->plan.o->seed, q->id, STREAM_DRAW + (uint32_t)m->look);
    for (int k = 0; k < DRAWS && s == SG_OK; k++) {
        s = c->arch->guess(c, &q->state, t, &rng, g, err);
        for (size_t i = 0; i < m->so->n_want && s == SG_OK; i++) {
            double r, value;
            s = sg_graph_want_judge(&m->so->want[i], g, &r, &value, err);
            if (s == SG_OK)
                sg_graph_outlook_add(&o[i], r, value);
        }
    }
    *potential = 0;
    for (size_t i = 0; i < m->so->n_want && s == SG_OK; i++)
        *potential +=
            (double)m->look / m->looks * sg_graph_outlook_potential(&o[i], &m->so->want[i]);
    return s;
}

/* The exact r of a finished particle. */
static sg_status judge(const smc *m, sg_graph_particle *q, sg_graph *g, double *potential,
                       sg_error *err)
{
    sg_status s = sg_graph_plan_write(&m->plan, &q->state, g, err);
    *potential = 0;
    for (size_t i = 0; i < m->so->n_want && s == SG_OK; i++) {
        double r = 0;
        s = sg_graph_want_judge(&m->so->want[i], g, &r, &q->value[i], err);
        *potential += r;
    }
    return s;
}

/* ---- moving ---------------------------------------------------------------------------------- */

/* Steps [a, b) of the particles [first, end) and their part of the weights at look number `look`.
 */
static sg_status move(smc *m, sg_graph_worker *w, size_t first, size_t end, sg_error *err)
{
    sg_state *ptr[SG_GRAPH_BATCH];
    sg_run *run;
    sg_arena measure, arena = {0};
    size_t steps = m->plan.run.steps, looks = (size_t)m->looks;
    size_t a = steps * ((size_t)m->look - 1) / looks, b = steps * (size_t)m->look / looks;
    sg_run_opts o = m->plan.run;
    o.grid += a;
    o.steps = b - a;
    for (size_t i = first; i < end; i++)
        ptr[i - first] = &m->part[i].state;
    sg_arena_init(&measure, NULL, 0);
    sg_status s = sg_run_init(&run, &o, &w->field, ptr, end - first, &measure, err);
    if (s == SG_OK)
        s = sg_arena_new(&arena, measure.peak, err);
    if (s == SG_OK)
        s = sg_run_init(&run, &o, &w->field, ptr, end - first, &arena, err);
    for (size_t i = first; i < end && s == SG_OK; i++)
        sg_run_load(run, i - first, m->part[i].past);
    while (s == SG_OK && !sg_run_done(run))
        s = sg_run_step(run, err);
    for (size_t i = first; i < end && s == SG_OK; i++) {
        sg_graph_particle *q = &m->part[i];
        double v = 0;
        sg_run_save(run, i - first, q->past);
        s = m->look < m->looks ? foresee(m, q, m->plan.grid[b], &w->graph, &v, err)
                               : judge(m, q, &w->graph, &v, err);
        m->pop.logw[i] += v - q->potential;
        q->potential = v;
    }
    sg_arena_clear(&arena);
    return s;
}

/* Batches of like work: at most SG_GRAPH_BATCH particles and SG_GRAPH_BATCH_PAIRS pairs (or one
 * particle). */
static void cut(smc *m)
{
    size_t n = m->pop.n, pairs = 0, first = 0;
    size_t share = n / (size_t)m->plan.o->threads + 1,
           most = share < SG_GRAPH_BATCH ? share : SG_GRAPH_BATCH;
    m->n_batches = 0;
    for (size_t i = 0; i < n; i++) {
        size_t own = sg_graph_pairs((int)m->part[i].state.slot[0].n);
        if (i == first || i - first == most || pairs + own > SG_GRAPH_BATCH_PAIRS) {
            m->batch[m->n_batches++] = first = i;
            pairs = 0;
        }
        pairs += own;
    }
    m->batch[m->n_batches] = n;
}

static sg_status resample(smc *m, sg_error *err)
{
    sg_status s = SG_OK;
    if (sg_population_ess(&m->pop) >= 0.5 * (double)m->pop.n)
        return SG_OK;
    sg_population_resample(&m->pop);
    for (size_t i = 0; i < m->pop.n && s == SG_OK; i++)
        if (m->pop.source[i] != i)
            s = sg_graph_particle_copy(&m->plan, &m->part[i], &m->part[m->pop.source[i]], m->look,
                                       err);
    cut(m);
    return s;
}

static sg_status worker_begin(void *ctx, void *worker, sg_error *err)
{
    return sg_graph_worker_init(worker, &((smc *)ctx)->plan, err);
}

static void worker_end(void *ctx, void *worker)
{
    (void)ctx;
    sg_graph_worker_clear(worker);
}

/* One of the batches that are cut. */
static sg_status run_batch(void *ctx, void *worker, size_t b, size_t n, sg_error *err)
{
    smc *m = ctx;
    (void)n;
    return move(m, worker, m->batch[b], m->batch[b + 1], err);
}

static sg_status run(smc *m, sg_error *err)
{
    sg_status s = SG_OK;
    for (m->look = 1; m->look <= m->looks && s == SG_OK; m->look++) {
        s = sg_batches_run(&(sg_batches){.count = m->n_batches,
                                         .most = 1,
                                         .threads = m->plan.o->threads,
                                         .worker = sizeof(sg_graph_worker),
                                         .begin = worker_begin,
                                         .run = run_batch,
                                         .end = worker_end},
                           m, err);
        if (s == SG_OK && m->look < m->looks)
            s = resample(m, err);
    }
    return s;
}

/* ---- a population ---------------------------------------------------------------------------- */

/* Particles of the try number `try`, whose streams are apart from all others. */
static sg_status start(smc *m, uint64_t population, int try, sg_error *err)
{
    size_t n = SG_GRAPH_POPULATION * (size_t)m->so->particles << try;
    uint64_t first = ((uint64_t)try << 60) + population * n;
    sg_arena measure;
    sg_arena_init(&measure, NULL, 0);
    sg_status s = sg_population_init(&m->pop, n, m->plan.o->seed, first, &measure, err);
    if (s == SG_OK)
        s = sg_arena_new(&m->arena, measure.peak, err);
    if (s == SG_OK)
        s = sg_population_init(&m->pop, n, m->plan.o->seed, first, &m->arena, err);
    if (s != SG_OK)
        return s;
    m->part = calloc(n, sizeof *m->part);
    m->batch = malloc((n + 1) * sizeof *m->batch);
    if (!m->part || !m->batch)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu particles", n);
    for (size_t i = 0; i < n && s == SG_OK; i++) {
        sg_graph_particle *q = &m->part[i];
        q->id = first + i;
        s = sg_graph_particle_make(&m->plan, q, sg_graph_plan_size(&m->plan, q->id), err);
        if (s == SG_OK)
            sg_graph_plan_draw(&m->plan, &q->state);
    }
    if (s == SG_OK)
        cut(m);
    return s;
}

static void end(smc *m)
{
    for (size_t i = 0; m->part && i < m->pop.n; i++)
        sg_graph_particle_clear(&m->part[i]);
    free(m->part);
    free(m->batch);
    sg_arena_clear(&m->arena);
    m->part = NULL;
    m->batch = NULL;
}

/* The graphs of a finished population: every K-th of a systematic resampling. */
static sg_status yield(smc *m, sg_graph *out, sg_graph_steered *r, sg_error *err)
{
    sg_population *p = &m->pop;
    size_t n = p->n, each = n / SG_GRAPH_POPULATION;
    *r = (sg_graph_steered){.particles = n,
                            .resampled = p->resampled,
                            .ess = sg_population_ess(p),
                            .log_z = sg_population_log_normaliser(p)};
    sg_status s = SG_OK;
    double u = sg_rng_uniform(&p->rng) * (double)each;
    size_t skip = (size_t)u;
    sg_population_weights(p, p->w);
    sg_resample_systematic(p->w, n, u - (double)skip, p->old);
    for (size_t k = 0; k < SG_GRAPH_POPULATION && s == SG_OK; k++) {
        size_t i = p->old[k * each + skip], family = 1;
        s = sg_graph_plan_write(&m->plan, &m->part[i].state, &out[k], err);
        for (size_t l = 0; l < k; l++)
            family = family && r->ancestor[l] != p->ancestor[i];
        r->families += family;
        r->distinct += k == 0 || i != r->particle[k - 1];
        r->particle[k] = i;
        r->ancestor[k] = p->ancestor[i];
        r->weight[k] = p->w[i] * (double)n;
        memcpy(r->value[k], m->part[i].value, sizeof r->value[k]);
    }
    return s;
}

sg_status sg_graph_steer(const sg_graph_model *model, const sg_graph_generate_opts *o,
                         const sg_graph_steer_opts *so, uint64_t population, sg_graph *out,
                         sg_graph_steered *report, sg_error *err)
{
    smc m = {.so = so};
    const sg_graph_config *c = &model->config;
    if (so->n_want > SG_GRAPH_MAX_WANTS || so->particles < 1 || so->particles > 256)
        return sg_fail(err, SG_EINVAL, "%zu wants of %d, %d particles of 1 to 256", so->n_want,
                       SG_GRAPH_MAX_WANTS, so->particles);
    sg_status s = sg_graph_plan_init(&m.plan, model, o, err);
    for (size_t i = 0; i < so->n_want && s == SG_OK; i++)
        s = sg_graph_want_check(&so->want[i], o->min_nodes ? o->min_nodes : 1,
                                o->max_nodes ? o->max_nodes : c->max_nodes, err);
    m.looks = o->steps < LOOKS ? o->steps : LOOKS;
    for (int try = 0; try < TRIES && s == SG_OK; try++) {
        s = start(&m, population, try, err);
        if (s == SG_OK)
            s = run(&m, err);
        double ess = s == SG_OK ? sg_population_ess(&m.pop) : 0;
        if (ess > 0)
            s = yield(&m, out, report, err);
        else if (s == SG_OK && try == TRIES - 1)
            s = sg_fail(err, SG_ECONV,
                        "none of %zu particles came to meet all that is wanted: more particles, a "
                        "wider range or a softness (~SD) may help",
                        m.pop.n);
        end(&m);
        if (ess > 0)
            break;
    }
    sg_graph_plan_clear(&m.plan);
    return s;
}
