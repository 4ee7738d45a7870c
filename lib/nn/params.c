#include <config.h>
#include <sigen/nn.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nn.h"

void sg_params_init(sg_params *ps)
{
    memset(ps, 0, sizeof *ps);
}

void sg_params_clear(sg_params *ps)
{
    free(ps->p);
    if (!ps->view) {
        free(ps->x);
        free(ps->xt);
    }
    sg_params_init(ps);
}

int sg_params_add(sg_params *ps, const char *name, int rows, int cols, double init_sd, int hidden)
{
    if (rows < 1 || cols < 1 || strlen(name) >= sizeof ps->p->name)
        return SG_EINVAL;
    if (ps->count == ps->cap) {
        int cap = ps->cap ? 2 * ps->cap : 64;
        sg_parameter *p = realloc(ps->p, (size_t)cap * sizeof *p);
        if (!p)
            return SG_ENOMEM;
        ps->p = p;
        ps->cap = cap;
    }
    sg_parameter *p = &ps->p[ps->count];
    memset(p, 0, sizeof *p);
    snprintf(p->name, sizeof p->name, "%s", name);
    p->rows = rows;
    p->cols = cols;
    p->off = ps->size;
    p->init_sd = init_sd;
    p->hidden = hidden;
    p->rate = 1;
    ps->size += ((size_t)rows * (size_t)cols + 15) / 16 * 16;
    return ps->count++;
}

sg_status sg_params_alloc(sg_params *ps, int train, sg_error *err)
{
    void *x = NULL, *xt = NULL;
    size_t bytes = ps->size * sizeof *ps->x;
    if (posix_memalign(&x, 64, bytes + 64) || (train && posix_memalign(&xt, 64, bytes + 64))) {
        free(x);
        return sg_fail(err, SG_ENOMEM, "cannot allocate %zu parameters", ps->size);
    }
    memset(x, 0, bytes);
    if (xt)
        memset(xt, 0, bytes);
    ps->x = x;
    ps->xt = xt;
    return SG_OK;
}

void sg_params_draw(sg_params *ps, uint64_t seed)
{
    for (int i = 0; i < ps->count; i++) {
        const sg_parameter *p = &ps->p[i];
        sg_rng r;
        sg_rng_init(&r, seed, (uint64_t)i, 0x494e4954u);
        if (!p->fixed && p->init_sd > 0)
            for (size_t k = 0; k < (size_t)p->rows * (size_t)p->cols; k++)
                ps->x[p->off + k] = (sg_real)(p->init_sd * sg_rng_normal(&r));
    }
    sg_params_sync(ps);
}

void sg_params_sync(sg_params *ps)
{
    if (!ps->xt)
        return;
    for (int i = 0; i < ps->count; i++)
        sg_i_isa_generic.transpose(ps->xt + ps->p[i].off, ps->p[i].rows, ps->x + ps->p[i].off,
                                   ps->p[i].cols, ps->p[i].rows, ps->p[i].cols);
}

static sg_status append(sg_params *all, const sg_params *ps, const char *prefix, double rate,
                        sg_error *err)
{
    for (int i = 0; i < ps->count; i++) {
        const sg_parameter *p = &ps->p[i];
        char name[2 * sizeof p->name];
        snprintf(name, sizeof name, "%s.%s", prefix, p->name);
        int k = sg_params_add(all, name, p->rows, p->cols, p->init_sd, p->hidden);
        if (k < 0)
            return sg_fail(err, (sg_status)k, "cannot join the parameter %s", name);
        all->p[k].fixed = p->fixed;
        all->p[k].rate = rate * p->rate;
    }
    return SG_OK;
}

/* ps becomes a view of all from element off on */
static void move_into(sg_params *ps, const sg_params *all, size_t off)
{
    memcpy(all->x + off, ps->x, ps->size * sizeof *ps->x);
    free(ps->x);
    free(ps->xt);
    ps->x = all->x + off;
    ps->xt = all->xt ? all->xt + off : NULL;
    ps->view = 1;
}

sg_status sg_params_join(sg_params *all, sg_params *a, const char *prefix_a, double rate_a,
                         sg_params *b, const char *prefix_b, double rate_b, sg_error *err)
{
    sg_params_init(all);
    sg_status s = append(all, a, prefix_a, rate_a, err);
    if (s == SG_OK)
        s = append(all, b, prefix_b, rate_b, err);
    if (s == SG_OK)
        s = sg_params_alloc(all, a->xt != NULL, err);
    if (s != SG_OK) {
        sg_params_clear(all);
        return s;
    }
    move_into(a, all, 0);
    move_into(b, all, a->size);
    sg_params_sync(all);
    return SG_OK;
}

sg_status sg_params_freeze(sg_params *view, const sg_params *of, sg_error *err)
{
    *view = *of;
    view->view = 1;
    view->cap = of->count;
    view->p = malloc((size_t)of->count * sizeof *view->p);
    if (!view->p)
        return sg_fail(err, SG_ENOMEM, "no memory for %d parameters", of->count);
    for (int i = 0; i < of->count; i++) {
        view->p[i] = of->p[i];
        view->p[i].fixed = 1;
    }
    return SG_OK;
}

int sg_params_find(const sg_params *ps, const char *name)
{
    for (int i = 0; i < ps->count; i++)
        if (strcmp(ps->p[i].name, name) == 0)
            return i;
    return -1;
}

int sg_declare_matrix(sg_declare *d, const char *prefix, const char *name, int rows, int cols,
                      double scale, int hidden)
{
    char full[64];
    snprintf(full, sizeof full, "%s%s", prefix, name);
    int muon = hidden && rows >= 32 && cols >= 32;
    int k = sg_params_add(d->ps, full, rows, cols, scale / sqrt(rows), muon);
    if (k < 0 && d->status == SG_OK)
        d->status = (sg_status)k;
    return k;
}

int sg_declare_vector(sg_declare *d, const char *prefix, const char *name, int cols)
{
    return sg_declare_matrix(d, prefix, name, 1, cols, 0, 0);
}

int sg_declare_table(sg_declare *d, const char *name, int rows, int cols, double sd)
{
    return sg_declare_matrix(d, "", name, rows, cols, sd * sqrt(rows), 0);
}
