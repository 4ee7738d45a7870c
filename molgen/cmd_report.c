#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "report.h"

static const sg_opt options[] = {
    {"output", 'o', SG_OPT_TEXT, "FILE", "the page (.html), or a picture of the molecules (.svg)",
     "report.html", 0, 0, NULL},
    {"reference", 0, SG_OPT_TEXT, "FILE", "molecules to compare with, such as the training set",
     NULL, 0, 0, NULL},
    {"drawings", 0, SG_OPT_INT, "K", "how many molecules are drawn", "60", 0, 1000, NULL},
    {"only-valid", 0, SG_OPT_FLAG, NULL, "draw only valid, stable, connected ones", NULL, 0, 0,
     NULL},
};

/* Keeps a molecule for drawing. */
static sg_status keep(sg_i_report *r, sg_mol *m, const sg_i_verdict *v, sg_error *err)
{
    sg_i_drawn *d = &r->drawn[r->n_drawn];
    d->valid = v->valid;
    d->stable = v->judge.all_stable;
    d->whole = v->judge.connected;
    d->distorted = v->geometry != 0;
    if (v->smiles && !(d->smiles = strdup(v->smiles)))
        return sg_fail(err, SG_ENOMEM, "no memory for a SMILES");
    r->n_drawn++;
    return sg_mol_copy(&d->mol, m, err);
}

/* "sigen 0.1.0 model=M seed=7 id=0 exp2 steps=100" without the id. */
static void provenance(char *to, const char *comment)
{
    const char *id = strstr(comment, " id=");
    if (strncmp(comment, "sigen ", 6) != 0)
        return;
    size_t head = id ? (size_t)(id - comment) : strlen(comment);
    const char *rest = id ? id + 4 + strcspn(id + 4, " ") : "";
    snprintf(to, SG_MOL_TITLE + 1, "%.*s%s", (int)head, comment, rest);
}

static sg_status read_all(sg_i_report *r, sg_i_tally *t, const char *path, size_t want,
                          int only_valid, sg_error *err)
{
    sg_error e = {0};
    sg_mol m = {0};
    sg_mol_reader *reader = sg_mol_reader_open(path, NULL, &e);
    sg_status s = reader ? SG_OK : e.code;
    for (int got = 1; s == SG_OK;) {
        sg_i_verdict v;
        s = sg_mol_reader_next(reader, &m, &got, &e);
        if (s != SG_OK || !got)
            break;
        s = sg_i_verdict_of(&v, &m, &e);
        if (s == SG_OK)
            s = sg_i_tally_add(t, &m, &v, &e);
        if (s == SG_OK && r->n_drawn < want && m.has_xyz &&
            (!only_valid || (v.valid && v.judge.all_stable && v.judge.connected)))
            s = keep(r, &m, &v, &e);
        if (t->n == 1 && t == &r->tally)
            provenance(r->made_by, m.comment);
    }
    sg_mol_reader_close(reader);
    sg_mol_clear(&m);
    sg_i_tally_finish(t);
    if (s != SG_OK && err)
        *err = e;
    return s;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return strcmp(path, "-") == 0 ? "standard input" : slash ? slash + 1 : path;
}

static sg_status write_out(const sg_cli *c, const sg_i_report *r, sg_error *err)
{
    const char *path = sg_cli_text(c, "output");
    size_t len = strlen(path);
    int picture = len > 4 && strcmp(path + len - 4, ".svg") == 0;
    int page = strcmp(path, "-") == 0 || (len > 5 && strcmp(path + len - 5, ".html") == 0);
    if (!picture && !page)
        return sg_fail(err, SG_EINVAL, "%s: a report is .html or .svg", path);
    sg_out *o = sg_out_open(path, err);
    if (!o)
        return SG_EIO;
    sg_status s = picture ? sg_i_report_picture(o, r, err) : sg_i_report_html(o, r, err);
    if (s != SG_OK) {
        sg_out_discard(o);
        return s;
    }
    return sg_out_commit(o, err);
}

static sg_status report(sg_cli *c, sg_error *err)
{
    const char *ref = sg_cli_text(c, "reference");
    size_t want = (size_t)sg_cli_int(c, "drawings");
    char *command = NULL;
    sg_i_report *r = calloc(1, sizeof *r);
    if (r)
        r->drawn = calloc(want + 1, sizeof *r->drawn);
    sg_status s = r && r->drawn ? SG_OK : sg_fail(err, SG_ENOMEM, "no memory for a report");
    if (s == SG_OK) {
        r->source = base_name(c->operands[0]);
        r->reference = ref ? base_name(ref) : NULL;
        s = sg_cli_command(c, &command, err);
    }
    if (s == SG_OK) {
        r->command = command;
        s = read_all(r, &r->tally, c->operands[0], want, sg_cli_flag(c, "only-valid"), err);
    }
    if (s == SG_OK && r->tally.n == 0)
        s = sg_fail_at(err, SG_EPARSE, c->operands[0], 0, 0, "holds no molecule");
    if (s == SG_OK && ref)
        s = read_all(r, &r->ref, ref, 0, 0, err);
    if (s == SG_OK)
        s = write_out(c, r, err);
    if (s == SG_OK)
        sg_cli_note(c, "%zu molecules, %zu drawn: %s", r->tally.n, r->n_drawn,
                    sg_cli_text(c, "output"));
    if (s == SG_OK && r->tally.n && !r->tally.placed)
        sg_cli_note(c, "no molecule has coordinates: nothing is drawn");
    for (size_t k = 0; r && r->drawn && k < r->n_drawn; k++) {
        sg_mol_clear(&r->drawn[k].mol);
        free(r->drawn[k].smiles);
    }
    if (r) {
        sg_i_tally_clear(&r->tally);
        sg_i_tally_clear(&r->ref);
        free(r->drawn);
    }
    free(r);
    free(command);
    return s;
}

const sg_verb sg_mol_cmd_report = {
    .name = "report",
    .summary = "show a set of molecules on one HTML page",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .common = SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Scores, drawings, a 3D viewer (click on a drawing), and distributions of sizes, elements, "
        "rings "
        "and bond lengths, with those of a reference beside them. The page is one file that opens "
        "without a network. Scores count every record of the file, a bad one ends the work; "
        "drawings are of the first "
        "ones.\n\n"
        "An output named .svg is a picture of the drawn molecules instead.",
    .example = "sg-molgen report molecules.sdf -o molecules.html",
    .run = report};
