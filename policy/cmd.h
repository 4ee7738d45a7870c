/* What the verbs of sg-policy share. */
#ifndef SG_POLICY_CMD_H
#define SG_POLICY_CMD_H

#include "cli/cli.h"
#include "demos.h"

extern const sg_verb sg_i_policy_check;

#define SG_POLICY_OPT_ENV                                                                          \
    {                                                                                              \
        "env", 0, SG_OPT_TEXT, "NAME", "environment", "pusht", 0, 0, sg_i_env_name                 \
    }

#endif
