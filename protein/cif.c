/* mmCIF files: the loop atom_site of each data block; what else there is, is passed over. */
#include <config.h>
#include <sigen/protein_io.h>

#include <stdlib.h>
#include <string.h>

#include "dictionary.h"
#include "site.h"
#include "write.h"

/* ---- tokens -------------------------------------------------------------------------------------
 */

typedef enum token_kind { END_OF_FILE, VALUE, NAME, LOOP, DATA, BAD } token_kind;

typedef struct token {
    token_kind kind;
    const char *s;
    size_t n;
    int quoted;
    long line, column;
} token;

enum { MAX_WIDTH = 200 };

/* Kept from model to model. */
typedef struct cif_state {
    const char *line_start;
    int in_loop, width;
    int of[SG_I_ITEMS], have[SG_I_ITEMS]; /* index of an item in a row */
    int blocks;                           /* loops of atoms so far */
} cif_state;

typedef struct cif {
    sg_protein_cursor *c;
    sg_protein *p;
    sg_error *err;
    cif_state *state;
    sg_i_assembly residue;
} cif;

static sg_status bad(const cif *d, const token *t, const char *what)
{
    return sg_fail_at(d->err, SG_EPARSE, d->c->file, t->line, t->column, "%s", what);
}

static int blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void newline(cif *d, const char *at)
{
    d->c->lines.number++;
    d->state->line_start = at + 1;
}

/* Does the token begin with the word, of any case? */
static int begins(const token *t, const char *word)
{
    size_t n = strlen(word);
    if (t->n < n)
        return 0;
    for (size_t i = 0; i < n; i++) {
        char a = t->s[i];
        if ((a >= 'A' && a <= 'Z' ? (char)(a + 32) : a) != word[i])
            return 0;
    }
    return 1;
}

static token finish(cif *d, token t, const char *end)
{
    d->c->lines.p = end;
    return t;
}

/* From a semicolon that begins a line to the next one that does. */
static token text_field(cif *d, token t, const char *p, const char *end)
{
    t.s = p + 1;
    for (p++; p < end; p++) {
        if (*p != '\n')
            continue;
        newline(d, p);
        if (p + 1 < end && p[1] == ';') {
            t.n = (size_t)(p - t.s);
            t.n -= t.n && t.s[t.n - 1] == '\r';
            return finish(d, t, p + 2);
        }
    }
    t.kind = BAD;
    return finish(d, t, end);
}

static token quoted(cif *d, token t, const char *p, const char *end)
{
    const char *q = p + 1;
    while (q < end && *q != '\n' && !(*q == *p && (q + 1 == end || blank(q[1]))))
        q++;
    t.s = p + 1;
    t.n = (size_t)(q - t.s);
    if (q == end || *q == '\n') {
        t.kind = BAD;
        return finish(d, t, q);
    }
    return finish(d, t, q + 1);
}

static token next(cif *d)
{
    const char *p = d->c->lines.p, *end = d->c->lines.end;
    token t = {.kind = VALUE, .quoted = 1};
    for (; p < end && (blank(*p) || *p == '#'); p++) {
        if (*p == '#')
            while (p + 1 < end && p[1] != '\n')
                p++;
        if (*p == '\n')
            newline(d, p);
    }
    t.line = d->c->lines.number + 1;
    t.column = (long)(p - d->state->line_start) + 1;
    if (p >= end) {
        t.kind = END_OF_FILE;
        return finish(d, t, end);
    }
    if (*p == ';' && p == d->state->line_start)
        return text_field(d, t, p, end);
    if (*p == '\'' || *p == '"')
        return quoted(d, t, p, end);
    t.quoted = 0;
    t.s = p;
    while (p < end && !blank(*p))
        p++;
    t.n = (size_t)(p - t.s);
    if (t.s[0] == '_')
        t.kind = NAME;
    else if (t.n == 5 && begins(&t, "loop_"))
        t.kind = LOOP;
    else if (begins(&t, "data_"))
        t.kind = DATA;
    else if (begins(&t, "save_") || begins(&t, "global_") || begins(&t, "stop_"))
        t.kind = BAD;
    return finish(d, t, p);
}

/* Where reading stands, to come back to. */
typedef struct mark {
    const char *p, *line_start;
    long number;
} mark;

static mark here(const cif *d)
{
    return (mark){d->c->lines.p, d->state->line_start, d->c->lines.number};
}

static void back(cif *d, mark m)
{
    d->c->lines.p = m.p;
    d->c->lines.number = m.number;
    d->state->line_start = m.line_start;
}

/* ---- blocks -------------------------------------------------------------------------------------
 */

static void keep_text(char *out, size_t size, const token *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->n && n + 1 < size; i++)
        out[n++] = t->s[i] >= ' ' && t->s[i] < 127 ? t->s[i] : ' ';
    while (n && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
}

static int missing(const token *t)
{
    return !t->quoted && t->n == 1 && (*t->s == '.' || *t->s == '?');
}

/* A name and its value outside loops. */
static sg_status item(cif *d, const token *name)
{
    token v = next(d);
    if (v.kind != VALUE)
        return bad(d, &v, v.kind == BAD ? "text is not closed" : "a name without a value");
    if (name->n == 9 && begins(name, "_entry.id"))
        keep_text(d->c->id, sizeof d->c->id, &v);
    else if (name->n == 13 && begins(name, "_struct.title") && !missing(&v))
        keep_text(d->c->title, sizeof d->c->title, &v);
    else if (begins(name, "_atom_site."))
        return bad(d, name, "atoms outside a loop");
    return SG_OK;
}

/* Names of a loop. Those of atom_site set in_loop; the rows of others are passed over. */
static sg_status loop(cif *d, const token *at)
{
    cif_state *st = d->state;
    int atoms = 0;
    token t;
    mark m = here(d);
    memset(st->have, 0, sizeof st->have);
    for (st->width = 0; t = next(d), t.kind == NAME; m = here(d), st->width++) {
        if (begins(&t, "_atom_site.")) {
            int k = sg_i_item_find(t.s + 11, t.n - 11);
            atoms = 1;
            if (st->width >= MAX_WIDTH)
                return bad(d, &t, "more than 200 names in a loop");
            if (k >= 0 && st->have[k])
                return bad(d, &t, "a name twice in a loop");
            if (k >= 0) {
                st->have[k] = 1;
                st->of[k] = st->width;
            }
        } else if (atoms) {
            return bad(d, &t, "another category in the loop of atoms");
        }
    }
    back(d, m);
    if (st->width == 0)
        return bad(d, at, "a loop without names");
    if (atoms) {
        const char *lack = sg_i_items_lack(st->have);
        st->in_loop = 1;
        st->blocks++;
        return lack ? bad(d, at, lack) : SG_OK;
    }
    while (m = here(d), t = next(d), t.kind == VALUE)
        ;
    if (t.kind == BAD)
        return bad(d, &t, "text is not closed, or a word that is reserved");
    back(d, m);
    return SG_OK;
}

/* To the next loop of atoms; in_loop stays 0 at the end of the file. */
static sg_status find_atoms(cif *d)
{
    sg_status s = SG_OK;
    while (s == SG_OK && !d->state->in_loop) {
        token t = next(d);
        if (t.kind == END_OF_FILE)
            break;
        if (t.kind == DATA) {
            token id = t;
            id.s += 5;
            id.n -= 5;
            keep_text(d->c->id, sizeof d->c->id, &id);
            d->c->title[0] = '\0';
        } else {
            s = t.kind == NAME   ? item(d, &t)
                : t.kind == LOOP ? loop(d, &t)
                : t.kind == BAD  ? bad(d, &t, "text is not closed, or a word that is reserved")
                                 : bad(d, &t, "a value without a name");
        }
    }
    return s;
}

/* Rows until the model changes or the loop ends. */
static sg_status rows(cif *d)
{
    cif_state *st = d->state;
    sg_status s = SG_OK;
    for (long count = 0; s == SG_OK; count++) {
        token row[MAX_WIDTH];
        sg_i_span v[SG_I_ITEMS] = {{NULL, 0}};
        sg_i_atom a;
        sg_error e = {0};
        int model, at = SG_I_X;
        mark m = here(d);
        row[0] = next(d);
        if (row[0].kind != VALUE) {
            if (row[0].kind == BAD)
                return bad(d, &row[0], "text is not closed, or a word that is reserved");
            back(d, m);
            st->in_loop = 0;
            break;
        }
        for (int k = 1; k < st->width; k++) {
            row[k] = next(d);
            if (row[k].kind != VALUE)
                return bad(d, &row[k], "a row of atoms ends early");
        }
        for (int k = 0; k < SG_I_ITEMS; k++)
            if (st->have[k] && !missing(&row[st->of[k]]))
                v[k] = (sg_i_span){row[st->of[k]].s, row[st->of[k]].n};
        s = sg_i_site_atom(&a, &model, v, st->have, &at, &e);
        if (s == SG_OK && count && model != d->p->model) {
            back(d, m);
            break;
        }
        d->p->model = model;
        if (s == SG_OK)
            s = sg_i_assembly_add(&d->residue, d->p, &a, &e);
        if (s != SG_OK) {
            const token *t = &row[st->have[at] ? st->of[at] : 0];
            return sg_fail_at(d->err, s, d->c->file, t->line, t->column, "%s", e.text);
        }
    }
    sg_error e = {0};
    s = sg_i_assembly_end(&d->residue, d->p, &e);
    return s == SG_OK ? s
                      : sg_fail_at(d->err, s, d->c->file, d->c->lines.number + 1, 0, "%s", e.text);
}

/* To the next data block. */
static void skip_block(cif *d)
{
    const char *p = d->c->lines.p, *end = d->c->lines.end;
    d->state->in_loop = 0;
    while (p < end && !(p[0] == '\n' && end - p > 5 && memcmp(p + 1, "data_", 5) == 0)) {
        if (*p == '\n')
            newline(d, p);
        p++;
    }
    d->c->lines.p = p;
}

static sg_status cif_read(sg_protein_cursor *c, sg_protein *p, int *got, sg_error *err)
{
    cif d = {.c = c, .p = p, .err = err};
    sg_protein_reset(p);
    *got = 0;
    if (!c->state) {
        c->state = calloc(1, sizeof(cif_state));
        c->state_free = free;
        if (!c->state)
            return sg_fail(err, SG_ENOMEM, "no memory to read mmCIF");
        if (c->lines.end - c->lines.p >= 3 && memcmp(c->lines.p, "\xef\xbb\xbf", 3) == 0)
            c->lines.p += 3;
        ((cif_state *)c->state)->line_start = c->lines.p;
    }
    d.state = c->state;
    sg_status s = SG_OK;
    while (s == SG_OK && p->n == 0) { /* models of ligands alone are passed over */
        s = find_atoms(&d);
        if (s != SG_OK || !d.state->in_loop)
            break;
        s = rows(&d);
    }
    sg_i_assembly_clear(&d.residue);
    if (s == SG_OK && p->n == 0 && c->record == 0)
        s = sg_fail_at(err, SG_EPARSE, c->file, 0, 0,
                       d.state->blocks ? "no residues" : "no atom_site: is this an mmCIF file?");
    c->record += p->n > 0 || s != SG_OK;
    if (s != SG_OK) {
        skip_block(&d);
        sg_protein_reset(p);
        return s;
    }
    memcpy(p->id, c->id, sizeof p->id);
    memcpy(p->title, c->title, sizeof p->title);
    *got = p->n > 0;
    return SG_OK;
}

const sg_protein_format sg_protein_mmcif = {.name = "mmcif",
                                            .extensions = ".cif .mmcif",
                                            .summary = "mmCIF, the PDB's own format",
                                            .read = cif_read,
                                            .write = sg_i_cif_write,
                                            .pass = sg_i_block_pass,
                                            .head = sg_i_cif_head,
                                            .tail = sg_i_cif_tail};
