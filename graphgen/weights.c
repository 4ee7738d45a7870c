#include <config.h>

#include <math.h>

#include <sigen/space.h>
#include "weights.h"

double sg_graph_weight_chart(const sg_graph_config *c, double w)
{
    double y;
    sg_space_positive.to_chart(&y, &w, 1);
    return (y - c->log_mean) / c->log_sd;
}

double sg_graph_weight_value(const sg_graph_config *c, double y)
{
    double w = c->log_mean + c->log_sd * y;
    sg_space_positive.from_chart(&w, &w, 1);
    return w;
}

/* Which graphs have weights: all with edges, or none. */
static sg_status check(const sg_graph_set *s, int *weighted, sg_error *err)
{
    size_t with = 0, without = 0;
    for (size_t k = 0; k < s->n; k++) {
        const sg_graph *g = &s->g[k];
        if (!g->n_edges)
            continue;
        *(g->has_weights ? &with : &without) = k + 1;
        for (int e = 0; e < g->n_edges && g->has_weights; e++)
            if (!(g->edge[e].weight > 0))
                return sg_fail(err, SG_EDOM,
                               "graph %zu: weight %g of edge %d-%d is not positive, so it has no "
                               "logarithm",
                               k + 1, g->edge[e].weight, g->edge[e].u, g->edge[e].v);
        if (with && without)
            return sg_fail(err, SG_EINVAL, "graph %zu has edge weights, graph %zu has none", with,
                           without);
    }
    *weighted = with > 0;
    return SG_OK;
}

sg_status sg_graph_weights_fit(sg_graph_config *c, const sg_graph_set *s, sg_error *err)
{
    double n = 0, sum = 0, square = 0;
    sg_status st = check(s, &c->weighted, err);
    c->log_mean = 0;
    c->log_sd = 1;
    if (st != SG_OK || !c->weighted)
        return st;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t k = 0; k < s->n; k++)
            for (int e = 0; e < s->g[k].n_edges; e++) {
                double y = sg_graph_weight_chart(c, s->g[k].edge[e].weight);
                n += pass == 0;
                sum += pass ? 0 : y;
                square += pass ? y * y : 0;
            }
        c->log_mean = sum / n;
    }
    double sd = sqrt(square / n);
    c->log_sd = sd > 1e-9 ? sd : 1;
    return SG_OK;
}
