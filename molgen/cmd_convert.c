#include <config.h>

#include <stdio.h>
#include <string.h>

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

/* One line on stderr for a record that is left out. */
static void left_out(sg_cli *c, const sg_error *e)
{
    char line[1024];
    c->defects++;
    fprintf(stderr, "%s, left out\n", sg_error_format(e, line, sizeof line));
}

static sg_status copy_file(sg_cli *c, const char *path, const sg_mol_format *from,
                           const sg_mol_format *to, sg_out *out, sg_mol *m, size_t *count,
                           sg_error *err)
{
    sg_error e = {0}, w = {0};
    sg_mol_reader *r = sg_mol_reader_open(path, from, err);
    int got = 1, lenient = sg_cli_flag(c, "skip-bad");
    if (!r)
        return err ? err->code : SG_EIO;
    sg_status s = SG_OK;
    for (long record = 1; s == SG_OK && got; record++) {
        s = sg_mol_reader_next(r, m, &got, &e);
        if (s == SG_OK && got) {
            s = to->write(out, m, &w);
            if (s == SG_OK)
                ++*count;
            else if (s != SG_ENOMEM)
                s = sg_fail(&e, SG_EPARSE, "%.200s: record %ld: %.250s", path, record, w.text);
            else
                e = w;
        }
        if (lenient && (s == SG_EPARSE || s == SG_ELIMIT)) {
            left_out(c, &e);
            s = SG_OK;
            got = 1;
        }
    }
    sg_mol_reader_close(r);
    if (s != SG_OK && err)
        *err = e;
    return s;
}

static sg_status convert(sg_cli *c, sg_error *err)
{
    const char *path = sg_cli_text(c, "output");
    const sg_mol_format *to = sg_mol_cmd_format(c, path, err), *from = NULL;
    size_t count = 0;
    sg_mol m = {0};
    if (!to || (sg_cli_given(c, "from") && !(from = input_format(c, err))))
        return SG_EINVAL;
    sg_out *out = sg_out_open(path, err);
    if (!out)
        return SG_EIO;
    sg_status s = SG_OK;
    if (to->head)
        sg_out_puts(out, to->head);
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++)
        s = copy_file(c, c->operands[k], from, to, out, &m, &count, err);
    if (to->tail)
        sg_out_puts(out, to->tail);
    sg_mol_clear(&m);
    if (s != SG_OK) {
        sg_out_discard(out);
        return s;
    }
    s = sg_out_commit(out, err);
    if (s == SG_OK)
        sg_cli_note(c, "%zu molecules", count);
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

static sg_status check_file(sg_cli *c, const char *path, const sg_mol_format *from, sg_mol *m,
                            sg_error *err)
{
    sg_error e = {0};
    char line[1024];
    sg_mol_reader *r = sg_mol_reader_open(path, from, err);
    int got = 1;
    if (!r)
        return err ? err->code : SG_EIO;
    for (long record = 1; got; record++) {
        sg_status s = sg_mol_reader_next(r, m, &got, &e);
        if (s == SG_OK && got)
            s = sg_mol_check(m, &e);
        if (s == SG_ENOMEM) {
            sg_mol_reader_close(r);
            return sg_fail(err, s, "%s", e.text);
        }
        if (s != SG_OK) {
            got = 1;
            c->defects++;
            sg_error_format(&e, line, sizeof line);
            printf("%s%srecord %ld: %s\n", e.file[0] ? "" : path, e.file[0] ? "" : ": ", record,
                   line);
        }
    }
    sg_mol_reader_close(r);
    return SG_OK;
}

static sg_status check(sg_cli *c, sg_error *err)
{
    const sg_mol_format *from = NULL;
    sg_mol m = {0};
    if (sg_cli_given(c, "from") && !(from = input_format(c, err)))
        return SG_EINVAL;
    sg_status s = SG_OK;
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++)
        s = check_file(c, c->operands[k], from, &m, err);
    sg_mol_clear(&m);
    return s;
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
