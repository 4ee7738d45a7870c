#include <config.h>

#include <math.h>
#include <stdlib.h>

#include "cmd.h"

static const sg_opt options[] = {SG_POLICY_OPT_ENV, SG_POLICY_OPT_SCENE};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double percentile(const double *sorted, size_t n, double p)
{
    return sorted[(size_t)lround(p * (double)(n - 1))];
}

/* what the replay of one folder found */
static json_t *report(const sg_i_demos *d, const char *dir, double *error)
{
    json_t *o = json_object();
    sg_json_set(&o, "demonstrations", sg_json_string(dir));
    sg_json_set(&o, "env", json_string(d->env->name));
    sg_json_set(&o, "episodes", json_integer((json_int_t)d->n_episodes));
    sg_json_set(&o, "steps", json_integer((json_int_t)d->n_steps));
    double last = 0;
    for (size_t e = 0; e < d->n_episodes; e++)
        last += d->env->coverage(d->state + (d->end[e] - 1) * (size_t)d->env->n_state);
    sg_json_set(&o, "coverage_at_end", json_real(last / (double)d->n_episodes));
    qsort(error, d->n_steps, sizeof *error, ascending);
    sg_json_set(&o, "replay_median", json_real(percentile(error, d->n_steps, 0.5)));
    sg_json_set(&o, "replay_p95", json_real(percentile(error, d->n_steps, 0.95)));
    return o;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    const sg_i_env *env = sg_i_env_find(sg_cli_text(c, "env"), err);
    sg_status s = env ? SG_OK : SG_EINVAL;
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++) {
        sg_i_demos d;
        s = sg_i_demos_read(&d, c->operands[k], env, err);
        double *error = s == SG_OK ? malloc(d.n_steps * sizeof *error) : NULL;
        if (s == SG_OK && !error)
            s = sg_fail(err, SG_ENOMEM, "no memory for %zu steps", d.n_steps);
        if (s == SG_OK)
            s = sg_i_demos_replay(&d, sg_cli_text(c, "scene"), error, err);
        if (s == SG_OK) {
            json_t *o = report(&d, c->operands[k], error);
            double p95 = percentile(error, d.n_steps, 0.95);
            if (p95 > env->replay_tolerance) {
                sg_cli_note(c, "%s: recorded actions lead elsewhere: p95 of the block's error %.3g",
                            c->operands[k], p95);
                c->defects++;
            }
            if (sg_cli_flag(c, "json"))
                s = sg_cli_print_json(o, err);
            else
                json_decref(o);
        }
        free(error);
        sg_i_demos_clear(&d);
    }
    return s;
}

const sg_verb sg_i_policy_check = {
    .name = "check",
    .summary = "check demonstrations: shapes, and whether the simulator follows them",
    .operands = "DATA...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_JSON | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "DATA is a folder of .npy or an HDF5 file; see "
        "sigen-demonstrations(5). The recorded actions "
        "are "
        "run open loop in the simulator from each episode's first state; exit status 1 when the "
        "block "
        "leaves its recorded path (95 % of the steps within 1 px for pusht, 1 mm for blockpush; in "
        "kitchen an element of a task, 0.3, as near as counts as done). "
        "Silent on good data; "
        "--json prints the figures.",
    .example = "sg-policy check policy/data/pusht --env pusht --json",
    .run = run};
