/* What a chunk costs with the published networks of BESO: random weights of the published sizes in
 * a policy file, opened and run as any other, three steps, float and int8. A line each: name,
 * parameters, tokens, CPU ms of observe and act on one thread, least and median. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "policy/runtime.h"

static const struct row {
    const char *name;
    sg_i_policy_dims dims;
    int int8;
} rows[] = {
    /* clang-format off */
    {"Block-Push", {.obs = 10, .goal = 10, .action = 2, .window = 5, .horizon = 1, .d = 240, .L = 4, .H = 12, .goals = 1, .past = 1}, 0},
    {"Block-Push int8", {.obs = 10, .goal = 10, .action = 2, .window = 5, .horizon = 1, .d = 240, .L = 4, .H = 12, .goals = 1, .past = 1}, 1},
    {"Kitchen", {.obs = 30, .goal = 30, .action = 9, .window = 4, .horizon = 1, .d = 360, .L = 6, .H = 6, .goals = 2, .past = 1}, 0},
    {"Kitchen int8", {.obs = 30, .goal = 30, .action = 9, .window = 4, .horizon = 1, .d = 360, .L = 6, .H = 6, .goals = 2, .past = 1}, 1},
    /* clang-format on */
};

static void must(sg_status s, const sg_error *err)
{
    if (s != SG_OK) {
        fprintf(stderr, "bench-policy: %s\n", err->text);
        exit(1);
    }
}

/* "a,a,..": n names */
static char *names(int n)
{
    char *s = calloc((size_t)n, 2);
    for (int i = 0; s && i < n; i++)
        memcpy(s + 2 * i, i + 1 < n ? "a," : "a", i + 1 < n ? 2 : 1);
    return s;
}

/* calibrated on noise: the time does not depend on it */
static void quantise(sg_i_policy *p)
{
    sg_error err = {0};
    sg_q8_watch *w;
    sg_rng r;
    sg_rng_init(&r, 2, 0, 0);
    must(sg_q8_watch_new(&w, &p->params, &err), &err);
    for (int k = 0; k < p->params.count; k++) {
        int n = p->params.p[k].rows;
        sg_real *x = malloc((size_t)n * sizeof *x);
        for (int i = 0; x && i < n; i++)
            x[i] = (sg_real)sg_rng_normal(&r);
        if (x)
            sg_q8_watch_see(w, k, sg_tensor_const(x, 1, n));
        free(x);
    }
    must(sg_q8_make(&p->q8, &p->params, w, 64, &err), &err);
    sg_q8_watch_free(w);
}

static sg_policy *make(const struct row *row)
{
    sg_error err = {0};
    sg_i_policy p;
    sg_policy *open;
    sg_i_policy_dims d = row->dims;
    const char *tmp = getenv("TMPDIR");
    char path[1024];
    snprintf(path, sizeof path, "%.1000s/bench-policy-XXXXXX", tmp ? tmp : P_tmpdir);
    sg_i_policy_beso.sizes(&d);
    must(sg_i_policy_init(&p, &sg_i_policy_beso, &d, 0, &err), &err);
    sg_params_draw(&p.params, 1);
    sg_i_policy_scale *s = &p.scale;
    s->sigma_data = 0.5;
    s->sigma_min = 0.05;
    s->sigma_max = 1;
    s->period = 0.1;
    for (int i = 0; i < d.obs; i++)
        s->obs_hi[i] = 1;
    for (int i = 0; i < d.goal; i++)
        s->goal_hi[i] = 1;
    for (int i = 0; i < sg_i_policy_chunk_size(&p.net.dims); i++)
        s->sd[i] = 1;
    for (int a = 0; a < d.action; a++) {
        s->base[a] = -1;
        s->lo[a] = -9;
        s->hi[a] = 9;
        s->rate[a] = s->accel[a] = INFINITY;
    }
    p.env = names(1);
    p.obs_names = names(d.obs);
    p.action_names = names(d.action);
    p.goal_names = names(d.goal);
    if (row->int8)
        quantise(&p);
    int fd = mkstemp(path);
    if (fd < 0)
        exit(1);
    close(fd);
    must(sg_i_policy_save(&p, path, SG_DTYPE_F32, NULL, NULL, 0, &err), &err);
    must(sg_policy_open(&open, path, &err), &err);
    unlink(path);
    sg_i_policy_clear(&p);
    return open;
}

static double cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void measure(const struct row *row, int calls)
{
    sg_policy *p = make(row);
    sg_policy_opts o = sg_policy_opts_default(p);
    const sg_i_policy_dims *d = &p->m.net.dims;
    size_t size = (sg_policy_ws_size(p) + 63) / 64 * 64;
    double *ms = calloc((size_t)calls, sizeof *ms), obs[64], action[64], goal[64] = {0};
    void *mem = aligned_alloc(64, size);
    sg_policy_ws *ws;
    sg_error err = {0};
    sg_rng r;
    if (!ms || !mem)
        exit(1);
    must(sg_policy_ws_init(&ws, p, mem, size, &o, &err), &err);
    must(sg_policy_set_goal(ws, goal), &err);
    sg_rng_init(&r, 3, 0, 0);
    for (int k = 0; k < calls; k++) {
        int64_t t = (int64_t)k * 100000000;
        for (int i = 0; i < d->obs; i++)
            obs[i] = sg_rng_uniform(&r);
        double t0 = cpu_ms();
        if (sg_policy_observe(ws, obs, t) != SG_OK ||
            sg_policy_act(ws, t, INT64_MAX, action, NULL) != SG_OK)
            exit(1);
        ms[k] = cpu_ms() - t0;
    }
    qsort(ms, (size_t)calls, sizeof *ms, ascending);
    long n = 0;
    for (int k = 0; k < p->m.params.count; k++)
        n += (long)p->m.params.p[k].rows * p->m.params.p[k].cols;
    printf("%-16s %9ld parameters %3d tokens  CPU ms min %7.3f, median %7.3f\n", row->name, n,
           1 + d->goals + 2 * d->window, ms[0], ms[calls / 2]);
    fflush(stdout);
    free(ms);
    free(mem);
    sg_policy_close(p);
}

int main(int argc, char **argv)
{
    int calls = argc > 1 ? atoi(argv[1]) : 300;
    for (size_t k = 0; calls > 0 && k < sizeof rows / sizeof *rows; k++)
        measure(&rows[k], calls);
    return calls <= 0;
}
