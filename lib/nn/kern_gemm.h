/* The matrix kernel. Each output element is one chain of fused multiply-adds over k in order, in
 * chunks of KC added to memory: the same for every tile size, batch and instruction set with FMA.
 * Columns of b are packed into panels (zero-padded), rows of a are read by broadcast. */
#ifndef SG_NN_KERN_GEMM_H
#define SG_NN_KERN_GEMM_H

#include "kern_vec.h"

#define KC    256
#define AHEAD 12 /* rows of b fetched ahead of packing */
#define PACK  28 /* rows of a from which on packing pays */
/* tile: MR rows x NV native vectors of GL elements, chosen to fill the register file */
#if defined(__AVX512F__)
#define MR    6
#define NV    4
#define BYTES 64
#elif defined(__AVX2__)
#define MR    4
#define NV    3
#define BYTES 32
#else
#define MR    4
#define NV    2
#define BYTES 16
#endif
#define GL ((int)(BYTES / sizeof(sg_real)))
#define NR (NV * GL)

typedef sg_real gvec __attribute__((vector_size(BYTES)));
typedef sg_real gvecu __attribute__((vector_size(BYTES), aligned(sizeof(sg_real)), may_alias));

/* acc += the first kk columns of a times rows of b; far: the rows of b lie where they were made, so
 * fetch what the next panel reads of each */
INLINE void products(const int mr, const int nv, const int far, gvec acc[MR][NV], int kk,
                     const sg_real *a, long rs, long ks, const sg_real *b, long ldb)
{
    for (int k = 0; k < kk; k++) {
        gvec bv[NV];
#pragma GCC unroll 4
        for (int v = 0; v < nv; v++)
            bv[v] = *(const gvecu *)(b + v * GL);
        for (int v = 0; far && v < nv * (int)sizeof(gvec); v += 64)
            __builtin_prefetch((const char *)(b + NR) + v);
#pragma GCC unroll 6
        for (int i = 0; i < mr; i++) {
#pragma GCC unroll 4
            for (int v = 0; v < nv; v++)
                acc[i][v] += a[i * rs] * bv[v];
        }
        a += ks;
        b += ldb;
    }
}

INLINE void tile(const int mr, const int nv, int kk, const sg_real *a, long rs, long ks,
                 const sg_real *b, long ldb, sg_real *y, long ldy, int cols, int add)
{
    gvec acc[MR][NV];
#pragma GCC unroll 6
    for (int i = 0; i < mr; i++) {
#pragma GCC unroll 4
        for (int v = 0; v < nv; v++)
            acc[i][v] = (gvec){0};
    }
    int far = 0; /* with few registers, fetching ahead costs more than it gives */
#ifdef __AVX2__
    for (int i = 0; i < mr; i++) /* y on its way while the products run */
        for (int v = 0; v < nv * (int)sizeof(gvec); v += 64)
            __builtin_prefetch((const char *)(y + i * ldy) + v, 1);
    far = mr >= 4 && ldb > NR; /* for few rows of a too dear */
#endif
    if (far)
        products(mr, nv, 1, acc, kk, a, rs, ks, b, ldb);
    else
        products(mr, nv, 0, acc, kk, a, rs, ks, b, ldb);
#pragma GCC unroll 6
    for (int i = 0; i < mr; i++) {
#pragma GCC unroll 4
        for (int v = 0; v < nv; v++) {
            sg_real *p = y + i * ldy + v * GL;
            int m = cols - v * GL;
            if (m >= GL)
                *(gvecu *)p = add ? (gvec)(*(gvecu *)p + acc[i][v]) : acc[i][v];
            else {
                gvec t = acc[i][v];
                for (int k = 0; k < m; k++)
                    p[k] = add ? p[k] + t[k] : t[k];
            }
        }
    }
}

typedef void tile_fn(int kk, const sg_real *a, long rs, long ks, const sg_real *b, long ldb,
                     sg_real *y, long ldy, int cols, int add);

#define TILE(mr, nv)                                                                               \
    static void tile_##mr##_##nv(int kk, const sg_real *a, long rs, long ks, const sg_real *b,     \
                                 long ldb, sg_real *y, long ldy, int cols, int add)                \
    {                                                                                              \
        tile(mr, nv, kk, a, rs, ks, b, ldb, y, ldy, cols, add);                                    \
    }
#if MR == 6
#define EACH_ROWS(X, nv) X(1, nv) X(2, nv) X(3, nv) X(4, nv) X(5, nv) X(6, nv)
#else
#define EACH_ROWS(X, nv) X(1, nv) X(2, nv) X(3, nv) X(4, nv)
#endif
#define NAME(mr, nv) tile_##mr##_##nv,

/* clang-format off */
EACH_ROWS(TILE, 1) EACH_ROWS(TILE, 2)
#if NV >= 3
EACH_ROWS(TILE, 3)
#endif
#if NV >= 4
EACH_ROWS(TILE, 4)
#endif
static tile_fn *const tiles[NV][MR] = {
    {EACH_ROWS(NAME, 1)},
    {EACH_ROWS(NAME, 2)},
#if NV >= 3
    {EACH_ROWS(NAME, 3)},
#endif
#if NV >= 4
    {EACH_ROWS(NAME, 4)},
#endif
};
/* clang-format on */

/* b (kc, cols) as nv vectors a row, side by side */
static const sg_real *packed(sg_real *pack, const sg_real *b, long ldb, int kc, int nv, int cols)
{
    for (int k = 0; k < kc; k++, b += ldb) {
        /* rows lie too far apart for the hardware to see the pattern */
        if (k + AHEAD < kc)
            for (int c = 0; c < cols; c += 16)
                __builtin_prefetch(b + AHEAD * ldb + c);
        for (int v = 0; v < nv; v++) {
            sg_real *to = pack + (k * nv + v) * GL;
            const sg_real *from = b + v * GL;
            int left = cols - v * GL;
            if (left >= GL)
                *(gvec *)to = *(const gvecu *)from;
            else
                for (int c = 0; c < GL; c++)
                    to[c] = c < left ? from[c] : 0;
        }
    }
    return pack;
}

static void gemm(sg_real *y, long ldy, const sg_real *a, long rs, long ks, const sg_real *b,
                 long ldb, int m, int n, int kk, int add)
{
    sg_real pack[KC * NR] __attribute__((aligned(64)));
    /* rows spread evenly over the tiles, vectors of columns over the panels */
    int blocks = (m + MR - 1) / MR, vecs = (n + GL - 1) / GL, panels = (vecs + NV - 1) / NV;
    for (int k0 = 0; k0 < kk; k0 += KC) {
        int kc = kk - k0 < KC ? kk - k0 : KC;
        for (int q = 0, v0 = 0; q < panels; q++) {
            int v1 = (int)((long)vecs * (q + 1) / panels), nv = v1 - v0, n0 = v0 * GL;
            int cols = n - n0 < nv * GL ? n - n0 : nv * GL;
            const sg_real *bp = b + k0 * ldb + n0;
            long ldp = ldb;
            /* needed, or pays unless b is like that */
            if ((m > PACK && ldb != cols) || cols % GL != 0) {
                ldp = nv * GL;
                bp = packed(pack, bp, ldb, kc, nv, cols);
            }
            for (int t = 0, i = 0; t < blocks; t++) {
                int next = (int)((long)m * (t + 1) / blocks);
                tiles[nv - 1][next - i - 1](kc, a + i * rs + k0 * ks, rs, ks, bp, ldp,
                                            y + i * ldy + n0, ldy, cols, add || k0 > 0);
                i = next;
            }
            v0 = v1;
        }
    }
    if (kk == 0 && !add)
        for (int i = 0; i < m; i++)
            r_zero(y + i * ldy, n);
}

typedef sg_real quad __attribute__((vector_size(4 * sizeof(sg_real))));
typedef sg_real quadu
    __attribute__((vector_size(4 * sizeof(sg_real)), aligned(sizeof(sg_real)), may_alias));

INLINE void transpose_4x4(sg_real *y, long ldy, const sg_real *x, long ldx)
{
    quad a = *(const quadu *)x, b = *(const quadu *)(x + ldx);
    quad c = *(const quadu *)(x + 2 * ldx), d = *(const quadu *)(x + 3 * ldx);
    quad ab = __builtin_shufflevector(a, b, 0, 4, 1, 5),
         cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    a = __builtin_shufflevector(a, b, 2, 6, 3, 7);
    c = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(quadu *)y = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(quadu *)(y + ldy) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    *(quadu *)(y + 2 * ldy) = __builtin_shufflevector(a, c, 0, 1, 4, 5);
    *(quadu *)(y + 3 * ldy) = __builtin_shufflevector(a, c, 2, 3, 6, 7);
}

/* y (cols, rows) = x' of x (rows, cols), a few lines of memory at a time */
static void transpose(sg_real *y, long ldy, const sg_real *x, long ldx, int rows, int cols)
{
    for (int i0 = 0; i0 < rows; i0 += LANES) {
        int i1 = i0 + LANES < rows ? i0 + LANES : rows, i4 = i1 - (i1 - i0) % 4;
        for (int j0 = 0; j0 < cols; j0 += 4) {
            int j1 = j0 + 4 < cols ? j0 + 4 : cols, i = i0;
            for (; i < i4 && j1 - j0 == 4; i += 4)
                transpose_4x4(y + j0 * ldy + i, ldy, x + i * ldx + j0, ldx);
            for (; i < i1; i++)
                for (int j = j0; j < j1; j++)
                    y[j * ldy + i] = x[i * ldx + j];
        }
    }
}

#endif
