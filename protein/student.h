/* Backbones as a module of score identity distillation (sigen/distill.h). */
#ifndef SG_PROTEIN_STUDENT_H
#define SG_PROTEIN_STUDENT_H

#include <sigen/distill.h>
#include "model.h"

typedef struct sg_protein_student {
    const sg_protein_model *teacher; /* for the base law; its network is all three's */
    int shortest, longest;           /* residues of the chains, each multiple of 4 among them, of
                                        which there must be one, equally likely */
} sg_protein_student;

/* *m borrows *self. All three networks are asked for the same: of 0.8 of the chains for one of
 * the teacher's structures, drawn as sampling draws them (none there: nothing), of the others
 * nothing. The metric is that of the training loss: white and plain part. */
void sg_protein_student_module(sg_distill_module *m, const sg_protein_student *self);

#endif
