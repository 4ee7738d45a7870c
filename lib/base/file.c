#include <config.h>
#include <sigen/file.h>

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define CHUNK 65536

/* Where the decompressed bytes go: one growing buffer with room for a final NUL. */
struct sink {
    char *buf;
    size_t len, cap, limit;
};

static sg_status sink_room(struct sink *s, size_t want, const char *name, sg_error *err)
{
    if (s->cap - s->len > want)
        return SG_OK;
    size_t cap = s->cap + s->cap / 2;
    if (cap < s->len + want + 1)
        cap = s->len + want + 1;
    char *bigger = realloc(s->buf, cap);
    if (!bigger)
        return sg_fail_at(err, SG_ENOMEM, name, 0, 0, "cannot allocate %zu bytes", cap);
    s->buf = bigger;
    s->cap = cap;
    return SG_OK;
}

static sg_status over_limit(const struct sink *s, const char *name, sg_error *err)
{
    return sg_fail_at(err, SG_ELIMIT, name, 0, 0, "more than the %zu bytes allowed", s->limit);
}

static sg_status sink_add(struct sink *s, const void *data, size_t n, const char *name,
                          sg_error *err)
{
    if (n > s->limit - s->len)
        return over_limit(s, name, err);
    sg_status st = sink_room(s, n, name, err);
    if (st == SG_OK && n) {
        memcpy(s->buf + s->len, data, n);
        s->len += n;
    }
    return st;
}

static ssize_t read_some(int fd, void *buf, size_t n)
{
    ssize_t got;
    do
        got = read(fd, buf, n);
    while (got < 0 && errno == EINTR);
    return got;
}

/* Inflates what is in z; *member tells whether a gzip member is open. */
static sg_status inflate_chunk(z_stream *z, int *member, struct sink *s, const char *name,
                               sg_error *err)
{
    unsigned char out[CHUNK];
    while (z->avail_in) {
        if (!*member) { /* the next member of a concatenated file */
            if (inflateReset(z) != Z_OK)
                return sg_fail_at(err, SG_EPARSE, name, 0, 0, "damaged gzip data");
            *member = 1;
        }
        z->next_out = out;
        z->avail_out = sizeof out;
        int rc = inflate(z, Z_NO_FLUSH);
        if (rc == Z_MEM_ERROR)
            return sg_fail_at(err, SG_ENOMEM, name, 0, 0, "cannot allocate for decompression");
        if (rc != Z_OK && rc != Z_STREAM_END && rc != Z_BUF_ERROR)
            return sg_fail_at(err, SG_EPARSE, name, 0, 0, "damaged gzip data: %s",
                              z->msg ? z->msg : "unexpected content");
        sg_status st = sink_add(s, out, sizeof out - z->avail_out, name, err);
        if (st != SG_OK)
            return st;
        if (rc == Z_STREAM_END)
            *member = 0;
        else if (rc == Z_BUF_ERROR)
            break;
    }
    return SG_OK;
}

static sg_status read_gzip(int fd, unsigned char *chunk, size_t got, struct sink *s,
                           const char *name, sg_error *err)
{
    z_stream z = {0};
    int member = 1;
    if (inflateInit2(&z, 15 + 16) != Z_OK)
        return sg_fail_at(err, SG_ENOMEM, name, 0, 0, "cannot allocate for decompression");
    sg_status st = SG_OK;
    for (;;) {
        z.next_in = chunk;
        z.avail_in = (uInt)got;
        st = inflate_chunk(&z, &member, s, name, err);
        if (st != SG_OK)
            break;
        ssize_t n = read_some(fd, chunk, CHUNK);
        if (n < 0)
            st = sg_i_fail_errno(err, name, "cannot read");
        if (n <= 0)
            break;
        got = (size_t)n;
    }
    inflateEnd(&z);
    if (st == SG_OK && member)
        st = sg_fail_at(err, SG_EPARSE, name, 0, 0, "gzip data end too early");
    return st;
}

static sg_status read_plain(int fd, unsigned char *chunk, size_t got, struct sink *s,
                            const char *name, sg_error *err)
{
    struct stat info; /* one allocation for a plain file of known size */
    sg_status st = SG_OK;
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0) {
        if ((uintmax_t)info.st_size > s->limit)
            return over_limit(s, name, err);
        st = sink_room(s, (size_t)info.st_size, name, err);
    }
    if (st == SG_OK)
        st = sink_add(s, chunk, got, name, err);
    while (st == SG_OK) {
        ssize_t n = read_some(fd, chunk, CHUNK);
        if (n < 0)
            return sg_i_fail_errno(err, name, "cannot read");
        if (n == 0)
            break;
        st = sink_add(s, chunk, (size_t)n, name, err);
    }
    return st;
}

sg_status sg_file_read(const char *path, size_t limit, char **buf, size_t *len, sg_error *err)
{
    int standard = strcmp(path, "-") == 0;
    const char *name = standard ? "standard input" : path;
    struct sink s = {.limit = limit < SIZE_MAX / 2 ? limit : SIZE_MAX / 2};
    unsigned char chunk[CHUNK];
    size_t got = 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return sg_i_fail_errno(err, name, "cannot open");
    sg_status st = SG_OK;
    while (got < 2) { /* a pipe may give the magic bytes one by one */
        ssize_t n = read_some(fd, chunk + got, CHUNK - got);
        if (n < 0)
            st = sg_i_fail_errno(err, name, "cannot read");
        if (n <= 0)
            break;
        got += (size_t)n;
    }
    if (st == SG_OK)
        st = sink_room(&s, 0, name, err);
    if (st == SG_OK) {
        int gzip = got >= 2 && chunk[0] == 0x1f && chunk[1] == 0x8b;
        st = (gzip ? read_gzip : read_plain)(fd, chunk, got, &s, name, err);
    }
    if (!standard)
        close(fd);
    if (st != SG_OK) {
        free(s.buf);
        return st;
    }
    s.buf[s.len] = '\0';
    *buf = s.buf;
    *len = s.len;
    return SG_OK;
}
