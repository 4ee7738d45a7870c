/* Random streams: Random123's known answers, and distributions against GSL's exact ones. Seeds are
 * fixed, so a pass stays a pass; each statistical case would alarm with probability 1e-6 on a
 * fresh seed and a correct generator. */
#include <sigen/rng.h>

#include "tap.h"

#include <gsl/gsl_cdf.h>
#include <stdlib.h>

#define N 200000
/* 2 exp(-2 K^2) = 1e-6: Kolmogorov's tail */
#define KS_LIMIT 2.6933
/* two-sided normal quantile of 1e-6 */
#define Z_LIMIT 4.8916

static double sample[N];

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void ks(const char *name, double (*cdf)(double))
{
    double worst = 0;
    qsort(sample, N, sizeof *sample, ascending);
    for (int i = 0; i < N; i++) {
        double f = cdf(sample[i]);
        double above = (i + 1.0) / N - f, below = f - (double)i / N;
        worst = fmax(worst, fmax(above, below));
    }
    double k = worst * sqrt(N);
    if (!tap_ok(k <= KS_LIMIT, "%s: Kolmogorov-Smirnov", name))
        printf("# sqrt(n) D = %g\n", k);
}

/* Mean and variance against the law's; the variance of the sample variance from kurtosis. */
static void moments(const char *name, double mean, double var, double excess)
{
    double m = 0, v = 0;
    for (int i = 0; i < N; i++)
        m += sample[i] / N;
    for (int i = 0; i < N; i++)
        v += (sample[i] - m) * (sample[i] - m) / (N - 1);
    double zm = (m - mean) / sqrt(var / N), zv = (v / var - 1) / sqrt((excess + 2) / N);
    if (!tap_ok(fabs(zm) <= Z_LIMIT && fabs(zv) <= Z_LIMIT, "%s: mean and variance", name))
        printf("# mean %g (z %g), variance %g (z %g)\n", m, zm, v, zv);
}

static double uniform_cdf(double x)
{
    return x;
}

static double gamma_2385(double x)
{
    return gsl_cdf_gamma_P(x, 2.385, 1);
}

static double gamma_0417(double x)
{
    return gsl_cdf_gamma_P(x, 0.417, 1);
}

static double beta_06_17(double x)
{
    return gsl_cdf_beta_P(x, 0.6, 1.7);
}

static double beta_3_25(double x)
{
    return gsl_cdf_beta_P(x, 3.1, 2.5);
}

static void known_answers(void)
{
    static const struct {
        uint32_t ctr[4], key[2], out[4];
    } kat[] = {/* Random123 1.14, tests/kat_vectors, philox4x32 10 rounds */
               {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
               {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
                {0xffffffff, 0xffffffff},
                {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
               {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                {0xa4093822, 0x299f31d0},
                {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}};
    for (int i = 0; i < 3; i++) {
        uint32_t out[4];
        sg_philox(out, kat[i].ctr, kat[i].key);
        tap_ok(memcmp(out, kat[i].out, sizeof out) == 0, "Philox4x32-10 known answer %d", i + 1);
    }
}

static void layout(void)
{
    uint64_t seed = 0x0123456789abcdefu, id = 0xfedcba9876543210u;
    uint32_t key[2] = {0x89abcdef, 0x01234567}, want[8];
    sg_rng r;
    for (uint32_t b = 0; b < 2; b++) {
        uint32_t ctr[4] = {b, 77, 0x76543210, 0xfedcba98};
        sg_philox(want + 4 * b, ctr, key);
    }
    int good = 1;
    sg_rng_init(&r, seed, id, 77);
    for (int i = 0; i < 8; i++)
        good &= sg_rng_u32(&r) == want[i];
    tap_ok(good, "a stream is Philox of (block, stream, sample) under the seed");
    sg_rng_init(&r, seed, id, 77);
    tap_ok(sg_rng_u64(&r) == ((uint64_t)want[0] << 32 | want[1]), "64-bit words: high word first");
    sg_rng_init(&r, seed, id, 77);
    tap_ok(sg_rng_uniform(&r) == (double)(((uint64_t)want[0] << 32 | want[1]) >> 11) / 0x1p53,
           "uniforms carry 53 bits");
}

static void continuous(void)
{
    sg_rng r;
    sg_rng_init(&r, 42, 3, 1);
    for (int i = 0; i < N; i++)
        sample[i] = sg_rng_uniform(&r);
    moments("uniform", 0.5, 1.0 / 12, -1.2);
    ks("uniform", uniform_cdf);
    sg_rng_init(&r, 42, 4, 1);
    sg_rng_normals(&r, sample, N);
    moments("normal", 0, 1, 0);
    ks("normal", gsl_cdf_ugaussian_P);
    for (int i = 0; i < N; i++) { /* the first normal of neighbouring samples */
        sg_rng_init(&r, 42, (uint64_t)i, 0);
        sample[i] = sg_rng_normal(&r);
    }
    double c = 0;
    for (int i = 1; i < N; i++)
        c += sample[i] * sample[i - 1] / sqrt(N - 1);
    tap_ok(fabs(c) <= Z_LIMIT, "neighbouring samples are uncorrelated");
    ks("normal over samples", gsl_cdf_ugaussian_P);
    sg_rng_init(&r, 42, 5, 1);
    for (int i = 0; i < N; i++)
        sample[i] = sg_rng_gamma(&r, 2.385);
    moments("gamma(2.385)", 2.385, 2.385, 6 / 2.385);
    ks("gamma(2.385)", gamma_2385);
    for (int i = 0; i < N; i++)
        sample[i] = sg_rng_gamma(&r, 0.417);
    moments("gamma(0.417)", 0.417, 0.417, 6 / 0.417);
    ks("gamma(0.417)", gamma_0417);
    for (int i = 0; i < N; i++)
        sample[i] = sg_rng_beta(&r, 0.6, 1.7);
    ks("beta(0.6, 1.7)", beta_06_17);
    for (int i = 0; i < N; i++)
        sample[i] = sg_rng_beta(&r, 3.1, 2.5);
    ks("beta(3.1, 2.5)", beta_3_25);
    int finite = 1;
    double mean = 0;
    for (int i = 0; i < N; i++) { /* nearly a coin: both gammas underflow */
        double x = sg_rng_beta(&r, 1e-3, 1e-3);
        finite &= x >= 0 && x <= 1;
        mean += x / N;
    }
    tap_ok(finite && fabs(mean - 0.5) <= Z_LIMIT * 0.5 / sqrt(N), "beta(0.001, 0.001) is a coin");
}

static void chi_square(const char *name, const long *count, const double *share, size_t k)
{
    double chi = 0;
    size_t cells = 0;
    int zero = 1;
    for (size_t i = 0; i < k; i++) {
        double e = share[i] * N;
        if (e > 0) {
            chi += (count[i] - e) * (count[i] - e) / e;
            cells++;
        } else {
            zero &= count[i] == 0;
        }
    }
    double p = gsl_cdf_chisq_Q(chi, (double)cells - 1);
    if (!tap_ok(zero && p >= 1e-6, "%s: chi-square", name))
        printf("# chi2 %g, p %g\n", chi, p);
}

static void discrete(void)
{
    static const double w[6] = {0.0, 2.385, 0.11, 0.0, 7.7, 0.0};
    double share[7], sum = 2.385 + 0.11 + 7.7;
    long count[7] = {0};
    sg_rng r;
    sg_rng_init(&r, 7, 0, 2);
    for (int i = 0; i < N; i++)
        count[sg_rng_choice(&r, w, 6)]++;
    for (int i = 0; i < 6; i++)
        share[i] = w[i] / sum;
    chi_square("choice, weights of zero never drawn", count, share, 6);
    memset(count, 0, sizeof count);
    for (int i = 0; i < N; i++)
        count[sg_rng_below(&r, 7)]++;
    for (int i = 0; i < 7; i++)
        share[i] = 1.0 / 7;
    chi_square("integers below 7", count, share, 7);
    /* n = 3 * 2^30: without rejection multiples of 3 would be drawn twice as often */
    memset(count, 0, sizeof count);
    for (int i = 0; i < N; i++)
        count[sg_rng_below(&r, 3u << 30) % 3]++;
    for (int i = 0; i < 3; i++)
        share[i] = 1.0 / 3;
    chi_square("integers below 3 * 2^30 are unbiased", count, share, 3);
    tap_ok(sg_rng_below(&r, 1) == 0, "below 1 is 0");
    static const double one[3] = {0, 0, 5};
    tap_ok(sg_rng_choice(&r, one, 3) == 2, "a single positive weight is drawn");
}

int main(void)
{
    known_answers();
    layout();
    continuous();
    discrete();
    return tap_done();
}
