#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "graph.h"

/* bonds of each atom, and whether it is a hydrogen that its neighbour counts */
static void fold(const sg_mol *m, int *degree, int *node)
{
    for (int k = 0; k < m->n_bonds; k++) {
        degree[m->bond[k].a]++;
        degree[m->bond[k].b]++;
    }
    for (int k = 0; k < m->n_bonds; k++) {
        const sg_mol_bond *b = &m->bond[k];
        const sg_mol_atom *p = &m->atom[b->a], *q = &m->atom[b->b];
        if (b->order != 1 || (p->element == 1) == (q->element == 1))
            continue;
        int h = p->element == 1 ? b->a : b->b;
        if (degree[h] == 1 && m->atom[h].charge == 0)
            node[h] = -1;
    }
}

static void link_nodes(sg_i_graph *g)
{
    int *s = g->start; /* counts two places to the right: filling leaves the first neighbours */
    for (int k = 0; k < 2 * g->n_edges; k++)
        s[g->end[k] + 2]++;
    for (int i = 2; i < g->n + 2; i++)
        s[i] += s[i - 1];
    for (int k = 0; k < 2 * g->n_edges; k++) {
        int at = s[g->end[k] + 1]++;
        g->nbr[at] = g->end[k ^ 1];
        g->edge[at] = k / 2;
    }
}

sg_status sg_i_graph_make(sg_i_graph *g, const sg_mol *m, sg_error *err)
{
    size_t na = (size_t)m->n_atoms, nb = (size_t)m->n_bonds;
    memset(g, 0, sizeof *g);
    int *p = calloc(5 * na + 8 * nb + 2, sizeof *p);
    if (!p)
        return sg_fail(err, SG_ENOMEM, "no memory for a graph of %d atoms", m->n_atoms);
    g->memory = p;
    g->mol = m;
    g->atom = p, p += na;
    g->node = p, p += na;
    g->hyd = p, p += na;
    g->start = p, p += na + 2;
    g->nbr = p, p += 2 * nb;
    g->edge = p, p += 2 * nb;
    g->end = p, p += 2 * nb;
    g->order = p, p += nb;
    g->kekule = p, p += nb;
    fold(m, p, g->node);
    for (int i = 0; i < m->n_atoms; i++)
        if (g->node[i] == 0) {
            g->node[i] = g->n;
            g->atom[g->n++] = i;
        }
    for (int k = 0; k < m->n_bonds; k++) {
        int a = g->node[m->bond[k].a], b = g->node[m->bond[k].b];
        if (a < 0 || b < 0) {
            g->hyd[a < 0 ? b : a]++;
            continue;
        }
        g->end[2 * g->n_edges] = a;
        g->end[2 * g->n_edges + 1] = b;
        g->kekule[g->n_edges] = g->order[g->n_edges] = m->bond[k].order;
        g->n_edges++;
    }
    link_nodes(g);
    return SG_OK;
}

void sg_i_graph_clear(sg_i_graph *g)
{
    free(g->memory);
    memset(g, 0, sizeof *g);
}
