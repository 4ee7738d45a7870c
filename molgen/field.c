#include <config.h>

#include <math.h>
#include <string.h>

#include "batch.h"
#include "field.h"

/* ---- systems --------------------------------------------------------------------------------- */

/* The base law's sd depends on the size: data points to noise_sd[n]. */
static void size_apply(const sg_map *m, double *x, size_t n, size_t width)
{
    const double *sd = m->data;
    for (size_t i = 0; i < n * width; i++)
        x[i] *= sd[n];
}

static void size_solve(const sg_map *m, double *x, size_t n, size_t width)
{
    const double *sd = m->data;
    for (size_t i = 0; i < n * width; i++)
        x[i] /= sd[n];
}

static double size_logdet(const sg_map *m, size_t n)
{
    const double *sd = m->data;
    return (double)n * log(sd[n]);
}

sg_path sg_mol_token_path(const sg_mol_vocab *v)
{
    return (sg_path){.kind = &sg_path_shift, .par = {v->token_shift}};
}

void sg_mol_heavy_system(sg_system *sys, sg_map *map, const sg_mol_vocab *v)
{
    *map = (sg_map){
        .apply = size_apply, .solve = size_solve, .logdet = size_logdet, .data = v->noise_sd};
    *sys = (sg_system){.n = 3};
    sys->c[SG_MOL_X] = (sg_component){.name = "coordinates",
                                      .space = &sg_space_centred,
                                      .width = 3,
                                      .path = sg_path_default(),
                                      .map = map};
    sys->c[SG_MOL_CLASS] = (sg_component){.name = "classes",
                                          .space = &sg_space_categorical,
                                          .width = (size_t)v->n_classes,
                                          .path = sg_mol_token_path(v)};
    sys->c[SG_MOL_BOND] = (sg_component){.name = "bonds",
                                         .space = &sg_space_categorical,
                                         .width = SG_MOL_BONDS,
                                         .path = sg_mol_token_path(v)};
}

void sg_mol_hydro_system(sg_system *sys, sg_map *map, const sg_mol_vocab *v)
{
    *map = sg_map_scale(v->hydro_noise);
    *sys = (sg_system){.n = 1};
    sys->c[SG_MOL_X] = (sg_component){.name = "coordinates",
                                      .space = &sg_space_real,
                                      .width = 3,
                                      .path = sg_path_default(),
                                      .map = map};
}

/* ---- fields ---------------------------------------------------------------------------------- */

/* Copies the states into the network's input arrays. */
static sg_status load_states(sg_mol_buffer *b, sg_mol_work *w, double t, const sg_state *const *x,
                             size_t count, const sg_pred *const *prev, int Q, sg_error *err)
{
    int *sizes = sg_arena_alloc(&w->arena, count, sizeof *sizes);
    if (!sizes)
        return sg_fail(err, SG_ENOMEM, "work space is too small for %zu samples", count);
    for (size_t s = 0; s < count; s++)
        sizes[s] = (int)x[s]->slot[SG_MOL_X].n;
    sg_status st = sg_mol_buffer_init(b, &w->arena, sizes, NULL, (int)count, Q, err);
    if (st != SG_OK)
        return st;
    int self = 1;
    for (size_t s = 0; s < count; s++) {
        const sg_slot *c = &x[s]->slot[SG_MOL_X];
        long i0 = 3L * b->in.lay.node0[s];
        b->t[s] = t;
        for (size_t i = 0; i < c->len; i++)
            b->x[i0 + (long)i] = (sg_real)c->x[i];
        self = self && prev[s]->valid;
        for (size_t i = 0; i < c->len && prev[s]->valid; i++)
            b->xs[i0 + (long)i] = (sg_real)prev[s]->v[SG_MOL_X][i];
    }
    b->in.xs = self ? b->xs : NULL;
    return SG_OK;
}

/* p = softmax of u + g (c - u), u without and c with the condition */
static void probabilities(double *p, const sg_real *c, const sg_real *u, double g, int n)
{
    double top = -1e300, sum = 0;
    for (int k = 0; k < n; k++) {
        p[k] = u ? (double)u[k] + g * ((double)c[k] - (double)u[k]) : (double)c[k];
        top = p[k] > top ? p[k] : top;
    }
    for (int k = 0; k < n; k++)
        sum += p[k] = exp(p[k] - top);
    for (int k = 0; k < n; k++)
        p[k] /= sum;
}

/* Only classes of the given element keep their probability; if all vanish they are equally likely.
 */
static void restrict_element(double *p, const sg_mol_vocab *v, int element)
{
    double sum = 0;
    int allowed = 0;
    for (int k = 0; k < v->n_classes; k++) {
        if (v->cls[k].element != element)
            p[k] = 0;
        else
            allowed++;
        sum += p[k];
    }
    for (int k = 0; k < v->n_classes; k++)
        if (v->cls[k].element == element)
            p[k] = sum > 1e-30 ? p[k] / sum : 1.0 / allowed;
}

static void write_state(const sg_mol_work *w, const sg_mol_buffer *b, const sg_state *x, int s,
                        const sg_egnet_out *c, const sg_egnet_out *u, sg_pred *out)
{
    const sg_mol_vocab *v = &w->model->config.vocab;
    const sg_mol_cond *cond = x->cond;
    double g = u && cond->asked ? cond->guidance : 1;
    int i0 = b->in.lay.node0[s], n = b->in.lay.node0[s + 1] - i0;
    int p0 = b->in.lay.pair0[s], m = b->in.lay.pair0[s + 1] - p0;
    if (!(u && cond->asked))
        u = NULL;
    for (int i = 0; i < 3 * n; i++) {
        double y = (double)c->x1.x[3 * i0 + i];
        double y0 = u ? (double)u->x1.x[3 * i0 + i] : y;
        out->v[SG_MOL_X][i] = y0 + g * (y - y0);
    }
    sg_mol_centre(out->v[SG_MOL_X], n);
    for (int i = 0; i < n; i++) {
        double *p = out->v[SG_MOL_CLASS] + i * v->n_classes;
        long r = i0 + i;
        probabilities(p, c->cls.x + r * c->cls.ld, u ? u->cls.x + r * u->cls.ld : NULL, g,
                      v->n_classes);
        if (cond && cond->element)
            restrict_element(p, v, cond->element[i]);
    }
    for (int i = 0; i < m; i++) {
        long r = p0 + i;
        probabilities(out->v[SG_MOL_BOND] + i * SG_MOL_BONDS, c->pair.x + r * c->pair.ld,
                      u ? u->pair.x + r * u->pair.ld : NULL, g, SG_MOL_BONDS);
    }
    out->valid = 1;
}

static sg_status heavy_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                            sg_pred *const *out, sg_error *err)
{
    sg_mol_work *w = f->work;
    const sg_egnet *net = &w->model->net[SG_MOL_HEAVY];
    const sg_egnet_dims *m = &net->dims;
    sg_mol_buffer b;
    sg_egnet_out c, u;
    sg_tape tape;
    int guided = 0;
    sg_arena_rewind(&w->arena, 0);
    sg_status st = load_states(&b, w, t, x, count, (const sg_pred *const *)out, m->Q, err);
    if (st != SG_OK)
        return st;
    for (size_t s = 0; s < count; s++) {
        const sg_slot *cls = &x[s]->slot[SG_MOL_CLASS], *bond = &x[s]->slot[SG_MOL_BOND];
        const sg_mol_cond *cond = x[s]->cond;
        memcpy(b.cls + b.in.lay.node0[s], cls->tok, cls->len * sizeof *b.cls);
        if (bond->len)
            memcpy(b.bond + b.in.lay.pair0[s], bond->tok, bond->len * sizeof *b.bond);
        for (int q = 0; q < m->Q && cond && cond->asked; q++) {
            b.prop[(int)s * m->Q + q] = cond->y[q];
            b.known[(int)s * m->Q + q] = cond->known[q];
        }
        guided |= cond && cond->asked && cond->guidance != 1;
    }
    unsigned mode = sg_fp_flush();
    sg_tape_init(&tape, &w->arena, &w->model->params[SG_MOL_HEAVY], NULL, w->isa);
    sg_egnet_forward(net, &tape, &b.in, &c);
    if (guided) {
        memset(b.known, 0, count * (size_t)m->Q);
        sg_egnet_forward(net, &tape, &b.in, &u);
    }
    sg_fp_restore(mode);
    if (tape.status != SG_OK)
        return sg_fail(err, tape.status, "work space is too small for %zu molecules", count);
    for (size_t s = 0; s < count; s++)
        write_state(w, &b, x[s], (int)s, &c, guided ? &u : NULL, out[s]);
    return SG_OK;
}

static sg_status hydro_eval(const sg_field *f, double t, const sg_state *const *x, size_t count,
                            sg_pred *const *out, sg_error *err)
{
    sg_mol_work *w = f->work;
    const sg_egnet *net = &w->model->net[SG_MOL_HYDRO];
    sg_mol_buffer b;
    sg_egnet_out c;
    sg_tape tape;
    sg_arena_rewind(&w->arena, 0);
    sg_status st = load_states(&b, w, t, x, count, (const sg_pred *const *)out, 0, err);
    if (st != SG_OK)
        return st;
    for (size_t s = 0; s < count; s++) {
        const sg_mol_frame *frame = x[s]->cond;
        int n = b.in.lay.node0[s + 1] - b.in.lay.node0[s];
        memcpy(b.cls + b.in.lay.node0[s], frame->cls, (size_t)n * sizeof *b.cls);
        memcpy(b.bond + b.in.lay.pair0[s], frame->bond,
               (size_t)n * (size_t)(n - 1) / 2 * sizeof *b.bond);
    }
    unsigned mode = sg_fp_flush();
    sg_tape_init(&tape, &w->arena, &w->model->params[SG_MOL_HYDRO], NULL, w->isa);
    sg_egnet_forward(net, &tape, &b.in, &c);
    sg_fp_restore(mode);
    if (tape.status != SG_OK)
        return sg_fail(err, tape.status, "work space is too small for %zu molecules", count);
    for (size_t s = 0; s < count; s++) {
        const sg_slot *slot = &x[s]->slot[SG_MOL_X];
        for (size_t i = 0; i < slot->len; i++)
            out[s]->v[SG_MOL_X][i] =
                slot->frozen[i] ? slot->x[i] : (double)c.x1.x[3L * b.in.lay.node0[s] + (long)i];
        out[s]->valid = 1;
    }
    return SG_OK;
}

static sg_field field(const char *name, const sg_system *sys, sg_mol_work *w)
{
    sg_field f = {.name = name, .sys = sys, .fd_step = 1e-2, .data = w->model, .work = w};
    f.param[SG_MOL_X][0] = SG_PARAM_D1;
    return f;
}

void sg_mol_heavy_field(sg_field *f, const sg_system *sys, sg_mol_work *w)
{
    *f = field("molgen heavy atoms", sys, w);
    f->eval = heavy_eval;
}

void sg_mol_hydro_field(sg_field *f, const sg_system *sys, sg_mol_work *w)
{
    *f = field("molgen hydrogens", sys, w);
    f->eval = hydro_eval;
}
