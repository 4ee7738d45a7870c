/* ATTENTION over the nodes of each sample with a bias per pair and head. One sample and head at a
 * time: keys are transposed into (channel, node) so that scores fill lanes over j. */
#ifndef SG_NN_KERN_ATTN_H
#define SG_NN_KERN_ATTN_H

#include "kern_pair.h"

INLINE int pad_lanes(int n)
{
    return (n + LANES - 1) / LANES * LANES;
}

/* t (dh, pad) = transpose of rows i0..i0+cnt-1, columns c0..c0+dh-1; lanes beyond cnt are 0 */
static void gather_t(sg_real *t, const sg_real *x, long ld_, int i0, int cnt, int c0, int dh)
{
    int pad = pad_lanes(cnt);
    r_zero(t, dh * pad);
    for (int j = 0; j < cnt; j++)
        for (int c = 0; c < dh; c++)
            t[c * pad + j] = x[(long)(i0 + j) * ld_ + c0 + c];
}

/* y[0..pad) = sum_c x[c] t[c][.] */
INLINE void row_times(sg_real *y, const sg_real *x, const sg_real *t, int dh, int pad)
{
    for (int b = 0; b < pad; b += LANES) {
        vec s = splat(0);
        for (int c = 0; c < dh; c++)
            s += splat(x[c]) * ld(t + c * pad + b);
        st(y + b, s);
    }
}

/* o[0..dh) = sum_j w[j] v_j, rows v_j ld_ apart */
INLINE void weighted_sum(sg_real *o, const sg_real *w, const sg_real *v, long ld_, int cnt, int dh)
{
    for (int c = 0; c < dh; c += LANES) {
        vec s = splat(0);
        for (int j = 0; j < cnt; j++)
            s += splat(w[j]) * ld_part(v + j * ld_ + c, dh - c);
        st_part(o + c, s, dh - c);
    }
}

/* bias column of head h for the later node of a pair; the earlier one takes column h */
INLINE int later_column(const sg_node *n, int h)
{
    return n->in[3].cols == 2 * n->heads ? n->heads + h : h;
}

/* in0 q, in1 k, in2 v, in3 bias; save (recording) or scratch: probabilities, per sample H cnt pad */
static void attention_fwd(const sg_node *n)
{
    const sg_layout *l = n->lay;
    int heads = n->heads, dh = n->out.cols / heads, maxpad = pad_lanes(l->max_nodes);
    sg_real scale = rsqrt1((sg_real)dh);
    sg_real *kt = n->scratch, *bias = kt + (long)dh * maxpad,
            *tmp = bias + (long)l->max_nodes * maxpad, *save = n->save;
    for (int s = 0; s < l->n_samples; s++) {
        int i0 = l->node0[s], cnt = l->node0[s + 1] - i0, pad = pad_lanes(cnt);
        for (int h = 0; h < heads; h++) {
            sg_real *prob = save ? save : tmp;
            gather_t(kt, n->in[1].x, n->in[1].ld, i0, cnt, h * dh, dh);
            for (int i = 0; i < cnt; i++) {
                for (int j = cnt; j < pad; j++)
                    bias[i * pad + j] = (sg_real)-1e30;
                bias[i * pad + i] = 0;
            }
            for (int i = 0, p = l->pair0[s]; i < cnt; i++)
                for (int j = i + 1; j < cnt; j++, p++) {
                    bias[i * pad + j] = ROW(n->in[3], p)[h];
                    bias[j * pad + i] = ROW(n->in[3], p)[later_column(n, h)];
                }
            for (int i = 0; i < cnt; i++) {
                sg_real *pr = prob + i * pad;
                row_times(pr, ROW(n->in[0], i0 + i) + h * dh, kt, dh, pad);
                vec top = splat((sg_real)-1e30);
                for (int b = 0; b < pad; b += LANES) {
                    vec v = ld(pr + b) * splat(scale) + ld(bias + i * pad + b);
                    st(pr + b, v);
                    top = vmax(top, v);
                }
                vec mx = splat(hmax(top)), sum = splat(0);
                for (int b = 0; b < pad; b += LANES) {
                    vec e = vexp(ld(pr + b) - mx);
                    st(pr + b, e);
                    sum += e;
                }
                vec inv = splat(1 / hsum(sum));
                for (int b = 0; b < pad; b += LANES)
                    st(pr + b, ld(pr + b) * inv);
                weighted_sum(ROW(n->out, i0 + i) + h * dh, pr, ROW(n->in[2], i0) + h * dh,
                             n->in[2].ld, cnt, dh);
            }
            if (save)
                save += (long)cnt * pad;
        }
    }
}

static void attention_bwd(const sg_node *n)
{
    const sg_layout *l = n->lay;
    int heads = n->heads, dh = n->out.cols / heads, maxpad = pad_lanes(l->max_nodes);
    sg_real scale = rsqrt1((sg_real)dh);
    sg_real *vt = n->scratch, *ds = vt + (long)dh * maxpad;
    const sg_real *prob = n->save;
    for (int s = 0; s < l->n_samples; s++) {
        int i0 = l->node0[s], cnt = l->node0[s + 1] - i0, pad = pad_lanes(cnt);
        for (int h = 0; h < heads; h++, prob += (long)cnt * pad) {
            gather_t(vt, n->in[2].x, n->in[2].ld, i0, cnt, h * dh, dh);
            for (int i = 0; i < cnt; i++) {
                const sg_real *pr = prob + i * pad, *dy = DROW(n->out, i0 + i) + h * dh;
                sg_real *d = ds + i * pad;
                row_times(d, dy, vt, dh, pad);
                sg_real dot = r_dot(d, pr, pad);
                for (int b = 0; b < pad; b += LANES)
                    st(d + b, ld(pr + b) * (ld(d + b) - splat(dot)));
                sg_real *dq = DROW(n->in[0], i0 + i) + h * dh;
                const sg_real *q = ROW(n->in[0], i0 + i) + h * dh;
                for (int j = 0; j < cnt; j++) {
                    sg_real g = scale * d[j];
                    r_axpy(dq, g, ROW(n->in[1], i0 + j) + h * dh, dh);
                    r_axpy(DROW(n->in[1], i0 + j) + h * dh, g, q, dh);
                    r_axpy(DROW(n->in[2], i0 + j) + h * dh, pr[j], dy, dh);
                }
            }
            for (int i = 0, p = l->pair0[s]; i < cnt; i++)
                for (int j = i + 1; j < cnt; j++, p++) {
                    sg_real *g = DROW(n->in[3], p);
                    g[h] += ds[i * pad + j];
                    g[later_column(n, h)] += ds[j * pad + i];
                }
        }
    }
}

#endif
