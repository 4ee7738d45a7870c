/* What the verbs list, info, pack and sample of all modules share. */
#ifndef SG_CLI_MODELS_H
#define SG_CLI_MODELS_H

#include <sigen/model.h>

#include "modeldirs.h"

/* The verb `list` of a module: one line a shipped model, or --json. */
SG_MUST_CHECK sg_status sg_cli_list_models(sg_cli *c, const char *module, sg_error *err);

/* What `info` shows of a model file's metadata: all but the network's configuration, which the
 * module tells in its own words. An object for sg_json_set (NULL: no memory), or lines on stdout.
 */
json_t *sg_cli_model_meta(const sg_model *file);
void sg_cli_print_model_meta(const sg_model *file);

/* The options that every `pack` has; its output and what it writes into the metadata. */
/* clang-format off */
#define SG_PACK_OPTIONS                                                                            \
    {"summary", 0, SG_OPT_TEXT, "TEXT", "one line for list", "", 0, 0, NULL},                      \
    {"scores", 0, SG_OPT_TEXT, "JSON", "scores for list, a JSON object", "{}", 0, 0, NULL},        \
    {"output", 'o', SG_OPT_TEXT, "FILE", "the model", NULL, 0, 0, NULL}
#define SG_PACK_META(c)                                                                            \
    {"summary", sg_cli_text(c, "summary")}, {"scores", sg_cli_text(c, "scores")}
/* clang-format on */

/* *path is --output, the command line's. SG_EINVAL: none was given, or --scores is no object. */
SG_MUST_CHECK sg_status sg_cli_pack_output(const sg_cli *c, const char **path, sg_error *err);

/* The line that ends `sample`. */
typedef struct sg_cli_sampled {
    const char *unit; /* "molecules" */
    uint64_t n, seed; /* n: written by this run */
    int steps, threads;
    double seconds;
    const char *model; /* hash */
} sg_cli_sampled;
void sg_cli_note_sampled(const sg_cli *c, const sg_cli_sampled *s);

#endif
