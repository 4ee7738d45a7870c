#include <config.h>

#include "cli/job.h"
#include "cmd.h"

static const sg_verb *const verbs[] = {&sg_mol_cmd_sample,  &sg_mol_cmd_train, &sg_mol_cmd_convert,
                                       &sg_mol_cmd_check,   &sg_mol_cmd_list,  &sg_mol_cmd_info,
                                       &sg_mol_cmd_report,  &sg_mol_cmd_pack,  &sg_mol_cmd_predict,
                                       &sg_mol_cmd_eval,
                                       &sg_cli_merge, NULL};

static const sg_program program = {
    .name = "sg-molgen",
    .summary = "generate 3D molecules",
    .description = "Generates small molecules in three dimensions by SE(3)-equivariant flow matching, "
                   "with property targets, from models that ship with it; trains on any SDF file.",
    .suffix = "sdf",
    .verbs = verbs,
    .see_also = "sg-molgen-metrics(7), sigen-sdf(5), sigen-model(5)",
};

int main(int argc, char **argv)
{
    return sg_cli_main(&program, argc, argv);
}
