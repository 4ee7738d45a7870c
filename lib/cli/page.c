#include <config.h>

#include <math.h>
#include <string.h>

#include <sigen/text.h>
#include "embed.h"
#include "page.h"

extern const char sg_i_cli_page_css[];
SG_EMBED(sg_i_cli_page_css, "page.css");

void sg_page_begin(sg_out *o, const char *title, const char *css)
{
    sg_out_puts(o, "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                   "<meta name=\"viewport\" content=\"width=device-width\">\n<title>");
    sg_out_xml(o, title);
    sg_out_puts(o, "</title>\n<style>");
    sg_out_puts(o, sg_i_cli_page_css);
    sg_out_puts(o, css);
    sg_out_puts(o, "</style></head>\n<body>");
}

void sg_page_num(sg_out *o, double x, int digits)
{
    char buf[64];
    sg_format_fixed(buf, x, digits);
    sg_out_puts(o, buf);
}

void sg_page_json_text(sg_out *o, const char *s)
{
    sg_out_puts(o, "\"");
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c < 32 || c == '"' || c == '\\' || c == '<')
            sg_out_printf(o, "\\u%04x", c);
        else
            sg_out_write(o, c < 127 ? s : "?", 1);
    }
    sg_out_puts(o, "\"");
}

void sg_page_script(sg_out *o, const char *js)
{
    sg_out_puts(o, "<script>");
    for (const char *end; (end = strstr(js, "</")); js = end + 2) {
        sg_out_write(o, js, (size_t)(end - js));
        sg_out_puts(o, "<\\/");
    }
    sg_out_puts(o, js);
    sg_out_puts(o, "</script>\n");
}

/* ---- histograms ------------------------------------------------------------------------------ */

#define WIDE   300.0
#define HIGH   150.0
#define TOP    26.0
#define BOTTOM 22.0

static void attribute(sg_out *o, const char *before, double x)
{
    sg_out_puts(o, before);
    sg_page_num(o, x, 1);
}

static void text(sg_out *o, double x, double y, const char *anchor, const char *s)
{
    attribute(o, "<text x=\"", x);
    sg_out_printf(o, "\" y=\"%d\" text-anchor=\"%s\">%s</text>", (int)y, anchor, s);
}

static void bars(sg_out *o, const sg_page_hist *h, double w, double scale)
{
    double base = HIGH - BOTTOM;
    for (size_t i = 0; i < h->n; i++) {
        double bar = h->share[i] * scale, gap = fmin(2, 0.15 * w), wide = fmin(w - gap, 34);
        attribute(o, "<rect class=\"bar\" x=\"", (double)i * w + 0.5 * (w - wide));
        attribute(o, "\" y=\"", base - bar);
        attribute(o, "\" width=\"", wide);
        attribute(o, "\" height=\"", bar);
        sg_out_puts(o, "\"/>");
    }
    if (!h->ref)
        return;
    sg_out_puts(o, "<path class=\"ref\" d=\"");
    for (size_t i = 0; i < h->n; i++) {
        attribute(o, i ? "V" : "M0 ", base - h->ref[i] * scale);
        attribute(o, "H", (double)(i + 1) * w);
    }
    sg_out_puts(o, "\"/>");
}

/* Labels in one row leave room between them: every k-th is shown, k as small as that allows. */
static size_t stride(const sg_page_hist *h, double w)
{
    const double digit = 6, room = 4;
    for (size_t k = 1; k < h->n_ticks; k++) {
        int fits = 1;
        for (size_t i = k; i < h->n_ticks && fits; i += k) {
            size_t length = strlen(h->tick[i].text) + strlen(h->tick[i - k].text);
            fits = (h->tick[i].at - h->tick[i - k].at) * w >= 0.5 * digit * (double)length + room;
        }
        if (fits)
            return k;
    }
    return h->n_ticks ? h->n_ticks : 1;
}

void sg_page_histogram(sg_out *o, const sg_page_hist *h)
{
    double top = 0, w = h->n ? WIDE / (double)h->n : WIDE;
    for (size_t i = 0; i < h->n; i++)
        top = fmax(top, fmax(h->share[i], h->ref ? h->ref[i] : 0));
    sg_out_printf(o, "<figure><figcaption>%s<span>%s</span></figcaption>", h->title, h->unit);
    sg_out_printf(o, "<svg class=\"hist\" viewBox=\"-6 0 312 %d\" role=\"img\">", (int)HIGH);
    if (top == 0) {
        text(o, WIDE / 2, 80, "middle", "none");
        sg_out_puts(o, "</svg></figure>\n");
        return;
    }
    bars(o, h, w, (HIGH - TOP - BOTTOM) / top);
    sg_out_printf(o, "<path class=\"axis\" d=\"M-6 %dH306\"/><text x=\"-4\" y=\"12\">",
                  (int)(HIGH - BOTTOM));
    sg_page_num(o, 100 * top, 100 * top < 10);
    sg_out_puts(o, " %</text>");
    if (h->beyond >= 0.0005) {
        sg_out_puts(o, "<text x=\"306\" y=\"12\" text-anchor=\"end\">");
        sg_page_num(o, 100 * h->beyond, 1);
        sg_out_puts(o, " % beyond</text>");
    }
    for (size_t k = 0, step = stride(h, w); k < h->n_ticks; k += step)
        text(o, h->tick[k].at * w, HIGH - 6, "middle", h->tick[k].text);
    sg_out_puts(o, "</svg></figure>\n");
}
