/* Networks and training states in model files. A network's parameters are arrays `prefix.name`;
 * what resuming needs besides is under `opt/prefix/`, described by the metadata "opt". */
#ifndef SIGEN_CHECKPOINT_H
#define SIGEN_CHECKPOINT_H

#include <sigen/model.h>
#include <sigen/train.h>

SG_BEGIN_DECLS

/* Adds every parameter with the values x (params->size): ps->x or an average. Fixed ones are stored
 * as F32, vectors with one dimension. The writer keeps pointers into x. Errors of the writer. */
SG_API SG_MUST_CHECK sg_status sg_params_store(sg_model_writer *w, const sg_params *ps,
                                               const sg_real *x, const char *prefix, sg_dtype dtype,
                                               sg_error *err);
/* Reads them; each name and shape is verified. SG_EMODEL. */
SG_API SG_MUST_CHECK sg_status sg_params_load(sg_params *ps, const sg_model *file,
                                              const char *prefix, sg_error *err);

/* Adds weights, moments, step and clock of a training state. One state per file. */
SG_API SG_MUST_CHECK sg_status sg_train_state_store(sg_model_writer *w, const sg_train_state *st,
                                                    const char *prefix, sg_error *err);
/* Restores it bit for bit into a state whose optimiser is initialised; the file's own weights,
 * already loaded into the parameters, are the averaged ones. SG_EMODEL if the file holds none of
 * `prefix`. */
SG_API SG_MUST_CHECK sg_status sg_train_state_load(sg_train_state *st, const sg_model *file,
                                                   const char *prefix, sg_error *err);

SG_END_DECLS
#endif
