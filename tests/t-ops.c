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

/* One tensor leads nowhere, one is met in part first, others by a product that covers them. */
static sg_tensor chain(sg_tape *t, sg_tensor x, int inner)
{
    t->inner = inner;
    sg_tensor h = sg_linear(t, x, 0, -1, SG_ACT_NONE), u = sg_silu(t, h);
    sg_silu(t, u);
    sg_tensor y = sg_linear_add(t, u, h, 0, -1);
    sg_tensor z = sg_linear(t, y, 0, -1, SG_ACT_NONE);
    sg_tensor k = sg_linear_add(t, z, sg_cols(y, 1, 3), 1, -1);
    t->inner = 0;
    return sg_silu(t, k);
}

/* Gradients of a chain of operations that backward clears itself: those of the same chain with all
 * cleared beforehand, in memory that holds no numbers. */
static void check_inner(void)
{
    enum { ROWS = 7, COLS = 5 };
    sg_arena a;
    sg_params ps;
    sg_params_init(&ps);
    if (sg_arena_new(&a, 1 << 20, NULL) != SG_OK ||
        sg_params_add(&ps, "a", COLS, COLS, 0.5, 0) != 0 ||
        sg_params_add(&ps, "b", 3, COLS, 0.5, 0) != 1 || sg_params_alloc(&ps, 1, NULL) != SG_OK)
        exit(99);
    sg_params_draw(&ps, 3);
    sg_real x[ROWS * COLS], dx[2][ROWS * COLS] = {{0}}, *grad[2];
    for (int i = 0; i < ROWS * COLS; i++)
        x[i] = (sg_real)sin(2.385 * i);
    for (int inner = 0; inner < 2; inner++) {
        sg_tape t;
        grad[inner] = calloc(ps.size, sizeof *x);
        if (!grad[inner])
            exit(99);
        memset(a.base, 0xff, a.cap);
        sg_arena_rewind(&a, 0);
        sg_tape_init(&t, &a, &ps, grad[inner], NULL);
        sg_tensor leaf = sg_tensor_const(x, ROWS, COLS);
        leaf.dx = dx[inner];
        seed_output(chain(&t, leaf, inner));
        sg_tape_backward(&t);
    }
    tap_ok(fabs(dx[0][3]) > 0 && memcmp(dx[0], dx[1], sizeof dx[0]) == 0,
           "an input's gradient is the same if backward clears those between");
    tap_ok(fabs(grad[0][3]) > 0 && memcmp(grad[0], grad[1], ps.size * sizeof *x) == 0,
           "and those of weights are");
    free(grad[0]);
    free(grad[1]);
    sg_params_clear(&ps);
    sg_arena_clear(&a);
}

/* The operations that sg_tensor_const's comment does not name, given constants. */
static int needs_gradients(const op_case *c)
{
    switch (c->op) {
    case SG_OP_NORM:
        return c->leaf[1][0] != 0;
    case SG_OP_PAIR_MIX:
    case SG_OP_ATTENTION:
    case SG_OP_PAIR_TANH:
    case SG_OP_VEC_DIST:
    case SG_OP_VEC_PULL:
    case SG_OP_VEC_NORM:
    case SG_OP_VEC_GATE:
    case SG_OP_VEC_CROSS:
    case SG_OP_VEC_MIX:
        return 1;
    default:
        return 0;
    }
}

int main(void)
{
    check_inner();
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
        sg_real *same = calloc(ps.size + 1, sizeof *same);
        if (!same)
            return 99;
        for (int k = 0; k < MAX_LEAF && c->leaf[k][0]; k++)
            f.leaf[k].dx = NULL;
        int refused = isnan(loss(c, &f, &a, &ps, same, covered));
        if (needs_gradients(c))
            tap_ok(refused, "%s: inputs without gradient are refused", c->name);
        else
            tap_ok(!refused && memcmp(same, grad, ps.size * sizeof *same) == 0,
                   "%s: weights' gradients are the same without the inputs'", c->name);
        free(same);
        free(grad);
        sg_params_clear(&ps);
        sg_arena_clear(&a);
    }
    for (int k = 0; k < SG_OP_COUNT; k++)
        tap_ok(covered[k], "operation %s has a gradient check", sg_i_isa_generic.op[k].name);
    return tap_done();
}
