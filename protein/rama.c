#include <config.h>
#include "rama_i.h"

#include <math.h>

#include "rama.h"

static int index_of(double phi, double psi)
{
    return (int)((phi + 180) / 5) % SG_I_RAMA * SG_I_RAMA + (int)((psi + 180) / 5) % SG_I_RAMA;
}

int sg_i_rama_outside(double phi, double psi, int strict)
{
    return rama_density[index_of(phi, psi)] < (strict ? RAMA_9995 : RAMA_98);
}

int sg_i_rama_bin(double phi, double psi)
{
    int k = index_of(phi, psi);
    return k / SG_I_RAMA / 2 * (SG_I_RAMA / 2) + k % SG_I_RAMA / 2;
}

double sg_i_rama_count(int bin)
{
    return rama_count[bin];
}

void sg_i_rama_costs(float cost[SG_I_RAMA * SG_I_RAMA])
{
    const double mean = 1e6 / (SG_I_RAMA * SG_I_RAMA), least = 0.5;
    for (int k = 0; k < SG_I_RAMA * SG_I_RAMA; k++)
        cost[k] = (float)-log(((double)rama_density[k] + least) / mean);
}

double sg_i_rama_cost(const float *cost, double phi, double psi)
{
    double a = (phi + 180) / 5 - 0.5 + SG_I_RAMA, b = (psi + 180) / 5 - 0.5 + SG_I_RAMA;
    int i = (int)a, j = (int)b, i1 = (i + 1) % SG_I_RAMA, j1 = (j + 1) % SG_I_RAMA;
    double u = a - i, v = b - j;
    i %= SG_I_RAMA;
    j %= SG_I_RAMA;
    return (1 - u) *
               ((1 - v) * (double)cost[i * SG_I_RAMA + j] + v * (double)cost[i * SG_I_RAMA + j1]) +
           u * ((1 - v) * (double)cost[i1 * SG_I_RAMA + j] + v * (double)cost[i1 * SG_I_RAMA + j1]);
}
