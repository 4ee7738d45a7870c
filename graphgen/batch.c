#include <config.h>

#include <string.h>

#include "batch.h"
#include "walks.h"

sg_status sg_graph_buffer_init(sg_graph_buffer *b, sg_arena *a, const int *sizes, int count,
                               const sg_graph_config *c, sg_error *err)
{
    memset(b, 0, sizeof *b);
    sg_status s = sg_layout_init(&b->in.lay, a, sizes, count, err);
    if (s != SG_OK)
        return s;
    size_t n = (size_t)b->in.lay.n_nodes, m = (size_t)b->in.lay.n_pairs;
    size_t top = (size_t)b->in.lay.max_nodes;
    b->cls = sg_arena_zeros(a, n, sizeof *b->cls);
    b->edge = sg_arena_zeros(a, m, sizeof *b->edge);
    b->t = sg_arena_zeros(a, (size_t)count, sizeof *b->t);
    b->x = sg_arena_zeros(a, 3 * n, sizeof *b->x);
    b->xs = sg_arena_zeros(a, 3 * n, sizeof *b->xs);
    b->w = sg_arena_zeros(a, m, sizeof *b->w);
    b->work = sg_arena_zeros(a, 3 * top * top, sizeof *b->work);
    b->in.node_feat = sg_arena_zeros(a, n * (size_t)c->net.U, sizeof *b->in.node_feat);
    b->in.pair_feat = sg_arena_zeros(a, m * (size_t)c->net.W, sizeof *b->in.pair_feat);
    if (c->weighted)
        b->y = sg_arena_zeros(a, m, sizeof *b->y);
    if ((c->weighted && !b->y) || !b->cls || !b->edge || !b->t || !b->x || !b->xs || !b->w ||
        !b->work || !b->in.node_feat || !b->in.pair_feat)
        return sg_fail(err, SG_ENOMEM, "work space is too small for a batch of %d", count);
    b->in.cls = b->cls;
    b->in.pair = b->edge;
    b->in.t = b->t;
    b->in.x = b->x;
    return SG_OK;
}

void sg_graph_buffer_walks(sg_graph_buffer *b, const sg_graph_config *c, const float *p_edge)
{
    const sg_layout *l = &b->in.lay;
    for (int s = 0; s < l->n_samples; s++) {
        int n = l->node0[s + 1] - l->node0[s];
        float prior = (float)sg_graph_density(c, n);
        for (int p = l->pair0[s]; p < l->pair0[s + 1]; p++)
            b->w[p] = b->edge[p] < c->net.B ? b->edge[p] > 0 : p_edge ? p_edge[p] : prior;
        sg_graph_walks(b->w + l->pair0[s], n, c->net.U,
                       b->in.node_feat + (size_t)l->node0[s] * (size_t)c->net.U,
                       b->in.pair_feat + (size_t)l->pair0[s] * (size_t)c->net.W, c->net.W, b->work);
    }
}

void sg_graph_buffer_weights(sg_graph_buffer *b, const sg_graph_config *c)
{
    size_t last = (size_t)c->net.W - 1;
    for (size_t p = 0; c->weighted && p < (size_t)b->in.lay.n_pairs; p++)
        b->in.pair_feat[p * (size_t)c->net.W + last] = b->edge[p] ? b->y[p] : 0;
}
