/* The safety filter: the last thing before an action leaves. */
#include <config.h>

#include <math.h>

#include "runtime.h"

static double clamp(double x, double lo, double hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

/* Where the robot is taken to be before the first action: at the observed base, where there is one.
 */
static int start_of(const sg_policy_ws *ws, int c, double *from)
{
    const sg_i_policy *m = &ws->p->m;
    if (ws->has_last) {
        *from = ws->last[c];
        return 1;
    }
    if (m->scale.base[c] < 0)
        return 0;
    *from = ws->window[(m->net.dims.window - 1) * m->net.dims.obs + m->scale.base[c]];
    return 1;
}

unsigned sg_i_policy_limit(sg_policy_ws *ws, double *action, int64_t now)
{
    const sg_i_policy_dims *d = &ws->p->m.net.dims;
    double dt = ws->has_last ? (double)sg_i_since(now, ws->t_last) * 1e-9 : ws->p->m.scale.period;
    unsigned flags = 0;
    for (int c = 0; c < d->action; c++) {
        double from, x = action[c];
        if (!isfinite(x)) { /* cannot come from a chunk, which was checked; never let it out */
            x = ws->has_last ? ws->last[c] : 0.5 * (ws->lo[c] + ws->hi[c]);
            flags |= SG_POLICY_NAN_REJECTED;
        }
        double y = clamp(x, ws->lo[c], ws->hi[c]);
        if (start_of(ws, c, &from)) {
            double speed = dt > 0 ? (y - from) / dt : 0, free = speed;
            if (ws->has_speed && isfinite(ws->accel[c]))
                speed = clamp(speed, ws->speed[c] - ws->accel[c] * dt,
                              ws->speed[c] + ws->accel[c] * dt);
            speed = clamp(speed, -ws->rate[c], ws->rate[c]);
            if (speed != free || dt <= 0)
                y = clamp(from + speed * dt, ws->lo[c], ws->hi[c]);
            ws->speed[c] = dt > 0 ? (y - from) / dt : ws->speed[c];
        }
        if (y != action[c])
            flags |= SG_POLICY_CLIPPED;
        action[c] = y;
    }
    ws->has_speed = ws->has_last || ws->has_speed;
    sg_i_policy_went_out(ws, action, now);
    return flags;
}
