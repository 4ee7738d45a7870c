#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sigen/shipped.h>
#include "models.h"

sg_status sg_cli_list_models(sg_cli *c, const char *module, sg_error *err)
{
    sg_i_model_dirs d;
    sg_model_info *info = NULL;
    size_t n = 0;
    sg_status s = sg_i_model_dirs_init(&d, module, err);
    if (s == SG_OK)
        s = sg_model_list(&info, &n, d.dirs, err);
    sg_i_model_dirs_clear(&d);
    if (s != SG_OK)
        return s;
    if (sg_cli_flag(c, "json")) {
        json_t *a = json_array();
        for (size_t i = 0; i < n; i++) {
            json_t *o = json_object(), *scores = json_loads(info[i].scores, 0, NULL);
            sg_json_set(&o, "name", sg_json_string(info[i].name));
            sg_json_set(&o, "bytes", json_integer((json_int_t)info[i].bytes));
            sg_json_set(&o, "hash", sg_json_string(info[i].hash));
            sg_json_set(&o, "summary", sg_json_string(info[i].summary));
            sg_json_set(&o, "scores", scores ? scores : json_null());
            if (info[i].problem)
                sg_json_set(&o, "problem", sg_json_string(info[i].problem));
            sg_json_append(&a, o);
        }
        sg_model_list_free(info, n);
        return sg_cli_print_json(a, err);
    }
    for (size_t i = 0; i < n; i++)
        printf("%-16s %6.1f MB  %s  %s%s%s\n", info[i].name, (double)info[i].bytes / 1e6,
               info[i].problem ? info[i].problem : info[i].hash, info[i].summary,
               info[i].scores[0] ? "  " : "", info[i].scores);
    sg_model_list_free(info, n);
    return SG_OK;
}

/* The k-th entry, or 0 for the configuration. */
static int meta_at(const sg_model *file, size_t k, const char **key, const char **value)
{
    sg_model_meta_at(file, k, key, value);
    return strcmp(*key, "config") != 0;
}

json_t *sg_cli_model_meta(const sg_model *file)
{
    json_t *o = json_object();
    const char *key, *value;
    for (size_t k = 0; k < sg_model_meta_count(file); k++)
        if (meta_at(file, k, &key, &value))
            sg_json_set(&o, key, sg_json_string(value));
    return o;
}

void sg_cli_print_model_meta(const sg_model *file)
{
    const char *key, *value;
    for (size_t k = 0; k < sg_model_meta_count(file); k++)
        if (meta_at(file, k, &key, &value))
            printf("%-12s %s\n", key, value);
}

sg_status sg_cli_pack_output(const sg_cli *c, const char **path, sg_error *err)
{
    json_t *scores = json_loads(sg_cli_text(c, "scores"), 0, NULL);
    int object = json_is_object(scores);
    json_decref(scores);
    *path = sg_cli_text(c, "output");
    if (!*path)
        return sg_fail(err, SG_EINVAL, "-o is missing");
    return object ? SG_OK : sg_fail(err, SG_EINVAL, "--scores is no JSON object");
}

void sg_cli_note_sampled(const sg_cli *c, const sg_cli_sampled *s)
{
    sg_cli_note(c, "%llu %s, %d steps, %.1f s (%.1f/s), %d threads, %.0f MiB, seed %llu, model %s",
                (unsigned long long)s->n, s->unit, s->steps, s->seconds, (double)s->n / s->seconds,
                s->threads, sg_cli_peak_mib(), (unsigned long long)s->seed, s->model);
}
