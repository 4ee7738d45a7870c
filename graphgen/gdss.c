#include <config.h>

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "gdss.h"

/* ---- parameters ------------------------------------------------------------------------------ */

#define DIM(name, lo, hi)                                                                          \
    {                                                                                              \
#name, offsetof(sg_gdss_dims, name), lo, hi                                                \
    }
const sg_egnet_dim sg_gdss_dim_table[] = {DIM(F, 1, 512),
                                          DIM(depth, 1, SG_GDSS_MAX_LAYERS),
                                          DIM(L, 2, SG_GDSS_MAX_LAYERS),
                                          DIM(d, 1, 1024),
                                          DIM(H, 1, 64),
                                          DIM(c_init, 1, SG_GDSS_MAX_CHANNELS),
                                          DIM(c_hid, 1, SG_GDSS_MAX_CHANNELS),
                                          DIM(c_final, 1, SG_GDSS_MAX_CHANNELS),
                                          {NULL, 0, 0, 0}};

static int channels(const sg_gdss_dims *m, int layer)
{
    return layer == 0 ? m->c_init : layer < m->L ? m->c_hid : m->c_final;
}

/* channels of all layers together, the input's included */
static int all_channels(const sg_gdss_dims *m)
{
    return m->c_init + m->c_hid * (m->L - 1) + m->c_final;
}

static int hidden(const sg_gdss_dims *m, int layer)
{
    int a = channels(m, layer), b = channels(m, layer + 1);
    return 2 * (a > b ? a : b);
}

/* name.w (rows, cols) with entries of variance sd2, name.b */
static void affine(sg_declare *d, int p[2], const char *name, int rows, int cols, double sd2)
{
    char full[64];
    snprintf(full, sizeof full, "%s.", name);
    p[0] = sg_declare_matrix(d, full, "w", rows, cols, sqrt(sd2 * rows), 1);
    p[1] = sg_declare_vector(d, full, "b", cols);
}

/* a convolution's start values [GB10]: variance 2/(rows + cols) */
static void convolution(sg_declare *d, int p[2], const char *name, int rows, int cols)
{
    affine(d, p, name, rows, cols, 2.0 / (rows + cols));
}

/* a linear layer's: 1/(3 rows), that of U(-1, 1)/sqrt(rows) */
static void linear(sg_declare *d, int p[2], const char *name, int rows, int cols)
{
    affine(d, p, name, rows, cols, 1.0 / (3 * rows));
}

/* Layer l: a convolution each for queries, keys and values of every channel. What the last layer
 * would tell the nodes is read by nothing: it has no values and no net of the nodes. */
static void declare_layer(sg_declare *d, sg_gdss_layer *y, const sg_gdss_dims *m, int l)
{
    char name[32];
    int C = channels(m, l), h = hidden(m, l), in = l ? m->d : m->F;
    for (int c = 0; c < C; c++) {
        int *p[] = {y->q[c], y->k[c], y->v[c]};
        for (int k = 0; k < (l < m->L - 1 ? 3 : 2); k++) {
            snprintf(name, sizeof name, "a%d.%c%d", l, "qkv"[k], c);
            convolution(d, p[k], name, in, m->d);
        }
    }
    for (int k = 0; k < 2 && l < m->L - 1; k++) {
        snprintf(name, sizeof name, "a%d.node%d", l, k);
        linear(d, y->node[k], name, k ? h : C * m->d, k ? m->d : h);
    }
    snprintf(name, sizeof name, "a%d.", l);
    y->att = sg_declare_matrix(d, name, "att.w", C, h, sqrt(1.0 / 6), 1);
    y->adj = sg_declare_matrix(d, name, "adj.w", C, h, sqrt(1.0 / 6), 1);
    y->pair_b = sg_declare_vector(d, name, "adj.b", h);
    snprintf(name, sizeof name, "a%d.pair", l);
    linear(d, y->pair, name, h, channels(m, l + 1));
}

/* three layers of width 2 rows */
static void declare_readout(sg_declare *d, int p[3][2], const char *prefix, int rows, int cols)
{
    for (int k = 0; k < 3; k++) {
        char name[32];
        snprintf(name, sizeof name, "%s.out%d", prefix, k);
        linear(d, p[k], name, k ? 2 * rows : rows, k < 2 ? 2 * rows : cols);
    }
}

sg_status sg_gdss_init(sg_gdss *net, sg_params *ps, const sg_gdss_dims *m, int train, sg_error *err)
{
    memset(net, 0, sizeof *net);
    sg_params_init(ps);
    for (const sg_egnet_dim *d = sg_gdss_dim_table; d->name; d++) {
        int value = *(const int *)((const char *)m + d->off);
        if (value < d->lo || value > d->hi)
            return sg_fail(err, SG_ELIMIT, "network size %s = %d, allowed are %d to %d", d->name,
                           value, d->lo, d->hi);
    }
    if (m->d % m->H != 0)
        return sg_fail(err, SG_ELIMIT, "width %d is no multiple of %d heads", m->d, m->H);
    net->dims = *m;
    sg_declare d = {ps, SG_OK};
    for (int k = 0; k < m->depth; k++) {
        char name[32];
        snprintf(name, sizeof name, "x.conv%d", k);
        convolution(&d, net->conv[k], name, k ? m->d : m->F, m->d);
    }
    declare_readout(&d, net->node, "x", m->F + m->depth * m->d, m->F);
    for (int l = 0; l < m->L; l++)
        declare_layer(&d, &net->layer[l], m, l);
    declare_readout(&d, net->pair, "a", all_channels(m), 1);
    if (d.status != SG_OK)
        return sg_fail(err, d.status, "no memory for a network's parameters");
    return sg_params_alloc(ps, train, err);
}

/* ---- forward --------------------------------------------------------------------------------- */

static sg_tensor readout(sg_tape *t, const int p[3][2], sg_tensor x)
{
    sg_tensor y = sg_linear(t, x, p[0][0], p[0][1], SG_ACT_ELU);
    y = sg_linear(t, y, p[1][0], p[1][1], SG_ACT_ELU);
    return sg_linear(t, y, p[2][0], p[2][1], SG_ACT_NONE);
}

static sg_tensor x_network(const sg_gdss *net, sg_tape *t, const sg_layout *lay, sg_tensor x,
                           sg_tensor a)
{
    const sg_gdss_dims *m = &net->dims;
    sg_tensor all = sg_tensor_new(t, lay->n_nodes, m->F + m->depth * m->d), h = x;
    sg_add_into(t, sg_cols(all, 0, m->F), x);
    for (int k = 0; k < m->depth; k++) {
        h = sg_linear(t, sg_propagate(t, lay, h, a), net->conv[k][0], net->conv[k][1], SG_ACT_TANH);
        sg_add_into(t, sg_cols(all, m->F + k * m->d, m->d), h);
    }
    return readout(t, net->node, all);
}

/* A, A^2, .. of each sample into the first columns of y; diagonals are left out only at the end. */
static void powers(sg_tape *t, const sg_gdss_in *in, int count, sg_tensor y)
{
    const sg_layout *l = &in->lay;
    size_t square = (size_t)l->max_nodes * (size_t)l->max_nodes, mark = sg_arena_mark(t->arena);
    sg_real *A = sg_arena_alloc(t->arena, 3 * square, sizeof *A), *P = A + square, *Q = P + square;
    if (!A)
        t->status = SG_ENOMEM;
    for (int s = 0; s < l->n_samples && A; s++) {
        int n = l->node0[s + 1] - l->node0[s], p = l->pair0[s];
        for (int i = 0; i < n; i++) {
            A[i * n + i] = 0;
            for (int j = i + 1; j < n; j++, p++)
                A[i * n + j] = A[j * n + i] = in->a[p];
        }
        memcpy(P, A, (size_t)n * (size_t)n * sizeof *P);
        for (int k = 0; k < count; k++) {
            p = l->pair0[s];
            for (int i = 0; i < n; i++)
                for (int j = i + 1; j < n; j++, p++)
                    y.x[(long)p * y.ld + k] = P[i * n + j];
            memset(Q, 0, (size_t)n * (size_t)n * sizeof *Q);
            for (int i = 0; i < n; i++)
                for (int u = 0; u < n; u++)
                    for (int j = 0; j < n; j++)
                        Q[i * n + j] += P[i * n + u] * A[u * n + j];
            memcpy(P, Q, (size_t)n * (size_t)n * sizeof *P);
        }
    }
    sg_arena_rewind(t->arena, mark);
}

/* One convolution for each of the C channels, side by side. */
static sg_tensor convolve(sg_tape *t, sg_tensor y, const int (*w)[2], int C, int in, int d)
{
    sg_tensor out = sg_tensor_new(t, y.rows, C * d);
    for (int c = 0; c < C; c++)
        sg_linear_into(t, sg_cols(out, c * d, d), sg_cols(y, c * in, in), w[c][0], w[c][1]);
    return out;
}

static sg_tensor a_network(const sg_gdss *net, sg_tape *t, const sg_gdss_in *in, sg_tensor x)
{
    const sg_gdss_dims *m = &net->dims;
    const sg_layout *lay = &in->lay;
    sg_tensor all = sg_tensor_new(t, lay->n_pairs, all_channels(m)), h = x;
    if (t->status == SG_OK)
        powers(t, in, m->c_init, all);
    for (int l = 0, at = 0; l < m->L; l++) {
        const sg_gdss_layer *y = &net->layer[l];
        int C = channels(m, l);
        sg_tensor adj = sg_cols(all, at, C), s = sg_propagate(t, lay, h, adj);
        sg_tensor q = convolve(t, s, y->q, C, h.cols, m->d);
        sg_tensor k = convolve(t, s, y->k, C, h.cols, m->d);
        sg_tensor att = sg_pair_tanh(t, lay, q, k, C, m->H, 1 / sqrt(m->d));
        sg_tensor u = sg_linear2(t, att, y->att, adj, y->adj, y->pair_b, SG_ACT_ELU);
        u = sg_linear(t, u, y->pair[0], y->pair[1], SG_ACT_NONE);
        at += C;
        sg_tensor next = sg_cols(all, at, channels(m, l + 1));
        sg_add_into(t, next, u); /* the sum with the transpose, which is the same */
        sg_add_into(t, next, u);
        if (l == m->L - 1)
            break;
        sg_tensor v = convolve(t, s, y->v, C, h.cols, m->d);
        v = sg_linear(t, v, y->node[0][0], y->node[0][1], SG_ACT_ELU);
        h = sg_linear(t, v, y->node[1][0], y->node[1][1], SG_ACT_TANH);
    }
    return readout(t, net->pair, all);
}

void sg_gdss_forward(const sg_gdss *net, sg_tape *t, const sg_gdss_in *in, sg_gdss_out *out)
{
    sg_tensor x = sg_tensor_const(in->x, in->lay.n_nodes, net->dims.F);
    out->x = x_network(net, t, &in->lay, x, sg_tensor_const(in->a, in->lay.n_pairs, 1));
    out->a = a_network(net, t, in, x);
}

size_t sg_gdss_bytes(const sg_gdss *net, size_t nodes, size_t pairs, size_t max_nodes)
{
    const sg_gdss_dims *m = &net->dims;
    size_t d = (size_t)m->d, F = (size_t)m->F, x = F + (size_t)m->depth * d;
    size_t a = (size_t)all_channels(m), C = SG_GDSS_MAX_CHANNELS;
    size_t per_node = 5 * x + F, per_pair = 5 * a + 1, square = max_nodes * (max_nodes + 16);
    for (int l = 0; l < m->L; l++) {
        size_t c = (size_t)channels(m, l), in = l ? d : F, h = (size_t)hidden(m, l);
        per_node += c * (in + 3 * d) + h + d;
        per_pair += c + h + (size_t)channels(m, l + 1);
    }
    return (nodes * (per_node + 2 * C) + pairs * per_pair + 3 * square + (max_nodes + 16) * 2 * d +
            16 * 64 * (size_t)(m->L + m->depth)) *
               sizeof(sg_real) +
           ((size_t)1 << 16);
}
