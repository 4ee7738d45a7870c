/* A small program on the skeleton, driven by tests/cli.tap. */
#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

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
    json_t *targets = json_array(), *files = json_array();
    for (size_t k = 0; k < n; k++)
        json_array_append_new(targets, json_string(list[k]));
    for (size_t k = 0; k < c->n_operands; k++)
        json_array_append_new(files, json_string(c->operands[k]));
    sg_cli_pair(c, "atoms", &a, &b);
    sg_cli_pair(c, "shard", &i, &of);
    char seed[32];
    snprintf(seed, sizeof seed, "%llu", (unsigned long long)sg_cli_u64(c, "seed"));
    json_t *o = json_object();
    json_object_set_new(o, "flavour", json_string(sg_cli_text(c, "flavour")));
    json_object_set_new(o, "targets", targets);
    json_object_set_new(o, "atoms", json_pack("[I,I]", (json_int_t)a, (json_int_t)b));
    json_object_set_new(o, "weight", json_real(sg_cli_double(c, "weight")));
    json_object_set_new(o, "level_given", json_boolean(sg_cli_given(c, "level")));
    json_object_set_new(o, "level", json_integer(sg_cli_int(c, "level")));
    json_object_set_new(o, "seed", json_string(seed));
    json_object_set_new(o, "quiet", json_boolean(c->quiet));
    json_object_set_new(o, "resume", json_boolean(sg_cli_flag(c, "resume")));
    json_object_set_new(o, "shard", json_pack("[I,I]", (json_int_t)i, (json_int_t)of));
    const char *model = sg_cli_text(c, "model");
    json_object_set_new(o, "model", model ? json_string(model) : json_null());
    json_object_set_new(o, "files", files);
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
    .example = "sg-demo show --target gap=6.5eV --atoms 7-9",
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
    json_object_set_new(o, "z", json_real(0.1));
    json_object_set_new(o, "a", json_pack("[f,f,f,f]", 1.0, -0.0, 1.0 / 3, 6.02214076e23));
    json_object_set_new(o, "n", json_integer(-9007199254740993));
    json_object_set_new(o, "s", json_string("quote \" back \\ tab \t bell \a \xc3\xa9"));
    json_object_set_new(o, "empty", json_pack("{s:[],s:{}}", "list", "object"));
    json_object_set_new(o, "rows", json_pack("[{s:i},{s:b,s:n}]", "k", 1, "t", 1, "nothing"));
    return sg_cli_print_json(o, err);
}

static const sg_verb numbers_verb = {.name = "numbers",
                                     .summary = "print numbers as JSON",
                                     .description = "Prints numbers.",
                                     .example = "sg-demo numbers",
                                     .run = numbers};

int main(int argc, char **argv)
{
    static const sg_verb *const verbs[] = {&show_verb, &fail_verb, &numbers_verb, NULL};
    static const sg_section sections[] = {{"Notes", "Made for tests."}};
    static const sg_program demo = {.name = "sg-demo",
                                    .summary = "shows the skeleton",
                                    .description =
                                        "A program that shows the skeleton of all programs.",
                                    .verbs = verbs,
                                    .sections = sections,
                                    .n_sections = 1,
                                    .see_also = "bash(1)"};
    return sg_cli_main(&demo, argc, argv);
}
