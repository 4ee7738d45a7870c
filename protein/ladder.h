/* Strands that run side by side, held to the geometry of real ones: a part of the sampler's
 * projection, and the table that it takes from real chains. */
#ifndef SG_PROTEIN_LADDER_H
#define SG_PROTEIN_LADDER_H

#include <stddef.h>

/* Six CA atoms about a pair of residues i, j of two strands: i-1, i, i+1 and their partners. */
enum { SG_I_RUNG = 6, SG_I_RUNG_SIZE = 3 * SG_I_RUNG };
typedef enum sg_i_rung_kind {
    SG_I_ANTI_BONDED, /* antiparallel, i and j give each other hydrogen bonds */
    SG_I_ANTI_FREE,   /* antiparallel, i-1 and j+1, j-1 and i+1 do */
    SG_I_PARALLEL,    /* i takes a bond of j+1 and gives one to j-1 */
    SG_I_RUNGS
} sg_i_rung_kind;

/* at (6): residues of the rung of that kind about i and j; each within 1 .. n-2. */
void sg_i_rung(size_t at[SG_I_RUNG], sg_i_rung_kind kind, size_t i, size_t j);

/* One sweep of shape matching [MHTG05] over the CA trace x (n,3), nm, right-handed axes. For each
 * pair i, j, three or more apart in the chain and nearer than 0.7 nm, the mean real rungs T_k are
 * superposed on its six CA (rotations only: mirrored sheets do not fit). The best one, if it leaves
 * a root mean square distance d < D = 0.1 nm, is worth w = 1 - (d/D)^2 and pulls towards itself as
 * far as d exceeds r = 0.03 nm (real rungs lie 0.04 from
 * their mean):
 *   x_a += 1/2 sum_p w_p max(0, 1 - r/d_p) (T_p(a) - x_a) / max(1, sum_p w_p)
 * over the rungs p that hold residue a, all at once. Turns with the points; a trace without such
 * pairs stays bit for bit. work: (4n) doubles. Returns the number of rungs. O(n^2), no allocation.
 */
size_t sg_i_ladder_project(double *x, size_t n, double *work);

#endif
