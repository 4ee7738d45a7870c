/* "Did you mean": the nearest known name by edit distance. */
#include <config.h>

#include "cli-i.h"

#include <string.h>

#define LONGEST 40

static int min3(int a, int b, int c)
{
    int m = a < b ? a : b;
    return m < c ? m : c;
}

/* Insertions, deletions, replacements and swaps of neighbours. */
static int distance(const char *a, const char *b)
{
    int d[LONGEST + 1][LONGEST + 1], n = (int)strlen(a), m = (int)strlen(b);
    if (n > LONGEST || m > LONGEST)
        return LONGEST;
    for (int i = 0; i <= n; i++) {
        for (int j = 0; j <= m; j++) {
            if (i == 0 || j == 0) {
                d[i][j] = i + j;
                continue;
            }
            d[i][j] =
                min3(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i][j] > d[i - 2][j - 2] + 1)
                d[i][j] = d[i - 2][j - 2] + 1;
        }
    }
    return d[n][m];
}

const char *sg_i_nearest(const char *word, const char *(*next)(const void *arg, size_t k),
                         const void *arg)
{
    const char *best = NULL, *name;
    int least = 1 + (int)strlen(word) / 3; /* farther away is no slip of the finger */
    for (size_t k = 0; (name = next(arg, k)) != NULL; k++) {
        int d = distance(word, name);
        if (strlen(word) >= 3 && strncmp(word, name, strlen(word)) == 0)
            d = 1; /* a name broken off */
        if (d <= least && (!best || d < least)) {
            least = d;
            best = name;
        }
    }
    return best;
}
