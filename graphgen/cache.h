#ifndef SG_GRAPH_CACHE_H
#define SG_GRAPH_CACHE_H

#include "data.h"

/* Writes the training cache of doc/graphgen-cache.md: the graphs of train, then those of held
 * (NULL: none), encoded for config; source: where they come from. SG_ENOMEM, SG_ENAN, SG_EIO. */
SG_MUST_CHECK sg_status sg_graph_cache_write(const sg_graph_config *config,
                                             const sg_graph_data *train, const sg_graph_data *held,
                                             const char *path, const char *source, sg_error *err);

#endif
