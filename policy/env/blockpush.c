/* Block-Push apart from its physics: starts, score, observations. */
#include <config.h>

#include <math.h>
#include <string.h>

#include "blockpush.h"
#include "mt19937.h"

static const double inside = 0.05; /* m, a block's centre from a target's */

/* ---- starts ---------------------------------------------------------------------------------- */

static double uniform(sg_i_mt *m, double lo, double hi)
{
    return lo + (hi - lo) * sg_i_mt_uniform(m);
}

enum { ATTEMPTS = 1000 };

/* x, y, yaw of a block; drawn anew while it is not far from x = avoid (NaN: nothing to avoid) */
static void draw_block(sg_i_mt *m, double avoid, double *pose)
{
    for (int k = 0; k < ATTEMPTS; k++) {
        pose[0] = 0.4 + uniform(m, -0.1, 0.1);
        pose[1] = -0.2 + uniform(m, -0.15, 0.15);
        if (!(fabs(pose[0] - avoid) <= 0.1))
            break;
    }
    pose[2] = uniform(m, M_PI, 1);
}

static void draw_target(sg_i_mt *m, double side, double *pose)
{
    pose[0] = 0.4 + side + uniform(m, -0.005, 0.005);
    pose[1] = 0.2 + uniform(m, -0.0075, 0.0075);
    pose[2] = M_PI + uniform(m, -M_PI / 30, M_PI / 30);
}

void sg_i_blockpush_start(uint32_t seed, double s[SG_BP_STATE])
{
    sg_i_mt m;
    sg_i_mt_seed(&m, seed);
    do {
        draw_block(&m, NAN, s);
        draw_block(&m, s[0], s + 3);
    } while (fabs(s[0] - s[3]) <= 0.1);
    double side = sg_i_mt_range(&m, 0, 2) ? 0.12 : -0.12;
    draw_target(&m, side, s + SG_BP_TARGET);
    draw_target(&m, -side, s + SG_BP_TARGET + 3);
    for (int k = SG_BP_TIP; k < SG_BP_TARGET; k += 2) {
        s[k] = 0.3;
        s[k + 1] = -0.4;
    }
}

/* ---- score ----------------------------------------------------------------------------------- */

double sg_i_bp_distance(const double *s, int b, int t)
{
    const double *p = sg_i_bp_block(s, b), *q = sg_i_bp_target(s, t);
    return hypot(p[0] - q[0], p[1] - q[1]);
}

/* The target that block b lies in, -1: none. Targets are too far apart for two. */
static int lies_in(const double *s, int b)
{
    for (int t = 0; t < 2; t++)
        if (sg_i_bp_distance(s, b, t) < inside)
            return t;
    return -1;
}

/* 0.49 for one block in a target, 1 for two in different ones: the published rewards, summed. */
static double coverage(const double *s)
{
    int a = lies_in(s, 0), b = lies_in(s, 1);
    return a >= 0 && b >= 0 && a != b ? 1 : a >= 0 || b >= 0 ? 0.49 : 0;
}

/* 0.5 for each block that lies where the goal has it. */
static double coverage_of(const double *s, const double *g)
{
    double sum = 0;
    for (int b = 0; b < 2; b++)
        sum += 0.5 * (hypot(s[3 * b] - g[2 * b], s[3 * b + 1] - g[2 * b + 1]) < inside);
    return sum;
}

/* The first entry of a block into a target names the way that an episode goes. */
static int way(const double *s)
{
    for (int b = 0; b < 2; b++)
        if (lies_in(s, b) >= 0)
            return 2 * b + lies_in(s, b);
    return -1;
}

static double block_error(const double *a, const double *b)
{
    return fmax(hypot(a[0] - b[0], a[1] - b[1]), hypot(a[3] - b[3], a[4] - b[4]));
}

/* ---- what a policy sees ---------------------------------------------------------------------- */

/* A way of x, y with its direction kept and its length squeezed to 0..1, steepest near 0: a
 * millimetre counts close by, not far away. */
static void squeeze(double x, double y, double *o)
{
    double l = sqrt(x * x + y * y + inside * inside);
    o[0] = x / l;
    o[1] = y / l;
}

enum { PER_BLOCK = 6, PER_PAIR = 6 };

/* For each block, where it is, how it is turned (a square: four turns are one) and where the aim is
 * from there; for each block and target, the way between them, and aim and block seen along it;
 * where the aim and the targets are. */
static void observe(const double *s, double *o)
{
    const double *aim = s + SG_BP_AIM;
    for (int b = 0; b < 2; b++, o += PER_BLOCK) {
        const double *p = sg_i_bp_block(s, b);
        o[0] = p[0];
        o[1] = p[1];
        o[2] = cos(4 * p[2]);
        o[3] = sin(4 * p[2]);
        squeeze(aim[0] - p[0], aim[1] - p[1], o + 4);
    }
    for (int b = 0; b < 2; b++)
        for (int t = 0; t < 2; t++, o += PER_PAIR) {
            const double *p = sg_i_bp_block(s, b), *q = sg_i_bp_target(s, t);
            double dx = q[0] - p[0], dy = q[1] - p[1], turn = atan2(dy, dx);
            double x = aim[0] - p[0], y = aim[1] - p[1], c = cos(turn), n = sin(turn);
            squeeze(dx, dy, o);
            squeeze(c * x + n * y, c * y - n * x, o + 2);
            o[4] = cos(4 * (turn - p[2]));
            o[5] = sin(4 * (turn - p[2]));
        }
    memcpy(o, aim, 2 * sizeof *o);
    for (int t = 0; t < 2; t++)
        memcpy(o + 2 + 2 * t, sg_i_bp_target(s, t), 2 * sizeof *o);
}

static void goal(const double *s, double *g)
{
    for (int b = 0; b < 2; b++)
        memcpy(g + 2 * b, sg_i_bp_block(s, b), 2 * sizeof *g);
}

/* Each block in the middle of a zone. */
static void published_goal(double *g)
{
    static const double middle[4] = {0.28, 0.2, 0.52, 0.2};
    memcpy(g, middle, sizeof middle);
}

/* The start's own targets, each for one block; which one, RandomState(seed + 10^9) draws. */
static void drawn_goal(uint32_t seed, double *g)
{
    double s[SG_BP_STATE];
    sg_i_mt m;
    sg_i_blockpush_start(seed, s);
    sg_i_mt_seed(&m, seed + 1000000000u);
    int first = (int)sg_i_mt_range(&m, 0, 2);
    for (int b = 0; b < 2; b++)
        memcpy(g + 2 * b, sg_i_bp_target(s, b ? !first : first), 2 * sizeof *g);
}

/* Nothing but their names tells the blocks apart. */
static void exchange(double *s, double *action)
{
    double t[3];
    (void)action;
    memcpy(t, s, sizeof t);
    memmove(s, s + 3, sizeof t);
    memcpy(s + 3, t, sizeof t);
}

/* ---- picture: 512 px a metre, the far zones on the right ------------------------------------- */

/* clang-format off */
static const struct sg_i_figure figures[] = {
    {"goal", "<circle r=\"25.6\"/>", 0},
    {"goal", "<circle r=\"25.6\"/>", 0},
    {"block", "<rect x=\"-10.2\" y=\"-10.2\" width=\"20.5\" height=\"20.5\"/>", 1},
    {"block2", "<rect x=\"-10.2\" y=\"-10.2\" width=\"20.5\" height=\"20.5\"/>", 1},
    {"agent", "<circle r=\"3.6\"/>", 0}};
/* clang-format on */

static void pose(const double *s, const double *goal, int k, double *p)
{
    (void)goal;
    static const int at[] = {SG_BP_TARGET, SG_BP_TARGET + 3, SG_BP_BLOCK, SG_BP_BLOCK + 3,
                             SG_BP_TIP};
    p[0] = 512 * (s[at[k] + 1] - SG_BP_Y0);
    p[1] = 512 * (SG_BP_X1 - s[at[k]]);
    p[2] = figures[k].turns ? s[at[k] + 2] - M_PI / 2 : 0;
}

static const sg_i_picture picture = {512, 282, 2, 5, figures, pose};

/* clang-format off */
#define BLOCK(b) "block" b "_x", "block" b "_y", "block" b "_cos4", "block" b "_sin4", "aim_from" b "_x", "aim_from" b "_y"
#define PAIR(p) "way" p "_x", "way" p "_y", "aim" p "_along", "aim" p "_across", "turn" p "_cos4", "turn" p "_sin4"
static const char *const obs_names[] = {
    BLOCK("1"), BLOCK("2"), PAIR("11"), PAIR("12"), PAIR("21"), PAIR("22"),
    "aim_x", "aim_y", "target1_x", "target1_y", "target2_x", "target2_y"};
/* clang-format on */
static const char *const action_names[] = {"aim_dx", "aim_dy"};
static const char *const goal_names[] = {"block1_x", "block1_y", "block2_x", "block2_y"};
static const double lo[] = {-0.1, -0.1}, hi[] = {0.1, 0.1};
static const int base[] = {-1, -1};
static const sg_i_record records[] = {{SG_BP_STATE, {{0, SG_BP_STATE}}}, {0}};
static const sg_i_mark marks[] = {{"p1", 0.49}, {"p2", 1}, {NULL, 0}};

const sg_i_env sg_i_blockpush = {
    .name = "blockpush",
    .summary = "push two blocks into two zones, in any of four ways (MuJoCo)",
    .n_state = SG_BP_STATE,
    .n_action = 2,
    .n_obs = sizeof obs_names / sizeof *obs_names,
    .n_goal = 4,
    .obs_names = obs_names,
    .action_names = action_names,
    .goal_names = goal_names,
    .period = 0.1,
    .max_steps = 350,
    .success = 0.9,
    .full = 1,
    .action_lo = lo,
    .action_hi = hi,
    .action_base = base,
    .replay_tolerance = 1e-3,
    .records = records,
#ifdef SG_HAVE_MUJOCO
    .open = sg_i_blockpush_open,
    .close = sg_i_blockpush_close,
    .reset = sg_i_blockpush_reset,
    .set = sg_i_blockpush_set,
    .get = sg_i_blockpush_get,
    .step = sg_i_blockpush_step,
#endif
    .coverage = coverage,
    .block_error = block_error,
    .observe = observe,
    .goal = goal,
    .published_goal = published_goal,
    .coverage_of = coverage_of,
    .drawn_goal = drawn_goal,
    .mirror = exchange,
    .marks = marks,
    .way = way,
    .n_ways = 4,
    .expert = &sg_i_blockpush_oracle,
    .picture = &picture,
};
