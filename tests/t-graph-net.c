/* What the graph network is told: spectral layouts and random walks against dense definitions, and
 * the field's equivariance under renumbering of the nodes. */
#include <config.h>

#include <stdlib.h>

#include "graphgen/arch.h"
#include "graphgen/data.h"
#include "graphgen/field.h"
#include "graphgen/layout.h"
#include "graphgen/walks.h"
#include "tap.h"

enum { N = 9, POWERS = 5, PAIRS = N * (N - 1) / 2 };

static sg_error err;

static int at(int i, int j)
{
    int u = i < j ? i : j, v = i < j ? j : i;
    return u * (2 * N - u - 1) / 2 + v - u - 1;
}

/* Walks against the definition in double: S = D^-1/2 W D^-1/2 and its powers. */
static void walks(void)
{
    float w[PAIRS], node[N * POWERS], pair[PAIRS * (POWERS + 1)], work[3 * N * N];
    double s[N][N] = {{0}}, p[N][N], q[N][N], deg[N] = {0}, worst = 0, diag = 0;
    sg_rng r;
    sg_rng_init(&r, 1, 2, 3);
    for (int k = 0; k < PAIRS; k++)
        w[k] = sg_rng_uniform(&r) < 0.3 ? 0 : (float)sg_rng_uniform(&r);
    for (int j = 1; j < N; j++)
        w[at(0, j)] = 0; /* a lonely node */
    sg_graph_walks(w, N, POWERS, node, pair, POWERS + 1, work);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            deg[i] += i == j ? 0 : (double)w[at(i, j)];
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++)
            p[i][j] = s[i][j] =
                i == j || deg[i] * deg[j] == 0 ? 0 : (double)w[at(i, j)] / sqrt(deg[i] * deg[j]);
    for (int k = 1; k <= POWERS; k++) {
        for (int i = 0; i < N; i++) {
            double d = k == 1 ? log(1 + deg[i]) : sqrt(N) * p[i][i];
            diag = fmax(diag, fabs((double)node[i * POWERS + k - 1] - d));
            for (int j = i + 1; j < N; j++)
                worst = fmax(worst,
                             fabs((double)pair[at(i, j) * (POWERS + 1) + k] - sqrt(N) * p[i][j]));
        }
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) {
                q[i][j] = 0;
                for (int l = 0; l < N; l++)
                    q[i][j] += p[i][l] * s[l][j];
            }
        memcpy(p, q, sizeof p);
    }
    tap_ok(worst < 2e-6, "walks between pairs, worst error %.1e", worst);
    tap_ok(diag < 2e-6, "walks that return, worst error %.1e", diag);
    tap_ok(node[0] == 0 && isfinite(pair[0]), "a node without edges");
}

/* Graphs whose distances fit into space are laid out with these up to one factor: the largest
 * relative departure from it of |x_i - x_j| / d_ij. */
static double misfit(const sg_graph *g, const double *d)
{
    const sg_graph_layout_kind *stress = sg_graph_layout_find("stress");
    double x[3 * N], mean[3] = {0}, sum = 0, lo = HUGE_VAL, hi = 0;
    int n = g->n_nodes;
    must(sg_graph_layout(stress, g, x, &err), &err);
    for (int i = 0; i < 3 * n; i++) {
        sum += x[i] * x[i];
        mean[i % 3] += x[i] / n;
    }
    tap_near(sqrt(sum / (3 * n)), sg_graph_layout_sd(n), 0, 1e-12, "scale of a layout");
    tap_ok(fabs(mean[0]) + fabs(mean[1]) + fabs(mean[2]) < 1e-12, "the layout is centred");
    for (int i = 0; i < n; i++)
        for (int j = 0; j < i; j++) {
            double l = hypot(hypot(x[3 * i] - x[3 * j], x[3 * i + 1] - x[3 * j + 1]),
                             x[3 * i + 2] - x[3 * j + 2]) /
                       d[i * n + j];
            lo = fmin(lo, l);
            hi = fmax(hi, l);
        }
    return hi / lo - 1;
}

static void layout(void)
{
    sg_graph g = {0};
    double d[N * N], x[3 * N];
    must(sg_graph_set_nodes(&g, N, &err), &err);
    for (int i = 0; i + 1 < N; i++)
        must(sg_graph_add_edge(&g, i, i + 1, 1, 1, &err), &err);
    must(sg_graph_sort(&g, &err), &err);
    for (int i = 0; i < N * N; i++)
        d[i] = abs(i / N - i % N);
    double bent = misfit(&g, d);
    tap_ok(bent < 0.01, "a path is laid out straight, edges alike within %.2g", bent);
    sg_graph_reset(&g);
    must(sg_graph_set_nodes(&g, 4, &err), &err);
    for (int i = 0; i < 4; i++)
        for (int j = 0; j < i; j++)
            must(sg_graph_add_edge(&g, j, i, 1, 1, &err), &err);
    must(sg_graph_sort(&g, &err), &err);
    for (int i = 0; i < 16; i++)
        d[i] = 1;
    bent = misfit(&g, d);
    tap_ok(bent < 1e-3, "four nodes that are all joined are a tetrahedron within %.2g", bent);
    sg_graph_reset(&g);
    must(sg_graph_set_nodes(&g, 3, &err), &err);
    must(sg_graph_add_edge(&g, 0, 2, 1, 1, &err), &err);
    must(sg_graph_sort(&g, &err), &err);
    for (int i = 0; i < 9; i++)
        d[i] = i == 2 || i == 6 ? 1 : 2;
    bent = misfit(&g, d);
    tap_ok(bent < 0.01, "another component is one edge further than the longest path, within %.2g",
           bent);
    sg_graph_reset(&g);
    must(sg_graph_set_nodes(&g, 1, &err), &err);
    for (const sg_graph_layout_kind *k = sg_graph_layouts; k->name; k++) {
        must(sg_graph_layout(k, &g, x, &err), &err);
        tap_ok(x[0] == 0 && x[1] == 0 && x[2] == 0, "%s: a single node lies at the origin",
               k->name);
    }
    sg_graph_clear(&g);
}

static double apart(const double *x, int i, int j)
{
    return hypot(hypot(x[3 * i] - x[3 * j], x[3 * i + 1] - x[3 * j + 1]),
                 x[3 * i + 2] - x[3 * j + 2]);
}

/* Two communities; the ratios come from the dense definition in another program. */
static void communities(void)
{
    static const int edge[][2] = {{0, 1}, {0, 2}, {1, 2}, {1, 3}, {2, 3}, {3, 4},
                                  {4, 5}, {4, 6}, {5, 7}, {6, 7}, {5, 6}, {2, 5}};
    sg_graph g = {0};
    double x[24];
    must(sg_graph_set_nodes(&g, 8, &err), &err);
    for (size_t e = 0; e < sizeof edge / sizeof *edge; e++)
        must(sg_graph_add_edge(&g, edge[e][0], edge[e][1], 1, 1, &err), &err);
    must(sg_graph_sort(&g, &err), &err);
    must(sg_graph_layout(sg_graph_layout_find("diffusion"), &g, x, &err), &err);
    tap_near(apart(x, 0, 1) / apart(x, 0, 7), 0.0579160344, 0, 1e-8,
             "a community is small beside the distance to the other one");
    tap_near(apart(x, 0, 7) / apart(x, 3, 4), 1.7679089658, 0, 1e-8, "its edge is between");
    sg_graph_clear(&g);
}

/* What a model file may say of its layout. */
static void named(void)
{
    static sg_graph_config c = {.arch = &sg_graph_egnet,
                                .net = {.C = 1, .B = 2, .N = N, .U = 2, .W = 3},
                                .n_node_labels = 1,
                                .n_edge_labels = 1,
                                .edge_label = {1},
                                .max_nodes = N};
    const sg_graph_set none = {0};
    json_t *o = json_object();
    tap_ok(!sg_graph_egnet.read(&c, o) && strcmp(c.layout, "stress") == 0, "nothing: stress");
    json_object_set_new(o, "layout", json_integer(5));
    const char *bad = sg_graph_egnet.read(&c, o);
    tap_ok(bad && strcmp(bad, "layout") == 0, "a number is refused");
    json_object_set_new(o, "layout", json_string("a name of sixteen"));
    bad = sg_graph_egnet.read(&c, o);
    tap_ok(bad && strcmp(bad, "layout") == 0, "so is a long name");
    json_object_set_new(o, "layout", json_string("nope"));
    tap_ok(!sg_graph_egnet.read(&c, o), "another name is kept: sampling has no use for it");
    tap_ok(!sg_graph_data_new(&c, &none, &err) && err.code == SG_ENOTSUP &&
               strstr(err.text, "nope"),
           "but nobody trains beside it");
    json_decref(o);
}

/* f(renumbered state) = renumbered f(state), with the previous prediction given too. */
static void equivariance(int weighted)
{
    static const int turn[N] = {4, 7, 0, 2, 8, 1, 6, 3, 5};
    static sg_graph_config c;
    sg_graph_model m;
    sg_system sys;
    sg_map map;
    sg_field f;
    sg_arena a;
    c.arch = &sg_graph_egnet;
    c.net = (sg_egnet_dims){.d = 32,
                            .K = 8,
                            .P = 16,
                            .H = 2,
                            .F = 64,
                            .L = 2,
                            .C = 3,
                            .B = 3,
                            .N = N,
                            .U = POWERS,
                            .W = POWERS + 1 + weighted};
    c.weighted = weighted;
    c.n_node_labels = 3;
    c.n_edge_labels = 2;
    c.max_nodes = N;
    c.mean_degree = 3;
    must(sg_graph_model_init(&m, &c, 0, &err), &err);
    sg_params_draw(&m.params, 3);
    sg_rng r;
    sg_rng_init(&r, 5, 6, 7);
    for (size_t i = 0; i < m.params.size; i++) /* heads that start at zero too */
        m.params.x[i] += (sg_real)(0.05 * sg_rng_normal(&r));
    sg_graph_system(&sys, &map, &c);
    sg_graph_work w = {.model = &m};
    must(sg_arena_new(&w.arena, sg_graph_work_bytes(&m, 2 * N, 2 * PAIRS, 2, N), &err), &err);
    must(sg_arena_new(&a, (size_t)1 << 20, &err), &err);
    sg_graph_field(&f, &sys, &w);
    sg_state s[2];
    size_t n[SG_MAX_COMPONENTS] = {N, N, PAIRS, PAIRS};
    for (int k = 0; k < 2; k++)
        must(sg_state_init(&s[k], &sys, n, 1, (uint64_t)k, &a, &err), &err);
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < N; i++) {
            s[0].slot[SG_GRAPH_NODE].tok[i] = (int)sg_rng_below(&r, 4);
            for (int x = 0; x < 3; x++)
                s[0].slot[SG_GRAPH_X].x[3 * i + x] = sg_rng_normal(&r);
        }
        for (int p = 0; p < PAIRS; p++)
            s[0].slot[SG_GRAPH_EDGE].tok[p] = (int)sg_rng_below(&r, 4);
        for (int p = 0; p < PAIRS && weighted; p++)
            s[0].slot[SG_GRAPH_WEIGHT].x[p] = sg_rng_normal(&r);
        for (int i = 0; i < N; i++) {
            s[1].slot[SG_GRAPH_NODE].tok[turn[i]] = s[0].slot[SG_GRAPH_NODE].tok[i];
            memcpy(s[1].slot[SG_GRAPH_X].x + 3 * turn[i], s[0].slot[SG_GRAPH_X].x + 3 * i,
                   3 * sizeof(double));
            for (int j = i + 1; j < N; j++)
                s[1].slot[SG_GRAPH_EDGE].tok[at(turn[i], turn[j])] =
                    s[0].slot[SG_GRAPH_EDGE].tok[at(i, j)];
            for (int j = i + 1; j < N && weighted; j++)
                s[1].slot[SG_GRAPH_WEIGHT].x[at(turn[i], turn[j])] =
                    s[0].slot[SG_GRAPH_WEIGHT].x[at(i, j)];
        }
        const sg_state *x[2] = {&s[0], &s[1]};
        sg_pred *out[2] = {&s[0].pred, &s[1].pred};
        must(f.eval(&f, 0.6, x, 2, out, &err), &err);
        double worst = 0, size = 0;
        for (int i = 0; i < N; i++) {
            for (int k = 0; k < 3; k++) {
                double u = s[0].pred.v[SG_GRAPH_X][3 * i + k];
                worst = fmax(worst, fabs(u - s[1].pred.v[SG_GRAPH_X][3 * turn[i] + k]));
                worst = fmax(worst, fabs(s[0].pred.v[SG_GRAPH_NODE][3 * i + k] -
                                         s[1].pred.v[SG_GRAPH_NODE][3 * turn[i] + k]));
                size = fmax(size, fabs(u));
            }
            for (int j = i + 1; j < N && weighted; j++)
                worst = fmax(worst, fabs(s[0].pred.v[SG_GRAPH_WEIGHT][at(i, j)] -
                                         s[1].pred.v[SG_GRAPH_WEIGHT][at(turn[i], turn[j])]));
            for (int j = i + 1; j < N; j++)
                for (int k = 0; k < 3; k++)
                    worst =
                        fmax(worst, fabs(s[0].pred.v[SG_GRAPH_EDGE][3 * at(i, j) + k] -
                                         s[1].pred.v[SG_GRAPH_EDGE][3 * at(turn[i], turn[j]) + k]));
        }
        tap_ok(worst < 1e-5 * fmax(1, size), "renumbered nodes%s%s: worst difference %.1e",
               weighted ? ", with weights" : "", pass ? " with a previous prediction" : "", worst);
    }
    sg_arena_clear(&a);
    sg_arena_clear(&w.arena);
    sg_graph_model_clear(&m);
}

int main(void)
{
    walks();
    layout();
    communities();
    named();
    equivariance(0);
    equivariance(1);
    return tap_done();
}
