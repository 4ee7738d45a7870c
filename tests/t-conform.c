/* One list over every path, sampler and space: what is served ends in the right law, stays in its
 * space, does not depend on the batch or on who owns the loop, takes no memory in a step; what is
 * not served is refused; a run in pieces gives the bits of a whole one. Data N(m, .64 I); 64 states
 * of 6 values: the mean's sd is .04, the variance's 7 % (and coarse steps). Curved spaces: one
 * point on geodesic paths, a kernel about it on heat-kernel paths. */
#include "core.h"
#include "curved.h"
#include "oom.h"
#include "tap.h"

#define STATES 64

static const struct {
    const char *name;
    const sg_interpolant *kind;
    const sg_gamma *gamma;
    double a;
} paths[] = {{"linear", &sg_path_linear, NULL, 0},
             {"linear/brownian", &sg_path_linear, &sg_gamma_brownian, .5},
             {"linear/parabola", &sg_path_linear, &sg_gamma_parabola, 1},
             {"shift", &sg_path_shift, NULL, 0},
             {"trig", &sg_path_trig, NULL, 0},
             {"trig/sine", &sg_path_trig, &sg_gamma_sine, 1},
             {"encdec", &sg_path_encdec, &sg_gamma_sine, 1},
             {"mirror", &sg_path_mirror, &sg_gamma_brownian, 1},
             {"vp", &sg_path_vp, NULL, 0},
             {"subvp", &sg_path_subvp, NULL, 0},
             {"ve", &sg_path_ve, NULL, 0},
             {"edm", &sg_path_edm, NULL, 0},
             {"mr", &sg_path_mr, NULL, 0}};

static const double mean0[6] = {.5, -1, .2, .4, -.7, .6}, shift[6] = {.3, -.2, -.1, .4, -.2, -.2};

typedef struct problem {
    sg_system sys;
    sg_gm data;
    double m[6], c[36], w;
    sg_oracle *o;
    sg_field f;
    double *grid;
    size_t steps;
} problem;

static sg_param pick(const sg_path *p, size_t k, sg_param *second)
{
    static const sg_param one[] = {SG_PARAM_D1, SG_PARAM_B},
                          diff[] = {SG_PARAM_E, SG_PARAM_VPRED, SG_PARAM_S};
    static const sg_param two[][2] = {{SG_PARAM_B, SG_PARAM_S}, {SG_PARAM_D0, SG_PARAM_D1}};
    *second = SG_PARAM_NONE;
    if (!p->kind->monotone && sg_path_one_sided(p)) /* mirror: b vanishes with alpha' */
        return SG_PARAM_E;
    if (sg_path_one_sided(p))
        return p->kind->exact_base ? one[k % 2] : diff[k % 3];
    *second = two[k % 2][1];
    return two[k % 2][0];
}

static void setup(problem *q, size_t path, const sg_space *sp, const sg_sampler *m, size_t k)
{
    sg_error err;
    sg_param second;
    q->sys = (sg_system){1, {{.name = "x", .space = sp, .width = 2}}};
    must(sg_path_init(&q->sys.c[0].path, paths[path].kind, NULL, paths[path].gamma, paths[path].a,
                      &err),
         &err);
    const sg_path *p = &q->sys.c[0].path;
    int clock = p->kind->lam && sg_path_one_sided(p);
    q->sys.c[0].eps = clock ? (sg_eps){sg_eps_reverse, .5, p->kind->exact_base ? 2 : 0}
                            : (sg_eps){sg_eps_constant, .3, 0};
    memcpy(q->m, mean0, sizeof mean0);
    if (sp->dof(3, 2) < sp->len(3, 2))
        sp->project(q->m, 3, 2);
    for (int i = 0; i < 36; i++)
        q->c[i] = i % 7 == 0 ? .64 : 0;
    q->w = 1;
    q->data = (sg_gm){1, 6, &q->w, q->m, q->c};
    q->o = oracle_new(&q->sys, NULL, &q->data);
    sg_param first = pick(p, k, &second);
    q->f = sg_oracle_field(q->o, first, second);
    q->steps = 200;
    /* s4 divides by beta: it starts later */
    double t0 = m == sg_sampler_find("s4") && p->kind->exact_base ? .02 : 0;
    q->grid = grid_new(clock ? &sg_grid_lam : &sg_grid_uniform, q->steps, p, t0, 1, 0);
}

static void start(problem *q, batch *b)
{
    for (size_t i = 0; i < b->count; i++) {
        sg_slot *s = &b->s[i].slot[0];
        s->mu = q->sys.c[0].path.kind == &sg_path_mr ? shift : NULL;
        sg_state_draw(b->p[i]);
        if (q->sys.c[0].path.kind != &sg_path_mirror)
            continue;
        sg_base_draw(q->sys.c[0].space, NULL, s->x, 3, 2, &b->s[i].rng);
        for (size_t j = 0; j < 6; j++) /* from data to data */
            s->x[j] = q->m[j] + .8 * s->x[j];
    }
}

/* step by step, counting memory; the streams' use is seen by the caller */
static sg_status stepwise(problem *q, const sg_run_opts *o, batch *b, int *hit, sg_error *err)
{
    sg_arena a;
    sg_run *r;
    sg_arena_init(&a, NULL, 0);
    sg_status st = sg_run_init(&r, o, &q->f, b->p, b->count, &a, err);
    if (st != SG_OK)
        return st;
    must(sg_arena_new(&a, a.peak, err), err);
    must(sg_run_init(&r, o, &q->f, b->p, b->count, &a, err), err);
    *hit = 0;
    while (st == SG_OK && !sg_run_done(r)) {
        oom_arm(0);
        st = sg_run_step(r, err);
        *hit |= oom_disarm();
    }
    sg_arena_clear(&a);
    return st;
}

static void one(size_t path, const sg_space *sp, const sg_sampler *m, size_t k)
{
    problem q;
    size_t n = 3;
    sg_error err;
    char what[96], why[160] = "";
    snprintf(what, sizeof what, "%s, %s, %s", m->name, paths[path].name, sp->name);
    setup(&q, path, sp, m, k);
    const sg_path *p = &q.sys.c[0].path;
    unsigned need = sg_path_one_sided(p) ? SG_SERVES_ONE_SIDED : SG_SERVES_TWO_SIDED;
    need |= p->kind->lam ? 0 : SG_SERVES_NO_CLOCK;
    batch b = batch_new(&q.sys, &n, STATES, 100 + k),
          alone = batch_new(&q.sys, &n, STATES, 100 + k);
    sg_run_opts o = opts_of(m->name, q.grid, q.steps);
    o.eta = .5;
    o.corrector_scale = 1;
    o.snr = .01; /* the step a of a state depends on |s|: a bias that grows with snr and falls with
                    dof */
    int hit = 0;
    start(&q, &b);
    sg_rng before = b.s[5].rng;
    sg_status st = stepwise(&q, &o, &b, &hit, &err);
    if ((m->serves & need) != need) {
        tap_ok(st == SG_ENOTSUP, "%s: refused", what);
        goto done;
    }
    if (st != SG_OK) {
        snprintf(why, sizeof why, "%.150s", err.text);
        goto judge;
    }
    double mean[6] = {0}, var = 0, off = 0, centre = 0;
    for (size_t i = 0; i < STATES; i++)
        for (int j = 0; j < 6; j++)
            mean[j] += b.s[i].slot[0].x[j] / STATES;
    for (size_t i = 0; i < STATES; i++) {
        double y[6];
        memcpy(y, b.s[i].slot[0].x, sizeof y);
        sp->project(y, 3, 2);
        for (int j = 0; j < 6; j++) {
            double d = b.s[i].slot[0].x[j] - q.m[j];
            var += d * d / (STATES * (double)sp->dof(3, 2));
            centre = fmax(centre, fabs(y[j] - b.s[i].slot[0].x[j]));
        }
    }
    for (int j = 0; j < 6; j++)
        off = fmax(off, fabs(mean[j] - q.m[j]));
    if (off > .4 || fabs(var / .64 - 1) > .3)
        snprintf(why, sizeof why, "mean off by %.3f, variance %.3f for .64", off, var);
    else if (centre > 1e-12)
        snprintf(why, sizeof why, "leaves its space by %g", centre);
    else if (hit)
        snprintf(why, sizeof why, "a step allocates");
    else if (!m->stochastic && memcmp(&before, &b.s[5].rng, sizeof before) != 0)
        snprintf(why, sizeof why, "a deterministic sampler draws");
    else if (m->stochastic && memcmp(&before, &b.s[5].rng, sizeof before) == 0)
        snprintf(why, sizeof why, "a stochastic sampler does not draw");
    start(&q, &alone);
    must(sg_sample(&o, &q.f, alone.p + 5, 1, &err), &err);
    if (memcmp(alone.s[5].slot[0].x, b.s[5].slot[0].x, 6 * sizeof(double)) != 0)
        snprintf(why, sizeof why, "a sample depends on its batch");
judge:
    if (!tap_ok(why[0] == '\0', "%s", what))
        printf("# %s\n", why);
done:
    free(q.grid);
    sg_oracle_free(q.o);
    batch_free(&b);
    batch_free(&alone);
}

/* E log^2 per degree of freedom of the kernel with variance s2. */
static double spread(const sg_space *sp, double s2)
{
    double sum = 0;
    if (sp == &sg_space_torus)
        return s2; /* windings beyond pi: below 1e-8 */
    for (int i = 1; i <= 2000; i++) {
        double w = CURVED_PI * i / 2000;
        sum += w * w * exp(sg_igso3_logf(w, s2, NULL)) * (1 - cos(w)) / 2000 / (i == 2000 ? 2 : 1);
    }
    return sum / 3;
}

static void one_curved(size_t path, const sg_space *sp, const sg_sampler *m, size_t k)
{
    static const double points[9] = {.5, -1, .2, .4, -.7, .6, 1.3, .1, -.4}, w = 1, s2 = .25;
    problem q = {.sys = {1, {{.name = "x", .space = sp, .width = 1}}}, .steps = 200};
    size_t n = 3, len = sp->len(n, 1);
    sg_error err;
    char what[96], why[160] = "";
    snprintf(what, sizeof what, "%s, %s, %s", m->name, paths[path].name, sp->name);
    sg_path *p = &q.sys.c[0].path;
    must(sg_path_init(p, paths[path].kind, NULL, paths[path].gamma, paths[path].a, &err), &err);
    sg_curved kind = sg_curved_kind(p);
    const double *point[1] = {points};
    kernels data = {1, &w, points, &s2};
    if (kind == SG_CURVED_HEAT) {
        q.f = (sg_field){.sys = &q.sys, .eval = heat_eval, .data = &data};
        q.f.param[0][0] = k % 2 ? SG_PARAM_S : SG_PARAM_B;
        q.sys.c[0].eps = (sg_eps){sg_eps_reverse, .5, 0};
    } else {
        q.f = (sg_field){.sys = &q.sys, .eval = point_eval, .data = point};
        q.f.param[0][0] = k % 2 ? SG_PARAM_D1 : SG_PARAM_B;
    }
    q.grid =
        grid_new(p->kind->lam && !p->gamma ? &sg_grid_lam : &sg_grid_uniform, q.steps, p, 0, 1, 0);
    batch b = batch_new(&q.sys, &n, STATES, 100 + k),
          alone = batch_new(&q.sys, &n, STATES, 100 + k);
    sg_run_opts o = opts_of(m->name, q.grid, q.steps);
    int hit = 0;
    for (size_t i = 0; i < STATES; i++) {
        sg_state_draw(b.p[i]);
        sg_state_draw(alone.p[i]);
    }
    sg_rng before = b.s[5].rng;
    sg_status st = stepwise(&q, &o, &b, &hit, &err);
    if (kind == SG_CURVED_NONE || !(m->serves & SG_SERVES_CURVED)) {
        tap_ok(st == SG_ENOTSUP, "%s: refused", what);
        goto done;
    }
    if (st != SG_OK) {
        snprintf(why, sizeof why, "%.150s", err.text);
        goto judge;
    }
    double mean[9] = {0}, var = 0, off = 0, moved = 0;
    double want = kind == SG_CURVED_HEAT ? spread(sp, s2) : 0;
    for (size_t i = 0; i < STATES; i++) {
        double v[9], y[9], *x = b.s[i].slot[0].x;
        sp->log(v, points, x, n, 1);
        var += sp->inner(v, v, n, 1) / (STATES * (double)sp->dof(n, 1));
        for (size_t j = 0; j < len; j++)
            mean[j] += v[j] / STATES;
        memcpy(y, x, len * sizeof *y);
        sp->project(y, n, 1);
        moved = fmax(moved, memcmp(y, x, len * sizeof *y) != 0);
    }
    for (size_t j = 0; j < len; j++)
        off = fmax(off, fabs(mean[j]));
    if (off > .25 || fabs(var - want) > .3 * want + 1e-5)
        snprintf(why, sizeof why, "mean off by %.3g, variance %.3g for %.3g", off, var, want);
    else if (moved > 0)
        snprintf(why, sizeof why, "leaves its space");
    else if (hit)
        snprintf(why, sizeof why, "a step allocates");
    else if (!m->stochastic != (memcmp(&before, &b.s[5].rng, sizeof before) == 0))
        snprintf(why, sizeof why, "draws, or does not, against its table");
    must(sg_sample(&o, &q.f, alone.p + 5, 1, &err), &err);
    if (memcmp(alone.s[5].slot[0].x, b.s[5].slot[0].x, len * sizeof(double)) != 0)
        snprintf(why, sizeof why, "a sample depends on its batch");
judge:
    if (!tap_ok(why[0] == '\0', "%s", what))
        printf("# %s\n", why);
done:
    free(q.grid);
    batch_free(&b);
    batch_free(&alone);
}

/* Steps [a, end) of the grid on the states first .. first+count-1, their memory from and to m. */
static void piece(sg_run_opts o, const sg_field *f, batch *b, size_t first, size_t count, size_t a,
                  size_t end, double *m, size_t each)
{
    sg_error err;
    sg_arena mem;
    sg_run *r;
    o.grid += a;
    o.steps = end - a;
    sg_arena_init(&mem, NULL, 0);
    must(sg_run_init(&r, &o, f, b->p + first, count, &mem, &err), &err);
    must(sg_arena_new(&mem, mem.peak, &err), &err);
    must(sg_run_init(&r, &o, f, b->p + first, count, &mem, &err), &err);
    for (size_t i = 0; i < count && each; i++)
        sg_run_load(r, i, m + (first + i) * each);
    while (!sg_run_done(r))
        must(sg_run_step(r, &err), &err);
    for (size_t i = 0; i < count && each; i++)
        sg_run_save(r, i, m + (first + i) * each);
    sg_arena_clear(&mem);
}

/* Runs 5 states over 12 steps, whole or cut at 2 and 7 in batches of 3 + 2, 1 + 4, 2 + 3. */
static void run_cut(const sg_sampler *m, const sg_field *f, int cut, int remember, double x[10])
{
    static const size_t at[] = {0, 2, 7, 12}, split[] = {3, 1, 2};
    size_t one = 1;
    double grid[13];
    for (int i = 0; i <= 12; i++)
        grid[i] = .05 + i * .075;
    batch b = batch_new(f->sys, &one, 5, 8);
    sg_run_opts o = opts_of(m->name, grid, 12);
    size_t each = sg_run_memory(m, b.p[0]);
    double *memory = calloc(5 * each, sizeof *memory);
    for (size_t i = 0; i < 5; i++)
        sg_state_draw(b.p[i]);
    each = remember ? each : 0;
    for (int k = 0; k < 3 && cut; k++) {
        piece(o, f, &b, 0, split[k], at[k], at[k + 1], memory, each);
        piece(o, f, &b, split[k], 5 - split[k], at[k], at[k + 1], memory, each);
    }
    if (!cut)
        piece(o, f, &b, 0, 5, 0, 12, memory, 0);
    for (int i = 0; i < 10; i++)
        x[i] = b.s[i / 2].slot[0].x[i % 2];
    free(memory);
    batch_free(&b);
}

static void pieces(void)
{
    sg_system sys = line(&sg_path_vp, NULL, 0, 2);
    sys.c[0].eps = (sg_eps){sg_eps_reverse, 1, 0};
    sg_oracle *o = oracle_new(&sys, NULL, &gm2);
    sg_field f = sg_oracle_field(o, SG_PARAM_D1, SG_PARAM_NONE);
    double whole[10], cut[10];
    for (const sg_sampler *const *m = sg_samplers; *m; m++) {
        run_cut(*m, &f, 0, 0, whole);
        run_cut(*m, &f, 1, 1, cut);
        tap_ok(memcmp(whole, cut, sizeof cut) == 0, "%s in pieces, batches changing: the same bits",
               (*m)->name);
        run_cut(*m, &f, 1, 0, cut);
        int forgets = memcmp(whole, cut, sizeof cut) != 0;
        tap_ok(forgets == ((*m)->history > 0 || (*m)->evals == 0),
               "%s without its memory: the same only if it keeps none", (*m)->name);
    }
    sg_oracle_free(o);
}

int main(void)
{
    size_t k = 0;
    if (!OOM_WORKS)
        printf("# allocations are not counted in this build\n");
    pieces();
    for (size_t p = 0; p < sizeof paths / sizeof *paths; p++)
        for (const sg_sampler *const *m = sg_samplers; *m; m++)
            for (const sg_space *const *s = sg_spaces; *s; s++)
                if (!(*s)->categorical && (*s)->flat && strcmp((*m)->name, "ctmc") != 0)
                    one(p, *s, *m, k++);
    for (size_t p = 0; p < sizeof paths / sizeof *paths; p++)
        for (const sg_sampler *const *m = sg_samplers; *m; m++)
            for (const sg_space *const *s = sg_spaces; *s; s++)
                if (!(*s)->categorical && !(*s)->flat && strcmp((*m)->name, "ctmc") != 0)
                    one_curved(p, *s, *m, k++);
    return tap_done();
}
