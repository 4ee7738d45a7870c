/* What all batches of a call of sg_mol_generate share, const: its options checked, sizes, grids. */
#ifndef SG_MOL_PLAN_H
#define SG_MOL_PLAN_H

#include <sigen/sampler.h>
#include "choose.h"
#include "field.h"

typedef struct sg_mol_plan {
    const sg_mol_model *model;
    const sg_mol_generate_opts *o;
    sg_system heavy, hydro;
    sg_map heavy_map, hydro_map;
    double *heavy_grid, *hydro_grid;
    const sg_sampler *method, *hydro_method;
    const sg_isa *isa;
    double size_weight[SG_MOL_MAX_HEAVY + 1]; /* p(heavy atoms | targets) up to a factor */
    sg_mol_cond cond;
    unsigned char element[SG_MOL_MAX_HEAVY]; /* of each node, with a formula */
    int formula_heavy, formula_h;
    sg_mol_chooser chooser; /* with candidates */
    int closed;             /* the last step closes the shells (closed.h) */
} sg_mol_plan;

/* Points into itself, the model and the options: it must stay where it is, and not outlive them.
 * SG_EINVAL, SG_ENOTSUP, SG_ENOMEM; clear it in any case. */
SG_MUST_CHECK sg_status sg_mol_plan_init(sg_mol_plan *p, const sg_mol_model *m,
                                         const sg_mol_generate_opts *o, sg_error *err);
void sg_mol_plan_clear(sg_mol_plan *p);

#endif
