/* Edge weights: the log chart, the field's closed form, what the network sees and learns, the law
 * of a network that has learned nothing, given weights. */
#include <config.h>

#include <stdlib.h>

#include <sigen/train.h>
#include "graphgen/plan.h"
#include "graphgen/task.h"
#include "graphgen/weights.h"
#include "tap.h"

enum { N = 9, WALK = 4, PAIRS = N * (N - 1) / 2 };

static sg_error err;

/* A cycle of n nodes with weights first, first ratio, first ratio^2, ... */
static void ring(sg_graph *g, int n, double first, double ratio)
{
    sg_graph_reset(g);
    must(sg_graph_set_nodes(g, n, &err), &err);
    for (int i = 0; i < n; i++, first *= ratio)
        must(sg_graph_add_edge(g, i, (i + 1) % n, 1, first, &err), &err);
    must(sg_graph_sort(g, &err), &err);
    g->has_weights = 1;
}

/* ---- the chart ------------------------------------------------------------------------------- */

static void chart(void)
{
    static sg_graph_config c;
    sg_graph g[3] = {{0}};
    sg_graph_set s = {g, 2, 3};
    ring(&g[0], 3, 2.385, 2); /* logs: log 2.385 + (0, 1, 2) log 2 */
    ring(&g[1], 4, 2.385, 4); /* + (0, 2, 4, 6) log 2 */
    must(sg_graph_weights_fit(&c, &s, &err), &err);
    double mean = log(2.385) + 15. / 7 * log(2), sd = log(2) * sqrt(61. / 7 - 225. / 49);
    tap_near(c.log_mean, mean, 1e-14, 1e-14, "mean of the logarithms over edges");
    tap_near(c.log_sd, sd, 1e-14, 1e-14, "their sd");
    tap_ok(c.weighted == 1, "a set with weights");
    tap_near(sg_graph_weight_chart(&c, exp(mean + 1.7 * sd)), 1.7, 1e-13, 0, "the chart");
    tap_near(sg_graph_weight_value(&c, sg_graph_weight_chart(&c, 0.0385)), 0.0385, 0, 1e-14,
             "and back");
    g[1].edge[2].weight = 0;
    tap_ok(sg_graph_weights_fit(&c, &s, &err) == SG_EDOM && strstr(err.text, "graph 2: weight 0"),
           "weight 0 is refused");
    g[1].has_weights = 0;
    tap_ok(sg_graph_weights_fit(&c, &s, &err) == SG_EINVAL, "weights of some graphs only");
    must(sg_graph_set_nodes(&g[2], 5, &err), &err);
    s.n = 3;
    ring(&g[1], 4, 2, 1);
    ring(&g[0], 3, 2, 1);
    must(sg_graph_weights_fit(&c, &s, &err), &err);
    tap_ok(c.weighted && fabs(c.log_mean - log(2)) < 1e-15 && c.log_sd == 1,
           "weights all alike, and a graph without edges");
    g[0].has_weights = g[1].has_weights = 0;
    must(sg_graph_weights_fit(&c, &s, &err), &err);
    tap_ok(!c.weighted, "a set without weights");
    for (int k = 0; k < 3; k++)
        sg_graph_clear(&g[k]);
}

/* ---- the network ----------------------------------------------------------------------------- */

static sg_graph_config config;

static void model_new(sg_graph_model *m, int train)
{
    sg_graph_config *c = &config;
    *c = (sg_graph_config){.arch = &sg_graph_egnet,
                           .layout = "stress",
                           .net = {.d = 32,
                                   .K = 8,
                                   .P = 16,
                                   .H = 2,
                                   .F = 64,
                                   .L = 2,
                                   .C = 1,
                                   .B = 2,
                                   .N = N,
                                   .U = WALK,
                                   .W = WALK + 2},
                           .n_node_labels = 1,
                           .n_edge_labels = 1,
                           .edge_label = {1},
                           .max_nodes = N,
                           .mean_degree = 3,
                           .weighted = 1,
                           .log_mean = -.7,
                           .log_sd = 1.3};
    c->sizes[N] = c->sizes[N - 1] = 1;
    must(sg_graph_model_init(m, c, train, &err), &err);
    sg_params_draw(&m->params, 3);
}

static sg_real *parameter(sg_graph_model *m, int i)
{
    return m->params.x + m->params.p[i].off;
}

/* Pairs by turns an edge, none, undecided; the head says F = .7 everywhere. */
static void field(void)
{
    sg_graph_model m;
    sg_system sys;
    sg_map map;
    sg_field f;
    sg_arena a;
    sg_state s;
    size_t n[SG_MAX_COMPONENTS] = {0};
    model_new(&m, 0);
    parameter(&m, m.net.edge_b)[0] = (sg_real).7;
    sg_graph_system(&sys, &map, &m.config);
    sg_graph_work w = {.model = &m};
    must(sg_arena_new(&w.arena, sg_graph_work_bytes(&m, N, PAIRS, 1, N), &err), &err);
    must(sg_arena_new(&a, (size_t)1 << 20, &err), &err);
    sg_graph_field(&f, &sys, &w);
    sg_graph_egnet.elements(N, n);
    must(sg_state_init(&s, &sys, n, 1, 1, &a, &err), &err);
    sg_state_draw(&s);
    for (int p = 0; p < PAIRS; p++)
        s.slot[SG_GRAPH_EDGE].tok[p] = (p + 1) % 3;
    const sg_state *x = &s;
    sg_pred *out = &s.pred;
    must(f.eval(&f, .4, &x, 1, &out, &err), &err);
    const double *y = s.slot[SG_GRAPH_WEIGHT].x, *D1 = s.pred.v[SG_GRAPH_WEIGHT];
    double alpha = cos(.2 * M_PI), beta = sin(.2 * M_PI), worst[3] = {0}, least = 1, most = 0;
    for (int p = 0; p < PAIRS; p++) {
        int k = (p + 1) % 3;
        double share = k == 2 ? s.pred.v[SG_GRAPH_EDGE][2 * p + 1] : k;
        worst[k] = fmax(worst[k], fabs(D1[p] - (beta * y[p] + alpha * share * .7)));
        least = k == 2 ? fmin(least, share) : least;
        most = k == 2 ? fmax(most, share) : most;
    }
    tap_ok(worst[1] < 1e-6, "D1 of an edge is beta y + alpha F");
    tap_ok(worst[0] < 1e-15, "of none beta y");
    tap_ok(worst[2] < 1e-6 && least > 0 && most < 1, "of an undecided one in between");

    double before[2 * PAIRS];
    memcpy(before, s.pred.v[SG_GRAPH_EDGE], sizeof before);
    for (int k = 0; k < 2; k++) { /* first of pairs without an edge, then of the others */
        for (int p = 0; p < PAIRS; p++)
            s.slot[SG_GRAPH_WEIGHT].x[p] += ((p + 1) % 3 == 0) == (k == 0);
        s.pred.valid = 0;
        must(f.eval(&f, .4, &x, 1, &out, &err), &err);
        int same = memcmp(before, s.pred.v[SG_GRAPH_EDGE], sizeof before) == 0;
        tap_ok(same == (k == 0), k ? "the others are seen" : "y without an edge is not seen");
    }
    sg_arena_clear(&a);
    sg_arena_clear(&w.arena);
    sg_graph_model_clear(&m);
}

/* The weights' loss of a batch of 8, one parameter moved by d; its gradient into grad. */
static double loss_at(const sg_task *task, sg_graph_model *m, size_t at, double d, sg_real *grad,
                      sg_arena *a)
{
    sg_tape tape;
    double part[SG_TRAIN_PARTS] = {0};
    long count = 0;
    sg_real was = m->params.x[at];
    m->params.x[at] += (sg_real)d;
    sg_params_sync(&m->params);
    sg_arena_rewind(a, 0);
    memset(grad, 0, m->params.size * sizeof *grad);
    sg_tape_init(&tape, a, &m->params, grad, sg_isa_find(NULL));
    must(task->shard(task->self, &tape, 7, 1, 0, 1, 8, 0, part, &count, &err), &err);
    m->params.x[at] = was;
    return part[3] / (double)count;
}

/* The loss is quadratic in the head: central differences of its derivative are exact but for
 * rounding. */
static void gradient(void)
{
    sg_graph_model m;
    sg_graph g[2] = {{0}};
    sg_graph_set set = {g, 2, 2};
    sg_arena a;
    model_new(&m, 1);
    ring(&g[0], N, .3, 1.4);
    ring(&g[1], N - 1, 2, .8);
    sg_graph_data *data = sg_graph_data_new(&m.config, &set, &err);
    sg_graph_task self = {&m, data, NULL, 0.5};
    sg_task task;
    sg_graph_task_init(&task, &self);
    must(sg_arena_new(&a, (size_t)64 << 20, &err), &err);
    sg_real *grad = calloc(m.params.size, sizeof *grad);
    const size_t at[] = {m.params.p[m.net.edge_w].off + 5, m.params.p[m.net.edge_b].off};
    tap_ok(task.n_parts == 4 && strcmp(task.part[3], "weights") == 0, "the loss has a name");
    for (size_t i = 0; i < 2; i++) {
        double there = loss_at(&task, &m, at[i], .25, grad, &a);
        double back = loss_at(&task, &m, at[i], -.25, grad, &a);
        double here = loss_at(&task, &m, at[i], 0, grad, &a);
        tap_ok(here > 0 && there > 0, "a loss of weights");
        tap_near((there - back) / .5, (double)grad[at[i]], 1e-5, 1e-4,
                 i ? "derivative by the head's bias" : "by its matrix");
    }
    free(grad);
    sg_arena_clear(&a);
    sg_graph_data_free(data);
    sg_graph_clear(&g[0]);
    sg_graph_clear(&g[1]);
    sg_graph_model_clear(&m);
}

/* ---- sampling -------------------------------------------------------------------------------- */

/* With F = 0 nothing moves a weight: they are log-normal with the data's mean and sd, but for the
 * last step's factor sin(pi/2 (1 - 1/K)). Given ones are kept. */
static void sampling(void)
{
    enum { GRAPHS = 200, STEPS = 12 };
    sg_graph_model m;
    sg_graph out[GRAPHS] = {{0}}, given = {0};
    sg_graph_generate_opts o;
    model_new(&m, 0);
    sg_graph_generate_defaults(&o, &m);
    o.steps = STEPS;
    ring(&given, 4, 0.02385, 9);
    for (int pass = 0; pass < 2; pass++) {
        double n = 0, sum = 0, square = 0, kept = 0;
        int good = 1;
        o.given = pass ? &given : NULL;
        must(sg_graph_generate(&m, &o, 0, GRAPHS, out, &err), &err);
        for (int k = 0; k < GRAPHS; k++)
            for (int e = 0; e < out[k].n_edges; e++) {
                const sg_graph_edge *q = &out[k].edge[e];
                good &= out[k].has_weights;
                if (pass && q->v < 4) {
                    double want = 0.02385 * pow(9, q->v - q->u == 1 ? q->u : 3);
                    kept = fmax(kept, fabs(q->weight / want - 1));
                    continue;
                }
                double y = (log(q->weight) + .7) / 1.3;
                n++;
                sum += y;
                square += y * y;
            }
        double want = pow(sin(M_PI / 2 * (1 - 1. / STEPS)), 2);
        tap_ok(good && n > 1000, "%.0f weights", n);
        tap_near(sum / n, 0, 4 / sqrt(n), 0, "mean of their charts, four sd");
        tap_near(square / n, want, 4 * sqrt(2 / n), 0, "their variance, four sd");
        tap_ok(kept < 1e-12, pass ? "given weights are kept" : "none was given");
    }
    ring(&given, 4, -1, 1);
    tap_ok(sg_graph_generate(&m, &o, 0, 1, out, &err) == SG_ENOTSUP, "a given weight below 0");
    given.has_weights = 0;
    must(sg_graph_generate(&m, &o, 0, 1, out, &err), &err);
    tap_ok(out->has_weights && out->edge[0].weight > 0, "a given part without weights gets some");
    for (int k = 0; k < GRAPHS; k++)
        sg_graph_clear(&out[k]);
    sg_graph_clear(&given);
    sg_graph_model_clear(&m);
}

int main(void)
{
    chart();
    field();
    gradient();
    sampling();
    return tap_done();
}
