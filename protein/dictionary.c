#include <config.h>
#include "dictionary.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "write.h"

/* clang-format off */
static const sg_i_category
    entry = {"entry", {"id"}, 1u, 1},
    structure = {"struct", {"entry_id", "title"}, 1u, 1},
    software = {"software", {"pdbx_ordinal", "name", "version", "classification", "description"}, 1u, 1},
    entity = {"entity", {"id", "type", "pdbx_description"}, 1u, 0},
    entity_poly = {"entity_poly", {"entity_id", "type", "nstd_linkage", "nstd_monomer",
                   "pdbx_seq_one_letter_code", "pdbx_strand_id"}, 1u, 0},
    entity_poly_seq = {"entity_poly_seq", {"entity_id", "mon_id", "num", "hetero"}, 7u, 0},
    struct_asym = {"struct_asym", {"id", "entity_id"}, 1u, 0},
    chem_comp = {"chem_comp", {"id", "type", "mon_nstd_flag"}, 1u, 0},
    scheme = {"pdbx_poly_seq_scheme", {"asym_id", "entity_id", "mon_id", "seq_id", "auth_mon_id", "auth_seq_num",
              "hetero", "ndb_seq_num", "pdb_ins_code", "pdb_mon_id", "pdb_seq_num", "pdb_strand_id"}, 15u, 0},
    atom_site = {"atom_site", {"group_PDB", "id", "type_symbol", "label_atom_id", "label_alt_id",
                 "label_comp_id", "label_asym_id", "label_entity_id", "label_seq_id", "pdbx_PDB_ins_code",
                 "Cartn_x", "Cartn_y", "Cartn_z", "occupancy", "B_iso_or_equiv", "auth_seq_id",
                 "auth_comp_id", "auth_asym_id", "auth_atom_id", "pdbx_PDB_model_num"}, 2u, 0};
/* clang-format on */

typedef char name[24];

int sg_i_same_block(const sg_protein_sink *k, const sg_protein *p)
{
    const sg_protein *q = &k->like;
    if (k->models == 0 || q->n != p->n || q->n_chains != p->n_chains)
        return 0;
    for (size_t c = 0; c < p->n_chains; c++)
        if (q->chain[c].n != p->chain[c].n || strcmp(q->chain[c].id, p->chain[c].id) != 0)
            return 0;
    for (size_t i = 0; i < p->n; i++) {
        const sg_protein_residue *a = &p->residue[i], *b = &q->residue[i];
        if (a->number != b->number || a->insertion != b->insertion || strcmp(a->name, b->name) != 0)
            return 0;
    }
    return 1;
}

static int alnum(const char *s)
{
    for (; *s; s++)
        if (!isalnum((unsigned char)*s))
            return 0;
    return 1;
}

/* Label k = A, B, ... Z, AA, BA, ... */
static void letters(name out, size_t k)
{
    int n = 0;
    for (k++; k > 0 && n < 8; k = (k - 1) / 26)
        out[n++] = (char)('A' + (k - 1) % 26);
    out[n] = '\0';
}

/* Names of chains that differ: their own where they can. */
static void labels(name *label, const sg_protein *p)
{
    size_t free_name = 0;
    for (size_t c = 0; c < p->n_chains; c++) {
        const char *id = p->chain[c].id;
        int own = id[0] && alnum(id);
        for (size_t d = 0; d < c && own; d++)
            own = strcmp(label[d], id) != 0;
        label[c][0] = '\0';
        if (own)
            strcpy(label[c], id);
    }
    for (size_t c = 0; c < p->n_chains; c++) {
        for (int taken = label[c][0] == '\0'; taken;) {
            name try;
            letters(try, free_name++);
            taken = 0;
            for (size_t d = 0; d < p->n_chains && !taken; d++)
                taken = strcmp(label[d], try) == 0;
            if (!taken)
                strcpy(label[c], try);
        }
    }
}

/* A chain's name for people: its own if it can be written as a word. */
static const char *author(const sg_protein *p, size_t c, const name *label)
{
    return p->chain[c].id[0] && alnum(p->chain[c].id) ? p->chain[c].id : label[c];
}

#define ROW(k, b, c, ...) (b)->row(k, c, (const char *const[SG_I_CELLS]){__VA_ARGS__})

static void number(name out, long x)
{
    snprintf(out, sizeof(name), "%ld", x);
}

static void header(sg_protein_sink *k, const sg_i_backend *b, const sg_protein *p)
{
    char id[SG_PROTEIN_ID + 24], title[SG_PROTEIN_TITLE + 1], text[1000];
    sg_i_entry(id, k, p);
    if (k->blocks > 1)
        snprintf(id + strlen(id), 23, "_%zu", k->blocks);
    b->head(k, id);
    b->begin(k, &entry);
    ROW(k, b, &entry, id);
    b->end(k, &entry);
    sg_i_title(title, sizeof title, k, p);
    b->begin(k, &structure);
    ROW(k, b, &structure, id, title);
    b->end(k, &structure);
    sg_i_clean_text(text, sizeof text, k->style.provenance);
    if (text[0]) {
        b->begin(k, &software);
        ROW(k, b, &software, "1", "sigen", PACKAGE_VERSION, "model building", text);
        b->end(k, &software);
    }
}

static sg_status entities(sg_protein_sink *k, const sg_i_backend *b, const sg_protein *p,
                          const name *label, sg_error *err)
{
    name id;
    char *sequence = malloc(p->n + 1);
    if (!sequence)
        return sg_fail(err, SG_ENOMEM, "no memory for a sequence");
    b->begin(k, &entity);
    for (size_t c = 0; c < p->n_chains; c++) {
        number(id, (long)c + 1);
        ROW(k, b, &entity, id, "polymer", "protein backbone");
    }
    b->end(k, &entity);
    b->begin(k, &entity_poly);
    for (size_t c = 0; c < p->n_chains; c++) {
        number(id, (long)c + 1);
        for (size_t i = 0; i < p->chain[c].n; i++)
            sequence[i] = p->residue[p->chain[c].first + i].code;
        sequence[p->chain[c].n] = '\0';
        ROW(k, b, &entity_poly, id, "polypeptide(L)", "no", "no", sequence, author(p, c, label));
    }
    b->end(k, &entity_poly);
    free(sequence);
    return SG_OK;
}

static void sequences(sg_protein_sink *k, const sg_i_backend *b, const sg_protein *p,
                      const name *label)
{
    name id, num, seq;
    b->begin(k, &entity_poly_seq);
    for (size_t c = 0; c < p->n_chains; c++)
        for (size_t i = 0; i < p->chain[c].n; i++) {
            number(id, (long)c + 1);
            number(num, (long)i + 1);
            ROW(k, b, &entity_poly_seq, id, p->residue[p->chain[c].first + i].name, num, "n");
        }
    b->end(k, &entity_poly_seq);
    b->begin(k, &struct_asym);
    for (size_t c = 0; c < p->n_chains; c++) {
        number(id, (long)c + 1);
        ROW(k, b, &struct_asym, label[c], id);
    }
    b->end(k, &struct_asym);
    b->begin(k, &scheme);
    for (size_t c = 0; c < p->n_chains; c++)
        for (size_t i = 0; i < p->chain[c].n; i++) {
            const sg_protein_residue *r = &p->residue[p->chain[c].first + i];
            const char insertion[2] = {r->insertion, '\0'};
            number(id, (long)c + 1);
            number(num, (long)i + 1);
            number(seq, r->number);
            ROW(k, b, &scheme, label[c], id, r->name, num, r->name, seq, "n", num,
                r->insertion == ' ' ? NULL : insertion, r->name, seq, author(p, c, label));
        }
    b->end(k, &scheme);
}

/* Each residue name once. */
static void components(sg_protein_sink *k, const sg_i_backend *b, const sg_protein *p)
{
    b->begin(k, &chem_comp);
    for (size_t i = 0; i < p->n; i++) {
        const char *n = p->residue[i].name;
        size_t j = 0;
        while (strcmp(p->residue[j].name, n) != 0)
            j++;
        if (j == i)
            ROW(k, b, &chem_comp, n,
                strcmp(n, "GLY") == 0 ? "peptide linking" : "L-peptide linking",
                p->residue[i].code == 'X' ? "n" : "y");
    }
    b->end(k, &chem_comp);
}

/* A block of what p has. */
static sg_status open_block(sg_protein_sink *k, const sg_protein *p, sg_error *err)
{
    name *label = realloc(k->labels, (p->n_chains + 1) * sizeof *label);
    if (label)
        k->labels = label;
    sg_status s = label ? sg_protein_copy(&k->like, p, err)
                        : sg_fail(err, SG_ENOMEM, "no memory for the names of chains");
    if (s == SG_OK) {
        labels(label, p);
        k->blocks++;
        k->block_models = 0;
    }
    return s;
}

sg_status sg_i_block_text(sg_protein_sink *k, const sg_i_backend *b, sg_error *err)
{
    const sg_protein *p = &k->like;
    header(k, b, p);
    sg_status s = entities(k, b, p, k->labels, err);
    if (s == SG_OK) {
        components(k, b, p);
        sequences(k, b, p, k->labels);
        b->begin(k, &atom_site);
    }
    return s;
}

sg_status sg_i_block_begin(sg_protein_sink *k, const sg_i_backend *b, const sg_protein *p,
                           sg_error *err)
{
    sg_status s = open_block(k, p, err);
    return s == SG_OK ? sg_i_block_text(k, b, err) : s;
}

sg_status sg_i_block_pass(sg_protein_sink *k, const sg_protein *p, sg_error *err)
{
    sg_status s = sg_i_same_block(k, p) ? SG_OK : open_block(k, p, err);
    if (s == SG_OK) {
        k->models++;
        k->block_models++;
    }
    return s;
}

static void atom(sg_protein_sink *k, const sg_i_backend *b, size_t number_of,
                 const sg_protein_residue *r, int a, const char *label, const char *auth,
                 const name id, const name seq)
{
    char xyz[3][64], confidence[64];
    const char insertion[2] = {r->insertion, '\0'};
    name serial, num, model;
    for (int c = 0; c < 3; c++)
        sg_format_fixed(xyz[c], r->xyz[a][c], 3);
    sg_format_fixed(confidence, r->b, 2);
    number(serial, (long)number_of);
    number(num, r->number);
    number(model, (long)k->block_models);
    ROW(k, b, &atom_site, "ATOM", serial, sg_i_atom_elements[a], sg_i_atom_names[a], NULL, r->name,
        label, id, seq, r->insertion == ' ' ? NULL : insertion, xyz[0], xyz[1], xyz[2], "1.00",
        confidence, num, r->name, auth, sg_i_atom_names[a], model);
}

void sg_i_block_atoms(sg_protein_sink *k, const sg_i_backend *b, const sg_protein *p)
{
    name *label = k->labels, id, seq;
    size_t serial = k->block_models++ * p->n * SG_PROTEIN_ATOMS;
    for (size_t c = 0; c < p->n_chains; c++)
        for (size_t i = 0; i < p->chain[c].n; i++) {
            const sg_protein_residue *r = &p->residue[p->chain[c].first + i];
            number(id, (long)c + 1);
            number(seq, (long)i + 1);
            for (int a = 0; a < SG_PROTEIN_ATOMS; a++)
                if (r->have & SG_PROTEIN_HAS(a))
                    atom(k, b, ++serial, r, a, label[c], author(p, c, label), id, seq);
        }
}

void sg_i_block_end(sg_protein_sink *k, const sg_i_backend *b)
{
    b->end(k, &atom_site);
}
