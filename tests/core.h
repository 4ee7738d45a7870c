/* What the core's tests share: states made on the heap, small fields. */
#ifndef SG_TESTS_CORE_H
#define SG_TESTS_CORE_H

#include <sigen/sampler.h>

#include <stdio.h>
#include <stdlib.h>

/* Stops the program: a set-up that must not fail did. */
__attribute__((unused)) static void must(sg_status st, const sg_error *err)
{
    if (st == SG_OK)
        return;
    printf("Bail out! %s: %s\n", sg_strerror(st), err ? err->text : "");
    exit(1);
}

typedef struct batch {
    sg_arena arena;
    sg_state *s;
    sg_state **p;
    size_t count;
} batch;

/* `count` states of equal sizes, sample ids 0, 1, .. */
__attribute__((unused)) static batch batch_new(const sg_system *sys, const size_t *n, size_t count,
                                               uint64_t seed)
{
    batch b = {.count = count};
    sg_error err;
    sg_arena_init(&b.arena, NULL, 0);
    b.s = calloc(count, sizeof *b.s);
    b.p = calloc(count, sizeof *b.p);
    if (!b.s || !b.p)
        exit(1);
    must(sg_state_init(&b.s[0], sys, n, seed, 0, &b.arena, &err), &err);
    must(sg_arena_new(&b.arena, b.arena.peak * count, &err), &err);
    for (size_t i = 0; i < count; i++) {
        must(sg_state_init(&b.s[i], sys, n, seed, i, &b.arena, &err), &err);
        b.p[i] = &b.s[i];
    }
    return b;
}

__attribute__((unused)) static void batch_free(batch *b)
{
    sg_arena_clear(&b->arena);
    free(b->s);
    free(b->p);
}

__attribute__((unused)) static double *grid_new(const sg_grid *g, size_t steps, const sg_path *p,
                                                double t0, double t1, double rho)
{
    sg_error err;
    double *grid = malloc((steps + 1) * sizeof *grid);
    if (!grid)
        exit(1);
    must(g->fill(grid, steps, p, t0, t1, rho, &err), &err);
    return grid;
}

__attribute__((unused)) static sg_run_opts opts_of(const char *sampler, const double *grid,
                                                   size_t steps)
{
    sg_run_opts o = sg_run_opts_default();
    o.method = sg_sampler_find(sampler);
    o.grid = grid;
    o.steps = steps;
    return o;
}

#endif
