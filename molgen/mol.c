#include <config.h>
#include <sigen/mol.h>

#include <stdlib.h>
#include <string.h>

/* clang-format off */
static const char symbols[119][3] = {
    "", "H", "He", "Li", "Be", "B", "C", "N", "O", "F", "Ne", "Na", "Mg", "Al", "Si", "P", "S", "Cl",
    "Ar", "K", "Ca", "Sc", "Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As", "Se",
    "Br", "Kr", "Rb", "Sr", "Y", "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In", "Sn", "Sb",
    "Te", "I", "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er",
    "Tm", "Yb", "Lu", "Hf", "Ta", "W", "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl", "Pb", "Bi", "Po", "At",
    "Rn", "Fr", "Ra", "Ac", "Th", "Pa", "U", "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm", "Md", "No",
    "Lr", "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh", "Fl", "Mc", "Lv", "Ts", "Og"};
/* clang-format on */

const char *sg_element_symbol(int element)
{
    return element >= 1 && element <= 118 ? symbols[element] : NULL;
}

int sg_element_number(const char *symbol, size_t len)
{
    for (int z = 1; z <= 118; z++)
        if (strlen(symbols[z]) == len && memcmp(symbols[z], symbol, len) == 0)
            return z;
    return 0;
}

void sg_mol_clear(sg_mol *m)
{
    sg_mol_reset(m);
    free(m->atom);
    free(m->bond);
    free(m->tag);
    memset(m, 0, sizeof *m);
}

void sg_mol_reset(sg_mol *m)
{
    for (int i = 0; i < m->n_tags; i++) {
        free(m->tag[i].name);
        free(m->tag[i].value);
    }
    m->n_atoms = m->n_bonds = m->n_tags = 0;
    m->title[0] = m->comment[0] = '\0';
    m->has_xyz = m->has_bonds = 0;
}

/* room for one more element */
static int grow(void **array, int *cap, int count, size_t size)
{
    if (count < *cap)
        return 1;
    int c = *cap ? 2 * *cap : 32;
    void *p = realloc(*array, (size_t)c * size);
    if (!p)
        return 0;
    *array = p;
    *cap = c;
    return 1;
}

sg_status sg_mol_add_atom(sg_mol *m, int element, int charge, const double xyz[3], sg_error *err)
{
    if (element < 1 || element > 118 || charge < -8 || charge > 8)
        return sg_fail(err, SG_EINVAL, "atom of element %d with charge %d", element, charge);
    if (m->n_atoms >= SG_MOL_MAX_ATOMS)
        return sg_fail(err, SG_ELIMIT, "more than %d atoms", SG_MOL_MAX_ATOMS);
    if (!grow((void **)&m->atom, &m->cap_atoms, m->n_atoms, sizeof *m->atom))
        return sg_fail(err, SG_ENOMEM, "no memory for atoms");
    m->atom[m->n_atoms++] = (sg_mol_atom){(unsigned char)element, (signed char)charge, 0,
                                          {xyz[0], xyz[1], xyz[2]}};
    return SG_OK;
}

sg_status sg_mol_add_bond(sg_mol *m, int a, int b, int order, sg_error *err)
{
    if (a < 0 || b < 0 || a >= m->n_atoms || b >= m->n_atoms || a == b || order < 1 || order > 4)
        return sg_fail(err, SG_EINVAL, "bond %d-%d of order %d in a molecule of %d atoms", a + 1,
                       b + 1, order, m->n_atoms);
    if (!grow((void **)&m->bond, &m->cap_bonds, m->n_bonds, sizeof *m->bond))
        return sg_fail(err, SG_ENOMEM, "no memory for bonds");
    m->bond[m->n_bonds++] = (sg_mol_bond){a < b ? a : b, a < b ? b : a, (unsigned char)order};
    return SG_OK;
}

sg_status sg_mol_set_tag(sg_mol *m, const char *name, const char *value, sg_error *err)
{
    char *v = strdup(value), *n = NULL;
    if (!v)
        return sg_fail(err, SG_ENOMEM, "no memory for a tag");
    for (int i = 0; i < m->n_tags; i++)
        if (strcmp(m->tag[i].name, name) == 0) {
            free(m->tag[i].value);
            m->tag[i].value = v;
            return SG_OK;
        }
    n = strdup(name);
    if (!n || !grow((void **)&m->tag, &m->cap_tags, m->n_tags, sizeof *m->tag)) {
        free(v);
        free(n);
        return sg_fail(err, SG_ENOMEM, "no memory for a tag");
    }
    m->tag[m->n_tags++] = (sg_mol_tag){n, v};
    return SG_OK;
}

const char *sg_mol_tag_value(const sg_mol *m, const char *name)
{
    for (int i = 0; i < m->n_tags; i++)
        if (strcmp(m->tag[i].name, name) == 0)
            return m->tag[i].value;
    return NULL;
}

sg_status sg_mol_copy(sg_mol *dst, const sg_mol *src, sg_error *err)
{
    sg_status s = SG_OK;
    sg_mol_reset(dst);
    memcpy(dst->title, src->title, sizeof dst->title);
    memcpy(dst->comment, src->comment, sizeof dst->comment);
    dst->has_xyz = src->has_xyz;
    dst->has_bonds = src->has_bonds;
    for (int i = 0; i < src->n_atoms && s == SG_OK; i++) {
        const sg_mol_atom *a = &src->atom[i];
        s = sg_mol_add_atom(dst, a->element, a->charge, a->xyz, err);
        if (s == SG_OK)
            dst->atom[i].radical = a->radical;
    }
    for (int i = 0; i < src->n_bonds && s == SG_OK; i++)
        s = sg_mol_add_bond(dst, src->bond[i].a, src->bond[i].b, src->bond[i].order, err);
    for (int i = 0; i < src->n_tags && s == SG_OK; i++)
        s = sg_mol_set_tag(dst, src->tag[i].name, src->tag[i].value, err);
    if (s != SG_OK)
        sg_mol_reset(dst);
    return s;
}
