/* Graph networks on weighted graphs given by their pairs: PROPAGATE and PAIR_TANH. */
#ifndef SG_NN_KERN_GRAPH_H
#define SG_NN_KERN_GRAPH_H

#include "kern_attn.h"

/* ---- PROPAGATE: in0 x (nodes, F), in1 a (pairs, C); scratch: degrees, derivatives by 1/sqrt ----
 */

/* r (nodes, C) = 1/sqrt(max(1, degree)) */
static void propagate_roots(const sg_node *n, sg_real *r)
{
    int C = n->in[1].cols;
    for (long i = 0; i < (long)n->out.rows * C; i++)
        r[i] = 1;
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        r_add(r + (long)i * C, ROW(n->in[1], p), C);
        r_add(r + (long)j * C, ROW(n->in[1], p), C);
        (void)cnt;
    }
    for (long i = 0; i < (long)n->out.rows * C; i++)
        r[i] = r[i] > 1 ? rsqrt1(r[i]) : 1;
}

static void propagate_fwd(const sg_node *n)
{
    int F = n->in[0].cols, C = n->in[1].cols;
    sg_real *r = n->scratch;
    propagate_roots(n, r);
    for (int i = 0; i < n->out.rows; i++)
        for (int c = 0; c < C; c++) {
            sg_real *y = ROW(n->out, i) + c * F, ri = r[(long)i * C + c];
            r_zero(y, F);
            r_axpy(y, ri * ri, ROW(n->in[0], i), F);
        }
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        for (int c = 0; c < C; c++) {
            sg_real w = ROW(n->in[1], p)[c] * r[(long)i * C + c] * r[(long)j * C + c];
            r_axpy(ROW(n->out, i) + c * F, w, ROW(n->in[0], j), F);
            r_axpy(ROW(n->out, j) + c * F, w, ROW(n->in[0], i), F);
        }
        (void)cnt;
    }
}

static void propagate_bwd(const sg_node *n)
{
    int F = n->in[0].cols, C = n->in[1].cols;
    sg_real *r = n->scratch, *dr = r + (long)n->out.rows * C;
    propagate_roots(n, r);
    for (int i = 0; i < n->out.rows; i++)
        for (int c = 0; c < C; c++) {
            const sg_real *dy = DROW(n->out, i) + c * F;
            sg_real ri = r[(long)i * C + c];
            dr[(long)i * C + c] = 2 * ri * r_dot(dy, ROW(n->in[0], i), F);
            if (n->in[0].dx)
                r_axpy(DROW(n->in[0], i), ri * ri, dy, F);
        }
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        for (int c = 0; c < C; c++) {
            const sg_real *yi = DROW(n->out, i) + c * F, *yj = DROW(n->out, j) + c * F;
            sg_real ri = r[(long)i * C + c], rj = r[(long)j * C + c], a = ROW(n->in[1], p)[c];
            if (n->in[0].dx) {
                r_axpy(DROW(n->in[0], j), a * ri * rj, yi, F);
                r_axpy(DROW(n->in[0], i), a * ri * rj, yj, F);
            }
            if (!n->in[1].dx)
                continue;
            sg_real u = r_dot(yi, ROW(n->in[0], j), F) + r_dot(yj, ROW(n->in[0], i), F);
            DROW(n->in[1], p)[c] += ri * rj * u;
            dr[(long)i * C + c] += rj * a * u;
            dr[(long)j * C + c] += ri * a * u;
        }
        (void)cnt;
    }
    if (!n->in[1].dx)
        return;
    for (long i = 0; i < (long)n->out.rows * C; i++) /* by the degree; clamped ones do not move */
        dr[i] *= r[i] < 1 ? (sg_real)-0.5 * r[i] * r[i] * r[i] : 0;
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        r_add(DROW(n->in[1], p), dr + (long)i * C, C);
        r_add(DROW(n->in[1], p), dr + (long)j * C, C);
        (void)cnt;
    }
}

/* ---- PAIR_TANH: in0 q, in1 k; save (recording) or scratch: T_ij = tanh(c q_i.k_j), per sample and
 * head cnt pad -------------------------------------------------------------------------------- */

static void pair_tanh_fwd(const sg_node *n)
{
    const sg_layout *l = n->lay;
    int all = n->out.cols * n->heads, dh = n->in[0].cols / all, maxpad = pad_lanes(l->max_nodes);
    sg_real *kt = n->scratch, *tmp = kt + (long)dh * maxpad, *save = n->save;
    sg_real part = (sg_real)0.5 / (sg_real)n->heads;
    for (int s = 0; s < l->n_samples; s++) {
        int i0 = l->node0[s], cnt = l->node0[s + 1] - i0, pad = pad_lanes(cnt);
        for (int h = 0; h < all; h++) {
            sg_real *T = save ? save : tmp;
            gather_t(kt, n->in[1].x, n->in[1].ld, i0, cnt, h * dh, dh);
            gemm(T, pad, ROW(n->in[0], i0) + h * dh, n->in[0].ld, 1, kt, pad, cnt, pad, dh, 0);
            for (int b = 0; b < cnt * pad; b += LANES)
                st(T + b, vtanh(splat(n->c) * ld(T + b)));
            int c = h / n->heads, first = h % n->heads == 0;
            for (int i = 0, p = l->pair0[s]; i < cnt; i++)
                for (int j = i + 1; j < cnt; j++, p++) {
                    sg_real *y = ROW(n->out, p) + c;
                    *y = (first ? 0 : *y) + part * (T[i * pad + j] + T[j * pad + i]);
                }
            if (save)
                save += (long)cnt * pad;
        }
    }
}

static void pair_tanh_bwd(const sg_node *n)
{
    const sg_layout *l = n->lay;
    int all = n->out.cols * n->heads, dh = n->in[0].cols / all, maxpad = pad_lanes(l->max_nodes);
    sg_real *kt = n->scratch, *dkt = kt + (long)dh * maxpad, *ds = dkt + (long)dh * maxpad;
    const sg_real *T = n->save;
    sg_real part = (sg_real)0.5 / (sg_real)n->heads * n->c;
    for (int s = 0; s < l->n_samples; s++) {
        int i0 = l->node0[s], cnt = l->node0[s + 1] - i0, pad = pad_lanes(cnt);
        for (int h = 0; h < all; h++, T += (long)cnt * pad) {
            int c = h / n->heads;
            gather_t(kt, n->in[1].x, n->in[1].ld, i0, cnt, h * dh, dh);
            r_zero(dkt, dh * pad);
            r_zero(ds, cnt * pad);
            for (int i = 0, p = l->pair0[s]; i < cnt; i++)
                for (int j = i + 1; j < cnt; j++, p++)
                    ds[i * pad + j] = ds[j * pad + i] = part * DROW(n->out, p)[c];
            for (int i = 0; i < cnt; i++) {
                const sg_real *q = ROW(n->in[0], i0 + i) + h * dh;
                sg_real *dq = DROW(n->in[0], i0 + i) + h * dh, *d = ds + i * pad;
                for (int b = 0; b < pad; b += LANES) {
                    vec y = ld(T + i * pad + b);
                    st(d + b, ld(d + b) * (splat(1) - y * y));
                }
                for (int k = 0; k < dh; k++) {
                    dq[k] += r_dot(d, kt + k * pad, pad);
                    r_axpy(dkt + k * pad, q[k], d, pad);
                }
            }
            for (int j = 0; j < cnt; j++)
                for (int k = 0; k < dh; k++)
                    DROW(n->in[1], i0 + j)[h * dh + k] += dkt[k * pad + j];
        }
    }
}

#endif
