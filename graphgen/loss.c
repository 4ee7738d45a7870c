#include <config.h>

#include <math.h>
#include <string.h>

#include <sigen/loss.h>
#include "field.h"
#include "loss.h"
#include "walks.h"

sg_status sg_graph_aim_init(sg_graph_aim *g, sg_arena *a, const sg_layout *l, int weighted,
                            double share, sg_error *err)
{
    size_t nodes = (size_t)l->n_nodes, pairs = (size_t)l->n_pairs;
    *g = (sg_graph_aim){.share = share};
    g->x1 = sg_arena_alloc(a, 3 * nodes, sizeof *g->x1);
    g->cls = sg_arena_alloc(a, nodes, sizeof *g->cls);
    g->edge = sg_arena_alloc(a, pairs, sizeof *g->edge);
    g->wx = sg_arena_alloc(a, 3 * nodes, sizeof *g->wx);
    g->wc = sg_arena_alloc(a, nodes, sizeof *g->wc);
    g->we = sg_arena_alloc(a, pairs, sizeof *g->we);
    if (weighted) {
        g->v = sg_arena_alloc(a, pairs, sizeof *g->v);
        g->wv = sg_arena_alloc(a, pairs, sizeof *g->wv);
    }
    if (!g->x1 || !g->cls || !g->edge || !g->wx || !g->wc || !g->we ||
        (weighted && (!g->v || !g->wv)))
        return sg_fail(err, SG_ENOMEM, "work space is too small for a batch of %d", l->n_samples);
    return SG_OK;
}

static void set_weights(sg_graph_aim *g, int p0, const sg_graph_example *e, double t,
                        const double *z)
{
    int pairs = e->n * (e->n - 1) / 2, edges = 0;
    sg_path path = sg_graph_weight_path();
    sg_coeff c;
    sg_path_coeff(&path, t, &c);
    for (int p = 0; p < pairs; p++)
        edges += e->edge[p] > 0;
    for (int p = 0; p < pairs; p++) {
        g->v[p0 + p] = (sg_real)(c.alpha * (double)e->y[p] - c.beta * z[p]);
        g->wv[p0 + p] = e->edge[p] ? 2 * g->share * c.alpha / edges : 0;
    }
}

void sg_graph_aim_set(sg_graph_aim *g, const sg_graph_buffer *b, int k, const sg_graph_config *c,
                      const sg_graph_example *e, const double *x1, const double *z)
{
    int n = e->n, i0 = b->in.lay.node0[k], p0 = b->in.lay.pair0[k], pairs = n * (n - 1) / 2;
    double t = b->t[k], sd = sg_graph_layout_sd(n);
    double w = fmin(1 / fmax(1 - t, 1e-9), 20) * g->share;
    for (int i = 3 * i0; i < 3 * (i0 + n); i++) {
        g->x1[i] = (sg_real)x1[i - 3 * i0];
        g->wx[i] = w / (3 * n * sd * sd);
    }
    for (int i = i0; i < i0 + n; i++) {
        g->cls[i] = e->cls[i - i0];
        g->wc[i] = b->cls[i] == c->net.C ? 0.4 * w / n : 0;
    }
    for (int p = p0; p < p0 + pairs; p++) {
        g->edge[p] = e->edge[p - p0];
        g->we[p] = b->edge[p] == c->net.B ? w / n : 0;
    }
    if (g->v)
        set_weights(g, p0, e, t, z);
}

void sg_graph_loss(const sg_graph_aim *g, const sg_layout *l, sg_egnet_out *out,
                   double part[SG_GRAPH_LOSSES])
{
    sg_egnet_centre(l, out->x1.x);
    part[SG_GRAPH_LAYOUT] += sg_loss_squared(out->x1, g->x1, g->wx);
    part[SG_GRAPH_EDGES] += sg_loss_cross_entropy(out->pair, g->edge, g->we, NULL);
    part[SG_GRAPH_NODES] += sg_loss_cross_entropy(out->cls, g->cls, g->wc, NULL);
    if (g->v)
        part[SG_GRAPH_WEIGHTS] += sg_loss_squared(out->edge, g->v, g->wv);
    if (out->x1.dx)
        sg_egnet_centre(l, out->x1.dx);
}
