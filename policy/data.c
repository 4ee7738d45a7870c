#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"

enum { STREAM_RANGES = 0x600 };

static sg_status allocate(sg_i_policy_data *d, size_t n, sg_error *err)
{
    const sg_i_env *e = d->env;
    int good = 1;
    for (int v = 0; v < d->views; v++) {
        d->state[v] = malloc(n * (size_t)e->n_state * sizeof(double));
        d->action[v] = malloc(n * (size_t)e->n_action * sizeof(double));
        good = good && d->state[v] && d->action[v];
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
    size_t ns = (size_t)d->env->n_state, na = (size_t)d->env->n_action;
    for (int v = 0; v < d->views; v++) {
        double *s = d->state[v] + i * ns, *a = d->action[v] + i * na;
        memcpy(s, demos->state + i * ns, ns * sizeof *s);
        memcpy(a, demos->action + i * na, na * sizeof *a);
        if (v)
            d->env->mirror(s, a);
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
        free(d->state[v]);
        free(d->action[v]);
        free(d->row[v]);
    }
    free(d->begin);
    free(d->end);
    memset(d, 0, sizeof *d);
}

/* the state of a row, as a motion (NULL: none) leaves it */
static void state_of(const sg_i_policy_data *d, int view, size_t i, const double *motion, double *s)
{
    size_t n = (size_t)d->env->n_state;
    memcpy(s, d->state[view] + i * n, n * sizeof *s);
    if (motion)
        d->env->move(motion, s, NULL);
}

/* row of the chunk's action k; the last one is repeated, and the first, where k < 0 */
static size_t later(const sg_i_policy_data *d, size_t row, int k)
{
    if (k < 0)
        return row - d->begin[row] < (size_t)-k ? d->begin[row] : row - (size_t)-k;
    return row + (size_t)k < d->end[row] ? row + (size_t)k : d->end[row] - 1;
}

int sg_i_policy_data_example(const sg_i_policy_data *d, const sg_i_policy_dims *m, int view,
                             size_t row, const double *motion, double *obs, double *u)
{
    const sg_i_env *e = d->env;
    size_t no = (size_t)e->n_obs, na = (size_t)e->n_action;
    double s[SG_ENV_STATE];
    int possible = 1;
    for (int k = 0; k < m->window; k++) {
        state_of(d, view, later(d, row, k + 1 - m->window), motion, s);
        e->observe(s, obs + (size_t)k * no);
        possible = possible && (!motion || e->possible(s, NULL));
    }
    for (int k = 0; k < sg_i_policy_rows(m); k++) {
        double *a = u + (size_t)k * na;
        memcpy(a, d->action[view] + later(d, row, k - m->lead) * na, na * sizeof *a);
        if (motion) {
            e->move(motion, NULL, a);
            possible = possible && e->possible(NULL, a);
        }
        if (m->predict) {
            state_of(d, view, later(d, row, k - m->lead + 1), motion, s);
            e->observe(s, u + (size_t)sg_i_policy_rows(m) * na + (size_t)k * no);
            possible = possible && (!motion || e->possible(s, NULL));
        }
    }
    return possible;
}

int sg_i_policy_data_goal(const sg_i_policy_data *d, int view, size_t row, const double *motion,
                          double *goal)
{
    double s[SG_ENV_STATE];
    state_of(d, view, row, motion, s);
    d->env->goal(s, goal);
    return !motion || d->env->possible(s, NULL);
}

/* ---- scaling ------------------------------------------------------------------------------- */

static void widen(double *lo, double *hi, const double *x, size_t n)
{
    for (size_t c = 0; c < n; c++) {
        lo[c] = fmin(lo[c], x[c]);
        hi[c] = fmax(hi[c], x[c]);
    }
}

static void empty(double *lo, double *hi, size_t n)
{
    for (size_t c = 0; c < n; c++) {
        lo[c] = INFINITY;
        hi[c] = -INFINITY;
    }
}

/* a range that is empty (a constant channel) is widened, so that it can be divided by */
static void finish(double *lo, double *hi, size_t n)
{
    for (size_t c = 0; c < n; c++)
        if (!(hi[c] - lo[c] > 1e-9)) {
            lo[c] -= 1;
            hi[c] += 1;
        }
}

/* Of the observations, where a share of them is moved also of those; of the goals that a row may be
 * shown as the frame has them: as they come, every eighth of the rows from here to the end. */
static void ranges(const sg_i_policy_data *d, sg_i_policy *p, int moved)
{
    const sg_i_env *e = d->env;
    sg_i_policy_scale *sc = &p->scale;
    const size_t no = (size_t)e->n_obs, ng = (size_t)p->net.dims.goal;
    const size_t stride = sc->frame[0] >= 0 ? 8 : SIZE_MAX;
    sg_rng r;
    sg_rng_init(&r, 0, 0, STREAM_RANGES);
    empty(sc->obs_lo, sc->obs_hi, no);
    empty(sc->goal_lo, sc->goal_hi, ng);
    for (int v = 0; v < d->views; v++)
        for (size_t k = 0; k < d->n[0]; k++) {
            double s[SG_ENV_STATE], o[SG_ENV_OBS], g[SG_ENV_GOAL], m[3];
            size_t row = d->row[0][k], i = row;
            state_of(d, v, row, NULL, s);
            e->observe(s, o);
            widen(sc->obs_lo, sc->obs_hi, o, no);
            for (; ng && i<d->end[row]; i = d->end[row] - i> stride ? i + stride : d->end[row]) {
                sg_i_policy_data_goal(d, v, i, NULL, g);
                sg_i_policy_goal_seen(p, o, g, g);
                widen(sc->goal_lo, sc->goal_hi, g, ng);
            }
            if (moved) {
                e->draw_motion(s, &r, m);
                e->move(m, s, NULL);
                e->observe(s, o);
                if (e->possible(s, NULL))
                    widen(sc->obs_lo, sc->obs_hi, o, no);
            }
        }
    finish(sc->obs_lo, sc->obs_hi, no);
    finish(sc->goal_lo, sc->goal_hi, ng);
}

/* mean and standard deviation of what chunks tell, over all examples; where a chunk begins with
 * past actions, all rows have those of the newest: a row's place then depends on how much is shown
 */
static sg_status moments(const sg_i_policy_data *d, sg_i_policy *p, sg_error *err)
{
    const sg_i_policy_dims *m = &p->net.dims;
    size_t chunk = (size_t)sg_i_policy_chunk_size(m), seen = (size_t)(m->window * m->obs);
    double *mean = p->scale.mean, *sd = p->scale.sd, n = (double)d->n[0] * d->views;
    double *obs = malloc((seen + 2 * chunk) * sizeof *obs), *u = obs + seen, *y = u + chunk;
    if (!obs)
        return sg_fail(err, SG_ENOMEM, "no memory for the scaling");
    memset(mean, 0, chunk * sizeof *mean);
    memset(sd, 0, chunk * sizeof *sd);
    for (int pass = 0; pass < 2; pass++) {
        for (int v = 0; v < d->views; v++)
            for (size_t r = 0; r < d->n[0]; r++) {
                sg_i_policy_data_example(d, m, v, d->row[0][r], NULL, obs, u);
                sg_i_policy_told(p, obs + seen - m->obs, y, u);
                for (size_t i = 0; i < chunk; i++) {
                    if (pass)
                        sd[i] += (y[i] - mean[i]) * (y[i] - mean[i]);
                    else
                        mean[i] += y[i];
                }
            }
        for (size_t i = 0; i < chunk; i++) {
            if (pass)
                sd[i] = fmax(sqrt(sd[i] / n), 1e-6);
            else
                mean[i] /= n;
        }
    }
    size_t wide = (size_t)sg_i_policy_wide(m), lead = (size_t)m->lead;
    for (size_t i = 0; i < lead * wide; i++) {
        mean[i] = mean[lead * wide + i % wide];
        sd[i] = sd[lead * wide + i % wide];
    }
    free(obs);
    return SG_OK;
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

sg_status sg_i_policy_data_scale(const sg_i_policy_data *d, sg_i_policy *p, int moved,
                                 sg_error *err)
{
    sg_i_policy_scale *s = &p->scale;
    s->period = d->env->period;
    for (int a = 0; a < d->env->n_action; a++) {
        s->base[a] = p->net.arch->relative ? d->env->action_base[a] : -1;
        s->lo[a] = d->env->action_lo[a];
        s->hi[a] = d->env->action_hi[a];
    }
    for (int i = 0; i < 4 && p->net.dims.goal && d->env->frame && p->net.arch->relative; i++)
        s->frame[i] = d->env->frame[i];
    ranges(d, p, moved);
    rates(d, p);
    return moments(d, p, err);
}
