#include <config.h>

#include <math.h>
#include <string.h>

#include <sigen/align.h>
#include <sigen/loss.h>
#include "batch.h"
#include "task.h"

/* streams of the counter-based generator */
enum { STREAM_TRAIN = 0x100, STREAM_VALID = 0x200 };

/* The shard's share of the batch and its random stream. */
typedef struct shard {
    sg_rng rng;
    int count;
    double share; /* weight of an example in the batch mean */
    const sg_mol_data *data;
    const sg_mol_task *self;
    void *work; /* of the matching */
} shard;

/* Draws the shard's examples and makes its input arrays; with `all` hydrogens are nodes too.
 * Returns SG_OK with count 0 when there is no data. */
static sg_status shard_init(shard *s, sg_mol_buffer *b, const sg_mol_task *self, sg_arena *a,
                            uint64_t seed, long step, int k, int n, int batch, int held_out,
                            int all, sg_error *err)
{
    memset(s, 0, sizeof *s);
    s->self = self;
    s->data = held_out ? self->valid : self->train;
    if (!s->data || sg_mol_data_count(s->data) == 0)
        return SG_OK;
    sg_rng_init(&s->rng, seed, (uint64_t)step,
                (uint32_t)((held_out ? STREAM_VALID : STREAM_TRAIN) + k));
    s->count = (int)((long)batch * (k + 1) / n - (long)batch * k / n);
    s->share = 1.0 / batch;
    int *sizes = sg_arena_alloc(a, (size_t)s->count, sizeof *sizes);
    long *pick = sg_arena_alloc(a, (size_t)s->count, sizeof *pick);
    s->work = sg_arena_alloc(a, sg_match_work(SG_MOL_MAX_NODES), 1);
    if (!sizes || !pick || !s->work)
        return sg_fail(err, SG_ENOMEM, "work space is too small for a shard of %d", s->count);
    for (int i = 0; i < s->count; i++) {
        sg_mol_example e;
        pick[i] = (long)sg_rng_below(&s->rng, (uint32_t)sg_mol_data_count(s->data));
        sg_mol_data_get(s->data, pick[i], &e);
        sizes[i] = all ? e.n + e.h : e.n;
    }
    return sg_mol_buffer_init(b, a, sizes, pick, s->count, all ? 0 : self->net->dims.Q, err);
}

/* Properties: with probability 0.2 none is shown, with 0.4 one, else each with probability 1/2. */
static void show_properties(shard *s, const sg_mol_example *e, double *y, unsigned char *known)
{
    const sg_mol_vocab *v = sg_mol_data_vocab(s->data);
    double u = sg_rng_uniform(&s->rng);
    int Q = s->self->net->dims.Q, none = u < 0.2;
    int one = u < 0.6 && Q ? (int)sg_rng_below(&s->rng, (uint32_t)Q) : -1;
    for (int q = 0; q < Q; q++) {
        int show = one >= 0 ? q == one : sg_rng_uniform(&s->rng) < 0.5;
        known[q] = (unsigned char)(show && !none && !isnan(e->prop[q]));
        y[q] = known[q] ? ((double)e->prop[q] - v->prop[q].mean) / v->prop[q].sd : 0;
    }
}

/* The share of tokens shown at time t, and the weight of the others: min(1/(1 - kappa), 5), times
 * what makes t ~ Beta(2, 1) weigh shares as if they were drawn so, whatever the clock. */
static double token_share(const shard *s, double t, double *weight)
{
    sg_coeff c;
    sg_path_coeff(&s->self->tokens, t, &c);
    *weight = fmin(1 / fmax(c.alpha, 1e-9), 5) * c.dbeta * c.beta / fmax(t, 1e-9);
    return c.beta;
}

/* Beta(2, 1), and of some examples late: 1 - t between 0.1 and 0.003, its logarithm uniform. Bonds
 * get their lengths there. */
static double heavy_time(shard *s)
{
    double t = sqrt(sg_rng_uniform(&s->rng));
    if (sg_rng_uniform(&s->rng) < s->self->late)
        t = 1 - 0.1 * exp(-3.5 * sg_rng_uniform(&s->rng));
    return t;
}

/* of coordinates: min(1/(1-t)^2, cap), the error in units of the noise left, so that the last steps
 * are as sharp as the data's bond lengths */
static double point_weight(double t, double cap)
{
    return fmin(1 / fmax((1 - t) * (1 - t), 1e-9), cap);
}

/* ---- heavy ----------------------------------------------------------------------------------- */

/* x0 for x1: N(0, sd^2) centred and matched to x1, for training only. Coordinates that are not
 * finite stay unmatched: the loss will tell. */
static void paired_noise(shard *s, double sd, const double *x1, int n, double *x0)
{
    for (int i = 0; i < 3 * n; i++)
        x0[i] = sd * sg_rng_normal(&s->rng);
    sg_mol_centre(x0, n);
    if (sg_match_points(x1, x0, (size_t)n, 1, s->work, NULL) == SG_OK)
        sg_mol_centre(x0, n);
}

/* targets and row weights of a heavy batch */
typedef struct heavy_target {
    sg_real *x1;
    double *wx, *wc, *wb;
    int *cls, *bond;
} heavy_target;

static void heavy_example(shard *s, int k, sg_mol_buffer *b, heavy_target *g)
{
    const sg_mol_vocab *v = sg_mol_data_vocab(s->data);
    const sg_egnet_dims *m = &s->self->net->dims;
    sg_mol_example e;
    sg_mol_data_get(s->data, b->pick[k], &e);
    int n = e.n, i0 = b->in.lay.node0[k], p0 = b->in.lay.pair0[k];
    double t = heavy_time(s), w, share = token_share(s, t, &w);
    double x1[3 * SG_MOL_MAX_HEAVY], x0[3 * SG_MOL_MAX_HEAVY], z[3 * SG_MOL_MAX_HEAVY];
    double wx = point_weight(t, s->self->cap) * s->share;
    w *= s->share;
    for (int i = 0; i < 3 * n; i++)
        x1[i] = (double)e.xyz[i];
    paired_noise(s, v->noise_sd[n], x1, n, x0);
    for (int i = 0; i < 3 * n; i++)
        z[i] = s->self->noise * (1 - t) * sg_rng_normal(&s->rng);
    sg_mol_centre(z, n);
    for (int i = 0; i < 3 * n; i++) {
        g->x1[3 * i0 + i] = (sg_real)x1[i];
        b->x[3 * i0 + i] = (sg_real)((1 - t) * x0[i] + t * x1[i] + z[i]);
        g->wx[3 * i0 + i] = wx / n;
    }
    for (int i = 0; i < n; i++) {
        int shown = sg_rng_uniform(&s->rng) < share;
        g->cls[i0 + i] = e.cls[i];
        b->cls[i0 + i] = shown ? e.cls[i] : m->C;
        g->wc[i0 + i] = shown ? 0 : 0.4 * w / n;
    }
    for (int p = 0; p < n * (n - 1) / 2; p++) {
        int shown = sg_rng_uniform(&s->rng) < share;
        g->bond[p0 + p] = e.bond[p];
        b->bond[p0 + p] = shown ? e.bond[p] : m->B;
        g->wb[p0 + p] = shown ? 0 : w / n;
    }
    b->t[k] = t;
    show_properties(s, &e, b->prop + (long)k * m->Q, b->known + (long)k * m->Q);
}

/* The first pass of self-conditioning: x1 without gradient, projected, becomes xs. */
static void self_condition(shard *s, sg_tape *t, sg_mol_buffer *b,
                           void (*project)(sg_mol_buffer *b, sg_real *x1))
{
    if (sg_rng_uniform(&s->rng) >= s->self->self_cond)
        return;
    sg_tape probe = *t;
    sg_egnet_out out;
    size_t mark = sg_arena_mark(t->arena);
    probe.grad = NULL;
    probe.last = NULL;
    sg_egnet_forward(s->self->net, &probe, &b->in, &out);
    if (probe.status == SG_OK) {
        project(b, out.x1.x);
        memcpy(b->xs, out.x1.x, 3 * (size_t)b->in.lay.n_nodes * sizeof *b->xs);
        b->in.xs = b->xs;
    }
    t->status = probe.status;
    t->flops = probe.flops;
    sg_arena_rewind(t->arena, mark);
}

static void centre_estimate(sg_mol_buffer *b, sg_real *x1)
{
    sg_egnet_centre(&b->in.lay, x1);
}

/* Subtracting the mean is its own transpose: the gradient through the projection is projected. */
static sg_status heavy_shard(const void *vself, sg_tape *t, uint64_t seed, long step, int k, int n,
                             int batch, int held_out, double part[], long *count, sg_error *err)
{
    const sg_mol_task *self = vself;
    shard s;
    sg_mol_buffer b;
    heavy_target g;
    sg_status st = shard_init(&s, &b, self, t->arena, seed, step, k, n, batch, held_out, 0, err);
    if (st != SG_OK || s.count == 0)
        return st;
    size_t nodes = (size_t)b.in.lay.n_nodes, pairs = (size_t)b.in.lay.n_pairs;
    g.x1 = sg_arena_alloc(t->arena, 3 * nodes, sizeof *g.x1);
    g.wx = sg_arena_alloc(t->arena, 3 * nodes, sizeof *g.wx);
    g.wc = sg_arena_alloc(t->arena, nodes, sizeof *g.wc);
    g.wb = sg_arena_alloc(t->arena, pairs, sizeof *g.wb);
    g.cls = sg_arena_alloc(t->arena, nodes, sizeof *g.cls);
    g.bond = sg_arena_alloc(t->arena, pairs, sizeof *g.bond);
    if (!g.bond)
        return sg_fail(err, SG_ENOMEM, "work space is too small for the batch");
    for (int i = 0; i < s.count; i++)
        heavy_example(&s, i, &b, &g);
    self_condition(&s, t, &b, centre_estimate);
    sg_egnet_out out;
    sg_egnet_forward(self->net, t, &b.in, &out);
    if (t->status != SG_OK)
        return sg_fail(err, t->status, "work space is too small for the batch");
    centre_estimate(&b, out.x1.x);
    part[0] += sg_loss_squared(out.x1, g.x1, g.wx) / s.share;
    part[1] += sg_loss_cross_entropy(out.cls, g.cls, g.wc, NULL) / s.share;
    part[2] += sg_loss_cross_entropy(out.pair, g.bond, g.wb, NULL) / s.share;
    *count += s.count;
    if (t->grad) {
        centre_estimate(&b, out.x1.dx);
        sg_tape_backward(t);
        if (t->status != SG_OK)
            return sg_fail(err, t->status, "work space is too small for the batch");
    }
    return SG_OK;
}

/* ---- hydro ----------------------------------------------------------------------------------- */

/* Hydrogens of one parent are exchangeable: their noise is paired to the data. */
static void pair_hydrogens(shard *s, const sg_mol_example *e, const double *x1, double *x0)
{
    for (int a = 0, b; a < e->h; a = b) {
        for (b = a; b < e->h && e->parent[b] == e->parent[a]; b++)
            ;
        if (sg_match_points(x1 + 3 * a, x0 + 3 * a, (size_t)(b - a), 0, s->work, NULL) != SG_OK)
            return; /* not finite: the loss will tell */
    }
}

static void hydro_example(shard *s, int k, sg_mol_buffer *b, sg_real *x1, double *wx)
{
    const sg_mol_vocab *v = sg_mol_data_vocab(s->data);
    sg_mol_example e;
    sg_mol_data_get(s->data, b->pick[k], &e);
    int i0 = b->in.lay.node0[k];
    double t = sqrt(sg_rng_uniform(&s->rng)); /* Beta(2, 1) */
    double x0[3 * SG_MOL_MAX_NODES], y[3 * SG_MOL_MAX_NODES];
    double w = e.h ? point_weight(t, s->self->cap) * s->share / (3 * e.h) : 0;
    sg_mol_place_classes(b, k, &e, v->n_classes);
    for (int i = 0; i < 3 * e.n; i++) {
        double x = (double)e.xyz[i] + s->self->jitter * sg_rng_normal(&s->rng);
        b->x[3 * i0 + i] = x1[3 * i0 + i] = (sg_real)x;
        wx[3 * i0 + i] = 0;
    }
    for (int a = 0; a < e.h; a++)
        for (int c = 0; c < 3; c++) {
            /* a hydrogen moves with its parent's jitter: bonds stay as long as they are */
            double parent = (double)b->x[3 * (i0 + e.parent[a]) + c];
            y[3 * a + c] = (double)e.hxyz[3 * a + c] + parent - (double)e.xyz[3 * e.parent[a] + c];
            x0[3 * a + c] = parent + v->hydro_noise * sg_rng_normal(&s->rng);
        }
    pair_hydrogens(s, &e, y, x0);
    for (int i = 0; i < 3 * e.h; i++) {
        long at = 3L * (i0 + e.n) + i;
        b->x[at] = (sg_real)((1 - t) * x0[i] + t * y[i]);
        x1[at] = (sg_real)y[i];
        wx[at] = w;
    }
    b->t[k] = t;
}

/* heavy atoms stay where they are */
static void keep_heavy(sg_mol_buffer *b, sg_real *x1)
{
    for (int r = 0; r < 3 * b->in.lay.n_nodes; r++)
        if (b->cls[r / 3] != b->hydrogen)
            x1[r] = b->x[r];
}

static sg_status hydro_shard(const void *vself, sg_tape *t, uint64_t seed, long step, int k, int n,
                             int batch, int held_out, double part[], long *count, sg_error *err)
{
    const sg_mol_task *self = vself;
    shard s;
    sg_mol_buffer b;
    sg_status st = shard_init(&s, &b, self, t->arena, seed, step, k, n, batch, held_out, 1, err);
    if (st != SG_OK || s.count == 0)
        return st;
    sg_real *x1 = sg_arena_alloc(t->arena, 3 * (size_t)b.in.lay.n_nodes, sizeof *x1);
    double *wx = sg_arena_alloc(t->arena, 3 * (size_t)b.in.lay.n_nodes, sizeof *wx);
    if (!x1 || !wx)
        return sg_fail(err, SG_ENOMEM, "work space is too small for the batch");
    for (int i = 0; i < s.count; i++)
        hydro_example(&s, i, &b, x1, wx);
    self_condition(&s, t, &b, keep_heavy);
    sg_egnet_out out;
    sg_egnet_forward(self->net, t, &b.in, &out);
    if (t->status != SG_OK)
        return sg_fail(err, t->status, "work space is too small for the batch");
    part[0] += sg_loss_squared(out.x1, x1, wx) / s.share;
    *count += s.count;
    if (t->grad)
        sg_tape_backward(t);
    return SG_OK;
}

/* ---- predict --------------------------------------------------------------------------------- */

static sg_status predict_shard(const void *vself, sg_tape *t, uint64_t seed, long step, int k,
                               int n, int batch, int held_out, double part[], long *count,
                               sg_error *err)
{
    const sg_mol_task *self = vself;
    shard s;
    sg_mol_buffer b;
    int Q = self->net->dims.Q;
    sg_status st = shard_init(&s, &b, self, t->arena, seed, step, k, n, batch, held_out, 1, err);
    if (st != SG_OK || s.count == 0)
        return st;
    sg_real *y = sg_arena_alloc(t->arena, (size_t)(s.count * Q), sizeof *y);
    if (!y)
        return sg_fail(err, SG_ENOMEM, "work space is too small for the batch");
    const sg_mol_vocab *v = sg_mol_data_vocab(s.data);
    for (int i = 0; i < s.count; i++) {
        sg_mol_example e;
        sg_mol_data_get(s.data, b.pick[i], &e);
        int i0 = b.in.lay.node0[i];
        sg_mol_place_classes(&b, i, &e, v->n_classes);
        for (int c = 0; c < 3 * e.n; c++)
            b.x[3 * i0 + c] = e.xyz[c] + (sg_real)(self->jitter * sg_rng_normal(&s.rng));
        for (int c = 0; c < 3 * e.h; c++)
            b.x[3 * (i0 + e.n) + c] = e.hxyz[c] + (sg_real)(self->jitter * sg_rng_normal(&s.rng));
        b.t[i] = 1;
        for (int q = 0; q < Q; q++)
            y[i * Q + q] = (sg_real)(((double)e.prop[q] - v->prop[q].mean) / v->prop[q].sd);
    }
    sg_egnet_out out;
    sg_egnet_forward(self->net, t, &b.in, &out);
    if (t->status != SG_OK)
        return sg_fail(err, t->status, "work space is too small for the batch");
    part[0] += sg_loss_huber(out.prop, y, s.share / Q) / s.share;
    *count += s.count;
    if (t->grad)
        sg_tape_backward(t);
    return SG_OK;
}

void sg_mol_task_init(sg_task *task, const sg_mol_task *self)
{
    static const sg_task table[] = {
        [SG_MOL_HEAVY] = {"heavy", 3, {"coordinates", "classes", "bonds"}, heavy_shard, NULL},
        [SG_MOL_HYDRO] = {"hydro", 1, {"coordinates"}, hydro_shard, NULL},
        [SG_MOL_PREDICT] = {"predict", 1, {"properties"}, predict_shard, NULL},
    };
    *task = table[self->head];
    task->self = self;
}
