#include <config.h>
#include "modeldirs.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sigen/shipped.h>

static sg_status add(sg_i_model_dirs *d, const char *base, int base_len, const char *middle,
                     const char *module, sg_error *err)
{
    size_t n = 0;
    while (d->owned[n])
        n++;
    if (asprintf(&d->owned[n], "%.*s%s/%s", base_len, base, middle, module) < 0) {
        d->owned[n] = NULL;
        return sg_fail(err, SG_ENOMEM, "out of memory while looking for models");
    }
    d->dirs[n] = d->owned[n];
    return SG_OK;
}

sg_status sg_i_model_dirs_at(sg_i_model_dirs *d, const char *program, const char *module,
                             sg_error *err)
{
    memset(d, 0, sizeof *d);
    const char *slash = strrchr(program, '/');
    sg_status status = SG_OK;
    if (slash) {
        status = add(d, program, (int)(slash - program), "/../share/sigen", module, err);
        if (status == SG_OK)
            status = add(d, program, (int)(slash - program), "/share/sigen", module, err);
    }
    if (status == SG_OK)
        status = add(d, "", 0, SG_PKGDATADIR, module, err);
    return status;
}

sg_status sg_i_model_dirs_init(sg_i_model_dirs *d, const char *module, sg_error *err)
{
    char program[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", program, sizeof program - 1);
    program[n > 0 ? n : 0] = '\0';
    return sg_i_model_dirs_at(d, program, module, err);
}

void sg_i_model_dirs_clear(sg_i_model_dirs *d)
{
    for (size_t i = 0; i < sizeof d->owned / sizeof *d->owned; i++)
        free(d->owned[i]);
    memset(d, 0, sizeof *d);
}

sg_status sg_cli_model_path(const char *module, const char *name, char **path, sg_error *err)
{
    sg_i_model_dirs d;
    *path = NULL;
    sg_status s = sg_i_model_dirs_init(&d, module, err);
    if (s == SG_OK)
        s = sg_model_find(path, name, d.dirs, err);
    sg_i_model_dirs_clear(&d);
    return s;
}
