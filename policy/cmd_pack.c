#include <config.h>

#include "cmd.h"
#include "model.h"

static const sg_opt options[] = {
    {"summary", 0, SG_OPT_TEXT, "TEXT", "one line about the policy", "", 0, 0, NULL},
    {"scores", 0, SG_OPT_TEXT, "JSON", "its scores, a JSON object", "{}", 0, 0, NULL},
    {"bf16", 0, SG_OPT_FLAG, NULL, "round the weights to bfloat16: half the size", NULL, 0, 0,
     NULL},
    {"output", 'o', SG_OPT_TEXT, "FILE", "the policy", NULL, 0, 0, NULL},
};

static sg_status run(sg_cli *c, sg_error *err)
{
    const char *out = sg_cli_text(c, "output"), *scores = sg_cli_text(c, "scores");
    json_t *check = json_loads(scores, 0, NULL);
    int object = json_is_object(check);
    json_decref(check);
    if (!out || !object)
        return sg_fail(err, SG_EINVAL, out ? "--scores is no JSON object" : "-o is missing");
    sg_model *file;
    sg_i_policy p;
    sg_status s = sg_model_load(&file, c->operands[0], err);
    if (s != SG_OK)
        return s;
    s = sg_i_policy_read(&p, file, 0, err);
    sg_model_free(file);
    if (s != SG_OK)
        return s;
    const char *const meta[][2] = {{"summary", sg_cli_text(c, "summary")}, {"scores", scores}};
    s = sg_i_policy_save(&p, out, sg_cli_flag(c, "bf16") ? SG_DTYPE_BF16 : SG_DTYPE_F32, NULL, meta,
                         2, err);
    sg_i_policy_clear(&p);
    return s;
}

const sg_verb sg_i_policy_pack = {
    .name = "pack",
    .summary = "make a policy for use out of a checkpoint",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Writes the averaged weights without the optimiser's state: a quarter of the "
        "checkpoint's size, an eighth with --bf16. Without --bf16 actions keep every bit.",
    .example = "sg-policy pack policy.safetensors -o pusht.safetensors",
    .run = run};
