#include <config.h>

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
    sg_protein_walk in;
    const sg_cli *c;
    const sg_protein_format *to;
    sg_protein_sink sink;
    sg_protein_dropped dropped;
    size_t added_cb, other_length;
} run_state;

static sg_status copy(void *ctx, sg_error *err)
{
    run_state *r = ctx;
    sg_protein *p = &r->in.p;
    const char *name = sg_cli_text(r->c, "residue");
    uint64_t lo, hi;
    sg_status s = SG_OK;
    if (sg_cli_pair(r->c, "length", &lo, &hi) && (p->n < lo || p->n > hi)) {
        r->other_length++;
    } else {
        if (name)
            s = sg_protein_rename(p, name, err);
        if (s == SG_OK && sg_cli_flag(r->c, "rebuild"))
            s = sg_protein_rebuild(p, err);
        if (s == SG_OK && sg_cli_flag(r->c, "cb"))
            r->added_cb += sg_protein_add_cb(p);
        if (s == SG_OK)
            s = r->to->write(&r->sink, p, err);
    }
    if (s == SG_OK)
        sg_protein_cmd_add_dropped(&r->dropped, &p->dropped);
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
    run_state r = {.c = c, .to = sg_protein_cmd_format(c, path, err)};
    const char *name = sg_cli_text(c, "residue");
    if (!r.to)
        return SG_EINVAL;
    sg_status s = sg_protein_cmd_from(c, &r.in.from, err);
    if (s == SG_OK && name)
        s = sg_protein_rename(&r.in.p, name, err); /* is it a name at all? */
    if (s != SG_OK)
        return s;
    sg_out *out = sg_out_open(path, err);
    if (!out)
        return SG_EIO;
    sg_protein_sink_init(&r.sink, out, NULL);
    s = sg_protein_cmd_each(c, &r.in, copy,
                            sg_cli_flag(c, "skip-bad") ? SG_BAD_LEFT_OUT : SG_BAD_ENDS, err);
    sg_protein_sink_end(&r.sink, r.to);
    if (s == SG_OK)
        s = sg_out_commit(out, err);
    else
        sg_out_discard(out);
    if (s == SG_OK)
        remark(c, &r);
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
