#include <config.h>
#include <sigen/lab.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>

/* NaN has no place in an order. */
static int sortable(const double *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (isnan(x[i]))
            return 0;
    return n > 0;
}

double sg_lab_wasserstein1(double *x, size_t nx, double *y, size_t ny)
{
    double sum = 0;
    if (!sortable(x, nx) || !sortable(y, ny))
        return NAN;
    gsl_sort(x, 1, nx);
    gsl_sort(y, 1, ny);
    double last = fmin(x[0], y[0]);
    for (size_t i = 0, j = 0; i < nx || j < ny;) {
        double at = j >= ny || (i < nx && x[i] <= y[j]) ? x[i] : y[j];
        sum += (at - last) * fabs((double)i / (double)nx - (double)j / (double)ny);
        last = at;
        while (i < nx && x[i] == at)
            i++;
        while (j < ny && y[j] == at)
            j++;
    }
    return sum;
}

/* Quantile by linear interpolation of sorted values. */
static double quantile(const double *v, size_t n, double p)
{
    double at = p * (double)(n - 1);
    size_t k = (size_t)at;
    return k + 1 < n ? v[k] + (at - (double)k) * (v[k + 1] - v[k]) : v[n - 1];
}

static void resample(double *out, size_t m, const double *ref, size_t n, sg_rng *rng)
{
    for (size_t i = 0; i < m; i++)
        out[i] = ref[sg_rng_below(rng, (uint32_t)n)];
}

sg_status sg_lab_wasserstein1_floor(const double *ref, size_t n, size_t nx, size_t ny,
                                    size_t rounds, const double *prob, double *out, size_t q,
                                    sg_rng *rng, sg_error *err)
{
    if (!n || !nx || !ny || !rounds || n > UINT32_MAX)
        return sg_fail(err, SG_EINVAL, "a floor needs values and rounds");
    double *mem = malloc((nx + ny + rounds) * sizeof *mem);
    if (!mem)
        return sg_fail(err, SG_ENOMEM, "no room for %zu resampled values", nx + ny);
    double *x = mem, *y = mem + nx, *d = mem + nx + ny;
    for (size_t r = 0; r < rounds; r++) {
        resample(x, nx, ref, n, rng);
        resample(y, ny, ref, n, rng);
        d[r] = sg_lab_wasserstein1(x, nx, y, ny);
    }
    gsl_sort(d, 1, rounds);
    for (size_t i = 0; i < q; i++)
        out[i] = quantile(d, rounds, prob[i]);
    free(mem);
    return SG_OK;
}

static int normalisers(const double *p, const double *q, size_t n, double *sp, double *sq)
{
    *sp = *sq = 0;
    for (size_t i = 0; i < n; i++) {
        *sp += p[i];
        *sq += q[i];
    }
    return *sp > 0 && *sq > 0;
}

double sg_lab_total_variation(const double *p, const double *q, size_t n)
{
    double sp, sq, sum = 0;
    if (!normalisers(p, q, n, &sp, &sq))
        return NAN;
    for (size_t i = 0; i < n; i++)
        sum += fabs(p[i] / sp - q[i] / sq);
    return sum / 2;
}

double sg_lab_jensen_shannon(const double *p, const double *q, size_t n)
{
    double sp, sq, sum = 0;
    if (!normalisers(p, q, n, &sp, &sq))
        return NAN;
    for (size_t i = 0; i < n; i++) {
        double a = p[i] / sp, b = q[i] / sq, m = (a + b) / 2;
        sum += (a > 0 ? a * log(a / m) : 0) + (b > 0 ? b * log(b / m) : 0);
    }
    return sum / 2;
}

/* P(sup |B| > k) of a Brownian bridge by its series. */
static double kolmogorov_tail(double k)
{
    double sum = 0;
    if (k < 0.2)
        return 1;
    for (int j = 1; j <= 100; j++) {
        double term = exp(-2.0 * j * j * k * k);
        sum += j % 2 ? term : -term;
        if (term < 1e-16)
            break;
    }
    return fmin(fmax(2 * sum, 0), 1);
}

static double p_of(double d, double n)
{
    double r = sqrt(n);
    return kolmogorov_tail((r + 0.12 + 0.11 / r) * d);
}

double sg_lab_ks(double *x, size_t n, double (*cdf)(double x, void *data), void *data,
                 double *p_value)
{
    double d = 0;
    if (!sortable(x, n)) {
        if (p_value)
            *p_value = NAN;
        return NAN;
    }
    gsl_sort(x, 1, n);
    for (size_t i = 0; i < n; i++) {
        double f = cdf(x[i], data);
        d = fmax(d, fmax((double)(i + 1) / (double)n - f, f - (double)i / (double)n));
    }
    if (p_value)
        *p_value = p_of(d, (double)n);
    return d;
}

double sg_lab_ks2(double *x, size_t nx, double *y, size_t ny, double *p_value)
{
    double d = 0;
    if (!sortable(x, nx) || !sortable(y, ny)) {
        if (p_value)
            *p_value = NAN;
        return NAN;
    }
    gsl_sort(x, 1, nx);
    gsl_sort(y, 1, ny);
    for (size_t i = 0, j = 0; i < nx && j < ny;) {
        double at = fmin(x[i], y[j]);
        while (i < nx && x[i] <= at)
            i++;
        while (j < ny && y[j] <= at)
            j++;
        d = fmax(d, fabs((double)i / (double)nx - (double)j / (double)ny));
    }
    if (p_value)
        *p_value = p_of(d, (double)nx * (double)ny / (double)(nx + ny));
    return d;
}

sg_status sg_lab_bootstrap(double (*stat)(const size_t *index, size_t n, void *data), void *data,
                           size_t n, size_t rounds, double level, double *lo, double *hi,
                           sg_rng *rng, sg_error *err)
{
    if (!n || !rounds || n > UINT32_MAX || !(level > 0 && level < 1))
        return sg_fail(err, SG_EINVAL, "a bootstrap needs items, rounds and a level below 1");
    size_t *index = malloc(n * sizeof *index);
    double *v = malloc(rounds * sizeof *v);
    sg_status st = SG_OK;
    if (!index || !v) {
        st = sg_fail(err, SG_ENOMEM, "no room to bootstrap %zu items", n);
        goto done;
    }
    for (size_t r = 0; r < rounds; r++) {
        for (size_t i = 0; i < n; i++)
            index[i] = sg_rng_below(rng, (uint32_t)n);
        v[r] = stat(index, n, data);
    }
    gsl_sort(v, 1, rounds);
    *lo = quantile(v, rounds, (1 - level) / 2);
    *hi = quantile(v, rounds, (1 + level) / 2);
done:
    free(index);
    free(v);
    return st;
}

void sg_lab_wilson(size_t k, size_t n, double level, double *lo, double *hi)
{
    double z = gsl_cdf_ugaussian_Pinv((1 + level) / 2), m = (double)n, p = n ? (double)k / m : 0;
    double centre = (p + z * z / (2 * m)) / (1 + z * z / m);
    double half = z / (1 + z * z / m) * sqrt(p * (1 - p) / m + z * z / (4 * m * m));
    *lo = n ? fmax(centre - half, 0) : 0;
    *hi = n ? fmin(centre + half, 1) : 1;
}
