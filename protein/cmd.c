#include <config.h>

#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "deliver.h"

sg_status sg_protein_cmd_from(const sg_cli *c, const sg_protein_format **f, sg_error *err)
{
    const char *name = sg_cli_text(c, "from");
    *f = name ? sg_protein_format_find(name) : NULL;
    if (name && (!*f || !(*f)->read))
        return sg_fail(err, SG_EINVAL, "\"%s\" is no format of protein files", name);
    return SG_OK;
}

static void *open_file(void *ctx, const char *path, sg_error *err)
{
    return sg_protein_reader_open(path, ((sg_protein_walk *)ctx)->from, err);
}

static sg_status next(void *reader, void *ctx, int *got, sg_error *err)
{
    return sg_protein_reader_next(reader, &((sg_protein_walk *)ctx)->p, got, err);
}

static void close_file(void *reader)
{
    sg_protein_reader_close(reader);
}

sg_status sg_protein_cmd_each(sg_cli *c, sg_protein_walk *w,
                              sg_status (*take)(void *w, sg_error *err), sg_bad_record bad,
                              sg_error *err)
{
    const sg_cli_records r = {.unit = "model",
                              .open = open_file,
                              .next = next,
                              .close = close_file,
                              .take = take,
                              .ctx = w,
                              .bad = bad};
    sg_status s = sg_cli_each_record(c, &r, err);
    sg_protein_clear(&w->p);
    return s;
}

const sg_protein_format *sg_protein_cmd_format(const sg_cli *c, const char *path, sg_error *err)
{
    const char *name = sg_cli_text(c, "format");
    const sg_protein_format *f =
        name ? sg_protein_format_find(name) : sg_protein_format_of_file(path);
    if (!f && !name && (strcmp(path, "-") == 0 || sg_protein_is_folder(path)))
        f = &sg_protein_pdb;
    if (f && f->write)
        return f;
    if (name)
        sg_fail(err, SG_EINVAL, "\"%s\" is no output format", name);
    else
        sg_fail(err, SG_EINVAL, "the name %s does not tell the format: give --format", path);
    return NULL;
}

void sg_protein_cmd_add_dropped(sg_protein_dropped *sum, const sg_protein_dropped *d)
{
    sum->side_chain += d->side_chain;
    sum->altloc += d->altloc;
    sum->water += d->water;
    sum->hetero += d->hetero;
    sum->no_ca += d->no_ca;
    sum->modified += d->modified;
}

void sg_protein_cmd_tell_dropped(const sg_cli *c, const sg_protein_dropped *d)
{
    const struct {
        size_t n;
        const char *what;
    } part[] = {{d->side_chain, "side-chain atoms"},
                {d->altloc, "atoms of other locations"},
                {d->water, "waters"},
                {d->hetero, "ligand residues"},
                {d->no_ca, "residues without CA"}};
    char text[400] = "";
    size_t used = 0;
    for (size_t k = 0; k < sizeof part / sizeof *part; k++)
        if (part[k].n)
            used += (size_t)snprintf(text + used, sizeof text - used, "%s %zu %s", used ? "," : "",
                                     part[k].n, part[k].what);
    if (used)
        sg_cli_note(c, "left out:%s", text);
    if (d->modified)
        sg_cli_note(c, "%zu modified residues were taken for their parents", d->modified);
}
