#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/mol_predict.h>
#include "cmd.h"

enum { BLOCK = 512 };

/* Mean absolute errors against the tags that the file itself carries. */
typedef struct errors {
    double sum[SG_MOL_TARGETS];
    size_t n[SG_MOL_TARGETS];
} errors;

static sg_status tag_block(const sg_mol_model *model, sg_mol *mol, size_t count, errors *e,
                           size_t *unknown, sg_error *err)
{
    int Q = sg_mol_model_properties(model);
    double *y = calloc(count * (size_t)Q, sizeof *y);
    unsigned char *known = calloc(count, 1);
    sg_status s = y && known ? sg_mol_predict(model, mol, count, y, known, err)
                             : sg_fail(err, SG_ENOMEM, "no memory for predictions");
    for (size_t k = 0; k < count && s == SG_OK; k++) {
        *unknown += !known[k];
        for (int q = 0; q < Q && known[k] && s == SG_OK; q++) {
            sg_mol_property p = sg_mol_model_property(model, q);
            double v = y[k * (size_t)Q + (size_t)q], truth;
            char name[64], text[32];
            sg_mol_cmd_tag(name, "SG_pred", &p);
            snprintf(text, sizeof text, "%.6g", v);
            s = sg_mol_set_tag(&mol[k], name, text, err);
            const char *own = sg_mol_tag_value(&mol[k], p.name);
            if (own && q < SG_MOL_TARGETS &&
                sg_parse_double(own, strlen(own), &truth, NULL) == SG_OK) {
                e->sum[q] += fabs(v - truth);
                e->n[q]++;
            }
        }
    }
    free(y);
    free(known);
    return s;
}

/* A molecule that the format cannot express is a defect of the input's record. */
static sg_status write_one(const sg_mol_format *f, sg_out *out, const sg_mol *m, const char *file,
                           size_t record, sg_error *err)
{
    sg_error why = {0};
    sg_status s = f->write(out, m, &why);
    if (s == SG_OK || s == SG_ENOMEM)
        return s;
    return sg_fail_at(err, SG_EPARSE, file, 0, 0, "record %zu: %.400s", record, why.text);
}

static sg_status run(sg_cli *c, sg_error *err)
{
    const char *path = sg_cli_text(c, "output");
    const sg_mol_format *f = sg_mol_cmd_format(c, path, err);
    sg_mol_model *model = NULL;
    sg_mol_reader *r = NULL;
    sg_out *out = NULL;
    sg_error e = {0};
    errors mae = {0};
    size_t total = 0, unknown = 0;
    if (!f)
        return SG_EINVAL;
    if (!f->tags)
        return sg_fail(err, SG_EINVAL, "%s has no place for predictions: sdf, sdf3000 and cml have",
                       f->name);
    sg_mol *mol = calloc(BLOCK, sizeof *mol);
    sg_status s = mol ? sg_mol_cmd_model(c, "qm9-predictor", &model, &e)
                      : sg_fail(&e, SG_ENOMEM, "no memory");
    if (s == SG_OK && !(r = sg_mol_reader_open(c->operands[0], NULL, &e)))
        s = e.code;
    if (s == SG_OK && !(out = sg_out_open(path, &e)))
        s = e.code;
    if (s == SG_OK && f->head)
        sg_out_puts(out, f->head);
    for (int got = 1; s == SG_OK && got;) {
        size_t n = 0;
        while (n < BLOCK && s == SG_OK) {
            s = sg_mol_reader_next(r, &mol[n], &got, &e);
            if (s != SG_OK || !got)
                break;
            n++;
        }
        if (s == SG_OK)
            s = tag_block(model, mol, n, &mae, &unknown, &e);
        for (size_t k = 0; k < n && s == SG_OK; k++)
            s = write_one(f, out, &mol[k], c->operands[0], total + k + 1, &e);
        total += n;
    }
    if (s == SG_OK && f->tail)
        sg_out_puts(out, f->tail);
    if (s == SG_OK) {
        s = sg_out_commit(out, &e);
        out = NULL;
    }
    sg_out_discard(out);
    if (s == SG_OK) {
        sg_cli_note(c, "%zu molecules, %zu of them outside the model's vocabulary", total, unknown);
        for (int q = 0; q < sg_mol_model_properties(model) && q < SG_MOL_TARGETS; q++)
            if (mae.n[q]) {
                sg_mol_property p = sg_mol_model_property(model, q);
                sg_cli_note(c,
                            "%s: mean absolute error %.4g %s against the file's own values (%zu)",
                            p.name, mae.sum[q] / (double)mae.n[q], p.unit, mae.n[q]);
            }
    }
    for (size_t k = 0; mol && k < BLOCK; k++)
        sg_mol_clear(&mol[k]);
    free(mol);
    sg_mol_reader_close(r);
    sg_mol_model_free(model);
    if (s != SG_OK && err)
        *err = e;
    return s;
}

const sg_verb sg_mol_cmd_predict = {
    .name = "predict",
    .summary = "add predicted properties to molecules",
    .operands = "FILE",
    .min_operands = 1,
    .max_operands = 1,
    .common = SG_COMMON_MODEL | SG_COMMON_OUTPUT | SG_COMMON_FORMAT | SG_COMMON_QUIET,
    .description =
        "Reads molecules with 3D coordinates and explicit hydrogens and writes them with "
        "data items SG_pred_NAME_UNIT. The model is qm9-predictor if none is named; any that holds "
        "a "
        "property regressor (train --part predict) will do. Where the file carries the property "
        "itself, the mean "
        "absolute error is told. Predictions are for geometries like those of the training "
        "data; those of unrelaxed structures mean less.",
    .example = "sg-molgen predict molecules.sdf -o predicted.sdf",
    .run = run};
