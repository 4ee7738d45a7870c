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

static sg_status quadratic(double *grid, size_t n, const sg_path *p, double t0, double t1,
                           double rho, sg_error *err)
{
    (void)p, (void)rho, (void)err;
    for (size_t i = 0; i <= n; i++) {
        double s = 1 - (double)i / (double)n;
        grid[i] = t1 - (t1 - t0) * s * s;
    }
    return SG_OK;
}

static sg_status power(double *grid, size_t n, const sg_path *p, double t0, double t1, double rho,
                       sg_error *err)
{
    (void)p, (void)err;
    for (size_t i = 0; i <= n; i++)
        grid[i] = t0 + (t1 - t0) * pow((double)i / (double)n, rho > 0 ? rho : 0.7);
    grid[n] = t1;
    return SG_OK;
}

static sg_status log_spaced(double *grid, size_t n, const sg_path *p, double t0, double t1,
                            double rho, sg_error *err)
{
    (void)p;
    double r0 = t1 - t0, r1 = rho > 0 ? rho : 1e-3;
    if (r1 >= r0)
        return sg_fail(err, SG_EINVAL, "log grid: last interval %g is not below %g", r1, r0);
    for (size_t i = 0; i < n; i++)
        grid[i] = t1 - r0 * (n > 1 ? pow(r1 / r0, (double)i / (double)(n - 1)) : 1);
    grid[0] = t0;
    grid[n] = t1;
    return SG_OK;
}

/* Interior points at f(k), k = 0..m, where the ends of infinite lam get an interval of their own.
 */
typedef struct ends {
    double lo, hi; /* lam */
    size_t first, last;
} ends;

#define LAM_LIMIT 6.0

static sg_status find_ends(ends *e, size_t n, const sg_path *p, double t0, double t1, double limit,
                           sg_error *err)
{
    if (!p || !p->kind->lam)
        return sg_fail(err, SG_ENOTSUP, "this grid needs a path with a half log-SNR");
    e->lo = sg_path_lam(p, t0);
    e->hi = sg_path_lam(p, t1);
    e->first = e->lo < -limit;
    e->last = n - (e->hi > limit);
    if (e->first)
        e->lo = -limit;
    if (e->last < n)
        e->hi = limit;
    if (!(e->lo < e->hi) || e->first + 1 > e->last)
        return sg_fail(err, SG_EINVAL,
                       "%zu steps from t = %g to %g leave no interval of finite lam", n, t0, t1);
    return SG_OK;
}

static void close_grid(double *grid, size_t n, double t0, double t1)
{
    grid[0] = t0;
    grid[n] = t1;
}

static sg_status lam_uniform(double *grid, size_t n, const sg_path *p, double t0, double t1,
                             double rho, sg_error *err)
{
    ends e;
    sg_status st = find_ends(&e, n, p, t0, t1, rho > 0 ? rho : LAM_LIMIT, err);
    for (size_t i = 0; st == SG_OK && i <= n; i++) {
        double k = ((double)i - (double)e.first) / (double)(e.last - e.first);
        grid[i] = sg_path_t_of_lam(p, e.lo + k * (e.hi - e.lo));
    }
    if (st == SG_OK)
        close_grid(grid, n, t0, t1);
    return st;
}

static sg_status karras(double *grid, size_t n, const sg_path *p, double t0, double t1, double rho,
                        sg_error *err)
{
    ends e;
    double q = rho > 0 ? rho : 7;
    sg_status st = find_ends(&e, n, p, t0, t1, LAM_LIMIT, err);
    for (size_t i = 0; st == SG_OK && i <= n; i++) {
        double k = ((double)i - (double)e.first) / (double)(e.last - e.first);
        double a = exp(-e.lo / q), b = exp(-e.hi / q); /* sigma^{1/q} */
        k = k < 0 ? 0 : k > 1 ? 1 : k;
        grid[i] = sg_path_t_of_lam(p, -q * log(a + k * (b - a)));
    }
    if (st == SG_OK)
        close_grid(grid, n, t0, t1);
    return st;
}

const sg_grid sg_grid_uniform = {"uniform", "equal steps of t", NULL, uniform};
const sg_grid sg_grid_lam = {"lam", "equal steps of the half log-SNR", "LZB22", lam_uniform};
const sg_grid sg_grid_quadratic = {"quadratic", "steps shrinking linearly towards the data",
                                   "SME21", quadratic};
const sg_grid sg_grid_power = {"power", "a power of equal steps of t", NULL, power};
const sg_grid sg_grid_karras = {"karras", "sigma^(1/rho) equally spaced", "KAAL22", karras};
const sg_grid sg_grid_log = {"log", "1 - t equally spaced in its logarithm", NULL, log_spaced};
const sg_grid *const sg_grids[] = {
    &sg_grid_uniform, &sg_grid_lam, &sg_grid_quadratic, &sg_grid_power, &sg_grid_karras,
    &sg_grid_log,     NULL};

const sg_grid *sg_grid_find(const char *name)
{
    for (const sg_grid *const *g = sg_grids; *g; g++)
        if (strcmp((*g)->name, name) == 0)
            return *g;
    return NULL;
}
