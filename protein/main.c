#include <config.h>

#include "cmd.h"

static const sg_verb *const verbs[] = {&sg_protein_cmd_convert, &sg_protein_cmd_check,
                                       &sg_protein_cmd_info, &sg_protein_cmd_eval, NULL};

static const sg_program program = {
    .name = "sg-protein",
    .summary = "protein backbones",
    .description =
        "Reads, checks and converts protein backbones, chains of residues with the atoms N, CA, C, "
        "O and CB; rebuilds them from CA traces; compares them with real ones.",
    .verbs = verbs,
    .see_also = "sg-protein-metrics(7), sigen-pdb(5)",
};

int main(int argc, char **argv)
{
    return sg_cli_main(&program, argc, argv);
}
