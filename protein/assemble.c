#include <config.h>
#include "assemble.h"

#include <stdlib.h>
#include <string.h>

static const char atom_names[SG_PROTEIN_ATOMS][3] = {"N", "CA", "C", "O", "CB"};

enum { MAX_ATOMS = 1000 }; /* of the five names in one residue, all locations */

static int slot(const sg_i_atom *a)
{
    for (int k = 0; k < SG_PROTEIN_ATOMS; k++)
        if (strcmp(a->name, atom_names[k]) == 0)
            /* calcium, cobalt and the like have two letters in the element column */
            return a->element[0] == '\0' || strncmp(a->element, a->name, 1) != 0 ||
                           a->element[1] == '\0'
                       ? k
                       : -1;
    return -1;
}

static int same_residue(const sg_i_atom *a, const sg_i_atom *b)
{
    if (strcmp(a->chain, b->chain) != 0 || a->number != b->number || a->insertion != b->insertion)
        return 0;
    /* another name at the same number: alternatives if both are marked so, else a new residue */
    return strcmp(a->residue, b->residue) == 0 || (a->altloc != ' ' && b->altloc != ' ');
}

static int is_water(const char *name)
{
    return strcmp(name, "HOH") == 0 || strcmp(name, "WAT") == 0 || strcmp(name, "DOD") == 0 ||
           strcmp(name, "H2O") == 0 || strcmp(name, "TIP") == 0 || strcmp(name, "SOL") == 0;
}

/* The location to take: the one whose atoms have the largest sum of occupancies, the first of
 * equals; ' ' if there are none. */
static char best_location(const sg_i_assembly *a)
{
    char id[SG_I_ALTERNATIVES], best = ' ';
    double sum[SG_I_ALTERNATIVES], most = 0;
    int n = 0;
    for (size_t i = 0; i < a->n_atoms; i++) {
        const sg_i_atom *t = &a->atom[i];
        int k = 0;
        if (t->altloc == ' ')
            continue;
        while (k < n && id[k] != t->altloc)
            k++;
        if (k == n && n < SG_I_ALTERNATIVES) {
            id[n] = t->altloc;
            sum[n++] = 0;
        }
        if (k < n)
            sum[k] += t->occupancy;
    }
    for (int k = 0; k < n; k++)
        if (best == ' ' || sum[k] > most + 1e-9) {
            best = id[k];
            most = sum[k];
        }
    return best;
}

static void choose(const sg_i_assembly *a, sg_protein_residue *r, sg_protein_dropped *d,
                   const char **name)
{
    char best = best_location(a);
    *name = a->key.residue;
    for (size_t i = 0; i < a->n_atoms; i++)
        if (best != ' ' && a->atom[i].altloc == best) {
            *name = a->atom[i].residue;
            break;
        }
    for (int own = 1; own >= 0; own--) /* first the chosen location, then what it lacks */
        for (size_t i = 0; i < a->n_atoms; i++) {
            const sg_i_atom *t = &a->atom[i];
            int k = slot(t), chosen = t->altloc == ' ' || t->altloc == best;
            if (chosen != own)
                continue;
            if ((r->have & SG_PROTEIN_HAS(k)) || strcmp(t->residue, *name) != 0) {
                d->altloc++;
                continue;
            }
            memcpy(r->xyz[k], t->xyz, sizeof t->xyz);
            r->have |= (unsigned char)SG_PROTEIN_HAS(k);
            if (k == SG_PROTEIN_CA)
                r->b = t->b;
        }
}

sg_status sg_i_assembly_end(sg_i_assembly *a, sg_protein *p, sg_error *err)
{
    sg_protein_residue r;
    const char *name;
    if (!a->open)
        return SG_OK;
    a->open = 0;
    if (a->key.polymer == SG_I_NO) {
        if (is_water(a->key.residue))
            p->dropped.water++;
        else
            p->dropped.hetero++;
        return SG_OK;
    }
    sg_protein_dropped d = p->dropped;
    sg_protein_residue_init(&r, a->key.number, 'X');
    r.insertion = a->key.insertion;
    choose(a, &r, &d, &name);
    char three_letters[4] = "";
    memcpy(three_letters, name, strnlen(name, 3));
    const char *parent = sg_protein_parent(three_letters);
    const unsigned three =
        SG_PROTEIN_HAS(SG_PROTEIN_N) | SG_PROTEIN_HAS(SG_PROTEIN_CA) | SG_PROTEIN_HAS(SG_PROTEIN_C);
    if (is_water(a->key.residue) && !(r.have & SG_PROTEIN_HAS(SG_PROTEIN_CA))) {
        p->dropped.water++;
        return SG_OK;
    }
    if (a->key.polymer == SG_I_PERHAPS && !parent && (r.have & three) != three) {
        p->dropped.hetero++;
        return SG_OK;
    }
    if (!(r.have & SG_PROTEIN_HAS(SG_PROTEIN_CA))) {
        p->dropped.no_ca++;
        return SG_OK;
    }
    if (parent)
        d.modified++;
    d.side_chain += a->side_chain;
    name = parent ? parent : three_letters;
    memset(r.name, 0, sizeof r.name);
    memcpy(r.name, name, strnlen(name, sizeof r.name - 1));
    r.code = sg_protein_code(r.name);
    p->dropped = d;
    sg_status s = SG_OK;
    if (p->n_chains == 0 || strcmp(p->chain[p->n_chains - 1].id, a->key.chain) != 0)
        s = sg_protein_add_chain(p, a->key.chain, err);
    return s == SG_OK ? sg_protein_add_residue(p, &r, err) : s;
}

sg_status sg_i_assembly_add(sg_i_assembly *a, sg_protein *p, const sg_i_atom *atom, sg_error *err)
{
    if (!a->open || !same_residue(&a->key, atom)) {
        sg_status s = sg_i_assembly_end(a, p, err);
        if (s != SG_OK)
            return s;
        a->open = 1;
        a->key = *atom;
        a->n_atoms = a->side_chain = 0;
    }
    if (slot(atom) < 0) {
        a->side_chain++;
        return SG_OK;
    }
    if (a->n_atoms >= MAX_ATOMS)
        return sg_fail(err, SG_ELIMIT, "more than %d backbone atoms in one residue", MAX_ATOMS);
    if (a->n_atoms == a->cap) {
        size_t cap = a->cap ? 2 * a->cap : 16;
        sg_i_atom *t = realloc(a->atom, cap * sizeof *t);
        if (!t)
            return sg_fail(err, SG_ENOMEM, "no memory for the atoms of a residue");
        a->atom = t;
        a->cap = cap;
    }
    a->atom[a->n_atoms++] = *atom;
    return SG_OK;
}

void sg_i_assembly_drop(sg_i_assembly *a)
{
    a->open = 0;
}

void sg_i_assembly_clear(sg_i_assembly *a)
{
    free(a->atom);
    *a = (sg_i_assembly){0};
}
