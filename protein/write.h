/* Shared by the writers. */
#ifndef SG_PROTEIN_WRITE_H
#define SG_PROTEIN_WRITE_H

#include <sigen/protein_io.h>

extern const char sg_i_atom_names[SG_PROTEIN_ATOMS][3];
extern const char sg_i_atom_elements[SG_PROTEIN_ATOMS][2];

/* Chain names of one character: a chain's own where it has one that no earlier chain has, else the
 * first free of A-Z a-z 0-9. SG_ELIMIT beyond 62 chains. out (n_chains + 1) */
SG_MUST_CHECK sg_status sg_i_chain_letters(char *out, const sg_protein *p, sg_error *err);

/* What every format needs: sg_protein_check, residue names of letters and digits. */
SG_MUST_CHECK sg_status sg_i_writable(const sg_protein *p, sg_error *err);

/* Text of printable ASCII only, runs of blanks as one, none at the ends, into out (size). */
void sg_i_clean_text(char *out, size_t size, const char *text);
/* The title: the style's, else the model's, else a fixed one. */
void sg_i_title(char *out, size_t size, const sg_protein_sink *k, const sg_protein *p);
/* Name of the entry: the style's, else the model's, else SIGN; letters, digits, '_' and '-' only.
 */
void sg_i_entry(char out[SG_PROTEIN_ID + 1], const sg_protein_sink *k, const sg_protein *p);

/* ---- of formats whose reader is in another file ---- */

SG_MUST_CHECK sg_status sg_i_pdb_write(sg_protein_sink *k, const sg_protein *p, sg_error *err);
SG_MUST_CHECK sg_status sg_i_pdb_pass(sg_protein_sink *k, const sg_protein *p, sg_error *err);
SG_MUST_CHECK sg_status sg_i_pdb_head(sg_protein_sink *k, const sg_protein *p, sg_error *err);
void sg_i_pdb_tail(sg_protein_sink *k);
SG_MUST_CHECK sg_status sg_i_cif_write(sg_protein_sink *k, const sg_protein *p, sg_error *err);
SG_MUST_CHECK sg_status sg_i_cif_head(sg_protein_sink *k, const sg_protein *p, sg_error *err);
void sg_i_cif_tail(sg_protein_sink *k);

#endif
