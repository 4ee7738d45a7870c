/* The list of samplers. */
#include <config.h>
#include <sigen/sampler.h>

#include "run-i.h"

#include <string.h>

const sg_sampler *const sg_samplers[] = {
    &sg_i_euler,    &sg_i_midpoint, &sg_i_heun, &sg_i_rk4,  &sg_i_rk45, &sg_i_em,
    &sg_i_heun_sde, &sg_i_exp1,     &sg_i_exp2, &sg_i_exp3, &sg_i_sde1, &sg_i_sde2,
    &sg_i_ddim,     &sg_i_ddim_eps, &sg_i_pc,   &sg_i_s4,   &sg_i_ctmc, NULL};

const sg_sampler *sg_sampler_find(const char *name)
{
    for (const sg_sampler *const *s = sg_samplers; *s; s++)
        if (strcmp((*s)->name, name) == 0)
            return *s;
    return NULL;
}
