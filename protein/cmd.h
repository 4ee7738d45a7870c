/* What the verbs of sg-protein share. */
#ifndef SG_PROTEIN_CMD_H
#define SG_PROTEIN_CMD_H

#include <sigen/protein_io.h>
#include "cli/records.h"

extern const sg_verb sg_protein_cmd_convert, sg_protein_cmd_check, sg_protein_cmd_info,
    sg_protein_cmd_eval, sg_protein_cmd_train, sg_protein_cmd_sample, sg_protein_cmd_list,
    sg_protein_cmd_pack, sg_protein_cmd_distill, sg_protein_cmd_report;

/* Format of --from; *f NULL if it was not given. SG_EINVAL when unknown. */
SG_MUST_CHECK sg_status sg_protein_cmd_from(const sg_cli *c, const sg_protein_format **f,
                                            sg_error *err);
/* Walks through the models of the verb's operands (cli/records.h). What is given to take is w, or
 * a structure that begins with it; the model in hand is w->p, cleared at the end. */
typedef struct sg_protein_walk {
    const sg_protein_format *from; /* NULL: by the file's name */
    sg_protein p;
} sg_protein_walk;
SG_MUST_CHECK sg_status sg_protein_cmd_each(sg_cli *c, sg_protein_walk *w,
                                            sg_status (*take)(void *w, sg_error *err),
                                            sg_bad_record bad, sg_error *err);
/* Output format: --format, else by the file's name; of standard output and folders PDB. NULL and
 * err when unknown. */
const sg_protein_format *sg_protein_cmd_format(const sg_cli *c, const char *path, sg_error *err);

/* Tells of the model --model. */
SG_MUST_CHECK sg_status sg_protein_cmd_about_model(const sg_cli *c, sg_error *err);

/* Adds up what readers dropped, and tells it in one line unless nothing was or --quiet. */
void sg_protein_cmd_add_dropped(sg_protein_dropped *sum, const sg_protein_dropped *d);
void sg_protein_cmd_tell_dropped(const sg_cli *c, const sg_protein_dropped *d);

#endif
