/* The header of a model file: a strict reader of just this shape of JSON. It does not recurse,
 * takes memory for the texts once, and unlike a general parser tells lack of memory from bad input.
 */
#include <config.h>
#include "model-i.h"

#include <stdlib.h>
#include <string.h>

typedef struct cursor {
    const unsigned char *start, *p, *end;
    char *pool; /* where the next text goes; a text is never longer than its quoted form */
    sg_i_header *h;
    sg_status status;
    sg_error *err;
} cursor;

static int bad(cursor *c, const char *what)
{
    c->status = sg_fail(c->err, SG_EMODEL, "header, byte %td: %s", c->p - c->start, what);
    return 0;
}

static int no_memory(cursor *c)
{
    c->status = sg_fail(c->err, SG_ENOMEM, "out of memory while reading a model");
    return 0;
}

static void skip(cursor *c)
{
    while (c->p < c->end && (*c->p == ' ' || *c->p == '\n' || *c->p == '\r' || *c->p == '\t'))
        c->p++;
}

/* Skips blanks, then takes `ch` if it is next. */
static int take(cursor *c, char ch)
{
    skip(c);
    if (c->p == c->end || *c->p != (unsigned char)ch)
        return 0;
    c->p++;
    return 1;
}

/* Bytes of the UTF-8 sequence at p, 0 if it is none (overlong, surrogate, beyond U+10FFFF). */
static size_t utf8_length(const unsigned char *p, const unsigned char *end)
{
    static const uint32_t least[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t n = *p < 0x80 ? 1 : *p >> 5 == 6 ? 2 : *p >> 4 == 14 ? 3 : *p >> 3 == 30 ? 4 : 0;
    if (n <= 1)
        return n;
    if ((size_t)(end - p) < n)
        return 0;
    uint32_t u = *p & (0x7f >> n);
    for (size_t i = 1; i < n; i++) {
        if (p[i] >> 6 != 2)
            return 0;
        u = u << 6 | (p[i] & 63);
    }
    return u < least[n] || u > 0x10ffff || u >> 11 == 27 ? 0 : n;
}

int sg_i_utf8_ok(const char *text)
{
    const unsigned char *p = (const unsigned char *)text, *end = p + strlen(text);
    size_t n = 1;
    while (p < end && (n = utf8_length(p, end)) > 0)
        p += n;
    return n > 0;
}

static int hex4(cursor *c, uint32_t *u)
{
    *u = 0;
    if (c->end - c->p < 4)
        return bad(c, "\\u is cut short");
    for (int i = 0; i < 4; i++, c->p++) {
        unsigned ch = *c->p, low = ch | 32;
        if (!(ch >= '0' && ch <= '9') && !(low >= 'a' && low <= 'f'))
            return bad(c, "\\u without four hexadecimal digits");
        *u = *u << 4 | (ch <= '9' ? ch - '0' : low - 'a' + 10);
    }
    return 1;
}

static void put_utf8(cursor *c, uint32_t u)
{
    if (u < 0x80) {
        *c->pool++ = (char)u;
        return;
    }
    int more = u < 0x800 ? 1 : u < 0x10000 ? 2 : 3;
    *c->pool++ = (char)((0xff00 >> (more + 1) & 0xff) | u >> 6 * more);
    while (more-- > 0)
        *c->pool++ = (char)(0x80 | (u >> 6 * more & 63));
}

/* After the backslash. */
static int escape(cursor *c)
{
    static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
    if (c->p == c->end)
        return bad(c, "a text without end");
    char ch = (char)*c->p;
    const char *at = ch ? strchr(from, ch) : NULL;
    if (at) {
        c->p++;
        *c->pool++ = to[at - from];
        return 1;
    }
    if (ch != 'u')
        return bad(c, "unknown escape");
    c->p++;
    uint32_t u, v;
    if (!hex4(c, &u))
        return 0;
    if (u >> 10 == 0xd800 >> 10) { /* first half of a pair */
        if (c->end - c->p < 2 || c->p[0] != '\\' || c->p[1] != 'u')
            return bad(c, "half of a surrogate pair");
        c->p += 2;
        if (!hex4(c, &v))
            return 0;
        if (v >> 10 != 0xdc00 >> 10)
            return bad(c, "half of a surrogate pair");
        u = 0x10000 + ((u & 0x3ff) << 10) + (v & 0x3ff);
    } else if (u == 0 || u >> 10 == 0xdc00 >> 10) {
        return bad(c, "\\u of no character");
    }
    put_utf8(c, u);
    return 1;
}

static int text(cursor *c, const char **out)
{
    if (!take(c, '"'))
        return bad(c, "a text in quotes is expected");
    *out = c->pool;
    while (c->p < c->end && *c->p != '"') {
        if (*c->p == '\\') {
            c->p++;
            if (!escape(c))
                return 0;
            continue;
        }
        size_t n = *c->p < 0x20 ? 0 : utf8_length(c->p, c->end);
        if (n == 0)
            return bad(c, "control character or invalid UTF-8 in a text");
        memcpy(c->pool, c->p, n);
        c->pool += n;
        c->p += n;
    }
    if (c->p == c->end)
        return bad(c, "a text without end");
    c->p++;
    *c->pool++ = '\0';
    return 1;
}

static int key(cursor *c, const char **out)
{
    return text(c, out) && (take(c, ':') || bad(c, "':' is expected"));
}

/* 0..SG_MODEL_FILE_MAX, digits only. */
static int size(cursor *c, size_t *x)
{
    skip(c);
    const unsigned char *first = c->p;
    for (*x = 0; c->p < c->end && *c->p >= '0' && *c->p <= '9'; c->p++) {
        *x = 10 * *x + (size_t)(*c->p - '0');
        if (*x > SG_MODEL_FILE_MAX)
            return bad(c, "number above 1073741824");
    }
    if (c->p == first || (*first == '0' && c->p - first > 1))
        return bad(c, "a count without sign or fraction is expected");
    return 1;
}

/* [a, b, ...], at most `most` numbers. */
static int sizes(cursor *c, size_t *x, int most, int *n)
{
    *n = 0;
    if (!take(c, '['))
        return bad(c, "'[' is expected");
    if (take(c, ']'))
        return 1;
    do {
        if (*n == most)
            return bad(c, "too many numbers in a list");
        if (!size(c, &x[(*n)++]))
            return 0;
    } while (take(c, ','));
    return take(c, ']') || bad(c, "',' or ']' is expected");
}

/* Room for one more of *count elements; the new one is cleared. */
static void *grow(void **array, size_t *count, size_t *cap, size_t element)
{
    if (*count == *cap) {
        size_t more = *cap ? 2 * *cap : 32;
        void *p = realloc(*array, more * element);
        if (!p)
            return NULL;
        *array = p;
        *cap = more;
    }
    char *new = (char *)*array + *count *element;
    ++*count;
    return memset(new, 0, element);
}

static int metadata(cursor *c)
{
    sg_i_header *h = c->h;
    if (h->has_meta)
        return bad(c, "__metadata__ twice");
    h->has_meta = 1;
    if (!take(c, '{'))
        return bad(c, "__metadata__ is not an object");
    if (take(c, '}'))
        return 1;
    do {
        if (h->meta_count == SG_MODEL_META_MAX)
            return bad(c, "more than 256 metadata keys");
        sg_i_pair *m = grow((void **)&h->meta, &h->meta_count, &h->meta_cap, sizeof *m);
        if (!m)
            return no_memory(c);
        if (!key(c, &m->key) || !text(c, &m->value))
            return 0;
        if (m->key[0] == '\0' || strlen(m->key) > SG_MODEL_NAME)
            return bad(c, "metadata key of no or more than 128 bytes");
    } while (take(c, ','));
    return take(c, '}') || bad(c, "',' or '}' is expected");
}

static int entry(cursor *c, const char *name)
{
    enum { DTYPE = 1, SHAPE = 2, OFFSETS = 4 };
    sg_i_header *h = c->h;
    sg_i_place *s = grow((void **)&h->slots, &h->count, &h->cap, sizeof *s);
    if (!s)
        return no_memory(c);
    s->array.name = name;
    if (!take(c, '{'))
        return bad(c, "'{' is expected");
    int seen = 0;
    do {
        const char *member;
        size_t offsets[2];
        int n, which;
        if (!key(c, &member))
            return 0;
        if (strcmp(member, "dtype") == 0) {
            which = DTYPE;
            if (!text(c, &s->dtype))
                return 0;
        } else if (strcmp(member, "shape") == 0) {
            which = SHAPE;
            if (!sizes(c, s->array.shape, SG_MODEL_NDIM, &s->array.ndim))
                return 0;
        } else if (strcmp(member, "data_offsets") == 0) {
            which = OFFSETS;
            if (!sizes(c, offsets, 2, &n))
                return 0;
            if (n != 2)
                return bad(c, "data_offsets are not [begin, end]");
            s->begin = offsets[0];
            s->end = offsets[1];
        } else {
            return bad(c, "only dtype, shape and data_offsets describe an array");
        }
        if (seen & which)
            return bad(c, "a member twice");
        seen |= which;
    } while (take(c, ','));
    if (!take(c, '}'))
        return bad(c, "',' or '}' is expected");
    return seen == (DTYPE | SHAPE | OFFSETS) || bad(c, "dtype, shape or data_offsets is missing");
}

static int members(cursor *c)
{
    if (!take(c, '{'))
        return bad(c, "'{' is expected");
    if (take(c, '}'))
        return 1;
    do {
        const char *name;
        if (!key(c, &name))
            return 0;
        if (!(strcmp(name, "__metadata__") == 0 ? metadata(c) : entry(c, name)))
            return 0;
    } while (take(c, ','));
    return take(c, '}') || bad(c, "',' or '}' is expected");
}

sg_status sg_i_header_parse(sg_i_header *h, const unsigned char *buf, size_t n, sg_error *err)
{
    cursor c = {.start = buf, .p = buf, .end = buf + n, .h = h, .err = err};
    memset(h, 0, sizeof *h);
    c.pool = h->pool = malloc(n + 1);
    if (!h->pool)
        no_memory(&c);
    else if (members(&c)) {
        skip(&c); /* the padding */
        if (c.p < c.end)
            bad(&c, "text after the end of the object");
    }
    return c.status;
}

void sg_i_header_clear(sg_i_header *h)
{
    free(h->slots);
    free(h->meta);
    free(h->pool);
    memset(h, 0, sizeof *h);
}
