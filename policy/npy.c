#include <config.h>

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/file.h>
#include "npy.h"

enum { MOST = 1 << 28 };

static uint64_t little(const char *p, int bytes)
{
    uint64_t v = 0;
    for (int i = bytes - 1; i >= 0; i--)
        v = v << 8 | (unsigned char)p[i];
    return v;
}

static double as_f4(const char *p)
{
    uint32_t u = (uint32_t)little(p, 4);
    float f;
    memcpy(&f, &u, sizeof f);
    return (double)f;
}

static double as_f8(const char *p)
{
    uint64_t u = little(p, 8);
    double d;
    memcpy(&d, &u, sizeof d);
    return d;
}

static double as_i4(const char *p)
{
    return (int32_t)(uint32_t)little(p, 4);
}

static double as_i8(const char *p)
{
    return (double)(int64_t)little(p, 8);
}

static double as_u1(const char *p)
{
    return (unsigned char)*p;
}

static const struct {
    const char *descr;
    int bytes;
    double (*get)(const char *p);
} types[] = {{"'<f4'", 4, as_f4}, {"'<f8'", 8, as_f8}, {"'<i4'", 4, as_i4},
             {"'<i8'", 8, as_i8}, {"'|u1'", 1, as_u1}, {"'|b1'", 1, as_u1}};

/* What follows 'key': in the header's dictionary; NULL if it is not there. */
static const char *value_of(const char *h, const char *key)
{
    const char *p = strstr(h, key);
    if (!p)
        return NULL;
    p += strlen(key);
    p += strspn(p, " ");
    if (*p++ != ':')
        return NULL;
    return p + strspn(p, " ");
}

/* "(d,)" to "(d, d, d)" */
static int parse_shape(const char *p, size_t dim[3])
{
    int n = 0;
    if (*p++ != '(')
        return 0;
    for (;;) {
        p += strspn(p, " ");
        if (*p == ')')
            return n;
        if (n == 3 || !isdigit((unsigned char)*p))
            return 0;
        size_t v = 0;
        for (; isdigit((unsigned char)*p); p++) {
            v = 10 * v + (size_t)(*p - '0');
            if (v > MOST)
                return 0;
        }
        dim[n++] = v;
        p += strspn(p, " ");
        if (*p == ',')
            p++;
        else if (*p != ')')
            return 0;
    }
}

sg_status sg_i_npy_parse(sg_i_npy *a, const char *buf, size_t len, sg_error *err)
{
    char head[1024];
    memset(a, 0, sizeof *a);
    if (len < 12 || memcmp(buf, "\x93NUMPY", 6) != 0 || buf[6] < 1 || buf[6] > 2)
        return sg_fail(err, SG_EPARSE, "no .npy file of version 1 or 2");
    size_t at = buf[6] == 1 ? 10 : 12, n = (size_t)little(buf + 8, buf[6] == 1 ? 2 : 4);
    if (n >= sizeof head || n > len - at)
        return sg_fail(err, SG_EPARSE, "the header's length %zu does not fit", n);
    memcpy(head, buf + at, n);
    head[n] = '\0';
    const char *descr = value_of(head, "'descr'"), *order = value_of(head, "'fortran_order'"),
               *shape = value_of(head, "'shape'");
    size_t dim[3] = {1, 1, 1}, t = 0, nt = sizeof types / sizeof *types;
    while (descr && t < nt && strncmp(descr, types[t].descr, 5) != 0)
        t++;
    if (!descr || t == nt)
        return sg_fail(err, SG_EPARSE,
                       "elements must be '<f4', '<f8', '<i4', '<i8', '|u1' or '|b1'");
    if (!order || strncmp(order, "False", 5) != 0)
        return sg_fail(err, SG_EPARSE, "the array must be in C order");
    int dims = shape ? parse_shape(shape, dim) : 0;
    if (dims < 1 || dim[0] == 0 || dim[1] == 0 || dim[2] == 0)
        return sg_fail(err, SG_EPARSE, "the array must have one to three dimensions, none of 0");
    if (dim[0] > MOST / dim[1] || dim[0] * dim[1] > MOST / dim[2])
        return sg_fail(err, SG_ELIMIT, "%zu x %zu x %zu elements, allowed are %d", dim[0], dim[1],
                       dim[2], MOST);
    size_t cols = dims > 1 ? dim[dims - 1] : 1;
    size_t count = dim[0] * dim[1] * dim[2], bytes = (size_t)types[t].bytes;
    if (len - at - n != count * bytes)
        return sg_fail(err, SG_EPARSE, "%zu bytes of data, wanted %zu", len - at - n,
                       count * bytes);
    double *x = malloc(count * sizeof *x);
    if (!x)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu elements", count);
    for (size_t i = 0; i < count; i++) {
        x[i] = types[t].get(buf + at + n + i * bytes);
        if (!isfinite(x[i])) {
            free(x);
            return sg_fail(err, SG_ENAN, "row %zu, column %zu is not finite", i / cols, i % cols);
        }
    }
    *a = (sg_i_npy){dims, {dim[0], dim[1], dim[2]}, count / cols, cols, x};
    return SG_OK;
}

sg_status sg_i_npy_read(sg_i_npy *a, const char *path, sg_error *err)
{
    char *buf;
    size_t len;
    memset(a, 0, sizeof *a);
    sg_status s = sg_file_read(path, (size_t)1 << 31, &buf, &len, err);
    if (s != SG_OK)
        return s;
    s = sg_i_npy_parse(a, buf, len, err);
    free(buf);
    if (s != SG_OK && err)
        snprintf(err->file, sizeof err->file, "%s", path);
    return s;
}

/* A header of 128 bytes, as NumPy's. */
static void write_header(sg_out *out, const char *descr, size_t rows, size_t cols)
{
    char shape[64], head[128];
    snprintf(shape, sizeof shape, cols ? "(%zu, %zu)" : "(%zu,)", rows, cols);
    int n = snprintf(head, sizeof head,
                     "\x93NUMPY\x01%cv%c{'descr': '%s', 'fortran_order': False, 'shape': %s, }", 0,
                     0, descr, shape);
    memset(head + n, ' ', sizeof head - 1 - (size_t)n);
    head[sizeof head - 1] = '\n';
    sg_out_write(out, head, sizeof head);
}

static void write_u64(sg_out *out, uint64_t u)
{
    unsigned char b[8];
    for (int i = 0; i < 8; i++)
        b[i] = (unsigned char)(u >> 8 * i);
    sg_out_write(out, b, sizeof b);
}

void sg_i_npy_write_f8(sg_out *out, const double *x, size_t rows, size_t cols)
{
    write_header(out, "<f8", rows, cols);
    for (size_t i = 0; i < rows * (cols ? cols : 1); i++) {
        uint64_t u;
        memcpy(&u, &x[i], sizeof u);
        write_u64(out, u);
    }
}

void sg_i_npy_write_i8(sg_out *out, const size_t *x, size_t rows, size_t cols)
{
    write_header(out, "<i8", rows, cols);
    for (size_t i = 0; i < rows * (cols ? cols : 1); i++)
        write_u64(out, x[i]);
}
