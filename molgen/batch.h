/* A batch's input arrays in an arena, and the small geometry that tasks and samplers share. */
#ifndef SG_MOL_BATCH_H
#define SG_MOL_BATCH_H

#include "data.h"

typedef struct sg_mol_buffer {
    sg_egnet_in in; /* points to the arrays below */
    int *cls, *bond;
    double *t, *prop;
    unsigned char *known;
    sg_real *x, *xs;  /* in.xs stays NULL until the caller sets it */
    const long *pick; /* the caller's: which examples */
    int hydrogen;     /* class index of a hydrogen, -1 in heavy batches */
} sg_mol_buffer;

/* Arrays for `count` samples of the given node counts; all values zero, properties unknown. */
SG_MUST_CHECK sg_status sg_mol_buffer_init(sg_mol_buffer *b, sg_arena *a, const int *sizes,
                                           const long *pick, int count, int Q, sg_error *err);
/* Classes and bond classes of sample k with its hydrogens as nodes (hydro and predict). */
void sg_mol_place_classes(sg_mol_buffer *b, int k, const sg_mol_example *e, int n_classes);

/* Pair index of i < j among n nodes. */
static inline int sg_mol_pair(int i, int j, int n)
{
    return i * n - i * (i + 1) / 2 + j - i - 1;
}

void sg_mol_centre(double *x, int n); /* subtracts the mean of n points */

#endif
