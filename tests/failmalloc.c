/* For LD_PRELOAD: the allocation number SG_FAIL_MALLOC (from 1) after main began fails, once, and
 * the file SG_FAIL_LOG is made to tell that it did. glibc only. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);

#define EXPORT __attribute__((visibility("default")))

static long left; /* 0: disarmed */

static int fails(void)
{
    if (__atomic_load_n(&left, __ATOMIC_RELAXED) == 0 ||
        __atomic_sub_fetch(&left, 1, __ATOMIC_RELAXED) != 0)
        return 0;
    const char *log = getenv("SG_FAIL_LOG");
    int fd = log ? open(log, O_WRONLY | O_CREAT, 0666) : -1;
    if (fd >= 0)
        close(fd);
    errno = ENOMEM;
    return 1;
}

EXPORT void *malloc(size_t n);
EXPORT void *malloc(size_t n)
{
    return fails() ? NULL : __libc_malloc(n);
}

EXPORT void *calloc(size_t n, size_t size);
EXPORT void *calloc(size_t n, size_t size)
{
    return fails() ? NULL : __libc_calloc(n, size);
}

EXPORT void *realloc(void *p, size_t n);
EXPORT void *realloc(void *p, size_t n)
{
    return fails() ? NULL : __libc_realloc(p, n);
}

EXPORT int posix_memalign(void **p, size_t align, size_t n)
{
    void *q = fails() ? NULL : __libc_memalign(align, n);
    if (!q)
        return ENOMEM;
    *p = q;
    return 0;
}

EXPORT void *aligned_alloc(size_t align, size_t n)
{
    return fails() ? NULL : __libc_memalign(align, n);
}

typedef int main_fn(int, char **, char **);
static main_fn *real_main;

static int armed_main(int argc, char **argv, char **envp)
{
    const char *n = getenv("SG_FAIL_MALLOC");
    left = n ? atol(n) : 0;
    return real_main(argc, argv, envp);
}

/* Everything before main belongs to the libraries' start. */
EXPORT int __libc_start_main(main_fn *m, int argc, char **argv, void (*init)(void),
                             void (*fini)(void), void (*rtld_fini)(void), void *stack);
EXPORT int __libc_start_main(main_fn *m, int argc, char **argv, void (*init)(void),
                             void (*fini)(void), void (*rtld_fini)(void), void *stack)
{
    int (*real)(main_fn *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);
    *(void **)&real = dlsym(RTLD_NEXT, "__libc_start_main");
    real_main = m;
    return real(armed_main, argc, argv, init, fini, rtld_fini, stack);
}
