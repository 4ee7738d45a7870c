#include <config.h>

#include <math.h>
#include <string.h>

#include <sigen/align.h>
#include <sigen/space.h>
#include "arch.h"
#include "batch.h"
#include "loss.h"
#include "task.h"
#include "walks.h"

/* streams of the counter-based generator */
enum { STREAM_TRAIN = 0x100, STREAM_VALID = 0x200 };

typedef struct shard {
    sg_graph_pick of;
    const sg_graph_task *self;
    sg_graph_buffer b;
    sg_graph_aim aim;
    double *x1, *x0, *jitter; /* (3 max_nodes) of one graph */
    double *z;                /* (pairs of the largest graph) noise of one graph's weights */
    double *match;            /* work space of the pairing */
    float *p_edge;            /* (n_pairs) */
} shard;

sg_status sg_graph_pick_init(sg_graph_pick *p, const sg_graph_task *self, sg_arena *a,
                             uint64_t seed, long step, int k, int n, int batch, int held_out,
                             sg_error *err)
{
    memset(p, 0, sizeof *p);
    p->data = held_out ? self->valid : self->train;
    if (!p->data || sg_graph_data_count(p->data) == 0)
        return SG_OK;
    sg_rng_init(&p->rng, seed, (uint64_t)step,
                (uint32_t)((held_out ? STREAM_VALID : STREAM_TRAIN) + k));
    p->count = (int)((long)batch * (k + 1) / n - (long)batch * k / n);
    p->share = 1.0 / batch;
    p->sizes = sg_arena_alloc(a, (size_t)p->count, sizeof *p->sizes);
    p->pick = sg_arena_alloc(a, (size_t)p->count, sizeof *p->pick);
    if (!p->sizes || !p->pick)
        return sg_fail(err, SG_ENOMEM, "work space is too small for a shard of %d", p->count);
    for (int i = 0; i < p->count; i++) {
        sg_graph_example e;
        p->pick[i] = (long)sg_rng_below(&p->rng, (uint32_t)sg_graph_data_count(p->data));
        sg_graph_data_get(p->data, p->pick[i], &e);
        p->sizes[i] = e.n;
    }
    return SG_OK;
}

static sg_status shard_init(shard *s, sg_arena *a, sg_error *err)
{
    sg_status st =
        sg_graph_buffer_init(&s->b, a, s->of.sizes, s->of.count, &s->self->model->config, err);
    if (st != SG_OK)
        return st;
    st = sg_graph_aim_init(&s->aim, a, &s->b.in.lay, s->self->model->config.weighted, s->of.share,
                           err);
    if (st != SG_OK)
        return st;
    size_t pairs = (size_t)s->b.in.lay.n_pairs, top = (size_t)s->b.in.lay.max_nodes;
    s->x1 = sg_arena_alloc(a, 3 * top, sizeof *s->x1);
    s->x0 = sg_arena_alloc(a, 3 * top, sizeof *s->x0);
    s->jitter = sg_arena_zeros(a, 3 * top, sizeof *s->jitter);
    s->z = sg_arena_alloc(a, top * top / 2, sizeof *s->z);
    s->match = sg_arena_alloc(a, sg_match_work(top), 1);
    s->p_edge = sg_arena_alloc(a, pairs, sizeof *s->p_edge);
    if (!s->x1 || !s->x0 || !s->jitter || !s->z || !s->match || !s->p_edge)
        return sg_fail(err, SG_ENOMEM, "work space is too small for a shard of %d", s->of.count);
    return SG_OK;
}

/* The noised weights y_t = alpha z + beta y1 of the edges, and noise elsewhere. */
static void draw_weights(shard *s, int k, const sg_graph_example *e, double t)
{
    int pairs = e->n * (e->n - 1) / 2;
    sg_real *y = s->b.y + s->b.in.lay.pair0[k];
    sg_path path = sg_graph_weight_path();
    sg_coeff c;
    sg_path_coeff(&path, t, &c);
    for (int p = 0; p < pairs; p++) {
        s->z[p] = sg_rng_normal(&s->of.rng);
        y[p] = (sg_real)(e->edge[p] ? c.alpha * s->z[p] + c.beta * (double)e->y[p] : s->z[p]);
    }
}

/* Draws t, the noised layout, tokens and weights of graph k, and what the loss compares with. */
static sg_status draw_example(shard *s, int k, sg_error *err)
{
    const sg_egnet_dims *m = &s->self->model->config.net;
    sg_graph_buffer *b = &s->b;
    sg_graph_example e;
    sg_graph_data_get(s->of.data, s->of.pick[k], &e);
    int n = e.n, i0 = b->in.lay.node0[k], p0 = b->in.lay.pair0[k], pairs = n * (n - 1) / 2;
    double t = sqrt(sg_rng_uniform(&s->of.rng)), sd = sg_graph_layout_sd(n); /* t ~ Beta(2, 1) */
    sg_space_centred.draw(s->x0, (size_t)n, 3, &s->of.rng);
    if (e.jitter > 0)
        sg_space_centred.draw(s->jitter, (size_t)n, 3, &s->of.rng);
    for (int i = 0; i < 3 * n; i++) {
        s->x0[i] *= sd;
        s->x1[i] = (double)e.xyz[i] + e.jitter * sd * s->jitter[i];
    }
    sg_status st = sg_match_points(s->x1, s->x0, (size_t)n, 1, s->match, err);
    if (st != SG_OK)
        return st;
    b->t[k] = t;
    for (int i = 0; i < 3 * n; i++)
        b->x[3 * i0 + i] = (sg_real)((1 - t) * s->x0[i] + t * s->x1[i]);
    for (int i = 0; i < n; i++)
        b->cls[i0 + i] = sg_rng_uniform(&s->of.rng) < t ? e.cls[i] : m->C;
    for (int p = 0; p < pairs; p++)
        b->edge[p0 + p] = sg_rng_uniform(&s->of.rng) < t ? e.edge[p] : m->B;
    if (b->y)
        draw_weights(s, k, &e, t);
    sg_graph_aim_set(&s->aim, b, k, &s->self->model->config, &e, s->x1, s->z);
    return SG_OK;
}

/* The first pass of self-conditioning: layout and edge probabilities without gradient. */
static void self_condition(shard *s, sg_tape *t)
{
    sg_graph_buffer *b = &s->b;
    sg_tape probe = *t;
    sg_egnet_out out;
    size_t mark = sg_arena_mark(t->arena);
    probe.grad = NULL;
    probe.last = NULL;
    sg_egnet_forward(&s->self->model->net, &probe, &b->in, &out);
    if (probe.status == SG_OK) {
        sg_egnet_centre(&b->in.lay, out.x1.x);
        memcpy(b->xs, out.x1.x, 3 * (size_t)b->in.lay.n_nodes * sizeof *b->xs);
        for (int p = 0; p < b->in.lay.n_pairs; p++)
            s->p_edge[p] = sg_graph_edge_share(out.pair.x + (long)p * out.pair.ld,
                                               s->self->model->config.net.B);
        b->in.xs = b->xs;
    }
    t->status = probe.status;
    t->flops = probe.flops;
    sg_arena_rewind(t->arena, mark);
}

static sg_status graph_shard(const void *vself, sg_tape *t, uint64_t seed, long step, int k, int n,
                             int batch, int held_out, double part[], long *count, sg_error *err)
{
    const sg_graph_task *self = vself;
    const sg_graph_config *c = &self->model->config;
    shard s = {.self = self};
    sg_status st =
        sg_graph_pick_init(&s.of, self, t->arena, seed, step, k, n, batch, held_out, err);
    if (st != SG_OK || s.of.count == 0)
        return st;
    st = shard_init(&s, t->arena, err);
    if (st != SG_OK)
        return st;
    for (int i = 0; i < s.of.count; i++)
        if ((st = draw_example(&s, i, err)) != SG_OK)
            return st;
    sg_graph_buffer_walks(&s.b, c, NULL);
    sg_graph_buffer_weights(&s.b, c);
    if (sg_rng_uniform(&s.of.rng) < self->self_cond) {
        self_condition(&s, t);
        sg_graph_buffer_walks(&s.b, c, s.p_edge);
    }
    sg_egnet_out out;
    sg_egnet_forward(&self->model->net, t, &s.b.in, &out);
    if (t->status != SG_OK)
        return sg_fail(err, t->status, "work space is too small for the batch");
    double loss[SG_GRAPH_LOSSES] = {0};
    sg_graph_loss(&s.aim, &s.b.in.lay, &out, loss);
    for (int i = 0; i < 3 + c->weighted; i++)
        part[i] += loss[i] / s.of.share;
    *count += s.of.count;
    if (!t->grad)
        return SG_OK;
    sg_tape_backward(t);
    return t->status == SG_OK ? SG_OK
                              : sg_fail(err, t->status, "work space is too small for the batch");
}

/* The law of each kind of network. */
static const struct law {
    const sg_graph_arch *arch;
    int weighted;
    sg_task task;
} laws[] = {
    {&sg_graph_egnet, 0, {"graph", 3, {"layout", "edges", "nodes"}, graph_shard, NULL}},
    {&sg_graph_egnet, 1, {"graph", 4, {"layout", "edges", "nodes", "weights"}, graph_shard, NULL}},
    {&sg_graph_gdss, 0, {"gdss", 2, {"X", "A"}, sg_graph_gdss_shard, NULL}},
};

void sg_graph_task_init(sg_task *task, const sg_graph_task *self)
{
    const sg_graph_config *c = &self->model->config;
    const struct law *w = laws;
    while (w->arch != c->arch || w->weighted != c->weighted)
        w++;
    *task = w->task;
    task->self = self;
}
