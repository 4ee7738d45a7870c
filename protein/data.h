/* Chains and crops of chains for training. */
#ifndef SG_PROTEIN_DATA_H
#define SG_PROTEIN_DATA_H

#include <sigen/protein.h>
#include <sigen/rng.h>
#include "chain.h"
#include "structure.h"

/* One training example, pointing into the set. */
typedef struct sg_protein_example {
    int n;           /* residues, a multiple of SG_PROTEIN_PATCH */
    const float *ca; /* (n,3) nm, not centred */
    const char *ss;  /* (n) 'H', 'E', '-' */
} sg_protein_example;

typedef struct sg_protein_data sg_protein_data;

/* Parts of the set. LATE are the windows of the training chains that a wider filter lets pass: for
 * times so near to the data that x_t has long decided on size and content. */
enum { SG_PROTEIN_TRAIN, SG_PROTEIN_HELD_OUT, SG_PROTEIN_LATE, SG_PROTEIN_PARTS };

/* Which windows of a chain are used. */
typedef struct sg_protein_filter {
    double rg, crop_rg; /* largest Rg over sg_protein_rg of a whole chain, of a crop */
    double loop;        /* largest share of residues in neither helix nor strand */
} sg_protein_filter;

/* f: of the parts. */
sg_protein_data *sg_protein_data_new(const sg_protein_filter f[SG_PROTEIN_PARTS], int shortest,
                                     int longest, sg_error *err);
/* Adds the chain's windows: the whole chain, cut at its end to a multiple of four, and crops of
 * 48, 64, .. residues. held_out: kept apart, for the held-out loss. Chains without all CA, with
 * breaks or without known structure give none. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_protein_data_add(sg_protein_data *d, const sg_protein *p, int held_out,
                                            sg_error *err);
/* Sorts by cluster; to be called once after the last chain. SG_EINVAL: no window for training. */
SG_MUST_CHECK sg_status sg_protein_data_ready(sg_protein_data *d, sg_error *err);
void sg_protein_data_free(sg_protein_data *d); /* accepts NULL */
long sg_protein_data_windows(const sg_protein_data *d, int part);
long sg_protein_data_clusters(const sg_protein_data *d, int part);
/* Structures of n windows for training, drawn like these. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_protein_data_structures(const sg_protein_data *d,
                                                   sg_protein_structures *a, int n, sg_error *err);
/* A cluster, each equally likely, then one of its windows, moved by less than a stride so that
 * patches begin at any residue. */
void sg_protein_data_draw(const sg_protein_data *d, int part, sg_rng *r, sg_protein_example *e);

#endif
