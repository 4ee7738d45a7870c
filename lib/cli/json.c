/* JSON text with members in insertion order and doubles in their shortest form. */
#include <config.h>
#include <sigen/text.h>

#include "cli-i.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ONE_LINE (-1)

static void newline(sg_out *out, int depth)
{
    if (depth != ONE_LINE)
        sg_out_printf(out, "\n%*s", 2 * depth, "");
}

static void string(sg_out *out, const char *s, size_t len)
{
    static const char special[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
    sg_out_puts(out, "\"");
    for (size_t i = 0; i < len; i++) {
        const char *k = s[i] ? strchr(special, s[i]) : NULL;
        if (k)
            sg_out_printf(out, "\\%c", letter[k - special]);
        else if ((unsigned char)s[i] < 0x20)
            sg_out_printf(out, "\\u%04x", (unsigned char)s[i]);
        else
            sg_out_write(out, s + i, 1);
    }
    sg_out_puts(out, "\"");
}

static void real(sg_out *out, double x)
{
    char buf[40];
    if (!isfinite(x)) { /* JSON knows no such numbers */
        sg_out_puts(out, "null");
        return;
    }
    sg_format_double(buf, x);
    sg_out_puts(out, buf);
    if (!strpbrk(buf, ".e")) /* stays a real number for typed readers */
        sg_out_puts(out, ".0");
}

static void value(sg_out *out, const json_t *v, int depth);

static void members(sg_out *out, const json_t *v, int depth)
{
    int inner = depth == ONE_LINE ? ONE_LINE : depth + 1, first = 1;
    json_t *object = (json_t *)v; /* jansson's iterators take no const */
    for (void *it = json_object_iter(object); it; it = json_object_iter_next(object, it)) {
        const char *key = json_object_iter_key(it);
        if (!first)
            sg_out_puts(out, depth == ONE_LINE ? ", " : ",");
        first = 0;
        newline(out, inner);
        string(out, key, strlen(key));
        sg_out_puts(out, ": ");
        value(out, json_object_iter_value(it), inner);
    }
}

static void elements(sg_out *out, const json_t *v, int depth)
{
    int inner = depth;
    for (size_t i = 0; i < json_array_size(v); i++) /* rows of numbers stay on one line */
        if (json_is_object(json_array_get(v, i)) && depth != ONE_LINE)
            inner = depth + 1;
    int lines = inner != depth;
    for (size_t i = 0; i < json_array_size(v); i++) {
        if (i)
            sg_out_puts(out, lines ? "," : ", ");
        if (lines)
            newline(out, inner);
        value(out, json_array_get(v, i), inner);
    }
    if (lines)
        newline(out, depth);
}

static void value(sg_out *out, const json_t *v, int depth)
{
    switch (json_typeof(v)) {
    case JSON_OBJECT:
        sg_out_puts(out, "{");
        members(out, v, depth);
        if (json_object_size(v))
            newline(out, depth);
        sg_out_puts(out, "}");
        break;
    case JSON_ARRAY:
        sg_out_puts(out, "[");
        elements(out, v, depth);
        sg_out_puts(out, "]");
        break;
    case JSON_STRING:
        string(out, json_string_value(v), json_string_length(v));
        break;
    case JSON_INTEGER:
        sg_out_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(v));
        break;
    case JSON_REAL:
        real(out, json_real_value(v));
        break;
    case JSON_TRUE:
        sg_out_puts(out, "true");
        break;
    case JSON_FALSE:
        sg_out_puts(out, "false");
        break;
    case JSON_NULL:
        sg_out_puts(out, "null");
        break;
    }
}

void sg_json_write(sg_out *out, const json_t *v)
{
    value(out, v, 0);
    sg_out_puts(out, "\n");
}

void sg_json_line(sg_out *out, const json_t *v)
{
    value(out, v, ONE_LINE);
}

void sg_json_set(json_t **o, const char *key, json_t *v)
{
    if (!*o) {
        json_decref(v);
    } else if (json_object_set_new(*o, key, v) < 0) {
        json_decref(*o);
        *o = NULL;
    }
}

void sg_json_append(json_t **a, json_t *v)
{
    if (!*a) {
        json_decref(v);
    } else if (json_array_append_new(*a, v) < 0) {
        json_decref(*a);
        *a = NULL;
    }
}

json_t *sg_json_string(const char *s)
{
    if (!s)
        return json_null();
    json_t *v = json_string(s);
    char *plain = v ? NULL : strdup(s);
    if (!plain)
        return v;
    for (char *p = plain; *p; p++)
        if ((unsigned char)*p >= 0x80)
            *p = '?';
    v = json_string(plain);
    free(plain);
    return v;
}

sg_status sg_cli_print_json(json_t *v, sg_error *err)
{
    if (!v)
        return sg_fail(err, SG_ENOMEM, "out of memory");
    sg_out *out = sg_out_open("-", err);
    sg_status st = out ? SG_OK : SG_ENOMEM;
    if (out) {
        sg_json_write(out, v);
        st = sg_out_commit(out, err);
    }
    json_decref(v);
    return st;
}
