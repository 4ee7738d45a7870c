#include <config.h>
#include <sigen/text.h>

#include "manifest.h"

#include <errno.h>
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

static int get_count(const json_t *o, const char *key, uint64_t *out)
{
    const json_t *v = json_object_get(o, key);
    if (!json_is_integer(v) || json_integer_value(v) < 0)
        return 0;
    *out = (uint64_t)json_integer_value(v);
    return 1;
}

static int get_block(struct sg_i_block *b, const json_t *o)
{
    const char *hex = json_string_value(json_object_get(o, "sha256"));
    if (!get_count(o, "first", &b->first) || !get_count(o, "count", &b->count) ||
        !get_count(o, "bytes", &b->bytes) || !hex || strlen(hex) != SG_SHA256_HEX - 1)
        return 0;
    memcpy(b->sha256, hex, SG_SHA256_HEX);
    b->end = json_is_true(json_object_get(o, "end"));
    return 1;
}

static int follows(const sg_i_manifest *m, const struct sg_i_block *b)
{
    if (m->n_blocks == 0)
        return b->count == 0; /* the head */
    const struct sg_i_block *last = &m->block[m->n_blocks - 1];
    return !last->end && b->first == last->first + last->count;
}

/* One line; 0: nothing usable, stop here; -1: no memory. */
static int take_line(sg_i_manifest *m, const char *line, size_t len, size_t end)
{
    json_t *o = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
    struct sg_i_block b = {.line_end = end};
    if (!o)
        return 0;
    if (!m->job) {
        m->job = o;
        m->job_end = end;
        return json_is_integer(json_object_get(o, "sigen_manifest"));
    }
    int good = get_block(&b, o) && follows(m, &b);
    json_decref(o);
    if (!good)
        return 0;
    if ((m->n_blocks & (m->n_blocks - 1)) == 0) { /* capacity doubles at powers of two */
        size_t cap = m->n_blocks ? 2 * m->n_blocks : 1;
        struct sg_i_block *more = realloc(m->block, cap * sizeof *more);
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
    if (m->job && m->n_blocks == 0 && more == 0) {
        json_decref(m->job);
        m->job = NULL;
    }
    free(buf);
    if (more >= 0)
        return SG_OK;
    sg_i_manifest_clear(m);
    return sg_fail(err, SG_ENOMEM, "out of memory");
}

void sg_i_manifest_clear(sg_i_manifest *m)
{
    json_decref(m->job);
    free(m->block);
    *m = (sg_i_manifest){0};
}

int sg_i_manifest_ended(const sg_i_manifest *m)
{
    return m->n_blocks && m->block[m->n_blocks - 1].end;
}

json_t *sg_i_manifest_job(const json_t *about, uint64_t total, uint64_t shard, uint64_t shards)
{
    return json_pack("{s:i, s:O, s:I, s:I, s:I}", "sigen_manifest", 1, "job", about, "total",
                     (json_int_t)total, "shard", (json_int_t)shard, "shards", (json_int_t)shards);
}

static sg_status differ(const json_t *there, const json_t *here, const char *path, sg_error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)here, key, value)
    {
        const json_t *other = json_object_get(there, key);
        if (other && json_equal(other, value))
            continue;
        if (json_is_object(value) && json_is_object(other))
            return differ(other, value, path, err);
        char *a = other ? json_dumps(other, JSON_ENCODE_ANY) : NULL;
        char *b = json_dumps(value, JSON_ENCODE_ANY);
        sg_fail_at(err, SG_EINVAL, path, 0, 0,
                   "belongs to another job: %.60s is %.80s there, %.80s here", key,
                   a ? a : "missing", b ? b : "?");
        free(a);
        free(b);
        return SG_EINVAL;
    }
    return sg_fail_at(err, SG_EINVAL, path, 0, 0, "belongs to another job");
}

sg_status sg_i_manifest_same(const json_t *there, const json_t *here, const char *path,
                             sg_error *err)
{
    return json_equal(there, here) ? SG_OK : differ(there, here, path, err);
}

char *sg_i_manifest_line(const json_t *value)
{
    char *text = NULL;
    size_t len;
    sg_out *out = value ? sg_out_memory(NULL) : NULL;
    if (!out)
        return NULL;
    sg_json_line(out, value);
    sg_out_puts(out, "\n");
    return sg_out_take(out, &text, &len, NULL) == SG_OK ? text : NULL;
}

char *sg_i_block_line(const struct sg_i_block *b)
{
    json_t *o = json_pack("{s:I, s:I, s:I, s:s}", "first", (json_int_t)b->first, "count",
                          (json_int_t)b->count, "bytes", (json_int_t)b->bytes, "sha256", b->sha256);
    if (o && b->end && json_object_set_new(o, "end", json_true()) < 0) {
        json_decref(o);
        o = NULL;
    }
    char *line = sg_i_manifest_line(o);
    json_decref(o);
    return line;
}

int sg_i_block_copy(const struct sg_i_block *b, gzFile f, sg_out *out)
{
    char buf[65536], hex[SG_SHA256_HEX];
    unsigned char digest[SG_SHA256_BYTES];
    sg_sha256 s;
    sg_sha256_init(&s);
    for (uint64_t left = b->bytes; left;) {
        int got = gzread(f, buf, left < sizeof buf ? (unsigned)left : (unsigned)sizeof buf);
        if (got <= 0)
            return 0;
        sg_sha256_update(&s, buf, (size_t)got);
        if (out)
            sg_out_write(out, buf, (size_t)got);
        left -= (uint64_t)got;
    }
    sg_sha256_final(&s, digest);
    return strcmp(sg_sha256_hex(hex, digest), b->sha256) == 0;
}
