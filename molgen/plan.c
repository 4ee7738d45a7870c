#include <config.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

enum { MAX_TRIES = 1000000 }; /* times candidates: streams of a molecule are numbered */

void sg_mol_generate_defaults(sg_mol_generate_opts *o)
{
    memset(o, 0, sizeof *o);
    o->steps = 100;
    o->hydro_steps = 10;
    o->sampler = "exp2";
    o->remask = 20;
    o->slack = 1;
    o->temperature = 1;
    o->noise = 1;
    o->guidance = 1;
    o->threads = 1;
    o->tries = 200;
    o->candidates = 1;
}

/* Most hydrogens on an atom of element z in the training data, 0: of any element. */
static int most_hydrogens(const sg_mol_vocab *v, int z)
{
    int most = 0;
    for (int k = 0; k < v->n_classes; k++)
        if ((!z || v->cls[k].element == z) && v->cls[k].hydrogens > most)
            most = v->cls[k].hydrogens;
    return most;
}

/* Refuses a formula that no molecule of the model can have, which attempts would never meet. */
static sg_status possible(const sg_mol_plan *p, sg_error *err)
{
    const sg_mol_vocab *v = &p->model->config.vocab;
    const sg_mol_generate_opts *o = p->o;
    int n = p->formula_heavy, h = p->formula_h, room = 0, electrons = h;
    for (int i = 0; i < n; i++) {
        room += most_hydrogens(v, p->element[i]);
        electrons += p->element[i];
    }
    if (o->atoms && o->atoms != n + h)
        return sg_fail(err, SG_EINVAL, "the formula has %d atoms, but %d are asked for", n + h,
                       o->atoms);
    if ((o->min_heavy && n < o->min_heavy) || (o->max_heavy && n > o->max_heavy))
        return sg_fail(err, SG_EINVAL, "the formula has %d heavy atoms, but %d to %d are asked for",
                       n, o->min_heavy, o->max_heavy);
    if (h > room)
        return sg_fail(err, SG_ENOTSUP,
                       "the formula has %d hydrogens, its heavy atoms bear at most %d in the "
                       "training data",
                       h, room);
    if (p->closed && v->net_charge[0] == v->net_charge[1] &&
        (electrons - v->net_charge[0]) % 2 != 0)
        return sg_fail(err, SG_ENOTSUP,
                       "the formula has an odd number of electrons, the training data have closed "
                       "shells and net charge %d",
                       v->net_charge[0]);
    return SG_OK;
}

static sg_status formula(sg_mol_plan *p, sg_error *err)
{
    const int *f = p->o->formula;
    for (int z = 1; z <= 118; z++) {
        if (f[z] < 0 || f[z] > SG_MOL_MAX_NODES)
            return sg_fail(err, SG_EINVAL, "formula asks for %d atoms of %s", f[z],
                           sg_element_symbol(z));
        if (z == 1)
            continue;
        int seen = 0;
        for (int k = 0; k < p->model->config.vocab.n_classes; k++)
            seen |= p->model->config.vocab.cls[k].element == z;
        if (f[z] && !seen)
            return sg_fail(err, SG_ENOTSUP, "the model does not know element %s",
                           sg_element_symbol(z));
        for (int k = 0; k < f[z]; k++) {
            if (p->formula_heavy == SG_MOL_MAX_HEAVY)
                return sg_fail(err, SG_ENOTSUP, "formula has more than %d heavy atoms",
                               SG_MOL_MAX_HEAVY);
            p->element[p->formula_heavy++] = (unsigned char)z;
        }
    }
    p->formula_h = f[1];
    p->cond.element = p->element;
    return possible(p, err);
}

/* p(n | targets) up to a factor: the data's histogram times N(target; mean_n, sd_n), within limits
 */
static sg_status sizes(sg_mol_plan *p, sg_error *err)
{
    const sg_mol_vocab *v = &p->model->config.vocab;
    const sg_mol_generate_opts *o = p->o;
    int lo = o->min_heavy ? o->min_heavy : 1, hi = o->max_heavy ? o->max_heavy : v->max_heavy;
    double logw[SG_MOL_MAX_HEAVY + 1], top = -HUGE_VAL;
    if (o->formula)
        lo = hi = p->formula_heavy;
    if (o->atoms > v->max_nodes)
        return sg_fail(err, SG_ENOTSUP, "%d atoms asked for, the model was trained on up to %d",
                       o->atoms, v->max_nodes);
    if (lo < 1 || hi < lo || lo > v->max_heavy)
        return sg_fail(err, SG_ENOTSUP,
                       "%d to %d heavy atoms asked for, the model was trained on up to %d", lo, hi,
                       v->max_heavy);
    if (hi > v->max_heavy)
        hi = v->max_heavy;
    for (int n = lo; n <= hi; n++) {
        double count = v->sizes[n];
        if (count <= 0 && (o->min_heavy || o->formula))
            count = 1e-3; /* asked for, though rare */
        int fits = !o->atoms || (n <= o->atoms && o->atoms <= n * (1 + most_hydrogens(v, 0)));
        logw[n] = count > 0 && fits ? log(count) : -HUGE_VAL;
        for (int k = 0; k < o->n_targets && lo < hi; k++) {
            const sg_mol_prop *q = &v->prop[o->target[k].property];
            double u = (o->target[k].value - q->size_mean[n]) / q->size_sd[n];
            logw[n] -= 0.5 * u * u + log(q->size_sd[n]);
        }
        top = fmax(top, logw[n]);
    }
    if (top == -HUGE_VAL)
        return sg_fail(err, SG_ENOTSUP, "no size in the training data fits the request");
    for (int n = lo; n <= hi; n++)
        p->size_weight[n] = exp(logw[n] - top);
    return SG_OK;
}

sg_status sg_mol_plan_init(sg_mol_plan *p, const sg_mol_model *m, const sg_mol_generate_opts *o,
                           sg_error *err)
{
    const sg_mol_vocab *v = &m->config.vocab;
    memset(p, 0, sizeof *p);
    p->model = m;
    p->o = o;
    if (!m->config.heavy.L || !m->config.hydro.L)
        return sg_fail(err, SG_ENOTSUP, "the model has no generator of %s",
                       m->config.heavy.L ? "hydrogens" : "heavy atoms");
    if (o->steps < 1 || o->steps > 10000 || o->hydro_steps < 1 || o->hydro_steps > 10000 ||
        o->threads < 1 || o->threads > 256 || o->n_targets < 0 || o->n_targets > SG_MOL_TARGETS ||
        !(o->temperature > 0) || !(o->remask >= 0) || !(o->slack >= 1) || o->tries < 1 ||
        o->tries > MAX_TRIES || o->candidates < 1)
        return sg_fail(err, SG_EINVAL, "an option of the generator is out of range");
    p->method = sg_sampler_find(o->sampler);
    if (!p->method)
        return sg_fail(err, SG_EINVAL, "unknown sampler \"%s\"", o->sampler);
    p->hydro_method = sg_sampler_find("exp2");
    p->isa = sg_isa_find(o->isa);
    if (!p->isa)
        return sg_fail(err, SG_ENOTSUP, "no kernels \"%s\" on this machine", o->isa);
    p->closed = m->config.vocab.closed_shell && !o->open_valences;
    p->cond.guidance = o->guidance;
    for (int k = 0; k < o->n_targets; k++) {
        int q = o->target[k].property;
        if (q < 0 || q >= v->n_props)
            return sg_fail(err, SG_EINVAL, "target %d names property %d of %d", k, q, v->n_props);
        p->cond.y[q] = (o->target[k].value - v->prop[q].mean) / v->prop[q].sd;
        p->cond.known[q] = 1;
        p->cond.asked = 1;
    }
    sg_status s = o->candidates > 1 ? sg_mol_chooser_init(&p->chooser, m, o, p->isa, err) : SG_OK;
    if (s == SG_OK && o->formula)
        s = formula(p, err);
    if (s == SG_OK)
        s = sizes(p, err);
    if (s != SG_OK)
        return s;
    sg_mol_heavy_system(&p->heavy, &p->heavy_map, v);
    sg_mol_hydro_system(&p->hydro, &p->hydro_map, v);
    p->heavy_grid = malloc(((size_t)o->steps + 1) * sizeof(double));
    p->hydro_grid = malloc(((size_t)o->hydro_steps + 1) * sizeof(double));
    if (!p->heavy_grid || !p->hydro_grid)
        return sg_fail(err, SG_ENOMEM, "no memory for time grids");
    /* shorter steps late: heavy atoms settle in the second half, and of hydrogens bonds take what
     * error the last step leaves, which falls with its length */
    s = sg_grid_power.fill(p->heavy_grid, (size_t)o->steps, NULL, 0, 1, 0.5, err);
    return s == SG_OK
               ? sg_grid_quadratic.fill(p->hydro_grid, (size_t)o->hydro_steps, NULL, 0, 1, 0, err)
               : s;
}

void sg_mol_plan_clear(sg_mol_plan *p)
{
    free(p->heavy_grid);
    free(p->hydro_grid);
}
