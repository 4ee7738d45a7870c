#include <config.h>

#include "base/io.h"
#include "job.h"
#include "manifest.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* A run under way. */
struct run {
    const sg_cli *c;
    const sg_job *job;
    char *about;            /* text of job->about */
    uint64_t shard, shards; /* 1, 1: the whole */
    size_t size;            /* ids of the next block, at most job->block */
    char *path;             /* the final name, links followed */
    char *part, *manifest;
    int part_fd, manifest_fd;
    uint64_t first, count; /* ids of this shard */
    uint64_t next, bytes;  /* first id not done yet; size of the part */
    size_t blocks;         /* of them finished, head and tail included */
    int ended;             /* the tail is written */
    int fresh;             /* begun here, nothing taken up */
    int placed;            /* the file stands under its final name */
};

void sg_job_ids(const sg_job *j, uint64_t *first, uint64_t *count)
{
    uint64_t i = j->shards ? j->shard : 1, n = j->shards ? j->shards : 1;
    *first = (uint64_t)((unsigned __int128)j->count * (i - 1) / n);
    *count = (uint64_t)((unsigned __int128)j->count * i / n) - *first;
}

static void report(const struct run *r)
{
    if (r->job->progress)
        r->job->progress(r->job->ctx, r->next - r->first, r->count);
}

static sg_status stopped(const struct run *r, int resumable, sg_error *err)
{
    unsigned long long done = r->next - r->first, all = r->count;
    return sg_fail(err, SG_EINTR, "interrupted after %llu of %llu%s", done, all,
                   resumable ? "; the same command with --resume goes on" : "");
}

/* One of the job's writers into memory; *count ids wanted, then made. */
static sg_status produce(const struct run *r, int kind, size_t *count, char **buf, size_t *len,
                         sg_error *err)
{
    const sg_job *j = r->job;
    sg_out *out = sg_out_memory(err);
    sg_status st = SG_OK;
    if (!out)
        return SG_ENOMEM;
    if (kind == 0 && j->head)
        st = j->head(j->ctx, out, err);
    else if (kind == 1)
        st = j->records(j->ctx, r->next, count, out, err);
    else if (kind == 2 && j->tail)
        st = j->tail(j->ctx, out, err);
    if (st == SG_OK)
        return sg_out_take(out, buf, len, err);
    sg_out_discard(out);
    return st;
}

/* Bytes into the part, synced, then their line into the manifest, synced: in this order nothing
 * is ever named that is not there. */
static sg_status append(struct run *r, const struct sg_i_job_block *b, const char *buf,
                        sg_error *err)
{
    if (lseek(r->part_fd, (off_t)r->bytes, SEEK_SET) < 0 ||
        sg_i_write_all(r->part_fd, buf, b->bytes) < 0 || sg_i_sync(r->part_fd) < 0)
        return sg_i_fail_errno(err, r->part, "cannot write");
    char *line = sg_i_job_block_line(b);
    if (!line)
        return sg_fail(err, SG_ENOMEM, "out of memory");
    int rc = sg_i_write_all(r->manifest_fd, line, strlen(line));
    free(line);
    if (rc < 0 || sg_i_sync(r->manifest_fd) < 0)
        return sg_i_fail_errno(err, r->manifest, "cannot write");
    return SG_OK;
}

/* The first block is short, the others as long as fits into about two seconds: what an interruption
 * loses. */
static void adapt(struct run *r, double seconds)
{
    if (r->job->prompt)
        return;
    if (seconds > 2 && r->size > 1)
        r->size /= 2;
    else if (seconds < 0.5 && r->size < r->job->block)
        r->size = 2 * r->size < r->job->block ? 2 * r->size : r->job->block;
}

/* Makes and stores one block: head (kind 0), records (1) or tail (2). */
static sg_status block(struct run *r, int kind, sg_error *err)
{
    uint64_t left = r->first + r->count - r->next;
    size_t count = kind != 1 ? 0 : left < r->size ? (size_t)left : r->size;
    char *buf;
    size_t len;
    sg_status st = produce(r, kind, &count, &buf, &len, err);
    if (st != SG_OK)
        return st;
    struct sg_i_job_block b = {.first = r->next, .count = count, .bytes = len, .end = kind == 2};
    unsigned char digest[SG_SHA256_BYTES];
    sg_sha256 s;
    sg_sha256_init(&s);
    sg_sha256_update(&s, buf, len);
    sg_sha256_final(&s, digest);
    sg_sha256_hex(b.sha256, digest);
    st = append(r, &b, buf, err);
    free(buf);
    if (st != SG_OK)
        return st;
    r->next += count;
    r->bytes += len;
    r->blocks++;
    r->ended = b.end;
    return SG_OK;
}

static sg_status open_files(struct run *r, sg_error *err)
{
    r->manifest_fd = open(r->manifest, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    if (r->manifest_fd < 0)
        return sg_i_fail_errno(err, r->manifest, "cannot open for writing");
    if (flock(r->manifest_fd, LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK)
        return sg_fail_at(err, SG_EIO, r->path, 0, 0, "another run is writing this file");
    return SG_OK;
}

/* Starts the manifest and the part anew. */
static sg_status begin(struct run *r, sg_error *err)
{
    r->fresh = 1;
    r->part_fd = open(r->part, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (r->part_fd < 0)
        return sg_i_fail_errno(err, r->part, "cannot open for writing");
    char *line = sg_i_job_line(r->about, r->job->count, r->shard, r->shards);
    if (!line)
        return sg_fail(err, SG_ENOMEM, "out of memory");
    int rc = ftruncate(r->part_fd, 0) < 0 || ftruncate(r->manifest_fd, 0) < 0 ||
             sg_i_write_all(r->manifest_fd, line, strlen(line)) < 0 ||
             sg_i_sync(r->manifest_fd) < 0 || sg_i_sync_folder(r->path) < 0;
    free(line);
    if (rc)
        return sg_i_fail_errno(err, r->manifest, "cannot write");
    return block(r, 0, err);
}

/* How many blocks of the manifest the part (or the finished file) really holds. A failure to read
 * is no reason to throw finished work away. */
static sg_status verify(struct run *r, const sg_i_manifest *m, size_t *good, sg_error *err)
{
    int there = access(r->part, F_OK) == 0;
    const char *name = there ? r->part : r->path;
    sg_status st = SG_OK;
    *good = 0;
    if (!there && (!sg_i_manifest_ended(m) || access(r->path, F_OK) != 0))
        return SG_OK;
    gzFile f = gzopen(name, "rb");
    if (!f)
        return sg_i_fail_errno(err, name, "cannot open");
    for (; st == SG_OK && *good < m->n_blocks; *good += st == SG_OK)
        st = sg_i_block_copy(&m->block[*good], f, NULL);
    if (st == SG_EIO)
        sg_i_fail_errno(err, name, "cannot read");
    gzclose(f);
    r->placed = !there && *good == m->n_blocks;
    if (!there && !r->placed)
        *good = 0; /* a damaged finished file is made anew */
    if (st == SG_ENOMEM)
        return sg_fail(err, st, "out of memory");
    return st == SG_EIO ? st : SG_OK;
}

/* Takes up a verified run, cutting off what came after its last good block. */
static sg_status go_on(struct run *r, const sg_i_manifest *m, sg_error *err)
{
    size_t good;
    sg_status st = verify(r, m, &good, err);
    if (st != SG_OK)
        return st;
    if (good == 0)
        return begin(r, err);
    for (size_t k = 0; k < good; k++)
        r->bytes += m->block[k].bytes;
    const struct sg_i_job_block *last = &m->block[good - 1];
    r->blocks = good;
    r->next = last->first + last->count;
    r->ended = last->end;
    if (!r->placed) {
        r->part_fd = open(r->part, O_RDWR | O_CLOEXEC);
        if (r->part_fd < 0 || ftruncate(r->part_fd, (off_t)r->bytes) < 0 ||
            ftruncate(r->manifest_fd, (off_t)last->line_end) < 0)
            return sg_i_fail_errno(err, r->part, "cannot go on");
    }
    sg_cli_note(r->c, "%s: %llu of %llu were finished, going on", r->job->path,
                (unsigned long long)(r->next - r->first), (unsigned long long)r->count);
    return SG_OK;
}

static sg_status take_up(struct run *r, sg_error *err)
{
    sg_i_manifest m;
    sg_status st = sg_i_manifest_read(&m, r->manifest, err);
    if (st != SG_OK)
        return st;
    /* a part that is there has not become the file yet, even if nothing is missing in it */
    int unfinished = m.n_blocks > 1 && (!sg_i_manifest_ended(&m) || access(r->part, F_OK) == 0);
    if (r->job->resume && m.job) {
        st = sg_i_manifest_same(&m, r->about, r->job->count, r->shard, r->shards, r->manifest, err);
        if (st == SG_OK)
            st = go_on(r, &m, err);
    } else if (unfinished) {
        st = sg_fail_at(err, SG_EINVAL, r->manifest, 0, 0,
                        "an unfinished run is there: --resume goes on with it; to start anew "
                        "remove this file");
    } else {
        st = begin(r, err);
    }
    sg_i_manifest_clear(&m);
    return st;
}

static int is_gz(const char *path)
{
    size_t n = strlen(path);
    return n > 3 && strcmp(path + n - 3, ".gz") == 0;
}

/* The finished part becomes the file: renamed, or compressed into it. */
static sg_status place(struct run *r, sg_error *err)
{
    if (!is_gz(r->path)) {
        if (rename(r->part, r->path) < 0 || sg_i_sync_folder(r->path) < 0)
            return sg_i_fail_errno(err, r->path, "cannot rename into place");
        return SG_OK;
    }
    sg_out *out = sg_out_open(r->path, err);
    if (!out)
        return SG_EIO;
    char buf[65536];
    ssize_t n = lseek(r->part_fd, 0, SEEK_SET);
    while (n >= 0 && (n = read(r->part_fd, buf, sizeof buf)) > 0)
        sg_out_write(out, buf, (size_t)n);
    if (n < 0) {
        sg_out_discard(out);
        return sg_i_fail_errno(err, r->part, "cannot read");
    }
    sg_status st = sg_out_commit(out, err);
    if (st == SG_OK)
        unlink(r->part);
    return st;
}

static sg_status work(struct run *r, sg_error *err)
{
    sg_status st = SG_OK;
    report(r);
    while (st == SG_OK && r->next < r->first + r->count) {
        if (sg_cli_interrupted())
            return stopped(r, 1, err);
        double began = sg_cli_seconds();
        st = block(r, 1, err);
        if (st == SG_EINTR)
            return stopped(r, 1, err);
        adapt(r, sg_cli_seconds() - began);
        if (st == SG_OK)
            report(r);
    }
    if (st == SG_OK && !r->ended)
        st = block(r, 2, err);
    if (st == SG_OK && !r->placed)
        st = place(r, err);
    if (st == SG_OK && !r->job->shards) /* a shard's manifest is what merge goes by */
        unlink(r->manifest);
    return st;
}

static void run_clear(struct run *r)
{
    if (r->part_fd >= 0)
        close(r->part_fd);
    if (r->manifest_fd >= 0)
        close(r->manifest_fd);
    free(r->about);
    free(r->path);
    free(r->part);
    free(r->manifest);
}

/* Names and the manifest's first line. */
static sg_status prepare(struct run *r, sg_error *err)
{
    const sg_job *j = r->job;
    r->path = realpath(j->path, NULL);
    if (!r->path)
        r->path = strdup(j->path);
    if (r->path) {
        r->part = sg_i_name(r->path, ".part");
        r->manifest = sg_i_name(r->path, ".manifest");
    }
    r->about = sg_i_job_text(j->about);
    return r->part && r->manifest && r->about ? SG_OK : sg_fail(err, SG_ENOMEM, "out of memory");
}

static sg_status run_to_file(struct run *r, sg_error *err)
{
    sg_status st = prepare(r, err);
    if (st == SG_OK)
        st = open_files(r, err);
    if (st == SG_OK)
        st = take_up(r, err);
    if (st == SG_OK)
        st = work(r, err);
    if (st != SG_OK && r->fresh && r->blocks < 2) { /* nothing worth keeping */
        unlink(r->part);
        unlink(r->manifest);
    }
    return st;
}

/* Straight into a stream. */
static sg_status run_through(struct run *r, sg_error *err)
{
    const sg_job *j = r->job;
    sg_out *out = sg_out_open(j->path, err);
    if (!out)
        return SG_EIO;
    sg_status st = j->head ? j->head(j->ctx, out, err) : SG_OK;
    report(r);
    while (st == SG_OK && r->next < r->first + r->count && !sg_out_failed(out) &&
           !sg_cli_interrupted()) {
        uint64_t left = r->first + r->count - r->next;
        size_t n = left < r->size ? (size_t)left : r->size;
        double began = sg_cli_seconds();
        st = j->records(j->ctx, r->next, &n, out, err);
        if (st == SG_EINTR) { /* what was written before stands */
            st = SG_OK;
            break;
        }
        adapt(r, sg_cli_seconds() - began);
        r->next += n;
        report(r);
    }
    int complete = r->next == r->first + r->count;
    if (st == SG_OK && j->tail)
        st = j->tail(j->ctx, out, err);
    if (st != SG_OK) {
        sg_out_discard(out);
        return st;
    }
    st = sg_out_commit(out, err);
    return st == SG_OK && !complete ? stopped(r, 0, err) : st;
}

sg_status sg_job_run(const sg_cli *c, const sg_job *job, sg_error *err)
{
    struct run r = {.c = c, .job = job, .part_fd = -1, .manifest_fd = -1};
    struct stat info;
    r.shard = job->shards ? job->shard : 1;
    r.shards = job->shards ? job->shards : 1;
    sg_job_ids(job, &r.first, &r.count);
    r.next = r.first;
    r.size = job->prompt ? job->block : (job->block + 7) / 8;
    int through =
        strcmp(job->path, "-") == 0 || (stat(job->path, &info) == 0 && !S_ISREG(info.st_mode));
    if (through && job->resume)
        return sg_fail(err, SG_EINVAL, "--resume needs an output file");
    sg_status st = through ? run_through(&r, err) : run_to_file(&r, err);
    run_clear(&r);
    return st;
}
