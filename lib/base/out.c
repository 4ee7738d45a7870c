#include <config.h>
#include <sigen/file.h>

#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define BUFFER 65536

struct sg_out {
    int fd;     /* -1: memory */
    char *path; /* the final name */
    char *temp; /* the temporary one; NULL when written in place (stdout, devices, memory) */
    char *buf;  /* waiting bytes (all of them for memory) */
    size_t used, cap;
    int gzip, failed; /* failed: errno of the first failure */
    z_stream z;
    gz_header header; /* zlib keeps a pointer to it */
};

static const char *shown(const sg_out *o)
{
    return o->fd == STDOUT_FILENO ? "standard output" : o->path ? o->path : "memory";
}

static void out_free(sg_out *o)
{
    if (o->gzip)
        deflateEnd(&o->z);
    if (o->fd >= 0 && o->fd != STDOUT_FILENO)
        close(o->fd);
    if (o->temp)
        unlink(o->temp);
    free(o->path);
    free(o->temp);
    free(o->buf);
    free(o);
}

/* Opens the temporary file beside o->path, with the mode the final one has or would get. */
static int open_temp(sg_out *o, const struct stat *old)
{
    size_t size = strlen(o->path) + 40;
    o->temp = malloc(size);
    if (!o->temp)
        return -1;
    for (unsigned n = 0; n < 1000; n++) {
        snprintf(o->temp, size, "%s.tmp%ld-%u", o->path, (long)getpid(), n);
        o->fd = open(o->temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (o->fd >= 0) {
            if (old && fchmod(o->fd, old->st_mode & 0777) < 0)
                return -1;
            return 0;
        }
        if (errno != EEXIST)
            break;
    }
    free(o->temp); /* not ours to remove */
    o->temp = NULL;
    return -1;
}

static int open_target(sg_out *o, const char *path)
{
    struct stat old, link;
    int exists = stat(path, &old) == 0;
    if (!exists && lstat(path, &link) == 0) /* a link to nothing is no place for a file */
        return -1;                          /* errno is stat's */
    o->path = exists ? realpath(path, NULL) : strdup(path); /* links are written through */
    if (!o->path)
        return -1;
    if (!exists || S_ISREG(old.st_mode))
        return open_temp(o, exists ? &old : NULL);
    if (S_ISDIR(old.st_mode)) {
        errno = EISDIR;
        return -1;
    }
    o->fd = open(o->path, O_WRONLY | O_CLOEXEC); /* a device or a pipe: never replaced */
    return o->fd < 0 ? -1 : 0;
}

static int start_gzip(sg_out *o)
{
    if (deflateInit2(&o->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) !=
        Z_OK) {
        errno = ENOMEM;
        return -1;
    }
    o->gzip = 1;
    o->header.os = 255; /* no name, no time, unknown system: same bytes everywhere */
    deflateSetHeader(&o->z, &o->header);
    return 0;
}

static sg_out *out_new(size_t cap)
{
    sg_out *o = calloc(1, sizeof *o);
    if (!o)
        return NULL;
    o->fd = -1;
    o->cap = cap;
    o->buf = malloc(cap);
    if (!o->buf) {
        free(o);
        return NULL;
    }
    return o;
}

sg_out *sg_out_open(const char *path, sg_error *err)
{
    sg_out *o = out_new(BUFFER);
    if (!o) {
        sg_fail_at(err, SG_ENOMEM, path, 0, 0, "cannot allocate an output buffer");
        return NULL;
    }
    size_t n = strlen(path);
    int rc = 0;
    if (strcmp(path, "-") == 0)
        o->fd = STDOUT_FILENO;
    else
        rc = open_target(o, path);
    if (rc == 0 && n > 3 && strcmp(path + n - 3, ".gz") == 0)
        rc = start_gzip(o);
    if (rc < 0) {
        sg_i_fail_errno(err, path, "cannot open for writing");
        out_free(o);
        return NULL;
    }
    return o;
}

sg_out *sg_out_memory(sg_error *err)
{
    sg_out *o = out_new(4096);
    if (!o)
        sg_fail(err, SG_ENOMEM, "cannot allocate an output buffer");
    return o;
}

static void put(sg_out *o, const void *data, size_t n)
{
    if (!o->failed && sg_i_write_all(o->fd, data, n) < 0)
        o->failed = errno ? errno : EIO;
}

/* Passes the waiting bytes on; flush is zlib's. */
static void drain(sg_out *o, int flush)
{
    unsigned char packed[BUFFER];
    if (!o->gzip) {
        put(o, o->buf, o->used);
        o->used = 0;
        return;
    }
    o->z.next_in = (unsigned char *)o->buf;
    o->z.avail_in = (uInt)o->used;
    do {
        o->z.next_out = packed;
        o->z.avail_out = sizeof packed;
        deflate(&o->z, flush);
        put(o, packed, sizeof packed - o->z.avail_out);
    } while (o->z.avail_out == 0);
    o->used = 0;
}

static void grow(sg_out *o, size_t len)
{
    size_t cap = o->cap + o->cap / 2;
    if (cap - o->used < len)
        cap = o->used + len;
    char *bigger = cap < SIZE_MAX / 2 ? realloc(o->buf, cap) : NULL;
    if (bigger) {
        o->buf = bigger;
        o->cap = cap;
    } else {
        o->failed = ENOMEM;
    }
}

void sg_out_write(sg_out *o, const void *data, size_t len)
{
    const char *p = data;
    while (len && !o->failed) {
        if (o->fd < 0 && len > o->cap - o->used) {
            grow(o, len);
            continue;
        }
        size_t part = o->cap - o->used < len ? o->cap - o->used : len;
        memcpy(o->buf + o->used, p, part);
        o->used += part;
        p += part;
        len -= part;
        if (o->fd >= 0 && o->used == o->cap)
            drain(o, Z_NO_FLUSH);
    }
}

void sg_out_puts(sg_out *o, const char *s)
{
    sg_out_write(o, s, strlen(s));
}

void sg_out_xml(sg_out *o, const char *s)
{
    for (size_t n; *s; s += n) {
        const char *as = *s == '<' ? "&lt;" : *s == '>' ? "&gt;" : *s == '&' ? "&amp;" : "&quot;";
        n = strcspn(s, "<>&\"");
        if (n)
            sg_out_write(o, s, n);
        else {
            sg_out_puts(o, as);
            n = 1;
        }
    }
}

void sg_out_printf(sg_out *o, const char *fmt, ...)
{
    char small[512], *text = small;
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(small, sizeof small, fmt, ap);
    va_end(ap);
    if (n >= (int)sizeof small) {
        text = malloc((size_t)n + 1);
        if (text) {
            va_start(ap, fmt);
            vsnprintf(text, (size_t)n + 1, fmt, ap);
            va_end(ap);
        }
    }
    if (n < 0 || !text) {
        o->failed = o->failed ? o->failed : ENOMEM;
        return;
    }
    sg_out_write(o, text, (size_t)n);
    if (text != small)
        free(text);
}

int sg_out_failed(const sg_out *o)
{
    return o->failed != 0;
}

static const char *finish(sg_out *o)
{
    drain(o, Z_FINISH);
    if (o->failed) {
        errno = o->failed;
        return "cannot write";
    }
    if (!o->temp)
        return sg_i_sync(o->fd) < 0 ? "cannot write" : NULL;
    if (sg_i_sync(o->fd) < 0)
        return "cannot write";
    int rc = close(o->fd);
    o->fd = -1;
    if (rc < 0)
        return "cannot write";
    if (rename(o->temp, o->path) < 0)
        return "cannot rename into place";
    free(o->temp);
    o->temp = NULL;
    return sg_i_sync_folder(o->path) < 0 ? "cannot sync the folder" : NULL;
}

sg_status sg_out_commit(sg_out *o, sg_error *err)
{
    const char *what = finish(o);
    sg_status st = what ? sg_i_fail_errno(err, shown(o), what) : SG_OK;
    out_free(o);
    return st;
}

sg_status sg_out_take(sg_out *o, char **buf, size_t *len, sg_error *err)
{
    sg_out_write(o, "", 1);
    sg_status st = SG_OK;
    if (o->failed) {
        st = sg_fail(err, SG_ENOMEM, "cannot allocate an output of %zu bytes", o->used);
    } else {
        *len = o->used - 1;
        *buf = o->buf;
        o->buf = NULL;
    }
    out_free(o);
    return st;
}

void sg_out_discard(sg_out *o)
{
    if (o)
        out_free(o);
}
