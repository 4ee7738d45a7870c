#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/file.h>
#include <sigen/text.h>
#include "chain.h"
#include "given.h"

void sg_protein_given_clear(sg_protein_given *g)
{
    free(g->ss);
    free(g->ca);
    free(g->piece);
    sg_protein_clear(&g->scaffold);
    sg_protein_clear(&g->partial);
    *g = (sg_protein_given){0};
}

/* ---- shares ---------------------------------------------------------------------------------- */

sg_status sg_protein_shares(double *helix, double *strand, const char *text, sg_error *err)
{
    double share[2] = {-1, -1};
    const char *p = text;
    if (strncmp(p, "frac:", 5) == 0)
        p += 5;
    for (;;) {
        size_t len = strcspn(p, ",");
        int k = p[0] == 'H' ? 0 : p[0] == 'E' ? 1 : -1;
        if (k < 0 || len < 3 || p[1] != '=' || share[k] >= 0 ||
            sg_parse_double(p + 2, len - 2, &share[k], NULL) != SG_OK || !(share[k] >= 0) ||
            share[k] > 1)
            return sg_fail(err, SG_EINVAL,
                           "--ss \"%s\": wanted shares from 0 to 1, such as H=0.4,E=0.2; wrong at "
                           "\"%.*s\"",
                           text, (int)len, p);
        if (!p[len])
            break;
        p += len + 1;
    }
    if (share[0] < 0 || share[1] < 0)
        return sg_fail(err, SG_EINVAL, "--ss \"%s\": both H and E are wanted", text);
    if (share[0] + share[1] > 1)
        return sg_fail(err, SG_EINVAL, "--ss \"%s\": more than all residues", text);
    *helix = share[0];
    *strand = share[1];
    return SG_OK;
}

static sg_status read_ss(sg_protein_given *g, const char *path, sg_error *err)
{
    char *text;
    size_t len, n = 0;
    sg_status s = sg_file_read(path, 1 << 20, &text, &len, err);
    if (s != SG_OK)
        return s;
    long line = 1, column = 0;
    for (size_t i = 0; i < len && s == SG_OK; i++) {
        column++;
        if (text[i] == '\n') {
            line++;
            column = 0;
        } else if (strchr("HE-?", text[i]) && text[i]) {
            text[n++] = text[i];
        } else if (text[i] != ' ' && text[i] != '\r' && text[i] != '\t') {
            s = sg_fail_at(err, SG_EPARSE, path, line, column,
                           "a structure is written in H, E, - and ?");
        }
    }
    if (s == SG_OK && n == 0)
        s = sg_fail_at(err, SG_EPARSE, path, 1, 1, "no structure");
    if (s == SG_OK) {
        text[n] = '\0';
        g->ss = text;
    } else
        free(text);
    return s;
}

/* ---- contig ---------------------------------------------------------------------------------- */

typedef struct contig {
    const char *text, *p;
    const sg_protein *scaffold;
    double (*ca)[3];
    size_t used; /* of ca */
    sg_error *err;
} contig;

static sg_status wrong(const contig *c, const char *why)
{
    return sg_fail(c->err, SG_EINVAL, "--contig \"%s\", character %ld: %s", c->text,
                   (long)(c->p - c->text) + 1, why);
}

/* "12" or "12-20" */
static sg_status range(contig *c, int *a, int *b)
{
    int *at[2] = {a, b};
    for (int k = 0; k < 2; k++) {
        size_t n = strspn(c->p, "0123456789");
        long long v;
        if (n == 0 || n > 5 || sg_parse_int(c->p, n, 0, 99999, &v, NULL) != SG_OK)
            return wrong(c, "a number is wanted here");
        *at[k] = (int)v;
        c->p += n;
        if (k == 0 && *c->p != '-') {
            *b = *a;
            break;
        }
        c->p += k == 0;
    }
    return *b < *a ? wrong(c, "the range runs backwards") : SG_OK;
}

/* Residues a..b of the chain, all there with CA, one after another. */
static sg_status take(contig *c, sg_protein_piece *q, char chain, int a, int b)
{
    const sg_protein *p = c->scaffold;
    const double(*first)[3] = (const double(*)[3])(c->ca + c->used);
    int next = a;
    for (size_t k = 0; k < p->n_chains; k++)
        for (size_t i = 0; i < p->chain[k].n && p->chain[k].id[0] == chain && !p->chain[k].id[1];
             i++) {
            const sg_protein_residue *r = &p->residue[p->chain[k].first + i];
            if (r->number != next || next > b || r->insertion != ' ' ||
                !(r->have & SG_PROTEIN_HAS(SG_PROTEIN_CA)))
                continue;
            if (c->used == p->n)
                return wrong(c, "residues are asked for twice");
            memcpy(c->ca[c->used++], r->xyz[SG_PROTEIN_CA], sizeof *c->ca);
            next++;
        }
    if (next <= b) {
        char why[100];
        snprintf(why, sizeof why, "the scaffold has no residue %c%d with a CA atom", chain, next);
        return wrong(c, why);
    }
    *q = (sg_protein_piece){b - a + 1, b - a + 1, first};
    return SG_OK;
}

sg_status sg_protein_contig(sg_protein_piece **piece, size_t *n, double (*ca)[3], const char *text,
                            const sg_protein *scaffold, sg_error *err)
{
    contig c = {text, text, scaffold, ca, 0, err};
    size_t most = strlen(text) + 1;
    sg_status s = SG_OK;
    int motifs = 0;
    *n = 0;
    *piece = calloc(most, sizeof **piece);
    if (!*piece)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu pieces", most);
    for (;;) {
        int a, b;
        char chain = *c.p;
        int motif = (chain >= 'A' && chain <= 'Z') || (chain >= 'a' && chain <= 'z');
        c.p += motif;
        s = range(&c, &a, &b);
        if (s == SG_OK && motif)
            s = take(&c, &(*piece)[*n], chain, a, b);
        else if (s == SG_OK)
            (*piece)[*n] = (sg_protein_piece){a, b, NULL};
        motifs += motif;
        if (s != SG_OK || !*c.p)
            break;
        if (*c.p != '/') {
            s = wrong(&c, "pieces are separated by /");
            break;
        }
        c.p++;
        ++*n;
    }
    if (s == SG_OK && !motifs)
        s = wrong(&c, "no piece is of the scaffold, such as A10-25");
    if (s != SG_OK) {
        free(*piece);
        *piece = NULL;
        *n = 0;
        return s;
    }
    ++*n;
    return SG_OK;
}

/* ---- files ----------------------------------------------------------------------------------- */

static sg_status first_model(sg_protein *p, const char *path, sg_error *err)
{
    int got = 0;
    sg_error e = {0};
    sg_protein_reader *r = sg_protein_reader_open(path, NULL, &e);
    sg_status s = r ? sg_protein_reader_next(r, p, &got, &e) : e.code;
    sg_protein_reader_close(r);
    if (s == SG_OK && !got)
        s = sg_fail(&e, SG_EPARSE, "%s holds no structure", path);
    if (s != SG_OK && err)
        *err = e;
    return s;
}

static sg_status read_scaffold(sg_protein_given *g, sg_protein_generate_opts *o, const sg_cli *c,
                               sg_error *err)
{
    const char *file = sg_cli_text(c, "scaffold"), *text = sg_cli_text(c, "contig");
    if (!file && !text)
        return SG_OK;
    if (!file || !text)
        return sg_fail(err, SG_EINVAL, "--scaffold and --contig go together");
    sg_status s = first_model(&g->scaffold, file, err);
    if (s != SG_OK)
        return s;
    g->ca = malloc(g->scaffold.n * sizeof *g->ca + 1);
    if (!g->ca)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu residues", g->scaffold.n);
    s = sg_protein_contig(&g->piece, &o->n_pieces, g->ca, text, &g->scaffold, err);
    o->piece = g->piece;
    return s;
}

static sg_status read_partial(sg_protein_given *g, sg_protein_generate_opts *o, const sg_cli *c,
                              sg_error *err)
{
    const char *file = sg_cli_text(c, "partial");
    if (!file)
        return SG_OK;
    sg_status s = first_model(&g->partial, file, err);
    if (s != SG_OK)
        return s;
    size_t n = g->partial.chain[0].n;
    if (n > SG_PROTEIN_NET_LONGEST)
        return sg_fail(err, SG_ENOTSUP, "%s: a chain of %zu residues is too long", file, n);
    free(g->ca);
    g->ca = malloc(n * sizeof *g->ca);
    if (!g->ca)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu residues", n);
    for (size_t i = 0; i < n; i++) {
        const sg_protein_residue *r = &g->partial.residue[g->partial.chain[0].first + i];
        if (!(r->have & SG_PROTEIN_HAS(SG_PROTEIN_CA)))
            return sg_fail(err, SG_EINVAL, "%s: residue %d has no CA atom", file, r->number);
        memcpy(g->ca[i], r->xyz[SG_PROTEIN_CA], sizeof *g->ca);
    }
    o->start = (const double(*)[3])g->ca;
    o->n_start = (int)n;
    o->from = sg_cli_double(c, "from");
    return SG_OK;
}

sg_status sg_protein_given_read(sg_protein_given *g, sg_protein_generate_opts *o, const sg_cli *c,
                                sg_error *err)
{
    const char *shares = sg_cli_text(c, "ss"), *ss = sg_cli_text(c, "ss-string");
    int lengths = sg_cli_given(c, "length") + (ss != NULL) + sg_cli_given(c, "contig") +
                  sg_cli_given(c, "partial");
    if (lengths > 1)
        return sg_fail(
            err, SG_EINVAL,
            "--length, --ss-string, --contig and --partial each fix the length: give one");
    sg_status s = SG_OK;
    if (shares && strcmp(shares, "free") == 0)
        o->draw_structure = 0;
    else if (shares)
        s = sg_protein_shares(&o->helix, &o->strand, shares, err);
    if (s == SG_OK && ss)
        s = read_ss(g, ss, err);
    if (s == SG_OK)
        o->ss = g->ss;
    if (s == SG_OK)
        s = read_scaffold(g, o, c, err);
    return s == SG_OK ? read_partial(g, o, c, err) : s;
}
