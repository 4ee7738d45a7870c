#include <config.h>

#include <math.h>
#include <string.h>

#include "walks.h"

double sg_graph_layout_sd(int n)
{
    return 0.35 * sqrt(n);
}

typedef float four __attribute__((vector_size(16), aligned(4), may_alias));

/* c = a b, all (n, n); sums run over k in order, so they do not depend on how columns are grouped
 */
static void multiply(float *restrict c, const float *restrict a, const float *restrict b, int n)
{
    for (int i = 0; i < n; i++) {
        const float *row = a + i * n;
        int j = 0;
        for (; j + 16 <= n; j += 16) {
            four s[4] = {{0}};
            for (int k = 0; k < n; k++)
                for (int q = 0; q < 4; q++)
                    s[q] += row[k] * *(const four *)(b + k * n + j + 4 * q);
            for (int q = 0; q < 4; q++)
                *(four *)(c + i * n + j + 4 * q) = s[q];
        }
        for (; j + 4 <= n; j += 4) {
            four s = {0};
            for (int k = 0; k < n; k++)
                s += row[k] * *(const four *)(b + k * n + j);
            *(four *)(c + i * n + j) = s;
        }
        for (; j < n; j++) {
            float s = 0;
            for (int k = 0; k < n; k++)
                s += row[k] * b[k * n + j];
            c[i * n + j] = s;
        }
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
