#include <config.h>
#include <sigen/curved.h>
#include <sigen/sampler.h>

#include "lib/process/slot.h"
#include "run-i.h"

#include <math.h>
#include <string.h>

sg_run_opts sg_run_opts_default(void)
{
    return (sg_run_opts){.method = &sg_i_euler,
                         .noise_scale = 1,
                         .remask_slack = 1,
                         .temperature = 1,
                         .snr = 0.16,
                         .corrector_scale = 1,
                         .corrector_steps = 1,
                         .rtol = 1e-6,
                         .atol = 1e-6,
                         .max_substeps = 10000};
}

static sg_status check(const sg_run_opts *o, const sg_field *f, sg_state *const *x, size_t count,
                       sg_error *err)
{
    const sg_sampler *m = o->method;
    if (!m || !o->grid || o->steps < 1)
        return sg_fail(err, SG_EINVAL, "a run needs a method and a grid of at least one step");
    for (size_t i = 0; i <= o->steps; i++)
        if (!(o->grid[i] >= 0 && o->grid[i] <= 1 && (i == 0 || o->grid[i] > o->grid[i - 1])))
            return sg_fail(err, SG_EINVAL, "grid point %zu = %g is not increasing within [0, 1]", i,
                           o->grid[i]);
    if (!(o->temperature > 0 && o->eta >= 0 && o->remask_eta >= 0 && o->noise_scale >= 0))
        return sg_fail(err, SG_EINVAL,
                       "temperature %g, eta %g, re-masking %g or noise scale %g is out of range",
                       o->temperature, o->eta, o->remask_eta, o->noise_scale);
    sg_status st = sg_system_check(f->sys, err);
    for (size_t k = 0; st == SG_OK && k < f->sys->n; k++) {
        const sg_component *c = &f->sys->c[k];
        unsigned need = 0;
        if (c->space->categorical)
            continue;
        need |= sg_path_one_sided(&c->path) ? SG_SERVES_ONE_SIDED : SG_SERVES_TWO_SIDED;
        need |= c->space->flat ? 0 : SG_SERVES_CURVED;
        need |= c->path.kind->lam ? 0 : SG_SERVES_NO_CLOCK;
        if ((m->serves & need) != need)
            st =
                sg_fail(err, SG_ENOTSUP, "sampler %s cannot serve component %s (space %s, path %s)",
                        m->name, c->name ? c->name : "?", c->space->name, c->path.kind->name);
    }
    for (size_t i = 0; st == SG_OK && i < count; i++)
        if (x[i]->sys != f->sys)
            st = sg_fail(err, SG_EINVAL, "state %zu belongs to another system than the field", i);
    return st;
}

sg_status sg_run_init(sg_run **run, const sg_run_opts *opts, const sg_field *f, sg_state *const *x,
                      size_t count, sg_arena *arena, sg_error *err)
{
    sg_status st = check(opts, f, x, count, err);
    if (st != SG_OK)
        return st;
    size_t total, n_tok, classes = 1, mark = arena->used;
    size_t n_blk = sg_i_blocks(f->sys, x, count, NULL, &total, &n_tok);
    size_t n_vec = opts->method->vectors;
    for (size_t k = 0; k < f->sys->n; k++)
        if (f->sys->c[k].space->categorical && f->sys->c[k].width > classes)
            classes = f->sys->c[k].width;
    sg_run *r = sg_arena_alloc(arena, 1, sizeof *r);
    sg_i_block *blk = sg_arena_alloc(arena, n_blk, sizeof *blk);
    double **v = sg_arena_alloc(arena, n_vec, sizeof *v);
    double *mem = sg_arena_alloc(arena, total * (n_vec + 1), sizeof *mem);
    double *scratch = sg_arena_alloc(arena, classes, sizeof *scratch);
    double *h = sg_arena_alloc(arena, count, sizeof *h);
    int *tok = sg_arena_alloc(arena, n_tok, sizeof *tok);
    sg_state *stage = sg_arena_alloc(arena, count, sizeof *stage);
    const sg_state **ptr = sg_arena_alloc(arena, count, sizeof *ptr);
    sg_pred **out = sg_arena_alloc(arena, count, sizeof *out);
    sg_rng *saved = sg_arena_alloc(arena, count, sizeof *saved);
    *run = NULL;
    if (!arena->base)
        return SG_OK; /* measured */
    if (!r || !blk || !v || !mem || !scratch || !h || !tok || !stage || !ptr || !out || !saved) {
        sg_arena_rewind(arena, mark);
        return sg_fail(err, SG_ENOMEM, "no room for a run over %zu values", total);
    }
    sg_i_blocks(f->sys, x, count, blk, &total, &n_tok);
    for (size_t i = 0; i < n_vec; i++)
        v[i] = mem + total * (i + 1);
    memset(mem, 0, total * (n_vec + 1) * sizeof *mem);
    memset(h, 0, count * sizeof *h);
    *r = (sg_run){.o = *opts,
                  .f = f,
                  .x = x,
                  .count = count,
                  .blk = blk,
                  .n_blk = n_blk,
                  .total = total,
                  .y = mem,
                  .v = v,
                  .scratch = scratch,
                  .tok_next = tok,
                  .n_tok = n_tok,
                  .stage = stage,
                  .ptr = ptr,
                  .out = out,
                  .saved = saved,
                  .h = h};
    for (size_t i = 0; i < count; i++)
        out[i] = &x[i]->pred;
    *run = r;
    return SG_OK;
}

/* Frozen values of one block at time t. */
static void hold(const sg_component *c, const sg_slot *s, double t, double *y)
{
    for (size_t j = 0; s->frozen && !s->known && j < s->len; j++)
        if (s->frozen[j])
            y[j] = s->x[j];
    sg_i_slot_known(c, s, t, y);
}

/* State i with its values taken from X; *blk walks the blocks. Frozen values are conditions in
 * stages too. */
static const sg_state *view(sg_run *r, size_t i, double t, double *X, size_t *blk)
{
    if (!X)
        return r->x[i];
    r->stage[i] = *r->x[i];
    for (; *blk < r->n_blk && r->blk[*blk].state == i; ++*blk) {
        const sg_i_block *b = &r->blk[*blk];
        hold(sg_i_comp(r, b), &r->x[i]->slot[b->comp], t, X + b->off);
        r->stage[i].slot[b->comp].x = X + b->off;
    }
    return &r->stage[i];
}

sg_status sg_i_eval(sg_run *r, double t, double *X, sg_error *err)
{
    size_t blk = 0;
    for (size_t i = 0; i < r->count; i++)
        r->ptr[i] = view(r, i, t, X, &blk);
    r->evals++;
    return r->f->eval(r->f, t, r->ptr, r->count, r->out, err);
}

sg_status sg_i_eval_one(sg_run *r, size_t state, double t, double *X, sg_error *err)
{
    size_t blk = 0;
    while (blk < r->n_blk && r->blk[blk].state < state)
        blk++;
    const sg_state *one = view(r, state, t, X, &blk);
    sg_pred *out = &r->x[state]->pred;
    return r->f->eval(r->f, t, &one, 1, &out, err);
}

sg_status sg_i_get_block(sg_run *r, const sg_i_block *b, double t, const double *X, sg_param want,
                         double *out, sg_error *err)
{
    const sg_component *c = sg_i_comp(r, b);
    const sg_param *have = r->f->param[b->comp];
    const double *in = r->x[b->state]->pred.v[b->comp];
    const double *second = have[1] == SG_PARAM_NONE ? NULL : in + b->len;
    const sg_slot *s = &r->x[b->state]->slot[b->comp];
    double *x = sg_i_x(r, b, X);
    if (!b->curved)
        return sg_convert(&c->path, t, have, x, s->mu, in, second, want, out, b->len, err);
    return sg_curved_convert(c->space, &c->path, t, have, x, in, second, want, out, s->n, c->width,
                             err);
}

sg_status sg_i_get(sg_run *r, double t, const double *X, sg_param want, double *out, sg_error *err)
{
    sg_status st = SG_OK;
    for (size_t i = 0; st == SG_OK && i < r->n_blk; i++)
        st = sg_i_get_block(r, &r->blk[i], t, X, want, out + r->blk[i].off, err);
    return st;
}

void sg_i_noise(sg_run *r, double *out)
{
    for (size_t i = 0; i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        const sg_component *c = sg_i_comp(r, b);
        sg_state *s = r->x[b->state];
        size_t n = s->slot[b->comp].n;
        if (c->map)
            sg_base_draw(c->space, c->map, out + b->off, n, c->width, &s->rng);
        else
            c->space->noise(out + b->off, n, c->width, &s->rng);
        for (size_t j = 0; j < b->len; j++)
            out[b->off + j] *= r->o.noise_scale;
    }
}

int sg_i_singular(const sg_run *r, double t)
{
    for (size_t k = 0; k < r->f->sys->n; k++) {
        const sg_component *c = &r->f->sys->c[k];
        const sg_param *p = r->f->param[k];
        if (c->space->categorical || p[0] == SG_PARAM_B || p[1] == SG_PARAM_B)
            continue;
        sg_coeff at;
        sg_path_coeff(&c->path, t, &at);
        if ((sg_path_one_sided(&c->path) ? at.alpha : at.gamma) < SG_CLAMP)
            return 1;
    }
    return 0;
}

void sg_i_move(sg_run *r, double *y, const double *k, double h)
{
    for (size_t i = 0; i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        const sg_component *c = sg_i_comp(r, b);
        c->space->retract(y + b->off, sg_i_x(r, b, NULL), k + b->off, h,
                          r->x[b->state]->slot[b->comp].n, c->width);
    }
}

/* Probabilities that tokens are drawn by. */
static sg_status check_rows(const sg_run *r, sg_error *err)
{
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; k < r->f->sys->n; k++) {
            const sg_component *c = &r->f->sys->c[k];
            const sg_slot *s = &r->x[i]->slot[k];
            const double *p = r->x[i]->pred.v[k];
            for (size_t j = 0; s->tok && j < s->len; j++, p += c->width) {
                double sum = 0;
                for (size_t q = 0; q < c->width; q++)
                    sum += p[q];
                if (!(sum > 0 && sum < INFINITY) && s->tok[j] == (int)c->width)
                    return sg_fail(err, SG_ENAN,
                                   "state %zu, component %s: the probabilities of token %zu sum "
                                   "to %g in step %zu",
                                   i, c->name ? c->name : "?", j, sum, r->step + 1);
            }
        }
    return SG_OK;
}

/* Projects, restores what is frozen, refuses what is not finite, then writes all states at once. */
static sg_status commit(sg_run *r, double t2, sg_error *err)
{
    for (size_t i = 0; i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        const sg_component *c = sg_i_comp(r, b);
        const sg_slot *s = &r->x[b->state]->slot[b->comp];
        double *y = r->y + b->off;
        c->space->project(y, s->n, c->width);
        hold(c, s, t2, y);
        for (size_t j = 0; j < b->len; j++)
            if (!isfinite(y[j]))
                return sg_fail(err, SG_ENAN,
                               "state %zu, component %s: not finite after step %zu (t = %g)",
                               b->state, c->name ? c->name : "?", r->step + 1, t2);
    }
    sg_status st = check_rows(r, err);
    if (st != SG_OK)
        return st;
    for (size_t i = 0; i < r->n_blk; i++) {
        const sg_i_block *b = &r->blk[i];
        memcpy(r->x[b->state]->slot[b->comp].x, r->y + b->off, b->len * sizeof(double));
    }
    int *tok = r->tok_next; /* keeps what the tokens were, for sg_run_redraw */
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; k < r->f->sys->n; k++) {
            sg_slot *s = &r->x[i]->slot[k];
            for (size_t j = 0; s->tok && j < s->len; j++, tok++) {
                int then = *tok;
                *tok = s->tok[j];
                s->tok[j] = then;
            }
        }
    return SG_OK;
}

sg_status sg_run_step(sg_run *r, sg_error *err)
{
    if (sg_run_done(r))
        return sg_fail(err, SG_EINVAL, "the run's %zu steps are done", r->o.steps);
    if (r->o.stop && *r->o.stop)
        return sg_fail(err, SG_EINTR, "interrupted");
    double t = r->o.grid[r->step], t2 = r->o.grid[r->step + 1];
    for (size_t i = 0; i < r->count; i++)
        r->saved[i] = r->x[i]->rng;
    sg_status st = r->o.method->step(r, t, t2, err);
    if (st == SG_OK)
        st = commit(r, t2, err);
    r->stepped = st == SG_OK;
    if (st == SG_OK) {
        r->step++;
        return SG_OK;
    }
    for (size_t i = 0; i < r->count; i++)
        r->x[i]->rng = r->saved[i];
    r->hist = 0;
    return st;
}

int sg_run_done(const sg_run *r)
{
    return r->step >= r->o.steps;
}

size_t sg_run_index(const sg_run *r)
{
    return r->step;
}

double sg_run_time(const sg_run *r)
{
    return r->o.grid[r->step];
}

size_t sg_run_evals(const sg_run *r)
{
    return r->evals;
}

sg_run_opts *sg_run_options(sg_run *r)
{
    return &r->o;
}

void sg_run_restart(sg_run *r)
{
    r->hist = 0;
}

/* ---- memory: number of earlier denoisers, their times, a step size; then the denoisers ---------
 */

enum { MEMORY_HEAD = 4 };

size_t sg_run_memory(const sg_sampler *m, const sg_state *x)
{
    size_t total = 0;
    for (size_t k = 0; k < x->sys->n; k++)
        total += x->sys->c[k].space->categorical ? 0 : x->slot[k].len;
    return MEMORY_HEAD + m->history * total;
}

/* Where the state's values lie in the vectors, and how many they are. */
static size_t values_of(const sg_run *r, size_t state, size_t *n)
{
    size_t first = 0, i = 0;
    for (*n = 0; i < r->n_blk && r->blk[i].state <= state; i++)
        if (r->blk[i].state == state)
            *n += r->blk[i].len;
        else
            first = r->blk[i].off + r->blk[i].len;
    return first;
}

void sg_run_save(const sg_run *r, size_t state, double *memory)
{
    const double head[MEMORY_HEAD] = {(double)r->hist, r->past[0], r->past[1], r->h[state]};
    size_t n, at = values_of(r, state, &n);
    memcpy(memory, head, sizeof head);
    for (size_t k = 0; k < r->o.method->history; k++)
        memcpy(memory + MEMORY_HEAD + k * n, r->v[k + 1] + at, n * sizeof *memory);
}

void sg_run_load(sg_run *r, size_t state, const double *memory)
{
    size_t n, at = values_of(r, state, &n);
    r->hist = (size_t)memory[0];
    r->past[0] = memory[1];
    r->past[1] = memory[2];
    r->h[state] = memory[3];
    for (size_t k = 0; k < r->o.method->history; k++)
        memcpy(r->v[k + 1] + at, memory + MEMORY_HEAD + k * n, n * sizeof *memory);
}

/* ---- the whole loop -------------------------------------------------------------------------- */

sg_status sg_sample(const sg_run_opts *opts, const sg_field *f, sg_state *const *x, size_t count,
                    sg_error *err)
{
    sg_arena a;
    sg_run *r;
    sg_arena_init(&a, NULL, 0);
    sg_status st = sg_run_init(&r, opts, f, x, count, &a, err);
    size_t size = a.peak;
    if (st == SG_OK)
        st = sg_arena_new(&a, size, err);
    if (st == SG_OK)
        st = sg_run_init(&r, opts, f, x, count, &a, err);
    while (st == SG_OK && !sg_run_done(r))
        st = sg_run_step(r, err);
    sg_arena_clear(&a);
    return st;
}
