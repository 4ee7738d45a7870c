/* Row-wise operations: linear layers, normalisation, activation, tables, means. */
#ifndef SG_NN_KERN_ROWS_H
#define SG_NN_KERN_ROWS_H

#include "kern_gemm.h"

/* ---- LINEAR: out = act(in0 W0 + in1 W1 + b) [+ in2] ----------------------------------------- */

static void linear_fwd(const sg_node *n)
{
    const sg_tensor *y = &n->out;
    int add = n->add;
    if (n->in[2].x) { /* residual */
        if (n->in[2].x != y->x)
            for (int r = 0; r < y->rows; r++)
                r_copy(y->x + (long)r * y->ld, n->in[2].x + (long)r * n->in[2].ld, y->cols);
        add = 1;
    }
    for (int s = 0; s < 2; s++)
        if (n->w[s].w) {
            gemm(y->x, y->ld, n->in[s].x, n->in[s].ld, 1, n->w[s].w, n->w[s].cols, y->rows, y->cols,
                 n->w[s].rows, add);
            add = 1;
        }
    const sg_real *b = n->w[2].w;
    if (!b && n->act == SG_ACT_NONE)
        return;
    for (int r = 0; r < y->rows; r++) {
        sg_real *p = y->x + (long)r * y->ld;
        sg_real *pre = n->save ? n->save + (long)r * y->cols : NULL;
        for (int c = 0; c < y->cols; c += LANES) {
            int m = y->cols - c;
            vec v = ld_part(p + c, m);
            if (b)
                v += ld_part(b + c, m);
            if (n->act != SG_ACT_NONE) {
                if (pre)
                    st_part(pre + c, v, m);
                v = vact(v, n->act);
            }
            st_part(p + c, v, m);
        }
    }
}

static void linear_bwd(const sg_node *n)
{
    const sg_tensor *y = &n->out;
    const sg_real *d = y->dx;
    long ldd = y->ld;
    if (n->act != SG_ACT_NONE) {
        d = n->scratch;
        ldd = y->cols;
        for (int r = 0; r < y->rows; r++) {
            const sg_real *pre = n->save + (long)r * y->cols, *dy = y->dx + (long)r * y->ld;
            sg_real *o = n->scratch + (long)r * y->cols;
            for (int c = 0; c < y->cols; c += LANES) {
                int m = y->cols - c;
                st_part(o + c, ld_part(dy + c, m) * vact_d(ld_part(pre + c, m), n->act), m);
            }
        }
    }
    for (int s = 0; s < 2; s++) {
        const sg_i_weight *w = &n->w[s];
        if (!w->w)
            continue;
        if (n->in[s].dx)
            gemm(n->in[s].dx, n->in[s].ld, d, ldd, 1, w->wt, w->rows, y->rows, w->rows, w->cols,
                 !n->first[s]);
        if (w->dw)
            gemm(w->dw, w->cols, n->in[s].x, 1, n->in[s].ld, d, ldd, w->rows, w->cols, y->rows, 1);
    }
    if (n->w[2].dw)
        for (int r = 0; r < y->rows; r++)
            r_add(n->w[2].dw, d + r * ldd, y->cols);
    if (n->in[2].dx)
        for (int r = 0; r < y->rows; r++)
            r_add(n->in[2].dx + (long)r * n->in[2].ld, y->dx + (long)r * y->ld, y->cols);
}

/* ---- NORM: (x - mean)/sqrt(var + 1e-5) (1 + scale_s) + shift_s ------------------------------- */

INLINE sg_real r_sum(const sg_real *x, int n)
{
    vec s = splat(0);
    int c = 0;
    for (; c + LANES <= n; c += LANES)
        s += ld(x + c);
    if (c < n)
        s += ld_part(x + c, n - c);
    return hsum(s);
}

INLINE sg_real r_dot(const sg_real *x, const sg_real *y, int n)
{
    vec s = splat(0);
    int c = 0;
    for (; c + LANES <= n; c += LANES)
        s += ld(x + c) * ld(y + c);
    if (c < n)
        s += ld_part(x + c, n - c) * ld_part(y + c, n - c);
    return hsum(s);
}

/* y = (x - mean)/sd; y may be x */
INLINE void norm_row(sg_real *y, const sg_real *x, int n, sg_real *inv)
{
    vec mean = splat(r_sum(x, n) / (sg_real)n);
    for (int c = 0; c < n; c += LANES)
        st_part(y + c, ld_part(x + c, n - c) - mean, n - c);
    sg_real var = r_dot(y, y, n) / (sg_real)n;
    sg_real r = rsqrt1(var + (sg_real)1e-5);
    for (int c = 0; c < n; c += LANES)
        st_part(y + c, ld_part(y + c, n - c) * splat(r), n - c);
    *inv = r;
}

/* in0 x, in1 scale, in2 shift; save: normalised rows, save2: 1/sd per row */
static void norm_fwd(const sg_node *n)
{
    const sg_tensor *x = &n->in[0], *y = &n->out;
    int cols = y->cols, samples = n->lay ? n->lay->n_samples : 1;
    for (int s = 0; s < samples; s++) {
        int r0 = n->lay ? n->lay->node0[s] : 0, r1 = n->lay ? n->lay->node0[s + 1] : y->rows;
        const sg_real *sc = n->lay ? n->in[1].x + (long)s * n->in[1].ld : NULL;
        const sg_real *sh = n->lay ? n->in[2].x + (long)s * n->in[2].ld : NULL;
        for (int r = r0; r < r1; r++) {
            sg_real inv, *o = y->x + (long)r * y->ld;
            norm_row(o, x->x + (long)r * x->ld, cols, &inv);
            if (n->save2)
                n->save2[r] = inv;
            if (!sc)
                continue;
            if (n->save)
                r_copy(n->save + (long)r * cols, o, cols);
            for (int c = 0; c < cols; c += LANES) {
                int m = cols - c;
                st_part(o + c,
                        ld_part(o + c, m) * (splat(1) + ld_part(sc + c, m)) + ld_part(sh + c, m),
                        m);
            }
        }
    }
}

static void norm_bwd(const sg_node *n)
{
    const sg_tensor *x = &n->in[0], *y = &n->out;
    int cols = y->cols, samples = n->lay ? n->lay->n_samples : 1;
    sg_real *g = n->scratch;
    for (int s = 0; s < samples; s++) {
        int r0 = n->lay ? n->lay->node0[s] : 0, r1 = n->lay ? n->lay->node0[s + 1] : y->rows;
        const sg_real *sc = n->lay ? n->in[1].x + (long)s * n->in[1].ld : NULL;
        sg_real *dsc = n->lay ? n->in[1].dx + (long)s * n->in[1].ld : NULL;
        sg_real *dsh = n->lay ? n->in[2].dx + (long)s * n->in[2].ld : NULL;
        for (int r = r0; r < r1; r++) {
            const sg_real *dy = y->dx + (long)r * y->ld;
            const sg_real *u = n->lay ? n->save + (long)r * cols : y->x + (long)r * y->ld;
            if (sc) {
                r_muladd(dsc, dy, u, cols);
                r_add(dsh, dy, cols);
                for (int c = 0; c < cols; c += LANES)
                    st_part(g + c,
                            ld_part(dy + c, cols - c) * (splat(1) + ld_part(sc + c, cols - c)),
                            cols - c);
                dy = g;
            }
            if (!x->dx)
                continue;
            sg_real m = r_sum(dy, cols) / (sg_real)cols, q = r_dot(dy, u, cols) / (sg_real)cols;
            sg_real *dx = x->dx + (long)r * x->ld, inv = n->save2[r];
            for (int c = 0; c < cols; c += LANES) {
                int k = cols - c;
                vec t = ld_part(dy + c, k) - splat(m) - ld_part(u + c, k) * splat(q);
                st_part(dx + c, ld_part(dx + c, k) + splat(inv) * t, k);
            }
        }
    }
}

/* ---- ADD: out += in0 ------------------------------------------------------------------------- */

static void add_fwd(const sg_node *n)
{
    for (int r = 0; r < n->out.rows; r++)
        r_add(n->out.x + (long)r * n->out.ld, n->in[0].x + (long)r * n->in[0].ld, n->out.cols);
}

static void add_bwd(const sg_node *n)
{
    if (!n->in[0].dx)
        return;
    for (int r = 0; r < n->out.rows; r++)
        r_add(n->in[0].dx + (long)r * n->in[0].ld, n->out.dx + (long)r * n->out.ld, n->out.cols);
}

/* ---- ACT: out = act(in0) ------------------------------------------------------------------- */

static void act_fwd(const sg_node *n)
{
    const sg_tensor *x = &n->in[0], *y = &n->out;
    for (int r = 0; r < y->rows; r++)
        for (int c = 0; c < y->cols; c += LANES) {
            int m = y->cols - c;
            vec v = ld_part(x->x + (long)r * x->ld + c, m);
            st_part(y->x + (long)r * y->ld + c, vact(v, n->act), m);
        }
}

static void act_bwd(const sg_node *n)
{
    if (!n->in[0].dx)
        return;
    const sg_tensor *x = &n->in[0], *y = &n->out;
    for (int r = 0; r < y->rows; r++)
        for (int c = 0; c < y->cols; c += LANES) {
            int m = y->cols - c;
            sg_real *dx = x->dx + (long)r * x->ld + c;
            vec d = ld_part(y->dx + (long)r * y->ld + c, m) *
                    vact_d(ld_part(x->x + (long)r * x->ld + c, m), n->act);
            st_part(dx, ld_part(dx, m) + d, m);
        }
}

/* ---- ROW_SCALE: out_r = f(g_r) in0_r; in1 g; act: f is the sigmoid, else the identity ----------
 */

INLINE sg_real row_factor(const sg_node *n, int r)
{
    sg_real g = n->in[1].x[(long)r * n->in[1].ld];
    return n->act ? (splat(1) / (splat(1) + vexp(splat(-g))))[0] : g;
}

static void row_scale_fwd(const sg_node *n)
{
    const sg_tensor *x = &n->in[0], *y = &n->out;
    for (int r = 0; r < y->rows; r++) {
        vec f = splat(row_factor(n, r));
        for (int c = 0; c < y->cols; c += LANES) {
            int m = y->cols - c;
            st_part(y->x + (long)r * y->ld + c, f * ld_part(x->x + (long)r * x->ld + c, m), m);
        }
    }
}

static void row_scale_bwd(const sg_node *n)
{
    const sg_tensor *x = &n->in[0], *g = &n->in[1], *y = &n->out;
    for (int r = 0; r < y->rows; r++) {
        const sg_real *d = y->dx + (long)r * y->ld;
        sg_real f = row_factor(n, r);
        if (x->dx)
            r_axpy(x->dx + (long)r * x->ld, f, d, y->cols);
        if (g->dx)
            g->dx[(long)r * g->ld] +=
                r_dot(d, x->x + (long)r * x->ld, y->cols) * (n->act ? f * (1 - f) : 1);
    }
}

/* ---- EMBED: out_r += table[idx_r];  GATHER: out_r = in_idx_r;  SPREAD: out_i += in_s;  MEAN_NODES
 */

static void embed_fwd(const sg_node *n)
{
    for (int r = 0; r < n->out.rows; r++)
        r_add(n->out.x + (long)r * n->out.ld, n->w[0].w + (long)n->idx[r] * n->w[0].cols,
              n->out.cols);
}

static void embed_bwd(const sg_node *n)
{
    if (!n->w[0].dw)
        return;
    for (int r = 0; r < n->out.rows; r++)
        r_add(n->w[0].dw + (long)n->idx[r] * n->w[0].cols, n->out.dx + (long)r * n->out.ld,
              n->out.cols);
}

static void gather_fwd(const sg_node *n)
{
    for (int r = 0; r < n->out.rows; r++)
        r_copy(n->out.x + (long)r * n->out.ld, n->in[0].x + (long)n->idx[r] * n->in[0].ld,
               n->out.cols);
}

static void gather_bwd(const sg_node *n)
{
    if (!n->in[0].dx)
        return;
    for (int r = 0; r < n->out.rows; r++)
        r_add(n->in[0].dx + (long)n->idx[r] * n->in[0].ld, n->out.dx + (long)r * n->out.ld,
              n->out.cols);
}

static void spread_fwd(const sg_node *n)
{
    for (int s = 0; s < n->lay->n_samples; s++)
        for (int i = n->lay->node0[s]; i < n->lay->node0[s + 1]; i++)
            r_add(n->out.x + (long)i * n->out.ld, n->in[0].x + (long)s * n->in[0].ld, n->out.cols);
}

static void spread_bwd(const sg_node *n)
{
    if (!n->in[0].dx)
        return;
    for (int s = 0; s < n->lay->n_samples; s++)
        for (int i = n->lay->node0[s]; i < n->lay->node0[s + 1]; i++)
            r_add(n->in[0].dx + (long)s * n->in[0].ld, n->out.dx + (long)i * n->out.ld,
                  n->out.cols);
}

static void mean_nodes_fwd(const sg_node *n)
{
    for (int s = 0; s < n->lay->n_samples; s++) {
        int i0 = n->lay->node0[s], i1 = n->lay->node0[s + 1];
        sg_real *o = n->out.x + (long)s * n->out.ld, w = (sg_real)1 / (sg_real)(i1 - i0);
        r_zero(o, n->out.cols);
        for (int i = i0; i < i1; i++)
            r_axpy(o, w, n->in[0].x + (long)i * n->in[0].ld, n->out.cols);
    }
}

static void mean_nodes_bwd(const sg_node *n)
{
    if (!n->in[0].dx)
        return;
    for (int s = 0; s < n->lay->n_samples; s++) {
        int i0 = n->lay->node0[s], i1 = n->lay->node0[s + 1];
        sg_real w = (sg_real)1 / (sg_real)(i1 - i0);
        for (int i = i0; i < i1; i++)
            r_axpy(n->in[0].dx + (long)i * n->in[0].ld, w, n->out.dx + (long)s * n->out.ld,
                   n->out.cols);
    }
}

#endif
