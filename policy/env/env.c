#include <config.h>

#include <string.h>

#include "blockpush.h"
#include "env.h"
#include "pusht.h"

const sg_i_env *const sg_i_envs[] = {&sg_i_pusht, &sg_i_blockpush, NULL};

const char *sg_i_env_name(size_t k)
{
    return k < sizeof sg_i_envs / sizeof *sg_i_envs && sg_i_envs[k] ? sg_i_envs[k]->name : NULL;
}

const sg_i_env *sg_i_env_find(const char *name, sg_error *err)
{
    for (size_t k = 0; sg_i_envs[k]; k++)
        if (strcmp(sg_i_envs[k]->name, name) == 0)
            return sg_i_envs[k];
    sg_fail(err, SG_EINVAL, "there is no environment \"%s\"; known: pusht, blockpush", name);
    return NULL;
}
