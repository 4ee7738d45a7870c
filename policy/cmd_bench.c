#include <config.h>

#include <math.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <sigen/rng.h>
#include "cmd.h"
#include "runtime.h"

/* clang-format off */
static const sg_opt options[] = {
    {"calls", 0, SG_OPT_INT, "N", "periods to time", "20000", 100, 1e8, NULL},
    SG_POLICY_OPTS_WS,
    {"kernel", 0, SG_OPT_TEXT, "NAME", "of a policy in int8: vnni, v4, v3 or generic (default: the best)", NULL, 0, 0, NULL},
    {"limit", 0, SG_OPT_DOUBLE, "US", "exit with status 1 when p99.9 of the wall time is above", NULL, 0, 1e9, NULL},
    {"ratio", 0, SG_OPT_DOUBLE, "R", "exit with status 1 when p99.9 of the CPU time is above R times its median", NULL, 1, 1e9, NULL},
};
/* clang-format on */

enum { QUANTITIES = 3, BINS = 24 };

typedef struct timing {
    const char *name, *what;
    double *us;
} timing;

static int64_t nanoseconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* observations all over the range of the training */
static void draw(const sg_policy *p, sg_rng *r, double *obs)
{
    const sg_i_policy_scale *s = &p->m.scale;
    for (int i = 0; i < p->m.net.dims.obs; i++)
        obs[i] = s->obs_lo[i] + (s->obs_hi[i] - s->obs_lo[i]) * sg_rng_uniform(r);
}

static sg_status measure(const sg_policy *p, sg_policy_ws *ws, size_t calls, timing *q,
                         sg_error *err)
{
    const sg_i_policy_dims *d = &p->m.net.dims;
    int64_t period = (int64_t)(p->m.scale.period * 1e9);
    double *obs = calloc((size_t)(d->obs + d->action), sizeof *obs), *action = obs + d->obs;
    if (!obs)
        return sg_fail(err, SG_ENOMEM, "no memory");
    sg_rng r;
    sg_rng_init(&r, 1, 0, 0);
    sg_status s = SG_OK;
    for (size_t k = 0; k < calls && s == SG_OK && !sg_cli_interrupted(); k++) {
        int64_t t = (int64_t)k * period;
        draw(p, &r, obs);
        int64_t w0 = nanoseconds(CLOCK_MONOTONIC), w1 = nanoseconds(CLOCK_MONOTONIC);
        int64_t c0 = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
        int64_t w2 = nanoseconds(CLOCK_MONOTONIC);
        s = sg_policy_observe(ws, obs, t);
        if (s == SG_OK)
            s = sg_policy_act(ws, t, INT64_MAX, action, NULL);
        int64_t w3 = nanoseconds(CLOCK_MONOTONIC);
        int64_t c1 = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
        q[0].us[k] = 1e-3 * (double)(w3 - w2);
        q[1].us[k] = 1e-3 * (double)(c1 - c0);
        q[2].us[k] = 1e-3 * (double)(w1 - w0);
    }
    free(obs);
    return sg_cli_interrupted() ? sg_fail(err, SG_EINTR, "interrupted") : s;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double at(const double *sorted, size_t n, double p)
{
    return sorted[(size_t)lround(p * (double)(n - 1))];
}

static const struct {
    const char *name;
    double p;
} columns[] = {{"min", 0}, {"p50", 0.5}, {"p99", 0.99}, {"p999", 0.999}, {"max", 1}};

enum { COLUMNS = sizeof columns / sizeof *columns };

/* counts in bins of a factor of sqrt(2) from 1 us */
static void histogram(const double *us, size_t n, long bins[BINS])
{
    memset(bins, 0, BINS * sizeof *bins);
    for (size_t k = 0; k < n; k++) {
        int b = us[k] > 1 ? (int)(2 * log2(us[k])) : 0;
        bins[b < BINS ? b : BINS - 1]++;
    }
}

static sg_status show_json(const sg_cli *c, const sg_policy *p, const timing *q, size_t n, int fifo,
                           sg_error *err)
{
    json_t *o = json_object(), *bars = json_array();
    long bins[BINS];
    sg_json_set(&o, "model", sg_json_string(p->m.hash));
    sg_json_set(&o, "parameters", json_integer((json_int_t)p->m.params.size));
    sg_json_set(&o, "kernels", json_string(sg_isa_name(p->isa)));
    sg_json_set(&o, "int8", p->m.q8 ? json_string(sg_q8_kernel(p->m.q8)) : json_null());
    sg_json_set(&o, "calls", json_integer((json_int_t)n));
    sg_json_set(&o, "realtime", json_boolean(fifo));
    for (int k = 0; k < QUANTITIES; k++) {
        json_t *row = json_object();
        for (int i = 0; i < COLUMNS; i++)
            sg_json_set(&row, columns[i].name, json_real(at(q[k].us, n, columns[i].p)));
        sg_json_set(&o, q[k].name, row);
    }
    histogram(q[0].us, n, bins);
    for (int b = 0; b < BINS; b++)
        sg_json_append(&bars, json_integer(bins[b]));
    sg_json_set(&o, "histogram", bars);
    sg_json_set(&o, "made_by", sg_cli_provenance(c));
    return sg_cli_print_json(o, err);
}

static void show_table(const sg_policy *p, const timing *q, size_t n, int fifo)
{
    long bins[BINS], most = 1;
    printf("%zu parameters, %zu chunks, kernels %s%s%s, %s\n\n%-28s", p->m.params.size, n,
           sg_isa_name(p->isa), p->m.q8 ? ", int8 " : "", p->m.q8 ? sg_q8_kernel(p->m.q8) : "",
           fifo ? "SCHED_FIFO" : "ordinary priority", "microseconds");
    for (int i = 0; i < COLUMNS; i++)
        printf("%9s", columns[i].name);
    printf("\n");
    for (int k = 0; k < QUANTITIES; k++) {
        printf("%-28s", q[k].what);
        for (int i = 0; i < COLUMNS; i++)
            printf("%9.1f", at(q[k].us, n, columns[i].p));
        printf("\n");
    }
    printf("\n");
    histogram(q[0].us, n, bins);
    for (int b = 0; b < BINS; b++)
        most = bins[b] > most ? bins[b] : most;
    for (int b = 0; b < BINS; b++)
        if (bins[b])
            printf("%8.1f us %9ld %.*s\n", b ? pow(2, 0.5 * b) : 0, bins[b],
                   (int)(40 * bins[b] / most), "########################################");
}

static void judge(sg_cli *c, const timing *q, size_t n)
{
    double wall = at(q[0].us, n, 0.999), cpu = at(q[1].us, n, 0.999), median = at(q[1].us, n, 0.5);
    if (sg_cli_given(c, "limit") && wall > sg_cli_double(c, "limit")) {
        sg_cli_note(c, "p99.9 is %.1f us, the limit %.1f us", wall, sg_cli_double(c, "limit"));
        c->defects++;
    }
    if (sg_cli_given(c, "ratio") && cpu > median * sg_cli_double(c, "ratio")) {
        sg_cli_note(c, "p99.9 of the CPU time is %.1f times its median", cpu / median);
        c->defects++;
    }
}

static sg_status run(sg_cli *c, sg_error *err)
{
    timing q[QUANTITIES] = {{"wall_us", "observe and act, wall", NULL},
                            {"cpu_us", "observe and act, CPU", NULL},
                            {"floor_us", "nothing at all, wall", NULL}};
    size_t n = (size_t)sg_cli_int(c, "calls");
    sg_policy *p;
    sg_policy_ws *ws = NULL;
    sg_status s = sg_i_policy_model(c, "pusht", &p, err);
    if (s != SG_OK)
        return s;
    size_t size = (sg_policy_ws_size(p) + 63) / 64 * 64;
    void *mem = aligned_alloc(64, size);
    sg_policy_opts o = sg_policy_opts_default(p);
    o.execute = 1; /* every period makes a chunk */
    sg_i_policy_ws_opts(c, &o);
    if (!mem)
        s = sg_fail(err, SG_ENOMEM, "no memory for a workspace");
    const char *kernel = sg_cli_text(c, "kernel");
    if (kernel && (!p->m.q8 || sg_q8_use(p->m.q8, kernel) != SG_OK))
        s = sg_fail(err, SG_EINVAL, "no int8 kernel \"%s\" %s", kernel,
                    p->m.q8 ? "on this machine" : "in use: the policy is not in int8");
    for (int k = 0; k < QUANTITIES && s == SG_OK; k++)
        if (!(q[k].us = calloc(n, sizeof *q[k].us)))
            s = sg_fail(err, SG_ENOMEM, "no memory for %zu times", n);
    struct sched_param fifo = {.sched_priority = 1};
    mlockall(MCL_CURRENT | MCL_FUTURE); /* where it is not allowed the figures tell */
    int got = sched_setscheduler(0, SCHED_FIFO, &fifo) == 0;
    if (s == SG_OK)
        s = sg_policy_ws_init(&ws, p, mem, size, &o, err);
    if (s == SG_OK)
        s = measure(p, ws, n, q, err);
    if (got) {
        fifo.sched_priority = 0;
        sched_setscheduler(0, SCHED_OTHER, &fifo);
    }
    for (int k = 0; k < QUANTITIES && s == SG_OK; k++)
        qsort(q[k].us, n, sizeof *q[k].us, ascending);
    if (s == SG_OK && sg_cli_flag(c, "json"))
        s = show_json(c, p, q, n, got, err);
    else if (s == SG_OK)
        show_table(p, q, n, got);
    if (s == SG_OK)
        judge(c, q, n);
    for (int k = 0; k < QUANTITIES; k++)
        free(q[k].us);
    free(mem);
    sg_policy_close(p);
    return s;
}

const sg_verb sg_i_policy_bench = {
    .name = "bench",
    .summary = "time a policy on this machine",
    .common = SG_COMMON_MODEL | SG_COMMON_JSON | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description = "Calls observe and act on one thread, each time making a new chunk, with "
                   "SCHED_FIFO and locked "
                   "memory where the system allows it. Prints least, median, p99, p99.9 and "
                   "largest time, beside "
                   "the same for two readings of the clock with nothing between them: what the "
                   "machine's other work "
                   "and its scheduler add to anything. Wall times on a busy machine show its load: "
                   "compare the CPU "
                   "times.\n\n"
                   "--limit and --ratio make it a test: exit status 1.",
    .example = "sg-policy bench --model pusht --calls 100000 --ratio 5",
    .run = run};
