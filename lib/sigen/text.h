/* Strict, locale-independent reading of numbers and bounded scanning of text in memory. */
#ifndef SIGEN_TEXT_H
#define SIGEN_TEXT_H

#include <sigen/error.h>

SG_BEGIN_DECLS

/* The whole token s[0..len) as a number: optional sign, digits, for doubles fraction and exponent.
 * No blanks, no locale, no hexadecimal, no inf or nan. SG_EPARSE if anything is left over or
 * missing, SG_ELIMIT outside [lo, hi] (integers) or on overflow (doubles). *out unchanged on
 * error. err's place stays empty: callers add theirs. */
SG_API SG_MUST_CHECK sg_status sg_parse_int(const char *s, size_t len, long long lo, long long hi,
                                            long long *out, sg_error *err);
SG_API SG_MUST_CHECK sg_status sg_parse_double(const char *s, size_t len, double *out,
                                               sg_error *err);

/* Shortest decimal text that reads back to exactly x, '.' as the point whatever the locale.
 * buf must hold 32 bytes; returns the length. x finite. */
SG_API size_t sg_format_double(char *buf, double x);
/* Fixed notation with `digits` decimals (0..9), never "-0.00"; buf of 64 bytes; |x| < 1e15. */
SG_API size_t sg_format_fixed(char *buf, double x, int digits);

/* A cursor over lines of a buffer. Lines end at LF, CRLF or the end; a UTF-8 byte order mark at
 * the start is skipped. */
typedef struct sg_lines {
    const char *p, *end; /* what is still to be read */
    long number;         /* of the line returned last, 1-based */
} sg_lines;

SG_API void sg_lines_init(sg_lines *l, const char *buf, size_t len);
/* Next line without its end into line/len; returns 0 at the end of the buffer. */
SG_API int sg_lines_next(sg_lines *l, const char **line, size_t *len);

SG_END_DECLS
#endif
