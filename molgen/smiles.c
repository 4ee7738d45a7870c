/* Reading SMILES [sigen-smiles(5)]. */
#include <config.h>
#include <sigen/mol_io.h>
#include <sigen/mol_valence.h>

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "smiles.h"

/* What the text says about an atom, beside element and charge. */
typedef struct mark {
    unsigned char aromatic, bracket, hydrogens;
} mark;

typedef struct smiles {
    sg_mol *m;
    const char *s, *p, *end;
    sg_error *err;
    mark *mark;  /* (atoms) */
    int *branch; /* atoms that "(" returns to */
    int depth;
    struct {
        int atom, order; /* atom -1: closed */
    } ring[100];
} smiles;

static sg_status bad(const smiles *t, const char *what)
{
    return sg_fail_at(t->err, SG_EPARSE, NULL, 0, (long)(t->p - t->s) + 1, "%s", what);
}

int sg_i_smiles_hydrogens(int element, int sum)
{
    static const struct {
        unsigned char element, valence[3];
    } normal[] = {{5, {3}},     {6, {4}},        {7, {3, 5}}, {8, {2}},  {9, {1}},
                  {15, {3, 5}}, {16, {2, 4, 6}}, {17, {1}},   {35, {1}}, {53, {1}}};
    for (size_t i = 0; i < sizeof normal / sizeof *normal; i++)
        if (normal[i].element == element) {
            for (int k = 0; k < 3 && normal[i].valence[k]; k++)
                if (normal[i].valence[k] >= sum)
                    return normal[i].valence[k] - sum;
            return 0;
        }
    return -1;
}

static sg_status add_atom(smiles *t, int z, int charge, mark k)
{
    static const double zero[3];
    t->mark[t->m->n_atoms] = k;
    return sg_mol_add_atom(t->m, z, charge, zero, t->err);
}

/* Element symbol at p, aromatic ones in lower case; its length or 0. */
static size_t symbol(const smiles *t, int bracket, int *z, int *aromatic)
{
    static const char *const lower[] = {"se", "as", "te", "si", "b", "c", "n", "o", "p", "s"};
    size_t left = (size_t)(t->end - t->p);
    *aromatic = 0;
    if (bracket) {
        for (size_t n = left < 2 ? left : 2; n > 0; n--)
            if ((*z = sg_element_number(t->p, n)) != 0)
                return n;
    } else if (left > 0) {
        size_t n = left > 1 && (memcmp(t->p, "Cl", 2) == 0 || memcmp(t->p, "Br", 2) == 0) ? 2 : 1;
        *z = sg_element_number(t->p, n);
        if (*z && sg_i_smiles_hydrogens(*z, 0) >= 0)
            return n;
    }
    for (size_t i = bracket ? 0 : 4; i < sizeof lower / sizeof *lower; i++) {
        size_t n = strlen(lower[i]);
        if (left >= n && memcmp(t->p, lower[i], n) == 0) {
            char upper[3] = {(char)toupper((unsigned char)lower[i][0]), lower[i][1], '\0'};
            *z = sg_element_number(upper, n);
            *aromatic = 1;
            return n;
        }
    }
    return 0;
}

static int number(smiles *t, int most)
{
    int v = 0;
    while (t->p < t->end && isdigit((unsigned char)*t->p) && v <= most)
        v = 10 * v + (*t->p++ - '0');
    return v;
}

/* "@", "@@", "@TH1" ... */
static void skip_chirality(smiles *t)
{
    if (t->p >= t->end || *t->p != '@')
        return;
    t->p++;
    if (t->p < t->end && *t->p == '@') {
        t->p++;
    } else if (t->end - t->p >= 3 && isupper((unsigned char)t->p[0]) &&
               isupper((unsigned char)t->p[1]) && isdigit((unsigned char)t->p[2])) {
        t->p += 2;
        number(t, 99);
    }
}

static sg_status bracket_atom(smiles *t)
{
    mark k = {.bracket = 1};
    int z, aromatic, charge = 0;
    const char *open = t->p++;
    number(t, 999); /* isotope */
    size_t n = symbol(t, 1, &z, &aromatic);
    if (n == 0)
        return bad(t, "expected an element");
    k.aromatic = (unsigned char)aromatic;
    t->p += n;
    skip_chirality(t);
    if (t->p < t->end && *t->p == 'H') {
        t->p++;
        int h = t->p < t->end && isdigit((unsigned char)*t->p) ? number(t, 99) : 1;
        if (h > 9)
            return bad(t, "more than 9 hydrogens");
        k.hydrogens = (unsigned char)h;
    }
    if (t->p < t->end && (*t->p == '+' || *t->p == '-')) {
        char sign = *t->p++;
        charge = 1;
        if (t->p < t->end && isdigit((unsigned char)*t->p))
            charge = number(t, 99);
        else
            for (; t->p < t->end && *t->p == sign && charge < 99; t->p++)
                charge++;
        if (charge > 8)
            return bad(t, "charge beyond 8");
        charge = sign == '-' ? -charge : charge;
    }
    if (t->p < t->end && *t->p == ':') {
        t->p++;
        number(t, 9999);
    }
    if (t->p >= t->end || *t->p != ']') {
        int closed = memchr(open, ']', (size_t)(t->end - open)) != NULL;
        return bad(t, closed ? "unexpected character in [...]" : "\"[\" is not closed");
    }
    t->p++;
    return add_atom(t, z, charge, k);
}

/* Order 0: not written, so single, or aromatic between aromatic atoms. */
static sg_status add_bond(smiles *t, int a, int b, int order)
{
    if (order == 0)
        order = t->mark[a].aromatic && t->mark[b].aromatic ? 4 : 1;
    if (a == b)
        return bad(t, "ring closure of an atom with itself");
    return sg_mol_add_bond(t->m, a, b, order, t->err);
}

static sg_status ring_digit(smiles *t, int atom, int order)
{
    int r;
    if (*t->p == '%') {
        if (t->end - t->p < 3 || !isdigit((unsigned char)t->p[1]) ||
            !isdigit((unsigned char)t->p[2]))
            return bad(t, "expected two digits behind %");
        r = 10 * (t->p[1] - '0') + t->p[2] - '0';
        t->p += 3;
    } else {
        r = *t->p++ - '0';
    }
    if (t->ring[r].atom < 0) {
        t->ring[r].atom = atom;
        t->ring[r].order = order;
        return SG_OK;
    }
    int other = t->ring[r].order, from = t->ring[r].atom;
    t->ring[r].atom = -1;
    if (order && other && order != other)
        return bad(t, "ends of a ring closure disagree about its order");
    return add_bond(t, from, atom, order ? order : other);
}

static int bond_order(char c)
{
    const char *at = c ? strchr("-/\\=#:", c) : NULL;
    static const int order[] = {1, 1, 1, 2, 3, 4};
    return at ? order[at - "-/\\=#:"] : 0;
}

/* The text as atoms and bonds, aromatic ones of order 4. */
static sg_status scan(smiles *t)
{
    int last = -1, order = 0; /* the atom to bond to, the bond written since */
    sg_status s = SG_OK;
    while (t->p < t->end && s == SG_OK) {
        char c = *t->p;
        int z, aromatic;
        size_t n;
        if (c == '(') {
            if (last < 0 || order)
                return bad(t, "unexpected \"(\"");
            t->branch[t->depth++] = last;
            t->p++;
        } else if (c == ')') {
            if (t->depth == 0 || order || t->p[-1] == '(')
                return bad(t, "unexpected \")\"");
            last = t->branch[--t->depth];
            t->p++;
        } else if (c == '.') {
            if (last < 0 || order)
                return bad(t, "unexpected \".\"");
            last = -1;
            t->p++;
        } else if (bond_order(c)) {
            if (last < 0 || order)
                return bad(t, "unexpected bond");
            order = bond_order(c);
            t->p++;
        } else if (isdigit((unsigned char)c) || c == '%') {
            if (last < 0 || t->p[-1] == '(')
                return bad(t, "ring closure without an atom");
            s = ring_digit(t, last, order);
            order = 0;
        } else {
            if (c == '[') {
                s = bracket_atom(t);
            } else if ((n = symbol(t, 0, &z, &aromatic)) > 0) {
                t->p += n;
                s = add_atom(t, z, 0, (mark){.aromatic = (unsigned char)aromatic});
            } else {
                return bad(t, "unexpected character");
            }
            if (s == SG_OK && last >= 0)
                s = add_bond(t, last, t->m->n_atoms - 1, order);
            last = t->m->n_atoms - 1;
            order = 0;
        }
    }
    if (s != SG_OK)
        return s;
    if (t->depth || order || last < 0)
        return bad(t, t->depth ? "\"(\" is not closed" : "ends within a bond");
    for (int r = 0; r < 100; r++)
        if (t->ring[r].atom >= 0)
            return sg_fail_at(t->err, SG_EPARSE, NULL, 0, (long)(t->p - t->s) + 1,
                              "ring closure %d is not closed", r);
    return SG_OK;
}

/* Does an aromatic atom with bonds and hydrogens of this sum take part in a double bond? */
static int needs_double(int element, int charge, int sum)
{
    static const struct {
        unsigned char element;
        signed char charge;
        unsigned char valence[3];
    } kinds[] = {{5, 0, {3}},    {6, 0, {4}},        {6, 1, {3}},     {6, -1, {3}},
                 {7, 0, {3, 5}}, {7, 1, {4}},        {7, -1, {2}},    {8, 0, {2}},
                 {8, 1, {3}},    {14, 0, {4}},       {15, 0, {3, 5}}, {15, 1, {4}},
                 {16, 1, {3}},   {16, 0, {2, 4, 6}}, {33, 0, {3, 5}}, {34, 0, {2, 4, 6}},
                 {34, 1, {3}},   {52, 0, {2, 4, 6}}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].element == element && kinds[i].charge == charge)
            for (int k = 0; k < 3 && kinds[i].valence[k]; k++)
                if (kinds[i].valence[k] >= sum)
                    return kinds[i].valence[k] > sum;
    return 0;
}

static void bond_sums(int *sum, const sg_mol *m)
{
    memset(sum, 0, (size_t)m->n_atoms * sizeof *sum);
    for (int k = 0; k < m->n_bonds; k++) {
        int order = m->bond[k].order == 4 ? 1 : m->bond[k].order;
        sum[m->bond[k].a] += order;
        sum[m->bond[k].b] += order;
    }
}

/* Double bonds for aromatic atoms, then hydrogens as atoms. */
static sg_status complete(smiles *t)
{
    sg_mol *m = t->m;
    int heavy = m->n_atoms, *sum = malloc((size_t)heavy * sizeof *sum);
    unsigned char *need = malloc((size_t)heavy);
    static const double zero[3];
    sg_status s = sum && need ? SG_OK : sg_fail(t->err, SG_ENOMEM, "no memory for a SMILES");
    if (s == SG_OK) {
        bond_sums(sum, m);
        for (int i = 0; i < heavy; i++)
            need[i] = (unsigned char)(t->mark[i].aromatic &&
                                      needs_double(m->atom[i].element, m->atom[i].charge,
                                                   sum[i] + t->mark[i].hydrogens));
        s = sg_i_kekulize(m, need, t->err);
    }
    if (s == SG_OK)
        bond_sums(sum, m);
    for (int i = 0; i < heavy && s == SG_OK; i++) {
        sg_mol_atom *a = &m->atom[i];
        int h = t->mark[i].hydrogens;
        if (t->mark[i].bracket) {
            int open = sg_mol_open_valence(a->element, a->charge, sum[i] + h);
            a->radical = (unsigned char)(open == 1 || open == 2 ? open : 0);
        } else {
            h = sg_i_smiles_hydrogens(a->element, sum[i]);
        }
        for (; h > 0 && s == SG_OK; h--) {
            s = sg_mol_add_atom(m, 1, 0, zero, t->err);
            if (s == SG_OK)
                s = sg_mol_add_bond(m, i, m->n_atoms - 1, 1, t->err);
        }
    }
    free(sum);
    free(need);
    return s;
}

sg_status sg_i_smiles_parse(sg_mol *m, const char *s, size_t n, sg_error *err)
{
    smiles t = {.m = m, .s = s, .p = s, .end = s + n, .err = err};
    sg_mol_reset(m);
    /* an atom takes at least one character, so does a branch */
    t.mark = malloc((n + 1) * sizeof *t.mark);
    t.branch = malloc((n + 1) * sizeof *t.branch);
    for (int r = 0; r < 100; r++)
        t.ring[r].atom = -1;
    sg_status st = t.mark && t.branch ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory for a SMILES");
    if (st == SG_OK)
        st = scan(&t);
    if (st == SG_OK)
        st = complete(&t);
    if (st == SG_OK)
        st = sg_mol_check(m, err); /* two ring closures between the same atoms */
    free(t.mark);
    free(t.branch);
    m->has_bonds = 1;
    if (st == SG_EINVAL)
        st = sg_fail_at(err, SG_EPARSE, NULL, 0, 1, "a pair of atoms is bonded twice");
    if (st != SG_OK)
        sg_mol_reset(m);
    return st;
}
