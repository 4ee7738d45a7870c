/* graph6: the number of nodes, then the upper triangle column by column, six bits a byte, each byte
 * plus 63 [McK15]. One graph a line. */
#include <config.h>
#include <sigen/graph_io.h>

#include <string.h>

static const char header[] = ">>graph6<<";

static sg_status bad(const sg_graph_cursor *c, size_t at, const char *what, sg_error *err)
{
    return sg_fail_at(err, SG_EPARSE, c->file, c->lines.number, (long)at + 1, "%s", what);
}

/* Number of nodes; *at moves behind it. */
static sg_status read_size(const sg_graph_cursor *c, const char *line, size_t len, size_t *at,
                           long long *n, sg_error *err)
{
    size_t bytes = 1;
    if (line[*at] == '~') {
        bytes = *at + 1 < len && line[*at + 1] == '~' ? 6 : 3;
        *at += bytes == 6 ? 2 : 1;
    }
    *n = 0;
    for (size_t k = 0; k < bytes; k++, ++*at) {
        if (*at >= len)
            return bad(c, *at, "line ends inside the number of nodes", err);
        if (line[*at] < 63 || line[*at] > 126)
            return bad(c, *at, "byte outside ? to ~", err);
        *n = *n << 6 | (line[*at] - 63);
    }
    if (*n > SG_GRAPH_MAX_NODES)
        return sg_fail_at(err, SG_ELIMIT, c->file, c->lines.number, 1, "%lld nodes, at most %d", *n,
                          SG_GRAPH_MAX_NODES);
    return SG_OK;
}

static sg_status read_bits(const sg_graph_cursor *c, sg_graph *g, const char *line, size_t len,
                           size_t at, sg_error *err)
{
    size_t bits = sg_graph_pairs(g->n_nodes), want = (bits + 5) / 6;
    if (len - at != want)
        return sg_fail_at(err, SG_EPARSE, c->file, c->lines.number,
                          (long)(at + (len - at < want ? len - at : want)) + 1,
                          "%zu bytes for the edges of %d nodes, expected %zu", len - at, g->n_nodes,
                          want);
    sg_status s = SG_OK;
    int u = 0, v = 1;
    for (size_t k = 0; k < want && s == SG_OK; k++) {
        if (line[at + k] < 63 || line[at + k] > 126)
            return bad(c, at + k, "byte outside ? to ~", err);
        int six = line[at + k] - 63;
        for (int b = 5; b >= 0 && s == SG_OK; b--) {
            int set = six >> b & 1;
            if (v >= g->n_nodes) {
                if (set)
                    return bad(c, at + k, "bits behind the last pair are not 0", err);
                continue;
            }
            if (set)
                s = sg_graph_add_edge(g, u, v, 1, 1, err);
            if (++u == v) {
                u = 0;
                v++;
            }
        }
    }
    return s;
}

static sg_status graph6_read(sg_graph_cursor *c, sg_graph *g, int *got, sg_error *err)
{
    const char *line;
    size_t len, at;
    long long n;
    sg_graph_reset(g);
    *got = 0;
    do {
        if (!sg_lines_next(&c->lines, &line, &len))
            return SG_OK;
        at = len >= sizeof header - 1 && memcmp(line, header, sizeof header - 1) == 0
                 ? sizeof header - 1
                 : 0;
    } while (at == len);
    c->record++;
    if (line[at] == ':' || line[at] == ';' || line[at] == '&')
        return bad(c, at, line[at] == '&' ? "this is digraph6" : "this is sparse6", err);
    sg_status s = read_size(c, line, len, &at, &n, err);
    if (s == SG_OK)
        s = sg_graph_set_nodes(g, (int)n, err);
    if (s == SG_OK)
        s = read_bits(c, g, line, len, at, err);
    if (s != SG_OK)
        sg_graph_reset(g);
    *got = s == SG_OK;
    return s;
}

static sg_status graph6_write(sg_out *o, const sg_graph *g, sg_error *err)
{
    char buf[4096];
    size_t used = 0;
    (void)err;
    int n = g->n_nodes;
    if (n <= 62) {
        buf[used++] = (char)(63 + n);
    } else {
        buf[used++] = '~';
        for (int shift = 12; shift >= 0; shift -= 6)
            buf[used++] = (char)(63 + (n >> shift & 63));
    }
    size_t bits = sg_graph_pairs(n), bytes = (bits + 5) / 6;
    for (size_t k = 0, e = 0; k < bytes; k++) {
        int six = 0;
        while (e < (size_t)g->n_edges) {
            size_t place = sg_graph_pair(g->edge[e].u, g->edge[e].v);
            if (place / 6 != k)
                break;
            six |= 32 >> place % 6;
            e++;
        }
        if (used == sizeof buf) {
            sg_out_write(o, buf, used);
            used = 0;
        }
        buf[used++] = (char)(63 + six);
    }
    sg_out_write(o, buf, used);
    sg_out_puts(o, "\n");
    return SG_OK;
}

const sg_graph_format sg_graph_graph6 = {
    .name = "graph6",
    .extensions = ".g6 .graph6",
    .summary = "one graph a line, without attributes",
    .read = graph6_read,
    .write = graph6_write,
};
