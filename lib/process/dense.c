#include <config.h>

#include "dense.h"

#include <math.h>
#include <string.h>

int sg_i_spd_inverse(double *a, size_t n, double *l, double *logdet)
{
    *logdet = 0;
    memcpy(l, a, n * n * sizeof *l);
    for (size_t j = 0; j < n; j++) { /* Cholesky, lower */
        for (size_t k = 0; k < j; k++)
            for (size_t i = j; i < n; i++)
                l[i * n + j] -= l[i * n + k] * l[j * n + k];
        if (!(l[j * n + j] > 0))
            return 0;
        double d = sqrt(l[j * n + j]);
        *logdet += 2 * log(d);
        for (size_t i = j; i < n; i++)
            l[i * n + j] /= d;
    }
    for (size_t c = 0; c < n; c++) { /* columns of the inverse */
        for (size_t i = 0; i < n; i++) {
            double s = i == c;
            for (size_t k = 0; k < i; k++)
                s -= l[i * n + k] * a[k * n + c];
            a[i * n + c] = s / l[i * n + i];
        }
        for (size_t i = n; i-- > 0;) {
            double s = a[i * n + c];
            for (size_t k = i + 1; k < n; k++)
                s -= l[k * n + i] * a[k * n + c];
            a[i * n + c] = s / l[i * n + i];
        }
    }
    return 1;
}
