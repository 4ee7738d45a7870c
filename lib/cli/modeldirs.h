/* Where a program looks for its module's models. */
#ifndef SG_CLI_MODELDIRS_H
#define SG_CLI_MODELDIRS_H

#include "cli.h"

typedef struct sg_i_model_dirs {
    const char *dirs[4]; /* for sigen/shipped.h */
    char *owned[3];
} sg_i_model_dirs;

/* In order, for a program D/NAME (found by the system, libtool's .libs included):
 *   D/../share/sigen/MODULE   a copied installation; in the build tree a link to MODULE/models
 *   D/share/sigen/MODULE      the build tree without shared libraries
 *   the directory that `make install` filled
 * SG_ENOMEM. Cleared with sg_i_model_dirs_clear, also after a failure. */
sg_status sg_i_model_dirs_init(sg_i_model_dirs *d, const char *module, sg_error *err);
void sg_i_model_dirs_clear(sg_i_model_dirs *d);

/* The same for a program of which the path is given; "" if it is not known. */
sg_status sg_i_model_dirs_at(sg_i_model_dirs *d, const char *program, const char *module,
                             sg_error *err);

/* File of a module's model: a name of `list`, or a path; freed by the caller with free(). SG_EMODEL
 * (the message lists the names there are), SG_EIO, SG_ENOMEM; *path is NULL then. */
SG_MUST_CHECK sg_status sg_cli_model_path(const char *module, const char *name, char **path,
                                          sg_error *err);

#endif
