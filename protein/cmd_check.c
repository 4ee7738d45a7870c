#include <config.h>

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

static sg_status whole(void *ctx, sg_error *err)
{
    const sg_protein *p = &((sg_protein_walk *)ctx)->p;
    sg_status s = sg_protein_check(p, err);
    return s == SG_OK ? complete(p, err) : s;
}

static sg_status sound(void *ctx, sg_error *err)
{
    return sg_protein_check(&((sg_protein_walk *)ctx)->p, err);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    sg_protein_walk w = {0};
    sg_status s = sg_protein_cmd_from(c, &w.from, err);
    return s == SG_OK ? sg_protein_cmd_each(c, &w, sg_cli_flag(c, "complete") ? whole : sound,
                                            SG_BAD_TOLD, err)
                      : s;
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
