#include <config.h>
#include <sigen/sampler.h>

#include <math.h>
#include <string.h>

static sg_status uniform(double *grid, size_t n, const sg_path *p, double t0, double t1, double rho,
                         sg_error *err)
{
    (void)p, (void)rho, (void)err;
    for (size_t i = 0; i <= n; i++)
        grid[i] = t0 + (t1 - t0) * (double)i / (double)n;
    grid[n] = t1;
    return SG_OK;
}

const sg_grid sg_grid_uniform = {"uniform", "equal steps of t", NULL, uniform};
const sg_grid *const sg_grids[] = {&sg_grid_uniform, NULL};

const sg_grid *sg_grid_find(const char *name)
{
    for (const sg_grid *const *g = sg_grids; *g; g++)
        if (strcmp((*g)->name, name) == 0)
            return *g;
    return NULL;
}
