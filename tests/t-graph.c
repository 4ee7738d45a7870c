/* Graphs and graph6: known texts, round trips of random graphs, wrong input. */
#include <config.h>
#include <sigen/graph_io.h>
#include <sigen/rng.h>

#include <stdlib.h>

#include "tap.h"

static sg_error err;

static int same(const sg_graph *a, const sg_graph *b)
{
    if (a->n_nodes != b->n_nodes || a->n_edges != b->n_edges)
        return 0;
    for (int k = 0; k < a->n_edges; k++)
        if (a->edge[k].u != b->edge[k].u || a->edge[k].v != b->edge[k].v ||
            a->edge[k].label != b->edge[k].label || a->edge[k].weight != b->edge[k].weight)
            return 0;
    return 1;
}

static sg_status read_text(const char *text, sg_graph *g, int *got)
{
    size_t len = strlen(text);
    char *copy = malloc(len + !len); /* exactly as long: the sanitizer sees any byte too far */
    if (!copy)
        abort();
    memcpy(copy, text, len);
    sg_graph_cursor c = {.file = "in"};
    sg_lines_init(&c.lines, copy, len);
    memset(&err, 0, sizeof err);
    sg_status s = sg_graph_graph6.read(&c, g, got, &err);
    free(copy);
    return s;
}

static char *write_text(const sg_graph *g)
{
    char *text = NULL;
    size_t len;
    sg_out *o = sg_out_memory(&err);
    if (!o || sg_graph_graph6.write(o, g, &err) != SG_OK ||
        sg_out_take(o, &text, &len, &err) != SG_OK)
        abort();
    return text;
}

/* Texts from nauty's description and from networkx 2.8.8's writer. */
static void test_known(void)
{
    static const struct {
        const char *text;
        int n, m;
        int edge[6][2];
    } known[] = {
        {"?", 0, 0, {{0}}},
        {"@", 1, 0, {{0}}},
        {"A_", 2, 1, {{0, 1}}},
        {"Bg", 3, 2, {{0, 1}, {1, 2}}},
        {"C~", 4, 6, {{0, 1}, {0, 2}, {1, 2}, {0, 3}, {1, 3}, {2, 3}}},
        {"DQc", 5, 4, {{0, 2}, {1, 3}, {0, 4}, {3, 4}}},
    };
    sg_graph g = {0};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int got = 0, good = read_text(known[i].text, &g, &got) == SG_OK && got &&
                            g.n_nodes == known[i].n && g.n_edges == known[i].m;
        for (int k = 0; good && k < known[i].m; k++)
            good = g.edge[k].u == known[i].edge[k][0] && g.edge[k].v == known[i].edge[k][1];
        tap_ok(good, "graph6: \"%s\" is read", known[i].text);
        char *text = write_text(&g);
        tap_ok(strncmp(text, known[i].text, strlen(known[i].text)) == 0 &&
                   strcmp(text + strlen(known[i].text), "\n") == 0,
               "graph6: \"%s\" is written", known[i].text);
        free(text);
    }
    sg_graph_clear(&g);
}

static void test_bad(void)
{
    static const struct {
        const char *text, *what;
        sg_status code;
        long column;
    } bads[] = {
        {"B", "too short", SG_EPARSE, 2},
        {"Bgg", "too long", SG_EPARSE, 3},
        {"B@", "padding bits set", SG_EPARSE, 2},
        {"C!", "byte too low", SG_EPARSE, 2},
        {"\x7f", "byte too high", SG_EPARSE, 1},
        {"C\xff", "byte beyond ASCII", SG_EPARSE, 2},
        {"~?", "cut in the size", SG_EPARSE, 3},
        {"~~?????", "cut in the long size", SG_EPARSE, 8},
        {"~~~~~~~~", "huge size", SG_ELIMIT, 1},
        {"~~??F???", "size beyond the limit", SG_ELIMIT, 1},
        {":Bg", "sparse6", SG_EPARSE, 1},
        {"&B", "digraph6", SG_EPARSE, 1},
        {"# a comment", "comment", SG_EPARSE, 1},
    };
    sg_graph g = {0};
    for (size_t i = 0; i < sizeof bads / sizeof *bads; i++) {
        int got = 1;
        char text[64];
        snprintf(text, sizeof text, "\n%s\n", bads[i].text);
        sg_status s = read_text(text, &g, &got);
        if (!tap_ok(s == bads[i].code && !got && g.n_nodes == 0 && err.line == 2 &&
                        err.column == bads[i].column && strcmp(err.file, "in") == 0,
                    "graph6: %s is refused with its place", bads[i].what))
            printf("# status %d, %ld:%ld %s\n", s, err.line, err.column, err.text);
    }
    int got = 0;
    tap_ok(read_text("\n>>graph6<<Bg\r\n", &g, &got) == SG_OK && got && g.n_edges == 2,
           "graph6: header, CRLF and a blank line are understood");
    tap_ok(read_text("~??Bg", &g, &got) == SG_OK && got && g.n_nodes == 3 && g.n_edges == 2,
           "graph6: a small graph with a long size is read");
    tap_ok(read_text("", &g, &got) == SG_OK && !got, "graph6: an empty file has no graph");
    sg_graph_clear(&g);
}

static void random_graph(sg_graph *g, int n, double p, sg_rng *rng)
{
    sg_graph_reset(g);
    if (sg_graph_set_nodes(g, n, &err) != SG_OK)
        abort();
    for (int v = n - 1; v > 0; v--) /* not in the final order, either end first */
        for (int u = 0; u < v; u++)
            if (sg_rng_uniform(rng) < p &&
                sg_graph_add_edge(g, u % 2 ? u : v, u % 2 ? v : u, 1, 1, &err) != SG_OK)
                abort();
    if (sg_graph_sort(g, &err) != SG_OK)
        abort();
}

static void test_round_trip(void)
{
    static const int sizes[] = {2, 5, 20, 62, 63, 64, 100, 400};
    sg_rng rng;
    sg_graph g = {0}, h = {0}, k = {0};
    sg_rng_init(&rng, 2385, 0, 0);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int n = sizes[i], got = 0;
        random_graph(&g, n, 0.3, &rng);
        char *text = write_text(&g);
        tap_ok(read_text(text, &h, &got) == SG_OK && got && same(&g, &h),
               "graph6: %d nodes and back", n);
        free(text);
        int *a = malloc((sg_graph_pairs(n) + 1) * sizeof *a);
        for (int e = 0; e < g.n_edges; e++)
            g.edge[e].label = 1 + e % 3;
        int good = a && sg_graph_to_packed(&g, a, &err) == SG_OK &&
                   sg_graph_from_packed(&h, n, a, &err) == SG_OK && same(&g, &h);
        tap_ok(good && h.has_edge_labels == (g.n_edges > 1), "packed: %d nodes, classes and back",
               n);
        free(a);
        tap_ok(sg_graph_copy(&k, &g, &err) == SG_OK && same(&g, &k), "copy: %d nodes", n);
    }
    sg_graph_clear(&g);
    sg_graph_clear(&h);
    sg_graph_clear(&k);
}

static void test_graph(void)
{
    sg_graph g = {0}, h = {0};
    int comp[7], deg[7], ok = sg_graph_set_nodes(&g, 7, &err) == SG_OK;
    static const int e[][2] = {{6, 2}, {1, 4}, {4, 6}, {5, 3}};
    for (size_t k = 0; k < 4; k++)
        ok &= sg_graph_add_edge(&g, e[k][0], e[k][1], 1, 1, &err) == SG_OK;
    ok &= sg_graph_sort(&g, &err) == SG_OK;
    tap_ok(ok && g.edge[0].u == 1 && g.edge[0].v == 4 && g.edge[3].u == 4 && g.edge[3].v == 6,
           "edges are sorted");
    static const int want[7] = {0, 1, 1, 2, 1, 2, 1};
    tap_ok(sg_graph_components(&g, comp) == 3 && memcmp(comp, want, sizeof want) == 0,
           "three components, numbered by their smallest nodes");
    static const int degrees[7] = {0, 1, 1, 1, 2, 1, 2};
    sg_graph_degrees(&g, deg);
    tap_ok(memcmp(deg, degrees, sizeof deg) == 0, "degrees");
    tap_ok(sg_graph_add_edge(&g, 3, 3, 1, 1, &err) == SG_EINVAL, "no node is joined to itself");
    tap_ok(sg_graph_add_edge(&g, 3, 7, 1, 1, &err) == SG_EINVAL &&
               sg_graph_add_edge(&g, -1, 2, 1, 1, &err) == SG_EINVAL,
           "no node outside the graph");
    tap_ok(sg_graph_add_edge(&g, 0, 1, 1, NAN, &err) == SG_ENAN, "no weight that is not a number");
    tap_ok(sg_graph_add_edge(&g, 4, 1, 2, 1, &err) == SG_OK &&
               sg_graph_sort(&g, &err) == SG_EINVAL && strstr(err.text, "1-4"),
           "a repeated edge is refused, whatever its label");
    tap_ok(sg_graph_set_nodes(&g, SG_GRAPH_MAX_NODES + 1, &err) == SG_ELIMIT, "too many nodes");
    sg_graph_reset(&g);
    ok = sg_graph_set_nodes(&g, 3, &err) == SG_OK && sg_graph_make_labels(&g, &err) == SG_OK &&
         sg_graph_make_x(&g, 2, &err) == SG_OK;
    if (ok) {
        g.node_label[2] = -5;
        g.x[5] = 2.385;
    }
    tap_ok(ok && sg_graph_copy(&h, &g, &err) == SG_OK && h.node_label[2] == -5 && h.x[5] == 2.385,
           "labels and attributes are copied");
    tap_ok(sg_graph_set_nodes(&g, 4, &err) == SG_EINVAL, "labels fix the number of nodes");
    sg_graph_set set = {0};
    for (int k = 0; k < 40; k++)
        ok &= sg_graph_set_add(&set, &h, &err) == SG_OK;
    tap_ok(ok && set.n == 40 && set.g[39].node_label[2] == -5, "a set of copies");
    sg_graph_set_clear(&set);
    sg_graph_clear(&g);
    sg_graph_clear(&h);
}

int main(void)
{
    test_known();
    test_bad();
    test_round_trip();
    test_graph();
    return tap_done();
}
