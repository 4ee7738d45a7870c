/* Packed backbones: text, one chain a record; the training file. */
#include <config.h>
#include <sigen/protein_io.h>

#include <string.h>

typedef struct pbb {
    sg_protein_cursor *c;
    sg_error *err;
    const char *line;
    size_t len;
} pbb;

enum { FIELDS = 10, MAX_CHAIN = 20000 };

static sg_status bad(pbb *d, long column, const char *what)
{
    return sg_fail_at(d->err, SG_EPARSE, d->c->file, d->c->lines.number, column, "%s", what);
}

static int next(pbb *d)
{
    return sg_lines_next(&d->c->lines, &d->line, &d->len);
}

/* Token k of the line into tok/n. Tokens are separated by single blanks. */
static int token(const pbb *d, int k, const char **tok, size_t *n)
{
    const char *p = d->line, *end = d->line + d->len;
    for (; k > 0 && p < end; p++)
        k -= *p == ' ';
    if (k > 0)
        return 0;
    *tok = p;
    *n = 0;
    while (p + *n < end && p[*n] != ' ')
        ++*n;
    return *n > 0;
}

static sg_status header(pbb *d, sg_protein *p, long long *n, long long *first)
{
    const char *t;
    size_t len;
    long long cluster;
    if (!token(d, FIELDS - 1, &t, &len) || token(d, FIELDS, &t, &len))
        return bad(d, 1,
                   "a header has ten fields: id n source resolution first whole cluster rg "
                   "helix strand");
    token(d, 0, &t, &len);
    len -= 1; /* ">" */
    len = len < SG_PROTEIN_ID ? len : SG_PROTEIN_ID;
    memcpy(p->id, t + 1, len);
    p->id[len] = '\0';
    memcpy(p->title, p->id, len + 1);
    token(d, 1, &t, &len);
    if (sg_parse_int(t, len, 1, MAX_CHAIN, n, NULL) != SG_OK)
        return bad(d, t - d->line + 1, "the number of residues is not within 1 to 20000");
    token(d, 4, &t, &len);
    len -= len > 1 && t[len - 1] >= 'A' && t[len - 1] <= 'Z'; /* an insertion code */
    if (sg_parse_int(t, len, -999999, 999999, first, NULL) != SG_OK)
        return bad(d, t - d->line + 1, "no number of the first residue");
    token(d, 6, &t, &len);
    if (sg_parse_int(t, len, -1, SG_PROTEIN_CLUSTERS - 1, &cluster, NULL) != SG_OK)
        return bad(d, t - d->line + 1, "no cluster number");
    p->cluster = (long)cluster;
    return SG_OK;
}

static sg_status coordinates(pbb *d, sg_protein_residue *r)
{
    const char *t = d->line, *end = d->line + d->len;
    for (int k = 0; k < 12; k++) {
        const char *e = t < end ? memchr(t, ' ', (size_t)(end - t)) : NULL;
        long long v;
        if (k == 11 && e)
            return bad(d, e - d->line + 1, "more than twelve coordinates");
        e = e ? e : end;
        if (t >= end || sg_parse_int(t, (size_t)(e - t), -9999000, 9999000, &v, NULL) != SG_OK)
            return bad(d, t - d->line + 1, "a residue has twelve integers, N CA C O in 0.001 A");
        r->xyz[k / 3][k % 3] = (double)v / 1000;
        t = e + 1;
    }
    r->have = SG_PROTEIN_BACKBONE;
    return SG_OK;
}

static sg_status body(pbb *d, sg_protein *p)
{
    long long n, first;
    const char *seq, *ss;
    sg_status s = header(d, p, &n, &first);
    if (s != SG_OK)
        return s;
    if (!next(d) || d->len != (size_t)n)
        return bad(d, 1, "the sequence is not as long as the header says");
    seq = d->line;
    if (!next(d) || d->len != (size_t)n)
        return bad(d, 1, "the secondary structure is not as long as the header says");
    ss = d->line;
    for (long long i = 0; i < n; i++)
        if (!strchr("HGIEBTS-", ss[i]) || seq[i] < 'A' || seq[i] > 'Z')
            return bad(d, (long)i + 1, "a letter that is no residue or no DSSP state");
    s = sg_protein_add_chain(p, "A", d->err);
    for (long long i = 0; i < n && s == SG_OK; i++) {
        sg_protein_residue r;
        sg_protein_residue_init(&r, (int)(first + i), seq[i]);
        r.ss = ss[i];
        if (!next(d))
            return bad(d, 0, "the file ends within a chain");
        s = coordinates(d, &r);
        if (s == SG_OK)
            s = sg_protein_add_residue(p, &r, d->err);
    }
    return s;
}

static sg_status pbb_read(sg_protein_cursor *c, sg_protein *p, int *got, sg_error *err)
{
    pbb d = {.c = c, .err = err};
    sg_status s = SG_OK;
    sg_protein_reset(p);
    p->model = c->record + 1;
    *got = 0;
    if (c->record == 0 && c->lines.number == 0 &&
        (!next(&d) || d.len < 5 || memcmp(d.line, "#PBB1", 5) != 0)) {
        s = bad(&d, 1, "a packed file begins with #PBB1");
        c->lines.p = c->lines.end;
        c->record++;
    }
    if (s == SG_OK && next(&d)) {
        *got = 1;
        c->record++;
        s = d.len && d.line[0] == '>' ? body(&d, p) : bad(&d, 1, "a chain begins with >");
    }
    if (s != SG_OK) { /* to the next chain */
        *got = 0;
        sg_protein_reset(p);
        while (c->lines.p < c->lines.end && *c->lines.p != '>')
            next(&d);
    }
    return s;
}

const sg_protein_format sg_protein_pbb = {.name = "pbb",
                                          .extensions = ".pbb",
                                          .summary = "packed backbones, the training file",
                                          .read = pbb_read};
