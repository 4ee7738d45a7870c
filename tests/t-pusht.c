/* Push-T: NumPy's starts, coverage, and the recorded demonstrations replayed. */
#include <config.h>

#include <stdlib.h>

#include "demos.h"
#include "env/mt19937.h"
#include "env/pusht.h"
#include "env/tee.h"
#include <sigen/rng.h>
#include "tap.h"

/* numpy 1.24.2: r = RandomState(seed); randint(50, 450) twice, randint(100, 400) twice,
 * randn()*2*pi - pi; then one more randn(), which is the spare half of the pair. */
static const struct {
    uint32_t seed;
    double state[5], next;
} numpy[] = {{0, {222, 97, 217, 292, 3.0079994677219553}, 2.240893199201458},
             {1, {87, 285, 172, 355, -6.595749753457083}, -1.4028727151691185},
             {100000, {235, 124, 335, 128, -0.9049274284249247}, -1.631511830850299},
             {100001, {365, 182, 275, 280, -1.0981131397099535}, 0.24992159726016547},
             {100049, {143, 388, 104, 324, -13.41298796393892}, -0.6034202575081471},
             {4294967295, {340, 62, 171, 164, -2.6307466406555617}, 0.4096851233481656}};

static void starts(void)
{
    for (size_t k = 0; k < sizeof numpy / sizeof *numpy; k++) {
        double s[5];
        sg_i_mt m;
        int good = 1;
        sg_i_pusht_start(numpy[k].seed, s);
        for (int i = 0; i < 5; i++)
            good &= fabs(s[i] - numpy[k].state[i]) < 1e-12;
        sg_i_mt_seed(&m, numpy[k].seed);
        for (int i = 0; i < 4; i++)
            sg_i_mt_range(&m, i < 2 ? 50 : 100, i < 2 ? 450 : 400);
        sg_i_mt_normal(&m);
        good &= fabs(sg_i_mt_normal(&m) - numpy[k].next) < 1e-12;
        tap_ok(good, "seed %lu starts as in NumPy", (unsigned long)numpy[k].seed);
    }
}

static int inside(const sg_i_pose *p, double x, double y)
{
    double c = cos(p->angle), s = sin(p->angle), u = c * (x - p->x) + s * (y - p->y),
           v = c * (y - p->y) - s * (x - p->x);
    return (fabs(u) < 60 && v > 0 && v < 30) || (fabs(u) < 15 && v >= 30 && v < 120);
}

/* One T has 120 x 30 + 30 x 90 = 6300 px^2. */
static void areas(void)
{
    sg_i_pose a = {200, 210, 0.7}, b = a;
    tap_near(sg_i_tee_coverage(&a, &b), 1, 1e-12, 0, "a T covers itself");
    b.x += 500;
    tap_near(sg_i_tee_coverage(&a, &b), 0, 1e-12, 0, "far away it covers nothing");
    b = a;
    b.x -= 10 * sin(0.7);
    b.y += 10 * cos(0.7);
    /* 10 along the stem: the bar keeps 120 x 20, the stem 30 x 90 - of which 30 x 10 in the bar */
    tap_near(sg_i_tee_coverage(&a, &b), (120 * 20 + 30 * 10 + 30 * 80) / 6300.0, 1e-12, 0,
             "moved along the stem by 10 px");
    b = (sg_i_pose){a.x - 2 * 15 * sin(0.7), a.y + 2 * 15 * cos(0.7), 0.7 + M_PI};
    /* turned by pi about the middle of the bar: the bars coincide */
    tap_near(sg_i_tee_coverage(&a, &b), 3600 / 6300.0, 1e-12, 0, "upside down on its bar");
    sg_rng r;
    sg_rng_init(&r, 5, 0, 0);
    int good = 1;
    for (int k = 0; k < 20; k++) {
        long hits = 0, n = 40000;
        b = (sg_i_pose){a.x + 40 * sg_rng_normal(&r), a.y + 40 * sg_rng_normal(&r),
                        6.3 * sg_rng_uniform(&r)};
        for (long i = 0; i < n; i++) {
            double x = a.x - 140 + 280 * sg_rng_uniform(&r),
                   y = a.y - 140 + 280 * sg_rng_uniform(&r);
            hits += inside(&a, x, y) && inside(&b, x, y);
        }
        double p = (double)hits / (double)n, got = sg_i_tee_coverage(&a, &b) * 6300 / (280 * 280);
        /* five standard deviations, for an area of a few draws too */
        good &= fabs(p - got) < 5 * sqrt(fmax(got, 1.0 / (double)n) / (double)n);
    }
    tap_ok(good, "20 random poses: within 5 sd of Monte Carlo");
}

/* What is moved and turned, walls far away, behaves likewise; goals move along. */
static void moved(void)
{
    const sg_i_env *e = &sg_i_pusht;
    double s[5] = {150.5, 230.25, 250, 270, 1.1}, a[2] = {290, 260}, s2[5], a2[2], out[5], out2[5];
    double m[3] = {0.9, 190, -130}, o[8], o2[8], g[4], g2[4];
    memcpy(s2, s, sizeof s);
    memcpy(a2, a, sizeof a);
    e->move(m, s2, a2);
    sg_error err;
    sg_i_world *w;
    tap_ok(sg_i_env_open(e, &w, NULL, &err) == SG_OK, "a world");
    for (int k = 0; k < 2; k++) {
        e->set(w, k ? s2 : s);
        for (int i = 0; i < 8; i++)
            e->step(w, k ? a2 : a);
        e->get(w, k ? out2 : out);
    }
    e->close(w);
    tap_ok(e->block_error(out, s) > 20 && e->possible(s2, a2), "the disc moved the block");
    e->goal(out, g);
    e->goal(out2, g2);
    tap_near(e->coverage_of(s2, g2), e->coverage_of(s, g), 1e-2, 0,
             "coverage of a goal moves along");
    e->move(m, out, NULL);
    double d = 0;
    for (int i = 0; i < 5; i++)
        tap_worst(&d, fabs(remainder(out2[i] - out[i], i == 4 ? 2 * M_PI : 1e9)));
    tap_near(d, 0, 0.5, 0, "a moved push leads to the moved state");
    e->observe(out, o);
    e->observe(out2, o2);
    tap_near(hypot(o[6] - o2[6], o[7] - o2[7]), 0, 0.5, 0, "and looks the same from the block");
    double far[5] = {150, 230, 30, 270, 0};
    tap_ok(!e->possible(far, NULL) && !e->possible(NULL, (double[]){-1, 5}), "not through walls");
}

/* Goals that are drawn: inside, spread, a function of the seed. */
static void drawn(void)
{
    const sg_i_env *e = &sg_i_pusht;
    double g[4], again[4], lo = 1e9, hi = 0, turn = 0;
    int good = 1;
    for (uint32_t k = 0; k < 500; k++) {
        e->drawn_goal(k, g);
        double s[5] = {256, 256, g[0], g[1], atan2(g[3], g[2])};
        good &= e->possible(s, NULL) && e->coverage_of(s, g) > 1 - 1e-12;
        lo = fmin(lo, g[0]);
        hi = fmax(hi, g[0]);
        turn += g[2] / 500;
    }
    e->drawn_goal(499, again);
    tap_ok(good && lo < 120 && hi > 380 && fabs(turn) < 0.15 && memcmp(g, again, sizeof g) == 0,
           "drawn goals are inside, everywhere, in all directions (%.0f to %.0f, %.2f)", lo, hi,
           turn);
}

/* A step and its mirror image lead to mirrored states; the walls are 1 px off the symmetry. */
static void mirrored(void)
{
    const sg_i_env *e = &sg_i_pusht;
    double s[5] = {150.5, 230.25, 300, 270, 1.1}, a[2] = {340, 260}, s2[5], a2[2], out[5], out2[5],
           none[2] = {0, 0};
    memcpy(s2, s, sizeof s);
    memcpy(a2, a, sizeof a);
    e->mirror(s2, a2);
    tap_near(e->coverage(s2), e->coverage(s), 1e-12, 0, "the mirror keeps the coverage");
    sg_error err;
    sg_i_world *w;
    tap_ok(sg_i_env_open(e, &w, NULL, &err) == SG_OK, "a world");
    for (int k = 0; k < 2; k++) {
        e->set(w, k ? s2 : s);
        for (int i = 0; i < 8; i++)
            e->step(w, k ? a2 : a);
        e->get(w, k ? out2 : out);
    }
    e->close(w);
    tap_ok(e->block_error(out, s) > 20, "the disc moved the block");
    e->mirror(out2, none);
    double d = 0;
    for (int i = 0; i < 5; i++)
        tap_worst(&d, fabs(out2[i] - out[i]));
    /* contacts are solved in another order */
    tap_near(d, 0, 0.5, 0, "mirrored actions lead to the mirrored state");
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void replay(const char *srcdir)
{
    char dir[4096];
    sg_error err;
    sg_i_demos d;
    snprintf(dir, sizeof dir, "%s/policy/data/pusht", srcdir);
    if (!tap_ok(sg_i_demos_read(&d, dir, &sg_i_pusht, &err) == SG_OK, "demonstrations read"))
        return;
    tap_ok(d.n_steps == 22212 && d.n_episodes == 180, "180 episodes, 22212 steps");
    double *e = malloc(d.n_steps * sizeof *e);
    if (e && tap_ok(sg_i_demos_replay(&d, NULL, e, &err) == SG_OK, "replayed")) {
        qsort(e, d.n_steps, sizeof *e, ascending);
        double p95 = e[d.n_steps * 95 / 100], p50 = e[d.n_steps / 2];
        printf("# block error: median %.2g px, p95 %.2g px\n", p50, p95);
        tap_ok(p50 < 1e-3, "open loop: median of the block's error below 0.001 px");
        tap_ok(p95 < 1, "open loop: p95 of the block's error below 1 px");
    }
    free(e);
    sg_i_demos_clear(&d);
}

int main(void)
{
    const char *srcdir = getenv("srcdir");
    starts();
    areas();
    if (sg_i_pusht.open) {
        mirrored();
        moved();
        drawn();
        replay(srcdir ? srcdir : ".");
    } else {
        tap_skip("replay", "built without Chipmunk");
    }
    return tap_done();
}
