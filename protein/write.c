#include <config.h>
#include "write.h"

#include <ctype.h>
#include <string.h>

const char sg_i_atom_names[SG_PROTEIN_ATOMS][3] = {"N", "CA", "C", "O", "CB"};
const char sg_i_atom_elements[SG_PROTEIN_ATOMS][2] = {"N", "C", "C", "O", "C"};

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

sg_status sg_i_chain_letters(char *out, const sg_protein *p, sg_error *err)
{
    char used[256] = {0};
    size_t next = 0;
    if (p->n_chains > 62)
        return sg_fail(err, SG_ELIMIT, "%zu chains, a PDB file can name 62", p->n_chains);
    for (size_t k = 0; k < p->n_chains; k++) {
        const char *id = p->chain[k].id;
        unsigned char c = (unsigned char)id[0];
        out[k] = '\0';
        if (c && !id[1] && isalnum(c) && !used[c]) {
            out[k] = (char)c;
            used[c] = 1;
        }
    }
    for (size_t k = 0; k < p->n_chains; k++)
        if (!out[k]) {
            while (used[(unsigned char)letters[next]])
                next++;
            out[k] = letters[next];
            used[(unsigned char)letters[next]] = 1;
        }
    out[p->n_chains] = '\0';
    return SG_OK;
}

sg_status sg_i_writable(const sg_protein *p, sg_error *err)
{
    sg_status s = sg_protein_check(p, err);
    for (size_t i = 0; i < p->n && s == SG_OK; i++) {
        const sg_protein_residue *r = &p->residue[i];
        size_t len = strnlen(r->name, sizeof r->name);
        int good = len >= 1 && len <= 3;
        for (size_t k = 0; k < len && good; k++)
            good = isalnum((unsigned char)r->name[k]) != 0;
        if (!good)
            s = sg_fail(err, SG_EINVAL, "residue %d has the name \"%.3s\"", r->number, r->name);
        else if (r->insertion != ' ' && !isalnum((unsigned char)r->insertion))
            s = sg_fail(err, SG_EINVAL, "residue %d has an insertion code that is no letter",
                        r->number);
    }
    return s;
}

void sg_i_clean_text(char *out, size_t size, const char *text)
{
    size_t n = 0;
    for (; text && *text && n + 1 < size; text++) {
        char c = *text >= ' ' && *text < 127 ? *text : '?';
        if (c != ' ' || (n && out[n - 1] != ' '))
            out[n++] = c;
    }
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
}

void sg_i_title(char *out, size_t size, const sg_protein_sink *k, const sg_protein *p)
{
    sg_i_clean_text(out, size, k->style.title ? k->style.title : p->title);
    if (!out[0])
        sg_i_clean_text(out, size, "PROTEIN BACKBONE");
}

void sg_i_entry(char out[SG_PROTEIN_ID + 1], const sg_protein_sink *k, const sg_protein *p)
{
    const char *id = k->style.id ? k->style.id : p->id[0] ? p->id : "SIGN";
    size_t n = 0;
    for (; id[n] && n < SG_PROTEIN_ID; n++)
        out[n] = isalnum((unsigned char)id[n]) || id[n] == '-' ? id[n] : '_';
    out[n] = '\0';
}
