#include <config.h>

#include <math.h>

#include <sigen/text.h>
#include "svg.h"

enum { GAP = 16, HEAD = 40, CAPTION = 28, PAUSE = 10 };

/* one decimal, whatever the locale */
static void number(sg_out *out, double x)
{
    char text[64];
    text[sg_format_fixed(text, x, 1)] = '\0';
    sg_out_puts(out, text);
}

static void pair(sg_out *out, double x, double y)
{
    number(out, x);
    sg_out_puts(out, " ");
    number(out, y);
}

/* One figure through an episode. */
typedef struct film {
    const sg_i_env *env;
    const sg_i_trace *trace;
    int steps, figure;
} film;

/* value k of an animation: a pose, or the last one while the picture rests */
static void pose_at(const film *f, int k, double pose[3])
{
    const double *s = f->trace->state + (k < f->steps ? k : f->steps) * f->env->n_state;
    f->env->picture->pose(s, f->trace->goal, f->figure, pose);
}

typedef void value_fn(sg_out *out, const double *pose, double *turn);

static void place_value(sg_out *out, const double *pose, double *turn)
{
    (void)turn;
    pair(out, pose[0], pose[1]);
}

/* degrees without jumps from one turn to the next */
static void turn_value(sg_out *out, const double *pose, double *turn)
{
    *turn += remainder(pose[2] - *turn, 2 * M_PI);
    number(out, *turn * 180 / M_PI);
}

/* opens <g> with the end's transform and the animation of it */
static void moving(sg_out *out, const film *f, const char *kind, value_fn *value)
{
    double turn = 0, end = 0, p[3];
    for (int k = 0; k < f->steps; k++) {
        pose_at(f, k, p);
        end += remainder(p[2] - end, 2 * M_PI);
    }
    sg_out_printf(out, "<g transform=\"%s(", kind);
    pose_at(f, f->steps, p);
    value(out, p, &end);
    sg_out_printf(out,
                  ")\"><animateTransform attributeName=\"transform\" type=\"%s\" "
                  "repeatCount=\"indefinite\" dur=\"",
                  kind);
    number(out, (f->steps + PAUSE) * f->env->period);
    sg_out_puts(out, "s\" values=\"");
    for (int k = 0; k <= f->steps + PAUSE; k++) {
        sg_out_puts(out, k ? ";" : "");
        pose_at(f, k, p);
        value(out, p, &turn);
    }
    sg_out_puts(out, "\"/>\n");
}

static void still_figure(sg_out *out, const film *f)
{
    const struct sg_i_figure *g = &f->env->picture->figure[f->figure];
    double p[3];
    pose_at(f, 0, p);
    sg_out_printf(out, "<g class=\"%s\" transform=\"translate(", g->class);
    pair(out, p[0], p[1]);
    sg_out_puts(out, ") rotate(");
    number(out, p[2] * 180 / M_PI);
    sg_out_printf(out, ")\">%s</g>\n", g->element);
}

static void moving_figure(sg_out *out, const film *f)
{
    const struct sg_i_figure *g = &f->env->picture->figure[f->figure];
    moving(out, f, "translate", place_value);
    if (g->turns)
        moving(out, f, "rotate", turn_value);
    sg_out_printf(out, "<g class=\"%s\">%s</g>%s</g>\n", g->class, g->element,
                  g->turns ? "</g>" : "");
}

static void way(sg_out *out, const film *f)
{
    double p[3];
    sg_out_puts(out, "<polyline class=\"way\" points=\"");
    for (int k = 0; k <= f->steps; k++) {
        sg_out_puts(out, k ? " " : "");
        pose_at(f, k, p);
        pair(out, p[0], p[1]);
    }
    sg_out_puts(out, "\"/>\n");
}

static void panel(sg_out *out, const sg_i_env *env, const sg_i_episode *e, const sg_i_trace *t,
                  uint64_t seed)
{
    const sg_i_picture *p = env->picture;
    film f = {env, t, e->steps, 0};
    char score[64];
    score[sg_format_fixed(score, e->score, 3)] = '\0';
    sg_out_printf(out, "<rect class=\"arena\" width=\"%d\" height=\"%d\"/>\n", p->width, p->height);
    for (; f.figure < p->n_still; f.figure++)
        still_figure(out, &f);
    for (; f.figure < p->n - 1; f.figure++)
        moving_figure(out, &f);
    way(out, &f);
    moving_figure(out, &f);
    sg_out_printf(out, "<text x=\"4\" y=\"%d\">start %llu: score %s%s, ", p->height + 20,
                  (unsigned long long)seed, score, e->success ? ", solved" : "");
    number(out, e->steps * env->period);
    sg_out_puts(out, " s</text>\n");
}

void sg_i_svg_episodes(sg_out *out, const sg_i_env *env, const sg_i_episode *e,
                       const sg_i_trace *trace, const uint64_t *seed, int n, int across,
                       const char *title)
{
    int columns = n < across ? n : across, rows = (n + across - 1) / across;
    int across_px = env->picture->width + GAP, down_px = env->picture->height + CAPTION + GAP;
    int w = columns * across_px + GAP, h = HEAD + rows * down_px;
    sg_out_printf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
        "height=\"%d\" "
        "font-family=\"sans-serif\" font-size=\"18\">\n"
        "<style>.arena{fill:#fff;stroke:#bbb;stroke-width:4}.goal{fill:#9ee29e}.block{fill:#7a8a99}"
        ".block2{fill:#b5654a}"
        ".agent{fill:#4169e1}.way{fill:none;stroke:#4169e1;stroke-opacity:.35;stroke-width:2}</"
        "style>\n"
        "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n<text x=\"%d\" y=\"26\">",
        w, h, n > 1 ? w / 2 : w, n > 1 ? h / 2 : h, w, h, GAP);
    sg_out_xml(out, title);
    sg_out_puts(out, "</text>\n");
    for (int k = 0; k < n; k++) {
        sg_out_printf(out, "<g transform=\"translate(%d %d)\">\n", GAP + k % across * across_px,
                      HEAD + k / across * down_px);
        panel(out, env, &e[k], &trace[k], seed[k]);
        sg_out_puts(out, "</g>\n");
    }
    sg_out_puts(out, "</svg>\n");
}
