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
    transpose(t, pad, x + (long)i0 * ld_ + c0, ld_, cnt, dh);
}

/* bias column of head h for the later node of a pair; the earlier one takes column h */
INLINE int later_column(const sg_node *n, int h)
{
    return n->in[3].cols == 2 * n->heads ? n->heads + h : h;
}

/* bias (cnt, pad) of a sample without its pairs: 0 on the diagonal, -1e30 in the lanes beyond cnt
 */
static void bias_frame(sg_real *bias, int cnt, int pad)
{
    for (int i = 0; i < cnt; i++) {
        for (int j = cnt; j < pad; j++)
            bias[i * pad + j] = (sg_real)-1e30;
        bias[i * pad + i] = 0;
    }
}

/* pr = softmax(scale pr + bias) over pad lanes */
INLINE void softmax_row(sg_real *pr, const sg_real *bias, sg_real scale, int pad)
{
    vec top = splat((sg_real)-1e30), sum = splat(0);
    for (int b = 0; b < pad; b += LANES) {
        vec v = ld(pr + b) * splat(scale) + ld(bias + b);
        st(pr + b, v);
        top = vmax(top, v);
    }
    vec mx = splat(hmax(top));
    for (int b = 0; b < pad; b += LANES) {
        vec e = vexp(ld(pr + b) - mx);
        st(pr + b, e);
        sum += e;
    }
    vec inv = splat(1 / hsum(sum));
    for (int b = 0; b < pad; b += LANES)
        st(pr + b, ld(pr + b) * inv);
}

/* in0 q, in1 k, in2 v, in3 bias; save (recording) or scratch: probabilities, per sample H cnt pad
 */
static void attention_fwd(const sg_node *n)
{
    const sg_layout *l = n->lay;
    int heads = n->heads, dh = n->out.cols / heads, maxpad = pad_lanes(l->max_nodes);
    sg_real scale = rsqrt1((sg_real)dh);
    sg_real *kt = n->scratch, *bias = kt + (long)dh * maxpad,
            *tmp = bias + (long)l->max_nodes * maxpad, *save = n->save;
    for (int s = 0; s < l->n_samples; s++) {
        int i0 = l->node0[s], cnt = l->node0[s + 1] - i0, pad = pad_lanes(cnt);
        bias_frame(bias, cnt, pad);
        for (int h = 0; h < heads; h++) {
            sg_real *prob = save ? save : tmp;
            const sg_real *early = ROW(n->in[3], l->pair0[s]) + h;
            const sg_real *late = ROW(n->in[3], l->pair0[s]) + later_column(n, h);
            for (int i = 0; i < cnt; i++)
                for (int j = i + 1; j < cnt; j++, early += n->in[3].ld, late += n->in[3].ld) {
                    bias[i * pad + j] = *early;
                    bias[j * pad + i] = *late;
                }
            gather_t(kt, n->in[1].x, n->in[1].ld, i0, cnt, h * dh, dh);
            gemm(prob, pad, ROW(n->in[0], i0) + h * dh, n->in[0].ld, 1, kt, pad, cnt, pad, dh, 0);
            for (int i = 0; i < cnt; i++)
                softmax_row(prob + i * pad, bias + i * pad, scale, pad);
            gemm(ROW(n->out, i0) + h * dh, n->out.ld, prob, pad, 1, ROW(n->in[2], i0) + h * dh,
                 n->in[2].ld, cnt, dh, cnt, 0);
            if (save)
                save += (long)cnt * pad;
        }
    }
}

/* with P the probabilities and dP = dy v': dS = P (dP - sum_j P dP); dv += P' dy, dq += c dS k,
 * dk += c dS' q */
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
            const sg_real *dy = DROW(n->out, i0) + h * dh;
            gather_t(vt, n->in[2].x, n->in[2].ld, i0, cnt, h * dh, dh);
            gemm(ds, pad, dy, n->out.ld, 1, vt, pad, cnt, pad, dh, 0);
            for (int i = 0; i < cnt; i++) {
                const sg_real *pr = prob + i * pad;
                sg_real *d = ds + i * pad, dot = r_dot(d, pr, pad);
                for (int b = 0; b < pad; b += LANES)
                    st(d + b, ld(pr + b) * (ld(d + b) - splat(dot)));
            }
            sg_real *early = DROW(n->in[3], l->pair0[s]) + h;
            sg_real *late = DROW(n->in[3], l->pair0[s]) + later_column(n, h);
            for (int i = 0; i < cnt; i++)
                for (int j = i + 1; j < cnt; j++, early += n->in[3].ld, late += n->in[3].ld) {
                    *early += ds[i * pad + j];
                    *late += ds[j * pad + i];
                }
            for (int b = 0; b < cnt * pad; b += LANES)
                st(ds + b, splat(scale) * ld(ds + b));
            gemm(DROW(n->in[0], i0) + h * dh, n->in[0].ld, ds, pad, 1, ROW(n->in[1], i0) + h * dh,
                 n->in[1].ld, cnt, dh, cnt, 1);
            gemm(DROW(n->in[1], i0) + h * dh, n->in[1].ld, ds, 1, pad, ROW(n->in[0], i0) + h * dh,
                 n->in[0].ld, cnt, dh, cnt, 1);
            gemm(DROW(n->in[2], i0) + h * dh, n->in[2].ld, prob, 1, pad, dy, n->out.ld, cnt, dh,
                 cnt, 1);
        }
    }
}

#endif
