/* The demonstrator of Block-Push: a state machine that walks behind a block, turns it square to the
 * way if need be, pushes it into a target, comes back and does the same with the other block. It
 * draws one of four ways when an episode begins [FLZW21, SCAP22]. */
#include <config.h>

#include <math.h>
#include <string.h>

#include "blockpush.h"

typedef enum phase { APPROACH, CLOSE_IN, PUSH, TURN, BACK, HOME } phase;

typedef struct oracle {
    phase phase;
    int block, target; /* pushed now */
    int second;        /* the first block has arrived */
    double turn;       /* TURN: sense of rotation, +1 or -1 */
    int has_origin, has_first;
    double origin[2], first[2]; /* where the tip began; where it first stood behind a block */
} oracle;

static const double period = 0.1, near = 1e-3, arrived = 0.04;

static void begin(void *self, sg_rng *rng)
{
    oracle *o = self;
    memset(o, 0, sizeof *o);
    o->block = (int)sg_rng_below(rng, 2);
    o->target = (int)sg_rng_below(rng, 2);
}

/* The state as the oracle looks at it: the tip is where it was sent. */
typedef struct view {
    const double *tip, *block;
    double u[2];  /* from the block to its target, length 1 */
    double error; /* of the block's yaw to that direction, a square's: -pi/4..pi/4 */
} view;

static view look(const oracle *o, const double *s)
{
    view v = {.tip = s + SG_BP_AIM, .block = sg_i_bp_block(s, o->block)};
    const double *t = sg_i_bp_target(s, o->target);
    double dx = t[0] - v.block[0], dy = t[1] - v.block[1], r = hypot(dx, dy);
    v.u[0] = dx / r;
    v.u[1] = dy / r;
    v.error = remainder(atan2(dy, dx) - v.block[2], M_PI / 2);
    return v;
}

/* d = from the tip to a point; its length */
static double reach(const view *v, double x, double y, double d[2])
{
    d[0] = x - v->tip[0];
    d[1] = y - v->tip[1];
    return hypot(d[0], d[1]);
}

static double reach_behind(const view *v, double distance, double d[2])
{
    return reach(v, v->block[0] - distance * v->u[0], v->block[1] - distance * v->u[1], d);
}

/* Each phase gives the way d that the tip would go and its speed limit, m/s, and may name the next
 * phase. One that follows later in the table still acts in the same step. */
typedef double phase_fn(oracle *o, const view *v, double d[2]);

static double approach(oracle *o, const view *v, double d[2])
{
    if (reach_behind(v, 0.05, d) < near) {
        o->phase = CLOSE_IN;
        if (!o->has_first) {
            o->has_first = 1;
            o->first[0] = d[0] + v->tip[0];
            o->first[1] = d[1] + v->tip[1];
        }
    }
    return 0.3;
}

static double back(oracle *o, const view *v, double d[2])
{
    const double *p = o->has_first ? o->first : o->origin;
    if (reach(v, p[0], p[1], d) < near)
        o->phase = HOME;
    return 0.3;
}

static double home(oracle *o, const view *v, double d[2])
{
    if (reach(v, o->origin[0], o->origin[1], d) < near)
        o->phase = APPROACH;
    return 0.3;
}

static double close_in(oracle *o, const view *v, double d[2])
{
    if (reach_behind(v, 0.03, d) < near)
        o->phase = PUSH;
    if (fabs(v->error) > 0.2) {
        o->phase = TURN;
        o->turn = copysign(1, v->error);
    }
    return 0.35;
}

static double push(oracle *o, const view *v, double d[2])
{
    if (fabs(v->error) > 0.2)
        o->phase = APPROACH;
    reach_behind(v, 0.01, d);
    return 0.35;
}

/* along a circle around the block, which the tip drags with it */
static double turn(oracle *o, const view *v, double d[2])
{
    double x = v->tip[0] - v->block[0], y = v->tip[1] - v->block[1], r = hypot(x, y);
    double c = 0.025 * cos(0.2), s = 0.025 * sin(0.2 * o->turn);
    reach(v, v->block[0] + (c * x - s * y) / r, v->block[1] + (s * x + c * y) / r, d);
    if (o->turn * v->error < 0.03)
        o->phase = APPROACH;
    return 0.15;
}

static const struct {
    phase phase;
    phase_fn *act;
} phases[] = {{APPROACH, approach}, {BACK, back}, {HOME, home},
              {CLOSE_IN, close_in}, {PUSH, push}, {TURN, turn}};

static void act(void *self, const double *state, double *action)
{
    oracle *o = self;
    double d[2] = {0, 0}, speed = 0;
    if (!o->has_origin) {
        o->has_origin = 1;
        memcpy(o->origin, state + SG_BP_AIM, sizeof o->origin);
    }
    if (!o->second && sg_i_bp_distance(state, o->block, o->target) < arrived) {
        o->second = 1;
        o->block = !o->block;
        o->target = !o->target;
        o->phase = BACK;
    }
    view v = look(o, state);
    for (size_t k = 0; k < sizeof phases / sizeof *phases; k++)
        if (phases[k].phase == o->phase)
            speed = phases[k].act(o, &v, d);
    double r = hypot(d[0], d[1]), most = speed * period, f = r > most ? most / r : 1;
    action[0] = f * d[0];
    action[1] = f * d[1];
}

const sg_i_expert sg_i_blockpush_oracle = {sizeof(oracle), begin, act};
