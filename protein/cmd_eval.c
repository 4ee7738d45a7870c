#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "judge.h"

static const sg_opt options[] = {
    SG_PROTEIN_JUDGE_OPTIONS,
    {"each", 0, SG_OPT_TEXT, "FILE", "a line of tab-separated numbers for each chain", NULL, 0, 0,
     NULL},
};

/* ---- output -------------------------------------------------------------------------------------
 */

static json_t *number(double x)
{
    return isfinite(x) ? json_real(x) : json_null();
}

static void numbers(json_t **o, const sg_i_summary *m)
{
    json_t *criteria = json_object(), *sd = json_object();
    sg_json_set(o, "plausible", number(m->plausible));
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
        sg_json_set(&criteria, sg_i_criteria[k], number(m->criteria[k]));
    sg_json_set(o, "criteria", criteria);
    for (int k = 0; sg_i_stats[k].key; k++) {
        sg_json_set(o, sg_i_stats[k].key, number(m->value[k]));
        if (isfinite(m->sd[k]))
            sg_json_set(&sd, sg_i_stats[k].key, json_real(m->sd[k]));
    }
    sg_json_set(o, "sd", sd);
}

static sg_status print_json(const sg_protein_judgement *e, sg_error *err)
{
    json_t *o = json_object(), *r = json_object();
    size_t residues = 0;
    for (size_t i = 0; i < e->set.n; i++)
        residues += e->score[i].n;
    sg_json_set(&o, "n", json_integer((json_int_t)e->set.n));
    sg_json_set(&o, "residues", json_integer((json_int_t)residues));
    sg_json_set(&o, "incomplete", json_integer((json_int_t)e->partial));
    sg_json_set(&o, "rebuilt", json_integer((json_int_t)e->rebuilt));
    numbers(&o, &e->all);
    sg_json_set(&r, "lengths", sg_json_string(e->ref->name));
    sg_json_set(&r, "n", json_integer((json_int_t)e->ref->chains));
    numbers(&r, &e->real);
    sg_json_set(&o, "reference", r);
    return sg_cli_print_json(o, err);
}

static void cell(double x, double sd, sg_i_unit unit)
{
    if (!isfinite(x))
        printf(" %10s%-10s", "-", "");
    else if (unit == SG_I_SHARE)
        printf(" %9.2f%%", 100 * x);
    else
        printf(" %10.3f", x);
    if (!isfinite(x))
        return;
    if (isfinite(sd))
        printf(" +-%-7.3g", unit == SG_I_SHARE ? 100 * sd : sd);
    else
        printf("%10s", "");
}

static void row(const char *label, double x, double sd, double y, double ysd, sg_i_unit unit)
{
    printf("%-44s", label);
    cell(x, sd, unit);
    cell(y, ysd, unit);
    printf("\n");
}

static void print_text(const sg_protein_judgement *e)
{
    const sg_i_summary *a = &e->all, *r = &e->real;
    printf("%zu chains%*s %10s%10s %10s\n", e->set.n, 44 - 7 - snprintf(NULL, 0, "%zu", e->set.n),
           "", "these", "", "real");
    printf("%-44s %20s %zu of %s residues\n", "", "", e->ref->chains, e->ref->name);
    row("plausible", a->plausible, NAN, r->plausible, NAN, SG_I_SHARE);
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++) {
        char label[40];
        snprintf(label, sizeof label, "  %s", sg_i_criteria[k]);
        row(label, a->criteria[k], NAN, r->criteria[k], NAN, SG_I_SHARE);
    }
    for (int k = 0; sg_i_stats[k].key; k++)
        row(sg_i_stats[k].label, a->value[k], a->sd[k], r->value[k], r->sd[k], sg_i_stats[k].unit);
}

static sg_status write_each(const sg_protein_judgement *e, const char *path, sg_error *err)
{
    sg_out *o = sg_out_open(path, err);
    if (!o)
        return SG_EIO;
    sg_out_puts(o, "chain\tresidues\tplausible");
    for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
        sg_out_printf(o, "\t%s", sg_i_criteria[k]);
    sg_out_puts(
        o, "\thelix\tstrand\trg\trg_ratio\thbonds_per_residue\tfrag9_mean\trama_outlier\tclash\t"
           "right_handed\n");
    for (size_t i = 0; i < e->set.n; i++) {
        const sg_protein_scores *s = &e->score[i];
        const double value[] = {s->helix,
                                s->strand,
                                s->rg,
                                s->rg_ratio,
                                (double)s->hbonds / (double)s->n,
                                s->frag_sum / (double)s->fragments,
                                (double)s->rama_9995 / (double)s->torsions,
                                (double)s->ca_clash,
                                (double)s->right / (double)(s->right + s->left)};
        sg_out_printf(o, "%s\t%zu\t%d", e->set.name[i], s->n, sg_protein_plausible(s));
        for (int k = 0; k < SG_PROTEIN_CRITERIA; k++)
            sg_out_printf(o, "\t%d", (int)(s->criteria >> k & 1));
        for (size_t k = 0; k < sizeof value / sizeof *value; k++) {
            char text[64];
            sg_format_fixed(text, isfinite(value[k]) ? value[k] : 0, 4);
            sg_out_printf(o, "\t%s", isfinite(value[k]) ? text : "");
        }
        sg_out_puts(o, "\n");
    }
    return sg_out_commit(o, err);
}

/* ---- verb ---------------------------------------------------------------------------------------
 */

static sg_status run(sg_cli *c, sg_error *err)
{
    sg_protein_judgement *e = calloc(1, sizeof *e);
    sg_status s = e ? sg_protein_cmd_judge(c, e, err) : sg_fail(err, SG_ENOMEM, "no memory");
    if (s == SG_OK && sg_cli_given(c, "each"))
        s = write_each(e, sg_cli_text(c, "each"), err);
    if (s == SG_OK) {
        sg_protein_cmd_remark(c, e);
        if (sg_cli_flag(c, "json"))
            s = print_json(e, err);
        else
            print_text(e);
    }
    if (e)
        sg_protein_judgement_clear(e);
    free(e);
    return s;
}

const sg_verb sg_protein_cmd_eval = {
    .name = "eval",
    .summary = "compare backbones with real ones",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_JSON | SG_COMMON_THREADS | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Every chain of every model of the files is judged by itself: bonds, angles, clashes, "
        "Ramachandran map, secondary structure, hydrogen bonds, size, contacts, 9-mers beside real "
        "ones, handedness; then the set: how alike its chains are (TM-score), and with --train how "
        "near to the training structures. Real chains of like length stand beside each number. The "
        "share of plausible chains is no measure of designability. See sg-protein-metrics(7).\n\n"
        "With --train every one of --novelty chains is aligned with all training structures of "
        "like length, about a second for a thousand of them.",
    .example = "sg-protein eval backbones.pdb\n"
               "sg-protein eval backbones.pdb --json --train real.pbb.gz",
    .run = run};
