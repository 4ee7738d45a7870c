#include <config.h>

#include <stdio.h>
#include <stdlib.h>

#include <sigen/protein_metrics.h>
#include "cmd.h"

static const sg_opt options[] = {
    {"from", 0, SG_OPT_TEXT, "NAME", "input format, whatever the extension", NULL, 0, 0, NULL},
};

typedef struct chain_info {
    size_t breaks, missing;
    char *sequence; /* (n + 1) */
} chain_info;

static sg_status look(chain_info *i, const sg_protein *p, const sg_protein_chain *c, sg_error *err)
{
    *i = (chain_info){.sequence = malloc(c->n + 1)};
    if (!i->sequence)
        return sg_fail(err, SG_ENOMEM, "no memory for a sequence");
    for (size_t k = 0; k < c->n; k++) {
        const sg_protein_residue *r = &p->residue[c->first + k];
        i->sequence[k] = r->code;
        i->breaks += k && !sg_protein_linked(r - 1, r);
        i->missing += (r->have & SG_PROTEIN_BACKBONE) != SG_PROTEIN_BACKBONE;
    }
    i->sequence[c->n] = '\0';
    return SG_OK;
}

static json_t *dropped_json(const sg_protein_dropped *d)
{
    return json_pack("{s:I,s:I,s:I,s:I,s:I,s:I}", "side_chain", (json_int_t)d->side_chain, "altloc",
                     (json_int_t)d->altloc, "water", (json_int_t)d->water, "hetero",
                     (json_int_t)d->hetero, "no_ca", (json_int_t)d->no_ca, "modified",
                     (json_int_t)d->modified);
}

static sg_status show(const sg_protein *p, json_t **list, const char *path, sg_error *err)
{
    char *ss = malloc(p->n + 1);
    json_t *o = json_object(), *chains = json_array();
    sg_status s = ss ? sg_protein_dssp(ss, NULL, p, err)
                     : sg_fail(err, SG_ENOMEM, "no memory for %zu states", p->n);
    if (s == SG_OK && !*list)
        printf("%s model %ld: %s%s%s, %zu residues\n", path, p->model, p->id, *p->id ? " " : "",
               p->title, p->n);
    for (size_t k = 0; k < p->n_chains && s == SG_OK; k++) {
        const sg_protein_chain *c = &p->chain[k];
        const sg_protein_residue *r = &p->residue[c->first];
        chain_info i;
        s = look(&i, p, c, err);
        if (s != SG_OK)
            break;
        if (*list) {
            json_t *q = json_object();
            sg_json_set(&q, "id", sg_json_string(c->id));
            sg_json_set(&q, "residues", json_integer((json_int_t)c->n));
            sg_json_set(&q, "first", json_integer(r->number));
            sg_json_set(&q, "last", json_integer(r[c->n - 1].number));
            sg_json_set(&q, "breaks", json_integer((json_int_t)i.breaks));
            sg_json_set(&q, "incomplete", json_integer((json_int_t)i.missing));
            sg_json_set(&q, "sequence", sg_json_string(i.sequence));
            sg_json_set(&q, "dssp", json_stringn(ss + c->first, c->n));
            sg_json_append(&chains, q);
        } else {
            printf("  chain %s: %zu residues, %d to %d, %zu breaks, %zu incomplete\n    %s\n    "
                   "%.*s\n",
                   *c->id ? c->id : "(no name)", c->n, r->number, r[c->n - 1].number, i.breaks,
                   i.missing, i.sequence, (int)c->n, ss + c->first);
        }
        free(i.sequence);
    }
    if (*list) {
        sg_json_set(&o, "file", sg_json_string(path));
        sg_json_set(&o, "model", json_integer(p->model));
        sg_json_set(&o, "id", sg_json_string(p->id));
        sg_json_set(&o, "title", sg_json_string(p->title));
        sg_json_set(&o, "chains", chains);
        sg_json_set(&o, "dropped", dropped_json(&p->dropped));
        sg_json_append(list, o);
    } else {
        json_decref(o);
        json_decref(chains);
    }
    free(ss);
    return s;
}

static sg_status run(sg_cli *c, sg_error *err)
{
    const sg_protein_format *from;
    int model = sg_cli_text(c, "model") != NULL;
    if (model == (c->n_operands > 0))
        return sg_fail(err, SG_EINVAL, "give either files or --model NAME");
    if (model)
        return sg_protein_cmd_about_model(c, err);
    sg_protein p = {0};
    sg_protein_dropped dropped = {0};
    sg_status s = sg_protein_cmd_from(c, &from, err);
    int json = sg_cli_flag(c, "json");
    json_t *list = json ? json_array() : NULL;
    if (s == SG_OK && json && !list)
        s = sg_fail(err, SG_ENOMEM, "no memory for JSON");
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++) {
        sg_error e = {0};
        sg_protein_reader *r = sg_protein_reader_open(c->operands[k], from, &e);
        s = r ? SG_OK : e.code;
        for (int got = 1; s == SG_OK && got;) {
            s = sg_protein_reader_next(r, &p, &got, &e);
            if (s == SG_OK && got) {
                s = show(&p, &list, c->operands[k], &e);
                sg_protein_cmd_add_dropped(&dropped, &p.dropped);
            }
        }
        sg_protein_reader_close(r);
        if (s != SG_OK && err)
            *err = e;
    }
    sg_protein_clear(&p);
    if (json && s == SG_OK)
        return sg_cli_print_json(list, err);
    json_decref(list);
    if (s == SG_OK)
        sg_protein_cmd_tell_dropped(c, &dropped);
    return s;
}

const sg_verb sg_protein_cmd_info = {
    .name = "info",
    .summary = "tell what protein files hold, or what a model is",
    .operands = "[FILE...]",
    .min_operands = 0,
    .max_operands = -1,
    .common = SG_COMMON_MODEL | SG_COMMON_JSON | SG_COMMON_QUIET,
    .options = options,
    .n_options = sizeof options / sizeof *options,
    .description =
        "Models, chains, residue numbers, sequences, secondary structure (DSSP); breaks of the "
        "chain (no bond from C to "
        "the next N), residues without all of N, CA, C and O; and what reading left out. With "
        "--model: size of the network, lengths of its training "
        "chains, defaults of sample.",
    .example = "sg-protein info backbones.pdb\n"
               "sg-protein info --model backbone",
    .run = run};
