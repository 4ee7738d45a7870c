/* Franka Kitchen's simulation, in a stand-in for the user's scene. */
#include <config.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "env/kitchen.h"
#include "kitchen-scene.h"
#include "tap.h"

static const sg_i_env *const env = &sg_i_kitchen;

static void start_state(double *s)
{
    memcpy(s, sg_i_kitchen_start, SG_KI_SEEN * sizeof *s);
    sg_i_kitchen_count(NULL, s);
}

static void rejected(scene_change c, const char *name, const char *const says[], int n)
{
    sg_i_world *w;
    sg_error err = {0};
    scene_write(in_dir("bad.xml"), c);
    sg_status s = sg_i_env_open(env, &w, in_dir("bad.xml"), &err);
    int good = s == SG_EPARSE && !w && strstr(err.file, "bad.xml");
    for (int k = 0; k < n; k++)
        good = good && strstr(err.text, says[k]);
    tap_ok(good, "%s: %s", name, err.text);
    unlink(in_dir("bad.xml"));
    env->close(w);
}

static void bad_scenes(void)
{
    sg_i_world *w;
    sg_error err = {0};
    rejected((scene_change){.without = "microjoint"}, "no microwave",
             (const char *const[]){"joint microjoint"}, 1);
    rejected((scene_change){.without = "panda0_finger"}, "no fingers",
             (const char *const[]){"joint panda0_finger_joint1", "joint panda0_finger_joint2"}, 2);
    rejected((scene_change){.without = "position joint='panda0_joint3"}, "no actuator",
             (const char *const[]){"actuator of panda0_joint3"}, 1);
    rejected((scene_change){.without = "freejoint"}, "a kettle that cannot move",
             (const char *const[]){"free joint of body kettle"}, 1);
    rejected((scene_change){.without = "joint"}, "nothing at all",
             (const char *const[]){"panda0_joint1", "panda0_joint2"}, 2);
    rejected((scene_change){.timestep = "0.004"}, "another step of time",
             (const char *const[]){"timestep 0.004 s, wanted 0.002"}, 1);
    sg_status s = sg_i_env_open(env, &w, in_dir("none.xml"), &err);
    tap_ok(s == SG_EPARSE && strstr(err.text, "MuJoCo does not take the scene"),
           "no such scene: %s", err.text);
    s = sg_i_env_open(env, &w, NULL, &err);
    tap_ok(s == SG_EINVAL && strstr(err.text, "--scene"), "no scene named: %s", err.text);
}

static void layout(sg_i_world *w)
{
    double s[SG_KI_STATE], t[SG_KI_STATE], o[SG_ENV_OBS], still[SG_KI_JOINTS] = {0}, d = 0;
    start_state(s);
    for (int k = 0; k < SG_KI_KETTLE; k++) /* different, within the robot's range */
        s[k] = k < 7 ? (k == 3 ? -1 : 0.1 + 0.1 * k) : k < 9 ? 0.01 * (k - 5) : 0.003 * k;
    for (int k = 0; k < 3; k++)
        s[SG_KI_KETTLE + k] = 0.5 + k;
    memcpy(s + SG_KI_KETTLE + 3, (double[]){0.1, 0.5, 0.7, 0.5}, 4 * sizeof *s);
    s[22] = 0.14838 - s[0]; /* as the scene couples them */
    s[19] = 0.70739 + 0.4 * s[1];
    env->set(w, s);
    for (int i = 0; i < 3; i++)
        env->step(w, still);
    env->get(w, t);
    env->observe(t, o);
    for (int k = 0; k < SG_KI_SEEN; k++)
        tap_worst(&d, fabs(o[k] - s[k]));
    tap_near(d, 0, 2e-3, 0, "30 numbers at rest stay in their places, whatever the scene's order");
}

static void control(sg_i_world *w)
{
    double s[SG_KI_STATE], t[SG_KI_STATE], a[SG_KI_JOINTS] = {0};
    start_state(s);
    s[7] = s[8] = 0.02;
    env->set(w, s);
    a[0] = 0.5;
    a[6] = -1;
    a[4] = 3; /* counts as 1 */
    env->step(w, a);
    env->get(w, t);
    tap_near(t[0] - s[0], 0.08, 0, 0.03, "half speed: 1 rad/s for 0.08 s");
    tap_near(t[6] - s[6], -0.16, 0, 0.03, "full speed back: 2 rad/s");
    tap_near(t[4] - s[4], 0.16, 0, 0.03, "more than full speed is full speed");
    tap_near(t[2], s[2], 1e-6, 0, "no speed: it stays");
    a[0] = a[7] = 1;
    for (int i = 0; i < 60; i++)
        env->step(w, a);
    env->get(w, t);
    tap_near(t[0], 2.9, 1e-3, 0, "the arm's limit");
    tap_near(t[7], 0.04, 1e-4, 0, "the finger's limit");
    tap_near(t[6], -2.9, 1e-3, 0, "the limit below");
}

static void completes(sg_i_world *w)
{
    double s[SG_KI_STATE], a[SG_KI_JOINTS] = {0};
    env->reset(w, 5);
    a[1] = 1;
    for (int i = 0; i < 8; i++)
        env->step(w, a); /* the second joint by 1.28: the sliding door by 0.5 */
    a[1] = -1;
    a[0] = 1;
    for (int i = 0; i < 8; i++)
        env->step(w, a); /* the first by as much, and so the microwave; the other one back */
    env->get(w, s);
    int good = 1;
    for (int k = 0; k < SG_KI_TASKS; k++)
        good &= s[SG_KI_SEEN + k] == (k == 3 ? 1 : k == 5 ? 2 : 0);
    tap_ok(good, "first the sliding door, then the microwave");
    tap_ok(sg_i_kitchen_distance(s, 3) > 0.3, "which by then was closed again");
    env->reset(w, 5);
    env->get(w, s);
    tap_ok(env->coverage(s) == 0, "a new episode begins with nothing done");
}

/* The amplitudes of the noise: a tenth of what the published configuration of the robot has. */
static double amplitude(int k)
{
    return k < 9 || (k > 19 && k < 23) || (k > 25 && k < 29) ? 0.01
           : k > 10 && k < 17                                ? 5e-5
                                                             : 5e-4;
}

static void noise(sg_i_world *w)
{
    double s[SG_KI_STATE], t[SG_KI_STATE], most[SG_KI_SEEN] = {0}, low = INFINITY, high = 0;
    double start[SG_KI_SEEN], *q = start + SG_KI_KETTLE + 3;
    memcpy(start, sg_i_kitchen_start, sizeof start);
    double length = sqrt(q[0] * q[0] + q[1] * q[1] + q[2] * q[2] + q[3] * q[3]);
    for (int i = 0; i < 4; i++) /* as MuJoCo takes the published one, which is not of unit length */
        q[i] /= length;
    for (uint32_t seed = 0; seed < 200; seed++) {
        env->reset(w, seed);
        env->get(w, s);
        for (int k = 0; k < SG_KI_SEEN; k++)
            tap_worst(&most[k], fabs(s[k] - start[k]) / amplitude(k));
    }
    for (int k = 0; k < SG_KI_SEEN; k++) {
        low = fmin(low, most[k]);
        tap_worst(&high, most[k]);
    }
    /* of 200 uniform draws none above 0.9: 30 x 0.9^200 = 2e-8 */
    tap_ok(high <= 1 + 1e-9 && low > 0.9, "noise is uniform up to the published amplitude");
    env->reset(w, 3);
    env->get(w, s);
    env->reset(w, 4);
    env->get(w, t);
    tap_ok(memcmp(s, t, sizeof s) != 0, "other seeds, other noise");
    env->reset(w, 3);
    env->get(w, t);
    tap_ok(memcmp(s, t, sizeof s) == 0, "the same seed, the same");
    start_state(s);
    env->set(w, s);
    env->get(w, t);
    tap_ok(memcmp(s, t, sizeof s) == 0, "a recorded state is seen as it was");
}

static void simulation(int gymnasium)
{
    sg_i_world *w;
    sg_error err = {0};
    scene_write(in_dir("scene.xml"), (scene_change){.gymnasium = gymnasium});
    sg_status s = sg_i_env_open(env, &w, in_dir("scene.xml"), &err);
    unlink(in_dir("scene.xml"));
    if (!tap_ok(s == SG_OK, "a scene with the names of %s: %s",
                gymnasium ? "Gymnasium-Robotics" : "relay-policy-learning", err.text))
        return;
    layout(w);
    control(w);
    completes(w);
    noise(w);
    env->close(w);
}

int main(void)
{
    if (env->open) {
        scene_dir_make();
        bad_scenes();
        simulation(0);
        simulation(1);
        rmdir(scene_dir);
    } else {
        tap_skip("simulation", "built without MuJoCo");
    }
    return tap_done();
}
