/* What a network is given and what it gives, from and to units. */
#include <config.h>

#include <math.h>
#include <string.h>

#include "model.h"

double sg_i_policy_level(const sg_i_policy *p, double sigma)
{
    return p->net.arch->level(sigma, p->scale.sigma_min, p->scale.sigma_max);
}

static sg_real scaled(double x, double lo, double hi)
{
    return (sg_real)(2 * (x - lo) / (hi - lo) - 1);
}

/* ---- frame ------------------------------------------------------------------------------------
 */

/* q = R^T q (dir = 1) or R q (dir = -1), R the turn of the frame */
static void turn(const sg_i_policy *p, const double *now, double *q, int dir)
{
    const int *f = p->scale.frame;
    double r = hypot(now[f[2]], now[f[3]]), c = r > 0 ? now[f[2]] / r : 1,
           s = r > 0 ? dir * now[f[3]] / r : 0, x = q[0];
    q[0] = c * x + s * q[1];
    q[1] = c * q[1] - s * x;
}

void sg_i_policy_relative(const sg_i_policy *p, const double *now, double *v)
{
    const sg_i_policy_scale *s = &p->scale;
    for (int a = 0; a < p->net.dims.action; a++)
        v[a] -= s->base[a] >= 0 ? now[s->base[a]] : 0;
    if (s->frame[0] >= 0)
        turn(p, now, v, 1);
}

void sg_i_policy_told(const sg_i_policy *p, const double *now, double *y, const double *u)
{
    const sg_i_policy_dims *d = &p->net.dims;
    int na = d->action, wide = sg_i_policy_wide(d);
    const double *after = u + sg_i_policy_rows(d) * na;
    for (int k = 0; k < sg_i_policy_rows(d); k++, y += wide) {
        memcpy(y, u + k * na, (size_t)na * sizeof *y);
        sg_i_policy_relative(p, now, y);
        for (int i = na; i < wide; i++)
            y[i] = after[k * d->obs + i - na] - now[i - na];
    }
}

void sg_i_policy_to_chunk(const sg_i_policy *p, const double *now, double *y, const double *u)
{
    const sg_i_policy_scale *s = &p->scale;
    sg_i_policy_told(p, now, y, u);
    for (int i = 0; i < sg_i_policy_chunk_size(&p->net.dims); i++)
        y[i] = s->sigma_data * (y[i] - s->mean[i]) / s->sd[i];
}

void sg_i_policy_from_chunk(const sg_i_policy *p, const double *now, double *u, const double *y)
{
    const sg_i_policy_scale *s = &p->scale;
    const sg_i_policy_dims *d = &p->net.dims;
    int na = d->action, wide = sg_i_policy_wide(d), rows = sg_i_policy_rows(d);
    int framed = s->frame[0] >= 0;
    for (int k = 0; k < rows; k++)
        for (int j = 0; j < wide; j++) {
            int i = k * wide + j, from = j < na ? s->base[j] : j - na;
            double base = from < 0 || (framed && j < na) ? 0 : now[from];
            double *to = j < na ? u + k * na + j : u + rows * na + k * d->obs + j - na;
            *to = base + s->mean[i] + s->sd[i] * y[i] / s->sigma_data;
        }
    for (int k = 0; framed && k < rows; k++) {
        turn(p, now, u + k * na, -1);
        for (int a = 0; a < na; a++)
            u[k * na + a] += s->base[a] >= 0 ? now[s->base[a]] : 0;
    }
}

void sg_i_policy_goal_seen(const sg_i_policy *p, const double *now, double *seen,
                           const double *goal)
{
    const int *f = p->scale.frame, n = p->net.dims.goal;
    memcpy(seen, goal, (size_t)n * sizeof *seen);
    if (f[0] < 0)
        return;
    seen[0] -= now[f[0]];
    seen[1] -= now[f[1]];
    turn(p, now, seen, 1);
    if (n >= 4)
        turn(p, now, seen + 2, 1);
}

void sg_i_policy_input(const sg_i_policy *p, sg_real *x, const sg_i_policy_view *v)
{
    const sg_i_policy_dims *d = &p->net.dims;
    const sg_i_policy_scale *s = &p->scale;
    const double *now = v->obs + (d->window - 1) * d->obs;
    double seen[SG_POLICY_MOST_GOAL];
    int hidden = d->past ? d->window - v->seen : 0;
    for (int k = 0; k < d->window; k++)
        for (int i = 0; i < d->obs; i++)
            *x++ = k < hidden ? 0 : scaled(v->obs[k * d->obs + i], s->obs_lo[i], s->obs_hi[i]);
    for (int k = 0; k < d->goals; k++) {
        if (k < v->n_goals)
            sg_i_policy_goal_seen(p, now, seen, v->goal + k * d->goal);
        for (int i = 0; i < d->goal; i++)
            *x++ = k < v->n_goals ? scaled(seen[i], s->goal_lo[i], s->goal_hi[i]) : 0;
        *x++ = k < v->n_goals;
    }
    for (int k = 0; d->past && k < d->window - 1; k++)
        *x++ = k >= hidden;
}
