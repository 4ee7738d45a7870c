#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "task.h"

/* clang-format off */
static const sg_opt options[] = {
    SG_POLICY_OPT_ENV,
    {"init", 0, SG_OPT_TEXT, "FILE", "start from the weights, sizes and scaling of this policy", NULL, 0, 0, NULL},
    {"hours", 0, SG_OPT_DOUBLE, "H", "budget in hours; the learning rate reaches its end with it", "1", 1e-4, 10000, NULL},
    {"steps", 0, SG_OPT_INT, "K", "budget in steps instead: reproducible bit for bit", NULL, 1, 1e9, NULL},
    {"batch", 0, SG_OPT_INT, "B", "examples a step", "256", 4, 16384, NULL},
    {"hold", 0, SG_OPT_INT, "K", "hold out every K-th episode; 0 trains on all", "20", 0, 1e6, NULL},
    {"no-mirror", 0, SG_OPT_FLAG, NULL, "do not train on the task's mirror image", NULL, 0, 0, NULL},
    {"goals", 0, SG_OPT_DOUBLE, "P", "share of the examples that show a later state as goal; 0: a policy without goals", "0", 0, 1, NULL},
    {"jitter", 0, SG_OPT_DOUBLE, "R", "noise on the observations, of half their range", "0", 0, 1, NULL},
    {"window", 0, SG_OPT_INT, "W", "observations the policy sees", "2", 1, 64, NULL},
    {"horizon", 0, SG_OPT_INT, "H", "actions of a chunk", "16", 1, 256, NULL},
    {"tokens", 0, SG_OPT_INT, "T", "tokens of a chunk, dividing the horizon; more than 1 attend to each other", "1", 1, 256, NULL},
    {"width", 0, SG_OPT_INT, "D", "width of a token, a multiple of 16", "256", 16, 2048, NULL},
    {"layers", 0, SG_OPT_INT, "L", "layers of the denoiser", "3", 1, SG_POLICY_MAX_LAYERS, NULL},
    {"lr-muon", 0, SG_OPT_DOUBLE, "R", "learning rate of hidden matrices (Muon)", "0.02", 0, 10, NULL},
    {"lr-adam", 0, SG_OPT_DOUBLE, "R", "learning rate of everything else (AdamW)", "0.0015", 0, 10, NULL},
    {"decay", 0, SG_OPT_DOUBLE, "R", "decoupled weight decay of matrices", "0", 0, 10, NULL},
    {"ema", 0, SG_OPT_DOUBLE, "R", "averaging of the weights", "0.999", 0, 1, NULL},
    {"log", 0, SG_OPT_TEXT, "FILE", "append a CSV line a report", NULL, 0, 0, NULL},
    {"report-every", 0, SG_OPT_DOUBLE, "S", "seconds between reports", "60", 1, 86400, NULL},
    {"save-every", 0, SG_OPT_DOUBLE, "S", "seconds between checkpoints", "240", 1, 86400, NULL},
    {"resume", 0, SG_OPT_FLAG, NULL, "go on from the checkpoint -o with its optimiser and budget", NULL, 0, 0, NULL},
    {"extend", 0, SG_OPT_FLAG, NULL, "with --resume: start a new budget from there", NULL, 0, 0, NULL},
    {"output", 'o', SG_OPT_TEXT, "FILE", "checkpoint and policy", "policy.safetensors", 0, 0, NULL},
};
/* clang-format on */

typedef struct training {
    const sg_cli *c;
    const sg_i_env *env;
    sg_i_policy policy;
    sg_i_policy_data data;
    sg_train_opt opt;
    sg_train_state state;
    sg_task task;
    sg_i_policy_task self;
    const char *out;
    FILE *log;
} training;

/* ---- hooks ----------------------------------------------------------------------------------- */

static void report(void *ctx, const sg_train_report *r)
{
    training *t = ctx;
    if (!t->c->quiet)
        fprintf(
            stderr,
            "step %ld  %.2f h  %.1f %%  loss %.4f  held out %.4f  %.0f/s  %.0f GFLOP/s  |g| %.2f  "
            "%.0f min to go\n",
            r->step, r->hours, 100 * r->progress, r->loss, r->valid_loss, r->samples_per_s,
            r->gflops, r->grad_norm, r->eta_s / 60);
    if (!t->log)
        return;
    if (ftell(t->log) == 0)
        fprintf(t->log, "step,hours,progress,rate,loss,held_out,samples_per_s,gflops,grad_norm\n");
    fprintf(t->log, "%ld,%.5f,%.5f,%.5f,%.6f,%.6f,%.1f,%.1f,%.4f\n", r->step, r->hours, r->progress,
            r->rate, r->loss, r->valid_loss, r->samples_per_s, r->gflops, r->grad_norm);
    fflush(t->log);
}

static sg_status save(void *ctx, const sg_train_state *st, sg_error *err)
{
    training *t = ctx;
    return sg_i_policy_save(&t->policy, t->out, SG_DTYPE_F32, st, NULL, 0, err);
}

static int stop(void *ctx)
{
    (void)ctx;
    return sg_cli_interrupted();
}

/* ---- start ----------------------------------------------------------------------------------- */

static sg_status read_options(training *t, sg_error *err)
{
    const sg_cli *c = t->c;
    sg_train_defaults(&t->opt);
    t->opt.seed = sg_cli_u64(c, "seed");
    t->opt.batch = (int)sg_cli_int(c, "batch");
    t->opt.threads = sg_cli_threads(c);
    if (t->opt.threads > t->opt.shards)
        t->opt.threads = t->opt.shards;
    t->opt.steps = sg_cli_given(c, "steps") ? (long)sg_cli_int(c, "steps") : 0;
    t->opt.hours = sg_cli_double(c, "hours");
    t->opt.report_seconds = sg_cli_double(c, "report-every");
    t->opt.save_seconds = sg_cli_double(c, "save-every");
    t->opt.arena_bytes = (size_t)512 << 20;
    t->opt.optim.lr_muon = sg_cli_double(c, "lr-muon");
    t->opt.optim.lr_adam = sg_cli_double(c, "lr-adam");
    t->opt.optim.decay = sg_cli_double(c, "decay");
    t->opt.optim.ema = sg_cli_double(c, "ema");
    t->self.goal_share = sg_cli_double(c, "goals");
    t->self.jitter = sg_cli_double(c, "jitter");
    t->out = sg_cli_text(c, "output");
    if (sg_cli_int(c, "width") % 16 != 0)
        return sg_fail(err, SG_EINVAL, "--width %lld is no multiple of 16", sg_cli_int(c, "width"));
    if (!sg_cli_flag(c, "resume") && access(t->out, F_OK) == 0)
        return sg_fail(err, SG_EINVAL, "%s is there: --resume goes on from it, or remove it",
                       t->out);
    return SG_OK;
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

static sg_status new_policy(training *t, sg_error *err)
{
    const sg_i_env *e = t->env;
    int d = (int)sg_cli_int(t->c, "width");
    sg_i_policy_dims m = {.obs = e->n_obs,
                          .goal = t->self.goal_share > 0 ? e->n_goal : 0,
                          .action = e->n_action,
                          .window = (int)sg_cli_int(t->c, "window"),
                          .horizon = (int)sg_cli_int(t->c, "horizon"),
                          .tokens = (int)sg_cli_int(t->c, "tokens"),
                          .d = d,
                          .F = 2 * d,
                          .L = (int)sg_cli_int(t->c, "layers"),
                          .H = d % 64 == 0 ? d / 32 : d / 16,
                          .C = d > 128 ? d : 128,
                          .S = 64};
    sg_i_policy *p = &t->policy;
    sg_status s = sg_i_policy_init(p, &m, 1, err);
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
    sg_i_policy_data_scale(&t->data, p);
    sg_params_draw(&p->params, t->opt.seed);
    return SG_OK;
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
    int resume = sg_cli_flag(t->c, "resume");
    const char *from = resume ? t->out : sg_cli_text(t->c, "init");
    sg_model *file = NULL;
    sg_status s = load_data(t, err);
    if (s == SG_OK && from)
        s = sg_model_load(&file, from, err);
    if (s == SG_OK && file)
        s = sg_i_policy_read(&t->policy, file, 1, err);
    if (s == SG_OK && file)
        s = check_fit(t, err);
    if (s == SG_OK && !file)
        s = new_policy(t, err);
    if (s == SG_OK)
        s = sg_optim_init(&t->state.optim, &t->policy.params, &t->opt.optim, err);
    if (s == SG_OK && resume)
        s = sg_i_policy_state(&t->state, file, &t->policy, err);
    if (s == SG_OK && resume && sg_cli_flag(t->c, "extend")) {
        t->state.first = t->state.optim.step;
        t->state.seconds = 0;
    }
    sg_model_free(file);
    return s;
}

/* ---- verb ------------------------------------------------------------------------------------ */

static sg_status train(training *t, sg_error *err)
{
    const sg_cli *c = t->c;
    t->self.policy = &t->policy;
    t->self.data = &t->data;
    sg_i_policy_task_init(&t->task, &t->self);
    sg_train_hooks hooks = {t, report, save, stop};
    sg_cli_note(c, "%zu parameters, %zu steps to learn from, %zu held out, %d threads, kernels %s",
                t->policy.params.size, t->data.n[0], t->data.n[1], t->opt.threads,
                sg_isa_name(sg_isa_find(NULL)));
    sg_status s = sg_train_run(&t->state, &t->task, &t->opt, &hooks, err);
    if (s == SG_EINTR)
        sg_fail(err, s, "stopped at step %ld; the same command with --resume goes on",
                t->state.optim.step);
    else if (s == SG_OK)
        sg_cli_note(c, "%s: %ld steps, %.2f h, %.0f MiB", t->out, t->state.optim.step,
                    t->state.seconds / 3600, sg_cli_peak_mib());
    return s;
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
    const char *log = sg_cli_text(c, "log");
    if (s == SG_OK && log && !(t->log = fopen(log, "a")))
        s = sg_fail(err, SG_EIO, "cannot append to %s", log);
    if (s == SG_OK)
        s = train(t, err);
    if (t->log)
        fclose(t->log);
    sg_optim_clear(&t->state.optim);
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
        "Trains the network `cached` to denoise chunks of demonstrated actions given the last "
        "observations. Ranges of the observations, scaling of the actions and the limits of the "
        "robot "
        "are taken from the data and the environment and stored in the policy.\n\n"
        "Checkpoints are complete policies with the optimiser's state. With --steps the weights "
        "are a "
        "function of data, options and seed only: threads, interruptions and --resume do not "
        "change a "
        "bit. SIGINT ends after the current step.",
    .example = "sg-policy train policy/data/pusht --env pusht --hours 1 -o pusht.safetensors",
    .run = run};
