/* Kekule structures: a perfect matching of the atoms that need a double bond, by Edmonds' blossom
 * algorithm, since rings of five and seven defeat any simpler augmentation. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "smiles.h"

enum { LIMIT = 5000 }; /* atoms to match: time grows with the square and more */

typedef struct matching {
    int n;
    const int *start, *nbr;
    int *mate, *parent, *base, *queue;
    unsigned char *seen, *blossom, *mark;
} matching;

static int common(const matching *g, int a, int b)
{
    memset(g->mark, 0, (size_t)g->n);
    for (;; a = g->parent[g->mate[a]]) {
        a = g->base[a];
        g->mark[a] = 1;
        if (g->mate[a] < 0)
            break;
    }
    for (;; b = g->parent[g->mate[b]]) {
        b = g->base[b];
        if (g->mark[b])
            return b;
    }
}

static void mark_path(const matching *g, int v, int top, int child)
{
    while (g->base[v] != top) {
        int w = g->mate[v];
        g->blossom[g->base[v]] = g->blossom[g->base[w]] = 1;
        g->parent[v] = child;
        child = w;
        v = g->parent[w];
    }
}

/* An unmatched vertex that an alternating path from root ends at, or -1. */
static int find_path(const matching *g, int root)
{
    int head = 0, tail = 0;
    memset(g->seen, 0, (size_t)g->n);
    for (int i = 0; i < g->n; i++) {
        g->parent[i] = -1;
        g->base[i] = i;
    }
    g->seen[root] = 1;
    g->queue[tail++] = root;
    while (head < tail) {
        int v = g->queue[head++];
        for (int q = g->start[v]; q < g->start[v + 1]; q++) {
            int w = g->nbr[q];
            if (g->base[v] == g->base[w] || g->mate[v] == w)
                continue;
            if (w == root || (g->mate[w] >= 0 && g->parent[g->mate[w]] >= 0)) {
                int top = common(g, v, w);
                memset(g->blossom, 0, (size_t)g->n);
                mark_path(g, v, top, w);
                mark_path(g, w, top, v);
                for (int i = 0; i < g->n; i++)
                    if (g->blossom[g->base[i]]) {
                        g->base[i] = top;
                        if (!g->seen[i]) {
                            g->seen[i] = 1;
                            g->queue[tail++] = i;
                        }
                    }
            } else if (g->parent[w] < 0) {
                g->parent[w] = v;
                if (g->mate[w] < 0)
                    return w;
                g->seen[g->mate[w]] = 1;
                g->queue[tail++] = g->mate[w];
            }
        }
    }
    return -1;
}

/* 1: every vertex has a mate. */
static int match_all(matching *g)
{
    for (int v = 0; v < g->n; v++)
        g->mate[v] = -1;
    for (int v = 0; v < g->n; v++)
        for (int q = g->start[v]; q < g->start[v + 1] && g->mate[v] < 0; q++)
            if (g->mate[g->nbr[q]] < 0) {
                g->mate[v] = g->nbr[q];
                g->mate[g->nbr[q]] = v;
            }
    for (int v = 0; v < g->n; v++) {
        int w = g->mate[v] < 0 ? find_path(g, v) : -1;
        if (g->mate[v] < 0 && w < 0)
            return 0;
        while (w >= 0) {
            int p = g->parent[w], next = g->mate[p];
            g->mate[w] = p;
            g->mate[p] = w;
            w = next;
        }
    }
    return 1;
}

static int candidate(const sg_mol_bond *b, const int *vertex)
{
    return b->order == 4 && vertex[b->a] >= 0 && vertex[b->b] >= 0;
}

sg_status sg_i_kekulize(sg_mol *m, const unsigned char *need, sg_error *err)
{
    int n = 0, edges = 0;
    int *vertex = malloc(((size_t)m->n_atoms + 1) * sizeof *vertex);
    if (!vertex)
        return sg_fail(err, SG_ENOMEM, "no memory to kekulise");
    for (int i = 0; i < m->n_atoms; i++)
        vertex[i] = need[i] ? n++ : -1;
    for (int k = 0; k < m->n_bonds; k++)
        edges += candidate(&m->bond[k], vertex);
    if (n > LIMIT) {
        free(vertex);
        return sg_fail(err, SG_ELIMIT, "%d aromatic atoms with a double bond, at most %d", n,
                       LIMIT);
    }
    size_t size = (size_t)n + 2;
    int *work = malloc((5 * size + 2 * (size_t)edges) * sizeof *work);
    unsigned char *flags = malloc(3 * size);
    sg_status s = SG_OK;
    if (!work || !flags) {
        s = sg_fail(err, SG_ENOMEM, "no memory to kekulise");
        goto done;
    }
    int *start = work, *nbr = work + 5 * size;
    matching g = {n,
                  start,
                  nbr,
                  work + size,
                  work + 2 * size,
                  work + 3 * size,
                  work + 4 * size,
                  flags,
                  flags + size,
                  flags + 2 * size};
    memset(start, 0, size * sizeof *start);
    for (int k = 0; k < m->n_bonds; k++)
        if (candidate(&m->bond[k], vertex)) {
            start[vertex[m->bond[k].a] + 1]++;
            start[vertex[m->bond[k].b] + 1]++;
        }
    for (int v = 0; v < n; v++)
        start[v + 1] += start[v];
    memcpy(g.queue, start, (size_t)n * sizeof *start);
    for (int k = 0; k < m->n_bonds; k++)
        if (candidate(&m->bond[k], vertex)) {
            int a = vertex[m->bond[k].a], b = vertex[m->bond[k].b];
            nbr[g.queue[a]++] = b;
            nbr[g.queue[b]++] = a;
        }
    if (!match_all(&g)) {
        s = sg_fail(err, SG_EPARSE, "aromatic atoms cannot be given alternating double bonds");
        goto done;
    }
    for (int k = 0; k < m->n_bonds; k++) {
        sg_mol_bond *b = &m->bond[k];
        if (b->order == 4)
            b->order = candidate(b, vertex) && g.mate[vertex[b->a]] == vertex[b->b] ? 2 : 1;
    }
done:
    free(flags);
    free(work);
    free(vertex);
    return s;
}
