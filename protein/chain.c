#include <config.h>

#include <math.h>

#include "chain.h"

enum { SHORTEST = 8 };

double sg_protein_rg(size_t n)
{
    return 0.22 * pow((double)n, 0.38);
}

/* Squared radius of gyration of the chain, centred: 3 (sigma^2 - mean of its covariances). */
static double chain_rg2(double rho, double sigma, int n)
{
    double sum = n, power = 1;
    for (int k = 1; k < n; k++) {
        power *= rho;
        sum += 2 * (n - k) * power;
    }
    return 3 * sigma * sigma * (1 - sum / ((double)n * n));
}

void sg_protein_chain_law_init(sg_protein_chain_law *law)
{
    for (int n = 0; n <= SG_PROTEIN_NET_LONGEST; n++) {
        double rg = 1.04 * sg_protein_rg((size_t)n), lo = 0.5, hi = 1 - 1e-9;
        for (int k = 0; k < 60 && n >= SHORTEST; k++) {
            double rho = 0.5 * (lo + hi), sigma = SG_PROTEIN_STEP / sqrt(6 * (1 - rho));
            if (chain_rg2(rho, sigma, n) < rg * rg)
                lo = rho;
            else
                hi = rho;
        }
        law->rho[n] = n < SHORTEST ? 0 : 0.5 * (lo + hi);
        law->sigma[n] = SG_PROTEIN_STEP / sqrt(6 * (1 - law->rho[n]));
    }
}

static sg_map of_length(const sg_map *m, size_t n)
{
    const sg_protein_chain_law *law = m->data;
    return sg_map_ar1(law->rho[n], law->sigma[n]);
}

static void apply(const sg_map *m, double *x, size_t n, size_t width)
{
    sg_map one = of_length(m, n);
    one.apply(&one, x, n, width);
}

static void solve(const sg_map *m, double *x, size_t n, size_t width)
{
    sg_map one = of_length(m, n);
    one.solve(&one, x, n, width);
}

static double logdet(const sg_map *m, size_t n)
{
    sg_map one = of_length(m, n);
    return one.logdet(&one, n);
}

sg_map sg_protein_chain_map(const sg_protein_chain_law *law)
{
    return (sg_map){.apply = apply, .solve = solve, .logdet = logdet, .data = law};
}
