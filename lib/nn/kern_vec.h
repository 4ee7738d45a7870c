/* Sixteen-lane vectors in GCC's vector extension: lowered to one zmm, two ymm or four xmm. Row
 * reductions use sixteen partial sums and one fixed tree on every instruction set. */
#ifndef SG_NN_KERN_VEC_H
#define SG_NN_KERN_VEC_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX2__)
#include <immintrin.h>
#endif

#include "nn.h"

#define LANES 16

typedef sg_real vec __attribute__((vector_size(LANES * sizeof(sg_real))));
typedef sg_real vecu
    __attribute__((vector_size(LANES * sizeof(sg_real)), aligned(sizeof(sg_real)), may_alias));

#define INLINE static inline __attribute__((always_inline, unused))

INLINE vec ld(const sg_real *p)
{
    return *(const vecu *)p;
}

INLINE void st(sg_real *p, vec v)
{
    *(vecu *)p = v;
}

INLINE vec splat(sg_real s)
{
    return (vec){s, s, s, s, s, s, s, s, s, s, s, s, s, s, s, s};
}

/* ld_part, st_part: the first m elements, all of them if m >= LANES; the others 0. By masks where
 * the machine can, and without a branch: a loop becomes a call of memcpy, which costs more than
 * most of what is done with the vector, and a product on the other side of a branch from its sum is
 * fused for one instruction set and not for another. */
INLINE int at_most_all(int m)
{
    return m < LANES ? m : LANES;
}

#if defined(__AVX512F__) && !defined(SG_REAL_DOUBLE)

INLINE vec ld_part(const sg_real *p, int m)
{
    return (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << at_most_all(m)) - 1), p);
}

INLINE void st_part(sg_real *p, vec v, int m)
{
    _mm512_mask_storeu_ps(p, (__mmask16)((1u << at_most_all(m)) - 1), (__m512)v);
}

#elif defined(__AVX2__) && !defined(SG_REAL_DOUBLE)

/* ones in the first m of 16 places, then zeros: from place 16 - m */
static const int32_t first_places[2 * LANES]
    __attribute__((unused)) = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

INLINE vec ld_part(const sg_real *p, int m)
{
    const int32_t *mask = first_places + LANES - at_most_all(m);
    union {
        __m256 half[2];
        vec all;
    } u;
    u.half[0] = _mm256_maskload_ps(p, _mm256_loadu_si256((const __m256i *)mask));
    u.half[1] = _mm256_maskload_ps(p + 8, _mm256_loadu_si256((const __m256i *)(mask + 8)));
    return u.all;
}

INLINE void st_part(sg_real *p, vec v, int m)
{
    const int32_t *mask = first_places + LANES - at_most_all(m);
    union {
        __m256 half[2];
        vec all;
    } u = {.all = v};
    _mm256_maskstore_ps(p, _mm256_loadu_si256((const __m256i *)mask), u.half[0]);
    _mm256_maskstore_ps(p + 8, _mm256_loadu_si256((const __m256i *)(mask + 8)), u.half[1]);
}

#else

INLINE vec ld_part(const sg_real *p, int m)
{
    sg_real t[LANES] __attribute__((aligned(64))) = {0};
    for (int i = 0; i < at_most_all(m); i++)
        t[i] = p[i];
    return ld(t);
}

INLINE void st_part(sg_real *p, vec v, int m)
{
    sg_real t[LANES] __attribute__((aligned(64)));
    st(t, v);
    for (int i = 0; i < at_most_all(m); i++)
        p[i] = t[i];
}

#endif

INLINE sg_real hsum(vec v)
{
    v += __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
    v += __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11);
    v += __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
    v += __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14);
    return v[0];
}

#ifdef SG_REAL_DOUBLE
typedef int64_t veci __attribute__((vector_size(LANES * 8)));
#else
typedef int32_t veci __attribute__((vector_size(LANES * 4)));
#endif

INLINE vec vmin(vec a, vec b)
{
    veci m = a < b;
    return (vec)(((veci)a & m) | ((veci)b & ~m));
}

INLINE vec vmax(vec a, vec b)
{
    veci m = a > b;
    return (vec)(((veci)a & m) | ((veci)b & ~m));
}

INLINE sg_real hmax(vec v)
{
    v = vmax(v,
             __builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
    v = vmax(v,
             __builtin_shufflevector(v, v, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
    v = vmax(v,
             __builtin_shufflevector(v, v, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
    v = vmax(v,
             __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
    return v[0];
}

#ifdef SG_REAL_DOUBLE

INLINE vec vexp(vec x)
{
    for (int i = 0; i < LANES; i++)
        x[i] = exp(x[i]);
    return x;
}

INLINE vec vsqrt(vec x)
{
    for (int i = 0; i < LANES; i++)
        x[i] = sqrt(x[i]);
    return x;
}

INLINE sg_real rsqrt1(sg_real x)
{
    return 1.0 / sqrt(x);
}

#else

/* e^x, relative error below 1e-7 on [-87, 88], arguments outside are clamped: x = k ln 2 + r,
 * degree 6 polynomial of e^r on |r| <= ln(2)/2, exponent added as an integer */
INLINE vec vexp(vec x)
{
    const vec magic = splat(12582912.0f); /* 1.5 2^23: rounds to an integer */
    x = vmin(vmax(x, splat(-87.0f)), splat(88.0f));
    vec kf = x * splat(1.44269504f) + magic;
    veci k = (veci)kf;
    kf -= magic;
    vec r = x - kf * splat(0.693359375f);
    r = r - kf * splat(-2.12194440e-4f);
    vec p = splat(1.38949e-3f);
    p = p * r + splat(8.3334532e-3f);
    p = p * r + splat(4.1666552e-2f);
    p = p * r + splat(1.6666666e-1f);
    p = p * r + splat(0.5f);
    p = p * r + splat(1.0f);
    p = p * r + splat(1.0f);
    return (vec)((veci)p + (k << 23));
}

INLINE vec vsqrt(vec x)
{
    for (int i = 0; i < LANES; i++)
        x[i] = __builtin_sqrtf(x[i]);
    return x;
}

INLINE sg_real rsqrt1(sg_real x)
{
    return 1.0f / __builtin_sqrtf(x);
}

#endif

INLINE vec vsilu(vec x)
{
    return x / (splat(1) + vexp(-x));
}

/* derivative of silu: s (1 + x (1 - s)), s = 1/(1 + e^-x) */
INLINE vec vsilu_d(vec x)
{
    vec s = splat(1) / (splat(1) + vexp(-x));
    return s * (splat(1) + x * (splat(1) - s));
}

INLINE vec vtanh(vec x)
{
    return splat(1) - splat(2) / (splat(1) + vexp(x + x));
}

INLINE vec velu(vec x)
{
    return vmax(x, vexp(vmin(x, splat(0))) - splat(1));
}

/* The upper tail of the normal law, 1 - Phi(x), x >= 0. In float: (7.1.26) of [AS64], with rounding
 * off by less than 3e-7. */
#ifdef SG_REAL_DOUBLE
INLINE vec vtail(vec x)
{
    for (int i = 0; i < LANES; i++)
        x[i] = erfc(x[i] * M_SQRT1_2) / 2;
    return x;
}
#else
INLINE vec vtail(vec x)
{
    vec t = splat(1) / (splat(1) + splat(0.231641888f) * x);
    vec p = splat(0.5307027145f);
    p = p * t + splat(-0.7265760135f);
    p = p * t + splat(0.7107068705f);
    p = p * t + splat(-0.142248368f);
    p = p * t + splat(0.127414796f);
    return p * t * vexp(splat(-0.5f) * x * x);
}
#endif

/* x Phi(x) [HG16] */
INLINE vec vgelu(vec x)
{
    vec size = vmax(x, -x);
    return vmax(x, splat(0)) - size * vtail(size);
}

/* Phi(x) + x phi(x) */
INLINE vec vgelu_d(vec x)
{
    vec tail = vtail(vmax(x, -x));
    veci right = x > splat(0);
    vec phi = (vec)(((veci)(splat(1) - tail) & right) | ((veci)tail & ~right));
    return phi + x * splat((sg_real)0.39894228040143267794) * vexp(splat((sg_real)-0.5) * x * x);
}

/* an activation (SG_ACT_*, not NONE) and its derivative at x */
INLINE vec vact(vec x, int act)
{
    return act == SG_ACT_SILU   ? vsilu(x)
           : act == SG_ACT_TANH ? vtanh(x)
           : act == SG_ACT_ELU  ? velu(x)
                                : vgelu(x);
}

INLINE vec vact_d(vec x, int act)
{
    if (act == SG_ACT_SILU)
        return vsilu_d(x);
    if (act == SG_ACT_GELU)
        return vgelu_d(x);
    if (act == SG_ACT_ELU)
        return vexp(vmin(x, splat(0)));
    vec y = vtanh(x);
    return splat(1) - y * y;
}

/* small row helpers; the tails are scalar, each element sees the same operations */
INLINE void r_add(sg_real *y, const sg_real *x, int n)
{
    int c = 0;
    for (; c + LANES <= n; c += LANES)
        st(y + c, ld(y + c) + ld(x + c));
    for (; c < n; c++)
        y[c] += x[c];
}

INLINE void r_axpy(sg_real *y, sg_real a, const sg_real *x, int n)
{
    int c = 0;
    for (; c + LANES <= n; c += LANES)
        st(y + c, ld(y + c) + splat(a) * ld(x + c));
    for (; c < n; c++)
        y[c] += a * x[c];
}

/* y += x z */
INLINE void r_muladd(sg_real *y, const sg_real *x, const sg_real *z, int n)
{
    int c = 0;
    for (; c + LANES <= n; c += LANES)
        st(y + c, ld(y + c) + ld(x + c) * ld(z + c));
    for (; c < n; c++)
        y[c] += x[c] * z[c];
}

INLINE void r_copy(sg_real *y, const sg_real *x, int n)
{
    memcpy(y, x, (size_t)n * sizeof *y);
}

INLINE void r_zero(sg_real *y, int n)
{
    memset(y, 0, (size_t)n * sizeof *y);
}

#endif
