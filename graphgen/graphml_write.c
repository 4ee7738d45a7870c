/* Writing GraphML: keys first, then a <graph> for each graph. */
#include <config.h>

#include <string.h>

#include "graphml.h"

enum { NODE_LABELS = 1, EDGE_LABELS = 2, WEIGHTS = 4, LABEL = 8, TITLE = 16 };

#define HEAD                                                                                       \
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"                                                 \
    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
#define NODE_LABEL_KEY  " <key id=\"nl\" for=\"node\" attr.name=\"label\" attr.type=\"int\"/>\n"
#define EDGE_LABEL_KEY  " <key id=\"el\" for=\"edge\" attr.name=\"label\" attr.type=\"int\"/>\n"
#define WEIGHT_KEY      " <key id=\"w\" for=\"edge\" attr.name=\"weight\" attr.type=\"double\"/>\n"
#define GRAPH_LABEL_KEY " <key id=\"gl\" for=\"graph\" attr.name=\"label\" attr.type=\"int\"/>\n"
#define TITLE_KEY       " <key id=\"t\" for=\"graph\" attr.name=\"title\" attr.type=\"string\"/>\n"
#define TAIL            "</graphml>\n"

/* What XML cannot hold in a title becomes "?". */
static void escaped(sg_out *o, const char *s)
{
    for (; *s; s++) {
        const char one[2] = {*s, '\0'};
        sg_out_xml(o, (unsigned char)*s >= 0x20 && (unsigned char)*s < 0x7f ? one : "?");
    }
}

static void number(sg_out *o, const char *key, double x)
{
    char b[32];
    sg_format_double(b, x);
    sg_out_printf(o, "<data key=\"%s\">%s</data>", key, b);
}

static void write_node(sg_out *o, const sg_graph *g, int i)
{
    sg_out_printf(o, "  <node id=\"%d\"", i);
    if (!g->node_label && !g->n_x) {
        sg_out_puts(o, "/>\n");
        return;
    }
    sg_out_puts(o, ">");
    if (g->node_label)
        sg_out_printf(o, "<data key=\"nl\">%d</data>", g->node_label[i]);
    for (int k = 0; k < g->n_x; k++) {
        char key[16] = "x";
        sg_format_double(key + 1, k + 1);
        number(o, key, g->x[(size_t)i * (size_t)g->n_x + (size_t)k]);
    }
    sg_out_puts(o, "</node>\n");
}

static void write_edge(sg_out *o, const sg_graph *g, const sg_graph_edge *e)
{
    sg_out_printf(o, "  <edge source=\"%d\" target=\"%d\"", e->u, e->v);
    if (!g->has_edge_labels && !g->has_weights) {
        sg_out_puts(o, "/>\n");
        return;
    }
    sg_out_puts(o, ">");
    if (g->has_edge_labels)
        sg_out_printf(o, "<data key=\"el\">%d</data>", e->label);
    if (g->has_weights)
        number(o, "w", e->weight);
    sg_out_puts(o, "</edge>\n");
}

static void write_graph(sg_out *o, const sg_graph *g)
{
    sg_out_puts(o, " <graph edgedefault=\"undirected\">\n");
    if (g->has_label)
        sg_out_printf(o, "  <data key=\"gl\">%d</data>\n", g->label);
    if (g->title[0]) {
        sg_out_puts(o, "  <data key=\"t\">");
        escaped(o, g->title);
        sg_out_puts(o, "</data>\n");
    }
    for (int i = 0; i < g->n_nodes; i++)
        write_node(o, g, i);
    for (int k = 0; k < g->n_edges; k++)
        write_edge(o, g, &g->edge[k]);
    sg_out_puts(o, " </graph>\n");
}

/* One after another: the head declares all keys but those of real attributes, whose number it
 * cannot know. */
static sg_status graphml_write(sg_out *o, const sg_graph *g, sg_error *err)
{
    if (g->n_x)
        return sg_fail(err, SG_EINVAL,
                       "real attributes of nodes are written only when the whole set is at hand");
    write_graph(o, g);
    return SG_OK;
}

static int used_by(const sg_graph *g)
{
    return (g->node_label ? NODE_LABELS : 0) | (g->has_edge_labels ? EDGE_LABELS : 0) |
           (g->has_weights ? WEIGHTS : 0) | (g->has_label ? LABEL : 0) | (g->title[0] ? TITLE : 0);
}

static sg_status graphml_write_set(const char *path, const sg_graph_set *s, sg_error *err)
{
    static const char *const keys[] = {NODE_LABEL_KEY, EDGE_LABEL_KEY, WEIGHT_KEY, GRAPH_LABEL_KEY,
                                       TITLE_KEY};
    int used = 0, n_x = 0;
    sg_out *o = sg_out_open(path, err);
    if (!o)
        return SG_EIO;
    for (size_t i = 0; i < s->n; i++) {
        used |= used_by(&s->g[i]);
        n_x = s->g[i].n_x > n_x ? s->g[i].n_x : n_x;
    }
    sg_out_puts(o, HEAD);
    for (int k = 0; k < 5; k++)
        if (used >> k & 1)
            sg_out_puts(o, keys[k]);
    for (int k = 1; k <= n_x; k++)
        sg_out_printf(o, " <key id=\"x%d\" for=\"node\" attr.name=\"x%d\" attr.type=\"double\"/>\n",
                      k, k);
    for (size_t i = 0; i < s->n && !sg_out_failed(o); i++)
        write_graph(o, &s->g[i]);
    sg_out_puts(o, TAIL);
    return sg_out_commit(o, err);
}

const sg_graph_format sg_graph_graphml = {
    .name = "graphml",
    .extensions = ".graphml",
    .summary = "XML with labels, weights and attributes, many graphs a file",
    .read = sg_i_graphml_read,
    .done = sg_i_graphml_done,
    .write = graphml_write,
    .head = HEAD NODE_LABEL_KEY EDGE_LABEL_KEY WEIGHT_KEY GRAPH_LABEL_KEY TITLE_KEY,
    .tail = TAIL,
    .write_set = graphml_write_set,
    .keeps = SG_GRAPH_KEEPS_NODE_LABELS | SG_GRAPH_KEEPS_EDGE_LABELS | SG_GRAPH_KEEPS_WEIGHTS |
             SG_GRAPH_KEEPS_X | SG_GRAPH_KEEPS_LABEL | SG_GRAPH_KEEPS_TITLE,
};
