/* What the command line of `sample` asks of the chains: read from files and texts. */
#ifndef SG_PROTEIN_GIVEN_H
#define SG_PROTEIN_GIVEN_H

#include <sigen/protein_generate.h>
#include <sigen/protein_io.h>
#include "cli/cli.h"

/* Memory behind the pointers of sg_protein_generate_opts. Zeroed: nothing. */
typedef struct sg_protein_given {
    char *ss;
    sg_protein scaffold, partial;
    double (*ca)[3];
    sg_protein_piece *piece;
} sg_protein_given;

/* Reads --ss, --ss-string, --scaffold, --contig, --partial, --from into *o; what *o then points to
 * lives in *g. Errors name the option and the place in it. */
SG_MUST_CHECK sg_status sg_protein_given_read(sg_protein_given *g, sg_protein_generate_opts *o,
                                              const sg_cli *c, sg_error *err);
void sg_protein_given_clear(sg_protein_given *g);

/* "H=0.4,E=0.2", either alone (the other is then as much as real chains have beside it: 0.25). */
SG_MUST_CHECK sg_status sg_protein_shares(double *helix, double *strand, const char *text,
                                          sg_error *err);
/* Pieces of "10-20/A10-25/15" over the scaffold (its first model), into *piece (*n), freed with
 * free(); their ca point into ca (scaffold->n), which is filled. Numbers are those of the file;
 * chains have one character, insertion codes are not taken. */
SG_MUST_CHECK sg_status sg_protein_contig(sg_protein_piece **piece, size_t *n, double (*ca)[3],
                                          const char *text, const sg_protein *scaffold,
                                          sg_error *err);

#endif
