/* What graphs of a kind have in common. */
#include <config.h>
#include <sigen/graph_metrics.h>

#include <stdlib.h>
#include <string.h>

#ifdef SG_HAVE_PLANARITY
#include <planarity/graph.h>
#endif

#include "blocks.h"

static sg_status components(const sg_graph *g, int *count, sg_error *err)
{
    int *comp = malloc(((size_t)g->n_nodes + 1) * sizeof *comp);
    if (!comp)
        return sg_fail(err, SG_ENOMEM, "no memory for %d nodes", g->n_nodes);
    *count = sg_graph_components(g, comp);
    free(comp);
    return SG_OK;
}

static sg_status is_connected(const sg_graph *g, int *ok, sg_error *err)
{
    int count = 0;
    sg_status s = components(g, &count, err);
    *ok = count == 1;
    return s;
}

static sg_status is_tree(const sg_graph *g, int *ok, sg_error *err)
{
    sg_status s = is_connected(g, ok, err);
    *ok = *ok && g->n_edges == g->n_nodes - 1;
    return s;
}

#ifdef SG_HAVE_PLANARITY
static sg_status embeds(const sg_graph *g, int *ok, sg_error *err)
{
    int result = NOTOK, first, added = OK;
    graphP p = gp_New();
    if (p && gp_InitGraph(p, g->n_nodes) == OK) {
        first = gp_GetFirstVertex(p);
        for (int k = 0; k < g->n_edges && added == OK; k++)
            added = gp_AddEdge(p, first + g->edge[k].u, 0, first + g->edge[k].v, 0);
        if (added == OK)
            result = gp_Embed(p, EMBEDFLAGS_PLANAR);
    }
    gp_Free(&p);
    *ok = result == OK;
    return result == OK || result == NONEMBEDDABLE
               ? SG_OK
               : sg_fail(err, SG_ENOMEM, "no memory to embed %d nodes in the plane", g->n_nodes);
}

static sg_status is_planar(const sg_graph *g, int *ok, sg_error *err)
{
    sg_status s = is_connected(g, ok, err);
    if (s != SG_OK || !*ok || g->n_nodes < 5)
        return s;
    *ok = g->n_edges <= 3 * g->n_nodes - 6;
    return *ok ? embeds(g, ok, err) : SG_OK;
}
#else
static sg_status is_planar(const sg_graph *g, int *ok, sg_error *err)
{
    (void)g;
    *ok = 0;
    return sg_fail(err, SG_ENOTSUP, "this build cannot tell planar graphs: it lacks libplanarity");
}
#endif

/* The benchmark's law: blocks of 20 to 40 nodes, 0.3 and 0.005. */
static sg_status is_sbm(const sg_graph *g, int *ok, sg_error *err)
{
    int count = 0, least, most;
    *ok = 0;
    if (g->n_nodes < 2 * 20 || g->n_nodes > 5 * 40)
        return SG_OK;
    int *block = malloc((size_t)g->n_nodes * sizeof *block);
    if (!block)
        return sg_fail(err, SG_ENOMEM, "no memory for %d nodes", g->n_nodes);
    sg_status s = sg_graph_blocks(g, block, &count, NULL, err);
    if (s == SG_OK) {
        double p = sg_graph_blocks_wald(g, block, count, 0.3, 0.005, &least, &most);
        *ok = count >= 2 && count <= 5 && least >= 20 && most <= 40 && p > 0.9;
    }
    free(block);
    return s;
}

static const sg_graph_rule connected = {"connected", "one component", is_connected};
static const sg_graph_rule tree = {"tree", "connected, one edge less than nodes", is_tree};
static const sg_graph_rule planar = {"planar", "connected, can be drawn without crossings [BM04]",
                                     is_planar};
static const sg_graph_rule sbm = {
    "sbm",
    "2 to 5 blocks of 20 to 40 nodes, edge probabilities 0.3 and 0.005 by Wald's test [MKP22]",
    is_sbm};
const sg_graph_rule *const sg_graph_rules[] = {&connected, &tree, &planar, &sbm, NULL};

const sg_graph_rule *sg_graph_rule_find(const char *name)
{
    for (size_t i = 0; sg_graph_rules[i]; i++)
        if (strcmp(sg_graph_rules[i]->name, name) == 0)
            return sg_graph_rules[i];
    return NULL;
}
