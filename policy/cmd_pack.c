#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/file.h>

#include "cli/models.h"
#include "cmd.h"
#include "model.h"
#include "robot.h"

static const sg_opt options[] = {
    SG_PACK_OPTIONS,
    {"bf16", 0, SG_OPT_FLAG, NULL, "round the weights to bfloat16: half the size", NULL, 0, 0,
     NULL},
    {"limits", 0, SG_OPT_TEXT, "ROBOT", "take the limits from this URDF or MJCF file", NULL, 0, 0,
     NULL},
    {"joints", 0, SG_OPT_TEXT, "A,B,C",
     "the joints that the actions set, in their order; - leaves "
     "an action's limits as they are",
     NULL, 0, 0, NULL},
};

enum { ROBOT_BYTES = 64 << 20 };

static void take(sg_i_policy_scale *s, int a, const sg_i_joint_limits *l)
{
    if (isfinite(l->lo)) {
        s->lo[a] = l->lo;
        s->hi[a] = l->hi;
    }
    if (isfinite(l->rate))
        s->rate[a] = l->rate;
}

/* The limits of a robot's joints become the policy's. */
static sg_status limits(sg_i_policy *p, const char *robot, const char *joints, sg_error *err)
{
    char *text, name[256];
    size_t len;
    int n = 1;
    for (const char *q = joints; *q; q++)
        n += *q == ',';
    if (n != p->net.dims.action)
        return sg_fail(err, SG_EINVAL, "%d joints (%s), but %d actions (%s)", n, joints,
                       p->net.dims.action, p->action_names);
    sg_status s = sg_file_read(robot, ROBOT_BYTES, &text, &len, err);
    if (s != SG_OK)
        return s;
    for (int a = 0; a < n && s == SG_OK; a++) {
        size_t word = strcspn(joints, ",");
        sg_i_joint_limits l;
        if (word >= sizeof name)
            s = sg_fail(err, SG_EINVAL, "a joint's name is longer than %zu", sizeof name - 1);
        else if (word != 1 || *joints != '-') {
            memcpy(name, joints, word);
            name[word] = '\0';
            s = sg_i_robot_limits(&l, text, len, robot, name, err);
            if (s == SG_OK)
                take(&p->scale, a, &l);
        }
        joints += word + 1;
    }
    free(text);
    return s;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    const char *out;
    if (sg_cli_pack_output(c, &out, err) != SG_OK)
        return SG_EINVAL;
    const char *robot = sg_cli_text(c, "limits"), *joints = sg_cli_text(c, "joints");
    if (!robot != !joints)
        return sg_fail(err, SG_EINVAL, "--limits and --joints belong together");
    sg_model *file;
    sg_i_policy p;
    sg_status s = sg_model_load(&file, c->operands[0], err);
    if (s != SG_OK)
        return s;
    s = sg_i_policy_read(&p, file, 0, err);
    sg_model_free(file);
    if (s != SG_OK)
        return s;
    if (robot)
        s = limits(&p, robot, joints, err);
    const char *const meta[][2] = {SG_PACK_META(c)};
    if (s == SG_OK)
        s = sg_i_policy_save(&p, out, sg_cli_flag(c, "bf16") ? SG_DTYPE_BF16 : SG_DTYPE_F32, NULL,
                             meta, 2, err);
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
        "checkpoint's size, an eighth with --bf16. Without --bf16 actions keep every bit.\n\n"
        "--limits takes the limits of actions that are joint positions from the robot's "
        "description. "
        "URDF: lower, upper and velocity, narrowed by a safety_controller. MJCF: the range of a "
        "joint, in rad, or the ctrlrange of an actuator of that name. A continuous joint and one "
        "without a velocity keep the policy's. A file with a document type is refused; included "
        "files are not read.",
    .example = "sg-policy pack policy.safetensors -o pusht.safetensors",
    .run = run};
