/* Score identity distillation on Gaussians, where everything is known in closed form (the values
 * of the theory page): the identity behind the loss, and the law that it leads to. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/distill.h>

#include "tap.h"

/* Data N(MEAN, VAR), noise SIGMA: y = x_g + SIGMA z, that is x_t = t y with (1-t)/t = SIGMA. */
#define MEAN  1.5
#define VAR   0.64
#define SIGMA 0.9
#define TIME  (1 / (1 + SIGMA))

/* E[x | y] for x ~ N(m, v) */
static double denoised(double y, double m, double v)
{
    return m + v / (v + SIGMA * SIGMA) * (y - m);
}

/* E e (f - x_g) for x_g = a z + c and the optimal fake is 1.67520 at a = 1.7, c = -.5, and equals
 * E e^2. */
static void identity(void)
{
    enum { DRAWS = 4000000 };
    const double a = 1.7, c = -0.5;
    double cross = 0, square = 0, d;
    sg_rng r;
    sg_rng_init(&r, 1, 0, 0);
    for (long k = 0; k < DRAWS; k++) {
        double x = c + a * sg_rng_normal(&r), y = x + SIGMA * sg_rng_normal(&r);
        double f = denoised(y, MEAN, VAR), e = f - denoised(y, c, a * a), rest = f - x;
        cross += sg_distill_loss(&e, &e, &rest, 0, 1, &d, &d, &d, 1) / DRAWS;
        square += e * e / DRAWS;
    }
    /* standard errors .0012 and .0006 */
    tap_near(cross, 1.67520, 0.005, 0, "E e.(f - x_g) with the optimal fake");
    tap_near(square, 1.67520, 0.0025, 0, "E |f - psi|^2, the same");
}

/* The derivatives of the loss itself. */
static void derivatives(void)
{
    const double f = 0.7, p = 0.2, x = -0.4, alpha = 1.2, w = 0.3, h = 1e-6;
    double df, dp, dx, n1, n2, n3;
    double e = f - p, r = f - x;
    sg_distill_loss(&e, &e, &r, alpha, w, &df, &dp, &dx, 1);
    double at[3][2];
    for (int k = 0; k < 3; k++)
        for (int s = 0; s < 2; s++) {
            double step = s ? -h : h, ee = e, rr = r;
            ee += k == 0 ? step : k == 1 ? -step : 0;
            rr += k == 0 ? step : k == 2 ? -step : 0;
            at[k][s] = w * sg_distill_loss(&ee, &ee, &rr, alpha, w, &n1, &n2, &n3, 1);
        }
    tap_near(df, (at[0][0] - at[0][1]) / (2 * h), 1e-8, 0, "derivative by the teacher's estimate");
    tap_near(dp, (at[1][0] - at[1][1]) / (2 * h), 1e-8, 0, "derivative by the fake's");
    tap_near(dx, (at[2][0] - at[2][1]) / (2 * h), 1e-8, 0, "derivative by the sample");
}

static void grid(void)
{
    double t[16];
    sg_distill_grid(t, 16);
    tap_near(t[0], 1 - pow(10, -0.15), 1e-15, 0, "the generator begins at 1 - 10^-.15");
    tap_near(t[15], 0.99, 1e-15, 0, "and ends at .99");
    int up = 1;
    for (int k = 1; k < 16; k++)
        up &= t[k] > t[k - 1];
    tap_ok(up, "its times rise");
    sg_distill_grid(t, 1);
    tap_near(t[0], 1 - pow(10, -0.435), 1e-15, 0, "one step is at 1 - 10^-.435");
}

/* ---- affine networks: x1 = w x + b -------------------------------------------------------------
 */

typedef struct affine {
    sg_params ps;
} affine;

typedef struct pass {
    sg_tensor in, out;
} pass;

static sg_status begin(const void *self, sg_arena *a, sg_rng *r, sg_distill_batch *b, sg_error *err)
{
    size_t *off = sg_arena_alloc(a, (size_t)b->count + 1, sizeof *off);
    (void)self;
    (void)r;
    if (!off)
        return sg_fail(err, SG_ENOMEM, "no memory");
    for (int i = 0; i <= b->count; i++)
        off[i] = (size_t)i;
    b->off = off;
    return SG_OK;
}

static void noise(const void *self, const sg_distill_batch *b, int i, sg_rng *r, double *x0)
{
    (void)self;
    (void)b;
    (void)i;
    *x0 = sg_rng_normal(r);
}

static sg_status denoise(const void *self, const sg_distill_batch *b, sg_tape *t,
                         const double *time, const double *x, const double *previous, double *x1,
                         void **out, sg_error *err)
{
    (void)self;
    (void)previous;
    (void)time;
    pass *p = sg_arena_alloc(t->arena, 1, sizeof *p);
    if (!p)
        return sg_fail(err, SG_ENOMEM, "no memory");
    p->in = sg_tensor_raw(t, b->count, 1);
    for (int i = 0; i < b->count; i++)
        p->in.x[i] = (sg_real)x[i];
    p->out = sg_linear(t, p->in, 0, 1, SG_ACT_NONE);
    for (int i = 0; i < b->count; i++)
        x1[i] = (double)p->out.x[i];
    if (out)
        *out = p;
    return t->status;
}

static sg_status pull(const void *self, const sg_distill_batch *b, sg_tape *t, void *v,
                      const double *dx1, double *dx, sg_error *err)
{
    pass *p = v;
    (void)self;
    (void)err;
    for (int i = 0; i < b->count; i++)
        p->out.dx[i] += (sg_real)dx1[i];
    sg_tape_backward(t);
    for (int i = 0; i < b->count && dx; i++)
        dx[i] = (double)p->in.dx[i];
    return t->status;
}

static void metric(const void *self, const sg_distill_batch *b, int i, const double *u, double *y)
{
    (void)self;
    (void)b;
    (void)i;
    *y = *u;
}

static void make(affine *a, double w, double b)
{
    sg_error err;
    sg_params_init(&a->ps);
    if (sg_params_add(&a->ps, "w", 1, 1, 1, 0) < 0 || sg_params_add(&a->ps, "b", 1, 1, 0, 0) < 0 ||
        sg_params_alloc(&a->ps, 1, &err) != SG_OK)
        exit(99);
    a->ps.x[a->ps.p[0].off] = (sg_real)w;
    a->ps.x[a->ps.p[1].off] = (sg_real)b;
    sg_params_sync(&a->ps);
}

static sg_status no_save(void *self, const sg_train_state *st, sg_error *err)
{
    (void)self;
    (void)st;
    (void)err;
    return SG_OK;
}

/* The three networks and their task. */
typedef struct trio {
    affine teacher, generator, fake;
    sg_params all, frozen;
    sg_distill d;
} trio;

/* One-step generator w x + b from N(0, 1) at its only time; the fake at the loss's only time. */
static void trio_open(trio *q, double w, double b)
{
    double k = VAR / (VAR + SIGMA * SIGMA);
    sg_error err;
    make(&q->teacher, k / TIME, MEAN * (1 - k)); /* the exact denoiser of x_t = t y */
    make(&q->generator, w, b);
    make(&q->fake, 0.5, 0);
    if (sg_params_join(&q->all, &q->generator.ps, "g", 1, &q->fake.ps, "f", 3, &err) != SG_OK ||
        sg_params_freeze(&q->frozen, &q->fake.ps, &err) != SG_OK)
        exit(99);
    q->teacher.ps.p[0].fixed = q->teacher.ps.p[1].fixed = 1;
    q->d = (sg_distill){.module = {NULL, begin, noise, denoise, pull, metric},
                        .teacher = &q->teacher.ps,
                        .generator = &q->generator.ps,
                        .fake = &q->fake.ps,
                        .fake_frozen = &q->frozen,
                        .least = 1,
                        .steps = 1,
                        .alpha = 1,
                        .t_min = TIME,
                        .t_max = TIME};
}

static void trio_close(trio *q)
{
    sg_params_clear(&q->frozen);
    sg_params_clear(&q->generator.ps);
    sg_params_clear(&q->fake.ps);
    sg_params_clear(&q->teacher.ps);
    sg_params_clear(&q->all);
}

static void reaches(double alpha)
{
    trio q;
    sg_error err;
    double t0;
    sg_distill_grid(&t0, 1);
    trio_open(&q, 1.7 / (1 - t0), -0.5);
    q.d.alpha = alpha;
    sg_task task;
    sg_train_opt o;
    sg_train_state st = {0};
    sg_distill_task(&task, &q.d);
    sg_train_defaults(&o);
    o.batch = 256;
    o.threads = 1;
    o.steps = 6000;
    o.valid_batches = 0;
    o.arena_bytes = 1 << 20;
    o.optim.lr_adam = 0.005;
    o.optim.clip = 1; /* the loss is over |x_g - f|: now and then one sample outweighs all others */
    sg_train_hooks hooks = {.save = no_save};
    if (sg_optim_init(&st.optim, &q.all, &o.optim, &err) != SG_OK)
        exit(99);
    sg_status s = sg_train_run(&st, &task, &o, &hooks, &err);
    double a = (double)q.generator.ps.x[q.generator.ps.p[0].off] * (1 - t0);
    double c = (double)q.generator.ps.x[q.generator.ps.p[1].off];
    tap_ok(s == SG_OK && fabs(fabs(a) - 0.8) < 0.02, "alpha %g: spread %.4f of the data's .8",
           alpha, a);
    tap_ok(fabs(c - 1.5) < 0.02, "alpha %g: mean %.4f of the data's 1.5", alpha, c);
    sg_optim_clear(&st.optim);
    trio_close(&q);
}

/* Products of 1 x 1 matrices, two flops a sample: forward, by the input and by the weights in the
 * two networks that learn, forward and by the input in the frozen ones; with previous estimates, of
 * teacher and fake once more forward, and half the times of the fake that learns. */
static void flops(void)
{
    enum { SAMPLES = 8 };
    trio q;
    sg_error err;
    sg_arena arena;
    trio_open(&q, 1.7, -0.5);
    if (sg_arena_new(&arena, 1 << 20, &err) != SG_OK)
        exit(99);
    sg_real *grad = calloc(q.all.size, sizeof *grad);
    if (!grad)
        exit(99);
    for (int previous = 0; previous < 2; previous++) {
        double mean = 0;
        int whole = 1;
        sg_task task;
        q.d.previous = previous;
        sg_distill_task(&task, &q.d);
        for (long step = 0; step < 64; step++) {
            sg_tape t;
            double part[SG_TRAIN_PARTS] = {0};
            long count = 0;
            sg_arena_rewind(&arena, 0);
            sg_tape_init(&t, &arena, &q.all, grad, NULL);
            if (task.shard(task.self, &t, 1, step, 0, 1, SAMPLES, 0, part, &count, &err) != SG_OK)
                exit(99);
            double products = t.flops / (2 * SAMPLES);
            whole &= previous ? products == 12 || products == 13 : products == 10;
            mean += products / 64;
        }
        tap_ok(whole && (!previous || (mean > 12.2 && mean < 12.8)), "products counted%s (%g)",
               previous ? ", with previous estimates" : "", mean);
    }
    free(grad);
    sg_arena_clear(&arena);
    trio_close(&q);
}

int main(void)
{
    grid();
    flops();
    derivatives();
    identity();
    reaches(0.5);
    reaches(1);
    reaches(1.2);
    return tap_done();
}
