/* Drawings with a known best: paths lie straight, cycles are regular, components keep apart. */
#include <config.h>

#include <stdlib.h>

#include "graphgen/drawing.h"
#include "tap.h"

static sg_error err;

static void start(sg_graph *g, int n)
{
    sg_graph_reset(g);
    if (sg_graph_set_nodes(g, n, &err) != SG_OK)
        abort();
}

static void join(sg_graph *g, int u, int v)
{
    if (sg_graph_add_edge(g, u, v, 1, 1, &err) != SG_OK)
        abort();
}

static double *place(sg_graph *g)
{
    double *xy = calloc(2 * (size_t)g->n_nodes + 1, sizeof *xy);
    if (!xy || sg_graph_sort(g, &err) != SG_OK || sg_graph_place(g, xy, &err) != SG_OK)
        abort();
    return xy;
}

static double apart(const double *xy, int i, int j)
{
    return hypot(xy[2 * i] - xy[2 * j], xy[2 * i + 1] - xy[2 * j + 1]);
}

static void shapes(void)
{
    sg_graph g = {0};
    double worst = 0, lo = INFINITY, hi = 0;
    start(&g, 9);
    for (int i = 0; i < 8; i++)
        join(&g, (i * 4) % 9, (i * 4 + 4) % 9); /* a path through the nodes 0, 4, 8, 3 ... */
    double *xy = place(&g), *again = place(&g);
    for (int i = 0; i < 9; i++)
        for (int j = 0; j < i; j++)
            worst = fmax(worst, fabs(apart(xy, i * 4 % 9, j * 4 % 9) - (i - j)));
    tap_ok(worst < 0.06, "a path is straight, of edges 1 long (%.3f)", worst);
    tap_ok(fabs(xy[1] - xy[11]) < 0.1, "and lies across");
    tap_ok(memcmp(xy, again, 18 * sizeof *xy) == 0, "a function of the graph");
    free(again);
    free(xy);
    start(&g, 12);
    for (int i = 0; i < 12; i++)
        join(&g, i, (i + 1) % 12);
    xy = place(&g);
    for (int i = 0; i < 12; i++) {
        double l = apart(xy, i, (i + 1) % 12);
        lo = fmin(lo, l);
        hi = fmax(hi, l);
    }
    tap_ok(hi - lo < 0.01 * hi && fabs(hi - 1) < 0.25, "a cycle is regular: edges %.3f to %.3f", lo,
           hi);
    free(xy);
    start(&g, 7);
    for (int i = 1; i < 7; i++)
        join(&g, 0, i);
    xy = place(&g);
    lo = INFINITY;
    for (int i = 1; i < 7; i++)
        for (int j = 1; j < i; j++)
            lo = fmin(lo, apart(xy, i, j));
    tap_ok(lo > 0.5, "leaves of a star are parted (%.2f)", lo);
    free(xy);
    sg_graph_clear(&g);
}

static void components(void)
{
    sg_graph g = {0};
    double lo = INFINITY;
    start(&g, 30); /* ten triangles */
    for (int i = 0; i < 30; i += 3) {
        join(&g, i, i + 1);
        join(&g, i + 1, i + 2);
        join(&g, i, i + 2);
    }
    double *xy = place(&g);
    for (int i = 0; i < 30; i++)
        for (int j = 0; j < i; j++)
            lo = i / 3 == j / 3 ? lo : fmin(lo, apart(xy, i, j));
    tap_ok(lo > 0.9, "components keep apart (%.2f)", lo);
    free(xy);
    start(&g, 5); /* no edges */
    xy = place(&g);
    lo = INFINITY;
    for (int i = 0; i < 5; i++)
        for (int j = 0; j < i; j++)
            lo = fmin(lo, apart(xy, i, j));
    tap_ok(lo > 0.9, "nodes without edges too");
    free(xy);
    start(&g, 0);
    xy = place(&g);
    free(xy);
    start(&g, 2001);
    tap_ok(sg_graph_sort(&g, &err) == SG_OK && sg_graph_place(&g, NULL, &err) == SG_ELIMIT,
           "2001 nodes are too many");
    sg_graph_clear(&g);
}

static void svg(void)
{
    sg_graph g = {0};
    char *text;
    size_t len;
    start(&g, 3);
    join(&g, 0, 1);
    if (sg_graph_sort(&g, &err) != SG_OK || sg_graph_make_labels(&g, &err) != SG_OK)
        abort();
    g.node_label[1] = 9;
    sg_out *o = sg_out_memory(&err);
    if (!o || sg_graph_svg(o, &g, 10, 20, 100, 50, &err) != SG_OK ||
        sg_out_take(o, &text, &len, &err) != SG_OK)
        abort();
    tap_ok(strstr(text, "class=\"n c0\"") && strstr(text, "class=\"n c1\"") &&
               !strstr(text, "class=\"n c2\""),
           "colours by label");
    double x, y;
    int inside = 1, points = 0;
    for (const char *p = strchr(text, 'M'); p; p = strchr(p + 1, 'M')) {
        points++;
        inside = inside && sscanf(p, "M%lf %lf", &x, &y) == 2 && x >= 10 && x <= 110 && y >= 20 &&
                 y <= 70;
    }
    tap_ok(points == 4 && inside, "everything lies in the frame");
    free(text);
    sg_graph_clear(&g);
}

int main(void)
{
    shapes();
    components();
    svg();
    return tap_done();
}
