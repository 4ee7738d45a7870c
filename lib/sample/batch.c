#include <config.h>

#include "batch.h"

#include <string.h>

size_t sg_i_blocks(const sg_system *sys, sg_state *const *x, size_t count, sg_i_block *blk,
                   size_t *total, size_t *n_tok)
{
    size_t n = 0;
    *total = *n_tok = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sys->n; k++) {
            const sg_slot *s = &x[i]->slot[k];
            if (sys->c[k].space->categorical) {
                *n_tok += s->len;
                continue;
            }
            if (blk)
                blk[n] = (sg_i_block){i, k, *total, s->len, !sys->c[k].space->flat};
            n++;
            *total += s->len;
        }
    return n;
}

sg_status sg_i_batch_init(sg_i_batch *b, const sg_system *sys, sg_state *const *x, size_t count,
                          sg_arena *a, sg_error *err)
{
    size_t n_tok;
    *b = (sg_i_batch){.sys = sys, .x = x, .count = count};
    for (size_t k = 0; k < sys->n; k++)
        if (!sys->c[k].space->categorical && !sys->c[k].space->flat)
            return sg_fail(err, SG_ENOTSUP, "component %zu: space %s is not flat", k,
                           sys->c[k].space->name);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sys->n; k++)
            if (x[i]->slot[k].frozen && x[i]->slot[k].known)
                return sg_fail(err, SG_ENOTSUP,
                               "state %zu, component %zu: only runs move frozen values along the "
                               "path of a known x1",
                               i, k);
    b->n_blk = sg_i_blocks(sys, x, count, NULL, &b->total, &n_tok);
    b->blk = sg_arena_alloc(a, b->n_blk, sizeof *b->blk);
    b->view = sg_arena_alloc(a, count, sizeof *b->view);
    b->ptr = sg_arena_alloc(a, count, sizeof *b->ptr);
    b->out = sg_arena_alloc(a, count, sizeof *b->out);
    double *v = sg_arena_alloc(a, 3 * b->total, sizeof *v);
    if (!a->base)
        return SG_OK;
    if (!b->blk || !b->view || !b->ptr || !b->out || !v)
        return sg_fail(err, SG_ENOMEM, "no room for a batch of %zu values", b->total);
    sg_i_blocks(sys, x, count, b->blk, &b->total, &n_tok);
    b->probe = v;
    b->moved = v + b->total;
    b->slope = v + 2 * b->total;
    for (size_t i = 0; i < count; i++) {
        b->ptr[i] = &b->view[i];
        b->out[i] = &x[i]->pred;
    }
    for (size_t q = 0, len = 0; q < b->n_blk; q++) {
        const sg_i_block *k = &b->blk[q];
        len = (q && b->blk[q - 1].state == k->state ? len : 0) + k->len;
        b->longest = len > b->longest ? len : b->longest;
        b->held |= sg_i_slot(b, k)->frozen != NULL;
    }
    return SG_OK;
}

void sg_i_batch_gather(const sg_i_batch *b, double *X)
{
    for (size_t q = 0; q < b->n_blk; q++)
        memcpy(X + b->blk[q].off, sg_i_slot(b, &b->blk[q])->x, b->blk[q].len * sizeof *X);
}

void sg_i_batch_scatter(const sg_i_batch *b, double *X)
{
    for (size_t q = 0; q < b->n_blk; q++) {
        const sg_i_block *k = &b->blk[q];
        const sg_slot *s = sg_i_slot(b, k);
        double *v = X + k->off;
        b->sys->c[k->comp].space->project(v, s->n, b->sys->c[k->comp].width);
        for (size_t j = 0; j < k->len; j++)
            if (!s->frozen || !s->frozen[j])
                s->x[j] = v[j];
    }
}

static void look_at(sg_i_batch *b, double *X)
{
    for (size_t i = 0; i < b->count; i++)
        b->view[i] = *b->x[i];
    for (size_t q = 0; q < b->n_blk; q++)
        b->view[b->blk[q].state].slot[b->blk[q].comp].x = X + b->blk[q].off;
}

sg_status sg_i_batch_eval(sg_i_batch *b, const sg_field *f, double t, double *X, sg_error *err)
{
    look_at(b, X);
    return f->eval(f, t, b->ptr, b->count, b->out, err);
}

sg_status sg_i_batch_get(sg_i_batch *b, const sg_field *f, double t, const double *X, sg_param want,
                         double *out, sg_error *err)
{
    for (size_t q = 0; q < b->n_blk; q++) {
        const sg_i_block *k = &b->blk[q];
        const sg_slot *s = sg_i_slot(b, k);
        const double *in = b->out[k->state]->v[k->comp];
        const sg_param *have = f->param[k->comp];
        sg_status st = sg_convert(&b->sys->c[k->comp].path, t, have, X + k->off, s->mu, in,
                                  have[1] ? in + k->len : NULL, want, out + k->off, k->len, err);
        if (st != SG_OK)
            return st;
        for (size_t j = 0; s->frozen && j < k->len; j++) /* held values are conditions */
            out[k->off + j] = s->frozen[j] ? 0 : out[k->off + j];
    }
    return SG_OK;
}

/* div[i] += scale e.J e by central differences along the projected vector in b->probe */
static sg_status along(sg_i_batch *b, const sg_field *f, double t, const double *X, double scale,
                       double *div, sg_error *err)
{
    double h = f->fd_step > 0 ? f->fd_step : 1e-5;
    for (size_t q = 0; q < b->n_blk; q++) {
        const sg_component *c = &b->sys->c[b->blk[q].comp];
        c->space->project(b->probe + b->blk[q].off, sg_i_slot(b, &b->blk[q])->n, c->width);
    }
    for (int sign = 1; sign >= -1; sign -= 2) {
        for (size_t j = 0; j < b->total; j++)
            b->moved[j] = X[j] + sign * h * b->probe[j];
        sg_status st = sg_i_batch_eval(b, f, t, b->moved, err);
        if (st == SG_OK)
            st = sg_i_batch_get(b, f, t, b->moved, SG_PARAM_B, b->slope, err);
        if (st != SG_OK)
            return st;
        for (size_t q = 0; q < b->n_blk; q++)
            for (size_t j = b->blk[q].off; j < b->blk[q].off + b->blk[q].len; j++)
                div[b->blk[q].state] += scale * sign * b->probe[j] * b->slope[j] / (2 * h);
    }
    return SG_OK;
}

/* The a-th axis of every state: projected, they sum to the trace over the space. */
static void set_axis(sg_i_batch *b, size_t a)
{
    memset(b->probe, 0, b->total * sizeof *b->probe);
    for (size_t q = 0, at = 0; q < b->n_blk; q++) {
        const sg_i_block *k = &b->blk[q];
        at = q && b->blk[q - 1].state == k->state ? at : 0;
        if (a >= at && a < at + k->len)
            b->probe[k->off + a - at] = 1;
        at += k->len;
    }
}

static void set_signs(sg_i_batch *b)
{
    for (size_t q = 0; q < b->n_blk; q++)
        for (size_t j = 0; j < b->blk[q].len; j++)
            b->probe[b->blk[q].off + j] = sg_rng_u32(&b->x[b->blk[q].state]->rng) & 1 ? 1 : -1;
}

sg_status sg_i_batch_div(sg_i_batch *b, const sg_field *f, double t, double *X, size_t probes,
                         double *div, sg_error *err)
{
    size_t n = probes ? probes : b->longest;
    sg_status st = SG_OK;
    if (!probes && f->div && !b->held) {
        look_at(b, X);
        return f->div(f, t, b->ptr, b->count, div, err);
    }
    memset(div, 0, b->count * sizeof *div);
    for (size_t a = 0; st == SG_OK && a < n; a++) {
        if (probes)
            set_signs(b);
        else
            set_axis(b, a);
        st = along(b, f, t, X, probes ? 1 / (double)probes : 1, div, err);
    }
    return st;
}
