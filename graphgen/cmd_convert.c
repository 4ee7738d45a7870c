#include <config.h>

#include <stdio.h>
#include <string.h>

#include "cli/records.h"
#include "cmd.h"

const char *sg_graph_cmd_format_name(size_t k)
{
    return sg_graph_formats[k] ? sg_graph_formats[k]->name : NULL;
}

const sg_graph_format *sg_graph_cmd_format(const sg_cli *c, const char *option)
{
    const char *name = sg_cli_text(c, option);
    return name ? sg_graph_format_find(name) : NULL;
}

static const sg_opt check_options[] = {
    {"from", 0, SG_OPT_TEXT, "NAME", "input format, whatever the extension", NULL, 0, 0,
     sg_graph_cmd_format_name},
};
static const sg_opt convert_options[] = {
    {"from", 0, SG_OPT_TEXT, "NAME", "input format, whatever the extension", NULL, 0, 0,
     sg_graph_cmd_format_name},
    {"format", 'f', SG_OPT_TEXT, "NAME", "output format, whatever the extension", NULL, 0, 0,
     sg_graph_cmd_format_name},
    {"skip-bad", 0, SG_OPT_FLAG, NULL, "leave bad graphs out, naming each; exit status 1", NULL, 0,
     0, NULL},
};

/* ---- records --------------------------------------------------------------------------------- */

typedef struct walk {
    const sg_graph_format *from, *to; /* to: convert's */
    sg_graph_writer *w;
    sg_graph g;
    size_t count;
    int lost; /* SG_GRAPH_KEEPS_... that the output format dropped */
} walk;

static void *open_file(void *ctx, const char *path, sg_error *err)
{
    return sg_graph_reader_open(path, ((walk *)ctx)->from, err);
}

static sg_status next(void *reader, void *ctx, int *got, sg_error *err)
{
    return sg_graph_reader_next(reader, &((walk *)ctx)->g, got, err);
}

static void close_file(void *reader)
{
    sg_graph_reader_close(reader);
}

static sg_status each(sg_cli *c, walk *w, sg_status (*take)(void *, sg_error *), sg_bad_record bad,
                      sg_error *err)
{
    const sg_cli_records r = {.unit = "graph",
                              .open = open_file,
                              .next = next,
                              .close = close_file,
                              .take = take,
                              .ctx = w,
                              .bad = bad};
    sg_status s = sg_cli_each_record(c, &r, err);
    sg_graph_clear(&w->g);
    return s;
}

/* ---- convert --------------------------------------------------------------------------------- */

static sg_status copy(void *ctx, sg_error *err)
{
    walk *w = ctx;
    sg_status s = sg_graph_writer_put(w->w, &w->g, err);
    w->lost |= sg_graph_lost(w->to, &w->g);
    w->count += s == SG_OK;
    return s;
}

void sg_graph_cmd_tell_lost(const sg_cli *c, const sg_graph_format *f, int lost)
{
    static const char *const names[] = {"node labels",     "edge labels",  "edge weights",
                                        "node attributes", "graph labels", "titles"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (lost >> i & 1 && 1 << i != SG_GRAPH_KEEPS_TITLE)
            sg_cli_note(c, "%s has no place for %s: they were left out", f->name, names[i]);
}

static sg_status convert(sg_cli *c, sg_error *err)
{
    const char *path = sg_cli_text(c, "output");
    walk k = {.from = sg_graph_cmd_format(c, "from"), .to = sg_graph_cmd_format(c, "format")};
    if (!k.to)
        k.to = strcmp(path, "-") == 0 ? &sg_graph_graph6 : sg_graph_format_of_file(path);
    if (!k.to)
        return sg_fail(err, SG_EINVAL, "the name %s does not tell the format: give --format", path);
    sg_error e = {0};
    k.w = sg_graph_writer_open(path, k.to, &e);
    sg_status s = k.w ? SG_OK : e.code;
    if (s == SG_OK)
        s = each(c, &k, copy, sg_cli_flag(c, "skip-bad") ? SG_BAD_LEFT_OUT : SG_BAD_ENDS, &e);
    if (s == SG_OK)
        s = sg_graph_writer_commit(k.w, &e);
    else
        sg_graph_writer_discard(k.w);
    if (s == SG_OK) {
        sg_graph_cmd_tell_lost(c, k.to, k.lost);
        sg_cli_note(c, "%zu graphs", k.count);
    } else if (err) {
        *err = e;
    }
    return s;
}

const sg_verb sg_graph_cmd_convert = {
    .name = "convert",
    .summary = "change the file format of graphs",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_OUTPUT | SG_COMMON_QUIET,
    .options = convert_options,
    .n_options = sizeof convert_options / sizeof *convert_options,
    .description =
        "Reads every file and writes all graphs into one. The first bad graph ends the conversion "
        "and nothing is written, unless --skip-bad is given. What the output format cannot hold is "
        "left out with a remark. \"sg-graphgen formats\" lists the formats; names may end in .gz.",
    .example = "sg-graphgen convert train.g6 valid.g6 -o all.g6.gz",
    .run = convert};

/* ---- check ----------------------------------------------------------------------------------- */

static sg_status check(sg_cli *c, sg_error *err)
{
    walk k = {.from = sg_graph_cmd_format(c, "from")};
    return each(c, &k, NULL, SG_BAD_TOLD, err);
}

const sg_verb sg_graph_cmd_check = {
    .name = "check",
    .summary = "look for defects in files of graphs",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_QUIET,
    .options = check_options,
    .n_options = sizeof check_options / sizeof *check_options,
    .description =
        "Silent and exit status 0 when every graph can be read: existing nodes, no node joined to "
        "itself, each edge once, finite numbers, the format's own rules; else one line a defect "
        "and exit status 1.",
    .example = "sg-graphgen check train.g6",
    .run = check};

/* ---- formats --------------------------------------------------------------------------------- */

static sg_status formats(sg_cli *c, sg_error *err)
{
    if (!sg_cli_flag(c, "json")) {
        for (size_t i = 0; sg_graph_formats[i]; i++)
            printf("%-9s %-22s %s\n", sg_graph_formats[i]->name, sg_graph_formats[i]->extensions,
                   sg_graph_formats[i]->summary);
        return SG_OK;
    }
    json_t *a = json_array();
    for (size_t i = 0; sg_graph_formats[i]; i++) {
        json_t *o = json_object();
        sg_json_set(&o, "name", sg_json_string(sg_graph_formats[i]->name));
        sg_json_set(&o, "extensions", sg_json_string(sg_graph_formats[i]->extensions));
        sg_json_set(&o, "summary", sg_json_string(sg_graph_formats[i]->summary));
        sg_json_append(&a, o);
    }
    return sg_cli_print_json(a, err);
}

const sg_verb sg_graph_cmd_formats = {
    .name = "formats",
    .summary = "list the file formats of graphs",
    .common = SG_COMMON_JSON,
    .description = "One line a format: name, file name extensions, what it holds.",
    .example = "sg-graphgen formats",
    .run = formats};
