/* What the verbs of sg-graphgen share. */
#ifndef SG_GRAPH_CMD_H
#define SG_GRAPH_CMD_H

#include <sigen/graph_io.h>
#include "cli/cli.h"

extern const sg_verb sg_graph_cmd_train, sg_graph_cmd_sample, sg_graph_cmd_list, sg_graph_cmd_info,
    sg_graph_cmd_pack;
extern const sg_verb sg_graph_cmd_convert, sg_graph_cmd_check, sg_graph_cmd_formats,
    sg_graph_cmd_eval;

/* Path of --model, freed by the caller. */
SG_MUST_CHECK sg_status sg_graph_cmd_model_path(const sg_cli *c, char **path, sg_error *err);
/* Names of formats for option tables, NULL behind the last. */
const char *sg_graph_cmd_format_name(size_t k);
/* The format an option names; NULL if it was not given. */
const sg_graph_format *sg_graph_cmd_format(const sg_cli *c, const char *option);

#endif
