/* Every operation gives the same bits with the kernels of AVX2 + FMA (v3) and AVX-512 (v4), forward
 * and backward: results do not depend on the machine. */
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

static void run(result *r, size_t q, const sg_isa *isa)
{
    sg_tape t;
    open_case(q, &r->f, &r->a, &r->ps);
    r->grad = calloc(r->ps.size + 1, sizeof *r->grad);
    if (!r->grad)
        exit(99);
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

int main(void)
{
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
