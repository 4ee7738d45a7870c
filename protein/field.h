/* The network as a field of the core: what every sampler of lib/sample can run. */
#ifndef SG_PROTEIN_FIELD_H
#define SG_PROTEIN_FIELD_H

#include <sigen/system.h>
#include "batch.h"

/* One component: CA atoms (centred, 3 per residue), residues a multiple of SG_PROTEIN_PATCH. map
 * must outlive *sys, the model both. gamma: the SDE's eps relative to the reverse one. */
void sg_protein_system(sg_system *sys, sg_map *map, const sg_protein_model *m, double gamma);

/* What a state's `cond` points to. */
typedef struct sg_protein_cond {
    sg_protein_ask ask;
    int asked;       /* ask holds something */
    double guidance; /* 1 as trained */
} sg_protein_cond;

/* One thread's field over the network. */
typedef struct sg_protein_work {
    const sg_protein_model *model;
    sg_arena arena;
    const sg_isa *isa;   /* NULL: the best of this machine */
    double project_from; /* estimates at t >= this are held to bonds and clashes; > 1: none */
    int ladders;         /* and to the geometry of strands */
} sg_protein_work;

void sg_protein_field(sg_field *f, const sg_system *sys, sg_protein_work *w);

/* Bytes of the work arena for `count` chains of up to `longest` residues. */
size_t sg_protein_work_bytes(const sg_protein_model *m, size_t count, size_t longest);

#endif
