#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/models.h"
#include "cmd.h"
#include "model.h"

/* ---- list ------------------------------------------------------------------------------------ */

static sg_status list(sg_cli *c, sg_error *err)
{
    return sg_cli_list_models(c, "molgen", err);
}

const sg_verb sg_mol_cmd_list = {.name = "list",
                                 .summary = "show the shipped models",
                                 .common = SG_COMMON_JSON,
                                 .description =
                                     "One line a model: name, size, hash, what it is for and "
                                     "its scores.",
                                 .example = "sg-molgen list",
                                 .run = list};

/* ---- info ------------------------------------------------------------------------------------ */

static json_t *info_json(const sg_mol_model *m, const sg_model *file)
{
    const sg_mol_vocab *v = &m->config.vocab;
    json_t *o = json_object(), *nets = json_object(), *props = json_array(), *cls = json_array();
    json_t *sizes = json_array();
    for (int h = 0; h < SG_MOL_NETS; h++)
        if (m->params[h].count)
            sg_json_set(&nets, sg_mol_head_name((sg_mol_head)h),
                        json_integer((json_int_t)m->params[h].size));
    for (int q = 0; q < v->n_props; q++) {
        const sg_mol_prop *p = &v->prop[q];
        sg_json_append(&props,
                       json_pack("{s:s,s:s,s:f,s:f,s:f,s:f}", "name", p->name, "unit", p->unit,
                                 "mean", p->mean, "sd", p->sd, "q001", p->q001, "q999", p->q999));
    }
    for (int k = 0; k < v->n_classes; k++)
        sg_json_append(&cls, json_pack("[s,i,i]", sg_element_symbol(v->cls[k].element),
                                       v->cls[k].charge, v->cls[k].hydrogens));
    for (int n = 0; n <= v->max_heavy; n++)
        sg_json_append(&sizes, json_real(v->sizes[n]));
    sg_json_set(&o, "hash", json_string(m->hash));
    sg_json_set(&o, "parameters", nets);
    sg_json_set(&o, "properties", props);
    sg_json_set(&o, "classes", cls);
    sg_json_set(&o, "sizes", sizes);
    sg_json_set(&o, "closed_shell", json_boolean(v->closed_shell));
    if (v->closed_shell)
        sg_json_set(&o, "net_charge", json_pack("[i,i]", v->net_charge[0], v->net_charge[1]));
    sg_json_set(&o, "metadata", sg_cli_model_meta(file));
    return o;
}

static void info_text(const sg_mol_model *m, const sg_model *file)
{
    const sg_mol_vocab *v = &m->config.vocab;
    printf("model %s\n", m->hash);
    sg_cli_print_model_meta(file);
    for (int h = 0; h < SG_MOL_NETS; h++)
        if (m->params[h].count)
            printf("network      %s, %zu parameters\n", sg_mol_head_name((sg_mol_head)h),
                   m->params[h].size);
    printf("heavy atoms  up to %d, atoms up to %d\n", v->max_heavy, v->max_nodes);
    printf("node classes");
    for (int k = 0; k < v->n_classes; k++) {
        printf(" %s", sg_element_symbol(v->cls[k].element));
        if (v->cls[k].hydrogens)
            printf("H%d", v->cls[k].hydrogens);
        if (v->cls[k].charge)
            printf("%+d", v->cls[k].charge);
    }
    printf("\n");
    if (v->closed_shell)
        printf("valences     all shells closed, net charge %d to %d\n", v->net_charge[0],
               v->net_charge[1]);
    for (int q = 0; q < v->n_props; q++)
        printf("property     %s in %s: mean %g, sd %g, 99.8 %% of the data within %g to %g\n",
               v->prop[q].name, v->prop[q].unit, v->prop[q].mean, v->prop[q].sd, v->prop[q].q001,
               v->prop[q].q999);
}

static sg_status info(sg_cli *c, sg_error *err)
{
    char *path;
    sg_model *file = NULL;
    sg_mol_model *m = malloc(sizeof *m);
    sg_status s =
        m ? sg_mol_cmd_model_path(c, "qm9", &path, err) : sg_fail(err, SG_ENOMEM, "no memory");
    if (s == SG_OK) {
        s = sg_model_load(&file, path, err);
        if (s == SG_OK)
            s = sg_mol_model_read(m, file, 0, err);
        free(path);
        if (s == SG_OK) {
            if (sg_cli_flag(c, "json"))
                s = sg_cli_print_json(info_json(m, file), err);
            else
                info_text(m, file);
            sg_mol_model_clear(m);
        }
    }
    sg_model_free(file);
    free(m);
    return s;
}

const sg_verb sg_mol_cmd_info = {.name = "info",
                                 .summary = "describe a model",
                                 .common = SG_COMMON_MODEL | SG_COMMON_JSON,
                                 .description =
                                     "Networks, sizes, node classes, what holds for all training "
                                     "molecules, and the properties that --target "
                                     "understands with their units and ranges.",
                                 .example = "sg-molgen info --model qm9",
                                 .run = info};
