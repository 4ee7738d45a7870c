/* Gradient check of every operation in double precision: for L = sum_c C . out with random C, the
 * derivative with respect to every input and parameter element is compared with a central
 * difference, (L(x+h) - L(x-h))/2h, h = 1e-5; error O(h^2) + O(1e-16 L/h), so 1e-7 relative. */
#include <config.h>

#include "ops-cases.h"
#include "tap.h"

/* L = sum C . out, C from a fixed stream; with `back` also seeds and runs backward */
static double loss(const op_case *c, fixture *f, sg_arena *a, const sg_params *ps, sg_real *grad,
                   int *ops)
{
    sg_tape t;
    size_t mark = sg_arena_mark(a);
    sg_tape_init(&t, a, ps, grad, NULL);
    sg_tensor y = c->build(&t, f);
    sg_rng r;
    sg_rng_init(&r, 5, 0, 0);
    double sum = 0;
    for (int i = 0; i < y.rows; i++)
        for (int k = 0; k < y.cols; k++) {
            double w = sg_rng_normal(&r);
            sum += w * (double)y.x[(long)i * y.ld + k];
        }
    if (grad) {
        seed_output(y);
        sg_tape_backward(&t);
        for (const sg_node *n = t.last; n; n = n->prev)
            ops[n->op] = 1;
    }
    if (t.status != SG_OK)
        sum = NAN;
    sg_arena_rewind(a, mark);
    return sum;
}

static double compare(const op_case *c, fixture *f, sg_arena *a, const sg_params *ps, sg_real *x,
                      const sg_real *dx, size_t count)
{
    double worst = 0;
    for (size_t k = 0; k < count; k++) {
        const sg_real keep = x[k], h = (sg_real)1e-5;
        x[k] = keep + h;
        double up = loss(c, f, a, ps, NULL, NULL);
        x[k] = keep - h;
        double dn = loss(c, f, a, ps, NULL, NULL);
        x[k] = keep;
        double fd = (up - dn) / (2 * (double)h);
        double e = fabs(fd - (double)dx[k]) / (1 + fabs(fd));
        tap_worst(&worst, e);
    }
    return worst;
}

int main(void)
{
    int covered[SG_OP_COUNT] = {0};
    for (size_t q = 0; q < CASES; q++) {
        const op_case *c = &cases[q];
        sg_arena a;
        fixture f;
        sg_params ps;
        open_case(q, &f, &a, &ps);
        sg_real *grad = calloc(ps.size + 1, sizeof *grad);
        if (!grad)
            return 99;
        loss(c, &f, &a, &ps, grad, covered);
        for (int k = 0; k < MAX_LEAF && c->leaf[k][0]; k++) {
            double e = compare(c, &f, &a, &ps, f.leaf[k].x, f.leaf[k].dx,
                               (size_t)f.leaf[k].rows * (size_t)f.leaf[k].cols);
            tap_ok(e < 1e-7, "%s: input %d, worst error %.2g", c->name, k, e);
        }
        for (int k = 0; k < ps.count; k++)
            if (!ps.p[k].fixed) {
                double e = compare(c, &f, &a, &ps, ps.x + ps.p[k].off, grad + ps.p[k].off,
                                   (size_t)ps.p[k].rows * (size_t)ps.p[k].cols);
                tap_ok(e < 1e-7, "%s: parameter %d, worst error %.2g", c->name, k, e);
            }
        free(grad);
        sg_params_clear(&ps);
        sg_arena_clear(&a);
    }
    for (int k = 0; k < SG_OP_COUNT; k++)
        tap_ok(covered[k], "operation %s has a gradient check", sg_i_isa_generic.op[k].name);
    return tap_done();
}
