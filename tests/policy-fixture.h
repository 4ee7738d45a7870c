/* A small policy of random weights in a file, opened through the public interface. */
#ifndef SG_TESTS_POLICY_FIXTURE_H
#define SG_TESTS_POLICY_FIXTURE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sigen/policy.h>
#include "policy/model.h"

enum { FIX_OBS = 4, FIX_ACT = 2, FIX_HORIZON = 8 };

#define FIX_PERIOD 100000000LL /* ns */

/* What fix_policy makes besides: goals at once, observations that may be hidden, a frame; beso: of
 * that architecture, which sees FIX_SEEN observations and plans one action. */
static struct {
    int goals, past, frame, int8, predict, beso;
} fix_more;

enum { FIX_SEEN = 3 };

/* All matrices of at least 16 rows and columns in int8, calibrated on noise. */
__attribute__((unused)) static void fix_int8(sg_i_policy *p)
{
    sg_error err = {0};
    sg_q8_watch *w;
    sg_rng r;
    sg_real x[64];
    sg_rng_init(&r, 23, 0, 0);
    if (sg_q8_watch_new(&w, &p->params, &err) != SG_OK)
        exit(99);
    for (int k = 0; k < p->params.count; k++)
        for (int n = 0; n < 20 && p->params.p[k].rows <= 64; n++) {
            for (int i = 0; i < 64; i++)
                x[i] = (sg_real)sg_rng_normal(&r);
            sg_q8_watch_see(w, k, sg_tensor_const(x, 1, p->params.p[k].rows));
        }
    if (sg_q8_make(&p->q8, &p->params, w, 16, &err) != SG_OK)
        exit(99);
    sg_q8_watch_free(w);
}

/* Observations in -1..1, actions about 0 with sd 1 counted from observations 0 and 1 (base) or from
 * nothing, limits -3..3, no rates. scale multiplies the last matrix. Exits on failure. */
__attribute__((unused)) static sg_policy *fix_policy(int tokens, int goal, int base, double scale)
{
    sg_error err = {0};
    sg_i_policy p;
    sg_policy *open = NULL;
    char file[64];
    sg_i_policy_dims d = {.obs = FIX_OBS,
                          .goal = goal,
                          .action = FIX_ACT,
                          .window = 2,
                          .horizon = FIX_HORIZON,
                          .tokens = tokens,
                          .d = 32,
                          .F = 48,
                          .L = 2,
                          .H = 2,
                          .C = 32,
                          .S = 16,
                          .goals = fix_more.goals,
                          .past = fix_more.past,
                          .predict = fix_more.predict};
    const sg_i_policy_arch *arch = fix_more.beso ? &sg_i_policy_beso : &sg_i_policy_cached;
    if (fix_more.beso) {
        d.window = d.tokens = FIX_SEEN;
        d.horizon = d.past = 1;
        d.C = d.S = d.predict = 0;
    }
    if (sg_i_policy_init(&p, arch, &d, 0, &err) != SG_OK)
        exit(99);
    sg_rng r;
    sg_rng_init(&r, 17, (uint64_t)tokens, 0);
    for (int i = 0; i < p.params.count; i++) {
        const sg_parameter *q = &p.params.p[i];
        double sd = 0.6 / sqrt(q->rows);
        for (size_t k = 0; k < (size_t)q->rows * (size_t)q->cols; k++)
            p.params.x[q->off + k] = (sg_real)(sd * sg_rng_normal(&r));
    }
    const sg_parameter *last = &p.params.p[sg_params_find(&p.params, "out.w")];
    for (size_t k = 0; k < (size_t)last->rows * (size_t)last->cols; k++)
        p.params.x[last->off + k] = (sg_real)(scale * (double)p.params.x[last->off + k]);
    sg_i_policy_scale *s = &p.scale;
    s->sigma_data = 0.5;
    s->sigma_min = 0.01;
    s->sigma_max = 2;
    s->period = 0.1;
    for (int i = 0; i < FIX_OBS; i++) {
        s->obs_lo[i] = -1;
        s->obs_hi[i] = 1;
    }
    for (int i = 0; i < goal; i++) {
        s->goal_lo[i] = -1;
        s->goal_hi[i] = 1;
    }
    for (int i = 0; i < sg_i_policy_chunk_size(&p.net.dims); i++) {
        s->mean[i] = 0.01 * i;
        s->sd[i] = 1;
    }
    for (int a = 0; a < FIX_ACT; a++) {
        s->base[a] = base ? a : -1;
        s->lo[a] = -3;
        s->hi[a] = 3;
        s->rate[a] = s->accel[a] = INFINITY;
    }
    for (int i = 0; fix_more.frame && i < 4; i++)
        s->frame[i] = i;
    p.env = strdup("test");
    p.obs_names = strdup("a,b,c,d");
    p.action_names = strdup("x,y");
    p.goal_names = strdup(goal == 4 ? "g,h,i,j" : goal == 2 ? "g,h" : "");
    if (fix_more.int8)
        fix_int8(&p);
    snprintf(file, sizeof file, "policy-fixture-%ld.safetensors", (long)getpid());
    if (sg_i_policy_save(&p, file, SG_DTYPE_F32, NULL, NULL, 0, &err) != SG_OK ||
        sg_policy_open(&open, file, &err) != SG_OK) {
        printf("Bail out! %s\n", err.text);
        exit(99);
    }
    unlink(file);
    sg_i_policy_clear(&p);
    return open;
}

typedef struct fix_space {
    void *mem;
    sg_policy_ws *ws;
} fix_space;

__attribute__((unused)) static fix_space fix_ws(const sg_policy *p, const sg_policy_opts *o)
{
    sg_error err = {0};
    size_t size = (sg_policy_ws_size(p) + 63) / 64 * 64;
    fix_space f = {aligned_alloc(64, size), NULL};
    if (!f.mem || sg_policy_ws_init(&f.ws, p, f.mem, size, o, &err) != SG_OK) {
        printf("Bail out! %s\n", err.text);
        exit(99);
    }
    return f;
}

#endif
