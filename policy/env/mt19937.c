#include <config.h>

#include <math.h>

#include "mt19937.h"

enum { N = 624, M = 397 };

void sg_i_mt_seed(sg_i_mt *m, uint32_t seed)
{
    m->key[0] = seed;
    for (uint32_t i = 1; i < N; i++)
        m->key[i] = 1812433253u * (m->key[i - 1] ^ m->key[i - 1] >> 30) + i;
    m->pos = N;
    m->has_gauss = 0;
    m->gauss = 0;
}

static void refill(sg_i_mt *m)
{
    for (int i = 0; i < N; i++) {
        uint32_t y = (m->key[i] & 0x80000000u) | (m->key[(i + 1) % N] & 0x7fffffffu);
        m->key[i] = m->key[(i + M) % N] ^ y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
    }
    m->pos = 0;
}

uint32_t sg_i_mt_u32(sg_i_mt *m)
{
    if (m->pos == N)
        refill(m);
    uint32_t y = m->key[m->pos++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
}

double sg_i_mt_uniform(sg_i_mt *m)
{
    uint32_t a = sg_i_mt_u32(m) >> 5, b = sg_i_mt_u32(m) >> 6;
    return (a * 67108864.0 + b) / 9007199254740992.0;
}

uint32_t sg_i_mt_range(sg_i_mt *m, uint32_t lo, uint32_t hi)
{
    uint32_t span = hi - 1 - lo, mask = span, v;
    for (int s = 1; s < 32; s *= 2)
        mask |= mask >> s;
    do
        v = sg_i_mt_u32(m) & mask;
    while (v > span);
    return lo + v;
}

double sg_i_mt_normal(sg_i_mt *m)
{
    if (m->has_gauss) {
        m->has_gauss = 0;
        return m->gauss;
    }
    double x, y, r2;
    do {
        x = 2 * sg_i_mt_uniform(m) - 1;
        y = 2 * sg_i_mt_uniform(m) - 1;
        r2 = x * x + y * y;
    } while (r2 >= 1 || r2 == 0);
    double f = sqrt(-2 * log(r2) / r2);
    m->gauss = f * x;
    m->has_gauss = 1;
    return f * y;
}
