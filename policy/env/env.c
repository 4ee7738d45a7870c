#include <config.h>

#include <stdio.h>
#include <string.h>

#include "blockpush.h"
#include "env.h"
#include "kitchen.h"
#include "pusht.h"

const sg_i_env *const sg_i_envs[] = {&sg_i_pusht, &sg_i_blockpush, &sg_i_kitchen, NULL};

const char *sg_i_env_name(size_t k)
{
    return k < sizeof sg_i_envs / sizeof *sg_i_envs && sg_i_envs[k] ? sg_i_envs[k]->name : NULL;
}

const sg_i_env *sg_i_env_find(const char *name, sg_error *err)
{
    for (size_t k = 0; sg_i_envs[k]; k++)
        if (strcmp(sg_i_envs[k]->name, name) == 0)
            return sg_i_envs[k];
    char known[96];
    size_t n = 0;
    for (size_t k = 0; sg_i_envs[k]; k++)
        n += (size_t)snprintf(known + n, sizeof known - n, n ? ", %s" : "%s", sg_i_envs[k]->name);
    sg_fail(err, SG_EINVAL, "there is no environment \"%s\"; known: %s", name, known);
    return NULL;
}

const sg_i_record *sg_i_env_record(const sg_i_env *e, size_t columns, sg_error *err)
{
    char wanted[96];
    size_t n = 0;
    for (const sg_i_record *r = e->records; r->columns; r++) {
        if (r->columns == columns)
            return r;
        n += (size_t)snprintf(wanted + n, sizeof wanted - n, n ? " or %zu" : "%zu", r->columns);
    }
    sg_fail(err, SG_EPARSE, "%zu columns, wanted %s", columns, wanted);
    return NULL;
}

sg_status sg_i_env_open(const sg_i_env *e, sg_i_world **w, const char *scene, sg_error *err)
{
    *w = NULL;
    if (!e->open)
        return sg_fail(err, SG_ENOTSUP, "built without the simulator of %s", e->name);
    if (e->own_scene && !scene)
        return sg_fail(err, SG_EINVAL, "%s comes without a scene: --scene names your copy's XML",
                       e->name);
    if (scene && !e->own_scene)
        return sg_fail(err, SG_EINVAL, "--scene: %s has a scene of its own", e->name);
    return e->open(w, scene, err);
}
