/* A 1 kHz control thread and a policy thread that hand each other the newest state and the newest
 * target without locks: triple buffers. Memory is locked and the threads run under SCHED_FIFO where
 * the system allows it. The robot is a disc on a PD controller; the block lies still.
 *
 *   cc control-loop.c -o control-loop $(pkg-config --cflags --libs sigen-policy) -lpthread -lm
 *   ./control-loop pusht.safetensors 2 */
#define _GNU_SOURCE
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include <sigen/policy.h>

enum { NUMBERS = 8, FRESH = 4 };

/* One writer, one reader: each owns a slot, the third waits in `middle` (with FRESH when the reader
 * has not seen it). Neither ever waits for the other. */
typedef struct triple {
    struct slot {
        double x[NUMBERS];
        int64_t t;
    } slot[3];
    atomic_int middle;
    int mine_w, mine_r;
} triple;

static void triple_init(triple *b)
{
    memset(b, 0, sizeof *b);
    b->mine_w = 0;
    b->mine_r = 1;
    atomic_init(&b->middle, 2);
}

static void triple_write(triple *b, const double *x, int n, int64_t t)
{
    memcpy(b->slot[b->mine_w].x, x, (size_t)n * sizeof *x);
    b->slot[b->mine_w].t = t;
    b->mine_w =
        atomic_exchange_explicit(&b->middle, b->mine_w | FRESH, memory_order_acq_rel) & ~FRESH;
}

/* the newest that was written; t = 0: nothing yet */
static const struct slot *triple_read(triple *b)
{
    if (atomic_load_explicit(&b->middle, memory_order_relaxed) & FRESH)
        b->mine_r = atomic_exchange_explicit(&b->middle, b->mine_r, memory_order_acq_rel) & ~FRESH;
    return &b->slot[b->mine_r];
}

typedef struct robot {
    const sg_policy *policy;
    sg_policy_ws *ws;
    triple state, target;
    int64_t period, end;
    int failed;
} robot;

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void sleep_until(int64_t t)
{
    struct timespec ts = {t / 1000000000, t % 1000000000};
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

static void *policy_thread(void *arg)
{
    robot *r = arg;
    double action[NUMBERS];
    for (int64_t t = now_ns(); t < r->end; t += r->period) {
        sleep_until(t);
        const struct slot *s = triple_read(&r->state);
        if (!s->t)
            continue;
        /* a state that was seen before, or refused: act goes on with what it has */
        sg_status st = sg_policy_observe(r->ws, s->x, s->t);
        int64_t now = now_ns();
        if (st == SG_OK || st == SG_EINVAL)
            st = sg_policy_act(r->ws, now, now + r->period / 4, action, NULL);
        if (st == SG_OK)
            triple_write(&r->target, action, 2, now);
        else
            r->failed = 1;
    }
    return NULL;
}

/* what the policy sees: disc, block, its direction, the disc as the block sees it */
static void look(const double *x, double *obs)
{
    const double bx = 300, by = 280, c = cos(0.7), s = sin(0.7);
    const double o[NUMBERS] = {x[0],
                               x[1],
                               bx,
                               by,
                               c,
                               s,
                               c * (x[0] - bx) + s * (x[1] - by),
                               c * (x[1] - by) - s * (x[0] - bx)};
    memcpy(obs, o, sizeof o);
}

static void *control_thread(void *arg)
{
    robot *r = arg;
    const int64_t tick = 1000000;
    const double dt = 1e-3;
    double x[2] = {150, 150}, v[2] = {0, 0}, obs[NUMBERS];
    int64_t worst = 0, ticks = 0, held = 0;
    for (int64_t t = now_ns(); t < r->end; t += tick, ticks++) {
        sleep_until(t);
        int64_t late = now_ns() - t;
        worst = late > worst ? late : worst;
        const struct slot *s = triple_read(&r->target);
        int stale = !s->t || t - s->t > 3 * r->period; /* the policy thread died: stay */
        held += stale;
        for (int k = 0; k < 2; k++) {
            double to = stale ? x[k] : s->x[k];
            v[k] += (100 * (to - x[k]) - 20 * v[k]) * dt;
            x[k] += v[k] * dt;
        }
        look(x, obs);
        triple_write(&r->state, obs, NUMBERS, t);
    }
    printf("%lld ticks, the latest %.3f ms late; %lld without a target; the disc is at %.1f %.1f\n",
           (long long)ticks, 1e-6 * (double)worst, (long long)held, x[0], x[1]);
    r->failed |= !(x[0] > 0 && x[0] < 512 && x[1] > 0 && x[1] < 512) || held > ticks / 2;
    return NULL;
}

/* SCHED_FIFO where it is allowed, else as everybody */
static int start(pthread_t *thread, void *(*run)(void *), robot *r, int priority)
{
    pthread_attr_t attr;
    struct sched_param param = {.sched_priority = priority};
    pthread_attr_init(&attr);
    pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
    pthread_attr_setschedpolicy(&attr, SCHED_FIFO);
    pthread_attr_setschedparam(&attr, &param);
    int failed = pthread_create(thread, &attr, run, r);
    if (failed)
        failed = pthread_create(thread, NULL, run, r);
    pthread_attr_destroy(&attr);
    return failed;
}

int main(int argc, char **argv)
{
    robot r = {.failed = 0};
    sg_policy *p;
    sg_error err;
    sg_policy_info info;
    if (argc < 2) {
        fprintf(stderr, "usage: control-loop POLICY [SECONDS]\n");
        return 2;
    }
    if (sg_policy_open(&p, argv[1], &err) != SG_OK) {
        fprintf(stderr, "%s\n", err.text);
        return 3;
    }
    sg_policy_describe(p, &info);
    if (info.n_obs != NUMBERS || info.n_action != 2) {
        fprintf(stderr, "this loop is for policies of Push-T\n");
        return 3;
    }
    size_t size = (sg_policy_ws_size(p) + 63) / 64 * 64;
    void *mem = aligned_alloc(64, size);
    if (!mem || sg_policy_ws_init(&r.ws, p, mem, size, NULL, &err) != SG_OK)
        return 4;
    mlockall(MCL_CURRENT | MCL_FUTURE);
    triple_init(&r.state);
    triple_init(&r.target);
    r.policy = p;
    r.period = (int64_t)(info.period_s * 1e9);
    r.end = now_ns() + (int64_t)(1e9 * (argc > 2 ? atof(argv[2]) : 2));
    pthread_t control, policy;
    if (start(&policy, policy_thread, &r, 10) || start(&control, control_thread, &r, 20))
        return 4;
    pthread_join(control, NULL);
    pthread_join(policy, NULL);
    sg_policy_counts n;
    sg_policy_get_counts(r.ws, &n);
    printf("%llu actions, %llu chunks, %llu late, %llu clipped, %llu fallback\n",
           (unsigned long long)n.calls, (unsigned long long)n.chunks, (unsigned long long)n.flag[0],
           (unsigned long long)n.flag[1], (unsigned long long)n.flag[4]);
    r.failed |= n.chunks == 0;
    free(mem);
    sg_policy_close(p);
    return r.failed;
}
