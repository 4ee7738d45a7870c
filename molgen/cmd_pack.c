#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/models.h"
#include "cmd.h"
#include "model.h"

static const sg_opt options[] = {
    SG_PACK_OPTIONS,
    {"f32", 0, SG_OPT_FLAG, NULL, "keep 32-bit weights; bfloat16 if not given", NULL, 0, 0, NULL},
};

static int same_classes(const sg_mol_vocab *a, const sg_mol_vocab *b)
{
    return a->n_classes == b->n_classes && a->max_heavy == b->max_heavy &&
           memcmp(a->cls, b->cls, (size_t)a->n_classes * sizeof a->cls[0]) == 0;
}

static int same_properties(const sg_mol_vocab *a, const sg_mol_vocab *b)
{
    int same = a->n_props == b->n_props;
    for (int q = 0; same && q < a->n_props; q++)
        same = strcmp(a->prop[q].name, b->prop[q].name) == 0;
    return same;
}

/* Sizes, clocks, properties and what the data share belong to heavy's law, properties also to
 * predict; the width of hydrogens' noise is hydro's. */
static void adopt_vocab(sg_mol_model *m, const sg_mol_model *other)
{
    double noise = m->config.vocab.hydro_noise;
    m->config.vocab = other->config.vocab;
    if (m->params[SG_MOL_HYDRO].count)
        m->config.vocab.hydro_noise = noise;
}

/* Moves the networks that m lacks out of other. */
static sg_status take(sg_mol_model *m, sg_mol_model *other, const char *path, sg_error *err)
{
    if (!same_classes(&m->config.vocab, &other->config.vocab))
        return sg_fail(err, SG_EMODEL, "%s was trained with another vocabulary than the first file",
                       path);
    for (int h = 0; h < SG_MOL_NETS; h++) {
        if (m->params[h].count || !other->params[h].count)
            continue;
        int props = m->params[SG_MOL_HEAVY].count || m->params[SG_MOL_PREDICT].count;
        if (h != SG_MOL_HYDRO && props && !same_properties(&m->config.vocab, &other->config.vocab))
            return sg_fail(err, SG_EMODEL,
                           "%s was trained with other properties than the files before", path);
        if (h == SG_MOL_HEAVY || (h == SG_MOL_PREDICT && !props))
            adopt_vocab(m, other);
        *sg_mol_config_dims(&m->config, (sg_mol_head)h) =
            *sg_mol_config_dims(&other->config, (sg_mol_head)h);
        m->net[h] = other->net[h];
        m->params[h] = other->params[h];
        sg_params_init(&other->params[h]);
    }
    return SG_OK;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    const char *out;
    if (sg_cli_pack_output(c, &out, err) != SG_OK)
        return SG_EINVAL;
    sg_mol_model *m = calloc(1, sizeof *m), *other = calloc(1, sizeof *other);
    sg_status s = m && other ? sg_mol_model_load(m, c->operands[0], 0, err)
                             : sg_fail(err, SG_ENOMEM, "no memory for models");
    for (size_t k = 1; k < c->n_operands && s == SG_OK; k++) {
        s = sg_mol_model_load(other, c->operands[k], 0, err);
        if (s == SG_OK) {
            s = take(m, other, c->operands[k], err);
            sg_mol_model_clear(other);
        }
    }
    if (s == SG_OK) {
        const char *const meta[][2] = {SG_PACK_META(c)};
        s = sg_mol_model_save(m, out, sg_cli_flag(c, "f32") ? SG_DTYPE_F32 : SG_DTYPE_BF16, meta, 2,
                              NULL, SG_MOL_HEAVY, err);
    }
    if (m)
        sg_mol_model_clear(m);
    free(m);
    free(other);
    return s;
}

const sg_verb sg_mol_cmd_pack = {
    .name = "pack",
    .summary = "join trained networks into one model",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Takes each network from the first file that has it, without optimiser state. The "
        "files must have been trained with the same node classes and properties; sizes "
        "and clocks are those of the heavy atoms' file.",
    .example = "sg-molgen pack heavy.safetensors hydro.safetensors -o my.safetensors",
    .run = run};
