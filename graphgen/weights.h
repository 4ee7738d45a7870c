/* Positive edge weights through the log chart: w = exp(log_mean + log_sd y), y of mean 0 and sd 1
 * over the edges of the training data. */
#ifndef SG_GRAPH_WEIGHTS_H
#define SG_GRAPH_WEIGHTS_H

#include "model.h"

/* Sets weighted, log_mean and log_sd from the edges of a set (log_sd 1 where all are alike).
 * SG_EDOM: a weight that is not positive; SG_EINVAL: only some graphs have weights. */
SG_MUST_CHECK sg_status sg_graph_weights_fit(sg_graph_config *c, const sg_graph_set *s,
                                             sg_error *err);
/* y of a weight, which must be positive, and back. */
double sg_graph_weight_chart(const sg_graph_config *c, double w);
double sg_graph_weight_value(const sg_graph_config *c, double y);

#endif
