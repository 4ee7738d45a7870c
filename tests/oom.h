/* Failing allocations: replaces malloc and its relatives in the test program (hence in the
 * libraries it loads) by ones of which a chosen call fails. glibc only, without sanitizers. */
#ifndef SG_TESTS_OOM_H
#define SG_TESTS_OOM_H

#include <errno.h>
#include <stdlib.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define OOM_WORKS 0
#endif
#endif
#if !defined(OOM_WORKS) && defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#define OOM_WORKS 1
#elif !defined(OOM_WORKS)
#define OOM_WORKS 0
#endif

static long oom_left = -1; /* allocations until the failing one; -1: none fails */
static int oom_hit;

/* The allocation after `n` more fails, once. */
__attribute__((unused)) static void oom_arm(long n)
{
    oom_hit = 0;
    oom_left = n;
}

/* Whether one failed since oom_arm. */
__attribute__((unused)) static int oom_disarm(void)
{
    oom_left = -1;
    return oom_hit;
}

#if OOM_WORKS
extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);

static int oom_fails(void)
{
    if (oom_left < 0 || oom_left-- > 0)
        return 0;
    oom_hit = 1;
    errno = ENOMEM;
    return 1;
}

#pragma GCC visibility push(default)
void *malloc(size_t n)
{
    return oom_fails() ? NULL : __libc_malloc(n);
}

void *calloc(size_t n, size_t size)
{
    return oom_fails() ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t n)
{
    return oom_fails() ? NULL : __libc_realloc(p, n);
}

int posix_memalign(void **p, size_t align, size_t n)
{
    void *q = oom_fails() ? NULL : __libc_memalign(align, n);
    if (!q)
        return ENOMEM;
    *p = q;
    return 0;
}
#pragma GCC visibility pop
#endif

#endif
