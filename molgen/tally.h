/* What a report counts over a set of molecules. */
#ifndef SG_MOLGEN_TALLY_H
#define SG_MOLGEN_TALLY_H

#include <sigen/mol.h>
#include <sigen/mol_metrics.h>
#include <sigen/mol_valence.h>

enum {
    SG_I_HIST_ATOMS,
    SG_I_HIST_HEAVY,
    SG_I_HIST_RINGS, /* independent cycles: bonds - atoms + fragments */
    SG_I_HIST_ELEMENTS,
    SG_I_HIST_CC,
    SG_I_HIST_CO,
    SG_I_HIST_CN,
    SG_I_HIST_CH,
    SG_I_HISTS
};

#define SG_I_CELLS      256
#define SG_I_LENGTH_LO  0.9   /* angstrom, left end of the cells of bond lengths */
#define SG_I_LENGTH_BIN 0.005 /* angstrom */

typedef struct sg_i_hist {
    double count[SG_I_CELLS];
    double total, outside; /* outside: beyond the cells */
} sg_i_hist;

typedef struct sg_i_tally {
    size_t n, atoms, stable_atoms;
    size_t valid, stable, connected, closed; /* molecules */
    size_t placed, geometry;                 /* with coordinates, and of sound geometry */
    size_t unique;                           /* distinct SMILES of valid molecules */
    sg_i_hist hist[SG_I_HISTS];
    char **smiles; /* (n_smiles) */
    size_t n_smiles, cap_smiles;
} sg_i_tally;

/* Verdict on one molecule. smiles is freed by the caller; NULL without RDKit or when not valid. */
typedef struct sg_i_verdict {
    sg_mol_judgement judge;
    unsigned geometry; /* defects, sg_mol_geometry */
    int valid;         /* by RDKit's sanitisation, else by the table of valences */
    char *smiles;
} sg_i_verdict;

SG_MUST_CHECK sg_status sg_i_verdict_of(sg_i_verdict *v, const sg_mol *m, sg_error *err);
/* Takes over v->smiles (may be NULL); v->smiles stays readable until the tally is cleared. */
SG_MUST_CHECK sg_status sg_i_tally_add(sg_i_tally *t, const sg_mol *m, sg_i_verdict *v,
                                       sg_error *err);
void sg_i_tally_finish(sg_i_tally *t); /* counts the distinct ones */
void sg_i_tally_clear(sg_i_tally *t);

#endif
