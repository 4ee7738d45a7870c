/* The architecture beso. Against the independent twin in PyTorch: golden values by autograd in
 * float64 of a small random network (tests/data/twin/beso.safetensors, made by tools/twin/beso.py).
 * Float32 against float64: outputs within 1e-5 of the largest one, the loss within 1e-5, gradients
 * within 5e-5 of the parameter's largest entry. And in the runtime: the window that grows, past
 * actions that stay as they were. */
#include <config.h>

#include "policy-fixture.h"
#include "policy/runtime.h"
#include "tap.h"

#include <sigen/checkpoint.h>
#include <sigen/loss.h>

enum { SAMPLES = 3, MOST = 64 };

static sg_model *file;

/* DIMS of tools/twin/beso.py */
static const sg_i_policy_dims dims = {.obs = 6,
                                      .goal = 4,
                                      .action = 3,
                                      .window = 4,
                                      .horizon = 1,
                                      .tokens = 4,
                                      .d = 40,
                                      .F = 72,
                                      .L = 2,
                                      .H = 2,
                                      .goals = 2,
                                      .past = 1};

__attribute__((format(printf, 2, 3))) static size_t doubles(double *out, const char *fmt, ...)
{
    char name[96];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(name, sizeof name, fmt, ap);
    va_end(ap);
    const sg_model_array *a = sg_model_get(file, name);
    if (!a) {
        printf("Bail out! fixture lacks %s\n", name);
        exit(99);
    }
    for (size_t i = 0; i < a->count; i++)
        out[i] = (double)((const float *)a->data)[i];
    return a->count;
}

static void near(const char *what, const double *got, const double *want, size_t n, double tol)
{
    double worst = 0, scale = 1e-30;
    for (size_t i = 0; i < n; i++) {
        scale = fmax(scale, fabs(want[i]));
        tap_worst(&worst, fabs(got[i] - want[i]));
    }
    tap_ok(worst <= tol * scale, "%s, worst %.2g of %.2g", what, worst, scale);
}

/* ---- the twin ----------------------------------------------------------------------------------
 */

/* A sample of the fixture as the network is given it, and what F shall be. */
typedef struct sample {
    sg_real x[MOST], a[MOST], target[MOST];
    double level, weight[MOST], loss, out[MOST];
    int shown; /* observations */
} sample;

static void read_sample(sample *s, const sg_i_policy_dims *m, int k)
{
    double v[MOST], goal[MOST], y[MOST], z[MOST], how[3];
    const double sd = 0.5;
    int inputs = sg_i_policy_inputs(m);
    memset(s, 0, sizeof *s);
    doubles(v, "%d.states", k);
    doubles(goal, "%d.goals", k);
    doubles(y, "%d.y", k);
    doubles(z, "%d.z", k);
    doubles(how, "%d.shown", k);
    doubles(s->out, "%d.out", k);
    doubles(&s->loss, "%d.loss", k);
    int n = s->shown = (int)how[0], hidden = m->window - n;
    double sigma = how[2], all = sigma * sigma + sd * sd;
    for (int i = 0; i < m->window * m->obs; i++)
        s->x[i] = (sg_real)v[i];
    for (int g = 0; g < (int)how[1]; g++) {
        sg_real *to = s->x + m->window * m->obs + g * (m->goal + 1);
        for (int i = 0; i < m->goal; i++)
            to[i] = (sg_real)goal[g * m->goal + i];
        to[m->goal] = 1;
    }
    for (int i = 0; i < n - 1; i++)
        s->x[inputs - 1 - i] = 1;
    for (int i = 0; i < m->window * m->action; i++) {
        double noisy = y[i] + sigma * z[i], c_out = sigma * sd / sqrt(all);
        s->a[i] = (sg_real)(noisy / sqrt(all));
        s->target[i] = (sg_real)((y[i] - sd * sd / all * noisy) / c_out);
    }
    for (int i = hidden; i < m->window; i++)
        s->weight[i] = 1.0 / (SAMPLES * n * m->action);
    s->level = sg_i_policy_beso.level(sigma, 0.01, 2.5);
}

/* all samples as one batch: their sequences are of different lengths */
static void outputs(const sg_i_policy_net *net, const sg_params *ps, sg_real *grad)
{
    const sg_i_policy_dims *m = &net->dims;
    int in = sg_i_policy_inputs(m), chunk = sg_i_policy_chunk_size(m);
    sg_real x[SAMPLES * MOST], a[SAMPLES * MOST], target[SAMPLES * MOST];
    double level[SAMPLES], weight[SAMPLES * MOST], sum = 0;
    static sample s[SAMPLES];
    sg_arena arena;
    sg_tape t;
    sg_error err;
    sg_i_policy_ctx ctx;
    for (int k = 0; k < SAMPLES; k++) {
        read_sample(&s[k], m, k);
        memcpy(x + k * in, s[k].x, (size_t)in * sizeof *x);
        memcpy(a + k * chunk, s[k].a, (size_t)chunk * sizeof *a);
        memcpy(target + k * chunk, s[k].target, (size_t)chunk * sizeof *target);
        memcpy(weight + k * m->window, s[k].weight, (size_t)m->window * sizeof *weight);
        level[k] = s[k].level;
        sum += s[k].loss / SAMPLES;
    }
    if (sg_arena_new(&arena, 16 << 20, &err) != SG_OK)
        exit(99);
    sg_tape_init(&t, &arena, ps, grad, NULL);
    sg_i_policy_encode(net, &t, sg_tensor_const(x, SAMPLES, in), &ctx);
    sg_tensor y = sg_i_policy_denoise(
        net, &t, &ctx, sg_tensor_const(a, SAMPLES * m->tokens, chunk / m->tokens), level);
    if (t.status != SG_OK)
        exit(99);
    for (int k = 0; k < SAMPLES; k++) {
        double got[MOST];
        char what[64];
        int n = s[k].shown * m->action, from = (k + 1) * chunk - n;
        for (int i = 0; i < n; i++)
            got[i] = (double)y.x[from + i];
        snprintf(what, sizeof what, "outputs after %d observations", s[k].shown);
        near(what, got, s[k].out, (size_t)n, 1e-5);
    }
    tap_near(sg_loss_squared(y, target, weight), sum, 1e-6, 1e-5, "loss");
    sg_tape_backward(&t);
    sg_arena_clear(&arena);
}

static void twin(void)
{
    const char *dir = getenv("srcdir") ? getenv("srcdir") : ".";
    char path[1024];
    sg_i_policy_net net;
    sg_params ps;
    sg_error err;
    sg_params_init(&ps);
    snprintf(path, sizeof path, "%s/tests/data/twin/beso.safetensors", dir);
    if (sg_model_load(&file, path, &err) != SG_OK ||
        sg_i_policy_net_init(&net, &ps, &sg_i_policy_beso, &dims, 1, &err) != SG_OK ||
        sg_params_load(&ps, file, "net", &err) != SG_OK) {
        printf("Bail out! %s\n", err.text);
        exit(99);
    }
    sg_real *grad = calloc(ps.size, sizeof *grad);
    double *got = malloc(2 * ps.size * sizeof *got), *want = got + ps.size;
    if (!grad || !got)
        exit(99);
    outputs(&net, &ps, grad);
    for (int i = 0; i < ps.count; i++) {
        const sg_parameter *p = &ps.p[i];
        size_t n = (size_t)p->rows * (size_t)p->cols;
        if (!tap_ok(doubles(want, "grad.%s", p->name) == n, "%s has %zu elements", p->name, n))
            continue;
        for (size_t j = 0; j < n; j++)
            got[j] = (double)grad[p->off + j];
        near(p->name, got, want, n, 5e-5);
    }
    free(grad);
    free(got);
    sg_params_clear(&ps);
    sg_model_free(file);
}

/* ---- the runtime -------------------------------------------------------------------------------
 */

#define FAR INT64_MAX

static const double seen[5][FIX_OBS] = {{0.1, -0.2, 0.3, 0.4},
                                        {0.15, -0.1, 0.35, 0.3},
                                        {0.25, 0.1, 0.3, -0.1},
                                        {-0.4, 0.2, 0.1, 0.2},
                                        {-0.5, 0.25, -0.6, 0.7}};

static void step(sg_policy_ws *ws, int k, double *action)
{
    sg_policy_report r;
    if (sg_policy_observe(ws, seen[k], k * FIX_PERIOD) != SG_OK ||
        sg_policy_act(ws, k * FIX_PERIOD, FAR, action, &r) != SG_OK || r.steps != 3)
        action[0] = NAN;
}

/* The action after observation `last` of those from `first` on, a given chunk of the seed: DDIM on
 * the network itself; did (., FIX_ACT) are the actions that followed the observations. */
static void by_hand(const sg_policy *p, int first, int last, int chunk,
                    const double (*did)[FIX_ACT], double *action)
{
    enum { N = FIX_SEEN * FIX_ACT };
    const sg_i_policy *m = &p->m;
    const sg_i_policy_scale *s = &m->scale;
    const double sd = s->sigma_data;
    int n = last - first + 1 < FIX_SEEN ? last - first + 1 : FIX_SEEN, known = N - FIX_ACT;
    double window[FIX_SEEN * FIX_OBS] = {0}, x[N], d[N], kept[N] = {0};
    sg_real in[MOST], token[N];
    sg_arena a;
    sg_tape t;
    sg_i_policy_ctx ctx;
    sg_error err;
    sg_rng r;
    if (sg_arena_new(&a, 1 << 22, &err) != SG_OK)
        exit(99);
    for (int k = 0; k < n; k++) {
        int at = FIX_SEEN - n + k;
        memcpy(window + at * FIX_OBS, seen[last - n + 1 + k], sizeof seen[0]);
        for (int i = 0; i < FIX_ACT && k < n - 1; i++) {
            int e = at * FIX_ACT + i;
            kept[e] = sd * (did[last - n + 1 + k][i] - s->mean[e]) / s->sd[e];
        }
    }
    const sg_i_policy_view v = {window, n, NULL, 0};
    sg_i_policy_input(m, in, &v);
    sg_tape_init(&t, &a, &m->params, NULL, NULL);
    sg_i_policy_encode(&m->net, &t, sg_tensor_const(in, 1, sg_i_policy_inputs(&m->net.dims)), &ctx);
    sg_rng_init(&r, 99, (uint64_t)chunk, 0x500);
    for (int i = 0; i < N; i++)
        x[i] = (i < known ? kept[i] : 0) + s->sigma_max * sg_rng_normal(&r);
    for (int k = 0; k < 3; k++) {
        double ratio = sqrt(0.05 / s->sigma_max), sigma = s->sigma_max * pow(ratio, k);
        double next = k < 2 ? sigma * ratio : 0, all = sigma * sigma + sd * sd;
        double level = log(sigma) / 4;
        for (int i = 0; i < N; i++)
            token[i] = (sg_real)(x[i] / sqrt(all));
        sg_tensor f = sg_i_policy_denoise(&m->net, &t, &ctx,
                                          sg_tensor_const(token, FIX_SEEN, FIX_ACT), &level);
        for (int i = 0; i < N; i++) {
            d[i] = sd * sd / all * x[i] + sigma * sd / sqrt(all) * (double)f.x[i];
            d[i] = i < known ? kept[i] : d[i];
            x[i] = next / sigma * x[i] + (1 - next / sigma) * d[i];
        }
    }
    for (int i = 0; i < FIX_ACT; i++)
        action[i] = s->mean[known + i] + s->sd[known + i] * d[known + i] / sd;
    sg_arena_clear(&a);
}

static void runtime(void)
{
    fix_more.beso = 1;
    sg_policy *p = fix_policy(0, 2, 0, 1);
    fix_space a = fix_ws(p, NULL);
    double did[5][FIX_ACT], want[FIX_ACT], worst = 0, x[FIX_ACT];
    sg_policy_info info;
    sg_policy_describe(p, &info);
    tap_ok(strcmp(info.arch, "beso") == 0 && info.horizon == 1 && info.window == FIX_SEEN,
           "a file tells its architecture");
    sg_policy_reset(a.ws, 99);
    for (int k = 0; k < 5; k++) {
        step(a.ws, k, did[k]);
        by_hand(p, 0, k, k, (const double(*)[FIX_ACT])did, want);
        for (int i = 0; i < FIX_ACT; i++) /* what went out is within the limits */
            tap_worst(&worst, fabs(did[k][i] - fmin(fmax(want[i], -3), 3)));
    }
    tap_ok(worst < 1e-5, "a growing window, past actions kept: as by hand (%.1e off)", worst);
    /* no action after the second of three observations: the third is a first one */
    sg_policy_reset(a.ws, 99);
    step(a.ws, 0, x);
    sg_status s = sg_policy_observe(a.ws, seen[1], FIX_PERIOD);
    step(a.ws, 2, x);
    by_hand(p, 2, 2, 1, NULL, want);
    tap_ok(s == SG_OK && hypot(x[0] - want[0], x[1] - want[1]) < 1e-5,
           "where no action went out the window starts anew");
    free(a.mem);
    sg_policy_close(p);
    fix_more.beso = 0;
}

/* What is refused, and named. */
static void refused(void)
{
    sg_i_policy_dims bad[] = {dims, dims, dims, dims};
    static const char *const named[] = {"horizon", "predict", "goal", "heads"};
    bad[0].horizon = 2;
    bad[1].predict = 1;
    bad[2].goal = 7; /* more than an observation has */
    bad[3].H = 3;
    for (int k = 0; k < 4; k++) {
        sg_i_policy p;
        sg_error err = {0};
        sg_status s = sg_i_policy_init(&p, &sg_i_policy_beso, &bad[k], 0, &err);
        tap_ok(s == SG_ELIMIT && strstr(err.text, named[k]), "refused: %s", err.text);
        sg_i_policy_clear(&p);
    }
    char path[64];
    sg_policy *p;
    sg_error err = {0};
    snprintf(path, sizeof path, "policy-beso-%ld.safetensors", (long)getpid());
    sg_model_writer *w = sg_model_writer_new(&err);
    if (!w || sg_model_writer_meta(w, "format", "sigen-policy-1", &err) != SG_OK ||
        sg_model_writer_meta(w, "arch", "later", &err) != SG_OK ||
        sg_model_writer_save(w, path, &err) != SG_OK)
        exit(99);
    sg_model_writer_free(w);
    sg_status s = sg_policy_open(&p, path, &err);
    tap_ok(s == SG_EMODEL && !p && strstr(err.text, "\"later\""), "refused: %s", err.text);
    unlink(path);
}

int main(void)
{
    twin();
    refused();
    runtime();
    return tap_done();
}
