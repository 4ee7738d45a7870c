/* A small program on the skeleton, driven by tests/cli.tap. */
#include "cli/cli.h"
#include "cli/job.h"

#include <sigen/rng.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *flavour(size_t k)
{
    static const char *const names[] = {"plain", "spiced", NULL};
    return k < 2 ? names[k] : NULL;
}

static const sg_opt show_options[] = {
    {"flavour", 0, SG_OPT_TEXT, "NAME", "how it tastes", "plain", 0, 0, flavour},
    {"target", 'T', SG_OPT_LIST, "KEY=VALUE", "a wanted property", NULL, 0, 0, NULL},
    {"atoms", 0, SG_OPT_RANGE, "A-B", "sizes", "4-9", 1, 64, NULL},
    {"weight", 'w', SG_OPT_DOUBLE, "W", "a weight", "0.25", -1, 1, NULL},
    {"level", 'l', SG_OPT_INT, "L", "a level", NULL, -3, 12, NULL},
};

/* What was understood, as JSON. */
static sg_status show(sg_cli *c, sg_error *err)
{
    size_t n;
    uint64_t a = 0, b = 0, i = 0, of = 0;
    const char *const *list = sg_cli_list(c, "target", &n);
    json_t *targets = json_array(), *files = json_array(), *o = json_object();
    for (size_t k = 0; k < n; k++)
        sg_json_append(&targets, sg_json_string(list[k]));
    for (size_t k = 0; k < c->n_operands; k++)
        sg_json_append(&files, sg_json_string(c->operands[k]));
    sg_cli_pair(c, "atoms", &a, &b);
    sg_cli_pair(c, "shard", &i, &of);
    char seed[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)sg_cli_u64(c, "seed"));
    sg_json_set(&o, "flavour", sg_json_string(sg_cli_text(c, "flavour")));
    sg_json_set(&o, "targets", targets);
    sg_json_set(&o, "atoms", json_pack("[I,I]", (json_int_t)a, (json_int_t)b));
    sg_json_set(&o, "weight", json_real(sg_cli_double(c, "weight")));
    sg_json_set(&o, "level_given", json_boolean(sg_cli_given(c, "level")));
    sg_json_set(&o, "level", json_integer(sg_cli_int(c, "level")));
    sg_json_set(&o, "seed", sg_json_string(seed));
    sg_json_set(&o, "quiet", json_boolean(c->quiet));
    sg_json_set(&o, "resume", json_boolean(sg_cli_flag(c, "resume")));
    sg_json_set(&o, "shard", json_pack("[I,I]", (json_int_t)i, (json_int_t)of));
    sg_json_set(&o, "model", sg_json_string(sg_cli_text(c, "model")));
    sg_json_set(&o, "files", files);
    return sg_cli_print_json(o, err);
}

static const sg_verb show_verb = {
    .name = "show",
    .summary = "print the options as understood",
    .operands = "FILE...",
    .max_operands = -1,
    .common =
        SG_COMMON_MODEL | SG_COMMON_SEED | SG_COMMON_SHARD | SG_COMMON_RESUME | SG_COMMON_QUIET,
    .options = show_options,
    .n_options = sizeof show_options / sizeof *show_options,
    .description = "Prints what was understood.\n\nA second paragraph, with a \\ and a .dot.",
    .example = "PROGRAM show --target gap=6.5eV --atoms 7-9",
    .run = show};

/* Fails with the status whose number is given: every exit status once. */
static sg_status fail(sg_cli *c, sg_error *err)
{
    int code = atoi(c->operands[0]);
    if (code > 0) {
        c->defects = (size_t)code;
        return SG_OK;
    }
    return code ? sg_fail_at(err, (sg_status)code, "in.sdf", 12, 4, "as asked") : SG_OK;
}

static const sg_verb fail_verb = {.name = "fail",
                                  .summary = "fail as asked",
                                  .operands = "CODE",
                                  .min_operands = 1,
                                  .max_operands = 1,
                                  .description = "Fails with a status.",
                                  .example = "sg-demo fail -- -4",
                                  .run = fail};

/* Numbers in every shape through the JSON writer. */
static sg_status numbers(sg_cli *c, sg_error *err)
{
    (void)c;
    json_t *o = json_object();
    sg_json_set(&o, "z", json_real(0.1));
    sg_json_set(&o, "a", json_pack("[f,f,f,f]", 1.0, -0.0, 1.0 / 3, 6.02214076e23));
    sg_json_set(&o, "n", json_integer(-9007199254740993));
    sg_json_set(&o, "s", json_string("quote \" back \\ tab \t bell \a \xc3\xa9"));
    sg_json_set(&o, "empty", json_pack("{s:[],s:{}}", "list", "object"));
    sg_json_set(&o, "rows", json_pack("[{s:i},{s:b,s:n}]", "k", 1, "t", 1, "nothing"));
    return sg_cli_print_json(o, err);
}

static const sg_verb numbers_verb = {.name = "numbers",
                                     .summary = "print numbers as JSON",
                                     .description = "Prints numbers.",
                                     .example = "sg-demo numbers",
                                     .run = numbers};

static const sg_opt sample_options[] = {
    {"block", 0, SG_OPT_INT, "K", "ids a block", "7", 1, 1000000, NULL},
    {"pause", 0, SG_OPT_INT, "MS", "milliseconds a block takes", "0", 0, 100000, NULL},
    {"each", 0, SG_OPT_INT, "MS", "milliseconds a sample takes, then a signal ends a block", NULL, 1, 100000, NULL},
    {"frame", 0, SG_OPT_FLAG, NULL, "write a head and a tail", NULL, 0, 0, NULL},
    {"break-at", 0, SG_OPT_INT, "ID", "fail at this id", NULL, 0, 1e9, NULL},
};

struct sampling {
    sg_cli *c;
    sg_progress bar;
    uint64_t seed;
};

static sg_status head(void *ctx, sg_out *out, sg_error *err)
{
    (void)ctx, (void)err;
    sg_out_puts(out, "<head>\n");
    return SG_OK;
}

static sg_status tail(void *ctx, sg_out *out, sg_error *err)
{
    (void)ctx, (void)err;
    sg_out_puts(out, "</tail>\n");
    return SG_OK;
}

static void pause_ms(long ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&left, &left) < 0) /* work does not end early either */
        ;
}

static sg_status records(void *ctx, uint64_t first, size_t *count, sg_out *out, sg_error *err)
{
    struct sampling *s = ctx;
    const int prompt = sg_cli_given(s->c, "each");
    pause_ms((long)sg_cli_int(s->c, "pause"));
    for (uint64_t id = first; id < first + *count; id++) {
        sg_rng r;
        if (prompt)
            pause_ms((long)sg_cli_int(s->c, "each"));
        if (prompt && *sg_cli_stop()) {
            *count = (size_t)(id - first);
            return *count ? SG_OK : SG_EINTR;
        }
        if (sg_cli_given(s->c, "break-at") && id == (uint64_t)sg_cli_int(s->c, "break-at"))
            return sg_fail(err, SG_ENAN, "sample %d broke", (int)id);
        sg_rng_init(&r, s->seed, id, 0);
        for (int k = 0; k < 1 + (int)(id % 3); k++)
            sg_out_printf(out, "%d %.17g\n", (int)id, sg_rng_normal(&r));
    }
    return SG_OK;
}

static void progress(void *ctx, uint64_t done, uint64_t total)
{
    struct sampling *s = ctx;
    (void)total;
    sg_progress_at(&s->bar, done, NULL);
}

static sg_status sample(sg_cli *c, sg_error *err)
{
    struct sampling s = {.c = c, .seed = sg_cli_u64(c, "seed")};
    json_t *about = json_pack("{s:s, s:I}", "model", "demo", "seed", (json_int_t)s.seed);
    if (!about)
        return sg_fail(err, SG_ENOMEM, "out of memory");
    sg_job job = {.path = sg_cli_text(c, "output"),
                  .about = about,
                  .count = (uint64_t)sg_cli_int(c, "n"),
                  .block = (size_t)sg_cli_int(c, "block"),
                  .resume = sg_cli_flag(c, "resume"),
                  .prompt = sg_cli_given(c, "each"),
                  .records = records,
                  .progress = progress,
                  .ctx = &s};
    if (sg_cli_flag(c, "frame")) {
        job.head = head;
        job.tail = tail;
    }
    sg_cli_pair(c, "shard", &job.shard, &job.shards);
    sg_progress_start(&s.bar, c, "numbers", job.count);
    sg_status st = sg_job_run(c, &job, err);
    sg_progress_end(&s.bar);
    json_decref(about);
    return st;
}

static const sg_verb sample_verb = {.name = "sample",
                                    .summary = "draw normal numbers",
                                    .common = SG_COMMON_N | SG_COMMON_SEED | SG_COMMON_SHARD |
                                              SG_COMMON_RESUME | SG_COMMON_OUTPUT | SG_COMMON_QUIET,
                                    .options = sample_options,
                                    .n_options = sizeof sample_options / sizeof *sample_options,
                                    .description = "Draws numbers.",
                                    .example = "PROGRAM sample -n 10",
                                    .run = sample};

int main(int argc, char **argv)
{
    static const sg_verb *const verbs[] = {&sample_verb,  &show_verb,    &fail_verb,
                                           &numbers_verb, &sg_cli_merge, NULL};
    static const sg_section sections[] = {{"Notes", "Made for tests."}};
    static const sg_program demo = {.name = "sg-demo",
                                    .summary = "shows the skeleton",
                                    .description =
                                        "A program that shows the skeleton of all programs.",
                                    .suffix = "txt",
                                    .verbs = verbs,
                                    .sections = sections,
                                    .n_sections = 1,
                                    .see_also = "bash(1)"};
    return sg_cli_main(&demo, argc, argv);
}
