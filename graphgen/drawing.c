#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "cli/page.h"
#include "drawing.h"
#include "stress.h"

enum { COLOURS = 8 };

/* One component: its nodes in the whole graph, its own edges and places. */
typedef struct piece {
    int n;
    int *node;  /* (n) */
    sg_graph g; /* (n nodes) */
    double *x;  /* (n, 2) */
    double lo[2], size[2];
} piece;

static void piece_clear(piece *p)
{
    free(p->node);
    free(p->x);
    sg_graph_clear(&p->g);
}

/* Component k of g; at (n_nodes) is work space. */
static sg_status piece_make(piece *p, const sg_graph *g, const int *comp, int k, int *at,
                            sg_error *err)
{
    size_t n = 0;
    for (int i = 0; i < g->n_nodes; i++)
        if (comp[i] == k)
            at[i] = (int)n++;
    p->n = (int)n;
    p->node = malloc(n * sizeof *p->node);
    p->x = calloc(2 * n, sizeof *p->x);
    if (!p->node || !p->x)
        return sg_fail(err, SG_ENOMEM, "no memory to draw %zu nodes", n);
    for (int i = 0; i < g->n_nodes; i++)
        if (comp[i] == k)
            p->node[at[i]] = i;
    sg_status s = sg_graph_set_nodes(&p->g, p->n, err);
    for (int e = 0; e < g->n_edges && s == SG_OK; e++)
        if (comp[g->edge[e].u] == k)
            s = sg_graph_add_edge(&p->g, at[g->edge[e].u], at[g->edge[e].v], 1, 1, err);
    return s == SG_OK ? sg_graph_sort(&p->g, err) : s;
}

/* Longest axis across; then the box. */
static void turn(piece *p)
{
    double m[2] = {0}, xx = 0, yy = 0, xy = 0, hi[2] = {-INFINITY, -INFINITY};
    for (int i = 0; i < 2 * p->n; i++)
        m[i % 2] += p->x[i] / p->n;
    for (int i = 0; i < p->n; i++) {
        double a = p->x[2 * i] -= m[0], b = p->x[2 * i + 1] -= m[1];
        xx += a * a;
        yy += b * b;
        xy += a * b;
    }
    double t = 0.5 * atan2(2 * xy, xx - yy), c = cos(t), s = sin(t);
    p->lo[0] = p->lo[1] = INFINITY;
    for (int i = 0; i < p->n; i++) {
        double *x = p->x + 2 * i, a = c * x[0] + s * x[1], b = c * x[1] - s * x[0];
        x[0] = a;
        x[1] = b;
        for (int k = 0; k < 2; k++) {
            p->lo[k] = fmin(p->lo[k], x[k]);
            hi[k] = fmax(hi[k], x[k]);
        }
    }
    for (int k = 0; k < 2; k++)
        p->size[k] = hi[k] - p->lo[k] + 1; /* half an edge around */
}

static int by_size(const void *pa, const void *pb)
{
    const piece *a = pa, *b = pb;
    return a->n != b->n ? (a->n < b->n) - (a->n > b->n)
                        : (a->node[0] > b->node[0]) - (a->node[0] < b->node[0]);
}

/* Rows from the left, as wide as the whole is to be. */
static void pack(const piece *p, int count, double *xy)
{
    double area = 0, wide = 0, at[2] = {0}, high = 0;
    for (int k = 0; k < count; k++) {
        area += p[k].size[0] * p[k].size[1];
        wide = fmax(wide, p[k].size[0]);
    }
    wide = fmax(wide, sqrt(1.5 * area));
    for (int k = 0; k < count; k++) {
        if (at[0] > 0 && at[0] + p[k].size[0] > wide) {
            at[1] += high;
            at[0] = high = 0;
        }
        for (int i = 0; i < p[k].n; i++)
            for (int c = 0; c < 2; c++)
                xy[2 * p[k].node[i] + c] = at[c] + p[k].x[2 * i + c] - p[k].lo[c] + 0.5;
        at[0] += p[k].size[0];
        high = fmax(high, p[k].size[1]);
    }
}

sg_status sg_graph_place(const sg_graph *g, double *xy, sg_error *err)
{
    size_t n = (size_t)g->n_nodes;
    if (g->n_nodes > SG_GRAPH_DRAWN_NODES)
        return sg_fail(err, SG_ELIMIT, "%d nodes; at most %d are drawn", g->n_nodes,
                       SG_GRAPH_DRAWN_NODES);
    int *comp = malloc((2 * n + 1) * sizeof *comp), count = 0;
    piece *p = NULL;
    sg_status s = SG_OK;
    if (comp) {
        count = sg_graph_components(g, comp);
        p = calloc((size_t)count + 1, sizeof *p);
    }
    if (!p)
        s = sg_fail(err, SG_ENOMEM, "no memory to draw %zu nodes", n);
    for (int k = 0; k < count && s == SG_OK; k++) {
        s = piece_make(&p[k], g, comp, k, comp + n, err);
        if (s == SG_OK)
            s = sg_graph_stress(&p[k].g, 2, p[k].x, err);
        if (s == SG_OK)
            turn(&p[k]);
    }
    if (s == SG_OK) {
        qsort(p, (size_t)count, sizeof *p, by_size);
        pack(p, count, xy);
    }
    for (int k = 0; p && k < count; k++)
        piece_clear(&p[k]);
    free(p);
    free(comp);
    return s;
}

/* ---- SVG ------------------------------------------------------------------------------------- */

static void point(sg_out *o, const char *before, const double *xy)
{
    sg_out_puts(o, before);
    sg_page_num(o, xy[0], 1);
    sg_out_puts(o, " ");
    sg_page_num(o, xy[1], 1);
}

/* Scales and moves the places into the frame; an edge becomes at most 30 long. */
static double fit(double *xy, int n, double x, double y, double width, double height)
{
    double lo[2] = {INFINITY, INFINITY}, hi[2] = {-INFINITY, -INFINITY};
    for (int i = 0; i < 2 * n; i++) {
        lo[i % 2] = fmin(lo[i % 2], xy[i]);
        hi[i % 2] = fmax(hi[i % 2], xy[i]);
    }
    double scale = fmin(30, fmin(width / (hi[0] - lo[0] + 1e-9), height / (hi[1] - lo[1] + 1e-9)));
    double at[2] = {x + width / 2 - scale * (lo[0] + hi[0]) / 2,
                    y + height / 2 - scale * (lo[1] + hi[1]) / 2};
    for (int i = 0; i < 2 * n; i++)
        xy[i] = at[i % 2] + scale * xy[i];
    return scale;
}

/* Nodes are strokes without length: a dot each. */
static void nodes(sg_out *o, const sg_graph *g, const double *xy, double radius)
{
    for (int c = 0; c < COLOURS; c++) {
        int any = 0;
        for (int i = 0; i < g->n_nodes; i++) {
            if (g->node_label ? ((unsigned)g->node_label[i] % COLOURS != (unsigned)c) : c > 0)
                continue;
            if (!any++) {
                if (g->node_label)
                    sg_out_printf(o, "<path class=\"n c%d\" stroke-width=\"", c);
                else
                    sg_out_puts(o, "<path class=\"n\" stroke-width=\"");
                sg_page_num(o, 2 * radius, 1);
                sg_out_puts(o, "\" d=\"");
            }
            point(o, "M", xy + 2 * i);
            sg_out_puts(o, "h0");
        }
        sg_out_puts(o, any ? "\"/>" : "");
    }
}

sg_status sg_graph_svg(sg_out *o, const sg_graph *g, double x, double y, double width,
                       double height, sg_error *err)
{
    if (g->n_nodes == 0)
        return SG_OK;
    double *xy = malloc(2 * (size_t)g->n_nodes * sizeof *xy);
    if (!xy)
        return sg_fail(err, SG_ENOMEM, "no memory to draw %d nodes", g->n_nodes);
    sg_status s = sg_graph_place(g, xy, err);
    if (s == SG_OK) {
        double scale = fit(xy, g->n_nodes, x, y, width, height);
        if (g->n_edges)
            sg_out_puts(o, "<path class=\"e\" d=\"");
        for (int e = 0; e < g->n_edges; e++) {
            point(o, "M", xy + 2 * g->edge[e].u);
            point(o, "L", xy + 2 * g->edge[e].v);
        }
        sg_out_puts(o, g->n_edges ? "\"/>" : "");
        nodes(o, g, xy, fmin(4.5, fmax(1.2, 0.22 * scale)));
    }
    free(xy);
    return s;
}
