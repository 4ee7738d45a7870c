#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "plan.h"
#include "weights.h"

/* random streams of a graph */
enum { STREAM_SIZE = 1, STREAM_GRAPH = 2 };

void sg_graph_generate_defaults(sg_graph_generate_opts *o, const sg_graph_model *m)
{
    *o = m->config.arch->defaults;
    if (m->config.has_remask)
        o->remask = m->config.remask;
}

typedef sg_graph_plan plan;

/* ---- preparing ------------------------------------------------------------------------------- */

/* Weights of the given part are kept where the model has some; without them they are free. */
static sg_status plan_given_weights(plan *p, sg_error *err)
{
    const sg_graph_config *c = &p->model->config;
    const sg_graph *g = p->o->given;
    if (!c->weighted || !g->has_weights)
        return SG_OK;
    p->given_weight = calloc(sg_graph_pairs(g->n_nodes) + 1, sizeof *p->given_weight);
    if (!p->given_weight)
        return sg_fail(err, SG_ENOMEM, "no memory for the given part");
    for (int e = 0; e < g->n_edges; e++) {
        const sg_graph_edge *q = &g->edge[e];
        if (!(q->weight > 0))
            return sg_fail(err, SG_ENOTSUP, "the given weight %g of edge %d-%d is not positive",
                           q->weight, q->u, q->v);
        p->given_weight[sg_pair_index((size_t)q->u, (size_t)q->v, (size_t)g->n_nodes)] =
            sg_graph_weight_chart(c, q->weight);
    }
    return SG_OK;
}

static sg_status plan_given(plan *p, sg_error *err)
{
    const sg_graph_config *c = &p->model->config;
    const sg_graph *g = p->o->given;
    int n = g->n_nodes;
    p->given_node = malloc((size_t)n * sizeof *p->given_node + 1);
    p->given_edge = calloc(sg_graph_pairs(n) + 1, sizeof *p->given_edge);
    if (!p->given_node || !p->given_edge)
        return sg_fail(err, SG_ENOMEM, "no memory for the given part");
    for (int i = 0; i < n; i++) {
        int label = g->node_label ? g->node_label[i] : c->node_label[0];
        p->given_node[i] = sg_graph_node_class(c, label);
        if (p->given_node[i] < 0)
            return sg_fail(err, SG_ENOTSUP, "the model does not know node label %d", label);
    }
    for (int e = 0; e < g->n_edges; e++) {
        int k = sg_graph_edge_class(c, g->edge[e].label);
        if (k < 0)
            return sg_fail(err, SG_ENOTSUP, "the model does not know edge label %d",
                           g->edge[e].label);
        p->given_edge[sg_pair_index((size_t)g->edge[e].u, (size_t)g->edge[e].v, (size_t)n)] = k;
    }
    return plan_given_weights(p, err);
}

static sg_status plan_sizes(plan *p, sg_error *err)
{
    const sg_graph_config *c = &p->model->config;
    const sg_graph_generate_opts *o = p->o;
    int lo = o->min_nodes ? o->min_nodes : 1, hi = o->max_nodes ? o->max_nodes : c->max_nodes;
    int least = o->given ? o->given->n_nodes : 1;
    double sum = 0;
    if (lo < 1 || hi < lo || hi > c->max_nodes)
        return sg_fail(err, SG_ENOTSUP,
                       "%d to %d nodes asked for, the model was trained on up to %d", lo, hi,
                       c->max_nodes);
    for (int n = lo > least ? lo : least; n <= hi; n++)
        sum += p->weight[n] = c->sizes[n] + (o->min_nodes ? 1e-3 : 0); /* asked for, though rare */
    if (!(sum > 0))
        return sg_fail(err, SG_ENOTSUP, "no size in the training data fits the request");
    return SG_OK;
}

sg_status sg_graph_plan_init(plan *p, const sg_graph_model *m, const sg_graph_generate_opts *o,
                             sg_error *err)
{
    memset(p, 0, sizeof *p);
    p->model = m;
    p->o = o;
    if (o->steps < 1 || o->steps > 10000 || o->threads < 1 || o->threads > 256 ||
        !(o->temperature > 0) || !(o->remask >= 0) || !(o->slack >= 1) || !(o->snr > 0) ||
        !(o->corrector >= 0))
        return sg_fail(err, SG_EINVAL, "an option of the generator is out of range");
    p->run = sg_run_opts_default();
    p->run.method = sg_sampler_find(o->sampler);
    if (!p->run.method)
        return sg_fail(err, SG_EINVAL, "unknown sampler \"%s\"", o->sampler);
    p->isa = sg_isa_find(o->isa);
    if (!p->isa)
        return sg_fail(err, SG_ENOTSUP, "no kernels \"%s\" on this machine", o->isa);
    sg_status s = o->given ? plan_given(p, err) : SG_OK;
    if (s == SG_OK)
        s = plan_sizes(p, err);
    if (s != SG_OK)
        return s;
    sg_graph_system(&p->sys, &p->map, &m->config);
    p->grid = malloc(((size_t)o->steps + 1) * sizeof *p->grid);
    if (!p->grid)
        return sg_fail(err, SG_ENOMEM, "no memory for the time grid");
    for (int k = 0; k <= o->steps; k++)
        p->grid[k] = (double)k / o->steps;
    p->run.grid = p->grid;
    p->run.steps = (size_t)o->steps;
    p->run.remask_eta = o->remask;
    p->run.remask_slack = o->slack;
    p->run.temperature = o->temperature;
    p->run.snr = o->snr;
    p->run.corrector_scale = o->corrector;
    p->run.stop = o->stop;
    return SG_OK;
}

void sg_graph_plan_clear(plan *p)
{
    free(p->grid);
    free(p->given_node);
    free(p->given_edge);
    free(p->given_weight);
}

/* ---- running --------------------------------------------------------------------------------- */

/* One graph on its way. */
typedef struct job {
    uint64_t id;
    int n;
    sg_graph *out;
} job;

int sg_graph_plan_size(const plan *p, uint64_t id)
{
    sg_rng r;
    sg_rng_init(&r, p->o->seed, id, STREAM_SIZE);
    return (int)sg_rng_choice(&r, p->weight, SG_GRAPH_NET_NODES + 1);
}

sg_status sg_graph_plan_state(const plan *p, sg_state *s, int nodes, uint64_t id, sg_arena *a,
                              sg_error *err)
{
    const sg_graph_arch *arch = p->model->config.arch;
    size_t len[SG_MAX_COMPONENTS] = {0};
    arch->elements((size_t)nodes, len);
    sg_status st = sg_state_init(s, &p->sys, len, p->o->seed, id, a, err);
    if (st == SG_OK && p->o->given) {
        sg_graph_given given = {p->o->given->n_nodes, p->given_node, p->given_edge,
                                p->given_weight};
        st = arch->fix(s, &given, a, err);
    }
    sg_rng_init(&s->rng, p->o->seed, id, STREAM_GRAPH);
    return st;
}

void sg_graph_plan_draw(const plan *p, sg_state *s)
{
    sg_state_draw(s);
    if (p->model->config.arch->start)
        p->model->config.arch->start(s);
}

static sg_status setup(const plan *p, const sg_field *f, const job *jobs, size_t count,
                       sg_state *st, sg_state **ptr, sg_run **run, sg_arena *a, sg_error *err)
{
    for (size_t k = 0; k < count; k++) {
        ptr[k] = &st[k];
        sg_status s = sg_graph_plan_state(p, &st[k], jobs[k].n, jobs[k].id, a, err);
        if (s != SG_OK)
            return s;
    }
    return sg_run_init(run, &p->run, f, ptr, count, a, err);
}

sg_status sg_graph_plan_write(const plan *p, const sg_state *s, sg_graph *g, sg_error *err)
{
    return p->model->config.arch->decode(&p->model->config, s, g, err);
}

/* Runs the jobs in one batch: a measuring pass, then the real one. */
static sg_status run_jobs(const plan *p, const sg_field *f, const job *jobs, size_t count,
                          sg_error *err)
{
    sg_state st[SG_GRAPH_BATCH], *ptr[SG_GRAPH_BATCH];
    sg_run *run = NULL;
    sg_arena measure, a;
    sg_arena_init(&measure, NULL, 0);
    sg_status s = setup(p, f, jobs, count, st, ptr, &run, &measure, err);
    if (s == SG_OK)
        s = sg_arena_new(&a, measure.peak, err);
    if (s != SG_OK)
        return s;
    s = setup(p, f, jobs, count, st, ptr, &run, &a, err);
    for (size_t k = 0; k < count && s == SG_OK; k++)
        sg_graph_plan_draw(p, ptr[k]);
    while (s == SG_OK && !sg_run_done(run))
        s = sg_run_step(run, err);
    for (size_t k = 0; k < count && s == SG_OK; k++)
        s = sg_graph_plan_write(p, ptr[k], jobs[k].out, err);
    sg_arena_clear(&a);
    return s;
}

sg_status sg_graph_worker_init(sg_graph_worker *w, const plan *p, sg_error *err)
{
    size_t top = (size_t)p->model->config.max_nodes;
    size_t pairs = sg_graph_pairs((int)top) + SG_GRAPH_BATCH_PAIRS;
    w->work.model = p->model;
    w->work.isa = p->isa;
    sg_graph_field(&w->field, &p->sys, &w->work);
    return sg_arena_new(
        &w->work.arena,
        sg_graph_work_bytes(p->model, SG_GRAPH_BATCH * top, pairs, SG_GRAPH_BATCH, top), err);
}

void sg_graph_worker_clear(sg_graph_worker *w)
{
    sg_graph_clear(&w->graph);
    sg_arena_clear(&w->work.arena);
}

/* What all threads see. */
typedef struct generation {
    plan p;
    uint64_t first;
    sg_graph *out;
} generation;

static sg_status worker_begin(void *ctx, void *worker, sg_error *err)
{
    return sg_graph_worker_init(worker, &((generation *)ctx)->p, err);
}

static void worker_end(void *ctx, void *worker)
{
    (void)ctx;
    sg_graph_worker_clear(worker);
}

/* Graphs of a batch, cut into runs of at most SG_GRAPH_BATCH_PAIRS pairs (or one graph). */
static sg_status run_batch(void *ctx, void *worker, size_t at, size_t count, sg_error *err)
{
    const generation *g = ctx;
    const sg_graph_worker *w = worker;
    job jobs[SG_GRAPH_BATCH];
    for (size_t k = 0; k < count; k++) {
        uint64_t id = g->first + at + k;
        jobs[k] = (job){id, sg_graph_plan_size(&g->p, id), &g->out[at + k]};
    }
    for (size_t a = 0, b; a < count; a = b) {
        size_t pairs = 0;
        for (b = a; b < count; b++) {
            pairs += sg_graph_pairs(jobs[b].n);
            if (b > a && pairs > SG_GRAPH_BATCH_PAIRS)
                break;
        }
        sg_status s = run_jobs(&g->p, &w->field, jobs + a, b - a, err);
        if (s != SG_OK)
            return s;
    }
    return SG_OK;
}

sg_status sg_graph_generate(const sg_graph_model *m, const sg_graph_generate_opts *o,
                            uint64_t first, size_t count, sg_graph *out, sg_error *err)
{
    generation g = {.first = first, .out = out};
    sg_status s = sg_graph_plan_init(&g.p, m, o, err);
    if (s == SG_OK)
        s = sg_batches_run(&(sg_batches){.count = count,
                                         .most = SG_GRAPH_BATCH,
                                         .threads = o->threads,
                                         .worker = sizeof(sg_graph_worker),
                                         .begin = worker_begin,
                                         .run = run_batch,
                                         .end = worker_end},
                           &g, err);
    sg_graph_plan_clear(&g.p);
    return s;
}
