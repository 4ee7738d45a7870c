#include <config.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/job.h"
#include "deliver.h"

enum { PER_THREAD = 32 }; /* samples of a block: two batches */

typedef struct delivering {
    const sg_protein_delivery *d;
    const char *folder;
    uint64_t first, count; /* of this shard */
    sg_protein *p;         /* (block) */
    sg_protein bare;
    sg_protein_sink sink; /* of the one file */
    sg_progress bar;
} delivering;

int sg_protein_is_folder(const char *path)
{
    size_t n = strlen(path);
    return n && path[n - 1] == '/';
}

/* After a signal *count becomes the number of samples before the first that is not finished. */
static sg_status generate(delivering *r, uint64_t first, size_t *count, sg_error *err)
{
    size_t n = 0;
    sg_status s = sg_protein_generate(r->d->model, r->d->o, first, *count, r->p, err);
    if (s != SG_EINTR)
        return s;
    while (n < *count && r->p[n].n)
        n++;
    *count = n;
    return n ? SG_OK : s;
}

/* ---- one file -------------------------------------------------------------------------------- */

static sg_status outline(delivering *r, uint64_t id, sg_error *err)
{
    return sg_protein_generate_outline(r->d->model, r->d->o, id, &r->bare, err);
}

/* Takes the sink past the models before `id` that others wrote: earlier runs, shards before. */
static sg_status stand(delivering *r, uint64_t id, sg_out *out, sg_error *err)
{
    sg_status s = SG_OK;
    r->sink.out = out;
    while (s == SG_OK && r->sink.models < id) {
        s = outline(r, r->sink.models, err);
        if (s == SG_OK)
            s = r->d->format->pass(&r->sink, &r->bare, err);
    }
    return s;
}

static sg_status head(void *ctx, sg_out *out, sg_error *err)
{
    delivering *r = ctx;
    if (r->first == 0 || r->count == 0)
        return SG_OK;
    sg_status s = stand(r, r->first, out, err);
    if (s == SG_OK)
        s = outline(r, r->first, err);
    return s == SG_OK ? r->d->format->head(&r->sink, &r->bare, err) : s;
}

static sg_status models(void *ctx, uint64_t first, size_t *count, sg_out *out, sg_error *err)
{
    delivering *r = ctx;
    sg_status s = stand(r, first, out, err);
    if (s == SG_OK)
        s = generate(r, first, count, err);
    for (size_t k = 0; s == SG_OK && k < *count; k++)
        s = r->d->format->write(&r->sink, &r->p[k], err);
    return s;
}

static sg_status tail(void *ctx, sg_out *out, sg_error *err)
{
    delivering *r = ctx;
    sg_status s = SG_OK;
    if (r->sink.models == 0) /* all was written by earlier runs, or there is nothing */
        s = stand(r, r->first + r->count, out, err);
    r->sink.out = out;
    if (s == SG_OK && r->sink.models && r->d->format->tail)
        r->d->format->tail(&r->sink);
    return s;
}

/* ---- a file each ----------------------------------------------------------------------------- */

static sg_status write_one(const delivering *r, const sg_protein *p, const char *name,
                           sg_error *err)
{
    char path[4096];
    sg_protein_sink sink;
    snprintf(path, sizeof path, "%.4000s%s", r->folder, name);
    sg_out *out = sg_out_open(path, err);
    if (!out)
        return SG_EIO;
    sg_protein_sink_init(&sink, out, &r->d->style);
    sg_status s = r->d->format->write(&sink, p, err);
    sg_protein_sink_end(&sink, r->d->format);
    if (s == SG_OK)
        return sg_out_commit(out, err);
    sg_out_discard(out);
    return s;
}

/* The account holds the names of the files and their residues. */
static sg_status files(void *ctx, uint64_t first, size_t *count, sg_out *account, sg_error *err)
{
    delivering *r = ctx;
    const char *ending = r->d->format->extensions;
    sg_status s = generate(r, first, count, err);
    for (size_t k = 0; s == SG_OK && k < *count; k++) {
        char name[64];
        snprintf(name, sizeof name, "%04llu%.*s", (unsigned long long)(first + k) + 1,
                 (int)strcspn(ending, " "), ending);
        s = write_one(r, &r->p[k], name, err);
        sg_out_printf(account, "%s %zu\n", name, r->p[k].n);
    }
    return s;
}

/* ---- both ------------------------------------------------------------------------------------ */

static void progress(void *ctx, uint64_t done, uint64_t total)
{
    (void)total;
    sg_progress_at(&((delivering *)ctx)->bar, done, NULL);
}

static sg_status run_file(delivering *r, sg_job *job, sg_error *err)
{
    job->head = head;
    job->records = models;
    job->tail = tail;
    sg_protein_sink_init(&r->sink, NULL, &r->d->style);
    sg_status s = sg_job_run(r->d->c, job, err);
    r->sink.models = 0; /* no tail: `tail` writes it */
    sg_protein_sink_end(&r->sink, r->d->format);
    return s;
}

static sg_status run_folder(delivering *r, sg_job *job, sg_error *err)
{
    char path[4096], part[64] = "";
    if (mkdir(r->folder, 0777) != 0 && errno != EEXIST)
        return sg_fail(err, SG_EIO, "cannot make the folder %s: %s", r->folder, strerror(errno));
    if (job->shards)
        snprintf(part, sizeof part, "-%llu-of-%llu", (unsigned long long)job->shard,
                 (unsigned long long)job->shards);
    snprintf(path, sizeof path, "%.4000s.sample%s", r->folder, part);
    job->path = path;
    job->records = files;
    sg_status s = sg_job_run(r->d->c, job, err);
    if (s == SG_OK && !job->shards)
        unlink(path);
    return s;
}

sg_status sg_protein_deliver(const sg_protein_delivery *d, uint64_t *count, sg_error *err)
{
    const char *path = sg_cli_text(d->c, "output");
    delivering r = {.d = d, .folder = path};
    sg_job job = {.path = path,
                  .about = d->about,
                  .count = (uint64_t)sg_cli_int(d->c, "n"),
                  .block = PER_THREAD * (size_t)d->o->threads,
                  .prompt = 1,
                  .resume = sg_cli_flag(d->c, "resume"),
                  .progress = progress,
                  .ctx = &r};
    sg_cli_pair(d->c, "shard", &job.shard, &job.shards);
    sg_job_ids(&job, &r.first, &r.count);
    *count = r.count;
    r.p = calloc(job.block, sizeof *r.p);
    if (!r.p)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu chains", job.block);
    sg_progress_start(&r.bar, d->c, "chains", r.count);
    sg_status s = sg_protein_is_folder(path) ? run_folder(&r, &job, err) : run_file(&r, &job, err);
    sg_progress_end(&r.bar);
    for (size_t k = 0; k < job.block; k++)
        sg_protein_clear(&r.p[k]);
    free(r.p);
    sg_protein_clear(&r.bare);
    return s;
}
