/* The three training tasks of molgen: laws of doc/molgen-net.md turned into shards of loss. */
#ifndef SG_MOL_TASK_H
#define SG_MOL_TASK_H

#include <sigen/interpolant.h>
#include <sigen/train.h>
#include "data.h"

typedef struct sg_mol_task {
    sg_mol_head head;
    const sg_egnet *net;
    const sg_mol_data *train, *valid; /* valid may be NULL: no held-out loss */
    double self_cond;                 /* share of shards with self-conditioning, 0.5 */
    double noise;                     /* extra noise of coordinates, 0.05 angstrom */
    double jitter;                    /* hydro: of heavy atoms, 0.02 angstrom */
    double cap;                       /* largest weight of coordinates: heavy 1e4, hydro 1e3 */
    sg_path tokens;                   /* heavy: sg_mol_token_path of the model */
    double late;                      /* heavy: share of examples with a late time, 0.15 */
} sg_mol_task;

/* Fills *task for the network's head; self must outlive it. */
void sg_mol_task_init(sg_task *task, const sg_mol_task *self);

#endif
