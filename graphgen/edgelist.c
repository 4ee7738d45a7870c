/* Edge lists: "# nodes N" begins a graph, then a line "u v" or "u v weight" for each edge. */
#include <config.h>
#include <sigen/graph_io.h>

#include <string.h>

static sg_status bad(const sg_graph_cursor *c, long column, const char *what, sg_error *err)
{
    return sg_fail_at(err, SG_EPARSE, c->file, c->lines.number, column, "%s", what);
}

/* Next blank-separated token of [*p, end). */
static size_t token(const char **p, const char *end)
{
    while (*p < end && (**p == ' ' || **p == '\t'))
        ++*p;
    const char *q = *p;
    while (q < end && *q != ' ' && *q != '\t')
        q++;
    return (size_t)(q - *p);
}

/* Is the line "# nodes ..."; *p moves behind it. */
static int is_head(const char **p, const char *end)
{
    const char *q = *p;
    size_t n = token(&q, end);
    if (n == 6 && memcmp(q, "#nodes", 6) == 0) {
        *p = q + 6;
        return 1;
    }
    if (n != 1 || *q != '#')
        return 0;
    q++;
    if (token(&q, end) != 5 || memcmp(q, "nodes", 5) != 0)
        return 0;
    *p = q + 5;
    return 1;
}

static sg_status head(sg_graph_cursor *c, sg_graph *g, const char *line, const char *p,
                      const char *end, sg_error *err)
{
    long long nodes;
    size_t n = token(&p, end);
    sg_error e = {0};
    sg_status s = sg_parse_int(p, n, 0, SG_GRAPH_MAX_NODES, &nodes, &e);
    if (s != SG_OK)
        return sg_fail_at(err, s, c->file, c->lines.number, (long)(p - line) + 1,
                          "number of nodes: %s", e.text);
    p += n;
    if (token(&p, end))
        return bad(c, (long)(p - line) + 1, "unexpected text behind the number of nodes", err);
    return sg_graph_set_nodes(g, (int)nodes, err);
}

static sg_status edge(sg_graph_cursor *c, sg_graph *g, const char *line, size_t len, sg_error *err)
{
    const char *p = line, *end = line + len;
    long long node[2];
    double weight = 1;
    sg_error e = {0};
    for (int k = 0; k < 2; k++) {
        size_t n = token(&p, end);
        if (!n)
            return bad(c, (long)(p - line) + 1, "an edge needs two nodes", err);
        sg_status s = sg_parse_int(p, n, 0, g->n_nodes - 1, &node[k], &e);
        if (s != SG_OK)
            return sg_fail_at(err, SG_EPARSE, c->file, c->lines.number, (long)(p - line) + 1,
                              "node of a graph with %d nodes: %s", g->n_nodes, e.text);
        p += n;
    }
    size_t n = token(&p, end);
    if (n && sg_parse_double(p, n, &weight, NULL) != SG_OK)
        return bad(c, (long)(p - line) + 1, "expected a finite weight", err);
    if (g->n_edges > 0 && g->has_weights != (n > 0))
        return bad(c, (long)(p - line) + 1, "only some edges have a weight", err);
    g->has_weights = n > 0;
    p += n;
    if (token(&p, end))
        return bad(c, (long)(p - line) + 1, "unexpected text behind an edge", err);
    sg_status s = sg_graph_add_edge(g, (int)node[0], (int)node[1], 1, weight, &e);
    return s == SG_OK ? s
                      : sg_fail_at(err, s == SG_EINVAL ? SG_EPARSE : s, c->file, c->lines.number, 1,
                                   "%s", e.text);
}

/* To the next head, so that one bad graph costs only itself. */
static void skip(sg_graph_cursor *c)
{
    const char *line;
    size_t len;
    for (sg_lines before = c->lines; sg_lines_next(&c->lines, &line, &len); before = c->lines) {
        const char *p = line;
        if (is_head(&p, line + len)) {
            c->lines = before;
            return;
        }
    }
}

static sg_status edgelist_read(sg_graph_cursor *c, sg_graph *g, int *got, sg_error *err)
{
    const char *line, *p;
    size_t len;
    int begun = 0;
    long first = 0;
    sg_status s = SG_OK;
    sg_graph_reset(g);
    *got = 0;
    for (sg_lines before = c->lines; s == SG_OK && sg_lines_next(&c->lines, &line, &len);
         before = c->lines) {
        p = line;
        if (is_head(&p, line + len)) {
            if (begun) {
                c->lines = before;
                break;
            }
            begun = 1;
            first = c->lines.number;
            c->record++;
            s = head(c, g, line, p, line + len, err);
            continue;
        }
        p = line;
        if (token(&p, line + len) == 0 || *p == '#')
            continue;
        s = begun
                ? edge(c, g, line, len, err)
                : bad(c, (long)(p - line) + 1, "expected \"# nodes N\" in front of the edges", err);
    }
    sg_error e = {0};
    if (s == SG_OK && sg_graph_sort(g, &e) != SG_OK)
        s = sg_fail_at(err, SG_EPARSE, c->file, first, 1, "%s", e.text);
    if (s != SG_OK) {
        skip(c);
        sg_graph_reset(g);
    }
    *got = s == SG_OK && begun;
    return s;
}

static sg_status edgelist_write(sg_out *o, const sg_graph *g, sg_error *err)
{
    (void)err;
    sg_out_printf(o, "# nodes %d\n", g->n_nodes);
    for (int k = 0; k < g->n_edges; k++) {
        char b[32] = "";
        if (g->has_weights)
            sg_format_double(b, g->edge[k].weight);
        sg_out_printf(o, "%d %d%s%s\n", g->edge[k].u, g->edge[k].v, *b ? " " : "", b);
    }
    return SG_OK;
}

const sg_graph_format sg_graph_edgelist = {
    .name = "edgelist",
    .extensions = ".edgelist .edges",
    .summary = "\"# nodes N\", then a line an edge; weights",
    .read = edgelist_read,
    .write = edgelist_write,
    .keeps = SG_GRAPH_KEEPS_WEIGHTS,
};
