/* Matrices in int8, for inference on small batches, where reading the weights is what takes time.
 *
 *   y_c = f s_c sum_k q_k Q_kc + b_c,  q_k = round(x_k/(f in_k)),  Q_kc = round(W_kc in_k/s_c),
 * both in -127..127
 *
 * A step in_k per input, a scale s_c per column of W, and f for each row of inputs, its largest
 * |x_k|/in_k over 127: nothing is clipped. The steps are chosen from inputs seen beforehand (sg_q8_watch), so that inputs and
 * rows of W share the burden [XLS23]. Sums are int32 and exact, scaling is done without fused
 * operations: every kernel gives the same bits, with AVX-512 VNNI, AVX2 or neither. Inputs should
 * be finite: one that is not is cut or counts as 0.
 *
 * A set belongs to parameters (sg_params.q8); operations that do not record use it. const once
 * made: threads share it. */
#ifndef SIGEN_Q8_H
#define SIGEN_Q8_H

#include <sigen/model.h>
#include <sigen/nn.h>

SG_BEGIN_DECLS

typedef struct sg_q8 sg_q8;

/* What goes into matrices while a network runs (sg_tape.watch): the mean of x_k^2 per input. ps
 * must outlive it. */
typedef struct sg_q8_watch sg_q8_watch;
SG_API SG_MUST_CHECK sg_status sg_q8_watch_new(sg_q8_watch **w, const sg_params *ps, sg_error *err);
SG_API void sg_q8_watch_free(sg_q8_watch *w); /* accepts NULL */
/* The input of parameter k: what operations call. Allocates nothing. */
SG_API void sg_q8_watch_see(sg_q8_watch *w, int k, sg_tensor x);

/* Quantises the matrices of ps that were seen as whole inputs, of at least `least` rows and
 * columns, and puts the values that they stand for into ps->x. in_k is the square root of the root
 * mean square of x_k, over what was seen, over that of row k of W; s_c the largest |W_kc in_k| of
 * the column over 127. *q is NULL on failure. Allocates. SG_EINVAL (nothing was
 * seen that fits), SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_q8_make(sg_q8 **q, sg_params *ps, const sg_q8_watch *w, int least,
                                          sg_error *err);
SG_API void sg_q8_free(sg_q8 *q); /* accepts NULL */
/* Number of matrices; bytes of their weights. */
SG_API int sg_q8_count(const sg_q8 *q);
SG_API size_t sg_q8_bytes(const sg_q8 *q);

/* Like sg_params_store and sg_params_load; matrices in int8 are three arrays: `prefix.name.q8` (U8,
 * rows, cols: Q + 128), `prefix.name.scale` (F32, cols), `prefix.name.in` (F32, rows). Loading
 * gives *q = NULL where there is none. SG_EMODEL. */
SG_API SG_MUST_CHECK sg_status sg_q8_store(sg_model_writer *w, const sg_q8 *q, const sg_params *ps,
                                           const char *prefix, sg_dtype dtype, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_q8_load(sg_q8 **q, sg_params *ps, const sg_model *file,
                                          const char *prefix, sg_error *err);

/* The kernel: "vnni", "v4", "v3" or "generic"; NULL: the best that runs here (a new set has it).
 * SG_ENOTSUP (unknown, not built, or not run by this machine): it stays. */
SG_API SG_MUST_CHECK sg_status sg_q8_use(sg_q8 *q, const char *kernel);
SG_API const char *sg_q8_kernel(const sg_q8 *q);

SG_END_DECLS
#endif
