#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <sigen/text.h>
#include "cli/page.h"
#include "rama_i.h"
#include "report.h"

enum { BINS = SG_PROTEIN_RAMA_BINS, LEVELS = 7 };

static void num(sg_out *o, const char *before, double x, int digits)
{
    sg_out_puts(o, before);
    sg_page_num(o, x, digits);
}

static void begin(sg_out *o, const char *title, const char *unit)
{
    sg_out_printf(o, "<figure><figcaption>%s<span>%s</span></figcaption>", title, unit);
}

/* ---- Ramachandran maps: psi over phi, 10 degrees a cell -------------------------------------- */

/* Levels in steps of sqrt(10) from a cell's even share up and down. */
static int level(double count, double total)
{
    if (!(count > 0))
        return -1;
    int k = (int)floor(2 * log10(count / total * BINS * BINS)) + LEVELS - 3;
    return k < 0 ? 0 : k >= LEVELS ? LEVELS - 1 : k;
}

static void map(sg_out *o, const char *title, const double *count)
{
    double total = 0;
    for (int k = 0; k < BINS * BINS; k++)
        total += count[k];
    begin(o, title, "&psi; over &phi;");
    sg_out_puts(o, "<svg class=\"map\" viewBox=\"0 0 36 36\" role=\"img\">");
    for (int l = 0; l < LEVELS; l++) {
        int any = 0;
        for (int k = 0; k < BINS * BINS; k++) {
            if (level(count[k], total) != l)
                continue;
            if (!any++)
                sg_out_printf(o, "<path opacity=\".%d\" d=\"", 14 + 14 * l);
            sg_out_printf(o, "M%d %dh1v1h-1z", k / BINS, BINS - 1 - k % BINS);
        }
        if (any)
            sg_out_puts(o, "\"/>");
    }
    sg_out_puts(o, "<path class=\"grid\" d=\"M18 0V36M0 18H36\"/><path class=\"contour\" d=\"");
    /* the contour of 99.95 % of real residues, between its cells of 5 degrees */
    for (int i = 0; i < SG_I_RAMA; i++)
        for (int j = 0; j < SG_I_RAMA; j++) {
            double phi = -177.5 + 5 * i, psi = -177.5 + 5 * j;
            int out = sg_i_rama_outside(phi, psi, 1);
            if (i + 1 < SG_I_RAMA && sg_i_rama_outside(phi + 5, psi, 1) != out) {
                num(o, "M", (i + 1) / 2.0, 1);
                num(o, " ", BINS - (j + 1) / 2.0, 1);
                sg_out_puts(o, "v.5");
            }
            if (j + 1 < SG_I_RAMA && sg_i_rama_outside(phi, psi + 5, 1) != out) {
                num(o, "M", i / 2.0, 1);
                num(o, " ", BINS - (j + 1) / 2.0, 1);
                sg_out_puts(o, "h.5");
            }
        }
    sg_out_puts(o, "\"/></svg></figure>\n");
}

static void maps(sg_out *o, const sg_protein_judgement *e)
{
    double own[BINS * BINS] = {0}, real[BINS * BINS];
    for (int k = 0; k < BINS * BINS; k++) {
        real[k] = sg_i_rama_count(k);
        for (size_t i = 0; i < e->set.n; i++)
            own[k] += e->score[i].rama[k];
    }
    map(o, "Ramachandran map", own);
    map(o, "Real chains", real);
}

/* ---- points ---------------------------------------------------------------------------------- */

/* One number of a chain. */
typedef double of_score(const sg_protein_scores *s);
typedef double of_real(const sg_i_reference_chain *c);

typedef struct axis {
    of_score *score;
    of_real *real;
    int full; /* needs the whole backbone */
} axis;

static double score_n(const sg_protein_scores *s)
{
    return (double)s->n;
}
static double real_n(const sg_i_reference_chain *c)
{
    return c->n;
}
static double score_rg(const sg_protein_scores *s)
{
    return s->rg;
}
static double real_rg(const sg_i_reference_chain *c)
{
    return (double)c->rg;
}
static double score_ratio(const sg_protein_scores *s)
{
    return s->rg_ratio;
}
static double real_ratio(const sg_i_reference_chain *c)
{
    return (double)c->rg / (2.2 * pow(c->n, 0.38));
}
static double score_helix(const sg_protein_scores *s)
{
    return s->helix;
}
static double real_helix(const sg_i_reference_chain *c)
{
    return (double)c->helix;
}
static double score_strand(const sg_protein_scores *s)
{
    return s->strand;
}
static double real_strand(const sg_i_reference_chain *c)
{
    return (double)c->strand;
}

static const axis length = {score_n, real_n, 0}, rg = {score_rg, real_rg, 0},
                  ratio = {score_ratio, real_ratio, 0}, helix = {score_helix, real_helix, 1},
                  strand = {score_strand, real_strand, 1};

static int beside(const sg_protein_judgement *e, const sg_i_reference_chain *c)
{
    return c->n >= e->ref->lo && c->n <= e->ref->hi;
}

enum { WIDE = 300, HIGH = 220, LEFT = 26, BASE = 200 };

/* A scale from lo to hi in `step`s, written with `digits` decimals. */
typedef struct scale {
    double lo, hi, step;
    int digits;
} scale;

static double across(const scale *s, double v)
{
    return LEFT + (v - s->lo) / (s->hi - s->lo) * (WIDE - LEFT);
}

static double up(const scale *s, double v)
{
    return BASE - (v - s->lo) / (s->hi - s->lo) * (BASE - 8);
}

static void ticks(sg_out *o, const scale *x, const scale *y)
{
    sg_out_printf(o, "<path class=\"axis\" d=\"M%d 8V%dH%d\"/>", LEFT, BASE, WIDE);
    for (double v = x->lo; v <= x->hi + 1e-9; v += x->step) {
        num(o, "<text text-anchor=\"middle\" y=\"214\" x=\"", across(x, v), 1);
        num(o, "\">", v, x->digits);
        sg_out_puts(o, "</text>");
    }
    for (double v = y->lo; v <= y->hi + 1e-9; v += y->step) {
        num(o, "<text text-anchor=\"end\" x=\"20\" y=\"", up(y, v) + 4, 1);
        num(o, "\">", v, y->digits);
        sg_out_puts(o, "</text>");
    }
}

static void dot(sg_out *o, const scale *x, const scale *y, double a, double b)
{
    num(o, "M", across(x, fmin(fmax(a, x->lo), x->hi)), 1);
    num(o, " ", up(y, fmin(fmax(b, y->lo), y->hi)), 1);
    sg_out_puts(o, "h0");
}

/* Real chains behind, these in front; lines: where Rg = 2.2 n^0.38. */
static void cloud(sg_out *o, const char *title, const char *unit, const sg_protein_judgement *e,
                  const axis *ax, const axis *ay, const scale *x, const scale *y, int line)
{
    size_t n;
    const sg_i_reference_chain *c = sg_i_reference_chains(&n);
    begin(o, title, unit);
    sg_out_printf(o, "<svg class=\"hist\" viewBox=\"0 0 %d %d\" role=\"img\">", WIDE, HIGH);
    ticks(o, x, y);
    sg_out_puts(o, "<path class=\"real\" d=\"");
    for (size_t i = 0; i < n; i++)
        if (beside(e, &c[i]))
            dot(o, x, y, ax->real(&c[i]), ay->real(&c[i]));
    sg_out_puts(o, "\"/><path class=\"own\" d=\"");
    for (size_t i = 0; i < e->set.n; i++)
        if (e->score[i].full || !(ax->full || ay->full))
            dot(o, x, y, ax->score(&e->score[i]), ay->score(&e->score[i]));
    sg_out_puts(o, "\"/>");
    for (int k = 0; line && k <= 32; k++) {
        double at = x->lo + (x->hi - x->lo) * k / 32;
        num(o, k ? "L" : "<path class=\"ref\" d=\"M", across(x, at), 1);
        num(o, " ", up(y, 2.2 * pow(at, 0.38)), 1);
    }
    sg_out_puts(o, line ? "\"/></svg></figure>\n" : "</svg></figure>\n");
}

/* Round limits about the values of these and real chains. */
static scale around(const sg_protein_judgement *e, const axis *a, double step)
{
    size_t n;
    const sg_i_reference_chain *c = sg_i_reference_chains(&n);
    double lo = INFINITY, hi = -INFINITY;
    for (size_t i = 0; i < e->set.n + n; i++) {
        if (i >= e->set.n && !beside(e, &c[i - e->set.n]))
            continue;
        double v = i < e->set.n ? a->score(&e->score[i]) : a->real(&c[i - e->set.n]);
        lo = fmin(lo, v);
        hi = fmax(hi, v);
    }
    scale s = {step * floor(lo / step), step * ceil(hi / step), step, 0};
    s.hi += s.hi > s.lo ? 0 : step;
    while ((s.hi - s.lo) / s.step > 8)
        s.step *= 2;
    return s;
}

/* ---- distributions --------------------------------------------------------------------------- */

enum { BARS = 20 };

static void histogram(sg_out *o, const char *title, const char *unit, const sg_protein_judgement *e,
                      const axis *a, const scale *x)
{
    double own[BARS] = {0}, real[BARS] = {0}, n_own = 0, n_real = 0, beyond = 0;
    size_t n;
    const sg_i_reference_chain *c = sg_i_reference_chains(&n);
    for (size_t i = 0; i < e->set.n + n; i++) {
        int these = i < e->set.n;
        if (these ? a->full && !e->score[i].full : !beside(e, &c[i - e->set.n]))
            continue;
        double v = these ? a->score(&e->score[i]) : a->real(&c[i - e->set.n]);
        double at = (v - x->lo) / (x->hi - x->lo) * BARS;
        *(these ? &n_own : &n_real) += 1;
        if (at >= 0 && v <= x->hi)
            (these ? own : real)[at < BARS ? (int)at : BARS - 1] += 1;
        else if (these)
            beyond++;
    }
    for (int k = 0; k < BARS; k++) {
        own[k] /= n_own > 0 ? n_own : 1;
        real[k] /= n_real > 0 ? n_real : 1;
    }
    sg_page_tick tick[16];
    sg_page_hist h = {title, unit, BARS, own, real, n_own > 0 ? beyond / n_own : 0, tick, 0};
    for (double v = x->lo; v <= x->hi + 1e-9 && h.n_ticks < 16; v += x->step) {
        tick[h.n_ticks].at = (v - x->lo) / (x->hi - x->lo) * BARS;
        sg_format_fixed(tick[h.n_ticks++].text, v, x->digits);
    }
    sg_page_histogram(o, &h);
}

void sg_protein_report_plots(sg_out *o, const sg_protein_judgement *e)
{
    scale n = around(e, &length, 10), r = around(e, &rg, 2), share = {0, 1, 0.2, 1},
          near = {0.8, 1.6, 0.2, 1};
    sg_out_puts(o, "<section><h2>Beside real chains<small><i class=\"key\"></i>these<i "
                   "class=\"key line\"></i>real</small></h2><div class=\"plots\">\n");
    maps(o, e);
    cloud(o, "Radius of gyration", "&Aring;; line: 2.2 n<sup>0.38</sup>", e, &length, &rg, &n, &r,
          1);
    cloud(o, "Strand over helix", "shares of a chain", e, &helix, &strand, &share, &share, 0);
    histogram(o, "Residues", "per chain", e, &length, &n);
    histogram(o, "Rg ratio", "Rg / 2.2 n<sup>0.38</sup>", e, &ratio, &near);
    histogram(o, "Helix", "share of a chain's residues", e, &helix, &share);
    histogram(o, "Strand", "share of a chain's residues", e, &strand, &share);
    sg_out_puts(o, "</div></section>\n");
}
