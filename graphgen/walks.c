#include <config.h>

#include <math.h>
#include <string.h>

#include "walks.h"

double sg_graph_layout_sd(int n)
{
    return 0.35 * sqrt(n);
}

/* c = a b, all (n, n) */
static void multiply(float *restrict c, const float *restrict a, const float *restrict b, int n)
{
    memset(c, 0, (size_t)n * (size_t)n * sizeof *c);
    for (int i = 0; i < n; i++)
        for (int k = 0; k < n; k++) {
            float f = a[i * n + k];
            if (f != 0)
                for (int j = 0; j < n; j++)
                    c[i * n + j] += f * b[k * n + j];
        }
}

void sg_graph_walks(const float *w, int n, int powers, sg_real *node, sg_real *pair, int width,
                    float *work)
{
    float *s = work, *now = work + n * n, *next = work + 2 * n * n, root = sqrtf((float)n);
    memset(s, 0, (size_t)n * (size_t)n * sizeof *s);
    for (int i = 0, p = 0; i < n; i++)
        for (int j = i + 1; j < n; j++, p++) {
            s[i * n + j] = s[j * n + i] = w[p];
            pair[p * width] = w[p];
        }
    for (int i = 0; i < n; i++) {
        float deg = 0;
        for (int j = 0; j < n; j++)
            deg += s[i * n + j];
        node[i * powers] = logf(1 + deg);
        next[i] = deg > 1e-6f ? 1 / sqrtf(deg) : 0;
    }
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            s[i * n + j] *= next[i] * next[j];
    memcpy(now, s, (size_t)n * (size_t)n * sizeof *s);
    for (int k = 1; k <= powers; k++) {
        for (int i = 0, p = 0; i < n; i++) {
            if (k > 1)
                node[i * powers + k - 1] = root * now[i * n + i];
            for (int j = i + 1; j < n; j++, p++)
                pair[p * width + k] = root * now[i * n + j];
        }
        if (k == powers)
            break;
        multiply(next, now, s, n);
        float *t = now;
        now = next;
        next = t;
    }
}

float sg_graph_edge_share(const sg_real *logits, int B)
{
    float rest = 0;
    for (int k = 1; k < B; k++)
        rest += expf(logits[k] - logits[0]);
    return isfinite(rest) ? rest / (1 + rest) : 1;
}
