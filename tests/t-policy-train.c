/* Training a policy is a pure function of data, seed and options; what it learns is right where the
 * answer is known; a policy file gives back what was saved. */
#include <config.h>

#include <stdlib.h>
#include <unistd.h>

#include <sigen/checkpoint.h>
#include <sigen/policy.h>
#include "policy/task.h"
#include "tap.h"

/* A task of one number: observation o, action = A o exactly for every step of the chunk; o is drawn
 * uniformly. With sd(o) known, everything a policy should do is known. */
static const char *const one_name[] = {"o"}, *const goal_name[] = {"g"};
static const int no_base[] = {-1};
static const double lo[] = {-10}, hi[] = {10};

static void copy_state(const double *s, double *o)
{
    o[0] = s[0];
}

static const sg_i_env line = {.name = "line",
                              .summary = "a test",
                              .n_state = 1,
                              .n_action = 1,
                              .n_obs = 1,
                              .n_goal = 1,
                              .obs_names = one_name,
                              .action_names = one_name,
                              .goal_names = goal_name,
                              .period = 0.1,
                              .max_steps = 1,
                              .success = 1,
                              .action_lo = lo,
                              .action_hi = hi,
                              .action_base = no_base,
                              .observe = copy_state,
                              .goal = copy_state};

static sg_i_demos made_up(int n)
{
    sg_i_demos d = {.env = &line, .n_steps = (size_t)n, .n_episodes = (size_t)n};
    sg_rng r;
    sg_rng_init(&r, 3, 0, 0);
    d.state = malloc((size_t)n * sizeof *d.state);
    d.action = malloc((size_t)n * sizeof *d.action);
    d.end = malloc((size_t)n * sizeof *d.end);
    for (int i = 0; i < n; i++) { /* episodes of one step: the chunk repeats it */
        d.state[i] = 2 * sg_rng_uniform(&r) - 1;
        d.action[i] = 3 * d.state[i] + 0.5;
        d.end[i] = (size_t)i + 1;
    }
    return d;
}

typedef struct job {
    sg_i_policy p;
    const char *file;
    long stop_at, calls;
    double final_share;
} job;

static sg_status save(void *self, const sg_train_state *st, sg_error *err)
{
    job *j = self;
    return sg_i_policy_save(&j->p, j->file, SG_DTYPE_F32, st, NULL, 0, err);
}

static int stop(void *self)
{
    job *j = self;
    return j->stop_at > 0 && ++j->calls > j->stop_at;
}

static int predicting; /* make a policy that does */

static void make(sg_i_policy *p, const sg_i_policy_data *data)
{
    sg_error err;
    sg_i_policy_dims d = {.obs = 1,
                          .goal = 1,
                          .action = 1,
                          .window = 1,
                          .horizon = 2,
                          .tokens = 1,
                          .d = 32,
                          .F = 32,
                          .L = 1,
                          .H = 1,
                          .C = 32,
                          .S = 16,
                          .predict = predicting};
    if (sg_i_policy_init(p, &sg_i_policy_cached, &d, 1, &err) != SG_OK)
        exit(99);
    p->env = strdup("line");
    p->obs_names = strdup("o");
    p->action_names = strdup("o");
    p->goal_names = strdup("g");
    p->scale.sigma_data = 0.5;
    p->scale.sigma_min = 0.01;
    p->scale.sigma_max = 2.5;
    if (sg_i_policy_data_scale(data, p, 0, &err) != SG_OK)
        exit(99);
    sg_params_draw(&p->params, 5);
}

/* leaves the averaged weights in ema (freed by the caller) */
static sg_real *train(job *j, const sg_i_policy_data *data, long steps, int threads, long stop_at,
                      int resume)
{
    sg_error err;
    sg_train_opt o;
    sg_train_state st = {0};
    sg_task task;
    sg_train_defaults(&o);
    o.steps = steps;
    o.batch = 64;
    o.threads = threads;
    o.valid_batches = 0;
    o.arena_bytes = (size_t)16 << 20;
    sg_model *f = NULL;
    if (resume) {
        if (sg_model_load(&f, j->file, &err) != SG_OK ||
            sg_i_policy_read(&j->p, f, 1, &err) != SG_OK)
            exit(99);
    } else {
        make(&j->p, data);
    }
    if (sg_optim_init(&st.optim, &j->p.params, &o.optim, &err) != SG_OK ||
        (resume && sg_train_state_load(&st, f, "net", &err) != SG_OK))
        exit(99);
    sg_model_free(f);
    sg_i_policy_task self = {
        .policy = &j->p, .data = data, .goal_share = 0.5, .final_share = j->final_share};
    sg_i_policy_task_init(&task, &self);
    sg_train_hooks h = {.self = j, .stop = stop, .save = j->file && !resume ? save : NULL};
    j->stop_at = stop_at;
    j->calls = 0;
    if (sg_train_run(&st, &task, &o, &h, &err) != (stop_at ? SG_EINTR : SG_OK))
        printf("# %s\n", err.text);
    size_t bytes = j->p.params.size * sizeof(sg_real);
    sg_real *ema = malloc(bytes);
    memcpy(ema, st.optim.ema, bytes);
    sg_optim_clear(&st.optim);
    return ema;
}

/* D(x, sigma) of one sample with an observation o, in units, first action of the chunk */
static double denoised(const sg_i_policy *p, double o, const double *goal, double sigma,
                       double noisy)
{
    sg_arena a;
    sg_tape t;
    sg_i_policy_ctx ctx;
    sg_error err;
    double sd = p->scale.sigma_data, all = sigma * sigma + sd * sd;
    double level = sg_i_policy_level(p, sigma);
    sg_real in[3], x[2] = {(sg_real)(noisy / sqrt(all)), (sg_real)(noisy / sqrt(all))};
    if (sg_arena_new(&a, 1 << 20, &err) != SG_OK)
        exit(99);
    const sg_i_policy_view v = {&o, 1, goal, goal != NULL};
    sg_i_policy_input(p, in, &v);
    sg_tape_init(&t, &a, &p->params, NULL, NULL);
    sg_i_policy_encode(&p->net, &t, sg_tensor_const(in, 1, 3), &ctx);
    sg_tensor y = sg_i_policy_denoise(&p->net, &t, &ctx, sg_tensor_const(x, 1, 2), &level);
    double d = sd * sd / all * noisy + sigma * sd / sqrt(all) * (double)y.x[0];
    sg_arena_clear(&a);
    return p->scale.mean[0] + p->scale.sd[0] * d / sd;
}

static void known_answer(const sg_i_policy_data *data)
{
    job j = {0};
    sg_real *ema = train(&j, data, 1500, 2, 0, 0);
    memcpy(j.p.params.x, ema, j.p.params.size * sizeof *ema);
    double worst = 0;
    for (int k = 0; k < 9; k++)
        for (int s = 0; s < 3; s++) {
            double o = -0.8 + 0.2 * k, sigma = (double[]){2, 0.5, 0.1}[s];
            double noisy = (3 * o + 0.5 - j.p.scale.mean[0]) / j.p.scale.sd[0] * 0.5 + 0.7 * sigma;
            tap_worst(&worst, fabs(denoised(&j.p, o, NULL, sigma, noisy) - (3 * o + 0.5)));
        }
    /* the range of the actions is 6 */
    tap_ok(worst < 0.15, "learns action = 3 o + 1/2 at every noise level (off by %.3f at most)",
           worst);
    free(ema);
    sg_i_policy_clear(&j.p);
}

/* Episodes of two steps: where the second one is, nothing tells but the goal, and both actions are
 * twice that. Half of the observations are second ones: without a goal E[a | o] = (0 + 2 o)/2. */
static void goals(void)
{
    sg_i_demos d = made_up(600);
    sg_i_policy_data data;
    sg_error err;
    d.n_episodes = 300;
    for (size_t e = 0; e < 300; e++) {
        d.end[e] = 2 * e + 2;
        d.action[2 * e] = d.action[2 * e + 1] = 2 * d.state[2 * e + 1];
    }
    if (sg_i_policy_data_init(&data, &d, 0, 0, &err) != SG_OK)
        exit(99);
    job j = {.final_share = 1};
    sg_real *ema = train(&j, &data, 500, 1, 0, 0);
    memcpy(j.p.params.x, ema, j.p.params.size * sizeof *ema);
    double told = 0, untold = 0;
    for (int k = 0; k < 9; k++) {
        double g = -0.8 + 0.2 * k;
        tap_worst(&told, fabs(denoised(&j.p, 0.3 - g, &g, 2, 0) - 2 * g));
        tap_worst(&untold, fabs(denoised(&j.p, 0.3 - g, NULL, 2, 0) - (0.3 - g)));
    }
    /* actions range from -2 to 2 */
    tap_ok(told < 0.3, "a goal leads to it (off by %.3f at most)", told);
    tap_ok(untold < 0.4, "without one the mean of both kinds of steps is left (off by %.3f)",
           untold);
    free(ema);
    sg_i_policy_clear(&j.p);
    sg_i_policy_data_clear(&data);
    sg_i_demos_clear(&d);
}

/* Episodes of two steps, where an action moves the state by half of it: what a chunk does and what
 * it forecasts must fit together. */
static void outcome(void)
{
    sg_i_demos d = made_up(600);
    sg_i_policy_data data;
    sg_error err;
    char file[64];
    sg_policy *p;
    sg_policy_ws *ws;
    d.n_episodes = 300;
    for (size_t e = 0; e < 300; e++) {
        d.end[e] = 2 * e + 2;
        d.action[2 * e] = 2 * (d.state[2 * e + 1] - d.state[2 * e]);
        d.action[2 * e + 1] = 0;
    }
    if (sg_i_policy_data_init(&data, &d, 0, 0, &err) != SG_OK)
        exit(99);
    predicting = 1;
    job j = {0};
    sg_real *ema = train(&j, &data, 500, 1, 0, 0);
    predicting = 0;
    memcpy(j.p.params.x, ema, j.p.params.size * sizeof *ema);
    snprintf(file, sizeof file, "t-policy-outcome-%ld.safetensors", (long)getpid());
    if (sg_i_policy_save(&j.p, file, SG_DTYPE_F32, NULL, NULL, 0, &err) != SG_OK ||
        sg_policy_open(&p, file, &err) != SG_OK)
        exit(99);
    unlink(file);
    size_t size = (sg_policy_ws_size(p) + 63) / 64 * 64;
    void *mem = aligned_alloc(64, size);
    sg_policy_opts o = sg_policy_opts_default(p);
    o.steps = 10;
    if (sg_policy_ws_init(&ws, p, mem, size, &o, &err) != SG_OK)
        exit(99);
    double off = 0, still = 0, n = 200;
    for (int k = 0; k < (int)n; k++) {
        double at = -0.8 + 1.6 * k / n, x;
        sg_policy_reset(ws, (uint64_t)k);
        if (sg_policy_observe(ws, &at, 0) != SG_OK ||
            sg_policy_act(ws, 0, INT64_MAX, &x, NULL) != SG_OK)
            exit(99);
        double a = sg_policy_chunk(ws, NULL)[0], f = sg_policy_forecast(ws, NULL)[0];
        off += fabs(f - at - a / 2) / n;
        still += fabs(f - at) / n;
    }
    /* states range from -1 to 1 */
    tap_ok(off < 0.05 && still > 0.2, "the forecast is what the action leads to (%.3f off of %.3f)",
           off, still);
    free(mem);
    sg_policy_close(p);
    free(ema);
    sg_i_policy_clear(&j.p);
    sg_i_policy_data_clear(&data);
    sg_i_demos_clear(&d);
}

static void scaling(const sg_i_policy_data *data)
{
    sg_i_policy p;
    make(&p, data);
    double sum = 0, lo_ = 9, hi_ = -9;
    for (size_t r = 0; r < data->n[0]; r++) {
        double o = data->state[0][data->row[0][r]];
        sum += 3 * o + 0.5;
        lo_ = fmin(lo_, o);
        hi_ = fmax(hi_, o);
    }
    tap_near(p.scale.mean[0], sum / (double)data->n[0], 1e-12, 0, "mean of the actions");
    tap_ok(p.scale.obs_lo[0] == lo_ && p.scale.obs_hi[0] == hi_, "range of the observations");
    tap_ok(data->n[0] == 270 && data->n[1] == 30, "every tenth episode is held out");
    sg_real in[3];
    const sg_i_policy_view v = {&hi_, 1, &lo_, 1};
    sg_i_policy_input(&p, in, &v);
    tap_ok(fabs((double)in[0] - 1) < 1e-6 && fabs((double)in[1] + 1) < 1e-6 && in[2] == 1,
           "observations are scaled to -1..1, and a goal is marked");
    sg_i_policy_clear(&p);
}

int main(void)
{
    sg_i_demos demos = made_up(300);
    sg_i_policy_data data;
    sg_error err;
    char file[64];
    if (sg_i_policy_data_init(&data, &demos, 10, 1, &err) != SG_OK)
        return 99;
    scaling(&data);
    known_answer(&data);
    goals();
    outcome();
    job a = {0}, b = {0};
    sg_real *one = train(&a, &data, 20, 1, 0, 0), *two = train(&b, &data, 20, 2, 0, 0);
    size_t bytes = a.p.params.size * sizeof *one;
    tap_ok(memcmp(one, two, bytes) == 0, "2 threads give the weights of 1");
    free(two);
    sg_i_policy_clear(&b.p);
    snprintf(file, sizeof file, "t-policy-train-%ld.safetensors", (long)getpid());
    b.file = file;
    two = train(&b, &data, 20, 2, 7, 0);
    tap_ok(memcmp(one, two, bytes) != 0, "7 steps are not 20");
    free(two);
    sg_i_policy_clear(&b.p);
    two = train(&b, &data, 20, 1, 0, 1);
    tap_ok(memcmp(one, two, bytes) == 0, "stopped after 7 steps and resumed = uninterrupted");
    tap_ok(memcmp(a.p.scale.sd, b.p.scale.sd, 2 * sizeof *a.p.scale.sd) == 0 &&
               strcmp(b.p.obs_names, "o") == 0 && b.p.scale.base[0] == -1 &&
               b.p.scale.rate[0] == a.p.scale.rate[0],
           "the file gave back scaling, names and limits");
    unlink(file);
    free(one);
    free(two);
    sg_i_policy_clear(&a.p);
    sg_i_policy_clear(&b.p);
    sg_i_policy_data_clear(&data);
    sg_i_demos_clear(&demos);
    return tap_done();
}
