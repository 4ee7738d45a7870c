/* The wanted statistics of the verb sample: options, populations as they are needed, the log. */
#ifndef SG_GRAPH_STEERING_H
#define SG_GRAPH_STEERING_H

#include <sigen/graph_steer.h>
#include "cli/cli.h"

/* The population made last, and what all of them came to. */
typedef struct sg_graph_steering {
    sg_graph_want want[SG_GRAPH_MAX_WANTS];
    char name[SG_GRAPH_MAX_WANTS][48]; /* as asked for */
    sg_graph_steer_opts o;
    uint64_t population; /* of graph and report; + 1, 0: none yet */
    sg_graph graph[SG_GRAPH_POPULATION];
    sg_graph_steered report;
    size_t n;
    double ess, least, families, distinct;   /* sums over populations; ess in shares */
    double log_z, value[SG_GRAPH_MAX_WANTS]; /* log of the sum of Z; sums over graphs */
    uint64_t graphs;
    sg_out *log;
} sg_graph_steering;

/* --want, --edges, --particles, --log into a zeroed v. SG_EINVAL, SG_EIO. */
SG_MUST_CHECK sg_status sg_graph_steering_read(sg_graph_steering *v, const sg_cli *c,
                                               sg_error *err);
/* Graphs first .. first+count-1 out of their populations, into empty ones. */
SG_MUST_CHECK sg_status sg_graph_steering_yield(sg_graph_steering *v, const sg_graph_model *m,
                                                const sg_graph_generate_opts *o, uint64_t first,
                                                size_t count, sg_graph *out, sg_error *err);
/* Tells what came of it if st is SG_OK, writes or drops the log, frees what v holds. Returns st, or
 * what went wrong with the log. */
SG_MUST_CHECK sg_status sg_graph_steering_end(sg_graph_steering *v, const sg_cli *c, sg_status st,
                                              sg_error *err);

#endif
