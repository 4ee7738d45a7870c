#include <config.h>

#include <math.h>

#include <sigen/text.h>
#include "env/tee.h"
#include "svg.h"

enum { SIZE = 512, GAP = 16, HEAD = 40, CAPTION = 28, PAUSE = 10 };

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

static void tee_path(sg_out *out)
{
    sg_out_puts(out, "<path d=\"M-60 0H60V30H15V120H-15V30H-60Z\"/>");
}

/* value k of an animation: a state, or the last one while the picture rests */
static const double *state_at(const sg_i_env *env, const sg_i_trace *t, int steps, int k)
{
    return t->state + (k < steps ? k : steps) * env->n_state;
}

typedef void value_fn(sg_out *out, const double *s, double *turn);

static void agent_value(sg_out *out, const double *s, double *turn)
{
    (void)turn;
    pair(out, s[0], s[1]);
}

static void block_value(sg_out *out, const double *s, double *turn)
{
    (void)turn;
    pair(out, s[2], s[3]);
}

/* degrees without jumps from one turn to the next */
static void turn_value(sg_out *out, const double *s, double *turn)
{
    *turn += remainder(s[4] - *turn, 2 * M_PI);
    number(out, *turn * 180 / M_PI);
}

/* opens <g> with the end's transform and the animation of it */
static void moving(sg_out *out, const sg_i_env *env, const sg_i_trace *t, int steps,
                   const char *kind, value_fn *value)
{
    double turn = 0, end = 0;
    for (int k = 0; k < steps; k++)
        end += remainder(state_at(env, t, steps, k)[4] - end, 2 * M_PI);
    sg_out_printf(out, "<g transform=\"%s(", kind);
    value(out, state_at(env, t, steps, steps), &end);
    sg_out_printf(out,
                  ")\"><animateTransform attributeName=\"transform\" type=\"%s\" "
                  "repeatCount=\"indefinite\" dur=\"",
                  kind);
    number(out, (steps + PAUSE) * env->period);
    sg_out_puts(out, "s\" values=\"");
    for (int k = 0; k <= steps + PAUSE; k++) {
        sg_out_puts(out, k ? ";" : "");
        value(out, state_at(env, t, steps, k), &turn);
    }
    sg_out_puts(out, "\"/>\n");
}

static void panel(sg_out *out, const sg_i_env *env, const sg_i_episode *e, const sg_i_trace *t,
                  uint64_t seed)
{
    double goal[SG_ENV_GOAL];
    char score[64];
    env->published_goal(goal);
    score[sg_format_fixed(score, e->score, 3)] = '\0';
    sg_out_printf(out,
                  "<rect class=\"arena\" width=\"%d\" height=\"%d\"/>\n<g class=\"goal\" "
                  "transform=\"translate(",
                  SIZE, SIZE);
    pair(out, goal[0], goal[1]);
    sg_out_puts(out, ") rotate(");
    number(out, atan2(goal[3], goal[2]) * 180 / M_PI);
    sg_out_puts(out, ")\">");
    tee_path(out);
    sg_out_puts(out, "</g>\n");
    moving(out, env, t, e->steps, "translate", block_value);
    moving(out, env, t, e->steps, "rotate", turn_value);
    sg_out_puts(out, "<g class=\"block\">");
    tee_path(out);
    sg_out_puts(out, "</g></g></g>\n<polyline class=\"way\" points=\"");
    for (int k = 0; k <= e->steps; k++) {
        sg_out_puts(out, k ? " " : "");
        pair(out, state_at(env, t, e->steps, k)[0], state_at(env, t, e->steps, k)[1]);
    }
    sg_out_puts(out, "\"/>\n");
    moving(out, env, t, e->steps, "translate", agent_value);
    sg_out_printf(
        out,
        "<circle class=\"agent\" r=\"15\"/></g>\n<text x=\"4\" y=\"%d\">start %llu: score %s%s, ",
        SIZE + 20, (unsigned long long)seed, score, e->success ? ", solved" : "");
    number(out, e->steps * env->period);
    sg_out_puts(out, " s</text>\n");
}

void sg_i_svg_episodes(sg_out *out, const sg_i_env *env, const sg_i_episode *e,
                       const sg_i_trace *trace, const uint64_t *seed, int n, int across,
                       const char *title)
{
    int columns = n < across ? n : across, rows = (n + across - 1) / across;
    int w = columns * (SIZE + GAP) + GAP, h = HEAD + rows * (SIZE + CAPTION + GAP);
    sg_out_printf(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
        "height=\"%d\" "
        "font-family=\"sans-serif\" font-size=\"18\">\n"
        "<style>.arena{fill:#fff;stroke:#bbb;stroke-width:4}.goal{fill:#9ee29e}.block{fill:#7a8a99}"
        ".agent{fill:#4169e1}.way{fill:none;stroke:#4169e1;stroke-opacity:.35;stroke-width:2}</"
        "style>\n"
        "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>\n<text x=\"%d\" y=\"26\">",
        w, h, n > 1 ? w / 2 : w, n > 1 ? h / 2 : h, w, h, GAP);
    sg_out_xml(out, title);
    sg_out_puts(out, "</text>\n");
    for (int k = 0; k < n; k++) {
        sg_out_printf(out, "<g transform=\"translate(%d %d)\">\n", GAP + k % across * (SIZE + GAP),
                      HEAD + k / across * (SIZE + CAPTION + GAP));
        panel(out, env, &e[k], &trace[k], seed[k]);
        sg_out_puts(out, "</g>\n");
    }
    sg_out_puts(out, "</svg>\n");
}
