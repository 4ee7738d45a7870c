#include <config.h>
#include <sigen/error.h>

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *sg_strerror(sg_status code)
{
    switch (code) {
#define SG_X(name, value, text)                                                                    \
    case name:                                                                                     \
        return text;
        SG_STATUS_LIST(SG_X)
#undef SG_X
    }
    return "unknown status";
}

SG_PRINTF(6, 0)
static void fill(sg_error *err, sg_status code, const char *file, long line, long column,
                 const char *fmt, va_list ap)
{
    err->code = code;
    err->line = line;
    err->column = column;
    err->file[0] = '\0';
    if (file)
        snprintf(err->file, sizeof err->file, "%s", file);
    vsnprintf(err->text, sizeof err->text, fmt, ap);
    for (char *p = err->text; *p; p++)
        if ((unsigned char)*p < 0x20)
            *p = '?'; /* messages quote input: keep them one printable line */
}

sg_status sg_fail(sg_error *err, sg_status code, const char *fmt, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, fmt);
        fill(err, code, NULL, 0, 0, fmt, ap);
        va_end(ap);
    }
    return code;
}

sg_status sg_fail_at(sg_error *err, sg_status code, const char *file, long line, long column,
                     const char *fmt, ...)
{
    if (err) {
        va_list ap;
        va_start(ap, fmt);
        fill(err, code, file, line, column, fmt, ap);
        va_end(ap);
    }
    return code;
}

char *sg_error_format(const sg_error *err, char *buf, size_t size)
{
    char place[64] = "";
    if (err->line > 0 && err->column > 0)
        snprintf(place, sizeof place, "%ld:%ld: ", err->line, err->column);
    else if (err->line > 0)
        snprintf(place, sizeof place, "%ld: ", err->line);
    snprintf(buf, size, "%s%s%s%s", err->file, err->file[0] ? (place[0] ? ":" : ": ") : "", place,
             err->text);
    return buf;
}
