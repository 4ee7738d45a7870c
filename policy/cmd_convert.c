#include <config.h>

#include "cmd.h"

/* clang-format off */
static const sg_opt options[] = {
    SG_POLICY_OPT_ENV,
    {"output", 'o', SG_OPT_TEXT, "FILE|FOLDER", "a .hdf5 file, or a new folder of .npy", NULL, 0, 0, NULL},
};
/* clang-format on */

static sg_status run(sg_cli *c, sg_error *err)
{
    const char *path = sg_cli_text(c, "output");
    const sg_i_env *env = sg_i_env_find(sg_cli_text(c, "env"), err);
    sg_i_demos d;
    if (!env)
        return SG_EINVAL;
    if (!path)
        return sg_fail(err, SG_EINVAL, "--output names the file or the folder to make");
    sg_status s = sg_i_demos_writable(path, err);
    if (s == SG_OK)
        s = sg_i_demos_read(&d, c->operands[0], env, err);
    if (s != SG_OK)
        return s;
    s = sg_i_demos_write(&d, path, err);
    if (s == SG_OK)
        sg_cli_note(c, "%zu episodes, %zu steps", d.n_episodes, d.n_steps);
    sg_i_demos_clear(&d);
    return s;
}

const sg_verb sg_i_policy_convert = {
    .name = "convert",
    .summary = "write demonstrations in another layout",
    .operands = "DATA",
    .min_operands = 1,
    .max_operands = 1,
    .common = SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "DATA is what train reads: a folder of .npy, in sigen's layout or with episodes filled up "
        "to the same length and a mask (Franka Kitchen, Block-Push), or HDF5 as robomimic, Minari "
        "or D4RL lay it out; see sigen-demonstrations(5). The output is HDF5 in robomimic's layout "
        "when the name ends in .hdf5 or .h5, any other name is a new folder with states.npy, "
        "actions.npy and episode_ends.npy. Columns that are no state, as goals and speeds beside "
        "what was observed in Franka Kitchen, are left out.",
    .example = "sg-policy convert relay_kitchen --env kitchen -o kitchen.hdf5",
    .run = run};
