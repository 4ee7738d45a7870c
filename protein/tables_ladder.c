/* Mean geometry of real rungs (ladder.h), by superposing them on their mean time and again. */
#include <config.h>
#include "tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/align.h>
#include <sigen/protein_metrics.h>
#include <sigen/space.h>
#include "ladder.h"

enum { ROUNDS = 6 };
static const double outlier = 0.08, bond_energy = -0.5; /* nm, kcal/mol */

typedef double rung[SG_I_RUNG_SIZE];
typedef struct pile {
    rung *r;
    size_t n, cap;
} pile;

static void add(pile *a, const sg_protein *p, sg_i_rung_kind kind, size_t i, size_t j)
{
    size_t at[SG_I_RUNG];
    if (a->n == a->cap) {
        a->cap = a->cap ? 2 * a->cap : 1024;
        a->r = realloc(a->r, a->cap * sizeof *a->r);
        if (!a->r)
            exit(4);
    }
    sg_i_rung(at, kind, i, j);
    for (int k = 0; k < SG_I_RUNG; k++)
        for (int c = 0; c < 3; c++)
            a->r[a->n][3 * k + c] = 0.1 * p->residue[at[k]].xyz[SG_PROTEIN_CA][c];
    a->n++;
}

static int bonded(const sg_protein_hbonds *b, size_t donor, size_t acceptor)
{
    for (int k = 0; k < 2; k++)
        if (b[donor].acceptor[k] == (long)acceptor && b[donor].energy[k] < bond_energy)
            return 1;
    return 0;
}

/* The bridges [KS83] of a chain; antiparallel ones either way round, so that their mean has the
 * symmetry that they have. */
static void collect(pile a[SG_I_RUNGS], const sg_protein *p, const sg_protein_hbonds *b,
                    const char *ss)
{
    for (size_t i = 1; i + 1 < p->n; i++)
        for (size_t j = 1; j + 1 < p->n; j++) {
            if ((i > j ? i - j : j - i) < 3 || ss[i] != 'E' || ss[j] != 'E')
                continue;
            if (bonded(b, i, j) && bonded(b, j, i))
                add(&a[SG_I_ANTI_BONDED], p, SG_I_ANTI_BONDED, i, j);
            else if (bonded(b, i - 1, j + 1) && bonded(b, j - 1, i + 1))
                add(&a[SG_I_ANTI_FREE], p, SG_I_ANTI_FREE, i, j);
            else if (bonded(b, i, j - 1) && bonded(b, j + 1, i))
                add(&a[SG_I_PARALLEL], p, SG_I_PARALLEL, i, j);
        }
}

/* Sum and mean square of the rungs on `mean`, without outliers; how many. */
static size_t superpose_all(rung sum, double *square, const pile *a, const rung mean, int all)
{
    size_t n = 0;
    memset(sum, 0, sizeof(rung));
    *square = 0;
    for (size_t k = 0; k < a->n; k++) {
        sg_superposition s;
        rung moved;
        if (sg_superpose(&s, mean, a->r[k], NULL, SG_I_RUNG, 0, NULL) != SG_OK ||
            (s.rmsd > outlier && !all))
            continue;
        sg_superpose_apply(&s, moved, a->r[k], SG_I_RUNG);
        for (int i = 0; i < SG_I_RUNG_SIZE; i++)
            sum[i] += moved[i];
        *square += s.rmsd * s.rmsd;
        n++;
    }
    return n;
}

static void put(const char *name, const pile *a)
{
    rung mean, sum;
    double square = 0;
    size_t n = 0;
    if (!a->n)
        exit(3);
    memcpy(mean, a->r[0], sizeof mean);
    for (int k = 0; k < ROUNDS; k++) {
        n = superpose_all(sum, &square, a, mean, k == 0);
        for (int i = 0; i < SG_I_RUNG_SIZE; i++)
            mean[i] = sum[i] / (double)n;
        sg_space_centred.project(mean, SG_I_RUNG, 3);
    }
    printf("    /* %s: %zu of %zu, mean square distance %.4f nm^2 */\n    {", name, n, a->n,
           square / (double)n);
    for (int i = 0; i < SG_I_RUNG_SIZE; i++)
        printf("%.4f,%s", mean[i], i == 8 ? "\n     " : i == SG_I_RUNG_SIZE - 1 ? "},\n" : " ");
}

void sg_i_table_ladders(const sg_i_table_set *s)
{
    static const char *const name[SG_I_RUNGS] = {"antiparallel, bonded", "antiparallel, not bonded",
                                                 "parallel"};
    pile a[SG_I_RUNGS] = {{0}};
    for (size_t c = 0; c < s->n; c++) {
        const sg_protein *p = &s->p[c];
        char *ss = malloc(p->n + 1);
        sg_protein_hbonds *b = malloc((p->n + 1) * sizeof *b);
        if (!ss || !b || sg_protein_dssp(ss, b, p, NULL) != SG_OK)
            exit(4);
        collect(a, p, b, ss);
        free(ss);
        free(b);
    }
    printf("/* Made by protein-tables ladders: mean CA positions (nm) of rungs of real chains. */\n"
           "/* clang-format off */\n"
           "static const double ladder_rung[SG_I_RUNGS][SG_I_RUNG_SIZE] = {\n");
    for (int k = 0; k < SG_I_RUNGS; k++) {
        put(name[k], &a[k]);
        free(a[k].r);
    }
    printf("};\n/* clang-format on */\n");
}
