#include <config.h>

#include <math.h>

#include <sigen/loss.h>
#include <sigen/space.h>
#include "gdss_field.h"
#include "task.h"

/* The earliest time of the paper's clock that training draws: the last of noise. */
#define EARLIEST 1e-5

typedef struct half {
    sg_real *xt, *to; /* noised values; what the network should say */
    double *w;        /* (rows) weights */
} half;

/* Noises `len` clean values of rows of `width`: loss 1/2 |scale net - z|^2, z the noise. */
static void noise(const half *h, long at, const double *x1, long len, long width,
                  const sg_path *path, double t, double share, sg_rng *rng)
{
    sg_coeff c;
    sg_path_coeff(path, t, &c);
    double scale = sg_gdss_scale(path, c.alpha);
    for (long i = 0; i < len; i++) {
        double z = sg_rng_normal(rng);
        h->xt[at * width + i] = (sg_real)(c.beta * x1[i] + c.alpha * z);
        h->to[at * width + i] = (sg_real)(z / scale);
    }
    for (long i = 0; i < len / width; i++)
        h->w[at + i] = share * scale * scale / 2;
}

static sg_status half_init(half *h, sg_arena *a, long rows, long width, sg_error *err)
{
    h->xt = sg_arena_alloc(a, (size_t)(rows * width), sizeof *h->xt);
    h->to = sg_arena_alloc(a, (size_t)(rows * width), sizeof *h->to);
    h->w = sg_arena_alloc(a, (size_t)rows, sizeof *h->w);
    return h->xt && h->to && h->w ? SG_OK
                                  : sg_fail(err, SG_ENOMEM, "work space is too small for a shard");
}

sg_status sg_graph_gdss_shard(const void *vself, sg_tape *t, uint64_t seed, long step, int k, int n,
                              int batch, int held_out, double part[], long *count, sg_error *err)
{
    const sg_graph_task *self = vself;
    const sg_graph_config *c = &self->model->config;
    int F = c->gdss.net.F;
    sg_graph_pick of;
    sg_gdss_in in;
    sg_gdss_out out;
    half x, a;
    sg_status st = sg_graph_pick_init(&of, self, t->arena, seed, step, k, n, batch, held_out, err);
    if (st != SG_OK || of.count == 0)
        return st;
    st = sg_layout_init(&in.lay, t->arena, of.sizes, of.count, err);
    if (st == SG_OK)
        st = half_init(&x, t->arena, in.lay.n_nodes, F, err);
    if (st == SG_OK)
        st = half_init(&a, t->arena, in.lay.n_pairs, 1, err);
    if (st != SG_OK)
        return st;
    size_t top = (size_t)in.lay.max_nodes, most = top * (top + (size_t)F);
    double *clean = sg_arena_alloc(t->arena, most, sizeof *clean);
    if (!clean)
        return sg_fail(err, SG_ENOMEM, "work space is too small for a shard");
    for (int s = 0; s < of.count; s++) {
        sg_graph_example e;
        sg_graph_data_get(of.data, of.pick[s], &e);
        double when = (1 - EARLIEST) * (1 - sg_rng_uniform(&of.rng));
        long pairs = in.lay.pair0[s + 1] - in.lay.pair0[s];
        sg_gdss_features(clean, e.edge, e.n, F);
        noise(&x, in.lay.node0[s], clean, (long)e.n * F, F, &c->gdss.path[SG_GDSS_X], when,
              of.share, &of.rng);
        for (long p = 0; p < pairs; p++)
            clean[p] = e.edge[p] > 0;
        noise(&a, in.lay.pair0[s], clean, pairs, 1, &c->gdss.path[SG_GDSS_A], when, of.share,
              &of.rng);
    }
    in.x = x.xt;
    in.a = a.xt;
    sg_gdss_forward(&self->model->gdss, t, &in, &out);
    if (t->status != SG_OK)
        return sg_fail(err, t->status, "work space is too small for the batch");
    part[0] += sg_loss_squared(out.x, x.to, x.w) / of.share;
    part[1] += sg_loss_squared(out.a, a.to, a.w) / of.share;
    *count += of.count;
    if (t->grad)
        sg_tape_backward(t);
    return t->status == SG_OK ? SG_OK
                              : sg_fail(err, t->status, "work space is too small for the batch");
}
