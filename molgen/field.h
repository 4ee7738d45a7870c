/* The trained networks as fields of the core: what every sampler of lib/sample can run. */
#ifndef SG_MOL_FIELD_H
#define SG_MOL_FIELD_H

#include <sigen/system.h>
#include "model.h"

/* Component indices of the heavy system: coordinates (centred, 3 per node), node classes, bonds. */
enum { SG_MOL_X = 0, SG_MOL_CLASS = 1, SG_MOL_BOND = 2 };

/* What a heavy state is conditioned on (sg_state.cond; NULL: nothing). */
typedef struct sg_mol_cond {
    double y[SG_MOL_MAX_PROPS];            /* standardised targets */
    unsigned char known[SG_MOL_MAX_PROPS]; /* which are asked for */
    int asked;                             /* any of them */
    double guidance; /* 1: the conditional law; w: D_0 + w (D_c - D_0) and the same in logits */
    const unsigned char
        *element; /* (n) element of each node, or NULL: classes are restricted to it */
} sg_mol_cond;

/* What a hydro state needs (sg_state.cond): the molecule its hydrogens belong to. */
typedef struct sg_mol_frame {
    const int *cls,
        *bond; /* class and bond class of every node and pair, as the network takes them */
} sg_mol_frame;

/* The path of classes and bonds, whose beta(t) is the share that is decided. */
sg_path sg_mol_token_path(const sg_mol_vocab *v);

/* Fills *sys and *map (both must outlive the field). */
void sg_mol_heavy_system(sg_system *sys, sg_map *map, const sg_mol_vocab *v);
void sg_mol_hydro_system(sg_system *sys, sg_map *map, const sg_mol_vocab *v);

/* One thread's field over a network; work: memory for the network's activations. */
typedef struct sg_mol_work {
    const sg_mol_model *model;
    sg_arena arena;
    const sg_isa *isa; /* NULL: the best of this machine */
} sg_mol_work;

void sg_mol_heavy_field(sg_field *f, const sg_system *sys, sg_mol_work *w);
void sg_mol_hydro_field(sg_field *f, const sg_system *sys, sg_mol_work *w);

#endif
