/* CML, the Chemical Markup Language [sigen-cml(5)]. A scanner cuts the text into <molecule>
 * elements, so that one bad molecule costs only itself; libxml2 reads each from memory. No document
 * type ever reaches libxml2: there are no entities to expand and nothing to load. */
#include <config.h>
#include <sigen/mol_io.h>

#include <libxml/xmlreader.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_DEPTH = 64, MAX_RECORD = 64 << 20, MAX_PROPERTIES = 1000, MAX_TEXT = 1 << 20 };

/* ---- finding molecules -------------------------------------------------------------------------
 */

static const char *find(const char *p, const char *end, const char *what)
{
    size_t n = strlen(what);
    for (; (size_t)(end - p) >= n; p++) {
        p = memchr(p, what[0], (size_t)(end - p) - n + 1);
        if (!p)
            return NULL;
        if (memcmp(p, what, n) == 0)
            return p;
    }
    return NULL;
}

static int starts(const char *p, const char *end, const char *what)
{
    size_t n = strlen(what);
    return (size_t)(end - p) >= n && memcmp(p, what, n) == 0;
}

typedef struct markup {
    const char *begin, *end; /* end NULL: not closed */
    int doctype, molecule;   /* molecule: 1 opens, -1 closes, 2 both */
} markup;

/* The next piece of markup at or behind p; begin NULL: none. */
static markup next_markup(const char *p, const char *end)
{
    static const char *const opaque[][2] = {{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}};
    markup t = {memchr(p, '<', (size_t)(end - p)), NULL, 0, 0};
    if (!t.begin)
        return t;
    p = t.begin;
    for (size_t i = 0; i < sizeof opaque / sizeof *opaque; i++)
        if (starts(p, end, opaque[i][0])) {
            t.end = find(p + strlen(opaque[i][0]), end, opaque[i][1]);
            if (t.end)
                t.end += strlen(opaque[i][1]);
            return t;
        }
    t.doctype = starts(p, end, "<!");
    int closing = starts(p, end, "</");
    const char *name = p + 1 + closing, *q = name;
    while (q < end && !strchr(" \t\r\n/>", *q)) {
        if (*q == ':')
            name = q + 1;
        q++;
    }
    int molecule = q - name == 8 && memcmp(name, "molecule", 8) == 0;
    char quote = 0;
    for (; q < end && *q != '<' && (quote || *q != '>'); q++) /* a "<" is never inside */
        if (quote ? *q == quote : *q == '"' || *q == '\'')
            quote = quote ? 0 : *q;
    if (q < end)
        t.end = q + (*q == '>');
    if (molecule)
        t.molecule = closing ? -1 : q < end && q[-1] == '/' ? 2 : 1;
    return t;
}

/* Moves the cursor, counting lines. */
static void move(sg_mol_cursor *c, const char *to)
{
    for (const char *p = c->lines.p; (p = memchr(p, '\n', (size_t)(to - p))) != NULL; p++)
        c->lines.number++;
    c->lines.p = to;
}

static sg_status fail(const sg_mol_cursor *c, sg_status code, const char *what, sg_error *err)
{
    return sg_fail_at(err, code, c->file, c->lines.number + 1, 0, "%s", what);
}

/* The next <molecule> element; *text NULL: none. The cursor stands at its beginning. Molecules in
 * molecules are not read, so that a lost end tag costs no more than its molecule. */
static sg_status cut(sg_mol_cursor *c, const char **text, size_t *len, sg_error *err)
{
    const char *p = c->lines.p, *end = c->lines.end;
    *text = NULL;
    for (;;) {
        markup t = next_markup(p, end);
        const char *what = t.doctype                 ? "a document type is not allowed"
                           : *text && !t.begin       ? "molecule is not closed"
                           : t.begin && !t.end       ? "markup is not closed"
                           : *text && t.molecule > 0 ? "molecule is not closed before the next one"
                                                     : NULL;
        if (what) {
            int next = *text && t.molecule > 0;
            if (t.doctype)
                move(c, t.begin);
            sg_status s = fail(c, SG_EPARSE, what, err);
            move(c, next ? t.begin : end);
            return s;
        }
        if (!t.begin) {
            move(c, end);
            return SG_OK;
        }
        if (t.molecule > 0) {
            move(c, t.begin);
            *text = t.begin;
        }
        p = t.end;
        if (*text && (t.molecule == -1 || t.molecule == 2)) {
            *len = (size_t)(p - *text);
            return SG_OK;
        }
    }
}

/* ---- one molecule ------------------------------------------------------------------------------
 */

typedef struct id {
    char *name;
    int atom;
} id;

typedef struct cml {
    sg_mol_cursor *c;
    sg_mol *m;
    sg_error *err;
    xmlTextReaderPtr x;
    id *id; /* (atoms), sorted when bonds are read */
    int n_ids, cap_ids, sorted, atoms_with_xyz;
    char *property; /* title of the one that is open */
} cml;

static sg_status bad(const cml *r, const char *what)
{
    return sg_fail_at(r->err, SG_EPARSE, r->c->file,
                      r->c->lines.number + xmlTextReaderGetParserLineNumber(r->x), 0, "%s", what);
}

static char *attribute(const cml *r, const char *name)
{
    return (char *)xmlTextReaderGetAttribute(r->x, (const xmlChar *)name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const id *)a)->name, ((const id *)b)->name);
}

static void sort_ids(cml *r)
{
    if (!r->sorted && r->n_ids)
        qsort(r->id, (size_t)r->n_ids, sizeof *r->id, by_name);
    r->sorted = 1;
}

static sg_status add_id(cml *r, char *name)
{
    if (r->n_ids == r->cap_ids) {
        int cap = r->cap_ids ? 2 * r->cap_ids : 64;
        id *p = realloc(r->id, (size_t)cap * sizeof *p);
        if (!p) {
            xmlFree(name);
            return sg_fail(r->err, SG_ENOMEM, "no memory for atoms");
        }
        r->id = p;
        r->cap_ids = cap;
    }
    r->id[r->n_ids++] = (id){name, r->m->n_atoms - 1};
    r->sorted = 0;
    return SG_OK;
}

/* Coordinates x3 y3 z3, or x2 y2; 0: malformed. */
static int coordinates(cml *r, double xyz[3])
{
    static const char *const names[] = {"x3", "y3", "z3", "x2", "y2"};
    int given = 0, fine = 1;
    for (int k = 0; k < 5 && !(k == 3 && given == 7); k++) {
        char *v = attribute(r, names[k]);
        if (!v)
            continue;
        fine &= sg_parse_double(v, strlen(v), &xyz[k % 3], NULL) == SG_OK;
        given |= 1 << k;
        xmlFree(v);
    }
    r->atoms_with_xyz += given == 7;
    return fine && (given == 7 || given == 24 || given == 0);
}

static int integer(cml *r, const char *name, int lo, int hi, int *out)
{
    char *v = attribute(r, name);
    long long x = *out;
    int fine = !v || sg_parse_int(v, strlen(v), lo, hi, &x, NULL) == SG_OK;
    xmlFree(v);
    *out = (int)x;
    return fine;
}

static sg_status atom(cml *r)
{
    double xyz[3] = {0, 0, 0};
    int charge = 0, spin = 1;
    char *type = attribute(r, "elementType"), *name = attribute(r, "id");
    int z = type ? sg_element_number(type, strlen(type)) : 0;
    sg_status s = SG_OK;
    if (type && !z && (strcmp(type, "D") == 0 || strcmp(type, "T") == 0))
        z = 1;
    xmlFree(type);
    if (!z)
        s = bad(r, "atom without a known elementType");
    else if (!name)
        s = bad(r, "atom without an id");
    else if (!coordinates(r, xyz))
        s = bad(r, "expected numbers x3 y3 z3, or x2 y2");
    else if (!integer(r, "formalCharge", -8, 8, &charge))
        s = bad(r, "formalCharge is no integer of -8..8");
    else if (!integer(r, "spinMultiplicity", 1, 3, &spin))
        s = bad(r, "spinMultiplicity is not 1, 2 or 3");
    else
        s = sg_mol_add_atom(r->m, z, charge, xyz, r->err);
    if (s != SG_OK) {
        xmlFree(name);
        return s;
    }
    r->m->atom[r->m->n_atoms - 1].radical = (unsigned char)(spin - 1);
    return add_id(r, name);
}

static int find_atom(const cml *r, char *name)
{
    id key = {name, 0};
    const id *at = r->n_ids ? bsearch(&key, r->id, (size_t)r->n_ids, sizeof key, by_name) : NULL;
    return at ? at->atom : -1;
}

static sg_status bond(cml *r)
{
    static const struct {
        const char *name;
        int order;
    } orders[] = {{"1", 1}, {"S", 1}, {"2", 2}, {"D", 2}, {"3", 3}, {"T", 3}, {"A", 4}};
    char *refs = attribute(r, "atomRefs2"), *text = attribute(r, "order");
    int order = 0, a = -1, b = -1;
    for (size_t i = 0; text && i < sizeof orders / sizeof *orders; i++)
        if (strcmp(text, orders[i].name) == 0)
            order = orders[i].order;
    xmlFree(text);
    sort_ids(r);
    if (refs) {
        char *second = refs + strcspn(refs, " \t\n\r");
        if (*second) {
            *second++ = '\0';
            second += strspn(second, " \t\n\r");
            a = find_atom(r, refs);
            b = find_atom(r, second);
        }
        xmlFree(refs);
    }
    if (!order)
        return bad(r, "bond order is not 1, 2, 3, S, D, T or A");
    if (a < 0 || b < 0)
        return bad(r, "atomRefs2 does not name two atoms");
    if (a == b)
        return bad(r, "bond of an atom with itself");
    return sg_mol_add_bond(r->m, a, b, order, r->err);
}

/* Text of <scalar>: trimmed; blank lines, which no other format can hold, are dropped. */
static sg_status scalar(cml *r, int depth)
{
    char *value = NULL;
    size_t used = 0;
    sg_status s = SG_OK;
    int more = xmlTextReaderIsEmptyElement(r->x) ? 0 : xmlTextReaderRead(r->x);
    for (; s == SG_OK && more == 1 && xmlTextReaderDepth(r->x) > depth;
         more = xmlTextReaderRead(r->x)) {
        int type = xmlTextReaderNodeType(r->x);
        if (type != XML_READER_TYPE_TEXT && type != XML_READER_TYPE_CDATA)
            continue;
        const char *t = (const char *)xmlTextReaderConstValue(r->x);
        size_t n = t ? strlen(t) : 0;
        char *p = used + n <= MAX_TEXT ? realloc(value, used + n + 1) : NULL;
        if (!p) {
            s = used + n > MAX_TEXT ? bad(r, "property of more than 1 MiB")
                                    : sg_fail(r->err, SG_ENOMEM, "no memory for a property");
        } else {
            value = p;
            memcpy(value + used, t, n);
            used += n;
        }
    }
    if (s == SG_OK && more < 0)
        s = bad(r, "not well-formed");
    size_t kept = 0;
    for (size_t i = 0; s == SG_OK && i < used;) {
        const char *lf = memchr(value + i, '\n', used - i);
        size_t next = lf ? (size_t)(lf - value) + 1 : used, a = i, b = lf ? next - 1 : used;
        while (a < b && strchr(" \t\r", value[a]))
            a++;
        while (b > a && strchr(" \t\r", value[b - 1]))
            b--;
        if (b > a) {
            if (kept)
                value[kept++] = '\n';
            memmove(value + kept, value + a, b - a);
            kept += b - a;
        }
        i = next;
    }
    if (value)
        value[kept] = '\0';
    if (s == SG_OK && r->property && r->m->n_tags >= MAX_PROPERTIES)
        s = bad(r, "more than 1000 properties");
    if (s == SG_OK && r->property)
        s = sg_mol_set_tag(r->m, r->property, value ? value : "", r->err);
    free(value);
    return s;
}

static void copy_text(char *out, char *text)
{
    size_t n = text ? strlen(text) : 0;
    n = n < SG_MOL_TITLE ? n : SG_MOL_TITLE;
    if (n)
        memcpy(out, text, n);
    out[n] = '\0';
    xmlFree(text);
}

static sg_status element(cml *r, int depth)
{
    const char *name = (const char *)xmlTextReaderConstLocalName(r->x);
    if (depth >= MAX_DEPTH)
        return bad(r, "elements are nested deeper than 64");
    if (strcmp(name, "molecule") == 0) {
        copy_text(r->m->title, attribute(r, "title"));
        if (!r->m->title[0])
            copy_text(r->m->title, attribute(r, "id"));
        return SG_OK;
    }
    if (strcmp(name, "atom") == 0)
        return atom(r);
    if (strcmp(name, "bond") == 0)
        return bond(r);
    if (strcmp(name, "atomArray") == 0 || strcmp(name, "bondArray") == 0) {
        char *a = attribute(r, "elementType"), *b = attribute(r, "atomRef1");
        xmlFree(a);
        xmlFree(b);
        return a || b ? bad(r, "arrays in attributes are not read") : SG_OK;
    }
    if (strcmp(name, "property") == 0) {
        xmlFree(r->property);
        r->property = attribute(r, "title");
        if (!r->property)
            r->property = attribute(r, "dictRef");
        return SG_OK;
    }
    if (strcmp(name, "metadata") == 0) {
        char *key = attribute(r, "name");
        if (key && strcmp(key, "comment") == 0)
            copy_text(r->m->comment, attribute(r, "content"));
        xmlFree(key);
        return SG_OK;
    }
    return strcmp(name, "scalar") == 0 ? scalar(r, depth) : SG_OK;
}

static sg_status parse(cml *r)
{
    int more;
    sg_status s = SG_OK;
    while (s == SG_OK && (more = xmlTextReaderRead(r->x)) == 1)
        if (xmlTextReaderNodeType(r->x) == XML_READER_TYPE_ELEMENT)
            s = element(r, xmlTextReaderDepth(r->x));
    if (s == SG_OK && more < 0)
        s = bad(r, "not well-formed");
    if (s != SG_OK)
        return s;
    sort_ids(r); /* bsearch finds any of two equal names */
    for (int k = 1; k < r->n_ids; k++)
        if (strcmp(r->id[k - 1].name, r->id[k].name) == 0)
            return bad(r, "two atoms have the same id");
    if (r->atoms_with_xyz != 0 && r->atoms_with_xyz != r->m->n_atoms)
        return bad(r, "only some atoms have x3 y3 z3");
    r->m->has_xyz = r->atoms_with_xyz > 0;
    r->m->has_bonds = r->m->n_bonds > 0 || r->m->n_atoms <= 1;
    return SG_OK;
}

static void quiet(void *arg, xmlErrorPtr e)
{
    (void)arg;
    (void)e;
}

static sg_status cml_read(sg_mol_cursor *c, sg_mol *m, int *got, sg_error *err)
{
    cml r = {.c = c, .m = m, .err = err};
    const char *text;
    size_t len = 0;
    sg_mol_reset(m);
    *got = 0;
    sg_status s = cut(c, &text, &len, err);
    if (s != SG_OK || !text)
        return s;
    c->record++;
    if (len > MAX_RECORD) {
        s = fail(c, SG_ELIMIT, "molecule of more than 64 MiB", err);
    } else if (!(r.x = xmlReaderForMemory(text, (int)len, NULL, "UTF-8",
                                          XML_PARSE_NONET | XML_PARSE_NOERROR |
                                              XML_PARSE_NOWARNING))) {
        s = sg_fail(err, SG_ENOMEM, "no memory to read XML");
    } else {
        xmlTextReaderSetStructuredErrorHandler(r.x, quiet, NULL);
        s = parse(&r);
        xmlFreeTextReader(r.x);
    }
    for (int i = 0; i < r.n_ids; i++)
        xmlFree(r.id[i].name);
    free(r.id);
    xmlFree(r.property);
    move(c, text + len);
    if (s == SG_OK && m->n_bonds == 0 && m->n_atoms > 1)
        m->has_bonds = find(text, text + len, "bondArray") != NULL;
    if (s != SG_OK)
        sg_mol_reset(m);
    *got = s == SG_OK;
    return s;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* XML 1.0 has no control characters but tab and line feed. */
static int text_ok(const char *s)
{
    if (!xmlCheckUTF8((const unsigned char *)s))
        return 0;
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 && *s != '\t' && *s != '\n')
            return 0;
    return 1;
}

/* A title as an attribute: one line, what XML cannot hold becomes "?". */
static void title(sg_out *o, const char *name, const char *s)
{
    int utf8 = xmlCheckUTF8((const unsigned char *)s);
    sg_out_printf(o, " %s=\"", name);
    for (char one[2] = ""; *s; s++) {
        one[0] = (unsigned char)*s < 0x20 || *s == 0x7f || (!utf8 && (unsigned char)*s > 0x7e) ? '?'
                                                                                               : *s;
        sg_out_xml(o, one);
    }
    sg_out_puts(o, "\"");
}

static void write_atoms(sg_out *o, const sg_mol *m)
{
    static const char *const names[2][3] = {{"x2", "y2", NULL}, {"x3", "y3", "z3"}};
    sg_out_puts(o, "  <atomArray>\n");
    for (int i = 0; i < m->n_atoms; i++) {
        const sg_mol_atom *a = &m->atom[i];
        sg_out_printf(o, "   <atom id=\"a%d\" elementType=\"%s\"", i + 1,
                      sg_element_symbol(a->element));
        for (int c = 0; c < 3 && names[m->has_xyz][c]; c++) {
            char b[64];
            sg_format_fixed(b, a->xyz[c], 6);
            sg_out_printf(o, " %s=\"%s\"", names[m->has_xyz][c], b);
        }
        if (a->charge)
            sg_out_printf(o, " formalCharge=\"%d\"", a->charge);
        if (a->radical)
            sg_out_printf(o, " spinMultiplicity=\"%d\"", a->radical + 1);
        sg_out_puts(o, "/>\n");
    }
    sg_out_puts(o, "  </atomArray>\n");
}

static sg_status cml_write(sg_out *o, const sg_mol *m, sg_error *err)
{
    sg_status s = sg_mol_check(m, err);
    if (s != SG_OK)
        return s;
    for (int i = 0; i < m->n_tags; i++)
        if (!text_ok(m->tag[i].name) || strpbrk(m->tag[i].name, "\t\n") ||
            !text_ok(m->tag[i].value))
            return sg_fail(err, SG_EINVAL, "property \"%.40s\" has bytes that XML cannot hold",
                           m->tag[i].name);
    sg_out_puts(o, " <molecule");
    title(o, "title", m->title[0] ? m->title : "molecule");
    sg_out_puts(o, ">\n");
    if (m->comment[0]) {
        sg_out_puts(o, "  <metadataList><metadata name=\"comment\"");
        title(o, "content", m->comment);
        sg_out_puts(o, "/></metadataList>\n");
    }
    write_atoms(o, m);
    if (m->has_bonds) {
        sg_out_puts(o, "  <bondArray>\n");
        for (int k = 0; k < m->n_bonds; k++)
            sg_out_printf(o, "   <bond atomRefs2=\"a%d a%d\" order=\"%d\"/>\n", m->bond[k].a + 1,
                          m->bond[k].b + 1, m->bond[k].order);
        sg_out_puts(o, "  </bondArray>\n");
    }
    if (m->n_tags)
        sg_out_puts(o, "  <propertyList>\n");
    for (int i = 0; i < m->n_tags; i++) {
        sg_out_puts(o, "   <property title=\"");
        sg_out_xml(o, m->tag[i].name);
        sg_out_puts(o, "\"><scalar>");
        sg_out_xml(o, m->tag[i].value);
        sg_out_puts(o, "</scalar></property>\n");
    }
    if (m->n_tags)
        sg_out_puts(o, "  </propertyList>\n");
    sg_out_puts(o, " </molecule>\n");
    return SG_OK;
}

const sg_mol_format sg_mol_cml = {"cml",
                                  ".cml",
                                  "Chemical Markup Language",
                                  cml_read,
                                  cml_write,
                                  "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                                  "<cml xmlns=\"http://www.xml-cml.org/schema\">\n",
                                  "</cml>\n",
                                  1};
