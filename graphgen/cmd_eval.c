#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

/* ---- output ---------------------------------------------------------------------------------- */

static json_t *number(double x)
{
    return isnan(x) ? json_null() : json_real(x);
}

static json_t *share(int known, size_t k, size_t n)
{
    return known && n ? json_real((double)k / (double)n) : json_null();
}

static json_t *spread_json(const sg_graph_spread *s)
{
    json_t *o = json_object();
    sg_json_set(&o, "mean", number(s->mean));
    sg_json_set(&o, "sd", number(s->sd));
    sg_json_set(&o, "p05", number(s->p05));
    sg_json_set(&o, "p95", number(s->p95));
    return o;
}

static json_t *sizes_json(const sg_graph_sizes *s)
{
    json_t *o = json_object();
    sg_json_set(&o, "mean", json_real(s->mean));
    sg_json_set(&o, "min", json_integer(s->min));
    sg_json_set(&o, "max", json_integer(s->max));
    return o;
}

/* Statistics by name, the average behind them. */
static json_t *each(const sg_graph_judgement *e, json_t *(*value)(const sg_graph_score *))
{
    json_t *o = json_object();
    for (int k = 0; k < SG_GRAPH_STATS; k++)
        if (e->stats >> k & 1)
            sg_json_set(&o, sg_graph_stat_name((sg_graph_stat)k), value(&e->cmp.stat[k]));
    sg_json_set(&o, "average", value(&e->cmp.average));
    return o;
}

static json_t *get_mmd(const sg_graph_score *s)
{
    return number(s->mmd);
}

static json_t *get_train(const sg_graph_score *s)
{
    return number(s->train);
}

static json_t *get_ratio(const sg_graph_score *s)
{
    return number(s->ratio);
}

static json_t *get_draws(const sg_graph_score *s)
{
    return spread_json(&s->draws);
}

static json_t *get_floor(const sg_graph_score *s)
{
    return spread_json(&s->floor);
}

static void counts_json(json_t **o, const sg_graph_judgement *e, const sg_graph_part *p, int novel)
{
    const sg_graph_counts *c = &p->counts;
    sg_json_set(o, "connected", share(1, c->connected, c->n));
    sg_json_set(o, "unique", share(c->keyed, c->unique, c->n));
    sg_json_set(o, "novel", share(c->keyed && novel && e->train.path, c->novel, c->n));
    sg_json_set(o, "valid", share(e->rule != NULL, c->valid, c->n));
    if (novel)
        sg_json_set(o, "vun", share(c->keyed && e->train.path && e->rule, c->vun, c->n));
    sg_json_set(o, "nodes", sizes_json(&p->nodes));
    sg_json_set(o, "edges", sizes_json(&p->edges));
}

static json_t *data_json(const sg_graph_judgement *e, const sg_graph_part *p, int novel)
{
    json_t *o = json_object();
    counts_json(&o, e, p, novel);
    return o;
}

static json_t *apart_json(const sg_graph_judgement *e, const sg_graph_discrepancy *d)
{
    if (!d->per_class)
        return json_null();
    json_t *o = json_object();
    sg_json_set(&o, "accuracy", number(d->best_accuracy));
    sg_json_set(&o, "js", number(d->best_js));
    sg_json_set(&o, "by", sg_json_string(sg_graph_stat_name(d->best)));
    sg_json_set(&o, "per_class", json_integer((json_int_t)d->per_class));
    for (int k = 0; k < SG_GRAPH_STATS; k++)
        if (e->stats >> k & 1) {
            json_t *one = json_object();
            sg_json_set(&one, "accuracy", number(d->accuracy[k]));
            sg_json_set(&one, "js", number(d->js[k]));
            sg_json_set(&o, sg_graph_stat_name((sg_graph_stat)k), one);
        }
    return o;
}

static sg_status print_json(const sg_graph_judgement *e, sg_error *err)
{
    const sg_graph_comparison *c = &e->cmp;
    json_t *o = json_object();
    sg_json_set(&o, "suite", sg_json_string(e->suite->name));
    sg_json_set(&o, "n_ref", json_integer((json_int_t)e->ref.set.n));
    sg_json_set(&o, "n_gen", json_integer((json_int_t)e->gen.set.n));
    sg_json_set(&o, "n_train", json_integer((json_int_t)e->train.set.n));
    sg_json_set(&o, "mmd", each(e, get_mmd));
    sg_json_set(&o, "draw_size", json_integer((json_int_t)c->draw_size));
    sg_json_set(&o, "n_draws", json_integer((json_int_t)c->n_draws));
    sg_json_set(&o, "draws", each(e, get_draws));
    sg_json_set(&o, "n_floor", json_integer((json_int_t)c->n_floor));
    sg_json_set(&o, "floor", c->n_floor ? each(e, get_floor) : json_null());
    sg_json_set(&o, "ratio", number(c->average.ratio));
    sg_json_set(&o, "ratios", c->n_floor ? each(e, get_ratio) : json_null());
    sg_json_set(&o, "mmd_train", c->n_train ? each(e, get_train) : json_null());
    sg_json_set(&o, "ratio_train", number(c->ratio_train));
    sg_json_set(&o, "rule", e->rule ? sg_json_string(e->rule->name) : json_null());
    counts_json(&o, e, &e->gen, 1);
    sg_json_set(&o, "ref", data_json(e, &e->ref, 1));
    sg_json_set(&o, "train", e->train.path ? data_json(e, &e->train, 0) : json_null());
    sg_json_set(&o, "discrepancy", apart_json(e, &e->apart));
    sg_json_set(&o, "discrepancy_floor", apart_json(e, &e->apart_floor));
    return sg_cli_print_json(o, err);
}

static void print_score(const char *name, const sg_graph_score *s, int floor)
{
    printf("  %-11s %9.6f  %9.6f", name, s->mmd, s->draws.mean);
    if (!isnan(s->draws.sd))
        printf(" +- %8.6f", s->draws.sd);
    else
        printf("            ");
    if (floor)
        printf("  %9.6f [%8.6f, %8.6f]", s->floor.mean, s->floor.p05, s->floor.p95);
    if (!isnan(s->ratio))
        printf("  %8.2f", s->ratio);
    printf("\n");
}

static void print_shares(const sg_graph_judgement *e)
{
    const sg_graph_part *parts[] = {&e->gen, &e->ref, &e->train};
    static const char *const rows[] = {"connected", "unique", "novel", "valid",
                                       "valid, unique, novel"};
    int n = e->train.path ? 3 : 2;
    printf("\n%-22s %10s %10s%s\n", "", "generated", "reference", n == 3 ? "      train" : "");
    for (int r = 0; r < 5; r++) {
        printf("%-22s", rows[r]);
        for (int k = 0; k < n; k++) {
            const sg_graph_counts *c = &parts[k]->counts;
            const size_t count[] = {c->connected, c->unique, c->novel, c->valid, c->vun};
            int novel = c->keyed && e->train.path && k < 2;
            const int known[] = {1, c->keyed, novel, e->rule != NULL, novel && e->rule};
            if (known[r] && c->n)
                printf(" %10.4f", (double)count[r] / (double)c->n);
            else
                printf(" %10s", "-");
        }
        printf("\n");
    }
    printf("%-22s", "nodes, mean");
    for (int k = 0; k < n; k++)
        printf(" %10.2f", parts[k]->nodes.mean);
    printf("\n%-22s", "edges, mean");
    for (int k = 0; k < n; k++)
        printf(" %10.2f", parts[k]->edges.mean);
    printf("\n");
}

static void print_text(const sg_graph_judgement *e)
{
    const sg_graph_comparison *c = &e->cmp;
    printf("MMD^2 to %s, suite %s: all %zu graphs, and %zu draws of %zu", e->ref.path,
           e->suite->name, c->n_gen, c->n_draws, c->draw_size);
    if (c->n_floor)
        printf("; floor: %zu draws of training graphs, mean [5 %%, 95 %%]", c->n_floor);
    printf("\n  %-11s %9s  %9s            ", "", "all", "draws");
    if (c->n_floor)
        printf("  %9s %22s  %8s", "floor", "", "ratio");
    printf("\n");
    for (int k = 0; k < SG_GRAPH_STATS; k++)
        if (e->stats >> k & 1)
            print_score(sg_graph_stat_name((sg_graph_stat)k), &c->stat[k], c->n_floor > 0);
    print_score("average", &c->average, c->n_floor > 0);
    if (!isnan(c->ratio_train))
        printf("  mean ratio of the draws to all of train: %.2f\n", c->ratio_train);
    if (e->apart.per_class)
        printf("\nA classifier by %s tells them apart with accuracy %.3f (js %.3f)",
               sg_graph_stat_name(e->apart.best), e->apart.best_accuracy, e->apart.best_js);
    if (e->apart.per_class && e->apart_floor.per_class)
        printf("; training graphs by %s: %.3f (js %.3f)", sg_graph_stat_name(e->apart_floor.best),
               e->apart_floor.best_accuracy, e->apart_floor.best_js);
    printf(e->apart.per_class ? "\n" : "");
    print_shares(e);
}

/* ---- verb ------------------------------------------------------------------------------------ */

const char *sg_graph_cmd_suite_name(size_t k)
{
    return sg_graph_suites[k] ? sg_graph_suites[k]->name : NULL;
}

const char *sg_graph_cmd_rule_name(size_t k)
{
    return sg_graph_rules[k] ? sg_graph_rules[k]->name : NULL;
}

sg_status sg_graph_cmd_judge(const sg_cli *c, sg_graph_judgement *e, sg_error *err)
{
    const char *rule = sg_cli_text(c, "rule");
    *e = (sg_graph_judgement){.suite = sg_graph_suite_find(sg_cli_text(c, "suite")),
                              .rule = rule ? sg_graph_rule_find(rule) : NULL,
                              .ref = {.path = sg_cli_text(c, "ref")},
                              .gen = {.path = sg_cli_text(c, "gen")},
                              .train = {.path = sg_cli_text(c, "train")}};
    e->stats = e->suite->stats | (sg_cli_int(c, "orbits") == 5 ? 1u << SG_GRAPH_ORBIT5 : 0);
    if (!e->ref.path || !e->gen.path)
        return sg_fail(err, SG_EINVAL, "--ref and --gen are needed");
    sg_cli_threads(c);
    return sg_graph_judge(e, sg_graph_cmd_format(c, "from"), (size_t)sg_cli_int(c, "floor"),
                          sg_cli_u64(c, "seed"), err);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    sg_graph_judgement e;
    sg_status s = sg_graph_cmd_judge(c, &e, err);
    if (s == SG_OK) {
        if (!e.gen.counts.keyed)
            sg_cli_note(c, "this build cannot tell isomorphic graphs: it lacks igraph");
        if (e.cmp.n_train && !e.cmp.n_floor && sg_cli_int(c, "floor") > 0)
            sg_cli_note(c, "no floor: %s has no more than %zu graphs", e.train.path,
                        e.cmp.draw_size);
        if (sg_cli_flag(c, "json"))
            s = print_json(&e, err);
        else
            print_text(&e);
    }
    sg_graph_judgement_clear(&e);
    return s;
}

/* clang-format off */
static const sg_opt options[] = {SG_GRAPH_JUDGE_OPTIONS};
/* clang-format on */

const sg_verb sg_graph_cmd_eval = {
    .name = "eval",
    .summary = "judge a set of generated graphs",
    .common = SG_COMMON_JSON | SG_COMMON_THREADS | SG_COMMON_QUIET | SG_COMMON_SEED,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Prints the MMD of degrees, clustering, orbits and spectra (suite tv: wavelets too) "
        "between "
        "generated and real graphs as papers define them, of all graphs at once and of draws of "
        "the "
        "reference's size; shares of connected and unique graphs; and how well a classifier tells "
        "both kinds apart.\n\nWith --train it prints the floor, what training graphs themselves "
        "get "
        "in the same draws, the ratio of the draws to it, and the share of novel graphs; with "
        "--rule the share of valid graphs and of those that are valid, unique and novel. "
        "sg-graphgen-metrics(7) defines every number.",
    .example = "sg-graphgen eval --ref planar.test.g6 --gen samples.g6 --train planar.train.g6 "
               "--suite tv --rule planar",
    .run = run};
