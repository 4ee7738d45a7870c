#include <config.h>
#include <sigen/nn.h>

#include <string.h>

#include "nn.h"

sg_status sg_layout_init(sg_layout *l, sg_arena *a, const int *n, int count, sg_error *err)
{
    int *node0 = sg_arena_alloc(a, (size_t)count + 1, sizeof *node0);
    int *pair0 = sg_arena_alloc(a, (size_t)count + 1, sizeof *pair0);
    memset(l, 0, sizeof *l);
    if (!node0 || !pair0)
        return sg_fail(err, SG_ENOMEM, "no room for a layout of %d samples", count);
    long nodes = 0, pairs = 0;
    for (int s = 0; s < count; s++) {
        if (n[s] < 1 || n[s] > 4096)
            return sg_fail(err, SG_ELIMIT, "sample %d has %d nodes, allowed are 1 to 4096", s, n[s]);
        node0[s] = (int)nodes;
        pair0[s] = (int)pairs;
        nodes += n[s];
        pairs += (long)n[s] * (n[s] - 1) / 2;
        if (nodes > 100000000 || pairs > 500000000)
            return sg_fail(err, SG_ELIMIT, "a batch of %ld nodes and %ld pairs is too large", nodes,
                           pairs);
        if (n[s] > l->max_nodes)
            l->max_nodes = n[s];
    }
    node0[count] = (int)nodes;
    pair0[count] = (int)pairs;
    l->n_samples = count;
    l->n_nodes = (int)nodes;
    l->n_pairs = (int)pairs;
    l->node0 = node0;
    l->pair0 = pair0;
    return SG_OK;
}

void sg_tape_init(sg_tape *t, sg_arena *arena, const sg_params *params, sg_real *grad,
                  const sg_isa *isa)
{
    t->arena = arena;
    t->params = params;
    t->grad = grad;
    t->isa = isa ? isa : sg_isa_find(NULL);
    t->last = NULL;
    t->inner = 0;
    t->watch = NULL;
    t->flops = 0;
    t->status = SG_OK;
}

/* Before n's backward: gradients that it is the first to see are cleared, close to their use, or, by
 * a product that covers them, to be written. */
static void begin_gradients(sg_node *n)
{
    for (int i = -1; i < 4; i++) {
        const sg_tensor *y = i < 0 ? &n->out : &n->in[i];
        sg_fresh *f = y->fresh;
        if (!f || !f->count)
            continue;
        if (n->op == SG_OP_LINEAR && (i == 0 || i == 1) && n->w[i].w &&
            (size_t)y->rows * (size_t)y->cols == f->count)
            n->first[i] = 1;
        else
            memset(f->dx, 0, f->count * sizeof *f->dx);
        f->count = 0;
    }
}

void sg_tape_backward(sg_tape *t)
{
    for (sg_node *n = t->last; n && t->status == SG_OK; n = n->prev) {
        size_t mark = sg_arena_mark(t->arena), need = sg_i_scratch_reals(n);
        n->scratch = need ? sg_arena_alloc(t->arena, need, sizeof *n->scratch) : NULL;
        if (need && !n->scratch) {
            t->status = SG_ENOMEM;
            return;
        }
        begin_gradients(n);
        t->isa->op[n->op].bwd(n);
        for (int s = 0; s < 2; s++)
            if (n->op == SG_OP_LINEAR && n->w[s].w)
                t->flops += 2.0 * n->out.rows * n->w[s].rows * n->w[s].cols *
                            ((n->in[s].dx != NULL) + (n->w[s].dw != NULL));
        sg_arena_rewind(t->arena, mark);
    }
}

sg_tensor sg_tensor_raw(sg_tape *t, int rows, int cols)
{
    sg_tensor y = {NULL, NULL, rows, cols, cols, NULL};
    size_t count = (size_t)rows * (size_t)cols;
    y.x = sg_arena_alloc(t->arena, count, sizeof *y.x);
    if (t->grad) {
        y.dx = sg_arena_alloc(t->arena, count, sizeof *y.dx);
        y.fresh = t->inner ? sg_arena_alloc(t->arena, 1, sizeof *y.fresh) : NULL;
        if (y.fresh)
            *y.fresh = (sg_fresh){y.dx, count};
        else if (y.dx)
            memset(y.dx, 0, count * sizeof *y.dx);
    }
    if (!y.x || (t->grad && (!y.dx || (t->inner && !y.fresh))))
        t->status = SG_ENOMEM;
    return y;
}

sg_tensor sg_tensor_new(sg_tape *t, int rows, int cols)
{
    sg_tensor y = sg_tensor_raw(t, rows, cols);
    if (y.x)
        memset(y.x, 0, (size_t)rows * (size_t)cols * sizeof *y.x);
    return y;
}
