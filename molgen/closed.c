#include <config.h>

#include <string.h>

#include <sigen/mol_valence.h>
#include "closed.h"
#include "field.h"

/* The atoms of a molecule: sums of bond orders and hydrogens, net charge. */
typedef struct shells {
    int sum[SG_MOL_MAX_HEAVY], charge;
} shells;

static void count(shells *s, const sg_mol_vocab *v, int n, const int *cls, const int *bond)
{
    memset(s, 0, sizeof *s);
    for (int i = 0, p = 0; i < n; i++) {
        s->sum[i] += v->cls[cls[i]].hydrogens;
        s->charge += v->cls[cls[i]].charge;
        for (int j = i + 1; j < n; j++, p++) {
            s->sum[i] += bond[p];
            s->sum[j] += bond[p];
        }
    }
}

static int closes(const sg_mol_class *c, int sum)
{
    return sum < 32 && sg_mol_valences(c->element, c->charge) >> sum & 1;
}

int sg_mol_shells_closed(const sg_mol_vocab *v, int n, const int *cls, const int *bond, int *charge)
{
    shells s;
    int all = 1;
    count(&s, v, n, cls, bond);
    for (int i = 0; i < n; i++)
        all &= closes(&v->cls[cls[i]], s.sum[i]);
    *charge = s.charge;
    return all;
}

static int allowed(const sg_mol_vocab *v, int charge)
{
    return charge >= v->net_charge[0] && charge <= v->net_charge[1];
}

int sg_mol_closed(const sg_mol_vocab *v, int n, const int *cls, const int *bond)
{
    int charge;
    return sg_mol_shells_closed(v, n, cls, bond, &charge) && allowed(v, charge);
}

/* out: the tokens, undecided ones at their most probable class. */
static void guess(int *out, const sg_state *s, int component)
{
    const sg_slot *t = &s->slot[component];
    const double *p = s->pred.v[component];
    size_t width = s->sys->c[component].width;
    for (size_t j = 0; j < t->len; j++, p += width) {
        size_t best = 0;
        for (size_t k = 1; k < width; k++)
            best = p[k] > p[best] ? k : best;
        out[j] = t->tok[j] < (int)width ? t->tok[j] : (int)best;
    }
}

void sg_mol_unsettle(const sg_mol_vocab *v, sg_state *s)
{
    int cls[SG_MOL_MAX_HEAVY], bond[SG_MOL_MAX_HEAVY * (SG_MOL_MAX_HEAVY - 1) / 2];
    int n = (int)s->slot[SG_MOL_X].n, wrong[SG_MOL_MAX_HEAVY], near[SG_MOL_MAX_HEAVY];
    shells now;
    guess(cls, s, SG_MOL_CLASS);
    guess(bond, s, SG_MOL_BOND);
    count(&now, v, n, cls, bond);
    for (int i = 0; i < n; i++) {
        const sg_mol_class *c = &v->cls[cls[i]];
        wrong[i] = near[i] = !closes(c, now.sum[i]) || (c->charge != 0 && !allowed(v, now.charge));
    }
    for (int i = 0, p = 0; i < n; i++)
        for (int j = i + 1; j < n; j++, p++)
            if (bond[p] && (wrong[i] || wrong[j]))
                near[i] = near[j] = 1;
    for (int i = 0, p = 0; i < n; i++) {
        if (near[i])
            s->slot[SG_MOL_CLASS].tok[i] = v->n_classes;
        for (int j = i + 1; j < n; j++, p++)
            if (near[i] || near[j])
                s->slot[SG_MOL_BOND].tok[p] = SG_MOL_BONDS;
    }
}
