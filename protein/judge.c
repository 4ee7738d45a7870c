#include <config.h>
#include "judge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"

enum { SHORTEST = 20 };

static void clear(sg_protein_chains *c)
{
    for (size_t i = 0; i < c->n; i++) {
        sg_protein_clear(&c->p[i]);
        free(c->name[i]);
    }
    free(c->p);
    free(c->name);
}

static sg_status add(sg_protein_chains *c, const sg_protein *p, size_t k, const char *file,
                     sg_error *err)
{
    char name[600];
    const sg_protein_chain *ch = &p->chain[k];
    sg_status s;
    if (ch->n < SHORTEST) {
        c->small++;
        return SG_OK;
    }
    if (c->n == c->cap) {
        size_t cap = c->cap ? 2 * c->cap : 64;
        sg_protein *q = realloc(c->p, cap * sizeof *q);
        if (q)
            c->p = q;
        char **m = realloc(c->name, cap * sizeof *m);
        if (m)
            c->name = m;
        if (!q || !m)
            return sg_fail(err, SG_ENOMEM, "no memory for %zu chains", cap);
        c->cap = cap;
    }
    snprintf(name, sizeof name, "%.500s:%ld:%s", file, p->model, ch->id);
    c->p[c->n] = (sg_protein){0};
    if (!(c->name[c->n] = strdup(name)))
        return sg_fail(err, SG_ENOMEM, "no memory for a name");
    sg_protein *q = &c->p[c->n++];
    s = sg_protein_add_chain(q, ch->id, err);
    for (size_t i = 0; i < ch->n && s == SG_OK; i++)
        s = sg_protein_add_residue(q, &p->residue[ch->first + i], err);
    return s;
}

static sg_status read_chains(sg_protein_chains *c, const char *path, const sg_protein_format *from,
                             sg_error *err)
{
    sg_protein p = {0};
    int got = 1;
    sg_error e = {0};
    sg_protein_reader *r = sg_protein_reader_open(path, from, &e);
    sg_status s = r ? SG_OK : e.code;
    while (s == SG_OK && got) {
        s = sg_cli_interrupted() ? sg_fail(&e, SG_EINTR, "stopped")
                                 : sg_protein_reader_next(r, &p, &got, &e);
        if (s == SG_OK && got)
            sg_protein_cmd_add_dropped(&c->dropped, &p.dropped);
        for (size_t k = 0; s == SG_OK && got && k < p.n_chains; k++)
            s = add(c, &p, k, path, &e);
    }
    sg_protein_reader_close(r);
    sg_protein_clear(&p);
    if (s != SG_OK && err)
        *err = e;
    return s;
}

static int is_full(const sg_protein *p)
{
    for (size_t i = 0; i < p->n; i++)
        if ((p->residue[i].have & SG_PROTEIN_BACKBONE) != SG_PROTEIN_BACKBONE)
            return 0;
    return 1;
}

static sg_status rebuild(sg_protein_judgement *e, sg_error *err)
{
    sg_status s = SG_OK;
    for (size_t i = 0; i < e->set.n && s == SG_OK; i++) {
        sg_error w;
        if (is_full(&e->set.p[i]))
            continue;
        s = sg_protein_rebuild(&e->set.p[i], &w);
        if (s != SG_OK)
            s = sg_fail(err, s == SG_ENOMEM ? s : SG_EPARSE, "%.200s: %.250s", e->set.name[i],
                        w.text);
        e->rebuilt++;
    }
    return s;
}

/* Every chain by itself, over threads. */
static sg_status measure(sg_protein_judgement *e, sg_error *err)
{
    size_t n = e->set.n;
    sg_protein_fragments *f = sg_protein_fragments_shipped(err);
    e->score = calloc(n + 1, sizeof *e->score);
    sg_status *st = calloc(n + 1, sizeof *st), s = SG_OK;
    if (!f || !e->score || !st)
        s = sg_fail(err, SG_ENOMEM, "no memory to measure %zu chains", n);
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < n; i++)
        if (s == SG_OK)
            st[i] = sg_cli_interrupted() ? SG_EINTR
                                         : sg_protein_score(&e->score[i], &e->set.p[i], 0, f, NULL);
    for (size_t i = 0; i < n && s == SG_OK; i++) {
        e->partial += !e->score[i].full;
        if (st[i] != SG_OK)
            s = sg_fail(err, st[i], "%.300s: %s", e->set.name[i], sg_strerror(st[i]));
    }
    sg_protein_fragments_free(f);
    free(st);
    return s;
}

static sg_status traces(sg_i_trace **t, const sg_protein_chains *c, sg_error *err)
{
    sg_status s = SG_OK;
    *t = calloc(c->n + 1, sizeof **t);
    if (!*t)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu chains", c->n);
    for (size_t i = 0; i < c->n && s == SG_OK; i++)
        s = sg_i_trace_make(&(*t)[i], &c->p[i], 0, err);
    return s;
}

static void free_traces(sg_i_trace *t, size_t n)
{
    for (size_t i = 0; t && i < n; i++)
        free(t[i].ca);
    free(t);
}

static sg_status novelty(sg_protein_judgement *e, const sg_i_trace *t, size_t limit, sg_error *err)
{
    size_t n = e->set.n < limit ? e->set.n : limit, counted = 0;
    sg_i_trace *train = NULL, *some = malloc((n + 1) * sizeof *some);
    double *best = malloc((n + 1) * sizeof *best), sum = 0, most = 0;
    int k = sg_i_stat_index("tm_novelty");
    sg_status s = some && best ? traces(&train, &e->train, err)
                               : sg_fail(err, SG_ENOMEM, "no memory for %zu chains", n);
    for (size_t i = 0; i < n && s == SG_OK; i++)
        some[i] = t[i * e->set.n / n]; /* evenly over the set */
    if (s == SG_OK)
        s = sg_i_novelty(best, some, n, train, e->train.n, sg_cli_interrupted, err);
    for (size_t i = 0; i < n && s == SG_OK; i++) {
        if (isnan(best[i]))
            continue;
        counted++;
        sum += best[i];
        most = best[i] > most ? best[i] : most;
    }
    if (counted) {
        e->all.value[k] = sum / (double)counted;
        e->all.value[k + 1] = most;
    }
    free_traces(train, e->train.n);
    free(some);
    free(best);
    return s;
}

static sg_status align_all(const sg_cli *cli, sg_protein_judgement *e, sg_error *err)
{
    sg_i_trace *t = NULL;
    int k = sg_i_stat_index("tm_diversity");
    sg_status s = traces(&t, &e->set, err);
    if (s == SG_OK)
        s = sg_i_diversity(&e->all.value[k], &e->all.value[k + 1], t, e->set.n,
                           (size_t)sg_cli_int(cli, "pairs"), err);
    if (s == SG_OK && sg_cli_given(cli, "train"))
        s = novelty(e, t, (size_t)sg_cli_int(cli, "novelty"), err);
    free_traces(t, e->set.n);
    return s;
}

sg_status sg_protein_cmd_read(sg_cli *c, sg_protein_judgement *e, sg_error *err)
{
    const sg_protein_format *from;
    *e = (sg_protein_judgement){0};
    sg_status s = sg_protein_cmd_from(c, &from, err);
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++)
        s = read_chains(&e->set, c->operands[k], from, err);
    if (s == SG_OK && e->set.n == 0)
        s = sg_fail(err, SG_EPARSE, "no chain of at least %d residues", SHORTEST);
    if (s == SG_OK && sg_cli_flag(c, "rebuild"))
        s = rebuild(e, err);
    return s;
}

void sg_protein_cmd_remark(const sg_cli *c, const sg_protein_judgement *e)
{
    sg_protein_cmd_tell_dropped(c, &e->set.dropped);
    if (e->set.small)
        sg_cli_note(c, "%zu chains of less than %d residues were left out", e->set.small, SHORTEST);
    if (e->rebuilt)
        sg_cli_note(c, "%zu chains were rebuilt from their CA traces", e->rebuilt);
    if (e->partial)
        sg_cli_note(
            c, "%zu chains lack backbone atoms: only their CA traces were measured (see --rebuild)",
            e->partial);
}

sg_status sg_protein_cmd_judge(sg_cli *c, sg_protein_judgement *e, sg_error *err)
{
    int k;
    sg_cli_threads(c);
    sg_status s = sg_protein_cmd_read(c, e, err);
    if (s == SG_OK && sg_cli_given(c, "train"))
        s = read_chains(&e->train, sg_cli_text(c, "train"), NULL, err);
    if (s == SG_OK)
        s = measure(e, err);
    if (s == SG_OK)
        s = sg_i_summarize(&e->all, e->score, e->set.n, err);
    if (s != SG_OK)
        return s;
    e->ref = sg_i_reference_pick(e->score, e->set.n, &k);
    sg_i_reference(&e->real, k);
    e->all.value[sg_i_stat_index("ss_distance")] = sg_i_structure_distance(e->score, e->set.n, k);
    return align_all(c, e, err);
}

void sg_protein_judgement_clear(sg_protein_judgement *e)
{
    clear(&e->set);
    clear(&e->train);
    free(e->score);
    *e = (sg_protein_judgement){0};
}
