#include <config.h>

#include "cmd.h"

static const sg_verb *const verbs[] = {&sg_i_policy_train,
                                       &sg_i_policy_eval,
                                       &sg_i_policy_run,
                                       &sg_i_policy_info,
                                       &sg_i_policy_list,
                                       &sg_i_policy_pack,
                                       &sg_i_policy_quantize,
                                       &sg_i_policy_bench,
                                       &sg_i_policy_report,
                                       &sg_i_policy_check,
                                       &sg_i_policy_demo,
                                       &sg_i_policy_convert,
                                       NULL};

static const sg_program program = {
    .name = "sg-policy",
    .summary = "robot actions from demonstrations, inside a control loop",
    .description =
        "Learns a diffusion policy from demonstrations: observations in, chunks of actions "
        "out. Programs on robots use it through libsigen-policy.",
    .verbs = verbs,
    .see_also = "sigen-policy-model(5), sigen-demonstrations(5), sigen-model(5)",
};

int main(int argc, char **argv)
{
    return sg_cli_main(&program, argc, argv);
}
