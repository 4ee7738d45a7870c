#include <config.h>
#include <sigen/distill.h>

#include <math.h>
#include <string.h>

enum { STREAM = 0x500, S_LAST = 400, S_FIRST = 30, S_ONE_STEP = 87 };

double sg_distill_time(double s)
{
    return 1 - pow(10, -s / 200);
}

void sg_distill_grid(double *t, int steps)
{
    for (int k = 0; k < steps; k++)
        t[k] = sg_distill_time(steps == 1
                                   ? S_ONE_STEP
                                   : round(S_FIRST + (double)(S_LAST - S_FIRST) * k / (steps - 1)));
}

double sg_distill_loss(const double *e, const double *Me, const double *Mr, double alpha,
                       double weight, double *df, double *dpsi, double *dxg, size_t len)
{
    double loss = 0;
    for (size_t i = 0; i < len; i++) {
        loss += e[i] * (Mr[i] - alpha * Me[i]);
        df[i] = weight * (Mr[i] + (1 - 2 * alpha) * Me[i]);
        dpsi[i] = weight * (2 * alpha * Me[i] - Mr[i]);
        dxg[i] = -weight * Me[i];
    }
    return loss;
}

/* ---- one shard ------------------------------------------------------------------------------- */

/* values of all samples of a shard, one after another */
enum { NOISE, X, XG, FIRST, F, PSI, E, ME, R, MR, DF, DPSI, DXG, DX, ARRAYS };

typedef struct shard {
    const sg_distill *d;
    const sg_distill_module *m;
    sg_distill_batch b;
    sg_rng rng;
    sg_tape *tape; /* the loop's: arena, kernels, gradient of the pair */
    double *v[ARRAYS], *time;
    double share; /* of a sample in the batch mean */
} shard;

static sg_status shard_init(shard *s, sg_error *err)
{
    size_t total;
    sg_status st = s->m->begin(s->m->self, s->tape->arena, &s->rng, &s->b, err);
    if (st != SG_OK)
        return st;
    total = s->b.off[s->b.count];
    s->time = sg_arena_alloc(s->tape->arena, (size_t)s->b.count, sizeof *s->time);
    for (int k = 0; k < ARRAYS; k++)
        if (!(s->v[k] = sg_arena_zeros(s->tape->arena, total, sizeof(double))) || !s->time)
            return sg_fail(err, SG_ENOMEM, "work space is too small for the batch");
    return SG_OK;
}

/* A tape on another network of the same shard; grad NULL: nothing is recorded. Its flops count from
 * 0 until `spent` adds them to the shard's. */
static sg_tape tape_of(const shard *s, const sg_params *ps, sg_real *grad)
{
    sg_tape t = *s->tape;
    t.params = ps;
    t.grad = grad;
    t.last = NULL;
    t.flops = 0;
    return t;
}

static void spent(shard *s, const sg_tape *t)
{
    s->tape->flops += t->flops;
}

/* x = (1-t) x0 + t x1 with fresh noise, each sample at its time */
static void noised(shard *s, const double *x1)
{
    for (int i = 0; i < s->b.count; i++) {
        double t = s->time[i];
        s->m->noise(s->m->self, &s->b, i, &s->rng, s->v[NOISE] + s->b.off[i]);
        for (size_t j = s->b.off[i]; j < s->b.off[i + 1]; j++)
            s->v[X][j] = (1 - t) * s->v[NOISE][j] + t * x1[j];
    }
}

/* Without recording; the arena is as before afterwards. */
static sg_status look(shard *s, const sg_params *ps, const double *previous, double *x1,
                      sg_error *err)
{
    size_t mark = sg_arena_mark(s->tape->arena);
    sg_tape t = tape_of(s, ps, NULL);
    sg_status st = s->m->denoise(s->m->self, &s->b, &t, s->time, s->v[X], previous, x1, NULL, err);
    spent(s, &t);
    sg_arena_rewind(s->tape->arena, mark);
    return st;
}

/* x_g of a random step of the generator, recorded; the steps before it are not. */
static sg_status generate(shard *s, sg_tape *t, void **pass, sg_error *err)
{
    double grid[SG_DISTILL_MAX_STEPS];
    int steps = s->d->least + (int)sg_rng_below(&s->rng, (uint32_t)(s->d->steps - s->d->least + 1));
    int last = (int)sg_rng_below(&s->rng, (uint32_t)steps);
    sg_status st = SG_OK;
    sg_distill_grid(grid, steps);
    for (int k = 0; k <= last && st == SG_OK; k++) {
        const double *previous = k && s->d->previous ? s->v[XG] : NULL;
        for (int i = 0; i < s->b.count; i++)
            s->time[i] = grid[k];
        noised(s, s->v[XG]);
        if (k < last)
            st = look(s, s->d->generator, previous, s->v[F], err);
        else
            st =
                s->m->denoise(s->m->self, &s->b, t, s->time, s->v[X], previous, s->v[F], pass, err);
        memcpy(s->v[XG], s->v[F], s->b.off[s->b.count] * sizeof(double));
    }
    return st;
}

/* Estimate of the teacher or the fake at x, recorded for the derivative by x. */
static sg_status estimate(shard *s, sg_tape *t, const sg_params *ps, double *x1, void **pass,
                          sg_error *err)
{
    if (s->d->previous) {
        sg_status st = look(s, ps, NULL, s->v[FIRST], err);
        if (st != SG_OK)
            return st;
    }
    return s->m->denoise(s->m->self, &s->b, t, s->time, s->v[X],
                         s->d->previous ? s->v[FIRST] : NULL, x1, pass, err);
}

/* The generator's loss at x; leaves d loss/d x_g in DXG. */
static sg_status compare(shard *s, double part[], sg_real *unused, sg_error *err)
{
    sg_tape tf = tape_of(s, s->d->teacher, unused), tp;
    void *pf, *pp;
    sg_status st = estimate(s, &tf, s->d->teacher, s->v[F], &pf, err);
    tp = tape_of(s, s->d->fake_frozen, unused);
    if (st == SG_OK)
        st = estimate(s, &tp, s->d->fake_frozen, s->v[PSI], &pp, err);
    for (int i = 0; i < s->b.count && st == SG_OK; i++) {
        size_t a = s->b.off[i], n = s->b.off[i + 1] - a;
        double far = 1e-8;
        for (size_t j = a; j < a + n; j++) {
            s->v[E][j] = s->v[F][j] - s->v[PSI][j];
            s->v[R][j] = s->v[F][j] - s->v[XG][j];
            far += fabs(s->v[R][j]) / (double)n;
        }
        s->m->metric(s->m->self, &s->b, i, s->v[E] + a, s->v[ME] + a);
        s->m->metric(s->m->self, &s->b, i, s->v[R] + a, s->v[MR] + a);
        double weight = 1 / (far * (double)n);
        part[0] += weight * sg_distill_loss(s->v[E] + a, s->v[ME] + a, s->v[MR] + a, s->d->alpha,
                                            weight * s->share, s->v[DF] + a, s->v[DPSI] + a,
                                            s->v[DXG] + a, n);
        for (size_t j = a; j < a + n; j++)
            part[2] += s->v[E][j] * s->v[ME][j] / (double)n;
    }
    double *d[2] = {s->v[DF], s->v[DPSI]};
    sg_tape *t[2] = {&tf, &tp};
    void *pass[2] = {pf, pp};
    for (int k = 0; k < 2 && st == SG_OK; k++) {
        st = s->m->pull(s->m->self, &s->b, t[k], pass[k], d[k], s->v[DX], err);
        for (int i = 0; i < s->b.count && st == SG_OK; i++)
            for (size_t j = s->b.off[i]; j < s->b.off[i + 1]; j++)
                s->v[DXG][j] += s->time[i] * s->v[DX][j];
    }
    spent(s, &tf);
    spent(s, &tp);
    return st;
}

/* The fake learns the samples as any denoiser learns data, in the same metric. */
static sg_status learn_fake(shard *s, double part[], sg_real *grad, sg_error *err)
{
    void *pass;
    int again = s->d->previous && sg_rng_uniform(&s->rng) < 0.5;
    for (int i = 0; i < s->b.count; i++) {
        double u = sg_rng_uniform(&s->rng);
        double t = sg_rng_uniform(&s->rng) < 0.02 ? u : pow(u, 1 / 1.9); /* Beta(1.9, 1) */
        s->time[i] = fmin(fmax(t, s->d->t_min), s->d->t_max);
    }
    noised(s, s->v[XG]);
    sg_status st = again ? look(s, s->d->fake, NULL, s->v[FIRST], err) : SG_OK;
    sg_tape t = tape_of(s, s->d->fake, grad);
    if (st == SG_OK)
        st = s->m->denoise(s->m->self, &s->b, &t, s->time, s->v[X], again ? s->v[FIRST] : NULL,
                           s->v[PSI], &pass, err);
    for (int i = 0; i < s->b.count && st == SG_OK; i++) {
        size_t a = s->b.off[i], n = s->b.off[i + 1] - a;
        double u = s->time[i], q = (u * u + (1 - u) * (1 - u)) / ((1 - u) * (1 - u));
        double weight = fmin(q, 400) / (double)n;
        for (size_t j = a; j < a + n; j++)
            s->v[E][j] = s->v[PSI][j] - s->v[XG][j];
        s->m->metric(s->m->self, &s->b, i, s->v[E] + a, s->v[ME] + a);
        for (size_t j = a; j < a + n; j++) {
            part[1] += weight * s->v[E][j] * s->v[ME][j];
            s->v[DPSI][j] = 2 * weight * s->share * s->v[ME][j];
        }
    }
    if (st == SG_OK)
        st = s->m->pull(s->m->self, &s->b, &t, pass, s->v[DPSI], NULL, err);
    spent(s, &t);
    return st;
}

static sg_status distill_shard(const void *self, sg_tape *t, uint64_t seed, long step, int k, int n,
                               int batch, int held_out, double part[], long *count, sg_error *err)
{
    const sg_distill *d = self;
    shard s = {.d = d, .m = &d->module, .tape = t, .share = 1.0 / batch};
    if (held_out || !t->grad)
        return SG_OK; /* there are no data to hold out */
    s.b.count = (int)((long)batch * (k + 1) / n - (long)batch * k / n);
    sg_rng_init(&s.rng, seed, (uint64_t)step, (uint32_t)(STREAM + k));
    sg_status st = s.b.count ? shard_init(&s, err) : SG_OK;
    if (st != SG_OK || !s.b.count)
        return st;
    void *pass;
    sg_real *grad = t->grad, *fake = grad + (d->fake->x - d->generator->x);
    sg_tape g = tape_of(&s, d->generator, grad);
    st = generate(&s, &g, &pass, err);
    for (int i = 0; i < s.b.count; i++)
        s.time[i] =
            fmin(fmax(sg_distill_time(sg_rng_below(&s.rng, S_LAST + 1)), d->t_min), d->t_max);
    if (st == SG_OK) {
        noised(&s, s.v[XG]);
        st = compare(&s, part, grad, err);
    }
    if (st == SG_OK)
        st = d->module.pull(d->module.self, &s.b, &g, pass, s.v[DXG], NULL, err);
    spent(&s, &g);
    if (st == SG_OK)
        st = learn_fake(&s, part, fake, err);
    *count += s.b.count;
    return st;
}

void sg_distill_task(sg_task *task, const sg_distill *self)
{
    *task = (sg_task){"distill", 3, {"generator", "fake", "gap"}, distill_shard, self};
}
