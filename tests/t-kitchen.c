/* Franka Kitchen: tasks and their order, goals, recordings. With a folder as argument: writes
 * scenes and recordings there. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "env/kitchen.h"
#include "policy/demos.h"
#include "kitchen-scene.h"
#include "tap.h"

static const sg_i_env *const env = &sg_i_kitchen;

/* Elements and goals as published [GKLLH19], by the places of the 30 numbers observed. */
/* clang-format off */
static const struct {
    const char *name;
    int at, n;
    double goal[7];
} published[SG_KI_TASKS] = {
    {"bottom burner", 11, 2, {-0.88, -0.01}}, {"top burner", 15, 2, {-0.92, -0.01}}, {"light switch", 17, 2, {-0.69, -0.05}},
    {"slide cabinet", 19, 1, {0.37}}, {"hinge cabinet", 20, 2, {0.0, 1.45}}, {"microwave", 22, 1, {-0.75}},
    {"kettle", 23, 7, {-0.23, 0.75, 1.62, 0.99, 0.0, 0.0, -0.06}}};
/* clang-format on */

static void start_state(double *s)
{
    memcpy(s, sg_i_kitchen_start, SG_KI_SEEN * sizeof *s);
    sg_i_kitchen_count(NULL, s);
}

/* The element of task k at distance d from its goal. */
static void put(double *s, int k, double d)
{
    double share = d / sqrt(published[k].n);
    for (int i = 0; i < published[k].n; i++)
        s[published[k].at + i] = published[k].goal[i] + share;
}

static void tasks(void)
{
    double start[SG_KI_STATE];
    start_state(start);
    for (int k = 0; k < SG_KI_TASKS; k++) {
        double s[2][SG_KI_STATE];
        int only = 1;
        for (int i = 0; i < 2; i++) {
            memcpy(s[i], start, sizeof start);
            put(s[i], k, i ? 0.2999 : 0.3001);
            sg_i_kitchen_count(start, s[i]);
        }
        for (int j = 0; j < SG_KI_TASKS; j++)
            only &= s[0][SG_KI_SEEN + j] == 0 && s[1][SG_KI_SEEN + j] == (j == k);
        tap_ok(strcmp(env->tasks[k], published[k].name) == 0 && only,
               "%s is done within 0.3 of its goal, and nothing else", env->tasks[k]);
        tap_near(env->coverage(s[1]), 1.0 / 7, 1e-12, 0, "a seventh of all");
    }
}

static void order(void)
{
    static const int third[] = {6, 2, 5};
    double before[SG_KI_STATE], s[SG_KI_STATE];
    start_state(before);
    for (int n = 0; n < 3; n++) {
        memcpy(s, before, sizeof s);
        memcpy(s, sg_i_kitchen_start, SG_KI_SEEN * sizeof *s); /* what was done is undone */
        put(s, third[n], 0.1);
        sg_i_kitchen_count(before, s);
        memcpy(before, s, sizeof s);
    }
    int good = 1;
    for (int k = 0; k < SG_KI_TASKS; k++)
        good &= s[SG_KI_SEEN + k] == (k == 6 ? 1 : k == 2 ? 2 : k == 5 ? 3 : 0);
    tap_ok(good, "tasks count in the order in which they were done, also when undone");
    tap_near(env->coverage(s), 3.0 / 7, 1e-12, 0, "three of seven");
    for (int k = 0; k < SG_KI_TASKS; k++)
        put(s, k, 0);
    sg_i_kitchen_count(before, s);
    tap_ok(env->coverage(s) > env->success, "all seven are the end");
}

static void goals(void)
{
    double g[SG_ENV_GOAL], s[SG_KI_STATE], all[SG_ENV_GOAL];
    int seen = 0, four = 1;
    env->published_goal(all);
    for (uint32_t seed = 0; seed < 100; seed++) {
        int n = 0;
        start_state(s);
        env->drawn_goal(seed, g);
        for (int k = 0; k < SG_KI_TASKS; k++) {
            const size_t bytes = (size_t)published[k].n * sizeof *g;
            const double *part = g + published[k].at - 9;
            int done = memcmp(part, published[k].goal, bytes) == 0;
            four &= done || memcmp(part, sg_i_kitchen_start + published[k].at, bytes) == 0;
            four &= memcmp(all + published[k].at - 9, published[k].goal, bytes) == 0;
            n += done;
            seen |= done << k;
            if (done && n < 4)
                s[SG_KI_SEEN + k] = n;
        }
        four &= n == 4 && fabs(env->coverage_of(s, g) - 0.75) < 1e-12;
    }
    tap_ok(four, "a drawn goal has four tasks done, and the score is the share of these");
    tap_ok(seen == 127, "each task is drawn at times");
}

/* ---- recordings ------------------------------------------------------------------------------ */

/* Compares what was read with what was recorded; `tally`: with the tasks' order. */
static void compare(const sg_i_demos *d, double tolerance, const char *name)
{
    double worst = d->n_episodes == REC_EPISODES ? 0 : INFINITY;
    int ends = 1, tally = 1;
    for (size_t e = 0; e < d->n_episodes; e++) {
        size_t i = sg_i_demos_begin(d, e);
        ends &= d->end[e] - i == (size_t)rec_length[e];
        for (int t = 0; i < d->end[e]; i++, t++) {
            const double *s = d->state + i * SG_KI_STATE, *u = d->action + i * SG_KI_JOINTS;
            for (int c = 0; c < SG_KI_SEEN; c++)
                tap_worst(&worst, fabs(s[c] - rec_obs((int)e, t, c)));
            for (int c = 0; c < SG_KI_JOINTS; c++)
                tap_worst(&worst, fabs(u[c] - rec_action((int)e, t, c)));
            int micro = e != 2 && t >= 10 + (int)e, slide = t >= 21 ? 1 + micro : 0;
            tally &= s[SG_KI_SEEN + 5] == micro && s[SG_KI_SEEN + 3] == slide;
        }
    }
    tap_ok(ends, "%s: episodes as long as the mask says", name);
    tap_near(worst, 0, tolerance, 0, name);
    tap_ok(tally, "%s: the order of the tasks is found", name);
}

static void recordings(void)
{
    sg_i_demos d;
    sg_error err = {0};
    for (int steps_first = 0; steps_first < 2; steps_first++) {
        rec_write(scene_dir, steps_first);
        must(sg_i_demos_read(&d, scene_dir, env, &err), &err);
        compare(&d, steps_first ? 1e-6 : 0,
                steps_first ? "steps x episodes, floats" : "episodes x steps, doubles");
        sg_i_demos_clear(&d);
    }
    /* of one length: the mask does not tell, what moves does */
    static double x[3 * 5 * 30], u[3 * 5 * 9], mask[15];
    for (int flip = 0; flip < 2; flip++) {
        for (int e = 0; e < 3; e++)
            for (int t = 0; t < 5; t++)
                for (int c = 0; c < 30; c++)
                    x[(flip ? t * 3 + e : e * 5 + t) * 30 + c] = e + 0.01 * t;
        for (int i = 0; i < 15; i++)
            mask[i] = 1;
        npy_write(scene_dir, "observations_seq.npy", "<f8", 8, flip ? "(5, 3, 30)" : "(3, 5, 30)",
                  x, 450);
        npy_write(scene_dir, "actions_seq.npy", "<f8", 8, flip ? "(5, 3, 9)" : "(3, 5, 9)", u, 135);
        npy_write(scene_dir, "existence_mask.npy", "<f8", 8, flip ? "(5, 3)" : "(3, 5)", mask, 15);
        must(sg_i_demos_read(&d, scene_dir, env, &err), &err);
        tap_ok(d.n_episodes == 3 && d.end[0] == 5 && d.state[4 * SG_KI_STATE] == 0.04,
               "without a gap in the mask, steps run where less moves (%d)", flip);
        sg_i_demos_clear(&d);
    }
}

static void refused(const char *name, const char *says)
{
    sg_i_demos d;
    sg_error err = {0};
    sg_status s = sg_i_demos_read(&d, scene_dir, env, &err);
    tap_ok(s == SG_EPARSE && (strstr(err.text, says) || strstr(err.file, says)), "%s: %s: %s", name,
           err.file, err.text);
}

static void bad_recordings(void)
{
    static double x[2 * 3 * 31], u[2 * 3 * 9], mask[6] = {1, 0, 1, 1, 1, 0};
    npy_write(scene_dir, "observations_seq.npy", "<f8", 8, "(2, 3, 31)", x, 186);
    npy_write(scene_dir, "actions_seq.npy", "<f8", 8, "(2, 3, 9)", u, 54);
    npy_write(scene_dir, "existence_mask.npy", "<f8", 8, "(2, 3)", mask, 6);
    refused("31 columns", "31 columns, wanted 37 or 30 or 60 or 59");
    npy_write(scene_dir, "observations_seq.npy", "<f8", 8, "(2, 3, 30)", x, 180);
    refused("a mask with a gap", "along neither axis");
    mask[1] = 1;
    npy_write(scene_dir, "existence_mask.npy", "<f8", 8, "(3, 2)", mask, 6);
    refused("a mask of another shape", "2, 2 and 3 rows");
    npy_write(scene_dir, "existence_mask.npy", "<f8", 8, "(6,)", mask, 6);
    refused("a mask of one dimension", "1 dimensions, wanted 2");
    npy_write(scene_dir, "existence_mask.npy", "<f8", 8, "(2, 3)", mask, 6);
    npy_write(scene_dir, "actions_seq.npy", "<f8", 8, "(2, 3, 7)", u, 42);
    refused("actions of another width", "7 columns, wanted 9");
    unlink(in_dir("observations_seq.npy"));
    unlink(in_dir("actions_seq.npy"));
    unlink(in_dir("existence_mask.npy"));
}

static void write_all(const char *to)
{
    char path[512];
    for (int k = 0; k < 2; k++) {
        snprintf(path, sizeof path, "%s/%s", to, k ? "gymnasium.xml" : "relay.xml");
        scene_write(path, (scene_change){.gymnasium = k});
    }
    snprintf(path, sizeof path, "%s/no-kettle.xml", to);
    scene_write(path, (scene_change){.without = "freejoint"});
    rec_write(to, 0);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        write_all(argv[1]);
        return 0;
    }
    scene_dir_make();
    tasks();
    order();
    goals();
    recordings();
    bad_recordings();
    rmdir(scene_dir);
    return tap_done();
}
