#include <config.h>
#include <sigen/text.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MAX 400 /* longest token taken for a number */

static int digit(char c)
{
    return c >= '0' && c <= '9';
}

/* "text" of an input token for a message: at most 40 bytes of it. */
static sg_status bad_token(sg_error *err, sg_status code, const char *s, size_t len,
                           const char *what)
{
    int shown = len > 40 ? 40 : (int)len;
    return sg_fail(err, code, "\"%.*s%s\" %s", shown, s, len > 40 ? "..." : "", what);
}

sg_status sg_parse_int(const char *s, size_t len, long long lo, long long hi, long long *out,
                       sg_error *err)
{
    size_t i = len && (s[0] == '-' || s[0] == '+');
    int negative = i && s[0] == '-';
    if (len == 0)
        return sg_fail(err, SG_EPARSE, "an integer is missing");
    if (i == len)
        return bad_token(err, SG_EPARSE, s, len, "is not an integer");
    for (size_t k = i; k < len; k++)
        if (!digit(s[k]))
            return bad_token(err, SG_EPARSE, s, len, "is not an integer");
    long long v = 0; /* built on the negative side, which reaches further */
    int over = 0;
    for (; i < len; i++)
        over |= __builtin_mul_overflow(v, 10LL, &v) || __builtin_sub_overflow(v, s[i] - '0', &v);
    if (!negative)
        over |= __builtin_sub_overflow(0LL, v, &v);
    if (over || v < lo || v > hi) {
        char what[80];
        snprintf(what, sizeof what, "is outside %lld..%lld", lo, hi);
        return bad_token(err, SG_ELIMIT, s, len, what);
    }
    *out = v;
    return SG_OK;
}

/* What the grammar finds in a token: value = mantissa * 10^exponent if exact. */
struct decimal {
    unsigned long long mantissa;
    int digits;   /* significant ones read into mantissa */
    int exponent; /* of ten, already reduced by the fraction's digits */
    int exact;    /* all digits are in mantissa */
};

static int scan_decimal(const char *s, size_t len, struct decimal *d)
{
    size_t i = len && (s[0] == '-' || s[0] == '+');
    int any = 0, fraction = 0;
    *d = (struct decimal){.exact = 1};
    for (; i < len && (digit(s[i]) || (s[i] == '.' && !fraction)); i++) {
        if (s[i] == '.') {
            fraction = 1;
            continue;
        }
        any = 1;
        if (d->digits < 19) {
            d->mantissa = d->mantissa * 10 + (unsigned)(s[i] - '0');
            d->digits += d->mantissa != 0;
            d->exponent -= fraction;
        } else {
            d->exact = 0;
        }
    }
    if (!any)
        return 0;
    if (i < len && (s[i] == 'e' || s[i] == 'E')) {
        int sign = 1, e = 0;
        if (++i < len && (s[i] == '-' || s[i] == '+'))
            sign = s[i++] == '-' ? -1 : 1;
        if (i == len)
            return 0;
        for (; i < len && digit(s[i]); i++)
            if (e < 100000)
                e = e * 10 + (s[i] - '0');
        d->exponent += sign * e;
    }
    return i == len;
}

sg_status sg_parse_double(const char *s, size_t len, double *out, sg_error *err)
{
    static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                 1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    struct decimal d;
    if (len == 0)
        return sg_fail(err, SG_EPARSE, "a number is missing");
    if (len > NUMBER_MAX)
        return bad_token(err, SG_ELIMIT, s, len, "is longer than the 400 characters of a number");
    if (!scan_decimal(s, len, &d))
        return bad_token(err, SG_EPARSE, s, len, "is not a number");
    /* Both factors exact: one rounding, so the result is correctly rounded [Cli90]. */
    if (FLT_EVAL_METHOD == 0 && d.exact && d.mantissa < 1ULL << 53 && abs(d.exponent) <= 22) {
        double v = (double)d.mantissa;
        v = d.exponent < 0 ? v / ten[-d.exponent] : v * ten[d.exponent];
        *out = s[0] == '-' ? -v : v;
        return SG_OK;
    }
    char copy[NUMBER_MAX + 1];
    memcpy(copy, s, len);
    copy[len] = '\0';
    locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c)
        return sg_fail(err, SG_ENOMEM, "cannot make the C locale");
    double v = strtod_l(copy, NULL, c);
    freelocale(c);
    if (!isfinite(v))
        return bad_token(err, SG_ELIMIT, s, len, "is too large for a double");
    *out = v;
    return SG_OK;
}

/* The digits of |x| rounded to n significant ones, whatever the locale's decimal point;
 * returns the exponent of ten of the first digit. */
static int round_digits(char digits[24], double x, int n)
{
    char raw[40];
    snprintf(raw, sizeof raw, "%.*e", n - 1, fabs(x));
    char *e = strchr(raw, 'e');
    int k = 0;
    for (const char *p = raw; p < e; p++)
        if (digit(*p))
            digits[k++] = *p;
    digits[k] = '\0';
    return (int)strtol(e + 1, NULL, 10);
}

static int reads_back(const char *digits, int exponent, double x)
{
    char text[48];
    double v;
    int n = snprintf(text, sizeof text, "%se%d", digits, exponent - (int)strlen(digits) + 1);
    return sg_parse_double(text, (size_t)n, &v, NULL) == SG_OK && v == fabs(x);
}

/* Next to a power of two the shortest text may be a neighbour of the nearest one of its length. */
static int neighbour_reads_back(char *digits, int exponent, double x)
{
    char *last = digits + strlen(digits) - 1, keep = *last;
    for (int step = -1; step <= 1; step += 2) {
        *last = (char)(keep + step);
        if (digit(*last) && reads_back(digits, exponent, x))
            return 1;
    }
    *last = keep;
    return 0;
}

static int shortest_digits(char digits[24], double x)
{
    /* 15 digits always survive the way through a normal double: below that nothing is gained. */
    for (int n = fabs(x) < DBL_MIN ? 1 : 15; n < 17; n++) {
        int e = round_digits(digits, x, n);
        if (reads_back(digits, e, x) || neighbour_reads_back(digits, e, x))
            return e;
    }
    return round_digits(digits, x, 17);
}

size_t sg_format_double(char *buf, double x)
{
    char digits[24], *p = buf;
    int e = x == 0 ? (memcpy(digits, "0", 2), 0) : shortest_digits(digits, x);
    int n = (int)strlen(digits);
    while (n > 1 && digits[n - 1] == '0')
        digits[--n] = '\0';
    if (signbit(x))
        *p++ = '-';
    if (e < -5 || e > 16) {
        *p++ = digits[0];
        p += sprintf(p, "%s%se%+03d", n > 1 ? "." : "", digits + 1, e);
    } else if (e < 0) {
        p += sprintf(p, "0.%.*s%s", -e - 1, "0000", digits);
    } else if (n <= e + 1) {
        p += sprintf(p, "%s%.*s", digits, e + 1 - n, "0000000000000000");
    } else {
        p += sprintf(p, "%.*s.%s", e + 1, digits, digits + e + 1);
    }
    return (size_t)(p - buf);
}

size_t sg_format_fixed(char *buf, double x, int digits)
{
    char raw[64], *p = buf;
    int nonzero = 0;
    if (!isfinite(x))
        return (size_t)sprintf(buf, isnan(x) ? "nan" : x > 0 ? "inf" : "-inf");
    snprintf(raw, sizeof raw, "%.*f", digits, x);
    for (const char *q = raw; *q; q++)
        nonzero |= *q > '0' && *q <= '9';
    for (const char *q = raw + (raw[0] == '-' && !nonzero); *q; q++) {
        if (digit(*q) || *q == '-')
            *p++ = *q;
        else if (p[-1] != '.') /* the locale's decimal point, of one or more bytes */
            *p++ = '.';
    }
    *p = '\0';
    return (size_t)(p - buf);
}

void sg_lines_init(sg_lines *l, const char *buf, size_t len)
{
    l->p = buf;
    l->end = buf + len;
    l->number = 0;
    if (len >= 3 && memcmp(buf, "\xEF\xBB\xBF", 3) == 0)
        l->p += 3;
}

int sg_lines_next(sg_lines *l, const char **line, size_t *len)
{
    if (l->p == l->end)
        return 0;
    const char *nl = memchr(l->p, '\n', (size_t)(l->end - l->p));
    const char *stop = nl ? nl : l->end;
    *line = l->p;
    *len = (size_t)(stop - l->p);
    if (nl && *len && stop[-1] == '\r')
        --*len;
    l->p = nl ? nl + 1 : l->end;
    l->number++;
    return 1;
}
