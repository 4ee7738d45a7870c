/* What the verbs of sg-molgen share. */
#ifndef SG_MOL_CMD_H
#define SG_MOL_CMD_H

#include <sigen/mol_generate.h>
#include <sigen/mol_io.h>
#include "cli/cli.h"

extern const sg_verb sg_mol_cmd_sample, sg_mol_cmd_train, sg_mol_cmd_list, sg_mol_cmd_info,
    sg_mol_cmd_convert, sg_mol_cmd_check, sg_mol_cmd_pack, sg_mol_cmd_report, sg_mol_cmd_predict,
    sg_mol_cmd_eval;

/* The model that --model names (if not given, fallback), found among the shipped ones or as a file.
 * *path is freed by the caller. */
SG_MUST_CHECK sg_status sg_mol_cmd_model_path(const sg_cli *c, const char *fallback, char **path,
                                              sg_error *err);
SG_MUST_CHECK sg_status sg_mol_cmd_model(const sg_cli *c, const char *fallback, sg_mol_model **m,
                                         sg_error *err);

/* A model by its name, found in the same way. */
SG_MUST_CHECK sg_status sg_mol_cmd_open(const char *name, sg_mol_model **m, sg_error *err);

/* Output format: --format, else by the file's name, else SDF. NULL and err when unknown. */
const sg_mol_format *sg_mol_cmd_format(const sg_cli *c, const char *path, sg_error *err);

/* "6.5eV" as a value in `unit`; the unit may be left out. SG_EINVAL. */
SG_MUST_CHECK sg_status sg_mol_quantity(const char *text, const char *unit, double *value,
                                        sg_error *err);

/* Data item name of a property: PREFIX_name_unit, the unit without signs (bohr^3: bohr3). */
void sg_mol_cmd_tag(char out[64], const char *prefix, const sg_mol_property *p);

#endif
