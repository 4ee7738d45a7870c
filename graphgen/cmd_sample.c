#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/graph_steer.h>
#include <sigen/sampler.h>
#include "cli/job.h"
#include "cli/models.h"
#include "cmd.h"
#include "steering.h"

static const char *sampler_name(size_t k)
{
    return sg_samplers[k] ? sg_samplers[k]->name : NULL;
}

/* clang-format off */
static const sg_opt options[] = {
    {"nodes", 0, SG_OPT_RANGE, "A-B", "number of nodes; the data's sizes if not given", NULL, 1, 512, NULL},
    {"edges", 0, SG_OPT_RANGE, "A-B", "number of edges: the same as --want edges=A-B", NULL, 0, 1e6, NULL},
    {"want", 0, SG_OPT_LIST, "WHAT", "a rule that every graph obeys, or a statistic and its range (see the description)", NULL, 0, 0, NULL},
    {"particles", 0, SG_OPT_INT, "K", "with --want, --edges: particles for each graph", "4", 1, 256, NULL},
    {"log", 0, SG_OPT_TEXT, "FILE", "with --want, --edges: a CSV table of the graphs' weights and ancestors", NULL, 0, 0, NULL},
    {"complete", 0, SG_OPT_TEXT, "FILE", "graph that is kept as the first nodes of every sample; the rest is generated", NULL, 0, 0, NULL},
    {"temperature", 0, SG_OPT_DOUBLE, "T", "of edge and label choices; other values than 1 change the law", "1", 0.01, 10, NULL},
    {"remask", 0, SG_OPT_DOUBLE, "ETA", "rate at which decided edges are decided again; if not given, what suits the model (see info), 10 where nothing is known", NULL, 0, 1000, NULL},
    {"slack", 0, SG_OPT_DOUBLE, "S", "how far that may exceed the training law near the end: 1 not at all", "3", 1, 100, NULL},
    {"sampler", 0, SG_OPT_TEXT, "NAME", "how layouts, or the features and edges of gdss, are integrated: euler, with gdss pc, if not given", NULL, 0, 0, sampler_name},
    {"steps", 0, SG_OPT_INT, "K", "steps, one network evaluation each with euler; 100, with gdss 1000, if not given", NULL, 1, 10000, NULL},
    {"snr", 0, SG_OPT_DOUBLE, "R", "step of the Langevin corrector in pc and s4; 0.16, with gdss 0.05, if not given", NULL, 1e-6, 10, NULL},
    {"corrector", 0, SG_OPT_DOUBLE, "S", "scale of the corrector's noise; 1, with gdss 0.7, if not given", NULL, 0, 10, NULL},
    {"isa", 0, SG_OPT_TEXT, "NAME", "kernels: v4 (AVX-512), v3 (AVX2) or generic; the best of this machine if not given. v3 and v4 give the same bytes", NULL, 0, 0, NULL},
};
/* clang-format on */

typedef struct sampling {
    const sg_cli *c;
    sg_graph_model *model;
    sg_graph_generate_opts o;
    sg_graph_set given;
    sg_graph_steering steer; /* o.n_want 0: none */
    const sg_graph_format *format;
    int provenance, lost; /* lost: SG_GRAPH_KEEPS_... */
    sg_progress bar;
} sampling;

static sg_status open_model(sampling *s, sg_error *err)
{
    sg_error e = {0};
    char *path;
    sg_status st = sg_graph_cmd_model_path(s->c, &path, err);
    if (st != SG_OK)
        return st;
    s->model = sg_graph_model_open(path, &e);
    free(path);
    if (!s->model && err)
        *err = e;
    return s->model ? SG_OK : e.code;
}

static sg_status read_options(sampling *s, sg_error *err)
{
    const sg_cli *c = s->c;
    uint64_t a, b;
    sg_graph_generate_defaults(&s->o, s->model);
    s->o.seed = sg_cli_u64(c, "seed");
    if (sg_cli_given(c, "steps"))
        s->o.steps = (int)sg_cli_int(c, "steps");
    if (sg_cli_given(c, "sampler"))
        s->o.sampler = sg_cli_text(c, "sampler");
    if (sg_cli_given(c, "snr"))
        s->o.snr = sg_cli_double(c, "snr");
    if (sg_cli_given(c, "corrector"))
        s->o.corrector = sg_cli_double(c, "corrector");
    s->o.isa = sg_cli_text(c, "isa");
    if (sg_cli_given(c, "remask"))
        s->o.remask = sg_cli_double(c, "remask");
    s->o.slack = sg_cli_double(c, "slack");
    s->o.temperature = sg_cli_double(c, "temperature");
    s->o.stop = sg_cli_stop();
    s->o.threads = sg_cli_threads(c);
    if (s->o.threads > 256)
        s->o.threads = 256;
    if (sg_cli_pair(c, "nodes", &a, &b)) {
        s->o.min_nodes = (int)a;
        s->o.max_nodes = (int)b;
    }
    s->provenance = !sg_cli_flag(c, "no-provenance");
    const char *given = sg_cli_text(c, "complete");
    if (!given)
        return SG_OK;
    sg_status st = sg_graph_set_read(&s->given, given, NULL, err);
    if (st == SG_OK && s->given.n != 1)
        st =
            sg_fail(err, SG_EINVAL, "%s holds %zu graphs; --complete takes one", given, s->given.n);
    s->o.given = s->given.g;
    return st;
}

static sg_status records(void *ctx, uint64_t first, size_t *wanted, sg_out *out, sg_error *err)
{
    sampling *s = ctx;
    size_t count = *wanted;
    sg_graph *g = calloc(count, sizeof *g);
    if (!g)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu graphs", count);
    sg_status st = s->steer.o.n_want
                       ? sg_graph_steering_yield(&s->steer, s->model, &s->o, first, count, g, err)
                       : sg_graph_generate(s->model, &s->o, first, count, g, err);
    for (size_t k = 0; k < count && st == SG_OK; k++) {
        if (s->provenance)
            snprintf(g[k].title, sizeof g[k].title, "sigen %s model=%s seed=%llu id=%llu steps=%d",
                     PACKAGE_VERSION, sg_graph_model_hash(s->model), (unsigned long long)s->o.seed,
                     (unsigned long long)(first + k), s->o.steps);
        s->lost |= sg_graph_lost(s->format, &g[k]);
        st = s->format->write(out, &g[k], err);
    }
    for (size_t k = 0; k < count; k++)
        sg_graph_clear(&g[k]);
    free(g);
    return st;
}

static sg_status head(void *ctx, sg_out *out, sg_error *err)
{
    (void)err;
    const char *text = ((sampling *)ctx)->format->head;
    if (text)
        sg_out_puts(out, text);
    return SG_OK;
}

static sg_status tail(void *ctx, sg_out *out, sg_error *err)
{
    (void)err;
    const char *text = ((sampling *)ctx)->format->tail;
    if (text)
        sg_out_puts(out, text);
    return SG_OK;
}

static void progress(void *ctx, uint64_t done, uint64_t total)
{
    (void)total;
    sg_progress_at(&((sampling *)ctx)->bar, done, NULL);
}

/* All that decides the bytes. */
static json_t *about(const sampling *s)
{
    json_t *o = sg_cli_provenance(s->c);
    const char *given = sg_cli_text(s->c, "complete");
    sg_json_set(&o, "model", json_string(sg_graph_model_hash(s->model)));
    sg_json_set(&o, "seed", json_sprintf("%llu", (unsigned long long)s->o.seed));
    sg_json_set(&o, "sampler", json_string(s->o.sampler));
    sg_json_set(&o, "steps", json_integer(s->o.steps));
    sg_json_set(&o, "snr", json_real(s->o.snr));
    sg_json_set(&o, "corrector", json_real(s->o.corrector));
    sg_json_set(&o, "remask", json_real(s->o.remask));
    sg_json_set(&o, "slack", json_real(s->o.slack));
    sg_json_set(&o, "temperature", json_real(s->o.temperature));
    sg_json_set(&o, "nodes", json_pack("[i,i]", s->o.min_nodes, s->o.max_nodes));
    if (s->steer.o.n_want) {
        json_t *wants = json_array();
        for (size_t i = 0; i < s->steer.o.n_want; i++)
            sg_json_append(&wants, sg_json_string(s->steer.name[i]));
        sg_json_set(&o, "want", wants);
        sg_json_set(&o, "particles", json_integer(s->steer.o.particles));
    }
    sg_json_set(&o, "complete", given ? sg_json_string(given) : json_null());
    sg_json_set(&o, "format", json_string(s->format->name));
    sg_json_set(&o, "provenance", json_boolean(s->provenance));
    return o;
}

static sg_status find_format(sampling *s, const char *path, sg_error *err)
{
    const char *name = sg_cli_text(s->c, "format");
    s->format = name                     ? sg_graph_format_find(name)
                : strcmp(path, "-") == 0 ? &sg_graph_graph6
                                         : sg_graph_format_of_file(path);
    if (!s->format && name)
        return sg_fail(err, SG_EINVAL,
                       "--format: \"%.40s\" is unknown; formats lists the known ones", name);
    if (!s->format)
        return sg_fail(err, SG_EINVAL, "the name %s does not tell the format: give --format", path);
    if (!s->format->write)
        return sg_fail(err, SG_ENOTSUP,
                       "%s holds a whole set at once: sample in graph6 and convert",
                       s->format->name);
    return SG_OK;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    sampling s = {.c = c};
    sg_job job = {.path = sg_cli_text(c, "output"),
                  .count = (uint64_t)sg_cli_int(c, "n"),
                  .block = 64,
                  .resume = sg_cli_flag(c, "resume"),
                  .head = head,
                  .records = records,
                  .tail = tail,
                  .progress = progress,
                  .ctx = &s};
    json_t *ab = NULL;
    uint64_t first, count;
    sg_cli_pair(c, "shard", &job.shard, &job.shards);
    sg_status st = open_model(&s, err);
    if (st == SG_OK)
        st = read_options(&s, err);
    if (st == SG_OK)
        st = sg_graph_steering_read(&s.steer, c, err);
    if (st == SG_OK)
        st = find_format(&s, job.path, err);
    if (st == SG_OK && !(ab = about(&s)))
        st = sg_fail(err, SG_ENOMEM, "no memory");
    job.about = ab;
    sg_job_ids(&job, &first, &count);
    double start = sg_cli_seconds();
    if (st == SG_OK) {
        sg_progress_start(&s.bar, c, "graphs", count);
        st = sg_job_run(c, &job, err);
        sg_progress_end(&s.bar);
    }
    double seconds = sg_cli_seconds() - start;
    if (st == SG_OK)
        sg_graph_cmd_tell_lost(c, s.format, s.lost);
    if (st == SG_OK)
        sg_cli_note_sampled(c, &(sg_cli_sampled){.unit = "graphs",
                                                 .n = count,
                                                 .seed = s.o.seed,
                                                 .steps = s.o.steps,
                                                 .threads = s.o.threads,
                                                 .seconds = seconds,
                                                 .model = sg_graph_model_hash(s.model)});
    st = sg_graph_steering_end(&s.steer, c, st, err);
    json_decref(ab);
    sg_graph_model_free(s.model);
    sg_graph_set_clear(&s.given);
    return st;
}

const sg_verb sg_graph_cmd_sample = {
    .name = "sample",
    .summary = "generate graphs",
    .common = SG_COMMON_MODEL | SG_COMMON_N | SG_COMMON_SEED | SG_COMMON_STEPS | SG_COMMON_SAMPLER |
              SG_COMMON_THREADS | SG_COMMON_SHARD | SG_COMMON_RESUME | SG_COMMON_OUTPUT |
              SG_COMMON_FORMAT | SG_COMMON_QUIET | SG_COMMON_NO_PROVENANCE,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Generates graphs with a trained model. Edges and labels begin undecided and appear step "
        "by "
        "step, together with a layout of the nodes that guides them; models of the preset gdss "
        "move "
        "real-valued edges and node features to 0 and 1. Weights of edges, where the training "
        "data had them, are generated with the edges. The output holds raw samples: "
        "no node is removed, no component picked, nothing repaired.\n\n"
        "--want takes a rule, which every graph then obeys: connected, tree, planar, sbm; or a "
        "statistic: "
        "nodes, edges, triangles, components, max-degree, clustering (the mean coefficient). "
        "STATISTIC=A-B keeps it within the range; STATISTIC=A aims at A: graphs at distance d from "
        "A "
        "have weight exp(-d^2/2) (clustering: d in hundredths). ~SD behind either makes it "
        "exp(-d^2/(2 SD^2)), d the distance from the range; ~0 exact. Several wants multiply. "
        "--edges A-B is --want edges=A-B.\n\n"
        "The law is the model's own times these weights, sizes included, in the limit of many "
        "particles. Populations of 16 K particles take the model's steps; up to 16 times on the "
        "way "
        "each is weighted by what the network predicts of its final graph, and resampled where the "
        "weights become uneven; the last weights are exact, and 16 graphs are drawn by them. The "
        "graphs written so have equal weights, but a particle of large weight comes more than "
        "once, and "
        "particles may share an ancestor. The effective share of particles, log Z (of the "
        "probability of what is wanted, where that is exact) and the numbers of distinct particles "
        "and "
        "ancestors are told at the end, and for each graph in the --log. A small share or few "
        "ancestors say that the graphs wanted are rare and the sample poor: raise --particles. A "
        "population that finds none is run again with up to eight times as many particles; then "
        "the program gives up with status 3.",
    .example = "sg-graphgen sample --model comm20 -n 200 --seed 1 -o c.g6\n"
               "sg-graphgen sample --model comm20 -n 32 --want connected --edges 30-40 -o e.g6",
    .run = run};
