#include <config.h>
#include <sigen/loss.h>

#include <math.h>

double sg_loss_cross_entropy(sg_tensor y, const int *target, const double *w, long *correct)
{
    double loss = 0;
    long hits = 0;
    for (int r = 0; r < y.rows; r++) {
        const sg_real *p = y.x + (long)r * y.ld;
        if (w[r] == 0)
            continue;
        int best = 0;
        for (int c = 1; c < y.cols; c++)
            if (p[c] > p[best])
                best = c;
        double top = (double)p[best], sum = 0;
        for (int c = 0; c < y.cols; c++)
            sum += exp((double)p[c] - top);
        loss += w[r] * (log(sum) + top - (double)p[target[r]]);
        hits += best == target[r];
        if (y.dx) {
            sg_real *d = y.dx + (long)r * y.ld;
            for (int c = 0; c < y.cols; c++)
                d[c] += (sg_real)(w[r] * (exp((double)p[c] - top) / sum - (c == target[r])));
        }
    }
    if (correct)
        *correct = hits;
    return loss;
}

double sg_loss_squared(sg_tensor y, const sg_real *target, const double *w)
{
    double loss = 0;
    for (int r = 0; r < y.rows; r++) {
        if (w[r] == 0)
            continue;
        for (int c = 0; c < y.cols; c++) {
            double e = (double)y.x[(long)r * y.ld + c] - (double)target[(long)r * y.cols + c];
            loss += w[r] * e * e;
            if (y.dx)
                y.dx[(long)r * y.ld + c] += (sg_real)(2 * w[r] * e);
        }
    }
    return loss;
}

double sg_loss_huber(sg_tensor y, const sg_real *target, double w)
{
    double loss = 0;
    for (int r = 0; r < y.rows; r++)
        for (int c = 0; c < y.cols; c++) {
            double e = (double)y.x[(long)r * y.ld + c] - (double)target[(long)r * y.cols + c];
            if (isnan(target[(long)r * y.cols + c]))
                continue;
            loss += w * (fabs(e) <= 1 ? 0.5 * e * e : fabs(e) - 0.5);
            if (y.dx)
                y.dx[(long)r * y.ld + c] += (sg_real)(w * fmin(fmax(e, -1), 1));
        }
    return loss;
}
