/* Status texts, error records, arena, and the judge of all other tests. */
#include <sigen/arena.h>
#include <sigen/error.h>

#include "tap.h"

#include <stdint.h>
#include <stdlib.h>

static void errors(void)
{
    char line[1024];
    sg_error e;
    tap_ok(strcmp(sg_strerror(SG_OK), "success") == 0, "text of SG_OK");
    int good = 1;
    for (int c = -11; c <= 0; c++) {
        const char *t = sg_strerror((sg_status)c);
        good &= t[0] && strcmp(t, "unknown status") != 0;
    }
    tap_ok(good, "every status has a text");
    tap_ok(strcmp(sg_strerror((sg_status)-99), "unknown status") == 0, "an unknown status");
    tap_ok(sg_fail(NULL, SG_EDOM, "x") == SG_EDOM, "err may be NULL");
    tap_ok(sg_fail(&e, SG_EDOM, "t = %g above %d", 1.5, 1) == SG_EDOM && e.code == SG_EDOM &&
               strcmp(sg_error_format(&e, line, sizeof line), "t = 1.5 above 1") == 0,
           "a message without a place");
    sg_fail_at(&e, SG_EPARSE, "mol.sdf", 12, 4, "count %d", 1200);
    tap_ok(strcmp(sg_error_format(&e, line, sizeof line), "mol.sdf:12:4: count 1200") == 0,
           "file, line, column");
    sg_fail_at(&e, SG_EPARSE, "mol.sdf", 12, 0, "no column");
    tap_ok(strcmp(sg_error_format(&e, line, sizeof line), "mol.sdf:12: no column") == 0,
           "file, line");
    sg_fail_at(&e, SG_EPARSE, "mol.sdf", 0, 0, "no line");
    tap_ok(strcmp(sg_error_format(&e, line, sizeof line), "mol.sdf: no line") == 0, "file alone");
    sg_fail_at(&e, SG_EPARSE, NULL, 3, 9, "no file");
    tap_ok(strcmp(sg_error_format(&e, line, sizeof line), "3:9: no file") == 0, "place, no file");
    sg_fail(&e, SG_EPARSE, "%s", "two\nlines\x1b[31m");
    tap_ok(strcmp(e.text, "two?lines?[31m") == 0, "control characters of input are not passed on");
    char name[1000];
    memset(name, 'n', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    sg_fail_at(&e, SG_EIO, name, 0, 0, "%s", name);
    tap_ok(strlen(e.file) == SG_ERROR_FILE - 1 && strlen(e.text) == SG_ERROR_TEXT - 1,
           "long names and texts are cut");
    char tiny[8];
    sg_error_format(&e, tiny, sizeof tiny);
    tap_ok(strlen(tiny) == 7, "a small buffer is never overrun");
}

static void arena(void)
{
    sg_arena a, m;
    sg_error e;
    tap_ok(sg_arena_new(&a, 1000, &e) == SG_OK, "a new arena");
    char *p = sg_arena_alloc(&a, 3, 5), *q = sg_arena_alloc(&a, 1, 1);
    tap_ok(p && q && (uintptr_t)p % 64 == 0 && q == p + 64, "blocks are 64-byte aligned");
    size_t mark = sg_arena_mark(&a);
    char *r = sg_arena_alloc(&a, 200, 2);
    memset(r, 7, 400);
    sg_arena_rewind(&a, mark);
    tap_ok(sg_arena_alloc(&a, 1, 1) == r, "rewinding gives the same block again");
    tap_ok(a.peak == 128 + 448, "the peak stays");
    size_t used = a.used;
    tap_ok(!sg_arena_alloc(&a, 1, 1001) && a.used == used, "a full arena gives NULL, unchanged");
    tap_ok(!sg_arena_alloc(&a, SIZE_MAX / 2, 3), "an overflowing product gives NULL");
    tap_ok(!sg_arena_alloc(&a, 1, SIZE_MAX - 3), "an overflowing rounding gives NULL");
    sg_arena_init(&m, NULL, 0);
    tap_ok(!sg_arena_alloc(&m, 200, 2) && m.used == 448, "a measuring arena counts");
    tap_ok(!sg_arena_alloc(&m, SIZE_MAX / 2, 3) && m.used == 448, "and does not wrap around");
    tap_ok(sg_arena_new(&m, SIZE_MAX - 10, &e) == SG_ENOMEM && e.text[0],
           "an impossible size is SG_ENOMEM");
    static _Alignas(64) char own[128];
    sg_arena_init(&m, own, sizeof own);
    tap_ok(sg_arena_alloc(&m, 2, 64) == own && !sg_arena_alloc(&m, 1, 1), "the caller's block");
    sg_arena_clear(&m);
    sg_arena_clear(&a);
    sg_arena_clear(&a);
    tap_ok(a.base == NULL && a.used == 0, "clearing twice is harmless");
}

/* The tests' own judge: a NaN among errors is seen, wherever it comes. */
static void worst(void)
{
    const double e[3] = {2.385, NAN, 0.5};
    double all = 0, plain = 0;
    for (int k = 0; k < 3; k++)
        tap_worst(&all, e[k]);
    tap_worst(&plain, e[0]);
    tap_worst(&plain, e[2]);
    tap_ok(isinf(all) && plain == e[0], "the worst of errors is the largest, or INFINITY by a NaN");
}

int main(void)
{
    worst();
    errors();
    arena();
    return tap_done();
}
