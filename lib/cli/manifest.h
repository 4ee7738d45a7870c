/* FILE.manifest: one JSON object a line. The first line is the job; then follow the blocks of the
 * file in order, among them the head (count 0) and at last the tail ("end": true). */
#ifndef SG_CLI_MANIFEST_H
#define SG_CLI_MANIFEST_H

#include "cli.h"

#include <sigen/sha256.h>

#include <sys/types.h>
#include <zlib.h>

struct sg_i_job_block {
    uint64_t first, count, bytes;
    char sha256[SG_SHA256_HEX];
    int end;         /* the tail: the file is complete */
    size_t line_end; /* bytes of manifest up to here */
};

typedef struct sg_i_manifest {
    uint64_t total, shard, shards;
    char *job; /* text of the job's object; NULL: no manifest, or nothing usable in it */
    struct sg_i_job_block *block;
    size_t n_blocks;
} sg_i_manifest;

/* Reads a manifest up to the first line that is torn or does not continue the one before. A
 * missing or empty file gives job NULL. */
SG_MUST_CHECK sg_status sg_i_manifest_read(sg_i_manifest *m, const char *path, sg_error *err);
void sg_i_manifest_clear(sg_i_manifest *m);

int sg_i_manifest_ended(const sg_i_manifest *m);

/* The object that decides the bytes, as text; NULL: no memory. */
char *sg_i_job_text(const json_t *about);
/* Lines with their newline. NULL: no memory. All results are freed by the caller. */
char *sg_i_job_line(const char *job, uint64_t total, uint64_t shard, uint64_t shards);
char *sg_i_job_block_line(const struct sg_i_job_block *b);

/* SG_EINVAL naming the first difference. */
SG_MUST_CHECK sg_status sg_i_manifest_same(const sg_i_manifest *m, const char *job, uint64_t total,
                                           uint64_t shard, uint64_t shards, const char *path,
                                           sg_error *err);

/* Reads the block's bytes from where `f` stands, verifies them, and copies them to out (may be
 * NULL). SG_EPARSE: not the bytes of the manifest; SG_EIO, SG_ENOMEM. */
SG_MUST_CHECK sg_status sg_i_block_copy(const struct sg_i_job_block *b, gzFile f, sg_out *out);

/* path + ending, to be freed; NULL: no memory. */
char *sg_i_name(const char *path, const char *ending);

#endif
