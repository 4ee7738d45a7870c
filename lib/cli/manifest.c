#include <config.h>
#include <sigen/text.h>

#include "manifest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MANIFEST_LIMIT ((size_t)1 << 30)

char *sg_i_name(const char *path, const char *ending)
{
    size_t n = strlen(path), k = strlen(ending) + 1;
    char *s = malloc(n + k);
    if (s) {
        memcpy(s, path, n);
        memcpy(s + n, ending, k);
    }
    return s;
}

/* Lines are read by matching what sg_i_job_line and sg_i_job_block_line write, nothing else:
 * jansson can abort where memory runs out. */
struct cursor {
    const char *p, *end;
};

static int match(struct cursor *c, const char *text)
{
    size_t n = strlen(text);
    if ((size_t)(c->end - c->p) < n || memcmp(c->p, text, n) != 0)
        return 0;
    c->p += n;
    return 1;
}

static int count(struct cursor *c, const char *before, uint64_t *out)
{
    if (!match(c, before))
        return 0;
    size_t n = 0;
    long long v;
    while (c->p + n < c->end && c->p[n] >= '0' && c->p[n] <= '9')
        n++;
    if (sg_parse_int(c->p, n, 0, INT64_MAX, &v, NULL) != SG_OK)
        return 0;
    c->p += n;
    *out = (uint64_t)v;
    return 1;
}

static int get_block(struct sg_i_job_block *b, struct cursor c)
{
    if (!count(&c, "{\"first\": ", &b->first) || !count(&c, ", \"count\": ", &b->count) ||
        !count(&c, ", \"bytes\": ", &b->bytes) || !match(&c, ", \"sha256\": \"") ||
        c.end - c.p < SG_SHA256_HEX - 1)
        return 0;
    memcpy(b->sha256, c.p, SG_SHA256_HEX - 1);
    b->sha256[SG_SHA256_HEX - 1] = '\0';
    c.p += SG_SHA256_HEX - 1;
    b->end = match(&c, "\", \"end\": true}");
    return b->end || match(&c, "\"}") ? c.p == c.end : 0;
}

/* 0: no such line, -1: no memory */
static int get_job(sg_i_manifest *m, struct cursor c)
{
    if (!match(&c, "{\"sigen_manifest\": 1") || !count(&c, ", \"total\": ", &m->total) ||
        !count(&c, ", \"shard\": ", &m->shard) || !count(&c, ", \"shards\": ", &m->shards) ||
        !match(&c, ", \"job\": ") || c.p == c.end || c.end[-1] != '}')
        return 0;
    m->job = strndup(c.p, (size_t)(c.end - 1 - c.p));
    return m->job ? 1 : -1;
}

static int follows(const sg_i_manifest *m, const struct sg_i_job_block *b)
{
    if (m->n_blocks == 0)
        return b->count == 0; /* the head */
    const struct sg_i_job_block *last = &m->block[m->n_blocks - 1];
    return !last->end && b->first == last->first + last->count;
}

/* One line; 0: nothing usable, stop here; -1: no memory. */
static int take_line(sg_i_manifest *m, const char *line, size_t len, size_t end)
{
    struct cursor c = {line, line + len};
    struct sg_i_job_block b = {.line_end = end};
    if (!m->job)
        return get_job(m, c);
    if (!get_block(&b, c) || !follows(m, &b))
        return 0;
    if ((m->n_blocks & (m->n_blocks - 1)) == 0) { /* capacity doubles at powers of two */
        size_t cap = m->n_blocks ? 2 * m->n_blocks : 1;
        struct sg_i_job_block *more = realloc(m->block, cap * sizeof *more);
        if (!more)
            return -1;
        m->block = more;
    }
    m->block[m->n_blocks++] = b;
    return 1;
}

sg_status sg_i_manifest_read(sg_i_manifest *m, const char *path, sg_error *err)
{
    char *buf;
    size_t len;
    *m = (sg_i_manifest){0};
    if (access(path, F_OK) != 0 && errno == ENOENT)
        return SG_OK;
    sg_status st = sg_file_read(path, MANIFEST_LIMIT, &buf, &len, err);
    if (st != SG_OK)
        return st;
    int more = 1;
    for (size_t at = 0; more > 0 && at < len;) {
        const char *nl = memchr(buf + at, '\n', len - at);
        if (!nl)
            break; /* a line that was being written */
        size_t end = (size_t)(nl - buf) + 1;
        more = take_line(m, buf + at, end - 1 - at, end);
        at = end;
    }
    free(buf);
    if (more >= 0)
        return SG_OK;
    sg_i_manifest_clear(m);
    return sg_fail(err, SG_ENOMEM, "out of memory");
}

void sg_i_manifest_clear(sg_i_manifest *m)
{
    free(m->job);
    free(m->block);
    *m = (sg_i_manifest){0};
}

int sg_i_manifest_ended(const sg_i_manifest *m)
{
    return m->n_blocks && m->block[m->n_blocks - 1].end;
}

static char *text_of(const json_t *value)
{
    char *text = NULL;
    size_t len;
    sg_out *out = sg_out_memory(NULL);
    if (!out)
        return NULL;
    sg_json_line(out, value);
    return sg_out_take(out, &text, &len, NULL) == SG_OK ? text : NULL;
}

char *sg_i_job_text(const json_t *about)
{
    return text_of(about);
}

SG_PRINTF(1, 2) static char *line(const char *fmt, ...)
{
    char *text = NULL;
    va_list ap;
    va_start(ap, fmt);
    int n = vasprintf(&text, fmt, ap);
    va_end(ap);
    return n < 0 ? NULL : text;
}

char *sg_i_job_line(const char *job, uint64_t total, uint64_t shard, uint64_t shards)
{
    return line("{\"sigen_manifest\": 1, \"total\": %" PRIu64 ", \"shard\": %" PRIu64
                ", \"shards\": %" PRIu64 ", \"job\": %s}\n",
                total, shard, shards, job);
}

char *sg_i_job_block_line(const struct sg_i_job_block *b)
{
    return line("{\"first\": %" PRIu64 ", \"count\": %" PRIu64 ", \"bytes\": %" PRIu64
                ", \"sha256\": \"%s\"%s}\n",
                b->first, b->count, b->bytes, b->sha256, b->end ? ", \"end\": true" : "");
}

/* The member in which two texts of jobs first differ begins here. */
static size_t first_difference(const char *a, const char *b)
{
    size_t at = 0, member = 0;
    for (; a[at] && a[at] == b[at]; at++)
        if (a[at] == '{' || (a[at] == ' ' && at && a[at - 1] == ','))
            member = at + 1;
    return member;
}

static int member_length(const char *s)
{
    return (int)strcspn(s, ",}");
}

sg_status sg_i_manifest_same(const sg_i_manifest *m, const char *job, uint64_t total,
                             uint64_t shard, uint64_t shards, const char *path, sg_error *err)
{
    static const char other[] = "belongs to another job";
    if (strcmp(m->job, job) != 0) {
        const char *there = m->job + first_difference(m->job, job);
        const char *here = job + first_difference(m->job, job);
        return sg_fail_at(err, SG_EINVAL, path, 0, 0, "%s: %.*s there, %.*s here", other,
                          member_length(there), there, member_length(here), here);
    }
    if (m->total != total)
        return sg_fail_at(err, SG_EINVAL, path, 0, 0,
                          "%s: %" PRIu64 " samples there, %" PRIu64 " here", other, m->total,
                          total);
    if (m->shard != shard || m->shards != shards)
        return sg_fail_at(err, SG_EINVAL, path, 0, 0,
                          "%s: shard %" PRIu64 "/%" PRIu64 " there, %" PRIu64 "/%" PRIu64 " here",
                          other, m->shard, m->shards, shard, shards);
    return SG_OK;
}

static sg_status read_failure(gzFile f)
{
    int code;
    gzerror(f, &code);
    return code == Z_MEM_ERROR ? SG_ENOMEM : code == Z_ERRNO ? SG_EIO : SG_EPARSE;
}

sg_status sg_i_block_copy(const struct sg_i_job_block *b, gzFile f, sg_out *out)
{
    char buf[65536], hex[SG_SHA256_HEX];
    unsigned char digest[SG_SHA256_BYTES];
    sg_sha256 s;
    sg_sha256_init(&s);
    for (uint64_t left = b->bytes; left;) {
        int got = gzread(f, buf, left < sizeof buf ? (unsigned)left : (unsigned)sizeof buf);
        if (got <= 0)
            return got < 0 ? read_failure(f) : SG_EPARSE;
        sg_sha256_update(&s, buf, (size_t)got);
        if (out)
            sg_out_write(out, buf, (size_t)got);
        left -= (uint64_t)got;
    }
    sg_sha256_final(&s, digest);
    return strcmp(sg_sha256_hex(hex, digest), b->sha256) == 0 ? SG_OK : SG_EPARSE;
}
