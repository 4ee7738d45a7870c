#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include "cli/models.h"
#include "cmd.h"
#include "model.h"

/* ---- list ------------------------------------------------------------------------------------ */

static sg_status list(sg_cli *c, sg_error *err)
{
    return sg_cli_list_models(c, "protein", err);
}

const sg_verb sg_protein_cmd_list = {
    .name = "list",
    .summary = "show the shipped models",
    .common = SG_COMMON_JSON,
    .description = "One line a model: name, size, hash, what it is for and its scores.",
    .example = "sg-protein list",
    .run = list};

/* ---- info: of models ------------------------------------------------------------------------- */

static json_t *facts_json(const sg_protein_model_facts *f, const sg_protein_model *m,
                          const sg_model *file)
{
    json_t *o = json_object();
    sg_json_set(&o, "hash", json_string(m->hash));
    sg_json_set(&o, "parameters", json_integer((json_int_t)f->parameters));
    sg_json_set(&o, "length", json_pack("[i,i]", f->shortest, f->longest));
    sg_json_set(&o, "distilled", json_boolean(f->few));
    sg_json_set(&o, "steps", json_integer(f->steps));
    sg_json_set(&o, "gamma", json_real(f->gamma));
    sg_json_set(&o, "noise_scale", json_real(f->noise_scale));
    sg_json_set(&o, "metadata", sg_cli_model_meta(file));
    return o;
}

static void facts_text(const sg_protein_model_facts *f, const sg_protein_model *m,
                       const sg_model *file)
{
    printf("model %s\n", m->hash);
    sg_cli_print_model_meta(file);
    printf("network      %zu parameters%s\n", f->parameters,
           f->few ? ", a distilled generator" : "");
    printf("residues     %d to %d\n", f->shortest, f->longest);
    printf("sample       --steps %d --gamma %g --noise-scale %g by default\n", f->steps, f->gamma,
           f->noise_scale);
}

sg_status sg_protein_cmd_about_model(const sg_cli *c, sg_error *err)
{
    char *path;
    sg_model *file = NULL;
    sg_protein_model m;
    sg_protein_model_facts f;
    sg_status s = sg_cli_model_path("protein", sg_cli_text(c, "model"), &path, err);
    if (s == SG_OK)
        s = sg_model_load(&file, path, err);
    if (s == SG_OK)
        s = sg_protein_model_read(&m, file, 0, err);
    if (s == SG_OK) {
        sg_protein_model_about(&m, &f);
        if (sg_cli_flag(c, "json"))
            s = sg_cli_print_json(facts_json(&f, &m, file), err);
        else
            facts_text(&f, &m, file);
        sg_protein_model_clear(&m);
    }
    sg_model_free(file);
    free(path);
    return s;
}

/* ---- pack ------------------------------------------------------------------------------------ */

static const sg_opt pack_options[] = {
    SG_PACK_OPTIONS,
    {"steps", 0, SG_OPT_INT, "K", "steps that sample takes by default", NULL, 1, 10000, NULL},
    {"gamma", 0, SG_OPT_DOUBLE, "G", "default of sample --gamma", NULL, 0, 100, NULL},
    {"noise-scale", 0, SG_OPT_DOUBLE, "C", "default of sample --noise-scale", NULL, 0, 10, NULL},
    {"f32", 0, SG_OPT_FLAG, NULL, "keep 32-bit weights; bfloat16 if not given", NULL, 0, 0, NULL},
};

static sg_status pack(sg_cli *c, sg_error *err)
{
    const char *out;
    if (sg_cli_pack_output(c, &out, err) != SG_OK)
        return SG_EINVAL;
    const char *const meta[][2] = {SG_PACK_META(c)};
    sg_error e = {0};
    sg_protein_model *m = sg_protein_model_open(c->operands[0], &e);
    sg_status s = m ? SG_OK : e.code;
    if (m && sg_cli_given(c, "steps"))
        m->config.steps = (int)sg_cli_int(c, "steps");
    if (m && sg_cli_given(c, "gamma"))
        m->config.gamma = sg_cli_double(c, "gamma");
    if (m && sg_cli_given(c, "noise-scale"))
        m->config.noise_scale = sg_cli_double(c, "noise-scale");
    if (m)
        s = sg_protein_model_save(m, out, sg_cli_flag(c, "f32") ? SG_DTYPE_F32 : SG_DTYPE_BF16,
                                  meta, 2, NULL, &e);
    sg_protein_model_free(m);
    if (s != SG_OK && err)
        *err = e;
    return s;
}

const sg_verb sg_protein_cmd_pack = {
    .name = "pack",
    .summary = "make a model to ship from a checkpoint",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .options = pack_options,
    .n_options = sizeof pack_options / sizeof *pack_options,
    .description = "Writes the averaged weights without the optimiser's state, as bfloat16, and "
                   "the sampler's defaults.",
    .example = "sg-protein pack checkpoint.safetensors --gamma 0.5 -o my.safetensors",
    .run = pack};
