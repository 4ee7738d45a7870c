/* The preset gdss as a system of the core (doc/gdss.md). */
#ifndef SG_GRAPH_GDSS_FIELD_H
#define SG_GRAPH_GDSS_FIELD_H

#include "model.h"

/* Components: node features (F per node), edges (packed, pair order of sg_layout). */
enum { SG_GDSS_X = 0, SG_GDSS_A = 1 };

/* One-hot degrees (n, F), the last feature for F - 1 and more. */
void sg_gdss_features(double *x, const unsigned char *edge, int n, int F);
/* E[z] = this times the network's output: 1, or for paths that explode, whose score the network is,
 * -alpha. */
double sg_gdss_scale(const sg_path *p, double alpha);

#endif
