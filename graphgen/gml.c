/* GML: keys and values, a value being a number, a string or a list in brackets [sigen-gml(5)]. */
#include <config.h>
#include <sigen/graph_io.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "builder.h"

enum { MAX_DEPTH = 64 };
typedef enum token { END, KEY, INTEGER, REAL, STRING, OPEN, CLOSE, WRONG } token;

typedef struct gml {
    sg_graph_cursor *c;
    sg_error *err;
    const char *p, *end, *bol; /* bol: where the line begins */
    int depth;
    const char *at; /* the token last read; a string without its quotes */
    size_t len;
    long line, column; /* of its beginning */
    sg_i_builder b;
} gml;

/* ---- tokens ---------------------------------------------------------------------------------- */

static sg_status bad(const gml *m, const char *what)
{
    return sg_fail_at(m->err, SG_EPARSE, m->c->file, m->line, m->column, "%s", what);
}

static void over(gml *m)
{
    if (*m->p++ == '\n') {
        m->c->lines.number++;
        m->bol = m->p;
    }
}

static int letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static int digit(char c)
{
    return c >= '0' && c <= '9';
}

static void blanks(gml *m)
{
    while (m->p < m->end) {
        if (*m->p == '#')
            while (m->p < m->end && *m->p != '\n')
                m->p++;
        else if (strchr(" \t\r\n", *m->p) && *m->p)
            over(m);
        else
            return;
    }
}

static token string(gml *m)
{
    m->at = ++m->p;
    while (m->p < m->end && *m->p != '"')
        over(m);
    m->len = (size_t)(m->p - m->at);
    if (m->p == m->end)
        return WRONG;
    m->p++;
    return STRING;
}

static token next(gml *m)
{
    blanks(m);
    m->at = m->p;
    m->line = m->c->lines.number;
    m->column = (long)(m->p - m->bol) + 1;
    m->len = 0;
    if (m->p == m->end)
        return END;
    if (*m->p == '"')
        return string(m);
    if (*m->p == '[' || *m->p == ']') {
        token t = *m->p++ == '[' ? OPEN : CLOSE;
        m->depth += t == OPEN ? 1 : -1;
        return m->depth < 0 || m->depth > MAX_DEPTH ? WRONG : t;
    }
    int key = letter(*m->p), real = 0;
    while (m->p < m->end && (letter(*m->p) || digit(*m->p) || strchr("+-.", *m->p)) && *m->p) {
        real |= strchr(".eE", *m->p) != NULL;
        m->p++;
    }
    m->len = (size_t)(m->p - m->at);
    if (m->len == 0) {
        m->p++;
        return WRONG;
    }
    return key ? KEY : real ? REAL : INTEGER;
}

static int is(const gml *m, const char *name)
{
    return strlen(name) == m->len && memcmp(m->at, name, m->len) == 0;
}

static const char *complaint(const gml *m, token t)
{
    return t == END ? "file ends inside a graph"
           : t == WRONG && (m->depth < 0 || m->depth > MAX_DEPTH)
               ? "brackets do not match, or lie deeper than 64"
           : t == WRONG && m->p == m->end ? "string without an end"
                                          : "unexpected text";
}

/* Over the value behind a key. */
static sg_status skip_value(gml *m)
{
    int depth = m->depth;
    token t = next(m);
    if (t == INTEGER || t == REAL || t == STRING)
        return SG_OK;
    if (t != OPEN)
        return bad(m, complaint(m, t));
    while (m->depth > depth) {
        t = next(m);
        if (t == END || t == WRONG)
            return bad(m, complaint(m, t));
    }
    return SG_OK;
}

static sg_status integer(gml *m, int *out)
{
    long long x = 0;
    token t = next(m);
    if (t != INTEGER || sg_parse_int(m->at, m->len, INT_MIN, INT_MAX, &x, NULL) != SG_OK)
        return bad(m, "expected a whole number within +-2^31");
    *out = (int)x;
    return SG_OK;
}

static sg_status real(gml *m, double *out)
{
    token t = next(m);
    if ((t != INTEGER && t != REAL) || sg_parse_double(m->at, m->len, out, NULL) != SG_OK)
        return bad(m, "expected a finite number");
    return SG_OK;
}

/* Next key of a list: 1; 0 behind its last, or *s is set. */
static int key(gml *m, sg_status *s)
{
    token t = next(m);
    if (t == KEY)
        return 1;
    if (t != CLOSE)
        *s = bad(m, complaint(m, t));
    return 0;
}

static sg_status open_list(gml *m)
{
    return next(m) == OPEN ? SG_OK : bad(m, "expected [");
}

/* ---- graphs ---------------------------------------------------------------------------------- */

/* "x1" to "x256" -> 0 to 255, else -1 */
static int column_of(const gml *m)
{
    long long k;
    if (m->len < 2 || m->at[0] != 'x' || m->at[1] == '0' ||
        sg_parse_int(m->at + 1, m->len - 1, 1, SG_GRAPH_MAX_X, &k, NULL) != SG_OK)
        return -1;
    return (int)k - 1;
}

static sg_status placed(const gml *m, long line, sg_status s, const sg_error *e)
{
    return s == SG_OK ? s
                      : sg_fail_at(m->err, s == SG_EINVAL ? SG_EPARSE : s, m->c->file, line, 0,
                                   "%s", e->text);
}

static size_t name_of(char out[16], int id)
{
    return sg_format_double(out, id);
}

static sg_status node(gml *m)
{
    int id = 0, has_id = 0, label = 0, has_label = 0, column[SG_GRAPH_MAX_X], n = 0;
    double x[SG_GRAPH_MAX_X];
    long line = m->line;
    char name[32];
    sg_error e = {0};
    sg_status s = open_list(m);
    while (s == SG_OK && key(m, &s)) {
        int k = column_of(m);
        if (is(m, "id")) {
            s = has_id ? bad(m, "two ids of a node") : integer(m, &id);
            has_id = 1;
        } else if (is(m, "class")) {
            s = integer(m, &label);
            has_label = 1;
        } else if (k >= 0) {
            if (n == SG_GRAPH_MAX_X)
                return bad(m, "an attribute of a node is repeated");
            column[n] = k;
            s = real(m, &x[n++]);
        } else {
            s = skip_value(m);
        }
    }
    if (s == SG_OK && !has_id)
        return sg_fail_at(m->err, SG_EPARSE, m->c->file, line, 0, "a node without an id");
    if (s == SG_OK)
        s = placed(m, line, sg_i_builder_node(&m->b, name, name_of(name, id), &e), &e);
    if (s == SG_OK)
        m->b.node[m->b.n_nodes - 1] = (sg_i_node){label, has_label};
    for (int i = 0; i < n && s == SG_OK; i++)
        s = sg_i_builder_value(&m->b, column[i], x[i], m->err);
    return s;
}

static sg_status edge(gml *m)
{
    int a = 0, b = 0, ends = 0;
    sg_i_edge d = {.label = 1, .weight = 1};
    long line = m->line;
    char from[32], to[32];
    sg_error e = {0};
    sg_status s = open_list(m);
    while (s == SG_OK && key(m, &s)) {
        if (is(m, "source") || is(m, "target")) {
            int bit = is(m, "source") ? 1 : 2;
            s = ends & bit ? bad(m, "an edge has one source and one target")
                           : integer(m, bit == 1 ? &a : &b);
            ends |= bit;
        } else if (is(m, "class")) {
            s = integer(m, &d.label);
            d.has_label = 1;
        } else if (is(m, "weight") || is(m, "value")) {
            s = real(m, &d.weight);
            d.has_weight = 1;
        } else {
            s = skip_value(m);
        }
    }
    if (s == SG_OK && ends != 3)
        return sg_fail_at(m->err, SG_EPARSE, m->c->file, line, 0,
                          "an edge needs source and target");
    if (s == SG_OK)
        s = placed(m, line,
                   sg_i_builder_edge(&m->b, from, name_of(from, a), to, name_of(to, b), line, &e),
                   &e);
    if (s == SG_OK) {
        d.a = m->b.edge[m->b.n_edges - 1].a;
        d.b = m->b.edge[m->b.n_edges - 1].b;
        d.line = line;
        m->b.edge[m->b.n_edges - 1] = d;
    }
    return s;
}

static sg_status title(gml *m, sg_graph *g)
{
    static const char *const entities[][2] = {{"&quot;", "\""}, {"&amp;", "&"}};
    size_t n = 0;
    if (next(m) != STRING)
        return bad(m, "expected a string");
    for (size_t i = 0; i < m->len && n < SG_GRAPH_TITLE;) {
        size_t step = 1;
        char c = m->at[i];
        for (int k = 0; k < 2; k++) {
            size_t e = strlen(entities[k][0]);
            if (m->len - i >= e && memcmp(m->at + i, entities[k][0], e) == 0) {
                c = entities[k][1][0];
                step = e;
            }
        }
        g->title[n++] = c == '\0' || c == '\n' || c == '\r' ? ' ' : c;
        i += step;
    }
    g->title[n] = '\0';
    return SG_OK;
}

static sg_status graph(gml *m, sg_graph *g)
{
    int directed = 0;
    long line = m->line;
    sg_i_builder_reset(&m->b);
    sg_status s = open_list(m);
    while (s == SG_OK && key(m, &s)) {
        if (is(m, "node")) {
            s = node(m);
        } else if (is(m, "edge")) {
            s = edge(m);
        } else if (is(m, "directed")) {
            s = integer(m, &directed);
            if (s == SG_OK && directed)
                s = bad(m, "directed graphs are not read");
        } else if (is(m, "class")) {
            s = integer(m, &g->label);
            g->has_label = 1;
        } else if (is(m, "title")) {
            s = title(m, g);
        } else {
            s = skip_value(m);
        }
    }
    return s == SG_OK ? sg_i_builder_finish(&m->b, g, m->c->file, line, m->err) : s;
}

static sg_status gml_read(sg_graph_cursor *c, sg_graph *g, int *got, sg_error *err)
{
    gml m = {.c = c, .err = err, .p = c->lines.p, .end = c->lines.end, .bol = c->lines.p};
    sg_status s = SG_OK;
    sg_graph_reset(g);
    *got = 0;
    c->lines.number += c->lines.number == 0;
    while (s == SG_OK && !*got) {
        token t = next(&m);
        if (t == END)
            break;
        if (t != KEY) {
            s = bad(&m, "expected a key such as graph");
            m.p = m.end;
        } else if (is(&m, "graph")) {
            c->record++;
            s = graph(&m, g);
            *got = s == SG_OK;
        } else {
            s = skip_value(&m);
        }
    }
    while (s != SG_OK && m.depth > 0 && m.p < m.end) /* behind the bad graph */
        (void)next(&m);
    if (s != SG_OK && m.depth < 0)
        m.p = m.end;
    if (s != SG_OK)
        sg_graph_reset(g);
    c->lines.p = m.p;
    sg_i_builder_clear(&m.b);
    return s;
}

/* ---- writing --------------------------------------------------------------------------------- */

/* GML wants a point in every real number. */
static void number(sg_out *o, const char *name, double x)
{
    char b[32];
    sg_format_double(b, x);
    size_t whole = strcspn(b, ".eE");
    sg_out_printf(o, " %s %.*s%s%s", name, (int)whole, b, b[whole] == '.' ? "" : ".0", b + whole);
}

static void write_title(sg_out *o, const char *s)
{
    sg_out_puts(o, "  title \"");
    for (; *s; s++)
        if (*s == '"' || *s == '&')
            sg_out_puts(o, *s == '"' ? "&quot;" : "&amp;");
        else
            sg_out_write(o, (unsigned char)*s >= 0x20 && (unsigned char)*s < 0x7f ? s : "?", 1);
    sg_out_puts(o, "\"\n");
}

static sg_status gml_write(sg_out *o, const sg_graph *g, sg_error *err)
{
    (void)err;
    sg_out_puts(o, "graph [\n  directed 0\n");
    if (g->title[0])
        write_title(o, g->title);
    if (g->has_label)
        sg_out_printf(o, "  class %d\n", g->label);
    for (int i = 0; i < g->n_nodes; i++) {
        sg_out_printf(o, "  node [ id %d label \"%d\"", i, i);
        if (g->node_label)
            sg_out_printf(o, " class %d", g->node_label[i]);
        for (int k = 0; k < g->n_x; k++) {
            char name[32] = "x";
            sg_format_double(name + 1, k + 1);
            number(o, name, g->x[(size_t)i * (size_t)g->n_x + (size_t)k]);
        }
        sg_out_puts(o, " ]\n");
    }
    for (int k = 0; k < g->n_edges; k++) {
        const sg_graph_edge *e = &g->edge[k];
        sg_out_printf(o, "  edge [ source %d target %d", e->u, e->v);
        if (g->has_edge_labels)
            sg_out_printf(o, " class %d", e->label);
        if (g->has_weights)
            number(o, "weight", e->weight);
        sg_out_puts(o, " ]\n");
    }
    sg_out_puts(o, "]\n");
    return SG_OK;
}

const sg_graph_format sg_graph_gml = {
    .name = "gml",
    .extensions = ".gml",
    .summary = "keys and values in brackets; labels, weights, attributes",
    .read = gml_read,
    .write = gml_write,
    .keeps = SG_GRAPH_KEEPS_NODE_LABELS | SG_GRAPH_KEEPS_EDGE_LABELS | SG_GRAPH_KEEPS_WEIGHTS |
             SG_GRAPH_KEEPS_X | SG_GRAPH_KEEPS_LABEL | SG_GRAPH_KEEPS_TITLE,
};
