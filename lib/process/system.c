#include <config.h>
#include <sigen/curved.h>

#include "slot.h"

#include <math.h>
#include <string.h>

sg_status sg_system_check(const sg_system *sys, sg_error *err)
{
    if (sys->n < 1 || sys->n > SG_MAX_COMPONENTS)
        return sg_fail(err, SG_EINVAL, "a system has 1 to %d components, not %zu",
                       SG_MAX_COMPONENTS, sys->n);
    for (size_t k = 0; k < sys->n; k++) {
        const sg_component *c = &sys->c[k];
        const char *name = c->name ? c->name : "?";
        if (!c->space || !c->path.kind)
            return sg_fail(err, SG_EINVAL, "component %zu (%s) has no space or no path", k, name);
        if (c->width < 1)
            return sg_fail(err, SG_EINVAL, "component %zu (%s) has width 0", k, name);
        if (c->space->categorical && !(c->path.kind->exact_base && sg_path_one_sided(&c->path)))
            return sg_fail(err, SG_EINVAL,
                           "component %zu (%s): path %s cannot be the clock of tokens (linear, "
                           "shift and trig can)",
                           k, name, c->path.kind->name);
        if (c->map && !c->space->flat)
            return sg_fail(err, SG_EINVAL, "component %zu (%s): only flat spaces take a base map",
                           k, name);
        if (!c->space->categorical && !c->space->flat && sg_curved_kind(&c->path) == SG_CURVED_NONE)
            return sg_fail(
                err, SG_ENOTSUP,
                "component %zu (%s): space %s moves on geodesics (linear, shift, trig) or "
                "by heat kernels (ve, edm), not on path %s",
                k, name, c->space->name, c->path.kind->name);
    }
    return SG_OK;
}

sg_status sg_state_init(sg_state *s, const sg_system *sys, const size_t *n, uint64_t seed,
                        uint64_t sample, sg_arena *arena, sg_error *err)
{
    int measuring = arena->base == NULL;
    memset(s, 0, sizeof *s);
    s->sys = sys;
    sg_rng_init(&s->rng, seed, sample, 0);
    for (size_t k = 0; k < sys->n; k++) {
        const sg_component *c = &sys->c[k];
        sg_slot *a = &s->slot[k];
        a->n = n[k];
        a->len = c->space->len(n[k], c->width);
        size_t np = c->space->categorical ? n[k] * c->width : a->len * sg_component_params(c);
        if (c->space->categorical)
            a->tok = sg_arena_alloc(arena, a->len, sizeof *a->tok);
        else
            a->x = sg_arena_alloc(arena, a->len, sizeof *a->x);
        s->pred.v[k] = sg_arena_alloc(arena, np, sizeof(double));
        if (measuring)
            continue;
        if ((!a->tok && !a->x) || !s->pred.v[k])
            return sg_fail(err, SG_ENOMEM, "no room for a state of %zu elements", n[k]);
        memset(s->pred.v[k], 0, np * sizeof(double));
        for (size_t i = 0; a->tok && i < a->len; i++)
            a->tok[i] = (int)c->width;
        if (a->x)
            memset(a->x, 0, a->len * sizeof *a->x);
    }
    return SG_OK;
}

/* Element by element: a frozen element has all its values frozen. */
static void known_curved(const sg_component *c, const sg_slot *s, double t, double *x)
{
    size_t unit = c->space->len(1, c->width);
    for (size_t j = 0; j < s->len; j += unit)
        if (s->frozen[j] &&
            sg_curved_sample(c->space, &c->path, t, s->known_x0 ? s->known_x0 + j : NULL,
                             s->known + j, x + j, 1, c->width, NULL) != SG_OK)
            memcpy(x + j, s->known + j, unit * sizeof *x); /* a path refused before */
}

void sg_i_slot_known(const sg_component *c, const sg_slot *s, double t, double *x)
{
    sg_coeff at;
    if (!s->frozen || !s->known)
        return;
    if (!c->space->flat) {
        known_curved(c, s, t, x);
        return;
    }
    sg_path_coeff(&c->path, t, &at);
    for (size_t i = 0; i < s->len; i++) {
        double mu = s->mu ? s->mu[i] : 0, x0 = s->known_x0 ? s->known_x0[i] - mu : 0;
        if (s->frozen[i])
            x[i] = mu + at.alpha * x0 + at.beta * (s->known[i] - mu);
    }
}

static void draw_reals(sg_state *s, size_t k)
{
    const sg_component *c = &s->sys->c[k];
    const sg_slot *a = &s->slot[k];
    sg_coeff at;
    sg_path_coeff(&c->path, 0, &at);
    double *z = s->pred.v[k]; /* at least len long, and void after a draw */
    sg_base_draw(c->space, c->map, z, a->n, c->width, &s->rng);
    for (size_t i = 0; i < a->len; i++) {
        double mu = a->mu ? a->mu[i] : 0;
        if (!a->frozen || !a->frozen[i])
            a->x[i] = c->space->flat ? mu + at.alpha * z[i] : z[i];
    }
    sg_i_slot_known(c, a, 0, a->x);
}

void sg_state_draw(sg_state *s)
{
    for (size_t k = 0; k < s->sys->n; k++) {
        const sg_slot *a = &s->slot[k];
        if (a->x) {
            draw_reals(s, k);
            continue;
        }
        for (size_t i = 0; i < a->len; i++)
            if (!a->frozen || !a->frozen[i])
                a->tok[i] = (int)s->sys->c[k].width;
    }
    s->pred.valid = 0;
}
