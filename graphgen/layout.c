#include <config.h>

#include <math.h>

#include "layout.h"
#include "stress.h"
#include "walks.h"

sg_status sg_graph_layout(const sg_graph *g, double *x, sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    double mean[3] = {0}, sum = 0;
    sg_status s = sg_graph_stress(g, 3, x, err);
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
