#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <sigen/mol_predict.h>
#include "batch.h"
#include "field.h"

enum { BATCH = 32, MAX_PAIRS = 20000 };

/* Molecules of one run, encoded. */
typedef struct group {
    const sg_mol_model *m;
    const sg_isa *isa;
    sg_mol_data *data;
    const size_t *at; /* where each example's results go */
    double *out;
} group;

static sg_status run(const group *g, sg_arena *a, long first, int count, sg_error *err)
{
    const sg_egnet *net = &g->m->net[SG_MOL_PREDICT];
    const sg_mol_vocab *v = &g->m->config.vocab;
    int sizes[BATCH], Q = net->dims.Q;
    sg_mol_example e;
    sg_mol_buffer b;
    sg_egnet_out out;
    sg_tape t;
    sg_arena_rewind(a, 0);
    for (int k = 0; k < count; k++) {
        sg_mol_data_get(g->data, first + k, &e);
        sizes[k] = e.n + e.h;
    }
    sg_status s = sg_mol_buffer_init(&b, a, sizes, NULL, count, 0, err);
    if (s != SG_OK)
        return s;
    for (int k = 0; k < count; k++) {
        sg_mol_data_get(g->data, first + k, &e);
        sg_real *x = b.x + 3L * b.in.lay.node0[k];
        sg_mol_place_classes(&b, k, &e, v->n_classes);
        for (int c = 0; c < 3 * e.n; c++)
            x[c] = e.xyz[c];
        for (int c = 0; c < 3 * e.h; c++)
            x[3 * e.n + c] = e.hxyz[c];
        b.t[k] = 1;
    }
    unsigned mode = sg_fp_flush();
    sg_tape_init(&t, a, &g->m->params[SG_MOL_PREDICT], NULL, g->isa);
    sg_egnet_forward(net, &t, &b.in, &out);
    sg_fp_restore(mode);
    if (t.status != SG_OK)
        return sg_fail(err, t.status, "work space is too small for %d molecules", count);
    for (int k = 0; k < count; k++)
        for (int q = 0; q < Q; q++)
            g->out[g->at[first + k] * (size_t)Q + (size_t)q] =
                v->prop[q].mean + v->prop[q].sd * (double)out.prop.x[(long)k * out.prop.ld + q];
    return SG_OK;
}

/* Runs of at most BATCH molecules and MAX_PAIRS pairs (one molecule may have more). */
static sg_status run_all(const group *g, sg_error *err)
{
    sg_arena a;
    const sg_egnet *net = &g->m->net[SG_MOL_PREDICT];
    size_t bytes = sg_egnet_bytes(net, BATCH * SG_MOL_MAX_NODES,
                                  MAX_PAIRS + SG_MOL_MAX_NODES * SG_MOL_MAX_NODES / 2, BATCH);
    sg_status s = sg_arena_new(&a, 2 * bytes, err);
    long total = sg_mol_data_count(g->data);
    for (long i = 0, j; i < total && s == SG_OK; i = j) {
        long pairs = 0;
        for (j = i; j < total && j - i < BATCH; j++) {
            sg_mol_example e;
            sg_mol_data_get(g->data, j, &e);
            pairs += (long)(e.n + e.h) * (e.n + e.h - 1) / 2;
            if (j > i && pairs > MAX_PAIRS)
                break;
        }
        s = run(g, &a, i, (int)(j - i), err);
    }
    sg_arena_clear(&a);
    return s;
}

sg_status sg_mol_predict_by(const sg_mol_model *m, const sg_isa *isa, const sg_mol *mol,
                            size_t count, double *out, unsigned char *known, sg_error *err)
{
    group g = {.m = m, .isa = isa, .out = out};
    if (!sg_mol_model_predicts(m))
        return sg_fail(err, SG_ENOTSUP, "the model has no property regressor");
    g.data = sg_mol_data_new(NULL, NULL, 0, &m->config.vocab, err);
    size_t *at = malloc((count + 1) * sizeof *at), used = 0;
    sg_status s = g.data && at ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory for predictions");
    g.at = at;
    for (size_t k = 0; k < count && s == SG_OK; k++) {
        s = sg_mol_data_add(g.data, &mol[k], err);
        known[k] = s == SG_OK;
        if (s == SG_OK)
            at[used++] = k;
        else if (s == SG_ENOTSUP)
            s = SG_OK;
    }
    if (s == SG_OK)
        s = run_all(&g, err);
    sg_mol_data_free(g.data);
    free(at);
    return s;
}

sg_status sg_mol_predict(const sg_mol_model *m, const sg_mol *mol, size_t count, double *out,
                         unsigned char *known, sg_error *err)
{
    return sg_mol_predict_by(m, NULL, mol, count, out, known, err);
}
