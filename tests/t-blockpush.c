/* Block-Push: starts, score, the simulation and its demonstrator. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include "env/blockpush.h"
#include "tap.h"

static const sg_i_env *const env = &sg_i_blockpush;

/* numpy 1.24.2, r = RandomState(seed): block 0.4 + uniform(-.1, .1), -.2 + uniform(-.15, .15),
 * uniform(pi); block 2 the same until |dx| > 0.1 (1000 attempts, then both anew);
 * side = choice([-1, 1]); targets 0.4 +- 0.12 side + uniform(-.005, .005),
 * 0.2 + uniform(-.0075, .0075), pi + uniform(-pi/30, pi/30). */
/* clang-format off */
static const struct {
    uint32_t seed;
    double pose[12]; /* blocks, targets */
} numpy[] = {
    {0, {0.40976270078546495, -0.13544319008827416, 1.8507190355417789, 0.30783755845086413, -0.2651579112270771, 2.8841805811089145,
         0.5198089353083617, 0.20282991774208656, 3.2212793374927262, 0.28418235466362146, 0.19575233206441314, 3.1552457778845744}},
    {100000, {0.35751217296637161, -0.19752554274566503, 2.0749916599144052, 0.46190703348333451, -0.15638270627189646, 2.1811843365785784,
              0.5249079371409483, 0.19781284925620365, 3.1839534125379241, 0.27922682895727563, 0.19470588011788786, 3.2459713792853528}},
    {100001, {0.33660761901124703, -0.30380512649094088, 1.8331694421866418, 0.49631358372564627, -0.26091948054219616, 1.4452114764669182,
              0.27677439402698706, 0.19628687732628594, 3.1291054810859844, 0.51794822045784517, 0.20647327247759856, 3.1472698321466739}},
    {4294967295, {0.31952640579880276, -0.076285146409213495, 1.4518004477213162, 0.45600071962269362, -0.34461809780397645, 1.0653058715469554,
                  0.28195498966769261, 0.20298991995782129, 3.072634981181797, 0.52153045438114964, 0.20481351626078559, 3.1996785646668267}}};
/* clang-format on */

static void starts(void)
{
    for (size_t k = 0; k < sizeof numpy / sizeof *numpy; k++) {
        double s[SG_BP_STATE], d = 0;
        sg_i_blockpush_start(numpy[k].seed, s);
        for (int i = 0; i < 6; i++) {
            tap_worst(&d, fabs(s[i] - numpy[k].pose[i]));
            tap_worst(&d, fabs(s[SG_BP_TARGET + i] - numpy[k].pose[6 + i]));
        }
        tap_ok(d < 1e-12, "seed %lu starts as drawn in NumPy", (unsigned long)numpy[k].seed);
        tap_ok(s[6] == 0.3 && s[7] == -0.4 && s[8] == 0.3 && s[9] == -0.4, "the tip at its place");
    }
}

/* A state with the blocks at given offsets from targets ta and tb. */
static void place(double *s, int ta, double da, int tb, double db)
{
    sg_i_blockpush_start(3, s);
    s[0] = sg_i_bp_target(s, ta)[0] + 0.6 * da;
    s[1] = sg_i_bp_target(s, ta)[1] - 0.8 * da;
    s[3] = sg_i_bp_target(s, tb)[0] - 0.8 * db;
    s[4] = sg_i_bp_target(s, tb)[1] + 0.6 * db;
}

static void scores(void)
{
    static const struct {
        int ta, tb, way;
        double da, db, coverage;
    } c[] = {{0, 1, -1, 0.0501, 0.0502, 0}, {0, 1, 0, 0.0499, 0.0502, 0.49},
             {1, 0, 2, 0.3, 0.0499, 0.49},  {0, 1, 0, 0.0499, 0.0499, 1},
             {1, 0, 1, 0.01, 0.02, 1},      {1, 1, 1, 0.03, 0.03, 0.49}};
    for (size_t k = 0; k < sizeof c / sizeof *c; k++) {
        double s[SG_BP_STATE];
        place(s, c[k].ta, c[k].da, c[k].tb, c[k].db);
        tap_ok(env->coverage(s) == c[k].coverage && env->way(s) == c[k].way,
               "block %.4f m from target %d, block 2 %.4f m from target %d: %.2f", c[k].da, c[k].ta,
               c[k].db, c[k].tb, c[k].coverage);
    }
}

static void goals(void)
{
    double s[SG_BP_STATE], g[4];
    int to[2] = {0, 0}, good = 1;
    for (uint32_t seed = 0; seed < 100; seed++) {
        sg_i_blockpush_start(seed, s);
        env->drawn_goal(seed, g);
        int t = g[0] != sg_i_bp_target(s, 0)[0];
        good &= g[1] == sg_i_bp_target(s, t)[1] && g[2] == sg_i_bp_target(s, !t)[0] &&
                g[3] == sg_i_bp_target(s, !t)[1];
        to[t]++;
    }
    /* 50 expected, sd 5 */
    tap_ok(good && abs(to[0] - 50) < 25, "a drawn goal: each target for one block, either way");
    place(s, 0, 0.0499, 1, 0.0502);
    for (int b = 0; b < 2; b++)
        memcpy(g + 2 * b, sg_i_bp_target(s, b), 2 * sizeof *g);
    tap_ok(env->coverage_of(s, g) == 0.5, "block 1 lies where the goal has it");
    place(s, 1, 0.01, 0, 0.01);
    tap_ok(env->coverage_of(s, g) == 0, "blocks in the other's place do not count");
    place(s, 0, 0.01, 1, 0.01);
    tap_ok(env->coverage_of(s, g) == 1, "both count");
}

/* far from each other and from the tip */
static void apart(double *s)
{
    sg_i_blockpush_start(3, s);
    s[0] = 0.4;
    s[1] = -0.2;
    s[2] = 0;
    s[3] = 0.6;
    s[4] = 0.3;
    s[5] = 1.234;
}

static void physics(sg_i_world *w)
{
    double s[SG_BP_STATE], t[SG_BP_STATE], a[2] = {0.03, -0.02}, still[2] = {0, 0};
    apart(s);
    env->set(w, s);
    env->get(w, t);
    double d = 0;
    for (int i = 0; i < SG_BP_STATE; i++)
        tap_worst(&d, fabs(s[i] - t[i]));
    tap_near(d, 0, 1e-14, 0, "a state is taken and given back");
    env->step(w, a);
    env->get(w, t);
    double share = 1 - pow(0.9, 24); /* 24 steps, each 24/240 of the way that is left */
    tap_near(t[6] - s[6], 0.03 * share, 1e-12, 1e-9, "the tip follows its aim, x");
    tap_near(t[7] - s[7], -0.02 * share, 1e-12, 1e-9, "and y");
    for (int k = 0; k < 350; k++)
        env->step(w, still);
    env->get(w, t);
    tap_ok(env->block_error(s, t) < 1e-5 && fabs(t[5] - s[5]) < 1e-4, "untouched blocks stay");
    for (int k = 0; k < 20; k++)
        env->step(w, (double[2]){-1, -1});
    env->get(w, t);
    tap_ok(t[8] == SG_BP_X0 && t[9] == SG_BP_Y0, "the aim stays in the workspace");
    env->set(w, s);
    for (int k = 0; k < 10; k++)
        env->step(w, (double[2]){0.01, 0}); /* below the block */
    for (int k = 0; k < 30; k++)
        env->step(w, (double[2]){0, 0.01});
    env->get(w, t);
    /* a tip of 7 mm behind a face at 20 mm; contacts are soft */
    tap_near(t[1] - t[7], 0.027, 1e-3, 0, "a pushed block lies before the tip");
    tap_near(t[0], 0.4, 2e-3, 0, "on the line of the push");
    tap_near(t[2], 0, 0.02, 0, "square to it");
    tap_ok(t[1] > -0.2 + 0.05, "it was pushed by more than 5 cm");
    for (int k = 0; k < 10; k++)
        env->step(w, (double[2]){0, -0.01});
    env->get(w, s);
    tap_near(s[1] - t[1], 0, 3e-3, 0, "friction holds it when the tip leaves");
}

/* block 1 3-4-5 from target 2, the aim 0.03 before it on that way */
static void observations(void)
{
    const struct {
        int at;
        double x;
    } want[] = {{0, 0.25},
                {1, 0.1},
                {4, -0.6 * 3 / sqrt(34)},
                {5, -0.8 * 3 / sqrt(34)},
                {18, 0.6 * 10 / sqrt(125)},
                {19, 0.8 * 10 / sqrt(125)},
                {20, -3 / sqrt(34)},
                {21, 0},
                {22, cos(4 * 0.1)},
                {23, -sin(4 * 0.1)},
                {36, 0.232},
                {37, 0.076},
                {40, 0.31},
                {41, 0.18}};
    double s[SG_BP_STATE], o[SG_ENV_OBS], d = 0;
    sg_i_blockpush_start(3, s);
    s[0] = 0.25;
    s[1] = 0.1;
    s[2] = atan2(0.8, 0.6) + 0.1;
    s[8] = 0.25 - 0.03 * 0.6;
    s[9] = 0.1 - 0.03 * 0.8;
    s[13] = 0.31;
    s[14] = 0.18;
    env->observe(s, o);
    for (size_t k = 0; k < sizeof want / sizeof *want; k++)
        tap_worst(&d, fabs(o[want[k].at] - want[k].x));
    tap_near(d, 0, 1e-12, 0, "what a policy sees of block 1, aim and target 2");
    double t[SG_BP_STATE], p[SG_ENV_OBS];
    memcpy(t, s, sizeof t);
    env->mirror(t, NULL);
    t[5] += M_PI / 2; /* the former block 1 */
    env->observe(t, p);
    d = 0;
    for (int i = 0; i < 6; i++)
        tap_worst(&d, fabs(p[6 + i] - o[i]));
    for (int i = 0; i < 12; i++)
        tap_worst(&d, fabs(p[24 + i] - o[12 + i]));
    tap_near(d, 0, 1e-9, 0, "blocks exchanged and given a quarter turn look as before, exchanged");
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct run {
    int steps, solved, way;
    double length[400], last[SG_BP_STATE];
} run;

static void episode(run *r, sg_i_world *w, void *oracle, uint32_t seed)
{
    double s[SG_BP_STATE], a[2];
    sg_rng rng;
    sg_rng_init(&rng, 7, seed, 0);
    memset(r, 0, sizeof *r);
    r->way = -1;
    env->expert->begin(oracle, &rng);
    env->reset(w, seed);
    env->get(w, s);
    for (; r->steps < env->max_steps && !r->solved; r->steps++) {
        env->expert->act(oracle, s, a);
        r->length[r->steps] = hypot(a[0], a[1]);
        env->step(w, a);
        env->get(w, s);
        r->solved = env->coverage(s) > env->success;
        r->way = r->way < 0 ? env->way(s) : r->way;
    }
    memcpy(r->last, s, sizeof s);
}

/* Real episodes (900, of the published oracle in PyBullet): length p5, median, p95 99, 115, 134;
 * step p25, median, p75, most 14.9, 16.0, 30.0, 35.0 mm. */
static void demonstrator(sg_i_world *w)
{
    enum { N = 100 };
    void *oracle = malloc(env->expert->size);
    double *length = malloc(400 * N * sizeof *length), steps[N];
    static run r;
    int solved = 0, ways[4] = {0};
    size_t n = 0;
    for (uint32_t k = 0; k < N && oracle && length; k++) {
        episode(&r, w, oracle, 100000 + k);
        solved += r.solved;
        steps[k] = r.steps;
        if (r.way >= 0)
            ways[r.way]++;
        memcpy(length + n, r.length, (size_t)r.steps * sizeof *length);
        n += (size_t)r.steps;
    }
    qsort(steps, N, sizeof *steps, ascending);
    qsort(length, n, sizeof *length, ascending);
    printf("# %d of %d solved; steps p5, median, p95: %.0f, %.0f, %.0f (real: 99, 115, 134)\n",
           solved, N, steps[5], steps[50], steps[95]);
    printf("# step p25, median, p75, most: %.1f, %.1f, %.1f, %.1f mm (real: 14.9, 16.0, 30, 35)\n",
           1e3 * length[n / 4], 1e3 * length[n / 2], 1e3 * length[n * 3 / 4], 1e3 * length[n - 1]);
    printf("# ways: %d, %d, %d, %d\n", ways[0], ways[1], ways[2], ways[3]);
    tap_ok(solved >= 97, "solves at least 97 of 100 starts");
    tap_near(steps[50], 115, 0, 0.1, "median length within 10 % of the real one");
    tap_near(steps[95], 134, 0, 0.1, "95th percentile within 10 %");
    tap_near(length[n / 2], 0.0160, 0, 0.05, "median step within 5 %");
    tap_near(length[n * 3 / 4], 0.03, 1e-9, 0, "upper quartile of the steps is the walking speed");
    tap_ok(length[n - 1] < 0.035 + 1e-9, "no step is above the limit");
    /* 25 expected, sd 4.3: five of them */
    int even = 1;
    for (int k = 0; k < 4; k++)
        even &= abs(ways[k] - 25) < 22;
    tap_ok(even, "goes all four ways");
    episode(&r, w, oracle, 100007);
    double last[SG_BP_STATE];
    memcpy(last, r.last, sizeof last);
    sg_error err;
    sg_i_world *other;
    if (tap_ok(sg_i_env_open(env, &other, NULL, &err) == SG_OK, "another world")) {
        episode(&r, other, oracle, 100007);
        tap_ok(memcmp(last, r.last, sizeof last) == 0, "the same episode in it, bit for bit");
    }
    env->close(other);
    free(length);
    free(oracle);
}

/* Exchanged blocks, exchanged outcome. */
static void exchanged(sg_i_world *w)
{
    double s[2][SG_BP_STATE], a[2] = {0, 0.012}, d = 0;
    for (int k = 0; k < 2; k++) {
        apart(s[k]);
        s[k][0] = 0.308;
        s[k][1] = -0.34;
        s[k][2] = 0.3;
        if (k)
            env->mirror(s[k], a);
        env->set(w, s[k]);
        for (int i = 0; i < 15; i++)
            env->step(w, a);
        env->get(w, s[k]);
    }
    tap_ok(s[0][1] > -0.3, "the tip moved the block");
    env->mirror(s[1], a);
    for (int i = 0; i < SG_BP_STATE; i++)
        tap_worst(&d, fabs(s[0][i] - s[1][i]));
    tap_near(d, 0, 1e-6, 0, "exchanged blocks move alike");
}

static void oracle_alone(void)
{
    double s[SG_BP_STATE], a[2];
    void *oracle = malloc(env->expert->size);
    sg_rng rng;
    sg_rng_init(&rng, 1, 2, 3);
    sg_i_blockpush_start(5, s);
    int near = 0;
    env->expert->begin(oracle, &rng);
    env->expert->act(oracle, s, a);
    tap_near(hypot(a[0], a[1]), 0.03, 1e-12, 0, "walks at 0.3 m/s");
    for (int b = 0; b < 2; b++)
        for (int t = 0; t < 2; t++) {
            const double *p = sg_i_bp_block(s, b), *q = sg_i_bp_target(s, t);
            double r = sg_i_bp_distance(s, b, t), x = p[0] - 0.05 * (q[0] - p[0]) / r - s[8],
                   y = p[1] - 0.05 * (q[1] - p[1]) / r - s[9], l = hypot(x, y);
            near += hypot(x / l - a[0] / 0.03, y / l - a[1] / 0.03) < 1e-9;
        }
    tap_ok(near == 1, "towards the place behind one block, away from one target");
    free(oracle);
}

int main(void)
{
    starts();
    scores();
    goals();
    observations();
    oracle_alone();
    sg_error err = {0};
    sg_i_world *w;
    sg_status s = sg_i_env_open(env, &w, NULL, &err);
    if (s != SG_ENOTSUP && tap_ok(s == SG_OK, "the scene is taken: %s", err.text)) {
        physics(w);
        exchanged(w);
        demonstrator(w);
        env->close(w);
    } else {
        tap_skip("simulation", "built without MuJoCo");
    }
    return tap_done();
}
