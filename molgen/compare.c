#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/lab.h>
#include "compare.h"

enum { ROUNDS = 10, BINS = 256 };

/* How many types of a kind are compared; the rest is total variation. */
static const int wanted[SG_I_KINDS] = {[SG_I_LENGTH] = 14, [SG_I_ANGLE] = 10,  [SG_I_TORSION] = 6,
                                       [SG_I_RING] = 1,    [SG_I_ELEMENT] = 1, [SG_I_HEAVY] = 1};

/* ---- choosing types -------------------------------------------------------------------------- */

typedef struct tally {
    uint32_t type;
    size_t n;
} tally;

static int by_type(const void *a, const void *b)
{
    const tally *p = a, *q = b;
    return p->type < q->type ? -1 : p->type > q->type;
}

static int by_count(const void *a, const void *b)
{
    const tally *p = a, *q = b;
    return p->n != q->n ? (p->n > q->n ? -1 : 1) : by_type(a, b);
}

/* Counts of types in a set: open addressing, grown by doubling. */
typedef struct counter {
    tally *slot;
    size_t n, cap;
} counter;

static tally *find(counter *c, uint32_t type)
{
    size_t k = (size_t)type * 2654435761u % c->cap;
    while (c->slot[k].n && c->slot[k].type != type)
        k = (k + 1) % c->cap;
    return &c->slot[k];
}

static int count_type(counter *c, uint32_t type)
{
    if (2 * c->n >= c->cap) {
        counter big = {.cap = c->cap ? 2 * c->cap : 1024, .n = c->n};
        big.slot = calloc(big.cap, sizeof *big.slot);
        if (!big.slot)
            return 0;
        for (size_t k = 0; k < c->cap; k++)
            if (c->slot[k].n)
                *find(&big, c->slot[k].type) = c->slot[k];
        free(c->slot);
        *c = big;
    }
    tally *t = find(c, type);
    c->n += t->n == 0;
    t->type = type;
    t->n++;
    return 1;
}

/* Kind by kind, the commonest first. */
static int by_kind(const void *a, const void *b)
{
    const sg_i_distance *p = a, *q = b;
    if (p->type >> 28 != q->type >> 28)
        return p->type >> 28 < q->type >> 28 ? -1 : 1;
    return by_count(&(tally){p->type, p->n_reference}, &(tally){q->type, q->n_reference});
}

/* The commonest types of each kind, and single bonds to hydrogen of C, N, O whatever their number.
 */
static sg_status choose(sg_i_comparison *c, const sg_i_set *ref, sg_error *err)
{
    const uint32_t always[3] = {sg_i_type(SG_I_LENGTH, 1, 6, 1, 0),
                                sg_i_type(SG_I_LENGTH, 1, 7, 1, 0),
                                sg_i_type(SG_I_LENGTH, 1, 8, 1, 0)};
    counter t = {0};
    int taken[SG_I_KINDS] = {0}, good = 1;
    for (size_t k = 0; k < ref->count; k++)
        for (int f = 0; f < ref->row[k].n_features; f++)
            good &= count_type(&t, ref->row[k].feature[f].type);
    c->n = 0;
    if (good && t.cap) {
        qsort(t.slot, t.cap, sizeof *t.slot, by_count);
        for (int pass = 0; pass < 2; pass++)
            for (size_t k = 0; k < t.cap && t.slot[k].n; k++) {
                uint32_t type = t.slot[k].type, kind = type >> 28;
                int fixed = type == always[0] || type == always[1] || type == always[2];
                if (fixed == pass || kind >= SG_I_KINDS || taken[kind] == wanted[kind])
                    continue;
                taken[kind]++;
                c->d[c->n].type = type;
                c->d[c->n++].n_reference = t.slot[k].n;
            }
    }
    qsort(c->d, (size_t)c->n, sizeof *c->d, by_kind);
    free(t.slot);
    return good ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory to compare molecules");
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The values of one type with the row each comes from. */
typedef struct pool {
    double *v;
    size_t *row;
    size_t n, cap;
} pool;

static int pool_put(pool *p, double v, size_t row)
{
    if (p->n == p->cap) {
        size_t cap = p->cap ? 2 * p->cap : 1024;
        double *nv = realloc(p->v, cap * sizeof *nv);
        if (nv)
            p->v = nv;
        size_t *nr = realloc(p->row, cap * sizeof *nr);
        if (nr)
            p->row = nr;
        if (!nv || !nr)
            return 0;
        p->cap = cap;
    }
    p->v[p->n] = v;
    p->row[p->n++] = row;
    return 1;
}

/* pools (SG_I_DISTANCES) of a set; take (count) rows wanted or NULL. */
static int pools_fill(pool *pools, const sg_i_comparison *c, const sg_i_set *s,
                      const unsigned char *take)
{
    tally at[SG_I_DISTANCES];
    for (int i = 0; i < c->n; i++)
        at[i] = (tally){c->d[i].type, (size_t)i};
    qsort(at, (size_t)c->n, sizeof *at, by_type);
    for (size_t k = 0; k < s->count; k++)
        for (int f = 0; f < s->row[k].n_features && (!take || take[k]); f++) {
            tally key = {s->row[k].feature[f].type, 0};
            const tally *hit = bsearch(&key, at, (size_t)c->n, sizeof *at, by_type);
            if (hit && !pool_put(&pools[hit->n], (double)s->row[k].feature[f].value, k))
                return 0;
        }
    return 1;
}

static void pools_clear(pool *p)
{
    for (int i = 0; p && i < SG_I_DISTANCES; i++) {
        free(p[i].v);
        free(p[i].row);
    }
    free(p);
}

/* Of two samples of one type; both are sorted. */
static double difference(uint32_t type, double *x, size_t nx, double *y, size_t ny)
{
    double p[BINS] = {0}, q[BINS] = {0};
    if (type >> 28 < SG_I_RING)
        return sg_lab_wasserstein1(x, nx, y, ny);
    for (size_t k = 0; k < nx; k++)
        p[x[k] < BINS ? (int)x[k] : BINS - 1]++;
    for (size_t k = 0; k < ny; k++)
        q[y[k] < BINS ? (int)y[k] : BINS - 1]++;
    return sg_lab_total_variation(p, q, BINS);
}

/* ---- floors ---------------------------------------------------------------------------------- */

static sg_status floor_train(sg_i_comparison *c, const sg_i_set *train, size_t count, pool *ref,
                             sg_rng *r, sg_error *err)
{
    pool *p = calloc(SG_I_DISTANCES, sizeof *p);
    unsigned char *take = calloc(train->count + 1, 1);
    int good = p && take;
    size_t left = count < train->count ? count : train->count;
    for (size_t k = 0; good && k < train->count; k++) /* left of those still to come */
        if (sg_rng_below(r, (uint32_t)(train->count - k)) < left) {
            take[k] = 1;
            left--;
        }
    good = good && pools_fill(p, c, train, take);
#pragma omp parallel for schedule(dynamic)
    for (int i = 0; i < (good ? c->n : 0); i++)
        c->d[i].floor = difference(c->d[i].type, p[i].v, p[i].n, ref[i].v, ref[i].n);
    pools_clear(p);
    free(take);
    return good ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory to compare molecules");
}

/* Mean over random halves of the molecules of ref. */
static sg_status floor_halves(sg_i_comparison *c, size_t count, const pool *ref, sg_rng *r,
                              sg_error *err)
{
    unsigned char *half = malloc(ROUNDS * count + 1);
    int failed = !half;
    for (int round = 0; half && round < ROUNDS; round++) {
        size_t left = count / 2;
        for (size_t k = 0; k < count; k++) {
            unsigned char first = sg_rng_below(r, (uint32_t)(count - k)) < left;
            half[(size_t)round * count + k] = first;
            left -= first;
        }
    }
#pragma omp parallel for schedule(dynamic) reduction(| : failed)
    for (int i = 0; i < (half ? c->n : 0); i++) {
        double *v = malloc((ref[i].n + 1) * sizeof *v), sum = 0;
        failed |= !v;
        for (int round = 0; v && round < ROUNDS; round++) {
            size_t a = 0, b = ref[i].n;
            for (size_t k = 0; k < ref[i].n; k++)
                if (half[(size_t)round * count + ref[i].row[k]])
                    v[a++] = ref[i].v[k];
                else
                    v[--b] = ref[i].v[k];
            sum += difference(c->d[i].type, v, a, v + a, ref[i].n - a);
        }
        c->d[i].floor = sum / ROUNDS;
        free(v);
    }
    free(half);
    return failed ? sg_fail(err, SG_ENOMEM, "no memory to compare molecules") : SG_OK;
}

sg_status sg_i_compare(sg_i_comparison *c, const sg_i_set *set, const sg_i_set *ref,
                       const sg_i_set *train, uint64_t seed, sg_error *err)
{
    sg_rng r;
    pool *a = NULL, *b = NULL;
    memset(c, 0, sizeof *c);
    sg_rng_init(&r, seed, 0, 0);
    sg_status s = choose(c, ref, err);
    if (s != SG_OK)
        return s;
    a = calloc(SG_I_DISTANCES, sizeof *a);
    b = calloc(SG_I_DISTANCES, sizeof *b);
    if (!a || !b || !pools_fill(a, c, set, NULL) || !pools_fill(b, c, ref, NULL))
        s = sg_fail(err, SG_ENOMEM, "no memory to compare molecules");
    if (s == SG_OK && !train) /* before the values are sorted away from their rows */
        s = floor_halves(c, ref->count, b, &r, err);
    else if (s == SG_OK)
        s = floor_train(c, train, set->count, b, &r, err);
#pragma omp parallel for schedule(dynamic)
    for (int i = 0; i < (s == SG_OK ? c->n : 0); i++) {
        c->d[i].n = a[i].n;
        c->d[i].n_reference = b[i].n;
        c->d[i].value = difference(c->d[i].type, a[i].v, a[i].n, b[i].v, b[i].n);
    }
    pools_clear(a);
    pools_clear(b);
    return s;
}

/* ---- keys ------------------------------------------------------------------------------------ */

static int by_key(const void *a, const void *b)
{
    return memcmp(a, b, SG_MOL_KEY);
}

sg_status sg_i_keys_make(sg_i_keys *k, const sg_i_set *s, sg_error *err)
{
    k->n = 0;
    k->key = malloc((s->count + 1) * sizeof *k->key);
    if (!k->key)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu keys", s->count);
    for (size_t i = 0; i < s->count; i++)
        memcpy(k->key[i], s->row[i].key, SG_MOL_KEY);
    qsort(k->key, s->count, sizeof *k->key, by_key);
    for (size_t i = 0; i < s->count; i++)
        if (i == 0 || memcmp(k->key[i], k->key[k->n - 1], SG_MOL_KEY) != 0)
            memmove(k->key[k->n++], k->key[i], SG_MOL_KEY);
    return SG_OK;
}

int sg_i_keys_have(const sg_i_keys *k, const unsigned char key[SG_MOL_KEY])
{
    return k->n && bsearch(key, k->key, k->n, sizeof *k->key, by_key) != NULL;
}

void sg_i_keys_clear(sg_i_keys *k)
{
    free(k->key);
    k->key = NULL;
    k->n = 0;
}
