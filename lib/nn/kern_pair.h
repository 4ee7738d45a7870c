/* Operations on the pairs i < j of each sample, and on vector channels. */
#ifndef SG_NN_KERN_PAIR_H
#define SG_NN_KERN_PAIR_H

#include "kern_rows.h"

#define ROW(t, r)  ((t).x + (long)(r) * (t).ld)
#define DROW(t, r) ((t).dx + (long)(r) * (t).ld)

/* visits all pairs of all samples: i, j node rows, p pair row, cnt nodes of the sample */
#define FOR_PAIRS(lay, i, j, p, cnt)                                                               \
    for (int s_ = 0; s_ < (lay)->n_samples; s_++)                                                  \
        for (int i = (lay)->node0[s_], end_ = (lay)->node0[s_ + 1], cnt = end_ - i,                \
                 p = (lay)->pair0[s_];                                                             \
             i < end_; i++)                                                                        \
            for (int j = i + 1; j < end_; j++, p++)

/* ---- PAIR_RBF: in0 x (3n, A), w0 mu, w1 sigma; columns (a, b, r)
 * --------------------------------- */

INLINE sg_real pair_dist3(const sg_tensor *x, int i, int a, int j, int b, sg_real d[3])
{
    sg_real s = (sg_real)1e-8;
    for (int k = 0; k < 3; k++) {
        d[k] = x->x[(3L * i + k) * x->ld + a] - x->x[(3L * j + k) * x->ld + b];
        s += d[k] * d[k];
    }
    return s * rsqrt1(s);
}

/* scratch: u, mu and sigma of every column */
static void pair_rbf_fwd(const sg_node *n)
{
    int cols = n->out.cols, R = n->w[0].cols, A = n->in[0].cols;
    sg_real *u = n->scratch, *mu = u + cols, *sd = mu + cols;
    for (int c = 0; c < cols; c++) {
        mu[c] = n->w[0].w[c % R];
        sd[c] = n->w[1].w[c % R];
    }
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        sg_real d[3], *o = ROW(n->out, p);
        for (int q = 0; q < A * A; q++) {
            sg_real s = pair_dist3(&n->in[0], i, q / A, j, q % A, d);
            for (int r = 0; r < R; r++)
                u[q * R + r] = s;
        }
        for (int c = 0; c < cols; c += LANES) {
            int m = cols - c;
            vec sg = m < LANES ? ld_part(sd + c, m) + splat((sg_real)1e-30) : ld(sd + c);
            vec e = (ld_part(u + c, m) - ld_part(mu + c, m)) / sg;
            st_part(o + c, vexp(splat((sg_real)-0.5) * e * e), m);
        }
        (void)cnt;
    }
}

static void pair_rbf_bwd(const sg_node *n)
{
    int R = n->w[0].cols, A = n->in[0].cols;
    const sg_real *mu = n->w[0].w, *sd = n->w[1].w;
    sg_tensor x = n->in[0];
    if (!x.dx)
        return;
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        for (int q = 0; q < A * A; q++) {
            int a = q / A, b = q % A;
            sg_real d[3], u = pair_dist3(&x, i, a, j, b, d), g = 0;
            const sg_real *o = ROW(n->out, p) + q * R, *dy = DROW(n->out, p) + q * R;
            for (int c = 0; c < R; c++)
                g -= dy[c] * o[c] * (u - mu[c]) / (sd[c] * sd[c]);
            for (int k = 0; k < 3; k++) {
                x.dx[(3L * i + k) * x.ld + a] += g * d[k] / u;
                x.dx[(3L * j + k) * x.ld + b] -= g * d[k] / u;
            }
        }
        (void)cnt;
    }
}

/* ---- PAIR_MIX: out_p += z_p + u_i + v_j + w_i w_j; in0 z, in1 (u, v) or u = v, in2 w -----------
 */

static void pair_mix_fwd(const sg_node *n)
{
    int cols = n->out.cols, late = n->in[1].cols == 2 * cols ? cols : 0;
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        sg_real *o = ROW(n->out, p);
        r_add(o, ROW(n->in[0], p), cols);
        r_add(o, ROW(n->in[1], i), cols);
        r_add(o, ROW(n->in[1], j) + late, cols);
        r_muladd(o, ROW(n->in[2], i), ROW(n->in[2], j), cols);
        (void)cnt;
    }
}

static void pair_mix_bwd(const sg_node *n)
{
    int cols = n->out.cols, late = n->in[1].cols == 2 * cols ? cols : 0;
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        const sg_real *d = DROW(n->out, p);
        r_add(DROW(n->in[0], p), d, cols);
        r_add(DROW(n->in[1], i), d, cols);
        r_add(DROW(n->in[1], j) + late, d, cols);
        r_muladd(DROW(n->in[2], i), d, ROW(n->in[2], j), cols);
        r_muladd(DROW(n->in[2], j), d, ROW(n->in[2], i), cols);
        (void)cnt;
    }
}

/* ---- PAIR_SUM: out_i = c sum_j z_p, or (c sum_{j>i} z_p, c sum_{j<i} z_p) ----------------------
 */

static void pair_sum_fwd(const sg_node *n)
{
    int cols = n->in[0].cols, late = n->out.cols - cols;
    for (int r = 0; r < n->out.rows; r++)
        r_zero(ROW(n->out, r), n->out.cols);
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        r_axpy(ROW(n->out, i), n->c, ROW(n->in[0], p), cols);
        r_axpy(ROW(n->out, j) + late, n->c, ROW(n->in[0], p), cols);
        (void)cnt;
    }
}

static void pair_sum_bwd(const sg_node *n)
{
    if (!n->in[0].dx)
        return;
    int cols = n->in[0].cols, late = n->out.cols - cols;
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        r_axpy(DROW(n->in[0], p), n->c, DROW(n->out, i), cols);
        r_axpy(DROW(n->in[0], p), n->c, DROW(n->out, j) + late, cols);
        (void)cnt;
    }
}

/* ---- VEC_DIST: out_p = sqrt(|A_i - A_j|^2 + 1e-3) per channel ---------------------------------
 */

static void vec_dist_fwd(const sg_node *n)
{
    int cols = n->out.cols;
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        const sg_real *a = ROW(n->in[0], 3 * i), *b = ROW(n->in[0], 3 * j);
        long l = n->in[0].ld;
        for (int c = 0; c < cols; c += LANES) {
            int m = cols - c;
            vec s = splat((sg_real)1e-3);
            for (int x = 0; x < 3; x++) {
                vec d = ld_part(a + x * l + c, m) - ld_part(b + x * l + c, m);
                s += d * d;
            }
            st_part(ROW(n->out, p) + c, vsqrt(s), m);
        }
        (void)cnt;
    }
}

static void vec_dist_bwd(const sg_node *n)
{
    int cols = n->out.cols;
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        const sg_real *a = ROW(n->in[0], 3 * i), *b = ROW(n->in[0], 3 * j);
        sg_real *da = DROW(n->in[0], 3 * i), *db = DROW(n->in[0], 3 * j);
        long l = n->in[0].ld;
        for (int c = 0; c < cols; c += LANES) {
            int m = cols - c;
            vec e = ld_part(ROW(n->out, p) + c, m);
            if (m < LANES) /* empty lanes: avoid 0/0 */
                for (int k = m; k < LANES; k++)
                    e[k] = 1;
            vec g = ld_part(DROW(n->out, p) + c, m) / e;
            for (int x = 0; x < 3; x++) {
                long o = x * l + c;
                vec d = (ld_part(a + o, m) - ld_part(b + o, m)) * g;
                st_part(da + o, ld_part(da + o, m) + d, m);
                st_part(db + o, ld_part(db + o, m) - d, m);
            }
        }
        (void)cnt;
    }
}

/* ---- VEC_PULL: V_i = n^-1/2 sum_j g_p (A_i - A_j)/(1 + e_p); in0 A, in1 e, in2 g for both nodes
 * of a pair, or (g of the earlier, g of the later) ---- */

static void vec_pull_fwd(const sg_node *n)
{
    int cols = n->out.cols, late = n->in[2].cols == 2 * cols ? cols : 0;
    for (int r = 0; r < n->out.rows; r++)
        r_zero(ROW(n->out, r), cols);
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        const sg_real *a = ROW(n->in[0], 3 * i), *b = ROW(n->in[0], 3 * j), *g = ROW(n->in[2], p);
        sg_real *vi = ROW(n->out, 3 * i), *vj = ROW(n->out, 3 * j), sc = rsqrt1((sg_real)cnt);
        long l = n->in[0].ld, lo = n->out.ld;
        for (int c = 0; c < cols; c += LANES) {
            int m = cols - c;
            vec q = splat(1) + ld_part(ROW(n->in[1], p) + c, m);
            vec f = splat(sc) * ld_part(g + c, m) / q;
            vec h = late ? splat(sc) * ld_part(g + late + c, m) / q : f;
            for (int x = 0; x < 3; x++) {
                vec d = ld_part(a + x * l + c, m) - ld_part(b + x * l + c, m);
                st_part(vi + x * lo + c, ld_part(vi + x * lo + c, m) + d * f, m);
                st_part(vj + x * lo + c, ld_part(vj + x * lo + c, m) - d * h, m);
            }
        }
    }
}

/* with u, w the gradients of V_i, V_j and d = A_i - A_j: dA_i = -dA_j = (g u - g' w) q, dg = u.d q,
 * dg' = -w.d q, de = -(g u - g' w).d q^2 n^1/2; q = n^-1/2/(1 + e). Sums of two products would
 * leave the compiler a choice which of them to fuse: they are added one after the other. */
static void vec_pull_bwd(const sg_node *n)
{
    int cols = n->out.cols, late = n->in[2].cols == 2 * cols ? cols : 0;
    FOR_PAIRS(n->lay, i, j, p, cnt)
    {
        const sg_real *a = ROW(n->in[0], 3 * i), *b = ROW(n->in[0], 3 * j), *g = ROW(n->in[2], p);
        const sg_real *ui = DROW(n->out, 3 * i), *uj = DROW(n->out, 3 * j);
        sg_real *da = DROW(n->in[0], 3 * i), *db = DROW(n->in[0], 3 * j);
        sg_real *de = DROW(n->in[1], p), *dg = DROW(n->in[2], p), sc = rsqrt1((sg_real)cnt);
        long l = n->in[0].ld, lo = n->out.ld;
        for (int c = 0; c < cols; c += LANES) {
            int m = cols - c;
            vec gi = ld_part(g + c, m), gj = ld_part(g + late + c, m);
            vec q = splat(sc) / (splat(1) + ld_part(ROW(n->in[1], p) + c, m));
            vec si = splat(0), sj = splat(0);
            for (int x = 0; x < 3; x++) {
                long o = x * l + c;
                vec u = ld_part(ui + x * lo + c, m), w = ld_part(uj + x * lo + c, m);
                vec d = ld_part(a + o, m) - ld_part(b + o, m), t = gi * q, v = gj * q;
                si += u * d;
                sj -= w * d;
                vec y = ld_part(da + o, m), r = ld_part(db + o, m);
                y += t * u;
                y -= v * w;
                r -= t * u;
                r += v * w;
                st_part(da + o, y, m);
                st_part(db + o, r, m);
            }
            vec t = ld_part(dg + c, m);
            t += si * q;
            st_part(dg + c, t, m);
            t = ld_part(dg + late + c, m);
            t += sj * q;
            st_part(dg + late + c, t, m);
            vec k = splat(sc) / (q * q); /* quotients cannot be fused */
            t = ld_part(de + c, m);
            t -= si * gi / k;
            t -= sj * gj / k;
            st_part(de + c, t, m);
        }
    }
}

/* ---- VEC_NORM: out = s/(1 + s/4), s = sqrt(|X_i|^2 + 1e-3) --------------------------------------
 */

static void vec_norm_fwd(const sg_node *n)
{
    long l = n->in[0].ld;
    for (int i = 0; i < n->out.rows; i++)
        for (int c = 0; c < n->out.cols; c += LANES) {
            int m = n->out.cols - c;
            vec s = splat((sg_real)1e-3);
            for (int x = 0; x < 3; x++) {
                vec v = ld_part(ROW(n->in[0], 3 * i) + x * l + c, m);
                s += v * v;
            }
            s = vsqrt(s);
            st_part(ROW(n->out, i) + c, s / (splat(1) + splat((sg_real)0.25) * s), m);
        }
}

/* d out/d s = (1 - out/4)^2 and s = out/(1 - out/4) */
static void vec_norm_bwd(const sg_node *n)
{
    long l = n->in[0].ld;
    for (int i = 0; i < n->out.rows; i++)
        for (int c = 0; c < n->out.cols; c += LANES) {
            int m = n->out.cols - c;
            vec s = splat((sg_real)1e-3), v[3];
            for (int x = 0; x < 3; x++) {
                v[x] = ld_part(ROW(n->in[0], 3 * i) + x * l + c, m);
                s += v[x] * v[x];
            }
            s = vsqrt(s);
            vec q = splat(1) / (splat(1) + splat((sg_real)0.25) * s);
            vec g = ld_part(DROW(n->out, i) + c, m) * q * q / s;
            for (int x = 0; x < 3; x++) {
                sg_real *d = DROW(n->in[0], 3 * i) + x * l + c;
                st_part(d, ld_part(d, m) + g * v[x], m);
            }
        }
}

/* ---- VEC_GATE: out = X + G Y, G = gate/sqrt(1 + gate^2); in0 X, in1 gate, in2 Y
 * ------------------ */

static void vec_gate_fwd(const sg_node *n)
{
    for (int r = 0; r < n->out.rows; r++)
        for (int c = 0; c < n->out.cols; c += LANES) {
            int m = n->out.cols - c;
            vec g = ld_part(ROW(n->in[1], r / 3) + c, m);
            g /= vsqrt(splat(1) + g * g);
            st_part(ROW(n->out, r) + c,
                    ld_part(ROW(n->in[0], r) + c, m) + g * ld_part(ROW(n->in[2], r) + c, m), m);
        }
}

/* d G/d gate = (1 + gate^2)^(-3/2) */
static void vec_gate_bwd(const sg_node *n)
{
    for (int r = 0; r < n->out.rows; r++)
        for (int c = 0; c < n->out.cols; c += LANES) {
            int m = n->out.cols - c;
            sg_real *dx = DROW(n->in[0], r) + c, *dg = DROW(n->in[1], r / 3) + c,
                    *dy = DROW(n->in[2], r) + c;
            vec d = ld_part(DROW(n->out, r) + c, m), g = ld_part(ROW(n->in[1], r / 3) + c, m);
            vec q = splat(1) / vsqrt(splat(1) + g * g);
            st_part(dx, ld_part(dx, m) + d, m);
            st_part(dy, ld_part(dy, m) + d * g * q, m);
            st_part(dg, ld_part(dg, m) + d * ld_part(ROW(n->in[2], r) + c, m) * q * q * q, m);
        }
}

/* ---- VEC_CROSS: out = a x b/(1 + (|a|^2 + |b|^2)/2); in0 = (a, b)
 * -------------------------------- */

INLINE void cross3(vec y[3], const vec a[3], const vec b[3])
{
    for (int x = 0; x < 3; x++) {
        y[x] = splat(0);
        y[x] += a[(x + 1) % 3] * b[(x + 2) % 3];
        y[x] -= a[(x + 2) % 3] * b[(x + 1) % 3];
    }
}

/* loads a, b of the node's channels c..; returns 1/(1 + (|a|^2 + |b|^2)/2) */
INLINE vec cross_load(const sg_node *n, int i, int c, int m, vec a[3], vec b[3])
{
    int G = n->out.cols;
    vec s = splat(0);
    for (int x = 0; x < 3; x++) {
        const sg_real *r = ROW(n->in[0], 3 * i + x);
        a[x] = ld_part(r + c, m);
        b[x] = ld_part(r + G + c, m);
        s += a[x] * a[x];
        s += b[x] * b[x];
    }
    return splat(1) / (splat(1) + splat((sg_real)0.5) * s);
}

static void vec_cross_fwd(const sg_node *n)
{
    for (int i = 0; i < n->out.rows / 3; i++)
        for (int c = 0; c < n->out.cols; c += LANES) {
            int m = n->out.cols - c;
            vec a[3], b[3], y[3], f = cross_load(n, i, c, m, a, b);
            cross3(y, a, b);
            for (int x = 0; x < 3; x++)
                st_part(ROW(n->out, 3 * i + x) + c, f * y[x], m);
        }
}

/* d out/d a: f (b x d) - f^2 (d.(a x b)) a, and likewise with d x a for b. All is loaded before the
 * first product: a product on the other side of a branch from its sum would not be fused. */
static void vec_cross_bwd(const sg_node *n)
{
    int G = n->out.cols;
    for (int i = 0; i < n->out.rows / 3; i++)
        for (int c = 0; c < G; c += LANES) {
            int m = G - c;
            sg_real *r = DROW(n->in[0], 3 * i) + c, *d0 = DROW(n->out, 3 * i) + c;
            vec a[3], b[3], d[3], p[3], q[3], y[3], u[3], v[3], s = splat(0);
            for (int x = 0; x < 3; x++) {
                d[x] = ld_part(d0 + x * n->out.ld, m);
                p[x] = ld_part(r + x * n->in[0].ld, m);
                q[x] = ld_part(r + x * n->in[0].ld + G, m);
            }
            vec f = cross_load(n, i, c, m, a, b);
            cross3(y, a, b);
            cross3(u, b, d);
            cross3(v, d, a);
            for (int x = 0; x < 3; x++)
                s += d[x] * y[x];
            for (int x = 0; x < 3; x++) {
                p[x] += f * u[x];
                p[x] -= f * f * s * a[x];
                q[x] += f * v[x];
                q[x] -= f * f * s * b[x];
            }
            for (int x = 0; x < 3; x++) {
                st_part(r + x * n->in[0].ld, p[x], m);
                st_part(r + x * n->in[0].ld + G, q[x], m);
            }
        }
}

/* ---- VEC_MIX: out_io = sum_m c_i,om v_im; in0 c (n, O M), in1 v (3n, M)
 * --------------------------- */

static void vec_mix_fwd(const sg_node *n)
{
    int M = n->in[1].cols;
    for (int r = 0; r < n->out.rows; r++)
        for (int o = 0; o < n->out.cols; o++)
            ROW(n->out, r)[o] = r_dot(ROW(n->in[0], r / 3) + o * M, ROW(n->in[1], r), M);
}

static void vec_mix_bwd(const sg_node *n)
{
    int M = n->in[1].cols;
    for (int r = 0; r < n->out.rows; r++)
        for (int o = 0; o < n->out.cols; o++) {
            sg_real d = DROW(n->out, r)[o];
            r_axpy(DROW(n->in[0], r / 3) + o * M, d, ROW(n->in[1], r), M);
            if (n->in[1].dx)
                r_axpy(DROW(n->in[1], r), d, ROW(n->in[0], r / 3) + o * M, M);
        }
}

#endif
