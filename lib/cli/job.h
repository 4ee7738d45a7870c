/* Long runs that lose nothing: samples are made in blocks of ids, each block is synced to
 * FILE.part and then named, with its SHA-256, in FILE.manifest; a finished run renames the part to
 * FILE. After an interruption of any kind --resume verifies what is there and goes on. The bytes
 * depend neither on the block size nor on where a run was cut into shards or interrupted. */
#ifndef SG_CLI_JOB_H
#define SG_CLI_JOB_H

#include "cli.h"

SG_BEGIN_DECLS

typedef struct sg_job {
    const char *path;       /* "-", a device or a pipe: written through, cannot be resumed */
    const json_t *about;    /* object with all that decides the bytes: version, model, seed... */
    uint64_t count;         /* ids 0..count-1 of the whole job */
    uint64_t shard, shards; /* 1-based part of how many; 0, 0: the whole */
    size_t block; /* ids of one call of records, at most; at first an eighth of it, and fewer if
                     they take over two seconds, unless records is prompt */
    int prompt;   /* records itself ends soon after a signal */
    int resume;
    /* Each writes text for `out`; head and tail (may be NULL) frame the records of the file.
     * records: *count ids from `first` on; after a signal it may set *count to fewer, those that it
     * wrote, or return SG_EINTR if there are none. */
    sg_status (*head)(void *ctx, sg_out *out, sg_error *err);
    sg_status (*records)(void *ctx, uint64_t first, size_t *count, sg_out *out, sg_error *err);
    sg_status (*tail)(void *ctx, sg_out *out, sg_error *err);
    void (*progress)(void *ctx, uint64_t done, uint64_t total); /* NULL: none */
    void *ctx;
} sg_job;

/* Ids [*first, *first + *count) of a shard. */
void sg_job_ids(const sg_job *job, uint64_t *first, uint64_t *count);

/* Runs the job. SG_EINTR: stopped by a signal; SG_EINVAL: an unfinished run is in the way, or the
 * manifest is of another job; otherwise what records returns, SG_EIO, SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_job_run(const sg_cli *c, const sg_job *job, sg_error *err);

/* The verb "merge": joins finished shards to the bytes of one run. */
extern const sg_verb sg_cli_merge;

SG_END_DECLS
#endif
