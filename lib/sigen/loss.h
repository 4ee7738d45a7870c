/* Training losses on tape outputs: each returns its value and adds its gradient to the tensor's dx
 * (skipped where dx is NULL). Sums are in double, in row order. */
#ifndef SIGEN_LOSS_H
#define SIGEN_LOSS_H

#include <sigen/nn.h>

SG_BEGIN_DECLS

/* sum_r w_r (-log softmax(y_r)[target_r]); y (rows, classes) logits; w (rows), rows of weight 0 are
 * skipped. correct (may be NULL) receives the number of counted rows whose largest logit is the
 * target's. */
SG_API double sg_loss_cross_entropy(sg_tensor y, const int *target, const double *w, long *correct);
/* sum_r w_r sum_c (y_rc - target_rc)^2; target (rows, cols). */
SG_API double sg_loss_squared(sg_tensor y, const sg_real *target, const double *w);

/* w sum_rc H(y_rc - target_rc), H(e) = e^2/2 where |e| <= 1, else |e| - 1/2 (Huber); entries whose
 * target is NaN are skipped. */
SG_API double sg_loss_huber(sg_tensor y, const sg_real *target, double w);

SG_END_DECLS
#endif
