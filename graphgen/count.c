/* Connected, unique, novel and valid graphs of a set. */
#include <config.h>
#include <sigen/batches.h>
#include <sigen/graph_metrics.h>

#include <stdlib.h>
#include <string.h>

typedef struct keyed {
    unsigned char key[SG_GRAPH_KEY];
    size_t at;
} keyed;

static int by_key(const void *pa, const void *pb)
{
    const keyed *a = pa, *b = pb;
    int c = memcmp(a->key, b->key, SG_GRAPH_KEY);
    return c ? c : (a->at > b->at) - (a->at < b->at);
}

static int only_key(const void *pa, const void *pb)
{
    return memcmp(((const keyed *)pa)->key, ((const keyed *)pb)->key, SG_GRAPH_KEY);
}

/* Sorted keys of a set; the caller frees them. */
static sg_status keys_of(keyed **out, const sg_graph_set *set, sg_error *err)
{
    keyed *k = malloc((set->n + 1) * sizeof *k);
    sg_status s = k ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory for %zu keys", set->n);
    for (size_t i = 0; i < set->n && s == SG_OK; i++) {
        k[i].at = i;
        s = sg_graph_key(&set->g[i], k[i].key, err);
    }
    if (s == SG_OK)
        qsort(k, set->n, sizeof *k, by_key);
    *out = s == SG_OK ? k : NULL;
    if (s != SG_OK)
        free(k);
    return s;
}

enum { CONNECTED = 1, VALID = 2, UNIQUE = 4, NOVEL = 8 };

typedef struct judging {
    unsigned char *is;
    const sg_graph_set *gen;
    const sg_graph_rule *connected, *rule; /* rule: NULL = none */
} judging;

static sg_status judge_batch(void *ctx, void *worker, size_t first, size_t n, sg_error *err)
{
    const judging *j = ctx;
    sg_status s = SG_OK;
    (void)worker;
    for (size_t i = first; i < first + n && s == SG_OK; i++) {
        int connected = 0, valid = 1;
        s = j->connected->judge(&j->gen->g[i], &connected, err);
        if (s == SG_OK && j->rule)
            s = j->rule->judge(&j->gen->g[i], &valid, err);
        j->is[i] = (unsigned char)((connected ? CONNECTED : 0) | (valid ? VALID : 0));
    }
    return s;
}

static sg_status judge(unsigned char *is, const sg_graph_set *gen, const sg_graph_rule *rule,
                       sg_error *err)
{
    judging j = {is, gen, sg_graph_rule_find("connected"), rule};
    return sg_batches_run(&(sg_batches){.count = gen->n, .most = 8, .run = judge_batch}, &j, err);
}

static sg_status compare_keys(unsigned char *is, int *keyed_at_all, const sg_graph_set *gen,
                              const sg_graph_set *train, sg_error *err)
{
    sg_error e = {0};
    keyed *g = NULL, *t = NULL;
    sg_status s = keys_of(&g, gen, &e);
    if (s == SG_OK && train)
        s = keys_of(&t, train, &e);
    for (size_t k = 0; s == SG_OK && k < gen->n; k++) {
        is[g[k].at] |= k == 0 || only_key(&g[k - 1], &g[k]) != 0 ? UNIQUE : 0;
        is[g[k].at] |= !train || !bsearch(&g[k], t, train->n, sizeof *t, only_key) ? NOVEL : 0;
    }
    *keyed_at_all = s == SG_OK;
    free(g);
    free(t);
    if (s != SG_OK && s != SG_ENOTSUP && err)
        *err = e;
    return s == SG_ENOTSUP ? SG_OK : s;
}

sg_status sg_graph_count(sg_graph_counts *c, const sg_graph_set *gen, const sg_graph_set *train,
                         const sg_graph_rule *rule, sg_error *err)
{
    unsigned char *is = calloc(gen->n + 1, 1);
    memset(c, 0, sizeof *c);
    if (!is)
        return sg_fail(err, SG_ENOMEM, "no memory to count %zu graphs", gen->n);
    sg_status s = judge(is, gen, rule, err);
    if (s == SG_OK)
        s = compare_keys(is, &c->keyed, gen, train, err);
    for (size_t i = 0; i < gen->n && s == SG_OK; i++) {
        c->connected += (is[i] & CONNECTED) != 0;
        c->valid += rule && is[i] & VALID;
        c->unique += (is[i] & UNIQUE) != 0;
        c->novel += train && is[i] & NOVEL;
        c->vun += (is[i] & (VALID | UNIQUE | NOVEL)) == (VALID | UNIQUE | NOVEL);
    }
    c->n = gen->n;
    free(is);
    return s;
}
