/* A bump allocator over one 64-byte aligned block: memory is taken once, then only marked and
 * rewound. With base == NULL an arena only measures: allocations return NULL and are counted, so
 * that a dry run tells how large the real block must be. Not thread-safe: one per thread. */
#ifndef SIGEN_ARENA_H
#define SIGEN_ARENA_H

#include <sigen/error.h>

SG_BEGIN_DECLS

typedef struct sg_arena {
    unsigned char *base;
    size_t used, cap, peak; /* bytes; peak = largest `used` so far */
    int owned;              /* base was allocated by sg_arena_new */
} sg_arena;

/* Uses the caller's block (64-byte aligned, must outlive the arena). mem NULL: measuring arena. */
SG_API void sg_arena_init(sg_arena *a, void *mem, size_t size);

/* Allocates a block of `size` bytes; SG_ENOMEM. sg_arena_clear frees it (accepts any arena). */
SG_API SG_MUST_CHECK sg_status sg_arena_new(sg_arena *a, size_t size, sg_error *err);
SG_API void sg_arena_clear(sg_arena *a);

/* count * size bytes, 64-byte aligned, not cleared. NULL if the block is full, the product
 * overflows, or the arena measures. */
SG_API void *sg_arena_alloc(sg_arena *a, size_t count, size_t size);
/* The same, all bytes 0. */
SG_API void *sg_arena_zeros(sg_arena *a, size_t count, size_t size);

static inline size_t sg_arena_mark(const sg_arena *a)
{
    return a->used;
}

static inline void sg_arena_rewind(sg_arena *a, size_t mark)
{
    a->used = mark;
}

SG_END_DECLS
#endif
