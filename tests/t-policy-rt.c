/* observe and act allocate nothing (every allocation of the process is counted) and make no system
 * call (a process that may only write and exit runs them). */
#define _GNU_SOURCE
#include <config.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "policy-fixture.h"
#include "tap.h"

#if defined __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1 /* as gcc tells it */
#endif
#endif
#if defined __SANITIZE_ADDRESS__ || !defined __GLIBC__ || !defined __x86_64__
#define CANNOT 1
#else
#define CANNOT 0

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);
static long allocations;

void *malloc(size_t n)
{
    allocations++;
    return __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    allocations++;
    return __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    allocations++;
    return __libc_realloc(p, n);
}

void *aligned_alloc(size_t align, size_t n)
{
    allocations++;
    return __libc_memalign(align, n);
}

int posix_memalign(void **p, size_t align, size_t n)
{
    allocations++;
    *p = __libc_memalign(align, n);
    return *p ? 0 : 12;
}

/* Calls of a control loop with everything that can happen in it; returns a sum to look at. */
static double loop(sg_policy_ws *ws, long calls)
{
    sg_rng r;
    double sum = 0, obs[FIX_OBS], x[FIX_ACT], goal[2] = {0.3, 0.1};
    sg_rng_init(&r, 31, 0, 0);
    int64_t t = 0;
    for (long k = 0; k < calls; k++) {
        for (int i = 0; i < FIX_OBS; i++)
            obs[i] = 2 * sg_rng_uniform(&r) - 1;
        t += FIX_PERIOD / 10 + (int64_t)(sg_rng_uniform(&r) * 2e7);
        if (k % 97 == 0)
            obs[1] = NAN;
        if (k % 5 != 0)
            sum += (double)sg_policy_observe(ws, obs, k % 53 ? t : t - 3 * FIX_PERIOD);
        if (k % 41 == 0)
            sum += (double)sg_policy_set_goal(ws, k % 2 ? goal : NULL);
        if (k % 1009 == 0)
            sg_policy_reset(ws, (uint64_t)k);
        sg_policy_report rep;
        int64_t deadline = k % 13 ? INT64_MAX : k % 2 ? 0 : INT64_MIN;
        sum += (double)sg_policy_act(ws, k % 71 ? t : t - FIX_PERIOD, deadline, x, &rep);
        sum += x[0] + x[1] + rep.flags;
    }
    return sum;
}

/* Only exit and write (and what returns from a signal) from here on; anything else kills. */
static int close_doors(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_write, 3, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit, 2, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 1, 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog prog = {sizeof code / sizeof *code, code};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0;
}

/* Status of a child that closes its doors and then, with `ask`, makes a system call, else loops. */
static int confined(sg_policy_ws *ws, int ask)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (!close_doors())
            _exit(77);
        if (ask)
            syscall(SYS_getppid);
        else
            loop(ws, 20000);
        _exit(0);
    }
    int status = -1;
    waitpid(child, &status, 0);
    return status;
}

#endif

static void one(const char *name, int tokens, int warm, int int8)
{
    fix_more.int8 = int8;
    fix_more.past = fix_more.goals = fix_more.predict = warm;
    sg_policy *p = fix_policy(tokens, 2, 1, 1);
    sg_policy_opts o = sg_policy_opts_default(p);
    if (warm) {
        o.warm_sigma = 0.5;
        o.freeze_ns = FIX_PERIOD;
        o.interpolate = 1;
        o.guidance = 1.5;
    }
    fix_space f = fix_ws(p, &o);
#if CANNOT
    tap_skip(name, "sanitizers, or not glibc on x86-64");
#else
    struct rusage u0, u1;
    loop(f.ws, 1000);
    getrusage(RUSAGE_SELF, &u0);
    long before = allocations;
    double sum = loop(f.ws, 100000);
    long after = allocations;
    getrusage(RUSAGE_SELF, &u1);
    tap_ok(after == before && isfinite(sum), "%s: no allocation in 100000 calls", name);
    tap_ok(u1.ru_minflt == u0.ru_minflt && u1.ru_majflt == u0.ru_majflt,
           "%s: no page was touched first", name);
    int status = confined(f.ws, 1);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 77) {
        tap_skip(name, "the kernel has no seccomp filters");
    } else {
        tap_ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS, "%s: the confinement confines",
               name);
        status = confined(f.ws, 0);
        tap_ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "%s: no system call in 20000 calls",
               name);
    }
#endif
    free(f.mem);
    sg_policy_close(p);
}

int main(void)
{
#if !CANNOT
    long before = allocations;
    free(malloc(5));
    tap_ok(allocations > before, "allocations are counted");
#endif
    one("one token", 1, 0, 0);
    one("int8", 1, 0, 1);
    one("int8, four tokens, warm, frozen and guided", 4, 1, 1);
    one("four tokens, warm, frozen and guided", 4, 1, 0);
    fix_more.beso = 1;
    one("beso", 1, 0, 0);
    one("beso, int8, warm, frozen and guided", 1, 1, 1);
    return tap_done();
}
