/* The int8 product, compiled once per instruction set with SG_ISA naming it, and without fused
 * multiply-adds: all give the same bits. */
#include <config.h>

#include <string.h>

#include "q8.h"
#ifdef __SSE2__
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

/* y_c = (acc_c - shift_c) f scale_c (+ y_c) (+ bias_c) for n columns; whole blocks at full width */
static inline void columns(float *y, const int32_t *acc, float f, const float *scale,
                           const int32_t *shift, const float *bias, int n, int add)
{
    float v[SG_Q8_COLS];
    for (int c = 0; c < n; c++)
        v[c] = (float)(acc[c] - shift[c]) * f * scale[c];
    for (int c = 0; bias && c < n; c++)
        v[c] += bias[c];
    for (int c = 0; c < n; c++)
        y[c] = add ? v[c] + y[c] : v[c];
}

static void finish(float *y, const int32_t *acc, float f, const float *scale, const int32_t *shift,
                   const float *bias, int n, int add)
{
    if (n == SG_Q8_COLS)
        columns(y, acc, f, scale, shift, bias, SG_Q8_COLS, add);
    else
        columns(y, acc, f, scale, shift, bias, n, add);
}

/* acc (16) = u Q of a block, k4 quadruples of rows */
#ifdef __AVX512VNNI__
static inline __m512i more(__m512i a, const unsigned char *u, const int8_t *w, int k)
{
    int32_t four;
    memcpy(&four, u + 4 * k, 4);
    return _mm512_dpbusd_epi32(a, _mm512_set1_epi32(four),
                               _mm512_load_si512(w + (long)k * 4 * SG_Q8_COLS));
}

static void sums(int32_t *acc, const unsigned char *u, const int8_t *w, int k4)
{
    __m512i zero = _mm512_setzero_si512(), a = zero, b = zero, c = zero, d = zero;
    int k = 0;
    for (; k + 4 <= k4; k += 4) { /* four sums that do not wait for each other */
        a = more(a, u, w, k);
        b = more(b, u, w, k + 1);
        c = more(c, u, w, k + 2);
        d = more(d, u, w, k + 3);
    }
    for (; k < k4; k++)
        a = more(a, u, w, k);
    _mm512_storeu_si512(acc, _mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d)));
}
#else
/* The other ways make two sums a column: of its rows 0, 1 and 2, 3 of each quadruple. */
/* clang-format off */
#if defined __AVX512BW__
#define PARTS 2
typedef __m512i part;
#define ZERO         _mm512_setzero_si512()
#define BROADCAST(x) _mm512_broadcastq_epi64(_mm_cvtepu8_epi16(x))
#define WIDEN(w)     _mm512_cvtepi8_epi16(_mm256_load_si256((const __m256i *)(const void *)(w)))
#define ADD(a, w, x) _mm512_add_epi32(a, _mm512_madd_epi16(w, x))
#define STORE(to, a) _mm512_storeu_si512(to, a)
#elif defined __AVX2__
#define PARTS 4
typedef __m256i part;
#define ZERO         _mm256_setzero_si256()
#define BROADCAST(x) _mm256_broadcastq_epi64(_mm_cvtepu8_epi16(x))
#define WIDEN(w)     _mm256_cvtepi8_epi16(_mm_load_si128((const __m128i *)(const void *)(w)))
#define ADD(a, w, x) _mm256_add_epi32(a, _mm256_madd_epi16(w, x))
#define STORE(to, a) _mm256_storeu_si256((__m256i *)(void *)(to), a)
#elif defined __SSE2__
#define PARTS 8
typedef __m128i part;
#define ZERO         _mm_setzero_si128()
#define BROADCAST(x) _mm_shuffle_epi32(_mm_unpacklo_epi8(x, ZERO), 0x44)
#define WIDEN(w)     widen(_mm_loadl_epi64((const __m128i *)(const void *)(w)))
#define ADD(a, w, x) _mm_add_epi32(a, _mm_madd_epi16(w, x))
#define STORE(to, a) _mm_storeu_si128((__m128i *)(void *)(to), a)
static inline __m128i widen(__m128i q)
{
    return _mm_unpacklo_epi8(q, _mm_cmpgt_epi8(ZERO, q));
}
#endif
/* clang-format on */

static void sums(int32_t *acc, const unsigned char *u, const int8_t *w, int k4)
{
    int32_t two[2 * SG_Q8_COLS] = {0};
#ifdef PARTS
    part a[PARTS];
    for (int i = 0; i < PARTS; i++)
        a[i] = ZERO;
    for (int k = 0; k < k4; k++, w += 4 * SG_Q8_COLS) {
        int32_t four;
        memcpy(&four, u + 4 * k, 4);
        part x = BROADCAST(_mm_cvtsi32_si128(four));
        for (int i = 0; i < PARTS; i++)
            a[i] = ADD(a[i], WIDEN(w + i * (4 * SG_Q8_COLS / PARTS)), x);
    }
    for (int i = 0; i < PARTS; i++)
        STORE(two + i * (2 * SG_Q8_COLS / PARTS), a[i]);
#else
    for (int k = 0; k < k4; k++, u += 4, w += 4 * SG_Q8_COLS)
        for (int c = 0; c < 2 * SG_Q8_COLS; c++)
            two[c] += u[2 * (c & 1)] * w[2 * c] + u[2 * (c & 1) + 1] * w[2 * c + 1];
#endif
    for (int c = 0; c < SG_Q8_COLS; c++)
        acc[c] = two[2 * c] + two[2 * c + 1];
}
#endif

static void product(float *y, long ldy, const float *x, long ldx, int m, const sg_q8_matrix *q,
                    const float *bias, int add, unsigned char *scratch)
{
    int k4 = (q->rows + 3) / 4, blocks = (q->cols + SG_Q8_COLS - 1) / SG_Q8_COLS;
    for (int r = 0; r < m; r++) {
        int32_t acc[SG_Q8_COLS];
        float f = quantise(scratch, (float *)(void *)(scratch + sg_q8_padded(q)), x + r * ldx,
                           q->inverse, q->rows);
        for (int k = q->rows; k < 4 * k4; k++)
            scratch[k] = 0; /* meets zeros */
        for (int b = 0; b < blocks; b++) {
            int c = b * SG_Q8_COLS, n = q->cols - c < SG_Q8_COLS ? q->cols - c : SG_Q8_COLS;
            sums(acc, scratch, q->w + (long)b * k4 * 4 * SG_Q8_COLS, k4);
            finish(y + r * ldy + c, acc, f, q->scale + c, q->shift + c, bias ? bias + c : NULL, n,
                   add);
        }
    }
}

const sg_q8_isa SG_CAT(sg_i_q8_, SG_ISA) = {SG_STR(SG_ISA), product};
