#include <config.h>
#include <sigen/arena.h>

#include <stdlib.h>
#include <string.h>

void sg_arena_init(sg_arena *a, void *mem, size_t size)
{
    a->base = mem;
    a->used = a->peak = 0;
    a->cap = mem ? size : SIZE_MAX;
    a->owned = 0;
}

sg_status sg_arena_new(sg_arena *a, size_t size, sg_error *err)
{
    void *mem = NULL;
    if (size > SIZE_MAX - 64 || posix_memalign(&mem, 64, size ? (size + 63) / 64 * 64 : 64) != 0)
        return sg_fail(err, SG_ENOMEM, "cannot allocate a work space of %zu bytes", size);
    sg_arena_init(a, mem, size);
    a->owned = 1;
    return SG_OK;
}

void sg_arena_clear(sg_arena *a)
{
    if (a->owned)
        free(a->base);
    sg_arena_init(a, NULL, 0);
}

void *sg_arena_alloc(sg_arena *a, size_t count, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - 63)
        return NULL;
    bytes = (bytes + 63) / 64 * 64;
    if (bytes > a->cap - a->used)
        return NULL;
    void *p = a->base ? a->base + a->used : NULL;
    a->used += bytes;
    if (a->used > a->peak)
        a->peak = a->used;
    return p;
}

void *sg_arena_zeros(sg_arena *a, size_t count, size_t size)
{
    void *p = sg_arena_alloc(a, count, size);
    if (p)
        memset(p, 0, count * size);
    return p;
}
