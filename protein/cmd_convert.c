#include <config.h>

#include <stdio.h>
#include <string.h>

#include "cmd.h"

static const sg_opt options[] = {
    {"from", 0, SG_OPT_TEXT, "NAME", "input format, whatever the extension", NULL, 0, 0, NULL},
    {"skip-bad", 0, SG_OPT_FLAG, NULL, "leave bad models out, naming each; exit status 1", NULL, 0,
     0, NULL},
    {"cb", 0, SG_OPT_FLAG, NULL, "place idealised CB atoms where residues lack them", NULL, 0, 0,
     NULL},
    {"rebuild", 0, SG_OPT_FLAG, NULL, "place N, C, O and CB anew from the CA trace", NULL, 0, 0,
     NULL},
    {"residue", 0, SG_OPT_TEXT, "NAME", "call every residue so: ALA, or GLY, which drops CB", NULL,
     0, 0, NULL},
    {"length", 0, SG_OPT_RANGE, "A-B", "only models with so many residues", NULL, 1,
     SG_PROTEIN_MAX_RESIDUES, NULL},
};

/* Counts over all input files. */
typedef struct run_state {
    const sg_protein_format *from, *to;
    sg_protein_sink sink;
    sg_protein p;
    sg_protein_dropped dropped;
    size_t added_cb, other_length;
} run_state;

/* One line on stderr for a model that is left out. */
static void left_out(sg_cli *c, const sg_error *e)
{
    char line[1024];
    c->defects++;
    fprintf(stderr, "%s, left out\n", sg_error_format(e, line, sizeof line));
}

static sg_status convert_model(const sg_cli *c, run_state *r, sg_error *err)
{
    const char *name = sg_cli_text(c, "residue");
    uint64_t lo, hi;
    if (sg_cli_pair(c, "length", &lo, &hi) && (r->p.n < lo || r->p.n > hi)) {
        r->other_length++;
        return SG_OK;
    }
    if (name) {
        sg_status s = sg_protein_rename(&r->p, name, err);
        if (s != SG_OK)
            return s;
    }
    if (sg_cli_flag(c, "rebuild")) {
        sg_status s = sg_protein_rebuild(&r->p, err);
        if (s != SG_OK)
            return s;
    }
    if (sg_cli_flag(c, "cb"))
        r->added_cb += sg_protein_add_cb(&r->p);
    return r->to->write(&r->sink, &r->p, err);
}

static sg_status convert_file(sg_cli *c, run_state *r, const char *path, sg_error *err)
{
    sg_error e = {0}, w = {0};
    sg_protein_reader *in = sg_protein_reader_open(path, r->from, &e);
    sg_status s = in ? SG_OK : e.code;
    int got = 1, lenient = sg_cli_flag(c, "skip-bad");
    for (long model = 1; s == SG_OK && got; model++) {
        s = sg_protein_reader_next(in, &r->p, &got, &e);
        if (s == SG_OK && got) {
            s = convert_model(c, r, &w);
            if (s == SG_OK)
                sg_protein_cmd_add_dropped(&r->dropped, &r->p.dropped);
            else if (s != SG_ENOMEM)
                s = sg_fail(&e, SG_EPARSE, "%.200s: model %ld: %.250s", path, model, w.text);
            else
                e = w;
        }
        if (lenient && (s == SG_EPARSE || s == SG_ELIMIT)) {
            left_out(c, &e);
            s = SG_OK;
            got = 1;
        }
    }
    sg_protein_reader_close(in);
    if (s != SG_OK && err)
        *err = e;
    return s;
}

static void remark(const sg_cli *c, const run_state *r)
{
    sg_cli_note(c, "%zu models", r->sink.models);
    if (r->sink.blocks > 1)
        sg_cli_note(c,
                    "%zu data blocks, one for each composition: most programs read only the first",
                    r->sink.blocks);
    sg_protein_cmd_tell_dropped(c, &r->dropped);
    if (r->other_length)
        sg_cli_note(c, "%zu models of other lengths were left out", r->other_length);
    if (r->added_cb)
        sg_cli_note(c, "%zu CB atoms were placed", r->added_cb);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    const char *path = sg_cli_text(c, "output");
    run_state r = {.to = sg_protein_cmd_format(c, path, err)};
    const char *name = sg_cli_text(c, "residue");
    if (!r.to)
        return SG_EINVAL;
    sg_status s = sg_protein_cmd_from(c, &r.from, err);
    if (s == SG_OK && name)
        s = sg_protein_rename(&r.p, name, err); /* is it a name at all? */
    if (s != SG_OK)
        return s;
    sg_out *out = sg_out_open(path, err);
    if (!out)
        return SG_EIO;
    sg_protein_sink_init(&r.sink, out, NULL);
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++)
        s = convert_file(c, &r, c->operands[k], err);
    sg_protein_sink_end(&r.sink, r.to);
    if (s == SG_OK)
        s = sg_out_commit(out, err);
    else
        sg_out_discard(out);
    if (s == SG_OK)
        remark(c, &r);
    sg_protein_clear(&r.p);
    return s;
}

const sg_verb sg_protein_cmd_convert = {
    .name = "convert",
    .summary = "change the file format of protein backbones",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_OUTPUT | SG_COMMON_FORMAT | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Reads every model of every file and writes all into one file: the atoms N, CA, C, O and "
        "CB. "
        "What was left out is told on standard error: side chains, other alternative locations, "
        "waters, ligands, residues without CA. The first bad model ends the conversion and nothing "
        "is written, unless --skip-bad is given. Names may end in .gz. "
        "Formats: pdb, mmcif, pdbml; pbb is read. See sigen-pdb(5).\n\n"
        "--rebuild makes a full backbone of a CA trace: on real chains C, O and N come within "
        "0.08, "
        "0.18 and 0.06 A of their places (medians), and 97 % of residues keep their secondary "
        "structure.",
    .example = "sg-protein convert backbones.pdb --residue ALA --cb -o with-cb.pdb",
    .run = run};
