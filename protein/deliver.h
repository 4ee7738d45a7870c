/* Where the chains of `sample` go: into one file as its models, or into a folder, a file each. Both
 * are long runs (cli/job.h): what is finished is kept, and --resume and --shard give the bytes of
 * one run. */
#ifndef SG_PROTEIN_DELIVER_H
#define SG_PROTEIN_DELIVER_H

#include <sigen/protein_generate.h>
#include <sigen/protein_io.h>
#include "cli/cli.h"

typedef struct sg_protein_delivery {
    const sg_cli *c; /* --output, -n, --shard, --resume */
    const sg_protein_model *model;
    const sg_protein_generate_opts *o;
    const sg_protein_format *format;
    sg_protein_style style;
    const json_t *about; /* all that decides the bytes */
} sg_protein_delivery;

/* Does the name end in a slash? */
int sg_protein_is_folder(const char *path);

/* *count: samples of this shard. A folder keeps its account of a run in FOLDER/.sample, which goes
 * with the end of a whole run; shards have one each. As sg_job_run and sg_protein_generate. */
SG_MUST_CHECK sg_status sg_protein_deliver(const sg_protein_delivery *d, uint64_t *count,
                                           sg_error *err);

#endif
