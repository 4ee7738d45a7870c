/* Real chains beside the measured ones: the table that protein-tables makes. */
#include <config.h>
#include "summary.h"

#include <math.h>
#include <string.h>

#include "reference.h"
#include "reference_chains.h"

enum {
    SETS = sizeof reference_sets / sizeof *reference_sets,
    CHAINS = sizeof reference_chains / sizeof *reference_chains
};

const sg_i_reference_set *sg_i_reference_pick(const sg_protein_scores *s, size_t n, int *k)
{
    *k = SETS - 1;
    for (int q = 0; q < SETS; q++) {
        size_t inside = 0;
        for (size_t i = 0; i < n; i++)
            inside += s[i].n >= reference_sets[q].lo && s[i].n <= reference_sets[q].hi;
        if ((double)inside >= 0.95 * (double)n) {
            *k = q;
            break;
        }
    }
    return &reference_sets[*k];
}

void sg_i_reference(sg_i_summary *m, int k)
{
    *m = (sg_i_summary){.n = reference_sets[k].chains, .plausible = reference_plausible[k][0]};
    for (int c = 0; c < SG_PROTEIN_CRITERIA; c++)
        m->criteria[c] = reference_plausible[k][1 + c];
    for (int i = 0; i < SG_I_STATS_MAX; i++)
        m->value[i] = m->sd[i] = NAN;
    for (size_t r = 0; r < sizeof reference_rows / sizeof *reference_rows; r++) {
        int i = sg_i_stat_index(reference_rows[r].key);
        if (i < 0)
            continue;
        m->value[i] = reference_rows[r].value[k];
        m->sd[i] = reference_rows[r].sd[k];
    }
}

const sg_i_reference_chain *sg_i_reference_chains(size_t *n)
{
    *n = CHAINS;
    return reference_chains;
}

static double distance(double h, double e, double h2, double e2)
{
    return sqrt((h - h2) * (h - h2) + (e - e2) * (e - e2));
}

double sg_i_structure_distance(const sg_protein_scores *s, size_t n, int k)
{
    double xy = 0, xx = 0, yy = 0, nx = 0, ny = 0;
    size_t lo = reference_sets[k].lo, hi = reference_sets[k].hi;
    for (size_t i = 0; i < n; i++) {
        if (!s[i].full)
            continue;
        nx++;
        for (size_t j = 0; j < n; j++)
            xx += s[j].full ? distance(s[i].helix, s[i].strand, s[j].helix, s[j].strand) : 0;
        for (int c = 0; c < CHAINS; c++)
            if (reference_chains[c].n >= lo && reference_chains[c].n <= hi)
                xy += distance(s[i].helix, s[i].strand, reference_chains[c].helix,
                               reference_chains[c].strand);
    }
    for (int c = 0; c < CHAINS; c++) {
        if (reference_chains[c].n < lo || reference_chains[c].n > hi)
            continue;
        ny++;
        for (int d = 0; d < CHAINS; d++)
            if (reference_chains[d].n >= lo && reference_chains[d].n <= hi)
                yy += distance(reference_chains[c].helix, reference_chains[c].strand,
                               reference_chains[d].helix, reference_chains[d].strand);
    }
    return nx > 0 && ny > 0 ? 2 * xy / (nx * ny) - xx / (nx * nx) - yy / (ny * ny) : NAN;
}
