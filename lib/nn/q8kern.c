/* The int8 product, compiled once per instruction set with SG_ISA naming it, and without fused
 * multiply-adds: all give the same bits. */
#include <config.h>

#include <string.h>

#include "q8.h"
#ifdef __AVX512VNNI__
#include <immintrin.h>
#endif

#define SG_CAT_(a, b) a##b
#define SG_CAT(a, b)  SG_CAT_(a, b)
#define SG_STR_(a)    #a
#define SG_STR(a)     SG_STR_(a)

/* v = x/in; u = round(v/f) + 128 with f the largest |v| over 127, which is returned. Rounding is to
 * nearest, ties to even: adding 1.5 2^23 leaves the integer in the low bits. */
static float quantise(unsigned char *u, float *v, const float *x, const float *inverse, int n)
{
    const float magic = 12582912.0f;
    float top[SG_Q8_COLS] = {0}, most = 1e-30f;
    for (int i = 0; i < n; i += SG_Q8_COLS)
        for (int k = 0; k < SG_Q8_COLS && i + k < n; k++) {
            float y = x[i + k] * inverse[i + k], size = y < 0 ? -y : y;
            v[i + k] = y;
            top[k] = size > top[k] ? size : top[k];
        }
    for (int k = 0; k < SG_Q8_COLS; k++)
        most = top[k] > most ? top[k] : most;
    most = most < 1e30f ? most : 1e30f;
    float scale = 127 / most;
    for (int i = 0; i < n; i++) {
        float y = v[i] * scale;
        y = y < -127 ? -127 : y;
        y = y > 127 ? 127 : y;
        y += magic;
        int32_t bits;
        memcpy(&bits, &y, sizeof bits);
        u[i] = (unsigned char)((bits & 0xff) ^ 0x80);
    }
    return most / 127;
}

/* y_c = (acc_c - shift_c) f scale_c (+ y_c) (+ bias_c) */
static void finish(float *y, const int32_t *acc, float f, const float *scale, const int32_t *shift,
                   const float *bias, int n, int add)
{
    float v[SG_Q8_COLS];
    for (int c = 0; c < SG_Q8_COLS; c++)
        v[c] = (float)(acc[c] - shift[c]) * f * scale[c];
    for (int c = 0; c < n; c++)
        y[c] = v[c] + (bias ? bias[c] : 0) + (add ? y[c] : 0);
}

/* acc (blocks, 16) = u Q for the given number of column blocks, k4 quadruples of rows */
#ifdef __AVX512VNNI__
#define SUMS(B)                                                                                    \
    static void sums##B(int32_t *acc, const unsigned char *u, const int8_t *w, int k4)             \
    {                                                                                              \
        __m512i a[B];                                                                              \
        for (int b = 0; b < B; b++)                                                                \
            a[b] = _mm512_setzero_si512();                                                         \
        for (int k = 0; k < k4; k++) {                                                             \
            int32_t four;                                                                          \
            memcpy(&four, u + 4 * k, 4);                                                           \
            __m512i x = _mm512_set1_epi32(four);                                                   \
            for (int b = 0; b < B; b++)                                                            \
                a[b] = _mm512_dpbusd_epi32(                                                        \
                    a[b], x, _mm512_load_si512(w + ((long)b * k4 + k) * 4 * SG_Q8_COLS));          \
        }                                                                                          \
        for (int b = 0; b < B; b++)                                                                \
            _mm512_storeu_si512(acc + b * SG_Q8_COLS, a[b]);                                       \
    }
SUMS(4)
SUMS(1)
#undef SUMS
#else
static void sums1(int32_t *acc, const unsigned char *u, const int8_t *w, int k4)
{
    int32_t a[4 * SG_Q8_COLS] = {0};
    for (int k = 0; k < k4; k++, w += 4 * SG_Q8_COLS)
        for (int c = 0; c < SG_Q8_COLS; c++) /* four sums a column, added below */
            for (int i = 0; i < 4; i++)
                a[4 * c + i] += u[4 * k + i] * w[4 * c + i];
    for (int c = 0; c < SG_Q8_COLS; c++)
        acc[c] = a[4 * c] + a[4 * c + 1] + a[4 * c + 2] + a[4 * c + 3];
}

static void sums4(int32_t *acc, const unsigned char *u, const int8_t *w, int k4)
{
    for (int b = 0; b < 4; b++)
        sums1(acc + b * SG_Q8_COLS, u, w + (long)b * k4 * 4 * SG_Q8_COLS, k4);
}
#endif

static void product(float *y, long ldy, const float *x, long ldx, int m, const sg_q8_matrix *q,
                    const float *bias, int add, unsigned char *scratch)
{
    int k4 = (q->rows + 3) / 4, blocks = (q->cols + SG_Q8_COLS - 1) / SG_Q8_COLS;
    for (int r = 0; r < m; r++) {
        int32_t acc[4 * SG_Q8_COLS];
        float f = quantise(scratch, (float *)(void *)(scratch + sg_q8_padded(q)), x + r * ldx,
                           q->inverse, q->rows);
        for (int k = q->rows; k < 4 * k4; k++)
            scratch[k] = 0; /* meets zeros */
        for (int b = 0; b < blocks;) {
            int at_once = blocks - b >= 4 ? 4 : 1;
            const int8_t *w = q->w + (long)b * k4 * 4 * SG_Q8_COLS;
            (at_once == 4 ? sums4 : sums1)(acc, scratch, w, k4);
            for (int i = 0; i < at_once; i++, b++) {
                int c = b * SG_Q8_COLS, n = q->cols - c < SG_Q8_COLS ? q->cols - c : SG_Q8_COLS;
                finish(y + r * ldy + c, acc + i * SG_Q8_COLS, f, q->scale + c, q->shift + c,
                       bias ? bias + c : NULL, n, add);
            }
        }
    }
}

const sg_q8_isa SG_CAT(sg_i_q8_, SG_ISA) = {SG_STR(SG_ISA), product};
