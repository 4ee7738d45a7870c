/* Strict numbers, shortest formats, lines. */
#include <sigen/rng.h>
#include <sigen/text.h>

#include "tap.h"

#include <float.h>
#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <unistd.h>

static void integers(void)
{
    static const struct {
        const char *s;
        long long lo, hi, want;
        sg_status st;
    } c[] = {
        {"0", -5, 5, 0, SG_OK},
        {"-0", 0, 5, 0, SG_OK},
        {"+17", 0, 99, 17, SG_OK},
        {"007", 0, 99, 7, SG_OK},
        {"9223372036854775807", LLONG_MIN, LLONG_MAX, LLONG_MAX, SG_OK},
        {"-9223372036854775808", LLONG_MIN, LLONG_MAX, LLONG_MIN, SG_OK},
        {"9223372036854775808", LLONG_MIN, LLONG_MAX, 0, SG_ELIMIT},
        {"-9223372036854775809", LLONG_MIN, LLONG_MAX, 0, SG_ELIMIT},
        {"99999999999999999999999999", LLONG_MIN, LLONG_MAX, 0, SG_ELIMIT},
        {"6", -5, 5, 0, SG_ELIMIT},
        {"-6", -5, 5, 0, SG_ELIMIT},
        {"", -5, 5, 0, SG_EPARSE},
        {"-", -5, 5, 0, SG_EPARSE},
        {"+-1", -5, 5, 0, SG_EPARSE},
        {" 1", -5, 5, 0, SG_EPARSE},
        {"1 ", -5, 5, 0, SG_EPARSE},
        {"1.0", -5, 5, 0, SG_EPARSE},
        {"0x1", -5, 5, 0, SG_EPARSE},
        {"1e0", -5, 5, 0, SG_EPARSE},
        {"1\n", -5, 5, 0, SG_EPARSE},
        {"\xd9\xa1", -5, 5, 0, SG_EPARSE}, /* an Arabic digit one */
    };
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        long long v = 12345;
        sg_error e = {0};
        sg_status st = sg_parse_int(c[i].s, strlen(c[i].s), c[i].lo, c[i].hi, &v, &e);
        tap_ok(st == c[i].st && (st ? v == 12345 && e.text[0] : v == c[i].want),
               "integer \"%s\" is %s", c[i].s, sg_strerror(c[i].st));
    }
    long long v = 1;
    tap_ok(sg_parse_int("12345", 3, 0, 999, &v, NULL) == SG_OK && v == 123,
           "only the given length is read");
}

static void doubles(void)
{
    static const char *good[] = {
        "0",
        "-0",
        "+1.5",
        "1.",
        ".5",
        "-.5e3",
        "1e22",
        "1e23",
        "123456789012345678901234567890",
        "1.7976931348623157e308",
        "-1.7976931348623157E+308",
        "4.9e-324",
        "2.5e-324",
        "1e-400",
        "2.2250738585072011e-308", /* the value that once hung PHP */
        "9007199254740993",
        "0.1",
        "3.14159265358979323846264338327950288",
        "1e0000000000000000001",
        "0.000000000000000000000000000000000000000000000000000000000000000000000000000000012e81",
        "179769313486231580793728971405301e276"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double v = 77, want = strtod(good[i], NULL); /* the C locale here: libc is the oracle */
        sg_status st = sg_parse_double(good[i], strlen(good[i]), &v, NULL);
        tap_ok(st == SG_OK && v == want && signbit(v) == signbit(want), "number %s", good[i]);
    }
    static const char *bad[] = {"",    "-",    "+",     ".",    "-.",  "e5",    "1e",  "1e+",
                                "1e-", "1..2", "1.2.3", " 1",   "1 ",  "1,5",   "inf", "-inf",
                                "nan", "NaN",  "0x10",  "1e5x", "1d5", "1_000", "--1", "infinity"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double v = 77;
        sg_error e = {0};
        tap_ok(sg_parse_double(bad[i], strlen(bad[i]), &v, &e) == SG_EPARSE && v == 77 && e.text[0],
               "\"%s\" is no number", bad[i]);
    }
    double v = 77;
    sg_error e;
    tap_ok(sg_parse_double("1e309", 5, &v, &e) == SG_ELIMIT && v == 77, "1e309 is too large");
    tap_ok(sg_parse_double("1e99999999999", 13, &v, &e) == SG_ELIMIT, "a huge exponent");
    tap_ok(sg_parse_double("1\0002", 3, &v, &e) == SG_EPARSE, "a NUL inside the token");
    char *longest = malloc(100000);
    if (!longest)
        exit(1);
    memset(longest, '1', 100000);
    tap_ok(sg_parse_double(longest, 400, &v, &e) == SG_ELIMIT, "400 ones are too large");
    tap_ok(sg_parse_double(longest, 100000, &v, &e) == SG_ELIMIT && strlen(e.text) < 120,
           "a token of 100000 characters, quoted in part");
    free(longest);
}

/* A double of random bits, finite. */
static double any_double(sg_rng *r)
{
    for (;;) {
        uint64_t bits = sg_rng_u64(r);
        double x;
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x))
            return x;
    }
}

/* Fewest significant digits that read back, by trying all rounded texts (libc, no neighbours). */
static int fewest_digits(double x)
{
    char s[40];
    for (int n = 1; n < 17; n++) {
        snprintf(s, sizeof s, "%.*e", n - 1, x);
        if (strtod(s, NULL) == x)
            return n;
    }
    return 17;
}

static int digits_in(const char *s)
{
    int n = 0, zeros = 0, started = 0;
    for (; *s && *s != 'e'; s++) {
        if (*s < '0' || *s > '9')
            continue;
        started |= *s != '0';
        zeros = *s == '0' ? zeros + 1 : 0;
        n += started;
    }
    return n - (n > zeros ? zeros : 0);
}

static void formats(void)
{
    static const struct {
        double x;
        const char *want;
    } c[] = {{0, "0"},
             {-0.0, "-0"},
             {1, "1"},
             {-1.5, "-1.5"},
             {0.1, "0.1"},
             {100, "100"},
             {123456, "123456"},
             {1e15, "1000000000000000"},
             {1e16, "10000000000000000"},
             {1e17, "1e+17"},
             {0.00001, "0.00001"},
             {0.000001, "1e-06"},
             {1.5e-7, "1.5e-07"},
             {1.0 / 3, "0.3333333333333333"},
             {DBL_MAX, "1.7976931348623157e+308"},
             {5e-324, "5e-324"},
             {0x1p-44, "5.684341886080802e-14"}, /* Python's repr */
             {9007199254740993.0, "9007199254740992"},
             {2.0 / 3e8, "6.666666666666667e-09"},
             {0.30000000000000004, "0.30000000000000004"},
             {12.5, "12.5"}};
    char s[64];
    for (size_t i = 0; i < sizeof c / sizeof *c; i++) {
        size_t n = sg_format_double(s, c[i].x);
        if (!tap_ok(n == strlen(s) && strcmp(s, c[i].want) == 0, "format of %s", c[i].want))
            printf("# got %s\n", s);
    }
    sg_rng r;
    sg_rng_init(&r, 11, 0, 0);
    int back = 1, length = 1, shortest = 1;
    for (int i = 0; i < 100000; i++) {
        double x = i % 2 ? any_double(&r) : sg_rng_normal(&r), v;
        size_t n = sg_format_double(s, x);
        length &= n == strlen(s) && n < 32;
        back &= sg_parse_double(s, n, &v, NULL) == SG_OK && memcmp(&v, &x, sizeof v) == 0;
        shortest &= digits_in(s) <= fewest_digits(x);
    }
    tap_ok(length, "lengths fit the promised buffer");
    tap_ok(back, "100000 random doubles read back to the same bits");
    tap_ok(shortest, "and no shorter text would");
    static const struct {
        double x;
        int digits;
        const char *want;
    } f[] = {{1.005, 2, "1.00"},
             {-0.004, 2, "0.00"},
             {-0.006, 2, "-0.01"},
             {0, 4, "0.0000"},
             {-0.0, 0, "0"},
             {2.5, 0, "2"},
             {999999999999999.0, 9, "999999999999999.000000000"},
             {-12.34567, 4, "-12.3457"},
             {-0.5, 0, "0"}};
    for (size_t i = 0; i < sizeof f / sizeof *f; i++) {
        size_t n = sg_format_fixed(s, f[i].x, f[i].digits);
        if (!tap_ok(n == strlen(s) && strcmp(s, f[i].want) == 0, "%g with %d decimals is %s",
                    f[i].x, f[i].digits, f[i].want))
            printf("# got %s\n", s);
    }
}

/* A host program may run in a locale with a decimal comma. */
static void locales(void)
{
    static const char *names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    const char *set = NULL;
    for (size_t i = 0; i < 4 && !set; i++)
        set = setlocale(LC_ALL, names[i]);
    char dir[] = "t-text.XXXXXX", cmd[200];
    if (!set && mkdtemp(dir)) { /* none installed: compile one where its source is there */
        snprintf(cmd, sizeof cmd,
                 "command -v localedef > /dev/null && "
                 "localedef -i de_DE -f UTF-8 ./%s/de_DE.UTF-8 > /dev/null 2>&1",
                 dir);
        if (system(cmd) == 0 && setenv("LOCPATH", dir, 1) == 0)
            set = setlocale(LC_ALL, "de_DE.UTF-8");
        snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
        if (system(cmd))
            exit(1);
    }
    if (!set) {
        tap_skip("decimal comma", "no locale with a decimal comma is installed");
        return;
    }
    char s[64];
    double v = 0;
    sg_format_double(s, 1234.5678);
    tap_ok(strcmp(s, "1234.5678") == 0, "shortest format under a decimal comma");
    tap_ok(sg_format_fixed(s, NAN, 2) == 3 && !strcmp(s, "nan") &&
               sg_format_fixed(s, -INFINITY, 2) == 4 && !strcmp(s, "-inf"),
           "fixed format of what is no number");
    sg_format_fixed(s, -2.385, 2);
    tap_ok(s[2] == '.', "fixed format under a decimal comma");
    tap_ok(sg_parse_double("1.23456789012345678901", 22, &v, NULL) == SG_OK && v > 1.2,
           "reading under a decimal comma");
    setlocale(LC_ALL, "C");
}

static void lines(const char *name, const char *text, size_t len, int n, const char *const *want)
{
    sg_lines l;
    const char *line;
    size_t size;
    int i = 0, good = 1;
    sg_lines_init(&l, text, len);
    while (sg_lines_next(&l, &line, &size)) {
        good &= i < n && strlen(want[i]) == size && memcmp(want[i], line, size) == 0 &&
                l.number == i + 1;
        i++;
    }
    tap_ok(good && i == n && !sg_lines_next(&l, &line, &size), "lines: %s", name);
}

int main(void)
{
    integers();
    doubles();
    formats();
    locales();
    static const char *const ab[] = {"a", "b"}, *const agap[] = {"a", "", "b"},
                             *const cr[] = {"a\rb", "\r"};
    lines("LF", "a\nb\n", 4, 2, ab);
    lines("CRLF", "a\r\nb\r\n", 6, 2, ab);
    lines("no end of the last line", "a\nb", 3, 2, ab);
    lines("byte order mark",
          "\xEF\xBB\xBF"
          "a\nb\n",
          7, 2, ab);
    lines("a byte order mark alone", "\xEF\xBB\xBF", 3, 0, ab);
    lines("an empty line", "a\n\nb\n", 5, 3, agap);
    lines("an empty buffer", "", 0, 0, ab);
    lines("a lone CR is content", "a\rb\n\r\r\n", 7, 2, cr);
    return tap_done();
}
