/* Every operation gives the same bits with the kernels of AVX2 + FMA (v3) and AVX-512 (v4), forward
 * and backward: results do not depend on the machine. And the one function that is approximated
 * beyond rounding. */
#include <config.h>

#include "ops-cases.h"
#include "tap.h"

typedef struct result {
    sg_arena a;
    fixture f;
    sg_params ps;
    sg_tensor y;
    sg_real *grad;
} result;

/* Gradients that are there before: what is added to them must be rounded alike, too. */
static void seed_before(result *r)
{
    sg_rng rng;
    sg_rng_init(&rng, 6, 0, 0);
    for (int k = 0; k < MAX_LEAF; k++)
        for (long i = 0; r->f.leaf[k].dx && i < (long)r->f.leaf[k].rows * r->f.leaf[k].cols; i++)
            r->f.leaf[k].dx[i] = (sg_real)sg_rng_normal(&rng);
    for (size_t i = 0; i < r->ps.size; i++)
        r->grad[i] = (sg_real)sg_rng_normal(&rng);
}

static void run(result *r, size_t q, const sg_isa *isa)
{
    sg_tape t;
    open_case(q, &r->f, &r->a, &r->ps);
    r->grad = calloc(r->ps.size + 1, sizeof *r->grad);
    if (!r->grad)
        exit(99);
    seed_before(r);
    sg_tape_init(&t, &r->a, &r->ps, r->grad, isa);
    r->y = cases[q].build(&t, &r->f);
    seed_output(r->y);
    sg_tape_backward(&t);
    if (t.status != SG_OK)
        exit(99);
}

static void clear(result *r)
{
    free(r->grad);
    sg_params_clear(&r->ps);
    sg_arena_clear(&r->a);
}

static int same(sg_tensor a, sg_tensor b)
{
    int good = a.rows == b.rows && a.cols == b.cols;
    for (int r = 0; r < a.rows && good; r++)
        good =
            memcmp(a.x + (long)r * a.ld, b.x + (long)r * b.ld, (size_t)a.cols * sizeof *a.x) == 0;
    return good;
}

/* x (1 + erf(x/sqrt 2))/2 in float, against the C library's in double: the polynomial and the
 * rounding leave 3e-7. */
static void gelu(void)
{
    enum { N = 1801 };
    sg_arena a;
    sg_tape t;
    sg_params ps;
    sg_error err;
    sg_real x[N];
    double worst = 0;
    sg_params_init(&ps);
    if (sg_arena_new(&a, 1 << 20, &err) != SG_OK || sg_params_add(&ps, "one", 1, 1, 0, 0) < 0 ||
        sg_params_alloc(&ps, 0, &err) != SG_OK)
        exit(99);
    ps.x[0] = 1;
    for (int i = 0; i < N; i++)
        x[i] = (sg_real)(0.01 * (i - 900));
    sg_tape_init(&t, &a, &ps, NULL, NULL);
    sg_tensor y = sg_linear(&t, sg_tensor_const(x, N, 1), 0, -1, SG_ACT_GELU);
    for (int i = 0; i < N; i++) {
        double v = (double)x[i];
        tap_worst(&worst, fabs((double)y.x[i] - v * erfc(-v * M_SQRT1_2) / 2) - 6e-8 * fabs(v));
    }
    tap_ok(worst < 3e-7, "GELU is that of the normal law (%.1e off)", worst);
    sg_params_clear(&ps);
    sg_arena_clear(&a);
}

int main(void)
{
    gelu();
    const sg_isa *v3 = sg_isa_find("v3"), *v4 = sg_isa_find("v4");
    if (!v3 || !v4) {
        tap_skip("bits of v3 and v4", "this machine does not run both");
        return tap_done();
    }
    for (size_t q = 0; q < CASES; q++) {
        result a, b;
        run(&a, q, v3);
        run(&b, q, v4);
        tap_ok(same(a.y, b.y), "%s: output", cases[q].name);
        int good = memcmp(a.grad, b.grad, a.ps.size * sizeof *a.grad) == 0;
        for (int k = 0; k < MAX_LEAF && cases[q].leaf[k][0]; k++) {
            const sg_tensor *u = &a.f.leaf[k], *v = &b.f.leaf[k];
            good &= memcmp(u->dx, v->dx, (size_t)u->rows * (size_t)u->cols * sizeof *u->dx) == 0;
        }
        tap_ok(good, "%s: gradients", cases[q].name);
        clear(&a);
        clear(&b);
    }
    return tap_done();
}
