#include <config.h>
#include <sigen/flow.h>
#include <sigen/sampler.h>

sg_status sg_sample_require(const sg_run_opts *opts, const sg_field *f, sg_state *x,
                            int (*check)(void *user, const sg_state *x), void *user, double t_back,
                            size_t tries, size_t *used, sg_error *err)
{
    size_t k = 0;
    sg_run_opts part = *opts;
    sg_arena a;
    *used = 0;
    while (k + 1 < opts->steps && opts->grid[k + 1] <= t_back)
        k++;
    part.grid += k;
    part.steps -= k;
    sg_status st = sg_sample(opts, f, &x, 1, err);
    if (st != SG_OK || check(user, x))
        return st;
    sg_arena_init(&a, NULL, 0);
    st = sg_renoise(x, opts->grid[opts->steps], part.grid[0], &a, err); /* measures */
    size_t size = a.peak;
    if (st == SG_OK)
        st = sg_arena_new(&a, size, err);
    while (st == SG_OK && *used < tries) {
        ++*used;
        st = sg_renoise(x, opts->grid[opts->steps], part.grid[0], &a, err);
        if (st == SG_OK)
            st = sg_sample(&part, f, &x, 1, err);
        if (st == SG_OK && check(user, x))
            goto done;
    }
    if (st == SG_OK)
        st = sg_fail(err, SG_ECONV, "the check still fails after going back to t = %g %zu times",
                     part.grid[0], tries);
done:
    sg_arena_clear(&a);
    return st;
}
