#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cli/training.h"
#include "cmd.h"
#include "task.h"

/* clang-format off */
static const sg_opt options[] = {
    SG_POLICY_OPT_ENV,
    {"batch", 0, SG_OPT_INT, "B", "examples a step", "256", 4, 16384, NULL},
    {"hold", 0, SG_OPT_INT, "K", "hold out every K-th episode; 0 trains on all", "20", 0, 1e6, NULL},
    {"no-mirror", 0, SG_OPT_FLAG, NULL, "do not train on the task's mirror image", NULL, 0, 0, NULL},
    {"goals", 0, SG_OPT_DOUBLE, "P", "share of the examples that show a later state as goal; 0: a policy without goals", "0", 0, 1, NULL},
    {"goal-states", 0, SG_OPT_INT, "G", "most goals shown at once: states to come, in order", "1", 1, SG_POLICY_MOST_GOALS, NULL},
    {"final-goals", 0, SG_OPT_DOUBLE, "P", "share of the goals that are the episode's last state; the others are drawn from now to its end", "0", 0, 1, NULL},
    {"move", 0, SG_OPT_DOUBLE, "P", "share of the examples with goals that are moved to anywhere in the arena", "0", 0, 1, NULL},
    {"hide-past", 0, SG_OPT_DOUBLE, "P", "share of the examples that hide observations before the newest; 0: a policy that sees all", "0", 0, 1, NULL},
    {"predict", 0, SG_OPT_FLAG, NULL, "also predict what will be observed after each action", NULL, 0, 0, NULL},
    {"jitter", 0, SG_OPT_DOUBLE, "R", "noise on the observations, of half their range", "0", 0, 1, NULL},
    {"arch", 0, SG_OPT_TEXT, "NAME", "architecture of the network", "cached", 0, 0, sg_i_policy_arch_name},
    {"window", 0, SG_OPT_INT, "W", "observations the policy sees (default: cached 2, beso 5)", NULL, 1, 64, NULL},
    {"horizon", 0, SG_OPT_INT, "H", "actions of a chunk (default: cached 16, beso 1 and no other)", NULL, 1, 256, NULL},
    {"tokens", 0, SG_OPT_INT, "T", "cached: tokens of a chunk, dividing the horizon; more than 1 attend to each other (default: 1)", NULL, 1, 256, NULL},
    {"width", 0, SG_OPT_INT, "D", "width of a token, a multiple of 8 (default: cached 256, beso 240)", NULL, 16, 2048, NULL},
    {"layers", 0, SG_OPT_INT, "L", "layers of the denoiser (default: cached 3, beso 4)", NULL, 1, SG_POLICY_MAX_LAYERS, NULL},
    {"heads", 0, SG_OPT_INT, "N", "heads of the attention, dividing the width (default: by the width; beso 12 of 240)", NULL, 1, 64, NULL},
    SG_CLI_TRAIN_OPTIONS,
};
/* clang-format on */

typedef struct training {
    sg_cli_training base;
    const sg_cli *c;
    const sg_i_env *env;
    sg_i_policy policy;
    sg_i_policy_data data;
    sg_i_policy_task self;
} training;

/* ---- start ----------------------------------------------------------------------------------- */

static sg_status read_options(training *t, sg_error *err)
{
    const sg_cli *c = t->c;
    t->self.goal_share = sg_cli_double(c, "goals");
    t->self.jitter = sg_cli_double(c, "jitter");
    t->self.final_share = sg_cli_double(c, "final-goals");
    t->self.move_share = sg_cli_double(c, "move");
    t->self.hide_share = sg_cli_double(c, "hide-past");
    if (t->self.move_share > 0 && !t->env->move)
        return sg_fail(err, SG_EINVAL, "--move: %s looks different elsewhere", t->env->name);
    if (sg_cli_given(c, "width") && sg_cli_int(c, "width") % 8 != 0)
        return sg_fail(err, SG_EINVAL, "--width %lld is no multiple of 8", sg_cli_int(c, "width"));
    sg_status s = sg_cli_training_init(&t->base, c, err);
    t->base.opt.arena_bytes = (size_t)512 << 20;
    return s;
}

static sg_status load_data(training *t, sg_error *err)
{
    sg_i_demos d;
    sg_status s = sg_i_demos_read(&d, t->c->operands[0], t->env, err);
    if (s == SG_OK)
        s = sg_i_policy_data_init(&t->data, &d, (int)sg_cli_int(t->c, "hold"),
                                  !sg_cli_flag(t->c, "no-mirror"), err);
    sg_i_demos_clear(&d);
    return s;
}

/* "a,b,c" */
static char *joined(const char *const *names, int n)
{
    size_t len = 1;
    for (int i = 0; i < n; i++)
        len += strlen(names[i]) + 1;
    char *s = calloc(len, 1);
    for (int i = 0; s && i < n; i++) {
        strcat(s, i ? "," : "");
        strcat(s, names[i]);
    }
    return s;
}

/* An option's value, where it is given. */
static void take(const sg_cli *c, const char *name, int *size)
{
    if (sg_cli_given(c, name))
        *size = (int)sg_cli_int(c, name);
}

/* The architecture's usual sizes, but what the options, data and training tell. */
static sg_i_policy_dims sizes(const training *t, const sg_i_policy_arch *arch)
{
    const sg_cli *c = t->c;
    sg_i_policy_dims m = arch->usual;
    m.obs = t->env->n_obs;
    m.action = t->env->n_action;
    m.goal = t->self.goal_share > 0 ? t->env->n_goal : 0;
    m.goals = m.goal ? (int)sg_cli_int(c, "goal-states") : 0;
    m.predict = sg_cli_flag(c, "predict");
    take(c, "window", &m.window);
    take(c, "horizon", &m.horizon);
    take(c, "tokens", &m.tokens);
    take(c, "width", &m.d);
    take(c, "layers", &m.L);
    take(c, "heads", &m.H);
    m.past = m.past || (t->self.hide_share > 0 && m.window > 1);
    arch->sizes(&m);
    return m;
}

static sg_status new_policy(training *t, sg_error *err)
{
    const sg_i_env *e = t->env;
    const sg_i_policy_arch *arch = sg_i_policy_arch_find(sg_cli_text(t->c, "arch"));
    const sg_i_policy_dims m = sizes(t, arch);
    sg_i_policy *p = &t->policy;
    sg_status s = sg_i_policy_init(p, arch, &m, 1, err);
    if (s != SG_OK)
        return s == SG_ELIMIT ? SG_EINVAL : s;
    p->env = strdup(e->name);
    p->obs_names = joined(e->obs_names, e->n_obs);
    p->action_names = joined(e->action_names, e->n_action);
    p->goal_names = joined(e->goal_names, m.goal);
    if (!p->env || !p->obs_names || !p->action_names || !p->goal_names)
        return sg_fail(err, SG_ENOMEM, "no memory for names");
    p->scale.sigma_data = 0.5;
    p->scale.sigma_min = 0.01;
    p->scale.sigma_max = 2.5;
    s = sg_i_policy_data_scale(&t->data, p, t->self.move_share > 0, err);
    sg_params_draw(&p->params, t->base.opt.seed);
    return s;
}

/* A policy for another task cannot be trained on this data. */
static sg_status check_fit(const training *t, sg_error *err)
{
    const sg_i_policy_dims *m = &t->policy.net.dims;
    const sg_i_env *e = t->env;
    if (strcmp(t->policy.env, e->name) != 0 || m->obs != e->n_obs || m->action != e->n_action ||
        (m->goal && m->goal != e->n_goal))
        return sg_fail(err, SG_EMODEL,
                       "the policy was made for %s: %d observations, %d actions, %d "
                       "goals; %s has %d, %d, %d",
                       t->policy.env, m->obs, m->action, m->goal, e->name, e->n_obs, e->n_action,
                       e->n_goal);
    return SG_OK;
}

static sg_status start(training *t, sg_error *err)
{
    sg_model *file = NULL;
    sg_status s = load_data(t, err);
    if (s == SG_OK)
        s = sg_cli_training_open(&t->base, "policy", &file, err);
    if (s == SG_OK && file)
        s = sg_i_policy_read(&t->policy, file, 1, err);
    if (s == SG_OK && file)
        sg_cli_training_shaped(t->c, (const char *const[]){"arch", "window", "horizon", "tokens",
                                                           "width", "layers", "heads", NULL});
    if (s == SG_OK && file)
        s = check_fit(t, err);
    if (s == SG_OK && !file)
        s = new_policy(t, err);
    if (s == SG_OK)
        s = sg_cli_training_start(&t->base, &t->policy.params, file, "net", err);
    sg_model_free(file);
    return s;
}

/* ---- verb ------------------------------------------------------------------------------------ */

static sg_status save(void *module, const sg_train_state *st, sg_error *err)
{
    training *t = module;
    return sg_i_policy_save(&t->policy, t->base.out, SG_DTYPE_F32, st, NULL, 0, err);
}

static sg_status train(training *t, sg_error *err)
{
    t->self.policy = &t->policy;
    t->self.data = &t->data;
    sg_i_policy_task_init(&t->base.task, &t->self);
    t->base.save = save;
    t->base.module = t;
    return sg_cli_training_run(&t->base, (long)t->data.n[0], "steps", err);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    training *t = calloc(1, sizeof *t);
    if (!t)
        return sg_fail(err, SG_ENOMEM, "no memory for training");
    t->c = c;
    t->env = sg_i_env_find(sg_cli_text(c, "env"), err);
    sg_status s = t->env ? read_options(t, err) : SG_EINVAL;
    if (s == SG_OK)
        s = start(t, err);
    if (s == SG_OK)
        s = train(t, err);
    sg_cli_training_clear(&t->base);
    sg_i_policy_clear(&t->policy);
    sg_i_policy_data_clear(&t->data);
    free(t);
    return s;
}

const sg_verb sg_i_policy_train = {
    .name = "train",
    .summary = "learn a policy from demonstrations",
    .operands = "DATA",
    .min_operands = 1,
    .max_operands = 1,
    .common = SG_COMMON_SEED | SG_COMMON_THREADS | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Trains a network to denoise chunks of demonstrated actions given the last observations. "
        "Of the architectures, cached encodes what is seen once and then denoises at little cost "
        "(doc/policy-net.md); beso is the published transformer, which also sees its past "
        "actions, plans one and runs whole at every step (doc/beso-net.md). Ranges of the "
        "observations, scaling of the actions and the limits of the "
        "robot "
        "are taken from the data and the environment and stored in the policy.\n\n"
        "Checkpoints are complete policies with the optimiser's state. With --steps the weights "
        "are a "
        "function of data, options and seed only: threads, interruptions and --resume do not "
        "change a "
        "bit. SIGINT ends after the current step.",
    .example = "sg-policy train policy/data/pusht --env pusht --hours 1 -o pusht.safetensors",
    .run = run};
