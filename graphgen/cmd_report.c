#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "report.h"

/* clang-format off */
static const sg_opt options[] = {
    {"output", 'o', SG_OPT_TEXT, "FILE", "the page (.html), or a picture of the graphs (.svg)", "report.html", 0, 0, NULL},
    {"drawings", 0, SG_OPT_INT, "K", "how many graphs of each kind are drawn", "24", 0, 1000, NULL},
    SG_GRAPH_JUDGE_OPTIONS,
};
/* clang-format on */

static sg_status run(sg_cli *c, sg_error *err)
{
    const char *path = sg_cli_text(c, "output");
    size_t len = strlen(path);
    int picture = len > 4 && strcmp(path + len - 4, ".svg") == 0;
    sg_graph_judgement e;
    char *command = NULL;
    sg_status s = sg_graph_cmd_judge(c, &e, err);
    if (s == SG_OK)
        s = sg_cli_command(c, &command, err);
    sg_out *o = s == SG_OK ? sg_out_open(path, err) : NULL;
    if (o) {
        sg_graph_report r = {
            .e = &e, .command = command, .drawings = (size_t)sg_cli_int(c, "drawings")};
        s = picture ? sg_graph_report_picture(o, &r, err) : sg_graph_report_html(o, &r, err);
        if (s == SG_OK)
            s = sg_out_commit(o, err);
        else
            sg_out_discard(o);
    } else if (s == SG_OK) {
        s = SG_EIO;
    }
    if (s == SG_OK)
        sg_cli_note(c, "%zu graphs beside %zu: %s", e.gen.set.n, e.ref.set.n, path);
    free(command);
    sg_graph_judgement_clear(&e);
    return s;
}

const sg_verb sg_graph_cmd_report = {
    .name = "report",
    .summary = "show a set of generated graphs beside real ones on one HTML page",
    .common = SG_COMMON_THREADS | SG_COMMON_QUIET | SG_COMMON_SEED,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "The numbers of eval, drawings of the first graphs of both files, and distributions of "
        "sizes, degrees, clustering and spectra. The page is one file that opens without a "
        "network. Graphs are drawn so that distances in the plane are near to those along edges "
        "(stress majorisation from the Laplacian's eigenvectors), of up to 2,000 nodes.\n\nAn "
        "output named .svg is a picture of the drawings instead: generated graphs on the left, "
        "real ones on the right.",
    .example = "sg-graphgen report --gen samples.g6 --ref planar.test.g6 --train planar.train.g6 "
               "--suite tv --rule planar -o planar.html",
    .run = run};
