#include <config.h>

#include "mujoco.h"

static void ignore(const char *text)
{
    (void)text;
}

/* MuJoCo's messages have several lines. */
static void one_line(char *text)
{
    for (; *text; text++)
        if (*text == '\n')
            *text = text[1] ? ' ' : '\0';
}

sg_status sg_i_mujoco_load(mjModel **model, mjData **data, const char *path, const mjVFS *vfs,
                           sg_error *err)
{
    char why[256] = "no memory";
    mju_user_warning = ignore;
    *data = NULL;
    *model = mj_loadXML(path, vfs, why, sizeof why);
    if (!*model) {
        one_line(why);
        return sg_fail_at(err, SG_EPARSE, path, 0, 0, "MuJoCo does not take the scene: %s", why);
    }
    *data = mj_makeData(*model);
    if (*data)
        return SG_OK;
    mj_deleteModel(*model);
    *model = NULL;
    return sg_fail(err, SG_ENOMEM, "no memory for the simulation");
}
