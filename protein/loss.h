/* Loss of one estimated chain and its gradient (doc/protein-net.md). */
#ifndef SG_PROTEIN_LOSS_H
#define SG_PROTEIN_LOSS_H

#include "chain.h"

enum { SG_PROTEIN_LOSS_WHITE, SG_PROTEIN_LOSS_PLAIN, SG_PROTEIN_LOSS_SHAPE, SG_PROTEIN_LOSSES };

/* With e = x1h - x1, q = t^2 + (1-t)^2, w = min(q/(1-t)^2, 400):
 *   white  w |L^-1 e|^2/(3n)        L the base law's chain map
 *   plain  w |e|^2/(3n sd^2)        sd^2 = mean square of a coordinate of the base law
 *   shape  0.2 min(1/(1-t), 10) (mean of (bond error)^2 + mean over pairs with |x1_i - x1_j| < 1.2
 * nm of sqrt(1 + (distance error)^2) - 1), errors in units of 0.1 nm; 0 for t <= 0.3 Adds them to
 * part[] and `share` times the gradient of their sum to grad (n,3). work: (6n). */
void sg_protein_loss(double part[SG_PROTEIN_LOSSES], double *grad, const double *x1h,
                     const double *x1, int n, double t, double share,
                     const sg_protein_chain_law *law, double *work);

#endif
