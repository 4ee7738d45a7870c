#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "compare.h"
#include "summary.h"

enum { SHORTEST = 20 };

static const sg_opt options[] = {
    {"from", 0, SG_OPT_TEXT, "NAME", "input format, whatever the extension", NULL, 0, 0, NULL},
    {"rebuild", 0, SG_OPT_FLAG, NULL,
     "place N, C and O of chains that lack some from their CA trace", NULL, 0, 0, NULL},
    {"train", 0, SG_OPT_TEXT, "FILE", "training structures, for tm_novelty", NULL, 0, 0, NULL},
    {"novelty", 0, SG_OPT_INT, "N", "chains compared with the training structures", "50", 0, 1e6,
     NULL},
    {"pairs", 0, SG_OPT_INT, "N", "pairs of chains compared for tm_diversity", "1000", 0, 1e8,
     NULL},
    {"each", 0, SG_OPT_TEXT, "FILE", "a line of tab-separated numbers for each chain", NULL, 0, 0,
     NULL},
};

/* The chains of a set of files. */
typedef struct chains {
    sg_protein *p; /* (n) one chain each */
    char **name;   /* (n) */
    size_t n, cap, small;
    sg_protein_dropped dropped;
} chains;

typedef struct eval {
    chains set, train;
    sg_protein_scores *score; /* (n) */
    sg_i_summary all, real;
    const sg_i_reference_set *ref;
    size_t rebuilt;
    size_t partial; /* chains without all backbone atoms */
} eval;

static void clear(chains *c)
{
    for (size_t i = 0; i < c->n; i++) {
        sg_protein_clear(&c->p[i]);
        free(c->name[i]);
    }
    free(c->p);
    free(c->name);
}

static sg_status add(chains *c, const sg_protein *p, size_t k, const char *file, sg_error *err)
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

static sg_status read_chains(chains *c, const char *path, const sg_protein_format *from,
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

static sg_status rebuild(eval *e, sg_error *err)
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
static sg_status measure(eval *e, sg_error *err)
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

static sg_status traces(sg_i_trace **t, const chains *c, sg_error *err)
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

static sg_status novelty(eval *e, const sg_i_trace *t, size_t limit, sg_error *err)
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

static sg_status align_all(const sg_cli *cli, eval *e, sg_error *err)
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

/* ---- output -------------------------------------------------------------------------------------
 */

static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static void numbers(json_t **o, const sg_i_summary *m)
{
    json_t *criteria = json_object(), *sd = json_object();
    sg_json_set(o, "plausible", number(m->plausible));
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
        sg_json_set(&criteria, sg_i_criteria[k], number(m->criteria[k]));
    sg_json_set(o, "criteria", criteria);
    for (int k = 0; sg_i_stats[k].key; k++) {
        sg_json_set(o, sg_i_stats[k].key, number(m->value[k]));
        if (isfinite(m->sd[k]))
            sg_json_set(&sd, sg_i_stats[k].key, json_real(m->sd[k]));
    }
    sg_json_set(o, "sd", sd);
}

static sg_status print_json(const eval *e, sg_error *err)
{
    json_t *o = json_object(), *r = json_object();
    size_t residues = 0;
    for (size_t i = 0; i < e->set.n; i++)
        residues += e->score[i].n;
    sg_json_set(&o, "n", json_integer((json_int_t)e->set.n));
    sg_json_set(&o, "residues", json_integer((json_int_t)residues));
    sg_json_set(&o, "incomplete", json_integer((json_int_t)e->partial));
    sg_json_set(&o, "rebuilt", json_integer((json_int_t)e->rebuilt));
    numbers(&o, &e->all);
    sg_json_set(&r, "lengths", sg_json_string(e->ref->name));
    sg_json_set(&r, "n", json_integer((json_int_t)e->ref->chains));
    numbers(&r, &e->real);
    sg_json_set(&o, "reference", r);
    return sg_cli_print_json(o, err);
}

static void cell(double x, double sd, sg_i_unit unit)
{
    if (!isfinite(x))
        printf(" %10s%-10s", "-", "");
    else if (unit == SG_I_SHARE)
        printf(" %9.2f%%", 100 * x);
    else
        printf(" %10.3f", x);
    if (!isfinite(x))
        return;
    if (isfinite(sd))
        printf(" +-%-7.3g", unit == SG_I_SHARE ? 100 * sd : sd);
    else
        printf("%10s", "");
}

static void row(const char *label, double x, double sd, double y, double ysd, sg_i_unit unit)
{
    printf("%-44s", label);
    cell(x, sd, unit);
    cell(y, ysd, unit);
    printf("\n");
}

static void print_text(const eval *e)
{
    const sg_i_summary *a = &e->all, *r = &e->real;
    printf("%zu chains%*s %10s%10s %10s\n", e->set.n, 44 - 7 - snprintf(NULL, 0, "%zu", e->set.n),
           "", "these", "", "real");
    printf("%-44s %20s %zu of %s residues\n", "", "", e->ref->chains, e->ref->name);
    row("plausible", a->plausible, NAN, r->plausible, NAN, SG_I_SHARE);
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++) {
        char label[40];
        snprintf(label, sizeof label, "  %s", sg_i_criteria[k]);
        row(label, a->criteria[k], NAN, r->criteria[k], NAN, SG_I_SHARE);
    }
    for (int k = 0; sg_i_stats[k].key; k++)
        row(sg_i_stats[k].label, a->value[k], a->sd[k], r->value[k], r->sd[k], sg_i_stats[k].unit);
}

static sg_status write_each(const eval *e, const char *path, sg_error *err)
{
    sg_out *o = sg_out_open(path, err);
    if (!o)
        return SG_EIO;
    sg_out_puts(o, "chain\tresidues\tplausible");
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
        sg_out_printf(o, "\t%s", sg_i_criteria[k]);
    sg_out_puts(
        o, "\thelix\tstrand\trg\trg_ratio\thbonds_per_residue\tfrag9_mean\trama_outlier\tclash\t"
           "right_handed\n");
    for (size_t i = 0; i < e->set.n; i++) {
        const sg_protein_scores *s = &e->score[i];
        const double value[] = {s->helix,
                                s->strand,
                                s->rg,
                                s->rg_ratio,
                                (double)s->hbonds / (double)s->n,
                                s->frag_sum / (double)s->fragments,
                                (double)s->rama_9995 / (double)s->torsions,
                                (double)s->ca_clash,
                                (double)s->right / (double)(s->right + s->left)};
        sg_out_printf(o, "%s\t%zu\t%d", e->set.name[i], s->n, sg_protein_plausible(s));
        for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
            sg_out_printf(o, "\t%d", (int)(s->criteria >> k & 1));
        for (size_t k = 0; k < sizeof value / sizeof *value; k++) {
            char text[64];
            sg_format_fixed(text, isfinite(value[k]) ? value[k] : 0, 4);
            sg_out_printf(o, "\t%s", isfinite(value[k]) ? text : "");
        }
        sg_out_puts(o, "\n");
    }
    return sg_out_commit(o, err);
}

/* ---- verb ---------------------------------------------------------------------------------------
 */

static sg_status read_all(sg_cli *c, eval *e, sg_error *err)
{
    const sg_protein_format *from;
    sg_status s = sg_protein_cmd_from(c, &from, err);
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++)
        s = read_chains(&e->set, c->operands[k], from, err);
    if (s == SG_OK && e->set.n == 0)
        s = sg_fail(err, SG_EPARSE, "no chain of at least %d residues", SHORTEST);
    if (s == SG_OK && sg_cli_given(c, "train"))
        s = read_chains(&e->train, sg_cli_text(c, "train"), NULL, err);
    return s;
}

static void remark(const sg_cli *c, const eval *e)
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

static sg_status run(sg_cli *c, sg_error *err)
{
    eval *e = calloc(1, sizeof *e);
    int k;
    if (!e)
        return sg_fail(err, SG_ENOMEM, "no memory");
    sg_cli_threads(c);
    sg_status s = read_all(c, e, err);
    if (s == SG_OK && sg_cli_flag(c, "rebuild"))
        s = rebuild(e, err);
    if (s == SG_OK)
        s = measure(e, err);
    if (s == SG_OK)
        s = sg_i_summarize(&e->all, e->score, e->set.n, err);
    if (s == SG_OK) {
        e->ref = sg_i_reference_pick(e->score, e->set.n, &k);
        sg_i_reference(&e->real, k);
        e->all.value[sg_i_stat_index("ss_distance")] =
            sg_i_structure_distance(e->score, e->set.n, k);
        s = align_all(c, e, err);
    }
    if (s == SG_OK && sg_cli_given(c, "each"))
        s = write_each(e, sg_cli_text(c, "each"), err);
    if (s == SG_OK) {
        remark(c, e);
        if (sg_cli_flag(c, "json"))
            s = print_json(e, err);
        else
            print_text(e);
    }
    clear(&e->set);
    clear(&e->train);
    free(e->score);
    free(e);
    return s;
}

const sg_verb sg_protein_cmd_eval = {
    .name = "eval",
    .summary = "compare backbones with real ones",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_JSON | SG_COMMON_THREADS | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Every chain of every model of the files is judged by itself: bonds, angles, clashes, "
        "Ramachandran map, secondary structure, hydrogen bonds, size, contacts, 9-mers beside real "
        "ones, handedness; then the set: how alike its chains are (TM-score), and with --train how "
        "near to the training structures. Real chains of like length stand beside each number. The "
        "share of plausible chains is no measure of designability. See sg-protein-metrics(7).\n\n"
        "With --train every one of --novelty chains is aligned with all training structures of "
        "like length, about a second for a thousand of them.",
    .example = "sg-protein eval backbones.pdb\n"
               "sg-protein eval backbones.pdb --json --train real.pbb.gz",
    .run = run};
