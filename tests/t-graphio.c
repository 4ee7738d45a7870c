/* Formats of graphs: round trips of random graphs with all attributes, wrong input with its place.
 */
#include <config.h>
#include <sigen/graph_io.h>
#include <sigen/rng.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "graphgen/npz.h"
#include "graphgen/tud.h"
#include "tap.h"

static sg_error err;

static void need(sg_status s)
{
    if (s != SG_OK) {
        printf("# %s\n", err.text);
        abort();
    }
}

/* ---- round trips -------------------------------------------------------------------------------
 */

/* A graph with what `keeps` names. */
static void random_graph(sg_graph *g, int n, double p, int keeps, sg_rng *rng)
{
    sg_graph_reset(g);
    need(sg_graph_set_nodes(g, n, &err));
    for (int v = 1; v < n; v++)
        for (int u = 0; u < v; u++)
            if (sg_rng_uniform(rng) < p)
                need(sg_graph_add_edge(
                    g, u, v, keeps & SG_GRAPH_KEEPS_EDGE_LABELS ? (int)sg_rng_below(rng, 5) - 2 : 1,
                    keeps & SG_GRAPH_KEEPS_WEIGHTS ? sg_rng_normal(rng) * 1e-3 : 1, &err));
    g->has_edge_labels = (keeps & SG_GRAPH_KEEPS_EDGE_LABELS) && g->n_edges;
    g->has_weights = (keeps & SG_GRAPH_KEEPS_WEIGHTS) && g->n_edges;
    if (keeps & SG_GRAPH_KEEPS_NODE_LABELS && n) {
        need(sg_graph_make_labels(g, &err));
        for (int i = 0; i < n; i++)
            g->node_label[i] = (int)sg_rng_below(rng, 2000000000) - 1000000000;
    }
    if (keeps & SG_GRAPH_KEEPS_X && n) {
        need(sg_graph_make_x(g, 3, &err));
        for (int i = 0; i < 3 * n; i++)
            g->x[i] = sg_rng_normal(rng) * 1e6;
    }
    if (keeps & SG_GRAPH_KEEPS_LABEL) {
        g->has_label = 1;
        g->label = -7 + n;
    }
    if (keeps & SG_GRAPH_KEEPS_TITLE)
        snprintf(g->title, sizeof g->title, "a <b> & \"c\" %d", n);
}

static int same(const sg_graph *a, const sg_graph *b)
{
    int good = a->n_nodes == b->n_nodes && a->n_edges == b->n_edges && a->n_x == b->n_x &&
               a->has_edge_labels == b->has_edge_labels && a->has_weights == b->has_weights &&
               a->has_label == b->has_label && a->label == b->label &&
               !a->node_label == !b->node_label && strcmp(a->title, b->title) == 0;
    for (int k = 0; good && k < a->n_edges; k++)
        good = a->edge[k].u == b->edge[k].u && a->edge[k].v == b->edge[k].v &&
               a->edge[k].label == b->edge[k].label && a->edge[k].weight == b->edge[k].weight;
    for (int i = 0; good && a->node_label && i < a->n_nodes; i++)
        good = a->node_label[i] == b->node_label[i];
    for (int i = 0; good && i < a->n_nodes * a->n_x; i++)
        good = a->x[i] == b->x[i];
    return good;
}

static void remove_all(const char *path)
{
    for (int k = 0; k < SG_I_TUD_FILES; k++) {
        char name[256];
        const char *base = strrchr(path, '/');
        snprintf(name, sizeof name, "%s/%s%s", path, base ? base + 1 : path, sg_i_tud_suffix[k]);
        unlink(name);
    }
    rmdir(path);
    unlink(path);
}

static void round_trip(const sg_graph_format *f, int keeps, const char *what, sg_rng *rng)
{
    static const int sizes[] = {5, 1, 12, 40, 3, 64, 7};
    sg_graph_set a = {0}, b = {0};
    sg_graph g = {0};
    char path[64];
    keeps &= f->keeps;
    snprintf(path, sizeof path, "t-graphio-%d-%s%s", (int)getpid(), f->name,
             f->extensions[0] ? ".gz" : "");
    if (strcmp(f->name, "npz") == 0)
        snprintf(path, sizeof path, "t-graphio-%d.npz", (int)getpid());
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        random_graph(&g, sizes[i], 0.2, keeps, rng);
        need(sg_graph_set_take(&a, &g, &err));
    }
    sg_graph_writer *w = sg_graph_writer_open(path, f, &err);
    sg_status s = w ? SG_OK : err.code;
    for (size_t i = 0; i < a.n && s == SG_OK; i++)
        s = sg_graph_writer_put(w, &a.g[i], &err);
    struct stat st;
    int early = stat(path, &st) == 0;
    if (s == SG_OK)
        s = sg_graph_writer_commit(w, &err);
    if (s == SG_OK)
        s = sg_graph_set_read(&b, path, f, &err);
    int good = s == SG_OK && a.n == b.n && !early;
    for (size_t i = 0; good && i < a.n; i++)
        good = same(&a.g[i], &b.g[i]);
    if (!tap_ok(good, "%s: %s and back", f->name, what))
        printf("# %s, %zu graphs\n", s == SG_OK ? "they differ" : err.text, b.n);
    remove_all(path);
    sg_graph_set_clear(&a);
    sg_graph_set_clear(&b);
    sg_graph_clear(&g);
}

/* ---- wrong input -------------------------------------------------------------------------------
 */

typedef struct bad_text {
    const char *text, *what;
    long line; /* of the error; 0: none known */
    int good;  /* graphs read nevertheless */
} bad_text;

static void refused(const sg_graph_format *f, const bad_text *b)
{
    size_t len = strlen(b->text);
    char *copy = malloc(len + !len); /* exactly as long: the sanitizer sees any byte too far */
    sg_graph g = {0};
    sg_error first = {0};
    int good = 0, bad = 0, got = 1;
    memcpy(copy, b->text, len);
    sg_graph_cursor c = {.file = "in"};
    sg_lines_init(&c.lines, copy, len);
    while (got && good + bad < 100) {
        sg_error e = {0};
        if (f->read(&c, &g, &got, &e) != SG_OK) {
            first = bad++ ? first : e;
            got = 1;
        } else {
            good += got;
        }
    }
    if (f->done)
        f->done(&c);
    if (!tap_ok(bad == 1 && good == b->good && first.line == b->line &&
                    strcmp(first.file, "in") == 0,
                "%s: %s", f->name, b->what))
        printf("# %d bad, %d good, line %ld: %s\n", bad, good, first.line, first.text);
    sg_graph_clear(&g);
    free(copy);
}

#define XML "<?xml version=\"1.0\"?>\n<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
#define KEYS                                                                                       \
    XML "<key id=\"l\" for=\"node\" attr.name=\"label\" attr.type=\"int\"/>\n"                     \
        "<key id=\"w\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n"
#define G    "<graph edgedefault=\"undirected\">"
#define GOOD "\n" G "<node id=\"a\"/></graph></graphml>"

static const bad_text graphml_bad[] = {
    {"", "an empty file", 1, 0},
    {"<?xml version=\"1.0\"?>\n<!DOCTYPE g [<!ENTITY a \"b\">]>\n<graphml/>", "a document type", 1,
     0},
    {"<!-- a --><!DOCTYPE graphml>" XML G "</graph></graphml>", "a document type behind a comment",
     1, 0},
    {"<html/>", "another root", 1, 0},
    {XML G "<node id=\"&b;\"/></graph></graphml>", "an entity", 3, 0},
    {XML G "\n<node id=\"a\"/>\n<node id=\"a\"/></graph>" GOOD, "two nodes of one name", 5, 1},
    {XML G "\n<node/></graph>" GOOD, "a node without a name", 4, 1},
    {XML G "\n<node id=\"a\"/>\n<edge source=\"a\" target=\"b\"/></graph>" GOOD,
     "an edge of an unknown node", 5, 1},
    {XML G "\n<node id=\"a\"/>\n<edge source=\"a\" target=\"a\"/></graph>" GOOD,
     "a node joined to itself", 5, 1},
    {XML G "<node id=\"a\"/><node id=\"b\"/>\n<edge source=\"a\" target=\"b\"/><edge source=\"b\" "
           "target=\"a\"/></graph>" GOOD,
     "a repeated edge", 3, 1},
    {XML G "\n<edge source=\"a\"/></graph>" GOOD, "an edge with one end", 4, 1},
    {XML "<graph edgedefault=\"directed\"><node id=\"a\"/></graph>" GOOD, "a directed graph", 3, 1},
    {XML G "<node id=\"a\"/><node id=\"b\"/>\n<edge source=\"a\" target=\"b\" "
           "directed=\"true\"/></graph>" GOOD,
     "a directed edge", 4, 1},
    {XML G "\n<hyperedge/></graph>" GOOD, "a hyperedge", 4, 1},
    {XML G "\n<node id=\"a\"><graph/></node></graph>" GOOD, "a graph in a node", 4, 1},
    {XML G "<node id=\"a\">\n<data key=\"q\">1</data></node></graph>" GOOD, "an undeclared key", 4,
     1},
    {KEYS G "<node id=\"a\">\n<data key=\"l\">one</data></node></graph>" GOOD,
     "a label that is no number", 6, 1},
    {KEYS G "<node id=\"a\">\n<data key=\"l\">1.5</data></node></graph>" GOOD, "a broken label", 6,
     1},
    {KEYS G "<node id=\"a\">\n<data key=\"l\">3000000000</data></node></graph>" GOOD,
     "a huge label", 6, 1},
    {KEYS G "<node id=\"a\"><data key=\"l\">1</data></node><node id=\"b\"/></graph>" GOOD,
     "a missing label", 5, 1},
    {KEYS G "<node id=\"a\"/><node id=\"b\"/>\n<edge source=\"a\" target=\"b\"><data "
            "key=\"w\">NaN</data></edge></graph>" GOOD,
     "a weight that is not a number", 6, 1},
    {KEYS G "<node id=\"a\"/><node id=\"b\"/>\n<edge source=\"a\" target=\"b\"><data "
            "key=\"w\">1e999</data></edge></graph>" GOOD,
     "a weight too large", 6, 1},
    {XML "<key id=\"a\" attr.type=\"float64\"/>" GOOD, "a type that GraphML does not know", 3, 0},
    {XML "<key id=\"a\" attr.type=\"int\"/><key id=\"a\" attr.type=\"int\"/>" GOOD,
     "two keys of one name", 3, 0},
    {XML G "<node id=\"a\"/></graph>\n" G "<node id=\"a\">", "a cut file", 4, 1},
    {XML G "<node id=\"a\"/></graph>\n</graphm>", "a wrong end (libxml2 looks ahead)", 4, 0},
    {XML G "<node id=\"\xff\"/></graph></graphml>", "a byte that is no UTF-8", 3, 0},
};

static const bad_text gml_bad[] = {
    {"graph [ node [ id 1 ]", "a cut file", 1, 0},
    {"graph [ node [ id 1 ] ] ]\ngraph [ ]", "a bracket too many", 1, 1},
    {"graph [\nnode [ label \"a\" ] ]\ngraph [ ]", "a node without an id", 2, 1},
    {"graph [ node [ id 1 ]\nnode [ id 1 ] ]\ngraph [ ]", "two nodes of one id", 2, 1},
    {"graph [ node [ id a ] ]\ngraph [ ]", "an id that is no number", 1, 1},
    {"graph [ node [ id 3000000000 ] ]\ngraph [ ]", "an id too large", 1, 1},
    {"graph [ node [ id 1 ]\nedge [ source 1 target 2 ] ]\ngraph [ ]", "an edge of an unknown node",
     2, 1},
    {"graph [ node [ id 1 ]\nedge [ source 1 target 1 ] ]\ngraph [ ]", "a node joined to itself", 2,
     1},
    {"\ngraph [ node [ id 1 ] node [ id 2 ] edge [ source 1 target 2 ] edge [ source 2 target 1 ] "
     "]\ngraph [ ]",
     "a repeated edge", 2, 1},
    {"graph [ edge [ source 1 ] ]\ngraph [ ]", "an edge with one end", 1, 1},
    {"graph [\ndirected 1 node [ id 1 ] ]\ngraph [ ]", "a directed graph", 2, 1},
    {"graph [ node [ id 1 ] node [ id 2 ] edge [ source 1 target 2 weight nan ] ]\ngraph [ ]",
     "a weight that is not a number", 1, 1},
    {"graph [ node [ id 1 class 1 ] node [ id 2 ] ]\ngraph [ ]", "a missing label", 1, 1},
    {"graph [ node [ id 1 x1 0.5 ] node [ id 2 x2 1 ] ]\ngraph [ ]", "a missing attribute", 1, 1},
    {"graph [ title \"a ]\ngraph [ ]", "a string without an end", 1, 0},
    {"[ a 1 ]", "a list without a key", 1, 0},
    {"graph 3\ngraph [ ]", "a graph that is no list", 1, 1},
    {"graph [ a [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ ] ]",
     "brackets too deep", 1, 0},
};

static const bad_text edgelist_bad[] = {
    {"0 1\n# nodes 1\n", "no head", 1, 1},
    {"# nodes x\n# nodes 1\n", "a head without a number", 1, 1},
    {"# nodes -1\n# nodes 1\n", "fewer than no nodes", 1, 1},
    {"# nodes 40000\n# nodes 1\n", "too many nodes", 1, 1},
    {"# nodes 2 3\n# nodes 1\n", "text behind the head", 1, 1},
    {"# nodes 2\n0 2\n# nodes 1\n", "an unknown node", 2, 1},
    {"# nodes 2\n0 -1\n# nodes 1\n", "a negative node", 2, 1},
    {"# nodes 2\n\n1 1\n# nodes 1\n", "a node joined to itself", 3, 1},
    {"\n# nodes 2\n0 1\n1 0\n# nodes 1\n", "a repeated edge", 2, 1},
    {"# nodes 2\n0\n# nodes 1\n", "an edge with one end", 2, 1},
    {"# nodes 2\n0 1 nan\n# nodes 1\n", "a weight that is not a number", 2, 1},
    {"# nodes 2\n0 1 1 1\n# nodes 1\n", "text behind a weight", 2, 1},
    {"# nodes 3\n0 1 1\n0 2\n# nodes 1\n", "a missing weight", 3, 1},
};

/* Files of a TUDataset with a mistake; NULL: the file is missing. */
static const struct {
    const char *text[SG_I_TUD_FILES], *what, *file;
    long line;
} tud_bad[] = {
    {{"", ""}, "no nodes", "1", 1},
    {{"1, 2\n", "1\n3\n"}, "a graph left out", "1", 2},
    {{"1, 2\n", "2\n2\n"}, "graphs not from 1", "1", 1},
    {{"1, 2\n", "1\n2\n"}, "an edge between two graphs", "0", 1},
    {{"1, 2\n1, 3\n", "1\n1\n"}, "an unknown node", "0", 2},
    {{"0, 1\n", "1\n1\n"}, "a node 0", "0", 1},
    {{"1, 2\n2, 1\n1, 2\n", "1\n1\n"}, "a repeated edge", "0", 3},
    {{"2, 2\n", "1\n1\n"}, "a node joined to itself", "0", 1},
    {{"1; 2\n", "1\n1\n"}, "another separator", "0", 1},
    {{"1, 2\n", "1\n1\n", "1\n2\n"}, "a graph label too many", "2", 2},
    {{"1, 2\n", "1\n1\n", NULL, "1\n"}, "a node label too few", "3", 1},
    {{"1, 2\n2, 1\n", "1\n1\n", NULL, NULL, "1\n2\n"},
     "labels that depend on the direction",
     "0",
     2},
    {{"1, 2\n", "1\n1\n", NULL, NULL, NULL, "1, 2\n1\n"}, "attributes of unequal number", "5", 2},
    {{"1, 2\n", "1\n1\n", NULL, NULL, NULL, "nan\n1\n"},
     "an attribute that is not a number",
     "5",
     1},
    {{"1, 2\n", "1\n1\n", NULL, NULL, NULL, NULL, "1, 2\n"}, "two attributes of an edge", "6", 1},
};

static void test_tud(void)
{
    static const char *const number[] = {"0", "1", "2", "3", "4", "5", "6"};
    for (size_t i = 0; i < sizeof tud_bad / sizeof *tud_bad; i++) {
        sg_i_text t[SG_I_TUD_FILES];
        sg_graph_set set = {0};
        memset(&err, 0, sizeof err);
        for (int k = 0; k < SG_I_TUD_FILES; k++)
            t[k] = (sg_i_text){number[k], tud_bad[i].text[k],
                               tud_bad[i].text[k] ? strlen(tud_bad[i].text[k]) : 0};
        sg_status s = sg_i_tud_parse(&set, t, &err);
        if (!tap_ok(s == SG_EPARSE && set.n == 0 && err.line == tud_bad[i].line &&
                        strcmp(err.file, tud_bad[i].file) == 0,
                    "tudataset: %s", tud_bad[i].what))
            printf("# file %s line %ld: %s\n", err.file, err.line, err.text);
        sg_graph_set_clear(&set);
    }
}

/* Every byte of an archive changed, every length cut: an error, or the same graphs. */
static void test_npz(sg_rng *rng)
{
    sg_graph_set a = {0}, b = {0};
    sg_graph g = {0};
    char *text = NULL;
    size_t len = 0;
    for (int i = 2; i < 6; i++) {
        random_graph(&g, i, 0.5, 31, rng);
        need(sg_graph_set_take(&a, &g, &err));
    }
    sg_out *o = sg_out_memory(&err);
    need(sg_i_npz_print(o, &a, &err));
    need(sg_out_take(o, &text, &len, &err));
    need(sg_i_npz_parse(&b, text, len, "in", &err));
    tap_ok(b.n == 4, "npz: from memory");
    int quiet = 0, wrong = 0;
    for (size_t i = 0; i < len; i++)
        for (int cut = 0; cut < 2; cut++) {
            char *copy = malloc(cut ? i + !i : len);
            memcpy(copy, text, cut ? i : len);
            if (!cut)
                copy[i] = (char)(copy[i] ^ 0x41);
            sg_graph_set c = {0};
            if (sg_i_npz_parse(&c, copy, cut ? i : len, "in", &err) == SG_OK) {
                quiet += cut;
                wrong += c.n != a.n && c.n != 0;
                for (size_t k = 0; k < c.n && c.n == a.n; k++)
                    wrong += c.g[k].n_edges != a.g[k].n_edges || c.g[k].n_nodes != a.g[k].n_nodes;
            } else {
                wrong += c.n != 0 || !err.text[0];
            }
            sg_graph_set_clear(&c);
            free(copy);
        }
    tap_ok(quiet == 0, "npz: a cut file is refused");
    tap_ok(wrong == 0, "npz: changed bytes never give other graphs");
    free(text);
    sg_graph_set_clear(&a);
    sg_graph_set_clear(&b);
    sg_graph_clear(&g);
}

static void test_graphml_meaning(void)
{
    static const char text[] =
        "<?xml version='1.0'?>\n<g:graphml xmlns:g='http://graphml.graphdrawing.org/xmlns'>\n"
        "<g:key id='k0' for='node' attr.name='size' attr.type='double'><g:default> 2.385 "
        "</g:default></g:key>"
        "<g:key id='k1' for='node' attr.name='on' attr.type='boolean'/>"
        "<g:key id='k2' for='node' attr.name='colour' attr.type='string'/>"
        "<g:key id='k3' for='all' attr.name='label' attr.type='long'/>"
        "<g:desc>of <b>another</b> kind</g:desc>\n"
        "<g:graph id='G'><g:data key='k3'>9</g:data><g:edge source='n1' target='n0'><g:data "
        "key='k3'>4</g:data></g:edge>"
        "<g:node id='n0'><g:data key='k1'>true</g:data><g:data key='k3'>1</g:data><g:data "
        "key='k2'>red</g:data></g:node>"
        "<!-- x --><g:node id='n1'><g:data key='k0'>-1e3</g:data><g:data key='k1'>0</g:data>"
        "<g:data key='k3'><![CDATA[2]]></g:data><g:port name='p'/></g:node></g:graph></g:graphml>";
    sg_graph g = {0};
    int got = 0;
    sg_graph_cursor c = {.file = "in"};
    sg_lines_init(&c.lines, text, sizeof text - 1);
    memset(&err, 0, sizeof err);
    sg_status s = sg_graph_graphml.read(&c, &g, &got, &err);
    if (!tap_ok(s == SG_OK && got && g.n_nodes == 2 && g.n_x == 2 && g.x[0] == 2.385 &&
                    g.x[1] == 1 && g.x[2] == -1000 && g.x[3] == 0 && g.node_label &&
                    g.node_label[1] == 2 && g.has_label && g.label == 9 && g.has_edge_labels &&
                    g.edge[0].label == 4,
                "graphml: prefixes, defaults, booleans, data of all kinds, an edge in front of its "
                "nodes"))
        printf("# %s\n", err.text);
    tap_ok(sg_graph_graphml.read(&c, &g, &got, &err) == SG_OK && !got, "graphml: then the end");
    sg_graph_graphml.done(&c);
    sg_graph_clear(&g);
}

int main(void)
{
    static const struct {
        int keeps;
        const char *what;
    } kinds[] = {{0, "bare graphs"},
                 {SG_GRAPH_KEEPS_NODE_LABELS, "node labels"},
                 {SG_GRAPH_KEEPS_EDGE_LABELS, "edge labels"},
                 {SG_GRAPH_KEEPS_WEIGHTS, "weights"},
                 {SG_GRAPH_KEEPS_X, "real attributes"},
                 {63, "all there is"}};
    sg_rng rng;
    sg_rng_init(&rng, 2385, 2, 0);
    for (size_t i = 0; sg_graph_formats[i]; i++)
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            round_trip(sg_graph_formats[i], kinds[k].keeps, kinds[k].what, &rng);
    for (size_t i = 0; i < sizeof graphml_bad / sizeof *graphml_bad; i++)
        refused(&sg_graph_graphml, &graphml_bad[i]);
    for (size_t i = 0; i < sizeof gml_bad / sizeof *gml_bad; i++)
        refused(&sg_graph_gml, &gml_bad[i]);
    for (size_t i = 0; i < sizeof edgelist_bad / sizeof *edgelist_bad; i++)
        refused(&sg_graph_edgelist, &edgelist_bad[i]);
    test_graphml_meaning();
    test_tud();
    test_npz(&rng);
    return tap_done();
}
