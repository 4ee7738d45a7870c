#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/protein_generate.h>
#include <sigen/sampler.h>
#include <sigen/sha256.h>
#include "cli/models.h"
#include "cmd.h"
#include "deliver.h"
#include "given.h"

static const char *sampler_name(size_t k)
{
    return sg_samplers[k] ? sg_samplers[k]->name : NULL;
}

/* clang-format off */
static const sg_opt options[] = {
    {"length", 0, SG_OPT_RANGE, "A-B", "residues; the model's lengths if not given", NULL, 8, 160, NULL},
    {"ss", 0, SG_OPT_TEXT, "SHARES", "wanted shares of residues in helices and strands, as H=0.4,E=0.2; if not given, the structure by residue of a piece of a training chain is asked for, drawn for each sample; free: nothing is asked", NULL, 0, 0, NULL},
    {"ss-string", 0, SG_OPT_TEXT, "FILE", "wanted structure by residue, as text of H, E, - (neither) and ? (free); it fixes the length", NULL, 0, 0, NULL},
    {"guidance", 0, SG_OPT_DOUBLE, "G", "how much is made of --ss, --ss-string, --contig: 1 as trained", "1", 0, 100, NULL},
    {"steps", 0, SG_OPT_INT, "K", "steps, one network evaluation each with ddim-eps; the model's own number if not given", NULL, 1, 10000, NULL},
    {"even", 0, SG_OPT_FLAG, NULL, "even steps, instead of the times (k/K)^0.7 or those that a distilled model was trained for", NULL, 0, 0, NULL},
    {"sampler", 0, SG_OPT_TEXT, "NAME", "how the path is followed", "ddim-eps", 0, 0, sampler_name},
    {"gamma", 0, SG_OPT_DOUBLE, "G", "noise of ddim-eps relative to the reverse process: 0 the flow, 1 the reverse process; the model's own if not given", NULL, 0, 100, NULL},
    {"noise-scale", 0, SG_OPT_DOUBLE, "C", "temperature of that noise: other values than 1 change the law, lower ones make more regular chains; the model's own if not given", NULL, 0, 10, NULL},
    {"no-project", 0, SG_OPT_FLAG, NULL, "do not hold the estimates of the second half to bonds of 3.8 A and distances above 4 A", NULL, 0, 0, NULL},
    {"no-ladders", 0, SG_OPT_FLAG, NULL, "do not hold the estimates to the geometry of strands that run side by side", NULL, 0, 0, NULL},
    {"scaffold", 0, SG_OPT_TEXT, "FILE", "structure that --contig takes its motifs from", NULL, 0, 0, NULL},
    {"contig", 0, SG_OPT_TEXT, "PIECES", "the chain from its N terminus: 10-20/A10-25/15 is 10 to 20 new residues, residues 10 to 25 of chain A of the scaffold, 15 new ones", NULL, 0, 0, NULL},
    {"partial", 0, SG_OPT_TEXT, "FILE", "begin with the first chain of this file, noised", NULL, 0, 0, NULL},
    {"from", 0, SG_OPT_DOUBLE, "T", "with --partial: how much of it is kept, 0 nothing, near 1 nearly all", "0.6", 0, 0.999, NULL},
    {"isa", 0, SG_OPT_TEXT, "NAME", "kernels: v4 (AVX-512), v3 (AVX2) or generic; the best of this machine if not given. v3 and v4 give the same bytes", NULL, 0, 0, NULL},
};
/* clang-format on */

typedef struct sampling {
    const sg_cli *c;
    sg_protein_model *model;
    sg_protein_generate_opts o;
    sg_protein_given given;
    const sg_protein_format *format;
    char provenance[400];
} sampling;

static sg_status open_model(sampling *s, sg_error *err)
{
    sg_error e = {0};
    char *path;
    const char *name = sg_cli_text(s->c, "model");
    sg_status st = sg_cli_model_path("protein", name ? name : "backbone", &path, err);
    if (st != SG_OK)
        return st;
    s->model = sg_protein_model_open(path, &e);
    free(path);
    if (!s->model && err)
        *err = e;
    return s->model ? SG_OK : e.code;
}

static sg_status read_options(sampling *s, sg_error *err)
{
    const sg_cli *c = s->c;
    uint64_t a, b;
    sg_protein_generate_defaults(s->model, &s->o);
    s->o.seed = sg_cli_u64(c, "seed");
    if (sg_cli_given(c, "steps"))
        s->o.steps = (int)sg_cli_int(c, "steps");
    if (sg_cli_given(c, "gamma"))
        s->o.gamma = sg_cli_double(c, "gamma");
    if (sg_cli_given(c, "noise-scale"))
        s->o.noise_scale = sg_cli_double(c, "noise-scale");
    s->o.sampler = sg_cli_text(c, "sampler");
    s->o.isa = sg_cli_text(c, "isa");
    s->o.even = sg_cli_flag(c, "even");
    s->o.few = s->o.few && !s->o.even;
    s->o.project = !sg_cli_flag(c, "no-project");
    s->o.ladders = s->o.project && !sg_cli_flag(c, "no-ladders");
    s->o.guidance = sg_cli_double(c, "guidance");
    s->o.threads = sg_cli_threads(c);
    if (s->o.threads > 256)
        s->o.threads = 256;
    s->o.stop = sg_cli_stop();
    if (sg_cli_pair(c, "length", &a, &b)) {
        s->o.min_length = (int)a;
        s->o.max_length = (int)b;
    }
    return sg_protein_given_read(&s->given, &s->o, c, err);
}

/* What was read for --ss-string, --contig and --partial. */
static void digest(char hex[SG_SHA256_HEX], const sg_protein_generate_opts *o)
{
    unsigned char d[SG_SHA256_BYTES];
    sg_sha256 h;
    sg_sha256_init(&h);
    if (o->ss)
        sg_sha256_update(&h, o->ss, strlen(o->ss));
    for (size_t k = 0; k < o->n_pieces; k++) {
        const sg_protein_piece *q = &o->piece[k];
        const int size[3] = {q->lo, q->hi, q->ca != NULL};
        sg_sha256_update(&h, size, sizeof size);
        if (q->ca)
            sg_sha256_update(&h, q->ca, (size_t)q->lo * sizeof *q->ca);
    }
    if (o->n_start)
        sg_sha256_update(&h, o->start, (size_t)o->n_start * sizeof *o->start);
    sg_sha256_final(&h, d);
    sg_sha256_hex(hex, d);
}

/* All that decides the bytes. */
static json_t *about(const sampling *s)
{
    const sg_protein_generate_opts *o = &s->o;
    char given[SG_SHA256_HEX];
    json_t *j = sg_cli_provenance(s->c);
    digest(given, o);
    sg_json_set(&j, "model", json_string(sg_protein_model_hash(s->model)));
    sg_json_set(&j, "seed", json_sprintf("%llu", (unsigned long long)o->seed));
    sg_json_set(&j, "sampler", json_string(o->sampler));
    sg_json_set(&j, "steps", json_integer(o->steps));
    sg_json_set(&j, "few", json_boolean(o->few));
    sg_json_set(&j, "even", json_boolean(o->even));
    sg_json_set(&j, "gamma", json_real(o->gamma));
    sg_json_set(&j, "noise_scale", json_real(o->noise_scale));
    sg_json_set(&j, "project", json_boolean(o->project));
    sg_json_set(&j, "ladders", json_boolean(o->ladders));
    sg_json_set(&j, "guidance", json_real(o->guidance));
    sg_json_set(&j, "length", json_pack("[i,i]", o->min_length, o->max_length));
    sg_json_set(&j, "shares", json_pack("[f,f]", o->helix, o->strand));
    sg_json_set(&j, "draw_structure", json_boolean(o->draw_structure));
    sg_json_set(&j, "given", json_string(given));
    sg_json_set(&j, "from", json_real(o->n_start ? o->from : 0));
    sg_json_set(&j, "format", json_string(s->format->name));
    sg_json_set(&j, "provenance", json_boolean(!sg_cli_flag(s->c, "no-provenance")));
    return j;
}

static void describe(sampling *s)
{
    snprintf(
        s->provenance, sizeof s->provenance,
        "%s model=%s seed=%llu steps=%d sampler=%s gamma=%g noise-scale=%g project=%d ladders=%d",
        PACKAGE_VERSION, sg_protein_model_hash(s->model), (unsigned long long)s->o.seed, s->o.steps,
        s->o.sampler, s->o.gamma, s->o.noise_scale, s->o.project, s->o.ladders);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    sampling s = {.c = c};
    uint64_t count = 0;
    json_t *ab = NULL;
    s.format = sg_protein_cmd_format(c, sg_cli_text(c, "output"), err);
    if (!s.format)
        return SG_EINVAL;
    sg_status st = open_model(&s, err);
    if (st == SG_OK)
        st = read_options(&s, err);
    if (st == SG_OK && !(ab = about(&s)))
        st = sg_fail(err, SG_ENOMEM, "no memory");
    double start = sg_cli_seconds();
    if (st == SG_OK) {
        describe(&s);
        const sg_protein_delivery d = {
            .c = c,
            .model = s.model,
            .o = &s.o,
            .format = s.format,
            .style = {.title = "generated protein backbone",
                      .provenance = sg_cli_flag(c, "no-provenance") ? NULL : s.provenance},
            .about = ab};
        st = sg_protein_deliver(&d, &count, err);
    }
    double seconds = sg_cli_seconds() - start;
    if (st == SG_OK)
        sg_cli_note_sampled(c, &(sg_cli_sampled){.unit = "chains",
                                                 .n = count,
                                                 .seed = s.o.seed,
                                                 .steps = s.o.steps,
                                                 .threads = s.o.threads,
                                                 .seconds = seconds,
                                                 .model = sg_protein_model_hash(s.model)});
    json_decref(ab);
    sg_protein_given_clear(&s.given);
    sg_protein_model_free(s.model);
    return st;
}

const sg_verb sg_protein_cmd_sample = {
    .name = "sample",
    .summary = "generate protein backbones",
    .common = SG_COMMON_MODEL | SG_COMMON_N | SG_COMMON_SEED | SG_COMMON_STEPS | SG_COMMON_SAMPLER |
              SG_COMMON_THREADS | SG_COMMON_SHARD | SG_COMMON_RESUME | SG_COMMON_OUTPUT |
              SG_COMMON_FORMAT | SG_COMMON_QUIET | SG_COMMON_NO_PROVENANCE,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Generates CA traces with a trained model and places N, C, O and CB on them, as chains of "
        "alanine. A file takes all chains as models; -o DIR/ writes DIR/0001.pdb and so on, "
        "or DIR/0001.cif with --format mmcif. The "
        "output holds raw samples: none is left out, none repaired; what the sampler itself does "
        "to its estimates can be switched off (--no-project, --no-ladders). The B column is 100 x "
        "a confidence: "
        "1/(1 + (d/2 A)^2), d the way of the residue since the estimate at t = 0.7.\n\n"
        "With --contig the CA atoms of the motifs keep their distances exactly; the network was "
        "shown them and arranges the rest about them.\n\n"
        "SIGINT ends within a step; the chains that were finished are kept, and --resume goes on "
        "to "
        "the bytes of a run without interruption. The parts of --shard may go into one folder, or "
        "into "
        "files that merge joins.",
    .example = "sg-protein sample --length 96 -n 20 --seed 3 -o p.pdb\n"
               "sg-protein sample --length 60-120 --ss H=0.5,E=0.1 -n 10 -o folder/\n"
               "sg-protein sample --scaffold motif.pdb --contig 10-20/A10-25/15-30 -o m.pdb",
    .run = run};
