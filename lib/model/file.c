#include <config.h>
#include "model-i.h"

#include <sigen/file.h>

#include <stdio.h>
#include <stdlib.h>

sg_status sg_model_load(sg_model **m, const char *path, sg_error *err)
{
    char *buf;
    size_t len;
    *m = NULL;
    sg_status status = sg_file_read(path, SG_MODEL_FILE_MAX, &buf, &len, err);
    if (status != SG_OK)
        return status;
    status = sg_model_parse(m, buf, len, err);
    if (status != SG_OK && err)
        snprintf(err->file, sizeof err->file, "%s", path);
    free(buf);
    return status;
}

sg_status sg_model_writer_save(const sg_model_writer *w, const char *path, sg_error *err)
{
    void *buf;
    size_t len;
    sg_status status = sg_model_writer_bytes(w, &buf, &len, err);
    if (status != SG_OK)
        return status;
    sg_out *o = sg_out_open(path, err);
    if (o) {
        sg_out_write(o, buf, len);
        status = sg_out_commit(o, err);
    } else {
        status = err ? err->code : SG_EIO;
    }
    free(buf);
    return status;
}
