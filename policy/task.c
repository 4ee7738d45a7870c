#include <config.h>

#include <math.h>

#include <sigen/loss.h>
#include "task.h"

/* streams of the counter-based generator */
enum { STREAM_TRAIN = 0x300, STREAM_VALID = 0x400 };

/* sigma ~ log-logistic around sigma_data, scale 1/2, cut to [sigma_min, sigma_max], as BESO's. */
static double draw_sigma(sg_rng *r, const sg_i_policy_scale *s)
{
    const double scale = 0.5;
    double lo = 1 / (1 + exp(-log(s->sigma_min / s->sigma_data) / scale));
    double hi = 1 / (1 + exp(-log(s->sigma_max / s->sigma_data) / scale));
    double q = lo + (hi - lo) * sg_rng_uniform(r);
    return s->sigma_data * exp(scale * log(q / (1 - q)));
}

typedef struct batch {
    sg_real *x, *a, *target; /* context inputs; noisy chunks times c_in; what F shall be */
    double *level, *weight;
    double *obs, *u, *y, *goal; /* one example: u in units, y as the network has it */
} batch;

static sg_status batch_init(batch *b, const sg_i_policy_dims *m, sg_arena *arena, int n,
                            sg_error *err)
{
    size_t inputs = (size_t)sg_i_policy_inputs(m), chunk = (size_t)sg_i_policy_chunk_size(m);
    b->x = sg_arena_alloc(arena, (size_t)n * inputs, sizeof *b->x);
    b->a = sg_arena_alloc(arena, (size_t)n * chunk, sizeof *b->a);
    b->target = sg_arena_alloc(arena, (size_t)n * chunk, sizeof *b->target);
    b->level = sg_arena_alloc(arena, (size_t)n, sizeof *b->level);
    b->weight = sg_arena_alloc(arena, (size_t)(n * m->tokens), sizeof *b->weight);
    b->obs = sg_arena_alloc(arena, (size_t)(m->window * m->obs), sizeof *b->obs);
    b->u = sg_arena_alloc(arena, chunk, sizeof *b->u);
    b->y = sg_arena_alloc(arena, chunk, sizeof *b->y);
    b->goal = sg_arena_alloc(arena, (size_t)(m->goals * m->goal) + 1, sizeof *b->goal);
    if (!b->goal || !b->x || !b->a || !b->target || !b->level || !b->weight || !b->obs || !b->u ||
        !b->y)
        return sg_fail(err, SG_ENOMEM, "work space is too small for a shard of %d", n);
    return SG_OK;
}

/* Rows of n future states in order. A draw a goal; all later ones lie behind it. */
static void draw_goals(const sg_i_policy_task *self, sg_rng *r, size_t row, size_t *goal, int n)
{
    size_t end = self->data->end[row];
    for (int k = 0; k < n; k++) {
        size_t from = k ? goal[k - 1] : row;
        goal[k] = from + sg_rng_below(r, (uint32_t)(end - from));
    }
    if (self->final_share > 0 && sg_rng_uniform(r) < self->final_share)
        goal[n - 1] = end - 1;
}

/* The example as the robot saw it, or moved to where it is possible. */
static void place(const sg_i_policy_task *self, batch *b, sg_rng *r, int view, size_t row,
                  const size_t *goal, int n)
{
    const sg_i_policy_data *d = self->data;
    const sg_i_policy_dims *m = &self->policy->net.dims;
    int tries = n && self->move_share > 0 && sg_rng_uniform(r) < self->move_share ? 64 : 0, good;
    do {
        double motion[3];
        if (tries)
            d->env->draw_motion(d->state[view] + row * (size_t)d->env->n_state, r, motion);
        good = sg_i_policy_data_example(d, m, view, row, tries ? motion : NULL, b->obs, b->u);
        for (int k = 0; k < n; k++)
            good = sg_i_policy_data_goal(d, view, goal[k], tries ? motion : NULL,
                                         b->goal + k * m->goal) &&
                   good;
    } while (!good && tries-- > 0);
}

/* Weights of example k of `size`: the mean over the rows whose observation is shown. */
static void weigh(const sg_i_policy_dims *m, batch *b, int k, int seen, int size)
{
    int rows = sg_i_policy_rows(m) / m->tokens, wide = sg_i_policy_wide(m);
    int hidden = seen <= m->lead ? m->lead + 1 - seen : 0;
    for (int i = 0; i < m->tokens; i++)
        b->weight[k * m->tokens + i] =
            i * rows < hidden ? 0
                              : 1.0 / ((double)size * (sg_i_policy_chunk_size(m) - hidden * wide));
}

static void example(const sg_i_policy_task *self, batch *b, sg_rng *r, int k, int size,
                    int held_out)
{
    const sg_i_policy *p = self->policy;
    const sg_i_policy_data *d = self->data;
    const sg_i_policy_dims *m = &p->net.dims;
    const sg_i_policy_scale *s = &p->scale;
    size_t row = d->row[held_out][sg_rng_below(r, (uint32_t)d->n[held_out])];
    int view = d->views > 1 ? (int)sg_rng_below(r, 2) : 0;
    sg_i_policy_view v = {b->obs, m->window, b->goal, 0};
    size_t goal[SG_POLICY_MOST_GOALS];
    if (m->goal && sg_rng_uniform(r) < self->goal_share)
        v.n_goals = m->goals > 1 ? 1 + (int)sg_rng_below(r, (uint32_t)m->goals) : 1;
    if (v.n_goals)
        draw_goals(self, r, row, goal, v.n_goals);
    place(self, b, r, view, row, goal, v.n_goals);
    if (m->past && self->hide_share > 0 && sg_rng_uniform(r) < self->hide_share)
        v.seen = 1 + (int)sg_rng_below(r, (uint32_t)m->window - 1);
    if (m->past && row - d->begin[row] + 1 < (size_t)v.seen) /* as a robot starts */
        v.seen = (int)(row - d->begin[row]) + 1;
    int inputs = sg_i_policy_inputs(m), chunk = sg_i_policy_chunk_size(m);
    sg_real *x = b->x + (long)k * inputs;
    sg_i_policy_input(p, x, &v);
    weigh(m, b, k, v.seen, size);
    for (int i = 0; i < m->window * m->obs && self->jitter > 0 && !held_out; i++)
        x[i] += (sg_real)(self->jitter * sg_rng_normal(r));
    const double *now = b->obs + (m->window - 1) * m->obs;
    double sigma = draw_sigma(r, s), sd = s->sigma_data, all = sigma * sigma + sd * sd;
    double c_skip = sd * sd / all, c_out = sigma * sd / sqrt(all), c_in = 1 / sqrt(all);
    b->level[k] = sg_i_policy_level(p, sigma);
    sg_i_policy_to_chunk(p, now, b->y, b->u);
    for (int i = 0; i < chunk; i++) {
        double y = b->y[i];
        double noisy = y + sigma * sg_rng_normal(r);
        b->a[(long)k * chunk + i] = (sg_real)(c_in * noisy);
        b->target[(long)k * chunk + i] = (sg_real)((y - c_skip * noisy) / c_out);
    }
}

static sg_status shard(const void *vself, sg_tape *t, uint64_t seed, long step, int k, int n,
                       int size, int held_out, double part[], long *count, sg_error *err)
{
    const sg_i_policy_task *self = vself;
    const sg_i_policy_dims *m = &self->policy->net.dims;
    if (self->data->n[held_out] == 0)
        return SG_OK;
    sg_rng r;
    sg_rng_init(&r, seed, (uint64_t)step, (uint32_t)((held_out ? STREAM_VALID : STREAM_TRAIN) + k));
    int cnt = (int)((long)size * (k + 1) / n - (long)size * k / n), inputs = sg_i_policy_inputs(m);
    int chunk = sg_i_policy_chunk_size(m);
    batch b;
    sg_i_policy_ctx ctx;
    sg_status st = batch_init(&b, m, t->arena, cnt, err);
    if (st != SG_OK)
        return st;
    for (int i = 0; i < cnt; i++)
        example(self, &b, &r, i, size, held_out);
    sg_i_policy_encode(&self->policy->net, t, sg_tensor_const(b.x, cnt, inputs), &ctx);
    sg_tensor a = sg_tensor_const(b.a, cnt * m->tokens, chunk / m->tokens);
    sg_tensor y = sg_i_policy_denoise(&self->policy->net, t, &ctx, a, b.level);
    if (t->status != SG_OK)
        return sg_fail(err, t->status, "work space is too small for the batch");
    part[0] += sg_loss_squared(y, b.target, b.weight) * size;
    *count += cnt;
    if (t->grad)
        sg_tape_backward(t);
    return SG_OK;
}

void sg_i_policy_task_init(sg_task *task, const sg_i_policy_task *self)
{
    static const sg_task row = {"policy", 1, {"denoising"}, shard, NULL};
    *task = row;
    task->name = self->policy->net.arch->name;
    task->self = self;
}
