/* Demonstrations by an environment's expert. */
#include <config.h>

#include <stdlib.h>
#include <string.h>

#include <sigen/batches.h>
#include "demos.h"

enum { STREAM_DEMO = 0x500, ATTEMPTS = 50 };

typedef struct made {
    double *state, *action; /* (steps, .) */
    size_t steps;
    int failed; /* attempts before this one */
} made;

/* One attempt; m holds room for max_steps. Nonzero: the goal was reached. */
static int attempt(made *m, const sg_i_env *env, sg_i_world *w, void *expert, sg_rng *rng)
{
    size_t ns = (size_t)env->n_state, na = (size_t)env->n_action;
    double s[SG_ENV_STATE], *a;
    int done = 0;
    env->reset(w, sg_rng_u32(rng) | 0x80000000u);
    env->expert->begin(expert, rng);
    env->get(w, s);
    for (m->steps = 0; m->steps < (size_t)env->max_steps && !done; m->steps++) {
        a = m->action + m->steps * na;
        memcpy(m->state + m->steps * ns, s, ns * sizeof *s);
        env->expert->act(expert, s, a);
        env->step(w, a);
        env->get(w, s);
        done = env->coverage(s) > env->success;
    }
    return done;
}

static sg_status episode(made *m, const sg_i_env *env, size_t k, uint64_t seed, sg_error *err)
{
    size_t most = (size_t)env->max_steps;
    void *expert = malloc(env->expert->size);
    sg_i_world *w;
    sg_status s = sg_i_env_open(env, &w, NULL, err);
    m->state = malloc(most * (size_t)env->n_state * sizeof *m->state);
    m->action = malloc(most * (size_t)env->n_action * sizeof *m->action);
    if (s == SG_OK && (!expert || !m->state || !m->action))
        s = sg_fail(err, SG_ENOMEM, "no memory for an episode");
    if (s == SG_OK) {
        int done = 0;
        for (; m->failed < ATTEMPTS && !done; m->failed += !done) {
            sg_rng rng;
            sg_rng_init(&rng, seed, k, (uint32_t)(STREAM_DEMO + m->failed));
            done = attempt(m, env, w, expert, &rng);
        }
        if (!done)
            s = sg_fail(err, SG_EDOM, "episode %zu: the expert failed %d times", k, ATTEMPTS);
    }
    if (w)
        env->close(w);
    free(expert);
    return s;
}

static sg_status join(sg_i_demos *d, const made *m, size_t n, sg_error *err)
{
    size_t ns = (size_t)d->env->n_state, na = (size_t)d->env->n_action, at = 0;
    for (size_t k = 0; k < n; k++)
        d->n_steps += m[k].steps;
    d->state = malloc(d->n_steps * ns * sizeof *d->state);
    d->action = malloc(d->n_steps * na * sizeof *d->action);
    d->end = malloc(n * sizeof *d->end);
    if (!d->state || !d->action || !d->end)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu steps", d->n_steps);
    d->n_episodes = n;
    d->solved = 1;
    for (size_t k = 0; k < n; k++) {
        memcpy(d->state + at * ns, m[k].state, m[k].steps * ns * sizeof *d->state);
        memcpy(d->action + at * na, m[k].action, m[k].steps * na * sizeof *d->action);
        at += m[k].steps;
        d->end[k] = at;
    }
    return SG_OK;
}

typedef struct making {
    const sg_i_env *env;
    made *m;
    uint64_t seed;
    size_t done;
    int (*progress)(void *, size_t);
    void *arg;
} making;

static sg_status make_one(void *ctx, void *worker, size_t k, size_t n, sg_error *err)
{
    making *g = ctx;
    int stop;
    (void)worker, (void)n;
#pragma omp critical(sg_policy_demos)
    stop = g->progress && g->progress(g->arg, g->done);
    if (stop)
        return sg_fail(err, SG_EINTR, "interrupted");
    sg_status s = episode(&g->m[k], g->env, k, g->seed, err);
#pragma omp critical(sg_policy_demos)
    g->done++;
    return s;
}

sg_status sg_i_demos_make(sg_i_demos *d, const sg_i_env *env, size_t n, uint64_t seed, long *failed,
                          int (*progress)(void *, size_t), void *arg, sg_error *err)
{
    making g = {.env = env, .seed = seed, .progress = progress, .arg = arg};
    memset(d, 0, sizeof *d);
    d->env = env;
    if (!env->expert)
        return sg_fail(err, SG_ENOTSUP, "%s has no expert", env->name);
    g.m = calloc(n, sizeof *g.m);
    if (!g.m)
        return sg_fail(err, SG_ENOMEM, "no memory for %zu episodes", n);
    sg_i_world *w; /* the simulator's own start-up, once */
    sg_status s = sg_i_env_open(env, &w, NULL, err);
    if (w)
        env->close(w);
    if (s == SG_OK)
        s = sg_batches_run(&(sg_batches){.count = n, .most = 1, .run = make_one}, &g, err);
    if (s == SG_OK)
        s = join(d, g.m, n, err);
    *failed = 0;
    for (size_t k = 0; k < n; k++) {
        *failed += g.m[k].failed;
        free(g.m[k].state);
        free(g.m[k].action);
    }
    free(g.m);
    if (s != SG_OK)
        sg_i_demos_clear(d);
    return s;
}
