#include <config.h>

#include <stdio.h>
#include <string.h>

#include "records.h"

static int bad(sg_status s)
{
    return s == SG_EPARSE || s == SG_ELIMIT;
}

/* Puts the record's number before what is wrong with it, and the file where none is told. */
static void number(sg_error *e, const char *unit, long record, const char *path)
{
    char text[SG_ERROR_TEXT];
    memcpy(text, e->text, sizeof text);
    snprintf(e->text, sizeof e->text, "%s %ld: %.*s", unit, record, (int)sizeof text - 64, text);
    if (!e->file[0])
        snprintf(e->file, sizeof e->file, "%s", path);
}

static void tell(sg_cli *c, const sg_cli_records *r, const sg_error *e)
{
    char line[SG_ERROR_FILE + SG_ERROR_TEXT + 64];
    c->defects++;
    sg_error_format(e, line, sizeof line);
    if (r->bad == SG_BAD_TOLD)
        printf("%s\n", line);
    else
        fprintf(stderr, "%s, left out\n", line);
}

static sg_status file(sg_cli *c, const sg_cli_records *r, const char *path, sg_error *e)
{
    void *reader = r->open(r->ctx, path, e);
    sg_status s = reader ? SG_OK : e->code;
    if (bad(s) && r->bad == SG_BAD_TOLD) {
        tell(c, r, e);
        return SG_OK;
    }
    int got = 1;
    for (long record = 1; s == SG_OK && got; record++) {
        s = r->next(reader, r->ctx, &got, e);
        if (s == SG_OK && got && r->take) {
            s = r->take(r->ctx, e);
            if (s != SG_OK && s != SG_ENOMEM)
                s = e->code = SG_EPARSE;
        }
        if (!bad(s))
            continue;
        number(e, r->unit, record, path);
        if (r->bad != SG_BAD_ENDS) {
            tell(c, r, e);
            s = SG_OK;
            got = 1;
        }
    }
    r->close(reader);
    return s;
}

sg_status sg_cli_each_record(sg_cli *c, const sg_cli_records *r, sg_error *err)
{
    sg_error e = {0};
    sg_status s = SG_OK;
    for (size_t k = 0; k < c->n_operands && s == SG_OK; k++)
        s = file(c, r, c->operands[k], &e);
    if (s != SG_OK && err)
        *err = e;
    return s;
}
