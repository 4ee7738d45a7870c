#include <config.h>

#include <math.h>
#include <string.h>

#include <sigen/distill.h>
#include <sigen/sampler.h>
#include "batch.h"
#include "loss.h"
#include "task.h"

#define LATE 0.7 /* from this time on the windows are those of SG_PROTEIN_LATE */

/* streams of the counter-based generator */
enum { STREAM_TRAIN = 0x100, STREAM_VALID = 0x200 };

typedef struct shard {
    const sg_protein_task *self;
    sg_rng rng;
    int count;
    double share; /* weight of a chain in the batch mean */
    sg_protein_example *e;
    sg_protein_buffer b;
    double *t, *before;        /* (count) times, and those of the previous estimate */
    double *x1, *xt, *xb, *xs; /* (residues, 3) of all chains: data, noised to t and before */
    double *grad, *work;       /* of one chain */
    unsigned char *fixed;
    char *ss;
} shard;

/* 2 % uniform, half Beta(1.5, 1), the rest where chains come into contact */
static double draw_time(sg_rng *r)
{
    double u = sg_rng_uniform(r), which = sg_rng_uniform(r);
    double t = which < 0.02 ? u : which < 0.5 ? pow(u, 1 / 1.5) : LATE + (1 - LATE) * u;
    return fmin(t, 0.995);
}

/* A step of a generator of `least` to `steps` steps, and the step before it. */
static sg_status draw_step(const sg_protein_task *self, sg_rng *r, double *t, double *before,
                           sg_error *err)
{
    double grid[SG_DISTILL_MAX_STEPS + 1];
    int n = self->least + (int)sg_rng_below(r, (uint32_t)(self->steps - self->least + 1));
    int k = (int)sg_rng_below(r, (uint32_t)n);
    sg_status s = sg_grid_power.fill(grid, (size_t)n, NULL, 0, 1, 0, err);
    *before = grid[k ? k - 1 : 0];
    *t = grid[k];
    return s;
}

static sg_status shard_init(shard *s, sg_arena *a, uint64_t seed, long step, int k, int n,
                            int batch, int held_out, sg_error *err)
{
    sg_rng_init(&s->rng, seed, (uint64_t)step,
                (uint32_t)((held_out ? STREAM_VALID : STREAM_TRAIN) + k));
    s->count = (int)((long)batch * (k + 1) / n - (long)batch * k / n);
    s->share = 1.0 / batch;
    int *length = sg_arena_alloc(a, (size_t)s->count, sizeof *length);
    s->e = sg_arena_alloc(a, (size_t)s->count, sizeof *s->e);
    s->t = sg_arena_alloc(a, (size_t)s->count, sizeof *s->t);
    s->before = sg_arena_alloc(a, (size_t)s->count, sizeof *s->before);
    if (!length || !s->e || !s->t || !s->before)
        return sg_fail(err, SG_ENOMEM, "work space is too small for a shard of %d", s->count);
    for (int i = 0; i < s->count; i++) {
        if (!s->self->steps)
            s->t[i] = s->before[i] = draw_time(&s->rng);
        else if (draw_step(s->self, &s->rng, &s->t[i], &s->before[i], err) != SG_OK)
            return err->code;
        int part = held_out         ? SG_PROTEIN_HELD_OUT
                   : s->t[i] < LATE ? SG_PROTEIN_TRAIN
                                    : SG_PROTEIN_LATE;
        sg_protein_data_draw(s->self->data, part, &s->rng, &s->e[i]);
        length[i] = s->e[i].n;
    }
    sg_status st = sg_protein_buffer_init(&s->b, a, length, s->count, err);
    if (st != SG_OK)
        return st;
    size_t all = (size_t)s->b.residues, top = SG_PROTEIN_NET_LONGEST;
    s->x1 = sg_arena_alloc(a, 3 * all, sizeof *s->x1);
    s->xt = sg_arena_alloc(a, 3 * all, sizeof *s->xt);
    s->xb = s->self->steps ? sg_arena_alloc(a, 3 * all, sizeof *s->xb) : s->xt;
    s->xs = sg_arena_alloc(a, 3 * all, sizeof *s->xs);
    s->grad = sg_arena_alloc(a, 3 * top, sizeof *s->grad);
    s->work = sg_arena_alloc(a, 6 * top, sizeof *s->work);
    s->fixed = sg_arena_alloc(a, top, 1);
    s->ss = sg_arena_alloc(a, top, 1);
    if (!s->x1 || !s->xt || !s->xb || !s->xs || !s->grad || !s->work || !s->fixed || !s->ss)
        return sg_fail(err, SG_ENOMEM, "work space is too small for a shard of %d", s->count);
    return SG_OK;
}

/* One or two stretches of 6 to 24 residues, of short chains at most all. */
static void draw_motif(shard *s, int n)
{
    memset(s->fixed, 0, (size_t)n);
    for (int k = 1 + (int)sg_rng_below(&s->rng, 2); k > 0; k--) {
        int len = 6 + (int)sg_rng_below(&s->rng, 19);
        len = len < n ? len : n;
        int at = (int)sg_rng_below(&s->rng, (uint32_t)(n - len + 1));
        memset(s->fixed + at, 1, (size_t)len);
    }
}

/* Tells chain k some of what it is. */
static void draw_ask(shard *s, int k)
{
    const sg_protein_task *self = s->self;
    const sg_protein_example *e = &s->e[k];
    sg_protein_ask ask = {0};
    double helix = 0, strand = 0;
    if (sg_rng_uniform(&s->rng) < self->with_share) {
        for (int i = 0; i < e->n; i++) {
            helix += e->ss[i] == 'H';
            strand += e->ss[i] == 'E';
        }
        ask.has_share = 1;
        ask.helix = helix / e->n;
        ask.strand = strand / e->n;
    }
    if (sg_rng_uniform(&s->rng) < self->with_ss) {
        int free = sg_rng_uniform(&s->rng) < 0.5; /* of some stretches nothing is said */
        for (int i = 0, hide = 0; i < e->n; i++) {
            if (free && sg_rng_uniform(&s->rng) < 0.1)
                hide = !hide;
            s->ss[i] = hide ? '?' : e->ss[i];
        }
        ask.ss = s->ss;
    }
    if (sg_rng_uniform(&s->rng) < self->with_motif) {
        draw_motif(s, e->n);
        ask.motif = s->x1 + 3L * s->b.residue0[k];
        ask.fixed = s->fixed;
    }
    sg_protein_buffer_ask(&s->b, k, &ask);
}

static void noise(shard *s, double *x, const double *x1, double t, int n, const sg_map *law)
{
    sg_base_draw(&sg_space_centred, law, x, (size_t)n, 3, &s->rng);
    for (int i = 0; i < 3 * n; i++)
        x[i] = (1 - t) * x[i] + t * x1[i];
}

static void draw_example(shard *s, int k, const sg_map *law)
{
    const sg_protein_example *e = &s->e[k];
    long r0 = 3L * s->b.residue0[k];
    double *x1 = s->x1 + r0;
    for (int i = 0; i < 3 * e->n; i++)
        x1[i] = (double)e->ca[i];
    sg_space_centred.project(x1, (size_t)e->n, 3);
    noise(s, s->xt + r0, x1, s->t[k], e->n, law);
    if (s->xb != s->xt)
        noise(s, s->xb + r0, x1, s->before[k], e->n, law);
    sg_protein_buffer_state(&s->b, k, s->xt + r0, s->t[k]);
    draw_ask(s, k);
}

/* The first pass of self-conditioning, without gradient. */
static void self_condition(shard *s, sg_tape *t)
{
    sg_tape probe = *t;
    sg_egnet_out out;
    size_t mark = sg_arena_mark(t->arena);
    probe.grad = NULL;
    probe.last = NULL;
    for (int k = 0; k < s->count; k++)
        sg_protein_buffer_state(&s->b, k, s->xb + 3L * s->b.residue0[k], s->before[k]);
    sg_egnet_forward(&s->self->model->net, &probe, &s->b.in, &out);
    for (int k = 0; k < s->count && probe.status == SG_OK; k++) {
        long r0 = 3L * s->b.residue0[k];
        sg_protein_estimate(s->xs + r0, s->xb + r0, s->before[k], &out.vec, s->b.in.lay.node0[k],
                            s->e[k].n);
        sg_protein_buffer_previous(&s->b, k, s->xs + r0);
        sg_protein_buffer_state(&s->b, k, s->xt + r0, s->t[k]);
    }
    t->status = probe.status;
    t->flops = probe.flops;
    sg_arena_rewind(t->arena, mark);
}

/* Loss of chain k; its gradient goes through the estimate to the network's vectors. */
static void chain_loss(shard *s, int k, sg_tensor f, double part[])
{
    int n = s->e[k].n, node0 = s->b.in.lay.node0[k];
    long r0 = 3L * s->b.residue0[k];
    double t = s->b.t[k], *xh = s->xs + r0;
    sg_protein_estimate(xh, s->xt + r0, t, &f, node0, n);
    memset(s->grad, 0, 3 * (size_t)n * sizeof *s->grad);
    sg_protein_loss(part, s->grad, xh, s->x1 + r0, n, t, s->share, &s->self->model->law, s->work);
    if (f.dx)
        sg_protein_estimate_pull(s->grad, t, &f, node0, n, NULL);
}

static sg_status backbone_shard(const void *vself, sg_tape *t, uint64_t seed, long step, int k,
                                int n, int batch, int held_out, double part[], long *count,
                                sg_error *err)
{
    shard s = {.self = vself};
    sg_map law = sg_protein_chain_map(&s.self->model->law);
    if (sg_protein_data_windows(s.self->data, held_out) == 0)
        return SG_OK;
    sg_status st = shard_init(&s, t->arena, seed, step, k, n, batch, held_out, err);
    if (st != SG_OK || s.count == 0)
        return st;
    for (int i = 0; i < s.count; i++)
        draw_example(&s, i, &law);
    if (sg_rng_uniform(&s.rng) < s.self->self_cond)
        self_condition(&s, t);
    sg_egnet_out out;
    sg_egnet_forward(&s.self->model->net, t, &s.b.in, &out);
    if (t->status == SG_OK) {
        for (int i = 0; i < s.count; i++)
            chain_loss(&s, i, out.vec, part);
        *count += s.count;
        if (t->grad)
            sg_tape_backward(t);
    }
    return t->status == SG_OK ? SG_OK
                              : sg_fail(err, t->status, "work space is too small for the batch");
}

void sg_protein_task_init(sg_task *task, const sg_protein_task *self)
{
    *task =
        (sg_task){"backbone", SG_PROTEIN_LOSSES, {"white", "plain", "shape"}, backbone_shard, self};
}
