#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/models.h"
#include "cmd.h"
#include "data.h"
#include "rollout.h"
#include "runtime.h"

/* clang-format off */
static const sg_opt options[] = {
    {"model", 'm', SG_OPT_TEXT, "NAME", "the policy, a shipped one or a file", "pusht", 0, 0, NULL},
    {"examples", 0, SG_OPT_INT, "N", "observations of DATA to watch the policy at", "1000", 10, 1e6, NULL},
    {"steps", 0, SG_OPT_INT, "K", "denoising steps of a chunk, watched beside 1 and 10", "3", 1, 64, NULL},
    {"least", 0, SG_OPT_INT, "N", "matrices with fewer rows or columns stay as they are", "64", 1, 1e6, NULL},
    {"seeds", 0, SG_OPT_RANGE, "A-B", "score both policies from these starts", NULL, 0, 4294967295.0, NULL},
    SG_POLICY_OPT_SCENE,
    SG_POLICY_OPT_GOAL,
    SG_PACK_OPTIONS,
};
/* clang-format on */

/* A policy, and a workspace to run it in. */
typedef struct runner {
    sg_policy *p;
    void *mem;
    sg_policy_ws *ws;
} runner;

/* Of a policy that was opened, if that went well; it is the runner's then. */
static sg_status runner_init(runner *r, sg_status s, sg_policy *p, int steps, sg_error *err)
{
    memset(r, 0, sizeof *r);
    if (s != SG_OK)
        return s;
    r->p = p;
    size_t size = (sg_policy_ws_size(r->p) + 63) / 64 * 64;
    sg_policy_opts o = sg_policy_opts_default(r->p);
    o.steps = steps;
    r->mem = aligned_alloc(64, size);
    return r->mem ? sg_policy_ws_init(&r->ws, r->p, r->mem, size, &o, err)
                  : sg_fail(err, SG_ENOMEM, "no memory for a workspace");
}

static sg_status runner_of_file(runner *r, const char *path, int steps, sg_error *err)
{
    sg_policy *p = NULL;
    sg_status s = sg_policy_open(&p, path, err);
    return runner_init(r, s, p, steps, err);
}

/* What a file will hold. */
typedef struct image {
    void *buf;
    size_t len;
} image;

static sg_status runner_of_image(runner *r, const image *i, int steps, sg_error *err)
{
    sg_policy *p = NULL;
    sg_model *file;
    sg_status s = sg_model_parse(&file, i->buf, i->len, err);
    if (s == SG_OK)
        s = sg_i_policy_open(&p, file, err);
    return runner_init(r, s, p, steps, err);
}

static void runner_clear(runner *r)
{
    free(r->mem);
    sg_policy_close(r->p);
    memset(r, 0, sizeof *r);
}

/* The chunk that the policy makes at example k of the data: every other one towards a later state.
 */
static const double *chunk_at(runner *r, const sg_i_policy_data *d, uint64_t k, double *us)
{
    const sg_i_policy_dims *m = &r->p->m.net.dims;
    double obs[64 * SG_ENV_OBS], act[256 * (SG_ENV_ACTION + SG_ENV_OBS)], goal[SG_ENV_GOAL],
        action[SG_ENV_ACTION];
    int64_t period = (int64_t)(r->p->m.scale.period * 1e9);
    sg_rng rng;
    sg_rng_init(&rng, 7, k, 0);
    size_t row = d->row[0][sg_rng_below(&rng, (uint32_t)d->n[0])];
    size_t to = row + sg_rng_below(&rng, (uint32_t)(d->end[row] - row));
    sg_i_policy_data_example(d, m, 0, row, NULL, obs, act);
    sg_i_policy_data_goal(d, 0, to, NULL, goal);
    sg_policy_reset(r->ws, k);
    sg_status s = sg_policy_set_goal(r->ws, m->goal && k % 2 ? goal : NULL);
    double t0 = 0;
    for (int i = 0; i < m->window && s == SG_OK; i++) {
        if (i > 0 && m->lead) /* the action of the data is what was done */
            sg_i_policy_went_out(r->ws, act + (i - 1) * m->action, (i - 1) * period);
        t0 = sg_cli_seconds();
        s = sg_policy_observe(r->ws, obs + i * m->obs, i * period);
    }
    if (s == SG_OK)
        s = sg_policy_act(r->ws, (m->window - 1) * period, INT64_MAX, action, NULL);
    *us = 1e6 * (sg_cli_seconds() - t0);
    return s == SG_OK ? sg_policy_chunk(r->ws, NULL) : NULL;
}

/* Watches the policy at n examples, with 1, 10 and the usual number of steps. */
static sg_status watch(const char *path, const sg_i_policy_data *d, int n, int steps,
                       sg_q8_watch *w, sg_error *err)
{
    const int all[] = {steps, 1, 10};
    sg_status s = SG_OK;
    for (int i = 0; i < 3 && s == SG_OK; i++) {
        runner r;
        double us;
        s = runner_of_file(&r, path, all[i], err);
        if (s == SG_OK)
            r.ws->watch = w;
        for (int k = 0; k < n && s == SG_OK && !sg_cli_interrupted(); k++)
            if (!chunk_at(&r, d, (uint64_t)k, &us))
                s = sg_fail(err, SG_ENAN, "the policy gives no chunk at example %d", k);
        runner_clear(&r);
    }
    return s == SG_OK && sg_cli_interrupted() ? sg_fail(err, SG_EINTR, "interrupted") : s;
}

static sg_status make(const sg_cli *c, const char *from, const sg_i_policy_data *d,
                      const char *const (*meta)[2], int n_meta, image *made, json_t **o,
                      sg_error *err)
{
    sg_model *file;
    sg_i_policy p;
    sg_q8_watch *w = NULL;
    sg_status s = sg_model_load(&file, from, err);
    if (s != SG_OK)
        return s;
    s = sg_i_policy_read(&p, file, 0, err);
    sg_model_free(file);
    if (s != SG_OK)
        return s;
    if (p.q8)
        s = sg_fail(err, SG_EINVAL, "%s is in int8 already", from);
    if (s == SG_OK)
        s = sg_q8_watch_new(&w, &p.params, err);
    if (s == SG_OK)
        s = watch(from, d, (int)sg_cli_int(c, "examples"), (int)sg_cli_int(c, "steps"), w, err);
    if (s == SG_OK)
        s = sg_q8_make(&p.q8, &p.params, w, (int)sg_cli_int(c, "least"), err);
    if (s == SG_OK) {
        sg_json_set(o, "matrices", json_integer(sg_q8_count(p.q8)));
        sg_json_set(o, "int8_weights", json_integer((json_int_t)sg_q8_bytes(p.q8)));
        sg_json_set(o, "parameters", json_integer((json_int_t)p.params.size));
        s = sg_i_policy_bytes(&p, &made->buf, &made->len, SG_DTYPE_F32, meta, n_meta, err);
    }
    sg_q8_watch_free(w);
    sg_i_policy_clear(&p);
    return s;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* What differs: chunks at n other examples, of the range of the actions, and the time of each. */
static sg_status compare(runner r[2], const sg_i_policy_data *d, int n, json_t **o, sg_error *err)
{
    const sg_i_policy *m = &r[0].p->m;
    int chunk = m->net.dims.horizon * m->net.dims.action;
    double *us = malloc(2 * (size_t)n * sizeof *us), sum = 0, most = 0;
    if (!us)
        return sg_fail(err, SG_ENOMEM, "no memory for %d times", n);
    sg_status s = SG_OK;
    for (int k = 0; k < n && s == SG_OK; k++) {
        const double *x[2];
        for (int i = 0; i < 2; i++)
            x[i] = chunk_at(&r[i], d, 1000000 + (uint64_t)k, &us[i * n + k]);
        if (sg_cli_interrupted())
            s = sg_fail(err, SG_EINTR, "interrupted");
        else if (!x[0] || !x[1])
            s = sg_fail(err, SG_ENAN, "the policy%s gives no chunk at example %d",
                        x[0] ? " in int8" : "", k);
        for (int j = 0; j < chunk && s == SG_OK; j++) {
            int a = j % m->net.dims.action;
            double off = fabs(x[1][j] - x[0][j]) / (m->scale.hi[a] - m->scale.lo[a]);
            sum += off * off;
            most = fmax(most, off);
        }
    }
    static const char *const names[] = {"float_us", "int8_us"};
    for (int i = 0; i < 2 && s == SG_OK; i++) {
        qsort(us + i * n, (size_t)n, sizeof *us, ascending);
        sg_json_set(o, names[i], json_real(us[i * n + n / 2]));
    }
    if (s == SG_OK) {
        sg_json_set(o, "action_rms", json_real(sqrt(sum / ((double)n * chunk))));
        sg_json_set(o, "action_max", json_real(most));
        sg_json_set(o, "kernel", json_string(sg_q8_kernel(r[1].p->m.q8)));
    }
    free(us);
    return s;
}

static sg_status score(const sg_cli *c, const sg_i_env *env, runner r[2], json_t **o, sg_error *err)
{
    static const char *const names[2][2] = {{"float_score", "float_iou"},
                                            {"int8_score", "int8_iou"}};
    uint64_t first = 0, last = 0;
    if (!sg_cli_given(c, "seeds"))
        return SG_OK;
    sg_cli_pair(c, "seeds", &first, &last);
    sg_i_world *w;
    sg_status s = sg_i_env_open(env, &w, sg_cli_text(c, "scene"), err);
    for (int i = 0; i < 2 && s == SG_OK; i++) {
        double sum = 0, iou = 0, n = (double)(last - first) + 1;
        for (uint64_t k = first; k <= last && s == SG_OK; k++) {
            double goal[SG_ENV_GOAL];
            const double *counted;
            sg_i_episode e;
            sg_policy_reset(r[i].ws, k);
            s = sg_i_policy_give_goal(sg_i_policy_goal_kind(sg_cli_text(c, "goal")), env, r[i].p,
                                      r[i].ws, (uint32_t)k, goal, &counted, err);
            if (s == SG_OK)
                s = sg_i_rollout(&e, env, w, r[i].ws, (uint32_t)k, env->max_steps, counted, NULL,
                                 NULL, err);
            if (s == SG_OK && sg_cli_interrupted())
                s = sg_fail(err, SG_EINTR, "interrupted");
            sum += s == SG_OK ? e.score : 0;
            iou += s == SG_OK ? e.iou : 0;
        }
        sg_json_set(o, names[i][0], json_real(sum / n));
        sg_json_set(o, names[i][1], env->overlaps ? json_real(iou / n) : json_null());
    }
    if (w)
        env->close(w);
    return s;
}

static double got(const json_t *o, const char *key)
{
    return json_number_value(json_object_get(o, key));
}

static void show(const json_t *o)
{
    printf("%.0f of %.0f weights in %.0f matrices are int8\n", got(o, "int8_weights"),
           got(o, "parameters"), got(o, "matrices"));
    printf("actions differ by %.3f %% of their range (rms; most %.2f %%)\n",
           100 * got(o, "action_rms"), 100 * got(o, "action_max"));
    printf("a chunk takes %.1f us in place of %.1f (median; kernel %s)\n", got(o, "int8_us"),
           got(o, "float_us"), json_string_value(json_object_get(o, "kernel")));
    if (json_object_get(o, "int8_score"))
        printf("score %.3f in place of %.3f\n", got(o, "int8_score"), got(o, "float_score"));
    if (json_is_real(json_object_get(o, "int8_iou")))
        printf("final IoU %.3f in place of %.3f\n", got(o, "int8_iou"), got(o, "float_iou"));
}

static sg_status write_image(const image *i, const char *path, sg_error *err)
{
    sg_out *out = sg_out_open(path, err);
    if (!out)
        return SG_EIO;
    sg_out_write(out, i->buf, i->len);
    return sg_out_commit(out, err);
}

/* data of the policy's own environment */
static sg_status load(const sg_cli *c, const char *path, const sg_i_env **env, sg_i_policy_data *d,
                      sg_error *err)
{
    runner r;
    sg_i_demos demos = {0};
    sg_status s = runner_of_file(&r, path, 1, err);
    if (s == SG_OK && !(*env = sg_i_env_find(r.p->m.env, err)))
        s = SG_EINVAL;
    if (s == SG_OK)
        s = sg_i_rollout_fits(*env, r.p, err);
    if (s == SG_OK)
        s = sg_i_demos_read(&demos, c->operands[0], *env, err);
    if (s == SG_OK)
        s = sg_i_policy_data_init(d, &demos, 0, 0, err);
    sg_i_demos_clear(&demos);
    runner_clear(&r);
    if (s == SG_OK && sg_cli_given(c, "seeds")) { /* whether it can be scored, before the work */
        sg_i_world *w;
        s = sg_i_env_open(*env, &w, sg_cli_text(c, "scene"), err);
        if (s == SG_OK)
            (*env)->close(w);
    }
    return s;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    const char *out;
    if (sg_cli_pack_output(c, &out, err) != SG_OK)
        return SG_EINVAL;
    const char *const meta[][2] = {SG_PACK_META(c)};
    const sg_i_env *env = NULL;
    sg_i_policy_data d = {0};
    runner r[2] = {0};
    image made = {0};
    char *path = NULL;
    json_t *o = json_object();
    sg_status s = sg_i_policy_model_path(c, "pusht", &path, err);
    if (s == SG_OK)
        s = load(c, path, &env, &d, err);
    if (s == SG_OK)
        s = make(c, path, &d, meta, 2, &made, &o, err);
    if (s == SG_OK)
        s = runner_of_file(&r[0], path, (int)sg_cli_int(c, "steps"), err);
    if (s == SG_OK)
        s = runner_of_image(&r[1], &made, (int)sg_cli_int(c, "steps"), err);
    if (s == SG_OK)
        s = compare(r, &d, (int)sg_cli_int(c, "examples"), &o, err);
    if (s == SG_OK)
        s = score(c, env, r, &o, err);
    if (s == SG_OK)
        s = write_image(&made, out, err);
    if (s == SG_OK && sg_cli_flag(c, "json")) {
        sg_json_set(&o, "made_by", sg_cli_provenance(c));
        s = sg_cli_print_json(o, err);
    } else {
        if (s == SG_OK)
            show(o);
        json_decref(o);
    }
    runner_clear(&r[0]);
    runner_clear(&r[1]);
    sg_i_policy_data_clear(&d);
    free(made.buf);
    free(path);
    return s;
}

const sg_verb sg_i_policy_quantize = {
    .name = "quantize",
    .summary = "make a policy with int8 matrices",
    .operands = "DATA",
    .min_operands = 1,
    .max_operands = 1,
    .common = SG_COMMON_JSON | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Rounds the weights of all larger matrices, and what goes into them, to 8 bits. How inputs "
        "and weights share the error is calibrated along the sampling: on all that goes in while "
        "the policy denoises chunks from noise, by --steps, 1 and 10 steps, at observations of "
        "DATA, half of them towards goals where it takes any. Then tells by how much the actions "
        "change at other observations, what a chunk costs before and after and, with --seeds, the "
        "scores. The file is written when all of that is done. The policy is a quarter of the "
        "size, runs with AVX-512 VNNI where the machine "
        "has it, and gives the same bits where it has not.",
    .example =
        "sg-policy quantize policy/data/pusht --model pusht --seeds 1-50 -o int8.safetensors",
    .run = run};
