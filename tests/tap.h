/* Minimal TAP producer for the unit tests: every case has a name, skips say why. */
#ifndef SG_TESTS_TAP_H
#define SG_TESTS_TAP_H

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/error.h>

static int tap_count, tap_failed, tap_skipped;

__attribute__((format(printf, 2, 3), unused)) static int tap_ok(int good, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    printf("%s %d - ", good ? "ok" : "not ok", ++tap_count);
    vprintf(fmt, ap);
    putchar('\n');
    va_end(ap);
    tap_failed += !good;
    fflush(stdout);
    return good;
}

/* |got - want| <= abs + rel |want|; a NaN fails. */
__attribute__((unused)) static int tap_near(double got, double want, double abs, double rel,
                                            const char *name)
{
    int good = fabs(got - want) <= abs + rel * fabs(want);
    tap_ok(good, "%s", name);
    if (!good)
        printf("# got %.17g, want %.17g, tolerance %g + %g |want|\n", got, want, abs, rel);
    return good;
}

/* Largest error so far: *worst = max(*worst, e), a NaN counts as INFINITY. fmax and e > worst would
 * let it pass unseen. */
__attribute__((unused)) static void tap_worst(double *worst, double e)
{
    if (!(e <= *worst))
        *worst = isnan(e) ? INFINITY : e;
}

/* Stops the program: a set-up that must not fail did. */
__attribute__((unused)) static void must(sg_status st, const sg_error *err)
{
    if (st == SG_OK)
        return;
    printf("Bail out! %s: %s\n", sg_strerror(st), err ? err->text : "");
    exit(1);
}

__attribute__((format(printf, 2, 3), unused)) static void tap_skip(const char *name,
                                                                   const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    printf("ok %d - %s # SKIP ", ++tap_count, name);
    vprintf(fmt, ap);
    putchar('\n');
    va_end(ap);
    tap_skipped++;
}

/* Prints the plan; the value is main's return. */
__attribute__((unused)) static int tap_done(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed != 0;
}

#endif
