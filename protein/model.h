/* A protein model in memory: the network of a model file and how it is sampled by default. */
#ifndef SG_PROTEIN_MODEL_H
#define SG_PROTEIN_MODEL_H

#include <sigen/checkpoint.h>
#include <sigen/egnet.h>
#include <sigen/protein_generate.h>
#include "patch.h"
#include "structure.h"

/* The "config" of a model file (doc/protein-net.md). */
typedef struct sg_protein_config {
    sg_egnet_dims net;
    int shortest, longest; /* residues of the training chains */
    /* defaults of the sampler */
    int steps;
    double gamma, noise_scale;
    int few; /* distilled: a generator of few steps, at the times of sg_distill_grid */
} sg_protein_config;

struct sg_protein_model {
    sg_protein_config config;
    sg_egnet net;
    sg_params params;
    sg_protein_chain_law law;
    sg_protein_structures structures;
    char hash[16]; /* of the file; empty when not from a file */
};

/* Sizes of a network of width d with K vector channels, P pair channels, L layers. */
void sg_protein_net_dims(sg_egnet_dims *m, int d, int K, int P, int L);

/* Network with zero weights for the config. */
SG_MUST_CHECK sg_status sg_protein_model_init(sg_protein_model *m, const sg_protein_config *config,
                                              int train, sg_error *err);
SG_MUST_CHECK sg_status sg_protein_model_read(sg_protein_model *m, const sg_model *file, int train,
                                              sg_error *err);
void sg_protein_model_clear(sg_protein_model *m);
/* Adds format, config and the weights x (params.size) to a file. */
SG_MUST_CHECK sg_status sg_protein_model_store(const sg_protein_model *m, sg_model_writer *w,
                                               sg_dtype dtype, const sg_real *x, sg_error *err);
/* Writes the model; with a training state its averaged weights and all that resuming needs.
 * meta: n_meta pairs of key, text. */
SG_MUST_CHECK sg_status sg_protein_model_save(const sg_protein_model *m, const char *path,
                                              sg_dtype dtype, const char *const (*meta)[2],
                                              int n_meta, const sg_train_state *state,
                                              sg_error *err);

#endif
