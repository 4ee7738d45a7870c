#include <config.h>
#include "svg.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/align.h>
#include <sigen/text.h>
#include "cli/page.h"
#include "ribbon.h"

#define UNIT  30.0 /* of the drawing, per angstrom */
#define THICK 0.2  /* half thickness of ribbons, angstrom */
#define TUBE  0.3  /* radius */

enum {
    STEPS = 5,  /* per residue */
    MERGED = 5, /* steps that one shape takes at most */
    SHADES = 7,
    FOGS = 6,
    CORNERS = 2 * MERGED + 2,
};

/* Classes: a letter, a digit for the light, one for the distance. */
enum { OUTER, INNER, STRAND, LOOP, OUTLINE, PAINTS };

// clang-format off
static const struct paint {
    char letter;
    unsigned char rgb[3];
    unsigned char shades; /* 1: the light does not matter */
} paints[PAINTS] = {
    [OUTER]   = {'h', {74, 129, 226}, SHADES},
    [INNER]   = {'i', {142, 172, 226}, SHADES},
    [STRAND]  = {'s', {236, 158, 54}, SHADES},
    [LOOP]    = {'l', {158, 167, 178}, 1},
    [OUTLINE] = {'o', {92, 101, 113}, 1},
};
// clang-format on

/* A filled polygon, or a bent line (3 corners: its ends, and between them the control point). */
typedef struct shape {
    double depth;
    int paint, shade, n;
    int xy[CORNERS][2];
} shape;

typedef struct drawing {
    shape *shape; /* (n) */
    size_t n, cap;
    double near, far;
    int lo[2], hi[2];
    int short_of_memory;
} drawing;

static double dot(const double *a, const double *b)
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static shape *add(drawing *d)
{
    if (d->n == d->cap) {
        size_t cap = d->cap ? 2 * d->cap : 1024;
        shape *s = realloc(d->shape, cap * sizeof *s);
        if (!s) {
            d->short_of_memory = 1;
            return NULL;
        }
        d->shape = s;
        d->cap = cap;
    }
    d->shape[d->n] = (shape){0};
    return &d->shape[d->n++];
}

static int grid(double x)
{
    return (int)lround(fmin(fmax(x * UNIT, -1e8), 1e8));
}

static void put(int xy[2], const double *at)
{
    xy[0] = grid(at[0]);
    xy[1] = grid(-at[1]);
}

/* ---- ribbons --------------------------------------------------------------------------------- */

/* The four edges of a ribbon's cross-section, counted around; faces lie between neighbours. */
typedef struct section {
    double corner[4][3], normal[4][3], at[3];
} section;

static void section_at(section *s, const sg_i_ribbon *r, const sg_i_strip *t, double share)
{
    static const int side[4][2] = {{1, 1}, {-1, 1}, {-1, -1}, {1, -1}};
    sg_i_strip_point q;
    double wide = t->wide_from + share * (t->wide_to - t->wide_from);
    sg_i_ribbon_at(&q, r, t->from + share * (t->to - t->from));
    for (int c = 0; c < 4; c++)
        for (int k = 0; k < 3; k++) {
            s->corner[c][k] =
                q.at[k] + side[c][0] * wide * q.across[k] + side[c][1] * THICK * q.normal[k];
            s->normal[c][k] = c == 0   ? q.normal[k]
                              : c == 1 ? -q.across[k]
                              : c == 2 ? -q.normal[k]
                                       : q.across[k];
        }
    memcpy(s->at, q.at, sizeof s->at);
}

static int light(const double *normal)
{
    static const double from[3] = {-0.38, 0.56, 0.74};
    double x = 0.5 + 0.5 * dot(normal, from);
    int k = (int)(x * SHADES);
    return k < 0 ? 0 : k >= SHADES ? SHADES - 1 : k;
}

/* Twice the area on the page, positive where the face is seen. */
static double area(const double *a, const double *b, const double *c, const double *d)
{
    return (c[0] - a[0]) * (d[1] - b[1]) - (c[1] - a[1]) * (d[0] - b[0]);
}

/* Begins a polygon with the corners a, b of one section and c, d of the next. */
static shape *quad(drawing *d, const double *corner[4], int paint, int shade)
{
    shape *s = add(d);
    if (!s)
        return NULL;
    s->paint = paint;
    s->shade = shade;
    s->n = 4;
    for (int k = 0; k < 4; k++) {
        put(s->xy[k], corner[k]);
        s->depth += corner[k][2] / 4;
    }
    return s;
}

/* One section further: its corners come between the two edges, a b c | d. */
static void extend(shape *s, const double *corner[4])
{
    int at = s->n / 2 + 1, quads = s->n / 2;
    double depth = (corner[0][2] + corner[1][2] + corner[2][2] + corner[3][2]) / 4;
    memmove(s->xy[at + 2], s->xy[at], (size_t)(s->n - at) * sizeof s->xy[0]);
    put(s->xy[at], corner[2]);
    put(s->xy[at + 1], corner[3]);
    s->depth += (depth - s->depth) / quads;
    s->n += 2;
}

/* Is the normal of this face on the side that the ribbon bends to? */
static int is_inner(const section *q, int k, int f)
{
    double bend = 0;
    k = k ? k : 1;
    for (int c = 0; c < 3; c++)
        bend += (q[k - 1].at[c] + q[k + 1].at[c] - 2 * q[k].at[c]) * q[k].normal[f][c];
    return bend > 0;
}

/* What is seen of a ribbon; a face joins the one before while light and paint stay the same. */
static void faces(drawing *d, const section *q, int steps, int paint)
{
    for (int f = 0; f < 4; f++) {
        int g = (f + 1) % 4;
        shape *open = NULL;
        for (int k = 0; k < steps; k++) {
            const double *corner[4] = {q[k].corner[f], q[k].corner[g], q[k + 1].corner[g],
                                       q[k + 1].corner[f]};
            if (area(corner[0], corner[1], corner[2], corner[3]) <= 0) {
                open = NULL;
                continue;
            }
            int rim = f % 2, shade = light(q[k].normal[f]) / (rim ? 2 : 1);
            int own = paint == OUTER && !rim && is_inner(q, k, f) ? INNER : paint;
            if (open && open->paint == own && open->shade == shade && open->n < CORNERS)
                extend(open, corner);
            else
                open = quad(d, corner, own, shade);
        }
    }
    for (int end = 0; end < 2; end++) { /* the cut */
        const section *e = &q[end ? steps : 0];
        const double *corner[4] = {e->corner[end ? 0 : 3], e->corner[end ? 1 : 2],
                                   e->corner[end ? 2 : 1], e->corner[end ? 3 : 0]};
        if (area(corner[0], corner[1], corner[2], corner[3]) > 0)
            quad(d, corner, paint, SHADES / 3);
    }
}

/* ---- tubes ----------------------------------------------------------------------------------- */

/* The outline lies right under each piece, a bent line of two steps. */
static void tube(drawing *d, const section *q, int steps)
{
    for (int k = 0; k < steps; k += 2) {
        const double *a = q[k].at, *b = q[k + 1].at, *c = q[k + 2 <= steps ? k + 2 : steps].at;
        double bend[3];
        for (int x = 0; x < 3; x++)
            bend[x] = 2 * b[x] - (a[x] + c[x]) / 2;
        for (int paint = OUTLINE; paint >= LOOP; paint--) {
            shape *s = add(d);
            if (!s)
                return;
            s->paint = paint;
            s->n = 3;
            s->depth = b[2] + (paint == LOOP ? 1e-6 : 0);
            put(s->xy[0], a);
            put(s->xy[1], bend);
            put(s->xy[2], c);
        }
    }
}

static sg_status strip(drawing *d, const sg_i_ribbon *r, const sg_i_strip *t, sg_error *err)
{
    int steps = (int)ceil((t->to - t->from) * STEPS - 1e-9);
    steps += steps % 2; /* tubes take two at a time */
    section *q = malloc(((size_t)steps + 1) * sizeof *q);
    if (!q)
        return sg_fail(err, SG_ENOMEM, "no memory to draw %zu residues", r->n);
    for (int k = 0; k <= steps; k++)
        section_at(&q[k], r, t, (double)k / steps);
    if (t->kind == SG_I_STRIP_LOOP)
        tube(d, q, steps);
    else
        faces(d, q, steps, t->kind == SG_I_STRIP_HELIX ? OUTER : STRAND);
    free(q);
    return d->short_of_memory ? sg_fail(err, SG_ENOMEM, "no memory to draw %zu residues", r->n)
                              : SG_OK;
}

/* ---- the picture ----------------------------------------------------------------------------- */

/* Rows: to the right, up, towards the eye. The first residue is on the left and above. */
static void view_of(double view[9], const sg_protein *p)
{
    double mean[3] = {0}, cov[9] = {0}, value[3], v[9], first[2] = {0};
    for (size_t i = 0; i < p->n; i++)
        for (int d = 0; d < 3; d++)
            mean[d] += p->residue[i].xyz[SG_PROTEIN_CA][d] / (double)p->n;
    for (size_t i = 0; i < p->n; i++) {
        const double *x = p->residue[i].xyz[SG_PROTEIN_CA];
        for (int d = 0; d < 9; d++)
            cov[d] += (x[d / 3] - mean[d / 3]) * (x[d % 3] - mean[d % 3]);
    }
    sg_eigen_sym3(value, v, cov);
    for (int a = 0; a < 2; a++)
        for (int k = 0; k < 3; k++)
            first[a] += v[3 * k + a] * (p->residue[0].xyz[SG_PROTEIN_CA][k] - mean[k]);
    double sign[3] = {first[0] > 0 ? -1 : 1, first[1] < 0 ? -1 : 1, 1};
    sign[2] = sign[0] * sign[1]; /* no mirror */
    for (int a = 0; a < 3; a++)
        for (int k = 0; k < 3; k++)
            view[3 * a + k] = sign[a] * v[3 * k + a];
}

static int nearer(const void *a, const void *b)
{
    const shape *p = a, *q = b;
    return (p->depth > q->depth) - (p->depth < q->depth);
}

static void bounds(drawing *d)
{
    for (size_t i = 0; i < d->n; i++)
        for (int k = 0; k < d->shape[i].n; k++)
            for (int a = 0; a < 2; a++) {
                int x = d->shape[i].xy[k][a];
                d->lo[a] = i + (size_t)k == 0 || x < d->lo[a] ? x : d->lo[a];
                d->hi[a] = i + (size_t)k == 0 || x > d->hi[a] ? x : d->hi[a];
            }
    d->far = d->n ? d->shape[0].depth : 0;
    d->near = d->n ? d->shape[d->n - 1].depth : 0;
}

static void write_shape(sg_out *o, const drawing *d, const shape *s)
{
    double back = d->near > d->far ? (d->near - s->depth) / (d->near - d->far) : 0;
    int fog = (int)(back * FOGS);
    sg_out_printf(o, "<path class=\"%c%d%d\" d=\"M%d %d", paints[s->paint].letter, s->shade,
                  fog < FOGS ? fog : FOGS - 1, s->xy[0][0], s->xy[0][1]);
    for (int k = 1; k < s->n; k++) { /* of a bent line all is relative to its begin */
        int from = s->n == 3 ? 0 : k - 1;
        int dx = s->xy[k][0] - s->xy[from][0], dy = s->xy[k][1] - s->xy[from][1];
        sg_out_printf(o, "%s%d%s%d",
                      k > 1 && dx >= 0 ? " "
                      : k > 1          ? ""
                      : s->n == 3      ? "q"
                                       : "l",
                      dx, dy < 0 ? "" : " ", dy);
    }
    sg_out_puts(o, "\"/>");
}

static void write_all(sg_out *o, drawing *d, double x, double y, double w, double h)
{
    qsort(d->shape, d->n, sizeof *d->shape, nearer);
    bounds(d);
    double wide = d->hi[0] - d->lo[0] + 2 * TUBE * UNIT,
           high = d->hi[1] - d->lo[1] + 2 * TUBE * UNIT;
    double scale = fmin(w / wide, h / high);
    const double number[] = {x + w / 2 - scale * (d->lo[0] + d->hi[0]) / 2,
                             y + h / 2 - scale * (d->lo[1] + d->hi[1]) / 2, scale};
    static const char *const before[] = {"<g class=\"cartoon\" transform=\"translate(", " ",
                                         ") scale("};
    for (int k = 0; k < 3; k++) {
        sg_out_puts(o, before[k]);
        sg_page_num(o, number[k], k == 2 ? 5 : 1);
    }
    sg_out_puts(o, ")\">");
    for (size_t k = 0; k < d->n; k++)
        write_shape(o, d, &d->shape[k]);
    sg_out_puts(o, "</g>");
}

sg_status sg_i_cartoon(sg_out *o, const sg_protein *p, const char *ss, double x, double y, double w,
                       double h, sg_error *err)
{
    double view[9];
    sg_i_ribbon r;
    drawing d = {0};
    view_of(view, p);
    sg_status s = sg_i_ribbon_make(&r, p, ss, view, err);
    for (size_t k = 0; k < r.n_strips && s == SG_OK; k++)
        s = strip(&d, &r, &r.strip[k], err);
    if (s == SG_OK && d.n)
        write_all(o, &d, x, y, w, h);
    sg_i_ribbon_free(&r);
    free(d.shape);
    return s;
}

/* ---- colours --------------------------------------------------------------------------------- */

/* Darker in the shade, towards the page with distance. */
static void rules(sg_out *o, const unsigned char page[3])
{
    for (int p = 0; p < PAINTS; p++)
        for (int shade = 0; shade < paints[p].shades; shade++)
            for (int fog = 0; fog < FOGS; fog++) {
                double lit = paints[p].shades == 1 ? 1 : 0.5 + 0.62 * shade / (SHADES - 1);
                double away = 0.62 * fog / (FOGS - 1);
                sg_out_printf(o, ".%c%d%d{color:#", paints[p].letter, shade, fog);
                for (int k = 0; k < 3; k++) {
                    double c = fmin(255, paints[p].rgb[k] * lit);
                    sg_out_printf(o, "%02x", (unsigned)lround(c + away * (page[k] - c)));
                }
                sg_out_puts(o, "}");
            }
}

void sg_i_cartoon_style(sg_out *o)
{
    static const unsigned char white[3] = {255, 255, 255}, black[3] = {26, 30, 35};
    sg_out_printf(o,
                  ".cartoon path{fill:currentColor;stroke:currentColor;stroke-width:2;"
                  "stroke-linejoin:round}.cartoon [class^=l]{fill:none;stroke-width:%d;"
                  "stroke-linecap:round}.cartoon [class^=o]{fill:none;stroke-width:%d}",
                  (int)(2 * TUBE * UNIT), (int)(2 * TUBE * UNIT) + 10);
    rules(o, white);
    sg_out_puts(o, "@media(prefers-color-scheme:dark){");
    rules(o, black);
    sg_out_puts(o, "}");
}
