#include <config.h>

#include "cli/records.h"
#include "cmd.h"

static const sg_mol_format *input_format(const sg_cli *c, sg_error *err)
{
    const char *name = sg_cli_text(c, "from");
    const sg_mol_format *f = name ? sg_mol_format_find(name) : NULL;
    if (name && !f)
        sg_fail(err, SG_EINVAL, "\"%s\" is no molecule format", name);
    return f;
}

static const sg_opt check_options[] = {
    {"from", 0, SG_OPT_TEXT, "NAME", "input format, whatever the extension", NULL, 0, 0, NULL},
};
static const sg_opt convert_options[] = {
    {"from", 0, SG_OPT_TEXT, "NAME", "input format, whatever the extension", NULL, 0, 0, NULL},
    {"skip-bad", 0, SG_OPT_FLAG, NULL, "leave bad records out, naming each; exit status 1", NULL, 0,
     0, NULL},
};

/* ---- records --------------------------------------------------------------------------------- */

typedef struct walk {
    const sg_mol_format *from, *to; /* to: convert's */
    sg_out *out;
    sg_mol m;
    size_t count;
} walk;

static void *open_file(void *ctx, const char *path, sg_error *err)
{
    return sg_mol_reader_open(path, ((walk *)ctx)->from, err);
}

static sg_status next(void *reader, void *ctx, int *got, sg_error *err)
{
    return sg_mol_reader_next(reader, &((walk *)ctx)->m, got, err);
}

static void close_file(void *reader)
{
    sg_mol_reader_close(reader);
}

static sg_status each(sg_cli *c, walk *w, sg_status (*take)(void *, sg_error *), sg_bad_record bad,
                      sg_error *err)
{
    const sg_cli_records r = {.unit = "record",
                              .open = open_file,
                              .next = next,
                              .close = close_file,
                              .take = take,
                              .ctx = w,
                              .bad = bad};
    sg_status s = sg_cli_each_record(c, &r, err);
    sg_mol_clear(&w->m);
    return s;
}

/* ---- convert --------------------------------------------------------------------------------- */

static sg_status copy(void *ctx, sg_error *err)
{
    walk *w = ctx;
    sg_status s = w->to->write(w->out, &w->m, err);
    w->count += s == SG_OK;
    return s;
}

static sg_status convert(sg_cli *c, sg_error *err)
{
    const char *path = sg_cli_text(c, "output");
    walk w = {.to = sg_mol_cmd_format(c, path, err)};
    if (!w.to || (sg_cli_given(c, "from") && !(w.from = input_format(c, err))))
        return SG_EINVAL;
    w.out = sg_out_open(path, err);
    if (!w.out)
        return SG_EIO;
    if (w.to->head)
        sg_out_puts(w.out, w.to->head);
    sg_status s =
        each(c, &w, copy, sg_cli_flag(c, "skip-bad") ? SG_BAD_LEFT_OUT : SG_BAD_ENDS, err);
    if (w.to->tail)
        sg_out_puts(w.out, w.to->tail);
    if (s != SG_OK) {
        sg_out_discard(w.out);
        return s;
    }
    s = sg_out_commit(w.out, err);
    if (s == SG_OK)
        sg_cli_note(c, "%zu molecules", w.count);
    return s;
}

const sg_verb sg_mol_cmd_convert = {
    .name = "convert",
    .summary = "change the file format of molecules",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_OUTPUT | SG_COMMON_FORMAT | SG_COMMON_QUIET,
    .options = convert_options,
    .n_options = sizeof convert_options / sizeof *convert_options,
    .description =
        "Reads every file and writes all molecules into one. The first bad record ends the "
        "conversion and nothing is written, unless --skip-bad is given. Formats: sdf, sdf3000, "
        "xyz, smi, cml; qm9xyz (QM9's own files) is read, and known by its second line. "
        "Names may end in .gz. See sigen-sdf(5), sigen-cml(5), sigen-smiles(5), sigen-xyz(5).",
    .example = "sg-molgen convert molecules.sdf -o molecules.xyz",
    .run = convert};

/* ---- check ----------------------------------------------------------------------------------- */

static sg_status check_molecule(void *ctx, sg_error *err)
{
    return sg_mol_check(&((walk *)ctx)->m, err);
}

static sg_status check(sg_cli *c, sg_error *err)
{
    walk w = {0};
    if (sg_cli_given(c, "from") && !(w.from = input_format(c, err)))
        return SG_EINVAL;
    return each(c, &w, check_molecule, SG_BAD_TOLD, err);
}

const sg_verb sg_mol_cmd_check = {
    .name = "check",
    .summary = "look for structural defects in molecule files",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_QUIET,
    .options = check_options,
    .n_options = sizeof check_options / sizeof *check_options,
    .description =
        "Silent and exit status 0 when every record can be read and holds finite "
        "coordinates, existing atoms, each bond once, and kekulised orders; else one line a "
        "defect and exit status 1. Chemistry is judged by eval.",
    .example = "sg-molgen check molecules.sdf",
    .run = check};
