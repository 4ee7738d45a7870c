/* int8 matrices: the sum they stand for, the same bits by every kernel, small errors also where
 * inputs differ much in size, files. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/nn/q8.h"
#include "tap.h"

enum { ROWS = 37, COLS = 150, M = 5 };

static const char *const kernels[] = {"vnni", "v4", "v3", "generic"};

typedef struct fixture {
    sg_params ps;
    sg_q8 *q;
    sg_real exact[ROWS * COLS]; /* W before */
    sg_real x[M * ROWS];
} fixture;

/* W (37, 150) and b; inputs of size spread^k in row k, rows of W of the inverse */
static void make(fixture *f, double spread)
{
    sg_error err;
    sg_rng r;
    sg_q8_watch *w;
    memset(f, 0, sizeof *f);
    sg_params_init(&f->ps);
    sg_params_add(&f->ps, "w", ROWS, COLS, 1, 0);
    sg_params_add(&f->ps, "b", 1, COLS, 0, 0);
    if (sg_params_alloc(&f->ps, 0, &err) != SG_OK || sg_q8_watch_new(&w, &f->ps, &err) != SG_OK)
        exit(99);
    sg_rng_init(&r, 3, 0, 0);
    for (int k = 0; k < ROWS; k++)
        for (int c = 0; c < COLS; c++)
            f->ps.x[k * COLS + c] = (sg_real)(0.3 * sg_rng_normal(&r) * pow(spread, -k));
    for (int c = 0; c < COLS; c++)
        f->ps.x[f->ps.p[1].off + (size_t)c] = (sg_real)sg_rng_normal(&r);
    for (int n = 0; n < 200; n++) {
        for (int i = 0; i < M * ROWS; i++)
            f->x[i] = (sg_real)(sg_rng_normal(&r) * pow(spread, i % ROWS));
        sg_q8_watch_see(w, 0, sg_tensor_const(f->x, M, ROWS));
    }
    memcpy(f->exact, f->ps.x, sizeof f->exact);
    if (sg_q8_make(&f->q, &f->ps, w, 16, &err) != SG_OK)
        exit(99);
    sg_q8_watch_free(w);
}

static void clear(fixture *f)
{
    sg_q8_free(f->q);
    sg_params_clear(&f->ps);
}

/* y (M, COLS) by the engine; how: 0 a new tensor, 1 silu, 2 added to ones, 3 gelu, 4 in floating
 * point */
static void run(const fixture *f, int how, sg_real *y)
{
    sg_arena a;
    sg_tape t;
    sg_error err;
    sg_params ps = f->ps;
    ps.q8 = how == 4 ? NULL : f->q;
    if (sg_arena_new(&a, 1 << 20, &err) != SG_OK)
        exit(99);
    sg_tape_init(&t, &a, &ps, NULL, NULL);
    sg_tensor x = sg_tensor_const((sg_real *)f->x, M, ROWS), o;
    if (how == 2) {
        o = sg_tensor_new(&t, M, COLS);
        for (int i = 0; i < M * COLS; i++)
            o.x[i] = 1;
        sg_linear_into(&t, o, x, 0, 1);
    } else {
        static const int act[] = {SG_ACT_NONE, SG_ACT_SILU, 0, SG_ACT_GELU, SG_ACT_NONE};
        o = sg_linear(&t, x, 0, 1, act[how]);
    }
    if (t.status != SG_OK)
        exit(99);
    memcpy(y, o.x, M * COLS * sizeof *y);
    sg_arena_clear(&a);
}

/* From the definition, in double. */
static double by_hand(const fixture *f, int r, int c)
{
    double most = 0, sum = 0;
    const float *in = f->q->in[0];
    for (int k = 0; k < ROWS; k++)
        most = fmax(most, fabs((double)f->x[r * ROWS + k] / (double)in[k]));
    for (int k = 0; k < ROWS; k++) {
        double q = nearbyint((double)f->x[r * ROWS + k] / (double)in[k] / most * 127);
        sum += q * ((double)f->q->stored[0][k * COLS + c] - 128);
    }
    return sum * most / 127 * (double)f->q->scale[0][c] +
           (double)f->ps.x[f->ps.p[1].off + (size_t)c];
}

static void products(const fixture *f)
{
    sg_real y[4][M * COLS], z[M * COLS];
    double worst = 0, off = 0;
    int same = 1, n = 0;
    for (int how = 0; how < 4; how++)
        run(f, how, y[how]);
    for (int i = 0; i < M * COLS; i++) {
        double hand = by_hand(f, i / COLS, i % COLS), s = 1 / (1 + exp(-hand));
        tap_worst(&worst, fabs((double)y[0][i] - hand));
        tap_worst(&off, fabs((double)y[1][i] - hand * s));
        tap_worst(&off, fabs((double)y[2][i] - hand - 1));
        tap_worst(&off, fabs((double)y[3][i] - hand * erfc(-hand * M_SQRT1_2) / 2));
    }
    /* a quotient that lies on a half may be rounded either way: one unit is 0.03 here; float: 1e-5
     */
    tap_ok(worst < 1e-4, "the sum of the definition (%.1e off)", worst);
    tap_ok(off < 1e-4, "with silu, with gelu, and added to what is there (%.1e off)", off);
    for (int i = 0; i < 4; i++)
        if (sg_q8_use(f->q, kernels[i]) == SG_OK) {
            for (int how = 0; how < 4; how++) {
                run(f, how, z);
                same &= memcmp(z, y[how], sizeof z) == 0;
            }
            n++;
        }
    tap_ok(same && n > 0, "%d kernels give the same bits", n);
    tap_ok(sg_q8_use(f->q, "mmx") == SG_ENOTSUP && sg_q8_use(f->q, NULL) == SG_OK,
           "no such kernel");
}

/* error of the products, relative to their size */
static double error_of(double spread)
{
    fixture f;
    sg_real y[M * COLS];
    double sum = 0, all = 0;
    make(&f, spread);
    run(&f, 0, y);
    for (int r = 0; r < M; r++)
        for (int c = 0; c < COLS; c++) {
            double exact = 0, b = (double)f.ps.x[f.ps.p[1].off + (size_t)c];
            for (int k = 0; k < ROWS; k++)
                exact += (double)f.x[r * ROWS + k] * (double)f.exact[k * COLS + c];
            sum += pow((double)y[r * COLS + c] - b - exact, 2);
            all += exact * exact;
        }
    clear(&f);
    return sqrt(sum / all);
}

static void files(fixture *f)
{
    sg_error err = {0};
    sg_real y[M * COLS], z[M * COLS];
    void *buf;
    size_t len;
    sg_model *m;
    sg_q8 *first = f->q;
    run(f, 0, y);
    sg_model_writer *w = sg_model_writer_new(&err);
    sg_status s = sg_q8_store(w, f->q, &f->ps, "net", SG_DTYPE_F32, &err);
    if (s != SG_OK || sg_model_writer_bytes(w, &buf, &len, &err) != SG_OK ||
        sg_model_parse(&m, buf, len, &err) != SG_OK)
        exit(99);
    memset(f->ps.x, 0, f->ps.size * sizeof *f->ps.x);
    s = sg_q8_load(&f->q, &f->ps, m, "net", &err);
    if (s == SG_OK)
        run(f, 0, z);
    tap_ok(s == SG_OK && memcmp(y, z, sizeof y) == 0, "written and read: the same bits %s",
           err.text);
    sg_q8_free(first);
    sg_model_free(m);
    sg_model_writer_free(w);
    free(buf);
    for (int bad = 0; bad < 3; bad++) {
        unsigned char *q = f->q->stored[0];
        float *what = bad == 1 ? f->q->scale[0] : f->q->in[0], keep = what[3];
        sg_q8 *none;
        if (bad == 0)
            q[7] = 0;
        else
            what[3] = bad == 1 ? 0 : -1;
        w = sg_model_writer_new(&err);
        s = sg_q8_store(w, f->q, &f->ps, "net", SG_DTYPE_F32, &err);
        if (s != SG_OK || sg_model_writer_bytes(w, &buf, &len, &err) != SG_OK ||
            sg_model_parse(&m, buf, len, &err) != SG_OK)
            exit(99);
        s = sg_q8_load(&none, &f->ps, m, "net", &err);
        tap_ok(s == SG_EMODEL && !none && strstr(err.text, "net.w"), "refused: %s", err.text);
        q[7] = 128;
        what[3] = keep;
        sg_model_free(m);
        sg_model_writer_free(w);
        free(buf);
    }
}

int main(void)
{
    fixture f;
    make(&f, 1);
    products(&f);
    files(&f);
    clear(&f);
    double even = error_of(1), uneven = error_of(1.3);
    /* rounding both to 1/127 of about 3 sd: sqrt(2/12) 3/127 = 1 % */
    tap_ok(even < 0.015 && even > 1e-4, "the error is %.2f %%", 100 * even);
    tap_ok(uneven < 0.02, "and %.2f %% where inputs differ 12000-fold", 100 * uneven);
    return tap_done();
}
