/* Status texts, error records, arena, and the judge of all other tests. */
#include <sigen/arena.h>
#include <sigen/batches.h>
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

/* Batches: what each item and worker saw. */
enum { ITEMS = 103 };

typedef struct tally {
    int seen[ITEMS], begun, ended, bad_begin, largest;
    size_t fail[2]; /* items that fail */
} tally;

typedef struct hand {
    size_t ready, items;
} hand;

static sg_status tally_begin(void *ctx, void *worker, sg_error *err)
{
    tally *t = ctx;
    hand *h = worker;
    int n;
#pragma omp critical(test_batches)
    n = ++t->begun;
    h->ready = h->items == 0 ? 7 : 0;
    return n == t->bad_begin ? sg_fail(err, SG_EDOM, "no hand") : SG_OK;
}

static sg_status tally_run(void *ctx, void *worker, size_t first, size_t n, sg_error *err)
{
    tally *t = ctx;
    hand *h = worker;
    sg_status s = h->ready == 7 ? SG_OK : sg_fail(err, SG_EINVAL, "a hand that is not ready");
    for (size_t i = first; i < first + n; i++) {
        t->seen[i]++;
        if (s == SG_OK && (i == t->fail[0] || i == t->fail[1]))
            s = sg_fail(err, SG_ENAN, "item %zu", i);
    }
    h->items += n;
#pragma omp critical(test_batches)
    if ((int)n > t->largest)
        t->largest = (int)n;
    return s;
}

static void tally_end(void *ctx, void *worker)
{
    (void)worker;
    ((tally *)ctx)->ended++;
}

static void batches(void)
{
    static const size_t most[] = {1, 7, 64, 1000};
    sg_error err;
    for (int threads = 1; threads <= 4; threads++)
        for (size_t k = 0; k < sizeof most / sizeof *most; k++) {
            sg_batches b = {ITEMS,       most[k],   threads,  sizeof(hand),
                            tally_begin, tally_run, tally_end};
            tally t = {.fail = {ITEMS, ITEMS}};
            sg_status s = sg_batches_run(&b, &t, &err);
            int once = 1, share = (ITEMS + threads - 1) / threads;
            for (int i = 0; i < ITEMS; i++)
                once = once && t.seen[i] == 1;
            tap_ok(s == SG_OK && once && t.begun == t.ended &&
                       t.largest == (share < (int)most[k] ? share : (int)most[k]),
                   "%d threads, batches of %zu: every item once", threads, most[k]);
            t = (tally){.fail = {90, 31}};
            s = sg_batches_run(&b, &t, &err);
            tap_ok(s == SG_ENAN && strcmp(err.text, "item 31") == 0 && t.begun == t.ended,
                   "and the error is the first one's");
            t = (tally){.fail = {90, 31}, .bad_begin = 1};
            s = sg_batches_run(&b, &t, &err);
            tap_ok(s == SG_EDOM && t.begun == t.ended, "a worker that cannot begin");
        }
    tally t = {.fail = {ITEMS, ITEMS}};
    sg_batches none = {.most = 4, .worker = sizeof(hand), .begin = tally_begin, .run = tally_run};
    tap_ok(sg_batches_run(&none, &t, NULL) == SG_OK && t.seen[0] == 0, "of no items none");
}

int main(void)
{
    batches();
    worst();
    errors();
    arena();
    return tap_done();
}
