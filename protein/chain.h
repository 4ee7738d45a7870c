/* The law of protein chains at t = 0: a random walk of CA atoms with the step and the size of real
 * chains, in nanometres (doc/protein-net.md). */
#ifndef SG_PROTEIN_CHAIN_H
#define SG_PROTEIN_CHAIN_H

#include <sigen/system.h>

#define SG_PROTEIN_PATCH       4   /* residues of a token */
#define SG_PROTEIN_NET_LONGEST 160 /* residues that a network takes */
#define SG_PROTEIN_STEP        0.38

/* Radius of gyration of compact chains of n residues, 0.22 n^0.38 nm. */
double sg_protein_rg(size_t n);

typedef struct sg_protein_chain_law {
    double rho[SG_PROTEIN_NET_LONGEST + 1], sigma[SG_PROTEIN_NET_LONGEST + 1]; /* by length */
} sg_protein_chain_law;

/* Stationary AR(1) chains, root mean square step 0.38 nm, whose centred radius of gyration is 1.04
 * sg_protein_rg(n), for n = 8 .. SG_PROTEIN_NET_LONGEST. */
void sg_protein_chain_law_init(sg_protein_chain_law *law);
/* The base map; `law` must outlive it. */
sg_map sg_protein_chain_map(const sg_protein_chain_law *law);

#endif
