/* Potentials of graphs under way (sigen/graph_steer.h). */
#ifndef SG_GRAPH_WANT_H
#define SG_GRAPH_WANT_H

#include <sigen/graph_steer.h>

/* What draws of the final graph tell of a want: how many were added, how many met it, and the
 * statistic's sums. A zeroed one is empty. */
typedef struct sg_graph_outlook {
    double n, met, sum, sum2;
} sg_graph_outlook;

void sg_graph_outlook_add(sg_graph_outlook *o, double r, double value);
/* Estimate of log E exp(r), always finite: with (met + 1/2)/(n + 1) for a rule; for a statistic as
 * if it were normal with the draws' mean and variance. */
double sg_graph_outlook_potential(const sg_graph_outlook *o, const sg_graph_want *w);

#endif
