/* Files of SMILES: one a line, then blanks and a title [sigen-smiles(5)]. */
#include <config.h>
#include <sigen/mol_io.h>

#include <stdlib.h>
#include <string.h>

#include "smiles.h"

static int blank(char c)
{
    return c == ' ' || c == '\t';
}

static sg_status smi_read(sg_mol_cursor *c, sg_mol *m, int *got, sg_error *err)
{
    const char *line;
    size_t len, a = 0, n = 0;
    sg_mol_reset(m);
    *got = 0;
    do {
        if (!sg_lines_next(&c->lines, &line, &len))
            return SG_OK;
        for (a = 0; a < len && blank(line[a]); a++)
            ;
        for (n = 0; a + n < len && !blank(line[a + n]); n++)
            ;
    } while (n == 0);
    c->record++;
    sg_error e = {0};
    sg_status s = sg_i_smiles_parse(m, line + a, n, &e);
    if (s != SG_OK)
        return sg_fail_at(err, s, c->file, c->lines.number, e.column ? (long)a + e.column : 0, "%s",
                          e.text);
    for (a += n; a < len && blank(line[a]); a++)
        ;
    n = len - a < SG_MOL_TITLE ? len - a : SG_MOL_TITLE;
    memcpy(m->title, line + a, n);
    m->title[n] = '\0';
    for (n = strlen(m->title); n > 0 && blank(m->title[n - 1]); n--) /* a NUL may have cut it */
        m->title[n - 1] = '\0';
    *got = 1;
    return SG_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

enum { CLOSE = -1, OPEN = -2 };

typedef struct writer {
    const sg_mol *m;
    sg_out *o;
    int *start, *nbr, *order; /* neighbours of i: [start[i], start[i+1]) */
    int *parent, *next;       /* of the spanning tree; the walk's place in the neighbours */
    int *closure;             /* (neighbour places) ring digit of a bond that is open, 0: none */
    int *stack;
    unsigned char *folded, *hydrogens, *done;
    unsigned char used[100];
} writer;

/* A hydrogen that its parent's text says. */
static int folds(const writer *w, int i)
{
    const sg_mol_atom *a = &w->m->atom[i];
    return a->element == 1 && a->charge == 0 && a->radical == 0 &&
           w->start[i + 1] - w->start[i] == 1 && w->order[w->start[i]] == 1 &&
           w->m->atom[w->nbr[w->start[i]]].element != 1;
}

static void atom_text(writer *w, int i)
{
    const sg_mol_atom *a = &w->m->atom[i];
    int sum = 0;
    for (int q = w->start[i]; q < w->start[i + 1]; q++)
        sum += w->folded[w->nbr[q]] ? 0 : w->order[q];
    if (!a->charge && !a->radical && sg_i_smiles_hydrogens(a->element, sum) == w->hydrogens[i]) {
        sg_out_puts(w->o, sg_element_symbol(a->element));
        return;
    }
    sg_out_printf(w->o, "[%s", sg_element_symbol(a->element));
    if (w->hydrogens[i])
        sg_out_puts(w->o, "H");
    if (w->hydrogens[i] > 1)
        sg_out_printf(w->o, "%d", w->hydrogens[i]);
    if (a->charge)
        sg_out_puts(w->o, a->charge > 0 ? "+" : "-");
    if (abs(a->charge) > 1)
        sg_out_printf(w->o, "%d", abs(a->charge));
    sg_out_puts(w->o, "]");
}

static void bond_text(writer *w, int order)
{
    if (order > 1)
        sg_out_puts(w->o, order == 2 ? "=" : "#");
}

static void digit_text(writer *w, int r)
{
    sg_out_printf(w->o, r > 9 ? "%%%d" : "%d", r);
}

/* place of i among the neighbours of j */
static int place(const writer *w, int j, int i)
{
    int q = w->start[j];
    while (w->nbr[q] != i)
        q++;
    return q;
}

/* Ring digits of atom i: those that end here, then those that begin. 0: no digit is left. */
static int rings(writer *w, int i)
{
    int ended[100], n = 0;
    for (int q = w->start[i]; q < w->start[i + 1]; q++) {
        int j = w->nbr[q], at;
        if (w->folded[j] || !w->done[j] || j == w->parent[i] || w->parent[j] == i)
            continue;
        at = place(w, j, i);
        bond_text(w, w->order[q]);
        digit_text(w, w->closure[at]);
        ended[n++] = w->closure[at];
    }
    for (int q = w->start[i]; q < w->start[i + 1]; q++) {
        int j = w->nbr[q], r = 1;
        if (w->folded[j] || w->done[j] || j == w->parent[i] || w->parent[j] == i)
            continue;
        while (r < 100 && w->used[r])
            r++;
        if (r == 100)
            return 0;
        w->used[r] = 1;
        w->closure[q] = r;
        bond_text(w, w->order[q]);
        digit_text(w, r);
    }
    while (n > 0)
        w->used[ended[--n]] = 0;
    return 1;
}

/* Spanning tree below root: every other bond joins an atom with an ancestor. */
static void span(writer *w, int root)
{
    int depth = 0;
    w->stack[depth++] = root;
    w->parent[root] = root;
    while (depth > 0) {
        int i = w->stack[depth - 1];
        if (w->next[i] == w->start[i + 1]) {
            depth--;
            continue;
        }
        int j = w->nbr[w->next[i]++];
        if (!w->folded[j] && w->parent[j] < 0) {
            w->parent[j] = i;
            w->stack[depth++] = j;
        }
    }
}

static int fragment(writer *w, int root)
{
    int depth = 0;
    span(w, root);
    w->stack[depth++] = root;
    while (depth > 0) {
        int i = w->stack[--depth];
        if (i < 0) {
            sg_out_puts(w->o, i == OPEN ? "(" : ")");
            continue;
        }
        if (i != root)
            bond_text(w, w->order[place(w, i, w->parent[i])]);
        atom_text(w, i);
        if (!rings(w, i))
            return 0;
        w->done[i] = 1;
        int first = 1; /* pushed first, written last: needs no parentheses */
        for (int q = w->start[i + 1] - 1; q >= w->start[i]; q--) {
            int j = w->nbr[q];
            if (w->folded[j] || w->parent[j] != i || j == i || w->done[j])
                continue;
            if (!first)
                w->stack[depth++] = CLOSE;
            w->stack[depth++] = j;
            if (!first)
                w->stack[depth++] = OPEN;
            first = 0;
        }
    }
    return 1;
}

static void neighbours(writer *w)
{
    const sg_mol *m = w->m;
    for (int k = 0; k < m->n_bonds; k++) {
        w->start[m->bond[k].a + 1]++;
        w->start[m->bond[k].b + 1]++;
    }
    for (int i = 0; i < m->n_atoms; i++) {
        w->start[i + 1] += w->start[i];
        w->next[i] = w->start[i];
        w->parent[i] = -1;
    }
    for (int k = 0; k < m->n_bonds; k++) {
        const sg_mol_bond *b = &m->bond[k];
        for (int side = 0; side < 2; side++) {
            int q = w->next[side ? b->b : b->a]++;
            w->nbr[q] = side ? b->a : b->b;
            w->order[q] = b->order;
        }
    }
    for (int i = 0; i < m->n_atoms; i++) {
        w->next[i] = w->start[i];
        w->folded[i] = (unsigned char)folds(w, i);
        if (w->folded[i])
            w->hydrogens[w->nbr[w->start[i]]]++;
    }
}

static sg_status write_fragments(writer *w, sg_error *err)
{
    for (int i = 0, any = 0; i < w->m->n_atoms; i++) {
        if (w->folded[i] || w->done[i])
            continue;
        if (any++)
            sg_out_puts(w->o, ".");
        if (!fragment(w, i))
            return sg_fail(err, SG_EINVAL, "more than 99 ring closures are open at once");
    }
    return SG_OK;
}

static sg_status smi_write(sg_out *out, const sg_mol *m, sg_error *err)
{
    sg_status s = sg_mol_check(m, err);
    if (s != SG_OK)
        return s;
    if (!m->has_bonds && m->n_atoms > 1)
        return sg_fail(err, SG_EINVAL, "a molecule without bonds is not written as SMILES");
    size_t n = (size_t)m->n_atoms + 1, b = 2 * (size_t)m->n_bonds + 1;
    int *work = calloc(6 * n + 5 * b, sizeof *work);
    unsigned char *flags = calloc(3 * n, 1);
    char *text = NULL;
    size_t len;
    writer w = {.m = m, .o = sg_out_memory(err)};
    if (!work || !flags || !w.o) {
        s = sg_fail(err, SG_ENOMEM, "no memory to write a SMILES");
        sg_out_discard(w.o);
        goto done;
    }
    w.start = work;
    w.parent = work + n;
    w.next = work + 2 * n;
    w.stack = work + 3 * n; /* an atom and two parentheses for each */
    w.nbr = work + 6 * n;
    w.order = w.nbr + b;
    w.closure = w.order + b;
    w.folded = flags;
    w.hydrogens = flags + n;
    w.done = flags + 2 * n;
    neighbours(&w);
    s = write_fragments(&w, err);
    if (s != SG_OK) {
        sg_out_discard(w.o);
        goto done;
    }
    s = sg_out_take(w.o, &text, &len, err);
    if (s != SG_OK)
        goto done;
    sg_out_write(out, text, len);
    if (m->title[0])
        sg_out_puts(out, "\t");
    for (const char *t = m->title; *t; t++)
        sg_out_write(out, (unsigned char)*t >= 0x20 && *t != 0x7f ? t : "?", 1);
    sg_out_puts(out, "\n");
done:
    free(text);
    free(work);
    free(flags);
    return s;
}

const sg_mol_format sg_mol_smi = {"smi",
                                  ".smi .smiles",
                                  "SMILES and a title, one molecule a line",
                                  smi_read,
                                  smi_write,
                                  NULL,
                                  NULL,
                                  0};
