/* The verb "merge". */
#include <config.h>

#include "base/io.h"
#include "job.h"
#include "manifest.h"

#include <stdlib.h>
#include <string.h>

/* Reads the manifest of a finished shard. */
static sg_status read_one(sg_i_manifest *m, const char *path, sg_error *err)
{
    char *name = sg_i_name(path, ".manifest");
    if (!name)
        return sg_fail(err, SG_ENOMEM, "out of memory");
    sg_status st = sg_i_manifest_read(m, name, err);
    if (st == SG_OK && !m->job)
        st = sg_fail_at(err, SG_EPARSE, name, 0, 0, "no manifest of a shard");
    if (st == SG_OK && !sg_i_manifest_ended(m))
        st =
            sg_fail_at(err, SG_EPARSE, path, 0, 0, "the shard is unfinished: run it with --resume");
    free(name);
    return st;
}

/* Puts the shards in order; every one of them, once, of the same job. */
static sg_status sort_out(const sg_cli *c, const sg_i_manifest *m, size_t *order, sg_error *err)
{
    size_t n = c->n_operands;
    for (size_t k = 0; k < n; k++)
        order[k] = n;
    for (size_t k = 0; k < n; k++) {
        const char *path = c->operands[k];
        uint64_t i = m[k].shard, of = m[k].shards;
        if (m[k].total != m[0].total || strcmp(m[k].job, m[0].job) != 0)
            return sg_fail_at(err, SG_EPARSE, path, 0, 0, "is of another job than %.200s",
                              c->operands[0]);
        if (of != n || i < 1 || i > n)
            return sg_fail_at(err, SG_EPARSE, path, 0, 0,
                              "is part %llu of %llu, but %zu files are given",
                              (unsigned long long)i, (unsigned long long)of, n);
        if (order[i - 1] < n)
            return sg_fail_at(err, SG_EPARSE, path, 0, 0, "is the same part as %.200s",
                              c->operands[order[i - 1]]);
        order[i - 1] = k;
    }
    return SG_OK;
}

/* Copies a shard's records, the head only of the first and the tail only of the last one. */
static sg_status copy(const char *path, const sg_i_manifest *m, int first, int last, sg_out *out,
                      sg_error *err)
{
    gzFile f = gzopen(path, "rb");
    if (!f)
        return sg_i_fail_errno(err, path, "cannot open");
    sg_status st = SG_OK;
    for (size_t k = 0; k < m->n_blocks && st == SG_OK; k++) {
        int wanted = (k > 0 || first) && (k + 1 < m->n_blocks || last);
        st = sg_i_block_copy(&m->block[k], f, wanted ? out : NULL);
        if (st == SG_EPARSE)
            sg_fail_at(err, st, path, 0, 0, "differs from its manifest (records from id %llu on)",
                       (unsigned long long)m->block[k].first);
        else if (st != SG_OK)
            sg_fail_at(err, st, path, 0, 0, "cannot read: %s", sg_strerror(st));
    }
    char more;
    if (st == SG_OK && gzread(f, &more, 1) != 0)
        st = sg_fail_at(err, SG_EPARSE, path, 0, 0, "is longer than its manifest says");
    gzclose(f);
    return st;
}

static sg_status write_all(const sg_cli *c, const sg_i_manifest *m, const size_t *order,
                           sg_error *err)
{
    size_t n = c->n_operands;
    sg_out *out = sg_out_open(sg_cli_text(c, "output"), err);
    if (!out)
        return SG_EIO;
    sg_status st = SG_OK;
    for (size_t k = 0; k < n && st == SG_OK; k++)
        st = copy(c->operands[order[k]], &m[order[k]], k == 0, k == n - 1, out, err);
    if (st == SG_OK)
        return sg_out_commit(out, err);
    sg_out_discard(out);
    return st;
}

static sg_status merge(sg_cli *c, sg_error *err)
{
    size_t n = c->n_operands;
    sg_i_manifest *m = calloc(n, sizeof *m);
    size_t *order = calloc(n, sizeof *order);
    sg_status st = m && order ? SG_OK : sg_fail(err, SG_ENOMEM, "out of memory");
    for (size_t k = 0; k < n && st == SG_OK; k++)
        st = read_one(&m[k], c->operands[k], err);
    if (st == SG_OK)
        st = sort_out(c, m, order, err);
    if (st == SG_OK)
        st = write_all(c, m, order, err);
    for (size_t k = 0; m && k < n; k++)
        sg_i_manifest_clear(&m[k]);
    free(m);
    free(order);
    return st;
}

const sg_verb sg_cli_merge = {
    .name = "merge",
    .summary = "join the parts of a sharded run",
    .operands = "FILE...",
    .min_operands = 1,
    .max_operands = -1,
    .common = SG_COMMON_OUTPUT | SG_COMMON_QUIET,
    .description =
        "Joins the files that sample made with --shard 1/N to N/N, in any order, to the bytes that "
        "one run without --shard writes. Each part is verified against its manifest "
        "(FILE.manifest) on the way.",
    .example = "for i in 1 2 3; do PROGRAM sample -n 300 --shard $i/3 -o part$i.SUFFIX; done\n"
               "PROGRAM merge -o all.SUFFIX part1.SUFFIX part2.SUFFIX part3.SUFFIX",
    .run = merge,
};
