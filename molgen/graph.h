/* The graph of a molecule without the hydrogens that are a count of their atom: what labelling,
 * ring and aromaticity perception work on. */
#ifndef SG_MOL_GRAPH_H
#define SG_MOL_GRAPH_H

#include <sigen/mol.h>

enum { SG_I_AROMATIC = 5 }; /* order of a bond in an aromatic ring */

typedef struct sg_i_graph {
    int n, n_edges;
    int *atom;   /* (n) the node's atom */
    int *node;   /* (n_atoms) the atom's node, -1 for a counted hydrogen */
    int *hyd;    /* (n) hydrogens counted */
    int *start;  /* (n+1) neighbours of node i are start[i] .. start[i+1]-1 of nbr and edge */
    int *nbr;    /* (2 n_edges) */
    int *edge;   /* (2 n_edges) edge number of that neighbour */
    int *end;    /* (n_edges, 2) nodes of an edge */
    int *order;  /* (n_edges) bond order 1..4, SG_I_AROMATIC after sg_i_aromatic */
    int *kekule; /* (n_edges) order as in the molecule */
    const sg_mol *mol;
    void *memory;
} sg_i_graph;

/* A hydrogen is counted when it is neutral and has just one bond, single, to another element. The
 * graph points into m. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_graph_make(sg_i_graph *g, const sg_mol *m, sg_error *err);
void sg_i_graph_clear(sg_i_graph *g);

enum { SG_I_RING_MAX = 20 }; /* longer rings are counted as this size */

/* Adds the sizes of the rings of a minimum cycle basis to count[3 .. SG_I_RING_MAX]: unlike the
 * rings themselves the sizes are unique [Hor87]. Returns the number of rings; SG_ELIMIT in err and
 * -1 with more than 512 ring atoms, or SG_ENOMEM. */
int sg_i_ring_sizes(const sg_i_graph *g, int count[SG_I_RING_MAX + 1], sg_error *err);

/* Marks the bonds of aromatic rings: cycles of up to 18 candidate atoms with 4k+2 pi electrons. An
 * atom gives one for a double bond (none if its partner is outside every ring and takes it), two
 * for a lone pair, none for an empty orbital. The result does not depend on the Kekule structure.
 * Cycles of more than 7 atoms are left out where they are too many to list. each (may be NULL) is
 * called for aromatic cycles of up to 7 atoms. SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_aromatic(sg_i_graph *g,
                                      void (*each)(void *ctx, const int *node, int n), void *ctx,
                                      sg_error *err);

#endif
