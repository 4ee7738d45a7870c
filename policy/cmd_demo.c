#include <config.h>

#include "cmd.h"

/* clang-format off */
static const sg_opt options[] = {
    {"output", 'o', SG_OPT_TEXT, "FILE|FOLDER", "a .hdf5 file, or a new folder of .npy", NULL, 0, 0, NULL},
};
/* clang-format on */

typedef struct show {
    sg_progress bar;
} show;

static int progress(void *arg, size_t done)
{
    show *s = arg;
    sg_progress_at(&s->bar, done, NULL);
    return sg_cli_interrupted();
}

static sg_status run(sg_cli *c, sg_error *err)
{
    const char *path = sg_cli_text(c, "output");
    const sg_i_env *env = sg_i_env_find(c->operands[0], err);
    sg_i_demos d;
    show bar;
    long failed = 0;
    size_t n = (size_t)sg_cli_int(c, "n");
    if (!env)
        return SG_EINVAL;
    if (!path)
        return sg_fail(err, SG_EINVAL, "--output names the file or the folder to make");
    if (n > 1000000)
        return sg_fail(err, SG_EINVAL, "more than a million episodes");
    sg_status s = sg_i_demos_writable(path, err);
    if (s != SG_OK)
        return s;
    sg_cli_threads(c);
    sg_progress_start(&bar.bar, c, "episodes", n);
    s = sg_i_demos_make(&d, env, n, sg_cli_u64(c, "seed"), &failed, progress, &bar, err);
    sg_progress_end(&bar.bar);
    if (s != SG_OK)
        return s;
    sg_cli_note(c, "%zu episodes, %zu steps; %ld attempts failed and were made anew", d.n_episodes,
                d.n_steps, failed);
    s = sg_i_demos_write(&d, path, err);
    sg_i_demos_clear(&d);
    return s;
}

const sg_verb sg_i_policy_demo = {
    .name = "demo",
    .summary = "make demonstrations with an environment's scripted expert",
    .operands = "ENV",
    .min_operands = 1,
    .max_operands = 1,
    .common = SG_COMMON_N | SG_COMMON_SEED | SG_COMMON_THREADS | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Episodes in which the expert reached the goal, each from a start of its own and, in "
        "blockpush, in one of four ways drawn anew: which block goes first, and into which "
        "target. Attempts that fail are made anew and counted on standard error. Starts are "
        "RandomState seeds from 2147483648 on, so none that eval uses is shown below that. The "
        "same seed and count give the same bytes, whatever the threads.\n\n"
        "The output is what train reads: HDF5 in robomimic's layout when the name ends in .hdf5 or "
        ".h5, any other name is a new folder with states.npy, actions.npy and episode_ends.npy; "
        "see sigen-demonstrations(5).",
    .example = "sg-policy demo blockpush -n 1000 --seed 1 -o demos.hdf5\n"
               "sg-policy train demos.hdf5 --env blockpush --steps 1000 -o blockpush.safetensors",
    .run = run};
