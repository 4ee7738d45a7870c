/* The records of input files, one after the other: what `convert` and `check` share. */
#ifndef SG_CLI_RECORDS_H
#define SG_CLI_RECORDS_H

#include "cli.h"

/* What becomes of a record that cannot be read or taken. */
typedef enum sg_bad_record {
    SG_BAD_ENDS,     /* the walk fails */
    SG_BAD_LEFT_OUT, /* one line on stderr, a defect of the run, the next record */
    SG_BAD_TOLD,     /* the same on stdout; so is a file that cannot be begun */
} sg_bad_record;

/* A module's way to read; ctx is its own and holds the one record that is in hand. */
typedef struct sg_cli_records {
    const char *unit;                                          /* "record", "graph", "model" */
    void *(*open)(void *ctx, const char *path, sg_error *err); /* NULL: failed */
    sg_status (*next)(void *reader, void *ctx, int *got, sg_error *err); /* *got 0: no more */
    void (*close)(void *reader);                                         /* NULL accepted */
    sg_status (*take)(void *ctx, sg_error *err); /* what is done with it; NULL: nothing */
    void *ctx;
    sg_bad_record bad;
} sg_cli_records;

/* Walks through the verb's operands. A bad record is one for which `next` says SG_EPARSE or
 * SG_ELIMIT, or `take` anything but SG_ENOMEM (SG_EPARSE then); its message names file, place and
 * number: "a.sdf:12:4: record 3: ...". Counts defects in c->defects. Anything else fails. */
SG_MUST_CHECK sg_status sg_cli_each_record(sg_cli *c, const sg_cli_records *r, sg_error *err);

#endif
