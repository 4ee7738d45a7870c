/* Reading GraphML [sigen-graphml(5)], one <graph> after another from a stream; libxml2 keeps no
 * more of it than the element at hand. Document types are refused before libxml2 sees them: there
 * are no entities to expand and nothing to load. */
#include <config.h>

#include <libxml/xmlreader.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "builder.h"
#include "graphml.h"

enum { MAX_DEPTH = 64, MAX_KEYS = 1024, MAX_TEXT = 4096 };
typedef enum element { NODE, EDGE, GRAPH } element;
typedef enum meaning { IGNORED, LABEL, WEIGHT, X, TITLE } meaning;

typedef struct key {
    char *id, *name, *def; /* def: default value or NULL */
    unsigned domains;      /* bits 1 << element */
    int numeric, column;   /* column among the real attributes of nodes, -1: none */
} key;

typedef struct graphml {
    xmlTextReaderPtr x;
    sg_graph_cursor *c;
    sg_error *err;
    int root, dead;
    long error_line, error_column; /* of libxml2 */
    key key[MAX_KEYS];
    int n_keys, n_x;
    char text[MAX_TEXT + 1]; /* of the data element at hand */
    /* the graph at hand */
    sg_graph *g;
    long line;
    sg_i_builder b;
} graphml;

/* ---- errors ---------------------------------------------------------------------------------- */

static long here(const graphml *m)
{
    xmlNodePtr n = xmlTextReaderCurrentNode(m->x);
    return n ? xmlGetLineNo(n) : 0;
}

static sg_status bad(const graphml *m, const char *what, const char *name)
{
    return sg_fail_at(m->err, SG_EPARSE, m->c->file, here(m), 0, "%s%s%.60s%s", what,
                      name ? " \"" : "", name ? name : "", name ? "\"" : "");
}

static void note_error(void *arg, xmlErrorPtr e)
{
    graphml *m = arg;
    if (!m->error_line) {
        m->error_line = e->line;
        m->error_column = e->int2;
    }
}

/* Next node: 1, 0 at the end, or *s is set and the stream is dead. */
static int next(graphml *m, sg_status *s)
{
    int more = xmlTextReaderRead(m->x);
    int type = more == 1 ? xmlTextReaderNodeType(m->x) : 0;
    if (more < 0)
        *s = sg_fail_at(m->err, SG_EPARSE, m->c->file, m->error_line, m->error_column,
                        "not well-formed XML in UTF-8");
    else if (type == XML_READER_TYPE_DOCUMENT_TYPE || type == XML_READER_TYPE_ENTITY_REFERENCE)
        *s = bad(m, "document types and entities are not allowed", NULL);
    else if (more == 1 && xmlTextReaderDepth(m->x) > MAX_DEPTH)
        *s = bad(m, "elements are nested deeper than 64", NULL);
    else
        return more;
    m->dead = 1;
    return -1;
}

static int is(const graphml *m, const char *name)
{
    return strcmp((const char *)xmlTextReaderConstLocalName(m->x), name) == 0;
}

/* Moves through the next child or text of the element at `depth`; 0 behind its last. */
static int inside(graphml *m, int depth, int *type, sg_status *s)
{
    if (next(m, s) != 1)
        return 0;
    *type = xmlTextReaderNodeType(m->x);
    return !(*type == XML_READER_TYPE_END_ELEMENT && xmlTextReaderDepth(m->x) == depth);
}

/* Over what is left of the element at hand. */
static sg_status skip(graphml *m)
{
    sg_status s = SG_OK;
    int type, depth = xmlTextReaderDepth(m->x);
    if (!xmlTextReaderIsEmptyElement(m->x))
        while (inside(m, depth, &type, &s))
            ;
    return s;
}

/* The element's text without blanks at its ends, in m->text; moves behind it. */
static sg_status text(graphml *m)
{
    sg_status s = SG_OK;
    size_t n = 0, a = 0;
    int type, depth = xmlTextReaderDepth(m->x);
    m->text[0] = '\0';
    if (xmlTextReaderIsEmptyElement(m->x))
        return SG_OK;
    while (inside(m, depth, &type, &s)) {
        if (type == XML_READER_TYPE_ELEMENT)
            return bad(m, "text expected, not an element", NULL);
        if (type != XML_READER_TYPE_TEXT && type != XML_READER_TYPE_CDATA &&
            type != XML_READER_TYPE_SIGNIFICANT_WHITESPACE)
            continue;
        const char *t = (const char *)xmlTextReaderConstValue(m->x);
        size_t len = t ? strlen(t) : 0;
        if (n + len > MAX_TEXT)
            return bad(m, "a value of more than 4096 bytes", NULL);
        memcpy(m->text + n, t ? t : "", len);
        n += len;
    }
    while (n > 0 && strchr(" \t\r\n", m->text[n - 1]))
        n--;
    while (a < n && strchr(" \t\r\n", m->text[a]))
        a++;
    memmove(m->text, m->text + a, n - a);
    m->text[n - a] = '\0';
    return s;
}

static char *attribute(const graphml *m, const char *name)
{
    return (char *)xmlTextReaderGetAttribute(m->x, (const xmlChar *)name);
}

/* ---- keys ------------------------------------------------------------------------------------ */

static unsigned domains_of(const char *s)
{
    return !s || strcmp(s, "all") == 0 ? 1u << NODE | 1u << EDGE | 1u << GRAPH
           : strcmp(s, "node") == 0    ? 1u << NODE
           : strcmp(s, "edge") == 0    ? 1u << EDGE
           : strcmp(s, "graph") == 0   ? 1u << GRAPH
                                       : 0;
}

static int type_of(const char *s)
{
    static const char *const names[] = {"int", "long", "float", "double", "boolean", "string"};
    for (int k = 0; s && k < 6; k++)
        if (strcmp(s, names[k]) == 0)
            return k < 5;
    return s ? -1 : 0;
}

static meaning meaning_of(const key *k, element e)
{
    if (!(k->domains >> e & 1))
        return IGNORED;
    if (k->numeric && strcmp(k->name, "label") == 0)
        return LABEL;
    if (e == EDGE)
        return k->numeric && strcmp(k->name, "weight") == 0 ? WEIGHT : IGNORED;
    if (e == GRAPH)
        return !k->numeric && strcmp(k->name, "title") == 0 ? TITLE : IGNORED;
    return k->column >= 0 ? X : IGNORED;
}

static const key *find_key(const graphml *m, const char *id)
{
    for (int i = 0; id && i < m->n_keys; i++)
        if (strcmp(m->key[i].id, id) == 0)
            return &m->key[i];
    return NULL;
}

static sg_status read_default(graphml *m, key *k)
{
    sg_status s = SG_OK;
    int type, depth = xmlTextReaderDepth(m->x);
    if (xmlTextReaderIsEmptyElement(m->x))
        return SG_OK;
    while (s == SG_OK && inside(m, depth, &type, &s)) {
        if (type != XML_READER_TYPE_ELEMENT)
            continue;
        if (!is(m, "default")) {
            s = skip(m);
            continue;
        }
        s = text(m);
        if (s == SG_OK) {
            free(k->def);
            k->def = strdup(m->text);
            s = k->def ? SG_OK : sg_fail(m->err, SG_ENOMEM, "no memory for a default");
        }
    }
    return s;
}

static sg_status read_key(graphml *m)
{
    char *id = attribute(m, "id"), *name = attribute(m, "attr.name"), *of = attribute(m, "for"),
         *type = attribute(m, "attr.type");
    key *k = &m->key[m->n_keys];
    sg_status s = SG_OK;
    memset(k, 0, m->n_keys < MAX_KEYS ? sizeof *k : 0);
    if (!id || find_key(m, id))
        s = bad(m, id ? "two keys have the id" : "a key without an id", id);
    else if (m->n_keys == MAX_KEYS)
        s = bad(m, "more than 1024 keys", NULL);
    else if (type_of(type) < 0)
        s = bad(m, "attr.type is none of boolean, int, long, float, double, string:", type);
    if (s == SG_OK) {
        k->domains = domains_of(of);
        k->numeric = type_of(type);
        k->id = strdup(id);
        k->name = strdup(name ? name : id);
        k->column = -1;
        if (!k->id || !k->name)
            s = sg_fail(m->err, SG_ENOMEM, "no memory for a key");
        else if (k->numeric && k->domains >> NODE & 1 && strcmp(k->name, "label") != 0)
            k->column = m->n_x++;
        m->n_keys++;
    }
    if (s == SG_OK && m->n_x > SG_GRAPH_MAX_X)
        s = bad(m, "more than 256 numeric attributes of nodes", NULL);
    if (s == SG_OK)
        s = read_default(m, k);
    xmlFree(id);
    xmlFree(name);
    xmlFree(of);
    xmlFree(type);
    return s;
}

/* ---- values ---------------------------------------------------------------------------------- */

static sg_status real(const graphml *m, const char *t, double *out)
{
    size_t len = strlen(t);
    if (strcmp(t, "true") == 0 || strcmp(t, "false") == 0)
        *out = t[0] == 't';
    else if (sg_parse_double(t, len, out, NULL) != SG_OK)
        return bad(m, "expected a finite number, not", t);
    return SG_OK;
}

static sg_status whole(const graphml *m, const char *t, int *out)
{
    double x = 0;
    sg_status s = real(m, t, &x);
    if (s == SG_OK && (x != floor(x) || x < INT_MIN || x > INT_MAX))
        s = bad(m, "a label is a whole number within +-2^31, not", t);
    if (s == SG_OK)
        *out = (int)x;
    return s;
}

/* One <data> of the graph, its last node or its last edge. */
static sg_status take(graphml *m, const key *k, element e, const char *t)
{
    sg_i_node *n = m->b.n_nodes ? &m->b.node[m->b.n_nodes - 1] : NULL;
    sg_i_edge *d = m->b.n_edges ? &m->b.edge[m->b.n_edges - 1] : NULL;
    double x = 0;
    sg_status s;
    switch (meaning_of(k, e)) {
    case LABEL:
        if (e == GRAPH)
            m->g->has_label = 1;
        else
            *(e == NODE ? &n->has_label : &d->has_label) = 1;
        return whole(m, t, e == GRAPH ? &m->g->label : e == NODE ? &n->label : &d->label);
    case WEIGHT:
        d->has_weight = 1;
        return real(m, t, &d->weight);
    case X:
        s = real(m, t, &x);
        return s == SG_OK ? sg_i_builder_value(&m->b, k->column, x, m->err) : s;
    case TITLE: {
        size_t len = strlen(t);
        len = len < SG_GRAPH_TITLE ? len : SG_GRAPH_TITLE;
        memcpy(m->g->title, t, len);
        m->g->title[len] = '\0';
        return SG_OK;
    }
    default:
        return SG_OK;
    }
}

static sg_status read_data(graphml *m, element e)
{
    char *id = attribute(m, "key");
    const key *k = find_key(m, id);
    sg_status s = SG_OK;
    if (!k)
        s = bad(m, id ? "data of an undeclared key" : "data without a key", id);
    xmlFree(id);
    if (s != SG_OK || meaning_of(k, e) == IGNORED)
        return s == SG_OK ? skip(m) : s;
    s = text(m);
    return s == SG_OK ? take(m, k, e, m->text) : s;
}

static sg_status defaults(graphml *m, element e)
{
    sg_status s = SG_OK;
    for (int i = 0; i < m->n_keys && s == SG_OK; i++)
        if (m->key[i].def)
            s = take(m, &m->key[i], e, m->key[i].def);
    return s;
}

/* ---- nodes and edges ------------------------------------------------------------------------- */

static sg_status children(graphml *m, element e)
{
    sg_status s = SG_OK;
    int type, depth = xmlTextReaderDepth(m->x);
    if (xmlTextReaderIsEmptyElement(m->x))
        return SG_OK;
    while (s == SG_OK && inside(m, depth, &type, &s)) {
        if (type != XML_READER_TYPE_ELEMENT)
            continue;
        if (is(m, "graph"))
            s = bad(m, "graphs inside nodes or edges are not read", NULL);
        else
            s = is(m, "data") ? read_data(m, e) : skip(m);
    }
    return s;
}

/* The builder's errors get the place at hand. */
static sg_status placed(const graphml *m, sg_status s, const sg_error *e)
{
    return s == SG_OK ? s
                      : sg_fail_at(m->err, s == SG_EINVAL ? SG_EPARSE : s, m->c->file, here(m), 0,
                                   "%s", e->text);
}

static sg_status read_node(graphml *m)
{
    char *id = attribute(m, "id");
    sg_error e = {0};
    sg_status s = id ? placed(m, sg_i_builder_node(&m->b, id, strlen(id), &e), &e)
                     : bad(m, "a node without an id", NULL);
    xmlFree(id);
    if (s == SG_OK)
        s = defaults(m, NODE);
    return s == SG_OK ? children(m, NODE) : s;
}

static sg_status read_edge(graphml *m)
{
    char *a = attribute(m, "source"), *b = attribute(m, "target"), *d = attribute(m, "directed");
    sg_error e = {0};
    sg_status s = SG_OK;
    if (!a || !b)
        s = bad(m, "an edge needs source and target", NULL);
    else if (d && strcmp(d, "false") != 0)
        s = bad(m, "directed edges are not read", NULL);
    else
        s = placed(m, sg_i_builder_edge(&m->b, a, strlen(a), b, strlen(b), here(m), &e), &e);
    xmlFree(a);
    xmlFree(b);
    xmlFree(d);
    if (s == SG_OK)
        s = defaults(m, EDGE);
    return s == SG_OK ? children(m, EDGE) : s;
}

/* ---- the graph ------------------------------------------------------------------------------- */

static sg_status read_graph(graphml *m)
{
    sg_status s = SG_OK;
    char *direction = attribute(m, "edgedefault");
    int type, empty = xmlTextReaderIsEmptyElement(m->x);
    m->line = here(m);
    sg_i_builder_reset(&m->b);
    if (direction && strcmp(direction, "undirected") != 0)
        s = bad(m, "edgedefault must be undirected, not", direction);
    xmlFree(direction);
    if (s == SG_OK)
        s = defaults(m, GRAPH);
    int closed = empty;
    while (s == SG_OK && !closed) {
        closed = !inside(m, 1, &type, &s);
        if (closed || type != XML_READER_TYPE_ELEMENT)
            continue;
        if (is(m, "hyperedge"))
            s = bad(m, "hyperedges are not read", NULL);
        else
            s = is(m, "node")   ? read_node(m)
                : is(m, "edge") ? read_edge(m)
                : is(m, "data") ? read_data(m, GRAPH)
                                : skip(m);
    }
    if (s != SG_OK && !m->dead && !closed) { /* to its end: the next graph may be good */
        sg_status dropped = SG_OK;
        sg_error *err = m->err, e;
        m->err = &e;
        if (xmlTextReaderNodeType(m->x) != XML_READER_TYPE_END_ELEMENT ||
            xmlTextReaderDepth(m->x) != 1)
            while (inside(m, 1, &type, &dropped))
                ;
        m->err = err;
    }
    return s == SG_OK ? sg_i_builder_finish(&m->b, m->g, m->c->file, m->line, m->err) : s;
}

/* ---- the file -------------------------------------------------------------------------------- */

/* 1: a document type stands in front of the root element. */
static int has_doctype(const char *p, const char *end)
{
    static const char *const opaque[][2] = {{"<!--", "-->"}, {"<?", "?>"}};
    while (p < end) {
        size_t left = (size_t)(end - p);
        int skipped = 0;
        for (int k = 0; k < 2 && !skipped; k++) {
            size_t n = strlen(opaque[k][0]);
            if (left < n || memcmp(p, opaque[k][0], n) != 0)
                continue;
            const char *q = p + n, *close = opaque[k][1];
            size_t c = strlen(close);
            while ((size_t)(end - q) >= c && memcmp(q, close, c) != 0)
                q++;
            p = (size_t)(end - q) >= c ? q + c : end;
            skipped = 1;
        }
        if (skipped)
            continue;
        if (*p == '<')
            return left >= 2 && p[1] == '!';
        p++;
    }
    return 0;
}

static int give(void *arg, char *buffer, int len)
{
    sg_graph_cursor *c = arg;
    size_t left = (size_t)(c->lines.end - c->lines.p), n = left < (size_t)len ? left : (size_t)len;
    memcpy(buffer, c->lines.p, n);
    c->lines.p += n;
    return (int)n;
}

static sg_status open_stream(sg_graph_cursor *c, sg_error *err)
{
    graphml *m = calloc(1, sizeof *m);
    if (!m)
        return sg_fail(err, SG_ENOMEM, "no memory to read GraphML");
    c->state = m;
    m->c = c;
    if (has_doctype(c->lines.p, c->lines.end)) {
        m->dead = 1;
        return sg_fail_at(err, SG_EPARSE, c->file, 1, 0, "document types are not allowed");
    }
    m->x = xmlReaderForIO(give, NULL, c, NULL, "UTF-8",
                          XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
                              XML_PARSE_BIG_LINES);
    if (!m->x) {
        m->dead = 1;
        return sg_fail(err, SG_ENOMEM, "no memory to read XML");
    }
    xmlTextReaderSetStructuredErrorHandler(m->x, note_error, m);
    return SG_OK;
}

sg_status sg_i_graphml_read(sg_graph_cursor *c, sg_graph *g, int *got, sg_error *err)
{
    sg_status s = SG_OK;
    sg_graph_reset(g);
    *got = 0;
    if (!c->state && (s = open_stream(c, err)) != SG_OK)
        return s;
    graphml *m = c->state;
    m->err = err;
    m->g = g;
    while (s == SG_OK && !m->dead && !*got && next(m, &s) == 1) {
        if (xmlTextReaderNodeType(m->x) != XML_READER_TYPE_ELEMENT)
            continue;
        if (xmlTextReaderDepth(m->x) == 0) {
            if (!is(m, "graphml"))
                s = bad(m, "the root element is not graphml but",
                        (const char *)xmlTextReaderConstLocalName(m->x));
            m->dead = s != SG_OK;
        } else if (is(m, "graph")) {
            c->record++;
            s = read_graph(m);
            *got = s == SG_OK;
        } else if (is(m, "key")) {
            s = read_key(m);
            m->dead = s != SG_OK; /* what follows cannot be understood */
        } else {
            s = skip(m);
        }
    }
    if (s != SG_OK) {
        sg_graph_reset(g);
        *got = 0;
    } else if (!*got) {
        m->dead = 1;
    }
    return s;
}

void sg_i_graphml_done(sg_graph_cursor *c)
{
    graphml *m = c->state;
    if (!m)
        return;
    xmlFreeTextReader(m->x);
    for (int i = 0; i < m->n_keys; i++) {
        free(m->key[i].id);
        free(m->key[i].name);
        free(m->key[i].def);
    }
    sg_i_builder_clear(&m->b);
    free(m);
    c->state = NULL;
}
