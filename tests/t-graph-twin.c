/* graphgen's network against its independent twin in PyTorch (tools/twin/graphgen.py): the walks on
 * the expected graph, outputs, the parts of the loss and every parameter's gradient of small random
 * models, golden values by autograd in float64 (tests/data/twin/graph0.safetensors without labels,
 * weights and a previous step, graph.safetensors with all; made by
 * tools/twin/graphgen_fixtures.py). Float32 against float64: walks and outputs within 1e-5 of the
 * largest one, the loss within 1e-5, gradients within 5e-5 of the parameter's largest entry. */
#include <config.h>

#include "graphgen/loss.h"
#include "graphgen/walks.h"
#include "twin.h"

enum { SAMPLES = 8, NODES = 64, PAIRS = 256 };

typedef struct fixture {
    const char *kind;
    sg_model *file;
    sg_graph_model m;
    sg_graph_buffer b;
    int sizes[SAMPLES], count;
} fixture;

static void open_fixture(fixture *f, const char *kind, sg_arena *a)
{
    sg_error err;
    memset(f, 0, sizeof *f);
    f->kind = kind;
    f->file = twin_load(kind);
    must(sg_graph_model_read(&f->m, f->file, 1, &err), &err);
    f->count = twin_ints(f->file, "in.n", f->sizes);
    must(sg_graph_buffer_init(&f->b, a, f->sizes, f->count, &f->m.config, &err), &err);
    twin_ints(f->file, "in.a", f->b.cls);
    twin_ints(f->file, "in.b", f->b.edge);
    twin_copy(f->b.x, f->file, "in.x");
    for (int s = 0; s < f->count; s++)
        f->b.t[s] = (double)twin_reals(f->file, "in.t")[s];
    if (sg_model_get(f->file, "in.xs")) {
        twin_copy(f->b.xs, f->file, "in.xs");
        f->b.in.xs = f->b.xs;
    }
    if (f->m.config.weighted)
        twin_copy(f->b.y, f->file, "in.y");
}

/* What the network is told of tokens, edge probabilities and weights. */
static void walks(fixture *f)
{
    const sg_egnet_dims *d = &f->m.config.net;
    const sg_layout *l = &f->b.in.lay;
    const float *p_edge = f->b.in.xs ? twin_reals(f->file, "in.p_edge") : NULL;
    sg_graph_buffer_walks(&f->b, &f->m.config, p_edge);
    sg_graph_buffer_weights(&f->b, &f->m.config);
    twin_close(f->kind, "features of nodes", sg_tensor_const(f->b.in.node_feat, l->n_nodes, d->U),
               twin_reals(f->file, "walk.node"), 1e-5);
    twin_close(f->kind, "features of pairs", sg_tensor_const(f->b.in.pair_feat, l->n_pairs, d->W),
               twin_reals(f->file, "walk.pair"), 1e-5);
}

static void outputs(const fixture *f, const char *how, const sg_egnet_out *out)
{
    const struct {
        const char *name;
        sg_tensor y;
    } all[] = {{"out.x1", out->x1},
               {"out.class", out->cls},
               {"out.bond", out->pair},
               {"out.edge", out->edge}};
    char kind[64];
    snprintf(kind, sizeof kind, "%s %s", f->kind, how);
    for (int k = 0; k < 3 + f->m.config.weighted; k++)
        twin_close(kind, all[k].name, all[k].y, twin_reals(f->file, all[k].name), 1e-5);
    sg_real share[PAIRS];
    for (int p = 0; p < out->pair.rows; p++)
        share[p] = sg_graph_edge_share(out->pair.x + (long)p * out->pair.ld, out->pair.cols);
    twin_close(kind, "edge probabilities", sg_tensor_const(share, out->pair.rows, 1),
               twin_reals(f->file, "out.p_edge"), 1e-5);
}

static void set_aims(const fixture *f, sg_graph_aim *g)
{
    int cls[NODES], edge[PAIRS];
    unsigned char classes[PAIRS];
    double x1[3 * NODES], z[PAIRS];
    int pairs = twin_ints(f->file, "target.edge", edge);
    int nodes = twin_ints(f->file, "target.class", cls), weighted = f->m.config.weighted;
    for (int i = 0; i < 3 * nodes; i++)
        x1[i] = (double)twin_reals(f->file, "target.x1")[i];
    for (int p = 0; p < pairs; p++) {
        classes[p] = (unsigned char)edge[p];
        z[p] = weighted ? (double)twin_reals(f->file, "target.z")[p] : 0;
    }
    for (int s = 0; s < f->count; s++) {
        int i0 = f->b.in.lay.node0[s], p0 = f->b.in.lay.pair0[s];
        sg_graph_example e = {.n = f->sizes[s], .cls = cls + i0, .edge = classes + p0};
        if (weighted)
            e.y = twin_reals(f->file, "target.y") + p0;
        sg_graph_aim_set(g, &f->b, s, &f->m.config, &e, x1 + 3 * i0, z + p0);
    }
}

static void run(const char *kind)
{
    fixture f;
    sg_arena a;
    sg_error err;
    sg_tape t;
    sg_egnet_out out, plain;
    sg_graph_aim g;
    must(sg_arena_new(&a, (size_t)64 << 20, &err), &err);
    open_fixture(&f, kind, &a);
    walks(&f);
    sg_real *grad = calloc(f.m.params.size, sizeof *grad);
    if (!grad)
        exit(99);
    sg_tape_init(&t, &a, &f.m.params, NULL, NULL);
    sg_egnet_forward(&f.m.net, &t, &f.b.in, &plain);
    sg_tape_init(&t, &a, &f.m.params, grad, NULL);
    sg_egnet_forward(&f.m.net, &t, &f.b.in, &out);
    tap_ok(t.status == SG_OK, "%s: work space suffices", kind);
    outputs(&f, "without a tape", &plain);
    outputs(&f, "with a tape", &out);
    must(sg_graph_aim_init(&g, &a, &f.b.in.lay, f.m.config.weighted, 1.0 / f.count, &err), &err);
    set_aims(&f, &g);
    static const char *const names[] = {"layout", "edges", "nodes", "weights"};
    double part[SG_GRAPH_LOSSES] = {0}, total = 0;
    const float *want = twin_reals(f.file, "out.loss");
    sg_graph_loss(&g, &f.b.in.lay, &out, part);
    int parts = 3 + f.m.config.weighted;
    for (int k = 0; k < parts; k++) {
        char name[64];
        snprintf(name, sizeof name, "%s: loss of %s", kind, names[k]);
        tap_near(part[k], (double)want[k], 1e-6, 1e-5, name);
        total += part[k];
    }
    tap_near(total, (double)want[parts], 1e-6, 1e-5, "their sum");
    sg_tape_backward(&t);
    tap_ok(t.status == SG_OK, "%s: work space suffices backward", kind);
    twin_gradients(kind, &f.m.params, grad, f.file, "grad.graph", 5e-5);
    free(grad);
    sg_graph_model_clear(&f.m);
    sg_model_free(f.file);
    sg_arena_clear(&a);
}

int main(void)
{
    run("graph0");
    run("graph");
    return tap_done();
}
