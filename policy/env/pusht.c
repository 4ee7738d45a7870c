/* Push-T apart from its physics: starts, score, observations, mirror. */
#include <config.h>

#include <math.h>
#include <string.h>

#include "mt19937.h"
#include "pusht.h"
#include "tee.h"

static const sg_i_pose goal_pose = {256, 256, M_PI / 4};

void sg_i_pusht_start(uint32_t seed, double state[5])
{
    sg_i_mt m;
    sg_i_mt_seed(&m, seed);
    state[0] = sg_i_mt_range(&m, 50, 450);
    state[1] = sg_i_mt_range(&m, 50, 450);
    state[2] = sg_i_mt_range(&m, 100, 400);
    state[3] = sg_i_mt_range(&m, 100, 400);
    state[4] = sg_i_mt_normal(&m) * 2 * M_PI - M_PI;
}

static double coverage(const double *s)
{
    sg_i_pose at = {s[2], s[3], s[4]};
    return sg_i_tee_coverage(&at, &goal_pose);
}

static double coverage_of(const double *s, const double *g)
{
    sg_i_pose at = {s[2], s[3], s[4]}, to = {g[0], g[1], atan2(g[3], g[2])};
    return sg_i_tee_coverage(&at, &to);
}

/* Is the T of state s at least `margin` px from the arena's edge? */
static int tee_inside(const double *s, double margin)
{
    double c = cos(s[4]), n = sin(s[4]), top = 512 - margin;
    for (int k = 0; k < 8; k++) {
        const double *p = sg_i_tee[k / 4][k % 4];
        double x = s[2] + c * p[0] - n * p[1], y = s[3] + n * p[0] + c * p[1];
        if (x < margin || x > top || y < margin || y > top)
            return 0;
    }
    return 1;
}

static double block_error(const double *a, const double *b)
{
    return hypot(a[2] - b[2], a[3] - b[3]);
}

/* agent, block, the block's direction, and the agent as the block sees it: where it would touch */
static void observe(const double *s, double *o)
{
    double c = cos(s[4]), n = sin(s[4]), dx = s[0] - s[2], dy = s[1] - s[3];
    o[0] = s[0];
    o[1] = s[1];
    o[2] = s[2];
    o[3] = s[3];
    o[4] = c;
    o[5] = n;
    o[6] = c * dx + n * dy;
    o[7] = c * dy - n * dx;
}

static void goal(const double *s, double *g)
{
    g[0] = s[2];
    g[1] = s[3];
    g[2] = cos(s[4]);
    g[3] = sin(s[4]);
}

static void published_goal(double *g)
{
    const double s[5] = {0, 0, goal_pose.x, goal_pose.y, goal_pose.angle};
    goal(s, g);
}

/* As a start's block is drawn, by RandomState(seed + 10^9), until the disc fits around the T. */
static void drawn_goal(uint32_t seed, double *g)
{
    double s[5] = {0};
    sg_i_mt m;
    sg_i_mt_seed(&m, seed + 1000000000u);
    do {
        s[2] = sg_i_mt_range(&m, 100, 400);
        s[3] = sg_i_mt_range(&m, 100, 400);
        s[4] = sg_i_mt_normal(&m) * 2 * M_PI - M_PI;
    } while (!tee_inside(s, 36));
    goal(s, g);
}

/* m: angle, shift */
static void draw_motion(const double *s, sg_rng *r, double m[3])
{
    m[0] = 2 * M_PI * sg_rng_uniform(r);
    double c = cos(m[0]), n = sin(m[0]);
    m[1] = 60 + 392 * sg_rng_uniform(r) - (c * s[2] - n * s[3]);
    m[2] = 60 + 392 * sg_rng_uniform(r) - (n * s[2] + c * s[3]);
}

static void move_point(const double m[3], double *p)
{
    double c = cos(m[0]), n = sin(m[0]), x = p[0];
    p[0] = c * x - n * p[1] + m[1];
    p[1] = n * x + c * p[1] + m[2];
}

static void move(const double m[3], double *s, double *a)
{
    if (s) {
        move_point(m, s);
        move_point(m, s + 2);
        s[4] = fmod(s[4] + m[0], 2 * M_PI);
    }
    if (a)
        move_point(m, a);
}

static int possible(const double *s, const double *a)
{
    if (s && !(fmin(s[0], s[1]) >= 16 && fmax(s[0], s[1]) <= 496 && tee_inside(s, 6)))
        return 0;
    return !a || (fmin(a[0], a[1]) >= 0 && fmax(a[0], a[1]) <= 512);
}

/* The goal's axis of symmetry is the arena's diagonal x + y = 512 (the walls' is x + y = 511). */
static void mirror(double *s, double *a)
{
    double t = s[0];
    s[0] = 512 - s[1];
    s[1] = 512 - t;
    t = s[2];
    s[2] = 512 - s[3];
    s[3] = 512 - t;
    s[4] = fmod(M_PI / 2 - s[4] + 4 * M_PI, 2 * M_PI);
    t = a[0];
    a[0] = 512 - a[1];
    a[1] = 512 - t;
}

static const struct sg_i_figure figures[] = {
    {"goal", "<path d=\"M-60 0H60V30H15V120H-15V30H-60Z\"/>", 1},
    {"block", "<path d=\"M-60 0H60V30H15V120H-15V30H-60Z\"/>", 1},
    {"agent", "<circle r=\"15\"/>", 0}};

static void pose(const double *s, const double *g, int k, double *p)
{
    const double all[3][3] = {{g[0], g[1], atan2(g[3], g[2])}, {s[2], s[3], s[4]}, {s[0], s[1], 0}};
    memcpy(p, all[k], sizeof all[k]);
}

static const sg_i_picture picture = {512, 512, 1, 3, figures, pose};

static const char *const obs_names[] = {"agent_x",   "agent_y",   "block_x", "block_y",
                                        "block_cos", "block_sin", "agent_u", "agent_v"};
static const char *const action_names[] = {"agent_x", "agent_y"};
static const char *const goal_names[] = {"block_x", "block_y", "block_cos", "block_sin"};
static const double lo[] = {0, 0}, hi[] = {512, 512};
static const int base[] = {0, 1}, frame[] = {2, 3, 4, 5};
static const sg_i_record records[] = {{5, {{0, 5}}}, {0}};

const sg_i_env sg_i_pusht = {
    .name = "pusht",
    .summary = "push a T onto its outline with a disc (planar, Chipmunk)",
    .n_state = 5,
    .n_action = 2,
    .n_obs = 8,
    .n_goal = 4,
    .obs_names = obs_names,
    .action_names = action_names,
    .goal_names = goal_names,
    .period = 0.1,
    .max_steps = 300,
    .success = 0.95,
    .full = 0.95,
    .overlaps = 1,
    .action_lo = lo,
    .action_hi = hi,
    .action_base = base,
    .replay_tolerance = 1,
    .records = records,
#ifdef SG_HAVE_CHIPMUNK
    .open = sg_i_pusht_open,
    .close = sg_i_pusht_close,
    .reset = sg_i_pusht_reset,
    .set = sg_i_pusht_set,
    .get = sg_i_pusht_get,
    .step = sg_i_pusht_step,
#endif
    .coverage = coverage,
    .block_error = block_error,
    .observe = observe,
    .goal = goal,
    .published_goal = published_goal,
    .mirror = mirror,
    .picture = &picture,
    .coverage_of = coverage_of,
    .drawn_goal = drawn_goal,
    .frame = frame,
    .draw_motion = draw_motion,
    .move = move,
    .possible = possible,
};
