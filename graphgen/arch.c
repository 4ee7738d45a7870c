#include <config.h>

#include "arch.h"

const sg_graph_arch *const sg_graph_archs[] = {&sg_graph_egnet, &sg_graph_gdss, NULL};

void sg_graph_system(sg_system *sys, sg_map *map, const sg_graph_config *c)
{
    c->arch->system(sys, map, c);
}

void sg_graph_field(sg_field *f, const sg_system *sys, sg_graph_work *w)
{
    w->model->config.arch->field(f, sys, w);
}

size_t sg_graph_work_bytes(const sg_graph_model *m, size_t nodes, size_t pairs, size_t count,
                           size_t max_nodes)
{
    return m->config.arch->work_bytes(m, nodes, pairs, count, max_nodes);
}
