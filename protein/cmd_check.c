#include <config.h>

#include <stdio.h>

#include "cmd.h"

static const sg_opt options[] = {
    {"from", 0, SG_OPT_TEXT, "NAME", "input format, whatever the extension", NULL, 0, 0, NULL},
    {"complete", 0, SG_OPT_FLAG, NULL, "missing N, C or O and breaks of the chain are defects too",
     NULL, 0, 0, NULL},
};

static sg_status complete(const sg_protein *p, sg_error *err)
{
    for (size_t k = 0; k < p->n_chains; k++)
        for (size_t i = 0; i < p->chain[k].n; i++) {
            const sg_protein_residue *r = &p->residue[p->chain[k].first + i];
            if ((r->have & SG_PROTEIN_BACKBONE) != SG_PROTEIN_BACKBONE)
                return sg_fail(err, SG_EINVAL, "chain %s residue %d%.*s lacks backbone atoms",
                               p->chain[k].id, r->number, r->insertion != ' ', &r->insertion);
            if (i && !sg_protein_linked(r - 1, r))
                return sg_fail(err, SG_EINVAL, "chain %s breaks between residues %d and %d",
                               p->chain[k].id, r[-1].number, r->number);
        }
    return SG_OK;
}

static sg_status check_file(sg_cli *c, const char *path, const sg_protein_format *from,
                            sg_protein *p, sg_error *err)
{
    sg_error e = {0};
    char line[1024];
    sg_protein_reader *r = sg_protein_reader_open(path, from, &e);
    int got = 1, whole = sg_cli_flag(c, "complete");
    if (!r) {
        if (err)
            *err = e;
        return e.code;
    }
    for (long record = 1; got; record++) {
        sg_status s = sg_protein_reader_next(r, p, &got, &e);
        if (s == SG_OK && got)
            s = sg_protein_check(p, &e);
        if (s == SG_OK && got && whole)
            s = complete(p, &e);
        if (s == SG_ENOMEM) {
            sg_protein_reader_close(r);
            return sg_fail(err, s, "%s", e.text);
        }
        if (s != SG_OK) {
            got = 1;
            c->defects++;
            sg_error_format(&e, line, sizeof line);
            printf("%s%smodel %ld: %s\n", e.file[0] ? "" : path, e.file[0] ? "" : ": ", record,
                   line);
        }
    }
    sg_protein_reader_close(r);
    return SG_OK;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    const sg_protein_format *from;
    sg_protein p = {0};
    sg_status s = sg_protein_cmd_from(c, &from, err);
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++)
        s = check_file(c, c->operands[k], from, &p, err);
    sg_protein_clear(&p);
    return s;
}

const sg_verb sg_protein_cmd_check = {
    .name = "check",
    .summary = "look for structural defects in protein files",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Silent and exit status 0 when every model can be read, every residue has a CA, "
        "coordinates are finite, no two atoms of a residue share a place, and no chain has "
        "a residue number twice; else one line a model, naming its first defect, and exit "
        "status 1. Geometry is judged by eval.",
    .example = "sg-protein check backbones.pdb",
    .run = run};
