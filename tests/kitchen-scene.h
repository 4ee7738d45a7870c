/* A stand-in for the scene of Franka Kitchen, and recordings in the layouts that are about: the
 * joints have the names and kinds of the real ones, in another order and of bodies that touch
 * nothing. Raising the arm's first joint opens the microwave, its second one the sliding door. */
#ifndef SG_TESTS_KITCHEN_SCENE_H
#define SG_TESTS_KITCHEN_SCENE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The test's own folder. */
static char scene_dir[64];

static void scene_dir_make(void)
{
    snprintf(scene_dir, sizeof scene_dir, "kitchen-%ld", (long)getpid());
    if (mkdir(scene_dir, 0777) != 0)
        exit(99);
}

__attribute__((unused)) static const char *in_dir(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", scene_dir, name);
    return path;
}

/* What is different from a good scene. */
typedef struct scene_change {
    int gymnasium;       /* names of that version */
    const char *without; /* joints and actuators whose element holds this text are left out */
    const char *timestep;
} scene_change;

/* clang-format off */
static const struct {
    const char *relay, *gymnasium;
    int slides;
} scene_joints[] = { /* not in the order of a state */
    {"microjoint", "microwave", 0}, {"slidedoor_joint", "slide_cabinet", 1}, {"leftdoorhinge", "left_hinge_cabinet", 0},
    {"rightdoorhinge", "right_hinge_cabinet", 0}, {"light_joint", "light_joint", 1}, {"lightswitch_joint", "light_switch", 0},
    {"panda0_finger_joint2", "robot:panda0_finger_joint2", 1}, {"panda0_finger_joint1", "robot:panda0_finger_joint1", 1},
    {"panda0_joint7", "robot:panda0_joint7", 0}, {"panda0_joint6", "robot:panda0_joint6", 0}, {"panda0_joint5", "robot:panda0_joint5", 0},
    {"panda0_joint4", "robot:panda0_joint4", 0}, {"panda0_joint3", "robot:panda0_joint3", 0}, {"panda0_joint2", "robot:panda0_joint2", 0},
    {"panda0_joint1", "robot:panda0_joint1", 0}, {"burner_Joint_4", "top_left_burner", 1}, {"knob_Joint_4", "knob_Joint_4", 0},
    {"burner_Joint_3", "top_right_burner", 1}, {"knob_Joint_3", "knob_Joint_3", 0}, {"burner_Joint_2", "bottom_left_burner", 1},
    {"knob_Joint_2", "knob_Joint_2", 0}, {"burner_Joint_1", "bottom_right_burner", 1}, {"knob_Joint_1", "knob_Joint_1", 0}};
/* clang-format on */
enum { SCENE_JOINTS = sizeof scene_joints / sizeof *scene_joints };

static const char *scene_name(const scene_change *c, int k)
{
    return c->gymnasium ? scene_joints[k].gymnasium : scene_joints[k].relay;
}

/* Writes an element that is not left out. */
static void scene_put(FILE *f, const scene_change *c, const char *element)
{
    if (!c->without || !strstr(element, c->without))
        fputs(element, f);
}

/* Joints are fast: they are where they are sent to within a period. */
__attribute__((unused)) static void scene_write(const char *path, scene_change c)
{
    FILE *f = fopen(path, "w");
    char text[256];
    const char *robot = c.gymnasium ? "robot:" : "";
    if (!f)
        exit(99);
    fprintf(f,
            "<mujoco><compiler angle='radian'/><option timestep='%s' gravity='0 0 0'/>"
            "<default><geom size='0.01' mass='0.01' contype='0' conaffinity='0'/></default>"
            "<worldbody><body name='kettle'>",
            c.timestep ? c.timestep : "0.002");
    scene_put(f, &c, c.gymnasium ? "<freejoint name='kettle'/>" : "<freejoint/>");
    fputs("<geom/></body>", f);
    for (int k = 0; k < SCENE_JOINTS; k++) {
        int driven = strstr(scene_name(&c, k), "panda0") != NULL;
        snprintf(text, sizeof text, "<joint name='%s' type='%s' damping='%s' armature='%s'/>",
                 scene_name(&c, k), scene_joints[k].slides ? "slide" : "hinge",
                 driven ? "30" : "0.02", driven ? "0.1" : "0.001");
        fprintf(f, "<body pos='%d 0 0'>", k);
        scene_put(f, &c, text);
        fputs("<geom/></body>", f);
    }
    fputs("</worldbody><actuator>", f);
    for (int k = 0; k < SCENE_JOINTS; k++) {
        snprintf(text, sizeof text, "<position joint='%s' kp='2000'/>", scene_name(&c, k));
        if (strstr(scene_name(&c, k), "panda0"))
            scene_put(f, &c, text);
    }
    fputs("</actuator><equality>", f);
    snprintf(text, sizeof text,
             "<joint joint1='%s' joint2='%spanda0_joint1' polycoef='0.14838 -1 0 0 0'/>",
             scene_name(&c, 0), robot);
    scene_put(f, &c, text);
    snprintf(text, sizeof text,
             "<joint joint1='%s' joint2='%spanda0_joint2' polycoef='0.70739 0.4 0 0 0'/>",
             scene_name(&c, 1), robot);
    scene_put(f, &c, text);
    fputs("</equality></mujoco>\n", f);
    if (fclose(f) != 0)
        exit(99);
}

/* ---- recordings ------------------------------------------------------------------------------ */

enum { REC_EPISODES = 5, REC_STEPS = 44, REC_OBS = 60, REC_ACTIONS = 9 };
static const int rec_length[REC_EPISODES] = {30, 44, 25, 40, 28};

/* Number c of what was observed at step t of episode e, and of what was done. */
static double rec_obs(int e, int t, int c)
{
    if (c >= 30)
        return 7; /* a goal */
    if (c == 22 && e != 2)
        return t < 10 + e ? 0 : t < 20 ? -0.75 : -0.2; /* the microwave, opened and closed */
    if (c == 19)
        return t < 21 ? 0.01 : 0.37; /* the sliding door */
    return 0.1 * c + 0.01 * sin(0.3 * t + e + 0.7 * c);
}

__attribute__((unused)) static double rec_action(int e, int t, int c)
{
    return 0.9 * sin(0.2 * t + 1.3 * c + e);
}

__attribute__((unused)) static void npy_write(const char *dir, const char *name, const char *descr,
                                              int bytes, const char *shape, const double *x,
                                              size_t n)
{
    char path[512], head[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "wb");
    memset(head, ' ', sizeof head);
    int len = snprintf(head, sizeof head,
                       "\x93NUMPY\x01%cv%c{'descr': '%s', 'fortran_order': False, 'shape': %s, }",
                       0, 0, descr, shape);
    head[len] = ' ';
    head[127] = '\n';
    if (!f || fwrite(head, 1, 128, f) != 128)
        exit(99);
    for (size_t i = 0; i < n; i++) {
        float f4 = (float)x[i];
        unsigned char u1 = x[i] != 0;
        const void *p = bytes == 8 ? (const void *)&x[i] : bytes == 4 ? (const void *)&f4 : &u1;
        if (fwrite(p, 1, (size_t)bytes, f) != (size_t)bytes)
            exit(99);
    }
    if (fclose(f) != 0)
        exit(99);
}

/* observations_seq.npy, actions_seq.npy, existence_mask.npy; steps_first: steps x episodes, in
 * floats; else episodes x steps, in doubles and bools. */
__attribute__((unused)) static void rec_write(const char *dir, int steps_first)
{
    const int n = REC_EPISODES * REC_STEPS;
    double *x = calloc((size_t)(n * (REC_OBS + REC_ACTIONS + 1)), sizeof *x);
    double *u = x + n * REC_OBS, *mask = u + n * REC_ACTIONS;
    char shape[64];
    for (int e = 0; e < REC_EPISODES; e++)
        for (int t = 0; t < rec_length[e]; t++) {
            int row = steps_first ? t * REC_EPISODES + e : e * REC_STEPS + t;
            for (int c = 0; c < REC_OBS; c++)
                x[row * REC_OBS + c] = rec_obs(e, t, c);
            for (int c = 0; c < REC_ACTIONS; c++)
                u[row * REC_ACTIONS + c] = rec_action(e, t, c);
            mask[row] = 1;
        }
    int rows = steps_first ? REC_STEPS : REC_EPISODES;
    const char *real = steps_first ? "<f4" : "<f8";
    snprintf(shape, sizeof shape, "(%d, %d, %d)", rows, n / rows, REC_OBS);
    npy_write(dir, "observations_seq.npy", real, steps_first ? 4 : 8, shape, x,
              (size_t)(n * REC_OBS));
    snprintf(shape, sizeof shape, "(%d, %d, %d)", rows, n / rows, REC_ACTIONS);
    npy_write(dir, "actions_seq.npy", real, steps_first ? 4 : 8, shape, u,
              (size_t)(n * REC_ACTIONS));
    snprintf(shape, sizeof shape, "(%d, %d)", rows, n / rows);
    npy_write(dir, "existence_mask.npy", steps_first ? real : "|b1", steps_first ? 4 : 1, shape,
              mask, (size_t)n);
    free(x);
}

#endif
