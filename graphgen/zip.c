/* As much of zip as NumPy uses: the directory at the end, entries stored or deflated. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "npy.h"

enum { END = 22, CENTRAL = 46, LOCAL = 30 };

static uint32_t get(const char *p, int bytes)
{
    uint32_t x = 0;
    for (int k = bytes - 1; k >= 0; k--)
        x = x << 8 | (unsigned char)p[k];
    return x;
}

static sg_status bad(const sg_i_zip *z, const char *what, sg_error *err)
{
    return sg_fail_at(err, SG_EPARSE, z->file, 0, 0, "%s", what);
}

sg_status sg_i_zip_open(sg_i_zip *z, const char *buf, size_t len, const char *file, sg_error *err)
{
    *z = (sg_i_zip){.file = file, .buf = buf, .len = len};
    for (size_t back = END; back <= len && back <= END + 65535; back++) {
        const char *p = buf + (len - back);
        if (get(p, 4) != 0x06054b50)
            continue;
        z->entries = get(p + 10, 2);
        z->directory = get(p + 16, 4);
        return z->directory <= len ? SG_OK : bad(z, "the zip archive is cut", err);
    }
    return bad(z, "this is no zip archive", err);
}

static sg_status inflate_entry(const sg_i_zip *z, const char *from, size_t packed, char *to,
                               size_t len, sg_error *err)
{
    z_stream s;
    memset(&s, 0, sizeof s);
    if (inflateInit2(&s, -15) != Z_OK)
        return sg_fail(err, SG_ENOMEM, "no memory to inflate");
    s.next_in = (Bytef *)(uintptr_t)from;
    s.avail_in = (uInt)packed;
    s.next_out = (Bytef *)to;
    s.avail_out = (uInt)len;
    int r = inflate(&s, Z_FINISH);
    size_t left = s.avail_out;
    inflateEnd(&s);
    return r == Z_STREAM_END && left == 0 ? SG_OK : bad(z, "damaged compressed data", err);
}

/* p: the entry in the directory. */
static sg_status extract(const sg_i_zip *z, const char *p, size_t most, char **data,
                         size_t *out_len, sg_error *err)
{
    uint32_t method = get(p + 10, 2), crc = get(p + 16, 4), packed = get(p + 20, 4),
             len = get(p + 24, 4), at = get(p + 42, 4);
    if (packed == UINT32_MAX || len == UINT32_MAX || at == UINT32_MAX)
        return sg_fail_at(err, SG_ENOTSUP, z->file, 0, 0, "arrays of 4 GiB are not read");
    if (len > most)
        return sg_fail_at(err, SG_ELIMIT, z->file, 0, 0, "an array of %u bytes, at most %zu", len,
                          most);
    if (z->len < LOCAL || at > z->len - LOCAL || get(z->buf + at, 4) != 0x04034b50)
        return bad(z, "the zip directory points outside", err);
    size_t begin = at + (size_t)LOCAL + get(z->buf + at + 26, 2) + get(z->buf + at + 28, 2);
    if (begin > z->len || packed > z->len - begin)
        return bad(z, "the zip archive is cut", err);
    if ((method != 0 && method != 8) || get(p + 8, 2) & 1)
        return sg_fail_at(err, SG_ENOTSUP, z->file, 0, 0, "an entry is packed by method %u",
                          method);
    if ((method == 0 && packed != len) || len / 1100 > packed) /* deflate packs by 1032 at most */
        return bad(z, "sizes in the zip directory contradict each other", err);
    char *d = malloc((size_t)len + 1);
    if (!d)
        return sg_fail(err, SG_ENOMEM, "no memory for an array of %u bytes", len);
    sg_status s = SG_OK;
    if (method == 8)
        s = inflate_entry(z, z->buf + begin, packed, d, len, err);
    else
        memcpy(d, z->buf + begin, len);
    if (s == SG_OK && crc32(0, (const Bytef *)d, len) != crc)
        s = bad(z, "the checksum of an array is wrong", err);
    if (s != SG_OK) {
        free(d);
        return s;
    }
    d[len] = '\0';
    *data = d;
    *out_len = len;
    return SG_OK;
}

sg_status sg_i_zip_get(const sg_i_zip *z, const char *name, size_t most, char **data, size_t *len,
                       sg_error *err)
{
    size_t at = z->directory, n = strlen(name);
    *data = NULL;
    *len = 0;
    for (size_t k = 0; k < z->entries; k++) {
        if (z->len - at < CENTRAL || get(z->buf + at, 4) != 0x02014b50)
            return bad(z, "damaged zip directory", err);
        const char *p = z->buf + at;
        size_t name_len = get(p + 28, 2),
               whole = CENTRAL + name_len + get(p + 30, 2) + get(p + 32, 2);
        if (whole > z->len - at)
            return bad(z, "damaged zip directory", err);
        if (name_len == n && memcmp(p + CENTRAL, name, n) == 0)
            return extract(z, p, most, data, len, err);
        at += whole;
    }
    return SG_OK;
}

/* ---- writing --------------------------------------------------------------------------------- */

static void put(sg_out *o, uint32_t x, int bytes)
{
    char b[4];
    for (int k = 0; k < bytes; k++)
        b[k] = (char)(x >> (8 * k));
    sg_out_write(o, b, (size_t)bytes);
}

/* What both headers have in common. */
static void put_common(sg_out *o, uint32_t crc, uint32_t len, const char *name)
{
    put(o, 20, 2);         /* version needed */
    put(o, 0, 4);          /* flags, method */
    put(o, 0x00210000, 4); /* midnight of 1980-01-01 */
    put(o, crc, 4);
    put(o, len, 4);
    put(o, len, 4);
    put(o, (uint32_t)strlen(name), 2);
    put(o, 0, 2);
}

sg_status sg_i_zip_put(sg_i_zip_out *z, const char *name, const char *data, size_t len,
                       sg_error *err)
{
    if (len > UINT32_MAX - 65536 || z->at > UINT32_MAX - 65536 - len)
        return sg_fail(err, SG_ELIMIT, "archives of 4 GiB are not written");
    if (!z->directory && !(z->directory = sg_out_memory(err)))
        return SG_ENOMEM;
    uint32_t crc = (uint32_t)crc32(0, (const Bytef *)data, (uInt)len);
    put(z->out, 0x04034b50, 4);
    put_common(z->out, crc, (uint32_t)len, name);
    sg_out_puts(z->out, name);
    sg_out_write(z->out, data, len);
    put(z->directory, 0x02014b50, 4);
    put(z->directory, 20, 2); /* version made by */
    put_common(z->directory, crc, (uint32_t)len, name);
    for (int k = 0; k < 5; k++) /* comment, disk, attributes */
        put(z->directory, 0, 2);
    put(z->directory, (uint32_t)z->at, 4);
    sg_out_puts(z->directory, name);
    z->at += LOCAL + strlen(name) + len;
    z->entries++;
    return SG_OK;
}

sg_status sg_i_zip_end(sg_i_zip_out *z, sg_error *err)
{
    char *d = NULL;
    size_t len = 0;
    sg_status s = z->directory ? sg_out_take(z->directory, &d, &len, err) : SG_OK;
    z->directory = NULL;
    if (s == SG_OK) {
        sg_out_write(z->out, d ? d : "", len);
        put(z->out, 0x06054b50, 4);
        put(z->out, 0, 4);
        put(z->out, (uint32_t)z->entries, 2);
        put(z->out, (uint32_t)z->entries, 2);
        put(z->out, (uint32_t)len, 4);
        put(z->out, (uint32_t)z->at, 4);
        put(z->out, 0, 2);
    }
    free(d);
    return s;
}
