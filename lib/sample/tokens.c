/* The categorical mask step (sampler.h), and the method that makes it alone. */
#include <config.h>
#include <sigen/sampler.h>

#include "run-i.h"

#include <math.h>
#include <string.h>

/* A class from p^{1/T}; T = 1 leaves p alone. */
static int draw_class(const double *p, size_t classes, double temperature, double *w, sg_rng *rng)
{
    if (temperature == 1)
        return (int)sg_rng_choice(rng, p, classes);
    double top = 0;
    for (size_t c = 0; c < classes; c++)
        top = p[c] > top ? p[c] : top;
    for (size_t c = 0; c < classes; c++)
        w[c] = p[c] > 0 ? pow(p[c] / top, 1 / temperature) : 0;
    return (int)sg_rng_choice(rng, w, classes);
}

void sg_i_tokens(sg_run *r, double t, double t2)
{
    int *next = r->tok_next;
    for (size_t i = 0; i < r->count; i++)
        for (size_t k = 0; k < r->f->sys->n; k++) {
            const sg_component *c = &r->f->sys->c[k];
            const sg_slot *s = &r->x[i]->slot[k];
            if (!s->tok)
                continue;
            sg_coeff a, b;
            sg_path_coeff(&c->path, t, &a);
            sg_path_coeff(&c->path, t2, &b);
            double dk = b.beta - a.beta, eta = fmin(r->o.remask_eta, 1 / dk);
            if (t2 >= 1)
                eta = 0;
            else if (a.beta > 0)
                eta = fmin(eta, fmax((r->o.remask_slack * (1 - a.beta) / dk - 1) / a.beta, 0));
            double show = t2 >= 1 ? 1 : dk * (1 + eta * a.beta) / (1 - a.beta);
            double hide = eta * dk;
            int mask = (int)c->width;
            const double *p = r->x[i]->pred.v[k];
            for (size_t j = 0; j < s->len; j++, p += c->width) {
                double u = sg_rng_uniform(&r->x[i]->rng);
                int now = s->tok[j], then = now;
                if (now == mask && u < show)
                    then = draw_class(p, c->width, r->o.temperature, r->scratch, &r->x[i]->rng);
                else if (now != mask && u < hide)
                    then = mask;
                *next++ = s->frozen && s->frozen[j] ? now : then;
            }
        }
}

void sg_run_redraw(sg_run *r, size_t state)
{
    const int *was = r->tok_next;
    for (size_t i = 0; i <= state && r->stepped; i++)
        for (size_t k = 0; k < r->f->sys->n; k++) {
            const sg_slot *s = &r->x[i]->slot[k];
            size_t width = r->f->sys->c[k].width;
            const double *p = r->x[i]->pred.v[k];
            for (size_t j = 0; s->tok && i == state && j < s->len; j++, p += width)
                if (was[j] == (int)width && s->tok[j] != was[j])
                    s->tok[j] = draw_class(p, width, r->o.temperature, r->scratch, &r->x[i]->rng);
            was += s->tok ? s->len : 0;
        }
}

static sg_status ctmc_step(sg_run *r, double t, double t2, sg_error *err)
{
    sg_status st = sg_i_eval(r, t, NULL, err);
    if (st != SG_OK)
        return st;
    sg_i_tokens(r, t, t2);
    for (size_t i = 0; i < r->n_blk; i++) /* continuous components stand still */
        memcpy(r->y + r->blk[i].off, sg_i_x(r, &r->blk[i], NULL), r->blk[i].len * sizeof(double));
    return SG_OK;
}

const sg_sampler sg_i_ctmc = {
    .name = "ctmc",
    .summary = "mask step of categorical components; continuous ones stand still",
    .cite = "CYB24",
    .order = 1,
    .stochastic = 1,
    .evals = 1,
    .serves = ~SG_SERVES_FROM_BASE,
    .step = ctmc_step,
};
