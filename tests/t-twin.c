/* The engine against its independent twin in PyTorch (tools/twin): outputs, loss and every
 * parameter's gradient of small random models, golden values by PyTorch autograd in float64
 * (tests/data/twin, made by tools/twin/fixtures.py). Float32 against float64: outputs within
 * 1e-5 of the largest one, gradients within 5e-5 of the parameter's largest entry. */
#include <config.h>

#include <jansson.h>
#include <stdlib.h>

#include <sigen/loss.h>
#include <sigen/model.h>
#include "molgen/batch.h"
#include "molgen/model.h"
#include "twin.h"

#define SAMPLES 16

typedef struct fixture {
    sg_model *file;
    sg_mol_head head;
    sg_egnet net;
    sg_params ps;
    sg_egnet_in in;
    sg_mol_buffer b;
    int sizes[SAMPLES], count;
} fixture;

static const float *reals(const fixture *f, const char *name)
{
    return twin_reals(f->file, name);
}

static sg_egnet_dims dims_of(const sg_model *file, const char *head)
{
    json_t *root = json_loads(sg_model_meta(file, "config"), 0, NULL);
    json_t *o = json_object_get(root, head);
    sg_egnet_dims d = {0};
    for (const sg_egnet_dim *e = sg_egnet_dim_table; e->name; e++)
        *sg_egnet_dim_at(&d, e) = (int)json_integer_value(json_object_get(o, e->name));
    json_decref(root);
    return d;
}

/* The fixture's loss as doc/molgen-net.md states it, mean over the samples; seeds the gradients. */
static double loss(const fixture *f, sg_egnet_out *out, double part[3])
{
    const sg_egnet_dims *d = &f->net.dims;
    int S = f->count;
    const sg_layout *l = &f->in.lay;
    double *wx = calloc(3 * (size_t)l->n_nodes, sizeof *wx),
           *wc = calloc((size_t)l->n_nodes, sizeof *wc);
    double *wb = calloc((size_t)l->n_pairs + 1, sizeof *wb);
    int *cls = calloc((size_t)l->n_nodes, sizeof *cls),
        *bnd = calloc((size_t)l->n_pairs + 1, sizeof *bnd);
    int heavy_of[SAMPLES];
    if (!wx || !wc || !wb || !cls || !bnd)
        exit(99);
    memset(part, 0, 3 * sizeof *part);
    if (f->head == SG_MOL_PREDICT) {
        part[0] = sg_loss_huber(out->prop, reals(f, "target.prop"), 1.0 / (S * d->Q));
    } else {
        if (f->head == SG_MOL_HYDRO)
            twin_ints(f->file, "in.heavy", heavy_of);
        for (int s = 0; s < S; s++) {
            int i0 = l->node0[s], n = l->node0[s + 1] - i0, keep = 0;
            double left = 1 - f->in.t[s], w = fmin(1 / left, 5) / S;
            double w1 = fmin(1 / (left * left), f->head == SG_MOL_HEAVY ? 1e4 : 1e3) / S;
            if (f->head == SG_MOL_HYDRO)
                keep = heavy_of[s];
            for (int i = 3 * keep; i < 3 * n; i++)
                wx[3 * i0 + i] = (f->head == SG_MOL_HEAVY ? 3 : 1) * w1 / (3 * (n - keep));
            for (int i = i0; i < i0 + n; i++)
                wc[i] = f->in.cls[i] == d->C ? 0.4 * w / n : 0;
            for (int p = l->pair0[s]; p < l->pair0[s + 1]; p++)
                wb[p] = f->in.pair[p] == d->B ? w / n : 0;
        }
        if (f->head == SG_MOL_HEAVY)
            sg_egnet_centre(l, out->x1.x);
        part[0] = sg_loss_squared(out->x1, reals(f, "target.x1"), wx);
        if (f->head == SG_MOL_HEAVY) {
            twin_ints(f->file, "target.class", cls);
            twin_ints(f->file, "target.bond", bnd);
            part[1] = sg_loss_cross_entropy(out->cls, cls, wc, NULL);
            part[2] = sg_loss_cross_entropy(out->pair, bnd, wb, NULL);
            sg_egnet_centre(l, out->x1.dx);
        }
    }
    free(wx);
    free(wc);
    free(wb);
    free(cls);
    free(bnd);
    return part[0] + part[1] + part[2];
}

static void open_fixture(fixture *f, const char *kind, sg_mol_head head, sg_arena *a)
{
    sg_error err;
    memset(f, 0, sizeof *f);
    f->head = head;
    f->file = twin_load(kind);
    sg_egnet_dims d = dims_of(f->file, sg_mol_head_name(head));
    if (sg_egnet_init(&f->net, &f->ps, sg_mol_head_outputs(head), &d, 1, &err) != SG_OK) {
        printf("Bail out! %s\n", err.text);
        exit(99);
    }
    twin_weights(&f->ps, f->file, sg_mol_head_name(head));
    f->count = twin_ints(f->file, "in.n", f->sizes);
    if (sg_mol_buffer_init(&f->b, a, f->sizes, NULL, f->count, d.Q, &err) != SG_OK)
        exit(99);
    twin_ints(f->file, "in.a", f->b.cls);
    twin_ints(f->file, "in.b", f->b.bond);
    const float *x = reals(f, "in.x"), *t = reals(f, "in.t");
    for (int i = 0; i < 3 * f->b.in.lay.n_nodes; i++)
        f->b.x[i] = x[i];
    for (int s = 0; s < f->count; s++)
        f->b.t[s] = (double)t[s];
    if (sg_model_get(f->file, "in.xs")) {
        memcpy(f->b.xs, reals(f, "in.xs"), 3 * (size_t)f->b.in.lay.n_nodes * sizeof(float));
        f->b.in.xs = f->b.xs;
    }
    if (head == SG_MOL_HEAVY && d.Q)
        for (int i = 0; i < f->count * d.Q; i++) {
            f->b.prop[i] = (double)reals(f, "in.y")[i];
            f->b.known[i] = reals(f, "in.k")[i] > 0.5f;
        }
    if (head != SG_MOL_HEAVY)
        f->b.in.prop = NULL;
    f->in = f->b.in;
}

static void run(const char *kind, sg_mol_head head)
{
    fixture f;
    sg_arena a;
    sg_error err;
    if (sg_arena_new(&a, (size_t)64 << 20, &err) != SG_OK)
        exit(99);
    open_fixture(&f, kind, head, &a);
    sg_real *grad = calloc(f.ps.size, sizeof *grad);
    sg_tape t;
    sg_egnet_out out, plain;
    if (!grad)
        exit(99);
    sg_tape_init(&t, &a, &f.ps, NULL, NULL);
    sg_egnet_forward(&f.net, &t, &f.in, &plain);
    sg_tape_init(&t, &a, &f.ps, grad, NULL);
    sg_egnet_forward(&f.net, &t, &f.in, &out);
    tap_ok(t.status == SG_OK, "%s: work space suffices", kind);
    if (head != SG_MOL_PREDICT) {
        twin_close(kind, "x1", out.x1, reals(&f, "out.x1"), 1e-5);
        twin_close(kind, "x1 without a tape", plain.x1, reals(&f, "out.x1"), 1e-5);
    } else {
        twin_close(kind, "properties", out.prop, reals(&f, "out.prop"), 1e-5);
        twin_close(kind, "properties without a tape", plain.prop, reals(&f, "out.prop"), 1e-5);
    }
    if (head == SG_MOL_HEAVY) {
        twin_close(kind, "class logits", out.cls, reals(&f, "out.class"), 1e-5);
        twin_close(kind, "bond logits", out.pair, reals(&f, "out.bond"), 1e-5);
    }
    double part[3], total = loss(&f, &out, part);
    const sg_model_array *want = twin_need(f.file, "out.loss");
    for (size_t k = 0; k + 1 < want->count; k++)
        tap_near(part[k], (double)((const float *)want->data)[k], 1e-6, 1e-5, "loss component");
    tap_near(total, (double)((const float *)want->data)[want->count - 1], 1e-6, 1e-5, "loss");
    sg_tape_backward(&t);
    tap_ok(t.status == SG_OK, "%s: work space suffices backward", kind);
    char prefix[32];
    snprintf(prefix, sizeof prefix, "grad.%s", sg_mol_head_name(head));
    twin_gradients(kind, &f.ps, grad, f.file, prefix, 5e-5);
    free(grad);
    sg_params_clear(&f.ps);
    sg_model_free(f.file);
    sg_arena_clear(&a);
}

int main(void)
{
    run("heavy", SG_MOL_HEAVY);
    run("heavy0", SG_MOL_HEAVY);
    run("hydro", SG_MOL_HYDRO);
    run("predict", SG_MOL_PREDICT);
    return tap_done();
}
