/* Franka Kitchen in MuJoCo: finds the joints of the user's scene, sends speeds to a robot that is
 * controlled by position, and looks at it with the published noise. */
#include <config.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kitchen.h"
#include "mt19937.h"
#include "mujoco.h"

enum { SUBSTEPS = 40, HINGES = SG_KI_KETTLE /* hinges and slides of robot and kitchen */ };

/* Joints in the order of a state, as relay-policy-learning and as Gymnasium-Robotics name them, and
 * the noise they are seen with, uniform up to that. */
/* clang-format off */
static const struct {
    const char *name[2];
    double noise;
} joints[HINGES] = {
    {{"panda0_joint1", "robot:panda0_joint1"}, 0.01}, {{"panda0_joint2", "robot:panda0_joint2"}, 0.01},
    {{"panda0_joint3", "robot:panda0_joint3"}, 0.01}, {{"panda0_joint4", "robot:panda0_joint4"}, 0.01},
    {{"panda0_joint5", "robot:panda0_joint5"}, 0.01}, {{"panda0_joint6", "robot:panda0_joint6"}, 0.01},
    {{"panda0_joint7", "robot:panda0_joint7"}, 0.01},
    {{"panda0_finger_joint1", "robot:panda0_finger_joint1"}, 0.01}, {{"panda0_finger_joint2", "robot:panda0_finger_joint2"}, 0.01},
    {{"knob_Joint_1", "knob_Joint_1"}, 5e-4}, {{"burner_Joint_1", "bottom_right_burner"}, 5e-4},
    {{"knob_Joint_2", "knob_Joint_2"}, 5e-5}, {{"burner_Joint_2", "bottom_left_burner"}, 5e-5},
    {{"knob_Joint_3", "knob_Joint_3"}, 5e-5}, {{"burner_Joint_3", "top_right_burner"}, 5e-5},
    {{"knob_Joint_4", "knob_Joint_4"}, 5e-5}, {{"burner_Joint_4", "top_left_burner"}, 5e-5},
    {{"lightswitch_joint", "light_switch"}, 5e-4}, {{"light_joint", "light_joint"}, 5e-4},
    {{"slidedoor_joint", "slide_cabinet"}, 5e-4}, {{"leftdoorhinge", "left_hinge_cabinet"}, 0.01},
    {{"rightdoorhinge", "right_hinge_cabinet"}, 0.01}, {{"microjoint", "microwave"}, 0.01}};
static const double kettle_noise[7] = {5e-4, 5e-4, 5e-4, 0.01, 0.01, 0.01, 5e-4};

/* What the robot may be sent to, rad, m. */
static const double low[SG_KI_JOINTS] = {-2.9, -1.8, -2.9, -3.1, -2.9, 0, -2.9, 0, 0};
static const double high[SG_KI_JOINTS] = {2.9, 1.8, 2.9, 0, 2.9, 3.8, 2.9, 0.04, 0.04};
/* clang-format on */

static const double top_speed = 2; /* rad/s, m/s, of an action of 1 */

struct sg_i_world {
    mjModel *model;
    mjData *data;
    int at[SG_KI_SEEN];      /* where in qpos each number of a state is */
    int motor[SG_KI_JOINTS]; /* the robot's actuators */
    sg_i_mt rng;             /* of the noise */
    double noise;            /* factor of it */
    double state[SG_KI_STATE];
};

void sg_i_kitchen_close(sg_i_world *w)
{
    if (w) {
        mj_deleteData(w->data);
        mj_deleteModel(w->model);
    }
    free(w);
}

/* ---- the user's scene ------------------------------------------------------------------------ */

/* Names that are missing, as far as they fit in an error. */
typedef struct missing {
    char text[256];
    size_t n;
} missing;

static void miss(missing *m, const char *what, const char *name)
{
    static const char more[] = ", and more";
    const size_t room = sizeof m->text - sizeof more;
    char text[64];
    int n = snprintf(text, sizeof text, "%s%s %s", m->n ? ", " : "", what, name);
    if (m->n > room) /* it says so already */
        return;
    int fits = m->n + (size_t)n <= room;
    strcpy(m->text + m->n, fits ? text : more);
    m->n = fits ? m->n + (size_t)n : sizeof m->text;
}

/* A hinge or a slide of either name, -1: there is none. */
static int joint_of(const mjModel *m, int k)
{
    for (int v = 0; v < 2; v++) {
        int j = mj_name2id(m, mjOBJ_JOINT, joints[k].name[v]);
        if (j >= 0 && (m->jnt_type[j] == mjJNT_HINGE || m->jnt_type[j] == mjJNT_SLIDE))
            return j;
    }
    return -1;
}

static int motor_of(const mjModel *m, int joint)
{
    for (int a = 0; a < m->nu; a++)
        if (m->actuator_trntype[a] == mjTRN_JOINT && m->actuator_trnid[2 * a] == joint)
            return a;
    return -1;
}

/* The free joint of the body "kettle"; the joint has a name of its own in one version only. */
static int kettle_of(const mjModel *m)
{
    int b = mj_name2id(m, mjOBJ_BODY, "kettle"),
        j = b >= 0 && m->body_jntnum[b] ? m->body_jntadr[b] : -1;
    return j >= 0 && m->jnt_type[j] == mjJNT_FREE ? j : -1;
}

static sg_status find_parts(sg_i_world *w, const char *scene, sg_error *err)
{
    const mjModel *m = w->model;
    missing lost = {0};
    for (int k = 0; k < HINGES; k++) {
        int j = joint_of(m, k);
        if (j < 0)
            miss(&lost, "joint", joints[k].name[0]);
        else
            w->at[k] = m->jnt_qposadr[j];
        if (k < SG_KI_JOINTS && j >= 0 && (w->motor[k] = motor_of(m, j)) < 0)
            miss(&lost, "actuator of", joints[k].name[0]);
    }
    int kettle = kettle_of(m);
    if (kettle < 0)
        miss(&lost, "free joint of body", "kettle");
    for (int i = 0; i < 7 && kettle >= 0; i++)
        w->at[SG_KI_KETTLE + i] = m->jnt_qposadr[kettle] + i;
    if (lost.n)
        return sg_fail_at(err, SG_EPARSE, scene, 0, 0, "no kitchen, it lacks: %s", lost.text);
    if (fabs(SUBSTEPS * m->opt.timestep - SG_KI_PERIOD) > 1e-9)
        return sg_fail_at(err, SG_EPARSE, scene, 0, 0, "timestep %g s, wanted %g", m->opt.timestep,
                          SG_KI_PERIOD / SUBSTEPS);
    return SG_OK;
}

sg_status sg_i_kitchen_open(sg_i_world **out, const char *scene, sg_error *err)
{
    sg_i_world *w = calloc(1, sizeof *w);
    sg_status s = w ? sg_i_mujoco_load(&w->model, &w->data, scene, NULL, err)
                    : sg_fail(err, SG_ENOMEM, "no memory for the simulation");
    if (s == SG_OK)
        s = find_parts(w, scene, err);
    if (s != SG_OK) {
        sg_i_kitchen_close(w);
        w = NULL;
    }
    *out = w;
    return s;
}

/* ---- simulation ------------------------------------------------------------------------------ */

/* What is observed now, with noise, and what that does to the tally; before: NULL at a start. */
static void look(sg_i_world *w, const double *before)
{
    double s[SG_KI_STATE];
    for (int k = 0; k < SG_KI_SEEN; k++) {
        double amp = k < HINGES ? joints[k].noise : kettle_noise[k - HINGES];
        s[k] = w->data->qpos[w->at[k]];
        if (w->noise > 0)
            s[k] += w->noise * amp * (2 * sg_i_mt_uniform(&w->rng) - 1);
    }
    sg_i_kitchen_count(before, s);
    memcpy(w->state, s, sizeof s);
}

static void place(sg_i_world *w, const double *seen)
{
    mj_resetData(w->model, w->data);
    for (int k = 0; k < SG_KI_SEEN; k++)
        w->data->qpos[w->at[k]] = seen[k];
    mj_forward(w->model, w->data);
}

void sg_i_kitchen_reset(sg_i_world *w, uint32_t seed)
{
    sg_i_mt_seed(&w->rng, seed);
    w->noise = 1;
    place(w, sg_i_kitchen_start);
    look(w, NULL);
}

void sg_i_kitchen_set(sg_i_world *w, const double *state)
{
    w->noise = 0;
    place(w, state);
    memcpy(w->state, state, sizeof w->state);
}

void sg_i_kitchen_get(const sg_i_world *w, double *state)
{
    memcpy(state, w->state, sizeof w->state);
}

static double clip(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* The robot is sent to where its speed leads in a period from where it was seen last. */
void sg_i_kitchen_step(sg_i_world *w, const double *action)
{
    for (int k = 0; k < SG_KI_JOINTS; k++) {
        double to = w->state[k] + top_speed * clip(action[k], -1, 1) * SG_KI_PERIOD;
        w->data->ctrl[w->motor[k]] = clip(to, low[k], high[k]);
    }
    for (int i = 0; i < SUBSTEPS; i++)
        mj_step(w->model, w->data);
    look(w, w->state);
}
