#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "report.h"

static const sg_opt options[] = {
    {"output", 'o', SG_OPT_TEXT, "FILE", "the page (.html), or a picture of the chains (.svg)",
     "report.html", 0, 0, NULL},
    {"drawings", 0, SG_OPT_INT, "K", "how many chains are drawn", "24", 0, 1000, NULL},
    SG_PROTEIN_JUDGE_OPTIONS,
};

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strcmp(path, "-") == 0 ? "standard input" : slash ? slash + 1 : path;
}

static sg_status write_out(const char *path, int picture, const sg_protein_report *r, sg_error *err)
{
    sg_out *o = sg_out_open(path, err);
    if (!o)
        return SG_EIO;
    sg_status s =
        picture ? sg_protein_report_picture(o, r, err) : sg_protein_report_html(o, r, err);
    if (s == SG_OK)
        return sg_out_commit(o, err);
    sg_out_discard(o);
    return s;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    const char *path = sg_cli_text(c, "output");
    size_t len = strlen(path);
    int picture = len > 4 && strcmp(path + len - 4, ".svg") == 0;
    char *command = NULL;
    sg_protein_judgement *e = calloc(1, sizeof *e);
    sg_status s = !e        ? sg_fail(err, SG_ENOMEM, "no memory")
                  : picture ? sg_protein_cmd_read(c, e, err)
                            : sg_protein_cmd_judge(c, e, err);
    if (s == SG_OK)
        s = sg_cli_command(c, &command, err);
    if (s == SG_OK) {
        sg_protein_report r = {.e = e,
                               .source = base_name(c->operands[0]),
                               .command = command,
                               .drawings = (size_t)sg_cli_int(c, "drawings")};
        s = write_out(path, picture, &r, err);
    }
    if (s == SG_OK) {
        sg_protein_cmd_remark(c, e);
        if (picture)
            sg_cli_note(c, "%zu chains: %s", e->set.n, path);
        else
            sg_cli_note(c, "%zu chains beside %zu real ones: %s", e->set.n, e->ref->chains, path);
    }
    if (e)
        sg_protein_judgement_clear(e);
    free(e);
    free(command);
    return s;
}

const sg_verb sg_protein_cmd_report = {
    .name = "report",
    .summary = "show a set of backbones beside real ones on one HTML page",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_THREADS | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "The numbers of eval, cartoons of the first chains with a 3D viewer (click on a drawing), "
        "Ramachandran maps, sizes and secondary structure beside real chains of like length, and a "
        "table of all chains with the criteria that each fails. The page is one file that opens "
        "without a network; the drawings show where scripts are off too. Helices are blue, "
        "strands orange, distant parts paler; chains of more than 2,000 residues are not drawn.\n\n"
        "An output named .svg is a picture of the drawn chains instead.",
    .example = "sg-protein report backbones.pdb -o backbones.html",
    .run = run};
