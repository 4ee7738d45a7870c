/* The physics of Push-T on Chipmunk, with the constants of the published environment. */
#include <config.h>

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <chipmunk/chipmunk.h>

#include "pusht.h"
#include "tee.h"

enum { SUBSTEPS = 10, PARTS = 7 };

static const double dt = 0.01, kp = 100, kv = 20;

struct sg_i_world {
    cpSpace *space;
    cpBody *agent, *block;
    cpShape *shape[PARTS]; /* 4 walls, disc, bar, stem */
};

static cpShape *tee_part(cpBody *body, int k)
{
    cpVect v[4];
    for (int i = 0; i < 4; i++)
        v[i] = cpv(sg_i_tee[k][i][0], sg_i_tee[k][i][1]);
    return cpPolyShapeNew(body, 4, v, cpTransformIdentity, 0);
}

/* The moment of inertia is twice that of the bar, and the centre of gravity the plain mean of the
 * parts' centres: so it was when the demonstrations were made. */
static cpBody *make_block(void)
{
    cpVect v[4];
    for (int i = 0; i < 4; i++)
        v[i] = cpv(sg_i_tee[0][i][0], sg_i_tee[0][i][1]);
    return cpBodyNew(1, 2 * cpMomentForPoly(1, 4, v, cpvzero, 0));
}

static void clear(sg_i_world *w)
{
    for (int k = 0; k < PARTS; k++) {
        cpSpaceRemoveShape(w->space, w->shape[k]);
        cpShapeFree(w->shape[k]);
    }
    cpSpaceRemoveBody(w->space, w->agent);
    cpSpaceRemoveBody(w->space, w->block);
    cpBodyFree(w->agent);
    cpBodyFree(w->block);
    cpSpaceFree(w->space);
}

void sg_i_pusht_close(sg_i_world *w)
{
    if (w)
        clear(w);
    free(w);
}

/* Debian's Chipmunk prints a line on standard output when the first space is made: keep it out of
 * what the program writes there. */
static cpSpace *quiet_space(void)
{
    static int greeted;
    int null = greeted ? -1 : open("/dev/null", O_WRONLY), out = -1;
    greeted = 1;
    if (null >= 0) {
        fflush(stdout);
        out = dup(STDOUT_FILENO);
        if (out >= 0)
            dup2(null, STDOUT_FILENO);
        close(null);
    }
    cpSpace *space = cpSpaceNew();
    if (out >= 0) {
        fflush(stdout);
        dup2(out, STDOUT_FILENO);
        close(out);
    }
    return space;
}

/* Chipmunk ends the process itself when it finds no memory: nothing to check here. */
static void build(sg_i_world *w)
{
    static const double wall[4][4] = {
        {5, 506, 5, 5}, {5, 5, 506, 5}, {506, 5, 506, 506}, {5, 506, 506, 506}};
    w->space = quiet_space();
    cpSpaceSetDamping(w->space, 0);
    for (int k = 0; k < 4; k++)
        w->shape[k] = cpSegmentShapeNew(cpSpaceGetStaticBody(w->space), cpv(wall[k][0], wall[k][1]),
                                        cpv(wall[k][2], wall[k][3]), 2);
    w->agent = cpBodyNewKinematic();
    w->block = make_block();
    w->shape[4] = cpCircleShapeNew(w->agent, 15, cpvzero);
    w->shape[5] = tee_part(w->block, 0);
    w->shape[6] = tee_part(w->block, 1);
    cpBodySetCenterOfGravity(w->block, cpvmult(cpvadd(cpShapeGetCenterOfGravity(w->shape[5]),
                                                      cpShapeGetCenterOfGravity(w->shape[6])),
                                               0.5));
    cpBodySetPosition(w->agent, cpv(256, 400));
    cpBodySetPosition(w->block, cpv(256, 300));
    cpSpaceAddBody(w->space, w->agent);
    cpSpaceAddBody(w->space, w->block);
    for (int k = 0; k < PARTS; k++)
        cpSpaceAddShape(w->space, w->shape[k]);
}

sg_status sg_i_pusht_open(sg_i_world **w, const char *scene, sg_error *err)
{
    (void)scene;
    *w = calloc(1, sizeof **w);
    if (!*w)
        return sg_fail(err, SG_ENOMEM, "no memory for the simulation");
    build(*w);
    return SG_OK;
}

/* A new space every time: contacts remembered from before would colour the first steps. The
 * angle turns the block about its centre of gravity, so the order of the two settings matters:
 * published starts set the position first, recorded states the angle. */
static void place(sg_i_world *w, const double *s, int position_first)
{
    clear(w);
    build(w);
    cpBodySetPosition(w->agent, cpv(s[0], s[1]));
    cpBodySetVelocity(w->agent, cpvzero);
    if (position_first)
        cpBodySetPosition(w->block, cpv(s[2], s[3]));
    cpBodySetAngle(w->block, s[4]);
    if (!position_first)
        cpBodySetPosition(w->block, cpv(s[2], s[3]));
    cpSpaceStep(w->space, dt);
}

void sg_i_pusht_reset(sg_i_world *w, uint32_t seed)
{
    double s[5];
    sg_i_pusht_start(seed, s);
    place(w, s, 1);
}

void sg_i_pusht_set(sg_i_world *w, const double *state)
{
    place(w, state, 0);
}

void sg_i_pusht_get(const sg_i_world *w, double *s)
{
    cpVect a = cpBodyGetPosition(w->agent), b = cpBodyGetPosition(w->block);
    double turn = fmod(cpBodyGetAngle(w->block), 2 * M_PI);
    s[0] = a.x;
    s[1] = a.y;
    s[2] = b.x;
    s[3] = b.y;
    s[4] = turn < 0 ? turn + 2 * M_PI : turn;
}

void sg_i_pusht_step(sg_i_world *w, const double *action)
{
    for (int k = 0; k < SUBSTEPS; k++) {
        cpVect p = cpBodyGetPosition(w->agent), v = cpBodyGetVelocity(w->agent);
        v.x += (kp * (action[0] - p.x) - kv * v.x) * dt;
        v.y += (kp * (action[1] - p.y) - kv * v.y) * dt;
        cpBodySetVelocity(w->agent, v);
        cpSpaceStep(w->space, dt);
    }
}
