#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/align.h>
#include <sigen/text.h>
#include "cli/page.h"
#include "svg.h"

/* ---- molecules ------------------------------------------------------------------------------- */

struct look {
    int element;
    double radius; /* drawn, angstrom */
    const char *light, *dark;
};

static const struct look looks[] = {
    {0, 0.42, "#d7a6d9", "#9a5f9e"}, /* any other element */
    {1, 0.26, "#ffffff", "#b4bbc4"},  {6, 0.40, "#8d959e", "#4a5159"},
    {7, 0.39, "#7fa3f5", "#2f56c4"},  {8, 0.38, "#f58b7d", "#c2301f"},
    {9, 0.37, "#8edc9a", "#2f9444"},  {15, 0.48, "#f7b56b", "#c96f14"},
    {16, 0.47, "#f5dc6e", "#c29a0c"}, {17, 0.46, "#7fd68b", "#1f7f36"},
    {35, 0.50, "#c47a68", "#7b2c1c"}, {53, 0.55, "#b58ad8", "#6a2fa0"},
};

#define N_LOOKS (sizeof looks / sizeof *looks)

static const struct look *look_of(int element)
{
    for (size_t k = 1; k < N_LOOKS; k++)
        if (looks[k].element == element)
            return &looks[k];
    return &looks[0];
}

void sg_i_svg_defs(sg_out *o)
{
    sg_out_puts(o, "<defs>");
    for (size_t k = 0; k < N_LOOKS; k++)
        sg_out_printf(
            o,
            "<radialGradient id=\"e%d\" cx=\".36\" cy=\".32\" r=\".75\"><stop stop-color=\"%s\"/>"
            "<stop offset=\"1\" stop-color=\"%s\"/></radialGradient>",
            looks[k].element, looks[k].light, looks[k].dark);
    sg_out_puts(o, "</defs>");
}

/* One disc, or half a bond; drawn from far to near. */
struct part {
    double depth;
    double x, y, x2, y2;
    const struct look *look;
    int order; /* 0: an atom */
};

static int nearer(const void *a, const void *b)
{
    const struct part *p = a, *q = b;
    return (p->depth > q->depth) - (p->depth < q->depth);
}

/* Centred, longest axis along x, thinnest along z. */
static void orient(double *p, const sg_mol *m)
{
    double mean[3] = {0}, cov[9] = {0}, value[3], v[9];
    for (int i = 0; i < m->n_atoms; i++)
        for (int d = 0; d < 3; d++)
            mean[d] += m->atom[i].xyz[d] / m->n_atoms;
    for (int i = 0; i < m->n_atoms; i++)
        for (int d = 0; d < 9; d++)
            cov[d] += (m->atom[i].xyz[d / 3] - mean[d / 3]) * (m->atom[i].xyz[d % 3] - mean[d % 3]);
    sg_eigen_sym3(value, v, cov);
    for (int i = 0; i < m->n_atoms; i++)
        for (int d = 0; d < 3; d++) {
            double s = 0;
            for (int k = 0; k < 3; k++)
                s += (m->atom[i].xyz[k] - mean[k]) * v[3 * k + d];
            p[3 * i + d] = s;
        }
}

static void write_part(sg_out *o, const struct part *t, double scale)
{
    if (!t->order) {
        sg_out_puts(o, "<circle cx=\"");
        sg_page_num(o, t->x, 1);
        sg_out_puts(o, "\" cy=\"");
        sg_page_num(o, t->y, 1);
        sg_out_puts(o, "\" r=\"");
        sg_page_num(o, t->look->radius * scale, 1);
        sg_out_printf(o, "\" fill=\"url(#e%d)\"/>", t->look->element);
        return;
    }
    /* double and triple bonds: parallel sticks */
    double dx = t->x2 - t->x, dy = t->y2 - t->y, len = hypot(dx, dy);
    double nx = len > 0 ? -dy / len : 0, ny = len > 0 ? dx / len : 0;
    int sticks = t->order > 3 ? 1 : t->order;
    for (int k = 0; k < sticks; k++) {
        double off = (k - 0.5 * (sticks - 1)) * 0.19 * scale;
        const double at[4] = {t->x + off * nx, t->y + off * ny, t->x2 + off * nx, t->y2 + off * ny};
        sg_out_puts(o, "<path d=\"M");
        for (int c = 0; c < 4; c++) {
            sg_page_num(o, at[c], 1);
            sg_out_puts(o, c == 3 ? "" : c == 1 ? "L" : " ");
        }
        sg_out_printf(o, "\" stroke=\"%s\" stroke-width=\"",
                      t->look->element == 1 ? "#dfe3e8" : t->look->dark);
        sg_page_num(o, (sticks > 1 ? 0.11 : 0.17) * scale, 1);
        sg_out_puts(o, "\"/>");
    }
}

sg_status sg_i_svg_balls(sg_out *o, const sg_mol *m, double x, double y, double width,
                         double height, sg_error *err)
{
    size_t n = (size_t)m->n_atoms, parts = n + 2 * (size_t)m->n_bonds, k = 0;
    double *p = malloc((3 * n + 1) * sizeof *p), half[2] = {0.6, 0.6}, mid[2];
    double lo[2] = {1e30, 1e30}, hi[2] = {-1e30, -1e30};
    struct part *part = calloc(parts + 1, sizeof *part);
    if (!p || !part) {
        free(p);
        free(part);
        return sg_fail(err, SG_ENOMEM, "no memory for a drawing of %zu atoms", n);
    }
    if (n)
        orient(p, m);
    for (size_t i = 0; i < n; i++)
        for (int d = 0; d < 2; d++) {
            double r = look_of(m->atom[i].element)->radius;
            lo[d] = fmin(lo[d], p[3 * i + (size_t)d] - r);
            hi[d] = fmax(hi[d], p[3 * i + (size_t)d] + r);
        }
    for (int d = 0; d < 2; d++) {
        mid[d] = n ? 0.5 * (lo[d] + hi[d]) : 0;
        half[d] = n ? 0.5 * (hi[d] - lo[d]) : 1;
    }
    /* small molecules are not blown up to the whole frame */
    double scale = fmin(fmin(0.5 * width / half[0], 0.5 * height / half[1]), 0.16 * width);
    for (size_t i = 0; i < n; i++) {
        p[3 * i] = x + 0.5 * width + scale * (p[3 * i] - mid[0]);
        p[3 * i + 1] = y + 0.5 * height - scale * (p[3 * i + 1] - mid[1]);
        part[k++] = (struct part){.depth = p[3 * i + 2],
                                  .x = p[3 * i],
                                  .y = p[3 * i + 1],
                                  .look = look_of(m->atom[i].element)};
    }
    for (int b = 0; b < m->n_bonds; b++)
        for (int end = 0; end < 2; end++) {
            int at = end ? m->bond[b].b : m->bond[b].a, to = end ? m->bond[b].a : m->bond[b].b;
            const double *u = p + 3 * at, *w = p + 3 * to;
            part[k++] = (struct part){.depth = fmin(u[2], 0.75 * u[2] + 0.25 * w[2]) - 1e-3,
                                      .x = u[0],
                                      .y = u[1],
                                      .x2 = 0.5 * (u[0] + w[0]),
                                      .y2 = 0.5 * (u[1] + w[1]),
                                      .look = look_of(m->atom[at].element),
                                      .order = m->bond[b].order};
        }
    qsort(part, k, sizeof *part, nearer);
    sg_out_puts(o, "<g>");
    for (size_t i = 0; i < k; i++)
        write_part(o, &part[i], scale);
    sg_out_puts(o, "</g>");
    free(part);
    free(p);
    return SG_OK;
}

/* ---- histograms ------------------------------------------------------------------------------ */

#define MAX_BARS 48

struct bars {
    int n, step, cell[MAX_BARS]; /* first cell of each bar */
    double share[2][MAX_BARS];
    double outside[2];
};

static void widen(const sg_i_hist *h, int *first, int *last)
{
    double below = 0, above = 0;
    int a = 0, b = SG_I_CELLS - 1;
    if (!h || h->total == 0)
        return;
    while (a < b && below + h->count[a] <= 0.002 * h->total)
        below += h->count[a++];
    while (b > a && above + h->count[b] <= 0.002 * h->total)
        above += h->count[b--];
    *first = a < *first ? a : *first;
    *last = b > *last ? b : *last;
}

static void choose(struct bars *b, const sg_i_axis *axis, const sg_i_hist *const h[2])
{
    int first = SG_I_CELLS, last = -1;
    memset(b, 0, sizeof *b);
    b->step = 1;
    widen(h[0], &first, &last);
    widen(h[1], &first, &last);
    if (axis->elements) {
        for (int c = 0; c < SG_I_CELLS && b->n < MAX_BARS; c++)
            if (h[0]->count[c] > 0 || (h[1] && h[1]->count[c] > 0))
                b->cell[b->n++] = c;
    } else if (last >= first) {
        while ((last - first + 1 + b->step - 1) / b->step > MAX_BARS - 4)
            b->step++;
        first -= first % b->step;
        for (int c = first; c <= last; c += b->step)
            b->cell[b->n++] = c;
    }
    for (int k = 0; k < 2; k++) {
        double shown = 0;
        for (int i = 0; h[k] && h[k]->total > 0 && i < b->n; i++)
            for (int s = 0; s < b->step && b->cell[i] + s < SG_I_CELLS; s++) {
                b->share[k][i] += h[k]->count[b->cell[i] + s] / h[k]->total;
                shown += h[k]->count[b->cell[i] + s] / h[k]->total;
            }
        b->outside[k] = h[k] && h[k]->total > 0 ? 1 - shown : 0;
    }
}

static void tick(sg_page_hist *h, sg_page_tick *ticks, const sg_i_axis *axis, double at, int cell)
{
    sg_page_tick *t = &ticks[h->n_ticks];
    char buf[64];
    if (h->n_ticks >= MAX_BARS)
        return;
    t->at = at;
    if (!axis->elements || cell < 1 || cell > 118)
        sg_format_fixed(buf, axis->lo + axis->bin * cell, axis->digits);
    snprintf(t->text, sizeof t->text, "%s",
             axis->elements && cell >= 1 && cell <= 118 ? sg_element_symbol(cell) : buf);
    h->n_ticks++;
}

static void ticks(sg_page_hist *h, sg_page_tick *t, const sg_i_axis *axis, const struct bars *b)
{
    int every = axis->elements || b->n <= 12 ? 1 : (b->n + 5) / 6;
    if (axis->bin >= 1) {
        for (int i = 0; i < b->n; i += every)
            tick(h, t, axis, i + 0.5, b->cell[i]);
        return;
    }
    /* lengths: round numbers, 0.1 or 0.05 apart */
    double span = axis->bin * b->step * b->n, gap = span > 0.5 ? 0.1 : span > 0.15 ? 0.05 : 0.02;
    double left = axis->lo + axis->bin * b->cell[0];
    for (double v = ceil(left / gap - 1e-6) * gap; v < left + span; v += gap)
        tick(h, t, axis, (v - left) / span * b->n, (int)lround((v - axis->lo) / axis->bin));
}

void sg_i_svg_hist(sg_out *o, const sg_i_axis *axis, const sg_i_hist *h, const sg_i_hist *ref)
{
    const sg_i_hist *const both[2] = {h, ref};
    struct bars b;
    sg_page_tick t[MAX_BARS];
    choose(&b, axis, both);
    sg_page_hist page = {.title = axis->title,
                         .unit = axis->unit,
                         .n = (size_t)b.n,
                         .share = b.share[0],
                         .ref = ref ? b.share[1] : NULL,
                         .beyond = b.outside[0],
                         .tick = t};
    if (b.n)
        ticks(&page, t, axis, &b);
    sg_page_histogram(o, &page);
}
