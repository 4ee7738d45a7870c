#include <config.h>

#include <stdlib.h>

#include "pairs.h"

static int64_t low(const sg_i_pair *p)
{
    return p->a < p->b ? p->a : p->b;
}

static int64_t high(const sg_i_pair *p)
{
    return p->a < p->b ? p->b : p->a;
}

/* By graph, since graphs' nodes follow one another; within it as a graph keeps its edges. */
static int by_place(const void *pa, const void *pb)
{
    const sg_i_pair *a = pa, *b = pb;
    int64_t ha = high(a), hb = high(b), la = low(a), lb = low(b);
    return ha != hb   ? (ha > hb) - (ha < hb)
           : la != lb ? (la > lb) - (la < lb)
                      : (a->a > b->a) - (a->a < b->a);
}

static sg_status bad(const sg_i_pair *p, const char *what, const char *file, sg_error *err)
{
    return sg_fail_at(err, SG_EPARSE, file, p->line, 0, "edge %lld-%lld %s", (long long)p->a,
                      (long long)p->b, what);
}

sg_status sg_i_pairs_add(sg_graph_set *set, const int64_t *start, sg_i_pair *pair, size_t n,
                         const char *file, sg_error *err)
{
    size_t at = 0;
    sg_error e = {0};
    for (size_t k = 0; k < n; k++)
        if (pair[k].a < 0 || pair[k].b < 0 || pair[k].a >= start[set->n] ||
            pair[k].b >= start[set->n])
            return bad(&pair[k], "of a node that does not exist (from 0)", file, err);
    if (n)
        qsort(pair, n, sizeof *pair, by_place);
    for (size_t k = 0; k < n; k++) {
        const sg_i_pair *p = &pair[k], *q = p + 1;
        while (high(p) >= start[at + 1])
            at++;
        if (low(p) < start[at])
            return bad(p, "joins two graphs", file, err);
        if (k + 1 < n && q->a == p->b && q->b == p->a && p->a != p->b) {
            if (q->label != p->label || q->weight != p->weight)
                return bad(q, "differs from the one in the other direction", file, err);
            k++;
        }
        if (k + 1 < n && low(&pair[k + 1]) == low(p) && high(&pair[k + 1]) == high(p))
            return bad(&pair[k + 1], "is repeated", file, err);
        sg_status s = sg_graph_add_edge(&set->g[at], (int)(p->a - start[at]),
                                        (int)(p->b - start[at]), p->label, p->weight, &e);
        if (s != SG_OK)
            return sg_fail_at(err, s == SG_EINVAL ? SG_EPARSE : s, file, p->line, 0, "%s", e.text);
    }
    for (size_t i = 0; i < set->n; i++)
        if (set->g[i].n_edges == 0)
            set->g[i].has_edge_labels = set->g[i].has_weights = 0;
    return SG_OK;
}
