#include <config.h>

#include <math.h>
#include <stddef.h>
#include <stdio.h>

#include <sigen/egnet.h>

/* centres and widths of the radial functions, in units of the points */
static const double wide_mu[] = {3.3, 3.7, 4.1, 4.5, 5, 5.5, 6, 7, 8, 9, 10};
static const double wide_sd[] = {.35, .4, .4, .45, .5, .5, .7, 1, 1, 1, 1};

static const double prop_centre[] = {-2.5, -1.5, -0.5, 0.5, 1.5, 2.5};

static void declare_layer(sg_declare *d, sg_egnet_layer *l, int i, const sg_egnet_dims *m)
{
    char p[16];
    int way = m->S ? 2 : 1; /* pairs know which node comes first */
    snprintf(p, sizeof p, "l%d.", i);
    l->mod_w = sg_declare_matrix(d, p, "mod.w", m->d, 4 * m->d, 0, 0);
    l->mod_b = sg_declare_vector(d, p, "mod.b", 4 * m->d);
    l->in_w = sg_declare_matrix(d, p, "in.w", m->d, 3 * m->d + (1 + way) * m->P, 1, 1);
    l->in_b = sg_declare_vector(d, p, "in.b", 3 * m->d + (1 + way) * m->P);
    l->vec_a = sg_declare_matrix(d, p, "vec_a", m->K, m->K, 1, 0);
    l->dist_w = sg_declare_matrix(d, p, "dist.w", m->K, m->P, 1, 0);
    l->p1_w = sg_declare_matrix(d, p, "p1.w", m->P, 2 * m->P, 1, 1);
    l->p1_b = sg_declare_vector(d, p, "p1.b", 2 * m->P);
    l->p2_w = sg_declare_matrix(d, p, "p2.w", 2 * m->P, m->P + way * (m->H + m->K), 0.5, 1);
    l->p2_b = sg_declare_vector(d, p, "p2.b", m->P + way * (m->H + m->K));
    l->vec_x = sg_declare_matrix(d, p, "vec_x", m->K, m->K, 0.5, 0);
    l->out_w = sg_declare_matrix(d, p, "out.w", m->d, m->d, 0.5, 1);
    l->out_b = sg_declare_vector(d, p, "out.b", m->d);
    l->sum_w = sg_declare_matrix(d, p, "sum.w", way * m->P, m->d, 0.5, 1);
    l->f1_w = sg_declare_matrix(d, p, "f1.w", m->d, m->F, 1, 1);
    l->f1_b = sg_declare_vector(d, p, "f1.b", m->F);
    l->fr_w = sg_declare_matrix(d, p, "fr.w", m->K, m->F, 1, 0);
    l->f2_w = sg_declare_matrix(d, p, "f2.w", m->F, m->d + m->K, 0.5, 1);
    l->f2_b = sg_declare_vector(d, p, "f2.b", m->d + m->K);
    l->vec_v = sg_declare_matrix(d, p, "vec_v", m->K, m->K, 0.5, 0);
    if (m->G) {
        l->cross_in = sg_declare_matrix(d, p, "cross_in", m->K, 2 * m->G, 1, 0);
        l->cross_out = sg_declare_matrix(d, p, "cross_out", m->G, m->K, 0.5, 0);
    }
}

#define DIM(name, lo, hi)                                                                          \
    {                                                                                              \
#name, offsetof(sg_egnet_dims, name), lo, hi                                               \
    }
const sg_egnet_dim sg_egnet_dim_table[] = {
    DIM(d, 8, 2048), DIM(K, 1, 256),  DIM(P, 1, 512),
    DIM(H, 1, 64),   DIM(F, 1, 8192), DIM(L, 1, SG_EGNET_MAX_LAYERS),
    DIM(C, 1, 512),  DIM(B, 1, 64),   DIM(Q, 0, 64),
    DIM(N, 1, 4096), DIM(U, 0, 512),  DIM(W, 0, 512),
    DIM(T, 0, 1000), DIM(A, 0, 16),   DIM(D, 0, 64),
    DIM(R, 0, 256),  DIM(O, 0, 64),   DIM(G, 0, 256),
    DIM(S, 0, 1),    {NULL, 0, 0, 0}};

/* columns of the distances between two nodes */
static int radial_columns(const sg_egnet_dims *m)
{
    return (m->A ? m->A * m->A : 1) * (m->D ? m->D : SG_EGNET_RBF);
}

static sg_status check_dims(const sg_egnet_dims *m, sg_error *err)
{
    for (const sg_egnet_dim *d = sg_egnet_dim_table; d->name; d++) {
        int value = *sg_egnet_dim_at(m, d);
        if (value < d->lo || value > d->hi)
            return sg_fail(err, SG_ELIMIT, "network size %s = %d, allowed are %d to %d", d->name,
                           value, d->lo, d->hi);
    }
    if (m->O && !m->R)
        return sg_fail(err, SG_ELIMIT, "network size O = %d needs input vectors", m->O);
    if (m->d % m->H != 0)
        return sg_fail(err, SG_ELIMIT, "network size d = %d is no multiple of H = %d", m->d, m->H);
    return SG_OK;
}

sg_status sg_egnet_init(sg_egnet *net, sg_params *ps, int outputs, const sg_egnet_dims *m,
                        int train, sg_error *err)
{
    sg_status s = check_dims(m, err);
    if (s != SG_OK)
        return s;
    sg_declare decl = {ps, SG_OK}, *d = &decl;
    *net = (sg_egnet){.outputs = outputs, .dims = *m};
    net->class_embed = sg_declare_table(d, "class_embed", m->C + 1, m->d, 0.5);
    net->bond_embed = sg_declare_table(d, "bond_embed", m->B + 1, m->P, 0.5);
    net->size_embed = sg_declare_table(d, "size_embed", m->N + 1, m->d, 0.1);
    net->time_w = sg_declare_matrix(d, "", "time.w", SG_EGNET_TIME, m->d, 1, 0);
    net->prop_w = m->Q ? sg_declare_matrix(d, "", "prop.w", SG_EGNET_PROP * m->Q, m->d, 1, 0) : -1;
    net->glob_b = sg_declare_vector(d, "", "glob.b", m->d);
    net->glob_w = sg_declare_matrix(d, "", "glob.w", m->d, m->d, 1, 1);
    int radial = m->D ? m->D : SG_EGNET_RBF;
    net->vec_x = sg_declare_matrix(d, "", "vec.x", m->R ? m->R : 1, m->K, m->R ? 1 : 0.5, 0);
    net->vec_s = m->R ? -1 : sg_declare_matrix(d, "", "vec.s", 1, m->K, 0.5, 0);
    net->rbf_mu = sg_declare_vector(d, "", "rbf.mu", radial);
    net->rbf_sigma = sg_declare_vector(d, "", "rbf.sigma", radial);
    net->rbf_x = sg_declare_matrix(d, "", "rbf.x", radial_columns(m), m->P, 1, 0);
    net->rbf_s = sg_declare_matrix(d, "", "rbf.s", radial_columns(m), m->P, 1, 0);
    net->pair_b = sg_declare_vector(d, "", "pair.b", m->P);
    net->feat_node = m->U ? sg_declare_matrix(d, "", "feat.node", m->U, m->d, 1, 0) : -1;
    net->feat_pair = m->W ? sg_declare_matrix(d, "", "feat.pair", m->W, m->P, 1, 0) : -1;
    for (int i = 0; i < m->L; i++)
        declare_layer(d, &net->layer[i], i, m);
    if (outputs & SG_EGNET_POINTS)
        net->vec_out = sg_declare_matrix(d, "", "vec_out.w", m->K, 1, 0, 0);
    if (outputs & SG_EGNET_TOKENS) {
        net->class_w = sg_declare_matrix(d, "", "class.w", m->d, m->C, 0.1, 0);
        net->class_b = sg_declare_vector(d, "", "class.b", m->C);
        net->bond_w = sg_declare_matrix(d, "", "bond.w", m->P, m->B, 0.1, 0);
        net->bond_b = sg_declare_vector(d, "", "bond.b", m->B);
    }
    if (outputs & SG_EGNET_VECTORS) {
        net->vec_out = sg_declare_matrix(d, "", "vec_out.w", m->K, m->O, 0, 0);
        net->m1_w = sg_declare_matrix(d, "", "m1.w", m->d, m->F, 1, 1);
        net->m1_b = sg_declare_vector(d, "", "m1.b", m->F);
        net->m2_w = sg_declare_matrix(d, "", "m2.w", m->F, m->O * m->R, 0, 0);
    }
    if (outputs & SG_EGNET_READOUT) {
        net->q1_w = sg_declare_matrix(d, "", "q1.w", m->d, m->d, 1, 1);
        net->q1_b = sg_declare_vector(d, "", "q1.b", m->d);
        net->q2_w = sg_declare_matrix(d, "", "q2.w", m->d, m->Q, 0.1, 0);
        net->q2_b = sg_declare_vector(d, "", "q2.b", m->Q);
    }
    if (outputs & SG_EGNET_PAIRS) {
        net->edge_w = sg_declare_matrix(d, "", "edge.w", m->P, 1, 0, 0);
        net->edge_b = sg_declare_vector(d, "", "edge.b", 1);
    }
    if (d->status != SG_OK)
        return sg_fail(err, d->status, "cannot declare the network's parameters");
    ps->p[net->rbf_mu].fixed = ps->p[net->rbf_sigma].fixed = 1;
    s = sg_params_alloc(ps, train, err);
    if (s != SG_OK)
        return s;
    sg_real *mu = ps->x + ps->p[net->rbf_mu].off, *sd = ps->x + ps->p[net->rbf_sigma].off;
    for (int r = 0; r < SG_EGNET_RBF && !m->D; r++) {
        mu[r] = (sg_real)(r < 23 ? 0.13 * (r + 1) : wide_mu[r - 23]);
        sd[r] = (sg_real)(r < 23 ? 0.13 : wide_sd[r - 23]);
    }
    return SG_OK;
}

/* tau(t) and the property features, one row a sample */
static void features(const sg_egnet *net, const sg_egnet_in *in, sg_tensor tau, sg_tensor prop)
{
    int Q = net->dims.Q;
    for (int s = 0; s < in->lay.n_samples; s++) {
        for (int j = 0; j < SG_EGNET_TIME / 2; j++) {
            double a = M_PI * (j + 1) * in->t[s];
            tau.x[s * SG_EGNET_TIME + j] = (sg_real)cos(a);
            tau.x[s * SG_EGNET_TIME + SG_EGNET_TIME / 2 + j] = (sg_real)sin(a);
        }
        for (int q = 0; q < Q && in->prop; q++) {
            sg_real *f = prop.x + (s * Q + q) * SG_EGNET_PROP;
            double y = in->prop[s * Q + q];
            if (!in->known[s * Q + q])
                continue; /* features start at 0 */
            f[0] = 1;
            f[1] = (sg_real)y;
            for (int k = 0; k < 6; k++)
                f[2 + k] = (sg_real)exp(-2.0 * (y - prop_centre[k]) * (y - prop_centre[k]));
        }
    }
}

/* g = silu(tau W + E_size[n] + props W + b) */
static sg_tensor global_row(const sg_egnet *net, sg_tape *t, const sg_egnet_in *in)
{
    int S = in->lay.n_samples;
    sg_tensor tau = sg_tensor_new(t, S, SG_EGNET_TIME), prop = {0};
    int *size = sg_arena_alloc(t->arena, (size_t)S, sizeof *size);
    if (net->dims.Q)
        prop = sg_tensor_new(t, S, SG_EGNET_PROP * net->dims.Q);
    if (t->status != SG_OK || !size) {
        t->status = SG_ENOMEM;
        return tau;
    }
    tau.dx = prop.dx = NULL;
    features(net, in, tau, prop);
    for (int s = 0; s < S; s++) {
        int n = in->lay.node0[s + 1] - in->lay.node0[s];
        size[s] = n < net->dims.N ? n : net->dims.N;
    }
    sg_tensor g = sg_linear2(t, tau, net->time_w, prop, net->prop_w, net->glob_b, SG_ACT_NONE);
    sg_embed_into(t, g, net->size_embed, size);
    return sg_silu(t, g);
}

static void layer(const sg_egnet *net, int i, sg_tape *t, const sg_layout *lay, sg_tensor g,
                  sg_tensor h, sg_tensor z, sg_tensor *X)
{
    const sg_egnet_layer *l = &net->layer[i];
    int d = net->dims.d, P = net->dims.P, H = net->dims.H, K = net->dims.K;
    int way = net->dims.S ? 2 : 1;
    sg_tensor mod = sg_linear(t, g, l->mod_w, l->mod_b, SG_ACT_NONE);
    sg_tensor hn = sg_norm_mod(t, lay, h, sg_cols(mod, 0, d), sg_cols(mod, d, d));
    sg_tensor a = sg_linear(t, hn, l->in_w, l->in_b, SG_ACT_NONE);
    sg_tensor A = sg_linear(t, *X, l->vec_a, -1, SG_ACT_NONE);
    sg_tensor e = sg_vec_dist(t, lay, A);
    sg_tensor m = sg_linear(t, e, l->dist_w, -1, SG_ACT_NONE);
    sg_pair_mix_into(t, lay, m, z, sg_cols(a, 3 * d, way * P), sg_cols(a, 3 * d + way * P, P));
    sg_tensor f = sg_linear(t, sg_norm(t, m), l->p1_w, l->p1_b, SG_ACT_SILU);
    sg_tensor y = sg_linear(t, f, l->p2_w, l->p2_b, SG_ACT_NONE);
    sg_add_into(t, z, sg_cols(y, 0, P));
    sg_tensor V = sg_vec_pull(t, lay, A, e, sg_cols(y, P + way * H, way * K));
    *X = sg_linear_add(t, *X, V, l->vec_x, -1);
    sg_tensor o = sg_attention(t, lay, sg_cols(a, 0, d), sg_cols(a, d, d), sg_cols(a, 2 * d, d),
                               sg_cols(y, P, way * H), H);
    sg_linear_into(t, h, o, l->out_w, l->out_b);
    sg_linear_into(t, h, sg_pair_sum(t, lay, z, 0.3, way > 1), l->sum_w, -1);
    hn = sg_norm_mod(t, lay, h, sg_cols(mod, 2 * d, d), sg_cols(mod, 3 * d, d));
    f = sg_linear2(t, hn, l->f1_w, sg_vec_norm(t, *X), l->fr_w, l->f1_b, SG_ACT_SILU);
    y = sg_linear(t, f, l->f2_w, l->f2_b, SG_ACT_NONE);
    sg_add_into(t, h, sg_cols(y, 0, d));
    sg_tensor W = sg_linear(t, *X, l->vec_v, -1, SG_ACT_NONE);
    *X = sg_vec_gate(t, *X, sg_cols(y, d, K), W);
    if (net->dims.G)
        *X = sg_linear_add(t, *X, sg_vec_cross(t, sg_linear(t, *X, l->cross_in, -1, SG_ACT_NONE)),
                           l->cross_out, -1);
}

/* Displacements fade towards the data, where little is left to correct. */
static sg_tensor fade(const sg_egnet *net, sg_tape *t, const sg_egnet_in *in, sg_tensor y)
{
    if (!net->dims.T)
        return y;
    sg_tensor f = sg_tensor_raw(t, y.rows, 1);
    if (t->status != SG_OK)
        return y;
    f.dx = NULL;
    for (int s = 0; s < in->lay.n_samples; s++)
        for (int r = 3 * in->lay.node0[s]; r < 3 * in->lay.node0[s + 1]; r++)
            f.x[r] = (sg_real)fmin(1, net->dims.T * (1 - in->t[s]));
    return sg_row_scale(t, y, f, 0);
}

void sg_egnet_forward(const sg_egnet *net, sg_tape *t, const sg_egnet_in *in, sg_egnet_out *out)
{
    const sg_layout *lay = &in->lay;
    int n = lay->n_nodes;
    sg_tensor none = {0};
    *out = (sg_egnet_out){none, none, none, none, none, none};
    sg_tensor g = global_row(net, t, in);
    sg_tensor h = sg_tensor_new(t, n, net->dims.d);
    int self = in->xs != NULL, R = net->dims.R, A = net->dims.A ? net->dims.A : 1;
    sg_tensor x = sg_tensor_const(in->x, 3 * n, A), xs = sg_tensor_const(in->xs, 3 * n, A);
    sg_tensor vec = R ? sg_tensor_const(in->vec, 3 * n, R) : x;
    sg_tensor feat = sg_tensor_const(in->node_feat, n, net->dims.U);
    if (t->grad) {
        x.dx = in->dx;
        vec.dx = R ? in->dvec : in->dx;
        feat.dx = in->dnode;
    }
    sg_tensor X = sg_linear2(t, vec, net->vec_x, xs, self && !R ? net->vec_s : -1, -1, SG_ACT_NONE);
    sg_tensor z = sg_tensor_new(t, lay->n_pairs, net->dims.P);
    if (t->status != SG_OK)
        return;
    sg_embed_into(t, h, net->class_embed, in->cls);
    size_t mark = sg_arena_mark(t->arena);
    sg_spread_into(t, lay, h, sg_linear(t, g, net->glob_w, -1, SG_ACT_NONE));
    sg_linear_into(t, z, sg_pair_rbf(t, lay, x, net->rbf_mu, net->rbf_sigma), net->rbf_x,
                   net->pair_b);
    if (self)
        sg_linear_into(t, z, sg_pair_rbf(t, lay, xs, net->rbf_mu, net->rbf_sigma), net->rbf_s, -1);
    sg_embed_into(t, z, net->bond_embed, in->pair);
    if (net->dims.U)
        sg_linear_into(t, h, feat, net->feat_node, -1);
    if (net->dims.W && in->pair_feat)
        sg_linear_into(t, z, sg_tensor_const(in->pair_feat, lay->n_pairs, net->dims.W),
                       net->feat_pair, -1);
    t->inner = 1;
    for (int i = 0; i < net->dims.L && t->status == SG_OK; i++) {
        if (!t->grad)
            sg_arena_rewind(t->arena, mark);
        layer(net, i, t, lay, g, h, z, &X);
    }
    t->inner = 0;
    if (t->status != SG_OK)
        return;
    sg_tensor hf = sg_norm(t, h), zf = none;
    if (net->outputs & SG_EGNET_POINTS) {
        out->x1 = fade(net, t, in, sg_linear(t, X, net->vec_out, -1, SG_ACT_NONE));
        sg_add_into(t, out->x1, x);
    }
    if (net->outputs & SG_EGNET_TOKENS) {
        out->cls = sg_linear(t, hf, net->class_w, net->class_b, SG_ACT_NONE);
        zf = sg_norm(t, z);
        out->pair = sg_linear(t, zf, net->bond_w, net->bond_b, SG_ACT_NONE);
    }
    if (net->outputs & SG_EGNET_PAIRS) {
        zf = zf.x ? zf : sg_norm(t, z);
        out->edge = sg_linear(t, zf, net->edge_w, net->edge_b, SG_ACT_NONE);
    }
    if (net->outputs & SG_EGNET_VECTORS) {
        sg_tensor mix = sg_linear(t, hf, net->m1_w, net->m1_b, SG_ACT_SILU);
        mix = sg_linear(t, mix, net->m2_w, -1, SG_ACT_NONE);
        out->vec = sg_linear_add(t, sg_vec_mix(t, mix, vec), X, net->vec_out, -1);
    }
    if (net->outputs & SG_EGNET_READOUT) {
        sg_tensor q = sg_mean_nodes(t, lay, hf);
        q = sg_linear(t, q, net->q1_w, net->q1_b, SG_ACT_SILU);
        out->prop = sg_linear(t, q, net->q2_w, net->q2_b, SG_ACT_NONE);
    }
}

void sg_egnet_centre(const sg_layout *l, sg_real *x)
{
    for (int s = 0; s < l->n_samples; s++)
        for (int c = 0; c < 3; c++) {
            int a = l->node0[s], b = l->node0[s + 1];
            double m = 0;
            for (int i = a; i < b; i++)
                m += (double)x[3 * i + c] / (b - a);
            for (int i = a; i < b; i++)
                x[3 * i + c] = (sg_real)((double)x[3 * i + c] - m);
        }
}

size_t sg_egnet_bytes(const sg_egnet *net, size_t nodes, size_t pairs, size_t samples)
{
    const sg_egnet_dims *m = &net->dims;
    size_t d = (size_t)m->d, P = (size_t)m->P, K = (size_t)m->K, F = (size_t)m->F;
    size_t vec = (size_t)(m->R + m->O + 9 * m->G + m->A);
    size_t per_node =
        14 * d + 4 * P + 30 * K + 2 * F + (size_t)(m->C + m->U + m->O * m->R) + 3 * vec + 64;
    size_t per_pair = 2 * (size_t)radial_columns(m) + 8 * P + 5 * K + 4 * (size_t)m->H +
                      (size_t)(m->B + m->W) + 32;
    size_t per_sample = 8 * d + (size_t)(SG_EGNET_PROP * m->Q) + 64;
    return (nodes * per_node + pairs * per_pair + samples * per_sample + 8 * 1024) *
               sizeof(sg_real) +
           (size_t)256 * 256 * 12 + ((size_t)1 << 20);
}
