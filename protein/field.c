#include <config.h>

#include <math.h>
#include <string.h>

#include <sigen/align.h>
#include <sigen/constraint.h>
#include <sigen/train.h>
#include "field.h"
#include "ladder.h"

/* nm: neighbours at 3.8 A, cis peptides left alone, others at least 4 A apart */
static const sg_chain_rule rule = {
    .bond = 0.38, .keep_lo = 0.28, .keep_hi = 0.31, .apart = 0.40, .from = 3};
enum { SWEEPS = 3 };

void sg_protein_system(sg_system *sys, sg_map *map, const sg_protein_model *m, double gamma)
{
    *map = sg_protein_chain_map(&m->law);
    *sys = (sg_system){.n = 1};
    sys->c[0] = (sg_component){.name = "CA",
                               .space = &sg_space_centred,
                               .width = 3,
                               .path = sg_path_default(),
                               .map = map,
                               .eps = {sg_eps_reverse, gamma, 0}};
}

size_t sg_protein_work_bytes(const sg_protein_model *m, size_t count, size_t longest)
{
    const sg_egnet_dims *d = &m->config.net;
    size_t T = longest / SG_PROTEIN_PATCH + 1, nodes = count * T, pairs = count * T * T / 2;
    size_t own = nodes * (SG_PATCH_FEATURES + 3 * (2 * SG_PATCH_VECTORS + 2 * SG_PROTEIN_PATCH) +
                          2 * (size_t)d->O * 3) +
                 pairs * (SG_PATCH_PAIR + 2) + 12 * count * longest + 4096;
    return sg_egnet_bytes(&m->net, nodes, pairs, count) + own * sizeof(double);
}

/* Puts the motif in the place where it fits the estimate best. */
static sg_status place_motif(double *x1, const sg_protein_ask *ask, int n, double *work,
                             sg_error *err)
{
    sg_superposition s;
    double *w = work, *moved = work + n;
    for (int i = 0; i < n; i++)
        w[i] = ask->fixed[i];
    sg_status st = sg_superpose(&s, x1, ask->motif, w, (size_t)n, 0, err);
    if (st != SG_OK)
        return st;
    sg_superpose_apply(&s, moved, ask->motif, (size_t)n);
    for (int i = 0; i < n; i++)
        if (ask->fixed[i])
            memcpy(x1 + 3 * i, moved + 3 * i, 3 * sizeof *x1);
    return SG_OK;
}

/* The estimate x1 (n,3), projected; work: (4n). */
static void hold(const sg_protein_work *w, double t, double *x1, size_t n, double *work)
{
    for (int k = 0; k < SWEEPS && t >= w->project_from; k++) {
        if (w->ladders)
            sg_i_ladder_project(x1, n, work);
        sg_chain_project(x1, n, &rule, 1, work);
    }
}

static sg_status write_state(sg_protein_work *w, const sg_protein_buffer *b, double t, int k,
                             const sg_state *x, const sg_tensor *c, const sg_tensor *u,
                             sg_pred *out, sg_error *err)
{
    const sg_protein_cond *cond = x->cond;
    int n = b->residue0[k + 1] - b->residue0[k], node0 = b->in.lay.node0[k];
    double *x1 = out->v[0], *work = sg_arena_alloc(&w->arena, 4 * (size_t)n, sizeof *work);
    if (!work)
        return sg_fail(err, SG_ENOMEM, "work space is too small for a chain of %d residues", n);
    sg_protein_estimate(x1, x->slot[0].x, t, c, node0, n);
    if (u && cond && cond->asked && cond->guidance != 1) {
        sg_protein_estimate(work, x->slot[0].x, t, u, node0, n);
        for (int i = 0; i < 3 * n; i++)
            x1[i] = work[i] + cond->guidance * (x1[i] - work[i]);
    }
    hold(w, t, x1, (size_t)n, work);
    sg_status st = SG_OK;
    if (cond && cond->ask.fixed) {
        st = place_motif(x1, &cond->ask, n, work, err);
        sg_space_centred.project(x1, (size_t)n, 3);
    }
    out->valid = 1;
    return st;
}

static sg_status eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                      sg_pred *const *out, sg_error *err)
{
    sg_protein_work *w = f->work;
    sg_protein_buffer b;
    sg_egnet_out c, u;
    sg_tape tape;
    int self = 1, guided = 0;
    sg_arena_rewind(&w->arena, 0);
    int *length = sg_arena_alloc(&w->arena, count, sizeof *length);
    if (!length)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %zu chains", count);
    for (size_t s = 0; s < count; s++)
        length[s] = (int)x[s]->slot[0].n;
    sg_status st = sg_protein_buffer_init(&b, &w->arena, length, (int)count, err);
    if (st != SG_OK)
        return st;
    for (size_t s = 0; s < count; s++) {
        const sg_protein_cond *cond = x[s]->cond;
        sg_protein_buffer_state(&b, (int)s, x[s]->slot[0].x, t);
        self = self && out[s]->valid;
        if (cond && cond->asked)
            sg_protein_buffer_ask(&b, (int)s, &cond->ask);
        guided |= cond && cond->asked && cond->guidance != 1;
    }
    for (size_t s = 0; s < count && self; s++)
        sg_protein_buffer_previous(&b, (int)s, out[s]->v[0]);
    unsigned mode = sg_fp_flush();
    sg_tape_init(&tape, &w->arena, &w->model->params, NULL, w->isa);
    sg_egnet_forward(&w->model->net, &tape, &b.in, &c);
    if (guided) {
        sg_protein_buffer_unask(&b);
        sg_egnet_forward(&w->model->net, &tape, &b.in, &u);
    }
    sg_fp_restore(mode);
    if (tape.status != SG_OK)
        return sg_fail(err, tape.status, "work space is too small for %zu chains", count);
    for (size_t s = 0; s < count && st == SG_OK; s++)
        st = write_state(w, &b, t, (int)s, x[s], &c.vec, guided ? &u.vec : NULL, out[s], err);
    return st;
}

void sg_protein_field(sg_field *f, const sg_system *sys, sg_protein_work *w)
{
    *f = (sg_field){.name = "protein backbone",
                    .sys = sys,
                    .fd_step = 1e-2,
                    .data = w->model,
                    .work = w,
                    .eval = eval};
    f->param[0][0] = SG_PARAM_D1;
}
