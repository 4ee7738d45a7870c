#include <config.h>

#include "cli/job.h"
#include "cmd.h"

static const sg_verb *const verbs[] = {
    &sg_graph_cmd_sample, &sg_graph_cmd_eval,    &sg_graph_cmd_report, &sg_graph_cmd_train,
    &sg_graph_cmd_list,   &sg_graph_cmd_info,    &sg_graph_cmd_pack,   &sg_graph_cmd_convert,
    &sg_graph_cmd_check,  &sg_graph_cmd_formats, &sg_cli_merge,        NULL};

static const sg_program program = {
    .name = "sg-graphgen",
    .summary = "generate and judge sets of graphs",
    .description = "Generates sets of graphs, judges them, reads, checks and converts them.",
    .suffix = "g6",
    .verbs = verbs,
    .see_also = "sg-graphgen-metrics(7), sigen-graph6(5), sigen-graphml(5), sigen-gml(5), "
                "sigen-edgelist(5), sigen-npz(5), sigen-tudataset(5)",
};

int main(int argc, char **argv)
{
    return sg_cli_main(&program, argc, argv);
}
