/* The matrix kernel. Each output element is one chain of fused multiply-adds over k in order, in
 * chunks of KC added to memory: the same for every tile size, batch and instruction set with FMA.
 * Columns of b are packed into panels (zero-padded), rows of a are read by broadcast. */
#ifndef SG_NN_KERN_GEMM_H
#define SG_NN_KERN_GEMM_H

#include "kern_vec.h"

#define KC    256
#define AHEAD 12 /* rows of b fetched ahead of packing */
/* tile: MR rows x NV native vectors of GL elements, chosen to fill the register file */
#if defined(__AVX512F__)
#define MR    14
#define BYTES 64
#elif defined(__AVX2__)
#define MR    6
#define BYTES 32
#else
#define MR    4
#define BYTES 16
#endif
#define NV 2
#define GL ((int)(BYTES / sizeof(sg_real)))
#define NR (NV * GL)

typedef sg_real gvec __attribute__((vector_size(BYTES)));
typedef sg_real gvecu __attribute__((vector_size(BYTES), aligned(sizeof(sg_real)), may_alias));

INLINE void tile(const int mr, const int nv, int kk, const sg_real *a, long rs, long ks,
                 const sg_real *b, long ldb, sg_real *y, long ldy, int cols, int add)
{
    gvec acc[MR][NV];
    for (int i = 0; i < mr; i++)
        for (int v = 0; v < nv; v++)
            acc[i][v] = (gvec){0};
#ifdef __AVX2__ /* y on its way while the products run; with few registers it costs more than it gives */
    for (int i = 0; i < mr; i++)
        for (int v = 0; v < nv * (int)sizeof(gvec); v += 64)
            __builtin_prefetch((const char *)(y + i * ldy) + v, 1);
#endif
    for (int k = 0; k < kk; k++) {
        gvec bv[NV];
        for (int v = 0; v < nv; v++)
            bv[v] = *(const gvecu *)(b + v * GL);
#ifdef __AVX2__ /* b may come from afar: what the next panel reads of this row; for few rows of a too dear */
        for (int v = 0; mr >= 4 && v < nv * (int)sizeof(gvec); v += 64)
            __builtin_prefetch((const char *)(b + NR) + v);
#endif
#pragma GCC unroll 14
        for (int i = 0; i < mr; i++) {
#pragma GCC unroll 2
            for (int v = 0; v < nv; v++)
                acc[i][v] += a[i * rs] * bv[v];
        }
        a += ks;
        b += ldb;
    }
    for (int i = 0; i < mr; i++)
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

typedef void tile_fn(int kk, const sg_real *a, long rs, long ks, const sg_real *b, long ldb,
                     sg_real *y, long ldy, int cols, int add);

#define TILE(mr, nv)                                                                               \
    static void tile_##mr##_##nv(int kk, const sg_real *a, long rs, long ks, const sg_real *b,     \
                                 long ldb, sg_real *y, long ldy, int cols, int add)                \
    {                                                                                              \
        tile(mr, nv, kk, a, rs, ks, b, ldb, y, ldy, cols, add);                                    \
    }
#define TILES(nv) TILE(1, nv) TILE(2, nv) TILE(3, nv) TILE(4, nv)
TILES(1) TILES(2)
#if MR >= 6
TILE(5, 1) TILE(6, 1) TILE(5, 2) TILE(6, 2)
#endif
#if MR == 14
TILE(7, 1) TILE(8, 1) TILE(9, 1) TILE(10, 1) TILE(11, 1) TILE(12, 1) TILE(13, 1) TILE(14, 1)
TILE(7, 2) TILE(8, 2) TILE(9, 2) TILE(10, 2) TILE(11, 2) TILE(12, 2) TILE(13, 2) TILE(14, 2)
#endif

/* clang-format off */
static tile_fn *const tiles[NV][MR] = {
#if MR == 14
    {tile_1_1, tile_2_1, tile_3_1, tile_4_1, tile_5_1, tile_6_1, tile_7_1, tile_8_1, tile_9_1,
     tile_10_1, tile_11_1, tile_12_1, tile_13_1, tile_14_1},
    {tile_1_2, tile_2_2, tile_3_2, tile_4_2, tile_5_2, tile_6_2, tile_7_2, tile_8_2, tile_9_2,
     tile_10_2, tile_11_2, tile_12_2, tile_13_2, tile_14_2},
#elif MR == 6
    {tile_1_1, tile_2_1, tile_3_1, tile_4_1, tile_5_1, tile_6_1},
    {tile_1_2, tile_2_2, tile_3_2, tile_4_2, tile_5_2, tile_6_2},
#else
    {tile_1_1, tile_2_1, tile_3_1, tile_4_1},
    {tile_1_2, tile_2_2, tile_3_2, tile_4_2},
#endif
};
/* clang-format on */

static void gemm(sg_real *y, long ldy, const sg_real *a, long rs, long ks, const sg_real *b,
                 long ldb, int m, int n, int kk, int add)
{
    sg_real pack[KC * NR] __attribute__((aligned(64)));
    int blocks = (m + MR - 1) / MR; /* rows spread evenly over the tiles */
    for (int k0 = 0; k0 < kk; k0 += KC) {
        int kc = kk - k0 < KC ? kk - k0 : KC;
        for (int n0 = 0; n0 < n; n0 += NR) {
            int cols = n - n0 < NR ? n - n0 : NR;
            int nv = (cols + GL - 1) / GL;
            const sg_real *bp = b + k0 * ldb + n0;
            long ldp = ldb;
            if (blocks > 2 || cols % GL != 0) { /* packing pays or is needed */
                ldp = nv * GL;
                for (int k = 0; k < kc; k++) {
                    /* rows lie too far apart for the hardware to see the pattern */
                    if (k + AHEAD < kc)
                        for (int c = 0; c < cols; c += 16)
                            __builtin_prefetch(bp + (k + AHEAD) * ldb + c);
                    for (int v = 0; v < nv; v++) {
                        sg_real *to = pack + k * ldp + v * GL;
                        const sg_real *from = bp + k * ldb + v * GL;
                        int left = cols - v * GL;
                        if (left >= GL)
                            *(gvec *)to = *(const gvecu *)from;
                        else
                            for (int c = 0; c < GL; c++)
                                to[c] = c < left ? from[c] : 0;
                    }
                }
                bp = pack;
            }
            for (int t = 0, i = 0; t < blocks; t++) {
                int next = (int)((long)m * (t + 1) / blocks);
                tiles[nv - 1][next - i - 1](kc, a + i * rs + k0 * ks, rs, ks, bp, ldp,
                                            y + i * ldy + n0, ldy, cols, add || k0 > 0);
                i = next;
            }
        }
    }
    if (kk == 0 && !add)
        for (int i = 0; i < m; i++)
            r_zero(y + i * ldy, n);
}

static void transpose(sg_real *y, const sg_real *x, int rows, int cols)
{
    for (int i0 = 0; i0 < rows; i0 += LANES)
        for (int j0 = 0; j0 < cols; j0 += LANES) {
            int i1 = i0 + LANES < rows ? i0 + LANES : rows;
            int j1 = j0 + LANES < cols ? j0 + LANES : cols;
            for (int j = j0; j < j1; j++)
                for (int i = i0; i < i1; i++)
                    y[(long)j * rows + i] = x[(long)i * cols + j];
        }
}

#endif
