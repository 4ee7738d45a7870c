/* What the core's tests share: states made on the heap, small fields. */
#ifndef SG_TESTS_CORE_H
#define SG_TESTS_CORE_H

#include <sigen/oracle.h>
#include <sigen/sampler.h>

#include <stdlib.h>

#include "tap.h"

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

/* The mixtures of the tests; second argument of N = variance.
 *   gm1 = .3 N(-2, .25) + .7 N(1.5, .64)      qc = .8 N(1, .16) + .2 N(-1.5, .25)
 *   b2  = .5 N(-1, .36) + .5 N(2, .16)
 *   gm2 = .2 N((-2,0), [[.3,.1],[.1,.2]]) + .5 N((1,1.5), [[.5,-.2],[-.2,.4]]) + .3 N((1,-2), .25
 * I) */
static const double gm1_w[] = {.3, .7}, gm1_m[] = {-2, 1.5}, gm1_c[] = {.25, .64};
static const double qc_w[] = {.8, .2}, qc_m[] = {1, -1.5}, qc_c[] = {.16, .25};
static const double b2_w[] = {.5, .5}, b2_m[] = {-1, 2}, b2_c[] = {.36, .16};
static const double gm2_w[] = {.2, .5, .3}, gm2_m[] = {-2, 0, 1, 1.5, 1, -2};
static const double gm2_c[] = {.3, .1, .1, .2, .5, -.2, -.2, .4, .25, 0, 0, .25};
__attribute__((unused)) static const sg_gm gm1 = {2, 1, gm1_w, gm1_m, gm1_c};
__attribute__((unused)) static const sg_gm qc = {2, 1, qc_w, qc_m, qc_c};
__attribute__((unused)) static const sg_gm b2 = {2, 1, b2_w, b2_m, b2_c};
__attribute__((unused)) static const sg_gm gm2 = {3, 2, gm2_w, gm2_m, gm2_c};

/* One component R^dim on a path. */
__attribute__((unused)) static sg_system line(const sg_interpolant *kind, const sg_gamma *gamma,
                                              double a, size_t width)
{
    sg_error err;
    sg_system s = {1, {{.name = "x", .space = &sg_space_real, .width = width}}};
    must(sg_path_init(&s.c[0].path, kind, NULL, gamma, a, &err), &err);
    return s;
}

__attribute__((unused)) static sg_oracle *oracle_new(const sg_system *sys, const sg_gm *base,
                                                     const sg_gm *data)
{
    sg_oracle *o;
    sg_error err;
    must(sg_oracle_new(&o, sys, base, data, &err), &err);
    return o;
}

#endif
