#include <config.h>
#include <sigen/mol_valence.h>

#include <stdlib.h>

enum { V0 = 1 << 0, V1 = 1 << 1, V2 = 1 << 2, V3 = 1 << 3, V4 = 1 << 4, V5 = 1 << 5, V6 = 1 << 6 };

/* Charges -2 .. 4; an ion has the valences of the neutral element with as many valence electrons,
 * as far as such ions are met; hypervalent sums only of the third period on. */
/* clang-format off */
static const struct row {
    unsigned char element;
    unsigned char sum[7];
} rows[] = {
    /*      -2       -1       0              1        2      3      4 */
    {1,  {0,       V0,      V1,            V0,      0,     0,     0}},  /* H */
    {3,  {0,       0,       V1,            V0,      0,     0,     0}},  /* Li */
    {5,  {0,       V4,      V3,            V2,      0,     0,     0}},  /* B */
    {6,  {0,       V3,      V4,            V3,      0,     0,     0}},  /* C */
    {7,  {V1,      V2,      V3,            V4,      0,     0,     0}},  /* N */
    {8,  {V0,      V1,      V2,            V3,      0,     0,     0}},  /* O */
    {9,  {0,       V0,      V1,            V2,      0,     0,     0}},  /* F */
    {11, {0,       0,       V1,            V0,      0,     0,     0}},  /* Na */
    {12, {0,       0,       V2,            V1,      V0,    0,     0}},  /* Mg */
    {14, {V6,      V3 | V5, V4,            V3,      0,     0,     0}},  /* Si */
    {15, {V1,      V2|V4|V6, V3 | V5,      V4,      0,     0,     0}},  /* P */
    {16, {V0,      V1,      V2 | V4 | V6,  V3 | V5, V4,    0,     0}},  /* S */
    {17, {0,       V0,      V1,            V2,      V3,    V4,    0}},  /* Cl */
    {19, {0,       0,       V1,            V0,      0,     0,     0}},  /* K */
    {20, {0,       0,       V2,            V1,      V0,    0,     0}},  /* Ca */
    {30, {0,       0,       V2,            V1,      V0,    0,     0}},  /* Zn */
    {33, {V1,      V2|V4|V6, V3 | V5,      V4,      0,     0,     0}},  /* As */
    {34, {V0,      V1,      V2 | V4 | V6,  V3 | V5, V4,    0,     0}},  /* Se */
    {35, {0,       V0,      V1,            V2,      V3,    V4,    0}},  /* Br */
    {53, {0,       V0 | V2 | V4, V1 | V3 | V5,  V2 | V4, V3,    V4,    0}},  /* I */
};
/* clang-format on */

unsigned sg_mol_valences(int element, int charge)
{
    if (charge < -2 || charge > 4)
        return 0;
    for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++)
        if (rows[k].element == element)
            return rows[k].sum[charge + 2];
    return 0;
}

int sg_mol_open_valence(int element, int charge, int sum)
{
    unsigned v = sg_mol_valences(element, charge);
    for (int k = sum; k >= 0 && k < 8; k++)
        if (v >> k & 1)
            return k - sum;
    return -1;
}

void sg_mol_bond_sums(int *sum, const sg_mol *m)
{
    for (int i = 0; i < m->n_atoms; i++)
        sum[i] = 0;
    for (int k = 0; k < m->n_bonds; k++) {
        const sg_mol_bond *b = &m->bond[k];
        int order = b->order == 4 ? 16 : b->order;
        sum[b->a] += order;
        sum[b->b] += order;
    }
}

static int root(int *up, int i)
{
    while (up[i] != i)
        i = up[i] = up[up[i]];
    return i;
}

static int fragments(const sg_mol *m, int *up)
{
    int n = m->n_atoms;
    for (int i = 0; i < n; i++)
        up[i] = i;
    for (int k = 0; k < m->n_bonds; k++) {
        int a = root(up, m->bond[k].a), b = root(up, m->bond[k].b);
        n -= a != b;
        up[a] = b;
    }
    return n;
}

sg_status sg_mol_judge(sg_mol_judgement *j, const sg_mol *m, sg_error *err)
{
    sg_mol_judgement r = {0};
    int n = m->n_atoms, electrons = 0, open = 0, over = 0, radical = 0;
    int *work = malloc(sizeof *work * (size_t)(n + 1));
    if (!work)
        return sg_fail(err, SG_ENOMEM, "no memory for %d atoms", n);
    r.fragments = fragments(m, work);
    sg_mol_bond_sums(work, m);
    for (int i = 0; i < n; i++) {
        const sg_mol_atom *a = &m->atom[i];
        int v = sg_mol_open_valence(a->element, a->charge, work[i]);
        r.stable += v == 0;
        over += v < 0;
        open += v > 0;
        radical += a->radical != 0;
        r.charge += a->charge;
        electrons += a->element - a->charge;
    }
    free(work);
    r.all_stable = n > 0 && r.stable == n;
    r.valid = n > 0 && over == 0;
    r.connected = r.fragments == 1;
    r.neutral = n > 0 && r.charge == 0;
    r.closed_shell = n > 0 && open == 0 && radical == 0 && electrons % 2 == 0;
    *j = r;
    return SG_OK;
}

sg_status sg_mol_mark_radicals(sg_mol *m, sg_error *err)
{
    int *sum = malloc(sizeof *sum * (size_t)(m->n_atoms + 1));
    if (!sum)
        return sg_fail(err, SG_ENOMEM, "no memory for %d atoms", m->n_atoms);
    sg_mol_bond_sums(sum, m);
    for (int i = 0; i < m->n_atoms; i++) {
        int open = sg_mol_open_valence(m->atom[i].element, m->atom[i].charge, sum[i]);
        m->atom[i].radical = (unsigned char)(open < 0 ? 0 : open > 2 ? 2 : open);
    }
    free(sum);
    return SG_OK;
}
