#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <sigen/rng.h>
#include "judge.h"

enum { TRAIN_MOST = 4096 };

static void count_sizes(sg_graph_part *p)
{
    double nodes = 0, edges = 0;
    for (size_t i = 0; i < p->set.n; i++) {
        int n = p->set.g[i].n_nodes, m = p->set.g[i].n_edges;
        nodes += n;
        edges += m;
        p->nodes.min = i == 0 || n < p->nodes.min ? n : p->nodes.min;
        p->nodes.max = i == 0 || n > p->nodes.max ? n : p->nodes.max;
        p->edges.min = i == 0 || m < p->edges.min ? m : p->edges.min;
        p->edges.max = i == 0 || m > p->edges.max ? m : p->edges.max;
    }
    p->nodes.mean = p->set.n ? nodes / (double)p->set.n : 0;
    p->edges.mean = p->set.n ? edges / (double)p->set.n : 0;
}

/* The profile of the training graphs, of a random choice if they are many. */
static sg_status profile_train(sg_graph_judgement *e, uint64_t seed, sg_error *err)
{
    sg_graph_set some = e->train.set;
    sg_graph *own = NULL;
    if (some.n > TRAIN_MOST) {
        sg_rng r;
        sg_rng_init(&r, seed, 0, 2);
        own = malloc(some.n * sizeof *own);
        if (!own)
            return sg_fail(err, SG_ENOMEM, "no memory for %zu graphs", some.n);
        memcpy(own, some.g, some.n * sizeof *own);
        for (size_t i = 0; i < TRAIN_MOST; i++) {
            size_t j = i + sg_rng_below(&r, (uint32_t)(some.n - i));
            sg_graph t = own[i];
            own[i] = own[j];
            own[j] = t;
        }
        some.g = own;
        some.n = TRAIN_MOST;
    }
    sg_error why = {0};
    e->train.profile = sg_graph_profile_new(&some, e->stats, &why);
    free(own);
    if (!e->train.profile && err)
        *err = why;
    return e->train.profile ? SG_OK : why.code;
}

static sg_status read_part(sg_graph_part *p, const sg_graph_format *from, sg_error *err)
{
    sg_status s = sg_graph_set_read(&p->set, p->path, from, err);
    if (s == SG_OK && p->set.n == 0)
        s = sg_fail_at(err, SG_EINVAL, p->path, 0, 0, "there are no graphs");
    if (s == SG_OK)
        count_sizes(p);
    return s;
}

static sg_status profile(sg_graph_part *p, const sg_graph_judgement *e, sg_error *err)
{
    sg_error why = {0};
    p->profile = sg_graph_profile_new(&p->set, e->stats, &why);
    if (!p->profile && err)
        *err = why;
    return p->profile ? SG_OK : why.code;
}

/* per_class 0 where there are too few to tell them apart. */
static sg_status tell_apart(sg_graph_discrepancy *d, const sg_graph_part *a, const sg_graph_part *b,
                            uint64_t seed, sg_error *err)
{
    sg_status s = sg_graph_discriminate(d, a->profile, b->profile, seed, err);
    if (s == SG_EINVAL) {
        d->per_class = 0;
        s = SG_OK;
    }
    return s;
}

sg_status sg_graph_judge(sg_graph_judgement *e, const sg_graph_format *from, size_t floor_subsets,
                         uint64_t seed, sg_error *err)
{
    const sg_graph_set *train = e->train.path ? &e->train.set : NULL;
    sg_status s = read_part(&e->ref, from, err);
    if (s == SG_OK)
        s = read_part(&e->gen, from, err);
    if (s == SG_OK && train)
        s = read_part(&e->train, from, err);
    if (s == SG_OK)
        s = profile(&e->ref, e, err);
    if (s == SG_OK)
        s = profile(&e->gen, e, err);
    if (s == SG_OK && train)
        s = profile_train(e, seed, err);
    if (s == SG_OK)
        s = sg_graph_compare(&e->cmp, e->suite, e->ref.profile, e->gen.profile, e->train.profile,
                             floor_subsets, seed, err);
    if (s == SG_OK)
        s = tell_apart(&e->apart, &e->ref, &e->gen, seed, err);
    if (s == SG_OK && train)
        s = tell_apart(&e->apart_floor, &e->ref, &e->train, seed, err);
    if (s == SG_OK)
        s = sg_graph_count(&e->gen.counts, &e->gen.set, train, e->rule, err);
    if (s == SG_OK)
        s = sg_graph_count(&e->ref.counts, &e->ref.set, train, e->rule, err);
    if (s == SG_OK && train)
        s = sg_graph_count(&e->train.counts, &e->train.set, NULL, e->rule, err);
    return s;
}

static void clear(sg_graph_part *p)
{
    sg_graph_profile_free(p->profile);
    sg_graph_set_clear(&p->set);
}

void sg_graph_judgement_clear(sg_graph_judgement *e)
{
    clear(&e->ref);
    clear(&e->gen);
    clear(&e->train);
}
