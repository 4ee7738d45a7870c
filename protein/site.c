#include <config.h>
#include "site.h"

#include <sigen/text.h>
#include <string.h>

static const char *const names[SG_I_ITEMS] = {
    "group_PDB",     "type_symbol",       "label_atom_id",     "auth_atom_id", "label_alt_id",
    "label_comp_id", "auth_comp_id",      "label_asym_id",     "auth_asym_id", "label_seq_id",
    "auth_seq_id",   "pdbx_PDB_ins_code", "Cartn_x",           "Cartn_y",      "Cartn_z",
    "occupancy",     "B_iso_or_equiv",    "pdbx_PDB_model_num"};

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

int sg_i_item_find(const char *name, size_t n)
{
    for (int k = 0; k < SG_I_ITEMS; k++) {
        size_t i = 0;
        while (i < n && names[k][i] && lower(names[k][i]) == lower(name[i]))
            i++;
        if (i == n && !names[k][i])
            return k;
    }
    return -1;
}

const char *sg_i_items_lack(const int have[SG_I_ITEMS])
{
    if (!have[SG_I_X] || !have[SG_I_Y] || !have[SG_I_Z])
        return "atom_site without Cartn_x, Cartn_y, Cartn_z";
    if (!have[SG_I_LABEL_ATOM] && !have[SG_I_AUTH_ATOM])
        return "atom_site without label_atom_id";
    if (!have[SG_I_LABEL_COMP] && !have[SG_I_AUTH_COMP])
        return "atom_site without label_comp_id";
    if (!have[SG_I_LABEL_ASYM] && !have[SG_I_AUTH_ASYM])
        return "atom_site without label_asym_id";
    if (!have[SG_I_LABEL_SEQ] && !have[SG_I_AUTH_SEQ])
        return "atom_site without label_seq_id";
    return NULL;
}

/* The first of two items that has a value. */
static int pick(const sg_i_span *v, int a, int b)
{
    return v[a].n ? a : b;
}

/* What is too long is cut: no name of a backbone atom or amino acid is. */
static void copy(char *out, size_t size, const sg_i_span *v)
{
    size_t n = v->n < size - 1 ? v->n : size - 1;
    if (n)
        memcpy(out, v->s, n);
    out[n] = '\0';
}

static sg_status whole(const sg_i_span *v, int lo, int hi, int *out, int item, int *at,
                       sg_error *err)
{
    long long x;
    *at = item;
    if (sg_parse_int(v[item].s, v[item].n, lo, hi, &x, NULL) != SG_OK)
        return sg_fail(err, SG_EPARSE, "%s is no whole number within %d to %d", names[item], lo,
                       hi);
    *out = (int)x;
    return SG_OK;
}

static sg_status place(sg_i_atom *a, const sg_i_span *v, int *at, sg_error *err)
{
    for (int k = 0; k < 3; k++) {
        *at = SG_I_X + k;
        if (sg_parse_double(v[*at].s, v[*at].n, &a->xyz[k], NULL) != SG_OK)
            return sg_fail(err, SG_EPARSE, "%s is no number", names[*at]);
    }
    if (v[SG_I_OCCUPANCY].n)
        if (sg_parse_double(v[SG_I_OCCUPANCY].s, v[SG_I_OCCUPANCY].n, &a->occupancy, NULL) != SG_OK)
            a->occupancy = 1;
    if (v[SG_I_B].n && sg_parse_double(v[SG_I_B].s, v[SG_I_B].n, &a->b, NULL) != SG_OK)
        a->b = 0;
    return SG_OK;
}

sg_status sg_i_site_atom(sg_i_atom *a, int *model, const sg_i_span v[SG_I_ITEMS],
                         const int have[SG_I_ITEMS], int *at, sg_error *err)
{
    *a = (sg_i_atom){.altloc = ' ', .insertion = ' ', .occupancy = 1};
    *model = 1;
    for (int k = 0; k < SG_I_ITEMS; k++)
        for (size_t i = 0; i < v[k].n; i++)
            if ((unsigned char)v[k].s[i] < ' ') {
                *at = k;
                return sg_fail(err, SG_EPARSE, "a control character in %s", names[k]);
            }
    copy(a->name, sizeof a->name, &v[pick(v, SG_I_LABEL_ATOM, SG_I_AUTH_ATOM)]);
    copy(a->element, sizeof a->element, &v[SG_I_SYMBOL]);
    copy(a->residue, sizeof a->residue, &v[pick(v, SG_I_AUTH_COMP, SG_I_LABEL_COMP)]);
    int chain = pick(v, SG_I_AUTH_ASYM, SG_I_LABEL_ASYM);
    *at = chain;
    if (v[chain].n > SG_PROTEIN_CHAIN_ID)
        return sg_fail(err, SG_ELIMIT, "a chain name of %zu characters, allowed are %d", v[chain].n,
                       SG_PROTEIN_CHAIN_ID);
    copy(a->chain, sizeof a->chain, &v[chain]);
    if (v[SG_I_ALT].n)
        a->altloc = v[SG_I_ALT].s[0];
    if (v[SG_I_INSERTION].n)
        a->insertion = v[SG_I_INSERTION].s[0];
    int het = v[SG_I_GROUP].n == 6 && memcmp(v[SG_I_GROUP].s, "HETATM", 6) == 0;
    a->polymer = have[SG_I_LABEL_SEQ] ? (v[SG_I_LABEL_SEQ].n ? SG_I_YES : SG_I_NO)
                 : het                ? SG_I_PERHAPS
                                      : SG_I_YES;
    int seq = pick(v, SG_I_AUTH_SEQ, SG_I_LABEL_SEQ);
    sg_status s = SG_OK;
    if (v[seq].n || a->polymer != SG_I_NO)
        s = whole(v, -9999999, 99999999, &a->number, seq, at, err);
    if (s == SG_OK && v[SG_I_MODEL].n)
        s = whole(v, 0, 99999999, model, SG_I_MODEL, at, err);
    return s == SG_OK ? place(a, v, at, err) : s;
}
