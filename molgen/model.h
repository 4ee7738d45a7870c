/* A molgen model in memory: the networks of a model file and their vocabulary. */
#ifndef SG_MOL_MODEL_H
#define SG_MOL_MODEL_H

#include <sigen/model.h>
#include <sigen/mol_generate.h>
#include <sigen/train.h>
#include "vocab.h"

enum { SG_MOL_NETS = 3 };

/* Const once loaded: threads share it. net[head] is present when dims L > 0. */
struct sg_mol_model {
    sg_mol_config config;
    sg_egnet net[SG_MOL_NETS];
    sg_params params[SG_MOL_NETS];
    char hash[16]; /* of the file, for provenance; empty when not from a file */
};

/* "heavy", "hydro", "predict" */
const char *sg_mol_head_name(sg_mol_head head);
int sg_mol_head_outputs(sg_mol_head head); /* SG_EGNET_* */
sg_egnet_dims *sg_mol_config_dims(sg_mol_config *c, sg_mol_head head);

/* Networks for the dims in config, with zero weights (train: ready for backward). */
SG_MUST_CHECK sg_status sg_mol_model_init(sg_mol_model *m, const sg_mol_config *config, int train,
                                          sg_error *err);
/* Reads `file`; every tensor's name and shape is verified. */
SG_MUST_CHECK sg_status sg_mol_model_read(sg_mol_model *m, const sg_model *file, int train,
                                          sg_error *err);
SG_MUST_CHECK sg_status sg_mol_model_load(sg_mol_model *m, const char *path, int train,
                                          sg_error *err);
void sg_mol_model_clear(sg_mol_model *m);

/* Writes the model to path. dtype SG_DTYPE_F32 or SG_DTYPE_BF16. meta: n_meta pairs of key, text.
 * state (may be NULL): training state of network `head`; its averaged weights become the file's
 * weights, and everything needed to resume bit for bit is added under opt/. */
SG_MUST_CHECK sg_status sg_mol_model_save(const sg_mol_model *m, const char *path, sg_dtype dtype,
                                          const char *const (*meta)[2], int n_meta,
                                          const sg_train_state *state, sg_mol_head head,
                                          sg_error *err);

/* sg_mol_predict (sigen/mol_predict.h) with the kernels isa; NULL: the best of this machine. */
SG_MUST_CHECK sg_status sg_mol_predict_by(const sg_mol_model *m, const sg_isa *isa,
                                          const sg_mol *mol, size_t count, double *out,
                                          unsigned char *known, sg_error *err);
#endif
