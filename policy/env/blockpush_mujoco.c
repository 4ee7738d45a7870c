/* The physics of Block-Push on MuJoCo: two free boxes on a floor with friction, and the arm's tip,
 * a round rod that slides over the floor and is too heavy for a block to hold up. */
#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "blockpush.h"
#include "mujoco.h"

/* Blocks, gravity and the step of 1/240 s are the published ones, and so is the block's friction of
 * 1, which holds for both surfaces here; the rod's radius was chosen so that the demonstrator
 * pushes with the published step length (doc/blockpush.md). */
/* clang-format off */
#define BLOCK(name, rgba) \
    "<body name='" name "' pos='0.4 0 0.02'><freejoint/>" \
    "<geom name='" name "' type='box' size='0.02 0.02 0.02' mass='0.01' rgba='" rgba "'/></body>"

static const char scene[] =
    "<mujoco model='block-push'>"
    "<option timestep='0.004166666666666667' gravity='0 0 -9.8' cone='elliptic' impratio='10'/>"
    "<default><geom condim='3' friction='1 0.005 0.0001'/></default>"
    "<worldbody>"
    "<geom name='floor' type='plane' size='1 1 0.1'/>"
    BLOCK("block", "0.8 0.2 0.2 1") BLOCK("block2", "0.2 0.6 0.3 1")
    "<body name='tip'><joint name='tip_x' type='slide' axis='1 0 0'/><joint name='tip_y' type='slide' axis='0 1 0'/>"
    "<geom name='tip' type='capsule' fromto='0 0 0.012 0 0 0.1' size='0.007' mass='10' rgba='0.25 0.4 0.9 1'/></body>"
    "</worldbody>"
    "<contact><exclude body1='tip' body2='world'/></contact>"
    "</mujoco>";
/* clang-format on */

static const double rate = 24; /* 1/s, of the arm's position control */

struct sg_i_world {
    mjModel *model;
    mjData *data;
    double aim[2], target[6];
};

void sg_i_blockpush_close(sg_i_world *w)
{
    if (w) {
        mj_deleteData(w->data);
        mj_deleteModel(w->model);
    }
    free(w);
}

/* MuJoCo reads XML by name: give it a file in memory. */
static sg_status compile(sg_i_world *w, sg_error *err)
{
    static const char name[] = "blockpush.xml";
    mjVFS *vfs = malloc(sizeof *vfs);
    if (!vfs)
        return sg_fail(err, SG_ENOMEM, "no memory for the scene");
    mj_defaultVFS(vfs);
    sg_status s = mj_makeEmptyFileVFS(vfs, name, (int)sizeof scene - 1) == 0
                      ? SG_OK
                      : sg_fail(err, SG_ENOMEM, "no memory for the scene");
    if (s == SG_OK) {
        memcpy(vfs->filedata[0], scene, sizeof scene - 1);
        s = sg_i_mujoco_load(&w->model, &w->data, name, vfs, err);
    }
    mj_deleteVFS(vfs);
    free(vfs);
    return s;
}

sg_status sg_i_blockpush_open(sg_i_world **out, const char *file, sg_error *err)
{
    (void)file;
    sg_i_world *w = calloc(1, sizeof *w);
    sg_status s = w ? compile(w, err) : sg_fail(err, SG_ENOMEM, "no memory for the simulation");
    if (s != SG_OK) {
        sg_i_blockpush_close(w);
        w = NULL;
    }
    *out = w;
    return s;
}

/* places in qpos: two free joints (position, quaternion), two slides; in qvel: 6 + 6 + 2 */
enum { Q_BLOCK = 7, Q_TIP = 14, V_TIP = 12 };

void sg_i_blockpush_set(sg_i_world *w, const double *s)
{
    mj_resetData(w->model, w->data);
    for (int b = 0; b < 2; b++) {
        const double *p = sg_i_bp_block(s, b);
        mjtNum *q = w->data->qpos + Q_BLOCK * b;
        q[0] = p[0];
        q[1] = p[1];
        q[3] = cos(p[2] / 2);
        q[6] = sin(p[2] / 2);
    }
    memcpy(w->data->qpos + Q_TIP, s + SG_BP_TIP, 2 * sizeof *s);
    memcpy(w->aim, s + SG_BP_AIM, sizeof w->aim);
    memcpy(w->target, s + SG_BP_TARGET, sizeof w->target);
    mj_forward(w->model, w->data);
}

void sg_i_blockpush_reset(sg_i_world *w, uint32_t seed)
{
    double s[SG_BP_STATE];
    sg_i_blockpush_start(seed, s);
    sg_i_blockpush_set(w, s);
}

void sg_i_blockpush_get(const sg_i_world *w, double *s)
{
    for (int b = 0; b < 2; b++) {
        const mjtNum *q = w->data->qpos + Q_BLOCK * b;
        double *p = s + SG_BP_BLOCK + 3 * b;
        p[0] = q[0];
        p[1] = q[1];
        p[2] = atan2(2 * (q[3] * q[6] + q[4] * q[5]), 1 - 2 * (q[5] * q[5] + q[6] * q[6]));
    }
    memcpy(s + SG_BP_TIP, w->data->qpos + Q_TIP, 2 * sizeof *s);
    memcpy(s + SG_BP_AIM, w->aim, sizeof w->aim);
    memcpy(s + SG_BP_TARGET, w->target, sizeof w->target);
}

static double clip(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* The tip's velocity is set before every step of the simulation: it follows the aim as the
 * published arm does, whatever the blocks do. */
void sg_i_blockpush_step(sg_i_world *w, const double *action)
{
    int n = (int)lround(sg_i_blockpush.period / w->model->opt.timestep);
    w->aim[0] = clip(w->aim[0] + clip(action[0], -0.1, 0.1), SG_BP_X0, SG_BP_X1);
    w->aim[1] = clip(w->aim[1] + clip(action[1], -0.1, 0.1), SG_BP_Y0, SG_BP_Y1);
    for (int k = 0; k < n; k++) {
        for (int i = 0; i < 2; i++)
            w->data->qvel[V_TIP + i] = rate * (w->aim[i] - w->data->qpos[Q_TIP + i]);
        mj_step(w->model, w->data);
    }
}
