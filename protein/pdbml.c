/* PDBML: mmCIF's categories as XML. libxml2 reads from memory, node by node; no document type ever
 * reaches it, so there are no entities to expand and nothing to load. */
#include <config.h>
#include <sigen/protein_io.h>

#include <libxml/xmlreader.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "dictionary.h"
#include "site.h"
#include "write.h"

enum { MAX_DEPTH = 64, MAX_VALUE = 64 };

/* One atom as text. */
typedef struct site {
    char text[SG_I_ITEMS][MAX_VALUE];
    size_t n[SG_I_ITEMS];
    long line;
} site;

/* Kept from model to model. */
typedef struct pdbml_state {
    xmlTextReaderPtr x;
    int pending; /* `next` is the first atom of the next model */
    site next;
    size_t atoms;
} pdbml_state;

typedef struct pdbml {
    sg_protein_cursor *c;
    sg_protein *p;
    sg_error *err;
    pdbml_state *state;
    sg_i_assembly residue;
} pdbml;

static sg_status bad(const pdbml *d, sg_status code, const char *what)
{
    return sg_fail_at(d->err, code, d->c->file,
                      d->state->x ? xmlTextReaderGetParserLineNumber(d->state->x) : 0, 0, "%s",
                      what);
}

static void quiet(void *arg, xmlErrorPtr e)
{
    (void)arg;
    (void)e;
}

static void state_free(void *p)
{
    pdbml_state *s = p;
    if (s->x)
        xmlFreeTextReader(s->x);
    free(s);
}

/* A document type can stand only before the root: looks through that. Bytes of UTF-16 are no "<"
 * with a name. */
static const char *prolog(const char *p, const char *end)
{
    static const char *const opaque[][2] = {{"<!--", "-->"}, {"<?", "?>"}};
    if (end - p >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        p += 3;
    for (;;) {
        int passed = 0;
        while (p < end && strchr(" \t\r\n", *p) && *p)
            p++;
        for (int k = 0; k < 2 && !passed; k++) {
            size_t n = strlen(opaque[k][0]), m = strlen(opaque[k][1]);
            if ((size_t)(end - p) < n || memcmp(p, opaque[k][0], n) != 0)
                continue;
            for (p += n; (size_t)(end - p) >= m && memcmp(p, opaque[k][1], m) != 0;)
                p++;
            if ((size_t)(end - p) < m)
                return "markup is not closed";
            p += m;
            passed = 1;
        }
        if (!passed)
            break;
    }
    if (end - p < 2 || *p != '<')
        return "no XML: an element is expected";
    if (p[1] == '!')
        return "a document type is not allowed";
    return (p[1] >= 'A' && p[1] <= 'Z') || (p[1] >= 'a' && p[1] <= 'z') || p[1] == '_'
               ? NULL
               : "no XML: an element is expected";
}

static sg_status open_reader(pdbml *d)
{
    sg_protein_cursor *c = d->c;
    c->state = d->state = calloc(1, sizeof *d->state);
    if (!c->state)
        return sg_fail(d->err, SG_ENOMEM, "no memory to read PDBML");
    c->state_free = state_free;
    const char *wrong = prolog(c->lines.p, c->lines.end);
    if (wrong)
        return sg_fail_at(d->err, SG_EPARSE, c->file, 1, 0, "%s", wrong);
    if (c->lines.end - c->lines.p > INT_MAX)
        return sg_fail_at(d->err, SG_ELIMIT, c->file, 0, 0, "more than 2 GiB of XML");
    d->state->x = xmlReaderForMemory(c->lines.p, (int)(c->lines.end - c->lines.p), NULL, "UTF-8",
                                     XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
    if (!d->state->x)
        return sg_fail(d->err, SG_ENOMEM, "no memory to read XML");
    xmlTextReaderSetStructuredErrorHandler(d->state->x, quiet, NULL);
    return SG_OK;
}

/* One step: 1, 0 at the end, -1 and *s on failure. */
static int step(pdbml *d, sg_status *s)
{
    int got = xmlTextReaderRead(d->state->x);
    if (got < 0)
        *s = bad(d, SG_EPARSE, "not well-formed");
    else if (got && xmlTextReaderDepth(d->state->x) > MAX_DEPTH)
        *s = bad(d, SG_EPARSE, "elements are nested deeper than 64");
    else if (got && xmlTextReaderNodeType(d->state->x) == XML_READER_TYPE_DOCUMENT_TYPE)
        *s = bad(d, SG_EPARSE, "a document type is not allowed");
    return *s == SG_OK ? got : -1;
}

static void keep(char *out, size_t size, const char *text)
{
    size_t n = 0;
    for (; text && *text && n + 1 < size; text++)
        out[n++] = *text >= ' ' && *text < 127 ? *text : ' ';
    out[n] = '\0';
}

/* The text of an element that was just entered, up to its end; cut at size - 1 unless `whole`. */
static sg_status content(pdbml *d, char *out, size_t size, int whole)
{
    sg_status s = SG_OK;
    size_t n = 0;
    out[0] = '\0';
    if (xmlTextReaderIsEmptyElement(d->state->x))
        return SG_OK;
    int depth = xmlTextReaderDepth(d->state->x);
    while (step(d, &s) == 1) {
        int type = xmlTextReaderNodeType(d->state->x);
        if (type == XML_READER_TYPE_END_ELEMENT && xmlTextReaderDepth(d->state->x) == depth)
            return SG_OK;
        if (type == XML_READER_TYPE_ELEMENT)
            return bad(d, SG_EPARSE, "an element where text is expected");
        if (type != XML_READER_TYPE_TEXT && type != XML_READER_TYPE_CDATA)
            continue;
        const char *t = (const char *)xmlTextReaderConstValue(d->state->x);
        size_t len = t ? strlen(t) : 0, room = size - 1 - n;
        if (len > room && whole)
            return bad(d, SG_ELIMIT, "a value is too long");
        len = len < room ? len : room;
        if (len)
            memcpy(out + n, t, len);
        n += len;
        out[n] = '\0';
    }
    return s == SG_OK ? bad(d, SG_EPARSE, "the file ends within an element") : s;
}

/* The children of an atom_site that was just entered. */
static sg_status read_site(pdbml *d, site *a)
{
    sg_status s = SG_OK;
    memset(a->n, 0, sizeof a->n);
    a->line = xmlTextReaderGetParserLineNumber(d->state->x);
    if (xmlTextReaderIsEmptyElement(d->state->x))
        return SG_OK;
    int depth = xmlTextReaderDepth(d->state->x);
    while (step(d, &s) == 1) {
        int type = xmlTextReaderNodeType(d->state->x);
        if (type == XML_READER_TYPE_END_ELEMENT && xmlTextReaderDepth(d->state->x) == depth)
            return SG_OK;
        if (type != XML_READER_TYPE_ELEMENT)
            continue;
        const char *name = (const char *)xmlTextReaderConstLocalName(d->state->x);
        int k = sg_i_item_find(name, strlen(name));
        if (k < 0)
            continue;
        s = content(d, a->text[k], MAX_VALUE, 1);
        if (s != SG_OK)
            return s;
        char *t = a->text[k]; /* without blanks around */
        size_t n = strlen(t), lead = strspn(t, " \t\r\n");
        while (n > lead && strchr(" \t\r\n", t[n - 1]))
            n--;
        memmove(t, t + lead, n - lead);
        t[n - lead] = '\0';
        a->n[k] = n - lead;
    }
    return s == SG_OK ? bad(d, SG_EPARSE, "the file ends within an atom") : s;
}

static sg_status add_site(pdbml *d, const site *a, int *other_model)
{
    /* every item might be there; label_seq_id tells a polymer */
    static const int have[SG_I_ITEMS] = {
        [SG_I_LABEL_SEQ] = 1, [SG_I_X] = 1, [SG_I_Y] = 1, [SG_I_Z] = 1};
    sg_i_span v[SG_I_ITEMS];
    sg_i_atom atom;
    sg_error e = {0};
    int model, at;
    for (int k = 0; k < SG_I_ITEMS; k++)
        v[k] = (sg_i_span){a->text[k], a->n[k]};
    sg_status s = sg_i_site_atom(&atom, &model, v, have, &at, &e);
    *other_model = s == SG_OK && d->state->atoms && model != d->p->model;
    if (*other_model)
        return SG_OK;
    if (s == SG_OK) {
        d->p->model = model;
        d->state->atoms++;
        s = sg_i_assembly_add(&d->residue, d->p, &atom, &e);
    }
    return s == SG_OK ? s : sg_fail_at(d->err, s, d->c->file, a->line, 0, "%s", e.text);
}

/* Atoms until the model changes or the document ends. */
static sg_status read_model(pdbml *d, int *end)
{
    pdbml_state *st = d->state;
    sg_status s = SG_OK;
    int got = 1, other = 0;
    st->atoms = 0;
    if (st->pending) {
        st->pending = 0;
        s = add_site(d, &st->next, &other);
    }
    while (s == SG_OK && (got = step(d, &s)) == 1) {
        if (xmlTextReaderNodeType(st->x) != XML_READER_TYPE_ELEMENT)
            continue;
        const char *name = (const char *)xmlTextReaderConstLocalName(st->x);
        if (strcmp(name, "datablock") == 0) {
            xmlChar *id = xmlTextReaderGetAttribute(st->x, (const xmlChar *)"datablockName");
            keep(d->c->id, sizeof d->c->id, (const char *)id);
            xmlFree(id);
        } else if (strcmp(name, "title") == 0 && xmlTextReaderDepth(st->x) == 3) {
            char title[SG_PROTEIN_TITLE + 1];
            s = content(d, title, sizeof title, 0);
            if (!d->c->title[0])
                keep(d->c->title, sizeof d->c->title, title);
        } else if (strcmp(name, "atom_site") == 0) {
            s = read_site(d, &st->next);
            if (s == SG_OK)
                s = add_site(d, &st->next, &other);
            if (other) {
                st->pending = 1;
                break;
            }
        }
    }
    *end = got == 0;
    if (s != SG_OK)
        return s;
    sg_error e = {0};
    s = sg_i_assembly_end(&d->residue, d->p, &e);
    return s == SG_OK ? s : bad(d, s, e.text);
}

static sg_status pdbml_read(sg_protein_cursor *c, sg_protein *p, int *got, sg_error *err)
{
    pdbml d = {.c = c, .p = p, .err = err, .state = c->state};
    sg_status s = SG_OK;
    int end = 0;
    sg_protein_reset(p);
    *got = 0;
    if (!d.state)
        s = open_reader(&d);
    else if (!d.state->x)
        return SG_OK; /* the document has ended */
    while (s == SG_OK && p->n == 0 && !end)
        s = read_model(&d, &end);
    sg_i_assembly_clear(&d.residue);
    if (s == SG_OK && p->n == 0 && c->record == 0)
        s = sg_fail_at(err, SG_EPARSE, c->file, 0, 0, "no residues: is this a PDBML file?");
    c->record += p->n > 0 || s != SG_OK;
    if ((s != SG_OK || end) && d.state && d.state->x) {
        xmlFreeTextReader(d.state->x); /* what follows bad markup is lost */
        d.state->x = NULL;
    }
    if (s != SG_OK) {
        sg_protein_reset(p);
        return s;
    }
    memcpy(p->id, c->id, sizeof p->id);
    memcpy(p->title, c->title, sizeof p->title);
    *got = p->n > 0;
    return SG_OK;
}

/* ---- writing ------------------------------------------------------------------------------------
 */

#define SCHEMA "http://pdbml.pdb.org/schema/pdbx-v50.xsd"

static void xml_head(sg_protein_sink *k, const char *id)
{
    sg_out_puts(k->out,
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<PDBx:datablock datablockName=\"");
    sg_out_xml(k->out, id);
    sg_out_puts(k->out, "\"\n   xmlns:PDBx=\"" SCHEMA "\"\n"
                        "   xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"\n"
                        "   xsi:schemaLocation=\"" SCHEMA " pdbx-v50.xsd\">\n");
}

static void xml_begin(sg_protein_sink *k, const sg_i_category *c)
{
    sg_out_printf(k->out, " <PDBx:%sCategory>\n", c->name);
}

static void xml_row(sg_protein_sink *k, const sg_i_category *c, const char *const *cell)
{
    sg_out_printf(k->out, "  <PDBx:%s", c->name);
    for (int i = 0; c->item[i]; i++) {
        if (!(c->keys >> i & 1))
            continue;
        sg_out_printf(k->out, " %s=\"", c->item[i]);
        sg_out_xml(k->out, cell[i]);
        sg_out_puts(k->out, "\"");
    }
    sg_out_puts(k->out, ">\n");
    for (int i = 0; c->item[i]; i++) {
        if (!cell[i] || (c->keys >> i & 1))
            continue;
        sg_out_printf(k->out, "   <PDBx:%s>", c->item[i]);
        sg_out_xml(k->out, cell[i]);
        sg_out_printf(k->out, "</PDBx:%s>\n", c->item[i]);
    }
    sg_out_printf(k->out, "  </PDBx:%s>\n", c->name);
}

static void xml_end(sg_protein_sink *k, const sg_i_category *c)
{
    sg_out_printf(k->out, " </PDBx:%sCategory>\n", c->name);
}

static const sg_i_backend backend = {xml_head, xml_begin, xml_row, xml_end};

static sg_status pdbml_write(sg_protein_sink *k, const sg_protein *p, sg_error *err)
{
    sg_status s = sg_i_writable(p, err);
    if (s == SG_OK && k->models && !sg_i_same_block(k, p))
        s = sg_fail(err, SG_EINVAL,
                    "a PDBML file holds models of one composition, and this has another than the "
                    "first");
    if (s == SG_OK && !k->models)
        s = sg_i_block_begin(k, &backend, p, err);
    if (s != SG_OK)
        return s;
    sg_i_block_atoms(k, &backend, p);
    k->models++;
    return SG_OK;
}

static sg_status pdbml_head(sg_protein_sink *k, const sg_protein *p, sg_error *err)
{
    (void)p;
    return sg_i_block_text(k, &backend, err);
}

static void pdbml_tail(sg_protein_sink *k)
{
    sg_i_block_end(k, &backend);
    sg_out_puts(k->out, "</PDBx:datablock>\n");
}

const sg_protein_format sg_protein_pdbml = {.name = "pdbml",
                                            .extensions = ".xml",
                                            .summary = "PDBML, mmCIF's categories as XML",
                                            .read = pdbml_read,
                                            .write = pdbml_write,
                                            .pass = sg_i_block_pass,
                                            .head = pdbml_head,
                                            .tail = pdbml_tail};
