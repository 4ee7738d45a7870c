/* What a backbone looks like beside real ones; exact definitions in sg-protein-metrics(7).
 * All functions are thread-safe. Lengths in angstrom, angles in degrees, energies in kcal/mol. */
#ifndef SIGEN_PROTEIN_METRICS_H
#define SIGEN_PROTEIN_METRICS_H

#include <sigen/protein.h>

SG_BEGIN_DECLS

/* ---- secondary structure ------------------------------------------------------------------------
 */

/* The two best hydrogen bonds N-H...O=C that a residue gives. */
typedef struct sg_protein_hbonds {
    long acceptor[2]; /* index of the residue, -1: none */
    double energy[2]; /* 0 where none, a bond proper below -0.5 */
} sg_protein_hbonds;

/* Secondary structure by hydrogen bonds [KS83]: H G I E B T S or '-', as mkdssp 4 has it (pi
 * helices before alpha helices; its P is '-' here). Residues without N, CA, C or O get ' ' and
 * break the chain. ss     (n)  out                bonds  (n)  out, may be NULL O(n^2). Allocates
 * inside; SG_ENOMEM. */
SG_API SG_MUST_CHECK sg_status sg_protein_dssp(char *ss, sg_protein_hbonds *bonds,
                                               const sg_protein *p, sg_error *err);

/* ---- one chain ----------------------------------------------------------------------------------
 */

/* Sums of a measured quantity: mean = sum / n. */
typedef struct sg_protein_sum {
    size_t n;
    double sum, squares;
} sg_protein_sum;

typedef enum sg_protein_measure {
    SG_PROTEIN_BOND_N_CA,
    SG_PROTEIN_BOND_CA_C,
    SG_PROTEIN_BOND_C_O,
    SG_PROTEIN_BOND_C_N,
    SG_PROTEIN_CA_CA, /* of trans peptides, as all below */
    SG_PROTEIN_ANGLE_N_CA_C,
    SG_PROTEIN_ANGLE_CA_C_N,
    SG_PROTEIN_ANGLE_C_N_CA,
    SG_PROTEIN_ANGLE_CA_C_O,
    SG_PROTEIN_ANGLE_CA_CA_CA,
    SG_PROTEIN_OMEGA, /* |deviation from 180| of trans peptides */
    SG_PROTEIN_MEASURES,
} sg_protein_measure;

enum { SG_PROTEIN_RAMA_BINS = 36 }; /* of 10 degrees */

/* The limits of a plausible backbone; a chain meets or fails each. */
typedef enum sg_protein_criterion {
    SG_PROTEIN_NO_CLASH,  /* CA-CA below 3.6 at |i-j| >= 3: at most 1 in 100 residues */
    SG_PROTEIN_BONDS,     /* at least 97 % of CA-CA within 3.8 +- 0.2 or 2.95 +- 0.2 */
    SG_PROTEIN_COMPACT,   /* Rg / (2.2 n^0.38) within 0.90 to 1.30 */
    SG_PROTEIN_RAMA,      /* at most 2 % outside the 99.95 % contour */
    SG_PROTEIN_HBONDED,   /* at least 0.45 hydrogen bonds per residue */
    SG_PROTEIN_FRAGMENTS, /* mean distance of 9-mers to real ones at most 0.70 A */
    SG_PROTEIN_NO_LOOPS,  /* at most 60 % loop */
    SG_PROTEIN_CRITERIA,
} sg_protein_criterion;

typedef struct sg_protein_scores {
    size_t n; /* residues */
    int full; /* N, CA, C and O everywhere: what needs them was measured */
    sg_protein_sum measure[SG_PROTEIN_MEASURES];
    size_t peptides, cis, twisted; /* |omega| < 30; 30 to 150 */
    size_t ca_bonds, ca_ok, ca_trans_ok,
        ca_out;                 /* ok: 3.8 +- 0.2 or 2.95 +- 0.2; trans_ok: within
                                   3.6 to 4.0; out: outside 3.65-3.95 and 2.8-3.1 */
    size_t ca_clash, ca_clash3; /* pairs |i-j| >= 3 below 3.6 and 3.0 A */
    size_t bb_clash;            /* N, CA, C, O of residues |i-j| >= 2 below 2.6, N...O 2.3 A */
    size_t torsions, rama_98, rama_9995, phi_positive;          /* outside the contours */
    unsigned rama[SG_PROTEIN_RAMA_BINS * SG_PROTEIN_RAMA_BINS]; /* phi runs slower */
    double helix, strand, loop;                                 /* shares: HGI, EB, rest */
    size_t helices, helix_residues, strands, strand_residues;   /* segments of H; of E */
    size_t hbonds;                                              /* E < -0.5 */
    sg_protein_sum hbond_energy;
    unsigned hbond_histogram[100]; /* of 0.1 kcal/mol from -10 */
    double rg, rg_ratio;           /* of CA; over 2.2 n^0.38 */
    double contact_order;          /* mean |i-j| / n of CA contacts */
    double contacts, neighbours; /* per residue: CA pairs below 8 A at |i-j| >= 3; CA within 10 A */
    size_t dihedrals, right, left;     /* CA virtual dihedrals; in 30 to 90 and -90 to -30 */
    size_t fragments, frag_05, frag_1; /* 9-mers; below 0.5 and 1.0 A of a real one */
    double frag_sum;
    unsigned frag_histogram[100]; /* of 0.02 A from 0 */
    unsigned criteria;            /* bits 1 << sg_protein_criterion that are met */
} sg_protein_scores;

/* Real 9-mers of CA atoms to compare with. */
typedef struct sg_protein_fragments sg_protein_fragments;

/* Measures chain k of p by itself; neighbours in sequence that are not bonded are left out of what
 * spans them. frag NULL: no 9-mers, whose criterion then counts as met. SG_EINVAL (no such chain, a
 * residue without CA), SG_ENAN, SG_ENOMEM. O(n^2). */
SG_API SG_MUST_CHECK sg_status sg_protein_score(sg_protein_scores *s, const sg_protein *p, size_t k,
                                                const sg_protein_fragments *frag, sg_error *err);

/* Does the chain meet every criterion. */
SG_API int sg_protein_plausible(const sg_protein_scores *s);

/* ---- 9-mers -------------------------------------------------------------------------------------
 */

/* The 50,000 9-mers that the library carries; NULL: SG_ENOMEM. To be freed; shared by threads. */
SG_API SG_MUST_CHECK sg_protein_fragments *sg_protein_fragments_shipped(sg_error *err);
/* From pieces of CA traces, each cut into all its 9-mers: xyz (n_pieces, length, 3), length >= 9.
 */
SG_API SG_MUST_CHECK sg_protein_fragments *
sg_protein_fragments_new(const double *xyz, size_t n_pieces, size_t length, sg_error *err);
SG_API void sg_protein_fragments_free(sg_protein_fragments *f); /* accepts NULL */

/* Smallest RMSD after superposition of nine points (9,3) to any of the fragments. */
SG_API double sg_protein_fragments_distance(const sg_protein_fragments *f, const double *nine);

/* ---- structure alignment ------------------------------------------------------------------------
 */

typedef struct sg_protein_tm {
    double tm_a, tm_b; /* TM-score over the length of a, of b */
    double rmsd;       /* of the aligned pairs */
    size_t aligned;    /* pairs closer than d8 of the search */
} sg_protein_tm;

/* Best structure alignment of two CA traces, whatever their sequences, after TM-align [ZS05].
 *   a (na,3), b (nb,3)      quick  1: fewer starts, for sifting
 * SG_EDOM (fewer than 5 residues), SG_ENAN, SG_ENOMEM. Allocates inside. */
SG_API SG_MUST_CHECK sg_status sg_protein_tm_align(sg_protein_tm *r, const double *a, size_t na,
                                                   const double *b, size_t nb, int quick,
                                                   sg_error *err);

SG_END_DECLS
#endif
