#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chem.h"
#include "tally.h"

static void count(sg_i_hist *h, double cell)
{
    h->total++;
    if (cell >= 0 && cell < SG_I_CELLS)
        h->count[(int)cell]++;
    else
        h->outside++;
}

static void count_bond(sg_i_tally *t, const sg_mol_atom *a, const sg_mol_atom *b)
{
    int lo = a->element < b->element ? a->element : b->element, sum = a->element + b->element;
    double d = hypot(hypot(a->xyz[0] - b->xyz[0], a->xyz[1] - b->xyz[1]), a->xyz[2] - b->xyz[2]);
    double cell = floor((d - SG_I_LENGTH_LO) / SG_I_LENGTH_BIN);
    if (lo == 1 && sum == 7)
        count(&t->hist[SG_I_HIST_CH], cell);
    else if (lo == 6 && sum >= 12 && sum <= 14)
        count(&t->hist[sum == 12 ? SG_I_HIST_CC : sum == 13 ? SG_I_HIST_CN : SG_I_HIST_CO], cell);
}

sg_status sg_i_verdict_of(sg_i_verdict *v, const sg_mol *m, sg_error *err)
{
    v->smiles = NULL;
    sg_status s = sg_mol_judge(&v->judge, m, err);
    if (s == SG_OK)
        s = sg_mol_geometry_check(&v->geometry, m, err);
    if (s != SG_OK)
        return s;
    v->valid = v->judge.valid;
    if (!sg_i_chem_available() || !m->has_bonds)
        return SG_OK;
    int got = sg_i_chem_smiles(m, &v->smiles);
    if (got == SG_ENOMEM)
        return sg_fail(err, SG_ENOMEM, "no memory for a SMILES");
    v->valid = got == 1;
    return SG_OK;
}

static sg_status keep(sg_i_tally *t, char *smiles, sg_error *err)
{
    if (t->n_smiles == t->cap_smiles) {
        size_t cap = t->cap_smiles ? 2 * t->cap_smiles : 256;
        char **p = realloc(t->smiles, cap * sizeof *p);
        if (!p)
            return sg_fail(err, SG_ENOMEM, "no memory for %zu SMILES", cap);
        t->smiles = p;
        t->cap_smiles = cap;
    }
    t->smiles[t->n_smiles++] = smiles;
    return SG_OK;
}

sg_status sg_i_tally_add(sg_i_tally *t, const sg_mol *m, sg_i_verdict *v, sg_error *err)
{
    const sg_mol_judgement *j = &v->judge;
    int heavy = 0;
    if (v->smiles) {
        sg_status s = keep(t, v->smiles, err);
        if (s != SG_OK) {
            free(v->smiles);
            v->smiles = NULL;
            return s;
        }
    }
    t->n++;
    t->atoms += (size_t)m->n_atoms;
    t->stable_atoms += (size_t)j->stable;
    t->valid += v->valid;
    t->stable += j->all_stable;
    t->connected += j->connected;
    t->closed += j->closed_shell;
    t->placed += m->has_xyz != 0;
    t->geometry += m->has_xyz && !v->geometry;
    for (int i = 0; i < m->n_atoms; i++) {
        heavy += m->atom[i].element != 1;
        count(&t->hist[SG_I_HIST_ELEMENTS], m->atom[i].element);
    }
    for (int i = 0; i < m->n_bonds && m->has_xyz; i++)
        count_bond(t, &m->atom[m->bond[i].a], &m->atom[m->bond[i].b]);
    count(&t->hist[SG_I_HIST_ATOMS], m->n_atoms);
    count(&t->hist[SG_I_HIST_HEAVY], heavy);
    if (m->has_bonds)
        count(&t->hist[SG_I_HIST_RINGS], m->n_bonds - m->n_atoms + j->fragments);
    return SG_OK;
}

static int order(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void sg_i_tally_finish(sg_i_tally *t)
{
    if (t->n_smiles)
        qsort(t->smiles, t->n_smiles, sizeof *t->smiles, order);
    t->unique = 0;
    for (size_t k = 0; k < t->n_smiles; k++)
        t->unique += !k || strcmp(t->smiles[k], t->smiles[k - 1]) != 0;
}

void sg_i_tally_clear(sg_i_tally *t)
{
    for (size_t k = 0; k < t->n_smiles; k++)
        free(t->smiles[k]);
    free(t->smiles);
    memset(t, 0, sizeof *t);
}
