#include <config.h>

#include "cli/job.h"
#include "cmd.h"

static const sg_verb *const verbs[] = {
    &sg_protein_cmd_sample,  &sg_protein_cmd_train,   &sg_protein_cmd_eval, &sg_protein_cmd_report,
    &sg_protein_cmd_convert, &sg_protein_cmd_check,   &sg_protein_cmd_info, &sg_protein_cmd_list,
    &sg_protein_cmd_pack,    &sg_protein_cmd_distill, &sg_cli_merge,        NULL};

static const sg_program program = {
    .name = "sg-protein",
    .summary = "protein backbones",
    .description =
        "Generates protein backbones, chains of residues with the atoms N, CA, C, O and CB, with "
        "trained models; compares them with real ones; trains models; reads, checks and converts "
        "files of them; rebuilds them from CA traces.",
    .suffix = "pdb",
    .verbs = verbs,
    .see_also = "sg-protein-metrics(7), sigen-pdb(5)",
};

int main(int argc, char **argv)
{
    return sg_cli_main(&program, argc, argv);
}
