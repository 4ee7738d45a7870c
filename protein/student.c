#include <config.h>

#include <math.h>
#include <string.h>

#include "batch.h"
#include "student.h"

#define WITH_STRUCTURE 0.8

typedef struct shard {
    int *length;
    size_t *off;
    sg_protein_ask *ask;
    sg_protein_structure *ss;
} shard;

/* what pull needs of a pass */
typedef struct pass {
    sg_protein_buffer b;
    sg_egnet_out out;
    const double *time, *x;
} pass;

/* Often the structure of a piece of a training chain, as sampling draws it; else nothing. */
static void draw_ask(sg_protein_ask *ask, const sg_protein_structures *a, int n, sg_rng *r,
                     sg_protein_structure ss)
{
    *ask = (sg_protein_ask){0};
    if (sg_rng_uniform(r) < WITH_STRUCTURE && sg_protein_structure_draw(a, n, r, ss))
        ask->ss = ss;
}

static sg_status begin(const void *vself, sg_arena *a, sg_rng *r, sg_distill_batch *b,
                       sg_error *err)
{
    const sg_protein_student *self = vself;
    int lo = (self->shortest + SG_PROTEIN_PATCH - 1) / SG_PROTEIN_PATCH;
    int hi = self->longest / SG_PROTEIN_PATCH;
    shard *s = sg_arena_alloc(a, 1, sizeof *s);
    if (s) {
        s->length = sg_arena_alloc(a, (size_t)b->count, sizeof *s->length);
        s->off = sg_arena_zeros(a, (size_t)b->count + 1, sizeof *s->off);
        s->ask = sg_arena_alloc(a, (size_t)b->count, sizeof *s->ask);
        s->ss = sg_arena_alloc(a, (size_t)b->count, sizeof *s->ss);
    }
    if (!s || !s->length || !s->off || !s->ask || !s->ss)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %d chains", b->count);
    for (int i = 0; i < b->count; i++) {
        s->length[i] = SG_PROTEIN_PATCH * (lo + (int)sg_rng_below(r, (uint32_t)(hi - lo + 1)));
        s->off[i + 1] = s->off[i] + 3 * (size_t)s->length[i];
        draw_ask(&s->ask[i], &self->teacher->structures, s->length[i], r, s->ss[i]);
    }
    b->off = s->off;
    b->data = s;
    return SG_OK;
}

static int length_of(const sg_distill_batch *b, int i)
{
    return ((const shard *)b->data)->length[i];
}

static void noise(const void *vself, const sg_distill_batch *b, int i, sg_rng *r, double *x0)
{
    const sg_protein_student *self = vself;
    sg_map law = sg_protein_chain_map(&self->teacher->law);
    sg_base_draw(&sg_space_centred, &law, x0, (size_t)length_of(b, i), 3, r);
}

static sg_status denoise(const void *vself, const sg_distill_batch *b, sg_tape *t,
                         const double *time, const double *x, const double *previous, double *x1,
                         void **out, sg_error *err)
{
    const sg_protein_student *self = vself;
    const shard *s = b->data;
    pass *p = sg_arena_alloc(t->arena, 1, sizeof *p);
    double *keep = sg_arena_alloc(t->arena, b->off[b->count], sizeof *keep);
    double *when = sg_arena_alloc(t->arena, (size_t)b->count, sizeof *when);
    if (!p || !keep || !when)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %d chains", b->count);
    memcpy(keep, x, b->off[b->count] * sizeof *keep);
    memcpy(when, time, (size_t)b->count * sizeof *when);
    p->x = keep;
    p->time = when;
    sg_status st = sg_protein_buffer_init(&p->b, t->arena, s->length, b->count, err);
    if (st == SG_OK && t->grad)
        st = sg_protein_buffer_record(&p->b, t->arena, err);
    if (st != SG_OK)
        return st;
    for (int i = 0; i < b->count; i++) {
        sg_protein_buffer_state(&p->b, i, x + b->off[i], time[i]);
        sg_protein_buffer_ask(&p->b, i, &s->ask[i]);
        if (previous)
            sg_protein_buffer_previous(&p->b, i, previous + b->off[i]);
    }
    sg_egnet_forward(&self->teacher->net, t, &p->b.in, &p->out);
    if (t->status != SG_OK)
        return sg_fail(err, t->status, "work space is too small for %d chains", b->count);
    for (int i = 0; i < b->count; i++)
        sg_protein_estimate(x1 + b->off[i], x + b->off[i], time[i], &p->out.vec,
                            p->b.in.lay.node0[i], length_of(b, i));
    if (out)
        *out = p;
    return SG_OK;
}

static sg_status pull(const void *self, const sg_distill_batch *b, sg_tape *t, void *vpass,
                      const double *dx1, double *dx, sg_error *err)
{
    pass *p = vpass;
    double *d = sg_arena_alloc(t->arena, b->off[b->count], sizeof *d);
    (void)self;
    if (!d)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %d chains", b->count);
    memcpy(d, dx1, b->off[b->count] * sizeof *d);
    for (int i = 0; i < b->count; i++)
        sg_protein_estimate_pull(d + b->off[i], p->time[i], &p->out.vec, p->b.in.lay.node0[i],
                                 length_of(b, i), dx ? dx + b->off[i] : NULL);
    sg_tape_backward(t);
    if (t->status != SG_OK)
        return sg_fail(err, t->status, "work space is too small for %d chains", b->count);
    for (int i = 0; i < b->count && dx; i++)
        sg_protein_buffer_pull(&p->b, i, p->x + b->off[i], dx + b->off[i]);
    return SG_OK;
}

/* y = L^-T L^-1 u + u/sd^2 */
static void metric(const void *vself, const sg_distill_batch *b, int i, const double *u, double *y)
{
    const sg_protein_student *self = vself;
    int n = length_of(b, i);
    double rho = self->teacher->law.rho[n], sigma = self->teacher->law.sigma[n];
    double sd = 1.04 * sg_protein_rg((size_t)n) / sqrt(3), step = sigma * sqrt(1 - rho * rho);
    for (int j = 0; j < 3 * n; j++) /* z = L^-1 u */
        y[j] = j < 3 ? u[j] / sigma : (u[j] - rho * u[j - 3]) / step;
    for (int j = 0; j < 3 * n; j++) { /* L^-T z: y[j + 3] is still z's */
        double g = y[j] / (j < 3 ? sigma : step);
        if (j + 3 < 3 * n)
            g -= rho * y[j + 3] / step;
        y[j] = g + u[j] / (sd * sd);
    }
}

void sg_protein_student_module(sg_distill_module *m, const sg_protein_student *self)
{
    *m = (sg_distill_module){.self = self,
                             .begin = begin,
                             .noise = noise,
                             .denoise = denoise,
                             .pull = pull,
                             .metric = metric};
}
