#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/graph_metrics.h>
#include "layout.h"
#include "stress.h"
#include "walks.h"

static sg_status stress(const sg_graph *g, double *x, sg_error *err)
{
    return sg_graph_stress(g, 3, x, err);
}

/* A walk of so many steps leaves of eigenvectors what belongs to communities. */
enum { WALK = 4 };

static sg_status diffusion(const sg_graph *g, double *x, sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    double *lambda = malloc((n * n + n) * sizeof *lambda), *v = lambda + n;
    if (!lambda)
        return sg_fail(err, SG_ENOMEM, "no memory to place %zu nodes", n);
    sg_status s = sg_graph_spectrum(g, lambda, v, err);
    for (size_t c = 0; c < 3 && s == SG_OK; c++)
        for (size_t i = 0; i < n; i++)
            x[3 * i + c] = c + 1 < n ? pow(1 - lambda[c + 1], WALK) * v[(c + 1) * n + i] : 0;
    free(lambda);
    return s;
}

const sg_graph_layout_kind sg_graph_layouts[] = {
    {"stress", "least stress: distances in space as in the graph", "GKN05", 0, stress},
    {"diffusion", "where a random walk of 4 steps leads: communities are points", "CL06", 0.3,
     diffusion},
    {NULL, NULL, NULL, 0, NULL},
};

const char *sg_graph_layout_name(size_t k)
{
    return sg_graph_layouts[k].name;
}

const sg_graph_layout_kind *sg_graph_layout_find(const char *name)
{
    for (const sg_graph_layout_kind *k = sg_graph_layouts; k->name; k++)
        if (strcmp(k->name, name) == 0)
            return k;
    return NULL;
}

sg_status sg_graph_layout(const sg_graph_layout_kind *kind, const sg_graph *g, double *x,
                          sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    double mean[3] = {0}, sum = 0;
    sg_status s = kind->place(g, x, err);
    if (s != SG_OK)
        return s;
    for (size_t i = 0; i < 3 * n; i++)
        mean[i % 3] += x[i] / (double)n;
    for (size_t i = 0; i < 3 * n; i++) {
        x[i] -= mean[i % 3];
        sum += x[i] * x[i];
    }
    double f = sum > 0 ? sg_graph_layout_sd(g->n_nodes) / sqrt(sum / (3.0 * (double)n)) : 0;
    for (size_t i = 0; i < 3 * n; i++)
        x[i] *= f;
    return SG_OK;
}
