#include <config.h>
#include <sigen/protein_io.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

const sg_protein_format *const sg_protein_formats[] = {&sg_protein_pdb, &sg_protein_mmcif,
                                                       &sg_protein_pdbml, &sg_protein_pbb, NULL};

const sg_protein_format *sg_protein_format_find(const char *name)
{
    for (size_t i = 0; sg_protein_formats[i]; i++)
        if (strcmp(sg_protein_formats[i]->name, name) == 0)
            return sg_protein_formats[i];
    return NULL;
}

const sg_protein_format *sg_protein_format_of_file(const char *path)
{
    size_t len = strlen(path);
    if (len > 3 && strcmp(path + len - 3, ".gz") == 0)
        len -= 3;
    for (size_t i = 0; sg_protein_formats[i]; i++)
        for (const char *e = sg_protein_formats[i]->extensions; *e;) {
            size_t n = strcspn(e, " ");
            if (len > n && memcmp(path + len - n, e, n) == 0)
                return sg_protein_formats[i];
            e += n + (e[n] == ' ');
        }
    return NULL;
}

const sg_protein_format *sg_protein_format_of_text(const char *buf, size_t len)
{
    static const struct {
        const char *begin, *format;
    } known[] = {{"#PBB1", "pbb"}, {"data_", "mmcif"}, {"<", "pdbml"}};
    if (len >= 3 && memcmp(buf, "\xef\xbb\xbf", 3) == 0) {
        buf += 3;
        len -= 3;
    }
    for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
        size_t n = strlen(known[k].begin);
        const sg_protein_format *f = sg_protein_format_find(known[k].format);
        if (f && len >= n && memcmp(buf, known[k].begin, n) == 0)
            return f;
    }
    return &sg_protein_pdb;
}

void sg_protein_cursor_init(sg_protein_cursor *c, const char *file, const char *buf, size_t len)
{
    *c = (sg_protein_cursor){.file = file};
    sg_lines_init(&c->lines, buf, len);
}

void sg_protein_cursor_clear(sg_protein_cursor *c)
{
    if (c->state_free)
        c->state_free(c->state);
    *c = (sg_protein_cursor){0};
}

struct sg_protein_reader {
    const sg_protein_format *format;
    char *buf, *path;
    sg_protein_cursor cursor;
};

sg_protein_reader *sg_protein_reader_open(const char *path, const sg_protein_format *format,
                                          sg_error *err)
{
    sg_protein_reader *r = calloc(1, sizeof *r);
    size_t len;
    if (!r || !(r->path = strdup(path))) {
        free(r);
        sg_fail(err, SG_ENOMEM, "no memory to read %s", path);
        return NULL;
    }
    if (sg_file_read(path, SG_PROTEIN_FILE_LIMIT, &r->buf, &len, err) != SG_OK) {
        sg_protein_reader_close(r);
        return NULL;
    }
    r->format = format ? format : sg_protein_format_of_file(path);
    if (!r->format || !r->format->read)
        r->format = sg_protein_format_of_text(r->buf, len);
    sg_protein_cursor_init(&r->cursor, r->path, r->buf, len);
    return r;
}

sg_status sg_protein_reader_next(sg_protein_reader *r, sg_protein *p, int *got, sg_error *err)
{
    return r->format->read(&r->cursor, p, got, err);
}

void sg_protein_reader_close(sg_protein_reader *r)
{
    if (!r)
        return;
    sg_protein_cursor_clear(&r->cursor);
    free(r->buf);
    free(r->path);
    free(r);
}

void sg_protein_sink_init(sg_protein_sink *k, sg_out *out, const sg_protein_style *style)
{
    *k = (sg_protein_sink){.out = out};
    if (style)
        k->style = *style;
}

void sg_protein_sink_end(sg_protein_sink *k, const sg_protein_format *f)
{
    if (f->tail && k->models)
        f->tail(k);
    sg_protein_clear(&k->like);
    free(k->labels);
    k->labels = NULL;
}

static sg_status check_residue(const sg_protein_chain *c, const sg_protein_residue *r,
                               sg_error *err)
{
    for (int k = 0; k < SG_PROTEIN_ATOMS; k++) {
        if (!(r->have & SG_PROTEIN_HAS(k)))
            continue;
        for (int x = 0; x < 3; x++)
            if (!isfinite(r->xyz[k][x]) || fabs(r->xyz[k][x]) > 9999)
                return sg_fail(err, isfinite(r->xyz[k][x]) ? SG_EINVAL : SG_ENAN,
                               "chain %s residue %d: coordinate %g is outside +-9999", c->id,
                               r->number, r->xyz[k][x]);
        for (int l = 0; l < k; l++)
            if ((r->have & SG_PROTEIN_HAS(l)) &&
                memcmp(r->xyz[k], r->xyz[l], sizeof r->xyz[k]) == 0)
                return sg_fail(err, SG_EINVAL, "chain %s residue %d: two atoms in one place", c->id,
                               r->number);
    }
    if (!(r->have & SG_PROTEIN_HAS(SG_PROTEIN_CA)))
        return sg_fail(err, SG_EINVAL, "chain %s residue %d has no CA", c->id, r->number);
    return SG_OK;
}

static int by_number(const void *pa, const void *pb)
{
    const sg_protein_residue *a = *(const sg_protein_residue *const *)pa,
                             *b = *(const sg_protein_residue *const *)pb;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return (int)a->insertion - (int)b->insertion;
}

sg_status sg_protein_check(const sg_protein *p, sg_error *err)
{
    sg_status s = p->n ? SG_OK : sg_fail(err, SG_EINVAL, "no residues");
    const sg_protein_residue **sorted = malloc((p->n + 1) * sizeof *sorted);
    if (!sorted)
        return sg_fail(err, SG_ENOMEM, "no memory to check residues");
    for (size_t k = 0; k < p->n_chains && s == SG_OK; k++) {
        const sg_protein_chain *c = &p->chain[k];
        for (size_t i = 0; i < c->n && s == SG_OK; i++) {
            sorted[i] = &p->residue[c->first + i];
            s = check_residue(c, sorted[i], err);
        }
        if (s != SG_OK || c->n == 0)
            continue;
        qsort(sorted, c->n, sizeof *sorted, by_number);
        for (size_t i = 1; i < c->n && s == SG_OK; i++)
            if (by_number(&sorted[i - 1], &sorted[i]) == 0)
                s = sg_fail(err, SG_EINVAL, "chain %s has residue %d%.*s twice", c->id,
                            sorted[i]->number, sorted[i]->insertion != ' ', &sorted[i]->insertion);
    }
    free(sorted);
    return s;
}
