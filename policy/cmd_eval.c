#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/batches.h>
#include "cmd.h"
#include "rollout.h"

/* clang-format off */
static const sg_opt options[] = {
    SG_POLICY_OPT_ENV,
    SG_POLICY_OPT_SCENE,
    {"seeds", 0, SG_OPT_RANGE, "A-B", "starts: NumPy's RandomState seeds", "100000-100049", 0, 4294967295.0, NULL},
    {"max-steps", 0, SG_OPT_INT, "K", "end an episode after K periods (default: as published)", NULL, 1, 1e6, NULL},
    SG_POLICY_OPT_GOAL,
    SG_POLICY_OPTS_WS,
    {"episodes", 0, SG_OPT_TEXT, "FILE", "write a CSV line an episode", NULL, 0, 0, NULL},
};
/* clang-format on */

typedef struct evaluation {
    const sg_i_env *env;
    const char *scene;
    sg_policy *policy;
    sg_policy_opts opts;
    uint64_t first, last;
    int n, max_steps, goal; /* goal: SG_POLICY_GOAL_... */
    sg_i_episode *episode;  /* (n) */
    double *latency;        /* (n, max_steps), us */
} evaluation;

/* One episode with a world and a workspace of its own: results do not depend on threads. */
static sg_status one(void *ctx, void *worker, size_t k, size_t n, sg_error *err)
{
    const evaluation *v = ctx;
    (void)worker, (void)n;
    if (sg_cli_interrupted())
        return sg_fail(err, SG_EINTR, "interrupted");
    size_t size = (sg_policy_ws_size(v->policy) + 63) / 64 * 64;
    void *mem = aligned_alloc(64, size);
    sg_i_world *w;
    sg_policy_ws *ws;
    sg_status s = sg_i_env_open(v->env, &w, v->scene, err);
    if (s == SG_OK && !mem)
        s = sg_fail(err, SG_ENOMEM, "no memory for an episode");
    if (s == SG_OK)
        s = sg_policy_ws_init(&ws, v->policy, mem, size, &v->opts, err);
    if (s == SG_OK) {
        double goal[SG_ENV_GOAL];
        const double *counted;
        uint64_t seed = v->first + (uint64_t)k;
        sg_policy_reset(ws, seed);
        s = sg_i_policy_give_goal(v->goal, v->env, v->policy, ws, (uint32_t)seed, goal, &counted,
                                  err);
        if (s == SG_OK)
            s = sg_i_rollout(&v->episode[k], v->env, w, ws, (uint32_t)seed, v->max_steps, counted,
                             v->latency + k * (size_t)v->max_steps, NULL, err);
    }
    v->env->close(w);
    free(mem);
    return s;
}

static sg_status all(evaluation *v, sg_error *err)
{
    sg_i_world *w; /* the simulator's own start-up, once */
    sg_status s = sg_i_env_open(v->env, &w, v->scene, err);
    v->env->close(w);
    if (s != SG_OK)
        return s;
    return sg_batches_run(&(sg_batches){.count = (size_t)v->n, .most = 1, .run = one}, v, err);
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static json_t *percentiles(double *x, size_t n)
{
    static const struct {
        const char *name;
        double p;
    } q[] = {{"p50", 0.5}, {"p99", 0.99}, {"p999", 0.999}};
    json_t *o = json_object();
    qsort(x, n, sizeof *x, ascending);
    for (size_t k = 0; k < sizeof q / sizeof *q; k++)
        sg_json_set(&o, q[k].name,
                    n ? json_real(x[(size_t)lround(q[k].p * (double)(n - 1))]) : json_null());
    return o;
}

/* Shares of the episodes by the environment's marks. */
static void add_marks(json_t **o, const evaluation *v)
{
    for (const sg_i_mark *m = v->env->marks; m && m->name; m++) {
        int n = 0;
        for (int k = 0; k < v->n; k++)
            n += v->episode[k].score >= m->score - 1e-9;
        sg_json_set(o, m->name, json_real((double)n / v->n));
    }
}

/* How many solved episodes went each way, and the entropy of that, bits. */
static void add_ways(json_t **o, const evaluation *v)
{
    int n[SG_ENV_WAYS] = {0}, all = 0;
    double bits = 0;
    if (!v->env->way)
        return;
    for (int k = 0; k < v->n; k++)
        if (v->episode[k].success) {
            n[v->episode[k].way]++;
            all++;
        }
    json_t *a = json_array();
    for (int w = 0; w < v->env->n_ways; w++) {
        double p = all ? (double)n[w] / all : 0;
        bits -= p > 0 ? p * log2(p) : 0;
        sg_json_append(&a, json_integer(n[w]));
    }
    sg_json_set(o, "ways", a);
    sg_json_set(o, "way_entropy", json_real(bits));
}

/* Of environments with tasks: how many were done in an episode, p1, p2, ... the shares of the
 * episodes with as many at least, and each task's share. */
static void add_tasks(json_t **o, const evaluation *v)
{
    const int n = v->env->n_tasks;
    int least[SG_ENV_TASKS] = {0}, each[SG_ENV_TASKS] = {0}, all = 0;
    if (n == 0)
        return;
    for (int k = 0; k < v->n; k++) {
        int done = 0;
        for (int t = 0; t < n; t++) {
            each[t] += v->episode[k].place[t] > 0;
            done += v->episode[k].place[t] > 0;
        }
        for (int t = 0; t < done; t++)
            least[t]++;
        all += done;
    }
    json_t *shares = json_object();
    for (int t = 0; t < n; t++) {
        char name[16];
        snprintf(name, sizeof name, "p%d", t + 1);
        sg_json_set(o, name, json_real((double)least[t] / v->n));
        sg_json_set(&shares, v->env->tasks[t], json_real((double)each[t] / v->n));
    }
    sg_json_set(o, "tasks_mean", json_real((double)all / v->n));
    sg_json_set(o, "tasks", shares);
}

static json_t *summary(const sg_cli *c, const evaluation *v, double *score, sg_error *err)
{
    double sum = 0, sum2 = 0, iou = 0, forecast = 0, still = 0, n = v->n;
    long success = 0, steps = 0, chunks = 0, nfe = 0;
    size_t total = (size_t)v->n * (size_t)v->max_steps, made = 0, calls = 0;
    char seeds[64];
    snprintf(seeds, sizeof seeds, "%llu-%llu", (unsigned long long)v->first,
             (unsigned long long)v->last);
    double *us = malloc(2 * total * sizeof *us);
    if (!us) {
        sg_fail(err, SG_ENOMEM, "no memory for the latencies");
        return NULL;
    }
    for (int k = 0; k < v->n; k++) {
        const sg_i_episode *e = &v->episode[k];
        sum += e->score;
        iou += e->iou;
        forecast += e->forecast;
        still += e->still;
        success += e->success;
        steps += e->steps;
        chunks += e->chunks;
        nfe += e->nfe;
        for (int i = 0; i < e->steps; i++) {
            double x = v->latency[(size_t)k * (size_t)v->max_steps + (size_t)i];
            us[calls++] = fabs(x);
            if (x > 0)
                us[total + made++] = x;
        }
    }
    *score = sum / n;
    for (int k = 0; k < v->n; k++)
        sum2 += (v->episode[k].score - *score) * (v->episode[k].score - *score);
    sg_policy_info info;
    sg_policy_describe(v->policy, &info);
    json_t *o = json_object();
    sg_json_set(&o, "env", json_string(v->env->name));
    sg_json_set(&o, "model", sg_json_string(info.hash));
    sg_json_set(&o, "seeds", json_string(seeds));
    sg_json_set(&o, "goal", json_string(sg_i_policy_goal_name((size_t)v->goal)));
    sg_json_set(&o, "episodes", json_integer(v->n));
    sg_json_set(&o, "score_mean", json_real(*score));
    sg_json_set(&o, "score_std", json_real(sqrt(sum2 / n)));
    sg_json_set(&o, "success", json_real((double)success / n));
    add_marks(&o, v);
    add_ways(&o, v);
    add_tasks(&o, v);
    sg_json_set(&o, "iou", v->env->overlaps ? json_real(iou / n) : json_null());
    if (info.predicts) {
        sg_json_set(&o, "forecast_rms", json_real(sqrt(forecast / n)));
        sg_json_set(&o, "still_rms", json_real(sqrt(still / n)));
    }
    sg_json_set(&o, "steps", json_real((double)steps / n));
    sg_json_set(&o, "nfe", json_real(chunks ? (double)nfe / (double)chunks : 0));
    sg_json_set(&o, "latency_us", percentiles(us, calls));
    sg_json_set(&o, "chunk_us", percentiles(us + total, made));
    sg_json_set(&o, "made_by", sg_cli_provenance(c));
    free(us);
    return o;
}

/* The tasks that were done, in that order. */
static void write_tasks(sg_out *out, const sg_i_env *env, const sg_i_episode *e)
{
    for (int p = 1; p <= env->n_tasks; p++)
        for (int t = 0; t < env->n_tasks; t++)
            if (e->place[t] == p)
                sg_out_printf(out, "%s%s", p == 1 ? "" : "; ", env->tasks[t]);
}

static sg_status write_episodes(const evaluation *v, const char *path, sg_error *err)
{
    sg_out *out = sg_out_open(path, err);
    if (!out)
        return SG_EIO;
    sg_out_puts(out, v->env->n_tasks ? "seed,score,success,iou,steps,chunks,tasks\n"
                                     : "seed,score,success,iou,steps,chunks\n");
    for (int k = 0; k < v->n; k++) {
        const sg_i_episode *e = &v->episode[k];
        sg_out_printf(out, "%llu,%.6f,%d,%.6f,%d,%d", (unsigned long long)(v->first + (uint64_t)k),
                      e->score, e->success, e->iou, e->steps, e->chunks);
        sg_out_puts(out, v->env->n_tasks ? "," : "");
        write_tasks(out, v->env, e);
        sg_out_puts(out, "\n");
    }
    return sg_out_commit(out, err);
}

static sg_status prepare(const sg_cli *c, evaluation *v, sg_error *err)
{
    v->env = sg_i_env_find(sg_cli_text(c, "env"), err);
    if (!v->env)
        return SG_EINVAL;
    if (!v->env->open)
        return sg_fail(err, SG_ENOTSUP, "built without the simulator of %s", v->env->name);
    v->scene = sg_cli_text(c, "scene");
    sg_cli_pair(c, "seeds", &v->first, &v->last);
    if (v->last - v->first >= 1000000)
        return sg_fail(err, SG_EINVAL, "more than a million episodes");
    v->n = (int)(v->last - v->first + 1);
    v->max_steps =
        sg_cli_given(c, "max-steps") ? (int)sg_cli_int(c, "max-steps") : v->env->max_steps;
    v->goal = sg_i_policy_goal_kind(sg_cli_text(c, "goal"));
    sg_status s = sg_i_policy_model(c, v->env->name, &v->policy, err);
    if (s == SG_OK)
        s = sg_i_rollout_fits(v->env, v->policy, err);
    if (s != SG_OK)
        return s;
    v->opts = sg_policy_opts_default(v->policy);
    sg_i_policy_ws_opts(c, &v->opts);
    v->episode = calloc((size_t)v->n, sizeof *v->episode);
    v->latency = calloc((size_t)v->n * (size_t)v->max_steps, sizeof *v->latency);
    return v->episode && v->latency ? SG_OK
                                    : sg_fail(err, SG_ENOMEM, "no memory for %d episodes", v->n);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    evaluation v = {0};
    sg_cli_threads(c);
    double score = 0;
    sg_status s = prepare(c, &v, err);
    if (s == SG_OK)
        s = all(&v, err);
    const char *episodes = sg_cli_text(c, "episodes");
    if (s == SG_OK && episodes)
        s = write_episodes(&v, episodes, err);
    json_t *o = s == SG_OK ? summary(c, &v, &score, err) : NULL;
    if (s == SG_OK && !o)
        s = SG_ENOMEM;
    if (s == SG_OK && sg_cli_flag(c, "json")) {
        s = sg_cli_print_json(o, err);
    } else if (s == SG_OK) {
        printf("%s: score %.3f, success %.2f", v.env->name, score,
               json_real_value(json_object_get(o, "success")));
        if (v.env->overlaps)
            printf(", final IoU %.3f", json_real_value(json_object_get(o, "iou")));
        for (const sg_i_mark *m = v.env->marks; m && m->name; m++)
            printf(", %s %.2f", m->name, json_real_value(json_object_get(o, m->name)));
        if (v.env->n_tasks)
            printf(", tasks %.2f of %d", json_real_value(json_object_get(o, "tasks_mean")),
                   v.env->n_tasks);
        if (v.env->way)
            printf(", ways %.2f bits", json_real_value(json_object_get(o, "way_entropy")));
        printf(" over %d episodes\n", v.n);
        json_decref(o);
    }
    sg_policy_close(v.policy);
    free(v.episode);
    free(v.latency);
    return s;
}

const sg_verb sg_i_policy_eval = {
    .name = "eval",
    .summary = "run a policy in its simulator and score it",
    .common = SG_COMMON_MODEL | SG_COMMON_THREADS | SG_COMMON_JSON | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "pusht: the start of episode k is NumPy's RandomState(seed), as in the published "
        "benchmark; the "
        "score of an episode is the largest coverage of the goal over 0.95, at most 1; it ends at "
        "success "
        "(coverage above 0.95) or after 300 periods of 0.1 s. Published tables average the starts "
        "100000-100049.\n\n"
        "blockpush: the score is 0.49 when one block got into a target, 1 when both did, into "
        "different ones; it ends then or after 350 periods. p1 and p2 are the shares of the "
        "episodes with at least one and with both blocks in (the published figures, starts from "
        "100000 on), ways how many of those with both began with block 1 into target 1, 1 into 2, "
        "2 into 1, 2 into 2, way_entropy the entropy of that, at most 2 bits.\n\n"
        "kitchen: --scene names the scene of your own copy of relay-policy-learning "
        "(franka_kitchen_jntpos_act_ab.xml) or Gymnasium-Robotics (kitchen_env_model.xml); none "
        "comes with sigen. An episode has 280 periods of 0.08 s or ends when all is done; a task "
        "counts once its element was within 0.3 of its goal, the score is the share of the seven. "
        "tasks_mean is how many were done in the mean, p1 to p7 are the shares of the episodes "
        "with as many at least, tasks the share of each; a line of --episodes ends with the tasks "
        "in the order in which they were done. All starts are the same; a seed draws the noise of "
        "the observations.\n\n"
        "--goal published: episodes are scored as above, and a policy with goals is told the "
        "published goal; in blockpush, where the score has none, that block 1 shall lie in the "
        "middle of the left zone and block 2 of the right one. none: scored likewise, the policy "
        "is told nothing. drawn, for policies with goals: told and scored by a goal of the "
        "episode's own; in pusht a pose of the block as starts are drawn, by RandomState(seed + "
        "10^9), again until every corner is 36 px "
        "inside the arena; in blockpush each target of the start is for one block, "
        "RandomState(seed + 10^9) draws which, and the score is the share of the blocks that lie "
        "where the goal has them, 0.5 for each; in kitchen the goal is the start but with four "
        "tasks done, RandomState(seed + 10^9) draws which, and the score is the share of these "
        "four.\n\n"
        "--json prints env, model, seeds, goal, episodes, score_mean, score_std, success (share of "
        "episodes), "
        "iou (mean of the final intersection over union), steps (mean length), nfe (network calls "
        "a "
        "chunk), latency_us (observe and act, every period) and chunk_us (those that made a "
        "chunk), "
        "each with p50, p99, p999; of policies that predict also forecast_rms, what came less what "
        "was forecast, in ranges of the observations, and still_rms, less what was seen when it "
        "was "
        "forecast. Scores depend on the policy and the options only, not on "
        "threads.",
    .example = "sg-policy eval --env pusht --model pusht --seeds 100000-100049 --json",
    .run = run};
