/* Arrays in NumPy's .npy format, versions 1 to 3. */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/text.h>
#include "npy.h"

static const size_t most_bytes = (size_t)1 << 31;

static sg_status bad(const sg_i_zip *z, const char *name, const char *what, sg_error *err)
{
    return sg_fail_at(err, SG_EPARSE, z->file, 0, 0, "array %s: %s", name, what);
}

/* The text behind 'key': in the header, without blanks in front; NULL: none. */
static const char *value_of(const char *header, const char *key)
{
    const char *p = strstr(header, key);
    if (!p)
        return NULL;
    p += strlen(key);
    while (*p == ' ')
        p++;
    if (*p++ != ':')
        return NULL;
    while (*p == ' ')
        p++;
    return p;
}

/* (3,), (2, 7) or () */
static int shape(sg_i_npy *a, const char *p)
{
    a->count = 1;
    a->n_dim = 0;
    if (*p++ != '(')
        return 0;
    for (;;) {
        long long n;
        while (*p == ' ' || *p == ',')
            p++;
        if (*p == ')')
            return 1;
        size_t len = strspn(p, "0123456789");
        if (len == 0 || a->n_dim == 2 || sg_parse_int(p, len, 0, 1LL << 31, &n, NULL) != SG_OK ||
            __builtin_mul_overflow(a->count, (size_t)n, &a->count))
            return 0;
        a->dim[a->n_dim++] = (size_t)n;
        p += len;
    }
}

static int type(sg_i_npy *a, const char *p)
{
    if (*p != '\'' || !p[1] || !p[2] || !p[3] || p[4] != '\'')
        return 0;
    a->kind = p[2];
    a->size = p[3] - '0';
    int one = a->size == 1 && (p[1] == '|' || p[1] == '<');
    switch (a->kind) {
    case 'b':
        return one;
    case 'i':
    case 'u':
        return one || (p[1] == '<' && (a->size == 2 || a->size == 4 || a->size == 8));
    case 'f':
        return p[1] == '<' && (a->size == 4 || a->size == 8);
    default:
        return 0;
    }
}

static sg_status parse(sg_i_npy *a, const sg_i_zip *z, const char *name, char *d, size_t len,
                       sg_error *err)
{
    static const unsigned char magic[6] = {0x93, 'N', 'U', 'M', 'P', 'Y'};
    if (len < 12 || memcmp(d, magic, 6) != 0 || d[6] < 1 || d[6] > 3)
        return bad(z, name, "no .npy header", err);
    const unsigned char *u = (const unsigned char *)d;
    size_t begin = d[6] == 1 ? 10 : 12;
    size_t head = u[8] + 256u * u[9] + (d[6] == 1 ? 0 : 65536u * u[10] + 16777216u * (size_t)u[11]);
    if (head > len - begin || head > 65536)
        return bad(z, name, "its header is cut", err);
    char *text = strndup(d + begin, head);
    if (!text)
        return sg_fail(err, SG_ENOMEM, "no memory for a header");
    const char *descr = value_of(text, "'descr'"), *order = value_of(text, "'fortran_order'"),
               *dims = value_of(text, "'shape'");
    sg_status s = SG_OK;
    size_t bytes;
    if (!descr || !order || !dims)
        s = bad(z, name, "its header lacks descr, fortran_order or shape", err);
    else if (!type(a, descr))
        s = bad(z, name, "elements must be little-endian int, uint, float or bool", err);
    else if (!shape(a, dims))
        s = bad(z, name, "expected at most two dimensions", err);
    else if (__builtin_mul_overflow(a->count, (size_t)a->size, &bytes) ||
             bytes != len - begin - head)
        s = bad(z, name, "its size contradicts its shape", err);
    a->at = u + begin + head;
    a->by_columns = order && strncmp(order, "True", 4) == 0;
    free(text);
    return s;
}

sg_status sg_i_npy_get(sg_i_npy *a, const sg_i_zip *z, const char *name, sg_error *err)
{
    char entry[64];
    size_t len = 0;
    memset(a, 0, sizeof *a);
    snprintf(entry, sizeof entry, "%s.npy", name);
    sg_status s = sg_i_zip_get(z, entry, most_bytes, &a->data, &len, err);
    if (s == SG_OK && a->data)
        s = parse(a, z, name, a->data, len, err);
    if (s != SG_OK)
        sg_i_npy_clear(a);
    return s;
}

void sg_i_npy_clear(sg_i_npy *a)
{
    free(a->data);
    memset(a, 0, sizeof *a);
}

size_t sg_i_npy_at(const sg_i_npy *a, size_t row, size_t column)
{
    return a->by_columns ? column * a->dim[0] + row : row * a->dim[1] + column;
}

static uint64_t bits(const sg_i_npy *a, size_t i)
{
    uint64_t x = 0;
    const unsigned char *p = a->at + i * (size_t)a->size;
    for (int k = a->size - 1; k >= 0; k--)
        x = x << 8 | p[k];
    return x;
}

int64_t sg_i_npy_whole(const sg_i_npy *a, size_t i)
{
    uint64_t x = bits(a, i);
    if (a->kind == 'i' && a->size < 8 && x >> (8 * a->size - 1))
        x |= ~(uint64_t)0 << (8 * a->size);
    return a->kind != 'i' && x > INT64_MAX ? -1 : (int64_t)x;
}

double sg_i_npy_real(const sg_i_npy *a, size_t i)
{
    uint64_t x = bits(a, i);
    if (a->kind != 'f')
        return (double)sg_i_npy_whole(a, i);
    if (a->size == 4) {
        uint32_t y = (uint32_t)x;
        float f;
        memcpy(&f, &y, sizeof f);
        return f;
    }
    double d;
    memcpy(&d, &x, sizeof d);
    return d;
}

sg_status sg_i_npy_put(sg_i_zip_out *z, const char *name, const char *kind, const void *data,
                       int n_dim, size_t rows, size_t columns, sg_error *err)
{
    char entry[64], head[128];
    size_t size = (size_t)(kind[2] - '0'), count = n_dim == 2 ? rows * columns : rows;
    snprintf(entry, sizeof entry, "%s.npy", name);
    int n = snprintf(head, sizeof head, "{'descr': '%s', 'fortran_order': False, 'shape': ", kind);
    n += snprintf(head + n, sizeof head - (size_t)n, n_dim == 2 ? "(%zu, %zu), }" : "(%zu,), }",
                  rows, columns);
    char *d = malloc(128 + count * size);
    if (!d)
        return sg_fail(err, SG_ENOMEM, "no memory for an array of %zu numbers", count);
    memset(d, ' ', 128);
    memcpy(d, "\x93NUMPY\x01\x00\x76\x00", 10); /* 128 bytes with what stands here */
    memcpy(d + 10, head, (size_t)n);
    d[127] = '\n';
    for (size_t i = 0; i < count; i++) {
        uint64_t x = 0;
        uint32_t y;
        const char *from = (const char *)data + i * size;
        if (size == 4) {
            memcpy(&y, from, 4);
            x = y;
        } else {
            memcpy(&x, from, 8);
        }
        for (size_t k = 0; k < size; k++)
            d[128 + i * size + k] = (char)(x >> (8 * k));
    }
    sg_status s = sg_i_zip_put(z, entry, d, 128 + count * size, err);
    free(d);
    return s;
}
