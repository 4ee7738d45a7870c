/* What the verbs of sg-graphgen share. */
#ifndef SG_GRAPH_CMD_H
#define SG_GRAPH_CMD_H

#include <sigen/graph_io.h>
#include "cli/cli.h"
#include "judge.h"

extern const sg_verb sg_graph_cmd_train, sg_graph_cmd_sample, sg_graph_cmd_list, sg_graph_cmd_info,
    sg_graph_cmd_pack;
extern const sg_verb sg_graph_cmd_convert, sg_graph_cmd_check, sg_graph_cmd_formats,
    sg_graph_cmd_eval, sg_graph_cmd_report;

/* Path of --model, freed by the caller. */
SG_MUST_CHECK sg_status sg_graph_cmd_model_path(const sg_cli *c, char **path, sg_error *err);
/* Names of formats for option tables, NULL behind the last. */
const char *sg_graph_cmd_format_name(size_t k);
/* The format an option names; NULL if it was not given. */
const sg_graph_format *sg_graph_cmd_format(const sg_cli *c, const char *option);
/* Remarks on what was lost (SG_GRAPH_KEEPS_... but titles) in writing. */
void sg_graph_cmd_tell_lost(const sg_cli *c, const sg_graph_format *f, int lost);

/* Options of the verbs that compare sets of graphs. */
/* clang-format off */
#define SG_GRAPH_JUDGE_OPTIONS                                                                      \
    {"ref", 'r', SG_OPT_TEXT, "FILE", "real graphs to compare with, not used in training", NULL, 0, 0, NULL},  \
    {"gen", 'g', SG_OPT_TEXT, "FILE", "generated graphs", NULL, 0, 0, NULL},                        \
    {"train", 't', SG_OPT_TEXT, "FILE", "graphs the model was trained on: for the floor and novelty", NULL, 0, 0, NULL}, \
    {"suite", 0, SG_OPT_TEXT, "NAME", "kernels", "emd", 0, 0, sg_graph_cmd_suite_name},             \
    {"rule", 0, SG_OPT_TEXT, "NAME", "what makes a graph valid", NULL, 0, 0, sg_graph_cmd_rule_name}, \
    {"orbits", 0, SG_OPT_INT, "K", "5: also the orbits of subgraphs of up to 5 nodes, orbit5", "4", 4, 5, NULL}, \
    {"floor", 0, SG_OPT_INT, "K", "subsets of the training graphs for the floor", "500", 0, 100000, NULL}, \
    {"from", 0, SG_OPT_TEXT, "NAME", "input format, whatever the extension", NULL, 0, 0, sg_graph_cmd_format_name}
/* clang-format on */
const char *sg_graph_cmd_suite_name(size_t k);
const char *sg_graph_cmd_rule_name(size_t k);
/* Reads and compares what the options say; cleared by the caller, also after a failure. */
SG_MUST_CHECK sg_status sg_graph_cmd_judge(const sg_cli *c, sg_graph_judgement *e, sg_error *err);

#endif
