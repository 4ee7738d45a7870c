#include <config.h>
#include <sigen/rng.h>

#include <math.h>

void sg_philox(uint32_t out[4], const uint32_t ctr[4], const uint32_t key[2])
{
    uint32_t c0 = ctr[0], c1 = ctr[1], c2 = ctr[2], c3 = ctr[3];
    uint32_t k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; round++) {
        uint64_t p0 = (uint64_t)0xD2511F53u * c0;
        uint64_t p1 = (uint64_t)0xCD9E8D57u * c2;
        c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)p1;
        c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    out[0] = c0;
    out[1] = c1;
    out[2] = c2;
    out[3] = c3;
}

void sg_rng_init(sg_rng *r, uint64_t seed, uint64_t sample, uint32_t stream)
{
    r->key[0] = (uint32_t)seed;
    r->key[1] = (uint32_t)(seed >> 32);
    r->ctr[0] = 0;
    r->ctr[1] = stream;
    r->ctr[2] = (uint32_t)sample;
    r->ctr[3] = (uint32_t)(sample >> 32);
    r->used = 4;
    r->has_spare = 0;
    r->spare = 0;
    for (int i = 0; i < 4; i++)
        r->out[i] = 0;
}

uint32_t sg_rng_u32(sg_rng *r)
{
    if (r->used == 4) {
        sg_philox(r->out, r->ctr, r->key);
        r->ctr[0]++;
        r->used = 0;
    }
    return r->out[r->used++];
}

uint64_t sg_rng_u64(sg_rng *r)
{
    uint64_t hi = sg_rng_u32(r);
    return hi << 32 | sg_rng_u32(r);
}

double sg_rng_uniform(sg_rng *r)
{
    return (double)(sg_rng_u64(r) >> 11) * 0x1p-53;
}

uint32_t sg_rng_below(sg_rng *r, uint32_t n)
{
    uint32_t limit = (uint32_t)(-n) % n; /* 2^32 mod n */
    for (;;) {
        uint64_t p = (uint64_t)sg_rng_u32(r) * n; /* [Lem19] */
        if ((uint32_t)p >= limit)
            return (uint32_t)(p >> 32);
    }
}

double sg_rng_normal(sg_rng *r)
{
    if (r->has_spare) {
        r->has_spare = 0;
        return r->spare;
    }
    double u = 1.0 - sg_rng_uniform(r); /* (0, 1] */
    double a = 6.283185307179586476925 * sg_rng_uniform(r);
    double rho = sqrt(-2.0 * log(u));
    r->spare = rho * sin(a);
    r->has_spare = 1;
    return rho * cos(a);
}

void sg_rng_normals(sg_rng *r, double *z, size_t n)
{
    for (size_t i = 0; i < n; i++)
        z[i] = sg_rng_normal(r);
}

/* Gamma(shape, 1) for shape >= 1 [MT00]. */
static double gamma_large(sg_rng *r, double shape)
{
    double d = shape - 1.0 / 3.0, c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        double x = sg_rng_normal(r), v = 1.0 + c * x;
        if (v <= 0)
            continue;
        v = v * v * v;
        double u = 1.0 - sg_rng_uniform(r);
        if (log(u) < 0.5 * x * x + d - d * v + d * log(v))
            return d * v;
    }
}

/* The logarithm: small shapes underflow in the value. Gamma(a) = Gamma(a + 1) U^(1/a). */
static double log_gamma_variate(sg_rng *r, double shape)
{
    if (shape >= 1.0)
        return log(gamma_large(r, shape));
    double boost = log(1.0 - sg_rng_uniform(r)) / shape;
    return boost + log(gamma_large(r, shape + 1.0));
}

double sg_rng_gamma(sg_rng *r, double shape)
{
    return shape >= 1.0 ? gamma_large(r, shape) : exp(log_gamma_variate(r, shape));
}

double sg_rng_beta(sg_rng *r, double a, double b)
{
    double lx = log_gamma_variate(r, a), ly = log_gamma_variate(r, b);
    return 1.0 / (1.0 + exp(ly - lx));
}

size_t sg_rng_choice(sg_rng *r, const double *w, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += w[i];
    double u = sg_rng_uniform(r) * sum;
    size_t last = 0;
    for (size_t i = 0; i < n; i++) {
        if (w[i] <= 0)
            continue;
        last = i;
        u -= w[i];
        if (u < 0)
            break;
    }
    return last;
}
