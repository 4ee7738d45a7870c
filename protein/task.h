/* What the training loop trains: the backbone network on windows of chains. */
#ifndef SG_PROTEIN_TASK_H
#define SG_PROTEIN_TASK_H

#include <sigen/train.h>
#include "data.h"
#include "model.h"

typedef struct sg_protein_task {
    const sg_protein_model *model;
    const sg_protein_data *data;
    double self_cond; /* share of batches that see a previous estimate: one at the same x, or, */
    int least, steps; /* where these are not 0, of the step before: then times are those of a
                         generator of so many steps, each number equally likely */
    /* shares of examples that tell the network their helix and strand shares, their structure by
     * residue, some of their residues as a motif */
    double with_share, with_ss, with_motif;
} sg_protein_task;

/* *task borrows *self. Parts: white, plain, shape (loss.h). */
void sg_protein_task_init(sg_task *task, const sg_protein_task *self);

#endif
