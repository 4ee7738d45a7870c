#include <config.h>

#include <string.h>

#include "batch.h"

sg_status sg_mol_buffer_init(sg_mol_buffer *b, sg_arena *a, const int *sizes, const long *pick,
                             int count, int Q, sg_error *err)
{
    memset(b, 0, sizeof *b);
    sg_status s = sg_layout_init(&b->in.lay, a, sizes, count, err);
    if (s != SG_OK)
        return s;
    size_t n = (size_t)b->in.lay.n_nodes, m = (size_t)b->in.lay.n_pairs, S = (size_t)count;
    b->cls = sg_arena_zeros(a, n, sizeof *b->cls);
    b->bond = sg_arena_zeros(a, m, sizeof *b->bond);
    b->t = sg_arena_zeros(a, S, sizeof *b->t);
    b->prop = sg_arena_zeros(a, S * (size_t)Q, sizeof *b->prop);
    b->known = sg_arena_zeros(a, S * (size_t)Q, 1);
    b->x = sg_arena_zeros(a, 3 * n, sizeof *b->x);
    b->xs = sg_arena_zeros(a, 3 * n, sizeof *b->xs);
    if (!b->cls || !b->bond || !b->t || !b->prop || !b->known || !b->x || !b->xs)
        return sg_fail(err, SG_ENOMEM, "work space is too small for a batch of %d", count);
    b->pick = pick;
    b->hydrogen = -1;
    b->in.cls = b->cls;
    b->in.pair = b->bond;
    b->in.t = b->t;
    b->in.prop = Q ? b->prop : NULL;
    b->in.known = b->known;
    b->in.x = b->x;
    return SG_OK;
}

void sg_mol_place_classes(sg_mol_buffer *b, int k, const sg_mol_example *e, int n_classes)
{
    int n = e->n + e->h, *cls = b->cls + b->in.lay.node0[k], *bond = b->bond + b->in.lay.pair0[k];
    b->hydrogen = n_classes;
    for (int i = 0; i < n; i++)
        cls[i] = i < e->n ? e->cls[i] : n_classes;
    for (int i = 0, p = 0, q = 0; i < n; i++)
        for (int j = i + 1; j < n; j++, p++) {
            if (j < e->n)
                bond[p] = e->bond[q++];
            else
                bond[p] = i < e->n && e->parent[j - e->n] == i ? SG_MOL_BOND_TO_H : SG_MOL_BOND_FAR;
        }
}

void sg_mol_centre(double *x, int n)
{
    for (int c = 0; c < 3; c++) {
        double m = 0;
        for (int i = 0; i < n; i++)
            m += x[3 * i + c] / n;
        for (int i = 0; i < n; i++)
            x[3 * i + c] -= m;
    }
}
