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

/* sixteen numbers; the compiler lowers them to what the instruction set has */
typedef float fvec __attribute__((vector_size(64)));
typedef float fvecu __attribute__((vector_size(64), aligned(4), may_alias));
typedef int32_t ivec __attribute__((vector_size(64)));
typedef unsigned char bvec __attribute__((vector_size(16)));

static inline fvec splat(float x)
{
    return (fvec){x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x};
}

/* a where m, else b */
static inline fvec choose(ivec m, fvec a, fvec b)
{
    return (fvec)(((ivec)a & m) | ((ivec)b & ~m));
}

/* the first n, the rest 0 */
static inline fvec load(const float *x, int n)
{
    if (n >= 16)
        return *(const fvecu *)x;
    float t[16] __attribute__((aligned(64))) = {0};
    memcpy(t, x, (size_t)n * sizeof *t);
    return *(const fvecu *)t;
}

/* v = x/in; u = round(v/f) + 128 with f the largest |v| over 127, which is returned. Rounding is to
 * nearest, ties to even: adding 1.5 2^23 leaves the integer in the low bits. u and v have room for
 * whole sixteens. */
static float quantise(unsigned char *u, float *v, const float *x, const float *inverse, int n)
{
    fvec top = splat(0);
    float most = 1e-30f;
    for (int i = 0; i < n; i += 16) {
        fvec y = load(x + i, n - i) * load(inverse + i, n - i), size = choose(y < 0, -y, y);
        *(fvecu *)(v + i) = y;
        top = choose(size > top, size, top);
    }
    for (int k = 0; k < 16; k++)
        most = top[k] > most ? top[k] : most;
    most = most < 1e30f ? most : 1e30f;
    fvec scale = splat(127 / most), lo = splat(-127), hi = splat(127);
    for (int i = 0; i < n; i += 16) {
        fvec y = *(fvecu *)(v + i) * scale;
        y = choose(y < lo, lo, y);
        y = choose(y > hi, hi, y);
        ivec bits = (ivec)(y + splat(12582912.0f));
        bvec b = __builtin_convertvector((bits & 0xff) ^ 0x80, bvec);
        memcpy(u + i, &b, sizeof b);
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

/* acc (n, 16) = u Q of a block, n rows of inputs ld apart, k4 quadruples of rows of the matrix */
#ifdef __AVX512VNNI__
static inline __m512i more(__m512i a, const unsigned char *u, const int8_t *w, int k)
{
    int32_t four;
    memcpy(&four, u + 4 * k, 4);
    return _mm512_dpbusd_epi32(a, _mm512_set1_epi32(four),
                               _mm512_load_si512(w + (long)k * 4 * SG_Q8_COLS));
}

static void one_row(int32_t *acc, const unsigned char *u, const int8_t *w, int k4)
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

static void sums(int32_t (*acc)[SG_Q8_COLS], const unsigned char *u, size_t ld, int n,
                 const int8_t *w, int k4)
{
    int r = 0;
    for (; r + 4 <= n; r += 4) { /* each quadruple of the matrix is read once for four rows */
        const unsigned char *p = u + (size_t)r * ld;
        __m512i zero = _mm512_setzero_si512(), a[4] = {zero, zero, zero, zero};
        __m512i b[4] = {zero, zero, zero, zero};
        int k = 0;
        for (; k + 2 <= k4; k += 2)
#pragma GCC unroll 4
            for (int i = 0; i < 4; i++) {
                a[i] = more(a[i], p + (size_t)i * ld, w, k);
                b[i] = more(b[i], p + (size_t)i * ld, w, k + 1);
            }
#pragma GCC unroll 4
        for (int i = 0; i < 4; i++) {
            if (k < k4)
                a[i] = more(a[i], p + (size_t)i * ld, w, k);
            _mm512_storeu_si512(acc[r + i], _mm512_add_epi32(a[i], b[i]));
        }
    }
    for (; r < n; r++)
        one_row(acc[r], u + (size_t)r * ld, w, k4);
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

static void one_row(int32_t *acc, const unsigned char *u, const int8_t *w, int k4)
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

static void sums(int32_t (*acc)[SG_Q8_COLS], const unsigned char *u, size_t ld, int n,
                 const int8_t *w, int k4)
{
    for (int r = 0; r < n; r++)
        one_row(acc[r], u + (size_t)r * ld, w, k4);
}
#endif

/* Rows in groups: each block of the matrix comes from afar once a group. */
static void product(float *y, long ldy, const float *x, long ldx, int m, const sg_q8_matrix *q,
                    const float *bias, int add, unsigned char *scratch)
{
    int k4 = (q->rows + 3) / 4, blocks = (q->cols + SG_Q8_COLS - 1) / SG_Q8_COLS;
    size_t padded = sg_q8_padded(q);
    float f[SG_Q8_ROWS], *over = (float *)(void *)(scratch + SG_Q8_ROWS * padded);
    for (int r0 = 0; r0 < m; r0 += SG_Q8_ROWS) {
        int n = m - r0 < SG_Q8_ROWS ? m - r0 : SG_Q8_ROWS;
        for (int r = 0; r < n; r++) {
            unsigned char *u = scratch + (size_t)r * padded;
            f[r] = quantise(u, over, x + (r0 + r) * ldx, q->inverse, q->rows);
            for (int k = q->rows; k < 4 * k4; k++)
                u[k] = 0; /* meets zeros */
        }
        for (int b = 0; b < blocks; b++) {
            int c = b * SG_Q8_COLS, cols = q->cols - c < SG_Q8_COLS ? q->cols - c : SG_Q8_COLS;
            int32_t acc[SG_Q8_ROWS][SG_Q8_COLS];
            sums(acc, scratch, padded, n, q->w + (long)b * k4 * 4 * SG_Q8_COLS, k4);
            for (int r = 0; r < n; r++)
                finish(y + (r0 + r) * ldy + c, acc[r], f[r], q->scale + c, q->shift + c,
                       bias ? bias + c : NULL, cols, add);
        }
    }
}

const sg_q8_isa SG_CAT(sg_i_q8_, SG_ISA) = {SG_STR(SG_ISA), product};
