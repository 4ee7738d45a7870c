#include <config.h>

#include <string.h>

#include "particle.h"

/* random stream of a copy, apart from those of free generation; one for each look */
enum { STREAM_COPY = 0x636f0000 };

sg_status sg_graph_particle_make(const sg_graph_plan *p, sg_graph_particle *q, int n, sg_error *err)
{
    sg_arena measure;
    size_t memory = 0;
    sg_arena_init(&measure, NULL, 0);
    sg_arena_clear(&q->arena);
    sg_status s = sg_graph_plan_state(p, &q->state, n, q->id, &measure, err);
    if (s == SG_OK) {
        memory = sg_run_memory(p->run.method, &q->state);
        sg_arena_zeros(&measure, memory, sizeof *q->past);
        s = sg_arena_new(&q->arena, measure.peak, err);
    }
    if (s == SG_OK)
        s = sg_graph_plan_state(p, &q->state, n, q->id, &q->arena, err);
    if (s == SG_OK && !(q->past = sg_arena_zeros(&q->arena, memory, sizeof *q->past)))
        s = sg_fail(err, SG_ENOMEM, "no memory for a particle of %d nodes", n);
    return s;
}

sg_status sg_graph_particle_copy(const sg_graph_plan *p, sg_graph_particle *q,
                                 const sg_graph_particle *from, int look, sg_error *err)
{
    const sg_state *a = &from->state;
    sg_state *b = &q->state;
    if (a->slot[0].n != b->slot[0].n) {
        sg_status s = sg_graph_particle_make(p, q, (int)a->slot[0].n, err);
        if (s != SG_OK)
            return s;
    }
    for (size_t k = 0; k < p->sys.n; k++) {
        const sg_slot *s = &a->slot[k];
        size_t width = s->tok ? p->sys.c[k].width : 1; /* of the prediction */
        if (s->known_x0)                               /* where its given values come from */
            memcpy((double *)b->slot[k].known_x0, s->known_x0, s->len * sizeof *s->known_x0);
        if (s->tok)
            memcpy(b->slot[k].tok, s->tok, s->len * sizeof *s->tok);
        else
            memcpy(b->slot[k].x, s->x, s->len * sizeof *s->x);
        memcpy(b->pred.v[k], a->pred.v[k], s->len * width * sizeof(double));
    }
    b->pred.valid = a->pred.valid;
    memcpy(q->past, from->past, sg_run_memory(p->run.method, a) * sizeof *q->past);
    sg_rng_init(&b->rng, p->o->seed, q->id, STREAM_COPY + (uint32_t)look);
    q->potential = from->potential;
    return SG_OK;
}

void sg_graph_particle_clear(sg_graph_particle *q)
{
    sg_arena_clear(&q->arena);
}
