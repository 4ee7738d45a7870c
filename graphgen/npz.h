/* Graph sets in .npz, apart from the disk. */
#ifndef SG_GRAPH_NPZ_H
#define SG_GRAPH_NPZ_H

#include <sigen/graph_io.h>

/* Appends the graphs; on failure the set is as it was. */
SG_MUST_CHECK sg_status sg_i_npz_parse(sg_graph_set *s, const char *buf, size_t len,
                                       const char *file, sg_error *err);
SG_MUST_CHECK sg_status sg_i_npz_print(sg_out *o, const sg_graph_set *s, sg_error *err);

#endif
