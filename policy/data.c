#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"

static sg_status allocate(sg_i_policy_data *d, size_t n, sg_error *err)
{
    const sg_i_env *e = d->env;
    int good = 1;
    for (int v = 0; v < d->views; v++) {
        d->obs[v] = malloc(n * (size_t)e->n_obs * sizeof(double));
        d->action[v] = malloc(n * (size_t)e->n_action * sizeof(double));
        d->goal[v] = malloc(n * (size_t)e->n_goal * sizeof(double));
        good = good && d->obs[v] && d->action[v] && d->goal[v];
    }
    d->begin = malloc(n * sizeof *d->begin);
    d->end = malloc(n * sizeof *d->end);
    d->row[0] = malloc(n * sizeof *d->row[0]);
    d->row[1] = malloc(n * sizeof *d->row[1]);
    if (!good || !d->begin || !d->end || !d->row[0] || !d->row[1])
        return sg_fail(err, SG_ENOMEM, "no memory for %zu steps", n);
    return SG_OK;
}

static void fill_row(sg_i_policy_data *d, const sg_i_demos *demos, size_t i)
{
    const sg_i_env *e = d->env;
    for (int v = 0; v < d->views; v++) {
        double s[SG_ENV_STATE], *a = d->action[v] + i * (size_t)e->n_action;
        memcpy(s, demos->state + i * (size_t)e->n_state, (size_t)e->n_state * sizeof *s);
        memcpy(a, demos->action + i * (size_t)e->n_action, (size_t)e->n_action * sizeof *a);
        if (v)
            e->mirror(s, a);
        e->observe(s, d->obs[v] + i * (size_t)e->n_obs);
        e->goal(s, d->goal[v] + i * (size_t)e->n_goal);
    }
}

sg_status sg_i_policy_data_init(sg_i_policy_data *d, const sg_i_demos *demos, int hold, int mirror,
                                sg_error *err)
{
    memset(d, 0, sizeof *d);
    d->env = demos->env;
    d->n_steps = demos->n_steps;
    d->views = mirror && demos->env->mirror ? 2 : 1;
    sg_status s = allocate(d, demos->n_steps, err);
    if (s != SG_OK)
        return s;
    for (size_t e = 0; e < demos->n_episodes; e++) {
        int held = hold > 0 && (int)(e % (size_t)hold) == hold - 1;
        size_t begin = sg_i_demos_begin(demos, e);
        for (size_t i = begin; i < demos->end[e]; i++) {
            d->begin[i] = begin;
            d->end[i] = demos->end[e];
            d->row[held][d->n[held]++] = i;
            fill_row(d, demos, i);
        }
    }
    if (d->n[0] == 0)
        return sg_fail(err, SG_EINVAL, "no episode is left to train on");
    return SG_OK;
}

void sg_i_policy_data_clear(sg_i_policy_data *d)
{
    for (int v = 0; v < 2; v++) {
        free(d->obs[v]);
        free(d->action[v]);
        free(d->goal[v]);
        free(d->row[v]);
    }
    free(d->begin);
    free(d->end);
    memset(d, 0, sizeof *d);
}

void sg_i_policy_data_example(const sg_i_policy_data *d, const sg_i_policy_dims *m, int view,
                              size_t row, double *obs, double *action)
{
    size_t no = (size_t)d->env->n_obs, na = (size_t)d->env->n_action;
    for (int k = 0; k < m->window; k++) {
        size_t back = (size_t)(m->window - 1 - k);
        size_t i = row - d->begin[row] < back ? d->begin[row] : row - back;
        memcpy(obs + (size_t)k * no, d->obs[view] + i * no, no * sizeof *obs);
    }
    for (int k = 0; k < m->horizon; k++) {
        size_t i = row + (size_t)k < d->end[row] ? row + (size_t)k : d->end[row] - 1;
        memcpy(action + (size_t)k * na, d->action[view] + i * na, na * sizeof *action);
    }
}

/* a range that is empty (a constant channel) is widened, so that it can be divided by */
static void ranges(const sg_i_policy_data *d, double *const x[2], size_t n, double *lo, double *hi)
{
    for (size_t c = 0; c < n; c++) {
        lo[c] = INFINITY;
        hi[c] = -INFINITY;
        for (int v = 0; v < d->views; v++)
            for (size_t r = 0; r < d->n[0]; r++) {
                double y = x[v][d->row[0][r] * n + c];
                lo[c] = fmin(lo[c], y);
                hi[c] = fmax(hi[c], y);
            }
        if (!(hi[c] - lo[c] > 1e-9)) {
            lo[c] -= 1;
            hi[c] += 1;
        }
    }
}

/* mean and standard deviation of action k less its base, over all examples */
static void moments(const sg_i_policy_data *d, sg_i_policy *p)
{
    const sg_i_policy_dims *m = &p->net.dims;
    sg_i_policy_scale *s = &p->scale;
    size_t na = (size_t)m->action, no = (size_t)m->obs;
    for (int k = 0; k < m->horizon; k++)
        for (size_t a = 0; a < na; a++) {
            double sum = 0, sum2 = 0, n = (double)d->n[0] * d->views;
            for (int pass = 0; pass < 2; pass++)
                for (int v = 0; v < d->views; v++)
                    for (size_t r = 0; r < d->n[0]; r++) {
                        size_t row = d->row[0][r], i = row + (size_t)k;
                        i = i < d->end[row] ? i : d->end[row] - 1;
                        double x = d->action[v][i * na + a];
                        if (s->base[a] >= 0)
                            x -= d->obs[v][row * no + (size_t)s->base[a]];
                        if (pass == 0)
                            sum += x;
                        else
                            sum2 += (x - sum / n) * (x - sum / n);
                    }
            s->mean[(size_t)k * na + a] = sum / n;
            s->sd[(size_t)k * na + a] = fmax(sqrt(sum2 / n), 1e-6);
        }
}

/* the fastest that a demonstrator moved */
static void rates(const sg_i_policy_data *d, sg_i_policy *p)
{
    size_t na = (size_t)p->net.dims.action;
    for (size_t a = 0; a < na; a++) {
        double most = 0;
        for (int v = 0; v < d->views; v++)
            for (size_t r = 0; r < d->n[0]; r++) {
                size_t i = d->row[0][r];
                if (i + 1 < d->end[i])
                    most =
                        fmax(most, fabs(d->action[v][(i + 1) * na + a] - d->action[v][i * na + a]));
            }
        p->scale.rate[a] = most > 0 ? most / p->scale.period : INFINITY;
        p->scale.accel[a] = INFINITY;
    }
}

void sg_i_policy_data_scale(const sg_i_policy_data *d, sg_i_policy *p)
{
    sg_i_policy_scale *s = &p->scale;
    s->period = d->env->period;
    for (int a = 0; a < d->env->n_action; a++) {
        s->base[a] = d->env->action_base[a];
        s->lo[a] = d->env->action_lo[a];
        s->hi[a] = d->env->action_hi[a];
    }
    ranges(d, d->obs, (size_t)d->env->n_obs, s->obs_lo, s->obs_hi);
    if (p->net.dims.goal)
        ranges(d, d->goal, (size_t)d->env->n_goal, s->goal_lo, s->goal_hi);
    moments(d, p);
    rates(d, p);
}
